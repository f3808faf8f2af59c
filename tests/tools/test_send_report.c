/* SPDX-License-Identifier: MIT */
/*
 * What silbo send has counted stands where the report looks for it, as its JSON
 * tells: in datagrams that left, and of all sources and targets.
 */
#include "testing.h"

#include <math.h>
#include <unistd.h>

#include <jansson.h>

#include "capture.h"
#include "send.h"

static struct send s;

/* 1000 DATA and 20 INFO were made, of 20 ms; 100 frames are a gap. */
static void
count(void)
{
	memset(&s, 0, sizeof s);
	s.input = "tone";
	s.frame_ns = 20 * (int64_t)SILBO_NS_PER_MS;
	s.info.channels = 1;
	s.events.out.fd = -1;
	s.past = (struct silbo_sender_report){.data = 1000,
	    .info = 20,
	    .payload_bytes = 80000,
	    .bytes = 110000,
	    .samples = 1100 * 960,
	    .skipped = 100 * 960};
	s.sources = 3;
	s.unsent = 7;
	s.unsent_info = 2;
	s.unsent_bytes = 900;
	s.late_over_1ms = 11;
	s.targets_count = 2;
	for (size_t i = 0; i < 2; i++) {
		s.targets[i].to.text = "127.0.0.1";
		s.targets[i].sent = 993 - i;
		s.targets[i].unsent = 7 + i;
		for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
			s.targets[i].errors[kind] =
			    (uint64_t)kind + 1 + 100 * i;
	}
	silbo_quantile_init(&s.lateness);
	silbo_quantile_init(&s.wakeup);
	for (uint64_t i = 1; i <= 1000; i++) {
		silbo_quantile_put(&s.lateness, i * SILBO_NS_PER_US);
		silbo_quantile_put(&s.wakeup, i * 2 * SILBO_NS_PER_US);
	}
}

/* The stream of the report. */
static json_t *
told(void)
{
	char path[] = "/tmp/silbo_send_XXXXXX";
	struct capture capture;
	json_t *root;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	s.json = path;
	capture_begin(&capture, stderr);
	assert_int_equal(send_finish(&s), 0);
	(void)capture_end(&capture);
	root = json_load_file(path, 0, NULL);
	unlink(path);
	assert_non_null(root);
	return root;
}

static double
number(json_t *from, const char *key)
{
	json_t *value = json_object_get(from, key);

	if (!json_is_number(value))
		fail_msg("%s is no number", key);
	return json_number_value(value);
}

static void
what_left_is_told_and_the_sound_it_was_made_of(void **state)
{
	json_t *root, *stream, *sent;

	(void)state;
	count();
	root = told();
	stream = json_array_get(json_object_get(root, "streams"), 0);
	sent = json_object_get(stream, "sent");
	assert_true(number(sent, "data") == 993);
	assert_true(number(sent, "info") == 18);
	assert_true(number(sent, "bytes") == 109100);
	assert_true(number(sent, "unsent") == 7);
	assert_true(number(sent, "sources") == 3);
	assert_true(number(sent, "skipped_s") == 2);
	assert_true(number(sent, "late_over_1ms") == 11);
	assert_true(number(stream, "duration_s") == 22);
	/* 80000 bytes in 20 s */
	assert_true(
	    number(json_object_get(stream, "codec"), "bitrate_bps") == 32000);
	json_decref(root);
}

static void
departures_are_late_by_their_rank(void **state)
{
	static const char *const keys[] = {"lateness_ms", "wakeup_ms"};
	json_t *root, *sent;

	(void)state;
	count();
	root = told();
	sent = json_object_get(
	    json_array_get(json_object_get(root, "streams"), 0), "sent");
	for (int i = 0; i < 2; i++) {
		json_t *late = json_object_get(sent, keys[i]);

		assert_true(fabs(number(late, "p50") / (1 + i) - .5) < .5 / 60);
		assert_true(
		    fabs(number(late, "p99") / (1 + i) - .99) < .99 / 60);
		assert_true(number(late, "max") == 1 + i);
	}
	json_decref(root);
}

static void
errors_are_those_of_each_target_and_their_sum(void **state)
{
	json_t *root, *stream, *targets, *sum;

	(void)state;
	count();
	root = told();
	stream = json_array_get(json_object_get(root, "streams"), 0);
	targets = json_object_get(stream, "targets");
	sum = json_object_get(json_object_get(stream, "sent"), "errors");
	assert_int_equal(json_array_size(targets), 2);
	for (size_t i = 0; i < 2; i++) {
		json_t *target = json_array_get(targets, i);
		json_t *errors = json_object_get(target, "errors");

		assert_true(number(target, "sent") == (double)(993 - i));
		assert_true(number(target, "unsent") == (double)(7 + i));
		for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
			assert_true(number(errors,
					report_send_error_name(
					    (enum report_send_error)kind)) ==
			    (double)(kind + 1) + 100 * (double)i);
	}
	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		assert_true(
		    number(sum,
			report_send_error_name((enum report_send_error)kind)) ==
		    2 * (kind + 1) + 100);
	json_decref(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_left_is_told_and_the_sound_it_was_made_of),
	    cmocka_unit_test(departures_are_late_by_their_rank),
	    cmocka_unit_test(errors_are_those_of_each_target_and_their_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
