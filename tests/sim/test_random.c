/* SPDX-License-Identifier: MIT */
/*
 * The generators against a second, slow implementation of their definitions,
 * which works on single bits, and against published values.
 */
#include "testing.h"

#include <silbo/random.h>

/* a * b modulo 2^64, by shifts and sums. */
static uint64_t
slow_product(uint64_t a, uint64_t b)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < 64; i++) {
		if (b >> i & 1)
			sum += a << i;
	}
	return sum;
}

/* Bit i becomes bit (i + by) modulo 64. */
static uint64_t
slow_rotation(uint64_t x, unsigned by)
{
	uint64_t y = 0;

	for (unsigned i = 0; i < 64; i++)
		y |= (x >> i & 1) << (i + by) % 64;
	return y;
}

static uint64_t
slow_splitmix(uint64_t *x)
{
	uint64_t z;

	*x += UINT64_C(11400714819323198485);
	z = *x;
	z = slow_product(z ^ z >> 30, UINT64_C(13787848793156543929));
	z = slow_product(z ^ z >> 27, UINT64_C(10723151780598845931));
	return z ^ z >> 31;
}

static uint64_t
slow_xoshiro(uint64_t s[4])
{
	uint64_t result =
	    slow_product(slow_rotation(slow_product(s[1], 5), 7), 9);
	uint64_t n[4];

	/* s' = s times the matrix of the paper, section 3. */
	n[0] = s[0] ^ s[1] ^ s[3];
	n[1] = s[0] ^ s[1] ^ s[2];
	n[2] = s[2] ^ s[0] ^ s[1] << 17;
	n[3] = slow_rotation(s[1] ^ s[3], 45);
	memcpy(s, n, sizeof(n));
	return result;
}

static void
splitmix64_of_1234567_is_as_published(void **state)
{
	static const uint64_t want[] = {UINT64_C(6457827717110365317),
	    UINT64_C(3203168211198807973), UINT64_C(9817491932198370423),
	    UINT64_C(4593380528125082431), UINT64_C(16408922859458223821)};

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(silbo_random_at(1234567, i), want[i]);
}

static void
xoshiro256_of_the_state_1_2_3_4_is_as_published(void **state)
{
	static const uint64_t want[] = {11520, 0, 1509978240,
	    UINT64_C(1215971899390074240), UINT64_C(1216172134540287360),
	    UINT64_C(607988272756665600), UINT64_C(16172922978634559625)};
	struct silbo_random random = {{1, 2, 3, 4}};

	(void)state;
	for (unsigned i = 0; i < 7; i++)
		assert_int_equal(silbo_random_get(&random), want[i]);
}

static void
both_generators_follow_their_definitions(void **state)
{
	uint64_t seed = test_seed(9), x, s[4];
	struct silbo_random random;

	(void)state;
	for (unsigned round = 0; round < 50; round++, seed++) {
		x = seed;
		for (unsigned i = 0; i < 4; i++) {
			s[i] = slow_splitmix(&x);
			assert_int_equal(silbo_random_at(seed, i), s[i]);
		}
		silbo_random_init(&random, seed);
		for (unsigned i = 0; i < 200; i++) {
			if (silbo_random_get(&random) != slow_xoshiro(s))
				fail_msg("seed %llu, draw %u",
				    (unsigned long long)seed, i);
		}
	}
}

static void
streams_of_a_seed_and_seeds_of_a_stream_differ(void **state)
{
	uint64_t seen[64];
	unsigned count = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 8; seed++) {
		for (uint64_t stream = 0; stream < 8; stream++) {
			uint64_t got = silbo_random_stream(seed, stream);

			for (unsigned i = 0; i < count; i++)
				assert_int_not_equal(got, seen[i]);
			seen[count++] = got;
		}
	}
}

static void
odds_are_exact_at_both_ends(void **state)
{
	double nan = strtod("nan", NULL);

	(void)state;
	assert_int_equal(silbo_random_odds(-1), 0);
	assert_int_equal(silbo_random_odds(0), 0);
	assert_int_equal(silbo_random_odds(nan), 0);
	assert_true(silbo_random_odds(0.25) == UINT64_C(1) << 62);
	assert_true(silbo_random_odds(1) == UINT64_MAX);
	assert_true(silbo_random_odds(2) == UINT64_MAX);
	assert_false(silbo_random_is_hit(0, 0));
	assert_true(silbo_random_is_hit(0, 1));
	assert_false(silbo_random_is_hit(1, 1));
	assert_true(silbo_random_is_hit(UINT64_MAX, UINT64_MAX));
	assert_false(silbo_random_is_hit(UINT64_MAX, UINT64_MAX - 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(splitmix64_of_1234567_is_as_published),
	    cmocka_unit_test(xoshiro256_of_the_state_1_2_3_4_is_as_published),
	    cmocka_unit_test(both_generators_follow_their_definitions),
	    cmocka_unit_test(streams_of_a_seed_and_seeds_of_a_stream_differ),
	    cmocka_unit_test(odds_are_exact_at_both_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
