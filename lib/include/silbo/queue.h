/* SPDX-License-Identifier: MIT */
/*
 * The queue before a bottleneck: a token bucket or a rate trace serves it,
 * drop-tail or CoDel (RFC 8289) keeps it short.  First in, first out.
 *
 * It knows handles and lengths, no datagrams.  What leaves and what is dropped
 * is known when its time has come, not before: CoDel decides at the head.
 */
#ifndef SILBO_QUEUE_H
#define SILBO_QUEUE_H

#include <silbo/defs.h>
#include <silbo/err.h>
#include <silbo/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_QUEUE_CHANCE_BYTES 1500u /* of one line of a rate trace */

enum silbo_discipline { SILBO_DISCIPLINE_DROP_TAIL, SILBO_DISCIPLINE_CODEL };

struct silbo_queue_config {
	uint64_t rate_bps; /* 0 and no trace: nothing waits, nothing is full;
	                    * else 1000 to 10^12 */
	const struct silbo_trace *trace; /* RATE, instead of rate_bps */
	uint32_t bucket_bytes;   /* may leave at once after a rest: 1 to 2^30;
	                          * a larger datagram waits for its tokens */
	uint32_t limit_bytes;    /* of what waits, 1 to 2^30; one that would go
	                          * beyond is dropped (tail) */
	uint32_t overhead_bytes; /* added to each datagram everywhere, 0 to
	                          * 65535: 28 is IPv4 and UDP */
	enum silbo_discipline discipline;
	silbo_time target_ns, interval_ns; /* CoDel: 5 ms, 100 ms; to 1 s */
};

/* No limit; when a rate is set: bucket 3000, limit 60 000, overhead 28,
 * drop-tail. */
SILBO_API
void silbo_queue_config_init(struct silbo_queue_config *config);

/* 0, or SILBO_ERR_RANGE with why = which field and what it may be (static). */
SILBO_API
SILBO_MUST_USE
int silbo_queue_check(
    const struct silbo_queue_config *config, const char **why);

struct silbo_queue; /* opaque */

/* Bytes of memory for a queue of at most so many datagrams, at least 1. */
SILBO_API
size_t silbo_queue_size(uint32_t datagrams);

/* Prepare one in mem; config is copied (its trace borrowed), checked. */
SILBO_API
struct silbo_queue *silbo_queue_init(void *mem, uint32_t datagrams,
    const struct silbo_queue_config *config, silbo_time now);

/* From now on another rate, limit or discipline; what waits goes on waiting,
 * in its order.  First take all that is due before now.  A rate that is new, or
 * a trace, begins as after a rest. */
SILBO_API
void silbo_queue_on_change(struct silbo_queue *queue,
    const struct silbo_queue_config *config, silbo_time now);

/*
 * A datagram comes.  First take all that is due (silbo_queue_get).  The chances
 * of a rate trace up to now are not for it.
 *
 * Returns false when it is dropped: bytes or places are used up.
 */
SILBO_API
SILBO_MUST_USE
bool silbo_queue_put(
    struct silbo_queue *queue, uint32_t handle, uint32_t bytes, silbo_time now);

struct silbo_queue_leave {
	uint32_t handle;
	uint32_t bytes;    /* as put */
	silbo_time put_at; /* when it came */
	silbo_time at;     /* when it left or was dropped, not above now */
	bool dropped;      /* by CoDel */
};

/* The next one that has left, or was dropped at the head, by now.  False:
 * none. */
SILBO_API
SILBO_MUST_USE
bool silbo_queue_get(
    struct silbo_queue *queue, struct silbo_queue_leave *leave, silbo_time now);

/* When the next one leaves or is dropped, or, of one that needs more than one
 * chance or must wait for more tokens, can go on; SILBO_TIME_NEVER when none
 * waits. */
SILBO_API
silbo_time silbo_queue_deadline(const struct silbo_queue *queue);

#ifdef __cplusplus
}
#endif

#endif
