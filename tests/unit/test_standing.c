/* SPDX-License-Identifier: MIT */
/*
 * Who has a place, who makes way, and what is remembered of those who had to:
 * one test for each rule of docs/wire-format.md.
 */
#include "testing.h"

#include "gate_bench.h"

#define DATA SILBO_TYPE_DATA
#define INFO SILBO_TYPE_INFO
#define NACK SILBO_TYPE_NACK
#define ECHO SILBO_TYPE_ECHO
#define PROBE SILBO_TYPE_PROBE
#define END SILBO_TYPES /* an INFO that says so */

static enum silbo_verdict
say(struct bench *b, uint8_t source, int type, uint64_t number, uint8_t from)
{
	struct letter letter;

	if (type == END)
		end_from(b, &letter, source, number);
	else
		type_from(
		    b, &letter, source, (enum silbo_type)type, number, 160);
	letter.from = from;
	return deliver(b, &letter);
}

static enum silbo_standing
standing(const struct bench *b, uint32_t place)
{
	struct silbo_gate_source about;

	silbo_gate_report_source(b->gate, place, &about);
	return about.standing;
}

static uint64_t
serial_of(const struct bench *b, uint32_t place)
{
	struct silbo_gate_source about;

	silbo_gate_report_source(b->gate, place, &about);
	return about.serial;
}

/* Is this source in the table? */
static bool
has_place(const struct bench *b, uint8_t source)
{
	struct silbo_source id = letter_source(source, key_of(b));

	for (uint32_t i = 0; i < silbo_gate_sources(b->gate); i++) {
		struct silbo_gate_source about;

		silbo_gate_report_source(b->gate, i, &about);
		if ((about.standing == SILBO_STANDING_PROVISIONAL ||
			about.standing == SILBO_STANDING_ESTABLISHED) &&
		    memcmp(&about.id, &id, sizeof(id)) == 0)
			return true;
	}
	return false;
}

/* accepted = accepted_gone + what is in the places, always. */
static void
check_sum(const struct bench *b)
{
	struct silbo_gate_report report;
	uint64_t sum;

	silbo_gate_report(b->gate, &report);
	sum = report.accepted_gone;
	for (uint32_t i = 0; i < silbo_gate_sources(b->gate); i++) {
		struct silbo_gate_source about;

		silbo_gate_report_source(b->gate, i, &about);
		sum += about.accepted;
	}
	assert_int_equal(report.accepted, sum);
}

/* Establish a source that stays. */
static void
prove(struct bench *b, uint8_t source)
{
	for (uint64_t n = 0; n < 3; n++, b->now += 20 * MS)
		assert_int_equal(
		    say(b, source, n == 0 ? DATA : NACK, n, 1), SILBO_ACCEPTED);
}

/* What a source has to show.  Times in ms. */
struct step {
	silbo_time at;
	int type;
	uint8_t from;
};

static const struct {
	bool plain_only;
	struct step steps[5]; /* at 0 from 0: the end, but for the first */
	size_t count;
	bool plain, sealed; /* established by the last, and no sooner */
} proofs[] = {
    /* 0: two are too few */
    {false, {{0, DATA, 1}, {40, DATA, 1}}, 2, false, false},
    /* 1: three in too short a time */
    {false, {{0, DATA, 1}, {20, DATA, 1}, {39, DATA, 1}}, 3, false, false},
    /* 2 */ {false, {{0, DATA, 1}, {1, DATA, 1}, {40, DATA, 1}}, 3, true, true},
    /* 3: of any type */
    {false, {{0, NACK, 1}, {1, INFO, 1}, {40, ECHO, 1}}, 3, true, true},
    /* 4: a fourth makes up for the time */
    {false, {{0, DATA, 1}, {5, DATA, 1}, {9, DATA, 1}, {41, DATA, 1}}, 4, true,
	true},
    /* 5: END alone */ {false, {{0, END, 1}}, 1, true, true},
    /* 6: END after DATA */ {false, {{0, DATA, 1}, {0, END, 1}}, 2, true, true},
    /* 7: an END from elsewhere begins anew */
    {false, {{0, DATA, 1}, {0, END, 2}}, 2, false, true},
    /* 8: another address begins anew */
    {false, {{0, DATA, 1}, {20, DATA, 1}, {40, DATA, 2}}, 3, false, true},
    /* 9: and is enough in the end */
    {true, {{0, DATA, 1}, {20, DATA, 2}, {40, DATA, 2}, {60, DATA, 2}}, 4, true,
	true},
    /* 10: but not when its time is too short */
    {true, {{0, DATA, 1}, {20, DATA, 2}, {40, DATA, 2}, {59, DATA, 2}}, 4,
	false, true},
    /* 11: an ECHO comes from anywhere */
    {false, {{0, DATA, 1}, {20, ECHO, 2}, {40, DATA, 1}}, 3, true, true},
};

