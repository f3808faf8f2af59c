/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "bytes.h"
#include "gate_bench.h"

#define LIMIT SILBO_WIRE_NUMBER_MAX
#define STRANGER 99 /* of somebody who was never heard */

/*
 * Steps 1 to 6, one fault after the other.  Each row damages a DATA that would
 * be accepted; the second of two faults is always one of a later step.
 */
enum fault {
	NOTHING = 0,
	TRUNCATED = 1 << 0,
	TOO_LONG = 1 << 1,  /* 1201 bytes */
	TOO_SHORT = 1 << 2, /* 23 bytes */
	EMPTY = 1 << 3,
	VERSION = 1 << 4,
	TYPE = 1 << 5,
	OURS = 1 << 6,
	OTHER_MODE = 1 << 7, /* plain for sealed, sealed for plain */
	MODE = 1 << 8,
	NUMBER = 1 << 9,
	KEY = 1 << 10, /* a stranger's, who has another key */
	TAG = 1 << 11,
	NO_TAG = 1 << 12 /* nothing behind the header */
};

static void
damage(struct bench *b, struct letter *letter, unsigned faults)
{
	struct silbo_source id = letter_source(1, key_of(b));
	const struct silbo_key *key = key_of(b);

	if (faults & KEY) {
		key = &b->keys[SILBO_KEYS_MAX];
		id = letter_source(STRANGER, key);
	}
	if (faults & OURS)
		id = b->own;
	letter_data(letter, faults & NUMBER ? LIMIT + 1 : 11, b->now, &id, key);
	letter->truncated = faults & TRUNCATED;
	if (faults & TOO_LONG)
		letter->len = 1201;
	if (faults & VERSION)
		letter->bytes[0] ^= 0x30;
	if (faults & TYPE)
		letter->bytes[0] |= 7;
	if (faults & OTHER_MODE)
		letter->bytes[1] ^= 1;
	if (faults & MODE)
		letter->bytes[1] = 2;
	if (faults & TAG)
		letter->bytes[letter->len - 1] ^= 0x80;
	if (faults & NO_TAG)
		letter->len = 24;
	if (faults & TOO_SHORT)
		letter->len = 23;
	if (faults & EMPTY)
		letter->len = 0;
}

static const struct {
	size_t keys;
	unsigned faults;
	enum silbo_verdict expected;
} faulty[] = {
    /* 0 */ {1, TRUNCATED, SILBO_DROP_OVERSIZE},
    /* 1 */ {1, TRUNCATED | EMPTY, SILBO_DROP_OVERSIZE},
    /* 2 */ {1, TOO_LONG, SILBO_DROP_OVERSIZE},
    /* 3 */ {1, TOO_LONG | VERSION, SILBO_DROP_OVERSIZE},
    /* 4 */ {1, EMPTY, SILBO_DROP_SHORT},
    /* 5 */ {1, TOO_SHORT, SILBO_DROP_SHORT},
    /* 6 */ {1, TOO_SHORT | VERSION, SILBO_DROP_SHORT},
    /* 7 */ {1, VERSION, SILBO_DROP_VERSION},
    /* 8 */ {1, VERSION | TYPE, SILBO_DROP_VERSION},
    /* 9 */ {1, TYPE, SILBO_DROP_TYPE},
    /* 10 */ {1, TYPE | OURS, SILBO_DROP_TYPE},
    /* 11 */ {1, OURS, SILBO_DROP_REFLECTED},
    /* 12 */ {1, OURS | OTHER_MODE, SILBO_DROP_REFLECTED},
    /* 13 */ {1, OTHER_MODE, SILBO_DROP_PLAIN},
    /* 14 */ {1, OTHER_MODE | NUMBER, SILBO_DROP_PLAIN},
    /* 15 */ {1, MODE, SILBO_DROP_MODE},
    /* 16 */ {1, MODE | NUMBER, SILBO_DROP_MODE},
    /* 17 */ {1, NUMBER, SILBO_DROP_LIMIT},
    /* 18 */ {1, NUMBER | KEY, SILBO_DROP_LIMIT},
    /* 19 */ {1, KEY, SILBO_DROP_WRONG_KEY},
    /* 20 */ {1, KEY | TAG, SILBO_DROP_WRONG_KEY},
    /* 21 */ {1, TAG, SILBO_DROP_AUTH},
    /* 22 */ {1, NO_TAG, SILBO_DROP_AUTH},
    /* 23 */ {0, TRUNCATED, SILBO_DROP_OVERSIZE},
    /* 24 */ {0, TOO_LONG, SILBO_DROP_OVERSIZE},
    /* 25 */ {0, TOO_SHORT, SILBO_DROP_SHORT},
    /* 26 */ {0, VERSION, SILBO_DROP_VERSION},
    /* 27 */ {0, TYPE, SILBO_DROP_TYPE},
    /* 28 */ {0, OURS, SILBO_DROP_REFLECTED},
    /* 29 */ {0, OTHER_MODE, SILBO_DROP_ENCRYPTED},
    /* 30 */ {0, OTHER_MODE | NUMBER, SILBO_DROP_ENCRYPTED},
    /* 31 */ {0, MODE, SILBO_DROP_MODE},
    /* 32 */ {0, NUMBER, SILBO_DROP_LIMIT},
};

