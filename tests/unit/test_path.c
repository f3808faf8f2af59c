/* SPDX-License-Identifier: MIT */
/*
 * The numbers of PROBE and ECHO in a receiver: counted as those of DATA are,
 * and no stream.
 */
#include "testing.h"

#include "letters.h"
#include <silbo/receiver.h>

#define MS SILBO_NS_PER_MS
#define T0 (100 * SILBO_NS_PER_S)
#define WINDOW 64
#define PROBE SILBO_TYPE_PROBE
#define ECHO SILBO_TYPE_ECHO
#define NUMBERS 400

struct bench {
	struct silbo_key key;
	struct silbo_receiver_config config;
	struct silbo_receiver *rx;
	silbo_time now;
	uint32_t place; /* of the latest datagram */
};

static void
set_up(struct bench *b, bool keyed)
{
	memset(b, 0, sizeof(*b));
	b->key = letter_key(0);
	b->now = T0;
	silbo_receiver_config_init(&b->config, T0);
	b->config.gate.keys = &b->key;
	b->config.gate.keys_count = keyed;
	b->config.gate.stream.window = WINDOW;
	b->rx = calloc(1, silbo_receiver_size(&b->config));
	assert_non_null(b->rx);
	(void)silbo_receiver_init(b->rx, &b->config);
}

static enum silbo_verdict
say(struct bench *b, uint8_t source, enum silbo_type type, uint64_t number)
{
	static const uint8_t body[SILBO_WIRE_INFO_BYTES];
	const struct silbo_key *key =
	    b->config.gate.keys_count > 0 ? &b->key : NULL;
	struct silbo_source id = letter_source(source, key);
	uint8_t data[LETTER_BYTES];
	struct silbo_arrival arrival;
	struct letter letter;

	letter_write(&letter, type, number, &id, key, body, sizeof(body));
	arrival = letter_arrival(&letter, data, b->now);
	return silbo_receiver_on_datagram(b->rx, &b->place, &arrival, b->now);
}

static struct silbo_track_report
numbers(const struct bench *b, enum silbo_type type)
{
	struct silbo_track_report report;

	memset(&report, 0xa5, sizeof(report));
	silbo_receiver_report_numbers(b->rx, b->place, (uint8_t)type, &report);
	return report;
}

static uint64_t
serial(const struct bench *b)
{
	struct silbo_gate_source source;

	silbo_receiver_report_stream(b->rx, b->place, NULL, &source);
	return source.serial;
}

static void
pass(struct bench *b, silbo_time by)
{
	b->now += by;
	silbo_receiver_on_time(b->rx, b->now);
}

/* Field by field: there are gaps between some. */
static bool
is_same(const struct silbo_track_report *a, const struct silbo_track_report *b)
{
	return a->first == b->first && a->next == b->next &&
	    a->expected == b->expected && a->arrived == b->arrived &&
	    a->unique == b->unique && a->lost == b->lost &&
	    a->pending == b->pending && a->duplicate == b->duplicate &&
	    a->late_final == b->late_final && a->too_old == b->too_old &&
	    a->reordered == b->reordered && a->extent_max == b->extent_max &&
	    a->base == b->base && a->wait_ns == b->wait_ns &&
	    a->window == b->window;
}

/* Every count, against a track that is told the same. */
static void
numbers_are_counted_as_a_track_counts_them(void **state)
{
	uint64_t seed = test_seed(0x9a7b), random = seed;

	(void)state;
	for (int run = 0; run < 60; run++) {
		enum silbo_type type = run % 2 ? PROBE : ECHO;
		uint64_t memory[WINDOW * 8], next = test_below(&random, 100);
		struct silbo_track_report want, got;
		struct silbo_track track;
		struct bench b;

		set_up(&b, run % 4 < 2);
		silbo_track_init(
		    &track, memory, WINDOW, SILBO_TRACK_WAIT_DEFAULT);
		for (int i = 0; i < NUMBERS; i++) {
			uint64_t number = next + test_below(&random, 4);
			uint64_t back = test_below(&random, 90);

			if (test_below(&random, 4) == 0)
				number = number > back ? number - back : 0;
			next = number >= next ? number + 1 : next;
			pass(&b, test_below(&random, 60) * MS);
			silbo_track_on_time(&track, b.now);
			assert_int_equal(say(&b, 1, type, number),
			    silbo_track_on_number(&track, number, b.now));
			silbo_track_report(&track, &want);
			got = numbers(&b, type);
			if (!is_same(&want, &got))
				fail_msg("seed %#llx run %d",
				    (unsigned long long)seed, run);
			got = numbers(&b, type == PROBE ? ECHO : PROBE);
			assert_true(got.expected == 0 && got.arrived == 0);
		}
		assert_true(want.lost > 0 && want.duplicate > 0);
		free(b.rx);
	}
}

