/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "bytes.h"
#include "octets.h"
#include <silbo/wire.h>

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))
#define BAD SILBO_BAD_BODY
#define GOOD SILBO_ACCEPTED
#define ZEROS_16 "00000000000000000000000000000000"

/* Header */

static const struct {
	unsigned row;
	uint8_t type, mode;
	uint64_t number;
	const char *hex;
} header_rows[] = {
    {1, 0, 0, 0, "10 00 000000000000"},
    {2, 0, 1, 63, "10 01 00000000003f"},
    {3, 1, 1, 64, "11 01 000000000040"},
    {4, 2, 2, 65536, "12 02 000000010000"},
    {5, 6, 3, UINT64_C(4294967296), "16 03 000100000000"},
    {6, 5, 1, UINT64_C(0x010203040506), "15 01 010203040506"},
    {7, 4, 255, SILBO_WIRE_NUMBER_MAX, "14 ff ffffffffdfff"},
    {8, 3, 1, UINT64_C(0xffffffffffff), "13 01 ffffffffffff"},
};

static void
every_header_has_its_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(header_rows); i++) {
		struct silbo_header header = {.type = header_rows[i].type,
		    .mode = header_rows[i].mode,
		    .number = header_rows[i].number};
		struct silbo_header back;
		uint8_t want[24], got[24];

		unhex(want, 8, header_rows[i].hex);
		for (uint8_t b = 0; b < 16; b++)
			want[8 + b] = header.source.bytes[b] =
			    (uint8_t)(0xb0 + b);
		memset(got, 0x55, sizeof(got));
		silbo_wire_pack_header(got, &header);
		assert_memory_equal(got, want, sizeof(want));
		assert_int_equal(
		    silbo_wire_parse_header(&back, got, sizeof(got)), GOOD);
		assert_int_equal(back.type, header.type);
		assert_int_equal(back.mode, header.mode);
		assert_int_equal(back.number, header.number);
		assert_memory_equal(&back.source, &header.source, 16);
	}
}

static void
a_header_shorter_than_24_bytes_is_short_whatever_it_says(void **state)
{
	const uint8_t bytes[40] = {0x10};
	const uint8_t alien[24] = {0xff};

	(void)state;
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		uint8_t *copy = exactly(bytes, len);
		struct silbo_header header;

		assert_int_equal(silbo_wire_parse_header(&header, copy, len),
		    len < 24 ? SILBO_DROP_SHORT : GOOD);
		release(copy);
		if (len < 24)
			assert_int_equal(
			    silbo_wire_parse_header(&header, alien, len),
			    SILBO_DROP_SHORT);
	}
}

static void
version_is_judged_before_type(void **state)
{
	(void)state;
	for (unsigned first = 0; first < 256; first++) {
		uint8_t bytes[24] = {(uint8_t)first};
		enum silbo_verdict want = GOOD;
		struct silbo_header header;

		if (first >> 4 != 1)
			want = SILBO_DROP_VERSION;
		else if ((first & 15) > SILBO_TYPE_ECHO)
			want = SILBO_DROP_TYPE;
		assert_int_equal(
		    silbo_wire_parse_header(&header, bytes, 24), want);
		assert_int_equal(header.type, first & 15);
	}
}

static void
the_largest_payload_leaves_room_for_a_resend(void **state)
{
	(void)state;
	assert_int_equal(silbo_wire_payload_max(1200, SILBO_MODE_PSK), 1141);
	assert_int_equal(silbo_wire_payload_max(1200, SILBO_MODE_PLAIN), 1157);
	assert_int_equal(silbo_wire_payload_max(256, SILBO_MODE_PSK), 197);
	assert_int_equal(
	    silbo_wire_payload_max(65507, SILBO_MODE_PLAIN), 65464);
}

/* DATA */