static void
the_first_fault_names_the_counter_and_nothing_else_moves(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(faulty); i++) {
		struct letter letter;
		struct bench b;
		uint32_t source = 0;
		enum silbo_verdict got;

		set_up(&b, faulty[i].keys);
		start(&b);
		meet(&b);
		damage(&b, &letter, faulty[i].faults);
		got = deliver_to(&b, &letter, &source);
		if (got != faulty[i].expected)
			fail_msg("row %zu: %s", i, silbo_verdict_name(got));
		if (!is_untouched(&b))
			fail_msg("row %zu changed something", i);
		assert_int_equal(source, SILBO_GATE_NONE);
		damage(&b, &letter, NOTHING);
		assert_int_equal(deliver(&b, &letter), SILBO_ACCEPTED);
		tear_down(&b);
	}
}

/* What one flipped bit of a sealed DATA must be taken for. */
static enum silbo_verdict
verdict_of_flip(size_t byte, unsigned bit, uint64_t number)
{
	if (byte == 0 && bit >= 4)
		return SILBO_DROP_VERSION;
	if (byte == 0 && bit == 3) /* type 8 */
		return SILBO_DROP_TYPE;
	if (byte == 1)
		return bit == 0 ? SILBO_DROP_PLAIN : SILBO_DROP_MODE;
	if (byte >= 2 && byte < 8 &&
	    (number ^ (uint64_t)1 << (8 * (7 - byte) + bit)) > LIMIT)
		return SILBO_DROP_LIMIT;
	if (byte >= 8 && byte < 24)
		return SILBO_DROP_WRONG_KEY;
	return SILBO_DROP_AUTH;
}

static void
a_flipped_bit_anywhere_moves_one_drop_counter_only(void **state)
{
	static const struct {
		uint8_t source;
		uint64_t number;
	} rows[] = {{1, 11}, {1, LIMIT}, {STRANGER, 11}, {STRANGER, LIMIT}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct letter good;
		struct bench b;

		set_up(&b, 1);
		start(&b);
		meet(&b);
		data_from(&b, &good, rows[i].source, rows[i].number);
		for (size_t bit = 0; bit < 8 * good.len; bit++) {
			struct letter letter = good;
			uint32_t source = 0;

			letter.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(deliver_to(&b, &letter, &source),
			    verdict_of_flip(bit / 8, bit % 8, rows[i].number));
			assert_true(is_untouched(&b));
			assert_int_equal(source, SILBO_GATE_NONE);
		}
		assert_int_equal(deliver(&b, &good), SILBO_ACCEPTED);
		tear_down(&b);
	}
}

