/* SPDX-License-Identifier: MIT */
/*
 * What is lost against the closed forms; that a channel is a function of time
 * alone; and what is refused.
 */
#include "testing.h"

#include <math.h>

#include <silbo/delay.h>

#define MS SILBO_NS_PER_MS
#define DRAWS 4000000u

/*
 * One seed for all: of the rows with the longest memory 4 M draws stray by half
 * a percent (one sigma), so that of other seeds one in twenty passes 1 %.
 */
#define SEED 1

/* How one of the models of the tables is made. */
enum maker { RANDOM, RUN, RAW, FOUR, BURST };

static const struct row {
	const char *name;
	enum maker maker;
	double a[5];
	double loss, run; /* per packet, by hand; 0: not known by hand */
} rows[] = {
    {"random 5 %", RANDOM, {.05}, .05, 1 / .95},
    {"random 40 %", RANDOM, {.4}, .4, 1 / .6},
    /* The six of the prototype. */
    {"Gilbert 10 % x 3", RUN, {.1, 3}, .1, 3},
    {"Gilbert 1-h 70 %", RAW, {.02, .25, .7, 0}, .7 * .02 / .27,
	1 / (1 - .75 * .7)},
    {"Gilbert-Elliott", RAW, {.01, .1, .6, .005}, 0, 0},
    {"10 %, correlated .5", RAW, {.05, .45, 1, 0}, .1, 1 / .45},
    {"four states", FOUR, {.03, .3, .2, .4, .01}, 0, 0},
    {"four states by bursts", BURST, {.08, 8, .7, 2, .01}, .08, 0},
    {"Gilbert 20 % x 5", RUN, {.2, 5}, .2, 5},
    {"shortest run", RUN, {.25, 1 / .75}, .25, 1 / .75},
    {"alternating", RAW, {.9, .8, 1, 0}, .9 / 1.7, 1 / .8},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void
make(struct silbo_loss_config *config, const struct row *row,
    enum silbo_pace pace, silbo_time interval)
{
	const double *a = row->a;
	const char *why;

	silbo_loss_config_init(config);
	config->pace = pace;
	switch (row->maker) {
	case RANDOM:
		config->kind = SILBO_LOSS_RANDOM;
		config->random = a[0];
		break;
	case RUN:
		assert_int_equal(
		    silbo_loss_config_run(config, a[0], a[1], interval), 0);
		break;
	case RAW:
		config->kind = SILBO_LOSS_GILBERT;
		config->p = a[0];
		config->r = a[1];
		config->bad = a[2];
		config->good = a[3];
		break;
	case FOUR:
		config->kind = SILBO_LOSS_MARKOV;
		config->p13 = a[0];
		config->p31 = a[1];
		config->p32 = a[2];
		config->p23 = a[3];
		config->p14 = a[4];
		break;
	case BURST:
		assert_int_equal(silbo_loss_config_burst(
				     config, a[0], a[1], a[2], a[3], a[4]),
		    0);
	}
	assert_int_equal(silbo_loss_check(config, &why), 0);
}

static struct silbo_loss_form
measure(const struct silbo_loss_config *config, silbo_time interval)
{
	uint64_t lost = 0, runs = 0;
	struct silbo_loss loss;
	bool before = false;

	silbo_loss_init(&loss, config, SEED);
	for (uint64_t i = 0; i < DRAWS; i++) {
		bool is_lost = silbo_loss_get(&loss, i * interval);

		lost += is_lost;
		runs += is_lost && !before;
		before = is_lost;
	}
	return (struct silbo_loss_form){
	    (double)lost / DRAWS, (double)lost / (double)runs};
}

static void
expect_close(
    const char *name, const char *what, double got, double want, double within)
{
	if (!(fabs(got / want - 1) <= within))
		fail_msg("%s: %s is %.9g, not %.9g", name, what, got, want);
}

static void
compare(const struct row *row, const struct silbo_loss_config *config,
    silbo_time interval)
{
	struct silbo_loss_form got = measure(config, interval);
	struct silbo_loss_form want = silbo_loss_closed_form(config, interval);

	expect_close(row->name, "loss", got.loss, want.loss, 0.01);
	expect_close(row->name, "run", got.run, want.run, 0.01);
}

static void
paced_by_packet_loss_and_run_are_the_closed_forms(void **state)
{
	struct silbo_loss_config config;
	struct silbo_loss_form form;

	(void)state;
	for (unsigned i = 0; i < ROWS; i++) {
		make(&config, &rows[i], SILBO_PACE_PACKET, 20 * MS);
		form = silbo_loss_closed_form(&config, 20 * MS);
		if (rows[i].loss > 0)
			expect_close(rows[i].name, "mean", form.loss,
			    rows[i].loss, 1e-12);
		if (rows[i].run > 0)
			expect_close(
			    rows[i].name, "run", form.run, rows[i].run, 1e-9);
		compare(&rows[i], &config, 20 * MS);
	}
}

/* One step a datagram, in time: a row means what it means per packet. */
static void
paced_by_time_with_steps_as_long_as_datagrams_they_are_too(void **state)
{
	struct silbo_loss_config config;

	(void)state;
	for (unsigned i = 0; i < ROWS; i++) {
		make(&config, &rows[i], SILBO_PACE_TIME, MS);
		compare(&rows[i], &config, MS);
	}
}

static void
paced_by_time_they_hold_at_20_ms_10_ms_and_60_ms(void **state)
{
	static const silbo_time intervals[] = {20 * MS, 10 * MS, 60 * MS};
	struct silbo_loss_config config;

	(void)state;
	for (unsigned i = 0; i < ROWS; i++) {
		/* Raw chains of so short a memory are covered above. */
		if (rows[i].maker == RAW && rows[i].a[0] > 0.5)
			continue;
		make(&config, &rows[i], SILBO_PACE_TIME, 20 * MS);
		compare(&rows[i], &config, intervals[i % 3]);
	}
	make(&config, &rows[2], SILBO_PACE_TIME, 20 * MS);
	for (unsigned i = 0; i < 3; i++)
		compare(&rows[2], &config, intervals[i]);
}

/* Jiang and Schulzrinne: one channel, whatever the spacing. */
static void
mean_and_run_asked_for_at_a_spacing_are_had_there(void **state)
{
	static const silbo_time steps[] = {MS / 4, MS, 20 * MS};
	struct silbo_loss_config config;
	struct silbo_loss_form at20, at10, at60;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		silbo_loss_config_init(&config);
		config.step_ns = steps[i];
		assert_int_equal(
		    silbo_loss_config_run(&config, 0.1, 3, 20 * MS), 0);
		at20 = silbo_loss_closed_form(&config, 20 * MS);
		expect_close("at 20 ms", "loss", at20.loss, 0.1, 1e-12);
		expect_close("at 20 ms", "run", at20.run, 3, 1e-9);
	}
	config.step_ns = MS;
	assert_int_equal(silbo_loss_config_run(&config, 0.1, 3, 20 * MS), 0);
	at10 = silbo_loss_closed_form(&config, 10 * MS);
	at60 = silbo_loss_closed_form(&config, 60 * MS);
	expect_close("at 10 ms", "loss", at10.loss, 0.1, 1e-12);
	/* 1 - r/(1 - P) is what is kept after 20 ms. */
	expect_close("at 10 ms", "run", at10.run,
	    1 / (0.9 * (1 - sqrt(1 - 1 / 2.7))), 1e-9);
	expect_close("at 60 ms", "run", at60.run,
	    1 / (0.9 * (1 - pow(1 - 1 / 2.7, 3))), 1e-9);
}

