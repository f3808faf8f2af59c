/* SPDX-License-Identifier: MIT */
/*
 * What the prober tells of each way, by hand: times that differ there and back,
 * and counts of reflectors that take over from one another.
 */
#include "testing.h"

#include "prober_bench.h"

/* The next, which leaves at its slot. */
static void
send_one(struct silbo_prober *p)
{
	struct silbo_departure d;

	assert_true(silbo_prober_get(p, &d, silbo_prober_deadline(p)));
	silbo_prober_on_sent(p, &d);
}

/* The answer to a number that left at its slot, by a reflector that has had all
 * so far. */
static struct silbo_answer
answer_after(uint64_t number, silbo_time interval, silbo_time there,
    silbo_time held, silbo_time back, uint64_t ahead)
{
	silbo_time left = START + number * interval;

	return (struct silbo_answer){.number = number,
	    .reflector = {.bytes = {7}},
	    .order = number,
	    .at = left + there + held + back,
	    .has_times = true,
	    .received_at = left + there + WALL + ahead,
	    .echoed_at = left + there + held + WALL + ahead,
	    .tos = -1,
	    .ttl = -1,
	    .back_tos = -1,
	    .back_ttl = -1,
	    .has_counts = true,
	    .unique = number + 1};
}

/* Integers leave a ns or two. */
static void
expect_jitter(const struct silbo_jitter_report *jitter, uint64_t ns)
{
	assert_int_equal(jitter->count, 4);
	assert_in_range(jitter->last_ns, ns - 3, ns + 3);
}

static void
each_way_has_times_and_marks_of_its_own(void **state)
{
	static const struct {
		uint64_t there, held, back; /* ms */
	} rows[] = {{5, 1, 3}, {9, 2, 3}, {4, 3, 8}, {12, 1, 2}, {7, 2, 5}};
	struct silbo_prober *p = begin(5, 30 * MS);
	struct silbo_transit_report there, back;
	struct silbo_prober_report r;

	(void)state;
	for (uint64_t n = 0; n < 5; n++) {
		struct silbo_answer a =
		    answer_after(n, 30 * MS, rows[n].there * MS,
			rows[n].held * MS, rows[n].back * MS, 250 * MS);

		a.kernel = n < 4;
		a.tos = 0x28;
		a.ttl = 60;
		a.back_tos = 3;
		a.back_ttl = 50;
		send_one(p);
		assert_int_equal(
		    silbo_prober_on_answer(p, &a), SILBO_ANSWER_FIRST);
	}
	silbo_prober_report(p, &r);
	silbo_transit_report(silbo_prober_there(p), &there);
	silbo_transit_report(silbo_prober_back(p), &back);
	/* 8 12 12 14 12 ms, without what they were held for */
	assert_int_equal(r.rtt_first_ns, 8 * MS);
	assert_int_equal(r.rtt_last_ns, 12 * MS);
	assert_int_equal(silbo_quantile_mean(silbo_prober_rtt(p)), 11600000);
	expect_jitter(&r.jitter, 448181);
	/* 1 5 0 8 3 and 1 1 6 0 3 ms above the fastest */
	assert_int_equal(there.pdv.max_ns, 8 * MS);
	assert_int_equal(there.pdv.mean_ns, 3400000);
	assert_int_equal(back.pdv.max_ns, 6 * MS);
	assert_int_equal(back.pdv.mean_ns, 2200000);
	/* 4 5 8 5 and 0 5 6 3 ms between neighbours */
	assert_int_equal(there.ipdv.mean_ns, 5500000);
	assert_int_equal(back.ipdv.mean_ns, 3500000);
	expect_jitter(&r.there.jitter, 1261902);
	expect_jitter(&r.back.jitter, 813721);
	/* Of the first, the fastest: (255 + 247) / 2, within half of 8. */
	assert_int_equal(r.sync.offset_ns, 251 * MS);
	assert_int_equal(r.sync.error_ns, 4 * MS + 1);
	assert_false(r.kernel_there); /* the last was none */
	assert_int_equal(r.there.marks.tos, 0x28);
	assert_int_equal(r.there.marks.ttl, 60);
	assert_int_equal(r.there.marks.congested, 0);
	assert_int_equal(r.back.marks.tos, 3);
	assert_int_equal(r.back.marks.ttl, 50);
	assert_int_equal(r.back.marks.congested, 5);
	free(p);
}

