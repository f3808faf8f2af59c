/* SPDX-License-Identifier: MIT */
/*
 * What silbo probe reports of one target.  Part of report.h; the same rules:
 * what is unknown is REPORT_UNKNOWN or NaN.
 */
#ifndef SILBO_TOOLS_REPORT_PROBE_H
#define SILBO_TOOLS_REPORT_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <silbo/mtu.h>
#include <silbo/prober.h>

#include "report_marks.h"
#include "report_quality.h"

struct report;
struct intervals;

#define REPORT_DELAYS 5 /* p50 p95 p99 p999 max */

/* One way. */
struct report_way {
	int64_t lost, duplicate, reordered, extent_max;
	double delay_ms[REPORT_DELAYS]; /* above the fastest */
	double ipdv_ms;                 /* mean (RFC 3393) */
	int64_t ipdv_unpaired;          /* that it may lack */
	double jitter_ms;               /* RFC 3550, the last */
	struct report_quality quality;  /* of speech that goes this way */
	struct report_marks marks;
};

void report_way_init(struct report_way *way);

/* Its lines, and those of speech on both ways; DSCP as it was sent. */
void report_way_tell(
    FILE *out, const char *label, const struct report_way *way, int64_t dscp);
void report_ways_quality(
    FILE *out, const struct report_way *there, const struct report_way *back);

/* What probe --mtu found; bytes are those of a datagram. */
struct report_mtu {
	bool searched; /* else nothing here means anything */
	enum silbo_mtu_state state;
	int64_t headers;   /* of IP and UDP */
	int64_t payload;   /* the largest that came back */
	int64_t there;     /* the largest that came there */
	int64_t too_large; /* the least that never did */
	int64_t most;      /* what was allowed, or could be sent */
	int64_t told;      /* the least that ICMP said would fit */
	double took_ms;
};

void report_mtu_init(struct report_mtu *mtu);

/* What only STAMP tells. */
struct report_stamp {
	int64_t stateful, synchronised, ptp; /* 1 yes, 0 no */
	double error_ms;                     /* of their clock, as it says */
	int64_t no_estimate; /* answers that do not say; unknown: not STAMP */
	int64_t there_lost_min, there_lost_max;
	/* the least one-way delays, where both clocks are synchronised */
	double there_ms, back_ms, within_ms;
};

void report_stamp_init(struct report_stamp *stamp);

/* Everything unknown after report_probe_init. */
struct report_probe {
	char name[80]; /* as asked for, quoted */
	char peer[64];
	double duration_s; /* of the schedule, as far as it got */
	double interval_ms;
	int64_t bytes; /* of a datagram */
	int64_t dscp;  /* as it is sent */
	bool encrypted;
	int64_t slots, sent, unsent;
	const int64_t *errors; /* REPORT_SEND_KINDS of them; borrowed */
	int64_t answered, lost, pending; /* sum to sent */
	double wait_ms; /* effective, after which one is lost */
	int64_t receive_buffer;
	int64_t settled;   /* sent, less pending */
	int64_t cut_short; /* 1: told to stop before more was known; 0 */
	int64_t late_final, too_old, answered_twice, never_sent, absurd_times;
	int64_t contradictions, restarts, withheld;
	int64_t elsewhere, foreign; /* arrivals */
	int64_t dropped_here;       /* by our socket */
	int64_t closings, closed;
	int64_t runs, run_max;
	int64_t run_histogram[SILBO_TRACK_RUN_CLASSES];
	double rtt_ms[7]; /* min mean p50 p95 p99 p999 max */
	double jitter_ms, first_ms;
	struct report_way there, back;
	double offset_ms, error_ms, skew_ppm, step_ms; /* their clock */
	int64_t steps;
	int64_t kernel_there, kernel_back; /* stamps of arrivals: 1 yes, 0 no */
	double lateness_ms[3];             /* p50 p99 max */
	int64_t late_over_1ms;
	struct report_mtu mtu;
	struct report_stamp stamp;
	const struct intervals *intervals; /* borrowed; NULL */
	uint32_t intervals_row;
};

void report_probe_init(struct report_probe *probe);

/* What was found instead of a measurement. */
void report_probe_mtu(FILE *out, const struct report_probe *probe);

/* Nothing, if not spoken: why losses have no way, and the rest. */
void report_stamp_bounds(FILE *out, const struct report_probe *probe);
void report_stamp(FILE *out, const struct report_probe *probe);

/* The blocks of all of them. */
void report_probes(FILE *out, const struct report *report);

#endif
