/* SPDX-License-Identifier: MIT */
/*
 * Rows computed by hand, then random runs told in number order and in any order
 * that ends at the same: what was told makes the report, not when.
 */
#include "testing.h"

#include <silbo/pattern.h>

#define RUNS_MAX 6

struct run {
	uint64_t first, length;
};

struct row {
	int number;
	const char *title;
	uint64_t first, end;
	struct run runs[RUNS_MAX]; /* to one of length 0, in order of telling */
	uint64_t open;
	uint64_t lost, runs_told, run_max;
	uint64_t distances[SILBO_CLASSES];
	uint64_t noticeable;
	uint64_t bursts, burst_numbers, burst_lost;
	uint64_t gaps, gap_numbers, gap_lost;
};

/* clang-format off */
static const struct row rows[] = {
	/* ... lost runs max, distances, noticeable,
	 * bursts of numbers lost, gaps of numbers lost */
	{1, "nothing was counted", 7, 7, {{0, 0}}, 0,
	    0, 0, 0, {0}, 0,  0, 0, 0,  0, 0, 0},
	{2, "nothing was lost", 0, 100, {{0, 0}}, 0,
	    0, 0, 0, {0}, 0,  0, 0, 0,  1, 100, 0},
	{3, "one loss belongs to the gap", 0, 100, {{50, 1}}, 0,
	    1, 1, 1, {0}, 0,  0, 0, 0,  1, 100, 1},
	{4, "two in a row are a burst", 0, 100, {{50, 2}}, 0,
	    2, 1, 2, {1}, 1,  1, 2, 2,  2, 98, 0},

	/* RFC 3611: fewer than Gmin received ones between two losses */
	{10, "15 received between", 0, 100, {{30, 1}, {46, 1}}, 0,
	    2, 2, 1, {0, 0, 0, 0, 0, 1}, 1,  1, 17, 2,  2, 83, 0},
	{11, "16 received between", 0, 100, {{30, 1}, {47, 1}}, 0,
	    2, 2, 1, {0, 0, 0, 0, 0, 0, 1}, 0,  0, 0, 0,  1, 100, 2},
	{12, "17 received between", 0, 100, {{30, 1}, {48, 1}}, 0,
	    2, 2, 1, {0, 0, 0, 0, 0, 0, 1}, 0,  0, 0, 0,  1, 100, 2},
	{13, "two bursts, 16 between", 0, 100, {{10, 2}, {28, 3}}, 0,
	    5, 2, 3, {3, 0, 0, 0, 0, 0, 1}, 3,  2, 5, 5,  3, 95, 0},
	{14, "a chain of three, each 15 apart", 0, 100,
	    {{10, 1}, {26, 1}, {42, 1}}, 0,
	    3, 3, 1, {0, 0, 0, 0, 0, 2}, 2,  1, 33, 3,  2, 67, 0},
	{15, "a burst, alone, a burst", 0, 200,
	    {{10, 2}, {60, 1}, {110, 1}, {112, 1}}, 0,
	    5, 4, 2, {1, 1, 0, 0, 0, 0, 0, 2}, 2,  2, 5, 4,  3, 195, 1},

	/* at the ends: counting is preceded and followed by received ones */
	{20, "one at the head", 0, 100, {{0, 1}}, 0,
	    1, 1, 1, {0}, 0,  0, 0, 0,  1, 100, 1},
	{21, "a burst at the head", 0, 100, {{0, 4}}, 0,
	    4, 1, 4, {3}, 3,  1, 4, 4,  1, 96, 0},
	{22, "one at the tail", 0, 100, {{0, 0}}, 1,
	    1, 1, 1, {0}, 0,  0, 0, 0,  1, 100, 1},
	{23, "a burst at the tail", 0, 100, {{0, 0}}, 3,
	    3, 1, 3, {2}, 2,  1, 3, 3,  1, 97, 0},
	{24, "both ends, one received between", 5, 12, {{5, 3}}, 3,
	    6, 2, 3, {4, 1}, 5,  1, 7, 6,  0, 0, 0},
	{25, "both ends, far apart", 0, 100, {{0, 2}}, 2,
	    4, 2, 2, {2, 0, 0, 0, 0, 0, 0, 1}, 2,  2, 4, 4,  1, 96, 0},
	{26, "all of it", 3, 40, {{0, 0}}, 37,
	    37, 1, 37, {36}, 36,  1, 37, 37,  0, 0, 0},
	{27, "the open run joins the last burst", 0, 40, {{10, 1}, {20, 1}}, 5,
	    7, 3, 5, {4, 0, 0, 0, 0, 2}, 6,  1, 30, 7,  1, 10, 0},

	/* counting began earlier: runs below all that was told */
	{30, "one below, near", 0, 100, {{50, 1}, {34, 1}}, 0,
	    2, 2, 1, {0, 0, 0, 0, 0, 1}, 1,  1, 17, 2,  2, 83, 0},
	{31, "one below, far", 0, 100, {{50, 1}, {33, 1}}, 0,
	    2, 2, 1, {0, 0, 0, 0, 0, 0, 1}, 0,  0, 0, 0,  1, 100, 2},
	{32, "below and above by turns", 0, 200,
	    {{100, 1}, {150, 2}, {60, 1}, {20, 1}, {18, 1}, {190, 1}}, 0,
	    7, 6, 2, {1, 1, 0, 0, 0, 0, 0, 4}, 2,  2, 5, 4,  3, 195, 3},
	{33, "below, and an open run alone", 0, 40, {{3, 1}}, 1,
	    2, 2, 1, {0, 0, 0, 0, 0, 0, 0, 1}, 0,  0, 0, 0,  1, 40, 2},

	/* a jump of any size is one run */
	{40, "2^47", 0, (uint64_t)1 << 48, {{1, (uint64_t)1 << 47}}, 0,
	    (uint64_t)1 << 47, 1, (uint64_t)1 << 47,
	    {((uint64_t)1 << 47) - 1}, ((uint64_t)1 << 47) - 1,
	    1, (uint64_t)1 << 47, (uint64_t)1 << 47,
	    2, (uint64_t)1 << 47, 0},
};
/* clang-format on */

