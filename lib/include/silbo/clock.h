/* SPDX-License-Identifier: MIT */
/*
 * The clocks of the machine, in nanoseconds.  Part of the edge, as silbo/net.h,
 * which includes this; the core is told the time.
 */
#ifndef SILBO_CLOCK_H
#define SILBO_CLOCK_H

#include <silbo/defs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* CLOCK_MONOTONIC: the `now` of every other function. */
SILBO_API
silbo_time silbo_clock_now(void);

/* CLOCK_REALTIME in ns since the Unix epoch: for anchors and reports only. */
SILBO_API
uint64_t silbo_clock_wall(void);

/* Both of one moment: `now` is at most within_ns away from when `wall` was
 * read. */
struct silbo_clocks {
	silbo_time now;
	uint64_t wall;
	uint64_t within_ns;
};

/*
 * Read them, the wall clock between two readings of the other; and again, eight
 * times at most, while these are more than 1 us apart, as somebody may have
 * been stopped between them.  The narrowest counts.
 */
SILBO_API
void silbo_clock_read(struct silbo_clocks *clocks);

/*
 * How long the machine has slept, in ns (CLOCK_BOOTTIME less CLOCK_MONOTONIC):
 * only differences mean something.  One of more than a second tells of a
 * suspend and resume in between.  A machine that was cloned, or restored from a
 * snapshot, does not know of it.
 */
SILBO_API
int64_t silbo_clock_slept(void);

#ifdef __cplusplus
}
#endif

#endif
