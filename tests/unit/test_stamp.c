/* SPDX-License-Identifier: MIT */
/*
 * The packets of STAMP against hex written by hand from the figures of RFC 8762
 * (sections 4.2.1 and 4.3.1), and its times and estimates against arithmetic.
 */
#include "octets.h"

#include <silbo/stamp.h>

#define S SILBO_NS_PER_S
#define Y2023 (UINT64_C(1700000000) * S)
#define ERA_1 (UINT64_C(2085978496) * S) /* 2036-02-07 06:28:16 UTC */

struct time_row {
	unsigned row;
	uint64_t unix_ns;
	uint64_t ntp;
	uint64_t ptp;
};

static const struct time_row times[] = {
    {1, 0, 0x83aa7e8000000000, 0x0000000000000000},
    {2, 1, 0x83aa7e8000000004, 0x0000000000000001},
    {3, 999999999, 0x83aa7e80fffffffc, 0x000000003b9ac9ff},
    {4, Y2023 + S / 2, 0xe8fe6f8080000000, 0x6553f1001dcd6500},
    {5, Y2023 + 123456789, 0xe8fe6f801f9add37, 0x6553f100075bcd15},
    {6, ERA_1 - 1, 0xfffffffffffffffc, 0x7c55817f3b9ac9ff},
    {7, ERA_1, 0x0000000000000000, 0x7c55818000000000},
    {8, ERA_1 + 1, 0x0000000000000004, 0x7c55818000000001},
    /* PTP's seconds come round in 2106 */
    {9, (UINT64_C(1) << 32) * S, 0x83aa7e8000000000, 0},
};

static void
times_are_as_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const struct time_row *r = &times[i];

		if (silbo_stamp_pack_time(r->unix_ns, false) != r->ntp ||
		    silbo_stamp_pack_time(r->unix_ns, true) != r->ptp ||
		    silbo_stamp_parse_time(r->ntp, false, r->unix_ns) !=
			r->unix_ns ||
		    silbo_stamp_parse_time(r->ptp, true, r->unix_ns) !=
			r->unix_ns)
			fail_msg("row %u", r->row);
	}
}

/* Any nanosecond comes back, whatever clock within 68 years reads it. */
static void
every_nanosecond_comes_back(void **state)
{
	uint64_t seed = test_seed(1), rng = seed;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint64_t ns = test_below(&rng, UINT64_C(7000000000) * S);
		uint64_t off =
		    test_below(&rng, (UINT64_C(1) << 31) * S - 2 * S);
		uint64_t near =
		    test_random(&rng) % 2 || off > ns ? ns + off : ns - off;
		bool ptp = test_random(&rng) % 2;
		uint64_t stamp = silbo_stamp_pack_time(ns, ptp);

		if (silbo_stamp_parse_time(stamp, ptp, near) != ns)
			fail_msg("seed %llu: %llu near %llu",
			    (unsigned long long)seed, (unsigned long long)ns,
			    (unsigned long long)near);
	}
}

/* And any 64 bits are a time, at most half a nanosecond from what they say. */
static void
any_bits_are_a_time(void **state)
{
	uint64_t seed = test_seed(2), rng = seed;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint64_t near = test_random(&rng) >> 1;
		uint64_t stamp = test_random(&rng);
		uint64_t ns = silbo_stamp_parse_time(stamp, false, near);
		uint64_t again = silbo_stamp_pack_time(ns, false);
		int64_t off = (int64_t)(again - stamp);

		if (off < -3 || off > 3)
			fail_msg("seed %llu: %llx is %llx",
			    (unsigned long long)seed, (unsigned long long)stamp,
			    (unsigned long long)again);
		ns = silbo_stamp_parse_time(stamp, true, near);
		assert_true(ns >= (stamp & UINT32_MAX));
		ns -= stamp & UINT32_MAX;
		assert_int_equal(ns % S, 0);
		assert_int_equal((uint32_t)(ns / S), stamp >> 32);
	}
}

/* In 1970 a time of before is one of the next era, as time is not negative. */
static void
no_time_is_before_1970(void **state)
{
	(void)state;
	assert_int_equal(silbo_stamp_parse_time(0x83aa7e7fffffffff, false, 0),
	    (UINT64_C(1) << 32) * S);
	assert_int_equal(
	    silbo_stamp_parse_time(0x83aa7e7f00000000, false, 5 * S),
	    ((UINT64_C(1) << 32) - 1) * S);
}

struct estimate_row {
	unsigned row;
	uint64_t error_ns;
	bool synced, ptp;
	uint16_t packed;
	uint64_t back_ns;
};

