/* SPDX-License-Identifier: MIT */
/*
 * Steps of a wall clock: somebody, or a program that keeps the time, set it.
 * Told by reading it beside a monotonic clock again and again.
 *
 * Slewing is no step: a clock that is made to run slower or faster for a while,
 * by 500 ppm on Linux.
 */
#ifndef SILBO_STEPS_H
#define SILBO_STEPS_H

#include <silbo/defs.h>

#ifdef __cplusplus
extern "C" {
#endif

struct silbo_steps {
	/* private */
	bool begun;
	uint64_t ahead_ns; /* the wall clock, at the last reading; modulo */
	silbo_time read_at;
	uint64_t count;
	uint64_t total_ns; /* modulo */
};

struct silbo_steps_report {
	uint64_t count;
	int64_t total_ns; /* forward, less those back */
};

SILBO_API
void silbo_steps_init(struct silbo_steps *steps);

/*
 * A reading; the first one tells nothing.  A change by more than 10 ms, and
 * 1000 ppm of the time between two readings, is a step.
 *
 *   wall_ns  the wall clock, read between
 *   before   and `now`; when they are more than 1 ms apart, somebody was
 *            interrupted in between, and the reading is not used
 */
SILBO_API
void silbo_steps_on_reading(struct silbo_steps *steps, uint64_t wall_ns,
    silbo_time before, silbo_time now);

SILBO_API
void silbo_steps_report(
    const struct silbo_steps *steps, struct silbo_steps_report *report);

#ifdef __cplusplus
}
#endif

#endif
