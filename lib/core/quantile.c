/* SPDX-License-Identifier: MIT */
/*
 * Decides which of a fixed set of buckets a duration falls into, and finds the
 * one that holds a quantile.  The same layout as HdrHistogram with 5 bits.
 *
 * It refuses to know what the durations measure, and when they came.
 */
#include <silbo/quantile.h>

#include <assert.h>

#define PARTS 32 /* of every power of two */
#define LONGEST_NS (((uint64_t)1 << 32) * SILBO_NS_PER_US - 1)

/*
 * v >> shift keeps the six leading bits, of which the highest is always set:
 * 32 parts.  Below 64 the index is the value.
 */
static unsigned
index_of(uint64_t ns)
{
	uint64_t v = ns / SILBO_NS_PER_US;
	unsigned shift = 0;

	while (v >> shift >= 2 * PARTS)
		shift++;
	return shift * PARTS + (unsigned)(v >> shift);
}

static uint64_t
middle_of(unsigned i)
{
	unsigned shift = i < 2 * PARTS ? 0 : i / PARTS - 1;
	uint64_t lower = (uint64_t)(i - shift * PARTS) << shift;
	uint64_t width = (uint64_t)1 << shift;

	return lower * SILBO_NS_PER_US + width * SILBO_NS_PER_US / 2;
}

void
silbo_quantile_init(struct silbo_quantile *quantile)
{
	*quantile = (struct silbo_quantile){.min_ns = UINT64_MAX};
}

void
silbo_quantile_put(struct silbo_quantile *quantile, uint64_t ns)
{
	uint32_t *bucket;

	if (ns > LONGEST_NS)
		ns = LONGEST_NS;
	bucket = &quantile->bucket[index_of(ns)];
	if (*bucket == UINT32_MAX)
		return;
	(*bucket)++;
	quantile->count++;
	quantile->sum_us += ns / SILBO_NS_PER_US;
	quantile->sum_ns += ns % SILBO_NS_PER_US;
	if (ns < quantile->min_ns)
		quantile->min_ns = ns;
	if (ns > quantile->max_ns)
		quantile->max_ns = ns;
}

uint64_t
silbo_quantile_count(const struct silbo_quantile *quantile)
{
	return quantile->count;
}

uint64_t
silbo_quantile_get(const struct silbo_quantile *quantile, unsigned per_mille)
{
	uint64_t rank = (quantile->count * per_mille + 999) / 1000;
	uint64_t below = 0;
	uint64_t ns;
	unsigned i = 0;

	assert(per_mille <= 1000);
	if (quantile->count == 0)
		return 0;
	/* The lowest and the highest are known exactly. */
	if (rank <= 1)
		return quantile->min_ns;
	if (rank == quantile->count)
		return quantile->max_ns;
	while (below + quantile->bucket[i] < rank)
		below += quantile->bucket[i++];
	ns = middle_of(i);
	if (ns < quantile->min_ns)
		return quantile->min_ns;
	return ns < quantile->max_ns ? ns : quantile->max_ns;
}

uint64_t
silbo_quantile_mean(const struct silbo_quantile *quantile)
{
	uint64_t count = quantile->count;
	uint64_t rest;

	if (count == 0)
		return 0;
	/* The sum itself, in ns, need not fit 64 bits. */
	rest = quantile->sum_us % count * SILBO_NS_PER_US + quantile->sum_ns;
	return quantile->sum_us / count * SILBO_NS_PER_US + rest / count;
}
