/* SPDX-License-Identifier: MIT */
/*
 * A link: what it does to a datagram, in which order, and that none of its
 * impairments is moved by another.
 */
#include "testing.h"

#include <silbo/link.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MS SILBO_NS_PER_MS
#define EPOCH (7 * SILBO_NS_PER_S)
#define PLACES 50u
#define PUTS_MAX 20000u

struct run {
	struct silbo_fate fates[PUTS_MAX]; /* by index */
	uint32_t decided;
	struct silbo_link_report report;
};

static void
take_all(struct run *run, struct silbo_link *link, silbo_time now)
{
	struct silbo_fate fate;

	while (silbo_link_get(link, &fate, now)) {
		assert_true(fate.index < PUTS_MAX);
		assert_int_equal(fate.handle, (uint32_t)fate.index ^ 5);
		assert_int_equal(run->fates[fate.index].bytes, 0);
		run->fates[fate.index] = fate;
		run->decided++;
	}
	assert_true(silbo_link_deadline(link) > now);
}

static void
live_phases(struct run *run, const struct silbo_link_phase *phases,
    uint32_t phases_count, uint64_t seed, uint32_t puts, silbo_time gap)
{
	void *mem = malloc(silbo_link_size(PLACES));
	struct silbo_link *link =
	    silbo_link_init(mem, PLACES, phases, phases_count, seed, EPOCH);
	silbo_time when;

	memset(run, 0, sizeof(*run));
	for (uint32_t i = 0; i < puts; i++) {
		silbo_time now = EPOCH + i * gap;

		while ((when = silbo_link_deadline(link)) <= now)
			take_all(run, link, when);
		silbo_link_put(link, i ^ 5, 60 + i % 100, now);
		take_all(run, link, now);
	}
	while ((when = silbo_link_deadline(link)) != SILBO_TIME_NEVER)
		take_all(run, link, when);
	silbo_link_report(link, &run->report);
	assert_int_equal(run->decided, puts);
	free(mem);
}

static void
live(struct run *run, const struct silbo_link_config *config, uint64_t seed,
    uint32_t puts, silbo_time gap)
{
	struct silbo_link_phase phase = {0, *config};
	const char *why = NULL;

	if (silbo_link_check(config, &why) != 0)
		fail_msg("%s", why);
	live_phases(run, &phase, 1, seed, puts, gap);
}

static struct run a, b; /* too large for a stack */

static struct silbo_link_config
lossy(void)
{
	struct silbo_link_config config;

	silbo_link_config_init(&config);
	config.loss.kind = SILBO_LOSS_GILBERT;
	config.loss.pace = SILBO_PACE_PACKET;
	config.loss.p = 0.05;
	config.loss.r = 0.4;
	config.loss.bad = 1;
	config.loss.good = 0;
	config.outage_every_ns = 5 * SILBO_NS_PER_S;
	config.outage_ns = 300 * MS;
	return config;
}

/* Everything at once, by chance. */
static struct silbo_link_config
any(uint64_t *random)
{
	struct silbo_link_config config = lossy();

	config.loss.p = (double)test_below(random, 100) / 1000;
	config.loss.pace =
	    test_below(random, 2) ? SILBO_PACE_TIME : SILBO_PACE_PACKET;
	config.reorder = (double)test_below(random, 200) / 1000;
	config.duplicate = (double)test_below(random, 200) / 1000;
	config.corrupt = (double)test_below(random, 200) / 1000;
	config.corrupt_bits = 1 + (uint32_t)test_below(random, 64);
	config.delay.base_ns = test_below(random, 100) * MS;
	config.delay.shape = SILBO_SHAPE_NORMAL;
	config.delay.spread_ns = test_below(random, 20) * MS;
	config.delay.correlation = 0.5;
	config.delay.keep_order = test_below(random, 2);
	config.delay.stalls_per_s = 0.2;
	config.delay.stall_ns = 200 * MS;
	if (test_below(random, 3) > 0)
		config.queue.rate_bps = 30000 + test_below(random, 60000);
	if (test_below(random, 2) > 0)
		config.queue.discipline = SILBO_DISCIPLINE_CODEL;
	config.queue.limit_bytes = 5000;
	return config;
}

