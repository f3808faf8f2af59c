/* SPDX-License-Identifier: MIT */
/*
 * Quantiles of a duration in constant memory: a log-linear histogram.
 *
 * Below 32 us every microsecond has a bucket of its own; above, every power of
 * two is split into 32, so a bucket is at most 1/32 wide and its middle at most
 * 1/64 = 1.6 % off (below 32 us, 0.5 us).  Minimum, maximum and mean are exact.
 * A duration of 2^32 us (71 min) or more counts as 1 ns less than that.  A
 * bucket is full at 2^32 - 1: further durations of its size are not counted.
 */
#ifndef SILBO_QUANTILE_H
#define SILBO_QUANTILE_H

#include <silbo/defs.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_QUANTILE_BUCKETS 896 /* 32 + 27 * 32, up to 2^32 us */

struct silbo_quantile {
	/* private */
	uint32_t bucket[SILBO_QUANTILE_BUCKETS];
	uint64_t count;
	uint64_t sum_us; /* whole microseconds, and */
	uint64_t sum_ns; /* what they leave over */
	uint64_t min_ns;
	uint64_t max_ns;
};

SILBO_API
void silbo_quantile_init(struct silbo_quantile *quantile);

/* Add one duration.  O(1). */
SILBO_API
void silbo_quantile_put(struct silbo_quantile *quantile, uint64_t ns);

SILBO_API
uint64_t silbo_quantile_count(const struct silbo_quantile *quantile);

/*
 * The value below which `per_mille` of 1000 lie (nearest rank), in ns: the
 * middle of its bucket, held within the exact minimum and maximum.  0 when
 * empty.  per_mille 0 to 1000: 0 gives the exact minimum, 1000 the maximum.
 */
SILBO_API
uint64_t silbo_quantile_get(
    const struct silbo_quantile *quantile, unsigned per_mille);

/*
 * How many are above ns.  Those of the bucket that holds ns are taken as evenly
 * spread in it; exact where that is not needed.
 */
SILBO_API
uint64_t silbo_quantile_above(
    const struct silbo_quantile *quantile, uint64_t ns);

/*
 * Add ns to every duration put so far: what they are measured from moved.
 * Minimum, maximum and mean stay exact; the count of a bucket is shared among
 * the two that it then falls into.  O(SILBO_QUANTILE_BUCKETS).
 */
SILBO_API
void silbo_quantile_shift(struct silbo_quantile *quantile, uint64_t ns);

/* Exact mean in ns, 0 when empty. */
SILBO_API
uint64_t silbo_quantile_mean(const struct silbo_quantile *quantile);

#ifdef __cplusplus
}
#endif

#endif
