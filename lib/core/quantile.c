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
lower_of(unsigned i)
{
	unsigned shift = i < 2 * PARTS ? 0 : i / PARTS - 1;

	return ((uint64_t)(i - shift * PARTS) << shift) * SILBO_NS_PER_US;
}

static uint64_t
width_of(unsigned i)
{
	return lower_of(i + 1) - lower_of(i);
}

static uint64_t
middle_of(unsigned i)
{
	return lower_of(i) + width_of(i) / 2;
}

static uint64_t
at_most(uint64_t ns, uint64_t limit)
{
	return ns < limit ? ns : limit;
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

	ns = at_most(ns, LONGEST_NS);
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
	return at_most(ns, quantile->max_ns);
}

/* count * part / whole in 1/65536: a bucket is at most 2^37 ns wide. */
static uint64_t
share(uint64_t count, uint64_t part, uint64_t whole)
{
	return count * (part * 65536 / whole);
}

uint64_t
silbo_quantile_above(const struct silbo_quantile *quantile, uint64_t ns)
{
	uint64_t above;
	unsigned i;

	if (quantile->count == 0 || ns >= quantile->max_ns)
		return 0;
	if (ns < quantile->min_ns)
		return quantile->count;
	i = index_of(ns);
	above = share(quantile->bucket[i], lower_of(i + 1) - ns, width_of(i));
	above = (above + 32768) / 65536;
	for (i++; i < SILBO_QUANTILE_BUCKETS; i++)
		above += quantile->bucket[i];
	/* The least is not above, and the most is. */
	if (above == 0)
		return 1;
	return at_most(above, quantile->count - 1);
}

/* What a full bucket has no room for is counted no more. */
static void
add(struct silbo_quantile *quantile, unsigned i, uint64_t count)
{
	uint64_t room = UINT32_MAX - quantile->bucket[i];

	quantile->count -= count - at_most(count, room);
	quantile->bucket[i] += (uint32_t)at_most(count, room);
}

/*
 * From the longest down, since none becomes shorter.  The new buckets are at
 * least as wide as the old: two of them at most share an old one.  What is left
 * of a datagram that cannot be split is carried to the next.
 */
void
silbo_quantile_shift(struct silbo_quantile *quantile, uint64_t ns)
{
	uint64_t carry = 0;

	ns = at_most(ns, LONGEST_NS);
	for (unsigned i = SILBO_QUANTILE_BUCKETS; i-- > 0;) {
		uint64_t count = quantile->bucket[i], up = 0;
		uint64_t from = at_most(lower_of(i) + ns, LONGEST_NS);
		uint64_t to = at_most(lower_of(i + 1) + ns - 1, LONGEST_NS);
		unsigned upper = index_of(to);

		if (count == 0)
			continue;
		quantile->bucket[i] = 0;
		if (index_of(from) < upper) {
			up = share(
				 count, to + 1 - lower_of(upper), width_of(i)) +
			    carry;
			carry = up % 65536;
			up /= 65536;
		}
		add(quantile, upper, up);
		add(quantile, index_of(from), count - up);
	}
	if (quantile->count == 0)
		return;
	quantile->sum_us += quantile->count * (ns / SILBO_NS_PER_US);
	quantile->sum_ns += quantile->count * (ns % SILBO_NS_PER_US);
	quantile->min_ns = at_most(quantile->min_ns + ns, LONGEST_NS);
	quantile->max_ns = at_most(quantile->max_ns + ns, LONGEST_NS);
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
