/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <inttypes.h>

#include "intervals.h"

#define STREAMS 3

/* A stream's counts as they grow, and when it was first put. */
struct growing {
	struct silbo_track_report total;
	bool known;
	uint64_t from; /* the step at which it appears */
};

static void
grow(struct growing *stream, uint64_t *random)
{
	struct silbo_track_report *total = &stream->total;

	total->arrived += test_below(random, 60);
	total->unique += test_below(random, 50);
	total->lost += test_below(random, 4);
	total->duplicate += test_below(random, 3);
	total->late_final += test_below(random, 2);
	total->too_old += test_below(random, 2);
	total->reordered += test_below(random, 5);
	total->pending = test_below(random, 9);
}

static void
check_sums(const struct intervals *log, uint32_t s,
    const struct growing *stream, uint64_t seed)
{
	struct interval_row sum = {0};

	for (size_t i = 0; i < intervals_count(log); i++) {
		const struct interval_row *row = intervals_row(log, i, s);

		if (row == NULL)
			continue;
		sum.arrived += row->arrived;
		sum.unique += row->unique;
		sum.lost += row->lost;
		sum.duplicate += row->duplicate;
		sum.late_final += row->late_final;
		sum.too_old += row->too_old;
		sum.reordered += row->reordered;
		sum.pending = row->pending;
		sum.jitter_ms = row->jitter_ms;
	}
	if (sum.arrived != stream->total.arrived ||
	    sum.unique != stream->total.unique ||
	    sum.lost != stream->total.lost ||
	    sum.duplicate != stream->total.duplicate ||
	    sum.late_final != stream->total.late_final ||
	    sum.too_old != stream->total.too_old ||
	    sum.reordered != stream->total.reordered ||
	    (stream->known && sum.pending != stream->total.pending) ||
	    (stream->known &&
		sum.jitter_ms != (double)stream->total.arrived / 3))
		fail_msg("seed %" PRIu64 ": rows of stream %u do not sum to "
			 "the total",
		    seed, s);
}

static void
run(uint64_t seed)
{
	struct growing streams[STREAMS] = {{.from = 0}};
	struct intervals *log = intervals_open(STREAMS, 1.0);
	uint64_t random = seed, steps = test_below(&random, 9000);

	assert_non_null(log);
	for (int s = 1; s < STREAMS; s++)
		streams[s].from = test_below(&random, 9000);
	for (uint64_t step = 0; step < steps; step++) {
		for (uint32_t s = 0; s < STREAMS; s++) {
			/* A stream may be silent, and then not be given. */
			if (step < streams[s].from ||
			    test_below(&random, 10) == 0)
				continue;
			grow(&streams[s], &random);
			streams[s].known = true;
			intervals_put(log, s, &streams[s].total,
			    (double)streams[s].total.arrived / 3);
		}
		intervals_end(log, (double)(step + 1));
	}
	assert_true(intervals_count(log) < INTERVALS_MAX);
	for (uint32_t s = 0; s < STREAMS; s++)
		check_sums(log, s, &streams[s], seed);
	if (steps > 0)
		assert_true(intervals_time(log, intervals_count(log) - 1) <=
		    (double)steps);
	intervals_close(log);
}

static void
rows_always_sum_to_the_total_through_every_doubling(void **state)
{
	uint64_t seed = test_seed(0);

	(void)state;
	if (seed != 0) {
		run(seed);
		return;
	}
	for (seed = 1; seed <= 60; seed++)
		run(seed);
}

static void
a_full_log_halves_and_its_intervals_double(void **state)
{
	struct intervals *log = intervals_open(1, 0.5);
	struct silbo_track_report total = {0};

	(void)state;
	assert_non_null(log);
	for (uint64_t i = 1; i < INTERVALS_MAX; i++) {
		total.unique = i;
		intervals_put(log, 0, &total, 0);
		intervals_end(log, (double)i * 0.5);
	}
	assert_int_equal(intervals_count(log), INTERVALS_MAX - 1);
	assert_true(intervals_seconds(log) == 0.5);
	total.unique = INTERVALS_MAX;
	total.pending = 7;
	intervals_put(log, 0, &total, 2.5);
	intervals_end(log, INTERVALS_MAX * 0.5);

	assert_int_equal(intervals_count(log), INTERVALS_MAX / 2);
	assert_true(intervals_seconds(log) == 1.0);
	for (size_t i = 0; i < INTERVALS_MAX / 2; i++) {
		assert_int_equal(intervals_row(log, i, 0)->unique, 2);
		assert_true(intervals_time(log, i) == (double)(i + 1));
	}
	assert_int_equal(
	    intervals_row(log, INTERVALS_MAX / 2 - 1, 0)->pending, 7);
	assert_true(
	    intervals_row(log, INTERVALS_MAX / 2 - 1, 0)->jitter_ms == 2.5);
	assert_int_equal(intervals_row(log, 0, 0)->pending, 0);
	intervals_close(log);
}

