/* SPDX-License-Identifier: MIT */
/*
 * STAMP, the Simple Two-way Active Measurement Protocol (RFC 8762), in its
 * unauthenticated mode: the bytes of both test packets, and a reflector.  It is
 * what routers speak; TWAMP Light (RFC 5357 appendix I) has the same bytes.
 *
 * Nothing in it proves anything: whoever can send can ask, and whoever is on
 * the way can answer.  A reflector must therefore never send more than it was
 * sent, nor answer what another one answered.
 */
#ifndef SILBO_STAMP_H
#define SILBO_STAMP_H

#include <silbo/arrival.h>
#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_STAMP_PORT 862
#define SILBO_STAMP_BYTES 44 /* both packets, without extra bytes */

/* What a TWAMP reflector sends at least: all up to the TTL (RFC 5357 section
 * 4.2.1), so the shortest request that has an answer no longer than itself. */
#define SILBO_STAMP_ASKED_BYTES_MIN 41
#define SILBO_STAMP_TTL_UNKNOWN 255 /* RFC 5357 section 4.2.1 */

/* ---- stamp.c: the bytes ---- */

/* How good the clock is that a time was read from (RFC 4656 section 4.1.2). */
struct silbo_stamp_estimate {
	uint64_t error_ns; /* at most this far off; 0: not told */
	bool synced;       /* S: to UTC, by something outside */
	bool ptp;          /* Z: times are PTP's and not NTP's (RFC 8186) */
};

/* Times and estimates as they stand in the packet: a reflector copies them. */
struct silbo_stamp_request {
	uint32_t number; /* counts from 0, wraps */
	uint64_t sent_at;
	uint16_t estimate;
};

struct silbo_stamp_reply {
	uint32_t number; /* the reflector's own, or a copy of the sender's */
	uint64_t echoed_at;
	uint64_t received_at;
	uint16_t estimate; /* of those two */
	struct silbo_stamp_request request;
	uint8_t ttl; /* of the request, as it arrived */
};

/*
 * A time as it stands in a packet: seconds in the upper half; in the lower one
 * the fraction in 2^-32 s (NTP, since 1900) or nanoseconds (PTP, since 1970).
 * Every nanosecond comes back from silbo_stamp_parse_time as itself.
 */
SILBO_API
uint64_t silbo_stamp_pack_time(uint64_t unix_ns, bool ptp);

/*
 * The Unix time, ns.  32 bits of seconds come round after 136 years, NTP's in
 * 2036: of all the times that it can be this is the one nearest to near_ns
 * (< 2^63), and not before 1970.
 */
SILBO_API
uint64_t silbo_stamp_parse_time(uint64_t stamp, bool ptp, uint64_t near_ns);

/* The estimate as two bytes, S Z scale multiplier: never better than it is, at
 * most 1/128 worse, and the multiplier never 0. */
SILBO_API
uint16_t silbo_stamp_pack_estimate(const struct silbo_stamp_estimate *estimate);

/* The error is rounded up.  Returns false for a multiplier of 0, which tells
 * nothing and which nobody may send; S and Z are read all the same. */
SILBO_API
SILBO_MUST_USE
bool silbo_stamp_parse_estimate(
    struct silbo_stamp_estimate *estimate, uint16_t packed);

/* A sender's packet of `bytes` (at least SILBO_STAMP_BYTES), zeros from byte 14
 * on.  Returns bytes, or SILBO_ERR_SPACE. */
SILBO_API
SILBO_MUST_USE
int silbo_stamp_pack_request(uint8_t *out, size_t cap,
    const struct silbo_stamp_request *request, size_t bytes);

/* Returns SILBO_ACCEPTED, or SILBO_DROP_SHORT: no complete head (14 bytes). */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_stamp_parse_request(
    struct silbo_stamp_request *request, const uint8_t *in, size_t len);

/* A reflector's packet of `bytes` (at least SILBO_STAMP_ASKED_BYTES_MIN), zeros
 * from byte 44 on.  Returns bytes, or SILBO_ERR_SPACE. */
