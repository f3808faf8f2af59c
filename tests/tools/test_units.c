/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <inttypes.h>
#include <math.h>

#include "units.h"

#define REFUSED ((int64_t)-1)

struct row {
	const char *text;
	int64_t value; /* REFUSED: not accepted */
};

static void
check(const struct row *rows, size_t count,
    bool (*parse)(const char *, int64_t *), int64_t refused)
{
	for (size_t i = 0; i < count; i++) {
		int64_t value = 0x5a5a;
		bool valid = parse(rows[i].text, &value);

		if (valid != (rows[i].value != refused) ||
		    value != (valid ? rows[i].value : 0x5a5a))
			fail_msg("row %zu: '%s' gave %" PRId64, i, rows[i].text,
			    value);
	}
}

static void
durations_need_a_unit_and_are_exact(void **state)
{
	static const struct row rows[] = {
	    {"250ms", 250000000},
	    {"10s", 10000000000},
	    {"1.5s", 1500000000},
	    {"5m", 300000000000},
	    {"1h", 3600000000000},
	    {"500us", 500000},
	    {"20ns", 20},
	    {"0", 0},
	    {"0s", 0},
	    {"0.0ms", 0},
	    {"007ms", 7000000},
	    {"0.1s", 100000000},
	    {"0.000000001s", 1},
	    {"0.0000000010s", 1},
	    {"0.0000000001s", REFUSED},
	    {"1.5ns", REFUSED},
	    {"1.0ns", 1},
	    {"1.25m", 75000000000},
	    {"4611686018427387904ns", (int64_t)1 << 62},
	    {"4611686018427387905ns", REFUSED},
	    {"4611686018427387904.0ns", (int64_t)1 << 62},
	    {"99999999999999999999ns", REFUSED},
	    {"1281023h", 4611682800000000000},
	    {"1281024h", REFUSED},
	    {"1281023.9h", REFUSED},
	    {"60", REFUSED},
	    {"00", REFUSED},
	    {"", REFUSED},
	    {"ms", REFUSED},
	    {".5s", REFUSED},
	    {"5.s", REFUSED},
	    {"1,5s", REFUSED},
	    {"-1s", REFUSED},
	    {"+1s", REFUSED},
	    {" 1s", REFUSED},
	    {"1 s", REFUSED},
	    {"1s ", REFUSED},
	    {"1S", REFUSED},
	    {"1min", REFUSED},
	    {"1e3ms", REFUSED},
	    {"0x10ms", REFUSED},
	    {"nan", REFUSED},
	    {"1.5.0s", REFUSED},
	};

	(void)state;
	check(rows, sizeof(rows) / sizeof(rows[0]), units_parse_duration,
	    REFUSED);
}

static void
rates_count_in_thousands(void **state)
{
	static const struct row rows[] = {
	    {"32k", 32000},
	    {"1.5M", 1500000},
	    {"32000", 32000},
	    {"0", 0},
	    {"0.001k", 1},
	    {"0.0001k", REFUSED},
	    {"1.5", REFUSED},
	    {"32K", REFUSED},
	    {"32kb", REFUSED},
	    {"-1k", REFUSED},
	    {"", REFUSED},
	    {"k", REFUSED},
	};

	(void)state;
	check(rows, sizeof(rows) / sizeof(rows[0]), units_parse_rate, REFUSED);
}

static void
counts_are_whole(void **state)
{
	static const struct row rows[] = {
	    {"0", 0},
	    {"-0", 0},
	    {"7587", 7587},
	    {"+5", 5},
	    {"-5", -5},
	    {"4611686018427387904", (int64_t)1 << 62},
	    {"-4611686018427387904", -((int64_t)1 << 62)},
	    {"4611686018427387905", INT64_MIN},
	    {"18446744073709551617", INT64_MIN},
	    {"", INT64_MIN},
	    {"-", INT64_MIN},
	    {"--5", INT64_MIN},
	    {"5x", INT64_MIN},
	    {"5.0", INT64_MIN},
	    {" 5", INT64_MIN},
	};

	(void)state;
	check(
	    rows, sizeof(rows) / sizeof(rows[0]), units_parse_count, INT64_MIN);
}

static void
durations_and_rates_are_written_in_the_shortest_exact_form(void **state)
{
	static const struct row durations[] = {
	    {"0s", 0},
	    {"250ms", 250000000},
	    {"10s", 10000000000},
	    {"1.5s", 1500000000},
	    {"90s", 90000000000},
	    {"5m", 300000000000},
	    {"1h", 3600000000000},
	    {"90m", 5400000000000},
	    {"999ns", 999},
	    {"1001ns", 1001},
	    {"2.5ms", 2500000},
	    {"20ms", 20000000},
	};
	static const struct row rates[] = {{"0", 0}, {"999", 999}, {"6k", 6000},
	    {"1.5M", 1500000}, {"32.1k", 32100}, {"510k", 510000}};
	char text[48];

	(void)state;
	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++)
		assert_string_equal(
		    units_duration(text, sizeof(text), durations[i].value),
		    durations[i].text);
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		assert_string_equal(
		    units_rate(text, sizeof(text), rates[i].value),
		    rates[i].text);
}

