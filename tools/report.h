/* SPDX-License-Identifier: MIT */
/*
 * The report: one struct, rendered as text for people and as JSON (schema
 * silbo.report/1) for programs, the same from both ends.
 *
 * It knows words and units; it computes nothing but ratios.  What is unknown
 * (a negative count, a NaN) is left out of the text and null in the JSON.
 */
#ifndef SILBO_TOOLS_REPORT_H
#define SILBO_TOOLS_REPORT_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <silbo/err.h>
#include <silbo/track.h>

#include "intervals.h"
#include "report_probe.h"
#include "report_quality.h"

struct limits;

#define REPORT_SCHEMA "silbo.report/1"
#define REPORT_UNKNOWN ((int64_t)-1)
#define REPORT_BUFFERS 6 /* loss if the buffer were 20 40 60 80 100 150 ms */

/* A count that a sum can be made of: what is unknown is none. */
static inline uint64_t
report_known(int64_t count)
{
	return count > 0 ? (uint64_t)count : 0;
}

/* How losses and reordered arrivals lie. */
struct report_pattern {
	bool known;
	struct silbo_pattern_report losses;
	uint64_t extent_sum, late_by_max_ns, late_by_sum_ns;
	uint64_t extents[SILBO_CLASSES], preceding[SILBO_CLASSES];
};

enum report_send_error {
	/* what this machine refuses, but for the second */
	REPORT_SEND_BUSY,        /* EAGAIN ENOBUFS */
	REPORT_SEND_REFUSED,     /* the far end: port unreachable */
	REPORT_SEND_UNREACHABLE, /* ENETUNREACH EHOSTUNREACH ENETDOWN */
	REPORT_SEND_NO_ADDRESS,  /* EADDRNOTAVAIL */
	REPORT_SEND_DENIED,      /* EPERM EACCES */
	REPORT_SEND_TOO_LARGE,   /* EMSGSIZE */
	REPORT_SEND_OTHER,
	/* what the network says of datagrams that left */
	REPORT_SEND_NO_ROUTE,   /* host unreachable, says a router */
	REPORT_SEND_PROHIBITED, /* administratively: a firewall */
	REPORT_SEND_PATH,       /* too large for a link on the way */
	REPORT_SEND_EXPIRED,    /* hops used up */
	REPORT_SEND_NOTICE,     /* any other */

	REPORT_SEND_KINDS
};

/* 20 40 60 80 100 150: the buffers of report_stream.buffer_loss. */
extern const int report_buffers_ms[REPORT_BUFFERS];

/* One of those that a sender sends to. */
struct report_target {
	char peer[64]; /* "192.0.2.9:7587" */
	char name[80]; /* as asked for, quoted */
	int64_t sent, unsent;
	int64_t errors[REPORT_SEND_KINDS];
};

/* Everything unknown after report_stream_init. */
struct report_stream {
	char id[33];      /* source id, hex; text shows the first 4 */
	char peer[64];    /* "192.0.2.9:40112" */
	char name[80];    /* already quoted; "" */
	const char *file; /* written to; NULL: none */
	double duration_s;
	char codec[16]; /* "opus", "opaque"; "" unknown */
	double frame_ms, bitrate_bps;
	int64_t channels;
	bool encrypted;

	int64_t expected, arrived, unique, lost, pending, duplicate;
	int64_t overdue; /* an estimate, beside pending */
	int64_t late_final, too_old, reordered, extent_max;
	int64_t runs, run_max;
	int64_t run_histogram[SILBO_TRACK_RUN_CLASSES];
	struct report_pattern pattern;
	int64_t lost_network; /* unknown: then the bounds are */
	int64_t lost_network_min, lost_network_max;
	int64_t dropped_here;
	int64_t bad_bodies;
	struct report_marks marks;
	int64_t tail_known;  /* 1 yes, 0 no */
	int64_t joined_late; /* 1 yes, 0 no */
	int64_t wait_ns;     /* while numbers flow; see docs/metrics.md */

	double jitter_ms, jitter_mean_ms, jitter_max_ms; /* RFC 3550 */
	double delay_ms[4]; /* p50 p95 p99 max above the fastest */
	double delay_p999_ms, delay_mean_ms;
	double delay_first_ms; /* of the lowest number that came */
	double ipdv_ms[5];     /* mean p50 p95 p99 max between neighbours */
	int64_t ipdv_pairs;    /* of neighbours */
	int64_t ipdv_unpaired; /* there may have been more */
	int64_t absurd_times;  /* not among these */
	int64_t skew_applied;  /* clock_ppm is taken out: 1 yes, 0 no */
	double buffer_loss[REPORT_BUFFERS]; /* ratio */

