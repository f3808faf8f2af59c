/* SPDX-License-Identifier: MIT */
/*
 * What the fuzzers share: a feed that turns bytes into decisions, and the word
 * for what must hold.  A feed that is empty gives zeros, so every prefix of an
 * input is an input, which is what makes inputs small.
 */
#ifndef SILBO_TESTS_FUZZ_H
#define SILBO_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <silbo/defs.h>

#define MS SILBO_NS_PER_MS
#define T0 (100 * SILBO_NS_PER_S)

/* Not an assert: an oracle holds whatever NDEBUG says. */
#define must(truth)                                                         \
	do {                                                                \
		if (!(truth)) {                                             \
			fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, \
			    __LINE__, #truth);                              \
			abort();                                            \
		}                                                           \
	} while (0)

/* libFuzzer calls it, and so does replay.c.  Returns 0, always. */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

struct feed {
	const uint8_t *at;
	size_t left;
};

static inline uint8_t
feed_u8(struct feed *f)
{
	if (f->left == 0)
		return 0;
	f->left--;
	return *f->at++;
}

static inline uint16_t
feed_u16(struct feed *f)
{
	unsigned high = feed_u8(f);

	return (uint16_t)(high << 8 | feed_u8(f));
}

static inline uint64_t
feed_u64(struct feed *f)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | feed_u8(f);
	return value;
}

/*
 * A number of any size whose one byte is mostly enough: small ones as they are,
 * from 248 on followed by 8 bytes.
 */
static inline uint64_t
feed_any(struct feed *f)
{
	uint8_t small = feed_u8(f);

	return small < 248 ? small : feed_u64(f);
}

/* Up to len bytes, without copying.  Returns how many there are. */
static inline size_t
feed_bytes(struct feed *f, const uint8_t **out, size_t len)
{
	if (len > f->left)
		len = f->left;
	*out = f->at;
	f->at += len;
	f->left -= len;
	return len;
}

/* How much time goes by: 0, around a millisecond, or up to a minute. */
static inline silbo_time
feed_time(struct feed *f)
{
	unsigned step = feed_u8(f);

	if (step < 128)
		return step * (MS / 4);
	if (step < 224)
		return (step - 127) * 10 * MS;
	return (step - 223) * 2 * SILBO_NS_PER_S;
}

#endif
