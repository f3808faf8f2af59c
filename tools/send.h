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

#include "events.h"
#include "limit.h"
#include "pcm.h"
#include "report.h"
#include "run.h"
#include "target.h"
#include "trouble.h"

#define SEND_TARGETS_MAX 16

/* What is later is played by nobody, as play-out holds 1 s at most; the burst
 * of it would only crowd out what is still in time. */
#define SEND_STALE_AFTER SILBO_NS_PER_S

/* One receiver or group, and what became of the datagrams to it. */
struct send_target {
	struct target to;
	struct silbo_udp udp; /* fd -1: not open, for this reason: */
	int open_error, open_errno;
	struct silbo_lookup *lookup; /* NULL: nobody is asked */
	bool troubled;               /* another address may do better */
	silbo_time renew_at;
	uint64_t sent, unsent; /* DATA */
	uint64_t errors[REPORT_SEND_KINDS];
	struct run_reason said[REPORT_SEND_KINDS];
	int last_errno; /* of the latest error */
};

struct send {
	/* as asked for */
	const char *input, *key_path, *json, *events_path, *application;
	const char *interface, *dscp_text, *fail_if;
	int64_t port, mtu, bitrate, complexity, channels, hops;
	int64_t frame_ns, duration; /* ns */
	bool only4, only6, quiet, verbose, voice, vbr;
	/* as it is */
	struct limits limits; /* of fail_if */
	struct silbo_key keys[SILBO_KEYS_MAX];
	size_t keys_count;
	size_t packet_max; /* bytes that fit a datagram */
	struct silbo_audio_source *source;
	struct pcm_reader *pipe; /* instead; NULL */
	struct silbo_audio_info info;
	struct silbo_encoder *encoder;
	uint16_t frame; /* 1/48000 s */
	uint8_t dscp;
	struct send_target targets[SEND_TARGETS_MAX];
	size_t targets_count;
	struct silbo_sender tx;
	struct silbo_source first, id;   /* ids; the latter is in use */
	uint64_t sources, base;          /* s->made when it began */
	struct silbo_sender_report past; /* sums of those before it */
	int64_t slept;                   /* silbo_clock_slept() then */
	int signals;
	struct events events;
	struct intervals *intervals; /* of one stream */
	silbo_time interval_at, status_at;
	bool ended;    /* END has been said */
	bool stopped;  /* by a signal */
	uint64_t left; /* samples that may still be read */
	/* Samples up to the end of what was read, and up to the end of what was
	 * sent in frames; gaps of a pipe are in both. */
	uint64_t sound, made;
	struct run_reason gap_said, stale_said;
	uint64_t stale;    /* frames skipped, since that was last said */
	silbo_time behind; /* the longest that one of them was */
	struct run_wall wall;
	silbo_time started, schedule; /* when the first frame leaves */
	uint64_t started_wall;
	/* what became of the datagrams */
	struct silbo_quantile lateness, wakeup;
	silbo_time woken; /* when send_wait last ended as planned */
	uint64_t late_over_1ms;
	uint64_t unsent; /* DATA that left to no target */
	uint64_t unsent_info, unsent_bytes;
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

/* When the next frame leaves. */
static inline silbo_time
send_due(const struct send *s)
{
	return s->schedule + silbo_samples_to_ns(s->made);
}

/* Sleep until `until`, or fd (-1: none) can be read, sending every INFO that
 * falls due.  False: told to stop, or failed. */
bool send_wait(struct send *s, int fd, silbo_time until);

/*
 * Read and encode the next frame that is not stale; behind the end of the sound
 * come zeros until the codec's delay has been pushed out.  Returns the bytes of
 * the packet (SILBO_MEDIA_PACKET_MAX at most), 0 when all sound is out, or -1
 * when told to stop or on failure.
 */
int send_next_frame(struct send *s, uint8_t *packet);

/* Make its datagram, and let it depart.  False on failure. */
bool send_frame(struct send *s, const uint8_t *packet, int len);

/* Skip the frame that is next if its time is long past; say so, if that has not
 * been said for a while. */
bool send_skip_stale(struct send *s);
void send_tell_stale(struct send *s);

/* Find the addresses of the targets.  Returns an exit status, or -1: told to
 * stop. */
int send_resolve(struct send *s);

/* Open a socket to the target, the address in use first.  What goes wrong is
 * kept in the target and shows when something is sent. */
void send_open_socket(const struct send *s, struct send_target *t);

/* After trouble, once a second: ask for the target's addresses again, without
 * waiting for the answer, and open another socket. */
void send_renew(const struct send *s, struct send_target *t, silbo_time now);

/* Close sockets, give up questions. */
void send_close(struct send *s);

/*
 * Start a source with an id of its own.
 *
 *   origin   wall clock: media time of its first sample
 */
void send_open_source(struct send *s, uint64_t origin, silbo_time now);

/* Has the machine been suspended since then?  Its id is used up. */
bool send_has_slept(const struct send *s);

/* The counts of all sources; what is no count is of the one in use. */
void send_total(const struct send *s, struct silbo_sender_report *total);

/* No DATA follows in this source; its length is said by INFO from now on. */
void send_end_source(struct send *s);

/* Send the INFO that is due.  False when none can be made any more. */
bool send_info(struct send *s);

/* Make the datagram of a packet, in a new source where that is called for.
 * Returns its bytes (SILBO_WIRE_MTU_MAX at most), or a silbo_err. */
int send_make(struct send *s, uint8_t *out, const uint8_t *packet, int len);

/* Count and, once per minute and kind, tell an error of sending; errno is its
 * reason.  The same for what the network said. */
void send_note_error(
    const struct send *s, struct send_target *t, int err, silbo_time now);
void send_note_notice(const struct send *s, struct send_target *t,
    const struct silbo_notice *notice, silbo_time now);

/* Send a datagram to every target; what goes wrong is counted and never ends
 * the stream. */
void send_depart(
    struct send *s, const uint8_t *datagram, int len, bool is_data);

/* Tell as events that it begins, and what departed since the last time. */
void send_tell_start(struct send *s);
void send_tell_interval(struct send *s, silbo_time now);

/* Tell interval and status, as far as they are due. */
void send_tick(struct send *s, silbo_time due);

/* Has a signal said so?  One that wants a report gets it. */
bool send_is_stopped(struct send *s);

/* Print and write the report.  Returns the exit status. */
int send_finish(struct send *s);

/* The live line. */
void send_show_status(struct send *s, silbo_time now);

#endif
