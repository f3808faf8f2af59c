/* SPDX-License-Identifier: MIT */
/*
 * Decides whether a wall clock was set between two readings.
 *
 * It refuses to know who set it and why, and what that does to whom: all that
 * is measured goes by the monotonic clock.
 */
#include <silbo/steps.h>

/* Between the two clocks nobody waited longer, or it is no reading. */
#define APART_NS SILBO_NS_PER_MS

/* Less is a correction, not a step: chronyd and ntpd step from 100 ms on. */
#define STEP_NS (10 * SILBO_NS_PER_MS)

/* The kernel slews by 500 ppm (adjtime), and corrects the frequency by as much
 * (adjtimex): both at once. */
#define SLEW_PART 1000

void
silbo_steps_init(struct silbo_steps *steps)
{
	*steps = (struct silbo_steps){.begun = false};
}

void
silbo_steps_on_reading(struct silbo_steps *steps, uint64_t wall_ns,
    silbo_time before, silbo_time now)
{
	uint64_t ahead = wall_ns - now, change, limit;

	if (now - before > APART_NS)
		return;
	change = ahead - steps->ahead_ns;
	if (change > UINT64_MAX / 2)
		change = 0 - change;
	limit = STEP_NS + (now - steps->read_at) / SLEW_PART;
	if (steps->begun && change > limit) {
		steps->count++;
		steps->total_ns += ahead - steps->ahead_ns;
	}
	steps->begun = true;
	steps->ahead_ns = ahead;
	steps->read_at = now;
}

void
silbo_steps_report(
    const struct silbo_steps *steps, struct silbo_steps_report *report)
{
	*report = (struct silbo_steps_report){
	    .count = steps->count, .total_ns = (int64_t)steps->total_ns};
}
