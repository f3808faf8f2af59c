/* SPDX-License-Identifier: MIT */
/*
 * A reflector behind a receiver, against obvious code that keeps everything:
 * what probers send is lost, copied, held back and altered on the way, and
 * every ECHO must say what that code says.
 */
#include "testing.h"

#include "letters.h"
#include <silbo/receiver.h>
#include <silbo/reflector.h>

#define MS SILBO_NS_PER_MS
#define T0 (100 * SILBO_NS_PER_S)
#define WALL (1795000000 * (int64_t)SILBO_NS_PER_S)
#define OWN 200

struct bench {
	struct silbo_key keys[2]; /* ours, and a stranger's */
	bool keyed;
	struct silbo_receiver *rx;
	struct silbo_reflector_config config;
	struct silbo_reflector *reflector;
	silbo_time now;
	uint64_t echoes; /* made so far */
	uint64_t bytes_in, bytes_out;
	int tos, ttl; /* of what comes */
};

static const struct silbo_key *
key_of(const struct bench *b)
{
	return b->keyed ? &b->keys[0] : NULL;
}

static void
set_up(struct bench *b, bool keyed)
{
	struct silbo_receiver_config config;

	memset(b, 0, sizeof(*b));
	b->keys[0] = letter_key(0);
	b->keys[1] = letter_key(1);
	b->keyed = keyed;
	b->now = T0;
	b->tos = 0x28;
	b->ttl = 63;
	silbo_reflector_config_init(&b->config);
	b->config.own = letter_source(OWN, key_of(b));
	b->config.key = key_of(b);
	b->config.wall_offset_ns = WALL;
	silbo_receiver_config_init(&config, T0);
	config.gate.keys = b->keys;
	config.gate.keys_count = keyed;
	config.gate.own = &b->config.own;
	config.gate.stream.window = 256;
	config.gate.probe_max = LETTER_BYTES;
	b->config.places = config.gate.sources + SILBO_GATE_PROVISIONAL;
	b->rx = calloc(1, silbo_receiver_size(&config));
	assert_non_null(b->rx);
	(void)silbo_receiver_init(b->rx, &config);
}

static void
start(struct bench *b)
{
	b->reflector = calloc(1, silbo_reflector_size(&b->config));
	assert_non_null(b->reflector);
	assert_ptr_equal(silbo_reflector_init(b->reflector, &b->config),
	    (void *)b->reflector);
}

static void
tear_down(struct bench *b)
{
	free(b->reflector);
	free(b->rx);
}

static void
write_probe(struct bench *b, struct letter *letter, uint8_t who,
    uint64_t number, uint8_t flags, size_t body_bytes)
{
	struct silbo_source id = letter_source(who, key_of(b));
	const struct silbo_probe probe = {
	    .sent_at = 7000 + number, .flags = flags};
	uint8_t body[LETTER_BYTES / 2] = {0};

	assert_true(silbo_wire_pack_probe(body, sizeof(body), &probe,
			body_bytes < 16 ? 16 : body_bytes) > 0);
	letter_write(
	    letter, SILBO_TYPE_PROBE, number, &id, key_of(b), body, body_bytes);
}

/* What recv does with a datagram.  Returns the verdict; bytes receives what
 * the reflector returned, echo what is in it. */
static enum silbo_verdict
deliver(struct bench *b, const struct letter *letter, uint32_t *place,
    int *bytes, struct silbo_echo *echo)
{
	uint8_t data[LETTER_BYTES], out[LETTER_BYTES];
	struct silbo_arrival arrival = letter_arrival(letter, data, b->now);
	struct silbo_track_report numbers;
	struct silbo_header header;
	enum silbo_verdict verdict;
	struct silbo_seal seal;
	int len;

	*bytes = 0;
	arrival.tos = b->tos;
	arrival.ttl = b->ttl;
	verdict = silbo_receiver_on_datagram(b->rx, place, &arrival, b->now);
	b->bytes_in += letter->len;
	if (*place == SILBO_GATE_NONE)
		return verdict;
	silbo_receiver_report_numbers(
	    b->rx, *place, SILBO_TYPE_PROBE, &numbers);
	memset(out, 0x55, sizeof(out));
	*bytes = silbo_reflector_on_probe(b->reflector, out, arrival.len,
	    *place, &arrival, verdict, &numbers, b->now + 5);
	if (*bytes <= 0) {
		assert_int_equal(out[0], 0x55);
		return verdict;
	}
	b->bytes_out += (uint64_t)*bytes;
	assert_int_equal(*bytes, letter->len);
	assert_int_equal(silbo_wire_parse_header(&header, out, (size_t)*bytes),
	    SILBO_ACCEPTED);
	assert_int_equal(header.type, SILBO_TYPE_ECHO);
	assert_true(header.number == b->config.first + b->echoes++);
	assert_memory_equal(&header.source, &b->config.own, 16);
	len = *bytes;
	if (b->keyed) {
		silbo_seal_init(&seal, &b->keys[0], &header.source);
		len = silbo_unseal(&seal, out, (size_t)len);
		assert_true(len > 0);
	}
	assert_int_equal(
	    silbo_wire_parse_echo(echo, out + 24, (size_t)len - 24),
	    SILBO_ACCEPTED);
	for (int i = 24 + 88; i < len; i++)
		assert_int_equal(out[i], 0);
	return verdict;
}

