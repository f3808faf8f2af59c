/* SPDX-License-Identifier: MIT */
/*
 * When recv --once is done with a stream, in virtual time: the road drops ten
 * numbers, and whatever T is they are lost in the report, not pending.
 */
#include "testing.h"

#include "letters.h"
#include "recv.h"

#define S SILBO_NS_PER_S
#define MS SILBO_NS_PER_MS
#define START (100 * S)
#define FRAMES 100 /* of 20 ms: two seconds */
#define FIRST 50   /* that is lost, of ten */

struct fixture {
	struct silbo_receiver *rx;
	struct silbo_source source;
	silbo_time now; /* of the latest arrival */
	uint32_t place;
};

static struct fixture
open_receiver(silbo_time wait)
{
	struct fixture f = {
	    .now = START, .source = letter_source(1, NULL), .place = 0};
	struct silbo_receiver_config config;
	void *memory;

	silbo_receiver_config_init(&config, START);
	config.gate.stream.wait_ns = wait;
	memory = calloc(1, silbo_receiver_size(&config));
	assert_non_null(memory);
	f.rx = silbo_receiver_init(memory, &config);
	return f;
}

static void
take(struct fixture *f, const struct letter *letter)
{
	uint8_t data[LETTER_BYTES];
	struct silbo_arrival arrival = letter_arrival(letter, data, f->now);

	assert_int_equal(
	    silbo_receiver_on_datagram(f->rx, &f->place, &arrival, f->now),
	    SILBO_ACCEPTED);
}

static void
say(struct fixture *f, uint64_t number, uint64_t next, uint8_t flags)
{
	const struct silbo_info info = {.media_time = f->now,
	    .origin = START,
	    .age_ns = f->now - START,
	    .next = next,
	    .duration = 960,
	    .flags = flags};
	struct letter letter;

	letter_say(&letter, number, &info, &f->source, NULL);
	take(f, &letter);
}

static void
pass(struct fixture *f, bool played, silbo_time now)
{
	struct silbo_frame frame;
	enum silbo_frame_kind kind = SILBO_FRAME_NORMAL;

	silbo_receiver_on_time(f->rx, now);
	while (played && kind != SILBO_FRAME_WAIT && kind != SILBO_FRAME_DONE)
		kind = silbo_receiver_get(f->rx, f->place, &frame, now);
}

static void
hear(struct fixture *f, bool played, bool end)
{
	struct letter letter;

	say(f, 0, 0, 0);
	for (uint64_t n = 0; n < FRAMES; n++) {
		f->now += 20 * MS;
		letter_data(&letter, n, f->now, &f->source, NULL);
		if (n < FIRST || n >= FIRST + 10)
			take(f, &letter);
		pass(f, played, f->now);
	}
	if (end)
		say(f, 1, FRAMES, SILBO_INFO_END);
}

/* T from the first number that came behind those that are missing. */
static silbo_time
final_after(silbo_time wait)
{
	return wait - (FRAMES - FIRST - 11) * 20 * MS;
}

static void
a_stream_is_over_when_nothing_is_pending_or_played(void **state)
{
	static const struct {
		silbo_time wait;
		bool played, end;
		silbo_time over; /* after the last arrival; 0: T */
	} rows[] = {
	    /* END decides, but no sooner than T */
	    {1 * S, true, true, 0},
	    {12 * S, true, true, 0},
	    {30 * S, true, true, 0},
	    /* without it silence does, and no sooner than T */
	    {1 * S, true, false, 10 * S},
	    {12 * S, true, false, 0},
	    {25 * S, true, false, 0},
	    /* nobody plays it: until it is closed */
	    {1 * S, false, false, 30 * S},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f = open_receiver(rows[i].wait);
		silbo_time over =
		    rows[i].over > 0 ? rows[i].over : final_after(rows[i].wait);
		struct silbo_stream_report stream;
		silbo_time after = 0;

		hear(&f, rows[i].played, rows[i].end);
		while (!recv_once_is_over(f.rx, f.place, f.now + after)) {
			after += MS;
			pass(&f, rows[i].played, f.now + after);
		}
		/* Finality is kept in steps: up to 2.1 ms later. */
		if (after < over || after > over + 4 * MS)
			fail_msg("row %zu: over after %.3f s, not %.3f", i,
			    (double)after / 1e9, (double)over / 1e9);
		silbo_receiver_report_stream(f.rx, f.place, &stream, NULL);
		assert_int_equal(stream.track.lost, 10);
		assert_int_equal(stream.track.pending, 0);
		free(f.rx);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_stream_is_over_when_nothing_is_pending_or_played),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
