/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "gate_bench.h"

static void
the_peer_moves_with_a_number_above_the_highest_of_its_type(void **state)
{
	static const struct {
		enum silbo_type type;
		uint64_t number;
		uint8_t from, expected;
	} rows[] = {
	    /* 0 */ {SILBO_TYPE_DATA, 11, 2, 2},
	    /* 1: a copy */ {SILBO_TYPE_DATA, 11, 3, 2},
	    /* 2 */ {SILBO_TYPE_DATA, 20, 4, 4},
	    /* 3: held back and sent on */ {SILBO_TYPE_DATA, 19, 5, 4},
	    /* 4 */ {SILBO_TYPE_INFO, 9, 5, 4},
	    /* 5 */ {SILBO_TYPE_INFO, 11, 6, 6},
	    /* 6 */ {SILBO_TYPE_DATA, 18, 5, 6},
	    /* 7: a body that is no use */ {SILBO_TYPE_DATA, 21, 7, 7},
	    /* 8: 0 is above nothing */ {SILBO_TYPE_NACK, 0, 8, 8},
	    /* 9 */ {SILBO_TYPE_NACK, 0, 9, 8},
	};
	struct silbo_gate_source about;
	struct bench b;

	(void)state;
	set_up(&b, 1);
	start(&b);
	meet(&b);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct letter letter;

		type_from(&b, &letter, 1, rows[i].type, rows[i].number, 160);
		letter.from = rows[i].from;
		(void)deliver(&b, &letter);
		silbo_gate_report_source(b.gate, 0, &about);
		if (about.peer.len != 1 ||
		    about.peer.bytes[0] != rows[i].expected)
			fail_msg("row %zu: %u", i, about.peer.bytes[0]);
	}
	tear_down(&b);
}

static void
the_times_of_a_source_are_those_of_its_arrivals(void **state)
{
	/* In ms; a stamp may lie before one that was handed in earlier. */
	static const struct {
		uint64_t number;
		silbo_time at, now, first, last;
		enum silbo_verdict expected;
	} rows[] = {
	    {0, 10, 12, 10, 10, SILBO_ACCEPTED},
	    {1, 20, 22, 10, 20, SILBO_ACCEPTED},
	    {2, 15, 25, 10, 20, SILBO_ACCEPTED},
	    {2, 30, 30, 10, 20, SILBO_DROP_DUPLICATE},
	    {3, 40, 41, 10, 40, SILBO_ACCEPTED},
	};
	struct silbo_stream_report stream;
	struct silbo_gate_source about;
	struct bench b;

	(void)state;
	set_up(&b, 0);
	start(&b);
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t data[LETTER_BYTES];
		struct silbo_arrival arrival;
		enum silbo_verdict verdict;
		struct letter letter;
		uint32_t source;

		data_from(&b, &letter, 1, rows[i].number);
		arrival = letter_arrival(&letter, data, T0 + rows[i].at * MS);
		verdict = silbo_gate_on_datagram(
		    b.gate, &source, &arrival, T0 + rows[i].now * MS);
		assert_int_equal(verdict, rows[i].expected);
		silbo_gate_report_source(b.gate, 0, &about);
		assert_int_equal(about.first_at, T0 + rows[i].first * MS);
		assert_int_equal(about.last_at, T0 + rows[i].last * MS);
		assert_int_equal(about.at_source, SILBO_STAMP_SIM);
	}
	assert_int_equal(about.accepted, 4);
	/* Jitter lives on them too: 10, 5 and 25 ms apart at one media time. */
	silbo_stream_report(silbo_gate_stream(b.gate, 0), &stream);
	assert_int_equal(stream.jitter.count, 3);
	assert_in_range(stream.jitter.last_ns, 2404000, 2405000);
	assert_false(about.encrypted);
	tear_down(&b);
}

static void
a_full_table_refuses_newcomers_and_keeps_who_is_there(void **state)
{
	struct letter letter;
	uint32_t source;
	struct bench b;

	(void)state;
	set_up(&b, 1);
	b.config.sources = 64;
	b.config.max_age_ns = 60 * SILBO_NS_PER_S;
	start(&b);
	for (uint8_t i = 0; i < 64; i++) {
		assert_int_equal(silbo_gate_sources(b.gate), i);
		end_from(&b, &letter, i, 0);
		assert_int_equal(
		    deliver_to(&b, &letter, &source), SILBO_ACCEPTED);
		assert_int_equal(source, i);
	}
	data_from(&b, &letter, 64, 0);
	assert_int_equal(
	    deliver_to(&b, &letter, &source), SILBO_DROP_TABLE_FULL);
	assert_int_equal(source, SILBO_GATE_NONE);
	assert_true(is_untouched(&b));
	/* Its age is asked first: that is the remedy of the two. */
	b.now += 61 * SILBO_NS_PER_S;
	assert_int_equal(deliver(&b, &letter), SILBO_DROP_STALE);
	for (uint8_t i = 0; i < 64; i++) {
		data_from(&b, &letter, i, 1);
		assert_int_equal(
		    deliver_to(&b, &letter, &source), SILBO_ACCEPTED);
		assert_int_equal(source, i);
	}
	tear_down(&b);
}

