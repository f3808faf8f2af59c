/* SPDX-License-Identifier: MIT */
/*
 * The clock filter against clocks whose offset is known: the truth lies within
 * the error it tells, whatever the two ways take; times that cannot be change
 * nothing; a clock that is set is seen.
 */
#include "testing.h"

#include <silbo/sync.h>

#define S SILBO_NS_PER_S
#define MS SILBO_NS_PER_MS
#define EPOCH (1790000000 * S) /* some day of 2026 */
#define YEAR (365 * 24 * 3600 * S)
#define RUNS 2000

/* One exchange with a clock that is `ahead` of ours. */
static bool
exchange(struct silbo_sync *sync, uint64_t t1, int64_t ahead, uint64_t there,
    uint64_t held, uint64_t back)
{
	uint64_t t2 = t1 + there + (uint64_t)ahead;

	return silbo_sync_on_exchange(
	    sync, t1, t2, t2 + held, t1 + there + held + back);
}

static void
equal_ways_tell_the_offset_exactly(void **state)
{
	struct silbo_sync_report r;
	struct silbo_sync sync;

	(void)state;
	silbo_sync_init(&sync);
	assert_true(
	    exchange(&sync, EPOCH, -(int64_t)(3 * S), 6 * MS, MS, 6 * MS));
	silbo_sync_report(&sync, &r);
	assert_int_equal(r.offset_ns, -(int64_t)(3 * S));
	assert_int_equal(r.delay_ns, 12 * MS);
	/* And one, as half of an odd delay is cut. */
	assert_int_equal(r.error_ns, 6 * MS + 1);
	assert_int_equal(r.count, 1);
}

static void
the_least_delay_of_the_last_eight_is_believed(void **state)
{
	struct silbo_sync_report r;
	struct silbo_sync sync;

	(void)state;
	silbo_sync_init(&sync);
	assert_true(exchange(&sync, EPOCH, 0, MS, 0, MS));
	for (int i = 0; i < 7; i++)
		assert_true(exchange(
		    &sync, EPOCH + (uint64_t)i * S, 0, 30 * MS, 0, MS));
	silbo_sync_report(&sync, &r);
	assert_int_equal(r.delay_ns, 2 * MS);
	/* One more, and the first is forgotten. */
	assert_true(exchange(&sync, EPOCH + 9 * S, 0, 9 * MS, 0, MS));
	silbo_sync_report(&sync, &r);
	assert_int_equal(r.delay_ns, 10 * MS);
	assert_int_equal(r.steps, 0);
	/* Of two alike it is the latest. */
	assert_true(exchange(&sync, EPOCH + 10 * S, 0, MS, 0, 9 * MS));
	silbo_sync_report(&sync, &r);
	assert_int_equal(r.offset_ns, -4 * (int64_t)MS);
}

static void
the_truth_lies_within_the_error(void **state)
{
	uint64_t seed = test_seed(1), rng = seed;

	(void)state;
	for (int run = 0; run < RUNS; run++) {
		int64_t ahead =
		    (int64_t)test_below(&rng, 20 * S) - (int64_t)(10 * S);
		uint64_t at = EPOCH;
		struct silbo_sync sync;

		silbo_sync_init(&sync);
		for (int i = 0; i < 20; i++) {
			struct silbo_sync_report r;
			int64_t off;

			at += test_below(&rng, S);
			assert_true(exchange(&sync, at, ahead,
			    test_below(&rng, 100 * MS), test_below(&rng, MS),
			    test_below(&rng, 100 * MS)));
			silbo_sync_report(&sync, &r);
			off = r.offset_ns - ahead;
			if ((uint64_t)(off < 0 ? -off : off) > r.error_ns ||
			    r.steps > 0)
				fail_msg("seed %llu run %d: off by %lld ns, "
					 "within %llu, %llu steps",
				    (unsigned long long)seed, run,
				    (long long)off,
				    (unsigned long long)r.error_ns,
				    (unsigned long long)r.steps);
		}
	}
}