/* One PROBE that comes as it was sent. */
static int
ask(struct bench *b, uint8_t who, uint64_t number, uint8_t flags,
    struct silbo_echo *echo)
{
	struct letter letter;
	uint32_t place;
	int bytes;

	write_probe(b, &letter, who, number, flags, 100);
	(void)deliver(b, &letter, &place, &bytes, echo);
	return bytes;
}

static void
an_echo_says_what_was_asked_and_when(void **state)
{
	struct silbo_echo echo;

	(void)state;
	for (int keyed = 0; keyed < 2; keyed++) {
		struct silbo_source id;
		struct bench b;

		set_up(&b, keyed);
		start(&b);
		id = letter_source(1, key_of(&b));
		assert_true(ask(&b, 1, 42, 0, &echo) > 0);
		assert_memory_equal(&echo.prober, &id, sizeof(id));
		assert_int_equal(echo.number, 42);
		assert_int_equal(echo.flags, SILBO_ECHO_MARKS);
		assert_int_equal(echo.tos, 0x28);
		assert_int_equal(echo.ttl, 63);
		assert_int_equal(echo.sent_at, 7042);
		assert_true(echo.received_at == T0 + (uint64_t)WALL);
		assert_true(echo.echoed_at == T0 + (uint64_t)WALL + 5);
		assert_int_equal(echo.unique, 1);
		assert_true(echo.duplicate == 0 && echo.reordered == 0);
		assert_true(echo.withheld == 0 && echo.extent_max == 0);
		tear_down(&b);
	}
}

/* So no figure of a prober jumps, and none that begins later is told of a clock
 * that is no more. */
static void
a_clock_that_is_set_is_that_of_who_comes_next(void **state)
{
	const int64_t hour = 3600 * (int64_t)SILBO_NS_PER_S;
	const uint64_t old = T0 + (uint64_t)WALL, set = old + (uint64_t)hour;
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	set_up(&b, false);
	start(&b);
	assert_true(ask(&b, 1, 0, 0, &echo) > 0);
	silbo_reflector_on_wall(b.reflector, WALL + hour);
	assert_true(ask(&b, 1, 1, 0, &echo) > 0);
	assert_true(echo.received_at == old && echo.echoed_at == old + 5);
	assert_true(ask(&b, 2, 0, 0, &echo) > 0);
	assert_true(echo.received_at == set && echo.echoed_at == set + 5);
	b.config.own = letter_source(OWN + 1, NULL);
	b.echoes = 0;
	silbo_reflector_on_source(b.reflector, &b.config.own, NULL);
	assert_true(ask(&b, 1, 2, 0, &echo) > 0);
	assert_true(echo.received_at == set);
	tear_down(&b);
}

/* An ECHO has room for both or for none. */
static void
marks_that_are_not_known_are_not_told(void **state)
{
	struct silbo_echo echo;

	(void)state;
	for (int row = 0; row < 3; row++) {
		struct bench b;

		set_up(&b, true);
		b.tos = row == 1 ? -1 : 0;
		b.ttl = row == 2 ? -1 : 63;
		start(&b);
		assert_true(ask(&b, 1, 0, 0, &echo) > 0);
		assert_int_equal(echo.flags, row == 0 ? SILBO_ECHO_MARKS : 0);
		tear_down(&b);
	}
}

/* The window is 256: what is below it came before, or late; nobody knows. */
static void
what_is_too_old_is_no_copy_and_no_copy_is_too_old(void **state)
{
	struct silbo_reflector_report report;
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	set_up(&b, true);
	b.config.burst = b.config.burst_all = 300;
	start(&b);
	for (uint64_t n = 0; n < 300; n++)
		assert_true(ask(&b, 1, n, 0, &echo) > 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask(&b, 1, 7, 0, &echo), 0);
	assert_int_equal(ask(&b, 1, 299, 0, &echo), 0);
	silbo_reflector_report(b.reflector, 0, &report);
	assert_true(report.unique == 300 && report.answered == 300);
	assert_true(report.too_old == 3 && report.duplicate == 1);
	tear_down(&b);
}

