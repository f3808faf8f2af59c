/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <math.h>

#include <silbo/quality.h>

/* To the last of the digits given. */

#define PUT(value, wanted) assert_true(fabs((value) - (wanted)) < 0.0001)

/* G.107 section 7.4, by another program, with libm. */
static const struct {
	double delay_ms, idd;
} delays[] = {{0, 0}, {99, 0}, {100, 0}, {150, 0.1635}, {177.3, 1.1721},
    {200, 3.0444}, {300, 14.7607}, {400, 24.0701}, {600, 35.2468},
    {3600e3, 49.9962}};

/* G.107 annex B; its table B.1 has the rounded ones of 50 to 90. */
static const struct {
	double r, mos;
} ratings[] = {{-5, 1}, {0, 1}, {1, 1}, {6, 1}, {20, 1.2520}, {50, 2.5750},
    {60, 3.1}, {70, 3.5970}, {80, 4.0240}, {90, 4.3390}, {93.2, 4.4093},
    {100, 4.5}, {148, 4.5}};

static void
delay_and_rating_are_those_of_the_recommendation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++)
		PUT(silbo_quality_idd(delays[i].delay_ms), delays[i].idd);
	for (size_t i = 0; i < sizeof(ratings) / sizeof(ratings[0]); i++)
		PUT(silbo_quality_mos(ratings[i].r), ratings[i].mos);
}

/* Without libm as with it. */
static void
the_impairment_by_delay_is_that_of_libm(void **state)
{
	(void)state;
	for (double ms = 100; ms < 1e9; ms *= 1.0371) {
		double x = log2(ms / 100);
		double exact = 25 *
		    (pow(1 + pow(x, 6), 1. / 6) -
			3 * pow(1 + pow(x / 3, 6), 1. / 6) + 2);

		assert_true(fabs(silbo_quality_idd(ms) - exact) < 1e-9);
	}
}