/* Its step is no jitter of either way. */
static void
when_a_clock_is_set_each_way_begins_anew(void **state)
{
	struct silbo_prober *p = begin(10, 30 * MS);
	struct silbo_transit_report there, back;
	struct silbo_prober_report r;

	(void)state;
	for (uint64_t n = 0; n < 10; n++) {
		struct silbo_answer a = answer_after(
		    n, 30 * MS, MS, 0, MS, n < 5 ? 0 : SILBO_NS_PER_S);

		send_one(p);
		(void)silbo_prober_on_answer(p, &a);
	}
	silbo_prober_report(p, &r);
	silbo_transit_report(silbo_prober_there(p), &there);
	silbo_transit_report(silbo_prober_back(p), &back);
	assert_int_equal(r.sync.steps, 1);
	assert_int_equal(r.there.jitter.max_ns, 0);
	assert_int_equal(r.back.jitter.max_ns, 0);
	assert_int_equal(there.pdv.count, 5);
	assert_int_equal(back.pdv.count, 5);
	assert_int_equal(there.pdv.max_ns, 0);
	assert_int_equal(back.pdv.max_ns, 0);
	free(p);
}

/* Three after one another, each with a clock and counts of its own: counts are
 * sums, extents the largest, and nobody has set a clock. */
static void
counts_of_reflectors_that_take_over_are_summed(void **state)
{
	static const struct {
		uint64_t duplicate, reordered, extent, withheld, ahead_s;
		uint64_t order[5];
	} rows[] = {
	    {3, 2, 4, 1, 0, {3, 0, 1, 2, 4}},
	    {5, 3, 2, 2, 60, {0, 2, 1, 3, 4}},
	    {7, 1, 1, 0, 7, {0, 1, 2, 3, 4}},
	};
	struct silbo_prober *p = begin(15, 30 * MS);
	struct silbo_prober_report r;

	(void)state;
	for (uint64_t n = 0; n < 15; n++) {
		uint64_t who = n / 5;
		struct silbo_answer a = answer_after(
		    n, 30 * MS, MS, 0, MS, rows[who].ahead_s * SILBO_NS_PER_S);

		a.reflector.bytes[0] = (uint8_t)(7 + who);
		a.order = rows[who].order[n % 5];
		a.has_counts = n % 5 == 4;
		a.unique = 5;
		a.duplicate = rows[who].duplicate;
		a.reordered = rows[who].reordered;
		a.extent_max = rows[who].extent;
		a.withheld = rows[who].withheld;
		send_one(p);
		assert_int_equal(
		    silbo_prober_on_answer(p, &a), SILBO_ANSWER_FIRST);
	}
	silbo_prober_report(p, &r);
	assert_int_equal(r.restarts, 2);
	assert_int_equal(r.contradictions, 0);
	assert_int_equal(r.there.duplicate, 15);
	assert_int_equal(r.there.reordered, 6);
	assert_int_equal(r.there.extent_max, 4);
	assert_int_equal(r.withheld, 3);
	assert_int_equal(r.back.reordered, 4);
	assert_int_equal(r.back.extent_max, 3);
	assert_int_equal(r.sync.steps, 0);
	assert_int_equal(r.sync.offset_ns, 7 * SILBO_NS_PER_S);
	free(p);
}

/* What the first has had the second has not. */
static void
one_that_takes_over_has_had_no_more_than_the_rest(void **state)
{
	(void)state;
	for (uint64_t more = 0; more < 2; more++) {
		struct silbo_prober *p = begin(20, 30 * MS);
		struct silbo_prober_report r;

		for (uint64_t n = 0; n < 20; n++) {
			struct silbo_answer a =
			    answer_after(n, 30 * MS, MS, 0, MS, 0);

			send_one(p);
			if (n < 10)
				(void)silbo_prober_on_answer(p, &a);
			a.reflector.bytes[0] = 8;
			a.order = 0;
			a.unique = 10 + more;
			if (n == 19)
				(void)silbo_prober_on_answer(p, &a);
		}
		silbo_prober_report(p, &r);
		assert_int_equal(r.restarts, 1);
		assert_int_equal(r.contradictions, more);
		free(p);
	}
}

/* Each count by itself, one less than it was told before. */
static void
a_count_that_shrinks_is_a_contradiction(void **state)
{
	(void)state;
	for (int row = 0; row < 5; row++) {
		struct silbo_prober *p = begin(20, 30 * MS);
		struct silbo_prober_report r;
		struct silbo_answer a;

		for (uint64_t n = 0; n < 20; n++)
			send_one(p);
		for (uint64_t n = 18; n < 20; n++) {
			a = answer_after(n, 30 * MS, MS, 0, MS, 0);
			a.duplicate = a.reordered = 5;
			a.extent_max = a.withheld = 5;
			if (n == 19) {
				a.duplicate -= row == 1;
				a.reordered -= row == 2;
				a.extent_max -= row == 3;
				a.withheld -= row == 4;
			}
			(void)silbo_prober_on_answer(p, &a);
		}
		silbo_prober_report(p, &r);
		assert_int_equal(r.contradictions, row > 0);
		free(p);
	}
}