SILBO_API
SILBO_MUST_USE
int silbo_stamp_pack_reply(uint8_t *out, size_t cap,
    const struct silbo_stamp_reply *reply, size_t bytes);

/* Returns SILBO_ACCEPTED, or SILBO_DROP_SHORT: it ends before the copy of what
 * was asked does (38 bytes).  Without the byte of the TTL that is unknown. */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_stamp_parse_reply(
    struct silbo_stamp_reply *reply, const uint8_t *in, size_t len);

/* ---- stamp_reflector.c: the role ---- */

#define SILBO_STAMP_SESSIONS_MAX 65536
#define SILBO_STAMP_SECRET_BYTES 16

struct silbo_stamp_config {
	uint32_t sessions;   /* 1 to SILBO_STAMP_SESSIONS_MAX */
	uint32_t rate;       /* answers per second to one session, from 1; each
	                        begun 1500 bytes count as one */
	uint32_t burst;      /* at once, from 1 */
	uint32_t total_rate; /* the same, to all of them */
	uint32_t total_burst;
	bool stateless; /* answer with the sender's own number */
	uint8_t secret[SILBO_STAMP_SECRET_BYTES]; /* random: places */
};

/* The clock to answer with: Unix time is zero_ns + monotonic, modulo 2^64. */
struct silbo_stamp_clock {
	uint64_t zero_ns;
	struct silbo_stamp_estimate estimate; /* ptp is ignored: NTP is sent */
};

/* received is the sum of all the others up to the blank line. */
struct silbo_stamp_report {
	uint64_t received;
	uint64_t answered;
	uint64_t too_short;  /* the answer would be longer than what came */
	uint64_t too_long;   /* longer than the buffer */
	uint64_t bad_port;   /* from a port below 1024 */
	uint64_t corrupt;    /* a multiplier of 0 (RFC 4656 section 4.1.2) */
	uint64_t looped;     /* itself an answer of a reflector */
	uint64_t table_full; /* every session is in use */
	uint64_t withheld;   /* above a limit of rate */

	uint64_t begun;    /* sessions */
	uint32_t sessions; /* remembered now */
};

struct silbo_stamp_session {
	struct silbo_peer peer;
	uint64_t received;
	uint64_t answered;
	uint64_t withheld; /* above the limit of a session */
	silbo_time heard_at;
};

struct silbo_stamp_reflector;

/* Bytes of memory that a reflector needs; 100 to 104 a session. */
SILBO_API
size_t silbo_stamp_reflector_size(const struct silbo_stamp_config *config);

/* mem is aligned for any type and borrowed for good.  Returns mem. */
SILBO_API
struct silbo_stamp_reflector *silbo_stamp_reflector_init(
    void *mem, const struct silbo_stamp_config *config);

/*
 * Answer a datagram, or not.
 *
 *   out, cap   receives the answer, exactly as long as what came; cap is at
 *              least arrival->len.  It may be arrival->data
 *   port       arrival->from's
 *   now        when the answer leaves
 *
 * Bytes behind the packet proper are sent back as they came (RFC 8762 section
 * 4.3): extensions, which so tell their sender that nobody understood them
 * (RFC 8972 section 4).
 *
 * A session is an address and a port.  Its answers count from 0, and again so
 * when its sender has been silent for 10 s and begins with a lower number.  If
 * there is no place for a new one, the one silent for longest makes way, but
 * not before 10 s.
 *
 * Returns the bytes to send to arrival->from, or 0: nothing is to be sent.
 */
SILBO_API
SILBO_MUST_USE
int silbo_stamp_reflector_on_datagram(struct silbo_stamp_reflector *reflector,
    uint8_t *out, size_t cap, const struct silbo_arrival *arrival,
    uint16_t port, const struct silbo_stamp_clock *clock, silbo_time now);

SILBO_API
void silbo_stamp_reflector_report(const struct silbo_stamp_reflector *reflector,
    struct silbo_stamp_report *report);

/* Copy a session, in no order; index below report.sessions. */
SILBO_API
void silbo_stamp_reflector_get(const struct silbo_stamp_reflector *reflector,
    struct silbo_stamp_session *session, uint32_t index);

#ifdef __cplusplus
}
#endif

#endif