static void
a_source_is_established_by_three_over_40_ms_or_by_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(proofs); i++) {
		bool keyed = i % 2;
		size_t row = i / 2, count = proofs[row].count;
		bool want = keyed ? proofs[row].sealed : proofs[row].plain;
		uint64_t numbers[SILBO_TYPES + 1] = {0};
		struct bench b;

		if (keyed && proofs[row].plain_only)
			continue;
		set_up(&b, keyed);
		start(&b);
		for (size_t j = 0; j < count; j++) {
			const struct step *step = &proofs[row].steps[j];

			b.now = T0 + step->at * MS;
			assert_int_equal(say(&b, 1, step->type,
					     numbers[step->type]++, step->from),
			    SILBO_ACCEPTED);
			if (standing(&b, 0) !=
			    (want && j + 1 == count
				    ? SILBO_STANDING_ESTABLISHED
				    : SILBO_STANDING_PROVISIONAL))
				fail_msg("row %zu, step %zu, keyed %d", row, j,
				    keyed);
		}
		assert_int_equal(serial_of(&b, 0), want);
		check_sum(&b);
		tear_down(&b);
	}
}

static void
copies_and_unusable_ends_prove_nothing(void **state)
{
	struct letter letter;
	struct bench b;

	(void)state;
	set_up(&b, 1);
	start(&b);
	(void)say(&b, 1, DATA, 0, 1);
	for (int i = 0; i < 5; i++) {
		b.now += 20 * MS;
		assert_int_equal(say(&b, 1, DATA, 0, 1), SILBO_DROP_DUPLICATE);
	}
	/* END, but a byte too short to be an INFO */
	end_from(&b, &letter, 1, 0);
	type_from(&b, &letter, 1, INFO, 0, 159);
	assert_int_equal(deliver(&b, &letter), SILBO_BAD_BODY);
	assert_int_equal(standing(&b, 0), SILBO_STANDING_PROVISIONAL);
	tear_down(&b);
}

static void
newcomers_take_the_place_of_the_provisional_one_silent_longest(void **state)
{
	struct silbo_gate_report report;
	struct bench b;
	uint8_t places;

	(void)state;
	set_up(&b, 1);
	start(&b);
	places = (uint8_t)(b.config.sources + SILBO_GATE_PROVISIONAL);
	(void)say(&b, 0, END, 0, 1); /* established, and silent from now on */
	for (uint8_t i = 1; i < places; i++) {
		b.now += MS;
		assert_int_equal(say(&b, i, DATA, 0, 1), SILBO_ACCEPTED);
	}
	b.now += MS;
	(void)say(&b, 1, DATA, 1, 1); /* so 2 is silent longest */
	b.now += MS;
	assert_int_equal(say(&b, 100, DATA, 0, 1), SILBO_ACCEPTED);
	assert_false(has_place(&b, 2));
	for (uint8_t i = 0; i < places; i++)
		assert_int_equal(has_place(&b, i), i != 2);
	silbo_gate_report(b.gate, &report);
	assert_int_equal(report.evicted, 1);
	assert_int_equal(report.accepted_gone, 1);
	check_sum(&b);

	/* 2 is remembered: its 0 is not counted a second time */
	assert_int_equal(say(&b, 2, DATA, 0, 1), SILBO_DROP_OLD);
	assert_int_equal(say(&b, 2, DATA, 1, 1), SILBO_ACCEPTED);
	check_sum(&b);
	tear_down(&b);
}

static void
closed_places_go_before_provisional_ones_the_oldest_first(void **state)
{
	struct bench b;
	uint8_t places;

	(void)state;
	set_up(&b, 1);
	start(&b);
	places = (uint8_t)(b.config.sources + SILBO_GATE_PROVISIONAL);
	for (uint8_t i = 0; i < 3; i++)
		(void)say(&b, i, END, 0, 1);
	for (uint8_t i = 3; i < places; i++)
		(void)say(&b, i, DATA, 0, 1);
	silbo_gate_close(b.gate, 2);
	silbo_gate_close(b.gate, 0);
	/* They are not final yet: 3, the first of its time, goes */
	(void)say(&b, 100, DATA, 0, 1);
	assert_false(has_place(&b, 3));
	assert_int_equal(standing(&b, 2), SILBO_STANDING_CLOSED);
	assert_int_equal(serial_of(&b, 2), 3);
	silbo_gate_settle(b.gate, 0);
	silbo_gate_settle(b.gate, 2);
	(void)say(&b, 101, DATA, 0, 1);
	assert_int_equal(standing(&b, 2), SILBO_STANDING_PROVISIONAL);
	assert_int_equal(standing(&b, 0), SILBO_STANDING_CLOSED);
	(void)say(&b, 102, DATA, 0, 1);
	assert_int_equal(standing(&b, 0), SILBO_STANDING_PROVISIONAL);
	for (uint8_t i = 4; i < places; i++)
		assert_true(has_place(&b, i));
	check_sum(&b);
	tear_down(&b);
}