static void
a_stream_has_no_row_before_it_appears_nor_while_it_is_not_given(void **state)
{
	struct intervals *log = intervals_open(2, 1.0);
	struct silbo_track_report total = {.arrived = 5, .unique = 5};

	(void)state;
	assert_non_null(log);
	intervals_put(log, 0, &total, 1.0);
	intervals_end(log, 1.0);
	intervals_put(log, 1, &total, 1.0);
	intervals_end(log, 2.0);
	total.arrived = total.unique = 9;
	intervals_put(log, 0, &total, 1.0);
	intervals_end(log, 3.0);

	assert_null(intervals_row(log, 0, 1));
	assert_null(intervals_row(log, 1, 0));
	assert_null(intervals_row(log, 2, 1));
	assert_int_equal(intervals_row(log, 1, 1)->unique, 5);
	assert_int_equal(intervals_row(log, 2, 0)->unique, 4);
	intervals_close(log);
	intervals_close(NULL);
}

static void
a_stream_of_losses_alone_is_merged_like_any_other(void **state)
{
	struct intervals *log = intervals_open(1, 1.0);
	struct silbo_track_report total = {.lost = 3};

	(void)state;
	assert_non_null(log);
	intervals_put(log, 0, &total, 0);
	for (int i = 1; i <= INTERVALS_MAX; i++)
		intervals_end(log, i);
	assert_int_equal(intervals_row(log, 0, 0)->lost, 3);
	for (size_t i = 1; i < intervals_count(log); i++)
		assert_null(intervals_row(log, i, 0));
	intervals_close(log);
}

static void
a_forgotten_stream_leaves_an_empty_row_to_the_next(void **state)
{
	struct intervals *log = intervals_open(2, 1.0);
	struct silbo_track_report total = {.arrived = 9, .unique = 9};

	(void)state;
	assert_non_null(log);
	for (int i = 1; i <= 3; i++) {
		intervals_put(log, 0, &total, 1.0);
		intervals_put(log, 1, &total, 1.0);
		intervals_end(log, i);
		total.arrived = total.unique += 9;
	}
	intervals_put(log, 0, &total, 1.0); /* of the current interval */
	intervals_forget(log, 0);
	total.arrived = total.unique = 5; /* fewer than were booked */
	intervals_put(log, 0, &total, 2.0);
	intervals_end(log, 4);
	for (size_t i = 0; i < 3; i++) {
		assert_null(intervals_row(log, i, 0));
		assert_int_equal(intervals_row(log, i, 1)->unique, 9);
	}
	assert_int_equal(intervals_row(log, 3, 0)->unique, 5);
	intervals_close(log);
}

static void
departures_sum_to_the_total_through_a_doubling(void **state)
{
	struct intervals *log = intervals_open(1, 1.0);
	uint64_t sent = 0, unsent = 0;

	(void)state;
	assert_non_null(log);
	assert_null(intervals_current(log, 0));
	for (uint64_t i = 1; i <= 1500; i++) {
		intervals_put_sent(log, 0, i * i, i / 3);
		assert_int_equal(intervals_current(log, 0)->sent, 2 * i - 1);
		intervals_end(log, (double)i);
	}
	for (size_t i = 0; i < intervals_count(log); i++) {
		assert_true(intervals_row(log, i, 0)->is_sent);
		sent += intervals_row(log, i, 0)->sent;
		unsent += intervals_row(log, i, 0)->unsent;
	}
	assert_int_equal(sent, 1500 * 1500);
	assert_int_equal(unsent, 500);
	intervals_close(log);
}

