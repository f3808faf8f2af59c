/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/steps.h>

#define US SILBO_NS_PER_US
#define MS SILBO_NS_PER_MS
#define S SILBO_NS_PER_S
#define WALL (1795000000 * S)

/* Two readings, and what lies between them. */
static const struct {
	int row;
	uint64_t apart;  /* of the two readings */
	int64_t change;  /* of the wall clock beside that */
	uint64_t before; /* how long the second took */
	uint64_t count;
} rows[] = {
    {1, S, 0, 0, 0},
    {2, S, 10 * (int64_t)MS, 0, 0},
    {3, S, -10 * (int64_t)MS, 0, 0},
    {4, S, 12 * (int64_t)MS, 0, 1},
    {5, S, -12 * (int64_t)MS, 0, 1},
    {6, S, 3600 * (int64_t)S, 0, 1},
    {7, S, -3600 * (int64_t)S, 0, 1},
    {8, S, -1795000000 * (int64_t)S, 0, 1}, /* to 1970 */
    {9, 60 * S, 30 * (int64_t)MS, 0, 0},    /* slewed by 500 ppm */
    {10, 60 * S, -60 * (int64_t)MS, 0, 0},
    {11, 60 * S, 71 * (int64_t)MS, 0, 1},
    {12, S, 3600 * (int64_t)S, MS, 1},
    {13, S, 3600 * (int64_t)S, MS + 1, 0}, /* interrupted in between */
    {14, 0, 11 * (int64_t)MS, 0, 1},
    {15, 0, 10 * (int64_t)MS, 0, 0},
    {16, 0, 10 * (int64_t)MS + 1, 0, 1},
    {17, 0, -10 * (int64_t)MS - 1, 0, 1},
};

static void
only_a_change_that_is_no_slewing_is_a_step(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct silbo_steps_report r;
		struct silbo_steps steps;
		silbo_time now = 5 * S;

		silbo_steps_init(&steps);
		silbo_steps_on_reading(&steps, WALL, now - 100, now);
		now += rows[i].apart;
		silbo_steps_on_reading(&steps,
		    WALL + rows[i].apart + (uint64_t)rows[i].change,
		    now - rows[i].before, now);
		silbo_steps_report(&steps, &r);
		if (r.count != rows[i].count ||
		    r.total_ns != (r.count > 0 ? rows[i].change : 0))
			fail_msg("row %d: %d of %lld ns", rows[i].row,
			    (int)r.count, (long long)r.total_ns);
	}
}

static void
steps_forth_and_back_are_all_counted(void **state)
{
	struct silbo_steps_report r;
	struct silbo_steps steps;

	(void)state;
	silbo_steps_init(&steps);
	silbo_steps_report(&steps, &r);
	assert_int_equal(r.count, 0);
	for (uint64_t i = 0; i < 100; i++)
		silbo_steps_on_reading(
		    &steps, WALL + i * S + (i % 2) * 3600 * S, i * S, i * S);
	silbo_steps_report(&steps, &r);
	assert_int_equal(r.count, 99);
	assert_true(r.total_ns == 3600 * (int64_t)S);
}

/* Half an hour of 500 ppm, a reading a second. */
static void
slewing_is_never_a_step_however_long(void **state)
{
	struct silbo_steps_report r;
	struct silbo_steps steps;

	(void)state;
	silbo_steps_init(&steps);
	for (uint64_t i = 0; i < 1800; i++)
		silbo_steps_on_reading(
		    &steps, WALL + i * (S + 500 * US), i * S, i * S);
	silbo_steps_report(&steps, &r);
	assert_int_equal(r.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_a_change_that_is_no_slewing_is_a_step),
	    cmocka_unit_test(steps_forth_and_back_are_all_counted),
	    cmocka_unit_test(slewing_is_never_a_step_however_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
