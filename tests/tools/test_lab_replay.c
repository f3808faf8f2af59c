/* SPDX-License-Identifier: MIT */
/*
 * A path, its log, and the path made of the log: the same numbers are lost, and
 * the others are as late as they were.
 */
#include "testing.h"

#include <unistd.h>

#include "lab.h"
#include "packets.h"

#define PAYLOADS 3000
#define MS SILBO_NS_PER_MS

static int64_t delays[PAYLOADS]; /* of first copies; -1: did not come */
static uint64_t lost;

static void
note_arrival(struct packets *log, const struct silbo_trial_step *step)
{
	struct silbo_arrival arrival = {
	    .at = step->event.local, .tos = -1, .ttl = 64};
	uint64_t number = step->header.number;

	packets_put(
	    log, step->event.data, step->event.len, &arrival, step->verdict);
	if (step->header.type == SILBO_TYPE_DATA && delays[number] < 0)
		delays[number] = (int64_t)(step->at - step->event.put_at);
}

/* A stream over a bad path into a log; what happened into delays and lost. */
static void
record(const char *path, const struct silbo_key *key)
{
	static struct silbo_link_phase phase;
	struct silbo_trial_step step;
	struct silbo_trial_config c;
	struct silbo_trial *trial;
	enum silbo_trial_kind kind;
	struct packets log;
	void *memory;

	silbo_link_config_init(&phase.config);
	phase.config.loss.kind = SILBO_LOSS_RANDOM;
	phase.config.loss.random = 0.1;
	phase.config.delay.shape = SILBO_SHAPE_NORMAL;
	phase.config.delay.base_ns = 80 * MS;
	phase.config.delay.spread_ns = 15 * MS;
	phase.config.delay.keep_order = false;
	phase.config.duplicate = 0.1;
	silbo_trial_config_init(&c);
	c.phases = &phase;
	c.phases_count = 1;
	c.payloads = PAYLOADS;
	c.first = 0;
	c.key = key;
	c.watch = true;
	c.seed = 11;
	memory = malloc(silbo_trial_size(&c));
	assert_non_null(memory);
	trial = silbo_trial_init(memory, &c);
	assert_true(packets_open(&log, path, PACKETS_HEAD, 0));
	for (size_t i = 0; i < PAYLOADS; i++)
		delays[i] = -1;
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE)
		if (kind == SILBO_TRIAL_PAYLOAD)
			assert_int_equal(silbo_trial_put(trial, "x", 1, 0), 0);
		else if (kind == SILBO_TRIAL_ARRIVAL)
			note_arrival(&log, &step);
	assert_true(packets_close(&log));
	free(memory);
}

static struct lab *
open_lab(const char *path)
{
	static struct lab lab;

	memset(&lab, 0, sizeof lab);
	lab.replay_path = path;
	scenario_init(&lab.scenario);
	return &lab;
}

static void
check_round_trip(const struct silbo_key *key)
{
	char path[] = "/tmp/silbo-test-XXXXXX";
	int64_t fastest = INT64_MAX;
	struct lab_result result;
	struct lab *lab;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	record(path, key);
	lab = open_lab(path);
	assert_true(lab_plan(lab));
	assert_true(delays[0] >= 0 && delays[PAYLOADS - 1] >= 0);
	assert_int_equal(lab->replay.count, PAYLOADS);
	assert_int_equal(lab->stream.frame_ns, 20 * MS);
	lost = 0;
	for (size_t i = 0; i < PAYLOADS; i++) {
		lost += delays[i] < 0;
		if (delays[i] >= 0 && delays[i] < fastest)
			fastest = delays[i];
	}
	for (size_t i = 0; i < PAYLOADS; i++)
		assert_int_equal(lab->replay_values[i],
		    delays[i] < 0 ? SILBO_TRACE_LOST : delays[i] - fastest);
	lab_run(lab, 0, 1, &result);
	assert_string_equal(result.broken, "");
	assert_int_equal(result.payloads, PAYLOADS);
	assert_true(lost > PAYLOADS / 20);
	assert_int_equal(result.lost, lost);
	free(lab->replay_values);
	scenario_close(&lab->scenario);
	unlink(path);
}

static void
a_recorded_path_is_replayed_as_it_was(void **state)
{
	static const uint8_t master[SILBO_KEY_MASTER_BYTES] = {7};
	struct silbo_key key;

	(void)state;
	check_round_trip(NULL);
	silbo_key_init(&key, master);
	check_round_trip(&key);
	silbo_key_reset(&key);
}

static void
what_is_no_log_is_refused(void **state)
{
	static const char *const rows[] = {
	    "",
	    "time_ns,stream\n1,2\n",
	    PACKETS_HEAD "\n",
	    PACKETS_HEAD "\nhello\n",
	    PACKETS_HEAD "\n1,ab,INFO,0,,50,accepted,0,64\n",
	    PACKETS_HEAD "\n1,ab,DATA,0,5,50,accepted,0,64\n",
	    PACKETS_HEAD "\n1,ab,DATA,0,5,50,accepted,0,64\n"
			 "2,ab,DATA,281474976710656,9,50,accepted,0,64\n",
	    PACKETS_HEAD "\n1,ab,DATA,0,5,50,accepted,0,64\n"
			 "2,ab,DATA,1,18446744073709551615,50,accepted,0,64\n",
	    PACKETS_HEAD "\n1,ab,DATA,0,5,50,accepted,0,64\n"
			 "2,ab,DATA,1,9,50,accepted,0,64\n"
			 "2,ab,DATA,99999999,9,50,accepted,0,64\n",
	    PACKETS_HEAD "\n1,ab,DATA,0,5,50,accepted,0,64\n"
			 "2,ab,DATA,1,20000005,50,accepted,0,64\n"
			 "3,ab,DATA,2",
	    /* frames of 7 ns, of 90 s; one that is 61 s late */
	    PACKETS_HEAD "\n1,ab,DATA,0,5,50,accepted,0,64\n"
			 "2,ab,DATA,1,12,50,accepted,0,64\n",
	    PACKETS_HEAD "\n1,ab,DATA,0,5,50,accepted,0,64\n"
			 "2,ab,DATA,1,90000000005,50,accepted,0,64\n",
	    PACKETS_HEAD "\n1,ab,DATA,0,5,50,accepted,0,64\n"
			 "61020000001,ab,DATA,1,20000005,50,accepted,0,64\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[] = "/tmp/silbo-test-XXXXXX";
		int fd = mkstemp(path);
		struct lab *lab = open_lab(path);

		assert_true(fd >= 0);
		assert_int_equal(
		    write(fd, rows[i], strlen(rows[i])), strlen(rows[i]));
		close(fd);
		if (lab_replay(lab))
			fail_msg("row %zu was taken", i);
		free(lab->replay_values);
		scenario_close(&lab->scenario);
		unlink(path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_recorded_path_is_replayed_as_it_was),
	    cmocka_unit_test(what_is_no_log_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
