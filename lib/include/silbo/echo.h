/* SPDX-License-Identifier: MIT */
/*
 * The bodies of PROBE and ECHO: isochronous measurement there and back.  An
 * ECHO answers one PROBE, is exactly as long, and carries what its sender has
 * counted of that prober so far, so that each direction is known by itself.
 *
 * Part of silbo/wire.h, which is what to include.
 */
#ifndef SILBO_ECHO_H
#define SILBO_ECHO_H

#include <silbo/defs.h>
#include <silbo/err.h>
#include <silbo/header.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_WIRE_PROBE_BYTES 16 /* then zeros, up to the size wanted */
#define SILBO_WIRE_ECHO_BYTES 88  /* likewise */

/* Flags of PROBE and of ECHO; other bits are ignored on receipt. */
#define SILBO_PROBE_CLOSING 0x01 /* asks for the totals, is in none of them */
#define SILBO_ECHO_KERNEL 0x01   /* received_at is the kernel's stamp */
#define SILBO_ECHO_MARKS 0x02    /* tos and ttl are known */
#define SILBO_ECHO_CLOSING 0x04  /* the PROBE had SILBO_PROBE_CLOSING */

struct silbo_probe {
	uint64_t sent_at; /* T1: ns, the prober's Unix axis */
	uint8_t flags;    /* SILBO_PROBE_* */
};

/* Counts are of the PROBEs of this prober, this one included; PROBEs with
 * CLOSING are in none of them. */
struct silbo_echo {
	struct silbo_source prober;
	uint64_t number;      /* of the PROBE */
	uint8_t flags;        /* SILBO_ECHO_* */
	uint8_t tos, ttl;     /* of the PROBE as it arrived */
	uint32_t extent_max;  /* largest reordering extent (RFC 4737) */
	uint64_t sent_at;     /* T1, as in the PROBE */
	uint64_t received_at; /* T2: ns, the reflector's Unix axis */
	uint64_t echoed_at;   /* T3: likewise */
	uint64_t unique;      /* first copies */
	uint64_t duplicate;   /* further ones */
	uint64_t reordered;
	uint64_t withheld; /* of the unique: not answered, as too short for it,
	                      for a rate limit, or as the machine could not
	                      send */
};

/*
 * Write the body of a PROBE: the prefix, then zeros up to body_bytes, which is
 * at least SILBO_WIRE_PROBE_BYTES.  Returns body_bytes or SILBO_ERR_SPACE.
 */
SILBO_API
SILBO_MUST_USE
int silbo_wire_pack_probe(uint8_t *out, size_t cap,
    const struct silbo_probe *probe, size_t body_bytes);

/* Read one.  Returns SILBO_ACCEPTED or SILBO_BAD_BODY: too short. */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_wire_parse_probe(
    struct silbo_probe *probe, const uint8_t *in, size_t len);

/* As of a PROBE: body_bytes is at least SILBO_WIRE_ECHO_BYTES. */
SILBO_API
SILBO_MUST_USE
int silbo_wire_pack_echo(
    uint8_t *out, size_t cap, const struct silbo_echo *echo, size_t body_bytes);

/*
 * Read the body of an ECHO.  What it says of times and counts is not judged:
 * that is for whoever knows what was sent.
 *
 * Returns SILBO_ACCEPTED or SILBO_BAD_BODY: too short, or a number that no
 * PROBE can have.
 */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_wire_parse_echo(
    struct silbo_echo *echo, const uint8_t *in, size_t len);

#ifdef __cplusplus
}
#endif

#endif
