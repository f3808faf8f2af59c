/* SPDX-License-Identifier: MIT */
/*
 * What happens to senders and receivers in the course of a session, in virtual
 * time: both are started again, come late, return, and are replayed.
 */
#include "testing.h"

#include <silbo/receiver.h>
#include <silbo/sender.h>

#define MS SILBO_NS_PER_MS
#define S SILBO_NS_PER_S
#define T0 (100 * S)
#define FRAME (20 * MS)
#define DELAY (60 * MS)
#define TAPE_MAX 20000
#define SERIALS 256

/* Everything that was sent, to be played again. */
struct tape {
	struct {
		uint8_t bytes[208];
		size_t len;
	} * takes;
	size_t count;
};

/* What has come out of one stream. */
struct heard {
	silbo_time first_at, closed_at; /* of its first payload */
	uint64_t normal, next;          /* next: lowest number to come */
	uint64_t lost, unique;
	bool tail_known, joined;
};

struct session {
	struct silbo_key key;
	struct silbo_receiver *rx;
	silbo_time delay;
	struct heard heard[SERIALS]; /* by serial */
	uint64_t serials;
	struct tape tape;
	silbo_time now;
	bool release; /* what is closed, as a program does */
	uint64_t verdicts[SILBO_VERDICTS];
};

static void
listen_from_now(struct session *s)
{
	struct silbo_receiver_config config;
	void *mem;

	silbo_receiver_config_init(&config, s->now);
	config.gate.keys = &s->key;
	config.gate.keys_count = 1;
	config.gate.stream.playout.delay_ns = s->delay;
	mem = malloc(silbo_receiver_size(&config));
	assert_non_null(mem);
	s->rx = silbo_receiver_init(mem, &config);
	s->serials = 0;
	memset(s->heard, 0, sizeof(s->heard));
}

static struct session *
set_up(void)
{
	static struct session s;
	const uint8_t master[SILBO_KEY_MASTER_BYTES] = {9};

	memset(&s, 0, sizeof(s));
	silbo_key_init(&s.key, master);
	s.now = T0;
	s.delay = DELAY;
	s.release = true;
	s.tape.takes = calloc(TAPE_MAX, sizeof(*s.tape.takes));
	assert_non_null(s.tape.takes);
	listen_from_now(&s);
	return &s;
}

static void
stop_listening(struct session *s)
{
	silbo_receiver_reset(s->rx);
	free(s->rx);
}

static void
tear_down(struct session *s)
{
	stop_listening(s);
	free(s->tape.takes);
}

static enum silbo_verdict
arrive(struct session *s, const uint8_t *bytes, size_t len)
{
	uint8_t data[208];
	struct silbo_arrival arrival = {.data = data, .len = len, .at = s->now};
	enum silbo_verdict verdict;
	uint32_t stream;

	memcpy(data, bytes, len);
	verdict = silbo_receiver_on_datagram(s->rx, &stream, &arrival, s->now);
	s->verdicts[verdict]++;
	return verdict;
}

/* Onto the tape and, unless nobody is there, to the receiver. */
static void
send(struct session *s, const uint8_t *bytes, int len, bool arrives)
{
	assert_true(len > 0 && len <= 208);
	if (s->tape.count < TAPE_MAX) {
		memcpy(s->tape.takes[s->tape.count].bytes, bytes, (size_t)len);
		s->tape.takes[s->tape.count++].len = (size_t)len;
	}
	if (arrives)
		assert_int_equal(arrive(s, bytes, (size_t)len), SILBO_ACCEPTED);
}

static void
start(struct session *s, struct silbo_sender *tx, uint8_t id, uint8_t tag)
{
	const uint8_t random[SILBO_KEY_RANDOM_BYTES] = {id, 3};
	struct silbo_sender_config config;

	silbo_sender_config_init(&config);
	config.key = &s->key;
	silbo_key_source(&config.source, random, &s->key);
	config.origin = 1795000000 * S + s->now;
	config.duration = 960;
	config.tag[0] = tag;
	silbo_sender_init(tx, &config, s->now);
}

