/* SPDX-License-Identifier: MIT */
/*
 * Seeded random numbers for the network model: the same seed gives the same
 * numbers on every machine.  Not for keys, ids or nonces.
 *
 * Every impairment of every link has a stream of its own, so that switching one
 * on does not move the others.  Chances are compared as integers.
 */
#ifndef SILBO_RANDOM_H
#define SILBO_RANDOM_H

#include <silbo/defs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* xoshiro256** 1.0 (Blackman, Vigna 2018). */
struct silbo_random {
	uint64_t s[4]; /* private */
};

/* A chance as an integer: probability times 2^64; UINT64_MAX: always. */
typedef uint64_t silbo_odds;

/* The odds of a probability; below 0 counts as 0, above 1 as 1. */
SILBO_API
silbo_odds silbo_random_odds(double probability);

/* Does this draw, uniform over 64 bits, fall within the odds? */
static inline bool
silbo_random_is_hit(uint64_t draw, silbo_odds odds)
{
	return draw < odds || odds == UINT64_MAX;
}

/*
 * The value number index of splitmix64 (Steele, Lea, Flood 2014) that starts
 * from seed: any of them at once, in O(1).
 */
SILBO_API
uint64_t silbo_random_at(uint64_t seed, uint64_t index);

/* The seed of one stream among those of a seed. */
SILBO_API
uint64_t silbo_random_stream(uint64_t seed, uint64_t stream);

/* Fill the state by splitmix64 from seed. */
SILBO_API
void silbo_random_init(struct silbo_random *random, uint64_t seed);

/* The next 64 bits. */
SILBO_API
uint64_t silbo_random_get(struct silbo_random *random);

#ifdef __cplusplus
}
#endif

#endif
