/* SPDX-License-Identifier: MIT */
/*
 * The state machine of RFC 8289 section 5, turned inside out: its deque() takes
 * as many datagrams as it drops, here each is asked about by itself.
 *
 * It refuses to know how fast the queue is served, and by what.
 */
#include "codel.h"

/* floor(sqrt(x)), bit by bit. */
static uint64_t
square_root(uint64_t x)
{
	uint64_t root = 0;

	for (uint64_t bit = (uint64_t)1 << 31; bit > 0; bit >>= 1)
		if ((root | bit) * (root | bit) <= x)
			root |= bit;
	return root;
}

/* Section 5.5: t + interval / sqrt(count); the quotient is rounded down. */
static silbo_time
control_law(const struct silbo_codel *codel, silbo_time t)
{
	return t +
	    square_root(codel->interval * codel->interval / codel->count);
}

/* dodequeue(): has the sojourn been above the target for an interval? */
static bool
may_drop(struct silbo_codel *codel, silbo_time put_at, uint64_t waiting,
    silbo_time now)
{
	if (now - put_at < codel->target || waiting <= SILBO_CODEL_MTU) {
		codel->first_above = 0;
		return false;
	}
	if (codel->first_above == 0) {
		codel->first_above = now + codel->interval;
		return false;
	}
	return now >= codel->first_above;
}

/* deque(): how often to drop when dropping begins.  Soon after the last time it
 * goes on from the rate that was found then.  The one behind goes in any case:
 * drop_next is ahead. */
static void
enter(struct silbo_codel *codel, silbo_time now)
{
	uint32_t delta = codel->count - codel->count_before;

	codel->dropping = true;
	codel->count = 1;
	/* Before the first time drop_next is 0 and delta too. */
	if (delta > 1 && now < codel->drop_next + 16 * codel->interval)
		codel->count = delta;
	codel->drop_next = control_law(codel, now);
	codel->count_before = codel->count;
}

void
silbo_codel_init(
    struct silbo_codel *codel, silbo_time target, silbo_time interval)
{
	*codel = (struct silbo_codel){.target = target, .interval = interval};
}

bool
silbo_codel_is_dropped(struct silbo_codel *codel, silbo_time put_at,
    uint64_t waiting, silbo_time now)
{
	bool may = may_drop(codel, put_at, waiting, now), again = codel->again;

	codel->again = false;
	if (!codel->dropping) {
		if (may)
			enter(codel, now);
		return may;
	}
	if (!may)
		codel->dropping = false;
	else if (again)
		codel->drop_next = control_law(codel, codel->drop_next);
	if (!codel->dropping || now < codel->drop_next)
		return false;
	codel->count++;
	codel->again = true;
	return true;
}

void
silbo_codel_on_empty(struct silbo_codel *codel)
{
	codel->first_above = 0;
	codel->dropping = codel->again = false;
}