static void
say(struct session *s, struct silbo_sender *tx, bool arrives)
{
	uint8_t out[208];

	while (silbo_sender_deadline(tx) <= s->now)
		send(s, out,
		    silbo_sender_get_info(tx, out, sizeof(out), s->now),
		    arrives);
}

static void
frame(struct session *s, struct silbo_sender *tx, bool arrives)
{
	uint8_t out[208];

	say(s, tx, arrives);
	send(s, out,
	    silbo_sender_put(
		tx, out, sizeof(out), "payload", 7, 960, 0, s->now),
	    arrives);
}

static void
note_frame(struct session *s, uint64_t serial, const struct silbo_frame *f)
{
	struct heard *h = &s->heard[serial];

	if (f->kind != SILBO_FRAME_NORMAL)
		return;
	if (h->normal++ == 0)
		h->first_at = s->now;
	else
		assert_true(f->number >= h->next); /* never twice */
	h->next = f->number + 1;
}

static void
note_stream(struct session *s, uint32_t place, uint64_t serial)
{
	struct silbo_stream_report report;
	struct heard *h = &s->heard[serial];

	silbo_receiver_report_stream(s->rx, place, &report, NULL);
	h->lost = report.track.lost;
	h->unique = report.track.unique;
	h->tail_known = report.ended;
	h->joined = report.track.base == SILBO_TRACK_BASE_JOINED;
	if (silbo_receiver_state(s->rx, place, s->now) != SILBO_STREAM_CLOSED)
		return;
	if (h->closed_at == 0)
		h->closed_at = s->now;
	if (s->release)
		silbo_receiver_release(s->rx, place);
}

static uint64_t
sum_accepted(const struct session *s)
{
	struct silbo_gate_report gate;
	uint64_t sum;

	silbo_receiver_report(s->rx, &gate);
	sum = gate.accepted_gone;
	for (uint32_t i = 0; i < silbo_receiver_streams(s->rx); i++) {
		struct silbo_stream_report stream;
		struct silbo_gate_source source;

		silbo_receiver_report_stream(s->rx, i, &stream, &source);
		sum += source.accepted;
	}
	assert_int_equal(gate.accepted, sum);
	return sum;
}

/* What a program does after every wait. */
static void
turn(struct session *s)
{
	silbo_receiver_on_time(s->rx, s->now);
	for (uint32_t i = 0; i < silbo_receiver_streams(s->rx); i++) {
		struct silbo_stream_report stream;
		struct silbo_gate_source source;
		struct silbo_frame f;
		enum silbo_frame_kind kind;

		if (silbo_receiver_state(s->rx, i, s->now) == SILBO_STREAM_NONE)
			continue;
		silbo_receiver_report_stream(s->rx, i, &stream, &source);
		assert_in_range(source.serial, 1, SERIALS - 1);
		if (source.serial > s->serials)
			s->serials = source.serial;
		for (;;) {
			kind = silbo_receiver_get(s->rx, i, &f, s->now);
			if (kind == SILBO_FRAME_WAIT ||
			    kind == SILBO_FRAME_DONE)
				break;
			note_frame(s, source.serial, &f);
		}
		note_stream(s, i, source.serial);
	}
	(void)sum_accepted(s);
}

/* Let time pass up to now + span, in steps as short as they must be. */
static void
pass(struct session *s, silbo_time span)
{
	silbo_time until = s->now + span;

	for (;;) {
		silbo_time when = silbo_receiver_deadline(s->rx);

		if (when > until)
			break;
		if (when > s->now)
			s->now = when;
		turn(s);
	}
	s->now = until;
	turn(s);
}

static void
stream_for(
    struct session *s, struct silbo_sender *tx, silbo_time span, bool arrives)
{
	for (silbo_time until = s->now + span; s->now < until; pass(s, FRAME))
		frame(s, tx, arrives);
}

