/* SPDX-License-Identifier: MIT */
/*
 * How fast two clocks run apart, from one-way delays alone: the least delay of
 * each window of time, their lower convex hull, and the slope of its edge over
 * the middle of the time (Moon, Skelly, Towsley, 1999).
 *
 * A queue that fills or a route that changes makes a slope as well.  So the
 * thirds of the time are asked too, each by itself: one of them may be spoiled,
 * two have to agree.  What is believed once stays until something better comes,
 * since clocks do not change when the network does.
 */
#ifndef SILBO_SKEW_H
#define SILBO_SKEW_H

#include <silbo/defs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of 125 ms at first; when all are used, two become one of twice the width. */
#define SILBO_SKEW_WINDOWS 128

struct silbo_skew {
	/* private */
	uint64_t width_ns;
	uint32_t windows; /* in use */
	bool known;
	double slope; /* believed */
	double doubt; /* of it */
	struct {
		uint64_t at_ns;
		int64_t delay_ns; /* INT64_MAX: nothing came */
	} least[SILBO_SKEW_WINDOWS];
};

struct silbo_skew_report {
	bool known;       /* the rest is 0 unless */
	double ppm;       /* what delays seem to grow by, up to 500 */
	double doubt_ppm; /* how far the parts of the time disagree about it */
};

/* Touches the first few words only. */
SILBO_API
void silbo_skew_init(struct silbo_skew *skew);

/*
 * One delay, of any origin, within some hours of the others.
 *
 *   delay_ns  its sign is that of arrival - sending
 *   at_ns     when it arrived, ns since any moment before the first; may be out
 *             of order
 *
 * Returns true when the slope that is believed is another than before.  O(1),
 * but once a second: some microseconds.
 */
SILBO_API
bool silbo_skew_on_delay(
    struct silbo_skew *skew, int64_t delay_ns, uint64_t at_ns);

/*
 * The highest line of this slope (of 1, not ppm) with no least delay below it:
 * its value at time 0, ns.  INT64_MAX when nothing came.
 */
SILBO_API
int64_t silbo_skew_floor(const struct silbo_skew *skew, double slope);

SILBO_API
void silbo_skew_report(
    const struct silbo_skew *skew, struct silbo_skew_report *report);

#ifdef __cplusplus
}
#endif

#endif
