/* SPDX-License-Identifier: MIT */
/*
 * The promise of silbo_receiver_release, over random sources that come, pause,
 * end, are started again and return, more of them than there are places: who
 * looks at all places after each on_time sees every stream, and every one
 * CLOSED, before its place is another's.  And what has ended stays so.
 */
#include "testing.h"

#include "letters.h"
#include <silbo/receiver.h>

#define MS SILBO_NS_PER_MS
#define S SILBO_NS_PER_S
#define T0 (100 * S)
#define SOURCES 4
#define ALIVE 12 /* that send at a time */
#define SERIALS 4096
#define STEPS 4000
#define ROUNDS 40

struct sender {
	struct silbo_source id;
	uint8_t tag;
	uint64_t data, infos;
	bool ended;
};

/* What was seen of a stream. */
struct seen {
	struct silbo_source id;
	uint32_t place;
	bool met, ended, closed;
};

static struct churn {
	struct silbo_receiver *rx;
	struct sender senders[ALIVE];
	struct seen seen[SERIALS];
	uint64_t serials, closed, next_id, random, seed;
	silbo_time now;
	bool release;
} c;

static void
be_born(struct sender *sender)
{
	uint64_t id = ++c.next_id;

	*sender = (struct sender){.tag = (uint8_t)test_below(&c.random, 4)};
	memcpy(sender->id.bytes, &id, sizeof(id));
}

static void
hand_in(const struct letter *letter)
{
	uint8_t data[LETTER_BYTES];
	struct silbo_arrival arrival = letter_arrival(letter, data, c.now);
	uint32_t stream;

	(void)!silbo_receiver_on_datagram(c.rx, &stream, &arrival, c.now);
}

static void
say_info(struct sender *sender, bool end)
{
	struct silbo_info info = {.next = sender->data,
	    .tag = {sender->tag},
	    .media_time = c.now,
	    .age_ns = sender->data * 20 * MS,
	    .flags = end ? SILBO_INFO_END : 0};
	struct letter letter;

	info.origin = c.now - info.age_ns;
	if (test_below(&c.random, 8) == 0) /* numbers that never come */
		info.next += test_below(&c.random, 20);
	if (end) /* none, too few, too many */
		info.samples = test_below(&c.random, 3) * sender->data * 700;
	letter_say(&letter, sender->infos++, &info, &sender->id, NULL);
	hand_in(&letter);
	sender->ended = sender->ended || end;
}

static void
say_something(void)
{
	struct sender *sender = &c.senders[test_below(&c.random, ALIVE)];
	struct letter letter;

	if (test_below(&c.random, sender->ended ? 4 : 60) == 0) {
		be_born(sender);
	} else if (test_below(&c.random, 30) == 0) {
		say_info(sender, true);
	} else if (test_below(&c.random, 4) == 0) {
		say_info(sender, false);
	} else {
		letter_data(&letter, sender->data++, c.now, &sender->id, NULL);
		hand_in(&letter);
	}
}

static void
play(uint32_t place, struct seen *seen)
{
	struct silbo_frame frame;
	enum silbo_frame_kind kind;

	do {
		kind = silbo_receiver_get(c.rx, place, &frame, c.now);
		if (seen->ended && kind != SILBO_FRAME_DONE)
			fail_msg("seed %#llx: plays on after its end",
			    (unsigned long long)c.seed);
	} while (kind != SILBO_FRAME_WAIT && kind != SILBO_FRAME_DONE);
}

static void
look_at(uint32_t place)
{
	enum silbo_stream_state state =
	    silbo_receiver_state(c.rx, place, c.now);
	struct silbo_gate_source source;
	struct silbo_stream_report stream;
	struct seen *seen;

	if (state == SILBO_STREAM_NONE)
		return;
	silbo_receiver_report_stream(c.rx, place, &stream, &source);
	assert_in_range(source.serial, 1, SERIALS - 1);
	seen = &c.seen[source.serial];
	if (!seen->met)
		*seen =
		    (struct seen){.id = source.id, .place = place, .met = true};
	assert_memory_equal(&seen->id, &source.id, sizeof(source.id));
	if (seen->ended && state < SILBO_STREAM_ENDED)
		fail_msg("seed %#llx: back from its end",
		    (unsigned long long)c.seed);
	seen->ended = seen->ended || state >= SILBO_STREAM_ENDED;
	play(place, seen);
	c.closed += state == SILBO_STREAM_CLOSED && !seen->closed;
	seen->closed = seen->closed || state == SILBO_STREAM_CLOSED;
	if (seen->closed && c.release)
		silbo_receiver_release(c.rx, place);
}