static void
a_perfect_link_delivers_at_once(void **state)
{
	struct silbo_link_config config;

	(void)state;
	silbo_link_config_init(&config);
	live(&a, &config, 1, 100, MS);
	for (uint32_t i = 0; i < 100; i++) {
		assert_int_equal(a.fates[i].kind, SILBO_FATE_DELIVERED);
		assert_int_equal(a.fates[i].copies, 1);
		assert_int_equal(a.fates[i].at[0], EPOCH + i * MS);
		assert_int_equal(a.fates[i].bits, 0);
	}
	assert_int_equal(a.report.fates[SILBO_FATE_DELIVERED], 100);
	assert_int_equal(a.report.delay_max_ns, 0);
}

static void
the_same_seed_gives_the_same_fates(void **state)
{
	uint64_t random = test_seed(1);
	struct silbo_link_config config = any(&random);

	(void)state;
	live(&a, &config, 3, 5000, 10 * MS);
	live(&b, &config, 3, 5000, 10 * MS);
	assert_memory_equal(&a, &b, sizeof(a));
	live(&b, &config, 4, 5000, 10 * MS);
	assert_memory_not_equal(&a, &b, sizeof(a));
}

static void
what_is_added_changes_no_loss(void **state)
{
	struct silbo_link_config config = lossy(), more;

	(void)state;
	live(&a, &config, 9, 10000, 5 * MS);
	assert_true(a.report.fates[SILBO_FATE_LOST] > 500);
	assert_true(a.report.fates[SILBO_FATE_OUTAGE] > 50);
	for (int i = 0; i < 5; i++) {
		more = config;
		if (i == 0) {
			more.delay.shape = SILBO_SHAPE_NORMAL;
			more.delay.spread_ns = 10 * MS;
		}
		if (i == 1)
			more.duplicate = 0.3;
		if (i == 2)
			more.corrupt = 0.3;
		if (i == 3)
			more.reorder = 0.3;
		if (i == 4)
			more.outage_ns = more.outage_every_ns = 0;
		live(&b, &more, 9, 10000, 5 * MS);
		for (uint32_t n = 0; n < 10000; n++) {
			/* Without outages, what they hid comes to light. */
			if (i == 4 && a.fates[n].kind == SILBO_FATE_OUTAGE)
				continue;
			assert_int_equal(a.fates[n].kind, b.fates[n].kind);
		}
	}
}

static void
what_is_lost_changes_no_arrival(void **state)
{
	uint64_t random = test_seed(2);
	struct silbo_link_config config = any(&random), none;

	(void)state;
	config.queue.rate_bps = 0;
	config.delay.keep_order = true;
	none = config;
	none.loss.kind = SILBO_LOSS_NONE;
	none.outage_ns = none.outage_every_ns = 0;
	live(&a, &config, 5, 10000, 5 * MS);
	live(&b, &none, 5, 10000, 5 * MS);
	assert_int_equal(b.report.fates[SILBO_FATE_DELIVERED], 10000);
	for (uint32_t n = 0; n < 10000; n++)
		if (a.fates[n].kind == SILBO_FATE_DELIVERED)
			assert_memory_equal(
			    &a.fates[n], &b.fates[n], sizeof(a.fates[n]));
}

static unsigned
bucket_of(uint64_t run)
{
	static const uint64_t tops[] = {1, 2, 3, 4, 8, 16, 32};
	unsigned i = 0;

	while (i < COUNT(tops) && run > tops[i])
		i++;
	return i;
}

/* The runs of the report, counted by hand. */
static void
check_runs(const struct run *run, uint32_t puts)
{
	uint64_t now = 0, runs = 0, max = 0, hist[SILBO_LINK_RUNS] = {0};

	for (uint32_t i = 0; i <= puts; i++) {
		if (i < puts && run->fates[i].kind != SILBO_FATE_DELIVERED) {
			now++;
			continue;
		}
		if (now > 0) {
			runs++;
			hist[bucket_of(now)]++;
		}
		max = now > max ? now : max;
		now = 0;
	}
	assert_int_equal(run->report.loss_runs, runs);
	assert_int_equal(run->report.loss_run_max, max);
	assert_memory_equal(run->report.runs, hist, sizeof(hist));
}

static void
check_one(const struct silbo_fate *fate, const struct silbo_link_config *config)
{
	assert_true(fate->left_at >= fate->put_at);
	if (fate->kind != SILBO_FATE_DELIVERED) {
		assert_int_equal(fate->copies, 0);
		assert_int_equal(fate->bits, 0);
		return;
	}
	assert_true(fate->copies == 1 || fate->copies == 2);
	assert_true(fate->at[0] >=
	    fate->left_at + (fate->held ? config->reorder_ns : 0));
	if (fate->copies == 2)
		assert_int_equal(
		    fate->at[1], fate->at[0] + config->duplicate_ns);
	assert_true(fate->bits == 0 || fate->bits == config->corrupt_bits);
}

