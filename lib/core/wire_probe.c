/* SPDX-License-Identifier: MIT */
/*
 * Packs and parses the bodies of PROBE and ECHO.  The offsets below and the
 * tables in docs/wire-format.md are the same twice, as in wire.c.
 *
 * It refuses to know whether a time or a count can be true.
 */
#include <assert.h>
#include <string.h>

#include "bytes.h"
#include <silbo/wire.h>

enum {
	PROBE_SENT_AT = 0, /* where DATA has its: silbo_wire_parse_media_time */
	PROBE_FLAGS = 8    /* 9 to 15 are reserved */
};

enum {
	ECHO_PROBER = 0,
	ECHO_NUMBER = 16,
	ECHO_FLAGS = 22,
	ECHO_TOS = 23,
	ECHO_TTL = 24, /* 25 to 27 are reserved */
	ECHO_EXTENT_MAX = 28,
	ECHO_SENT_AT = 32,
	ECHO_RECEIVED_AT = 40,
	ECHO_ECHOED_AT = 48,
	ECHO_UNIQUE = 56,
	ECHO_DUPLICATE = 64,
	ECHO_REORDERED = 72,
	ECHO_WITHHELD = 80
};

_Static_assert(ECHO_WITHHELD + sizeof(uint64_t) == SILBO_WIRE_ECHO_BYTES,
    "the last field ends the prefix");

int
silbo_wire_pack_probe(uint8_t *out, size_t cap, const struct silbo_probe *probe,
    size_t body_bytes)
{
	assert(body_bytes >= SILBO_WIRE_PROBE_BYTES);
	assert(body_bytes <= SILBO_WIRE_MTU_MAX);
	if (body_bytes > cap)
		return SILBO_ERR_SPACE;

	memset(out, 0, body_bytes);
	store_be64(out + PROBE_SENT_AT, probe->sent_at);
	out[PROBE_FLAGS] = probe->flags;
	return (int)body_bytes;
}

enum silbo_verdict
silbo_wire_parse_probe(struct silbo_probe *probe, const uint8_t *in, size_t len)
{
	if (len < SILBO_WIRE_PROBE_BYTES)
		return SILBO_BAD_BODY;

	probe->sent_at = load_be64(in + PROBE_SENT_AT);
	probe->flags = in[PROBE_FLAGS];
	return SILBO_ACCEPTED;
}

int
silbo_wire_pack_echo(
    uint8_t *out, size_t cap, const struct silbo_echo *echo, size_t body_bytes)
{
	assert(echo->number <= SILBO_WIRE_NUMBER_MAX);
	assert(body_bytes >= SILBO_WIRE_ECHO_BYTES);
	assert(body_bytes <= SILBO_WIRE_MTU_MAX);
	if (body_bytes > cap)
		return SILBO_ERR_SPACE;

	memset(out, 0, body_bytes);
	memcpy(out + ECHO_PROBER, echo->prober.bytes, SILBO_WIRE_SOURCE_BYTES);
	store_be48(out + ECHO_NUMBER, echo->number);
	out[ECHO_FLAGS] = echo->flags;
	out[ECHO_TOS] = echo->tos;
	out[ECHO_TTL] = echo->ttl;
	store_be32(out + ECHO_EXTENT_MAX, echo->extent_max);
	store_be64(out + ECHO_SENT_AT, echo->sent_at);
	store_be64(out + ECHO_RECEIVED_AT, echo->received_at);
	store_be64(out + ECHO_ECHOED_AT, echo->echoed_at);
	store_be64(out + ECHO_UNIQUE, echo->unique);
	store_be64(out + ECHO_DUPLICATE, echo->duplicate);
	store_be64(out + ECHO_REORDERED, echo->reordered);
	store_be64(out + ECHO_WITHHELD, echo->withheld);
	return (int)body_bytes;
}

enum silbo_verdict
silbo_wire_parse_echo(struct silbo_echo *echo, const uint8_t *in, size_t len)
{
	if (len < SILBO_WIRE_ECHO_BYTES)
		return SILBO_BAD_BODY;

	memcpy(echo->prober.bytes, in + ECHO_PROBER, SILBO_WIRE_SOURCE_BYTES);
	echo->number = load_be48(in + ECHO_NUMBER);
	echo->flags = in[ECHO_FLAGS];
	echo->tos = in[ECHO_TOS];
	echo->ttl = in[ECHO_TTL];
	echo->extent_max = load_be32(in + ECHO_EXTENT_MAX);
	echo->sent_at = load_be64(in + ECHO_SENT_AT);
	echo->received_at = load_be64(in + ECHO_RECEIVED_AT);
	echo->echoed_at = load_be64(in + ECHO_ECHOED_AT);
	echo->unique = load_be64(in + ECHO_UNIQUE);
	echo->duplicate = load_be64(in + ECHO_DUPLICATE);
	echo->reordered = load_be64(in + ECHO_REORDERED);
	echo->withheld = load_be64(in + ECHO_WITHHELD);
	return echo->number <= SILBO_WIRE_NUMBER_MAX ? SILBO_ACCEPTED
						     : SILBO_BAD_BODY;
}