static void
a_copy_moves_counters_only(void **state)
{
	static const struct {
		enum silbo_type type;
		uint64_t number;
		size_t body_bytes;
		enum silbo_verdict first; /* of two */
	} rows[] = {
	    /* 0 */ {SILBO_TYPE_DATA, 11, 13, SILBO_ACCEPTED},
	    /* 1 */ {SILBO_TYPE_INFO, 11, 160, SILBO_ACCEPTED},
	    /* 2 */ {SILBO_TYPE_RESEND, 10, 19, SILBO_ACCEPTED},
	    /* 3 */ {SILBO_TYPE_REPORT, 10, 0, SILBO_ACCEPTED},
	    /* 4 */ {SILBO_TYPE_NACK, 10, 0, SILBO_ACCEPTED},
	    /* 5 */ {SILBO_TYPE_PROBE, 10, 16, SILBO_ACCEPTED},
	    /* 6 */ {SILBO_TYPE_ECHO, 10, 88, SILBO_ACCEPTED},
	    /* 7: a body nobody can read was received all the same */
	    {SILBO_TYPE_DATA, 11, 12, SILBO_BAD_BODY},
	    /* 8 */ {SILBO_TYPE_INFO, 11, 159, SILBO_BAD_BODY},
	    /* 9 */ {SILBO_TYPE_RESEND, 10, 5, SILBO_BAD_BODY},
	    /* 10 */ {SILBO_TYPE_RESEND, 10, 18, SILBO_BAD_BODY},
	    /* 11: seen before comes before the body is looked at */
	    {SILBO_TYPE_DATA, 10, 0, SILBO_DROP_DUPLICATE},
	    /* 12 */ {SILBO_TYPE_INFO, 10, 0, SILBO_DROP_DUPLICATE},
	    /* 13 */ {SILBO_TYPE_PROBE, 10, 15, SILBO_BAD_BODY},
	    /* 14 */ {SILBO_TYPE_ECHO, 10, 87, SILBO_BAD_BODY},
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		size_t row = i / 2;
		struct silbo_gate_source before, after;
		struct silbo_stream_report stream;
		struct letter letter;
		struct bench b;
		uint32_t source;

		set_up(&b, i % 2);
		start(&b);
		meet(&b);
		type_from(&b, &letter, 1, rows[row].type, rows[row].number,
		    rows[row].body_bytes);
		if (deliver(&b, &letter) != rows[row].first)
			fail_msg("row %zu", row);
		silbo_gate_report_source(b.gate, 0, &before);
		b.now += MS;
		letter.from = 66;
		assert_int_equal(
		    deliver_to(&b, &letter, &source), SILBO_DROP_DUPLICATE);
		silbo_gate_report_source(b.gate, 0, &after);
		assert_memory_equal(&before, &after, sizeof(before));
		assert_int_equal(source, 0);
		silbo_stream_report(silbo_gate_stream(b.gate, 0), &stream);
		assert_int_equal(stream.bad_bodies,
		    rows[row].first == SILBO_BAD_BODY &&
			rows[row].type < SILBO_TYPE_RESEND);
		tear_down(&b);
	}
}

static void
a_number_that_was_booked_lost_is_late_once(void **state)
{
	struct silbo_stream_report report;
	struct letter letter;
	struct bench b;

	(void)state;
	set_up(&b, 1);
	start(&b);
	meet(&b);
	data_from(&b, &letter, 1, 12);
	assert_int_equal(deliver(&b, &letter), SILBO_ACCEPTED);
	b.now += 3 * SILBO_NS_PER_S;
	silbo_stream_on_time(silbo_gate_stream(b.gate, 0), b.now);
	data_from(&b, &letter, 1, 11);
	letter.from = 2;
	assert_int_equal(deliver(&b, &letter), SILBO_LATE_FINAL);
	assert_int_equal(deliver(&b, &letter), SILBO_DROP_DUPLICATE);
	silbo_stream_report(silbo_gate_stream(b.gate, 0), &report);
	assert_int_equal(report.track.late_final, 1);
	assert_int_equal(report.track.lost, 1);
	tear_down(&b);
}