static void
end(struct session *s, struct silbo_sender *tx, uint64_t frames)
{
	silbo_sender_on_end(tx, frames * 960, s->now);
	for (int i = 0; i < 20; i++, pass(s, FRAME))
		say(s, tx, true);
}

static void
a_sender_started_again_100_times_in_60_s_plays_each_time(void **state)
{
	struct session *s = set_up();
	silbo_time began[101], stopped[101];

	(void)state;
	for (uint8_t i = 1; i <= 100; i++) {
		struct silbo_sender tx;

		start(s, &tx, i, 7);
		began[i] = s->now;
		stream_for(s, &tx, 580 * MS, true);
		stopped[i] = s->now - FRAME;
		pass(s, 20 * MS);
	}
	assert_int_equal(s->now, T0 + 60 * S);
	pass(s, 40 * S);
	assert_int_equal(s->serials, 100);
	for (uint8_t i = 1; i <= 100; i++) {
		const struct heard *h = &s->heard[i];

		assert_in_range(h->first_at, began[i], began[i] + DELAY);
		assert_int_equal(h->normal, 29);
		assert_int_equal(h->unique, 29);
		assert_int_equal(h->lost, 0);
		assert_false(h->tail_known);
		if (i < 100)
			assert_in_range(h->closed_at, stopped[i] + 2200 * MS,
			    stopped[i] + 2400 * MS);
	}
	/* Few places are enough. */
	assert_true(silbo_receiver_streams(s->rx) <= 6);
	tear_down(s);
}

/* With a play-out of a second it holds 50 frames when it is superseded, and the
 * last of its INFOs has announced a frame that never came. */
static void
what_is_superseded_plays_what_it_holds_and_books_what_it_lost(void **state)
{
	struct session *s = set_up();
	struct silbo_sender old, new;
	silbo_time stopped;
	uint8_t out[208];

	(void)state;
	stop_listening(s);
	s->delay = S;
	listen_from_now(s);
	start(s, &old, 1, 7);
	stream_for(s, &old, 1980 * MS, true);
	s->now += 20 * MS; /* the INFO of 2 s follows the DATA of that time */
	assert_true(silbo_sender_put(&old, out, sizeof(out), "payload", 7, 960,
			0, s->now) > 0);
	assert_true(silbo_sender_deadline(&old) <= s->now + FRAME);
	s->now = silbo_sender_deadline(&old) > s->now
	    ? silbo_sender_deadline(&old)
	    : s->now;
	say(s, &old, true);
	stopped = s->now;
	pass(s, 20 * MS);
	start(s, &new, 2, 7);
	stream_for(s, &new, 5 * S, true);
	assert_int_equal(s->heard[1].normal, 99);
	assert_int_equal(s->heard[1].lost, 1);
	assert_in_range(
	    s->heard[1].closed_at, stopped + 2200 * MS, stopped + 2300 * MS);
	assert_false(s->heard[1].tail_known);
	tear_down(s);
}

/* R1 where 64 are heard: the 64th is killed and started again, 10 times. */
static void
one_of_64_senders_that_is_started_again_plays_at_once(void **state)
{
	static struct silbo_sender others[63];
	struct session *s = set_up();
	silbo_time began[11];

	(void)state;
	for (uint8_t i = 0; i < 63; i++)
		start(s, &others[i], (uint8_t)(i + 1), (uint8_t)(i + 1));
	for (uint8_t round = 0; round <= 10; round++) {
		struct silbo_sender tx;

		start(s, &tx, (uint8_t)(100 + round), 77);
		began[round] = s->now;
		for (int n = 0; n < 30; n++, pass(s, FRAME)) {
			for (size_t i = 0; i < 63; i++)
				frame(s, &others[i], true);
			frame(s, &tx, true);
		}
		s->now += 10 * MS;
	}
	assert_int_equal(s->verdicts[SILBO_DROP_TABLE_FULL], 0);
	assert_int_equal(s->serials, 63 + 11);
	for (uint8_t round = 0; round <= 10; round++) {
		const struct heard *h = &s->heard[64 + round];

		assert_in_range(
		    h->first_at, began[round], began[round] + 100 * MS);
		assert_int_equal(h->lost, 0);
	}
	for (uint8_t i = 1; i <= 63; i++)
		assert_int_equal(s->heard[i].lost, 0);
	tear_down(s);
}