static const struct estimate_row estimates[] = {
    {1, 0, false, false, 0x0001, 1},
    {2, 0, true, false, 0x8001, 1},
    {3, 0, false, true, 0x4001, 1},
    {4, 1, false, false, 0x0005, 2},
    {5, 59, false, false, 0x00fe, 60},
    {6, 60, false, false, 0x0181, 61},
    {7, 1000, true, true, 0xc587, 1006},
    {8, 1000000, false, false, 0x0f84, 1007081},
    {9, 16000000, true, false, 0x9384, 16113282},
    {10, 1 * S, false, false, 0x1980, 1000000000},
    {11, 3600 * S, false, false, 0x24e1, 3600000000000},
    {12, UINT64_MAX, false, false, 0x388a, 0},
};

static void
estimates_are_as_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(estimates) / sizeof(estimates[0]); i++) {
		const struct estimate_row *r = &estimates[i];
		struct silbo_stamp_estimate e = {.error_ns = r->error_ns,
		    .synced = r->synced,
		    .ptp = r->ptp};
		uint16_t packed = silbo_stamp_pack_estimate(&e);
		struct silbo_stamp_estimate back;

		if (r->row == 12) {
			assert_true(silbo_stamp_parse_estimate(&back, packed));
			assert_true(back.error_ns > UINT64_C(4294967295) * S);
			continue;
		}
		if (packed != r->packed ||
		    !silbo_stamp_parse_estimate(&back, packed) ||
		    back.error_ns != r->back_ns || back.synced != r->synced ||
		    back.ptp != r->ptp)
			fail_msg("row %u: %04x, back %llu", r->row, packed,
			    (unsigned long long)back.error_ns);
	}
}

/* No estimate is better than what it is made of, or much worse. */
static void
estimates_never_flatter(void **state)
{
	uint64_t seed = test_seed(3), rng = seed;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t error = test_random(&rng) >> test_below(&rng, 64);
		struct silbo_stamp_estimate e = {.error_ns = error}, back;
		uint16_t packed;

		if (error > UINT64_C(4000000000) * S)
			continue;
		packed = silbo_stamp_pack_estimate(&e);
		if (!silbo_stamp_parse_estimate(&back, packed) ||
		    back.error_ns < error ||
		    back.error_ns > error + error / 100 + 2)
			fail_msg("seed %llu: %llu becomes %llu",
			    (unsigned long long)seed, (unsigned long long)error,
			    (unsigned long long)back.error_ns);
	}
}

/* All 65536: nothing overflows, and only a multiplier of 0 is refused. */
static void
every_estimate_is_read(void **state)
{
	struct silbo_stamp_estimate e;

	(void)state;
	for (unsigned packed = 0; packed <= UINT16_MAX; packed++) {
		bool good = silbo_stamp_parse_estimate(&e, (uint16_t)packed);

		assert_int_equal(good, (packed & 0xff) != 0);
		assert_int_equal(e.synced, packed >> 15);
		assert_int_equal(e.ptp, packed >> 14 & 1);
		assert_int_equal(e.error_ns > 0, good);
	}
}

/* number, seconds, fraction, S=1 Z=0 scale 19 multiplier 0x84; 30 zeros */
static const char request_hex[] = "01020304 e8fe6f80 1f9add37 9384"
				  "0000 0000000000000000 0000000000000000"
				  "00000000 00000000 00000000";

/* number, time, estimate, 0; received; the request's head, 0; TTL, 0 */
static const char reply_hex[] = "00000007 e8fe6f80 80000000 0f84 0000"
				"e8fe6f80 7ffffffc"
				"01020304 e8fe6f80 1f9add37 9384 0000"
				"3f 000000";

static const struct silbo_stamp_request request = {
    .number = 0x01020304,
    .sent_at = 0xe8fe6f801f9add37,
    .estimate = 0x9384,
};
static const struct silbo_stamp_reply reply = {
    .number = 7,
    .echoed_at = 0xe8fe6f8080000000,
    .received_at = 0xe8fe6f807ffffffc,
    .estimate = 0x0f84,
    .request =
	{
	    .number = 0x01020304,
	    .sent_at = 0xe8fe6f801f9add37,
	    .estimate = 0x9384,
	},
    .ttl = 63,
};

static bool
is_request(
    const struct silbo_stamp_request *a, const struct silbo_stamp_request *b)
{
	return a->number == b->number && a->sent_at == b->sent_at &&
	    a->estimate == b->estimate;
}

