/* SPDX-License-Identifier: MIT */
/*
 * The bytes on the wire, version 1: pack and parse.  The only module that
 * knows an offset.  Normative text: docs/wire-format.md.
 *
 * Nothing here knows keys, time, sockets or what a loss is.  Every length that
 * comes from the network is checked against what is left before it is used.
 */
#ifndef SILBO_WIRE_H
#define SILBO_WIRE_H

#include <silbo/defs.h>
#include <silbo/echo.h>
#include <silbo/err.h>
#include <silbo/header.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_WIRE_DATA_PREFIX_BYTES 13
#define SILBO_WIRE_NUMBER_BYTES 6 /* of a RESEND: the original number */
#define SILBO_WIRE_INFO_BYTES 160
#define SILBO_WIRE_NAME_BYTES 32
#define SILBO_WIRE_BLOCKS_MAX 4

enum silbo_format {
	SILBO_FORMAT_OPAQUE = 0,
	SILBO_FORMAT_OPUS = 1,
	SILBO_FORMAT_PATTERN = 2
};

/* Flags of DATA; other bits are ignored on receipt. */
#define SILBO_DATA_PADDED 0x01        /* ISO 7816-4 */
#define SILBO_DATA_SPURT 0x02         /* start of a talk spurt */
#define SILBO_DATA_DISCONTINUITY 0x04 /* media time jumps here */
#define SILBO_DATA_PAUSE 0x08         /* a pause (DTX) follows */

/* Flags of INFO. */
#define SILBO_INFO_END 0x01 /* no DATA follows; samples is final */

/* Body of DATA.  The pointers borrow the buffer that was parsed. */
struct silbo_data {
	uint64_t media_time;   /* ns, sender's Unix time axis */
	uint16_t duration;     /* samples of 1/48000 s; 0: none */
	uint8_t flags;         /* SILBO_DATA_* */
	uint8_t format;        /* enum silbo_format */
	uint8_t blocks_count;  /* repair blocks, 0 to 4 */
	const uint8_t *blocks; /* all of them, as on the wire */
	size_t blocks_bytes;
	const uint8_t *payload; /* padding removed */
	size_t payload_bytes;
	size_t padded_bytes; /* with padding; read by pack when flagged, which
	                        makes it payload_bytes + 1 at least */
};

/* One repair block, kind 1 copy, 2 XOR; others are skipped by the caller. */
struct silbo_block {
	uint8_t kind;
	const uint8_t *body; /* taps and bytes */
	size_t body_bytes;
};

/* Body of INFO: what a source says of itself. */
struct silbo_info {
	uint64_t media_time;    /* ns; media clock at the moment of sending */
	uint64_t sender_time;   /* ns; sender's monotonic clock, same axis */
	uint64_t origin;        /* ns; media time of the first sample */
	uint64_t first;         /* number of the first DATA */
	uint64_t next;          /* first + DATA sent so far */
	uint64_t payload_bytes; /* sent so far in DATA payloads */
	uint64_t age_ns;        /* since the first DATA left; 0 before it */
	uint64_t samples;       /* END: exact length per channel, 1/48000 s,
	                           pre-skip not included; else 0 */
	uint8_t tag[8];         /* hash of host and stream name */
	uint32_t bitrate;       /* nominal, bit/s; 0: unknown */
	uint16_t duration;      /* nominal of a DATA, 1/48000 s; 0: none */
	uint16_t preskip;       /* samples of 1/48000 s to discard at origin */
	uint8_t flags;          /* SILBO_INFO_* */
	uint8_t format;         /* enum silbo_format */
	uint8_t channels;       /* 0: not audio */
	/* the echo of the last REPORT; all zero: none came */
	struct silbo_source report_source;
	uint64_t report_number;
	uint64_t report_hold_ns; /* between its arrival and this INFO */
	char name[SILBO_WIRE_NAME_BYTES + 1]; /* untrusted bytes, NUL added */
};

/*
 * Largest payload of a DATA, so that it also fits a RESEND: mtu - 24 - 6 - 13,
 * and 16 less when sealed (1141 at 1200).  mtu from SILBO_WIRE_MTU_MIN.
 */
SILBO_API
size_t silbo_wire_payload_max(size_t mtu, enum silbo_mode mode);

/*
 * Write a DATA body (prefix, blocks, payload, padding if flagged) to out.
 *
 * Returns its bytes or SILBO_ERR_SPACE.  The blocks must be well-formed.
 */
SILBO_API
SILBO_MUST_USE
int silbo_wire_pack_data(
    uint8_t *out, size_t cap, const struct silbo_data *data);

/*
 * Read a DATA body.  Verifies every repair block's length, removes the padding.
 *
 * Returns SILBO_ACCEPTED or SILBO_BAD_BODY: too short, more than 4 blocks, a
 * block that runs out of the datagram, padding without its 0x80 mark.
 */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_wire_parse_data(
    struct silbo_data *data, const uint8_t *in, size_t len);

/*
 * Take the next repair block of a parsed DATA.
 *
 *   at     where to read; begin at 0; moved behind the block
 *
 * Returns true and fills block, or false when there are no more.
 */
SILBO_API
SILBO_MUST_USE
bool silbo_wire_parse_block(
    struct silbo_block *block, const struct silbo_data *data, size_t *at);

/* Write an INFO body.  Returns SILBO_WIRE_INFO_BYTES or SILBO_ERR_SPACE. */
SILBO_API
SILBO_MUST_USE
int silbo_wire_pack_info(
    uint8_t *out, size_t cap, const struct silbo_info *info);

/*
 * Read an INFO body.  Bytes beyond the fixed ones are ignored.
 *
 * Returns SILBO_ACCEPTED or SILBO_BAD_BODY: shorter than SILBO_WIRE_INFO_BYTES,
 * first or next above the limit + 1, next below first, or channels above 8.
 */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_wire_parse_info(
    struct silbo_info *info, const uint8_t *in, size_t len);

/*
 * Time of a body in clear, for the age check of a new source: the first 8 bytes
 * of DATA, INFO and PROBE alike.  Returns false when too short.
 */
SILBO_API
SILBO_MUST_USE
bool silbo_wire_parse_media_time(
    uint64_t *media_time, const uint8_t *in, size_t len);

#ifdef __cplusplus
}
#endif

#endif
