/* SPDX-License-Identifier: MIT */
/*
 * The shapes of jitter against their exact distribution functions, correlated
 * or not; stalls; order; and what is refused.
 */
#include "testing.h"

#include <math.h>

#include <silbo/delay.h>

#define MS SILBO_NS_PER_MS
#define US SILBO_NS_PER_US
#define BASE 100.0  /* ms: so that nothing is clamped at 0 */
#define SPREAD 10.0 /* ms */

/* P(delay < x ms). */
typedef double (*law_function)(double x);

static double
uniform(double x)
{
	return fmin(1, fmax(0, (x - BASE + SPREAD) / (2 * SPREAD)));
}

static double
normal(double x)
{
	return 0.5 * erfc(-(x - BASE) / SPREAD / sqrt(2));
}

static double
pareto(double x)
{
	double scaled = (x - BASE) / SPREAD * sqrt(0.75) + 1.5;

	return scaled > 1 ? 1 - pow(scaled, -3) : 0;
}

/* Half of all between 0 and 10 ms, a quarter each in two steps above. */
static const int64_t sample[] = {0, 5000000, 10000000, 20000000, 50000000};
static const struct silbo_trace table = {SILBO_TRACE_TABLE, sample, 5};

static double
tabled(double x)
{
	x -= BASE;
	if (x < 10)
		return fmax(0, x / 20);
	if (x < 20)
		return 0.5 + (x - 10) / 40;
	return fmin(1, 0.75 + (x - 20) / 120);
}

static const struct {
	const char *name;
	enum silbo_shape shape;
	law_function law;
} shapes[] = {
    {"uniform", SILBO_SHAPE_UNIFORM, uniform},
    {"normal", SILBO_SHAPE_NORMAL, normal},
    {"pareto", SILBO_SHAPE_PARETO, pareto},
    {"table", SILBO_SHAPE_TABLE, tabled},
};

static void
configure(struct silbo_delay_config *config, enum silbo_shape shape, double rho)
{
	const char *why;

	silbo_delay_config_init(config);
	config->shape = shape;
	config->base_ns = (silbo_time)(BASE * 1e6);
	config->spread_ns = (silbo_time)(SPREAD * 1e6);
	config->correlation = rho;
	config->trace = shape == SILBO_SHAPE_TABLE ? &table : NULL;
	config->keep_order = false;
	assert_int_equal(silbo_delay_check(config, &why), 0);
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The largest distance of two distribution functions (Kolmogorov). */
static double
distance(double *x, unsigned n, law_function law)
{
	double worst = 0;

	qsort(x, n, sizeof(*x), compare_doubles);
	for (unsigned i = 0; i < n; i++) {
		double p = law(x[i]);

		worst = fmax(worst, fabs(p - (double)i / n));
		worst = fmax(worst, fabs(p - (double)(i + 1) / n));
	}
	return worst;
}

/* Delays in ms of n datagrams; returned memory is the caller's. */
static double *
collect(const struct silbo_delay_config *config, unsigned n)
{
	double *x = malloc(n * sizeof(*x));
	struct silbo_delay delay;

	assert_non_null(x);
	silbo_delay_init(&delay, config, test_seed(17));
	for (unsigned i = 0; i < n; i++)
		x[i] = (double)(silbo_delay_get(&delay, i * MS) - i * MS) / 1e6;
	return x;
}

/*
 * 1.95/sqrt(n) is passed by one set in a thousand; neighbours that are alike
 * count as (1 - rho)/(1 + rho) of independent ones.
 */
static void
marginals_are_exact_for_every_correlation(void **state)
{
	static const double rhos[] = {0, 0.5, 0.95};
	const unsigned n = 400000;
	struct silbo_delay_config config;

	(void)state;
	for (unsigned i = 0; i < 24; i++) {
		double rho = rhos[i / 4 % 3], d, limit;
		double *x;

		configure(&config, shapes[i % 4].shape, rho);
		config.pace = i < 12 ? SILBO_PACE_TIME : SILBO_PACE_PACKET;
		x = collect(&config, n);
		d = distance(x, n, shapes[i % 4].law);
		free(x);
		limit = 1.95 / sqrt(n * (1 - rho) / (1 + rho));
		if (!(d < limit))
			fail_msg("%s, correlation %g: %g away, not %g",
			    shapes[i % 4].name, rho, d, limit);
	}
}

static double
correlate(const double *x, unsigned n)
{
	double mean = 0, square = 0, product = 0;

	for (unsigned i = 0; i < n; i++)
		mean += x[i] / n;
	for (unsigned i = 0; i + 1 < n; i++) {
		square += (x[i] - mean) * (x[i] - mean);
		product += (x[i] - mean) * (x[i + 1] - mean);
	}
	return product / square;
}

/* Of the normal shape it is the one asked for; of the uniform one it is known:
 * 6/pi asin(rho/2). */
static void
neighbours_are_as_alike_as_asked_for(void **state)
{
	static const double rhos[] = {0, 0.5, 0.95};
	const unsigned n = 400000;
	struct silbo_delay_config config;

	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		double rho = rhos[i % 3], want = rho, got;
		bool is_normal = i / 3 % 2 == 0;
		double *x;

		configure(&config,
		    is_normal ? SILBO_SHAPE_NORMAL : SILBO_SHAPE_UNIFORM, rho);
		config.pace = i < 6 ? SILBO_PACE_TIME : SILBO_PACE_PACKET;
		if (!is_normal)
			want = 6 / acos(-1) * asin(rho / 2);
		x = collect(&config, n);
		got = correlate(x, n);
		free(x);
		if (fabs(got - want) > 0.01)
			fail_msg("correlation %g: %g, not %g", rho, got, want);
	}
}