static void
what_did_not_come_is_lost_when_time_has_passed_in_any_standing(void **state)
{
	struct silbo_track_report r;
	struct bench b;

	(void)state;
	for (int proven = 0; proven < 2; proven++) {
		set_up(&b, true);
		assert_int_equal(say(&b, 1, PROBE, 7), SILBO_ACCEPTED);
		if (proven) {
			pass(&b, 30 * MS);
			assert_int_equal(say(&b, 1, PROBE, 8), SILBO_ACCEPTED);
			pass(&b, 30 * MS);
		}
		assert_int_equal(say(&b, 1, PROBE, 11), SILBO_ACCEPTED);
		r = numbers(&b, PROBE);
		assert_int_equal(r.pending, proven ? 2 : 3);
		assert_int_equal(r.lost, 0);
		pass(&b, SILBO_NS_PER_S + 3 * MS);
		r = numbers(&b, PROBE);
		assert_int_equal(r.pending, 0);
		assert_int_equal(r.lost, proven ? 2 : 3);
		assert_int_equal(r.first, 7);
		assert_int_equal(say(&b, 1, PROBE, 10), SILBO_LATE_FINAL);
		assert_int_equal(say(&b, 1, PROBE, 10), SILBO_DROP_DUPLICATE);
		free(b.rx);
	}
}

static void
a_prober_is_no_stream_until_it_sends_one(void **state)
{
	struct silbo_gate_report report;
	struct silbo_frame frame;
	struct bench b;

	(void)state;
	set_up(&b, true);
	for (uint64_t n = 0; n < 100; n++) {
		assert_int_equal(say(&b, 1, PROBE, n), SILBO_ACCEPTED);
		pass(&b, 20 * MS);
		assert_int_equal(silbo_receiver_state(b.rx, b.place, b.now),
		    SILBO_STREAM_NONE);
		assert_int_equal(
		    silbo_receiver_get(b.rx, b.place, &frame, b.now),
		    SILBO_FRAME_WAIT);
		assert_true(silbo_receiver_deadline(b.rx) > b.now);
	}
	silbo_receiver_report(b.rx, &report);
	assert_int_equal(report.established, 0);
	assert_int_equal(serial(&b), 0);

	/* It has shown enough, so its first word of a stream is heard. */
	assert_int_equal(say(&b, 1, SILBO_TYPE_DATA, 0), SILBO_ACCEPTED);
	pass(&b, 20 * MS);
	assert_int_equal(
	    silbo_receiver_state(b.rx, b.place, b.now), SILBO_STREAM_ACTIVE);
	assert_int_equal(serial(&b), 1);
	silbo_receiver_report(b.rx, &report);
	assert_int_equal(report.established, 1);
	assert_int_equal(numbers(&b, PROBE).unique, 100);
	free(b.rx);
}

/* What it was owed is settled first; then others may have its place. */
static void
a_silent_prober_is_closed_and_returns_where_it_left_off(void **state)
{
	struct silbo_gate_source source;
	struct silbo_track_report r;
	struct bench b;

	(void)state;
	set_up(&b, true);
	for (uint64_t n = 0; n < 10; n += 2, pass(&b, 20 * MS))
		assert_int_equal(say(&b, 1, PROBE, n), SILBO_ACCEPTED);
	assert_int_equal(silbo_receiver_deadline(b.rx),
	    T0 + 80 * MS + SILBO_RECEIVER_CLOSE_NS);
	pass(&b, SILBO_RECEIVER_CLOSE_NS);
	assert_true(silbo_receiver_deadline(b.rx) == SILBO_TIME_NEVER);
	silbo_receiver_report_stream(b.rx, b.place, NULL, &source);
	assert_int_equal(source.standing, SILBO_STANDING_CLOSED);
	assert_int_equal(numbers(&b, PROBE).lost, 4);
	assert_int_equal(say(&b, 1, PROBE, 8), SILBO_DROP_OLD);
	assert_int_equal(say(&b, 1, PROBE, 7), SILBO_DROP_OLD);
	assert_int_equal(say(&b, 1, PROBE, 10), SILBO_ACCEPTED);
	r = numbers(&b, PROBE);
	assert_true(r.first == 9 && r.expected == 2 && r.unique == 1);
	assert_int_equal(r.pending, 1);
	assert_int_equal(say(&b, 1, PROBE, 8), SILBO_DROP_OLD);
	assert_int_equal(say(&b, 1, PROBE, 10), SILBO_DROP_DUPLICATE);
	r = numbers(&b, PROBE);
	assert_true(r.first == 9 && r.expected == 2 && r.unique == 1);
	assert_true(r.too_old == 1 && r.duplicate == 1);
	free(b.rx);
}