static void
a_clock_that_is_set_is_seen(void **state)
{
	struct silbo_sync_report r;
	struct silbo_sync sync;

	(void)state;
	silbo_sync_init(&sync);
	for (uint64_t i = 0; i < 20; i++)
		assert_true(exchange(&sync, EPOCH + i * S,
		    i < 10 ? 0 : (int64_t)S, 5 * MS, 0, 5 * MS));
	silbo_sync_report(&sync, &r);
	assert_int_equal(r.steps, 1);
	assert_int_equal(r.step_ns, S);
	assert_int_equal(r.offset_ns, S);
}

/* Two exchanges exclude one another when their offsets lie further apart than
 * half of both delays, and 500 ppm of the time between: here 5 + 5 ms, and 5 ms
 * in 10 s. */
static void
bounds_that_touch_exclude_nothing(void **state)
{
	static const struct {
		uint64_t after;
		int64_t ahead_us;
		uint64_t steps;
	} rows[] = {{0, 9999, 0}, {0, -9999, 0}, {0, 10001, 1}, {0, -10001, 1},
	    {10, 14990, 0}, {10, -14990, 0}, {10, 15010, 1}, {10, -15010, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct silbo_sync_report r;
		struct silbo_sync sync;

		silbo_sync_init(&sync);
		assert_true(exchange(&sync, EPOCH, 0, 5 * MS, 0, 5 * MS));
		assert_true(exchange(&sync, EPOCH + rows[i].after * S,
		    rows[i].ahead_us * 1000, 5 * MS, 0, 5 * MS));
		silbo_sync_report(&sync, &r);
		if (r.steps != rows[i].steps)
			fail_msg("row %zu: %d steps", i, (int)r.steps);
	}
}

/* Set forth and back: the last time by this, and what was before is forgotten,
 * however good it was. */
static void
of_steps_the_last_is_told(void **state)
{
	struct silbo_sync_report r;
	struct silbo_sync sync;

	(void)state;
	silbo_sync_init(&sync);
	for (uint64_t i = 0; i < 30; i++) {
		uint64_t way = i < 10 ? MS : 5 * MS;

		assert_true(exchange(&sync, EPOCH + i * S,
		    i < 10       ? 0
			: i < 15 ? 3 * (int64_t)S
				 : -(int64_t)S,
		    way, 0, way));
		silbo_sync_report(&sync, &r);
		assert_int_equal(r.steps, (i >= 10) + (i >= 15));
		assert_int_equal(r.delay_ns, 2 * way);
	}
	assert_true(r.step_ns == -4 * (int64_t)S);
}

/* ---- answers that overtake a step, against a world that knows all ---- */

#define SENT 400

struct sent {
	uint64_t t1, t2, t3, t4;
	int64_t ahead; /* when they had it */
};

static int
by_arrival(const void *a, const void *b)
{
	const struct sent *x = a, *y = b;

	return (x->t4 > y->t4) - (x->t4 < y->t4);
}

/* A clock that is set once, by more than all bounds allow, and ways that differ
 * by up to 100 ms: a probe leaves every 1 to 20 ms.  The first is back before.
 */
static int64_t
make_world(struct sent *sent, uint64_t *rng)
{
	int64_t step = (int64_t)(500 * MS + test_below(rng, 5 * S));
	uint64_t apart = 1 + test_below(rng, 20), set_at;

	if (test_below(rng, 2) == 0)
		step = -step;
	set_at = EPOCH + (210 + 10 * apart) * MS + test_below(rng, 500 * MS);
	for (uint64_t i = 0; i < SENT; i++) {
		struct sent *s = &sent[i];
		uint64_t t1 = EPOCH + i * apart * MS;
		uint64_t there = MS + test_below(rng, 100 * MS);

		s->ahead = t1 + there < set_at ? 0 : step;
		s->t1 = t1;
		s->t2 = t1 + there + (uint64_t)s->ahead;
		s->t3 = s->t2;
		s->t4 = t1 + there + MS + test_below(rng, 100 * MS);
	}
	qsort(sent, SENT, sizeof *sent, by_arrival);
	return step;
}

static void
an_answer_that_a_step_overtook_is_no_second_step(void **state)
{
	uint64_t first = test_seed(1);

	(void)state;
	for (uint64_t seed = first; seed < first + RUNS; seed++) {
		struct sent sent[SENT];
		uint64_t rng = seed;
		int64_t step = make_world(sent, &rng), truth = 0, off;
		struct silbo_sync_report r = {.steps = 0};
		struct silbo_sync sync;

		silbo_sync_init(&sync);
		for (int i = 0; i < SENT; i++) {
			const struct sent *s = &sent[i];

			/* The first of the new clock makes it the truth. */
			if (s->ahead != 0)
				truth = step;
			assert_true(silbo_sync_on_exchange(
			    &sync, s->t1, s->t2, s->t3, s->t4));
			silbo_sync_report(&sync, &r);
			off = r.offset_ns - truth;
			if ((uint64_t)(off < 0 ? -off : off) > r.error_ns ||
			    r.steps != (truth != 0))
				fail_msg("seed %llu: off by %lld ns, within "
					 "%llu, %llu steps",
				    (unsigned long long)seed, (long long)off,
				    (unsigned long long)r.error_ns,
				    (unsigned long long)r.steps);
		}
		off = r.step_ns - step;
		assert_true(r.steps == 0 ||
		    (uint64_t)(off < 0 ? -off : off) <= 210 * MS);
		assert_true(
		    silbo_sync_is_astride(&sync, EPOCH) == (r.steps == 1));
	}
}

static void
another_clock_is_no_clock_that_was_set(void **state)
{
	struct silbo_sync_report r;
	struct silbo_sync sync;

	(void)state;
	silbo_sync_init(&sync);
	for (uint64_t i = 0; i < 20; i++)
		assert_true(exchange(&sync, EPOCH + i * S, 0, MS, 0, MS));
	silbo_sync_reset(&sync);
	silbo_sync_report(&sync, &r);
	assert_true(r.count == 0 && r.error_ns == 0);
	for (uint64_t i = 20; i < 23; i++)
		assert_true(exchange(
		    &sync, EPOCH + i * S, (int64_t)S, 5 * MS, 0, 5 * MS));
	silbo_sync_report(&sync, &r);
	assert_true(r.count == 3 && r.steps == 0);
	assert_int_equal(r.offset_ns, S);
}

/* Two crystals, 100 ppm apart, and a long silence between two exchanges. */
static void
drift_is_no_step(void **state)
{
	struct silbo_sync_report r;
	struct silbo_sync sync;
	uint64_t at = 0;

	(void)state;
	silbo_sync_init(&sync);
	for (int i = 0; i < 100; i++, at += 600 * S)
		assert_true(exchange(
		    &sync, EPOCH + at, (int64_t)(at / 10000), 50000, 0, 50000));
	silbo_sync_report(&sync, &r);
	assert_int_equal(r.steps, 0);
}

static void
times_that_cannot_be_change_nothing_but_their_count(void **state)
{
	static const uint64_t rows[][4] = {
	    /* T3 before T2 */
	    {EPOCH, EPOCH + 2, EPOCH + 1, EPOCH + 9},
	    /* T4 before T1 */
	    {EPOCH, EPOCH + 2, EPOCH + 3, EPOCH - 1},
	    /* held for longer than it was away */
	    {EPOCH, EPOCH, EPOCH + 10 * S, EPOCH + S},
	    /* no clock at all: the epoch, before it, the end of time */
	    {EPOCH + 100 * YEAR, 0, 0, EPOCH + 100 * YEAR},
	    /* 0 is no time, however near it is */
	    {EPOCH, 0, 0, EPOCH + S},
	    {EPOCH, 0, 1, EPOCH + S},
	    {S, 0, 0, 2 * S},
	    {EPOCH, UINT64_MAX, UINT64_MAX, EPOCH + S},
	    {EPOCH, UINT64_MAX / 2 + EPOCH, UINT64_MAX / 2 + EPOCH, EPOCH + S},
	    {EPOCH, EPOCH + 1, UINT64_MAX, EPOCH + S},
	};
	struct silbo_sync_report before, after;
	struct silbo_sync sync;

	(void)state;
	silbo_sync_init(&sync);
	assert_true(exchange(&sync, EPOCH, 7 * (int64_t)MS, MS, MS, 2 * MS));
	silbo_sync_report(&sync, &before);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_false(silbo_sync_on_exchange(
		    &sync, rows[i][0], rows[i][1], rows[i][2], rows[i][3]));
	silbo_sync_report(&sync, &after);
	assert_int_equal(after.refused, sizeof rows / sizeof *rows);
	after.refused = 0;
	assert_memory_equal(&before, &after, sizeof before);
}

/* Its clock was never set, and counts from its start in 1970: an offset like
 * any other. */
static void
a_clock_that_was_never_set_is_a_clock(void **state)
{
	struct silbo_sync_report r;
	struct silbo_sync sync;

	(void)state;
	silbo_sync_init(&sync);
	assert_true(silbo_sync_on_exchange(
	    &sync, EPOCH, 40 * S, 40 * S + MS, EPOCH + 3 * MS));
	silbo_sync_report(&sync, &r);
	assert_int_equal(r.refused, 0);
	assert_int_equal(
	    r.offset_ns, (int64_t)(40 * S) - (int64_t)EPOCH - (int64_t)MS);
	/* Nor does it matter that the first was told at its first nanosecond.
	 */
	silbo_sync_init(&sync);
	assert_true(silbo_sync_on_exchange(&sync, EPOCH, 1, 1, EPOCH + MS));
}

/* Held for all of the time that it was away, and clocks 73 years apart: it is
 * hardly so, but it may be. */
static void
what_is_just_possible_is_used(void **state)
{
	static const uint64_t apart = (uint64_t)1 << 61;
	struct silbo_sync_report r;
	struct silbo_sync sync;

	(void)state;
	silbo_sync_init(&sync);
	assert_true(
	    silbo_sync_on_exchange(&sync, EPOCH, EPOCH, EPOCH + S, EPOCH + S));
	silbo_sync_report(&sync, &r);
	assert_true(r.count == 1 && r.delay_ns == 0 && r.error_ns == 1);
	assert_true(silbo_sync_on_exchange(
	    &sync, EPOCH, EPOCH + apart - 1, EPOCH + apart - 1, EPOCH + 1));
	assert_false(silbo_sync_on_exchange(
	    &sync, EPOCH, EPOCH + apart, EPOCH + apart, EPOCH + 1));
	assert_true(silbo_sync_on_exchange(
	    &sync, EPOCH + apart, EPOCH + 1, EPOCH + 1, EPOCH + apart));
	assert_false(silbo_sync_on_exchange(
	    &sync, EPOCH + apart, EPOCH, EPOCH, EPOCH + apart));
}

static void
nothing_is_known_of_no_exchange(void **state)
{
	const struct silbo_sync_report nothing = {.count = 0};
	struct silbo_sync_report r;
	struct silbo_sync sync;

	(void)state;
	silbo_sync_init(&sync);
	silbo_sync_report(&sync, &r);
	assert_memory_equal(&r, &nothing, sizeof r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equal_ways_tell_the_offset_exactly),
	    cmocka_unit_test(the_least_delay_of_the_last_eight_is_believed),
	    cmocka_unit_test(the_truth_lies_within_the_error),
	    cmocka_unit_test(a_clock_that_is_set_is_seen),
	    cmocka_unit_test(bounds_that_touch_exclude_nothing),
	    cmocka_unit_test(of_steps_the_last_is_told),
	    cmocka_unit_test(an_answer_that_a_step_overtook_is_no_second_step),
	    cmocka_unit_test(another_clock_is_no_clock_that_was_set),
	    cmocka_unit_test(drift_is_no_step),
	    cmocka_unit_test(
		times_that_cannot_be_change_nothing_but_their_count),
	    cmocka_unit_test(a_clock_that_was_never_set_is_a_clock),
	    cmocka_unit_test(what_is_just_possible_is_used),
	    cmocka_unit_test(nothing_is_known_of_no_exchange),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
