/* SPDX-License-Identifier: MIT */
/*
 * A clock that runs faster or slower than the world's, in integers.  Private to
 * lib/sim.
 *
 * It shows offset + floor(t (1 + ppb / 10^9)), never less than 0: monotone,
 * without an error that grows.
 */
#ifndef SILBO_SIM_SKEW_H
#define SILBO_SIM_SKEW_H

#include <assert.h>

#include <silbo/world.h>

#define SILBO_SKEW_PPB_MAX 1000000
#define SILBO_SKEW_PARTS INT64_C(1000000000)
#define SILBO_SKEW_TIME_MAX (UINT64_MAX / 4) /* 146 years */

/* What it shows. */
static inline silbo_time
silbo_skew_local(const struct silbo_skew *skew, silbo_time now)
{
	int64_t seconds, rest, more, shown;

	if (now == SILBO_TIME_NEVER)
		return now;
	assert(now <= SILBO_SKEW_TIME_MAX);
	if (skew->ppb == 0 && skew->offset_ns == 0)
		return now;
	seconds = (int64_t)(now / SILBO_NS_PER_S);
	rest = (int64_t)(now % SILBO_NS_PER_S) * skew->ppb;
	more = rest / SILBO_SKEW_PARTS - (rest % SILBO_SKEW_PARTS < 0);
	shown = (int64_t)now + skew->offset_ns + seconds * skew->ppb + more;
	return shown > 0 ? (silbo_time)shown : 0;
}

/* The first world time at which it shows as much. */
static inline silbo_time
silbo_skew_world(const struct silbo_skew *skew, silbo_time local)
{
	int64_t pace = SILBO_SKEW_PARTS + skew->ppb, run, rest;

	if (local == SILBO_TIME_NEVER)
		return local;
	assert(local <= SILBO_SKEW_TIME_MAX);
	if (skew->ppb == 0 && skew->offset_ns == 0)
		return local;
	run = (int64_t)local - skew->offset_ns;
	if (local == 0 || run <= 0)
		return 0;
	/* ceil(run / (1 + ppb / 10^9)) */
	rest = run % pace * SILBO_SKEW_PARTS;
	return (silbo_time)(run / pace * SILBO_SKEW_PARTS +
	    (rest + pace - 1) / pace);
}

#endif