static void
a_copy_is_counted_and_not_answered(void **state)
{
	struct silbo_reflector_report report;
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	set_up(&b, true);
	start(&b);
	assert_true(ask(&b, 1, 0, 0, &echo) > 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask(&b, 1, 0, 0, &echo), 0);
	assert_true(ask(&b, 1, 1, 0, &echo) > 0);
	assert_int_equal(echo.unique, 2);
	assert_int_equal(echo.duplicate, 3);
	silbo_reflector_report(b.reflector, 0, &report);
	assert_int_equal(report.answered, 2);
	assert_int_equal(report.duplicate, 3);
	tear_down(&b);
}

/* It has arrived, late as it is, and its sender may still wait. */
static void
a_late_probe_is_answered(void **state)
{
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	set_up(&b, true);
	start(&b);
	assert_true(ask(&b, 1, 0, 0, &echo) > 0);
	assert_true(ask(&b, 1, 2, 0, &echo) > 0);
	b.now += 2 * SILBO_NS_PER_S;
	silbo_receiver_on_time(b.rx, b.now);
	assert_true(ask(&b, 1, 1, 0, &echo) > 0);
	assert_int_equal(echo.unique, 3);
	assert_int_equal(echo.reordered, 0);
	assert_int_equal(ask(&b, 1, 1, 0, &echo), 0);
	tear_down(&b);
}

static void
closing_probes_are_answered_and_in_no_total(void **state)
{
	struct silbo_reflector_report report;
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	set_up(&b, true);
	start(&b);
	for (uint64_t n = 0; n < 10; n++)
		if (n != 4)
			assert_true(ask(&b, 1, n, 0, &echo) > 0);
	assert_true(ask(&b, 1, 11, SILBO_PROBE_CLOSING, &echo) > 0);
	assert_int_equal(echo.flags & SILBO_ECHO_CLOSING, SILBO_ECHO_CLOSING);
	assert_int_equal(echo.unique, 9);
	assert_int_equal(ask(&b, 1, 11, SILBO_PROBE_CLOSING, &echo), 0);
	/* Out of order, but only among its like. */
	assert_true(ask(&b, 1, 10, SILBO_PROBE_CLOSING, &echo) > 0);
	assert_true(echo.unique == 9 && echo.duplicate == 0);
	assert_int_equal(echo.reordered, 0);
	assert_int_equal(echo.extent_max, 0);
	/* 4 comes after 5 to 9: five back, whatever closed in between. */
	assert_true(ask(&b, 1, 4, 0, &echo) > 0);
	assert_true(echo.unique == 10 && echo.reordered == 1);
	assert_int_equal(echo.extent_max, 5);
	assert_int_equal(echo.flags & SILBO_ECHO_CLOSING, 0);
	silbo_reflector_report(b.reflector, 0, &report);
	assert_int_equal(report.closing, 2);
	assert_int_equal(report.answered, 10);
	tear_down(&b);
}

static void
no_echo_is_longer_than_its_probe(void **state)
{
	struct silbo_reflector_report report;
	struct silbo_echo echo;

	(void)state;
	for (int keyed = 0; keyed < 2; keyed++) {
		size_t least = 24 + 88 + (keyed ? 16 : 0);
		uint64_t number = 0, short_ones = 0;
		struct bench b;

		set_up(&b, keyed);
		b.config.burst = b.config.burst_all = 10000;
		start(&b);
		for (size_t body = 0; body < 900; body += body < 120 ? 1 : 37) {
			struct letter letter;
			uint32_t place;
			int bytes;

			write_probe(&b, &letter, 1, number++, 0, body);
			(void)deliver(&b, &letter, &place, &bytes, &echo);
			assert_int_equal(
			    bytes, letter.len < least ? 0 : letter.len);
			short_ones += letter.len < least;
			if (bytes == 0)
				continue;
			assert_int_equal(echo.unique, number);
			assert_int_equal(echo.withheld, short_ones);
		}
		silbo_reflector_report(b.reflector, 0, &report);
		assert_int_equal(report.too_short, short_ones);
		assert_int_equal(report.unique, number);
		assert_int_equal(report.bytes_in, b.bytes_in);
		assert_int_equal(report.bytes_out, b.bytes_out);
		tear_down(&b);
	}
}

/* Whoever asks in large datagrams gets no more bytes than the rate is for. */
static void
a_large_probe_takes_as_many_tokens_as_it_fills_frames(void **state)
{
	static const struct {
		size_t bytes; /* of the datagram, plain */
		int answered; /* of a burst of 9 */
	} rows[] = {
	    {200, 9}, {1500, 9}, {1501, 4}, {3000, 4}, {3001, 3}, {4000, 3}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct silbo_echo echo;
		struct letter letter;
		int answered = 0, bytes;
		uint32_t place;
		struct bench b;

		set_up(&b, false);
		b.config.rate = 100;
		b.config.burst = 9;
		start(&b);
		for (uint64_t n = 0; n < 20; n++) {
			write_probe(&b, &letter, 1, n, 0, rows[i].bytes - 24);
			(void)deliver(&b, &letter, &place, &bytes, &echo);
			answered += bytes > 0;
		}
		if (answered != rows[i].answered)
			fail_msg("%zu bytes: %d", rows[i].bytes, answered);
		/* What it took drips in again. */
		b.now += 41 * MS;
		write_probe(&b, &letter, 1, 20, 0, rows[i].bytes - 24);
		(void)deliver(&b, &letter, &place, &bytes, &echo);
		assert_true(bytes > 0);
		tear_down(&b);
	}
}