static void
mean_and_deviation_of_the_pareto_shape_are_those_asked_for(void **state)
{
	const unsigned n = 1000000;
	struct silbo_delay_config config;
	double mean = 0, least = 1e9, *x;

	(void)state;
	configure(&config, SILBO_SHAPE_PARETO, 0);
	x = collect(&config, n);
	for (unsigned i = 0; i < n; i++) {
		mean += x[i] / n;
		least = fmin(least, x[i]);
	}
	free(x);
	/* Its fourth moment is infinite: the mean is what can be measured. */
	assert_true(fabs(mean - BASE) < 0.05);
	assert_true(fabs(least - (BASE - SPREAD / sqrt(3))) < 0.001);
}

/* What is below 0 is 0, and nothing else moves. */
static void
a_delay_is_never_negative(void **state)
{
	struct silbo_delay_config config;
	struct silbo_delay delay;
	unsigned at_zero = 0;

	(void)state;
	configure(&config, SILBO_SHAPE_NORMAL, 0);
	config.base_ns = 0;
	silbo_delay_init(&delay, &config, 1);
	for (silbo_time t = 0; t < 100000 * MS; t += MS) {
		silbo_time arrival = silbo_delay_get(&delay, t);

		assert_true(arrival >= t && arrival < t + 100 * MS);
		at_zero += arrival == t;
	}
	assert_in_range(at_zero, 49000, 51000);
}

static void
asking_at_other_moments_meets_the_same_delays(void **state)
{
	uint64_t seed = test_seed(5), random = seed;
	struct silbo_delay_config config;
	struct silbo_delay often, seldom, sometimes;

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		configure(&config, shapes[i % 4].shape, i < 4 ? 0 : 0.8);
		config.stalls_per_s = 2;
		config.stall_ns = 100 * MS;
		silbo_delay_init(&often, &config, seed);
		silbo_delay_init(&seldom, &config, seed);
		silbo_delay_init(&sometimes, &config, seed);
		for (silbo_time t = 0; t < 200000; t++) {
			silbo_time a = silbo_delay_get(&often, t * MS);

			/* After silences, too, in which stalls began. */
			if (test_below(&random, 200) == 0)
				assert_int_equal(
				    silbo_delay_get(&sometimes, t * MS), a);
			if (t % 7 != 0)
				continue;
			if (silbo_delay_get(&seldom, t * MS) != a)
				fail_msg("%s, seed %llu, %u ms",
				    shapes[i % 4].name,
				    (unsigned long long)seed, (unsigned)t);
		}
		/* After an hour of silence too. */
		assert_int_equal(silbo_delay_get(&often, 3600000 * MS),
		    silbo_delay_get(&seldom, 3600000 * MS));
	}
}

static void
a_trace_of_delays_is_played_in_order_and_again(void **state)
{
	static const int64_t values[] = {5000, 0, SILBO_TRACE_LOST, 70000};
	static const silbo_time want[] = {5000, 0, 0, 70000};
	struct silbo_trace trace = {SILBO_TRACE_DELAY, values, 4};
	struct silbo_delay_config config;
	struct silbo_delay delay;

	(void)state;
	silbo_delay_config_init(&config);
	config.shape = SILBO_SHAPE_TRACE;
	config.base_ns = 3 * MS;
	config.step_ns = 20 * MS;
	config.trace = &trace;
	for (unsigned pace = 0; pace < 2; pace++) {
		config.pace = (enum silbo_pace)pace;
		silbo_delay_init(&delay, &config, 1);
		for (unsigned i = 0; i < 50; i++)
			assert_int_equal(silbo_delay_get(&delay, i * 20 * MS),
			    i * 20 * MS + 3 * MS + want[i % 4]);
	}
}

/* A stall holds what is sent during it to its end: fewer than 1 in 1000 begin
 * within another one here. */
