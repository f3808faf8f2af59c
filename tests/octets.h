/* SPDX-License-Identifier: MIT */
/*
 * Bytes for tests: from hex, at random, and in memory of exactly their size.
 */
#ifndef SILBO_TESTS_OCTETS_H
#define SILBO_TESTS_OCTETS_H

#include "testing.h"

#include <sodium.h>

/* Bytes from hex; spaces are passed over. */
static inline size_t
unhex(uint8_t *out, size_t cap, const char *hex)
{
	size_t len;

	assert_int_equal(
	    sodium_hex2bin(out, cap, hex, strlen(hex), " ", &len, NULL), 0);
	return len;
}

static inline void
fill_random(uint64_t *rng, void *out, size_t len)
{
	uint8_t *p = out;

	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)test_random(rng);
}

/*
 * A copy that ends where its allocation ends, and begins one byte behind its
 * start so that no bytes at all are a place too: a sanitizer sees one byte too
 * far.  To be given to release().
 */
static inline uint8_t *
exactly(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len + 1);

	assert_non_null(copy);
	if (len > 0)
		memcpy(copy + 1, bytes, len);
	return copy + 1;
}

static inline void
release(uint8_t *copy)
{
	free(copy - 1);
}

#endif