	double playout_ms, playout_min_ms, playout_max_ms;
	int64_t late, repaired, concealed, underruns, overflow, resyncs;
	double concealed_s, paused_s;
	char repaired_by[32]; /* "xor{1,4}"; "" */
	double clock_ppm;     /* how much faster this machine's is */
	int64_t undecodable;  /* payloads that were not what they claimed */
	int64_t samples;      /* written or handed on, per channel */

	struct report_quality quality;

	/* a sender's side */
	int64_t sent, sent_info, sent_bytes;
	int64_t unsent;   /* refused by our own machine for every target */
	int64_t sources;  /* ids used, one after the other */
	char source[33];  /* the last of them */
	double skipped_s; /* media time without datagrams */
	int64_t send_errors[REPORT_SEND_KINDS];
	double lateness_ms[3]; /* p50 p99 max of departures */
	double wakeup_ms[3];   /* of the ends of waiting before them */
	int64_t late_over_1ms;
	const struct report_target *targets; /* borrowed; NULL */
	size_t targets_count;

	const struct intervals *intervals; /* borrowed; NULL */
	uint32_t intervals_stream;         /* which row */
};

struct report_setting { /* for "config": kind by which field is set */
	const char *key;
	const char *text; /* NULL: number or boolean */
	double number;    /* NaN: boolean, or null when boolean is -1 */
	int boolean;
};

/* Streams that are not reported one by one any more. */
struct report_forgotten {
	uint64_t streams;
	uint64_t expected, unique, lost;
};

/* The wall clock of this machine; nothing that is measured depends on it. */
struct report_clock {
	bool watched;  /* else the rest is not known */
	int64_t steps; /* how often it was set */
	double total_ms;
};

struct report {
	const char *role; /* "recv", "reflector", "send", "probe" */
	uint64_t start_wall_ns;
	double duration_s;
	const struct report_setting *config; /* ends with key NULL */
	const char *const *targets; /* of config, then NULL; NULL: none */

	bool has_datagrams; /* a receiver's socket */
	uint64_t received, accepted;
	uint64_t taken; /* refused as a jump, and counted with the next */
	uint64_t verdict[SILBO_VERDICTS];
	int64_t socket_drops, receive_buffer;
	int64_t stamps_refused; /* the kernel's, not believable */
	struct report_clock clock;

	/* borrowed; NULL: it answers no probes.  See report_reflect.h */
	const struct report_reflected *reflected;

	struct report_stream *streams; /* borrowed */
	size_t streams_count;
	struct report_forgotten forgotten; /* older than streams */
	const struct report_probe *probes; /* of a prober; borrowed; NULL */
	size_t probes_count;
	const struct limits *limits; /* compared; NULL: none */
	const char *error;           /* NULL: none */
};

void report_stream_init(struct report_stream *stream);

/* As in the JSON: "busy", "too_large"; and as people are told. */
const char *report_send_error_name(enum report_send_error kind);
const char *report_send_error_text(enum report_send_error kind);

/* The final text: one block per stream, then what belongs to the socket. */
void report_text(FILE *out, const struct report *report);

/*
 * Could a report be written to path, by what can be known now?  NULL and "-":
 * yes.  Else false after a message: better now than when all is measured.
 */
bool report_check(const char *path);

/* The same for another output: "the table", "--csv". */
bool report_check_other(const char *path, const char *what, const char *option);

/* Is it a pipe or the like, where writing can wait for a reader for ever? */
bool report_may_wait(const char *path);

/*
 * Write the JSON object, with a line feed, to path ("-": stdout); through
 * NAME.part and rename, so that a reader never sees half of it.
 * Returns 0, or -1 with errno kept.
 */
int report_json(const char *path, const struct report *report);

/* The live line of a receiver, without line end. */
struct report_live {
	double elapsed_s;
	const struct report_stream *stream; /* the first; NULL: none yet */
	size_t streams_count;
	double buffer_ms, target_ms;
	size_t probers_count; /* that are answered now */
	uint64_t answered;    /* ECHOs sent so far */
	bool reflector;       /* it is there for them */
	bool brief;           /* without what stays as it is */
};
void report_live_recv(char *out, size_t cap, const struct report_live *live);

#endif