/* Who asks every 7 ms, or now and then, meets the channel of who asks every
 * 20 ms: at all steps that both ask about. */
static void
asking_at_other_moments_meets_the_same_channel(void **state)
{
	uint64_t seed = test_seed(5), random = seed;
	struct silbo_loss_config config;
	struct silbo_loss often, seldom, sometimes;
	unsigned common = 0;

	(void)state;
	for (unsigned i = 0; i < ROWS; i++) {
		make(&config, &rows[i], SILBO_PACE_TIME, 20 * MS);
		silbo_loss_init(&often, &config, seed);
		silbo_loss_init(&seldom, &config, seed);
		silbo_loss_init(&sometimes, &config, seed);
		for (silbo_time t = 0; t < 200000; t++) {
			bool a = silbo_loss_get(&often, t * MS);

			if (t % 7 == 0 &&
			    silbo_loss_get(&seldom, t * MS + MS / 2) != a)
				fail_msg(
				    "%s, %u ms", rows[i].name, (unsigned)t);
			if (test_below(&random, 30000) == 0) {
				assert_int_equal(
				    silbo_loss_get(&sometimes, t * MS), a);
				common++;
			}
			assert_int_equal(
			    silbo_loss_get(&often, t * MS + MS - 1), a);
		}
	}
	assert_true(common > 20);
}