static void
a_data_body_has_its_bytes(void **state)
{
	uint8_t blocks[] = {1, 0, 3, 2, 0xaa, 0xbb};
	uint8_t payload[] = {0xc1, 0xc2, 0xc3};
	struct silbo_data data = {
	    .media_time = UINT64_C(0x1819202122232425),
	    .duration = 960,
	    .flags = SILBO_DATA_SPURT | SILBO_DATA_PADDED,
	    .format = SILBO_FORMAT_OPUS,
	    .blocks_count = 1,
	    .blocks = blocks,
	    .blocks_bytes = sizeof(blocks),
	    .payload = payload,
	    .payload_bytes = sizeof(payload),
	    .padded_bytes = 6,
	};
	uint8_t want[64], got[64];
	size_t len = unhex(want, sizeof(want),
	    "1819202122232425 03c0 03 01 01 01 0003 02aabb c1c2c3 800000");

	(void)state;
	assert_int_equal(silbo_wire_pack_data(got, sizeof(got), &data), len);
	assert_memory_equal(got, want, len);
	assert_int_equal(silbo_wire_parse_data(&data, got, len), GOOD);
	assert_int_equal(data.media_time, UINT64_C(0x1819202122232425));
	assert_int_equal(data.duration, 960);
	assert_int_equal(data.flags, 3);
	assert_int_equal(data.format, 1);
	assert_int_equal(data.blocks_count, 1);
	assert_ptr_equal(data.blocks, got + 13);
	assert_int_equal(data.blocks_bytes, 6);
	assert_ptr_equal(data.payload, got + 19);
	assert_int_equal(data.payload_bytes, 3);
	assert_int_equal(data.padded_bytes, 6);
}

/* What follows the 13 fixed bytes, and what becomes of it. */
static const struct {
	unsigned row;
	uint8_t flags, count;
	const char *rest;
	enum silbo_verdict verdict;
	size_t blocks_bytes, payload_bytes;
} data_rows[] = {
    {1, 0, 0, "", GOOD, 0, 0},
    {2, 0, 0, "80", GOOD, 0, 1},
    /* blocks: whole, of every kind, empty, and then the payload */
    {3, 0, 1, "01 0000", GOOD, 3, 0},
    {4, 0, 1, "01 0002 01aa ff", GOOD, 5, 1},
    {5, 0, 2, "01 0002 01aa 02 0001 00 ff", GOOD, 9, 1},
    {6, 0, 3, "ff 0000 00 0000 7f 0001 aa", GOOD, 10, 0},
    {7, 0, 4, "01 0000 02 0000 03 0000 04 0000 0102", GOOD, 12, 2},
    /* blocks that run out: prefix, body, the last of several */
    {8, 0, 1, "", BAD, 0, 0},
    {9, 0, 1, "01", BAD, 0, 0},
    {10, 0, 1, "01 00", BAD, 0, 0},
    {11, 0, 1, "01 0001", BAD, 0, 0},
    {12, 0, 1, "01 0003 aabb", BAD, 0, 0},
    {13, 0, 1, "01 ffff aabb", BAD, 0, 0},
    {14, 0, 2, "01 0000", BAD, 0, 0},
    {15, 0, 2, "01 0000 02 0001", BAD, 0, 0},
    {16, 0, 4, "01 0000 02 0000 03 0000 04 00", BAD, 0, 0},
    {17, 0, 1, "fe ffff", BAD, 0, 0},
    /* more than four */
    {18, 0, 5, "01 0000 01 0000 01 0000 01 0000 01 0000", BAD, 0, 0},
    {19, 0, 255, ZEROS_16 ZEROS_16, BAD, 0, 0},
    /* padding: a mark, then zeros */
    {20, 1, 0, "80", GOOD, 0, 0},
    {21, 1, 0, "aa80", GOOD, 0, 1},
    {22, 1, 0, "aa800000", GOOD, 0, 1},
    {23, 1, 0, "8080", GOOD, 0, 1},
    {24, 1, 0, "80 00 80 00", GOOD, 0, 2},
    {25, 1, 0, "", BAD, 0, 0},
    {26, 1, 0, "00", BAD, 0, 0},
    {27, 1, 0, ZEROS_16, BAD, 0, 0},
    {28, 1, 0, "aa", BAD, 0, 0},
    {29, 1, 0, "8001", BAD, 0, 0},
    {30, 1, 0, "aa8100", BAD, 0, 0},
    /* the mark is looked for in the payload, never in a block */
    {31, 1, 1, "01 0001 80", BAD, 0, 0},
    {32, 1, 1, "01 0001 80 00", BAD, 0, 0},
    {33, 1, 1, "01 0001 aa 80", GOOD, 4, 0},
    {34, 1, 1, "80 0000 bb80", GOOD, 3, 1},
    /* flags and formats nobody knows are no business of the parser */
    {35, 0xfe, 0, "00", GOOD, 0, 1},
    {36, 0xff, 0, "bb80", GOOD, 0, 1},
};

