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

/* 0.1 ms of queue from the second window to the 50th second: the second lies
 * above the line from the first to the end. */
static void
the_second_window_is_a_corner_only_where_it_is_low(void **state)
{
	(void)state;
	silbo_skew_init(&skew);
	for (uint64_t at = 0; at < 60 * S; at += 20 * MS)
		(void)silbo_skew_on_delay(
		    &skew, at > 0 && at < 50 * S ? (int64_t)MS / 10 : 0, at);
	silbo_skew_report(&skew, &report);
	assert_true(report.known);
	assert_true(report.ppm > -.01 && report.ppm < .01);
}

/* What is believed of two clocks alike, at the worst in 40 s. */
static double
worst_belief(uint64_t *seed)
{
	double worst = 0;

	silbo_skew_init(&skew);
	for (uint64_t at = 0; at < 40 * S; at += 20 * MS) {
		int64_t delay = 0;

		for (int part = 0; part < 4; part++)
			delay += (int64_t)test_below(seed, 5 * MS);
		(void)silbo_skew_on_delay(&skew, delay, at);
		silbo_skew_report(&skew, &report);
		if (report.known && (report.ppm > worst || -report.ppm > worst))
			worst = report.ppm < 0 ? -report.ppm : report.ppm;
	}
	return worst;
}

/* Four times up to 5 ms each, as of a radio: its outliers make slopes of
 * hundreds of ppm, and they are hardly ever believed. */
static void
jitter_without_a_floor_makes_no_clock(void **state)
{
	uint64_t seed = test_seed(1);
	int deceived = 0;

	(void)state;
	for (int run = 0; run < 300; run++)
		deceived += worst_belief(&seed) > 60;
	if (deceived > 6)
		fail_msg("%d of 300 runs", deceived);
}

/* 60 s, up to 10 ms of jitter, and 20 ms of queue in the middle third. */
static double
error_beside_a_queue(uint64_t *seed)
{
	silbo_skew_init(&skew);
	for (uint64_t at = 0; at < 60 * S; at += 20 * MS) {
		int64_t delay = (int64_t)test_below(seed, 10 * MS);

		if (at / (20 * S) == 1)
			delay += 20 * (int64_t)MS;
		(void)silbo_skew_on_delay(&skew, delay, at);
	}
	silbo_skew_report(&skew, &report);
	assert_true(report.known);
	return report.ppm < 0 ? -report.ppm : report.ppm;
}

/* The thirds by themselves are more than 5 ppm off in 37 of 300 runs, together
 * with all of the time in 3: 17 of them have a probability below 1e-7. */
static void
a_queue_in_the_middle_leaves_the_line_of_all(void **state)
{
	uint64_t seed = test_seed(1);
	int off = 0;

	(void)state;
	for (int run = 0; run < 300; run++)
		off += error_beside_a_queue(&seed) > 5;
	if (off > 16)
		fail_msg("%d of 300 runs", off);
}

