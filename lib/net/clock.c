/* SPDX-License-Identifier: MIT */
/*
 * The clocks of the machine, in nanoseconds.
 *
 * Everything that is measured or waited for lives on the monotonic axis; the
 * wall clock may step at any time and serves for anchors and reports alone.
 * Neither reading can fail on a kernel that has the clock, so a failure is a
 * bug of ours.
 */
#include <silbo/clock.h>

#include <assert.h>
#include <time.h>

/* Two readings that nobody was stopped between are a tenth of that apart. */
#define NARROW_NS 1000
#define READINGS_MAX 8

static uint64_t
read_clock(clockid_t id)
{
	struct timespec ts;
	int ok = clock_gettime(id, &ts);

	assert(ok == 0);
	(void)ok;
	return (uint64_t)ts.tv_sec * SILBO_NS_PER_S + (uint64_t)ts.tv_nsec;
}

silbo_time
silbo_clock_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t
silbo_clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

void
silbo_clock_read(struct silbo_clocks *clocks)
{
	silbo_time narrowest = SILBO_TIME_NEVER;

	for (int i = 0; i < READINGS_MAX && narrowest > NARROW_NS; i++) {
		silbo_time before = silbo_clock_now();
		uint64_t wall = silbo_clock_wall();
		silbo_time width = silbo_clock_now() - before;

		if (width >= narrowest)
			continue;
		narrowest = width;
		*clocks = (struct silbo_clocks){.now = before + width / 2,
		    .wall = wall,
		    .within_ns = width - width / 2};
	}
}

int64_t
silbo_clock_slept(void)
{
	/* In this order, so that whoever is stopped in between finds too little
	 * and looks again, rather than a sleep that never was. */
	uint64_t boot = read_clock(CLOCK_BOOTTIME);

	return (int64_t)(boot - read_clock(CLOCK_MONOTONIC));
}
