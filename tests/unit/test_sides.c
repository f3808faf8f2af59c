/* SPDX-License-Identifier: MIT */
/*
 * Both ways of a STAMP session, by the numbers alone: rows written by hand, and
 * random roads whose truth is known.  On every road the truth lies between the
 * bounds, and is told where it can be.
 */
#include "testing.h"

#include <time.h>

#include <silbo/sides.h>

#define MS SILBO_NS_PER_MS
#define UNKNOWN UINT64_MAX
#define WINDOW 64

struct sides_row {
	unsigned row;
	/* pairs "own/asked ", in order of arrival; from `sent` on of closing
	 * ones */
	const char *answers;
	uint64_t sent, lost, closing;
	bool closed;
	uint64_t there, back, there_max; /* if unknown: the bounds */
	uint64_t there_copies, back_copies;
	uint64_t there_order, back_order;
	bool contradictory;
};

#define U UNKNOWN
static const struct sides_row rows[] = {
    /* nothing amiss; the direction of nothing is known */
    {1, "0/0 1/1 2/2", 3, 0, 0, false, 0, 0, 0, 0, 0, 0, 0, false},
    /* 1 lost there; 1 lost back; each with the end known */
    {2, "0/0 1/2 2/3", 4, 1, 0, true, 1, 0, 1, 0, 0, 0, 0, false},
    {3, "0/0 1/2 3/4 4/5", 6, 2, 0, true, 1, 1, 1, 0, 0, 0, 0, false},
    /* the tail: without a closing answer nobody knows */
    {4, "0/0 1/2", 4, 2, 3, false, U, U, 2, 0, 0, 0, 0, false},
    {5, "0/0 1/2 2/4", 4, 2, 0, true, 2, 0, 2, 0, 0, 0, 0, false},
    {6, "0/0 1/2 3/4", 4, 2, 0, true, 1, 1, 1, 0, 0, 0, 0, false},
    /* a closing one without an answer may be the one that was lost there */
    {7, "0/0 1/2 2/5", 4, 2, 1, true, 2, 0, 2, 0, 0, 0, 0, false},
    {8, "0/0 1/2 4/5", 4, 2, 1, true, U, U, 1, 0, 0, 0, 0, false},
    /* never different: stateless, or nothing lost there */
    {9, "0/0 2/2 3/3", 3, 1, 0, true, U, U, 1, 0, 0, 0, 0, false},
    {10, "0/0 1/1 1/1", 2, 0, 0, true, 0, 0, 0, U, U, 0, 0, false},
    {11, "0/0 2/2 1/1", 3, 0, 0, true, 0, 0, 0, 0, 0, U, U, false},
    /* copies there have numbers of their own, those of the way back not */
    {12, "0/0 1/1 2/1 3/2", 3, 0, 0, true, 0, 0, 0, 1, 0, 0, 0, false},
    {13, "0/0 1/2 1/2", 3, 1, 0, true, 1, 0, 1, 0, 1, 0, 0, false},
    /* copies there and losses back: one of them may have been a copy, too */
    {14, "0/0 1/0 3/2 4/3", 3, 1, 0, true, U, U, 1, 1, 0, 0, 0, false},
    /* order there is by own numbers, order back by arrival */
    {15, "0/0 1/2 2/1 3/3", 4, 0, 0, true, 0, 0, 0, 0, 0, 1, 0, false},
    {16, "0/0 2/3 1/1 3/4", 5, 1, 0, true, 1, 0, 1, 0, 0, 0, 1, false},
    /* a copy that comes late is no reordering, even if it overtakes */
    {17, "0/0 1/1 2/2 3/1", 3, 0, 0, true, 0, 0, 0, 1, 0, 0, 0, false},
    {18, "0/0 3/1 2/2 1/1", 3, 0, 0, true, 0, 0, 0, 1, 0, 0, 2, false},
    /* the head: lost there, back, or it had counted before */
    {19, "0/2 1/3", 4, 2, 0, true, 2, 0, 2, 0, 0, 0, 0, false},
    {20, "1/2 2/4", 4, 2, 0, true, 1, 1, 1, 0, 0, 0, 0, false},
    {21, "9/0 10/2", 2, 1, 0, true, 1, 0, 1, 0, 0, 0, 0, false},
    {22, "9/2 10/3", 3, 2, 0, true, U, U, 2, 0, 0, 0, 0, false},
    /* round 2^32 */
    {23, "4294967295/0 0/1 1/3", 3, 1, 0, true, 1, 0, 1, 0, 0, 0, 0, false},
    {24, "4294967294/0 1/1 0/2", 4, 1, 0, true, 0, 1, 0, 0, 0, 1, 1, false},
    /* counted for others, too; begun again; made up */
    {25, "0/0 5/1 9/3", 3, 1, 0, true, U, U, 1, U, U, U, U, true},
    {26, "0/0 1/2 0/3", 4, 1, 0, true, U, U, 1, U, U, U, U, true},
    {27, "0/0 1/2 1/3", 4, 1, 0, true, U, U, 1, U, U, U, U, true},
    {28, "0/0 2147483648/1", 2, 0, 0, true, 0, 0, 0, 0, 0, 0, 0, false},
    {29, "0/0 2147483648/1", 3, 1, 0, true, U, U, 1, U, U, U, U, true},
    /* the original of a copy that overtook it keeps its place */
    {31, "0/0 1/2 4/1 2/1 3/3", 4, 0, 0, true, 0, 0, 0, 1, 0, 1, 2, false},
    /* two copies, each overtaken by the one after it */
    {32, "0/0 4/1 3/1 2/2 1/1", 3, 0, 0, true, 0, 0, 0, 2, 0, 0, 3, false},
    /* nothing was overtaken by a closing one, on either way; its copies are
     * none */
    {33, "3/4 2/2 1/1 0/0", 4, 1, 0, true, 1, 0, 1, 0, 0, 0, 2, false},
    {34, "0/0 1/4 2/2 3/1", 4, 1, 0, true, 1, 0, 1, 0, 0, 1, 0, false},
    {35, "0/0 1/2 2/4 2/4 3/4", 4, 2, 0, true, 2, 0, 2, 0, 0, 0, 0, false},
    /* it had counted before, and 3 may have come first: its number, 8, and the
     * answer lost back */
    {36, "9/0 10/2 11/1 12/5", 5, 2, 0, true, U, U, 2, 0, 0, 1, 0, false},
    /* nothing at all */
    {30, "", 3, 3, 5, false, U, U, 3, U, U, U, U, false},
};