/* Slopes of straight lines, and up to which they are believed. */
static void
a_straight_line_is_known_to_the_part_of_a_million(void **state)
{
	static const struct {
		int row;
		double ppm;
		uint64_t seconds;
		bool known;
	} rows[] = {
	    {1, 0, 3, true},
	    {2, 100, 3, true},
	    {3, -100, 60, true},
	    {4, 499, 60, true},
	    {5, -499, 3000, true},
	    {6, 501, 60, false},
	    {7, -501, 3000, false},
	    {8, 100, 1, false}, /* nine windows are too few */
	    {9, .25, 86400, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		silbo_skew_init(&skew);
		for (uint64_t at = 0; at <= rows[i].seconds * S; at += 20 * MS)
			(void)silbo_skew_on_delay(&skew,
			    (int64_t)((double)at * rows[i].ppm * 1e-6), at);
		silbo_skew_report(&skew, &report);
		if (report.known != rows[i].known ||
		    (report.known &&
			(report.ppm < rows[i].ppm - .01 ||
			    report.ppm > rows[i].ppm + .01)))
			fail_msg("row %d: %d, %g ppm", rows[i].row,
			    report.known, report.ppm);
	}
}

/* A slope that grows for ever, as of a clock that warms up: the thirds of the
 * time bend apart, by half a millisecond in a minute, at 300 ppm. */
static void
a_bend_of_half_a_millisecond_is_the_last_that_is_believed(void **state)
{
	(void)state;
	silbo_skew_init(&skew);
	for (uint64_t ms = 0; ms < 100000; ms += 20)
		(void)silbo_skew_on_delay(
		    &skew, (int64_t)(ms * ms / 200), ms * MS);
	silbo_skew_report(&skew, &report);
	assert_true(report.known);
	if (report.ppm < 270 || report.ppm > 310)
		fail_msg("%g ppm", report.ppm);
}

/* Every so many windows one on the line, and all others above it. */
static bool
is_believed(double ppm, uint64_t every, int64_t above, uint64_t seconds)
{
	silbo_skew_init(&skew);
	for (uint64_t i = 0; i < 8 * seconds + 2; i++) {
		uint64_t at = i * 125 * MS;

		(void)silbo_skew_on_delay(&skew,
		    (int64_t)((double)at * ppm * 1e-6) +
			(i % every == 0 ? 0 : above),
		    at);
	}
	silbo_skew_report(&skew, &report);
	return report.known;
}

static void
either_half_of_the_time_has_a_floor_of_eight(void **state)
{
	(void)state;
	/* 8 of 32 windows: in each half of 8 s. */
	assert_false(is_believed(0, 4, 5 * (int64_t)MS, 7));
	assert_true(is_believed(0, 4, 5 * (int64_t)MS, 9));
	/* 5 in each half of 40 s, and the others so high that a slope between
	 * them may be 300 ppm. */
	assert_false(is_believed(400, 32, 1500 * (int64_t)1000, 40));
	assert_true(is_believed(400, 32, 900 * (int64_t)1000, 40));
	/* Slopes that are smaller may be 150 ppm: here 120, and 180. */
	assert_true(is_believed(0, 32, 600 * (int64_t)1000, 40));
	assert_false(is_believed(0, 32, 900 * (int64_t)1000, 40));
}

static void
the_floor_is_the_highest_line_below_all(void **state)
{
	(void)state;
	silbo_skew_init(&skew);
	(void)silbo_skew_on_delay(&skew, 5 * (int64_t)MS, 0);
	(void)silbo_skew_on_delay(&skew, -2 * (int64_t)MS, 10 * S);
	(void)silbo_skew_on_delay(&skew, 4 * (int64_t)MS, 20 * S);
	assert_true(silbo_skew_floor(&skew, 0) == -2 * (int64_t)MS);
	assert_true(silbo_skew_floor(&skew, -1e-3) == 5 * (int64_t)MS);
	/* A nanosecond of rounding. */
	assert_in_range(
	    silbo_skew_floor(&skew, 1e-4) + 3 * (int64_t)MS + 1, 0, 2);
	assert_in_range(
	    silbo_skew_floor(&skew, 3e-4) + 5 * (int64_t)MS + 1, 0, 2);
	assert_in_range(
	    silbo_skew_floor(&skew, -5e-4) - 3 * (int64_t)MS + 1, 0, 2);
}

/* A time of arrival that nobody can have: the windows are as long as it takes,
 * and what came before is in the first. */
static void
a_leap_of_centuries_is_survived(void **state)
{
	(void)state;
	silbo_skew_init(&skew);
	for (uint64_t at = 0; at < 60 * S; at += 20 * MS)
		(void)silbo_skew_on_delay(&skew, (int64_t)MS, at);
	(void)silbo_skew_on_delay(&skew, 0, INT64_MAX);
	(void)silbo_skew_on_delay(&skew, 2 * (int64_t)MS, 0);
	assert_true(silbo_skew_floor(&skew, 0) == 0);
	silbo_skew_report(&skew, &report);
	assert_true(report.known && report.ppm > -.01 && report.ppm < .01);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_came_nothing_is_known),
	    cmocka_unit_test(
		the_second_window_is_a_corner_only_where_it_is_low),
	    cmocka_unit_test(jitter_without_a_floor_makes_no_clock),
	    cmocka_unit_test(a_queue_in_the_middle_leaves_the_line_of_all),
	    cmocka_unit_test(a_straight_line_is_known_to_the_part_of_a_million),
	    cmocka_unit_test(
		a_bend_of_half_a_millisecond_is_the_last_that_is_believed),
	    cmocka_unit_test(either_half_of_the_time_has_a_floor_of_eight),
	    cmocka_unit_test(the_floor_is_the_highest_line_below_all),
	    cmocka_unit_test(a_leap_of_centuries_is_survived),
	    cmocka_unit_test(
		a_queue_that_comes_and_goes_does_not_hide_the_slope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
