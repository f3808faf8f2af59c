/* SPDX-License-Identifier: MIT */
/*
 * Tombstones: which sources without a place are remembered, and which of them
 * makes way for the next one: the oldest of its row.
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

		if (tomb->made > 0 && memcmp(&tomb->id, id, sizeof(*id)) == 0)
			return tomb;
	}
	return NULL;
}

/* Where none stands, or the oldest. */
static struct silbo_tomb *
oldest_of(struct silbo_tomb *row, uint32_t count)
{
	struct silbo_tomb *oldest = row;

	for (uint32_t i = 1; i < count; i++)
		if (row[i].made < oldest->made)
			oldest = &row[i];
	return oldest;
}

void
silbo_tombs_put(
    struct silbo_tombs *tombs, const struct silbo_tomb *tomb, bool established)
{
	const struct silbo_tomb *old = silbo_tombs_get(tombs, &tomb->id);
	struct silbo_tomb *to;

	/* Two of one source would contradict each other. */
	if (old != NULL) {
		size_t at = (size_t)(old - tombs->tombs);

		tombs->tombs[at].made = 0;
		/* Who was once established stays among those who were. */
		established = established || at < TOMBS_CLOSED;
	}
	if (established)
		to = oldest_of(tombs->tombs, TOMBS_CLOSED);
	else
		to = oldest_of(tombs->tombs + TOMBS_CLOSED, TOMBS_EVICTED);
	*to = *tomb;
	to->made = ++tombs->made;
}
