/* SPDX-License-Identifier: MIT */
/*
 * What every cmocka test includes, in the order that cmocka 1.1 wants.
 */
#ifndef SILBO_TESTS_TESTING_H
#define SILBO_TESTS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/*
 * SplitMix64 (Steele, Lea, Flood, 2014): small, seeded, good enough for tests.
 */
static inline uint64_t
test_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Uniform in 0 .. n-1; the bias of the modulus does not matter here. */
static inline uint64_t
test_below(uint64_t *state, uint64_t n)
{
	return test_random(state) % n;
}

/* The seed of this run: SILBO_SEED, or the one given.  Print it on failure. */
static inline uint64_t
test_seed(uint64_t otherwise)
{
	const char *text = getenv("SILBO_SEED");

	return text != NULL ? strtoull(text, NULL, 0) : otherwise;
}

#endif
