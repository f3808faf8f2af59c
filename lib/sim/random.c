/* SPDX-License-Identifier: MIT */
/*
 * xoshiro256** and splitmix64, written from their authors' descriptions.
 */
#include <silbo/random.h>

#define GOLDEN UINT64_C(0x9e3779b97f4a7c15) /* 2^64 / golden ratio, odd */

/* Of the streams of one seed; odd, from Steele and Vigna's multiplier table. */
#define STREAM UINT64_C(0xd1342543de82ef95)

static uint64_t
mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t
rotate(uint64_t x, unsigned bits)
{
	return (x << bits) | (x >> (64 - bits));
}

silbo_odds
silbo_random_odds(double probability)
{
	if (!(probability > 0))
		return 0;
	if (probability >= 1)
		return UINT64_MAX;
	return (silbo_odds)(probability * 0x1p64);
}

uint64_t
silbo_random_at(uint64_t seed, uint64_t index)
{
	return mix(seed + (index + 1) * GOLDEN);
}

uint64_t
silbo_random_stream(uint64_t seed, uint64_t stream)
{
	return mix(mix(seed + GOLDEN) ^ (stream + 1) * STREAM);
}

void
silbo_random_init(struct silbo_random *random, uint64_t seed)
{
	for (unsigned i = 0; i < 4; i++)
		random->s[i] = silbo_random_at(seed, i);
}

uint64_t
silbo_random_get(struct silbo_random *random)
{
	uint64_t *s = random->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}