static void
every_data_body_has_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(data_rows); i++) {
		uint8_t body[80] = {0};
		uint8_t *copy;
		struct silbo_data data;
		enum silbo_verdict verdict;
		size_t len;

		len =
		    13 + unhex(body + 13, sizeof(body) - 13, data_rows[i].rest);
		body[10] = data_rows[i].flags;
		body[11] = 0xee;
		body[12] = data_rows[i].count;
		copy = exactly(body, len);
		verdict = silbo_wire_parse_data(&data, copy, len);
		if (verdict != data_rows[i].verdict)
			fail_msg("row %u: %s", data_rows[i].row,
			    silbo_verdict_name(verdict));
		if (verdict == GOOD &&
		    (data.blocks_bytes != data_rows[i].blocks_bytes ||
			data.payload_bytes != data_rows[i].payload_bytes ||
			data.padded_bytes != len - 13 - data.blocks_bytes ||
			data.payload != copy + 13 + data.blocks_bytes ||
			data.flags != data_rows[i].flags))
			fail_msg("row %u: fields", data_rows[i].row);
		release(copy);
	}
}

static void
every_prefix_of_a_data_body_is_judged_within_its_bytes(void **state)
{
	uint8_t body[64];
	size_t whole = unhex(body, sizeof(body),
	    "0000000000000001 03c0 00 01 02"
	    "01 0004 01aabbcc 02 0005 020102 0f0f 0102030405060708");

	(void)state;
	for (size_t len = 0; len <= whole; len++) {
		uint8_t *copy = exactly(body, len);
		struct silbo_data data;
		enum silbo_verdict verdict;

		verdict = silbo_wire_parse_data(&data, copy, len);
		assert_int_equal(verdict, len < 13 + 7 + 8 ? BAD : GOOD);
		if (verdict == GOOD)
			assert_int_equal(data.payload_bytes, len - 28);
		release(copy);
	}
}

static void
every_length_without_blocks_is_a_payload(void **state)
{
	static const uint8_t zeros[1300];

	(void)state;
	for (size_t len = 0; len <= sizeof(zeros); len++) {
		uint8_t *copy = exactly(zeros, len);
		struct silbo_data data;

		if (len < 13) {
			assert_int_equal(
			    silbo_wire_parse_data(&data, copy, len), BAD);
		} else {
			assert_int_equal(
			    silbo_wire_parse_data(&data, copy, len), GOOD);
			assert_int_equal(data.payload_bytes, len - 13);
		}
		release(copy);
	}
}

static void
blocks_are_taken_in_order_and_unknown_kinds_are_whole(void **state)
{
	uint8_t body[64];
	size_t len = unhex(body, sizeof(body),
	    "0000000000000000 0000 00 00 03 c8 0003 010203 01 0000 02 0001 aa"
	    "ffff");
	struct silbo_data data;
	struct silbo_block block;
	size_t at = 0;

	(void)state;
	assert_int_equal(silbo_wire_parse_data(&data, body, len), GOOD);
	assert_true(silbo_wire_parse_block(&block, &data, &at));
	assert_int_equal(block.kind, 0xc8);
	assert_int_equal(block.body_bytes, 3);
	assert_ptr_equal(block.body, body + 16);
	assert_true(silbo_wire_parse_block(&block, &data, &at));
	assert_int_equal(block.kind, 1);
	assert_int_equal(block.body_bytes, 0);
	assert_true(silbo_wire_parse_block(&block, &data, &at));
	assert_int_equal(block.kind, 2);
	assert_int_equal(block.body_bytes, 1);
	assert_int_equal(block.body[0], 0xaa);
	assert_int_equal(at, data.blocks_bytes);
	assert_false(silbo_wire_parse_block(&block, &data, &at));
	assert_false(silbo_wire_parse_block(&block, &data, &at));
}

/* Up to four random blocks at out; returns their bytes. */
static size_t
make_blocks(uint64_t *rng, uint8_t *out, uint8_t count)
{
	size_t at = 0;

	for (uint8_t i = 0; i < count; i++) {
		size_t len = test_below(rng, 60);

		out[at] = (uint8_t)test_random(rng);
		store_be16(out + at + 1, (uint16_t)len);
		fill_random(rng, out + at + 3, len);
		at += 3 + len;
	}
	return at;
}

