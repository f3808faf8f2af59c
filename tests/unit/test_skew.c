/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/skew.h>

#define MS SILBO_NS_PER_MS
#define S SILBO_NS_PER_S

static struct silbo_skew skew;
static struct silbo_skew_report report;

static void
nothing_came_nothing_is_known(void **state)
{
	(void)state;
	silbo_skew_init(&skew);
	silbo_skew_report(&skew, &report);
	assert_false(report.known);
	assert_true(silbo_skew_floor(&skew, 0) == INT64_MAX);
}

/* 40 ppm, and every third second of 20 ms of queue. */
static void
a_queue_that_comes_and_goes_does_not_hide_the_slope(void **state)
{
	(void)state;
	silbo_skew_init(&skew);
	for (uint64_t at = 0; at < 60 * S; at += 20 * MS) {
		int64_t delay = (int64_t)(at / 25000);

		if (at / S % 3 == 1)
			delay += 20 * (int64_t)MS;
		(void)silbo_skew_on_delay(&skew, delay, at);
	}
	silbo_skew_report(&skew, &report);
	assert_true(report.known);
	assert_true(report.ppm > 39.9 && report.ppm < 40.1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_came_nothing_is_known),
	    cmocka_unit_test(
		a_queue_that_comes_and_goes_does_not_hide_the_slope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
