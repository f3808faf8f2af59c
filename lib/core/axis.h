/* SPDX-License-Identifier: MIT */
/*
 * The axis of a play-out: media time (ns, the sender's) to position (samples)
 * to the time at which that sample is due (ns, ours).  Private to lib/core.
 *
 * Positions may be negative: they count from whichever media time came first.
 */
#ifndef SILBO_CORE_AXIS_H
#define SILBO_CORE_AXIS_H

#include <silbo/defs.h>

struct axis {
	uint64_t ref; /* this media time ... */
	int64_t ref_position;
	int64_t due_zero; /* when position 0 is due */
};

/* As silbo_ns_to_samples, for any ns. */
static inline int64_t
to_samples(uint64_t ns)
{
	return (int64_t)(ns / 125000 * 6 + silbo_ns_to_samples(ns % 125000));
}

static inline int64_t
to_ns(int64_t samples)
{
	return samples < 0 ? -(int64_t)silbo_samples_to_ns((uint64_t)-samples)
			   : (int64_t)silbo_samples_to_ns((uint64_t)samples);
}

static inline void
set_axis(struct axis *axis, uint64_t media_time, int64_t position, int64_t due)
{
	axis->ref = media_time;
	axis->ref_position = position;
	axis->due_zero = due - to_ns(position);
}

/*
 * Media time wraps, so the shorter way round is taken.  A media time is exact
 * to 1 ns, a sample lasts 20833 ns: the nearest sample is the right one.
 */
static inline int64_t
position_of(const struct axis *axis, uint64_t media_time)
{
	uint64_t up = media_time - axis->ref;
	uint64_t down = axis->ref - media_time;

	return axis->ref_position +
	    (up <= down ? to_samples(up) : -to_samples(down));
}

static inline int64_t
due_at(const struct axis *axis, int64_t position)
{
	return axis->due_zero + to_ns(position);
}

/* The position that is due at this time. */
static inline int64_t
position_at(const struct axis *axis, silbo_time now)
{
	int64_t ns = (int64_t)now - axis->due_zero;

	return ns < 0 ? -to_samples((uint64_t)-ns) : to_samples((uint64_t)ns);
}

#endif
