/* SPDX-License-Identifier: MIT */
/*
 * How far another clock is ahead of ours, from four times of each exchange, and
 * within which error: the filter of NTP (RFC 5905 sections 8 and 10).
 *
 *   T1 we send, T2 they receive, T3 they send, T4 we receive
 *   offset = ((T2 - T1) + (T3 - T4)) / 2      delay = (T4 - T1) - (T3 - T2)
 *
 * The truth lies within offset +- delay / 2, whatever the two ways took.  Of
 * the last eight exchanges that with the least delay is believed.
 *
 * It knows times; it does not know what carried them.
 */
#ifndef SILBO_SYNC_H
#define SILBO_SYNC_H

#include <silbo/defs.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_SYNC_SAMPLES 8 /* RFC 5905 section 10: NSTAGE */

/* Clocks run apart by less: NTP takes a crystal to be 15 ppm off (RFC 5905:
 * PHI) and corrects at most 500. */
#define SILBO_SYNC_DRIFT_PPM 500

struct silbo_sync_sample {
	int64_t offset_ns;
	uint64_t delay_ns;
	uint64_t at; /* T4 */
};

struct silbo_sync {
	/* private */
	struct silbo_sync_sample samples[SILBO_SYNC_SAMPLES];
	uint64_t count, refused, steps;
	int64_t step_ns;
	uint64_t stepped_at; /* T4 of the exchange that showed the last step */
};

struct silbo_sync_report {
	uint64_t count;    /* exchanges used; what follows is 0 when it is 0 */
	uint64_t refused;  /* with times that cannot be */
	int64_t offset_ns; /* their clock less ours */
	uint64_t error_ns; /* either way */
	uint64_t delay_ns; /* of the exchange that is believed */
	uint64_t steps;    /* times that one of the clocks was set meanwhile */
	int64_t step_ns;   /* the last of them, their clock against ours */
};

SILBO_API
void silbo_sync_init(struct silbo_sync *sync);

/* From now on it is another clock: the exchanges with the old one are
 * forgotten. */
SILBO_API
void silbo_sync_reset(struct silbo_sync *sync);

/*
 * One exchange, in ns on the Unix axis of either side.
 *
 * Returns false, and counts it as refused, when the times cannot be: T3 before
 * T2, T4 before T1, they held it for longer than it was away, theirs 0, which
 * is no time, or before 1970, or clocks more than 73 years apart.  One that was
 * never set, and counts from 1970, is an offset like any other.
 *
 * A clock was set when the bounds of this exchange and those of the one
 * believed so far exclude one another, drift allowed for; the filter then
 * begins anew.  Those that were on their way when that was seen may have been
 * held up since before it: they are not used.
 */
SILBO_API
SILBO_MUST_USE
bool silbo_sync_on_exchange(struct silbo_sync *sync, uint64_t t1, uint64_t t2,
    uint64_t t3, uint64_t t4);

/*
 * Was an exchange on its way when the last step was seen, being sent at t1?
 * Then nobody knows by which of the two clocks its times are.
 */
SILBO_API
bool silbo_sync_is_astride(const struct silbo_sync *sync, uint64_t t1);

SILBO_API
void silbo_sync_report(
    const struct silbo_sync *sync, struct silbo_sync_report *report);

#ifdef __cplusplus
}
#endif

#endif
