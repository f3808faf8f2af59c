/* SPDX-License-Identifier: MIT */
/*
 * One order of events for endpoints and links.  What a link decides becomes at
 * once the arrivals that follow from it; only those, and timers, leave the
 * world.
 *
 * It refuses to know what the bytes are, and what endpoints do with them.
 *
 * Items of the heap: timers, one an endpoint; links, one each, when one waits
 * in its queue; then three for each place of the store, what may still come of
 * the datagram in it.
 */
#include <assert.h>
#include <string.h>

#include "heap.h"
#include "store.h"
#include "world_clock.h"

#define OBJECTS_MAX (1u << 20)
#define PARTS 3 /* both copies, and the fate */
#define FATE (PARTS - 1)

struct edge {
	struct silbo_link *link;
	uint32_t from, to;
	bool watched;
};

struct silbo_world {
	struct silbo_world_config config;
	struct silbo_heap heap;
	struct silbo_store store;
	struct silbo_world_clock *clocks;
	struct edge *edges;
	uint8_t *links; /* link_bytes each */
	size_t link_bytes;
	uint8_t *lent; /* a first copy, when a second follows */
	uint32_t endpoints_count, links_count;
	uint32_t delivered; /* place of what was handed out last */
	struct silbo_world_report report;
};

static uint32_t
movable(const struct silbo_world_config *config)
{
	return config->endpoints + config->links;
}

/* One place more: that of what was handed out last. */
static uint32_t
places(const struct silbo_world_config *config)
{
	return config->datagrams + 1;
}

static uint32_t
items(const struct silbo_world_config *config)
{
	return movable(config) + places(config) * PARTS;
}

static void
check(const struct silbo_world_config *config)
{
	(void)config;
	assert(config->endpoints > 0 && config->endpoints <= OBJECTS_MAX);
	assert(config->links > 0 && config->links <= OBJECTS_MAX);
	assert(config->datagrams > 0 && config->datagrams <= 1u << 29);
	assert(config->queue > 0 && config->queue <= config->datagrams);
}

size_t
silbo_world_size(const struct silbo_world_config *config)
{
	check(config);
	return align(sizeof(struct silbo_world)) +
	    silbo_heap_size(movable(config), items(config)) +
	    align(config->endpoints * sizeof(struct silbo_world_clock)) +
	    align(config->links * sizeof(struct edge)) +
	    config->links * align(silbo_link_size(config->queue)) +
	    align(config->datagram_max) +
	    silbo_store_size(places(config), config->datagram_max);
}

/* The next so many bytes of a block. */
static void *
carve(uint8_t **at, size_t bytes)
{
	void *part = *at;

	*at += align(bytes);
	return part;
}

struct silbo_world *
silbo_world_init(void *mem, const struct silbo_world_config *config)
{
	uint8_t *at = mem;
	struct silbo_world *world = carve(&at, sizeof(*world));

	check(config);
	*world = (struct silbo_world){.config = *config,
	    .link_bytes = align(silbo_link_size(config->queue)),
	    .delivered = SILBO_STORE_NONE};
	silbo_heap_init(&world->heap,
	    carve(&at, silbo_heap_size(movable(config), items(config))),
	    movable(config), items(config));
	world->clocks =
	    carve(&at, config->endpoints * sizeof(struct silbo_world_clock));
	world->edges = carve(&at, config->links * sizeof(struct edge));
	world->links = carve(&at, config->links * world->link_bytes);
	world->lent = carve(&at, config->datagram_max);
	silbo_store_init(
	    &world->store, at, places(config), config->datagram_max);
	return world;
}

int
silbo_world_join(
    struct silbo_world *world, const struct silbo_world_clock *clock)
{
	const struct silbo_world_clock none = {0, 0};

