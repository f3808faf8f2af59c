/* SPDX-License-Identifier: MIT */
/*
 * The order of arrivals as a track tells it, against lists computed by hand
 * from the definitions of RFC 4737.
 */
#include "testing.h"

#include <silbo/track.h>

#define ARRIVALS 12

struct row {
	int number;
	const char *title;
	uint64_t arrivals[ARRIVALS]; /* to a 0; numbers from 1 up */
	uint64_t reordered, extent_sum, extent_max;
	uint64_t extents[SILBO_CLASSES];
	uint64_t preceding[SILBO_CLASSES]; /* n of those where it is not 0 */
};

/* clang-format off */
static const struct row rows[] = {
	{1, "in order", {1, 2, 3, 4}, 0, 0, 0, {0}, {0}},
	{2, "neighbours", {1, 3, 2, 4}, 1, 1, 1, {1}, {1}},
	/* 4 5 6 come behind 7 8 9 10, at 4 5 6 places behind 7; only 4 comes
	 * directly behind larger ones, four of them */
	{3, "three behind four", {1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11},
	    3, 15, 6, {0, 0, 0, 1, 2}, {0, 0, 0, 1}},
	/* 7 comes first of 5 6 7: one is overtaken by one, the other by two */
	{4, "backwards", {7, 6, 5, 8}, 2, 3, 2, {1, 1}, {1, 1}},
	{5, "one behind three", {1, 3, 4, 5, 2}, 1, 3, 3, {0, 0, 1}, {0, 0, 1}},
	/* 2: behind 3 4, extent 2, n 2.  5: behind 8, extent 4, n 1.
	 * 6: directly behind 5, extent 5, n 0 */
	{6, "two of them", {1, 3, 4, 2, 8, 9, 10, 7, 5, 6},
	    4, 2 + 3 + 4 + 5, 5, {0, 1, 1, 1, 1}, {0, 1, 1, 1}},
	{7, "a smaller one between hides the rest", {1, 6, 7, 2, 3},
	    2, 2 + 3, 3, {0, 1, 1}, {0, 1}},
	{8, "the first of all, last", {2, 3, 4, 5, 6, 1},
	    1, 5, 5, {0, 0, 0, 0, 1}, {0, 0, 0, 0, 1}},
};
/* clang-format on */

static uint64_t mem[1024];

static void
accept(struct silbo_track *track, uint64_t number, silbo_time now)
{
	assert_int_equal(
	    silbo_track_on_number(track, number, now), SILBO_ACCEPTED);
}

static void
begin(struct silbo_track *track)
{
	assert_true(silbo_track_size(1024) <= sizeof(mem));
	silbo_track_init(track, mem, 1024, SILBO_NS_PER_S);
}

/* With a base that is known, and with one that moves down. */
static void
every_row_is_as_computed_by_hand(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i / 2];
		struct silbo_track_report r;
		struct silbo_track track;

		begin(&track);
		if (i % 2 == 0)
			silbo_track_on_first(&track, 1, 0);
		for (size_t j = 0; row->arrivals[j] > 0; j++)
			accept(&track, row->arrivals[j], 0);
		silbo_track_report(&track, &r);
		if (r.reordered != row->reordered ||
		    r.extent_sum != row->extent_sum ||
		    r.extent_max != row->extent_max)
			fail_msg("row %d, %s: %llu reordered, extents %llu in "
				 "sum, %llu at most",
			    row->number, row->title,
			    (unsigned long long)r.reordered,
			    (unsigned long long)r.extent_sum,
			    (unsigned long long)r.extent_max);
		for (size_t j = 0; j < SILBO_CLASSES; j++)
			if (r.extents[j] != row->extents[j] ||
			    r.preceding[j] != row->preceding[j])
				fail_msg("row %d, %s: class %zu: %llu, %llu",
				    row->number, row->title, j,
				    (unsigned long long)r.extents[j],
				    (unsigned long long)r.preceding[j]);
	}
}

