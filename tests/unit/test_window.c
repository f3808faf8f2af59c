/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/window.h>
#include <silbo/wire.h>

#define NEW SILBO_ACCEPTED
#define DUP SILBO_DROP_DUPLICATE
#define OLD SILBO_DROP_OLD
#define LIMIT SILBO_WIRE_NUMBER_MAX

struct row {
	unsigned row;
	bool fresh; /* begin with an empty window */
	uint64_t number;
	enum silbo_verdict verdict;
};

static const struct row rows[] = {
    /* the first number may be any, 0 included */
    {1, true, 0, NEW},
    {2, false, 0, DUP},
    {3, false, 1, NEW},
    {4, false, 0, DUP},
    {5, true, 1, NEW},
    {6, false, 0, NEW},
    {7, false, 0, DUP},
    {8, true, LIMIT, NEW},
    {9, false, LIMIT, DUP},
    /* the edge: 63 below is remembered, 64 below is not */
    {10, true, 63, NEW},
    {11, false, 0, NEW},
    {12, false, 0, DUP},
    {13, true, 64, NEW},
    {14, false, 0, OLD},
    {15, false, 1, NEW},
    {16, false, 1, DUP},
    /* a step of 63 keeps the lowest bit, a step of 64 drops all */
    {17, true, 0, NEW},
    {18, false, 63, NEW},
    {19, false, 0, DUP},
    {20, false, 1, NEW},
    {21, false, 64, NEW},
    {22, false, 0, OLD},
    {23, false, 1, DUP},
    {24, true, 0, NEW},
    {25, false, 64, NEW},
    {26, false, 0, OLD},
    {27, false, 1, NEW},
    {28, false, 63, NEW},
    {29, false, 64, DUP},
    /* powers of two are places like any other */
    {30, true, 65535, NEW},
    {31, false, 65536, NEW},
    {32, false, 65535, DUP},
    {33, false, 65473, NEW},
    {34, false, 65472, OLD},
    {35, false, UINT64_C(4294967295), NEW},
    {36, false, UINT64_C(4294967296), NEW},
    {37, false, UINT64_C(4294967295), DUP},
    {38, false, UINT64_C(4294967233), NEW},
    {39, false, UINT64_C(4294967232), OLD},
    {40, false, 65536, OLD},
    /* a jump to the limit, and nothing wraps there */
    {41, false, LIMIT - 1, NEW},
    {42, false, LIMIT, NEW},
    {43, false, LIMIT - 63, NEW},
    {44, false, LIMIT - 64, OLD},
    {45, false, LIMIT - 1, DUP},
    {46, false, 0, OLD},
    {47, false, UINT64_MAX, NEW},
    {48, false, UINT64_MAX - 63, NEW},
    {49, false, UINT64_MAX - 64, OLD},
    {50, false, 0, OLD},
};

static void
every_edge_of_the_window_has_its_verdict(void **state)
{
	struct silbo_window window;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum silbo_verdict verdict;

		if (rows[i].fresh)
			silbo_window_init(&window);
		verdict = silbo_window_on_number(&window, rows[i].number);
		if (verdict != rows[i].verdict)
			fail_msg("row %u: %s", rows[i].row,
			    silbo_verdict_name(verdict));
	}
}

static void
numbers_in_order_are_all_new_and_then_all_seen(void **state)
{
	struct silbo_window window;

	(void)state;
	silbo_window_init(&window);
	for (uint64_t n = 0; n < 1000; n++)
		assert_int_equal(silbo_window_on_number(&window, n), NEW);
	for (uint64_t n = 0; n < 1000; n++)
		assert_int_equal(silbo_window_on_number(&window, n),
		    n + SILBO_WINDOW_NUMBERS > 999 ? DUP : OLD);
}

static void
numbers_backwards_are_new_until_the_window_ends(void **state)
{
	struct silbo_window window;

	(void)state;
	silbo_window_init(&window);
	for (uint64_t back = 0; back < 200; back++)
		assert_int_equal(silbo_window_on_number(&window, 1000 - back),
		    back < SILBO_WINDOW_NUMBERS ? NEW : OLD);
}

/* The oracle: a set as large as the numbers tried, and the highest of them. */
#define SET_NUMBERS 65536

struct oracle {
	bool seen[SET_NUMBERS];
	bool any;
	uint64_t highest;
};

static enum silbo_verdict
ask(struct oracle *oracle, uint64_t number)
{
	if (oracle->any && number + 64 <= oracle->highest)
		return OLD;
	if (oracle->seen[number])
		return DUP;
	oracle->seen[number] = true;
	if (!oracle->any || number > oracle->highest)
		oracle->highest = number;
	oracle->any = true;
	return NEW;
}

/* Mostly near the highest; now and then a leap forwards or far back. */
static uint64_t
draw(uint64_t *random, uint64_t highest)
{
	uint64_t kind = test_below(random, 100);
	uint64_t ahead = test_below(random, kind < 97 ? 4 : 90);
	uint64_t back = test_below(random, kind == 99 ? 3000 : 140);

	if (kind % 2 == 0)
		return highest + ahead;
	return back > highest ? 0 : highest - back;
}

static void
random_numbers_agree_with_a_set(void **state)
{
	uint64_t seed = test_seed(20261122);
	uint64_t random = seed;
	struct oracle *oracle = calloc(1, sizeof(*oracle));
	struct silbo_window window;
	uint64_t base = 0;

	(void)state;
	assert_non_null(oracle);
	silbo_window_init(&window);
	for (int step = 0; step < 200000; step++) {
		uint64_t number = draw(&random, oracle->highest);
		enum silbo_verdict got;

		if (number >= SET_NUMBERS || test_below(&random, 5000) == 0) {
			memset(oracle, 0, sizeof(*oracle));
			silbo_window_init(&window);
			base = test_random(&random) >> 17;
			number = test_below(&random, 200);
		}
		got = silbo_window_on_number(&window, base + number);
		if (got != ask(oracle, number))
			fail_msg("seed %llu step %d: %s",
			    (unsigned long long)seed, step,
			    silbo_verdict_name(got));
	}
	free(oracle);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_edge_of_the_window_has_its_verdict),
	    cmocka_unit_test(numbers_in_order_are_all_new_and_then_all_seen),
	    cmocka_unit_test(numbers_backwards_are_new_until_the_window_ends),
	    cmocka_unit_test(random_numbers_agree_with_a_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