/* In any second each prober gets at most its rate and a burst; all of them
 * together likewise. */
static void
rates_are_kept_for_each_and_for_all(void **state)
{
	enum { PROBERS = 4, RATE = 300, BURST = 20, ALL = 900, ALL_BURST = 50 };
	uint64_t seed = test_seed(0x7e41), random = seed;
	uint64_t asked[PROBERS] = {0}, got[PROBERS] = {0}, withheld = 0;
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	set_up(&b, true);
	b.config.rate = RATE;
	b.config.burst = BURST;
	b.config.rate_all = ALL;
	b.config.burst_all = ALL_BURST;
	start(&b);
	while (b.now < T0 + 4 * SILBO_NS_PER_S) {
		uint8_t who = (uint8_t)test_below(&random, PROBERS);
		silbo_time past = b.now - T0;
		uint64_t sum = 0;

		got[who] += ask(&b, who, asked[who]++, 0, &echo) > 0;
		assert_true(got[who] <= BURST + past * RATE / 1000000000);
		for (int i = 0; i < PROBERS; i++)
			sum += got[i];
		assert_true(sum <= ALL_BURST + past * ALL / 1000000000);
		b.now += test_below(&random, MS);
	}
	for (uint32_t i = 0; i < PROBERS; i++) {
		struct silbo_reflector_report report;

		silbo_reflector_report(b.reflector, i, &report);
		withheld += report.withheld;
		assert_true(report.unique == report.answered + report.withheld);
	}
	assert_int_equal(
	    b.echoes + withheld, asked[0] + asked[1] + asked[2] + asked[3]);
	/* And no fewer: a bucket that drips too slowly would be seen. */
	assert_in_range(b.echoes, 4 * ALL - 40, 4 * ALL + ALL_BURST);
	tear_down(&b);
}

static void
a_prober_alone_gets_its_rate_and_is_told_what_was_withheld(void **state)
{
	struct silbo_echo echo;
	struct bench b;
	uint64_t n = 0;

	(void)state;
	set_up(&b, true);
	b.config.rate = 100;
	b.config.burst = 5;
	start(&b);
	while (ask(&b, 1, n, 0, &echo) > 0)
		n++;
	assert_int_equal(n++, 5);
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask(&b, 1, n++, 0, &echo), 0);
	b.now += 10 * MS;
	assert_true(ask(&b, 1, n++, 0, &echo) > 0);
	assert_int_equal(echo.unique, 10);
	assert_int_equal(echo.withheld, 4);
	b.now += 10 * MS - 1;
	assert_int_equal(ask(&b, 1, n++, 0, &echo), 0);
	b.now += 1;
	assert_true(ask(&b, 1, n++, 0, &echo) > 0);
	/* One that closes is in no count. */
	assert_int_equal(ask(&b, 1, n++, SILBO_PROBE_CLOSING, &echo), 0);
	b.now += 10 * MS;
	assert_true(ask(&b, 1, n++, 0, &echo) > 0);
	assert_int_equal(echo.withheld, 5);
	/* After a long silence the burst is whole again, and no more. */
	b.now += 10 * SILBO_NS_PER_S;
	for (int i = 0; i < 6; i++)
		assert_int_equal(ask(&b, 1, n++, 0, &echo) > 0, i < 5);
	tear_down(&b);
}

static void
what_could_not_be_sent_is_told_with_the_next(void **state)
{
	struct silbo_reflector_report report;
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	set_up(&b, true);
	start(&b);
	assert_true(ask(&b, 1, 0, 0, &echo) > 0);
	silbo_reflector_on_unsent(b.reflector, 0);
	assert_true(ask(&b, 1, 1, 0, &echo) > 0);
	assert_true(echo.unique == 2 && echo.withheld == 1);
	assert_true(ask(&b, 1, 2, SILBO_PROBE_CLOSING, &echo) > 0);
	silbo_reflector_on_unsent(b.reflector, 0);
	silbo_reflector_report(b.reflector, 0, &report);
	assert_true(report.answered == 1 && report.unsent == 1);
	assert_int_equal(report.bytes_out, report.bytes_in / 3);
	tear_down(&b);
}

/* An outage closes it, and it gets another place: what it was told before is
 * still true. */
