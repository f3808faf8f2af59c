/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/track.h>

#include "track_rows.h"

static char
letter_of(enum silbo_verdict verdict)
{
	switch (verdict) {
	case SILBO_ACCEPTED:
		return 'A';
	case SILBO_LATE_FINAL:
		return 'L';
	case SILBO_DROP_DUPLICATE:
		return 'D';
	case SILBO_DROP_OLD:
		return 'O';
	default:
		return '?';
	}
}

/* Numbers of the script are added to origin, except those that are times. */
static void
play(struct silbo_track *track, const char *script, uint64_t origin,
    silbo_time now, char *verdicts)
{
	char *end;

	for (const char *p = script; *p != '\0'; p = end + (*end == ' ')) {
		char kind = *p;
		uint64_t n;

		p += kind < '0' || kind > '9';
		n = strtoull(p, &end, 10);
		if (kind == '+' || kind == '~')
			now += n * SILBO_NS_PER_MS;
		if (kind == '+')
			silbo_track_on_time(track, now);
		else if (kind == 'n')
			silbo_track_on_next(track, origin + n, now);
		else if (kind == 'f')
			silbo_track_on_first(track, origin + n, now);
		else if (kind == 'j')
			silbo_track_on_joined(track, origin + n, now);
		else if (kind != '~')
			*verdicts++ = letter_of(
			    silbo_track_on_number(track, origin + n, now));
	}
	*verdicts = '\0';
}

static void
expect(const struct row *row, const struct silbo_track_report *got,
    uint64_t origin, const char *verdicts)
{
	const uint64_t pairs[][2] = {
	    {got->first - origin, row->first},
	    {got->next - origin, row->next},
	    {got->expected, row->next - row->first},
	    {got->unique, row->unique},
	    {got->lost, row->lost},
	    {got->pending, row->pending},
	    {got->duplicate, row->duplicate},
	    {got->late_final, row->late_final},
	    {got->too_old, row->too_old},
	    {got->arrived, strlen(row->verdicts)},
	    {got->reordered, row->reordered},
	    {got->extent_max, row->extent_max},
	    {got->losses.runs, row->runs},
	    {got->losses.run_max, row->run_max},
	};

	if (strcmp(verdicts, row->verdicts) != 0)
		fail_msg("row %d, %s, origin %llu: verdicts %s, not %s",
		    row->number, row->title, (unsigned long long)origin,
		    verdicts, row->verdicts);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i][0] != pairs[i][1])
			fail_msg("row %d, %s, origin %llu: figure %zu is %llu, "
				 "not %llu",
			    row->number, row->title, (unsigned long long)origin,
			    i, (unsigned long long)pairs[i][0],
			    (unsigned long long)pairs[i][1]);
}

/* The same story at the start of the numbers, across the wraps of narrower
 * ones, and up to the very last number. */
static void
every_row_holds_wherever_the_numbers_begin(void **state)
{
	static uint64_t mem[WINDOW];

	(void)state;
	assert_true(silbo_track_size(WINDOW) <= sizeof(mem));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t last = SILBO_TRACK_NUMBER_MAX + 1 - rows[i].next;
		const uint64_t origins[] = {0, 1, ((uint64_t)1 << 16) - 5,
		    ((uint64_t)1 << 32) - 5, (uint64_t)1 << 40, last};

		for (size_t j = 0; j < sizeof(origins) / sizeof(*origins);
		     j++) {
			struct silbo_track_report report;
			struct silbo_track track;
			char verdicts[16];

			memset(mem, 0xa5, sizeof(mem));
			silbo_track_init(&track, mem, WINDOW, SILBO_NS_PER_S);
			play(&track, rows[i].script, origins[j], j * 123456789,
			    verdicts);
			silbo_track_report(&track, &report);
			expect(&rows[i], &report, origins[j], verdicts);
		}
	}
}

