/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/quantile.h>

#define US SILBO_NS_PER_US
#define LONGEST (((uint64_t)1 << 32) * US - 1)

/* Between 0 and the longest, the median of three is the middle of a bucket. */
static const struct {
	int number;
	uint64_t put_ns, median_ns;
} rows[] = {
    {1, 0, 500},
    {2, 999, 500},
    {3, 1000, 1500},
    {4, 31 * US, 31500},
    {5, 32 * US, 32500},
    {6, 63 * US + 999, 63500},
    {7, 64 * US, 65 * US},
    {8, 65 * US + 999, 65 * US},
    {9, 66 * US, 67 * US},
    {10, 1000 * US, 1000 * US},
    {11, 1023 * US, 1016 * US},
    {12, 1024 * US, 1040 * US},
    {13, LONGEST, (((uint64_t)1 << 32) - ((uint64_t)1 << 25)) * US},
    {14, LONGEST + 1, (((uint64_t)1 << 32) - ((uint64_t)1 << 25)) * US},
    {15, UINT64_MAX, (((uint64_t)1 << 32) - ((uint64_t)1 << 25)) * US},
};

static void
every_duration_falls_into_its_bucket(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct silbo_quantile q;
		uint64_t got;

		silbo_quantile_init(&q);
		silbo_quantile_put(&q, 0);
		silbo_quantile_put(&q, LONGEST);
		silbo_quantile_put(&q, rows[i].put_ns);
		got = silbo_quantile_get(&q, 500);
		assert_int_equal(silbo_quantile_count(&q), 3);
		assert_int_equal(silbo_quantile_get(&q, 1000), LONGEST);
		if (got != rows[i].median_ns)
			fail_msg("row %d: %llu", rows[i].number,
			    (unsigned long long)got);
	}
}

static void
nothing_put_is_nothing_got(void **state)
{
	struct silbo_quantile q;

	(void)state;
	silbo_quantile_init(&q);
	assert_int_equal(silbo_quantile_count(&q), 0);
	assert_int_equal(silbo_quantile_get(&q, 0), 0);
	assert_int_equal(silbo_quantile_get(&q, 1000), 0);
	assert_int_equal(silbo_quantile_mean(&q), 0);
}

static void
one_duration_is_every_quantile(void **state)
{
	struct silbo_quantile q;

	(void)state;
	silbo_quantile_init(&q);
	silbo_quantile_put(&q, 123456789);
	for (unsigned p = 0; p <= 1000; p++)
		assert_int_equal(silbo_quantile_get(&q, p), 123456789);
	assert_int_equal(silbo_quantile_mean(&q), 123456789);
}

static void
a_quantile_stays_between_minimum_and_maximum(void **state)
{
	struct silbo_quantile q;

	(void)state;
	silbo_quantile_init(&q);
	for (int i = 0; i < 3; i++)
		silbo_quantile_put(&q, 1024 * US);
	assert_int_equal(silbo_quantile_get(&q, 500), 1024 * US);
	silbo_quantile_init(&q);
	for (int i = 0; i < 3; i++)
		silbo_quantile_put(&q, 1055 * US);
	assert_int_equal(silbo_quantile_get(&q, 500), 1055 * US);
}

static int
compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
check_quantiles(const struct silbo_quantile *q, const uint64_t *sorted,
    size_t n, uint64_t seed)
{
	for (unsigned p = 0; p <= 1000; p++) {
		size_t rank = (n * p + 999) / 1000;
		uint64_t want = sorted[rank > 0 ? rank - 1 : 0];
		uint64_t got = silbo_quantile_get(q, p);
		uint64_t off = got > want ? got - want : want - got;

		/* 1.6 % is 1/64; 0.5 us where buckets are 1 us. */
		if (off > (want < 32 * US ? 500 : want / 64))
			fail_msg("seed %llu: %u per mille of %zu is %llu, "
				 "not %llu",
			    (unsigned long long)seed, p, n,
			    (unsigned long long)got, (unsigned long long)want);
	}
}

static void
quantiles_are_those_of_sorting(void **state)
{
	uint64_t first = test_seed(1);

	(void)state;
	for (uint64_t seed = first; seed < first + 300; seed++) {
		static uint64_t values[2000];
		uint64_t random = seed, sum = 0;
		size_t n = 1 + test_below(&random, 2000);
		unsigned bits = 1 + (unsigned)test_below(&random, 41);
		struct silbo_quantile q;

		silbo_quantile_init(&q);
		for (size_t i = 0; i < n; i++) {
			values[i] = test_random(&random) >> (64 - bits);
			values[i] >>= test_below(&random, bits);
			sum += values[i];
			silbo_quantile_put(&q, values[i]);
		}
		qsort(values, n, sizeof(values[0]), compare);
		check_quantiles(&q, values, n, seed);
		assert_int_equal(silbo_quantile_count(&q), n);
		assert_int_equal(silbo_quantile_get(&q, 0), values[0]);
		assert_int_equal(silbo_quantile_get(&q, 1000), values[n - 1]);
		assert_int_equal(silbo_quantile_mean(&q), sum / n);
	}
}

/* Their sum, 2.1 * 10^19 ns, does not fit 64 bits. */
static void
the_mean_of_five_million_longest_is_exact(void **state)
{
	struct silbo_quantile q;

	(void)state;
	silbo_quantile_init(&q);
	for (int i = 0; i < 5000000; i++)
		silbo_quantile_put(&q, LONGEST);
	assert_int_equal(silbo_quantile_mean(&q), LONGEST);
	silbo_quantile_put(&q, LONGEST - 5000001);
	assert_int_equal(silbo_quantile_mean(&q), LONGEST - 1);
}

static void
a_full_bucket_takes_no_more(void **state)
{
	struct silbo_quantile q;

	(void)state;
	silbo_quantile_init(&q);
	silbo_quantile_put(&q, 5 * US);
	q.bucket[5] = UINT32_MAX;
	silbo_quantile_put(&q, 5 * US);
	assert_int_equal(q.bucket[5], UINT32_MAX);
	assert_int_equal(silbo_quantile_count(&q), 1);
	assert_int_equal(silbo_quantile_mean(&q), 5 * US);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_duration_falls_into_its_bucket),
	    cmocka_unit_test(nothing_put_is_nothing_got),
	    cmocka_unit_test(one_duration_is_every_quantile),
	    cmocka_unit_test(a_quantile_stays_between_minimum_and_maximum),
	    cmocka_unit_test(quantiles_are_those_of_sorting),
	    cmocka_unit_test(the_mean_of_five_million_longest_is_exact),
	    cmocka_unit_test(a_full_bucket_takes_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
