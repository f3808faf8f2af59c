/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/trace.h>

#define US ((int64_t)SILBO_NS_PER_US)
#define MS ((int64_t)SILBO_NS_PER_MS)
#define LOST SILBO_TRACE_LOST

static const struct {
	enum silbo_trace_kind kind;
	const char *text;
	unsigned count;
	int64_t values[6];
} good[] = {
    /* 0 */ {SILBO_TRACE_LOSS, "0\n1\n0\n", 3, {0, LOST, 0}},
    /* 1 */ {SILBO_TRACE_LOSS, "0\r\n1\r\n", 2, {0, LOST}},
    /* 2 */ {SILBO_TRACE_LOSS, "1", 1, {LOST}},
    /* 3 */
    {SILBO_TRACE_LOSS, "011\n1 0\t1\n", 6, {0, LOST, LOST, LOST, 0, LOST}},
    /* 4 */ {SILBO_TRACE_LOSS, "# 1 is lost\n\n  \n 1 \n", 1, {LOST}},
    /* 5 */ {SILBO_TRACE_DELAY, "0\nlost\n20000\n", 3, {0, LOST, 20000 * US}},
    /* 6 */ {SILBO_TRACE_DELAY, "60000000", 1, {60000000 * US}},
    /* 7 */ {SILBO_TRACE_DELAY, " 007\t\r\n#x\r\n", 1, {7 * US}},
    /* 8 */ {SILBO_TRACE_TABLE, "3\n1\n2\n1\n", 4, {US, US, 2 * US, 3 * US}},
    /* 9 */
    {SILBO_TRACE_RATE, "0\n0\n1\n5\n5\n", 5, {0, 0, MS, 5 * MS, 5 * MS}},
    /* 10 */ {SILBO_TRACE_RATE, "1000000000\n", 1, {1000000000 * MS}},
};

static const struct {
	enum silbo_trace_kind kind;
	const char *text;
	int err;
	unsigned line;
	const char *why;
} bad[] = {
    /* 0 */ {SILBO_TRACE_LOSS, "0\n2\n", SILBO_ERR_FORMAT, 2, "0 for rec"},
    /* 1 */ {SILBO_TRACE_LOSS, "0\nlost\n", SILBO_ERR_FORMAT, 2, "0 for rec"},
    /* 2 */ {SILBO_TRACE_LOSS, "", SILBO_ERR_EMPTY, 0, "at least one"},
    /* 3 */ {SILBO_TRACE_LOSS, "# 0\n\n", SILBO_ERR_EMPTY, 0, "at least one"},
    /* 4 */ {SILBO_TRACE_DELAY, "1\n\n-1\n", SILBO_ERR_FORMAT, 3, "or lost"},
    /* 5 */ {SILBO_TRACE_DELAY, "1.5\n", SILBO_ERR_FORMAT, 1, "whole number"},
    /* 6 */ {SILBO_TRACE_DELAY, "1 2\n", SILBO_ERR_FORMAT, 1, "whole number"},
    /* 7 */ {SILBO_TRACE_DELAY, "60000001", SILBO_ERR_FORMAT, 1, "60000000"},
    /* 8 */ {SILBO_TRACE_DELAY, "LOST", SILBO_ERR_FORMAT, 1, "or lost"},
    /* 9 */
    {SILBO_TRACE_DELAY, "99999999999999999999999", SILBO_ERR_FORMAT, 1,
	"whole number"},
    /* 10 */
    {SILBO_TRACE_TABLE, "1\nlost\n", SILBO_ERR_FORMAT, 2, "0 to 60000000"},
    /* 11 */ {SILBO_TRACE_RATE, "1\n3\n2\n", SILBO_ERR_FORMAT, 3, "never fall"},
    /* 12 */ {SILBO_TRACE_RATE, "0\n0\n", SILBO_ERR_FORMAT, 0, "the period"},
    /* 13 */ {SILBO_TRACE_RATE, "1\n-2\n", SILBO_ERR_FORMAT, 2, "whole number"},
    /* 14 */
    {SILBO_TRACE_RATE, "1000000001\n", SILBO_ERR_FORMAT, 1, "1000000000"},
    /* 15 */ {SILBO_TRACE_RATE, "", SILBO_ERR_EMPTY, 0, "at least one"},
    /* 16 */ {(enum silbo_trace_kind)9, "1", SILBO_ERR_FORMAT, 1, "a kind of"},
};

static void
what_is_a_trace_is_read_to_its_values(void **state)
{
	struct silbo_trace trace;
	struct silbo_trace_error error;
	int64_t values[8];

	(void)state;
	for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		size_t len = strlen(good[i].text);
		int err = silbo_trace_parse(
		    &trace, values, 8, good[i].kind, good[i].text, len, &error);

		if (err != 0)
			fail_msg("row %u: line %llu: %s", i,
			    (unsigned long long)error.line, error.why);
		assert_int_equal(trace.kind, good[i].kind);
		assert_int_equal(trace.count, good[i].count);
		assert_null(error.why);
		assert_true(trace.values == values);
		assert_memory_equal(
		    values, good[i].values, trace.count * sizeof(values[0]));
		assert_int_equal(
		    silbo_trace_values(good[i].kind, good[i].text, len),
		    good[i].count);
	}
}