static void
check_row(const struct sides_row *r)
{
	void *mem = malloc(silbo_sides_size(WINDOW));
	struct silbo_sides sides;
	struct silbo_sides_report n;
	bool answered[64] = {false};
	const char *at = r->answers;

	silbo_sides_init(&sides, mem, WINDOW);
	while (*at != '\0') {
		char *end;
		uint32_t own = (uint32_t)strtoul(at, &end, 10);
		uint64_t asked = strtoull(end + 1, &end, 10);

		silbo_sides_on_answer(&sides, own, asked, !answered[asked],
		    asked >= r->sent, 5 * MS);
		answered[asked] = true;
		at = *end == ' ' ? end + 1 : end;
	}
	silbo_sides_report(&sides, &n, r->sent, r->lost, r->closing, r->closed);
	if (n.there_lost != r->there || n.back_lost != r->back ||
	    n.there_lost_max != r->there_max ||
	    n.there_duplicate != r->there_copies ||
	    n.back_duplicate != r->back_copies ||
	    n.there_reordered != r->there_order ||
	    n.back_reordered != r->back_order ||
	    n.contradictory != r->contradictory)
		fail_msg("row %u: lost %lld (%lld..%lld) %lld copies %lld %lld "
			 "order %lld %lld contradictory %d",
		    r->row, (long long)n.there_lost,
		    (long long)n.there_lost_min, (long long)n.there_lost_max,
		    (long long)n.back_lost, (long long)n.there_duplicate,
		    (long long)n.back_duplicate, (long long)n.there_reordered,
		    (long long)n.back_reordered, n.contradictory);
	free(mem);
}

static void
numbers_tell_the_way_or_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

