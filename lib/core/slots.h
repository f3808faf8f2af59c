/* SPDX-License-Identifier: MIT */
/*
 * The ring of a track: one slot per number in the window, found by the low bits
 * of the number.  Private to lib/core.
 */
#ifndef SILBO_CORE_SLOTS_H
#define SILBO_CORE_SLOTS_H

#include <silbo/track.h>

/* 2^20 ns: a shift instead of a division, and 2^16 steps span 68 s, which is
 * more than twice the longest T (see pass_time). */
#define STEP_SHIFT 20

static inline size_t
slot_of(const struct silbo_track *track, uint64_t number)
{
	return (size_t)(number & (track->window - 1));
}

static inline bool
is_seen(const struct silbo_track *track, uint64_t number)
{
	size_t slot = slot_of(track, number);

	return (track->seen[slot / 64] >> slot % 64 & 1) != 0;
}

static inline void
mark_seen(struct silbo_track *track, uint64_t number)
{
	size_t slot = slot_of(track, number);

	track->seen[slot / 64] |= (uint64_t)1 << slot % 64;
}

/* Steps since it was found missing; the caller knows that 16 bits hold them. */
static inline uint32_t
age_of(const struct silbo_track *track, uint64_t number)
{
	uint16_t now = (uint16_t)track->last_step;

	return (uint16_t)(now - track->since[slot_of(track, number)]);
}

/* From now on the numbers from .. to-1 have slots: missing since step. */
static inline void
open_slots(struct silbo_track *track, uint64_t from, uint64_t to, uint64_t step)
{
	for (uint64_t n = from; n < to; n++) {
		size_t slot = slot_of(track, n);

		track->seen[slot / 64] &= ~((uint64_t)1 << slot % 64);
		track->since[slot] = (uint16_t)step;
	}
}

#endif
