/* SPDX-License-Identifier: MIT */
/*
 * A trial where numbers and media times run over the ends of their integers,
 * and one of a whole day.  What the receiver counts is what the link did, to
 * the last datagram.
 *
 * A clock that is set cannot be: an endpoint of the world has one skew for
 * life, as a monotonic clock has, and the receiver reads no other.  What can be
 * is drift, here and in test_trial.c.
 */
#include <sys/resource.h>

#include "trial_truth.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MS SILBO_NS_PER_MS
#define S SILBO_NS_PER_S
#define BIT(n) (UINT64_C(1) << (n))

/* The preset "lecture": 5 % lost, 2 % reordered, 1 % twice. */
static struct silbo_link_phase
lecture(void)
{
	struct silbo_link_phase phase = {.at = 0};

	silbo_link_config_init(&phase.config);
	phase.config.loss.kind = SILBO_LOSS_RANDOM;
	phase.config.loss.random = 0.05;
	phase.config.delay.base_ns = 20 * MS;
	phase.config.reorder = 0.02;
	phase.config.duplicate = 0.01;
	return phase;
}

static struct silbo_trial_config
over(const struct silbo_link_phase *phase)
{
	struct silbo_trial_config c;

	silbo_trial_config_init(&c);
	c.phases = phase;
	c.phases_count = 1;
	c.watch = true;
	return c;
}

/* Counted exactly, and as long as what was sent. */
static void
check(const struct silbo_trial_config *c, uint64_t *lost)
{
	struct silbo_stream_report r;
	struct truth truth;
	struct silbo_trial *trial = truth_run(&truth, c);

	assert_int_equal(truth_check_always(&truth, trial), 0);
	assert_true(truth_is_countable(&truth, trial));
	assert_int_equal(truth_check_counts(&truth, trial), 0);
	silbo_trial_report(trial, 0, NULL, NULL, NULL, &r);
	assert_true(r.ended && r.playout.done);
	assert_int_equal(r.track.first, c->first);
	assert_int_equal(r.track.next, c->first + c->payloads);
	assert_int_equal(r.playout.position - r.playout.beyond_samples,
	    c->payloads * c->duration);
	*lost = r.track.lost;
	free(truth.marks);
	free(trial);
}

static void
numbers_pass_the_seams_of_integers(void **state)
{
	const uint64_t seams[] = {BIT(8), BIT(15), BIT(16), BIT(24), BIT(31),
	    BIT(32), BIT(33), BIT(40), BIT(47)};
	const struct silbo_link_phase phase = lecture();
	struct silbo_trial_config c = over(&phase);
	uint64_t lost, expected;

	(void)state;
	check(&c, &expected);
	assert_in_range(expected, 10, 50);
	for (size_t i = 0; i < COUNT(seams); i++)
		for (uint64_t before = 0; before < 250; before += 83) {
			c.first = seams[i] - before;
			check(&c, &lost);
			assert_int_equal(lost, expected);
		}
}

static void
media_times_pass_the_seams_of_integers(void **state)
{
	const uint64_t seams[] = {
	    BIT(31), BIT(32), BIT(40), BIT(53), BIT(62), BIT(63), 0};
	const uint64_t before[] = {0, 1, 5 * S, 10 * S - 1};
	const struct silbo_link_phase phase = lecture();
	struct silbo_trial_config c = over(&phase);
	uint64_t lost, expected;

	(void)state;
	check(&c, &expected);
	for (size_t i = 0; i < COUNT(seams); i++)
		for (size_t k = 0; k < COUNT(before); k++) {
			c.origin = seams[i] - before[k];
			check(&c, &lost);
			assert_int_equal(lost, expected);
		}
}

static void
the_last_number_ends_the_stream(void **state)
{
	const struct silbo_link_phase phase = lecture();
	struct silbo_trial_config c = over(&phase);

	(void)state;
	c.stream.window = 64;
	for (uint64_t left = 1; left <= 200; left += 9) {
		struct silbo_sender_report sent;
		struct silbo_stream_report r;
		struct silbo_trial *trial;
		struct truth truth;

		c.first = SILBO_WIRE_NUMBER_MAX + 1 - left;
		trial = truth_run(&truth, &c);
		silbo_trial_report(trial, 0, &sent, NULL, NULL, &r);
		assert_int_equal(truth.status, SILBO_ERR_LIMIT);
		assert_int_equal(sent.data, left);
		assert_true(sent.ended && r.ended && r.playout.done);
		assert_int_equal(r.info.samples, left * c.duration);
		assert_int_equal(r.track.next, SILBO_WIRE_NUMBER_MAX + 1);
		assert_int_equal(r.playout.position - r.playout.beyond_samples,
		    left * c.duration);
		assert_int_equal(truth_check_always(&truth, trial), 0);
		assert_int_equal(truth_check_counts(&truth, trial), 0);
		free(truth.marks);
		free(trial);
	}
}

static long
resident_kib(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_maxrss;
}

static void
a_day_is_counted_to_the_last_datagram(void **state)
{
	const struct silbo_link_phase phase = lecture();
	struct silbo_trial_config c = over(&phase);
	uint64_t lost, hour;
	long before;

	(void)state;
	c.payloads = 3600 * 50;
	check(&c, &hour);
	before = resident_kib();
	c.payloads *= 24;
	check(&c, &lost);
	assert_in_range(lost, 214000, 218000); /* of 216 000 */
	assert_in_range(hour, 8600, 9400);
	/* What it took more than the hour are the marks of the truth. */
	assert_true(resident_kib() - before < 1024 + 4320000 / 1024);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_pass_the_seams_of_integers),
	    cmocka_unit_test(media_times_pass_the_seams_of_integers),
	    cmocka_unit_test(the_last_number_ends_the_stream),
	    cmocka_unit_test(a_day_is_counted_to_the_last_datagram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