static void
another_seed_is_another_channel(void **state)
{
	struct silbo_loss_config config;
	struct silbo_loss a, b;
	unsigned same = 0;

	(void)state;
	make(&config, &rows[1], SILBO_PACE_TIME, 20 * MS);
	silbo_loss_init(&a, &config, 1);
	silbo_loss_init(&b, &config, 2);
	for (silbo_time t = 0; t < 100000; t++)
		same +=
		    silbo_loss_get(&a, t * MS) == silbo_loss_get(&b, t * MS);
	/* Chance: 0.4^2 + 0.6^2. */
	assert_in_range(same, 51000, 53000);
}

/* A block's first steps are lost as often as any others: the third one, too,
 * which tells from which of the states without loss it began. */
static void
blocks_begin_where_the_chain_is_in_the_long_run(void **state)
{
	const uint64_t block = SILBO_LOSS_BLOCK_STEPS * MS;
	const unsigned blocks = 100000;
	struct silbo_loss_config config;
	struct silbo_loss loss;

	(void)state;
	for (unsigned row = 2; row < 8; row++) {
		double want, first = 0, third = 0;

		make(&config, &rows[row], SILBO_PACE_TIME, MS);
		want = silbo_loss_closed_form(&config, MS).loss;
		silbo_loss_init(&loss, &config, SEED);
		for (uint64_t i = 0; i < blocks; i++) {
			first += silbo_loss_get(&loss, i * block);
			third += silbo_loss_get(&loss, i * block + 2 * MS);
		}
		expect_close(rows[row].name, "first of a block", first / blocks,
		    want, 0.05);
		expect_close(rows[row].name, "third of a block", third / blocks,
		    want, 0.05);
	}
}

static void
a_trace_is_played_in_order_and_again(void **state)
{
	static const int64_t values[] = {
	    0, SILBO_TRACE_LOST, 0, 0, SILBO_TRACE_LOST, SILBO_TRACE_LOST, 0};
	struct silbo_trace trace = {SILBO_TRACE_DELAY, values, 7};
	struct silbo_loss_config config;
	struct silbo_loss_form form;
	struct silbo_loss loss;

	(void)state;
	silbo_loss_config_init(&config);
	config.kind = SILBO_LOSS_TRACE;
	config.step_ns = 20 * MS;
	config.trace = &trace;
	for (unsigned pace = 0; pace < 2; pace++) {
		config.pace = (enum silbo_pace)pace;
		silbo_loss_init(&loss, &config, 1);
		for (unsigned i = 0; i < 100; i++)
			assert_int_equal(silbo_loss_get(&loss, i * 20 * MS),
			    values[i % 7] == SILBO_TRACE_LOST);
		form = silbo_loss_closed_form(&config, 20 * MS);
		expect_close("trace", "loss", form.loss, 3. / 7, 1e-12);
		expect_close("trace", "run", form.run, 1.5, 1e-12);
	}
	config.pace = SILBO_PACE_TIME;
	/* Every third: 0 0 0 1 1 1 0 around. */
	form = silbo_loss_closed_form(&config, 60 * MS);
	expect_close("every third", "run", form.run, 3, 1e-12);
}

