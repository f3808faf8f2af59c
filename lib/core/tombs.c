/* SPDX-License-Identifier: MIT */
/*
 * Tombstones: which sources without a place are remembered, and which of them
 * makes way for the next one: the oldest of its ring.
 *
 * It refuses to know why a source lost its place, and what its numbers mean.
 */
#include <string.h>

#include "tombs.h"

void
silbo_tombs_init(struct silbo_tombs *tombs)
{
	memset(tombs, 0, sizeof(*tombs));
}

/* 20 KiB at most are looked through, and only for a source without a place. */
const struct silbo_tomb *
silbo_tombs_get(const struct silbo_tombs *tombs, const struct silbo_source *id)
{
	for (uint32_t i = 0; i < SILBO_GATE_TOMBSTONES; i++) {
		const struct silbo_tomb *tomb = &tombs->tombs[i];

		if (tomb->used && memcmp(&tomb->id, id, sizeof(*id)) == 0)
			return tomb;
	}
	return NULL;
}

/* The next of a ring of `count`, which begins at `first`. */
static struct silbo_tomb *
next_of(struct silbo_tombs *tombs, uint32_t *at, uint32_t first, uint32_t count)
{
	struct silbo_tomb *tomb = &tombs->tombs[first + *at];

	*at = (*at + 1) % count;
	return tomb;
}

void
silbo_tombs_put(
    struct silbo_tombs *tombs, const struct silbo_tomb *tomb, bool established)
{
	const struct silbo_tomb *old = silbo_tombs_get(tombs, &tomb->id);
	size_t i = old != NULL ? (size_t)(old - tombs->tombs) : 0;
	struct silbo_tomb *to;

	/* Two of one source would contradict each other.  And who was once
	 * established stays where strangers cannot wash it away. */
	if (old != NULL)
		tombs->tombs[i].used = false;
	if (old != NULL && !established && i < TOMBS_CLOSED)
		to = &tombs->tombs[i];
	else if (established)
		to = next_of(tombs, &tombs->closed, 0, TOMBS_CLOSED);
	else
		to = next_of(
		    tombs, &tombs->evicted, TOMBS_CLOSED, TOMBS_EVICTED);
	*to = *tomb;
	to->used = true;
}