static void
what_is_released_is_taken_first_and_serials_go_on(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, 1);
	start(&b);
	for (uint8_t i = 0; i < 4; i++)
		prove(&b, i);
	assert_int_equal(say(&b, 9, DATA, 0, 1), SILBO_DROP_TABLE_FULL);
	silbo_gate_release(b.gate, 1);
	assert_int_equal(standing(&b, 1), SILBO_STANDING_FREE);
	assert_int_equal(serial_of(&b, 1), 0);
	assert_int_equal(say(&b, 9, END, 0, 1), SILBO_ACCEPTED);
	assert_int_equal(serial_of(&b, 1), 5);
	assert_int_equal(silbo_gate_sources(b.gate), 4);
	check_sum(&b);
	tear_down(&b);
}

static void
who_proves_itself_when_all_are_established_waits_for_a_place(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, 1);
	start(&b);
	(void)say(&b, 9, DATA, 0, 1);
	for (uint8_t i = 0; i < 4; i++)
		prove(&b, i);
	/* Counted until it has shown enough, then told that it has to wait. */
	for (uint64_t n = 1; n < 6; n++) {
		b.now += 30 * MS;
		assert_int_equal(say(&b, 9, DATA, n, 1),
		    n < 2 ? SILBO_ACCEPTED : SILBO_DROP_TABLE_FULL);
		assert_int_equal(say(&b, 9, INFO, n, 1), SILBO_ACCEPTED);
		assert_int_equal(standing(&b, 0), SILBO_STANDING_PROVISIONAL);
	}
	silbo_gate_close(b.gate, 3);
	assert_int_equal(say(&b, 9, DATA, 6, 1), SILBO_ACCEPTED);
	assert_int_equal(standing(&b, 0), SILBO_STANDING_ESTABLISHED);
	assert_int_equal(serial_of(&b, 0), 5);
	check_sum(&b);
	tear_down(&b);
}

/* What a source may say after it was closed, that had come to DATA 12, an INFO
 * that announced 15, and NACK 3. */
static const struct {
	int type;
	uint64_t number;
	enum silbo_verdict silent, ended;
} returns[] = {
    {DATA, 12, SILBO_DROP_OLD, SILBO_DROP_OLD},
    {DATA, 14, SILBO_DROP_OLD, SILBO_DROP_OLD}, /* announced: booked */
    {DATA, 15, SILBO_ACCEPTED, SILBO_DROP_OLD},
    {INFO, 0, SILBO_DROP_OLD, SILBO_DROP_OLD},
    {INFO, 1, SILBO_ACCEPTED, SILBO_DROP_OLD},
    {END, 1, SILBO_ACCEPTED, SILBO_DROP_OLD},
    {NACK, 3, SILBO_DROP_OLD, SILBO_DROP_OLD},
    {NACK, 4, SILBO_ACCEPTED, SILBO_DROP_OLD},
    {SILBO_TYPE_PROBE, 0, SILBO_ACCEPTED, SILBO_DROP_OLD},
};

static void
live_and_close(struct bench *b, bool ended)
{
	struct silbo_info info = {.next = 15, .media_time = T0};
	struct silbo_source id = letter_source(1, key_of(b));
	struct letter letter;

	for (uint64_t n = 10; n <= 12; n++, b->now += 20 * MS)
		assert_int_equal(say(b, 1, DATA, n, 1), SILBO_ACCEPTED);
	letter_say(&letter, 0, &info, &id, key_of(b));
	letter.from = 1;
	assert_int_equal(deliver(b, &letter), SILBO_ACCEPTED);
	assert_int_equal(say(b, 1, NACK, 3, 1), SILBO_ACCEPTED);
	if (ended) {
		struct silbo_stream *stream = silbo_gate_stream(b->gate, 0);
		struct silbo_frame frame;

		assert_int_equal(say(b, 1, END, 1, 1), SILBO_ACCEPTED);
		b->now += 3 * SILBO_NS_PER_S;
		silbo_stream_on_time(stream, b->now);
		while (!silbo_stream_is_done(stream))
			(void)!silbo_stream_get(stream, &frame, b->now);
	}
	silbo_gate_close(b->gate, 0);
}

static void
who_returns_begins_where_it_left_off_unless_it_had_ended(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4 * COUNT(returns); i++) {
		size_t row = i / 4;
		bool keyed = i & 1, ended = i & 2;
		enum silbo_verdict want =
		    ended ? returns[row].ended : returns[row].silent;
		struct bench b;

		set_up(&b, keyed);
		start(&b);
		live_and_close(&b, ended);
		if (say(&b, 1, returns[row].type, returns[row].number, 1) !=
		    want)
			fail_msg("row %zu, ended %d", row, ended);
		/* In its place is the report of the old one, and no other. */
		assert_int_equal(standing(&b, 0), SILBO_STANDING_CLOSED);
		assert_int_equal(has_place(&b, 1), want == SILBO_ACCEPTED);
		if (want == SILBO_ACCEPTED) {
			/* once in its place, as before it */
			assert_int_equal(
			    say(&b, 1, DATA, 14, 1), SILBO_DROP_OLD);
			assert_int_equal(
			    say(&b, 1, NACK, 3, 1), SILBO_DROP_OLD);
			assert_int_equal(
			    say(&b, 1, INFO, 0, 1), SILBO_DROP_OLD);
		} else {
			assert_true(is_untouched(&b));
		}
		check_sum(&b);
		tear_down(&b);
	}
}