/* One that all others overtook: n is as large as the extent, if not beyond what
 * is remembered; and no walk goes on over what stood there before. */
static void
n_is_right_up_to_the_last_class_and_ends_in_it(void **state)
{
	static const uint64_t count[] = {
	    1, 4, 5, 8, 9, 16, 17, 32, 33, 63, 64, 65, 127, 128, 129, 1000};
	static const size_t class[] = {
	    0, 3, 4, 4, 5, 5, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7};

	(void)state;
	for (size_t i = 0; i < sizeof(count) / sizeof(count[0]); i++) {
		struct silbo_track_report r;
		struct silbo_track track;

		begin(&track);
		silbo_track_on_first(&track, 0, 0);
		accept(&track, 0, 0);
		for (uint64_t n = 0; n < count[i]; n++)
			accept(&track, 2 + n, 0);
		accept(&track, 1, 0);
		silbo_track_report(&track, &r);
		for (size_t j = 0; j < SILBO_CLASSES; j++) {
			assert_int_equal(r.preceding[j], j == class[i]);
			assert_int_equal(r.extents[j], j == class[i]);
		}
		assert_int_equal(r.extent_max, count[i]);
	}
}

static void
late_by_is_since_the_first_that_overtook(void **state)
{
	const silbo_time step = 1 << 20;
	struct silbo_track_report r;
	struct silbo_track track;

	(void)state;
	begin(&track);
	silbo_track_on_first(&track, 0, 0);
	accept(&track, 0, 0);
	accept(&track, 3, 10 * step);
	accept(&track, 4, 20 * step);
	accept(&track, 1, 25 * step); /* 15 steps after 3 */
	accept(&track, 2, 70 * step); /* 60 */
	silbo_track_report(&track, &r);
	assert_int_equal(r.late_by_max_ns, 60 * step);
	assert_int_equal(r.late_by_sum_ns, 75 * step);
}

/* Announced is missing: that can be earlier than being overtaken. */
static void
late_by_counts_from_an_earlier_announcement(void **state)
{
	const silbo_time step = 1 << 20;
	struct silbo_track_report r;
	struct silbo_track track;

	(void)state;
	begin(&track);
	silbo_track_on_first(&track, 0, 0);
	silbo_track_on_next(&track, 3, 0);
	accept(&track, 2, 40 * step); /* not reordered: late by nothing */
	accept(&track, 0, 50 * step);
	silbo_track_report(&track, &r);
	assert_int_equal(r.reordered, 1);
	assert_int_equal(r.late_by_sum_ns, 50 * step);
	/* and what is final by then is late_final, not late by anything */
	assert_int_equal(silbo_track_on_number(&track, 1, 2 * SILBO_NS_PER_S),
	    SILBO_LATE_FINAL);
	silbo_track_report(&track, &r);
	assert_int_equal(r.late_by_max_ns, 50 * step);
}

/* However long after: the base moves down as long as nothing decides it. */
static void
late_by_of_a_new_lowest_has_no_end(void **state)
{
	const silbo_time step = 1 << 20;
	struct silbo_track_report r;
	struct silbo_track track;

	(void)state;
	begin(&track);
	accept(&track, 10, 0);
	accept(&track, 9, 70000 * step); /* more than 2^16 */
	accept(&track, 8, 140000 * step);
	silbo_track_report(&track, &r);
	assert_int_equal(r.late_by_max_ns, 140000 * step);
	assert_int_equal(r.late_by_sum_ns, 210000 * step);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_is_as_computed_by_hand),
	    cmocka_unit_test(n_is_right_up_to_the_last_class_and_ends_in_it),
	    cmocka_unit_test(late_by_is_since_the_first_that_overtook),
	    cmocka_unit_test(late_by_counts_from_an_earlier_announcement),
	    cmocka_unit_test(late_by_of_a_new_lowest_has_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
