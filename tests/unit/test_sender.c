/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/sender.h>

#define START (5 * SILBO_NS_PER_S + 123)
#define ORIGIN ((uint64_t)1795000000 * SILBO_NS_PER_S)
#define MS SILBO_NS_PER_MS
#define US SILBO_NS_PER_US

/* One sender, the key it may have, and the latest datagram, opened. */
struct bench {
	struct silbo_key key;
	struct silbo_sender_config config;
	struct silbo_sender tx;
	uint8_t out[SILBO_WIRE_MTU_DEFAULT];
	struct silbo_header header;
	const uint8_t *body;
	size_t body_bytes;
};

static void
set_up(struct bench *b, bool keyed)
{
	static const uint8_t master[SILBO_KEY_MASTER_BYTES] = {1, 2, 3};
	static const uint8_t random[SILBO_KEY_RANDOM_BYTES] = {4, 5, 6, 7};

	memset(b, 0, sizeof(*b));
	silbo_key_init(&b->key, master);
	silbo_sender_config_init(&b->config);
	b->config.key = keyed ? &b->key : NULL;
	b->config.origin = ORIGIN;
	b->config.duration = 960;
	b->config.format = SILBO_FORMAT_PATTERN;
	silbo_key_source(&b->config.source, random, b->config.key);
}

/* Take the datagram apart as any receiver would. */
static void
open_datagram(struct bench *b, int bytes)
{
	struct silbo_seal seal;

	assert_true(bytes >= SILBO_WIRE_HEADER_BYTES);
	assert_int_equal(
	    silbo_wire_parse_header(&b->header, b->out, (size_t)bytes),
	    SILBO_ACCEPTED);
	assert_memory_equal(
	    &b->header.source, &b->config.source, sizeof(b->header.source));
	assert_int_equal(b->header.mode,
	    b->config.key != NULL ? SILBO_MODE_PSK : SILBO_MODE_PLAIN);
	if (b->config.key != NULL) {
		silbo_seal_init(&seal, b->config.key, &b->header.source);
		bytes = silbo_unseal(&seal, b->out, (size_t)bytes);
		assert_true(bytes >= SILBO_WIRE_HEADER_BYTES);
	}
	b->body = b->out + SILBO_WIRE_HEADER_BYTES;
	b->body_bytes = (size_t)bytes - SILBO_WIRE_HEADER_BYTES;
}

static struct silbo_data
put(struct bench *b, const void *payload, size_t payload_bytes,
    uint16_t duration, silbo_time now)
{
	struct silbo_data data;

	open_datagram(b,
	    silbo_sender_put(&b->tx, b->out, sizeof(b->out), payload,
		payload_bytes, duration, 0, now));
	assert_int_equal(b->header.type, SILBO_TYPE_DATA);
	assert_int_equal(silbo_wire_parse_data(&data, b->body, b->body_bytes),
	    SILBO_ACCEPTED);
	return data;
}

static struct silbo_info
get_info(struct bench *b, silbo_time now)
{
	struct silbo_info info;

	open_datagram(
	    b, silbo_sender_get_info(&b->tx, b->out, sizeof(b->out), now));
	assert_int_equal(b->header.type, SILBO_TYPE_INFO);
	assert_int_equal(silbo_wire_parse_info(&info, b->body, b->body_bytes),
	    SILBO_ACCEPTED);
	return info;
}

static void
data_carries_the_payload_and_what_was_said_of_it(void **state)
{
	static const uint8_t payload[] = "as it was put";

	(void)state;
	for (int keyed = 0; keyed <= 1; keyed++) {
		struct silbo_data data;
		struct bench b;
		int bytes;

		set_up(&b, keyed);
		silbo_sender_init(&b.tx, &b.config, START);
		bytes = silbo_sender_put(&b.tx, b.out, sizeof(b.out), payload,
		    sizeof(payload), 960, SILBO_DATA_SPURT | SILBO_DATA_PAUSE,
		    START);
		assert_int_equal(
		    bytes, 24 + 13 + (int)sizeof(payload) + 16 * keyed);
		open_datagram(&b, bytes);
		assert_int_equal(
		    silbo_wire_parse_data(&data, b.body, b.body_bytes),
		    SILBO_ACCEPTED);
		assert_int_equal(
		    data.flags, SILBO_DATA_SPURT | SILBO_DATA_PAUSE);
		assert_int_equal(data.format, SILBO_FORMAT_PATTERN);
		assert_int_equal(data.duration, 960);
		assert_int_equal(data.blocks_count, 0);
		assert_int_equal(data.payload_bytes, sizeof(payload));
		assert_memory_equal(data.payload, payload, sizeof(payload));
	}
}