static void
check_run(const struct run *run, const struct silbo_link_config *config,
    uint32_t puts)
{
	uint64_t fates[SILBO_FATES] = {0}, twice = 0, held = 0, bad = 0;
	silbo_time last = 0, queued = 0;

	for (uint32_t i = 0; i < puts; i++) {
		const struct silbo_fate *fate = &run->fates[i];

		check_one(fate, config);
		fates[fate->kind]++;
		twice += fate->copies == 2;
		held += fate->held;
		bad += fate->bits > 0;
		if (fate->left_at - fate->put_at > queued)
			queued = fate->left_at - fate->put_at;
		if (fate->kind != SILBO_FATE_DELIVERED || fate->held)
			continue;
		assert_true(!config->delay.keep_order || fate->at[0] > last);
		last = fate->at[0];
	}
	assert_int_equal(run->report.datagrams, puts);
	assert_memory_equal(run->report.fates, fates, sizeof(fates));
	assert_int_equal(run->report.duplicated, twice);
	assert_int_equal(run->report.held, held);
	assert_int_equal(run->report.corrupted, bad);
	assert_int_equal(run->report.queue_max_ns, queued);
	check_runs(run, puts);
}

static void
fates_add_up_whatever_the_link(void **state)
{
	uint64_t seed = test_seed(100), full = 0, codel = 0;

	(void)state;
	for (uint64_t i = seed; i < seed + 60; i++) {
		uint64_t random = i;
		struct silbo_link_config config = any(&random);

		live(&a, &config, i, 3000, 10 * MS);
		check_run(&a, &config, 3000);
		full += a.report.fates[SILBO_FATE_QUEUE_FULL];
		codel += a.report.fates[SILBO_FATE_CODEL];
	}
	assert_true(full > 1000 && codel > 1000);
}

static void
chances_are_what_was_asked_for(void **state)
{
	struct silbo_link_config config;
	const uint32_t n = PUTS_MAX;

	(void)state;
	silbo_link_config_init(&config);
	config.reorder = 0.02;
	config.duplicate = 0.01;
	config.corrupt = 0.05;
	config.outage_every_ns = 900 * MS;
	config.outage_ns = 100 * MS;
	live(&a, &config, 11, n, 50 * MS);
	/* Of 1000 s a tenth; and five deviations of the binomial law. */
	assert_in_range(a.report.fates[SILBO_FATE_OUTAGE], n / 12, n / 8);
	assert_in_range(a.report.held, 360 - 95, 360 + 95);
	assert_in_range(a.report.duplicated, 180 - 67, 180 + 67);
	assert_in_range(a.report.corrupted, 900 - 147, 900 + 147);
}

/* Looked at 200 times in each, over 4000 of them. */
static void
outages_are_as_long_as_asked_for(void **state)
{
	static const silbo_time means[] = {2, 20, 60, 300, 3600};
	static _Alignas(max_align_t) uint8_t memory[8192];

	(void)state;
	for (size_t i = 0; i < sizeof(means) / sizeof(means[0]); i++) {
		struct silbo_link_phase phase = {.at = 0};
		struct silbo_link_report report;
		struct silbo_link *link;
		struct silbo_fate fate;
		silbo_time step = means[i] * SILBO_NS_PER_S / 200;
		double mean;

		silbo_link_config_init(&phase.config);
		phase.config.outage_ns = means[i] * SILBO_NS_PER_S;
		phase.config.outage_every_ns = 2 * phase.config.outage_ns;
		assert_true(silbo_link_size(1) <= sizeof(memory));
		link = silbo_link_init(memory, 1, &phase, 1, 7, 0);
		for (uint32_t n = 0; n < 200 * 3 * 4000; n++) {
			silbo_link_put(link, 0, 100, n * step);
			assert_true(silbo_link_get(link, &fate, n * step));
		}
		silbo_link_report(link, &report);
		mean = (double)report.fates[SILBO_FATE_OUTAGE] /
		    (double)report.loss_runs / 200;
		print_message("%u s: %.3f of that\n", (unsigned)means[i], mean);
		assert_true(mean > 0.93 && mean < 1.07);
	}
}

