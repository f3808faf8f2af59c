/* SPDX-License-Identifier: MIT */
/*
 * The ids under which we send ourselves, the latest few: so that what is thrown
 * back at us is known.  Who takes another id does so after a suspend; what left
 * under one that is forgotten is no longer under way.  Private to lib/core.
 */
#ifndef SILBO_CORE_OWN_H
#define SILBO_CORE_OWN_H

#include <string.h>

#include <silbo/wire.h>

#define OWN_IDS 4

struct own_ids {
	struct silbo_source ids[OWN_IDS]; /* id i in place i % OWN_IDS */
	uint32_t count;                   /* that ever were */
};

static inline bool
own_has(const struct own_ids *own, const struct silbo_source *id)
{
	for (uint32_t i = 0; i < OWN_IDS && i < own->count; i++)
		if (memcmp(&own->ids[i], id, sizeof(*id)) == 0)
			return true;
	return false;
}

/* The latest takes the place of the oldest. */
static inline void
own_put(struct own_ids *own, const struct silbo_source *id)
{
	if (!own_has(own, id))
		own->ids[own->count++ % OWN_IDS] = *id;
}

#endif