static void
media_time_advances_by_samples_alone_or_is_the_send_time(void **state)
{
	static const struct {
		uint16_t duration;
		silbo_time at;       /* after START */
		uint64_t media_time; /* after ORIGIN */
	} rows[] = {
	    /* 0 */ {960, 0, 0},
	    /* 1: the clock does not ask when it was put */
	    {960, 999 * MS, 20 * MS},
	    /* 2: 2.5 ms */ {120, 999 * MS, 40 * MS},
	    /* 3: one sample, 20833 1/3 ns */ {1, 999 * MS, 42500 * US},
	    /* 4: floor */ {1, 999 * MS, 42500 * US + 20833},
	    /* 5: floor of the sum, not sum of floors */
	    {1, 999 * MS, 42500 * US + 41666},
	    /* 6 */ {65535, 999 * MS, 42500 * US + 62500},
	    /* 7: no duration */ {0, 7 * SILBO_NS_PER_S + 1, 7000 * MS + 1},
	    /* 8: and it did not move the media clock */
	    {960, 8 * SILBO_NS_PER_S, 42500 * US + 62500 + 1365312500},
	};
	struct bench b;

	(void)state;
	set_up(&b, true);
	silbo_sender_init(&b.tx, &b.config, START);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct silbo_data data =
		    put(&b, "x", 1, rows[i].duration, START + rows[i].at);

		if (data.media_time != ORIGIN + rows[i].media_time)
			fail_msg("row %zu: %llu", i,
			    (unsigned long long)(data.media_time - ORIGIN));
		assert_int_equal(b.header.number, i);
	}
}

/* A second and a half without sound, told in two pieces. */
static void
a_gap_moves_the_media_clock_and_is_told_once(void **state)
{
	struct silbo_sender_report report;
	struct silbo_data data;
	struct silbo_info info;
	struct bench b;

	(void)state;
	set_up(&b, true);
	silbo_sender_init(&b.tx, &b.config, START);
	silbo_sender_skip(&b.tx, 0);
	data = put(&b, "x", 1, 960, START);
	assert_int_equal(data.flags, 0);
	silbo_sender_skip(&b.tx, 48000);
	silbo_sender_skip(&b.tx, 24000);
	silbo_sender_skip(&b.tx, 0);
	info = get_info(&b, START + SILBO_NS_PER_S);
	assert_int_equal(info.media_time, ORIGIN + 1520 * MS);
	data = put(&b, "x", 1, 960, START + 1540 * MS);
	assert_int_equal(data.flags, SILBO_DATA_DISCONTINUITY);
	assert_int_equal(data.media_time, ORIGIN + 1520 * MS);
	assert_int_equal(b.header.number, 1);
	data = put(&b, "x", 1, 960, START + 1560 * MS);
	assert_int_equal(data.flags, 0);
	assert_int_equal(data.media_time, ORIGIN + 1540 * MS);
	silbo_sender_report(&b.tx, &report);
	assert_int_equal(report.samples, 3 * 960 + 72000);
	assert_int_equal(report.skipped, 72000);
}