/* Hand in DATA of this number, marked so. */
static enum silbo_verdict
deliver_marked(struct bench *b, uint8_t source, uint64_t number, int tos)
{
	uint8_t data[LETTER_BYTES];
	struct silbo_arrival arrival;
	struct letter letter;
	uint32_t place;

	data_from(b, &letter, source, number);
	arrival = letter_arrival(&letter, data, b->now);
	arrival.tos = tos;
	arrival.ttl = 64;
	return silbo_gate_on_datagram(b->gate, &place, &arrival, b->now);
}

static void
marks_count_from_the_first_of_a_source_and_without_copies(void **state)
{
	/* EF marked by a queue, twice the same, then EF and bleached. */
	static const struct {
		uint64_t number;
		int tos;
		enum silbo_verdict verdict;
	} rows[] = {
	    {0, 46 << 2 | 3, SILBO_ACCEPTED},
	    {0, 46 << 2 | 3, SILBO_DROP_DUPLICATE},
	    {1, 46 << 2, SILBO_ACCEPTED},
	    {2, 0, SILBO_ACCEPTED},
	};
	struct silbo_gate_source about;
	struct bench b;

	(void)state;
	for (size_t keys = 0; keys < 2; keys++) {
		set_up(&b, keys);
		start(&b);
		for (size_t i = 0; i < COUNT(rows); i++)
			assert_int_equal(
			    deliver_marked(&b, 1, rows[i].number, rows[i].tos),
			    rows[i].verdict);
		silbo_gate_report_source(b.gate, 0, &about);
		assert_int_equal(about.marks.congested, 1);
		assert_int_equal(about.marks.changes, 1);
		assert_int_equal(silbo_marks_classes(&about.marks), 2);
		assert_int_equal(about.marks.tos, 0);
		assert_int_equal(about.marks.ttl, 64);
		/* Another begins with its own. */
		assert_int_equal(deliver_marked(&b, 2, 7, -1), SILBO_ACCEPTED);
		silbo_gate_report_source(b.gate, 1, &about);
		assert_int_equal(about.marks.tos, -1);
		assert_int_equal(about.marks.congested, 0);
		tear_down(&b);
	}
}

static void
each_of_four_keys_opens_its_sources(void **state)
{
	struct silbo_gate_source about;
	struct letter letter;
	struct bench b;
	uint32_t source;

	(void)state;
	set_up(&b, SILBO_KEYS_MAX);
	start(&b);
	for (uint8_t i = 0; i <= SILBO_KEYS_MAX; i++) {
		struct silbo_source id = letter_source(i, &b.keys[i]);
		bool held = i < SILBO_KEYS_MAX;

		for (uint64_t number = 0; number < 3; number++) {
			letter_data(&letter, number, b.now, &id, &b.keys[i]);
			assert_int_equal(deliver_to(&b, &letter, &source),
			    held ? SILBO_ACCEPTED : SILBO_DROP_WRONG_KEY);
			assert_int_equal(source, held ? i : SILBO_GATE_NONE);
		}
		if (!held)
			continue;
		silbo_gate_report_source(b.gate, i, &about);
		assert_int_equal(about.key, i);
		assert_true(about.encrypted);
		assert_memory_equal(&about.id, &id, sizeof(id));
	}
	/* An id of one key, sealed with another: its own key decides. */
	data_from(&b, &letter, 0, 3);
	letter_data(&letter, 3, b.now, &(struct silbo_source){{0x73, 0, 1, 2}},
	    &b.keys[1]);
	assert_int_equal(deliver(&b, &letter), SILBO_DROP_WRONG_KEY);
	tear_down(&b);
}