static void
a_return_counts_no_false_loss_and_joins_late(void **state)
{
	struct silbo_stream_report report;
	struct bench b;

	(void)state;
	set_up(&b, 1);
	start(&b);
	live_and_close(&b, false);
	for (uint64_t n = 15; n < 20; n++, b.now += 20 * MS)
		assert_int_equal(say(&b, 1, DATA, n, 1), SILBO_ACCEPTED);
	assert_int_equal(say(&b, 1, INFO, 1, 1), SILBO_ACCEPTED);
	silbo_stream_report(silbo_gate_stream(b.gate, 1), &report);
	assert_int_equal(report.track.first, 15);
	assert_int_equal(report.track.expected, 5);
	assert_int_equal(report.track.unique, 5);
	assert_int_equal(report.track.base, SILBO_TRACK_BASE_JOINED);
	assert_int_equal(report.info_gaps, 0);
	assert_int_equal(serial_of(&b, 1), 2);
	tear_down(&b);
}

/* So many strangers, one after another, with a number each. */
static void
crowd(struct bench *b, uint8_t kind, uint32_t count)
{
	struct silbo_source id = {{0}};
	struct letter letter;

	id.bytes[15] = kind;
	for (uint32_t i = 0; i < count; i++) {
		b->now += MS;
		id.bytes[14] = (uint8_t)i;
		id.bytes[13] = (uint8_t)(i >> 8);
		letter_data(&letter, 0, b->now, &id, NULL);
		assert_int_equal(deliver(b, &letter), SILBO_ACCEPTED);
	}
}

/* 192 of the established are remembered, whatever number of others come. */
static void
tombs_of_the_established_are_not_washed_away(void **state)
{
	struct silbo_source id = {{0}};
	struct letter letter;
	struct bench b;

	(void)state;
	set_up(&b, 0);
	start(&b);
	for (uint32_t i = 0; i < 193; i++) {
		const struct silbo_info end = {.flags = SILBO_INFO_END};

		id.bytes[15] = 1;
		id.bytes[14] = (uint8_t)i;
		letter_say(&letter, 0, &end, &id, NULL);
		assert_int_equal(deliver(&b, &letter), SILBO_ACCEPTED);
		silbo_gate_release(b.gate, 0);
	}
	crowd(&b, 2, 5000);
	check_sum(&b);
	for (uint32_t i = 0; i < 193; i++) {
		id.bytes[15] = 1;
		id.bytes[14] = (uint8_t)i;
		letter_data(&letter, 0, b.now, &id, NULL);
		assert_int_equal(deliver(&b, &letter),
		    i == 0 ? SILBO_ACCEPTED : SILBO_DROP_OLD);
	}
	tear_down(&b);
}

/* Who can have one number of it accepted again cannot have it forgotten. */
static void
who_was_established_once_is_remembered_as_that(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, 0);
	start(&b);
	live_and_close(&b, false);
	assert_int_equal(say(&b, 1, DATA, 15, 1), SILBO_ACCEPTED);
	crowd(&b, 0, 1000);
	assert_false(has_place(&b, 1));
	assert_int_equal(say(&b, 1, DATA, 12, 1), SILBO_DROP_OLD);
	assert_int_equal(say(&b, 1, DATA, 15, 1), SILBO_DROP_OLD);
	tear_down(&b);
}

/* Highest 10 of DATA; then these, and what becomes of the last; how many of the
 * refused have come after all, when it has. */
