/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "octets.h"
#include <silbo/wire.h>

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))
#define BAD SILBO_BAD_BODY
#define GOOD SILBO_ACCEPTED

#define AT(field) offsetof(struct silbo_info, field)
#define SIZE_OF(field) sizeof(((struct silbo_info *)0)->field)
#define FIELD(field, at, bytes) #field, AT(field), SIZE_OF(field), at, bytes

static const struct {
	unsigned row;
	const char *name;
	size_t member, member_bytes; /* in the structure */
	size_t at, bytes;            /* on the wire */
} info_fields[] = {
    {1, FIELD(media_time, 0, 8)},
    {2, FIELD(sender_time, 8, 8)},
    {3, FIELD(origin, 16, 8)},
    {4, FIELD(first, 24, 8)},
    {5, FIELD(next, 32, 8)},
    {6, FIELD(payload_bytes, 40, 8)},
    {7, FIELD(age_ns, 48, 8)},
    {8, FIELD(samples, 56, 8)},
    {9, FIELD(tag, 64, 8)},
    {10, FIELD(bitrate, 72, 4)},
    {11, FIELD(duration, 76, 2)},
    {12, FIELD(preskip, 78, 2)},
    {13, FIELD(flags, 80, 1)},
    {14, FIELD(format, 81, 1)},
    {15, FIELD(channels, 82, 1)},
    {16, FIELD(report_source, 84, 16)},
    {17, FIELD(report_number, 102, 6)},
    {18, FIELD(report_hold_ns, 108, 8)},
    {19, FIELD(name, 116, 32)},
};

/* Each field alone, all of its bits set: it must fill its bytes, and no more.
 */
static void
every_info_field_stands_in_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(info_fields); i++) {
		struct silbo_info info, zero;
		uint8_t out[SILBO_WIRE_INFO_BYTES];
		size_t at = info_fields[i].at, bytes = info_fields[i].bytes;

		memset(&info, 0, sizeof(info));
		memset(&zero, 0, sizeof(zero));
		memset((uint8_t *)&info + info_fields[i].member, 0xff,
		    info_fields[i].member_bytes);
		info.report_number &= UINT64_C(0xffffffffffff);
		memset(out, 0x55, sizeof(out));
		assert_int_equal(
		    silbo_wire_pack_info(out, sizeof(out), &info), 160);
		for (size_t b = 0; b < sizeof(out); b++)
			if (out[b] != (b >= at && b < at + bytes ? 0xff : 0))
				fail_msg(
				    "%s: byte %zu", info_fields[i].name, b);
	}
}

static void
info_integers_are_big_endian(void **state)
{
	struct silbo_info info = {.origin = UINT64_C(0x0102030405060708),
	    .bitrate = 0x11121314,
	    .duration = 0x2122,
	    .report_number = UINT64_C(0x313233343536)};
	uint8_t out[SILBO_WIRE_INFO_BYTES], want[8];

	(void)state;
	assert_int_equal(silbo_wire_pack_info(out, sizeof(out), &info), 160);
	unhex(want, 8, "0102030405060708");
	assert_memory_equal(out + 16, want, 8);
	unhex(want, 8, "111213142122");
	assert_memory_equal(out + 72, want, 6);
	unhex(want, 8, "0000313233343536");
	assert_memory_equal(out + 100, want, 8);
}

static struct silbo_info
make_info(uint64_t *rng)
{
	struct silbo_info info;

	/* The holes between members too, so that memcmp may compare. */
	memset(&info, 0, sizeof(info));
	info.media_time = test_random(rng);
	info.sender_time = test_random(rng);
	info.origin = test_random(rng);
	info.first = test_below(rng, SILBO_WIRE_NUMBER_MAX + 2);
	info.next = info.first +
	    test_below(rng, SILBO_WIRE_NUMBER_MAX + 2 - info.first);
	info.payload_bytes = test_random(rng);
	info.age_ns = test_random(rng);
	info.samples = test_random(rng);
	fill_random(rng, info.tag, sizeof(info.tag));
	info.bitrate = (uint32_t)test_random(rng);
	info.duration = (uint16_t)test_random(rng);
	info.preskip = (uint16_t)test_random(rng);
	info.flags = (uint8_t)test_random(rng);
	info.format = (uint8_t)test_random(rng);
	info.channels = (uint8_t)test_below(rng, 9);
	fill_random(rng, info.report_source.bytes, 16);
	info.report_number = test_random(rng) >> 16;
	info.report_hold_ns = test_random(rng);
	for (size_t i = 0, n = test_below(rng, 33); i < n; i++)
		info.name[i] = (char)(1 + test_below(rng, 126));
	return info;
}