/* Of four at most three can be overtaken, and by three. */
static void
a_closing_answer_overtakes_none(void **state)
{
	void *mem = malloc(silbo_sides_size(WINDOW));
	struct silbo_sides_report n;
	struct silbo_sides sides;

	(void)state;
	silbo_sides_init(&sides, mem, WINDOW);
	silbo_sides_on_answer(&sides, 4, 5, true, true, 5 * MS);
	for (uint32_t i = 4; i-- > 0;)
		silbo_sides_on_answer(&sides, i, i, true, false, 5 * MS);
	silbo_sides_report(&sides, &n, 5, 1, 0, true);
	assert_int_equal(n.there_lost, 1);
	assert_int_equal(n.back_reordered, 3);
	assert_int_equal(n.back_extent_max, 3);
	free(mem);
}

/* 1 of 5 comes last: three back. */
static void
how_far_back_is_told_of_the_way_back(void **state)
{
	static const uint32_t own[] = {0, 2, 3, 4, 1};
	static const uint64_t asked[] = {0, 3, 4, 5, 1};
	void *mem = malloc(silbo_sides_size(WINDOW));
	struct silbo_sides_report n;
	struct silbo_sides sides;

	(void)state;
	silbo_sides_init(&sides, mem, WINDOW);
	for (int i = 0; i < 5; i++)
		silbo_sides_on_answer(
		    &sides, own[i], asked[i], true, false, 5 * MS);
	silbo_sides_report(&sides, &n, 6, 1, 0, true);
	assert_int_equal(n.back_reordered, 1);
	assert_int_equal(n.back_extent_max, 3);
	assert_int_equal(n.there_reordered, 0);
	free(mem);
}

/* Each pair is swapped there, and every fifth lost back: a session of many
 * windows. */
static void
what_left_the_window_was_counted(void **state)
{
	void *mem = malloc(silbo_sides_size(WINDOW));
	struct silbo_sides_report n;
	struct silbo_sides sides;

	(void)state;
	silbo_sides_init(&sides, mem, WINDOW);
	for (uint32_t own = 0; own < 1000; own++)
		if (own % 10 < 8)
			silbo_sides_on_answer(
			    &sides, own, own ^ 1, true, false, own * MS);
	silbo_sides_report(&sides, &n, 1000, 200, 0, true);
	assert_false(n.contradictory);
	assert_int_equal(n.there_reordered, 400);
	assert_int_equal(n.back_reordered, 0);
	free(mem);
}

/* ---- random roads ---- */

#define SENT 60
#define PACKETS_MAX 400

struct packet {
	uint32_t own;
	uint64_t asked, at; /* at: the order of its arrival */
};

struct truth {
	uint64_t there_lost, back_lost, there_copies, back_copies;
	uint64_t there_order, back_order;
	uint64_t answered;
};

struct road {
	unsigned loss, copy, swap; /* of 100 */
};

static int
by_arrival(const void *a, const void *b)
{
	const struct packet *p = a, *q = b;

	return (p->at > q->at) - (p->at < q->at);
}

/* Drop, copy and delay.  Returns how many arrive, in order of arrival. */
static size_t
travel(struct packet *out, const struct packet *in, size_t count,
    const struct road *road, uint64_t *rng)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		bool swap = test_below(rng, 100) < road->swap;

		if (test_below(rng, 100) < road->loss)
			continue;
		for (int copies = test_below(rng, 100) < road->copy ? 2 : 1;
		     copies > 0; copies--) {
			out[n] = in[i];
			out[n].at = 1000 * (uint64_t)i +
			    (swap ? test_below(rng, 5000) : (uint64_t)copies);
			n++;
		}
	}
	qsort(out, n, sizeof(*out), by_arrival);
	return n;
}

static void
count_there(struct truth *t, struct packet *p, size_t n, uint32_t base)
{
	bool seen[SENT + 1] = {false};
	uint64_t highest = 0;

	t->there_lost = SENT;
	for (size_t i = 0; i < n; i++) {
		p[i].own = base + (uint32_t)i;
		if (seen[p[i].asked]) {
			t->there_copies++;
			continue;
		}
		seen[p[i].asked] = true;
		t->there_lost -= p[i].asked < SENT;
		if (p[i].asked < highest)
			t->there_order++;
		else
			highest = p[i].asked;
	}
}