	if (world->endpoints_count == world->config.endpoints)
		return SILBO_ERR_SPACE;
	if (clock == NULL)
		clock = &none;
	assert(clock->ppb >= -WORLD_CLOCK_PPB_MAX &&
	    clock->ppb <= WORLD_CLOCK_PPB_MAX);
	assert(clock->offset_ns >= -(int64_t)WORLD_CLOCK_TIME_MAX &&
	    clock->offset_ns <= (int64_t)WORLD_CLOCK_TIME_MAX);
	world->clocks[world->endpoints_count] = *clock;
	return (int)world->endpoints_count++;
}

int
silbo_world_connect(struct silbo_world *world, uint32_t from, uint32_t to,
    const struct silbo_link_phase *phases, uint32_t count, uint64_t seed,
    silbo_time now)
{
	uint32_t index = world->links_count;
	struct edge *edge = &world->edges[index];

	assert(from < world->endpoints_count && to < world->endpoints_count);
	if (index == world->config.links)
		return SILBO_ERR_SPACE;
	world->links_count++;
	*edge = (struct edge){.from = from, .to = to};
	edge->link = silbo_link_init(world->links + index * world->link_bytes,
	    world->config.queue, phases, count,
	    silbo_random_stream(seed, index), now);
	return (int)index;
}

void
silbo_world_watch(struct silbo_world *world, uint32_t link)
{
	assert(link < world->links_count);
	world->edges[link].watched = true;
}

static void
await(struct silbo_world *world, uint32_t place, uint32_t part, silbo_time at)
{
	silbo_heap_put(
	    &world->heap, movable(&world->config) + place * PARTS + part, at);
	silbo_store_at(&world->store, place)->events++;
}

/* Its fate is decided: what will come of it? */
static void
decide(struct silbo_world *world, const struct edge *edge,
    struct silbo_flight *flight)
{
	const struct silbo_fate *fate = &flight->fate;

	if (edge->watched)
		await(world, fate->handle, FATE, fate->left_at);
	for (unsigned copy = 0; copy < fate->copies; copy++)
		await(world, fate->handle, copy, fate->at[copy]);
	if (flight->events == 0)
		silbo_store_release(&world->store, fate->handle);
}

/* When has a link something next? */
static void
look_ahead(struct silbo_world *world, uint32_t link)
{
	silbo_time next = silbo_link_deadline(world->edges[link].link);
	uint32_t item = world->config.endpoints + link;

	if (next == SILBO_TIME_NEVER)
		silbo_heap_remove(&world->heap, item);
	else
		silbo_heap_put(&world->heap, item, next);
}

/* Take from a link what is due. */
static void
settle(struct silbo_world *world, uint32_t link, silbo_time now)
{
	const struct edge *edge = &world->edges[link];
	struct silbo_flight *flight;
	struct silbo_fate fate;

	while (silbo_link_get(edge->link, &fate, now)) {
		flight = silbo_store_at(&world->store, fate.handle);
		flight->fate = fate;
		decide(world, edge, flight);
	}
}

int
silbo_world_put(struct silbo_world *world, uint32_t link, const uint8_t *data,
    size_t len, silbo_time now)
{
	const struct edge *edge = &world->edges[link];
	struct silbo_flight *flight;
	uint32_t place, out = world->delivered != SILBO_STORE_NONE;
	bool waits; /* one in the queue of the link */

	assert(link < world->links_count);
	if (len > world->config.datagram_max)
		return SILBO_ERR_TOO_LARGE;
	if (world->store.held - out >= world->config.datagrams) {
		world->report.refused++;
		return SILBO_ERR_SPACE;
	}
	waits = silbo_link_deadline(edge->link) != SILBO_TIME_NEVER;
	if (waits)
		settle(world, link, now);
	place = silbo_store_put(&world->store);
	flight = silbo_store_at(&world->store, place);
	flight->link = link;
	flight->events = 0;
	if (len > 0)
		memcpy(flight->data, data, len);
	if (world->store.held - out > world->report.held_max)
		world->report.held_max = world->store.held - out;
	silbo_link_put(edge->link, place, (uint32_t)len, now);
	/* Those before it have been taken: what is due is its own. */
	if (silbo_link_get(edge->link, &flight->fate, now)) {
		assert(flight->fate.handle == place);
		decide(world, edge, flight);
		if (!waits)
			return 0;
	}
	look_ahead(world, link);
	return 0;
}