static void
stalls_hold_and_let_go_at_once(void **state)
{
	const silbo_time length = 200 * MS, end = 1000000 * MS;
	struct silbo_delay_config config;
	struct silbo_delay delay;
	silbo_time until = 0;
	unsigned stalls = 0, held = 0;

	(void)state;
	silbo_delay_config_init(&config);
	config.base_ns = 10 * MS;
	config.stalls_per_s = 0.5;
	config.stall_ns = length;
	config.keep_order = false;
	silbo_delay_init(&delay, &config, test_seed(2));
	for (silbo_time t = 0; t < end; t += MS) {
		silbo_time left = silbo_delay_get(&delay, t) - 10 * MS;

		assert_true(left >= t && left <= t + length);
		if (left == t)
			continue;
		held++;
		if (left != until) {
			/* It begins now, and ends after its length. */
			assert_int_equal(left, t + length);
			stalls++;
			until = left;
		}
	}
	/* Poisson around 500; of time, 1 - e^-0.1. */
	assert_in_range(stalls, 410, 590);
	assert_in_range(held, 80000, 110000);
}

static void
where_order_is_kept_nobody_overtakes(void **state)
{
	struct silbo_delay_config config;
	struct silbo_delay kept, free_;
	silbo_time before = 0;
	unsigned overtakes = 0;

	(void)state;
	configure(&config, SILBO_SHAPE_NORMAL, 0);
	silbo_delay_init(&free_, &config, 4);
	config.keep_order = true;
	silbo_delay_init(&kept, &config, 4);
	for (unsigned i = 0; i < 100000; i++) {
		silbo_time raw = silbo_delay_get(&free_, i * MS);
		silbo_time got = silbo_delay_get(&kept, i * MS);
		silbo_time want =
		    i > 0 && raw < before + US ? before + US : raw;

		overtakes += want != raw;
		assert_int_equal(got, want);
		before = got;
	}
	assert_true(overtakes > 50000);
}

/* A step is one delay: datagrams of one moment stay together. */
static void
datagrams_of_one_step_have_one_delay(void **state)
{
	struct silbo_delay_config config;
	struct silbo_delay delay;

	(void)state;
	configure(&config, SILBO_SHAPE_PARETO, 0.5);
	silbo_delay_init(&delay, &config, 4);
	for (silbo_time t = 0; t < 1000 * MS; t += MS) {
		silbo_time a = silbo_delay_get(&delay, t) - t;

		assert_int_equal(silbo_delay_get(&delay, t), a + t);
		t += MS / 2;
		assert_int_equal(silbo_delay_get(&delay, t), a + t);
		t -= MS / 2;
	}
}

static void
check_names_the_field_and_what_it_may_be(void **state)
{
	static const struct silbo_trace losses = {SILBO_TRACE_LOSS, sample, 5};
#define STEP .step_ns = MS
	static const struct {
		struct silbo_delay_config config;
		const char *why;
	} rows[] = {
	    {{STEP, .base_ns = SILBO_DELAY_MAX + 1}, "delay: a time, 0 to 60"},
	    {{STEP, .spread_ns = SILBO_DELAY_MAX + 1}, "jitter: a time"},
	    {{STEP, .correlation = 1}, "correlation of jitter: a ratio"},
	    {{STEP, .correlation = -0.1}, "correlation"},
	    {{STEP, .correlation = NAN}, "0 to below 1"},
	    {{STEP, .stalls_per_s = -1}, "stalls: so many a second"},
	    {{STEP, .stalls_per_s = 1001}, "0 to 1000"},
	    {{STEP, .stalls_per_s = NAN}, "stalls"},
	    {{STEP, .stall_ns = SILBO_DELAY_MAX + 1}, "length of a stall"},
	    {{STEP, .shape = SILBO_SHAPE_TABLE}, "table of delays"},
	    {{STEP, .shape = SILBO_SHAPE_TABLE, .trace = &losses},
		"kind table"},
	    {{STEP, .shape = SILBO_SHAPE_TRACE, .trace = &table}, "kind delay"},
	    {{STEP, .shape = (enum silbo_shape)77}, "shape of jitter"},
	    {{STEP, .pace = (enum silbo_pace)77}, "pace"},
	    {{.step_ns = 0}, "step"},
	};
#undef STEP
	const char *why;

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (silbo_delay_check(&rows[i].config, &why) !=
			SILBO_ERR_RANGE ||
		    strstr(why, rows[i].why) == NULL)
			fail_msg("row %u: %s", i, why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(marginals_are_exact_for_every_correlation),
	    cmocka_unit_test(neighbours_are_as_alike_as_asked_for),
	    cmocka_unit_test(
		mean_and_deviation_of_the_pareto_shape_are_those_asked_for),
	    cmocka_unit_test(a_delay_is_never_negative),
	    cmocka_unit_test(asking_at_other_moments_meets_the_same_delays),
	    cmocka_unit_test(a_trace_of_delays_is_played_in_order_and_again),
	    cmocka_unit_test(stalls_hold_and_let_go_at_once),
	    cmocka_unit_test(where_order_is_kept_nobody_overtakes),
	    cmocka_unit_test(datagrams_of_one_step_have_one_delay),
	    cmocka_unit_test(check_names_the_field_and_what_it_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