/* As many rows as a receiver has, all live, for three hours. */
static void
many_streams_take_coarser_intervals_not_more_memory(void **state)
{
	enum { MANY = 337, LIVE = 80 };
	static uint64_t unique[MANY];
	struct intervals *log = intervals_open(MANY, 1.0);
	size_t rows = 0;

	(void)state;
	assert_non_null(log);
	for (uint64_t t = 1; t <= 10800; t++) {
		for (uint32_t s = 0; s < LIVE; s++) {
			struct silbo_track_report total = {.unique = t * 50};

			/* The places wander through all rows. */
			intervals_put(log,
			    (s + (uint32_t)(t / 40) * LIVE) % MANY, &total, 0);
		}
		intervals_end(log, (double)t);
		assert_true(intervals_count(log) > 0);
	}
	assert_true(INTERVALS_ROWS * sizeof(struct interval_row) <= 1 << 20);
	for (size_t i = 0; i < intervals_count(log); i++)
		for (uint32_t s = 0; s < MANY; s++) {
			const struct interval_row *row =
			    intervals_row(log, i, s);

			rows += row != NULL;
			unique[s] += row != NULL ? row->unique : 0;
		}
	assert_in_range(rows, 1, INTERVALS_ROWS);
	/* Each sums to what it was given last. */
	for (uint32_t s = 0; s < MANY; s++)
		assert_int_equal(unique[s] % 50, 0);
	intervals_close(log);
}

/* As where a stream ends in the middle of an interval. */
static void
of_what_is_given_twice_in_an_interval_the_end_is_kept(void **state)
{
	struct intervals *log = intervals_open(1, 1.0);
	struct silbo_track_report total = {.unique = 3, .pending = 5};
	const struct interval_row *row;

	(void)state;
	assert_non_null(log);
	intervals_put(log, 0, &total, 2.5);
	total.unique = 7;
	total.pending = 4;
	intervals_put(log, 0, &total, 1.5);
	intervals_end(log, 1);
	row = intervals_row(log, 0, 0);
	assert_non_null(row);
	assert_int_equal(row->unique, 7);
	assert_int_equal(row->pending, 4);
	assert_true(row->jitter_ms == 1.5);
	intervals_close(log);
}

/* Three intervals fill the log: two become one, and the third stays. */
static void
the_last_of_an_odd_number_stays_as_it_is(void **state)
{
	enum { MANY = 2500 };
	struct intervals *log = intervals_open(MANY, 1.0);
	uint64_t sum = 0;

	(void)state;
	assert_non_null(log);
	for (uint64_t t = 1; t <= 3; t++) {
		struct silbo_track_report total = {.unique = 10 * t};

		for (uint32_t s = 0; s < MANY; s++)
			intervals_put(log, s, &total, 0);
		intervals_end(log, (double)t);
	}
	assert_int_equal(intervals_count(log), 2);
	assert_true(intervals_time(log, 0) == 2);
	assert_true(intervals_time(log, 1) == 3);
	for (size_t i = 0; i < 2; i++)
		for (uint32_t s = 0; s < MANY; s++)
			sum += intervals_row(log, i, s)->unique;
	assert_int_equal(sum, 30 * MANY);
	intervals_close(log);
}

/* Those rows that cannot be added up are at most one per stream. */
static void
streams_of_one_interval_each_fit_whatever_comes(void **state)
{
	struct intervals *log = intervals_open(300, 1.0);
	struct silbo_track_report total = {.unique = 3};
	uint64_t sum = 0;

	(void)state;
	assert_non_null(log);
	for (uint32_t t = 1; t <= 20000; t++) {
		intervals_forget(log, t % 300);
		intervals_put(log, t % 300, &total, 0);
		intervals_end(log, t);
	}
	for (size_t i = 0; i < intervals_count(log); i++)
		for (uint32_t s = 0; s < 300; s++)
			if (intervals_row(log, i, s) != NULL)
				sum += intervals_row(log, i, s)->unique;
	assert_int_equal(sum, 300 * 3);
	intervals_close(log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		rows_always_sum_to_the_total_through_every_doubling),
	    cmocka_unit_test(a_full_log_halves_and_its_intervals_double),
	    cmocka_unit_test(
		a_stream_has_no_row_before_it_appears_nor_while_it_is_not_given),
	    cmocka_unit_test(a_stream_of_losses_alone_is_merged_like_any_other),
	    cmocka_unit_test(
		a_forgotten_stream_leaves_an_empty_row_to_the_next),
	    cmocka_unit_test(
		many_streams_take_coarser_intervals_not_more_memory),
	    cmocka_unit_test(
		of_what_is_given_twice_in_an_interval_the_end_is_kept),
	    cmocka_unit_test(the_last_of_an_odd_number_stays_as_it_is),
	    cmocka_unit_test(streams_of_one_interval_each_fit_whatever_comes),
	    cmocka_unit_test(departures_sum_to_the_total_through_a_doubling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