/* A PROBE that closes has come too, and may be what overtook. */
static void
an_extent_may_count_probes_that_close(void **state)
{
	(void)state;
	for (uint64_t more = 0; more < 2; more++) {
		struct silbo_prober *p = begin(3, 30 * MS);
		struct silbo_prober_report r;
		struct silbo_answer a;

		for (uint64_t n = 0; n < 3; n++)
			send_one(p);
		send_one(p);
		a = answer_after(3, 30 * MS, MS, 0, MS, 0);
		a.unique = 3;
		a.extent_max = 4 + more;
		assert_int_equal(
		    silbo_prober_on_answer(p, &a), SILBO_ANSWER_CLOSING);
		silbo_prober_report(p, &r);
		assert_int_equal(r.closings, 1);
		assert_int_equal(r.contradictions, more);
		free(p);
	}
}

static void
what_did_not_leave_cannot_be_answered(void **state)
{
	struct silbo_prober *p = begin(2, 30 * MS);
	struct silbo_answer a = answer_after(0, 30 * MS, MS, 0, MS, 0);
	struct silbo_departure d;

	(void)state;
	assert_true(silbo_prober_get(p, &d, START));
	silbo_prober_on_unsent(p, &d);
	assert_int_equal(
	    silbo_prober_on_answer(p, &a), SILBO_ANSWER_NEVER_SENT);
	free(p);
}

/* It is not known whether it was answered before. */
static void
an_answer_to_what_is_forgotten_leaves_the_ways_unknown(void **state)
{
	uint64_t window = silbo_prober_window(MS, 200 * MS);

	(void)state;
	for (uint64_t old = 0; old < 2; old++) {
		struct silbo_prober *p = begin(window + 1, MS);
		struct silbo_prober_report r;
		struct silbo_answer a;

		for (uint64_t n = 0; n <= window; n++) {
			send_one(p);
			a = answer_after(n, MS, MS, 0, MS, 0);
			if (n > 0)
				(void)silbo_prober_on_answer(p, &a);
		}
		a = answer_after(0, MS, MS, 0, window * MS, 0);
		if (old > 0)
			assert_int_equal(silbo_prober_on_answer(p, &a),
			    SILBO_ANSWER_TOO_OLD);
		send_one(p);
		a = answer_after(window + 1, MS, MS, 0, window * MS, 0);
		a.unique = window + 1;
		assert_int_equal(
		    silbo_prober_on_answer(p, &a), SILBO_ANSWER_CLOSING);
		silbo_prober_report(p, &r);
		assert_true(r.closed);
		assert_int_equal(r.there.lost, old > 0 ? NONE : 0);
		assert_int_equal(r.back.lost, old > 0 ? NONE : 1);
		free(p);
	}
}

static void
a_millisecond_is_not_late_and_a_nanosecond_more_is(void **state)
{
	static const silbo_time late[] = {0, MS, MS + 1, 2 * MS};
	struct silbo_prober *p = begin(4, 30 * MS);
	struct silbo_prober_report r;
	struct silbo_departure d;

	(void)state;
	for (uint64_t n = 0; n < 4; n++) {
		assert_true(
		    silbo_prober_get(p, &d, START + n * 30 * MS + late[n]));
		silbo_prober_on_sent(p, &d);
	}
	silbo_prober_report(p, &r);
	assert_int_equal(r.late_over_1ms, 2);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_way_has_times_and_marks_of_its_own),
	    cmocka_unit_test(when_a_clock_is_set_each_way_begins_anew),
	    cmocka_unit_test(counts_of_reflectors_that_take_over_are_summed),
	    cmocka_unit_test(one_that_takes_over_has_had_no_more_than_the_rest),
	    cmocka_unit_test(a_count_that_shrinks_is_a_contradiction),
	    cmocka_unit_test(an_extent_may_count_probes_that_close),
	    cmocka_unit_test(what_did_not_leave_cannot_be_answered),
	    cmocka_unit_test(
		an_answer_to_what_is_forgotten_leaves_the_ways_unknown),
	    cmocka_unit_test(
		a_millisecond_is_not_late_and_a_nanosecond_more_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