static void
after_an_outage_it_goes_on_with_what_was_counted(void **state)
{
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	for (int keyed = 0; keyed < 2; keyed++) {
		set_up(&b, keyed);
		start(&b);
		for (uint64_t n = 0; n < 5; n++, b.now += 100 * MS)
			assert_true(ask(&b, 1, n, 0, &echo) > 0);
		assert_int_equal(ask(&b, 1, 4, 0, &echo), 0);
		for (int i = 0; i < 60; i++) {
			b.now += SILBO_NS_PER_S;
			silbo_receiver_on_time(b.rx, b.now);
		}
		assert_true(ask(&b, 2, 0, 0, &echo) > 0);
		assert_int_equal(echo.unique, 1);
		for (uint64_t n = 600; n < 605; n++, b.now += 100 * MS)
			assert_true(ask(&b, 1, n, 0, &echo) > 0);
		assert_int_equal(echo.unique, 10);
		assert_int_equal(echo.duplicate, 1);
		tear_down(&b);
	}
}

/* A prober adds up what reflectors tell that took over from one another: so
 * each tells its own, and all of it is in the report. */
static void
another_source_tells_of_what_came_since_and_the_report_of_all(void **state)
{
	struct silbo_reflector_report report;
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	for (int keyed = 0; keyed < 2; keyed++) {
		set_up(&b, keyed);
		b.config.first = SILBO_WIRE_NUMBER_MAX - 2;
		start(&b);
		assert_true(ask(&b, 1, 0, 0, &echo) > 0);
		assert_true(ask(&b, 1, 2, 0, &echo) > 0);
		assert_true(ask(&b, 1, 1, 0, &echo) > 0);
		assert_true(echo.reordered == 1 && echo.extent_max == 1);
		assert_int_equal(ask(&b, 1, 1, 0, &echo), 0);
		assert_int_equal(ask(&b, 1, 3, 0, &echo), SILBO_ERR_LIMIT);
		b.config.own = letter_source(OWN + 1, key_of(&b));
		b.config.first = b.echoes = 0;
		silbo_reflector_on_source(
		    b.reflector, &b.config.own, key_of(&b));
		assert_true(ask(&b, 1, 4, 0, &echo) > 0);
		assert_true(echo.unique == 1 && echo.duplicate == 0);
		assert_true(echo.withheld == 0 && echo.reordered == 0);
		assert_int_equal(echo.extent_max, 0);
		assert_int_equal(ask(&b, 1, 4, 0, &echo), 0);
		assert_true(ask(&b, 1, 5, 0, &echo) > 0);
		assert_true(echo.reordered == 0 && echo.extent_max == 0);
		silbo_reflector_report(b.reflector, 0, &report);
		assert_true(report.unique == 6 && report.duplicate == 2);
		assert_true(report.answered == 5 && report.unsent == 1);
		assert_true(report.reordered == 1 && report.extent_max == 1);
		assert_int_equal(report.bytes_in, b.bytes_in);
		assert_int_equal(report.bytes_out, b.bytes_out);
		tear_down(&b);
	}
}

/* What the road does while one source answers, from this number on: one PROBE
 * comes so far back, one too old, one too short, one closes, and one is
 * withheld as the burst is over. */
static void
ask_all_kinds(struct bench *b, uint64_t from, uint64_t back)
{
	struct silbo_echo echo;
	struct letter letter;
	uint32_t place;
	int bytes;

	assert_true(ask(b, 1, from, 0, &echo) > 0);
	for (uint64_t n = 2; n < 2 + back; n++)
		assert_true(ask(b, 1, from + n, 0, &echo) > 0);
	assert_true(ask(b, 1, from + 1, 0, &echo) > 0);
	assert_int_equal(echo.reordered, 1);
	assert_int_equal(echo.extent_max, back);
	assert_true(ask(b, 1, from + 300, 0, &echo) > 0);
	assert_int_equal(ask(b, 1, from + 5, 0, &echo), 0);
	write_probe(b, &letter, 1, from + 301, 0, 16);
	(void)deliver(b, &letter, &place, &bytes, &echo);
	assert_int_equal(bytes, 0);
	assert_true(ask(b, 1, from + 302, SILBO_PROBE_CLOSING, &echo) > 0);
	for (uint64_t n = 303; ask(b, 1, from + n, 0, &echo) > 0;)
		n++;
}

