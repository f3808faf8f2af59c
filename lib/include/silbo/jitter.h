/* SPDX-License-Identifier: MIT */
/*
 * Interarrival jitter of RFC 3550 (section 6.4.1, appendix A.8).
 *
 *   D(i-1,i) = (R_i - R_i-1) - (S_i - S_i-1)
 *   J = J + (|D| - J) / 16
 *
 * Fed with first copies only (the RFC feeds every packet), in order of arrival,
 * with R the time of arrival and S the media time, both in ns.  J starts at 0.
 */
#ifndef SILBO_JITTER_H
#define SILBO_JITTER_H

#include <silbo/defs.h>

#ifdef __cplusplus
extern "C" {
#endif

struct silbo_jitter {
	/* private */
	uint64_t arrival_ns;
	uint64_t media_ns;
	uint64_t scaled; /* 16 * J, as A.8 keeps it */
	uint64_t max;    /* of J */
	uint64_t sum;    /* of J, for the mean */
	uint64_t count;  /* of differences */
	bool begun;
};

struct silbo_jitter_report {
	uint64_t count;   /* differences fed; the rest is 0 when it is 0 */
	uint64_t last_ns; /* J after the last arrival */
	uint64_t mean_ns; /* of J over all arrivals */
	uint64_t max_ns;
};

SILBO_API
void silbo_jitter_init(struct silbo_jitter *jitter);

/*
 * Feed one first copy.  A difference above one hour (a clock step, or a hostile
 * media time) is not fed; the next one starts from here.
 */
SILBO_API
void silbo_jitter_on_arrival(
    struct silbo_jitter *jitter, uint64_t media_time, silbo_time arrival);

/* Forget the last arrival, not the figures: after a pause or discontinuity. */
SILBO_API
void silbo_jitter_reset(struct silbo_jitter *jitter);

SILBO_API
void silbo_jitter_report(
    const struct silbo_jitter *jitter, struct silbo_jitter_report *report);

#ifdef __cplusplus
}
#endif

#endif