static bool
same_data(const struct silbo_data *a, const struct silbo_data *b)
{
	return a->media_time == b->media_time && a->duration == b->duration &&
	    a->flags == b->flags && a->format == b->format &&
	    a->blocks_count == b->blocks_count &&
	    a->blocks_bytes == b->blocks_bytes &&
	    memcmp(a->blocks, b->blocks, a->blocks_bytes) == 0 &&
	    a->payload_bytes == b->payload_bytes &&
	    memcmp(a->payload, b->payload, a->payload_bytes) == 0;
}

static void
random_data_survives_packing_and_fits_no_smaller_buffer(void **state)
{
	uint64_t seed = test_seed(21);
	uint64_t rng = seed;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint8_t blocks[256], payload[256], out[1024];
		struct silbo_data data = {.blocks = blocks, .payload = payload};
		struct silbo_data back;
		int len;

		data.media_time = test_random(&rng);
		data.duration = (uint16_t)test_random(&rng);
		data.flags = (uint8_t)test_random(&rng);
		data.format = (uint8_t)test_random(&rng);
		data.blocks_count = (uint8_t)test_below(&rng, 5);
		data.blocks_bytes =
		    make_blocks(&rng, blocks, data.blocks_count);
		data.payload_bytes = test_below(&rng, sizeof(payload));
		fill_random(&rng, payload, sizeof(payload));
		data.padded_bytes = test_below(&rng, 400);

		len = silbo_wire_pack_data(out, sizeof(out), &data);
		if (len < 0 ||
		    silbo_wire_parse_data(&back, out, (size_t)len) != GOOD ||
		    !same_data(&data, &back))
			fail_msg(
			    "seed %llu run %d", (unsigned long long)seed, i);
		if (!(data.flags & SILBO_DATA_PADDED))
			assert_int_equal(back.padded_bytes, data.payload_bytes);
		else if (data.padded_bytes > data.payload_bytes)
			assert_int_equal(back.padded_bytes, data.padded_bytes);
		else
			assert_int_equal(
			    back.padded_bytes, data.payload_bytes + 1);
		assert_int_equal(
		    silbo_wire_pack_data(out, (size_t)len, &data), len);
		assert_int_equal(
		    silbo_wire_pack_data(out, (size_t)len - 1, &data),
		    SILBO_ERR_SPACE);
	}
}

static void
random_bytes_never_lead_outside_the_body(void **state)
{
	uint64_t seed = test_seed(22);
	uint64_t rng = seed;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		size_t len = test_below(&rng, 64), at = 0;
		uint8_t bytes[64], *copy;
		struct silbo_data data;
		struct silbo_block block;
		unsigned count = 0;

		/* Small values, or hardly a block would ever fit. */
		for (size_t j = 0; j < len; j++)
			bytes[j] = (uint8_t)(test_random(&rng) & 7);
		copy = exactly(bytes, len);
		if (silbo_wire_parse_data(&data, copy, len) == GOOD) {
			while (silbo_wire_parse_block(&block, &data, &at))
				count++;
			if (count != data.blocks_count ||
			    at != data.blocks_bytes ||
			    data.payload + data.padded_bytes != copy + len ||
			    data.payload_bytes > data.padded_bytes)
				fail_msg("seed %llu run %d",
				    (unsigned long long)seed, i);
		}
		release(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_header_has_its_bytes),
	    cmocka_unit_test(
		a_header_shorter_than_24_bytes_is_short_whatever_it_says),
	    cmocka_unit_test(version_is_judged_before_type),
	    cmocka_unit_test(the_largest_payload_leaves_room_for_a_resend),
	    cmocka_unit_test(a_data_body_has_its_bytes),
	    cmocka_unit_test(every_data_body_has_its_verdict),
	    cmocka_unit_test(
		every_prefix_of_a_data_body_is_judged_within_its_bytes),
	    cmocka_unit_test(every_length_without_blocks_is_a_payload),
	    cmocka_unit_test(
		blocks_are_taken_in_order_and_unknown_kinds_are_whole),
	    cmocka_unit_test(
		random_data_survives_packing_and_fits_no_smaller_buffer),
	    cmocka_unit_test(random_bytes_never_lead_outside_the_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