static void
a_request_is_as_written(void **state)
{
	uint8_t expected[SILBO_STAMP_BYTES], out[1500];
	struct silbo_stamp_request back;

	(void)state;
	assert_int_equal(
	    unhex(expected, sizeof(expected), request_hex), SILBO_STAMP_BYTES);
	memset(out, 0xee, sizeof(out));
	assert_int_equal(silbo_stamp_pack_request(
			     out, sizeof(out), &request, SILBO_STAMP_BYTES),
	    SILBO_STAMP_BYTES);
	assert_memory_equal(out, expected, SILBO_STAMP_BYTES);
	assert_int_equal(out[SILBO_STAMP_BYTES], 0xee);
	assert_int_equal(
	    silbo_stamp_parse_request(&back, out, SILBO_STAMP_BYTES),
	    SILBO_ACCEPTED);
	assert_true(is_request(&back, &request));
}

static void
a_reply_is_as_written(void **state)
{
	uint8_t expected[SILBO_STAMP_BYTES], out[1500];
	struct silbo_stamp_reply back;

	(void)state;
	assert_int_equal(
	    unhex(expected, sizeof(expected), reply_hex), SILBO_STAMP_BYTES);
	memset(out, 0xee, sizeof(out));
	assert_int_equal(
	    silbo_stamp_pack_reply(out, sizeof(out), &reply, SILBO_STAMP_BYTES),
	    SILBO_STAMP_BYTES);
	assert_memory_equal(out, expected, SILBO_STAMP_BYTES);
	assert_int_equal(out[SILBO_STAMP_BYTES], 0xee);
	assert_int_equal(silbo_stamp_parse_reply(&back, out, SILBO_STAMP_BYTES),
	    SILBO_ACCEPTED);
	assert_int_equal(back.number, 7);
	assert_int_equal(back.echoed_at, reply.echoed_at);
	assert_int_equal(back.received_at, reply.received_at);
	assert_int_equal(back.estimate, reply.estimate);
	assert_true(is_request(&back.request, &request));
	assert_int_equal(back.ttl, 63);
}

/* What is longer has zeros at its end, what is too long is not written. */
static void
packets_are_as_long_as_asked(void **state)
{
	uint8_t out[100], zeros[100] = {0};

	(void)state;
	memset(out, 0xee, sizeof(out));
	assert_int_equal(
	    silbo_stamp_pack_request(out, sizeof(out), &request, 90), 90);
	assert_memory_equal(out + 14, zeros, 76);
	memset(out, 0xee, sizeof(out));
	assert_int_equal(
	    silbo_stamp_pack_reply(out, sizeof(out), &reply, 90), 90);
	assert_memory_equal(out + 41, zeros, 49);
	assert_int_equal(out[90], 0xee);
	/* as a TWAMP reflector ends */
	assert_int_equal(silbo_stamp_pack_reply(out, 41, &reply, 41), 41);
	assert_int_equal(out[40], 63);
	memset(out, 0xee, sizeof(out));
	assert_int_equal(
	    silbo_stamp_pack_request(out, 43, &request, 44), SILBO_ERR_SPACE);
	assert_int_equal(
	    silbo_stamp_pack_reply(out, 43, &reply, 44), SILBO_ERR_SPACE);
	assert_int_equal(out[0], 0xee);
}

/* In memory of exactly their length: what is short is told, never read on. */
static void
every_length_is_read_or_refused(void **state)
{
	uint8_t bytes[SILBO_STAMP_BYTES];

	(void)state;
	unhex(bytes, sizeof(bytes), reply_hex);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		uint8_t *in = exactly(bytes, len);
		struct silbo_stamp_request asked;
		struct silbo_stamp_reply told;

		assert_int_equal(silbo_stamp_parse_request(&asked, in, len),
		    len < 14 ? SILBO_DROP_SHORT : SILBO_ACCEPTED);
		assert_int_equal(silbo_stamp_parse_reply(&told, in, len),
		    len < 38 ? SILBO_DROP_SHORT : SILBO_ACCEPTED);
		if (len >= 38)
			assert_int_equal(told.ttl, len < 41 ? 255 : 63);
		release(in);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(times_are_as_written),
	    cmocka_unit_test(every_nanosecond_comes_back),
	    cmocka_unit_test(any_bits_are_a_time),
	    cmocka_unit_test(no_time_is_before_1970),
	    cmocka_unit_test(estimates_are_as_written),
	    cmocka_unit_test(estimates_never_flatter),
	    cmocka_unit_test(every_estimate_is_read),
	    cmocka_unit_test(a_request_is_as_written),
	    cmocka_unit_test(a_reply_is_as_written),
	    cmocka_unit_test(packets_are_as_long_as_asked),
	    cmocka_unit_test(every_length_is_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