/* Two of one tag on one host: a pipe into the first runs dry for 10 s, in which
 * the second starts, and INFO is lost now and then, but never twice in a row. */
static void
who_pauses_is_not_taken_for_dead_by_a_namesake(void **state)
{
	struct session *s = set_up();
	struct silbo_sender old, new;

	(void)state;
	start(s, &old, 1, 7);
	stream_for(s, &old, 2 * S, true);
	for (int ms = 0; ms < 10000; ms += 20, pass(s, FRAME)) {
		if (ms == 300)
			start(s, &new, 2, 7);
		say(s, &old, ms / 500 % 5 != 2);
		if (ms >= 300)
			frame(s, &new, true);
	}
	assert_int_equal(s->heard[1].closed_at, 0);
	stream_for(s, &old, 2 * S, true);
	end(s, &old, 200);
	assert_int_equal(s->serials, 2);
	assert_int_equal(s->heard[1].unique, 200);
	assert_int_equal(s->heard[1].lost, 0);
	assert_true(s->heard[1].tail_known);
	tear_down(s);
}

static void
a_receiver_started_in_the_middle_plays_at_once(void **state)
{
	struct session *s = set_up();
	struct silbo_sender tx;
	silbo_time began;

	(void)state;
	start(s, &tx, 1, 7);
	stream_for(s, &tx, 7 * S, true);
	stop_listening(s);
	listen_from_now(s);
	began = s->now;
	stream_for(s, &tx, 5 * S, true);
	assert_in_range(s->heard[1].first_at, began, began + DELAY);
	assert_int_equal(s->heard[1].lost, 0);
	assert_true(s->heard[1].joined);
	end(s, &tx, 600);
	pass(s, 10 * S);
	assert_int_equal(s->serials, 1);
	assert_int_equal(s->heard[1].normal, 250);
	assert_int_equal(s->heard[1].unique, 250);
	assert_true(s->heard[1].tail_known);
	tear_down(s);
}

static void
what_is_played_begins_with_the_first_datagram(void **state)
{
	struct session *s = set_up();
	struct silbo_sender tx;

	(void)state;
	start(s, &tx, 1, 7);
	frame(s, &tx, true);
	pass(s, FRAME);
	assert_int_equal(silbo_receiver_streams(s->rx), 1);
	assert_int_equal(
	    silbo_receiver_state(s->rx, 0, s->now), SILBO_STREAM_NONE);
	stream_for(s, &tx, 980 * MS, true);
	end(s, &tx, 50);
	pass(s, 5 * S);
	assert_int_equal(s->heard[1].normal, 50);
	assert_int_equal(s->heard[1].lost, 0);
	assert_false(s->heard[1].joined);
	tear_down(s);
}

/* Alone it may have come from anywhere: it is counted, and then forgotten. */
static void
a_stray_datagram_is_never_a_stream(void **state)
{
	struct session *s = set_up();
	struct silbo_sender tx;
	struct silbo_gate_report gate;

	(void)state;
	start(s, &tx, 1, 7);
	frame(s, &tx, true); /* and its INFO */
	pass(s, 29 * S);
	assert_int_equal(sum_accepted(s), 2);
	pass(s, 2 * S);
	silbo_receiver_report(s->rx, &gate);
	assert_int_equal(gate.accepted_gone, 2);
	assert_int_equal(gate.evicted, 0);
	assert_int_equal(s->serials, 0);
	assert_int_equal(silbo_receiver_deadline(s->rx), SILBO_TIME_NEVER);
	tear_down(s);
}

