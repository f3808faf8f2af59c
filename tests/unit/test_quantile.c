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

static void
durations_above_a_limit_are_counted(void **state)
{
	static const struct {
		int number;
		uint64_t ns, above;
	} rows_above[] = {
	    {1, 0, 7},
	    {2, 10 * US - 1, 7},
	    {3, 10 * US, 6}, /* the least is not above itself */
	    {4, 15 * US, 6},
	    {5, 1024 * US, 5},  /* 4 fill the bucket from here to 1056 us */
	    {6, 1040 * US, 3},  /* half of it */
	    {12, 1044 * US, 3}, /* half of one is one */
	    {7, 1048 * US, 2},
	    {8, 1056 * US, 1},
	    {9, 2000 * US - 1, 1},
	    {10, 2000 * US, 0},
	    {11, UINT64_MAX, 0},
	};
	struct silbo_quantile q;

	(void)state;
	silbo_quantile_init(&q);
	assert_int_equal(silbo_quantile_above(&q, 0), 0);
	silbo_quantile_put(&q, 10 * US);
	silbo_quantile_put(&q, 20 * US);
	for (unsigned i = 0; i < 4; i++)
		silbo_quantile_put(&q, (1024 + 8 * i) * US);
	silbo_quantile_put(&q, 2000 * US);
	for (size_t i = 0; i < sizeof(rows_above) / sizeof(rows_above[0]); i++)
		if (silbo_quantile_above(&q, rows_above[i].ns) !=
		    rows_above[i].above)
			fail_msg("row %d: %d above", rows_above[i].number,
			    (int)silbo_quantile_above(&q, rows_above[i].ns));
}

/* Of its bucket hardly anything is left, but it is known to be there. */
static void
the_longest_is_above_whatever_is_shorter(void **state)
{
	struct silbo_quantile q;

	(void)state;
	silbo_quantile_init(&q);
	silbo_quantile_put(&q, 1024 * US);
	silbo_quantile_put(&q, 1050 * US);
	assert_int_equal(silbo_quantile_above(&q, 1049 * US), 1);
	assert_int_equal(silbo_quantile_above(&q, 1025 * US), 1);
}

/* One is moved at a time, so what is off is half a bucket at either end. */
static void
what_was_put_and_shifted_is_what_is_put_later(void **state)
{
	uint64_t first = test_seed(1);

	(void)state;
	for (uint64_t seed = first; seed < first + 300; seed++) {
		uint64_t random = seed, n = 1 + test_below(&random, 3000);
		uint64_t by =
		    test_random(&random) >> (24 + test_below(&random, 40));
		unsigned bits = 1 + (unsigned)test_below(&random, 40);
		struct silbo_quantile shifted, put;

		silbo_quantile_init(&shifted);
		silbo_quantile_init(&put);
		for (uint64_t i = 0; i < n; i++) {
			uint64_t ns = test_random(&random) >> (64 - bits);

			silbo_quantile_put(&shifted, ns);
			silbo_quantile_put(&put, ns + by);
		}
		silbo_quantile_shift(&shifted, by);
		assert_int_equal(silbo_quantile_count(&shifted), n);
		assert_int_equal(
		    silbo_quantile_mean(&shifted), silbo_quantile_mean(&put));
		for (unsigned p = 0; p <= 1000; p += 10) {
			uint64_t want = silbo_quantile_get(&put, p);
			uint64_t got = silbo_quantile_get(&shifted, p);
			uint64_t off = got > want ? got - want : want - got;

			if (off > want / 24 + 2000)
				fail_msg("seed %llu: %u per mille is %llu, "
					 "not %llu",
				    (unsigned long long)seed, p,
				    (unsigned long long)got,
				    (unsigned long long)want);
		}
		assert_int_equal(silbo_quantile_get(&shifted, 0),
		    silbo_quantile_get(&put, 0));
		assert_int_equal(silbo_quantile_get(&shifted, 1000),
		    silbo_quantile_get(&put, 1000));
	}
}

/* Each time less than a bucket: whoever moved middles would stand still. */
static void
a_thousand_small_shifts_are_one_large(void **state)
{
	struct silbo_quantile q;
	uint64_t p50;

	(void)state;
	silbo_quantile_init(&q);
	for (uint64_t i = 0; i < 10000; i++)
		silbo_quantile_put(&q, 100000 * US + i * US);
	for (int i = 0; i < 1000; i++)
		silbo_quantile_shift(&q, 100 * US);
	p50 = silbo_quantile_get(&q, 500);
	assert_int_equal(silbo_quantile_count(&q), 10000);
	assert_int_equal(silbo_quantile_get(&q, 0), 200000 * US);
	assert_in_range(p50, 200000 * US, 210000 * US);
	assert_int_equal(silbo_quantile_mean(&q), 204999500);
	/* Not even one in a bucket. */
	silbo_quantile_init(&q);
	for (uint64_t i = 0; i < 100; i++)
		silbo_quantile_put(&q, (100 + i) * 1000 * US);
	for (int i = 0; i < 1000; i++)
		silbo_quantile_shift(&q, 100 * US);
	p50 = silbo_quantile_get(&q, 500);
	assert_in_range(p50, 235000 * US, 265000 * US);
}

static void
nothing_is_shifted_beyond_the_longest(void **state)
{
	struct silbo_quantile q;

	(void)state;
	silbo_quantile_init(&q);
	silbo_quantile_shift(&q, UINT64_MAX);
	assert_int_equal(silbo_quantile_count(&q), 0);
	silbo_quantile_put(&q, 5 * US);
	silbo_quantile_put(&q, LONGEST);
	q.bucket[5] = UINT32_MAX;
	q.count = UINT32_MAX + (uint64_t)1;
	silbo_quantile_shift(&q, UINT64_MAX);
	/* The bucket is full: one is counted no more. */
	assert_int_equal(silbo_quantile_count(&q), UINT32_MAX);
	assert_int_equal(silbo_quantile_get(&q, 500), LONGEST);
	assert_int_equal(silbo_quantile_above(&q, LONGEST - 1), UINT32_MAX);
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
	    cmocka_unit_test(durations_above_a_limit_are_counted),
	    cmocka_unit_test(the_longest_is_above_whatever_is_shorter),
	    cmocka_unit_test(what_was_put_and_shifted_is_what_is_put_later),
	    cmocka_unit_test(a_thousand_small_shifts_are_one_large),
	    cmocka_unit_test(nothing_is_shifted_beyond_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
