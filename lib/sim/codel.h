/* SPDX-License-Identifier: MIT */
/*
 * CoDel (RFC 8289): which datagrams at the head of a queue are dropped, so that
 * it stays short.  Private to lib/sim.
 */
#ifndef SILBO_SIM_CODEL_H
#define SILBO_SIM_CODEL_H

#include <silbo/defs.h>

/* What may always wait: RFC 8289 section 5.1 asks for the MTU. */
#define SILBO_CODEL_MTU 1500u

struct silbo_codel {
	/* private */
	silbo_time target, interval;
	silbo_time first_above; /* 0: below the target */
	silbo_time drop_next;
	uint32_t count, count_before;
	bool dropping;
	bool again; /* the one before was dropped within the same deque() */
};

/* Begin anew: nothing has been above the target. */
void silbo_codel_init(
    struct silbo_codel *codel, silbo_time target, silbo_time interval);

/*
 * The head could go now.  Returns true when it is dropped instead; then the
 * next one is asked about at once, or silbo_codel_on_empty called.
 *
 *   put_at   when it came
 *   waiting  bytes of all behind it
 */
SILBO_MUST_USE
bool silbo_codel_is_dropped(struct silbo_codel *codel, silbo_time put_at,
    uint64_t waiting, silbo_time now);

/* The queue could send, and has nothing. */
void silbo_codel_on_empty(struct silbo_codel *codel);

#endif