static void
never_and_always_are_exact(void **state)
{
	struct silbo_loss_config config;
	struct silbo_loss loss;
	struct silbo_loss_form form;

	(void)state;
	for (unsigned always = 0; always < 2; always++) {
		for (unsigned kind = 0; kind < 2; kind++) {
			silbo_loss_config_init(&config);
			config.kind =
			    kind ? SILBO_LOSS_GILBERT : SILBO_LOSS_RANDOM;
			config.random = config.bad = config.good = always;
			config.p = config.r = 0.5;
			silbo_loss_init(&loss, &config, 3);
			for (unsigned i = 0; i < 10000; i++)
				assert_int_equal(
				    silbo_loss_get(&loss, i * MS), always);
			form = silbo_loss_closed_form(&config, MS);
			assert_true(form.loss == always && form.run == 0);
		}
	}
	silbo_loss_config_init(&config);
	silbo_loss_init(&loss, &config, 3);
	assert_false(silbo_loss_get(&loss, 0));
}

/* A seed of jitter, order or copies is none of loss: what delay does with the
 * same seed and time leaves the losses alone. */
static void
jitter_beside_it_does_not_change_what_is_lost(void **state)
{
	struct silbo_loss_config config;
	struct silbo_delay_config delays;
	struct silbo_loss alone, beside;
	struct silbo_delay delay;

	(void)state;
	make(&config, &rows[2], SILBO_PACE_TIME, 20 * MS);
	silbo_delay_config_init(&delays);
	delays.shape = SILBO_SHAPE_NORMAL;
	delays.base_ns = delays.spread_ns = 20 * MS;
	delays.correlation = 0.9;
	silbo_loss_init(&alone, &config, silbo_random_stream(1, 0));
	silbo_loss_init(&beside, &config, silbo_random_stream(1, 0));
	silbo_delay_init(&delay, &delays, silbo_random_stream(1, 1));
	for (silbo_time t = 0; t < 400000 * MS; t += 20 * MS) {
		assert_true(silbo_delay_get(&delay, t) >= t);
		assert_int_equal(
		    silbo_loss_get(&alone, t), silbo_loss_get(&beside, t));
	}
}

/* Loss and the jitter of the same moment know nothing of one another. */
static void
losses_and_delays_of_two_streams_are_uncorrelated(void **state)
{
	struct silbo_loss_config config;
	struct silbo_delay_config delays;
	struct silbo_loss loss;
	struct silbo_delay delay;
	double sum[2] = {0}, count[2] = {0};

	(void)state;
	make(&config, &rows[1], SILBO_PACE_TIME, 20 * MS);
	silbo_delay_config_init(&delays);
	delays.shape = SILBO_SHAPE_UNIFORM;
	delays.base_ns = delays.spread_ns = 20 * MS;
	delays.keep_order = false;
	silbo_loss_init(&loss, &config, silbo_random_stream(1, 0));
	silbo_delay_init(&delay, &delays, silbo_random_stream(1, 1));
	for (silbo_time t = 0; t < 1000000 * MS; t += MS) {
		unsigned i = silbo_loss_get(&loss, t);

		sum[i] += (double)(silbo_delay_get(&delay, t) - t);
		count[i]++;
	}
	expect_close("lost", "delay", sum[1] / count[1], 20e6, 0.005);
	expect_close("received", "delay", sum[0] / count[0], 20e6, 0.005);
}

static void
runs_shorter_than_chance_and_other_nonsense_are_refused(void **state)
{
	static const double bad[][2] = {{-0.1, 2}, {1, 2}, {1.5, 2},
	    {0.5, 1.99}, {0.1, 1.1}, {0.1, 0}, {0.1, -3}, {0.1, 1e300}};
	struct silbo_loss_config config, before;

	(void)state;
	silbo_loss_config_init(&config);
	before = config;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(silbo_loss_config_run(
				     &config, bad[i][0], bad[i][1], 20 * MS),
		    SILBO_ERR_RANGE);
	assert_int_equal(
	    silbo_loss_config_run(&config, NAN, 2, MS), SILBO_ERR_RANGE);
	assert_int_equal(
	    silbo_loss_config_run(&config, 0.1, NAN, MS), SILBO_ERR_RANGE);
	/* Loss below what stands alone; a density below it; a burst of none. */
	assert_int_equal(silbo_loss_config_burst(&config, .01, 8, .7, 2, .02),
	    SILBO_ERR_RANGE);
	assert_int_equal(silbo_loss_config_burst(&config, .08, 8, .07, 2, .01),
	    SILBO_ERR_RANGE);
	assert_int_equal(silbo_loss_config_burst(&config, .08, 0, .7, 2, .01),
	    SILBO_ERR_RANGE);
	assert_int_equal(silbo_loss_config_burst(&config, .6, 1, .7, 1, .01),
	    SILBO_ERR_RANGE);
	assert_memory_equal(&config, &before, sizeof(config));
}

