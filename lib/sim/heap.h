/* SPDX-License-Identifier: MIT */
/*
 * The order of events: a heap of four branches, ordered by time and then by
 * insertion.  Private to lib/sim.
 *
 * It holds items, numbers below a limit given at its birth.  The first of them
 * are movable: of those it knows where they stand, so that their time can be
 * changed and they can be taken back.  The others are put once and come once.
 */
#ifndef SILBO_SIM_HEAP_H
#define SILBO_SIM_HEAP_H

#include <assert.h>

#include "../core/align.h"

#include <silbo/defs.h>

#define SILBO_HEAP_BRANCHES 4
#define SILBO_HEAP_ABSENT UINT32_MAX

struct silbo_heap_entry {
	silbo_time at;
	uint64_t order; /* of insertion */
	uint32_t item;
};

struct silbo_heap {
	/* private, count and compared apart */
	struct silbo_heap_entry *entries;
	uint32_t *places; /* of the movable ones */
	uint32_t movable, capacity;
	uint32_t count;
	uint64_t order;
	uint64_t compared; /* pairs of entries, since its birth */
};

/* Bytes of memory for so many items at once. */
static inline size_t
silbo_heap_size(uint32_t movable, uint32_t items)
{
	return align((size_t)items * sizeof(struct silbo_heap_entry)) +
	    align((size_t)movable * sizeof(uint32_t));
}

/* Prepare one in mem, aligned as by malloc.  Entries are not touched before
 * they are used. */
static inline void
silbo_heap_init(
    struct silbo_heap *heap, void *mem, uint32_t movable, uint32_t items)
{
	uint8_t *at = mem;

	*heap = (struct silbo_heap){
	    .entries = mem, .movable = movable, .capacity = items};
	at += align((size_t)items * sizeof(struct silbo_heap_entry));
	heap->places = (void *)at;
	for (uint32_t i = 0; i < movable; i++)
		heap->places[i] = SILBO_HEAP_ABSENT;
}

static inline bool
silbo_heap_is_before(struct silbo_heap *heap, const struct silbo_heap_entry *a,
    const struct silbo_heap_entry *b)
{
	heap->compared++;
	return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static inline void
silbo_heap_settle(
    struct silbo_heap *heap, uint32_t i, const struct silbo_heap_entry *entry)
{
	heap->entries[i] = *entry;
	if (entry->item < heap->movable)
		heap->places[entry->item] = i;
}

/* Place i is free: settle the entry there or nearer to the top. */
static inline void
silbo_heap_raise(
    struct silbo_heap *heap, uint32_t i, const struct silbo_heap_entry *entry)
{
	while (i > 0) {
		uint32_t above = (i - 1) / SILBO_HEAP_BRANCHES;

		if (!silbo_heap_is_before(heap, entry, &heap->entries[above]))
			break;
		silbo_heap_settle(heap, i, &heap->entries[above]);
		i = above;
	}
	silbo_heap_settle(heap, i, entry);
}

/* Place i is free: settle the entry there or farther from the top. */
static inline void
silbo_heap_lower(
    struct silbo_heap *heap, uint32_t i, const struct silbo_heap_entry *entry)
{
	for (;;) {
		uint32_t first = i * SILBO_HEAP_BRANCHES + 1, best = first;

		if (first >= heap->count)
			break;
		for (uint32_t c = first + 1;
		     c < heap->count && c < first + SILBO_HEAP_BRANCHES; c++)
			if (silbo_heap_is_before(
				heap, &heap->entries[c], &heap->entries[best]))
				best = c;
		if (!silbo_heap_is_before(heap, &heap->entries[best], entry))
			break;
		silbo_heap_settle(heap, i, &heap->entries[best]);
		i = best;
	}
	silbo_heap_settle(heap, i, entry);
}

/* Take out what stands at place i. */
static inline void
silbo_heap_take(struct silbo_heap *heap, uint32_t i)
{
	struct silbo_heap_entry last = heap->entries[--heap->count];

	if (heap->entries[i].item < heap->movable)
		heap->places[heap->entries[i].item] = SILBO_HEAP_ABSENT;
	if (i == heap->count)
		return;
	if (i > 0 &&
	    silbo_heap_is_before(
		heap, &last, &heap->entries[(i - 1) / SILBO_HEAP_BRANCHES]))
		silbo_heap_raise(heap, i, &last);
	else
		silbo_heap_lower(heap, i, &last);
}

/* Take a movable item back; nothing when it is not there. */
static inline void
silbo_heap_remove(struct silbo_heap *heap, uint32_t item)
{
	assert(item < heap->movable);
	if (heap->places[item] != SILBO_HEAP_ABSENT)
		silbo_heap_take(heap, heap->places[item]);
}

/*
 * Put an item in.  A movable one that is there is moved, to behind all others
 * of its new time; when its time stays, so does it.
 */
static inline void
silbo_heap_put(struct silbo_heap *heap, uint32_t item, silbo_time at)
{
	struct silbo_heap_entry entry = {at, heap->order, item};

	if (item < heap->movable && heap->places[item] != SILBO_HEAP_ABSENT) {
		if (heap->entries[heap->places[item]].at == at)
			return;
		silbo_heap_take(heap, heap->places[item]);
	}
	assert(heap->count < heap->capacity);
	heap->order++;
	silbo_heap_raise(heap, heap->count++, &entry);
}

/* The first event; NULL when there is none. */
static inline const struct silbo_heap_entry *
silbo_heap_first(const struct silbo_heap *heap)
{
	return heap->count > 0 ? &heap->entries[0] : NULL;
}

/* Take the first event out; there is one. */
static inline struct silbo_heap_entry
silbo_heap_get(struct silbo_heap *heap)
{
	struct silbo_heap_entry first = heap->entries[0];

	assert(heap->count > 0);
	silbo_heap_take(heap, 0);
	return first;
}

#endif