static void
age_is_asked_of_new_sources_only(void **state)
{
	static const struct {
		enum silbo_type type;
		size_t body_bytes;
		int64_t age_ms; /* of the media time it begins with */
		uint8_t source;
		enum silbo_verdict expected;
	} rows[] = {
	    /* 0 */ {SILBO_TYPE_DATA, 13, 60001, 2, SILBO_DROP_STALE},
	    /* 1 */ {SILBO_TYPE_DATA, 13, 60000, 2, SILBO_ACCEPTED},
	    /* 2 */ {SILBO_TYPE_INFO, 160, 60001, 2, SILBO_DROP_STALE},
	    /* 3 */ {SILBO_TYPE_INFO, 160, 60000, 2, SILBO_ACCEPTED},
	    /* 4: clocks differ */
	    {SILBO_TYPE_DATA, 13, -99999, 2, SILBO_ACCEPTED},
	    /* 5: known already */
	    {SILBO_TYPE_DATA, 13, 60001, 1, SILBO_ACCEPTED},
	    /* 6: cannot show its age */
	    {SILBO_TYPE_DATA, 7, 0, 2, SILBO_DROP_STALE},
	    /* 7: its first bytes are something else */
	    {SILBO_TYPE_NACK, 100, 0, 2, SILBO_DROP_STALE},
	    /* 8 */ {SILBO_TYPE_RESEND, 100, 0, 2, SILBO_DROP_STALE},
	    /* 9 */ {SILBO_TYPE_NACK, 100, 0, 1, SILBO_ACCEPTED},
	    /* 10: by its time of sending */
	    {SILBO_TYPE_PROBE, 16, 60001, 2, SILBO_DROP_STALE},
	    /* 11 */ {SILBO_TYPE_PROBE, 16, 60000, 2, SILBO_ACCEPTED},
	    /* 12 */ {SILBO_TYPE_ECHO, 88, 60000, 2, SILBO_DROP_STALE},
	};
	static const int64_t offsets[] = {1795000000 * (int64_t)SILBO_NS_PER_S,
	    -20 * (int64_t)SILBO_NS_PER_S};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		size_t row = i / 2;
		struct silbo_source id;
		uint8_t body[160] = {0};
		struct letter letter;
		struct bench b;
		uint64_t wall;

		set_up(&b, 1);
		b.config.max_age_ns = 60 * SILBO_NS_PER_S;
		b.config.wall_offset_ns = offsets[i % 2];
		start(&b);
		wall = b.now + (uint64_t)offsets[i % 2];
		id = letter_source(1, key_of(&b));
		letter_data(&letter, 10, wall, &id, key_of(&b));
		assert_int_equal(deliver(&b, &letter), SILBO_ACCEPTED);

		store_be64(body, wall - (uint64_t)(rows[row].age_ms * 1000000));
		id = letter_source(rows[row].source, key_of(&b));
		letter_write(&letter, rows[row].type, 11, &id, key_of(&b), body,
		    rows[row].body_bytes);
		if (deliver(&b, &letter) != rows[row].expected)
			fail_msg("row %zu", row);
		assert_int_equal(
		    is_untouched(&b), rows[row].expected == SILBO_DROP_STALE);
		tear_down(&b);
	}
}

static bool
contains(const void *mem, size_t size, const void *what, size_t len)
{
	const uint8_t *at = mem;

	for (size_t i = 0; i + len <= size; i++)
		if (memcmp(at + i, what, len) == 0)
			return true;
	return false;
}

static void
reset_leaves_no_key_behind(void **state)
{
	struct silbo_source id;
	struct silbo_seal seal;
	struct bench b;

	(void)state;
	set_up(&b, 2);
	start(&b);
	meet(&b);
	id = letter_source(1, key_of(&b));
	silbo_seal_init(&seal, key_of(&b), &id);
	for (int round = 0; round < 2; round++) {
		bool there = round == 0;

		assert_int_equal(
		    contains(b.gate, b.size, b.keys[1].data, 32), there);
		assert_int_equal(
		    contains(b.gate, b.size, b.keys[1].check, 32), there);
		assert_int_equal(
		    contains(b.gate, b.size, seal.subkey, 32), there);
		silbo_gate_reset(b.gate);
	}
	tear_down(&b);
}