static const struct {
	struct {
		uint64_t number;
		uint8_t from;
	} steps[4];
	size_t count;
	enum silbo_verdict expected;
	uint64_t next; /* of the track, then */
	uint64_t taken;
} jumps[] = {
    /* 0 */ {{{3010, 1}}, 1, SILBO_ACCEPTED, 3011, 0},
    /* 1 */ {{{3011, 1}}, 1, SILBO_DROP_JUMP, 11, 0},
    /* 2 */ {{{(uint64_t)1 << 47, 1}}, 1, SILBO_DROP_JUMP, 11, 0},
    /* 3: confirmed */ {{{9000, 1}, {9001, 1}}, 2, SILBO_ACCEPTED, 9002, 1},
    /* 4: from elsewhere */ {{{9000, 1}, {9001, 2}}, 2, SILBO_DROP_JUMP, 11, 0},
    /* 5: not by its successor: that was lost */
    {{{9000, 1}, {9002, 1}}, 2, SILBO_ACCEPTED, 9003, 1},
    /* 6 */ {{{9000, 1}, {9000, 1}}, 2, SILBO_DROP_JUMP, 11, 0},
    /* 7: they changed places */
    {{{9001, 1}, {9000, 1}}, 2, SILBO_ACCEPTED, 9002, 1},
    /* 8: what is not too far does not forget it */
    {{{9000, 2}, {11, 1}, {9001, 2}}, 3, SILBO_ACCEPTED, 9002, 1},
    /* 9: another jump does */
    {{{9000, 1}, {50000, 1}, {9001, 1}}, 3, SILBO_DROP_JUMP, 11, 0},
    /* 10: the one that was refused comes again: it is a copy */
    {{{9000, 1}, {9001, 1}, {9000, 1}}, 3, SILBO_DROP_DUPLICATE, 9002, 1},
    /* 11: and does not confirm itself */
    {{{9000, 1}, {9001, 1}, {20000, 1}}, 3, SILBO_DROP_JUMP, 9002, 1},
    /* 12 to 15: how far apart they may be */
    {{{9000, 1}, {12000, 1}}, 2, SILBO_ACCEPTED, 12001, 1},
    {{{9000, 1}, {12001, 1}}, 2, SILBO_DROP_JUMP, 11, 0},
    {{{9000, 1}, {6000, 1}}, 2, SILBO_ACCEPTED, 9001, 1},
    {{{9000, 1}, {5999, 1}}, 2, SILBO_DROP_JUMP, 11, 0},
    /* 16: what is not too far confirms nothing that is still ahead */
    {{{3011, 1}, {11, 1}}, 2, SILBO_ACCEPTED, 12, 0},
    {{{3011, 1}, {3010, 1}}, 2, SILBO_ACCEPTED, 3011, 0},
    /* 18: but when it has got past it */
    {{{3011, 1}, {3010, 1}, {3012, 1}}, 3, SILBO_ACCEPTED, 3013, 1},
    {{{3011, 1}, {3010, 1}, {3012, 2}}, 3, SILBO_ACCEPTED, 3013, 0},
    /* 20: it came again, in time: that is a copy */
    {{{3011, 1}, {3010, 1}, {3011, 1}, {3012, 1}}, 4, SILBO_ACCEPTED, 3013, 0},
};

static void
a_jump_in_plain_mode_needs_two_that_are_near(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(jumps); i++) {
		struct silbo_stream_report report;
		enum silbo_verdict got = SILBO_ACCEPTED;
		struct silbo_gate_report gate;
		struct bench b;

		set_up(&b, 0);
		b.config.stream.window = 4096;
		start(&b);
		meet(&b);
		for (size_t j = 0; j < jumps[i].count; j++)
			got = say(&b, 1, DATA, jumps[i].steps[j].number,
			    jumps[i].steps[j].from);
		silbo_stream_report(silbo_gate_stream(b.gate, 0), &report);
		silbo_gate_report(b.gate, &gate);
		/* All that the gate took, and what it refused and took. */
		assert_int_equal(report.track.unique + report.track.late_final,
		    gate.accepted + gate.taken - 1); /* an ECHO */
		assert_int_equal(report.track.refused, gate.taken);
		assert_int_equal(report.track.duplicate, i == 10 || i == 20);
		if (got != jumps[i].expected || gate.taken != jumps[i].taken ||
		    report.track.next != jumps[i].next)
			fail_msg("row %zu: %s", i, silbo_verdict_name(got));
		tear_down(&b);
	}
}

/* After 4000 have been dropped, and then all but one of so many: those that
 * came, and nothing else, came. */
static void
a_jump_loses_nobody_anything(void **state)
{
	static const uint64_t keeps[] = {1, 2, 3, 64, 999, 1999};
	static const int types[] = {DATA, PROBE};

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		for (size_t k = 0; k < COUNT(keeps); k++) {
			struct silbo_track_report report;
			struct silbo_stream_report stream;
			uint64_t came = 0;
			struct bench b;

			set_up(&b, 0);
			b.config.stream.window = 1024;
			start(&b);
			for (uint64_t n = 0; n < 9000; n++) {
				b.now += MS;
				if (n >= 1000 &&
				    (n < 5000 || n % keeps[k] != 0))
					continue;
				(void)say(&b, 1, types[t], n, 1);
				came++;
			}
			silbo_stream_report(
			    silbo_gate_stream(b.gate, 0), &stream);
			report = stream.track;
			if (t == 1)
				silbo_gate_report_numbers(
				    b.gate, 0, SILBO_TYPE_PROBE, &report);
			if (report.unique != came || report.refused != 1)
				fail_msg("type %d, row %zu", types[t], k);
			check_sum(&b);
			tear_down(&b);
		}
	}
}

