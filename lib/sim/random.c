/* SPDX-License-Identifier: MIT */
/*
 * xoshiro256** and splitmix64, written from their authors' descriptions.
 */
#include "draw.h"

/* Of the streams of one seed; odd, from Steele and Vigna's multiplier table. */
#define STREAM UINT64_C(0xd1342543de82ef95)

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
	return draw_at(seed, index);
}

uint64_t
silbo_random_stream(uint64_t seed, uint64_t stream)
{
	return draw_mix(draw_at(seed, 0) ^ (stream + 1) * STREAM);
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
	return draw_next(random);
}