static void
count_back(struct truth *t, const struct packet *p, size_t n, uint32_t base,
    struct silbo_sides *sides)
{
	bool own[PACKETS_MAX] = {false}, asked[SENT + 1] = {false};
	uint32_t highest = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t number = p[i].own - base;

		silbo_sides_on_answer(sides, p[i].own, p[i].asked,
		    !asked[p[i].asked], p[i].asked == SENT, i * MS);
		t->answered += !asked[p[i].asked] && p[i].asked < SENT;
		asked[p[i].asked] = true;
		if (own[number])
			t->back_copies++;
		else if (number < highest)
			t->back_order++;
		else
			highest = number;
		own[number] = true;
	}
	t->back_lost = SENT - t->there_lost - t->answered;
}

static void
fail_road(uint64_t seed, const char *what, uint64_t truth,
    const struct silbo_sides_report *n)
{
	fail_msg("seed %llu: %s is %llu, told %lld %lld..%lld",
	    (unsigned long long)seed, what, (unsigned long long)truth,
	    (long long)n->there_lost, (long long)n->there_lost_min,
	    (long long)n->there_lost_max);
}

/* Whether everything is exact is told by the caller. */
static void
compare(uint64_t seed, const struct truth *t,
    const struct silbo_sides_report *n, bool head, bool copies)
{
	if (n->contradictory)
		fail_road(seed, "contradictory", 0, n);
	/* of copies one is assumed to be heard, and of datagrams that overtake
	 * each other, where its counts did not begin with us */
	if ((t->there_copies > 0 && n->there_duplicate == 0) ||
	    (!head && t->there_order > n->there_reordered))
		return;
	if (t->there_lost < n->there_lost_min ||
	    t->there_lost > n->there_lost_max)
		fail_road(seed, "lost there", t->there_lost, n);
	if (n->stateful && head && !copies && n->there_lost != t->there_lost)
		fail_road(seed, "lost there, to be told", t->there_lost, n);
	if (n->there_lost != UNKNOWN && n->back_lost != t->back_lost)
		fail_road(seed, "lost back", t->back_lost, n);
	if (n->back_duplicate != UNKNOWN && n->back_duplicate != t->back_copies)
		fail_road(seed, "copied back", t->back_copies, n);
	if (n->back_reordered != UNKNOWN && n->back_reordered != t->back_order)
		fail_road(seed, "reordered back", t->back_order, n);
	if (n->there_reordered != UNKNOWN && t->back_lost == 0 && !copies &&
	    n->there_reordered != t->there_order)
		fail_road(seed, "reordered there", t->there_order, n);
	if (n->there_duplicate != UNKNOWN && t->back_lost == 0 &&
	    n->there_duplicate > t->there_copies)
		fail_road(seed, "copied there", t->there_copies, n);
}

/* One session on random roads; its closing one arrives, both ways. */
static void
run_road(uint64_t seed)
{
	static const unsigned rates[] = {0, 0, 3, 10, 30};
	uint64_t rng = seed;
	struct packet sent[SENT + 1], there[PACKETS_MAX], back[PACKETS_MAX];
	struct road roads[2];
	struct silbo_sides sides;
	struct silbo_sides_report n;
	struct truth t = {0};
	uint32_t base =
	    test_below(&rng, 4) == 0 ? (uint32_t)test_random(&rng) : 0;
	size_t count;
	void *mem = malloc(silbo_sides_size(1024));

	for (int i = 0; i < 2; i++)
		roads[i] = (struct road){.loss = rates[test_below(&rng, 5)],
		    .copy = rates[test_below(&rng, 5)],
		    .swap = rates[test_below(&rng, 5)]};
	silbo_sides_init(&sides, mem, 1024);
	for (uint64_t i = 0; i <= SENT; i++)
		sent[i] = (struct packet){.asked = i};
	count = travel(there, sent, SENT, &roads[0], &rng);
	there[count++] = sent[SENT];
	count_there(&t, there, count, base);
	count = travel(back, there, count - 1, &roads[1], &rng);
	back[count] = sent[SENT];
	back[count++].own =
	    base + (uint32_t)(SENT - t.there_lost + t.there_copies);
	count_back(&t, back, count, base, &sides);
	silbo_sides_report(&sides, &n, SENT, SENT - t.answered, 0, true);
	compare(
	    seed, &t, &n, base == 0 && roads[0].swap == 0, roads[0].copy > 0);
	free(mem);
}