static void
info_follows_its_schedule(void **state)
{
	/* Time of each INFO, in us after the first DATA, which leaves 30 ms
	 * after the sender began; the END is told at 2345 ms. */
	static const int64_t rows[] = {-30000, 20000, 40000, 100000, 200000,
	    400000, 1000000, 2000000, 2345000, 2407500, 2470000, 2532500,
	    2595000};
	const size_t count = sizeof(rows) / sizeof(rows[0]);
	const silbo_time first = START + 30 * MS;
	struct bench b;
	size_t made = 0;

	(void)state;
	set_up(&b, false);
	silbo_sender_init(&b.tx, &b.config, START);
	for (silbo_time now = START; now < START + 9 * SILBO_NS_PER_S;
	     now += 500 * US) {
		bool due = silbo_sender_deadline(&b.tx) <= now;
		int bytes;

		if (now == first)
			(void)put(&b, "x", 1, 960, now);
		if (now == first + 2345 * MS) {
			silbo_sender_on_end(&b.tx, 960, now);
			due = true;
		}
		bytes = silbo_sender_get_info(&b.tx, b.out, sizeof(b.out), now);
		assert_int_equal(bytes > 0, due);
		if (bytes == 0)
			continue;
		assert_true(made < count);
		if (now - first != (uint64_t)(rows[made] * 1000))
			fail_msg("row %zu: %lld us", made,
			    (long long)(now - first) / 1000);
		open_datagram(&b, bytes);
		assert_int_equal(b.header.number, made++);
	}
	assert_int_equal(made, count);
	assert_int_equal(silbo_sender_deadline(&b.tx), SILBO_TIME_NEVER);
}

static void
info_comes_once_a_second_while_no_data_does(void **state)
{
	struct silbo_info info;
	struct bench b;

	(void)state;
	set_up(&b, false);
	silbo_sender_init(&b.tx, &b.config, START);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(
		    silbo_sender_deadline(&b.tx), START + i * SILBO_NS_PER_S);
		info = get_info(&b, START + i * SILBO_NS_PER_S);
		assert_int_equal(info.age_ns, 0);
		assert_int_equal(info.next, 0);
	}
	(void)put(&b, "x", 1, 960, START + 4400 * MS);
	assert_int_equal(silbo_sender_deadline(&b.tx), START + 4420 * MS);
}

static void
the_first_info_stays_due_when_data_goes_before_it(void **state)
{
	struct silbo_info info;
	struct bench b;

	(void)state;
	set_up(&b, false);
	silbo_sender_init(&b.tx, &b.config, START);
	(void)put(&b, "x", 1, 960, START + 3 * MS);
	assert_int_equal(silbo_sender_deadline(&b.tx), START);
	info = get_info(&b, START + 4 * MS);
	assert_int_equal(info.age_ns, 1 * MS);
	assert_int_equal(info.next, 1);
	assert_int_equal(silbo_sender_deadline(&b.tx), START + 23 * MS);
}

static void
a_sleeping_caller_owes_one_info_but_every_end(void **state)
{
	struct bench b;
	silbo_time now = START + 7300 * MS;

	(void)state;
	set_up(&b, false);
	silbo_sender_init(&b.tx, &b.config, START);
	(void)put(&b, "x", 1, 960, START);
	(void)get_info(&b, now);
	assert_int_equal(silbo_sender_deadline(&b.tx), START + 8000 * MS);
	silbo_sender_on_end(&b.tx, 960, now);
	for (int i = 0; i < 5; i++) {
		(void)get_info(&b, now);
		now += SILBO_NS_PER_S;
	}
	assert_int_equal(silbo_sender_deadline(&b.tx), SILBO_TIME_NEVER);
	assert_int_equal(
	    silbo_sender_get_info(&b.tx, b.out, sizeof(b.out), now), 0);
}

