/* SPDX-License-Identifier: MIT */
/*
 * The state of silbo recv, shared by its options, opening, loop, messages and
 * report: the files recv_*.c.
 */
#ifndef SILBO_TOOLS_RECV_H
#define SILBO_TOOLS_RECV_H

#include <silbo/net.h>
#include <silbo/receiver.h>

#include "intervals.h"
#include "record.h"
#include "run.h"

struct recv {
	/* as asked for */
	const char *listen, *key_path, *output, *json;
	int64_t port, mtu;
	int64_t delay, wait, max_age, duration; /* ns */
	bool discard, once, quiet;
	/* as it is */
	struct silbo_key keys[SILBO_KEYS_MAX];
	size_t keys_count;
	struct silbo_udp udp;
	struct silbo_peer local;
	struct silbo_receiver *rx;    /* owns the receiver's memory */
	struct recording *recordings; /* one per place in the table */
	struct intervals *intervals;
	uint32_t streams; /* announced so far */
	silbo_time started;
	uint64_t started_wall;
	silbo_time heard_at, interval_at, status_at, end_at;
	bool heard, silence_told;
	struct run_reason said[SILBO_VERDICTS];
};

/* Parse and check everything that can be checked before a socket is opened.
 * Returns -1 to go on, or an exit status after the message. */
int recv_options(struct recv *r, int argc, char *const *argv);

/* Places that the play-out ring needs for this delay, whatever the frames. */
uint32_t recv_ring_frames(int64_t delay_ns);

/* Open the socket, then the receiver on it.  Return an exit status. */
int recv_open_socket(struct recv *r);
int recv_open_receiver(struct recv *r);

/* Say why datagrams are refused, at most once per minute and reason. */
void recv_tell_verdict(
    struct recv *r, enum silbo_verdict verdict, silbo_time now);

/* Say that nothing has come for RECV_SILENCE, once per silence. */
#define RECV_SILENCE (3 * SILBO_NS_PER_S)
void recv_tell_silence(struct recv *r, silbo_time now);

/* Introduce streams that have appeared, and prepare their recordings. */
void recv_tell_new_streams(struct recv *r);

/* The live line. */
void recv_show_status(struct recv *r, silbo_time now);

/* Close the recordings, print and write the report.  Returns the exit status.
 */
int recv_finish(struct recv *r);

#endif
