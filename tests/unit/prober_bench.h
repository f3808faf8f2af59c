/* SPDX-License-Identifier: MIT */
/*
 * A prober that begins, in virtual time.
 */
#ifndef SILBO_TESTS_PROBER_BENCH_H
#define SILBO_TESTS_PROBER_BENCH_H

#include <stdlib.h>

#include <silbo/prober.h>

#define MS SILBO_NS_PER_MS
#define START (1000 * SILBO_NS_PER_S)
#define WALL ((uint64_t)1790000000 * SILBO_NS_PER_S)
#define NONE UINT64_MAX

static inline struct silbo_prober *
begin_waiting(uint64_t slots, silbo_time interval, silbo_time wait)
{
	const struct silbo_prober_config config = {.start = START,
	    .interval_ns = interval,
	    .slots = slots,
	    .wait_ns = wait,
	    .window = silbo_prober_window(interval, wait),
	    .wall_offset = WALL};
	void *memory = malloc(silbo_prober_size(&config));

	assert_non_null(memory);
	return silbo_prober_init(memory, &config);
}

static inline struct silbo_prober *
begin(uint64_t slots, silbo_time interval)
{
	return begin_waiting(slots, interval, 200 * MS);
}

#endif
