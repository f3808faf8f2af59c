/* SPDX-License-Identifier: MIT */
/*
 * The 24 bytes that every datagram begins with, and what holds for all types:
 * version, modes, limits.  Normative text: docs/wire-format.md.
 *
 * Part of silbo/wire.h, which is what to include.
 */
#ifndef SILBO_HEADER_H
#define SILBO_HEADER_H

#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_WIRE_VERSION 1
#define SILBO_WIRE_HEADER_BYTES 24
#define SILBO_WIRE_SOURCE_BYTES 16
#define SILBO_WIRE_TAG_BYTES 16

/*
 * Highest number a source may use in one type: the limit leaves a margin
 * below 2^48 for datagrams in flight.  Then a new source id is made.
 */
#define SILBO_WIRE_NUMBER_MAX ((uint64_t)281474976702463) /* 2^48-1-8192 */

/*
 * Largest datagram (bytes of UDP payload): 1200 fits every path with the IPv6
 * minimum MTU of 1280 even through a tunnel; see RFC 9000 section 14.
 */
#define SILBO_WIRE_MTU_DEFAULT 1200
#define SILBO_WIRE_MTU_MIN 256
#define SILBO_WIRE_MTU_MAX 65507

enum silbo_type {
	SILBO_TYPE_DATA = 0,
	SILBO_TYPE_INFO = 1,
	SILBO_TYPE_RESEND = 2,
	SILBO_TYPE_REPORT = 3,
	SILBO_TYPE_NACK = 4,
	SILBO_TYPE_PROBE = 5,
	SILBO_TYPE_ECHO = 6,
	SILBO_TYPES = 7
};

enum silbo_mode { SILBO_MODE_PLAIN = 0, SILBO_MODE_PSK = 1 };

struct silbo_source {
	uint8_t bytes[SILBO_WIRE_SOURCE_BYTES];
};

struct silbo_header {
	uint8_t type;    /* enum silbo_type, or any 0 to 15 when parsed */
	uint8_t mode;    /* enum silbo_mode, or any value when parsed */
	uint64_t number; /* 0 to 2^48-1 */
	struct silbo_source source;
};

/* Write the 24 bytes of a header. */
SILBO_API
void silbo_wire_pack_header(
    uint8_t out[SILBO_WIRE_HEADER_BYTES], const struct silbo_header *header);

/*
 * Read a header: checks length, version and type (step 2), nothing else: mode
 * and number are for the caller.  header is filled unless it is too short.
 * Returns SILBO_ACCEPTED, SILBO_DROP_SHORT, SILBO_DROP_VERSION or
 * SILBO_DROP_TYPE.
 */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_wire_parse_header(
    struct silbo_header *header, const uint8_t *in, size_t len);

#ifdef __cplusplus
}
#endif

#endif
