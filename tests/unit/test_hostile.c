/* SPDX-License-Identifier: MIT */
/*
 * What strangers may do to a gate: move its drop counters, and nothing else.
 */
#include "testing.h"

#include "gate_bench.h"
#include <silbo/receiver.h>
#include <silbo/sender.h>

#define LENGTH_MAX 1300
#define PAYLOADS 4000
#define STRANGERS 50 /* datagrams of theirs for each of ours */
#define PAYLOAD_BYTES 40
#define KEPT 16 /* datagrams of ours that they hold */

static void
random_bytes_of_every_length_are_refused_or_counted(void **state)
{
	/* Everything, all behind type and mode, or the body is random. */
	static const size_t random_from[] = {0, 2, 24};
	uint64_t random = test_seed(0x51b0);

	(void)state;
	print_message("seed %#llx\n", (unsigned long long)random);
	for (size_t i = 0; i < 2 * COUNT(random_from); i++) {
		bool keyed = i % 2;
		struct letter letter;
		struct bench b;

		set_up(&b, keyed ? 4 : 0);
		b.config.datagram_max = 1250;
		start(&b);
		meet(&b);
		for (size_t len = 0; len <= LENGTH_MAX; len++) {
			data_from(&b, &letter, 1, 11 + len);
			for (size_t j = random_from[i / 2]; j < len; j++)
				letter.bytes[j] = (uint8_t)test_random(&random);
			if (test_below(&random, 8) == 0)
				letter.bytes[0] =
				    (uint8_t)(0x10 + test_below(&random, 7));
			letter.len = len;
			if (silbo_verdict_is_accepted(deliver(&b, &letter)))
				assert_false(keyed);
			else
				assert_true(is_untouched(&b));
		}
		tear_down(&b);
	}
}

/* Our stream: a sender, and what it sent last. */
struct ours {
	struct silbo_sender tx;
	struct letter kept[KEPT];
	size_t sent;
	uint64_t replayed;
};

static void
fill(uint8_t payload[PAYLOAD_BYTES], uint64_t number)
{
	for (size_t i = 0; i < PAYLOAD_BYTES; i++)
		payload[i] = (uint8_t)(number * 31 + i);
}

static void
send_one(struct bench *b, struct ours *ours, int bytes)
{
	struct letter *letter = &ours->kept[ours->sent++ % KEPT];

	assert_true(bytes > 0);
	letter->len = (size_t)bytes;
	assert_int_equal(deliver(b, letter), SILBO_ACCEPTED);
}

static void
send_ours(struct bench *b, struct ours *ours, uint64_t number)
{
	uint8_t payload[PAYLOAD_BYTES];
	uint8_t *out;

	fill(payload, number);
	while (silbo_sender_deadline(&ours->tx) <= b->now) {
		out = ours->kept[ours->sent % KEPT].bytes;
		send_one(b, ours,
		    silbo_sender_get_info(
			&ours->tx, out, LETTER_BYTES, b->now));
	}
	if (number >= PAYLOADS)
		return;
	out = ours->kept[ours->sent % KEPT].bytes;
	send_one(b, ours,
	    silbo_sender_put(&ours->tx, out, LETTER_BYTES, payload,
		sizeof(payload), 960, 0, b->now));
}

/*
 * One of the things a stranger can do who holds no key.  Without keys anybody
 * may say anything in our name, so there he only knows datagrams, not the id.
 * Returns whether it is a copy of ours, as far as a gate can tell.
 */
static bool
disguise(struct letter *letter, bool keyed, uint64_t *random)
{
	uint8_t change = (uint8_t)(1 + test_below(random, 255));
	uint8_t *bytes = letter->bytes;

	switch (test_below(random, 8)) {
	case 0:
		letter->len = test_below(random, LENGTH_MAX);
		for (size_t i = 0; i < letter->len; i++)
			bytes[i] = (uint8_t)test_random(random);
		return false;
	case 1: /* another id, or another number */
		bytes[keyed ? 2 + test_below(random, 22)
			    : 8 + test_below(random, 16)] ^= change;
		return false;
	case 2: /* another body */
		bytes[24 + test_below(random, letter->len - 24)] ^= change;
		return !keyed;
	case 3:
		letter->len = test_below(random, keyed ? letter->len : 24);
		return false;
	case 4:
		bytes[0] ^= keyed ? change : 0x20;
		return false;
	case 5:
		bytes[1] ^= change;
		return false;
	case 6:
		letter->truncated = true;
		return false;
	default:
		return true;
	}
}

static void
strange(struct bench *b, struct ours *ours, uint64_t *random)
{
	size_t kept = ours->sent < KEPT ? ours->sent : KEPT;
	struct letter letter = ours->kept[test_below(random, kept)];
	bool keyed = key_of(b) != NULL;
	bool copy = disguise(&letter, keyed, random);
	enum silbo_verdict verdict;
	uint32_t source;

	letter.from = 66;
	verdict = deliver_to(b, &letter, &source);
	if (copy) {
		assert_int_equal(verdict, SILBO_DROP_DUPLICATE);
		assert_int_equal(source, 0);
		ours->replayed++;
	} else if (silbo_verdict_is_accepted(verdict) ||
	    source != SILBO_GATE_NONE) {
		assert_false(keyed);
		assert_int_not_equal(source, 0);
	} else {
		assert_true(is_untouched(b));
	}
}

