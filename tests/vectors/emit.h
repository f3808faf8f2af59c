/* SPDX-License-Identifier: MIT */
/*
 * The vectors as JSON: what the two halves of the generator share.
 */
#ifndef SILBO_TESTS_EMIT_H
#define SILBO_TESTS_EMIT_H

#include <silbo/key.h>
#include <silbo/seal.h>
#include <silbo/wire.h>

#include <stdio.h>

#define EMIT_KEYS 3
#define EMIT_PLAIN '-' /* where a key is named: none */
#define EMIT_DATAGRAM_MAX 2048

struct emit {
	FILE *out;
	uint64_t random; /* state of the generator: always the same bytes */
	uint8_t masters[EMIT_KEYS][SILBO_KEY_MASTER_BYTES];
	struct silbo_key keys[EMIT_KEYS]; /* named 'a', 'b', 'c' */
	bool comma;                       /* an item stands before this one */
};

void emit_random(struct emit *emit, void *out, size_t len);

/* The key of a name, NULL for EMIT_PLAIN. */
const struct silbo_key *emit_key(const struct emit *emit, char name);

/* A source id as an endpoint with this key makes it. */
struct silbo_source emit_source(struct emit *emit, char key);

/*
 * Put the header before the body_bytes that stand at datagram + 24, and seal if
 * a key is named.  Returns the bytes of the datagram.
 */
size_t emit_seal(const struct emit *emit, uint8_t *datagram,
    const struct silbo_header *header, size_t body_bytes, char key);

/* Begin and end an array of items, and begin each item in it. */
void emit_begin(struct emit *emit, const char *name);
void emit_next(struct emit *emit);
void emit_end(struct emit *emit);

void emit_hex(
    struct emit *emit, const char *name, const uint8_t *bytes, size_t len);

/* The array "verdicts": what a receiver makes of which datagram. */
void emit_verdicts(struct emit *emit);

#endif
