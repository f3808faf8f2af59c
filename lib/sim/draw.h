/* SPDX-License-Identifier: MIT */
/*
 * The generators of random.h inline: a channel takes millions of draws.
 */
#ifndef SILBO_DRAW_H
#define SILBO_DRAW_H

#include <silbo/random.h>

#define DRAW_GOLDEN                                              \
	UINT64_C(0x9e3779b97f4a7c15) /* 2^64 / golden ratio, odd \
	                              */

/* The finaliser of splitmix64. */
static inline uint64_t
draw_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static inline uint64_t
draw_at(uint64_t seed, uint64_t index)
{
	return draw_mix(seed + (index + 1) * DRAW_GOLDEN);
}

static inline uint64_t
draw_rotate(uint64_t x, unsigned bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static inline uint64_t
draw_next(struct silbo_random *random)
{
	uint64_t *s = random->s;
	uint64_t result = draw_rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = draw_rotate(s[3], 45);
	return result;
}

/* Between 0 and 1, never either: the middles of 2^52 equal parts. */
static inline double
draw_unit(uint64_t draw)
{
	return ((double)(draw >> 12) + 0.5) * 0x1p-52;
}

#endif
