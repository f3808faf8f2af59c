/* SPDX-License-Identifier: MIT */
/*
 * A sender: payloads in, datagrams out.  Owns the source id, the number spaces,
 * the media clock, and when INFO is due.
 *
 * It knows no sockets, files or codecs.  Randomness comes with the
 * configuration: a source id must never be used twice under one key, so make a
 * new one (silbo_key_source) for every sender, and after a fork.
 */
#ifndef SILBO_SENDER_H
#define SILBO_SENDER_H

#include <silbo/defs.h>
#include <silbo/err.h>
#include <silbo/key.h>
#include <silbo/seal.h>
#include <silbo/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

struct silbo_sender_config {
	struct silbo_source source;
	const struct silbo_key *key; /* used by init only; NULL: plain */
	size_t mtu;                  /* bytes, SILBO_WIRE_MTU_MIN to _MAX */
	uint64_t first;    /* number of the first DATA; 0 outside tests */
	uint64_t origin;   /* ns Unix time: media time of the first sample */
	uint8_t tag[8];    /* hash of host and stream name */
	const char *name;  /* copied, cut at 32 bytes; NULL: none */
	uint8_t format;    /* enum silbo_format of all payloads */
	uint8_t channels;  /* 0: not audio */
	uint16_t duration; /* nominal, 1/48000 s; 0: none */
	uint16_t preskip;  /* 1/48000 s */
	uint32_t bitrate;  /* nominal, bit/s */
};

/* Defaults: plain, 1200 bytes, opaque payloads, first 0; source and origin
 * must still be set. */
SILBO_API
void silbo_sender_config_init(struct silbo_sender_config *config);

struct silbo_sender_report {
	uint64_t data; /* DATA made */
	uint64_t info; /* INFO made */
	uint64_t payload_bytes;
	uint64_t bytes;       /* UDP payload of all datagrams made */
	uint64_t first, next; /* numbers of DATA */
	uint64_t samples;     /* media time advanced, 1/48000 s */
	uint64_t skipped;     /* of which without payloads */
	bool ended;
};

struct silbo_sender {
	/* private */
	struct silbo_seal seal;
	struct silbo_header header; /* type and number: of the latest */
	struct silbo_info info;     /* of the latest; totals, next: current */
	size_t mtu;
	uint64_t info_next;
	uint64_t samples;
	uint64_t skipped;
	uint64_t bytes;
	silbo_time start, first_data_at, info_due;
	uint32_t ends; /* INFO with END made */
	bool started;  /* a DATA has been made */
	bool jumped;   /* the next DATA is behind a gap */
	bool ended;
};

/* Prepare a sender.  The media clock is at origin, INFO is due at once. */
SILBO_API
void silbo_sender_init(struct silbo_sender *tx,
    const struct silbo_sender_config *config, silbo_time now);

/*
 * Make the DATA datagram of one payload.
 *
 *   out, cap       receives the datagram; mtu bytes always suffice
 *   payload        copied
 *   payload_bytes  at most silbo_wire_payload_max(mtu, mode)
 *   duration       samples of 1/48000 s; 0: the media time is the send time
 *   flags          SILBO_DATA_*, but not PADDED: sizes are the caller's
 *
 * Returns the bytes of the datagram; SILBO_ERR_TOO_LARGE for the payload,
 * SILBO_ERR_SPACE for cap, SILBO_ERR_LIMIT when the numbers are used up: init
 * again with a new source id.  Each call uses one number: what is not sent
 * afterwards counts as lost.
 */
SILBO_API
SILBO_MUST_USE
int silbo_sender_put(struct silbo_sender *tx, uint8_t *out, size_t cap,
    const void *payload, size_t payload_bytes, uint16_t duration, uint8_t flags,
    silbo_time now);

/*
 * Nothing was captured for so many samples: the media clock moves over the gap,
 * and the next DATA says DISCONTINUITY.  Payloads with a duration only.
 */
SILBO_API
void silbo_sender_skip(struct silbo_sender *tx, uint64_t samples);

/*
 * Make the INFO that is due, if one is: at once, and once a second until the
 * first DATA; then 20, 40, 100, 200, 400 ms and each full second after it;
 * after on_end five over 250 ms.
 *
 * Returns its bytes, 0 when none is due, SILBO_ERR_SPACE or SILBO_ERR_LIMIT.
 */
SILBO_API
SILBO_MUST_USE
int silbo_sender_get_info(
    struct silbo_sender *tx, uint8_t *out, size_t cap, silbo_time now);

/*
 * No DATA follows: to be told once.
 *
 *   samples   exact length of what was sent, per channel, 1/48000 s, without
 *             pre-skip; 0 for opaque payloads
 */
SILBO_API
void silbo_sender_on_end(
    struct silbo_sender *tx, uint64_t samples, silbo_time now);

/* When the next INFO is due; SILBO_TIME_NEVER once the last END is made. */
SILBO_API
silbo_time silbo_sender_deadline(const struct silbo_sender *tx);

SILBO_API
void silbo_sender_report(
    const struct silbo_sender *tx, struct silbo_sender_report *report);

/* Erase the subkey from memory. */
SILBO_API
void silbo_sender_reset(struct silbo_sender *tx);

#ifdef __cplusplus
}
#endif

#endif
