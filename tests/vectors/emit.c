/* SPDX-License-Identifier: MIT */
/*
 * What the two halves of the generator share: bytes, keys, and JSON.
 */
#include "emit.h"

#include <stdlib.h>

/* xorshift64* (Vigna 2016): bytes that look like nothing in particular. */
void
emit_random(struct emit *emit, void *out, size_t len)
{
	uint8_t *p = out;

	for (size_t i = 0; i < len; i++) {
		emit->random ^= emit->random >> 12;
		emit->random ^= emit->random << 25;
		emit->random ^= emit->random >> 27;
		p[i] = (uint8_t)(emit->random * 0x2545f4914f6cdd1du >> 56);
	}
}

const struct silbo_key *
emit_key(const struct emit *emit, char name)
{
	return name == EMIT_PLAIN ? NULL : &emit->keys[name - 'a'];
}

struct silbo_source
emit_source(struct emit *emit, char key)
{
	uint8_t random[SILBO_KEY_RANDOM_BYTES];
	struct silbo_source source;

	emit_random(emit, random, sizeof(random));
	silbo_key_source(&source, random, emit_key(emit, key));
	return source;
}

size_t
emit_seal(const struct emit *emit, uint8_t *datagram,
    const struct silbo_header *header, size_t body_bytes, char key)
{
	size_t len = SILBO_WIRE_HEADER_BYTES + body_bytes;
	struct silbo_seal seal;
	int sealed;

	silbo_wire_pack_header(datagram, header);
	if (key == EMIT_PLAIN)
		return len;
	silbo_seal_init(&seal, emit_key(emit, key), &header->source);
	sealed = silbo_seal(&seal, datagram, len, EMIT_DATAGRAM_MAX);
	if (sealed < 0)
		abort();
	return (size_t)sealed;
}

void
emit_begin(struct emit *emit, const char *name)
{
	fprintf(emit->out, ",\n\"%s\": [", name);
	emit->comma = false;
}

void
emit_next(struct emit *emit)
{
	fputs(emit->comma ? ",\n " : "\n ", emit->out);
	emit->comma = true;
}

void
emit_end(struct emit *emit)
{
	fputs("\n]", emit->out);
}

void
emit_hex(struct emit *emit, const char *name, const uint8_t *bytes, size_t len)
{
	fprintf(emit->out, ", \"%s\": \"", name);
	for (size_t i = 0; i < len; i++)
		fprintf(emit->out, "%02x", bytes[i]);
	fputc('"', emit->out);
}
