/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/transit.h>

#define US SILBO_NS_PER_US
#define MS SILBO_NS_PER_MS

static struct silbo_transit transit;
static struct silbo_transit_report report;

static void
nothing_came_nothing_is_told(void **state)
{
	(void)state;
	silbo_transit_init(&transit);
	silbo_transit_report(&transit, &report);
	assert_int_equal(report.pdv.count, 0);
	assert_int_equal(report.pdv.max_ns, 0);
	assert_int_equal(report.ipdv.count, 0);
	assert_int_equal(report.fastest_ns, 0);
	assert_false(report.skew_known);
	for (int i = 0; i < SILBO_TRANSIT_BUFFERS; i++)
		assert_int_equal(report.beyond[i], 0);
}

/* The receiving clock is behind by a second, and number 3 overtakes 2. */
static void
five_delays_by_hand(void **state)
{
	static const struct {
		uint64_t number, sent_ms, delay_ms;
	} rows[] = {{0, 2000, 10}, {1, 2020, 14}, {3, 2060, 9}, {2, 2040, 130},
	    {5, 2100, 30}};

	(void)state;
	silbo_transit_init(&transit);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		silbo_transit_on_arrival(&transit, rows[i].number,
		    rows[i].sent_ms * MS,
		    (rows[i].sent_ms + rows[i].delay_ms - 1000) * MS);
	silbo_transit_report(&transit, &report);
	assert_int_equal(report.fastest_ns, -991 * (int64_t)MS);
	assert_int_equal(report.pdv.count, 5);
	assert_int_equal(report.pdv.max_ns, 121 * MS);
	assert_int_equal(report.pdv.mean_ns, (1 + 5 + 0 + 121 + 21) * MS / 5);
	assert_in_range(report.pdv.p50_ns, 4900 * US, 5100 * US);
	/* 0-1: 4, 1-2: 116, 2-3: 121; 4 never came. */
	assert_int_equal(report.ipdv.count, 3);
	assert_int_equal(report.ipdv.max_ns, 121 * MS);
	assert_int_equal(report.ipdv.mean_ns, 241 * MS / 3);
	assert_int_equal(report.beyond[0], 2);
	assert_int_equal(report.beyond[1], 1);
	assert_int_equal(report.beyond[4], 1);
	assert_int_equal(report.beyond[5], 0);
	assert_false(report.skew_known);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_came_nothing_is_told),
	    cmocka_unit_test(five_delays_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