/* Keys, and subkeys of sources in all places: none lies behind what is told. */
static void
all_secrets_lie_in_the_first_bytes(void **state)
{
	struct bench b;
	size_t secret;

	(void)state;
	set_up(&b, SILBO_KEYS_MAX);
	start(&b);
	secret = silbo_gate_secret_size(&b.config);
	assert_true(secret < b.size);
	for (uint8_t i = 0; i < 2 * (4 + SILBO_GATE_PROVISIONAL); i++) {
		const struct silbo_key *key = &b.keys[i % SILBO_KEYS_MAX];
		struct silbo_source id = letter_source(i / 2, key_of(&b));
		struct silbo_seal seal;
		struct letter letter;

		data_from(&b, &letter, i / 2, i % 2);
		assert_int_equal(deliver(&b, &letter), SILBO_ACCEPTED);
		silbo_seal_init(&seal, key_of(&b), &id);
		assert_true(contains(b.gate, secret, seal.subkey, 32));
		assert_false(contains((uint8_t *)b.gate + secret,
		    b.size - secret, seal.subkey, 32));
		assert_true(contains(b.gate, secret, key->data, 32));
		assert_true(contains(b.gate, secret, key->check, 32));
		assert_false(contains((uint8_t *)b.gate + secret,
		    b.size - secret, key->data, 32));
		assert_false(contains((uint8_t *)b.gate + secret,
		    b.size - secret, key->check, 32));
	}
	tear_down(&b);
}

/* The same age twice: the clock is set in between, and set back. */
static void
the_age_of_a_source_is_judged_by_the_clock_of_now(void **state)
{
	static const struct {
		int64_t set_s;
		uint8_t source;
		enum silbo_verdict expected;
	} rows[] = {
	    {0, 1, SILBO_ACCEPTED},
	    {61, 2, SILBO_DROP_STALE},
	    {61, 1, SILBO_ACCEPTED}, /* known already */
	    {60, 3, SILBO_ACCEPTED},
	    {-90, 4, SILBO_ACCEPTED},
	    {3600, 5, SILBO_DROP_STALE},
	};
	struct bench b;

	(void)state;
	set_up(&b, 1);
	b.config.max_age_ns = 60 * SILBO_NS_PER_S;
	start(&b);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct letter letter;

		silbo_gate_on_wall(
		    b.gate, rows[i].set_s * (int64_t)SILBO_NS_PER_S);
		data_from(&b, &letter, rows[i].source, i);
		if (deliver(&b, &letter) != rows[i].expected)
			fail_msg("row %zu", i);
	}
	tear_down(&b);
}

/* Whoever takes another id says so: what comes from that is thrown back, and
 * from the three before it.  A former one may be forgotten, nothing else. */
static void
ids_of_our_own_are_known_the_four_latest(void **state)
{
	struct bench b;

	(void)state;
	for (size_t keys = 0; keys < 2; keys++) {
		set_up(&b, keys);
		if (keys == 0)
			b.config.own = NULL;
		start(&b);
		for (uint8_t latest = 1; latest <= 6; latest++) {
			struct silbo_source id =
			    letter_source(latest, key_of(&b));

			silbo_gate_on_own(b.gate, &id);
			silbo_gate_on_own(b.gate, &id); /* no news */
			for (uint8_t from = 1; from <= 7; from++) {
				bool ours = from <= latest && from + 4 > latest;
				struct letter letter;

				/* A stranger's is let in, and then known. */
				if (!ours && from != 1 && from != 2)
					continue;
				data_from(
				    &b, &letter, from, 10U * latest + from);
				assert_int_equal(deliver(&b, &letter),
				    ours ? SILBO_DROP_REFLECTED
					 : SILBO_ACCEPTED);
			}
		}
		tear_down(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_first_fault_names_the_counter_and_nothing_else_moves),
	    cmocka_unit_test(
		a_flipped_bit_anywhere_moves_one_drop_counter_only),
	    cmocka_unit_test(a_copy_moves_counters_only),
	    cmocka_unit_test(a_number_that_was_booked_lost_is_late_once),
	    cmocka_unit_test(
		marks_count_from_the_first_of_a_source_and_without_copies),
	    cmocka_unit_test(each_of_four_keys_opens_its_sources),
	    cmocka_unit_test(age_is_asked_of_new_sources_only),
	    cmocka_unit_test(the_age_of_a_source_is_judged_by_the_clock_of_now),
	    cmocka_unit_test(ids_of_our_own_are_known_the_four_latest),
	    cmocka_unit_test(reset_leaves_no_key_behind),
	    cmocka_unit_test(all_secrets_lie_in_the_first_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
