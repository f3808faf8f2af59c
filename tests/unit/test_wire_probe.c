/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "octets.h"
#include <silbo/wire.h>

#define BAD SILBO_BAD_BODY
#define GOOD SILBO_ACCEPTED

static const struct silbo_probe a_probe = {
    .sent_at = UINT64_C(0x0102030405060708), .flags = SILBO_PROBE_CLOSING};

static const char probe_hex[] = "0102030405060708 01 00000000000000";

static const struct silbo_echo an_echo = {
    .prober = {{0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9,
	0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf}},
    .number = UINT64_C(0x010203040506),
    .flags = SILBO_ECHO_KERNEL | SILBO_ECHO_MARKS | SILBO_ECHO_CLOSING,
    .tos = 0xb8,
    .ttl = 0x40,
    .extent_max = 0x21222324,
    .sent_at = UINT64_C(0x3132333435363738),
    .received_at = UINT64_C(0x4142434445464748),
    .echoed_at = UINT64_C(0x5152535455565758),
    .unique = UINT64_C(0x6162636465666768),
    .duplicate = UINT64_C(0x7172737475767778),
    .reordered = UINT64_C(0x8182838485868788),
    .withheld = UINT64_C(0x9192939495969798)};

static const char echo_hex[] =
    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf 010203040506 07 b8 40 000000"
    "21222324 3132333435363738 4142434445464748 5152535455565758"
    "6162636465666768 7172737475767778 8182838485868788 9192939495969798";

static void
assert_same_echo(const struct silbo_echo *a, const struct silbo_echo *b)
{
	assert_memory_equal(&a->prober, &b->prober, sizeof(a->prober));
	assert_true(a->number == b->number && a->flags == b->flags);
	assert_true(a->tos == b->tos && a->ttl == b->ttl);
	assert_true(a->extent_max == b->extent_max);
	assert_true(a->sent_at == b->sent_at);
	assert_true(a->received_at == b->received_at);
	assert_true(a->echoed_at == b->echoed_at);
	assert_true(a->unique == b->unique && a->duplicate == b->duplicate);
	assert_true(a->reordered == b->reordered && a->withheld == b->withheld);
}

static void
a_probe_has_its_bytes_and_then_zeros(void **state)
{
	uint8_t want[40] = {0}, got[40];
	struct silbo_probe back;

	(void)state;
	assert_int_equal(unhex(want, sizeof(want), probe_hex), 16);
	for (size_t len = 16; len <= sizeof(got); len++) {
		memset(got, 0x55, sizeof(got));
		assert_int_equal(
		    silbo_wire_pack_probe(got, len, &a_probe, len), len);
		assert_memory_equal(got, want, len);
		if (len < sizeof(got))
			assert_int_equal(got[len], 0x55);
		assert_int_equal(silbo_wire_parse_probe(&back, got, len), GOOD);
		assert_true(back.sent_at == a_probe.sent_at);
		assert_int_equal(back.flags, a_probe.flags);
	}
}

static void
an_echo_has_its_bytes_and_then_zeros(void **state)
{
	uint8_t want[120] = {0}, got[120];
	struct silbo_echo back;

	(void)state;
	assert_int_equal(unhex(want, sizeof(want), echo_hex), 88);
	for (size_t len = 88; len <= sizeof(got); len++) {
		memset(got, 0x55, sizeof(got));
		assert_int_equal(
		    silbo_wire_pack_echo(got, len, &an_echo, len), len);
		assert_memory_equal(got, want, len);
		if (len < sizeof(got))
			assert_int_equal(got[len], 0x55);
		assert_int_equal(silbo_wire_parse_echo(&back, got, len), GOOD);
		assert_same_echo(&back, &an_echo);
	}
}

static void
a_body_that_does_not_fit_is_not_begun(void **state)
{
	uint8_t bytes[100];

	(void)state;
	memset(bytes, 0x55, sizeof(bytes));
	assert_int_equal(
	    silbo_wire_pack_probe(bytes, 15, &a_probe, 16), SILBO_ERR_SPACE);
	assert_int_equal(
	    silbo_wire_pack_probe(bytes, 99, &a_probe, 100), SILBO_ERR_SPACE);
	assert_int_equal(
	    silbo_wire_pack_echo(bytes, 87, &an_echo, 88), SILBO_ERR_SPACE);
	assert_int_equal(
	    silbo_wire_pack_echo(bytes, 99, &an_echo, 100), SILBO_ERR_SPACE);
	for (size_t i = 0; i < sizeof(bytes); i++)
		assert_int_equal(bytes[i], 0x55);
}

/* In memory of exactly their size, so that a sanitizer sees one byte too far.
 * Bytes of 0x01: what is reserved, and flags nobody knows, are passed over. */
static void
a_body_is_bad_when_its_prefix_is_not_whole(void **state)
{
	uint8_t bytes[100];

	(void)state;
	memset(bytes, 0x01, sizeof(bytes));
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		uint8_t *copy = exactly(bytes, len);
		struct silbo_probe probe;
		struct silbo_echo echo;

		assert_int_equal(silbo_wire_parse_probe(&probe, copy, len),
		    len < 16 ? BAD : GOOD);
		assert_int_equal(silbo_wire_parse_echo(&echo, copy, len),
		    len < 88 ? BAD : GOOD);
		release(copy);
	}
}

static void
an_echo_of_a_number_that_no_probe_has_is_bad(void **state)
{
	uint8_t bytes[88];
	struct silbo_echo echo;

	(void)state;
	assert_int_equal(unhex(bytes, sizeof(bytes), echo_hex), 88);
	assert_int_equal(unhex(bytes + 16, 6, "ffffffffdfff"), 6);
	assert_int_equal(silbo_wire_parse_echo(&echo, bytes, 88), GOOD);
	assert_true(echo.number == SILBO_WIRE_NUMBER_MAX);
	assert_int_equal(unhex(bytes + 16, 6, "ffffffffe000"), 6);
	assert_int_equal(silbo_wire_parse_echo(&echo, bytes, 88), BAD);
}

static void
random_echoes_survive_packing(void **state)
{
	uint64_t seed = test_seed(23);
	uint64_t rng = seed;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint8_t bytes[200];
		size_t len = 88 + test_below(&rng, 112);
		struct silbo_echo echo, back;

		fill_random(&rng, &echo, sizeof(echo));
		echo.number &= SILBO_WIRE_NUMBER_MAX;
		assert_int_equal(
		    silbo_wire_pack_echo(bytes, sizeof(bytes), &echo, len),
		    len);
		if (silbo_wire_parse_echo(&back, bytes, len) != GOOD)
			fail_msg(
			    "seed %llu run %d", (unsigned long long)seed, i);
		assert_same_echo(&back, &echo);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_probe_has_its_bytes_and_then_zeros),
	    cmocka_unit_test(an_echo_has_its_bytes_and_then_zeros),
	    cmocka_unit_test(a_body_that_does_not_fit_is_not_begun),
	    cmocka_unit_test(a_body_is_bad_when_its_prefix_is_not_whole),
	    cmocka_unit_test(an_echo_of_a_number_that_no_probe_has_is_bad),
	    cmocka_unit_test(random_echoes_survive_packing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