static void
replay(struct session *s, size_t count, silbo_time step)
{
	for (size_t i = 0; i < count; i++) {
		(void)arrive(s, s->tape.takes[i].bytes, s->tape.takes[i].len);
		if (step > 0)
			pass(s, step);
	}
}

/* After its end, for the time it is listened to; after it was closed; after its
 * place was given to others. */
static void
a_stream_that_was_recorded_is_not_played_twice(void **state)
{
	struct session *s = set_up();
	struct silbo_sender tx;
	uint64_t accepted;
	size_t count;

	(void)state;
	start(s, &tx, 1, 7);
	stream_for(s, &tx, 10 * S, true);
	end(s, &tx, 500);
	pass(s, S);
	count = s->tape.count;
	accepted = sum_accepted(s);
	assert_int_equal(accepted, count);
	replay(s, count, 0);
	assert_int_equal(s->verdicts[SILBO_DROP_DUPLICATE], count);
	pass(s, 10 * S);
	replay(s, count, FRAME);
	assert_int_equal(s->verdicts[SILBO_DROP_OLD], count);
	for (uint8_t i = 2; i < 40; i++) {
		start(s, &tx, i, 0);
		stream_for(s, &tx, 100 * MS, true);
		end(s, &tx, 5);
	}
	pass(s, 40 * S);
	replay(s, count, 0);
	assert_int_equal(s->verdicts[SILBO_DROP_OLD], 2 * count);
	assert_int_equal(s->serials, 39);
	assert_int_equal(s->heard[1].normal, 500);
	tear_down(s);
}

/* 31 s of nothing, as when an interface was down. */
static void
a_source_that_returns_goes_on_where_it_was(void **state)
{
	struct session *s = set_up();
	struct silbo_sender tx;
	size_t count;

	(void)state;
	start(s, &tx, 1, 7);
	stream_for(s, &tx, 2 * S, true);
	count = s->tape.count;
	pass(s, 31 * S); /* the sender was suspended as well */
	assert_true(s->heard[1].closed_at > 0);
	replay(s, count, 0);
	assert_int_equal(s->verdicts[SILBO_DROP_OLD], count);
	stream_for(s, &tx, 2 * S, true);
	end(s, &tx, 200);
	pass(s, 5 * S);
	assert_int_equal(s->serials, 2);
	assert_int_equal(s->heard[1].normal, 100);
	assert_int_equal(s->heard[2].normal, 100);
	assert_int_equal(s->heard[2].next, 200);
	assert_int_equal(s->heard[1].lost + s->heard[2].lost, 0);
	assert_true(s->heard[2].joined);
	assert_true(s->heard[2].tail_known);
	tear_down(s);
}

/* Of a receiver that was started anew, which remembers none of them. */
static void
recorded_datagrams_of_64_old_streams_do_not_block_a_new_one(void **state)
{
	struct session *s = set_up();
	struct silbo_sender tx;

	(void)state;
	for (uint8_t i = 1; i <= 64; i++) {
		start(s, &tx, i, 0);
		frame(s, &tx, false); /* an INFO and a DATA */
	}
	for (int round = 0; round < 3; round++) {
		replay(s, s->tape.count, MS);
		s->tape.count = 128;
		start(s, &tx, (uint8_t)(100 + round), 0);
		stream_for(s, &tx, S, true);
		s->tape.count = 128;
		end(s, &tx, 50);
		s->tape.count = 128;
	}
	pass(s, 5 * S);
	assert_int_equal(s->serials, 3);
	for (uint64_t i = 1; i <= 3; i++) {
		assert_int_equal(s->heard[i].normal, 50);
		assert_int_equal(s->heard[i].lost, 0);
	}
	assert_int_equal(s->verdicts[SILBO_DROP_TABLE_FULL], 0);
	tear_down(s);
}