static void
a_jump_of_2_to_the_47_ends_no_stream(void **state)
{
	(void)state;
	for (int keyed = 0; keyed <= 1; keyed++) {
		const uint64_t far = (uint64_t)1 << 47;
		struct silbo_stream_report report;
		struct bench b;

		set_up(&b, (size_t)keyed);
		start(&b);
		meet(&b);
		for (int type = 0; type < SILBO_TYPES; type++) {
			(void)say(&b, 1, type, 20, 1);
			assert_int_equal(say(&b, 1, type, far, 2),
			    keyed ? SILBO_ACCEPTED : SILBO_DROP_JUMP);
			assert_int_equal(say(&b, 1, type, 21, 1),
			    keyed ? SILBO_DROP_OLD : SILBO_ACCEPTED);
		}
		silbo_stream_report(silbo_gate_stream(b.gate, 0), &report);
		assert_int_equal(report.track.lost > 1000, keyed);
		check_sum(&b);
		tear_down(&b);
	}
}

static void
announce_as(struct bench *b, uint64_t number, uint64_t next, uint8_t flags)
{
	const struct silbo_info info = {
	    .next = next, .age_ns = 3600 * SILBO_NS_PER_S, .flags = flags};
	struct silbo_source id = letter_source(1, key_of(b));
	struct letter letter;

	letter_say(&letter, number, &info, &id, key_of(b));
	letter.from = 1;
	assert_int_equal(deliver(b, &letter), SILBO_ACCEPTED);
}

static void
announce(struct bench *b, uint64_t number, uint64_t next)
{
	announce_as(b, number, next, 0);
}

static uint64_t
edge(struct bench *b)
{
	struct silbo_stream_report report;

	silbo_stream_report(silbo_gate_stream(b->gate, 0), &report);
	return report.track.next;
}

static void
an_info_announces_no_more_than_a_data_may_jump(void **state)
{
	(void)state;
	for (int keyed = 0; keyed <= 1; keyed++) {
		struct bench b;

		set_up(&b, (size_t)keyed);
		b.config.stream.window = 8192;
		start(&b);
		meet(&b); /* DATA 10 */
		announce(&b, 11, 3012);
		assert_int_equal(edge(&b), keyed ? 3012 : 11);
		announce(&b, 12, 3011);
		assert_int_equal(edge(&b), keyed ? 3012 : 3011);
		/* Announcements do not add up. */
		announce(&b, 13, 6011);
		assert_int_equal(edge(&b), keyed ? 6011 : 3011);
		assert_int_equal(say(&b, 1, DATA, 3010, 1), SILBO_ACCEPTED);
		announce(&b, 14, 6011);
		assert_int_equal(edge(&b), 6011);
		tear_down(&b);
	}
}

/* A tail of more than 3000 is lost: its end is told five times. */
static void
what_is_announced_twice_is_believed_and_an_end_not_before(void **state)
{
	struct silbo_stream_report report;
	struct bench b;

	(void)state;
	set_up(&b, 0);
	start(&b);
	meet(&b); /* DATA 10 */
	announce_as(&b, 11, 9000, SILBO_INFO_END);
	silbo_stream_report(silbo_gate_stream(b.gate, 0), &report);
	assert_int_equal(report.track.next, 11);
	assert_false(report.ended);
	announce_as(&b, 12, 9001, SILBO_INFO_END); /* something else */
	assert_int_equal(edge(&b), 11);
	announce_as(&b, 13, 9001, SILBO_INFO_END);
	silbo_stream_report(silbo_gate_stream(b.gate, 0), &report);
	assert_int_equal(report.track.next, 9001);
	assert_true(report.ended);
	tear_down(&b);
}

/* It neither proves its source nor buries it: what follows is not old. */
static void
an_end_that_is_not_believed_ends_nothing(void **state)
{
	struct bench b;

	(void)state;
	for (int believed = 0; believed < 2; believed++) {
		set_up(&b, 0);
		start(&b);
		meet(&b); /* DATA 10 */
		announce_as(&b, 11, believed ? 12 : 9000, SILBO_INFO_END);
		assert_int_equal(standing(&b, 0),
		    believed ? SILBO_STANDING_ESTABLISHED
			     : SILBO_STANDING_PROVISIONAL);
		silbo_gate_release(b.gate, 0);
		assert_int_equal(say(&b, 1, DATA, 12, 1),
		    believed ? SILBO_DROP_OLD : SILBO_ACCEPTED);
		tear_down(&b);
	}
}

static void
the_first_info_tells_a_plain_source_where_it_is(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, 0);
	start(&b);
	announce(&b, 0, 70000);
	assert_int_equal(edge(&b), 70000);
	assert_int_equal(say(&b, 1, DATA, 73000, 1), SILBO_DROP_JUMP);
	assert_int_equal(say(&b, 1, DATA, 72999, 1), SILBO_ACCEPTED);
	tear_down(&b);
}

