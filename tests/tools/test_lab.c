/* SPDX-License-Identifier: MIT */
/*
 * The truth beside a run notices each kind of lie; the room of a run is enough
 * for the longest delay.
 */
#include "testing.h"

#include "lab.h"

#define PAYLOADS 100
#define AT 50 /* the number about which it lies */

/* What is told of number 50 beside what was, or not told. */
enum lie { NONE, FRAME_TWICE, FATE_TWICE, ARRIVAL_TWICE, ARRIVAL_NOT, GAP };

static void
tell(struct lab_truth *truth, enum silbo_trial_kind kind,
    const struct silbo_trial_step *step, enum lie lie)
{
	struct silbo_trial_step changed = *step;
	bool here = kind == SILBO_TRIAL_FRAME
	    ? step->frame.number == AT
	    : step->header.type == SILBO_TYPE_DATA && step->header.number == AT;

	if (lie == ARRIVAL_NOT && kind == SILBO_TRIAL_ARRIVAL && here)
		return;
	if (lie == GAP && kind == SILBO_TRIAL_FRAME && here)
		changed.frame.position++;
	lab_truth_step(truth, kind, &changed);
	if (here &&
	    ((lie == FRAME_TWICE && kind == SILBO_TRIAL_FRAME) ||
		(lie == FATE_TWICE && kind == SILBO_TRIAL_FATE) ||
		(lie == ARRIVAL_TWICE && kind == SILBO_TRIAL_ARRIVAL)))
		lab_truth_step(truth, kind, &changed);
}

static void
run(enum lie lie, char *out, size_t cap)
{
	struct lab_truth *truth = lab_truth_open(PAYLOADS);
	struct silbo_trial_step step = {0};
	static struct silbo_link_phase perfect;
	struct silbo_trial_config c;
	struct silbo_trial *trial;
	enum silbo_trial_kind kind;
	void *memory;

	silbo_trial_config_init(&c);
	silbo_link_config_init(&perfect.config);
	c.phases = &perfect;
	c.phases_count = 1;
	c.payloads = PAYLOADS;
	c.watch = true;
	memory = malloc(silbo_trial_size(&c));
	assert_non_null(memory);
	assert_non_null(truth);
	trial = silbo_trial_init(memory, &c);
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		tell(truth, kind, &step, lie);
		if (kind == SILBO_TRIAL_PAYLOAD)
			assert_int_equal(silbo_trial_put(trial, "x", 1, 0), 0);
	}
	out[0] = '\0';
	lab_truth_check(truth, trial, out, cap);
	lab_truth_close(truth);
	free(memory);
}

static void
each_lie_is_noticed_and_the_truth_is_not(void **state)
{
	static const char *const found[] = {
	    [NONE] = "",
	    [FRAME_TWICE] = "frames played twice: 0 in truth, 1 told",
	    [FATE_TWICE] = "headers used twice: 0 in truth, 1 told",
	    [ARRIVAL_TWICE] = "arrivals: 113 in truth, 112 told",
	    [ARRIVAL_NOT] = "arrivals: 111 in truth, 112 told",
	    [GAP] = "frames not where the one before ended: 0 in truth, 2 told",
	};
	char out[160];

	(void)state;
	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		run((enum lie)i, out, sizeof out);
		assert_string_equal(out, found[i]);
	}
}

/* ---- whole runs ---- */

static struct lab_result
lab_of(const char *text, int64_t seconds, uint64_t seed)
{
	static struct lab lab; /* large */
	struct lab_result result;

	scenario_close(&lab.scenario);
	scenario_init(&lab.scenario);
	lab_stream_init(&lab.stream);
	lab.stream.duration_ns = seconds * (int64_t)SILBO_NS_PER_S;
	assert_true(scenario_parse(&lab.scenario, text));
	assert_true(scenario_finish(&lab.scenario));
	lab_run(&lab, 0, seed, &result);
	scenario_close(&lab.scenario);
	scenario_init(&lab.scenario);
	return result;
}

/* Silent for 30 s the receiver closes it, and it comes back as another. */
static void
what_an_outage_takes_is_missing_however_long_it_is(void **state)
{
	static const int outages[] = {29, 31, 65};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		uint64_t gone = 50 * (uint64_t)outages[i];
		struct lab_result r;
		char text[80];

		snprintf(text, sizeof text,
		    "[at 20s]\nloss = 100%%\n[at %ds]\nloss = 0%%\n",
		    20 + outages[i]);
		r = lab_of(text, 200, 1);
		assert_string_equal(r.broken, "");
		assert_in_range(r.lost, gone, gone + 1);
		assert_int_equal(r.loss_runs, 1);
		/* In clear the first behind 3000 lost ones is not played. */
		assert_int_equal(r.payloads - r.played, r.lost + (gone > 3000));
	}
}

static void
outages_again_and_again_break_no_promise(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct lab_result r =
		    lab_of("[link]\noutage = 5m 20s\n", 3600, seed);

		assert_string_equal(r.broken, "");
		assert_in_range(r.lost, 1000, 40000);
		/* Some may be too few to be believed. */
		assert_in_range(r.payloads - r.played, r.lost, r.lost + 50);
	}
}

/* Whatever number a damaged one claims to be, no delay is made of it.  What a
 * damaged media time does to the play-out is: half a second for a while. */
static void
a_damaged_number_has_no_delay(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct lab_result r =
		    lab_of("[link]\ncorrupt = 5%\nreorder = 5%\n", 300, seed);

		assert_string_equal(r.broken, "");
		assert_true(r.delay_ms > 55 && r.delay_ms < 150);
	}
}

static void
room_is_for_all_that_is_sent_or_for_the_longest_delay(void **state)
{
	struct lab_stream stream = {.frame_ns = 2500000};
	static struct scenario_path path = {.count = 1};
	struct silbo_link_config *link = &path.phases[0].config;

	(void)state;
	silbo_link_config_init(link);
	assert_in_range(lab_room(&path, &stream, 500), 500, 600);
	assert_int_equal(lab_room(&path, &stream, 34560000), 8192);
	link->delay.base_ns = 60 * SILBO_NS_PER_S;
	link->delay.stall_ns = 60 * SILBO_NS_PER_S;
	assert_in_range(lab_room(&path, &stream, 34560000), 48000, 49000);
	link->queue.rate_bps = 1000;
	link->queue.limit_bytes = 1 << 30;
	assert_int_equal(lab_room(&path, &stream, 34560000), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_lie_is_noticed_and_the_truth_is_not),
	    cmocka_unit_test(
		what_an_outage_takes_is_missing_however_long_it_is),
	    cmocka_unit_test(outages_again_and_again_break_no_promise),
	    cmocka_unit_test(a_damaged_number_has_no_delay),
	    cmocka_unit_test(
		room_is_for_all_that_is_sent_or_for_the_longest_delay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
