/* SPDX-License-Identifier: MIT */
/*
 * A token bucket as a clock (the virtual scheduling of ITU-T I.371): it is the
 * time when the bucket will be full again.  Each token taken moves that on by
 * the time that one takes to drip in, and no more may be owed than a burst.
 * For what answers, and may be asked by anybody.  Private to lib/core.
 */
#ifndef SILBO_CORE_BUCKET_H
#define SILBO_CORE_BUCKET_H

#include <silbo/defs.h>

/* A token is worth a frame of Ethernet, or whoever asks in large datagrams
 * would have more answered than the rate is meant for. */
#define BUCKET_TOKEN_BYTES 1500

/* What may be answered: so many tokens a second, and a burst after silence.
 * Both are at least 1. */
struct bucket_rate {
	uint32_t per_s, burst;
};

/* At most all that there are, or the largest would never be answered. */
static inline uint32_t
bucket_cost(struct bucket_rate rate, size_t bytes)
{
	size_t tokens = (bytes + BUCKET_TOKEN_BYTES - 1) / BUCKET_TOKEN_BYTES;

	return tokens < rate.burst ? (uint32_t)tokens : rate.burst;
}

/* The time that a token takes, rounded up: never more than the rate. */
static inline silbo_time
bucket_drip(struct bucket_rate rate)
{
	return (SILBO_NS_PER_S + rate.per_s - 1) / rate.per_s;
}

/* Is there enough for so many bytes? */
static inline bool
bucket_has(
    silbo_time full_at, struct bucket_rate rate, size_t bytes, silbo_time now)
{
	uint32_t spare = rate.burst - bucket_cost(rate, bytes);

	return full_at <= now || full_at - now <= spare * bucket_drip(rate);
}

static inline void
bucket_take(
    silbo_time *full_at, struct bucket_rate rate, size_t bytes, silbo_time now)
{
	if (*full_at < now)
		*full_at = now;
	*full_at += bucket_cost(rate, bytes) * bucket_drip(rate);
}

#endif