static void
the_report_sums_every_count_of_former_sources(void **state)
{
	struct silbo_reflector_report report;
	struct bench b;

	(void)state;
	set_up(&b, true);
	b.config.rate = 1;
	b.config.burst = 7;
	start(&b);
	ask_all_kinds(&b, 0, 2);
	b.now += 10 * SILBO_NS_PER_S;
	b.config.own = letter_source(OWN + 1, key_of(&b));
	b.echoes = 0;
	silbo_reflector_on_source(b.reflector, &b.config.own, key_of(&b));
	ask_all_kinds(&b, 400, 3);
	silbo_reflector_report(b.reflector, 0, &report);
	assert_int_equal(report.unique, 16);
	assert_int_equal(report.answered, 12);
	assert_int_equal(report.closing, 2);
	assert_int_equal(report.too_short, 2);
	assert_int_equal(report.withheld, 2);
	assert_int_equal(report.too_old, 2);
	assert_int_equal(report.reordered, 2);
	assert_int_equal(report.extent_max, 3); /* the largest of both */
	assert_int_equal(report.bytes_in, b.bytes_in);
	assert_int_equal(report.bytes_out, b.bytes_out);
	tear_down(&b);
}

static void
when_the_numbers_are_used_up_nothing_is_sent(void **state)
{
	struct silbo_reflector_report report;
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	set_up(&b, true);
	b.config.first = SILBO_WIRE_NUMBER_MAX - 1;
	start(&b);
	assert_true(ask(&b, 1, 0, 0, &echo) > 0);
	assert_true(ask(&b, 1, 1, 0, &echo) > 0);
	for (uint64_t n = 2; n < 5; n++)
		assert_int_equal(ask(&b, 1, n, 0, &echo), SILBO_ERR_LIMIT);
	silbo_reflector_report(b.reflector, 0, &report);
	assert_true(report.answered == 2 && report.unsent == 3);
	tear_down(&b);
}

static void
a_place_that_is_given_to_another_counts_from_nothing(void **state)
{
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	set_up(&b, true);
	start(&b);
	for (uint64_t n = 0; n < 5; n++)
		assert_true(ask(&b, 1, n == 4 ? 2 : n + (n > 1), 0, &echo) > 0);
	assert_int_equal(echo.reordered, 1);
	silbo_receiver_release(b.rx, 0);
	assert_true(ask(&b, 2, 3, 0, &echo) > 0);
	assert_true(echo.unique == 1 && echo.reordered == 0);
	assert_int_equal(echo.extent_max, 0);
	/* The same again in its place: it goes on, and nothing is counted
	 * twice. */
	silbo_receiver_release(b.rx, 0);
	assert_true(ask(&b, 2, 6, 0, &echo) > 0);
	assert_true(ask(&b, 2, 5, 0, &echo) > 0);
	assert_true(echo.unique == 3 && echo.reordered == 1);
	assert_int_equal(echo.extent_max, 1);
	tear_down(&b);
}

static void
reset_leaves_no_key_behind(void **state)
{
	struct silbo_seal seal;
	struct bench b;
	bool found;

	(void)state;
	set_up(&b, true);
	start(&b);
	silbo_seal_init(&seal, &b.keys[0], &b.config.own);
	for (int round = 0; round < 2; round++) {
		const uint8_t *at = (const uint8_t *)b.reflector;

		found = false;
		for (size_t i = 0;
		     i + sizeof(seal) <= silbo_reflector_size(&b.config); i++) {
			bool here = memcmp(at + i, &seal, sizeof(seal)) == 0;

			assert_true(!here ||
			    i + sizeof(seal) <= silbo_reflector_secret_size());
			found = found || here;
		}
		assert_int_equal(found, round == 0);
		silbo_reflector_reset(b.reflector);
	}
	tear_down(&b);
}

/* The truth about one prober: every number, and the order of first copies. */
#define NUMBERS 800

struct truth {
	bool came[NUMBERS], closing[NUMBERS];
	uint64_t order[NUMBERS]; /* of those that are counted */
	uint64_t unique, duplicate, reordered, extent_max, short_ones;
};

static void
truth_take(struct truth *t, uint64_t number, bool closing, bool is_short)
{
	uint64_t extent = 0;

	if (t->came[number]) {
		t->duplicate += !closing;
		return;
	}
	t->came[number] = true;
	if (closing)
		return;
	t->short_ones += is_short;
	/* RFC 4737 section 4.2.2, word for word. */
	for (uint64_t j = 0; j < t->unique && extent == 0; j++)
		if (t->order[j] > number)
			extent = t->unique - j;
	t->order[t->unique++] = number;
	t->reordered += extent > 0;
	if (extent > t->extent_max)
		t->extent_max = extent;
}

static void
check_echo(const struct bench *b, const struct silbo_echo *echo,
    const struct truth *t, uint64_t number)
{
	assert_true(echo->number == number);
	assert_true(echo->unique == t->unique);
	assert_true(echo->duplicate == t->duplicate);
	assert_true(echo->reordered == t->reordered);
	assert_true(echo->extent_max == t->extent_max);
	assert_true(echo->withheld == t->short_ones);
	assert_true(echo->received_at == b->now + (uint64_t)WALL);
}