static void
one_that_is_held_back_disturbs_no_other(void **state)
{
	uint64_t random = test_seed(3);
	struct silbo_link_config config = any(&random), none;

	(void)state;
	config.delay.keep_order = true;
	config.reorder = 0.1;
	config.reorder_ns = 55 * MS;
	none = config;
	none.reorder = 0;
	live(&a, &config, 5, 5000, 20 * MS);
	live(&b, &none, 5, 5000, 20 * MS);
	assert_true(a.report.held > 100);
	for (uint32_t n = 0; n < 5000; n++)
		if (a.fates[n].kind == SILBO_FATE_DELIVERED)
			assert_int_equal(a.fates[n].at[0],
			    b.fates[n].at[0] + (a.fates[n].held ? 55 * MS : 0));
}

static void
damage_turns_as_many_bits_as_were_asked_for(void **state)
{
	struct silbo_fate fate = {0};
	uint64_t each[24] = {0};

	(void)state;
	for (uint32_t bits = 0; bits <= 64; bits++) {
		for (size_t len = 0; len < 12; len++) {
			uint8_t data[12] = {0}, again[12] = {0};
			size_t turned = 0;

			fate.bits = bits;
			fate.bits_seed = bits * 77 + len;
			silbo_link_corrupt(&fate, data, len);
			silbo_link_corrupt(&fate, again, len);
			assert_memory_equal(data, again, sizeof(data));
			for (size_t i = 0; i < sizeof(data) * 8; i++)
				turned += data[i / 8] >> i % 8 & 1;
			assert_int_equal(
			    turned, bits < len * 8 ? bits : len * 8);
		}
	}
	/* Each place as often: 5 of 24, 24000 times. */
	fate.bits = 5;
	for (fate.bits_seed = 0; fate.bits_seed < 24000; fate.bits_seed++) {
		uint8_t data[3] = {0};

		silbo_link_corrupt(&fate, data, sizeof(data));
		for (size_t i = 0; i < 24; i++)
			each[i] += data[i / 8] >> i % 8 & 1;
	}
	for (size_t i = 0; i < 24; i++)
		assert_in_range(each[i], 5000 - 320, 5000 + 320);
}

static void
a_phase_begins_anew_what_it_changes_and_nothing_else(void **state)
{
	struct silbo_link_phase phases[3] = {{0, lossy()}};
	const uint32_t n = 6000, at = 2000, end = 4000;
	uint32_t differ = 0;

	(void)state;
	phases[0].config.delay.shape = SILBO_SHAPE_NORMAL;
	phases[0].config.delay.base_ns = 30 * MS;
	phases[0].config.delay.spread_ns = 5 * MS;
	live_phases(&a, phases, 1, 5, n, 10 * MS);
	phases[1] = phases[0];
	phases[1].at = at * 10 * MS;
	phases[1].config.loss.kind = SILBO_LOSS_RANDOM;
	phases[1].config.loss.random = 1;
	phases[2] = phases[0];
	phases[2].at = end * 10 * MS;
	live_phases(&b, phases, 3, 5, n, 10 * MS);
	assert_memory_equal(a.fates, b.fates, at * sizeof(a.fates[0]));
	for (uint32_t i = at; i < end; i++)
		assert_int_equal(b.fates[i].kind,
		    a.fates[i].kind == SILBO_FATE_OUTAGE ? SILBO_FATE_OUTAGE
							 : SILBO_FATE_LOST);
	for (uint32_t i = end; i < n; i++)
		if (a.fates[i].kind == SILBO_FATE_DELIVERED &&
		    b.fates[i].kind == SILBO_FATE_DELIVERED)
			assert_int_equal(a.fates[i].at[0], b.fates[i].at[0]);
	/* Anew is not the same again. */
	for (uint32_t i = 0; i < at; i++)
		differ += b.fates[i].kind != b.fates[end + i].kind &&
		    b.fates[i].kind != SILBO_FATE_OUTAGE &&
		    b.fates[end + i].kind != SILBO_FATE_OUTAGE;
	assert_true(differ > 50);
	assert_true(b.report.loss_run_max >= end - at);
}