static void
info_tells_the_totals_and_both_clocks(void **state)
{
	static const char name[] = "a name of more than thirty-two bytes";
	struct silbo_sender_report report;
	struct silbo_info info;
	struct bench b;
	uint64_t bytes = 0;

	(void)state;
	set_up(&b, true);
	b.config.name = name;
	b.config.first = 77;
	b.config.channels = 2;
	b.config.preskip = 312;
	b.config.bitrate = 32000;
	memcpy(b.config.tag, "hostname", 8);
	silbo_sender_init(&b.tx, &b.config, START);
	for (unsigned i = 0; i < 10; i++) {
		(void)put(&b, "0123456789", i, 960, START + 5 * MS);
		bytes += 24 + 13 + i + 16;
	}
	info = get_info(&b, START + 12 * MS);
	bytes += 24 + 160 + 16;
	assert_int_equal(info.media_time, ORIGIN + 200 * MS);
	assert_int_equal(info.sender_time, ORIGIN + 12 * MS);
	assert_int_equal(info.origin, ORIGIN);
	assert_int_equal(info.age_ns, 7 * MS);
	assert_int_equal(info.first, 77);
	assert_int_equal(info.next, 87);
	assert_int_equal(info.payload_bytes, 45);
	assert_int_equal(info.flags, 0);
	assert_int_equal(info.samples, 0);
	assert_int_equal(info.bitrate, 32000);
	assert_int_equal(info.duration, 960);
	assert_int_equal(info.preskip, 312);
	assert_int_equal(info.format, SILBO_FORMAT_PATTERN);
	assert_int_equal(info.channels, 2);
	assert_memory_equal(info.tag, "hostname", 8);
	assert_int_equal(strlen(info.name), 32);
	assert_memory_equal(info.name, name, 32);

	silbo_sender_report(&b.tx, &report);
	assert_int_equal(report.data, 10);
	assert_int_equal(report.info, 1);
	assert_int_equal(report.payload_bytes, 45);
	assert_int_equal(report.bytes, bytes);
	assert_int_equal(report.first, 77);
	assert_int_equal(report.next, 87);
	assert_int_equal(report.samples, 9600);
	assert_false(report.ended);

	silbo_sender_on_end(&b.tx, 9288, START + 15 * MS);
	info = get_info(&b, START + 15 * MS);
	assert_int_equal(info.flags, SILBO_INFO_END);
	assert_int_equal(info.samples, 9288);
	assert_int_equal(info.next, 87);
	silbo_sender_report(&b.tx, &report);
	assert_true(report.ended);
}

static void
info_of_opaque_payloads_has_one_clock(void **state)
{
	struct silbo_info info;
	struct bench b;

	(void)state;
	set_up(&b, false);
	b.config.duration = 0;
	b.config.format = SILBO_FORMAT_OPAQUE;
	silbo_sender_init(&b.tx, &b.config, START);
	(void)put(&b, "x", 1, 0, START + 5 * MS);
	info = get_info(&b, START + 12 * MS);
	assert_int_equal(info.media_time, ORIGIN + 12 * MS);
	assert_int_equal(info.sender_time, ORIGIN + 12 * MS);
}

static void
what_does_not_fit_is_refused_and_uses_no_number(void **state)
{
	static const uint8_t payload[SILBO_WIRE_MTU_DEFAULT];
	static const struct {
		bool keyed;
		size_t mtu, cap, payload_bytes;
		int expected;
	} rows[] = {
	    /* 0 */ {true, 1200, 1200, 1141, 1194},
	    /* 1 */ {true, 1200, 1200, 1142, SILBO_ERR_TOO_LARGE},
	    /* 2 */ {true, 1200, 1193, 1141, SILBO_ERR_SPACE},
	    /* 3 */ {true, 1200, 1194, 1141, 1194},
	    /* 4 */ {false, 1200, 1200, 1157, 1194},
	    /* 5 */ {false, 1200, 1200, 1158, SILBO_ERR_TOO_LARGE},
	    /* 6 */ {false, 1200, 1193, 1157, SILBO_ERR_SPACE},
	    /* 7 */ {true, 256, 256, 197, 250},
	    /* 8 */ {true, 256, 1200, 198, SILBO_ERR_TOO_LARGE},
	    /* 9 */ {true, 1200, 0, 0, SILBO_ERR_SPACE},
	    /* 10 */ {true, 1200, 52, 0, SILBO_ERR_SPACE},
	    /* 11 */ {true, 1200, 53, 0, 53},
	    /* 12 */ {false, 1200, 37, 0, 37},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct silbo_sender before;
		struct bench b;
		int got;

		set_up(&b, rows[i].keyed);
		b.config.mtu = rows[i].mtu;
		silbo_sender_init(&b.tx, &b.config, START);
		before = b.tx;
		memset(b.out, 0xa5, sizeof(b.out));
		got = silbo_sender_put(&b.tx, b.out, rows[i].cap, payload,
		    rows[i].payload_bytes, 960, 0, START);
		if (got != rows[i].expected)
			fail_msg("row %zu: %d", i, got);
		for (size_t j = rows[i].cap; j < sizeof(b.out); j++)
			assert_int_equal(b.out[j], 0xa5);
		if (got < 0)
			assert_memory_equal(&b.tx, &before, sizeof(before));
	}
}