/* A datagram of the road: as it was, cut, bent, or sealed by a stranger. */
static bool
spoil(struct bench *b, struct letter *letter, uint8_t who, uint64_t number,
    uint64_t *random)
{
	static const uint8_t zeros[200];
	struct silbo_source id = letter_source(who, &b->keys[1]);

	switch (b->keyed ? test_below(random, 12) : 99) {
	case 0:
		letter->len = test_below(random, letter->len);
		return true;
	case 1:
		letter->bytes[24 + test_below(random, letter->len - 24)] ^= 1;
		return true;
	case 2:
		letter_write(letter, SILBO_TYPE_PROBE, number, &id, &b->keys[1],
		    zeros, sizeof(zeros));
		return true;
	default:
		return false;
	}
}

static void
run(bool keyed, uint64_t seed)
{
	enum { PROBERS = 3 };
	struct truth *truths = calloc(PROBERS, sizeof(*truths));
	uint64_t random = seed, next[PROBERS] = {0}, sent = 0;
	struct bench b;

	assert_non_null(truths);
	set_up(&b, keyed);
	start(&b);
	for (; sent < 1500; sent++) {
		uint8_t who = (uint8_t)test_below(&random, PROBERS);
		uint64_t number = next[who] + test_below(&random, 3);
		uint64_t back = test_below(&random, 60);
		bool is_short = test_below(&random, 9) == 0, closing;
		struct truth *t = &truths[who];
		struct silbo_echo echo;
		struct letter letter;
		uint32_t place;
		int bytes;

		if (test_below(&random, 3) == 0)
			number = number > back ? number - back : 0;
		if (number >= NUMBERS)
			continue;
		closing = number >= NUMBERS * 3 / 4;
		write_probe(&b, &letter, who, number,
		    closing ? SILBO_PROBE_CLOSING : 0,
		    is_short ? test_below(&random, 72) + 16 : 120);
		b.now += test_below(&random, 2 * MS);
		if (spoil(&b, &letter, who, number, &random)) {
			assert_false(silbo_verdict_is_accepted(
			    deliver(&b, &letter, &place, &bytes, &echo)));
			assert_int_equal(bytes, 0);
			continue;
		}
		is_short = letter.len < (size_t)(keyed ? 128 : 112);
		(void)deliver(&b, &letter, &place, &bytes, &echo);
		next[who] = number >= next[who] ? number + 1 : next[who];
		if (t->came[number] || is_short)
			assert_int_equal(bytes, 0);
		else
			assert_true(bytes > 0);
		truth_take(t, number, closing, is_short);
		if (bytes > 0)
			check_echo(&b, &echo, t, number);
		assert_true(b.bytes_out <= b.bytes_in);
	}
	tear_down(&b);
	free(truths);
}

static void
every_echo_says_what_obvious_code_counts(void **state)
{
	uint64_t seed = test_seed(0xec40);

	(void)state;
	print_message("seed %#llx\n", (unsigned long long)seed);
	for (uint64_t i = 0; i < 60; i++)
		run(i % 2, seed + i);
}

/* In clear the first one behind an outage is refused, and not answered.  It
 * came all the same: of a copy, of one that closes, and where two changed
 * places. */