static void
random_info_survives_packing_and_bytes_behind_it(void **state)
{
	uint64_t seed = test_seed(23);
	uint64_t rng = seed;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct silbo_info info = make_info(&rng), back;
		size_t len = 160 + test_below(&rng, 20);
		uint8_t out[180];

		memset(&back, 0, sizeof(back));
		fill_random(&rng, out, sizeof(out));
		assert_int_equal(
		    silbo_wire_pack_info(out, sizeof(out), &info), 160);
		if (silbo_wire_parse_info(&back, out, len) != GOOD ||
		    memcmp(&info, &back, sizeof(info)) != 0)
			fail_msg(
			    "seed %llu run %d", (unsigned long long)seed, i);
	}
}

static void
every_length_of_info_below_160_is_bad_or_has_no_room(void **state)
{
	static const struct silbo_info info = {.channels = 1};
	uint8_t out[200] = {0};

	(void)state;
	assert_int_equal(silbo_wire_pack_info(out, 160, &info), 160);
	for (size_t len = 0; len <= sizeof(out); len++) {
		uint8_t *copy = exactly(out, len);
		struct silbo_info back;

		assert_int_equal(silbo_wire_parse_info(&back, copy, len),
		    len < 160 ? BAD : GOOD);
		assert_int_equal(silbo_wire_pack_info(copy, len, &info),
		    len < 160 ? SILBO_ERR_SPACE : 160);
		release(copy);
	}
}

#define PAST (SILBO_WIRE_NUMBER_MAX + 1)

static const struct {
	unsigned row;
	uint64_t first, next;
	uint8_t channels;
	enum silbo_verdict verdict;
} sane_rows[] = {
    {1, 0, 0, 0, GOOD},
    {2, 0, 1, 8, GOOD},
    {3, 0, 1, 9, BAD},
    {4, 0, 1, 255, BAD},
    {5, 5, 4, 1, BAD},
    {6, 5, 5, 1, GOOD},
    {7, PAST, PAST, 1, GOOD},
    {8, 0, PAST, 1, GOOD},
    {9, 0, PAST + 1, 1, BAD},
    {10, PAST + 1, PAST + 1, 1, BAD},
    {11, UINT64_MAX, UINT64_MAX, 1, BAD},
    {12, 0, UINT64_MAX, 1, BAD},
};

static void
an_info_whose_numbers_cannot_be_is_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(sane_rows); i++) {
		struct silbo_info info = {.first = sane_rows[i].first,
		    .next = sane_rows[i].next,
		    .channels = sane_rows[i].channels};
		uint8_t out[SILBO_WIRE_INFO_BYTES];

		assert_int_equal(silbo_wire_pack_info(out, 160, &info), 160);
		if (silbo_wire_parse_info(&info, out, 160) !=
		    sane_rows[i].verdict)
			fail_msg("row %u", sane_rows[i].row);
	}
}

static void
nothing_behind_the_end_of_a_name_is_sent(void **state)
{
	struct silbo_info info = {.name = "ab\0secret"};
	uint8_t out[SILBO_WIRE_INFO_BYTES];

	(void)state;
	assert_int_equal(silbo_wire_pack_info(out, 160, &info), 160);
	assert_memory_equal(out + 116, "ab", 2);
	assert_true(sodium_is_zero(out + 118, 42));
	memset(info.name, 'x', sizeof(info.name));
	assert_int_equal(silbo_wire_pack_info(out, 160, &info), 160);
	assert_int_equal(silbo_wire_parse_info(&info, out, 160), GOOD);
	assert_int_equal(strlen(info.name), SILBO_WIRE_NAME_BYTES);
}

static void
media_time_is_read_alike_from_data_and_info(void **state)
{
	struct silbo_data data = {.media_time = UINT64_C(0xa1b2c3d4e5f60708)};
	struct silbo_info info = {.media_time = UINT64_C(0xa1b2c3d4e5f60708)};
	uint8_t a[SILBO_WIRE_INFO_BYTES], b[SILBO_WIRE_INFO_BYTES];

	(void)state;
	assert_int_equal(silbo_wire_pack_data(a, sizeof(a), &data), 13);
	assert_int_equal(silbo_wire_pack_info(b, sizeof(b), &info), 160);
	for (size_t len = 0; len <= 13; len++) {
		uint64_t one = 0, two = 0;

		assert_int_equal(
		    silbo_wire_parse_media_time(&one, a, len), len >= 8);
		assert_int_equal(
		    silbo_wire_parse_media_time(&two, b, len), len >= 8);
		assert_true(one == (len >= 8 ? data.media_time : 0));
		assert_true(two == one);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_info_field_stands_in_its_place),
	    cmocka_unit_test(info_integers_are_big_endian),
	    cmocka_unit_test(random_info_survives_packing_and_bytes_behind_it),
	    cmocka_unit_test(
		every_length_of_info_below_160_is_bad_or_has_no_room),
	    cmocka_unit_test(an_info_whose_numbers_cannot_be_is_bad),
	    cmocka_unit_test(nothing_behind_the_end_of_a_name_is_sent),
	    cmocka_unit_test(media_time_is_read_alike_from_data_and_info),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