static void
an_info_that_does_not_fit_stays_due(void **state)
{
	struct bench b;

	(void)state;
	for (int keyed = 0; keyed <= 1; keyed++) {
		size_t bytes = keyed ? 200 : 184;

		set_up(&b, keyed);
		silbo_sender_init(&b.tx, &b.config, START);
		assert_int_equal(
		    silbo_sender_get_info(&b.tx, b.out, bytes - 1, START),
		    SILBO_ERR_SPACE);
		assert_int_equal(silbo_sender_deadline(&b.tx), START);
		assert_int_equal(
		    silbo_sender_get_info(&b.tx, b.out, bytes, START), bytes);
	}
}

static void
numbers_run_up_to_the_limit_and_no_further(void **state)
{
	struct silbo_sender before;
	struct silbo_info info;
	struct bench b;

	(void)state;
	set_up(&b, true);
	b.config.first = SILBO_WIRE_NUMBER_MAX - 10;
	silbo_sender_init(&b.tx, &b.config, START);
	for (uint64_t i = 0; i <= 10; i++) {
		(void)put(&b, "x", 1, 960, START);
		assert_int_equal(b.header.number, b.config.first + i);
	}
	before = b.tx;
	for (int i = 0; i < 3; i++)
		assert_int_equal(silbo_sender_put(&b.tx, b.out, sizeof(b.out),
				     "x", 1, 960, 0, START),
		    SILBO_ERR_LIMIT);
	assert_memory_equal(&b.tx, &before, sizeof(before));
	/* INFO counts for itself: the END can still be told. */
	silbo_sender_on_end(&b.tx, 0, START);
	info = get_info(&b, START);
	assert_int_equal(info.first, SILBO_WIRE_NUMBER_MAX - 10);
	assert_int_equal(info.next, SILBO_WIRE_NUMBER_MAX + 1);
}

/* The field is private; to make 2^48 INFO would take 9 million years. */
static void
info_numbers_have_the_same_limit(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b, true);
	silbo_sender_init(&b.tx, &b.config, START);
	b.tx.info_next = SILBO_WIRE_NUMBER_MAX;
	(void)get_info(&b, START);
	assert_int_equal(silbo_sender_get_info(&b.tx, b.out, sizeof(b.out),
			     START + SILBO_NS_PER_S),
	    SILBO_ERR_LIMIT);
}

static void
reset_leaves_no_subkey_behind(void **state)
{
	static const struct silbo_seal nothing;
	struct bench b;

	(void)state;
	set_up(&b, true);
	silbo_sender_init(&b.tx, &b.config, START);
	assert_memory_not_equal(&b.tx.seal, &nothing, sizeof(nothing));
	silbo_sender_reset(&b.tx);
	assert_memory_equal(&b.tx.seal, &nothing, sizeof(nothing));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(data_carries_the_payload_and_what_was_said_of_it),
	    cmocka_unit_test(
		media_time_advances_by_samples_alone_or_is_the_send_time),
	    cmocka_unit_test(a_gap_moves_the_media_clock_and_is_told_once),
	    cmocka_unit_test(info_follows_its_schedule),
	    cmocka_unit_test(info_comes_once_a_second_while_no_data_does),
	    cmocka_unit_test(the_first_info_stays_due_when_data_goes_before_it),
	    cmocka_unit_test(a_sleeping_caller_owes_one_info_but_every_end),
	    cmocka_unit_test(info_tells_the_totals_and_both_clocks),
	    cmocka_unit_test(info_of_opaque_payloads_has_one_clock),
	    cmocka_unit_test(what_does_not_fit_is_refused_and_uses_no_number),
	    cmocka_unit_test(an_info_that_does_not_fit_stays_due),
	    cmocka_unit_test(numbers_run_up_to_the_limit_and_no_further),
	    cmocka_unit_test(info_numbers_have_the_same_limit),
	    cmocka_unit_test(reset_leaves_no_subkey_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