/* Its only datagram announced 20, and it lost its place before the next. */
static void
what_the_only_datagram_announced_is_booked_as_well(void **state)
{
	(void)state;
	for (int keyed = 0; keyed < 2; keyed++) {
		struct bench b;

		set_up(&b, (size_t)keyed);
		start(&b);
		announce(&b, 0, 20);
		silbo_gate_release(b.gate, 0);
		assert_int_equal(say(&b, 1, DATA, 19, 1), SILBO_DROP_OLD);
		assert_int_equal(say(&b, 1, DATA, 20, 1), SILBO_ACCEPTED);
		check_sum(&b);
		tear_down(&b);
	}
}

/* A source of tag 7 falls silent; another begins, and its last INFO comes. */
static const struct {
	uint8_t tag;             /* of the other */
	silbo_time silent, info; /* ms from the last of the first to the first
	                            and last of the other */
	bool again;              /* the first is heard in between */
	bool proven;             /* the other is established */
	bool outlived;
} restarts[] = {
    /* 0 */ {7, 20, 60, false, true, true},
    /* 1 */ {7, 5000, 5040, false, true, true},
    /* 2: another stream */ {8, 100, 300, false, true, false},
    /* 3: no stream */ {0, 100, 300, false, true, false},
    /* 4: both send */ {7, 100, 900, true, true, false},
    /* 5: not established */ {7, 100, 300, false, false, false},
};

static bool
is_outlived(const struct bench *b, uint32_t place)
{
	struct silbo_gate_source about;

	silbo_gate_report_source(b->gate, place, &about);
	return about.outlived;
}

static void
say_tag(struct bench *b, uint8_t source, uint64_t number, uint8_t tag)
{
	const struct silbo_info info = {.tag = {tag}, .media_time = b->now};
	struct silbo_source id = letter_source(source, key_of(b));
	struct letter letter;

	letter_say(&letter, number, &info, &id, key_of(b));
	letter.from = 1;
	assert_int_equal(deliver(b, &letter), SILBO_ACCEPTED);
}

static void
a_sender_that_was_started_again_outlives_its_old_stream(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(restarts); i++) {
		silbo_time last;
		struct bench b;

		set_up(&b, 1);
		start(&b);
		for (uint64_t n = 0; n < 3; n++, b.now += 20 * MS)
			say_tag(&b, 1, n, restarts[i].tag == 0 ? 0 : 7);
		b.now -= 20 * MS;
		last = b.now;
		b.now = last + restarts[i].silent * MS;
		say_tag(&b, 2, 0, restarts[i].tag);
		if (restarts[i].again) {
			b.now += MS;
			say_tag(&b, 1, 3, 7);
		}
		b.now = last + restarts[i].info * MS;
		if (restarts[i].proven)
			(void)say(&b, 2, DATA, 0, 1);
		say_tag(&b, 2, 1, restarts[i].tag);
		if (restarts[i].again) { /* silent again, and the other not */
			b.now += 500 * MS;
			say_tag(&b, 2, 2, restarts[i].tag);
		}
		if (is_outlived(&b, 0) != restarts[i].outlived)
			fail_msg("row %zu", i);
		/* Its next word shows that it is not. */
		say_tag(&b, 1, 9, 7);
		assert_false(is_outlived(&b, 0));
		say_tag(&b, 2, 9, 7);
		assert_false(is_outlived(&b, 0));
		tear_down(&b);
	}
}

/* 4 may be established, and are; a fifth is one of them, started again. */
static void
who_is_started_again_is_established_when_there_is_no_room(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, 1);
	start(&b);
	for (uint8_t i = 0; i < 4; i++) {
		say_tag(&b, i, 0, (uint8_t)(i + 1));
		prove(&b, i);
	}
	say_tag(&b, 3, 1, 4);
	/* of another tag: has to wait */
	for (uint64_t n = 0; n < 5; n++, b.now += 20 * MS)
		say_tag(&b, 8, n, 8);
	assert_int_equal(standing(&b, 4), SILBO_STANDING_PROVISIONAL);
	for (uint64_t n = 0; n < 3; n++) {
		b.now += 20 * MS;
		say_tag(&b, 9, n, 4);
	}
	assert_int_equal(standing(&b, 5), SILBO_STANDING_ESTABLISHED);
	assert_true(is_outlived(&b, 3));
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(standing(&b, i), SILBO_STANDING_ESTABLISHED);
	/* The place of the old one is not yet one for anybody else. */
	silbo_gate_close(b.gate, 3);
	say_tag(&b, 8, 5, 8);
	assert_int_equal(standing(&b, 4), SILBO_STANDING_PROVISIONAL);
	tear_down(&b);
}

