/* SPDX-License-Identifier: MIT */
/*
 * Places for datagrams in a block of the caller's.  The last that was freed is
 * the first to be used again, so that few pages are touched however many there
 * are.  Private to lib/sim.
 */
#ifndef SILBO_SIM_STORE_H
#define SILBO_SIM_STORE_H

#include <assert.h>

#include "../core/align.h"

#include <silbo/link.h>

#define SILBO_STORE_NONE UINT32_MAX

struct silbo_flight {
	struct silbo_fate fate;
	uint32_t link;
	uint32_t events;                      /* that are still to come of it */
	uint32_t below;                       /* of the free ones: the next */
	_Alignas(max_align_t) uint8_t data[]; /* as sent */
};

struct silbo_store {
	/* private, held apart */
	uint8_t *mem;
	size_t stride;
	uint32_t capacity;
	uint32_t used; /* places that were ever used: the first ones */
	uint32_t top;  /* of the free ones among them */
	uint32_t held;
};

static inline size_t
silbo_store_stride(size_t datagram_max)
{
	return align(sizeof(struct silbo_flight) + datagram_max);
}

static inline size_t
silbo_store_size(uint32_t places, size_t datagram_max)
{
	return places * silbo_store_stride(datagram_max);
}

static inline void
silbo_store_init(
    struct silbo_store *store, void *mem, uint32_t places, size_t datagram_max)
{
	*store = (struct silbo_store){.mem = mem,
	    .stride = silbo_store_stride(datagram_max),
	    .capacity = places,
	    .top = SILBO_STORE_NONE};
}

static inline struct silbo_flight *
silbo_store_at(const struct silbo_store *store, uint32_t place)
{
	assert(place < store->used);
	return (void *)(store->mem + place * store->stride);
}

/* A place, as it was left; SILBO_STORE_NONE: all are taken. */
static inline uint32_t
silbo_store_put(struct silbo_store *store)
{
	uint32_t place = store->top;

	if (place != SILBO_STORE_NONE)
		store->top = silbo_store_at(store, place)->below;
	else if (store->used < store->capacity)
		place = store->used++;
	else
		return SILBO_STORE_NONE;
	store->held++;
	return place;
}

static inline void
silbo_store_release(struct silbo_store *store, uint32_t place)
{
	assert(store->held > 0);
	silbo_store_at(store, place)->below = store->top;
	store->top = place;
	store->held--;
}

#endif
