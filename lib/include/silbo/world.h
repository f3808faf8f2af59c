/* SPDX-License-Identifier: MIT */
/*
 * The world: endpoints, the links between them, and one order of events, by
 * time and then by insertion.  It moves opaque bytes and has no clock: whoever
 * drives it says what time it is, a simulator by jumping to the deadline, a
 * relay by waiting for it.
 *
 *   for (;;) {
 *           now = silbo_world_deadline(world);
 *           while (silbo_world_get(world, &event, now))
 *                   ... ARRIVAL, TIMER: the endpoint acts, and may put
 *   }
 */
#ifndef SILBO_WORLD_H
#define SILBO_WORLD_H

#include <silbo/link.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The clock of an endpoint beside that of the world: it shows offset +
 * floor(t (1 + ppb / 10^9)) at world time t, and 0 as long as that is below.
 * Times end 146 years after 0.
 */
struct silbo_world_clock {
	int64_t offset_ns; /* what it shows at world time 0 */
	int32_t ppb;       /* how much faster it runs, 10^-9: +-1 000 000 */
};

struct silbo_world_config {
	uint32_t endpoints;  /* at most, 1 to 2^20 */
	uint32_t links;      /* at most, 1 to 2^20 */
	uint32_t datagrams;  /* in queues and on the way at once, 1 to 2^29; one
	                      * that comes twice counts once */
	uint32_t queue;      /* of which in the queue of one link, 1 or more */
	size_t datagram_max; /* bytes */
};

enum silbo_event_kind {
	SILBO_EVENT_TIMER,   /* of an endpoint */
	SILBO_EVENT_ARRIVAL, /* of a datagram at an endpoint */
	SILBO_EVENT_FATE /* of a datagram: decided (see silbo_world_watch) */
};

struct silbo_event {
	enum silbo_event_kind kind;
	silbo_time at;     /* world time */
	silbo_time local;  /* the same on the endpoint's clock */
	uint32_t endpoint; /* TIMER: whose; ARRIVAL: where; FATE: who sent */
	uint32_t link;     /* ARRIVAL, FATE */
	uint64_t index;    /* of the datagram in its link */
	silbo_time put_at; /* ARRIVAL, FATE */
	unsigned copy;     /* ARRIVAL: 0, 1 the second */
	uint8_t *data;     /* ARRIVAL: the caller's to change until the next
	                    * silbo_world_get; FATE: as sent, to be read */
	size_t len;
	struct silbo_fate fate; /* FATE; ARRIVAL: the same again; its handle is
	                         * the world's */
};

struct silbo_world_report {
	uint64_t events;         /* handed out or settled inside */
	uint64_t compared;       /* pairs of events, to know which is first */
	uint64_t refused;        /* puts for which there was no place */
	uint32_t held, held_max; /* datagrams in the world */
};

struct silbo_world; /* opaque */

/* Bytes of memory a world needs; places of datagrams are touched as they are
 * used, the last used first. */
SILBO_API
size_t silbo_world_size(const struct silbo_world_config *config);

/* Prepare one in mem (that many bytes, aligned as by malloc), empty. */
SILBO_API
struct silbo_world *silbo_world_init(
    void *mem, const struct silbo_world_config *config);

/* Another endpoint; clock NULL: its clock is the world's.  Returns its index, or
 * SILBO_ERR_SPACE. */
SILBO_API
SILBO_MUST_USE
int silbo_world_join(
    struct silbo_world *world, const struct silbo_world_clock *clock);

/*
 * Another link between two endpoints.  See silbo_link_init for phases and
 * epoch, which is now.
 *
 *   seed  of the world: the link's own is made of it and the link's index
 *
 * Returns the index of the link, or SILBO_ERR_SPACE.
 */
SILBO_API
SILBO_MUST_USE
int silbo_world_connect(struct silbo_world *world, uint32_t from, uint32_t to,
    const struct silbo_link_phase *phases, uint32_t count, uint64_t seed,
    silbo_time now);

/* Hand out FATE events of this link as well, from now on: each at the time at
 * which it is decided, ahead of the arrivals. */
SILBO_API
void silbo_world_watch(struct silbo_world *world, uint32_t link);

/*
 * Send a datagram over a link; the bytes are copied.
 *
 * Returns 0; SILBO_ERR_TOO_LARGE above datagram_max; SILBO_ERR_SPACE when the
 * world has no place: counted, and not the link's doing.
 */
SILBO_API
SILBO_MUST_USE
int silbo_world_put(struct silbo_world *world, uint32_t link,
    const uint8_t *data, size_t len, silbo_time now);

/* Set the one timer of an endpoint, in its own time: it is due when the clock
 * first shows as much, what has passed at once; SILBO_TIME_NEVER: none. */
SILBO_API
void silbo_world_wake(struct silbo_world *world, uint32_t endpoint,
    silbo_time local, silbo_time now);

/* The next event due by now, in order.  False: none. */
SILBO_API
SILBO_MUST_USE
bool silbo_world_get(
    struct silbo_world *world, struct silbo_event *event, silbo_time now);

/* When the next thing happens, which may be no event but something inside;
 * SILBO_TIME_NEVER: nothing more. */
SILBO_API
silbo_time silbo_world_deadline(const struct silbo_world *world);

/* What an endpoint's clock shows at a world time. */
SILBO_API
silbo_time silbo_world_local(
    const struct silbo_world *world, uint32_t endpoint, silbo_time now);

SILBO_API
const struct silbo_link *silbo_world_link(
    const struct silbo_world *world, uint32_t link);

SILBO_API
void silbo_world_report(
    const struct silbo_world *world, struct silbo_world_report *report);

#ifdef __cplusplus
}
#endif

#endif