/* Whoever was not seen closed must stand where it stood. */
static void
look(void)
{
	struct silbo_gate_report gate;

	silbo_receiver_on_time(c.rx, c.now);
	for (uint32_t i = 0; i < silbo_receiver_streams(c.rx); i++)
		look_at(i);
	silbo_receiver_report(c.rx, &gate);
	c.serials = gate.established;
	for (uint64_t i = 1; i <= c.serials; i++) {
		const struct seen *seen = &c.seen[i];
		struct silbo_stream_report stream;
		struct silbo_gate_source source = {.serial = 0};

		if (seen->closed)
			continue;
		if (seen->met)
			silbo_receiver_report_stream(
			    c.rx, seen->place, &stream, &source);
		if (source.serial != i)
			fail_msg("seed %#llx: stream %llu %s",
			    (unsigned long long)c.seed, (unsigned long long)i,
			    seen->met ? "lost its place" : "was never seen");
	}
}

static void *
set_up(uint64_t seed)
{
	struct silbo_receiver_config config;
	void *mem;

	memset(&c, 0, sizeof(c));
	c.now = T0;
	c.seed = c.random = seed;
	c.release = seed % 2;
	silbo_receiver_config_init(&config, c.now);
	config.gate.sources = SOURCES;
	config.gate.stream.window = 64;
	config.gate.stream.playout.frames = 8;
	config.gate.stream.playout.payload_max = 64;
	mem = malloc(silbo_receiver_size(&config));
	assert_non_null(mem);
	c.rx = silbo_receiver_init(mem, &config);
	return mem;
}

static void
churn(uint64_t seed)
{
	void *mem = set_up(seed);

	for (size_t i = 0; i < ALIVE; i++)
		be_born(&c.senders[i]);
	for (unsigned step = 0; step < STEPS; step++) {
		for (uint64_t n = test_below(&c.random, 12); n > 0; n--)
			say_something();
		c.now += test_below(&c.random, 30) * MS;
		if (test_below(&c.random, 200) == 0)
			c.now += test_below(&c.random, 4) * S;
		look();
	}
	for (int i = 0; i < 50; i++, c.now += S)
		look();
	assert_int_equal(c.closed, c.serials);
	free(mem);
}

static void
every_stream_is_seen_closed_before_its_place_is_anothers(void **state)
{
	uint64_t seed = test_seed(0xc0a1), streams = 0;

	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		churn(seed + i);
		streams += c.serials;
	}
	assert_true(streams > 100 * ROUNDS);
}

/* The END of 20 counts 5: 15 are held behind it, which nobody will ask for. */
static void
a_stream_that_holds_more_than_its_end_counts_closes_in_its_time(void **state)
{
	void *mem = set_up(1);
	struct sender sender = {.tag = 1};
	struct silbo_info end = {.next = 20,
	    .samples = 5 * 960,
	    .media_time = T0,
	    .origin = T0,
	    .flags = SILBO_INFO_END};
	struct letter letter;
	int looks = 0;

	(void)state;
	for (; sender.data < 20; sender.data++, c.now += MS) {
		letter_data(&letter, sender.data, T0 + sender.data * 20 * MS,
		    &sender.id, NULL);
		hand_in(&letter);
	}
	letter_say(&letter, 0, &end, &sender.id, NULL);
	hand_in(&letter);
	for (; c.closed == 0 && looks < 60; looks++, c.now += 50 * MS)
		look();
	assert_in_range(looks, 40, 45); /* 2 s and a little */
	free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		every_stream_is_seen_closed_before_its_place_is_anothers),
	    cmocka_unit_test(
		a_stream_that_holds_more_than_its_end_counts_closes_in_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