/* Their ENDs are enough to be streams, again and again, but not to keep a new
 * one out: the first of them makes way. */
static void
recorded_ends_of_64_old_streams_do_not_block_a_new_one(void **state)
{
	struct session *s = set_up();
	struct silbo_sender tx;

	(void)state;
	for (uint8_t i = 1; i <= 192; i++) {
		uint8_t out[208];

		start(s, &tx, i, 0);
		assert_true(silbo_sender_put(&tx, out, sizeof(out), "payload",
				7, 960, 0, s->now) > 0);
		silbo_sender_on_end(&tx, 960, s->now);
		send(s, out,
		    silbo_sender_get_info(&tx, out, sizeof(out), s->now),
		    false);
	}
	for (int round = 0; round < 3; round++) {
		uint64_t before;
		silbo_time began;

		for (size_t i = 0; i < 64; i++) {
			size_t at = (size_t)round * 64 + i;

			(void)arrive(
			    s, s->tape.takes[at].bytes, s->tape.takes[at].len);
		}
		pass(s, MS);
		before = s->serials;
		assert_true(before >= 64);
		s->tape.count = 192;
		start(s, &tx, (uint8_t)(200 + round), 0);
		began = s->now;
		stream_for(s, &tx, S, true);
		s->tape.count = 192;
		end(s, &tx, 50);
		s->tape.count = 192;
		assert_int_equal(s->heard[before + 1].normal, 50);
		assert_int_equal(s->heard[before + 1].lost, 0);
		assert_in_range(
		    s->heard[before + 1].first_at, began, began + 100 * MS);
	}
	assert_int_equal(s->verdicts[SILBO_DROP_TABLE_FULL], 0);
	tear_down(s);
}

/* A program that releases nothing is served as well. */
static void
hundred_streams_one_after_another_need_no_release(void **state)
{
	struct session *s = set_up();
	struct silbo_sender tx, stray;
	struct silbo_gate_report gate;

	(void)state;
	s->release = false;
	for (uint8_t i = 1; i <= 120; i++) {
		start(s, &stray, (uint8_t)(i + 120), 0);
		frame(s, &stray, true);
		start(s, &tx, i, 0);
		stream_for(s, &tx, 100 * MS, true);
		end(s, &tx, 5);
		pass(s, 3 * S);
		assert_int_equal(s->heard[i].normal, 5);
		assert_true(s->heard[i].closed_at > 0);
	}
	assert_int_equal(silbo_receiver_streams(s->rx),
	    SILBO_GATE_SOURCES_DEFAULT + SILBO_GATE_PROVISIONAL);
	/* Strays were forgotten in their time, not before. */
	silbo_receiver_report(s->rx, &gate);
	assert_int_equal(gate.evicted, 0);
	tear_down(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_sender_started_again_100_times_in_60_s_plays_each_time),
	    cmocka_unit_test(
		what_is_superseded_plays_what_it_holds_and_books_what_it_lost),
	    cmocka_unit_test(a_receiver_started_in_the_middle_plays_at_once),
	    cmocka_unit_test(what_is_played_begins_with_the_first_datagram),
	    cmocka_unit_test(a_stray_datagram_is_never_a_stream),
	    cmocka_unit_test(a_stream_that_was_recorded_is_not_played_twice),
	    cmocka_unit_test(a_source_that_returns_goes_on_where_it_was),
	    cmocka_unit_test(
		recorded_datagrams_of_64_old_streams_do_not_block_a_new_one),
	    cmocka_unit_test(
		recorded_ends_of_64_old_streams_do_not_block_a_new_one),
	    cmocka_unit_test(
		one_of_64_senders_that_is_started_again_plays_at_once),
	    cmocka_unit_test(who_pauses_is_not_taken_for_dead_by_a_namesake),
	    cmocka_unit_test(hundred_streams_one_after_another_need_no_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