/* Take what is due; all of it must be what was put, in order. */
static uint64_t
play(struct bench *b, uint64_t next)
{
	struct silbo_stream *stream = silbo_gate_stream(b->gate, 0);
	uint8_t payload[PAYLOAD_BYTES];
	struct silbo_frame frame;
	enum silbo_frame_kind kind;

	silbo_stream_on_time(stream, b->now);
	for (;;) {
		kind = silbo_stream_get(stream, &frame, b->now);
		if (kind == SILBO_FRAME_WAIT || kind == SILBO_FRAME_DONE)
			return next;
		assert_int_equal(kind, SILBO_FRAME_NORMAL);
		assert_int_equal(frame.number, next);
		assert_int_equal(frame.payload_bytes, PAYLOAD_BYTES);
		fill(payload, next++);
		assert_memory_equal(frame.payload, payload, PAYLOAD_BYTES);
	}
}

static void
run_among_strangers(bool keyed)
{
	uint64_t random = test_seed(0x51b1);
	struct silbo_sender_config config;
	struct silbo_stream_report report;
	struct silbo_gate_source about;
	struct ours ours = {.sent = 0};
	uint64_t next = 0;
	struct bench b;

	print_message("seed %#llx\n", (unsigned long long)random);
	set_up(&b, keyed);
	b.config.stream.playout.payload_max = PAYLOAD_BYTES;
	start(&b);
	silbo_sender_config_init(&config);
	config.key = key_of(&b);
	config.source = letter_source(1, config.key);
	config.duration = 960;
	silbo_sender_init(&ours.tx, &config, b.now);
	for (uint64_t i = 0; i <= PAYLOADS; i++) {
		if (i == PAYLOADS)
			silbo_sender_on_end(&ours.tx, PAYLOADS * 960, b.now);
		send_ours(&b, &ours, i);
		for (unsigned j = 0; j < STRANGERS; j++)
			strange(&b, &ours, &random);
		next = play(&b, next);
		b.now += 20 * MS;
	}
	b.now += SILBO_NS_PER_S;
	assert_int_equal(play(&b, next), PAYLOADS);

	assert_int_equal(silbo_gate_sources(b.gate),
	    keyed ? 1 : b.config.sources + SILBO_GATE_PROVISIONAL);
	silbo_stream_report(silbo_gate_stream(b.gate, 0), &report);
	assert_int_equal(report.track.unique, PAYLOADS);
	assert_int_equal(report.track.expected, PAYLOADS);
	assert_int_equal(report.track.lost, 0);
	assert_int_equal(report.track.reordered, 0);
	assert_int_equal(report.bad_bodies, 0);
	silbo_gate_report_source(b.gate, 0, &about);
	assert_int_equal(about.accepted, ours.sent);
	assert_int_equal(about.peer.bytes[0], 0);
	assert_true(ours.replayed > PAYLOADS);
	tear_down(&b);
}

static void
a_sealed_stream_among_200_000_strangers_is_unharmed(void **state)
{
	(void)state;
	run_among_strangers(true);
}

static void
a_plain_stream_whose_id_they_do_not_use_is_unharmed(void **state)
{
	(void)state;
	run_among_strangers(false);
}

static enum silbo_verdict
pass_in(struct bench *b, const struct silbo_source *id, uint64_t number)
{
	uint8_t data[LETTER_BYTES];
	struct silbo_arrival arrival;
	struct letter letter;
	uint32_t source;

	letter_data(&letter, number, b->now, id, key_of(b));
	arrival = letter_arrival(&letter, data, b->now);
	return silbo_gate_on_datagram(b->gate, &source, &arrival, b->now);
}

/* One datagram each of sources nobody has heard of, under a good key, at 25000
 * a second; what the gate may touch is its one block. */