static void
nobody_overtakes_where_a_phase_shortens_the_delay(void **state)
{
	struct silbo_link_phase phases[2];

	(void)state;
	silbo_link_config_init(&phases[0].config);
	phases[0].at = 0;
	phases[0].config.delay.base_ns = 500 * MS;
	phases[1] = phases[0];
	phases[1].at = 200 * MS;
	phases[1].config.delay.base_ns = 10 * MS;
	live_phases(&a, phases, 2, 1, 100, 10 * MS);
	for (uint32_t i = 1; i < 100; i++)
		assert_true(a.fates[i].at[0] > a.fates[i - 1].at[0]);
	assert_int_equal(a.fates[99].at[0], EPOCH + 99 * 10 * MS + 10 * MS);
	phases[1].config.delay.keep_order = false;
	live_phases(&a, phases, 2, 1, 100, 10 * MS);
	assert_true(a.fates[20].at[0] < a.fates[19].at[0]);
}

static void
what_waits_meets_the_phase_in_which_it_leaves(void **state)
{
	struct silbo_link_phase phases[2];

	(void)state;
	silbo_link_config_init(&phases[0].config);
	phases[0].at = 0;
	phases[0].config.queue.rate_bps = 1000;
	phases[0].config.queue.bucket_bytes = 1;
	phases[1] = phases[0];
	phases[1].at = 2 * SILBO_NS_PER_S;
	phases[1].config.queue.rate_bps = 0;
	phases[1].config.loss.kind = SILBO_LOSS_RANDOM;
	phases[1].config.loss.random = 1;
	/* 60 + 28 bytes take 0.7 s: the third waits at 2 s. */
	live_phases(&a, phases, 2, 1, 4, 10 * MS);
	assert_int_equal(a.fates[1].kind, SILBO_FATE_DELIVERED);
	assert_int_equal(a.fates[2].kind, SILBO_FATE_LOST);
	assert_int_equal(a.fates[2].left_at, EPOCH + 2 * SILBO_NS_PER_S);
	assert_int_equal(a.fates[3].left_at, EPOCH + 2 * SILBO_NS_PER_S);
	/* A phase holds from its very moment on. */
	phases[1].at = 696 * MS;
	live_phases(&a, phases, 2, 1, 1, 10 * MS);
	assert_int_equal(a.fates[0].left_at, EPOCH + 696 * MS);
	assert_int_equal(a.fates[0].kind, SILBO_FATE_LOST);
}

static void
what_cannot_be_is_refused_with_its_name(void **state)
{
	struct silbo_link_config rows[10];
	const char *begins[] = {"reorder:", "reorder:", "reordered",
	    "duplicate:", "duplicated",
	    "corrupt:", "corrupt:", "outages:", "outages:", "rate:"};
	const char *why = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		silbo_link_config_init(&rows[i]);
		assert_int_equal(silbo_link_check(&rows[i], &why), 0);
	}
	rows[0].reorder = 1.01;
	rows[1].reorder = -0.0 / 0.0;
	rows[2].reorder_ns = SILBO_DELAY_MAX + 1;
	rows[3].duplicate = -0.1;
	rows[4].duplicate_ns = SILBO_DELAY_MAX + 1;
	rows[5].corrupt = 2;
	rows[6].corrupt_bits = 65;
	rows[7].outage_ns = MS;
	rows[8].outage_ns = MS, rows[8].outage_every_ns = MS - 1;
	rows[9].queue.rate_bps = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(
		    silbo_link_check(&rows[i], &why), SILBO_ERR_RANGE);
		assert_memory_equal(why, begins[i], strlen(begins[i]));
	}
	assert_string_equal(
	    silbo_fate_name(SILBO_FATE_QUEUE_FULL), "queue_full");
	assert_string_equal(
	    silbo_fate_name((enum silbo_fate_kind)99), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_perfect_link_delivers_at_once),
	    cmocka_unit_test(the_same_seed_gives_the_same_fates),
	    cmocka_unit_test(what_is_added_changes_no_loss),
	    cmocka_unit_test(what_is_lost_changes_no_arrival),
	    cmocka_unit_test(fates_add_up_whatever_the_link),
	    cmocka_unit_test(chances_are_what_was_asked_for),
	    cmocka_unit_test(one_that_is_held_back_disturbs_no_other),
	    cmocka_unit_test(damage_turns_as_many_bits_as_were_asked_for),
	    cmocka_unit_test(
		a_phase_begins_anew_what_it_changes_and_nothing_else),
	    cmocka_unit_test(outages_are_as_long_as_asked_for),
	    cmocka_unit_test(nobody_overtakes_where_a_phase_shortens_the_delay),
	    cmocka_unit_test(what_waits_meets_the_phase_in_which_it_leaves),
	    cmocka_unit_test(what_cannot_be_is_refused_with_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