static void
what_is_written_can_be_read_back(void **state)
{
	uint64_t seed = test_seed(1), random = seed;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t value = (int64_t)(test_random(&random) >> (2 + i % 61));
		int64_t back = -1;
		char text[48];

		units_duration(text, sizeof(text), value);
		if (!units_parse_duration(text, &back) || back != value)
			fail_msg("seed %" PRIu64 ": %" PRId64 " as '%s'", seed,
			    value, text);
		units_rate(text, sizeof(text), value);
		if (!units_parse_rate(text, &back) || back != value)
			fail_msg("seed %" PRIu64 ": %" PRId64 " as '%s'", seed,
			    value, text);
	}
}

static void
ratios_are_said_by_percent_or_point(void **state)
{
	static const struct {
		const char *text;
		double value; /* below 0: refused */
	} rows[] = {
	    {"0", 0},
	    {"0%", 0},
	    {"0.0", 0},
	    {"5%", 0.05},
	    {"0.05", 0.05},
	    {"0.5%", 0.005},
	    {"100%", 1},
	    {"1.0", 1},
	    {"0.0000001%", 1e-9},
	    {"0.00000001%", -1},
	    {"1", -1},
	    {"2", -1},
	    {"100.1%", -1},
	    {"1.1", -1},
	    {"-1%", -1},
	    {"+1%", -1},
	    {"", -1},
	    {"%", -1},
	    {"5%%", -1},
	    {"5 %", -1},
	    {".5", -1},
	    {"5.", -1},
	    {"0.5.0", -1},
	    {"1e-2", -1},
	    {"nan", -1},
	    {"inf%", -1},
	    {"0x0.1", -1},
	    {"0,5", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double value = 0.125;
		bool valid = units_parse_ratio(rows[i].text, &value);

		if (valid != (rows[i].value >= 0) ||
		    fabs(value - (valid ? rows[i].value : 0.125)) > 1e-24)
			fail_msg("'%s' gave %g", rows[i].text, value);
	}
}

static void
ratios_and_numbers_are_written_exactly(void **state)
{
	uint64_t seed = test_seed(1), random = seed;
	char text[48];

	(void)state;
	assert_string_equal(units_ratio(text, sizeof text, 0.07), "7%");
	assert_string_equal(
	    units_ratio(text, sizeof text, 0.000015), "0.0015%");
	assert_string_equal(units_number(text, sizeof text, 4.66), "4.66");
	assert_string_equal(units_number(text, sizeof text, 1e6), "1000000");
	for (int i = 0; i < 20000; i++) {
		double value = ldexp((double)(test_random(&random) >> 11), -53);
		double back = -1;

		value = ldexp(value, -(i % 29)); /* from 1 to 2^-29 > 10^-9 */
		value = fmax(value, 1e-9);
		units_ratio(text, 32, value);
		if (!units_parse_ratio(text, &back) || back != value)
			fail_msg(
			    "seed %" PRIu64 ": %a as '%s'", seed, value, text);
		value *= 1e6;
		units_number(text, sizeof text, value);
		if (strtod(text, NULL) != value || strpbrk(text, "en") != NULL)
			fail_msg(
			    "seed %" PRIu64 ": %a as '%s'", seed, value, text);
	}
}

static void
spans_are_rounded_before_their_form_is_chosen(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} rows[] = {
	    {0, "0.0 s"},
	    {18.2, "18.2 s"},
	    {59.94, "59.9 s"},
	    {59.96, "1 min 00 s"},
	    {123.02, "2 min 03 s"},
	    {3599.6, "1 h 00 min 00 s"},
	    {3723, "1 h 02 min 03 s"},
	    {360000, "100 h 00 min 00 s"},
	    {NAN, "unknown"},
	    {-1, "unknown"},
	    {INFINITY, "unknown"},
	};
	char text[48];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
		    units_span(text, sizeof(text), rows[i].seconds),
		    rows[i].text);
}

static void
large_counts_are_grouped_in_threes(void **state)
{
	static const struct {
		uint64_t n;
		const char *text;
	} rows[] = {
	    {0, "0"},
	    {999, "999"},
	    {1000, "1 000"},
	    {3601, "3 601"},
	    {123456, "123 456"},
	    {1234567, "1 234 567"},
	    {UINT64_MAX, "18 446 744 073 709 551 615"},
	};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
		    units_grouped(text, sizeof(text), rows[i].n), rows[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(durations_need_a_unit_and_are_exact),
	    cmocka_unit_test(rates_count_in_thousands),
	    cmocka_unit_test(counts_are_whole),
	    cmocka_unit_test(
		durations_and_rates_are_written_in_the_shortest_exact_form),
	    cmocka_unit_test(what_is_written_can_be_read_back),
	    cmocka_unit_test(ratios_are_said_by_percent_or_point),
	    cmocka_unit_test(ratios_and_numbers_are_written_exactly),
	    cmocka_unit_test(spans_are_rounded_before_their_form_is_chosen),
	    cmocka_unit_test(large_counts_are_grouped_in_threes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