static void
tell(struct silbo_pattern *pattern, const struct row *row)
{
	silbo_pattern_init(pattern);
	for (size_t i = 0; i < RUNS_MAX && row->runs[i].length > 0; i++)
		silbo_pattern_on_run(
		    pattern, row->runs[i].first, row->runs[i].length);
}

static void
every_row_is_as_computed_by_hand(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct silbo_pattern pattern;
		struct silbo_pattern_report r;

		tell(&pattern, row);
		silbo_pattern_report(
		    &pattern, &r, row->first, row->end, row->open);
		const uint64_t pairs[][2] = {
		    {r.lost, row->lost},
		    {r.runs, row->runs_told},
		    {r.run_max, row->run_max},
		    {r.noticeable, row->noticeable},
		    {r.bursts, row->bursts},
		    {r.burst_numbers, row->burst_numbers},
		    {r.burst_lost, row->burst_lost},
		    {r.gaps, row->gaps},
		    {r.gap_numbers, row->gap_numbers},
		    {r.gap_lost, row->gap_lost},
		};

		for (size_t j = 0; j < sizeof(pairs) / sizeof(pairs[0]); j++)
			if (pairs[j][0] != pairs[j][1])
				fail_msg("row %d, %s: figure %zu is %llu, not "
					 "%llu",
				    row->number, row->title, j,
				    (unsigned long long)pairs[j][0],
				    (unsigned long long)pairs[j][1]);
		for (size_t j = 0; j < SILBO_CLASSES; j++)
			if (r.distances[j] != row->distances[j])
				fail_msg("row %d, %s: class %zu of distances "
					 "is %llu",
				    row->number, row->title, j,
				    (unsigned long long)r.distances[j]);
	}
}

static void
reporting_an_open_run_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct silbo_pattern pattern, before;
		struct silbo_pattern_report r;

		memset(&pattern, 0, sizeof(pattern));
		tell(&pattern, &rows[i]);
		before = pattern;
		silbo_pattern_report(
		    &pattern, &r, rows[i].first, rows[i].end, rows[i].open);
		assert_memory_equal(&pattern, &before, sizeof(before));
	}
}

static void
a_run_falls_into_its_class(void **state)
{
	static const struct {
		uint64_t run;
		size_t class;
	} classes[] = {{1, 0}, {2, 1}, {3, 2}, {4, 3}, {5, 4}, {8, 4}, {9, 5},
	    {16, 5}, {17, 6}, {32, 6}, {33, 7}, {UINT64_MAX / 2, 7}};

	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		struct silbo_pattern pattern;
		struct silbo_pattern_report r;
		uint64_t end = 1 + classes[i].run;

		silbo_pattern_init(&pattern);
		silbo_pattern_on_run(&pattern, 1, classes[i].run);
		silbo_pattern_report(&pattern, &r, 0, end, 0);
		for (size_t j = 0; j < SILBO_CLASSES; j++)
			assert_int_equal(
			    r.run_histogram[j], j == classes[i].class);
	}
}

/* Runs and distances of 1 to 40, so that stretches join and part. */
static void
the_order_of_telling_does_not_matter(void **state)
{
	enum { RUNS = 30 };
	uint64_t seed = test_seed(20261122);

	(void)state;
	for (int i = 0; i < 2000; i++) {
		uint64_t from = seed, next = 10;
		struct silbo_pattern all[2];
		struct silbo_pattern_report r[2];
		struct run runs[RUNS];
		size_t low, high;

		for (size_t j = 0; j < RUNS; j++) {
			runs[j].first = next + test_below(&seed, 40);
			runs[j].length = 1 + test_below(&seed, 40) / 8;
			next = runs[j].first + runs[j].length + 1;
		}
		low = high = (size_t)test_below(&seed, RUNS);
		silbo_pattern_init(&all[0]);
		silbo_pattern_init(&all[1]);
		for (size_t j = 0; j < RUNS; j++)
			silbo_pattern_on_run(
			    &all[0], runs[j].first, runs[j].length);
		silbo_pattern_on_run(
		    &all[1], runs[low].first, runs[low].length);
		while (low > 0 || high < RUNS - 1) {
			bool below = high == RUNS - 1 ||
			    (low > 0 && test_below(&seed, 2) == 0);
			const struct run *run =
			    below ? &runs[--low] : &runs[++high];

			silbo_pattern_on_run(&all[1], run->first, run->length);
		}
		for (size_t j = 0; j < 2; j++)
			silbo_pattern_report(&all[j], &r[j], 0, next, 0);
		if (memcmp(&r[0], &r[1], sizeof(r[0])) != 0)
			fail_msg("seed %llu", (unsigned long long)from);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_is_as_computed_by_hand),
	    cmocka_unit_test(reporting_an_open_run_changes_nothing),
	    cmocka_unit_test(a_run_falls_into_its_class),
	    cmocka_unit_test(the_order_of_telling_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