static void
what_the_gate_refused_and_took_is_among_what_came(void **state)
{
	static const struct {
		uint64_t numbers[2];
		uint8_t flags[2];
		uint64_t unique, withheld, reordered, closing;
	} rows[] = {
	    {{5000, 5001}, {0, 0}, 4, 1, 0, 0},
	    {{5000, 5200}, {0, 0}, 4, 1, 0, 0},
	    {{5001, 5000}, {0, 0}, 4, 1, 1, 0},
	    {{5000, 5001}, {0, SILBO_PROBE_CLOSING}, 3, 1, 0, 1},
	    {{5000, 5001}, {SILBO_PROBE_CLOSING, SILBO_PROBE_CLOSING}, 2, 0, 0,
		2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct silbo_reflector_report report;
		struct silbo_echo echo;
		struct bench b;

		set_up(&b, false);
		start(&b);
		assert_true(ask(&b, 1, 0, 0, &echo) > 0);
		assert_true(ask(&b, 1, 1, 0, &echo) > 0);
		assert_int_equal(
		    ask(&b, 1, rows[i].numbers[0], rows[i].flags[0], &echo), 0);
		/* Another prober asks meanwhile. */
		assert_true(ask(&b, 2, 0, 0, &echo) > 0);
		assert_true(ask(&b, 1, rows[i].numbers[1], rows[i].flags[1],
				&echo) > 0);
		assert_int_equal(echo.unique, rows[i].unique);
		assert_int_equal(echo.withheld, rows[i].withheld);
		assert_int_equal(echo.reordered, rows[i].reordered);
		assert_int_equal(echo.duplicate, 0);
		silbo_reflector_report(b.reflector, 0, &report);
		assert_int_equal(report.closing, rows[i].closing);
		assert_int_equal(
		    report.unique, report.answered + report.withheld);
		/* And once. */
		assert_int_equal(
		    ask(&b, 1, rows[i].numbers[0], rows[i].flags[0], &echo), 0);
		silbo_reflector_report(b.reflector, 0, &report);
		assert_int_equal(report.unique, rows[i].unique);
		assert_int_equal(report.duplicate, rows[i].flags[0] == 0);
		silbo_reflector_report(b.reflector, 1, &report);
		assert_true(report.unique == 1 && report.withheld == 0);
		tear_down(&b);
	}
}

/* The prober lost its place meanwhile, and gets another. */
static void
nor_is_it_forgotten_where_the_place_was_lost(void **state)
{
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	set_up(&b, false);
	start(&b);
	for (uint64_t n = 0; n < 3; n++, b.now += 30 * MS)
		assert_true(ask(&b, 1, n, 0, &echo) > 0);
	b.now += 40 * SILBO_NS_PER_S;
	silbo_receiver_on_time(b.rx, b.now);
	assert_true(ask(&b, 2, 0, 0, &echo) > 0);
	assert_int_equal(ask(&b, 1, 40000, 0, &echo), 0);
	assert_true(ask(&b, 1, 40002, 0, &echo) > 0);
	assert_true(echo.unique == 5 && echo.withheld == 1);
	tear_down(&b);
}

/* One PROBE each under ids that nobody has heard of, as fast as they come. */
static void
a_flood_of_invented_ids_gets_the_rate_of_all_and_no_more(void **state)
{
	enum { IDS = 20000, ALL = 1000, BURST = 100 };
	uint64_t random = test_seed(0xf100), last = 0;
	struct silbo_echo echo;
	struct bench b;

	(void)state;
	set_up(&b, false);
	b.config.rate_all = ALL;
	b.config.burst_all = BURST;
	start(&b);
	for (int i = 0; i < IDS; i++, b.now += MS / 20) {
		const uint8_t body[120] = {0};
		struct silbo_source id;
		struct letter letter;
		uint32_t place;
		int bytes;

		for (size_t j = 0; j < sizeof(id.bytes); j++)
			id.bytes[j] = (uint8_t)test_random(&random);
		letter_write(&letter, SILBO_TYPE_PROBE, 0, &id, NULL, body,
		    sizeof(body));
		assert_int_equal(deliver(&b, &letter, &place, &bytes, &echo),
		    SILBO_ACCEPTED);
		silbo_receiver_on_time(b.rx, b.now);
		if (bytes > 0)
			assert_int_equal(echo.unique, 1);
		last = (uint64_t)(b.now - T0);
	}
	assert_true(b.echoes <= BURST + last * ALL / 1000000000);
	assert_true(b.echoes > last * ALL / 1000000000);
	tear_down(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_echo_says_what_was_asked_and_when),
	    cmocka_unit_test(a_clock_that_is_set_is_that_of_who_comes_next),
	    cmocka_unit_test(marks_that_are_not_known_are_not_told),
	    cmocka_unit_test(what_is_too_old_is_no_copy_and_no_copy_is_too_old),
	    cmocka_unit_test(the_report_sums_every_count_of_former_sources),
	    cmocka_unit_test(a_copy_is_counted_and_not_answered),
	    cmocka_unit_test(a_late_probe_is_answered),
	    cmocka_unit_test(closing_probes_are_answered_and_in_no_total),
	    cmocka_unit_test(no_echo_is_longer_than_its_probe),
	    cmocka_unit_test(
		a_large_probe_takes_as_many_tokens_as_it_fills_frames),
	    cmocka_unit_test(rates_are_kept_for_each_and_for_all),
	    cmocka_unit_test(
		a_prober_alone_gets_its_rate_and_is_told_what_was_withheld),
	    cmocka_unit_test(what_could_not_be_sent_is_told_with_the_next),
	    cmocka_unit_test(when_the_numbers_are_used_up_nothing_is_sent),
	    cmocka_unit_test(after_an_outage_it_goes_on_with_what_was_counted),
	    cmocka_unit_test(
		another_source_tells_of_what_came_since_and_the_report_of_all),
	    cmocka_unit_test(
		a_place_that_is_given_to_another_counts_from_nothing),
	    cmocka_unit_test(reset_leaves_no_key_behind),
	    cmocka_unit_test(every_echo_says_what_obvious_code_counts),
	    cmocka_unit_test(what_the_gate_refused_and_took_is_among_what_came),
	    cmocka_unit_test(nor_is_it_forgotten_where_the_place_was_lost),
	    cmocka_unit_test(
		a_flood_of_invented_ids_gets_the_rate_of_all_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
