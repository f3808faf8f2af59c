/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/jitter.h>

#define HOUR (3600 * SILBO_NS_PER_S)
#define FAR ((uint64_t)1 << 63)

/*
 * Worked by hand from RFC 3550 appendix A.8: s += d - ((s + 8) >> 4) with s
 * from 0, and J = s >> 4.  Rows go on from the row above.
 */
static const struct {
	int number;
	const char *title;
	uint64_t media_time;
	silbo_time arrival;
	uint64_t count, last_ns, max_ns, mean_ns;
} rows[] = {
    {1, "the first has no difference", 0, 1000000, 0, 0, 0, 0},
    {2, "d 1600: s 1600", 20000000, 21001600, 1, 100, 100, 100},
    {3, "d 0: s 1500", 40000000, 41001600, 2, 93, 100, 96},
    {4, "d 0: s 1406", 60000000, 61001600, 3, 87, 100, 93},
    {5, "d -320: s 1638", 80000000, 81001280, 4, 102, 102, 95},
    {6, "overtaken, d 0: s 1536", 70000000, 71001280, 5, 96, 102, 95},
    {7, "d an hour", 70000000, 71001280 + HOUR, 6, 225000000090, 225000000090,
	37500000094},
    {8, "d -1 ns above an hour is not fed", 70000001, 71001280, 6, 225000000090,
	225000000090, 37500000094},
    {9, "the next one goes on from there: d 0", 70000001, 71001280, 7,
	210937500084, 225000000090, 62276785807},
    {10, "media time of the end of the world", UINT64_MAX, 71001281, 7,
	210937500084, 225000000090, 62276785807},
    {11, "and back, 2 ns by a wrap", 0, 71001282, 7, 210937500084, 225000000090,
	62276785807},
    {12, "half way round", FAR, 71001282, 7, 210937500084, 225000000090,
	62276785807},
    {13, "d 0 there", FAR + 5, 71001287, 8, 197753906329, 225000000090,
	79211425872},
    {14, "arrival half way round too", FAR + 5, 71001287 + FAR, 8, 197753906329,
	225000000090, 79211425872},
    {15, "across half way: d 6", FAR - 1, 71001287 + FAR, 9, 185394287183,
	225000000090, 91009521573},
    {16, "arrival at the end of the world", FAR - 1, UINT64_MAX, 9,
	185394287183, 225000000090, 91009521573},
    {17, "and back, 1 ns by a wrap", FAR - 1, 0, 9, 185394287183, 225000000090,
	91009521573},
};

static void
jitter_follows_the_hand_computed_table(void **state)
{
	struct silbo_jitter jitter;

	(void)state;
	silbo_jitter_init(&jitter);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct silbo_jitter_report r;

		silbo_jitter_on_arrival(
		    &jitter, rows[i].media_time, rows[i].arrival);
		silbo_jitter_report(&jitter, &r);
		if (r.count != rows[i].count || r.last_ns != rows[i].last_ns ||
		    r.max_ns != rows[i].max_ns || r.mean_ns != rows[i].mean_ns)
			fail_msg("row %d, %s: count %llu last %llu max %llu "
				 "mean %llu",
			    rows[i].number, rows[i].title,
			    (unsigned long long)r.count,
			    (unsigned long long)r.last_ns,
			    (unsigned long long)r.max_ns,
			    (unsigned long long)r.mean_ns);
	}
}

static void
a_reset_forgets_the_arrival_and_keeps_the_figures(void **state)
{
	struct silbo_jitter_report before, after;
	struct silbo_jitter jitter;

	(void)state;
	silbo_jitter_init(&jitter);
	silbo_jitter_on_arrival(&jitter, 0, 0);
	silbo_jitter_on_arrival(&jitter, 0, 16000);
	silbo_jitter_report(&jitter, &before);
	assert_int_equal(before.last_ns, 1000);

	silbo_jitter_reset(&jitter);
	silbo_jitter_on_arrival(&jitter, 0, 5 * SILBO_NS_PER_S);
	silbo_jitter_report(&jitter, &after);
	assert_memory_equal(&before, &after, sizeof(before));

	silbo_jitter_on_arrival(&jitter, 0, 5 * SILBO_NS_PER_S + 16000);
	silbo_jitter_report(&jitter, &after);
	assert_int_equal(after.count, 2);
	assert_int_equal(after.last_ns, 1937);
}

/* Section 6.4.1 in floating point: A.8 rounds, but never drifts away. */
static void
integers_stay_within_a_nanosecond_of_the_formula(void **state)
{
	uint64_t first = test_seed(1);

	(void)state;
	for (uint64_t seed = first; seed < first + 200; seed++) {
		uint64_t random = seed, delay = 0, before = 0;
		double j = 0, sum = 0, max = 0;
		struct silbo_jitter_report r;
		struct silbo_jitter jitter;

		silbo_jitter_init(&jitter);
		for (uint64_t i = 0; i < 500; i++, before = delay) {
			double d;

			delay = test_below(&random, 50000000);
			silbo_jitter_on_arrival(
			    &jitter, i * 20000000, i * 20000000 + delay);
			if (i == 0)
				continue;
			d = (double)delay - (double)before;
			j += ((d < 0 ? -d : d) - j) / 16;
			sum += j;
			max = j > max ? j : max;
		}
		silbo_jitter_report(&jitter, &r);
		if (r.count != 499 || (double)r.last_ns > j + 1 ||
		    (double)r.last_ns < j - 1.5 || (double)r.max_ns > max + 1 ||
		    (double)r.max_ns < max - 1.5 ||
		    (double)r.mean_ns > sum / 499 + 1 ||
		    (double)r.mean_ns < sum / 499 - 2.5)
			fail_msg("seed %llu", (unsigned long long)seed);
	}
}

/* Half of all nanoseconds apart: a signed difference would not hold it. */
static void
steps_as_far_apart_as_can_be_are_not_fed(void **state)
{
	const uint64_t quarter = (uint64_t)1 << 62;
	struct silbo_jitter_report r;
	struct silbo_jitter jitter;

	(void)state;
	for (uint64_t less = 0; less < 2; less++) {
		silbo_jitter_init(&jitter);
		silbo_jitter_on_arrival(&jitter, quarter - less, 0);
		silbo_jitter_on_arrival(&jitter, 0, quarter - less);
		silbo_jitter_on_arrival(&jitter, quarter - less, 0);
		silbo_jitter_report(&jitter, &r);
		assert_int_equal(r.count, 0);
	}
}

/* Five million times an hour is more nanoseconds than 64 bits hold. */
static void
the_mean_never_wraps(void **state)
{
	struct silbo_jitter_report r;
	struct silbo_jitter jitter;

	(void)state;
	silbo_jitter_init(&jitter);
	for (uint64_t i = 0; i < 5200000; i++)
		silbo_jitter_on_arrival(&jitter, 0, i % 2 * HOUR);
	silbo_jitter_report(&jitter, &r);
	assert_true(r.last_ns <= HOUR && r.last_ns > HOUR - 1000);
	assert_true(r.mean_ns <= HOUR && r.mean_ns > HOUR / 100 * 99);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(jitter_follows_the_hand_computed_table),
	    cmocka_unit_test(a_reset_forgets_the_arrival_and_keeps_the_figures),
	    cmocka_unit_test(integers_stay_within_a_nanosecond_of_the_formula),
	    cmocka_unit_test(steps_as_far_apart_as_can_be_are_not_fed),
	    cmocka_unit_test(the_mean_never_wraps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
