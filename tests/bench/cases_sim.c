/* SPDX-License-Identifier: MIT */
/*
 * What a datagram costs in the network model: its two events, one at the sender
 * and its arrival, through the bare heap, and through a world.  A stream sends
 * 50 a second, so that an operation is 20 ms of virtual time.
 */
#include <silbo/world.h>

#include "bench.h"
#include "heap.h"

#define DATAGRAMS 2048
#define FRAME (20 * SILBO_NS_PER_MS)
#define DELAY (20 * SILBO_NS_PER_MS)
#define PAYLOAD_BYTES 100

enum { SEND, ARRIVE, ITEMS = 8 };

static struct silbo_heap heap;
static struct silbo_world *world;
static struct silbo_link_phase phase;
static const uint8_t payload[PAYLOAD_BYTES] = {1, 2, 3};

static void
prepare_heap(void)
{
	static void *memory;

	if (memory == NULL)
		memory = malloc(silbo_heap_size(0, ITEMS));
	bench_check(memory != NULL);
	silbo_heap_init(&heap, memory, 0, ITEMS);
}

BENCH_RUN
run_heap(void)
{
	unsigned sent = 0, arrived = 0;

	silbo_heap_put(&heap, SEND, 0);
	while (silbo_heap_first(&heap) != NULL) {
		struct silbo_heap_entry event = silbo_heap_get(&heap);

		if (event.item == ARRIVE) {
			arrived++;
			continue;
		}
		if (++sent < DATAGRAMS)
			silbo_heap_put(&heap, SEND, event.at + FRAME);
		silbo_heap_put(&heap, ARRIVE, event.at + DELAY);
	}
	bench_check(arrived == DATAGRAMS);
}

static void
prepare_world(void)
{
	static const struct silbo_world_config config = {.endpoints = 2,
	    .links = 1,
	    .datagrams = 16,
	    .queue = 16,
	    .datagram_max = 1200};
	static void *memory;

	if (memory == NULL)
		memory = malloc(silbo_world_size(&config));
	bench_check(memory != NULL);
	world = silbo_world_init(memory, &config);
	silbo_link_config_init(&phase.config);
	phase.config.delay.base_ns = DELAY;
	bench_check(silbo_world_join(world, NULL) == 0);
	bench_check(silbo_world_join(world, NULL) == 1);
	bench_check(silbo_world_connect(world, 0, 1, &phase, 1, 1, 0) == 0);
}

BENCH_RUN
run_world(void)
{
	unsigned sent = 0, arrived = 0;
	struct silbo_event event;
	silbo_time now;

	silbo_world_wake(world, 0, 0, 0);
	while ((now = silbo_world_deadline(world)) != SILBO_TIME_NEVER) {
		while (silbo_world_get(world, &event, now)) {
			if (event.kind == SILBO_EVENT_ARRIVAL) {
				arrived++;
				continue;
			}
			bench_check(silbo_world_put(world, 0, payload,
					sizeof(payload), now) == 0);
			if (++sent < DATAGRAMS)
				silbo_world_wake(
				    world, 0, event.local + FRAME, now);
		}
	}
	bench_check(arrived == DATAGRAMS);
}

const struct bench_case bench_sim[] = {
    {"world", "event heap", true, DATAGRAMS, prepare_heap, run_heap},
    {"world", "world", false, DATAGRAMS, prepare_world, run_world},
    {.name = NULL},
};