/* The table compares four bytes first: sixteen must decide. */
static void
sources_are_told_apart_by_any_byte(void **state)
{
	struct silbo_source id = {{0}};
	struct letter letter;
	uint32_t source;
	struct bench b;

	(void)state;
	set_up(&b, 0);
	b.config.sources = 17;
	start(&b);
	for (uint64_t round = 0; round < 2; round++) {
		for (uint32_t i = 0; i <= SILBO_WIRE_SOURCE_BYTES; i++) {
			memset(&id, 0, sizeof(id));
			if (i < SILBO_WIRE_SOURCE_BYTES)
				id.bytes[i] = 1;
			letter_data(&letter, round, b.now, &id, NULL);
			assert_int_equal(
			    deliver_to(&b, &letter, &source), SILBO_ACCEPTED);
			assert_int_equal(source, i);
		}
	}
	tear_down(&b);
}

static void
memory_of_a_stream_is_not_touched_before_its_source_comes(void **state)
{
	struct letter letter;
	uint32_t source;
	struct bench b;
	size_t tail;

	(void)state;
	set_up(&b, 1);
	start(&b);
	memset(b.gate, 0xa5, b.size);
	(void)silbo_gate_init(b.gate, &b.config);
	for (uint8_t i = 0; i < 3; i++) {
		uint8_t data[LETTER_BYTES];
		struct silbo_arrival arrival;

		data_from(&b, &letter, i, 0);
		arrival = letter_arrival(&letter, data, b.now);
		assert_int_equal(
		    silbo_gate_on_datagram(b.gate, &source, &arrival, b.now),
		    SILBO_ACCEPTED);
	}
	tail = silbo_stream_size(&b.config.stream);
	for (size_t i = b.size - tail; i < b.size; i++)
		assert_int_equal(((uint8_t *)b.gate)[i], 0xa5);
	tear_down(&b);
}

static void
numbers_below_the_memory_are_old(void **state)
{
	static const struct {
		enum silbo_type type;
		uint64_t number;
		enum silbo_verdict expected;
	} rows[] = {
	    /* 0: the tracks of 128 */ {SILBO_TYPE_DATA, 872, SILBO_DROP_OLD},
	    /* 1 */ {SILBO_TYPE_INFO, 936, SILBO_DROP_OLD},
	    /* 2 */ {SILBO_TYPE_INFO, 937, SILBO_ACCEPTED},
	    /* 3 */ {SILBO_TYPE_NACK, 936, SILBO_DROP_OLD},
	    /* 4 */ {SILBO_TYPE_ECHO, 872, SILBO_DROP_OLD},
	    /* 5 */ {SILBO_TYPE_ECHO, 873, SILBO_ACCEPTED},
	    /* 6 */ {SILBO_TYPE_PROBE, 872, SILBO_DROP_OLD},
	    /* 7 */ {SILBO_TYPE_PROBE, 873, SILBO_ACCEPTED},
	    /* 8 */ {SILBO_TYPE_DATA, 873, SILBO_ACCEPTED},
	};
	struct letter letter;
	struct bench b;

	(void)state;
	set_up(&b, 1);
	b.config.stream.window = 128;
	start(&b);
	meet(&b);
	for (int type = 0; type < SILBO_TYPES; type++) {
		type_from(&b, &letter, 1, (enum silbo_type)type, 1000, 160);
		assert_true(silbo_verdict_is_accepted(deliver(&b, &letter)));
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		type_from(&b, &letter, 1, rows[i].type, rows[i].number, 160);
		if (deliver(&b, &letter) != rows[i].expected)
			fail_msg("row %zu", i);
	}
	tear_down(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_peer_moves_with_a_number_above_the_highest_of_its_type),
	    cmocka_unit_test(the_times_of_a_source_are_those_of_its_arrivals),
	    cmocka_unit_test(
		a_full_table_refuses_newcomers_and_keeps_who_is_there),
	    cmocka_unit_test(sources_are_told_apart_by_any_byte),
	    cmocka_unit_test(
		memory_of_a_stream_is_not_touched_before_its_source_comes),
	    cmocka_unit_test(numbers_below_the_memory_are_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
