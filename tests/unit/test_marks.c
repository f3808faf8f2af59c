/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/marks.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* tos and ttl of arrivals, up to {-2}; what is then known. */
static const struct {
	int row;
	int arrivals[6][2];
	struct silbo_marks known;
	unsigned classes;
} rows[] = {
    {1, {{-2, 0}}, {-1, -1, -1, -1, false, 0, 0, 0}, 0},
    {2, {{-1, -1}, {-1, -1}, {-2, 0}}, {-1, -1, -1, -1, false, 0, 0, 0}, 0},
    {3, {{0, 64}, {0, 64}, {-2, 0}}, {0, 64, 64, 64, false, 0, 0, 1}, 1},
    /* EF, twice; then it is bleached, and stays so */
    {4, {{0xb8, 60}, {0xb8, 60}, {0, 60}, {0, 60}, {-2, 0}},
	{0, 60, 60, 60, true, 1, 0, 1 | (uint64_t)1 << 46}, 2},
    /* congestion is no other way */
    {5, {{0x02, 60}, {0x03, 60}, {0x03, 60}, {0x02, 60}, {-2, 0}},
	{0x02, 60, 60, 60, true, 0, 2, 1}, 1},
    /* two ways that take turns */
    {6, {{0, 60}, {0, 57}, {0, 60}, {0, 57}, {0, 61}, {-2, 0}},
	{0, 61, 57, 61, true, 4, 0, 1}, 1},
    /* class and hops of one arrival are one change */
    {7, {{0x20, 60}, {0x28, 50}, {-2, 0}},
	{0x28, 50, 50, 60, true, 1, 0, 1 << 8 | 1 << 10}, 2},
    /* what is unknown in between changes nothing */
    {8, {{0x20, 60}, {-1, -1}, {0x20, 60}, {-2, 0}},
	{0x20, 60, 60, 60, false, 0, 0, 1 << 8}, 1},
    {9, {{-1, 60}, {0x20, -1}, {0x20, 60}, {-2, 0}},
	{0x20, 60, 60, 60, false, 0, 0, 1 << 8}, 1},
    {10, {{0xff, 255}, {0xff, 0}, {256, 1}, {-2, 0}},
	{0xff, 1, 0, 255, true, 2, 2, (uint64_t)1 << 63}, 1},
};

static void
marks_are_counted_as_they_change(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct silbo_marks m;

		silbo_marks_init(&m);
		for (size_t n = 0; rows[i].arrivals[n][0] != -2; n++)
			silbo_marks_on_arrival(
			    &m, rows[i].arrivals[n][0], rows[i].arrivals[n][1]);
		if (m.tos != rows[i].known.tos || m.ttl != rows[i].known.ttl ||
		    m.ttl_min != rows[i].known.ttl_min ||
		    m.ttl_max != rows[i].known.ttl_max ||
		    m.changed != rows[i].known.changed ||
		    m.changes != rows[i].known.changes ||
		    m.congested != rows[i].known.congested ||
		    m.classes != rows[i].known.classes ||
		    silbo_marks_classes(&m) != rows[i].classes)
			fail_msg("row %d", rows[i].row);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(marks_are_counted_as_they_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
