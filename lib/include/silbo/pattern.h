/* SPDX-License-Identifier: MIT */
/*
 * The pattern of losses: how the numbers that were lost lie among those that
 * were not.  It is told runs of lost numbers, and knows nothing of arrivals.
 *
 *   run       lost numbers in a row: a loss period (RFC 3357 section 5)
 *   distance  from one lost number to the next: 1 within a run; from run to run
 *             it is the inter-loss-period length (RFC 3357 section 6)
 *   noticeable  a loss at most SILBO_PATTERN_DELTA after the one before it (the
 *             loss constraint of RFC 3357 section 6.1); the first never is
 *   burst     the longest stretch that begins and ends with a loss and holds
 *             no SILBO_PATTERN_GMIN received numbers in a row (RFC 3611 section
 *             4.7.2); a loss that is alone in its stretch is no burst
 *   gap       what lies before, between and behind the bursts, losses that are
 *             alone included; counting is taken as preceded and followed by
 *             received numbers, so that no loss near an end is a special case
 *
 * The burst ratio of ITU-T G.107 is runs as they are over runs as chance would
 * make them:  BurstR = (lost / runs) * (1 - lost / expected).  1: chance.
 */
#ifndef SILBO_PATTERN_H
#define SILBO_PATTERN_H

#include <silbo/defs.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_PATTERN_GMIN 16
#define SILBO_PATTERN_DELTA 16 /* the upper end of a class of distances */

struct silbo_pattern_report {
	uint64_t lost;
	uint64_t runs;
	uint64_t run_max;
	uint64_t run_histogram[SILBO_CLASSES];
	uint64_t distances[SILBO_CLASSES]; /* their sum is lost - 1 */
	uint64_t noticeable;
	uint64_t bursts;
	uint64_t burst_numbers; /* in bursts, received ones included */
	uint64_t burst_lost;
	uint64_t gaps; /* that are not empty */
	uint64_t gap_numbers;
	uint64_t gap_lost;
};

/* From a loss to a loss, without GMIN received ones in a row. */
struct silbo_pattern_stretch {
	uint64_t first, last, lost;
};

struct silbo_pattern {
	/* private */
	uint64_t lost, runs, run_max;
	uint64_t run_histogram[SILBO_CLASSES];
	uint64_t distances[SILBO_CLASSES];
	bool several; /* stretches; else one or none */
	struct silbo_pattern_stretch low, high;     /* the only one is in low */
	uint64_t bursts, burst_numbers, burst_lost; /* between low and high */
};

SILBO_API
void silbo_pattern_init(struct silbo_pattern *pattern);

/*
 * A run of lost numbers is over: first .. first+length-1, at least one.  Runs
 * come in number order, or below all earlier ones, where counting is found to
 * have begun earlier; received numbers lie between them.  O(1) for any length.
 */
SILBO_API
void silbo_pattern_on_run(
    struct silbo_pattern *pattern, uint64_t first, uint64_t length);

/*
 * Copy the counts of the numbers first .. end-1, all runs among them.
 *
 *   open   so many of the last are a run that is not over: it counts as if it
 *          ended here, and may still be told as a whole
 */
SILBO_API
void silbo_pattern_report(const struct silbo_pattern *pattern,
    struct silbo_pattern_report *report, uint64_t first, uint64_t end,
    uint64_t open);

#ifdef __cplusplus
}
#endif

#endif