static void
the_truth_of_every_road_is_within_bounds(void **state)
{
	uint64_t seed = test_seed(6);

	(void)state;
	for (uint64_t i = 0; i < 20000; i++)
		run_road(seed + i);
}

/* Whatever a reflector makes up, no figure is above what was sent. */
static void
made_up_numbers_make_no_figures(void **state)
{
	uint64_t seed = test_seed(7), rng = seed;
	void *mem = malloc(silbo_sides_size(WINDOW));

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct silbo_sides sides;
		struct silbo_sides_report n;
		uint64_t wide = (uint64_t)1 << test_below(&rng, 33);

		silbo_sides_init(&sides, mem, WINDOW);
		for (int k = 0; k < 300; k++)
			silbo_sides_on_answer(&sides,
			    (uint32_t)test_below(&rng, wide),
			    test_below(&rng, 300), test_random(&rng) % 2,
			    test_random(&rng) % 16 == 0, (silbo_time)k * MS);
		silbo_sides_report(&sides, &n, 300, 100, 2, true);
		assert_true(n.there_lost_min <= n.there_lost_max);
		assert_true(n.there_lost_max <= 100);
		assert_true(n.there_lost == UNKNOWN || n.there_lost <= 100);
		assert_true(n.back_lost == UNKNOWN || n.back_lost <= 100);
		assert_true(
		    n.there_duplicate == UNKNOWN || n.there_duplicate <= 300);
	}
	free(mem);
}

/* Nor do they walk away with the memory of what came. */
/* So much time do second answers take that were overtaken by half a window. */
static clock_t
time_of_copies(uint32_t window, uint32_t copies)
{
	void *mem = malloc(silbo_sides_size(window));
	struct silbo_sides sides;
	clock_t began;

	silbo_sides_init(&sides, mem, window);
	silbo_sides_on_answer(&sides, 0, 0, true, false, 0);
	silbo_sides_on_answer(&sides, window / 2 - 1, 1, true, false, 0);
	began = clock();
	for (uint32_t i = 0; i < copies; i++)
		silbo_sides_on_answer(
		    &sides, 1 + i % (window / 4), 1, false, false, 0);
	began = clock() - began;
	assert_int_equal(
	    sides.own, 2 + (copies < window / 4 ? copies : window / 4));
	free(mem);
	return began;
}

/* The larger window is 2000 times the smaller: a walk through it would show in
 * any noise. */
static void
a_second_answer_costs_the_same_in_any_window(void **state)
{
	clock_t small = time_of_copies(64, 30000);
	clock_t large = time_of_copies(SILBO_TRACK_WINDOW_MAX, 30000);

	(void)state;
	if (large > 100 * (small + CLOCKS_PER_SEC / 1000))
		fail_msg(
		    "%ld, and %ld in the small one", (long)large, (long)small);
}

static void
numbers_that_run_away_are_left_alone(void **state)
{
	void *mem = malloc(silbo_sides_size(WINDOW));
	struct silbo_sides sides;
	struct silbo_sides_report n;

	(void)state;
	silbo_sides_init(&sides, mem, WINDOW);
	for (uint64_t i = 0; i < 140000; i++)
		silbo_sides_on_answer(
		    &sides, (uint32_t)(i * INT32_MAX), i, true, false, i * MS);
	silbo_sides_report(&sides, &n, 140000, 0, 0, true);
	assert_true(n.contradictory);
	free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_tell_the_way_or_nothing),
	    cmocka_unit_test(a_closing_answer_overtakes_none),
	    cmocka_unit_test(how_far_back_is_told_of_the_way_back),
	    cmocka_unit_test(what_left_the_window_was_counted),
	    cmocka_unit_test(the_truth_of_every_road_is_within_bounds),
	    cmocka_unit_test(made_up_numbers_make_no_figures),
	    cmocka_unit_test(a_second_answer_costs_the_same_in_any_window),
	    cmocka_unit_test(numbers_that_run_away_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