/* Ie 0 and Bpl 4.3 or 25.1 are G.711 of G.113, without and with concealment. */
static void
loss_impairs_as_in_the_recommendation(void **state)
{
	static const struct {
		double ie, bpl, top, percent, burst_r, ie_eff;
	} rows[] = {
	    {0, 4.3, 95, 0, 1, 0},
	    {0, 4.3, 95, 1, 1, 17.9245},
	    {0, 25.1, 95, 1, 1, 3.6398},
	    {0, 25.1, 95, 5, 1, 15.7807},
	    {0, 25.1, 95, 5, 2, 17.2101},
	    {11, 19, 95, 2, 1, 19.0},
	    {11.74, 18.91, 95, 5, 1, 29.1511},
	    {20.21, 11.28, 132, 5, 1, 54.5435},
	    {10.67, 8.04, 132, 20, 3, 175.67},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		PUT(silbo_quality_ie_eff(rows[i].ie, rows[i].bpl, rows[i].top,
			rows[i].percent / 100, rows[i].burst_r),
		    rows[i].ie_eff);
}

static struct silbo_quality_input
opus(double kbps, double percent, double burst_r, double delay_ms)
{
	return (struct silbo_quality_input){
	    .band = silbo_quality_band_of(1000 * kbps),
	    .bitrate_bps = 1000 * kbps,
	    .loss_ratio = percent / 100,
	    .burst_r = burst_r,
	    .delay_ms = delay_ms,
	};
}

static struct silbo_quality_report
estimate(const struct silbo_quality_input *input)
{
	struct silbo_quality_report r;

	assert_int_equal(silbo_quality_report(&r, input), SILBO_OK);
	return r;
}

/* Rows of the table, between them, and beyond. */
static void
opus_is_looked_up_by_band_rate_and_kind(void **state)
{
	static const struct {
		double kbps;
		bool variable;
		double burst_r, ie, bpl, table_kbps;
		enum silbo_quality_beyond beyond;
	} rows[] = {
	    {25, true, 1, 20.21, 11.28, 25, SILBO_QUALITY_WITHIN},
	    {25, true, 2, 20.21, 9.18, 25, SILBO_QUALITY_WITHIN},
	    {25, true, 7, 20.21, 9.18, 25, SILBO_QUALITY_WITHIN},
	    {25, true, 1.5, 20.21, 10.23, 25, SILBO_QUALITY_WITHIN},
	    {25, false, 1, 22.64, 10.57, 25, SILBO_QUALITY_WITHIN},
	    {32, false, 1, 21.3667, 11.6, 32, SILBO_QUALITY_WITHIN},
	    {40, false, 1, 15.9, 11.35, 40, SILBO_QUALITY_WITHIN},
	    {64, false, 1, 15.9, 11.35, 40, SILBO_QUALITY_ABOVE},
	    {14, false, 1, 36.88, 13.3, 16, SILBO_QUALITY_BELOW},
	    {14, true, 1, 38.06, 16.51, 14, SILBO_QUALITY_WITHIN},
	    {9, true, 1, 28.41, 23.94, 11, SILBO_QUALITY_BELOW},
	    {12.5, true, 1, 21.63, 20.86, 12.5, SILBO_QUALITY_WITHIN},
	    {8, false, 1, 19.25, 15.13, 8, SILBO_QUALITY_WITHIN},
	    {6, true, 2, 23, 15.36, 6, SILBO_QUALITY_WITHIN},
	    {0.5, false, 1, 46.27, 8.94, 6, SILBO_QUALITY_BELOW},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct silbo_quality_input input =
		    opus(rows[i].kbps, 1, rows[i].burst_r, 0);
		struct silbo_quality_report r;

		input.variable = rows[i].variable;
		r = estimate(&input);
		PUT(r.ie, rows[i].ie);
		PUT(r.bpl, rows[i].bpl);
		PUT(r.table_bps, 1000 * rows[i].table_kbps);
		assert_int_equal(r.beyond, rows[i].beyond);
	}
}

/* As published, every row: a figure that is mistyped changes no other test. */
static const struct {
	bool variable;
	double kbps, ie, random, bursty;
} published[] = {
    {true, 6, 23.00, 24.56, 15.36},
    {true, 7, 21.26, 22.46, 14.43},
    {true, 8, 16.02, 20.26, 13.48},
    {true, 11, 28.41, 23.94, 20.12},
    {true, 12, 23.30, 22.22, 18.90},
    {true, 13, 19.96, 19.50, 16.92},
    {true, 14, 38.06, 16.51, 9.13},
    {true, 15, 34.12, 15.00, 7.90},
    {true, 16, 30.16, 11.83, 10.06},
    {true, 19, 23.81, 10.67, 8.92},
    {true, 22, 20.22, 10.47, 8.57},
    {true, 25, 20.21, 11.28, 9.18},
    {true, 28, 18.48, 10.63, 8.91},
    {true, 31, 16.83, 10.44, 8.82},
    {true, 34, 14.76, 10.12, 8.54},
    {true, 37, 12.08, 10.38, 8.30},
    {true, 40, 10.67, 9.79, 8.04},
    {false, 6, 46.27, 8.94, 5.66},
    {false, 7, 31.73, 18.18, 11.76},
    {false, 8, 19.25, 15.13, 10.13},
    {false, 12, 29.76, 24.81, 20.78},
    {false, 13, 26.16, 23.00, 19.37},
    {false, 16, 36.88, 13.30, 10.80},
    {false, 19, 29.58, 10.74, 8.93},
    {false, 22, 23.38, 10.01, 8.46},
    {false, 25, 22.64, 10.57, 8.74},
    {false, 28, 23.65, 11.67, 9.98},
    {false, 31, 21.74, 11.51, 9.58},
    {false, 34, 20.62, 11.78, 9.69},
    {false, 37, 16.23, 10.62, 8.99},
    {false, 40, 15.90, 11.35, 9.37},
};

/* Beyond the rates where the band changes: used where a caller says so. */
static const struct {
	bool variable;
	double kbps, ie, random, bursty;
	enum silbo_quality_band band;
} of_another_band[] = {
    {true, 9, 11.74, 18.91, 12.44, SILBO_QUALITY_NARROW},
    {false, 9, 13.21, 17.24, 11.36, SILBO_QUALITY_NARROW},
    {false, 10, 6.20, 15.33, 10.47, SILBO_QUALITY_NARROW},
    {false, 11, 2.03, 15.95, 10.73, SILBO_QUALITY_NARROW},
    {false, 14, 20.77, 17.56, 15.85, SILBO_QUALITY_WIDE},
    {false, 15, 18.06, 18.74, 16.10, SILBO_QUALITY_WIDE},
};

static void
expect_row(
    struct silbo_quality_input input, double ie, double random, double bursty)
{
	struct silbo_quality_report r;

	input.burst_r = 1;
	r = estimate(&input);
	PUT(r.ie, ie);
	PUT(r.bpl, random);
	assert_int_equal(r.beyond, SILBO_QUALITY_WITHIN);
	input.burst_r = 2;
	r = estimate(&input);
	PUT(r.bpl, bursty);
}

static void
the_figures_of_opus_are_as_published(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(*published); i++) {
		struct silbo_quality_input in =
		    opus(published[i].kbps, 0, 1, 0);

		in.variable = published[i].variable;
		expect_row(in, published[i].ie, published[i].random,
		    published[i].bursty);
	}
	for (size_t i = 0;
	     i < sizeof(of_another_band) / sizeof(*of_another_band); i++) {
		struct silbo_quality_input in =
		    opus(of_another_band[i].kbps, 0, 1, 0);

		in.variable = of_another_band[i].variable;
		in.band = of_another_band[i].band;
		expect_row(in, of_another_band[i].ie, of_another_band[i].random,
		    of_another_band[i].bursty);
	}
}

