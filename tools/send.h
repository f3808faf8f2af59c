/* SPDX-License-Identifier: MIT */
/*
 * The state of silbo send, shared by its options, opening, loop, departures and
 * report: the files send_*.c.
 */
#ifndef SILBO_TOOLS_SEND_H
#define SILBO_TOOLS_SEND_H

#include <silbo/media.h>
#include <silbo/net.h>
#include <silbo/quantile.h>
#include <silbo/sender.h>

#include "pcm.h"
#include "report.h"
#include "run.h"

struct send {
	/* as asked for */
	const char *input, *target, *key_path, *json, *application;
	int64_t port, mtu, bitrate, complexity, channels;
	int64_t frame_ns, duration; /* ns */
	bool only4, only6, quiet, voice, vbr;
	/* as it is */
	struct silbo_key keys[SILBO_KEYS_MAX];
	size_t keys_count;
	size_t packet_max; /* bytes that fit a datagram */
	struct silbo_audio_source *source;
	struct pcm_reader *pipe; /* instead; NULL */
	struct silbo_audio_info info;
	struct silbo_encoder *encoder;
	uint16_t frame; /* 1/48000 s */
	struct silbo_peer peers[8];
	int peers_count, peer; /* the one in use */
	struct silbo_udp udp;
	int closed; /* why there is no socket, a silbo_err; 0: there is one */
	int closed_errno;
	struct silbo_sender tx;
	struct silbo_source id;
	int signals;
	bool ended;    /* END has been said */
	uint64_t left; /* samples that may still be read */
	/* Samples up to the end of what was read, and up to the end of what was
	 * sent in frames; gaps of a pipe are in both. */
	uint64_t sound, made;
	struct run_reason gap_said;
	silbo_time started, schedule; /* when the first frame leaves */
	uint64_t started_wall;
	/* what became of the datagrams */
	struct silbo_quantile lateness;
	uint64_t late_over_1ms;
	uint64_t unsent; /* DATA that did not leave */
	uint64_t unsent_info, unsent_bytes;
	uint64_t errors[REPORT_SEND_OTHER + 1];
	struct run_reason said[REPORT_SEND_OTHER + 1];
	silbo_time reopen_at;
	int last_errno;      /* of the latest error */
	const char *failure; /* why it ended early; NULL */
};

/* Parse and check everything that can be checked before a socket is opened, and
 * open what is sent.  Returns -1 to go on, or an exit status. */
int send_options(struct send *s, int argc, char *const *argv);

/* Open a file, signal or pipe.  Returns -1 to go on, or an exit status. */
int send_open_input(struct send *s);
void send_close_input(struct send *s);

/* Wait for the first samples of a pipe.  False: told to stop, or failed. */
bool send_await_input(struct send *s);

/* Read the next frame into zeroed pcm; s->left is 0 when nothing follows.
 * False: told to stop, or failed. */
bool send_read(struct send *s, float *pcm);

/* Sleep until `until`, or fd (-1: none) can be read, sending every INFO that
 * falls due.  False: told to stop, or failed. */
bool send_wait(struct send *s, int fd, silbo_time until);

/* Find the addresses of the target.  Returns an exit status. */
int send_resolve(struct send *s);

/* Open a socket to one of them, the one in use first; else say why in s. */
void send_open_socket(struct send *s);

/* Start a new source at s->started. */
void send_open_sender(struct send *s, silbo_time now);

/* Send a datagram; what goes wrong is counted and never ends the stream. */
void send_depart(
    struct send *s, const uint8_t *datagram, int len, bool is_data);

/* Print and write the report.  Returns the exit status. */
int send_finish(struct send *s);

/* The live line. */
void send_show_status(struct send *s, silbo_time now);

#endif