static void
a_stream_among_a_million_ids_with_a_valid_key_is_unharmed(void **state)
{
	enum { FRAMES = 2003, IDS = 500, CANARY = 64 };
	uint64_t random = test_seed(0x51b2);
	struct silbo_stream_report stream;
	struct silbo_gate_report report;
	struct silbo_source ours, id;
	struct bench b;

	(void)state;
	print_message("seed %#llx\n", (unsigned long long)random);
	set_up(&b, 1);
	b.config.sources = SILBO_GATE_SOURCES_DEFAULT;
	b.size = silbo_gate_size(&b.config);
	b.gate = malloc(b.size + CANARY);
	assert_non_null(b.gate);
	memset((uint8_t *)b.gate + b.size, 0x5c, CANARY);
	(void)silbo_gate_init(b.gate, &b.config);
	ours = letter_source(1, key_of(&b));
	for (uint64_t n = 0; n < FRAMES; n++, b.now += 20 * MS) {
		assert_int_equal(pass_in(&b, &ours, n), SILBO_ACCEPTED);
		for (int i = 0; n > 2 && i < IDS; i++) {
			uint64_t words[2] = {
			    test_random(&random), test_random(&random)};
			uint8_t bytes[SILBO_KEY_RANDOM_BYTES];

			memcpy(bytes, words, sizeof(bytes));
			silbo_key_source(&id, bytes, key_of(&b));
			assert_int_equal(pass_in(&b, &id, n), SILBO_ACCEPTED);
		}
	}
	silbo_gate_report(b.gate, &report);
	assert_int_equal(report.established, 1);
	assert_int_equal(report.accepted, FRAMES + (FRAMES - 3) * IDS);
	assert_int_equal(report.evicted,
	    (FRAMES - 3) * IDS -
		(SILBO_GATE_SOURCES_DEFAULT + SILBO_GATE_PROVISIONAL - 1));
	silbo_stream_report(silbo_gate_stream(b.gate, 0), &stream);
	assert_int_equal(stream.track.unique, FRAMES);
	assert_int_equal(stream.track.lost, 0);
	for (size_t i = 0; i < CANARY; i++)
		assert_int_equal(((uint8_t *)b.gate)[b.size + i], 0x5c);
	tear_down(&b);
}

/* A datagram as long as may be: DATA, PROBE or ECHO or, every tenth, an INFO
 * that announces more than a window of numbers. */
static void
write_invented(struct letter *letter, int i, uint64_t *random, silbo_time now)
{
	static const enum silbo_type types[] = {
	    SILBO_TYPE_DATA, SILBO_TYPE_PROBE, SILBO_TYPE_ECHO};
	static const uint8_t payload[900];
	const struct silbo_data data = {.media_time = now,
	    .duration = 960,
	    .payload = payload,
	    .payload_bytes = sizeof(payload)};
	const struct silbo_info info = {.media_time = now, .next = 2000};
	struct silbo_source id;
	uint8_t body[LETTER_BYTES / 2];
	int bytes;

	for (size_t j = 0; j < sizeof(id.bytes); j++)
		id.bytes[j] = (uint8_t)test_random(random);
	if (i % 10 == 0) {
		letter_say(letter, test_below(random, 1000), &info, &id, NULL);
		return;
	}
	bytes = silbo_wire_pack_data(body, sizeof(body), &data);
	assert_true(bytes > 0);
	letter_write(letter, types[i % 3], test_below(random, 1000), &id, NULL,
	    body, (size_t)bytes);
}

/* The loop of a program, over memory of which every page is watched. */
static void
invented_ids_that_are_used_once_touch_256_kib_at_most(void **state)
{
	enum { IDS = 3000, PAGE = 4096 };
	uint64_t random = test_seed(0x51b4);
	struct silbo_receiver_config config;
	struct silbo_gate_report report;
	struct silbo_receiver *rx;
	silbo_time now = T0;
	size_t size, touched = 0;
	uint8_t *before;

	(void)state;
	print_message("seed %#llx\n", (unsigned long long)random);
	silbo_receiver_config_init(&config, now);
	size = silbo_receiver_size(&config);
	rx = malloc(size);
	before = malloc(size);
	assert_non_null(rx);
	assert_non_null(before);
	memset(rx, 0xa5, size);
	rx = silbo_receiver_init(rx, &config);
	memcpy(before, rx, size);
	for (int i = 0; i < IDS; i++, now += MS / 20) {
		uint8_t data[LETTER_BYTES];
		struct silbo_arrival arrival;
		struct letter letter;
		uint32_t source;

		write_invented(&letter, i, &random, now);
		arrival = letter_arrival(&letter, data, now);
		assert_int_equal(
		    silbo_receiver_on_datagram(rx, &source, &arrival, now),
		    SILBO_ACCEPTED);
		assert_true(silbo_receiver_deadline(rx) > now);
		silbo_receiver_on_time(rx, now);
		assert_int_equal(
		    silbo_receiver_state(rx, source, now), SILBO_STREAM_NONE);
	}
	silbo_receiver_report(rx, &report);
	assert_int_equal(report.evicted,
	    IDS - SILBO_GATE_SOURCES_DEFAULT - SILBO_GATE_PROVISIONAL);
	for (size_t at = 0; at < size; at += PAGE) {
		size_t len = size - at < PAGE ? size - at : PAGE;

		touched += memcmp((uint8_t *)rx + at, before + at, len) != 0;
	}
	print_message("%zu KiB touched\n", touched * PAGE / 1024);
	assert_true(touched * PAGE <= 256 * 1024);
	free(before);
	free(rx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		random_bytes_of_every_length_are_refused_or_counted),
	    cmocka_unit_test(
		a_sealed_stream_among_200_000_strangers_is_unharmed),
	    cmocka_unit_test(
		a_plain_stream_whose_id_they_do_not_use_is_unharmed),
	    cmocka_unit_test(
		a_stream_among_a_million_ids_with_a_valid_key_is_unharmed),
	    cmocka_unit_test(
		invented_ids_that_are_used_once_touch_256_kib_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