static void
a_track_of_1024_numbers_is_6272_bytes(void **state)
{
	(void)state;
	assert_int_equal(silbo_track_size(SILBO_TRACK_WINDOW_DEFAULT), 6272);
}

static void
a_track_and_its_memory_are_at_most_8_kilobytes(void **state)
{
	size_t size = silbo_track_size(SILBO_TRACK_WINDOW_DEFAULT);

	(void)state;
	assert_in_range(sizeof(struct silbo_track) + size, size, 8192);
}

static void
the_report_says_what_was_configured_and_decided(void **state)
{
	static uint64_t mem[WINDOW];
	struct silbo_track_report report;
	struct silbo_track track;

	(void)state;
	silbo_track_init(&track, mem, WINDOW, 7 * SILBO_NS_PER_MS);
	silbo_track_report(&track, &report);
	assert_int_equal(report.window, WINDOW);
	assert_int_equal(report.wait_ns, 7 * SILBO_NS_PER_MS);
	assert_int_equal(report.base, SILBO_TRACK_BASE_OPEN);
	silbo_track_on_first(&track, 0, 0);
	silbo_track_report(&track, &report);
	assert_int_equal(report.base, SILBO_TRACK_BASE_FIRST);

	silbo_track_init(&track, mem, WINDOW, 7 * SILBO_NS_PER_MS);
	silbo_track_on_joined(&track, 0, 0);
	silbo_track_report(&track, &report);
	assert_int_equal(report.base, SILBO_TRACK_BASE_JOINED);
}

static void
runs_fall_into_their_classes_open_or_closed(void **state)
{
	static const struct {
		uint64_t run;
		size_t class;
	} classes[] = {{1, 0}, {2, 1}, {3, 2}, {4, 3}, {5, 4}, {8, 4}, {9, 5},
	    {16, 5}, {17, 6}, {32, 6}, {33, 7}, {1000, 7}};
	static uint64_t mem[WINDOW];

	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		uint64_t end = 1 + classes[i].run;
		struct silbo_track_report r[2];
		struct silbo_track track;

		silbo_track_init(&track, mem, WINDOW, SILBO_NS_PER_S);
		silbo_track_on_first(&track, 0, 0);
		assert_int_equal(silbo_track_on_number(&track, 0, 0), 0);
		silbo_track_on_next(&track, end, 0);
		silbo_track_on_time(&track, 2 * SILBO_NS_PER_S);
		silbo_track_report(&track, &r[0]);
		assert_int_equal(
		    silbo_track_on_number(&track, end, 2 * SILBO_NS_PER_S), 0);
		silbo_track_report(&track, &r[1]);
		for (size_t j = 0; j < SILBO_TRACK_RUN_CLASSES; j++) {
			uint64_t want = j == classes[i].class;

			assert_int_equal(r[0].losses.run_histogram[j], want);
			assert_int_equal(r[1].losses.run_histogram[j], want);
		}
		assert_int_equal(r[0].losses.run_max, classes[i].run);
		assert_int_equal(r[1].losses.run_max, classes[i].run);
	}
}

static uint64_t
pending(const struct silbo_track *track)
{
	struct silbo_track_report report;

	silbo_track_report(track, &report);
	return report.pending;
}

static void
there_is_no_deadline_when_nothing_is_pending(void **state)
{
	static uint64_t mem[WINDOW];
	struct silbo_track track;

	(void)state;
	silbo_track_init(&track, mem, WINDOW, SILBO_NS_PER_S);
	assert_true(silbo_track_deadline(&track) == SILBO_TIME_NEVER);
	assert_int_equal(silbo_track_on_number(&track, 0, 1), 0);
	assert_true(silbo_track_deadline(&track) == SILBO_TIME_NEVER);
	silbo_track_on_first(&track, 0, 2);
	assert_int_equal(silbo_track_on_number(&track, 1, 3), 0);
	assert_true(silbo_track_deadline(&track) == SILBO_TIME_NEVER);
}