void
silbo_world_wake(struct silbo_world *world, uint32_t endpoint, silbo_time local,
    silbo_time now)
{
	silbo_time at;

	assert(endpoint < world->endpoints_count);
	at = world_clock_world(&world->clocks[endpoint], local);
	if (at == SILBO_TIME_NEVER)
		silbo_heap_remove(&world->heap, endpoint);
	else
		silbo_heap_put(&world->heap, endpoint, at > now ? at : now);
}

/* Fill in what is due of a datagram. */
static void
hand_out(struct silbo_world *world, struct silbo_event *event, uint32_t place,
    uint32_t part)
{
	struct silbo_flight *flight = silbo_store_at(&world->store, place);
	const struct edge *edge = &world->edges[flight->link];

	event->link = flight->link;
	event->fate = flight->fate;
	event->index = flight->fate.index;
	event->put_at = flight->fate.put_at;
	event->len = flight->fate.bytes;
	event->copy = 0;
	event->data = flight->data;
	if (--flight->events == 0)
		world->delivered = place;
	if (part == FATE) {
		event->kind = SILBO_EVENT_FATE;
		event->endpoint = edge->from;
		return;
	}
	event->kind = SILBO_EVENT_ARRIVAL;
	event->endpoint = edge->to;
	event->copy = part;
	if (flight->events > 0) {
		/* It may be changed, and something is still to come of it. */
		event->data = world->lent;
		memcpy(world->lent, flight->data, flight->fate.bytes);
	}
	if (event->fate.bits > 0)
		silbo_link_corrupt(&event->fate, event->data, event->len);
}

bool
silbo_world_get(
    struct silbo_world *world, struct silbo_event *event, silbo_time now)
{
	const struct silbo_heap_entry *first;
	uint32_t links = world->config.endpoints, all = movable(&world->config);

	if (world->delivered != SILBO_STORE_NONE)
		silbo_store_release(&world->store, world->delivered);
	world->delivered = SILBO_STORE_NONE;
	while ((first = silbo_heap_first(&world->heap)) != NULL &&
	    first->at <= now) {
		struct silbo_heap_entry entry = silbo_heap_get(&world->heap);

		world->report.events++;
		if (entry.item >= links && entry.item < all) {
			settle(world, entry.item - links, entry.at);
			look_ahead(world, entry.item - links);
			continue;
		}
		event->at = entry.at;
		if (entry.item < links) {
			event->kind = SILBO_EVENT_TIMER;
			event->endpoint = entry.item;
			event->data = NULL;
			event->len = 0;
		} else {
			hand_out(world, event, (entry.item - all) / PARTS,
			    (entry.item - all) % PARTS);
		}
		event->local = world_clock_local(
		    &world->clocks[event->endpoint], entry.at);
		return true;
	}
	return false;
}

silbo_time
silbo_world_deadline(const struct silbo_world *world)
{
	const struct silbo_heap_entry *first = silbo_heap_first(&world->heap);

	return first != NULL ? first->at : SILBO_TIME_NEVER;
}

silbo_time
silbo_world_local(
    const struct silbo_world *world, uint32_t endpoint, silbo_time now)
{
	assert(endpoint < world->endpoints_count);
	return world_clock_local(&world->clocks[endpoint], now);
}

const struct silbo_link *
silbo_world_link(const struct silbo_world *world, uint32_t link)
{
	assert(link < world->links_count);
	return world->edges[link].link;
}

void
silbo_world_report(
    const struct silbo_world *world, struct silbo_world_report *report)
{
	*report = world->report;
	report->compared = world->heap.compared;
	report->held =
	    world->store.held - (world->delivered != SILBO_STORE_NONE);
}