/* What libopus 1.3 chooses by itself. */
static void
the_band_changes_at_9_and_at_13_5_kilobits(void **state)
{
	(void)state;
	assert_int_equal(silbo_quality_band_of(8999), SILBO_QUALITY_NARROW);
	assert_int_equal(silbo_quality_band_of(9000), SILBO_QUALITY_WIDE);
	assert_int_equal(silbo_quality_band_of(13499), SILBO_QUALITY_WIDE);
	assert_int_equal(silbo_quality_band_of(13500), SILBO_QUALITY_SUPER);
}

/* The whole sum, each model on its scale; by hand from the parts above. */
static void
the_rating_is_the_sum_of_its_parts(void **state)
{
	static const struct {
		double kbps, percent, delay_ms, r_band, r, mos;
		const char *model, *band;
	} rows[] = {
	    {8, 0, 0, 73.95, 73.95, 3.7764, "G.107", "narrow"},
	    {8, 0, 200, 70.9056, 70.9056, 3.6392, "G.107", "narrow"},
	    {12, 0, 0, 99.24, 76.9302, 3.9029, "G.107.1", "wide"},
	    {12, 5, 0, 88.2974, 68.4476, 3.5234, "G.107.1", "wide"},
	    {40, 0, 0, 132.1, 89.2568, 4.3204, "G.107.2", "super"},
	    {40, 0, 200, 127.5943, 86.2123, 4.2355, "G.107.2", "super"},
	    {40, 5, 0, 96.5954, 65.2672, 3.3679, "G.107.2", "super"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct silbo_quality_input input =
		    opus(rows[i].kbps, rows[i].percent, 1, rows[i].delay_ms);
		struct silbo_quality_report r = estimate(&input);

		PUT(r.r_band, rows[i].r_band);
		PUT(r.r, rows[i].r);
		PUT(r.mos, rows[i].mos);
		assert_string_equal(
		    silbo_quality_model_name(input.band), rows[i].model);
		assert_string_equal(
		    silbo_quality_band_name(input.band), rows[i].band);
	}
}

static void
assert_no_better(const struct silbo_quality_report *worse,
    const struct silbo_quality_report *than)
{
	assert_true(worse->mos <= than->mos);
	assert_true(worse->r <= than->r);
	assert_true(worse->mos >= 1 && worse->mos <= 4.5);
	assert_true(worse->r >= 0 && worse->r <= 100);
	assert_true(worse->bpl > 0 && worse->ie_eff >= worse->ie);
}

/* One step further in each direction. */
static void
take_a_step(const struct silbo_quality_input *from)
{
	struct silbo_quality_report r = estimate(from), worse;
	struct silbo_quality_input in = *from;

	in.loss_ratio += 0.003;
	worse = estimate(&in);
	assert_no_better(&worse, &r);
	in = *from;
	in.burst_r += 0.05;
	worse = estimate(&in);
	assert_no_better(&worse, &r);
	in = *from;
	in.delay_ms += 5;
	worse = estimate(&in);
	assert_no_better(&worse, &r);
}

static size_t
walk(double kbps, bool variable)
{
	size_t cases = 0;

	for (double loss = 0; loss <= 95; loss = 1.3 * loss + 0.1)
		for (double burst = 0; burst < 12; burst += 0.3)
			for (double ms = 0; ms < 2000; ms += 77) {
				struct silbo_quality_input in =
				    opus(kbps, loss, burst, ms);

				in.variable = variable;
				take_a_step(&in);
				cases++;
			}
	return cases;
}

static void
more_loss_burst_or_delay_never_sounds_better(void **state)
{
	static const double rates[] = {1, 6.5, 8, 10, 12.5, 14, 26.5, 32, 500};
	size_t cases = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		cases += walk(rates[i], false) + walk(rates[i], true);
	assert_true(cases > 100000);
}

static void
what_cannot_be_is_refused(void **state)
{
	static const double bad[] = {
	    NAN, INFINITY, -INFINITY, -0.001, -1e300, 1e301};
	struct silbo_quality_report r;

	(void)state;
	for (size_t i = 0; i < 4 * sizeof(bad) / sizeof(bad[0]); i++) {
		struct silbo_quality_input in = opus(32, 1, 1, 60);
		double *fields[] = {
		    &in.loss_ratio, &in.burst_r, &in.delay_ms, &in.bitrate_bps};

		*fields[i % 4] = bad[i / 4];
		assert_int_equal(
		    silbo_quality_report(&r, &in), SILBO_ERR_RANGE);
		assert_true(r.mos == 0 && r.r == 0);
	}
	for (size_t i = 0; i < 3; i++) {
		struct silbo_quality_input in = opus(32, 1, 1, 60);

		if (i == 0)
			in.loss_ratio = 1.0001;
		else if (i == 1)
			in.bitrate_bps = 0;
		else
			in.band = (enum silbo_quality_band)3;
		assert_int_equal(
		    silbo_quality_report(&r, &in), SILBO_ERR_RANGE);
	}
}

/* Runs that chance makes too short count as random; so does no loss at all. */
static void
burstiness_is_the_length_of_runs_over_that_of_chance(void **state)
{
	static const struct {
		uint64_t lost, runs, expected;
		double burst_r;
	} rows[] = {{0, 0, 100, 1}, {0, 0, 0, 1}, {10, 10, 1000, 1},
	    {10, 5, 1000, 1.98}, {30, 3, 100, 7}, {100, 1, 100, 1},
	    {5, 0, 100, 1}, {5, 1, 3, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		PUT(silbo_quality_burst_r(
			rows[i].lost, rows[i].runs, rows[i].expected),
		    rows[i].burst_r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(delay_and_rating_are_those_of_the_recommendation),
	    cmocka_unit_test(the_impairment_by_delay_is_that_of_libm),
	    cmocka_unit_test(loss_impairs_as_in_the_recommendation),
	    cmocka_unit_test(opus_is_looked_up_by_band_rate_and_kind),
	    cmocka_unit_test(the_figures_of_opus_are_as_published),
	    cmocka_unit_test(the_band_changes_at_9_and_at_13_5_kilobits),
	    cmocka_unit_test(the_rating_is_the_sum_of_its_parts),
	    cmocka_unit_test(more_loss_burst_or_delay_never_sounds_better),
	    cmocka_unit_test(what_cannot_be_is_refused),
	    cmocka_unit_test(
		burstiness_is_the_length_of_runs_over_that_of_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
