/* SPDX-License-Identifier: MIT */
/*
 * Packs and parses the two test packets of STAMP (RFC 8762 sections 4.2.1 and
 * 4.3.1), their times and their error estimates.
 *
 * It refuses to know what the numbers count and whether the times make sense:
 * a reflector copies what it does not understand.
 */
#include <assert.h>
#include <string.h>

#include "bytes.h"
#include <silbo/stamp.h>

/* Both packets begin alike; the reflector's ends with a copy of that. */
enum { HEAD_NUMBER = 0, HEAD_TIME = 4, HEAD_ESTIMATE = 12, HEAD_BYTES = 14 };

enum {
	REPLY_RECEIVED = 16, /* 14 and 15 must be zero */
	REPLY_REQUEST = 24,
	REPLY_REQUEST_END = REPLY_REQUEST + HEAD_BYTES,
	REPLY_TTL = 40, /* 38 and 39 must be zero, and 41 to 43 */
	REPLY_TTL_END = 41
};

_Static_assert((int)REPLY_TTL_END == SILBO_STAMP_ASKED_BYTES_MIN,
    "an answer may end behind the TTL, not before");

enum { ESTIMATE_S = 0x8000, ESTIMATE_Z = 0x4000 };

#define NTP_EPOCH 2208988800u /* 1970 in seconds since 1900, RFC 5905 */
#define NS_PER_S 1000000000u

uint64_t
silbo_stamp_pack_time(uint64_t unix_ns, bool ptp)
{
	uint64_t rest = unix_ns % NS_PER_S;
	uint32_t s = (uint32_t)(unix_ns / NS_PER_S);

	if (ptp)
		return (uint64_t)s << 32 | rest;
	/* 2^-32 s is less than a quarter of 1 ns, so nearest is exact. */
	return (uint64_t)(s + NTP_EPOCH) << 32 |
	    ((rest << 32) + NS_PER_S / 2) / NS_PER_S;
}

uint64_t
silbo_stamp_parse_time(uint64_t stamp, bool ptp, uint64_t near_ns)
{
	uint32_t s = (uint32_t)(stamp >> 32) - (ptp ? 0 : NTP_EPOCH);
	uint64_t rest = (uint32_t)stamp;
	int64_t near_s = (int64_t)(near_ns / NS_PER_S);
	int64_t from_near = (int32_t)(s - (uint32_t)near_s);

	assert(near_ns >> 63 == 0);
	if (near_s + from_near < 0)
		from_near += (int64_t)1 << 32;
	if (!ptp)
		rest = (rest * NS_PER_S + ((uint64_t)1 << 31)) >> 32;
	return (uint64_t)(near_s + from_near) * NS_PER_S + rest;
}

uint16_t
silbo_stamp_pack_estimate(const struct silbo_stamp_estimate *estimate)
{
	uint64_t s = estimate->error_ns / NS_PER_S;
	uint64_t rest = estimate->error_ns % NS_PER_S;
	uint64_t multiplier;
	unsigned scale = 0;

	/* RFC 4656 section 4.1.2: error = multiplier * 2^scale * 2^-32 s. */
	if (s > UINT32_MAX)
		s = UINT32_MAX;
	multiplier = (s << 32) + ((rest << 32) + NS_PER_S - 1) / NS_PER_S;
	for (; multiplier > UINT8_MAX; scale++)
		multiplier = multiplier / 2 + multiplier % 2;
	if (multiplier == 0)
		multiplier = 1;
	return (uint16_t)((estimate->synced ? ESTIMATE_S : 0) |
	    (estimate->ptp ? ESTIMATE_Z : 0) | scale << 8 | multiplier);
}

bool
silbo_stamp_parse_estimate(
    struct silbo_stamp_estimate *estimate, uint16_t packed)
{
	uint64_t multiplier = packed & 0xff;
	unsigned scale = packed >> 8 & 0x3f;
	uint64_t units = UINT64_MAX;
	uint64_t rest;

	if (scale <= 56)
		units = multiplier << scale;
	else if (multiplier == 0)
		units = 0;
	rest = (units & UINT32_MAX) * NS_PER_S;
	*estimate = (struct silbo_stamp_estimate){
	    .error_ns =
		(units >> 32) * NS_PER_S + (rest >> 32) + ((uint32_t)rest > 0),
	    .synced = (packed & ESTIMATE_S) != 0,
	    .ptp = (packed & ESTIMATE_Z) != 0,
	};
	return multiplier != 0;
}

static void
pack_head(uint8_t *out, uint32_t number, uint64_t at, uint16_t estimate)
{
	store_be32(out + HEAD_NUMBER, number);
	store_be64(out + HEAD_TIME, at);
	store_be16(out + HEAD_ESTIMATE, estimate);
}

static void
parse_head(struct silbo_stamp_request *head, const uint8_t *in)
{
	head->number = load_be32(in + HEAD_NUMBER);
	head->sent_at = load_be64(in + HEAD_TIME);
	head->estimate = load_be16(in + HEAD_ESTIMATE);
}

int
silbo_stamp_pack_request(uint8_t *out, size_t cap,
    const struct silbo_stamp_request *request, size_t bytes)
{
	assert(bytes >= SILBO_STAMP_BYTES && bytes <= UINT16_MAX);
	if (cap < bytes)
		return SILBO_ERR_SPACE;
	memset(out, 0, bytes);
	pack_head(out, request->number, request->sent_at, request->estimate);
	return (int)bytes;
}

enum silbo_verdict
silbo_stamp_parse_request(
    struct silbo_stamp_request *request, const uint8_t *in, size_t len)
{
	if (len < HEAD_BYTES)
		return SILBO_DROP_SHORT;
	parse_head(request, in);
	return SILBO_ACCEPTED;
}

int
silbo_stamp_pack_reply(uint8_t *out, size_t cap,
    const struct silbo_stamp_reply *reply, size_t bytes)
{
	const struct silbo_stamp_request *request = &reply->request;

	assert(bytes >= SILBO_STAMP_ASKED_BYTES_MIN && bytes <= UINT16_MAX);
	if (cap < bytes)
		return SILBO_ERR_SPACE;
	memset(out, 0, bytes);
	pack_head(out, reply->number, reply->echoed_at, reply->estimate);
	store_be64(out + REPLY_RECEIVED, reply->received_at);
	pack_head(out + REPLY_REQUEST, request->number, request->sent_at,
	    request->estimate);
	out[REPLY_TTL] = reply->ttl;
	return (int)bytes;
}

enum silbo_verdict
silbo_stamp_parse_reply(
    struct silbo_stamp_reply *reply, const uint8_t *in, size_t len)
{
	struct silbo_stamp_request head;

	if (len < REPLY_REQUEST_END)
		return SILBO_DROP_SHORT;
	parse_head(&head, in);
	parse_head(&reply->request, in + REPLY_REQUEST);
	reply->number = head.number;
	reply->echoed_at = head.sent_at;
	reply->estimate = head.estimate;
	reply->received_at = load_be64(in + REPLY_RECEIVED);
	reply->ttl = SILBO_STAMP_TTL_UNKNOWN;
	if (len >= REPLY_TTL_END)
		reply->ttl = in[REPLY_TTL];
	return SILBO_ACCEPTED;
}