static void
what_is_none_is_refused_with_line_and_accepted_form(void **state)
{
	struct silbo_trace trace;
	struct silbo_trace_error error;
	int64_t values[8];

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int err = silbo_trace_parse(&trace, values, 8, bad[i].kind,
		    bad[i].text, strlen(bad[i].text), &error);

		if (err != bad[i].err || error.line != bad[i].line ||
		    strstr(error.why, bad[i].why) == NULL)
			fail_msg("row %u: %d, line %llu: %s", i, err,
			    (unsigned long long)error.line, error.why);
		assert_int_equal(
		    silbo_trace_parse(&trace, values, 8, bad[i].kind,
			bad[i].text, strlen(bad[i].text), NULL),
		    bad[i].err);
	}
}

static void
a_nul_anywhere_means_that_it_is_binary(void **state)
{
	static const char text[] = "1\n# \0\n1\n";
	struct silbo_trace trace;
	struct silbo_trace_error error;
	int64_t values[8];

	(void)state;
	assert_int_equal(silbo_trace_parse(&trace, values, 8, SILBO_TRACE_LOSS,
			     text, sizeof(text) - 1, &error),
	    SILBO_ERR_FORMAT);
	assert_int_equal(error.line, 2);
	assert_non_null(strstr(error.why, "binary"));
}

static void
a_line_may_have_65536_bytes_and_no_more(void **state)
{
	static char text[SILBO_TRACE_LINE_MAX + 1];
	static int64_t values[SILBO_TRACE_LINE_MAX + 1];
	struct silbo_trace trace;
	struct silbo_trace_error error;

	(void)state;
	memset(text, '1', sizeof(text));
	assert_int_equal(silbo_trace_parse(&trace, values, sizeof(text),
			     SILBO_TRACE_LOSS, text, sizeof(text), &error),
	    SILBO_ERR_FORMAT);
	assert_int_equal(error.line, 1);
	assert_non_null(strstr(error.why, "65536"));
	assert_int_equal(silbo_trace_parse(&trace, values, sizeof(text),
			     SILBO_TRACE_LOSS, text, sizeof(text) - 1, &error),
	    0);
	assert_int_equal(trace.count, SILBO_TRACE_LINE_MAX);
}

static void
too_little_memory_is_said_and_nothing_beyond_it_written(void **state)
{
	struct silbo_trace trace;
	struct silbo_trace_error error;
	int64_t values[3] = {7, 7, 7};

	(void)state;
	assert_int_equal(silbo_trace_parse(&trace, values, 2, SILBO_TRACE_LOSS,
			     "000", 3, &error),
	    SILBO_ERR_SPACE);
	assert_int_equal(error.line, 0);
	assert_non_null(error.why);
	assert_int_equal(values[2], 7);
}

static void
one_value_more_than_16_million_is_too_large(void **state)
{
	size_t len = 2 * ((size_t)SILBO_TRACE_VALUES_MAX + 1);
	int64_t *values = malloc(len / 2 * sizeof(values[0]));
	char *text = malloc(len);
	struct silbo_trace trace;
	struct silbo_trace_error error;

	(void)state;
	assert_non_null(values);
	assert_non_null(text);
	for (size_t i = 0; i < len; i += 2)
		memcpy(text + i, "1\n", 2);
	assert_int_equal(
	    silbo_trace_values(SILBO_TRACE_LOSS, text, len), len / 2);
	assert_int_equal(silbo_trace_parse(&trace, values, len / 2,
			     SILBO_TRACE_LOSS, text, len, &error),
	    SILBO_ERR_TOO_LARGE);
	assert_non_null(strstr(error.why, "16777216"));
	assert_int_equal(silbo_trace_parse(&trace, values, len / 2,
			     SILBO_TRACE_LOSS, text, len - 2, &error),
	    0);
	free(text);
	free(values);
}

static void
tables_of_every_length_are_sorted(void **state)
{
	char text[64 * 8];
	int64_t values[64], sum, want;
	struct silbo_trace trace;
	uint64_t seed = test_seed(3);

	(void)state;
	for (unsigned count = 1; count <= 64; count++) {
		int len = 0;

		want = 0;
		for (unsigned i = 0; i < count; i++) {
			unsigned us = (unsigned)test_below(&seed, 40);

			want += us * US;
			len += snprintf(
			    text + len, sizeof(text) - (size_t)len, "%u\n", us);
		}
		assert_int_equal(
		    silbo_trace_parse(&trace, values, 64, SILBO_TRACE_TABLE,
			text, (size_t)len, NULL),
		    0);
		assert_int_equal(trace.count, count);
		sum = values[0];
		for (unsigned i = 1; i < count; i++) {
			assert_true(values[i - 1] <= values[i]);
			sum += values[i];
		}
		assert_int_equal(sum, want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_a_trace_is_read_to_its_values),
	    cmocka_unit_test(
		what_is_none_is_refused_with_line_and_accepted_form),
	    cmocka_unit_test(a_nul_anywhere_means_that_it_is_binary),
	    cmocka_unit_test(a_line_may_have_65536_bytes_and_no_more),
	    cmocka_unit_test(
		too_little_memory_is_said_and_nothing_beyond_it_written),
	    cmocka_unit_test(one_value_more_than_16_million_is_too_large),
	    cmocka_unit_test(tables_of_every_length_are_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
