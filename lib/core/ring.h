/* SPDX-License-Identifier: MIT */
/*
 * The ring of a play-out: payloads kept by number until they are handed out.
 * Private to lib/core.
 *
 * Every number kept is in low .. low + frames - 1, so the low bits of a number
 * find its slot.  A released slot keeps its bytes until the next is stored.
 */
#ifndef SILBO_CORE_RING_H
#define SILBO_CORE_RING_H

#include <assert.h>
#include <string.h>

#include <silbo/playout.h>

struct slot {
	uint64_t number;
	int64_t position;
	silbo_time at;
	size_t bytes;
	uint16_t duration;
	uint8_t flags, format;
	bool used, repaired;
};

struct ring {
	struct slot *slots;
	uint8_t *payloads;
	uint32_t frames, payload_max;
	uint64_t low, high;
	uint32_t held;     /* payloads kept */
	uint32_t timeless; /* of which of duration 0 */
};

static inline struct slot *
slot_of(const struct ring *ring, uint64_t number)
{
	return &ring->slots[number & (ring->frames - 1)];
}

static inline uint8_t *
payload_of(const struct ring *ring, const struct slot *slot)
{
	return ring->payloads +
	    (size_t)(slot - ring->slots) * ring->payload_max;
}

static inline bool
is_kept(const struct ring *ring, uint64_t number)
{
	const struct slot *slot = slot_of(ring, number);

	return slot->used && slot->number == number;
}

static inline void
clear_ring(struct ring *ring)
{
	memset(ring->slots, 0, ring->frames * sizeof(*ring->slots));
	ring->held = ring->timeless = 0;
}

/* The lowest number kept; there is one.  Amortised O(1): low only climbs. */
static inline struct slot *
lowest_kept(struct ring *ring)
{
	assert(ring->held > 0);
	while (!slot_of(ring, ring->low)->used)
		ring->low++;
	return slot_of(ring, ring->low);
}

/* The lowest number of duration 0; there is one. */
static inline struct slot *
lowest_timeless(struct ring *ring)
{
	uint64_t number = lowest_kept(ring)->number;

	assert(ring->timeless > 0);
	while (
	    !slot_of(ring, number)->used || slot_of(ring, number)->duration > 0)
		number++;
	return slot_of(ring, number);
}

/* Move the ring's lower end to make room; false: too far from the others. */
static inline bool
make_room(struct ring *ring, uint64_t number)
{
	if (ring->held == 0)
		ring->low = ring->high = number;
	else
		(void)lowest_kept(ring);
	if (number < ring->low && ring->high - number < ring->frames)
		ring->low = number;
	if (number < ring->low || number - ring->low >= ring->frames)
		return false;
	if (number > ring->high)
		ring->high = number;
	return true;
}

/* Copy a payload that is not kept into its place; false: no room. */
static inline bool
store(struct ring *ring, const struct silbo_playout_put *put, int64_t position)
{
	struct slot *slot = slot_of(ring, put->number);

	if (put->payload_bytes > ring->payload_max ||
	    !make_room(ring, put->number))
		return false;
	assert(!slot->used);
	*slot = (struct slot){.number = put->number,
	    .position = position,
	    .at = put->at,
	    .bytes = put->payload_bytes,
	    .duration = put->duration,
	    .flags = put->flags,
	    .format = put->format,
	    .used = true,
	    .repaired = put->repaired};
	if (put->payload_bytes > 0)
		memcpy(
		    payload_of(ring, slot), put->payload, put->payload_bytes);
	ring->held++;
	ring->timeless += put->duration == 0;
	return true;
}

static inline void
release(struct ring *ring, struct slot *slot)
{
	slot->used = false;
	ring->held--;
	ring->timeless -= slot->duration == 0;
}

#endif