/* Ends alone establish as many as there is room for, and then move nobody. */
static void
who_has_ended_makes_way_for_who_has_not(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, 1);
	start(&b);
	for (uint8_t i = 0; i < 4; i++, b.now += MS)
		(void)say(&b, i, END, 0, 1);
	(void)say(&b, 5, END, 0, 1);
	assert_int_equal(standing(&b, 4), SILBO_STANDING_PROVISIONAL);
	assert_int_equal(say(&b, 5, DATA, 0, 1), SILBO_DROP_TABLE_FULL);
	assert_int_equal(say(&b, 0, END, 1, 1), SILBO_ACCEPTED);
	for (uint64_t n = 0; n < 3; n++, b.now += 20 * MS)
		assert_int_equal(say(&b, 9, INFO, n, 1), SILBO_ACCEPTED);
	assert_int_equal(serial_of(&b, 5), 5);
	/* 1 is silent longest; nobody takes its place before it is settled */
	assert_int_equal(standing(&b, 1), SILBO_STANDING_CLOSED);
	assert_int_equal(serial_of(&b, 1), 2);
	assert_int_equal(say(&b, 1, END, 1, 1), SILBO_DROP_OLD);
	for (uint32_t i = 0; i < 100; i++)
		(void)say(&b, (uint8_t)(100 + i), INFO, 0, 1);
	assert_int_equal(serial_of(&b, 1), 2);
	check_sum(&b);
	tear_down(&b);
}

/* Whatever is proven and closed, half of the places beside are for others. */
static void
places_for_newcomers_are_never_used_up(void **state)
{
	struct bench b;
	uint32_t held = 0;

	(void)state;
	set_up(&b, 1);
	start(&b);
	for (uint8_t i = 0; i < 100; i++) {
		for (uint64_t n = 0; n < 3; n++, b.now += 20 * MS)
			(void)say(&b, i, INFO, n, 1);
		(void)say(&b, i, END, 3, 1);
	}
	for (uint32_t i = 0; i < silbo_gate_sources(b.gate); i++)
		held += serial_of(&b, i) > 0;
	assert_int_equal(held, b.config.sources + SILBO_GATE_PROVISIONAL / 2);
	check_sum(&b);
	tear_down(&b);
}

static void
a_source_roams_by_both_its_types(void **state)
{
	static const struct {
		int type;
		uint64_t number;
		uint8_t from, peer;
	} rows[] = {{DATA, 11, 2, 2}, {INFO, 11, 3, 3}, {DATA, 12, 3, 3},
	    {DATA, 11, 4, 3}, {INFO, 11, 4, 3}, {INFO, 10, 4, 3},
	    {INFO, 12, 4, 4}, {DATA, 13, 5, 5}};

	(void)state;
	for (int keyed = 0; keyed <= 1; keyed++) {
		struct silbo_gate_source about;
		struct bench b;

		set_up(&b, (size_t)keyed);
		start(&b);
		meet(&b);
		for (size_t i = 0; i < COUNT(rows); i++) {
			b.now += 20 * MS;
			(void)say(
			    &b, 1, rows[i].type, rows[i].number, rows[i].from);
			silbo_gate_report_source(b.gate, 0, &about);
			if (about.peer.bytes[0] != rows[i].peer)
				fail_msg("row %zu", i);
		}
		tear_down(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_source_is_established_by_three_over_40_ms_or_by_end),
	    cmocka_unit_test(copies_and_unusable_ends_prove_nothing),
	    cmocka_unit_test(
		newcomers_take_the_place_of_the_provisional_one_silent_longest),
	    cmocka_unit_test(
		closed_places_go_before_provisional_ones_the_oldest_first),
	    cmocka_unit_test(what_is_released_is_taken_first_and_serials_go_on),
	    cmocka_unit_test(
		who_proves_itself_when_all_are_established_waits_for_a_place),
	    cmocka_unit_test(
		who_returns_begins_where_it_left_off_unless_it_had_ended),
	    cmocka_unit_test(a_return_counts_no_false_loss_and_joins_late),
	    cmocka_unit_test(tombs_of_the_established_are_not_washed_away),
	    cmocka_unit_test(who_was_established_once_is_remembered_as_that),
	    cmocka_unit_test(a_jump_in_plain_mode_needs_two_that_are_near),
	    cmocka_unit_test(a_jump_loses_nobody_anything),
	    cmocka_unit_test(a_jump_of_2_to_the_47_ends_no_stream),
	    cmocka_unit_test(an_info_announces_no_more_than_a_data_may_jump),
	    cmocka_unit_test(
		what_is_announced_twice_is_believed_and_an_end_not_before),
	    cmocka_unit_test(an_end_that_is_not_believed_ends_nothing),
	    cmocka_unit_test(the_first_info_tells_a_plain_source_where_it_is),
	    cmocka_unit_test(
		what_the_only_datagram_announced_is_booked_as_well),
	    cmocka_unit_test(
		a_sender_that_was_started_again_outlives_its_old_stream),
	    cmocka_unit_test(
		who_is_started_again_is_established_when_there_is_no_room),
	    cmocka_unit_test(who_has_ended_makes_way_for_who_has_not),
	    cmocka_unit_test(places_for_newcomers_are_never_used_up),
	    cmocka_unit_test(a_source_roams_by_both_its_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