/* Gaps at many times; each is final exactly when the deadline says so. */
static void
the_deadline_is_the_moment_of_finality(void **state)
{
	const silbo_time step = 1 << 20;
	static uint64_t mem[WINDOW];
	struct silbo_track track;
	uint64_t left;

	(void)state;
	silbo_track_init(&track, mem, WINDOW, SILBO_NS_PER_S);
	silbo_track_on_first(&track, 0, 0);
	for (uint64_t n = 0; n < 10; n++) {
		silbo_time now = n * 33333333;

		assert_int_equal(silbo_track_on_number(&track, 2 * n, now), 0);
	}
	for (left = 9; left > 0; left--) {
		silbo_time missing = (10 - left) * 33333333;
		silbo_time when = silbo_track_deadline(&track);

		assert_true(when >= missing + SILBO_NS_PER_S);
		assert_true(when < missing + SILBO_NS_PER_S + 2 * step);
		silbo_track_on_time(&track, when - 1);
		assert_int_equal(pending(&track), left);
		silbo_track_on_time(&track, when);
		assert_int_equal(pending(&track), left - 1);
	}
	assert_true(silbo_track_deadline(&track) == SILBO_TIME_NEVER);
}

/* While no INFO has told where numbers begin, the lowest may come after any
 * time; what a slot holds of it ends at 68 s. */
static void
a_new_lowest_is_as_late_as_it_is(void **state)
{
	static uint64_t mem[WINDOW];
	struct silbo_track_report report;
	struct silbo_track track;

	(void)state;
	silbo_track_init(&track, mem, WINDOW, SILBO_NS_PER_S);
	assert_int_equal(silbo_track_on_number(&track, 5, 0), 0);
	for (silbo_time s = 1; s < 70; s++)
		silbo_track_on_time(&track, s * SILBO_NS_PER_S);
	assert_int_equal(
	    silbo_track_on_number(&track, 4, 70 * SILBO_NS_PER_S), 0);
	silbo_track_report(&track, &report);
	assert_int_equal(report.reordered, 1);
	assert_in_range(report.late_by_max_ns,
	    70 * SILBO_NS_PER_S - ((silbo_time)1 << 20), 70 * SILBO_NS_PER_S);
}

static void
the_end_of_the_holding_is_a_deadline(void **state)
{
	static uint64_t mem[WINDOW];
	struct silbo_track track;
	silbo_time when;

	(void)state;
	silbo_track_init(&track, mem, WINDOW, SILBO_NS_PER_S);
	assert_int_equal(silbo_track_on_number(&track, 5, 0), 0);
	assert_int_equal(
	    silbo_track_on_number(&track, 7, 500 * SILBO_NS_PER_MS), 0);
	when = silbo_track_deadline(&track);
	assert_true(when < 1003 * SILBO_NS_PER_MS);
	silbo_track_on_time(&track, when);
	assert_int_equal(pending(&track), 1);
	assert_true(silbo_track_deadline(&track) >= 1500 * SILBO_NS_PER_MS);
	silbo_track_on_time(&track, silbo_track_deadline(&track));
	assert_int_equal(pending(&track), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_holds_wherever_the_numbers_begin),
	    cmocka_unit_test(a_track_of_1024_numbers_is_6272_bytes),
	    cmocka_unit_test(a_track_and_its_memory_are_at_most_8_kilobytes),
	    cmocka_unit_test(the_report_says_what_was_configured_and_decided),
	    cmocka_unit_test(runs_fall_into_their_classes_open_or_closed),
	    cmocka_unit_test(there_is_no_deadline_when_nothing_is_pending),
	    cmocka_unit_test(the_deadline_is_the_moment_of_finality),
	    cmocka_unit_test(a_new_lowest_is_as_late_as_it_is),
	    cmocka_unit_test(the_end_of_the_holding_is_a_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
