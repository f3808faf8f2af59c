/* SPDX-License-Identifier: MIT */
/*
 * What the network model does to datagrams in virtual time: those that are
 * lost, "lost 17", and those that come twice, "out 18", to compare with the log
 * of silbo impair.
 *
 *   fates SEED COUNT KEY=VALUE...
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <silbo/world.h>

#include "scenario.h"

#define STEP (5 * SILBO_NS_PER_MS)

static struct scenario scenario;

static struct silbo_world *
open_world(uint64_t seed)
{
	const struct silbo_world_config config = {.endpoints = 2,
	    .links = 1,
	    .datagrams = 4096,
	    .queue = 256,
	    .datagram_max = 64};
	const struct scenario_path *forth = &scenario.ways[SCENARIO_FORTH];
	void *memory = malloc(silbo_world_size(&config));
	struct silbo_world *world;

	if (memory == NULL)
		err(1, "memory");
	world = silbo_world_init(memory, &config);
	if (silbo_world_join(world, NULL) != 0 ||
	    silbo_world_join(world, NULL) != 1 ||
	    silbo_world_connect(
		world, 0, 1, forth->phases, forth->count, seed, 0) != 0)
		errx(1, "no place");
	silbo_world_watch(world, 0);
	return world;
}

static void
tell(struct silbo_world *world, silbo_time now)
{
	struct silbo_event e;

	while (silbo_world_get(world, &e, now))
		if (e.kind == SILBO_EVENT_ARRIVAL && e.copy == 1)
			printf("out %" PRIu64 "\n", e.index);
		else if (e.kind == SILBO_EVENT_FATE &&
		    e.fate.kind == SILBO_FATE_LOST)
			printf("lost %" PRIu64 "\n", e.index);
}

int
main(int argc, char **argv)
{
	struct silbo_world *world;
	const uint8_t byte = 0;
	struct model_why why;
	silbo_time now = 0;

	if (argc < 3)
		errx(2, "usage: fates SEED COUNT KEY=VALUE...");
	scenario_init(&scenario);
	for (int i = 3; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (value == NULL)
			errx(2, "%s: no KEY=VALUE", argv[i]);
		*value++ = '\0';
		if (!scenario_set(
			&scenario, &why, SCENARIO_FORTH, argv[i], value))
			errx(2, "%s", why.what);
	}
	if (!scenario_finish(&scenario))
		return 2;
	world = open_world(strtoull(argv[1], NULL, 10));
	for (unsigned long i = strtoul(argv[2], NULL, 10); i > 0; i--) {
		tell(world, now);
		if (silbo_world_put(world, 0, &byte, 1, now) != 0)
			errx(1, "the world is full");
		now += STEP;
	}
	tell(world, SILBO_TIME_NEVER - 1);
	free(world);
	scenario_close(&scenario);
	return 0;
}
