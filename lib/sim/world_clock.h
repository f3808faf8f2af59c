/* SPDX-License-Identifier: MIT */
/*
 * A clock that runs faster or slower than the world's, in integers.  Private to
 * lib/sim.
 *
 * It shows offset + floor(t (1 + ppb / 10^9)), never less than 0: monotone,
 * without an error that grows.
 */
#ifndef SILBO_SIM_WORLD_CLOCK_H
#define SILBO_SIM_WORLD_CLOCK_H

#include <assert.h>

#include <silbo/world.h>

#define WORLD_CLOCK_PPB_MAX 1000000
#define WORLD_CLOCK_PARTS INT64_C(1000000000)
#define WORLD_CLOCK_TIME_MAX (UINT64_MAX / 4) /* 146 years */

/* What it shows. */
static inline silbo_time
world_clock_local(const struct silbo_world_clock *clock, silbo_time now)
{
	int64_t seconds, rest, more, shown;

	if (now == SILBO_TIME_NEVER)
		return now;
	assert(now <= WORLD_CLOCK_TIME_MAX);
	if (clock->ppb == 0 && clock->offset_ns == 0)
		return now;
	seconds = (int64_t)(now / SILBO_NS_PER_S);
	rest = (int64_t)(now % SILBO_NS_PER_S) * clock->ppb;
	more = rest / WORLD_CLOCK_PARTS - (rest % WORLD_CLOCK_PARTS < 0);
	shown = (int64_t)now + clock->offset_ns + seconds * clock->ppb + more;
	return shown > 0 ? (silbo_time)shown : 0;
}

/* The first world time at which it shows as much. */
static inline silbo_time
world_clock_world(const struct silbo_world_clock *clock, silbo_time local)
{
	int64_t pace = WORLD_CLOCK_PARTS + clock->ppb, run, rest;

	if (local == SILBO_TIME_NEVER)
		return local;
	assert(local <= WORLD_CLOCK_TIME_MAX);
	if (clock->ppb == 0 && clock->offset_ns == 0)
		return local;
	run = (int64_t)local - clock->offset_ns;
	if (local == 0 || run <= 0)
		return 0;
	/* ceil(run / (1 + ppb / 10^9)) */
	rest = run % pace * WORLD_CLOCK_PARTS;
	return (silbo_time)(run / pace * WORLD_CLOCK_PARTS +
	    (rest + pace - 1) / pace);
}

#endif