/* A wait as long as silence may be: it closes before its numbers are final. */
static void
the_place_of_a_closed_prober_is_kept_until_its_numbers_are_final(void **state)
{
	struct silbo_gate_source source;
	struct bench b;
	silbo_time due;

	(void)state;
	set_up(&b, true);
	free(b.rx);
	b.config.gate.stream.wait_ns = SILBO_TRACK_WAIT_MAX;
	b.rx = calloc(1, silbo_receiver_size(&b.config));
	assert_non_null(b.rx);
	(void)silbo_receiver_init(b.rx, &b.config);
	for (uint64_t n = 0; n < 6; n += 2, pass(&b, 20 * MS))
		assert_int_equal(say(&b, 1, PROBE, n), SILBO_ACCEPTED);
	pass(&b, silbo_receiver_deadline(b.rx) - b.now);
	silbo_receiver_report_stream(b.rx, b.place, NULL, &source);
	assert_int_equal(source.standing, SILBO_STANDING_CLOSED);
	assert_int_equal(numbers(&b, PROBE).pending, 1);
	due = silbo_receiver_deadline(b.rx);
	assert_in_range(due, b.now + 1, b.now + 40 * MS);
	pass(&b, due - b.now);
	assert_int_equal(numbers(&b, PROBE).lost, 2);
	assert_true(silbo_receiver_deadline(b.rx) == SILBO_TIME_NEVER);
	free(b.rx);
}

/* 80 of them, each with a hundred PROBEs: what they may write to is 6.3 KiB of
 * track for each, and the 256 KiB that strangers may. */
static void
probers_touch_no_memory_of_streams(void **state)
{
	enum { PROBERS = 80, PAGE = 4096 };
	size_t size, touched = 0;
	struct bench b;
	uint8_t *before;

	(void)state;
	set_up(&b, true);
	free(b.rx);
	b.config.gate.stream.window = SILBO_TRACK_WINDOW_DEFAULT;
	size = silbo_receiver_size(&b.config);
	b.rx = malloc(size);
	before = malloc(size);
	assert_non_null(b.rx);
	assert_non_null(before);
	memset(b.rx, 0xa5, size);
	(void)silbo_receiver_init(b.rx, &b.config);
	memcpy(before, b.rx, size);
	for (uint64_t n = 0; n < 100; n++)
		for (uint8_t i = 0; i < PROBERS; i++)
			assert_int_equal(say(&b, i, PROBE, n), SILBO_ACCEPTED);
	silbo_receiver_on_time(b.rx, b.now);
	for (size_t at = 0; at < size; at += PAGE) {
		size_t len = size - at < PAGE ? size - at : PAGE;

		touched += memcmp((uint8_t *)b.rx + at, before + at, len) != 0;
	}
	print_message("%zu KiB touched\n", touched * PAGE / 1024);
	assert_true(touched * PAGE <= (256 + PROBERS * 8) * 1024);
	free(before);
	free(b.rx);
}

/* Whoever looks for what a path takes is not answered "this is as much as my
 * streams take". */
static void
a_probe_may_be_longer_than_a_stream_s_datagrams(void **state)
{
	const struct {
		enum silbo_type type;
		size_t probe_max, len;
		enum silbo_verdict verdict;
	} rows[] = {
	    {PROBE, 0, 1200, SILBO_ACCEPTED},
	    {PROBE, 0, 1201, SILBO_DROP_OVERSIZE},
	    {PROBE, 9000, 9000, SILBO_ACCEPTED},
	    {PROBE, 9000, 9001, SILBO_DROP_OVERSIZE},
	    {PROBE, 100, 1200, SILBO_ACCEPTED},
	    {ECHO, 9000, 1201, SILBO_DROP_OVERSIZE},
	    {SILBO_TYPE_DATA, 9000, 1201, SILBO_DROP_OVERSIZE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct silbo_header header = {.type = (uint8_t)rows[i].type};
		uint8_t data[10000] = {0};
		struct silbo_arrival arrival = {
		    .data = data, .len = rows[i].len, .at = T0};
		struct bench b;

		set_up(&b, false);
		b.config.gate.probe_max = rows[i].probe_max;
		(void)silbo_receiver_init(b.rx, &b.config);
		silbo_wire_pack_header(data, &header);
		if (silbo_receiver_on_datagram(b.rx, &b.place, &arrival, T0) !=
		    rows[i].verdict)
			fail_msg("row %zu", i);
		free(b.rx);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_counted_as_a_track_counts_them),
	    cmocka_unit_test(
		what_did_not_come_is_lost_when_time_has_passed_in_any_standing),
	    cmocka_unit_test(a_prober_is_no_stream_until_it_sends_one),
	    cmocka_unit_test(
		a_silent_prober_is_closed_and_returns_where_it_left_off),
	    cmocka_unit_test(
		the_place_of_a_closed_prober_is_kept_until_its_numbers_are_final),
	    cmocka_unit_test(probers_touch_no_memory_of_streams),
	    cmocka_unit_test(a_probe_may_be_longer_than_a_stream_s_datagrams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