static void
check_names_the_field_and_what_it_may_be(void **state)
{
	static const int64_t values[] = {0};
	static const struct silbo_trace rate = {SILBO_TRACE_RATE, values, 1};
#define BASE .step_ns = MS
	static const struct {
		struct silbo_loss_config config;
		const char *why;
	} table[] = {
	    {{BASE, .kind = SILBO_LOSS_RANDOM, .random = 2}, "random loss: a"},
	    {{BASE, .kind = SILBO_LOSS_RANDOM, .random = -.1}, "random loss"},
	    {{BASE, .kind = SILBO_LOSS_RANDOM, .random = NAN}, "random loss"},
	    {{BASE, .kind = SILBO_LOSS_GILBERT, .p = 1.1}, "p, from good"},
	    {{BASE, .kind = SILBO_LOSS_GILBERT, .r = -1}, "r, from bad"},
	    {{BASE, .kind = SILBO_LOSS_GILBERT, .bad = 2},
		"loss in the bad state: a ratio, 0 to 1"},
	    {{BASE, .kind = SILBO_LOSS_GILBERT, .good = NAN},
		"loss in the good state: a ratio, 0 to 1"},
	    {{BASE, .kind = SILBO_LOSS_MARKOV, .p13 = 2}, "p13"},
	    {{BASE, .kind = SILBO_LOSS_MARKOV, .p13 = .1}, "p31"},
	    {{BASE, .kind = SILBO_LOSS_MARKOV, .p31 = .6, .p32 = .6}, "p32"},
	    {{BASE, .kind = SILBO_LOSS_MARKOV, .p32 = .6}, "p23"},
	    {{BASE, .kind = SILBO_LOSS_MARKOV, .p14 = 1.1}, "p14"},
	    {{BASE, .kind = SILBO_LOSS_MARKOV, .p13 = .6, .p31 = .1, .p14 = .6},
		"p14"},
	    {{BASE, .kind = SILBO_LOSS_TRACE}, "trace of losses"},
	    {{BASE, .kind = SILBO_LOSS_TRACE, .trace = &rate}, "loss or delay"},
	    {{BASE, .kind = (enum silbo_loss_kind)9}, "kind of loss"},
	    {{BASE, .pace = (enum silbo_pace)2}, "pace"},
	    {{.step_ns = 999}, "step: a time, at least 1 us"},
	};
#undef BASE
	const char *why;

	(void)state;
	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (silbo_loss_check(&table[i].config, &why) !=
			SILBO_ERR_RANGE ||
		    strstr(why, table[i].why) == NULL)
			fail_msg("row %u: %s", i, why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(paced_by_packet_loss_and_run_are_the_closed_forms),
	    cmocka_unit_test(
		paced_by_time_with_steps_as_long_as_datagrams_they_are_too),
	    cmocka_unit_test(paced_by_time_they_hold_at_20_ms_10_ms_and_60_ms),
	    cmocka_unit_test(mean_and_run_asked_for_at_a_spacing_are_had_there),
	    cmocka_unit_test(asking_at_other_moments_meets_the_same_channel),
	    cmocka_unit_test(another_seed_is_another_channel),
	    cmocka_unit_test(blocks_begin_where_the_chain_is_in_the_long_run),
	    cmocka_unit_test(a_trace_is_played_in_order_and_again),
	    cmocka_unit_test(never_and_always_are_exact),
	    cmocka_unit_test(jitter_beside_it_does_not_change_what_is_lost),
	    cmocka_unit_test(losses_and_delays_of_two_streams_are_uncorrelated),
	    cmocka_unit_test(
		runs_shorter_than_chance_and_other_nonsense_are_refused),
	    cmocka_unit_test(check_names_the_field_and_what_it_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
