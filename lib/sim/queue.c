/* SPDX-License-Identifier: MIT */
/*
 * When datagrams leave a bottleneck, and which are dropped before it: a ring of
 * those that wait, and one of three services, none, bucket and trace.
 *
 * All in integers.  The bucket holds 10^-9 bit, of which a rate in bit/s gives
 * a whole number each nanosecond: nothing is rounded away, however long it
 * runs.  It refuses to know what a datagram is.
 */
#include <assert.h>

#include "../core/align.h"
#include "codel.h"

#include <silbo/queue.h>

#define UNITS_PER_BYTE UINT64_C(8000000000) /* of 10^-9 bit */
#define BYTES_MAX (1u << 30)                /* so that 63 bits hold them */
#define DATAGRAM_MAX (1u << 29)

#define RATE_MIN 1000u
#define RATE_MAX UINT64_C(1000000000000)
#define OVERHEAD_MAX 65535u
#define CODEL_MAX SILBO_NS_PER_S

struct waiting {
	silbo_time put_at;
	uint32_t handle, bytes;
};

struct silbo_queue {
	struct silbo_queue_config config;
	struct silbo_codel codel;
	struct waiting *ring;
	uint32_t capacity, first, count;
	uint64_t bytes;   /* of those that wait, with overhead */
	bool chosen;      /* the first of them has passed CoDel */
	silbo_time ready; /* when the first can be served */

	silbo_time filled_at; /* bucket: when tokens was true; else begun */
	uint64_t tokens;

	silbo_time cycle; /* trace: beginning of the one under way */
	uint32_t chance;  /* the next one, within it */
	uint32_t left;    /* of the chance at ready, bytes */
	uint32_t sent;    /* of the first in the queue, bytes */
};

void
silbo_queue_config_init(struct silbo_queue_config *config)
{
	*config = (struct silbo_queue_config){.bucket_bytes = 3000,
	    .limit_bytes = 60000,
	    .overhead_bytes = 28,
	    .discipline = SILBO_DISCIPLINE_DROP_TAIL,
	    .target_ns = 5 * SILBO_NS_PER_MS,
	    .interval_ns = 100 * SILBO_NS_PER_MS};
}

static const char *
find_fault(const struct silbo_queue_config *config)
{
	if (config->rate_bps != 0 &&
	    (config->rate_bps < RATE_MIN || config->rate_bps > RATE_MAX))
		return "rate: 1000 to 10^12 bit/s, or 0 for none";
	if (config->trace != NULL && config->rate_bps != 0)
		return "rate: a rate or a rate trace, not both";
	if (config->trace != NULL &&
	    (config->trace->kind != SILBO_TRACE_RATE ||
		config->trace->count == 0))
		return "rate trace: milliseconds, one chance a line";
	if (config->bucket_bytes == 0 || config->bucket_bytes > BYTES_MAX)
		return "bucket: 1 byte to 1 GiB";
	if (config->limit_bytes == 0 || config->limit_bytes > BYTES_MAX)
		return "queue limit: 1 byte to 1 GiB";
	if (config->overhead_bytes > OVERHEAD_MAX)
		return "overhead: 0 to 65535 bytes";
	if (config->discipline != SILBO_DISCIPLINE_DROP_TAIL &&
	    config->discipline != SILBO_DISCIPLINE_CODEL)
		return "queue discipline: drop-tail or codel";
	if (config->target_ns == 0 || config->target_ns > CODEL_MAX ||
	    config->interval_ns == 0 || config->interval_ns > CODEL_MAX)
		return "codel target and interval: 1 ns to 1 s";
	return NULL;
}

int
silbo_queue_check(const struct silbo_queue_config *config, const char **why)
{
	const char *fault = find_fault(config);

	if (fault == NULL)
		return 0;
	*why = fault;
	return SILBO_ERR_RANGE;
}

static uint64_t
size_of(const struct silbo_queue *queue, const struct waiting *one)
{
	return (uint64_t)one->bytes + queue->config.overhead_bytes;
}

static uint64_t
cost_of(const struct silbo_queue *queue, const struct waiting *one)
{
	return size_of(queue, one) * UNITS_PER_BYTE;
}

/* Let tokens flow in until now; into a bucket that waits for nobody no more
 * than it holds. */
static void
fill(struct silbo_queue *queue, silbo_time now)
{
	uint64_t full = queue->config.bucket_bytes * UNITS_PER_BYTE;
	silbo_time elapsed = now - queue->filled_at;

	queue->filled_at = now;
	if (queue->count > 0) {
		/* It waits no longer than until there is enough. */
		queue->tokens += elapsed * queue->config.rate_bps;
	} else if (queue->tokens < full) {
		uint64_t missing = full - queue->tokens;

		if (elapsed > missing / queue->config.rate_bps)
			queue->tokens = full;
		else
			queue->tokens += elapsed * queue->config.rate_bps;
	} else if (elapsed > 0) {
		queue->tokens = full;
	}
}

static silbo_time
chance_at(const struct silbo_queue *queue)
{
	return queue->cycle +
	    (silbo_time)queue->config.trace->values[queue->chance];
}

static void
pass_chance(struct silbo_queue *queue)
{
	const struct silbo_trace *trace = queue->config.trace;

	if (++queue->chance < trace->count)
		return;
	queue->chance = 0;
	queue->cycle += (silbo_time)trace->values[trace->count - 1];
}

/* Chances up to now were for those that waited then.  O(log of the trace). */
static void
pass_chances(struct silbo_queue *queue, silbo_time now)
{
	const struct silbo_trace *trace = queue->config.trace;
	silbo_time period = (silbo_time)trace->values[trace->count - 1];
	uint32_t low, high = trace->count;

	if (now >= queue->cycle + period) {
		queue->cycle += (now - queue->cycle) / period * period;
		queue->chance = 0;
	}
	/* The first chance above now: there is one, the period itself. */
	for (low = queue->chance; low < high;) {
		uint32_t middle = low + (high - low) / 2;

		if ((silbo_time)trace->values[middle] <= now - queue->cycle)
			low = middle + 1;
		else
			high = middle;
	}
	queue->chance = low;
}

static void
take_chance(struct silbo_queue *queue)
{
	queue->ready = chance_at(queue);
	queue->left = SILBO_QUEUE_CHANCE_BYTES;
	pass_chance(queue);
}

/* When can the first be served?  Tokens are true at filled_at. */
static void
prepare(struct silbo_queue *queue)
{
	const struct waiting *one = &queue->ring[queue->first];
	uint64_t cost;

	if (queue->count == 0) {
		queue->ready = SILBO_TIME_NEVER;
	} else if (queue->config.trace != NULL) {
		if (queue->left == 0)
			take_chance(queue);
	} else if (queue->config.rate_bps == 0) {
		/* What waited for a rate that is no more leaves now. */
		queue->ready = one->put_at > queue->filled_at
		    ? one->put_at
		    : queue->filled_at;
	} else {
		cost = cost_of(queue, one);
		queue->ready = queue->filled_at;
		if (cost > queue->tokens)
			queue->ready += (cost - queue->tokens +
					    queue->config.rate_bps - 1) /
			    queue->config.rate_bps;
	}
}

/* A rest lies behind, the bucket is full, the trace begins. */
static void
begin(struct silbo_queue *queue, silbo_time now)
{
	queue->filled_at = queue->cycle = now;
	queue->tokens = queue->config.bucket_bytes * UNITS_PER_BYTE;
	queue->chance = queue->left = queue->sent = 0;
}

size_t
silbo_queue_size(uint32_t datagrams)
{
	return align(sizeof(struct silbo_queue)) +
	    align(datagrams * sizeof(struct waiting));
}

struct silbo_queue *
silbo_queue_init(void *mem, uint32_t datagrams,
    const struct silbo_queue_config *config, silbo_time now)
{
	struct silbo_queue *queue = mem;

	assert(datagrams > 0);
	*queue = (struct silbo_queue){.config = *config,
	    .ring = (void *)((uint8_t *)mem + align(sizeof(*queue))),
	    .capacity = datagrams,
	    .ready = SILBO_TIME_NEVER};
	silbo_codel_init(&queue->codel, config->target_ns, config->interval_ns);
	begin(queue, now);
	return queue;
}

void
silbo_queue_on_change(struct silbo_queue *queue,
    const struct silbo_queue_config *config, silbo_time now)
{
	struct silbo_queue_config before = queue->config;

	assert(queue->ready >= now);
	if (before.rate_bps != 0)
		fill(queue, now);
	queue->config = *config;
	queue->bytes += (uint64_t)queue->count * config->overhead_bytes -
	    (uint64_t)queue->count * before.overhead_bytes;
	if (before.trace != config->trace ||
	    (before.rate_bps == 0) != (config->rate_bps == 0))
		begin(queue, now);
	if (before.discipline != config->discipline ||
	    before.target_ns != config->target_ns ||
	    before.interval_ns != config->interval_ns)
		silbo_codel_init(
		    &queue->codel, config->target_ns, config->interval_ns);
	prepare(queue);
	assert(queue->ready >= now);
}

bool
silbo_queue_put(
    struct silbo_queue *queue, uint32_t handle, uint32_t bytes, silbo_time now)
{
	struct waiting one = {now, handle, bytes};
	bool is_limited =
	    queue->config.rate_bps != 0 || queue->config.trace != NULL;
	uint32_t at;

	assert(bytes <= DATAGRAM_MAX);
	if (queue->count == queue->capacity)
		return false;
	if (is_limited &&
	    queue->bytes + size_of(queue, &one) > queue->config.limit_bytes)
		return false;
	if (queue->count == 0 && queue->config.rate_bps != 0)
		fill(queue, now);
	if (queue->count == 0 && queue->config.trace != NULL)
		pass_chances(queue, now);
	at = queue->first + queue->count;
	queue->ring[at < queue->capacity ? at : at - queue->capacity] = one;
	queue->bytes += size_of(queue, &one);
	if (queue->count++ == 0)
		prepare(queue);
	return true;
}

static void
take(struct silbo_queue *queue, struct silbo_queue_leave *leave, bool dropped)
{
	const struct waiting *one = &queue->ring[queue->first];

	*leave = (struct silbo_queue_leave){.handle = one->handle,
	    .bytes = one->bytes,
	    .put_at = one->put_at,
	    .at = queue->ready,
	    .dropped = dropped};
	queue->bytes -= size_of(queue, one);
	queue->count--;
	queue->chosen = false;
	queue->sent = 0;
	if (++queue->first == queue->capacity)
		queue->first = 0;
	if (queue->count > 0)
		return;
	queue->left = 0;
	silbo_codel_on_empty(&queue->codel);
}

/* Serve the first, which is ready; false: not all of it yet. */
static bool
serve(struct silbo_queue *queue)
{
	const struct waiting *one = &queue->ring[queue->first];
	uint64_t rest;

	if (queue->config.trace != NULL) {
		rest = size_of(queue, one) - queue->sent;
		if (rest > queue->left) {
			queue->sent += queue->left;
			queue->left = 0;
			return false;
		}
		queue->left -= (uint32_t)rest;
	} else if (queue->config.rate_bps != 0) {
		if (queue->tokens < cost_of(queue, one))
			return false;
		queue->tokens -= cost_of(queue, one);
	}
	return true;
}

/* May the first go, as far as CoDel is concerned? */
static bool
choose(struct silbo_queue *queue)
{
	const struct waiting *one = &queue->ring[queue->first];

	if (!queue->chosen &&
	    queue->config.discipline == SILBO_DISCIPLINE_CODEL &&
	    silbo_codel_is_dropped(&queue->codel, one->put_at,
		queue->bytes - size_of(queue, one), queue->ready))
		return false;
	queue->chosen = true;
	return true;
}

bool
silbo_queue_get(
    struct silbo_queue *queue, struct silbo_queue_leave *leave, silbo_time now)
{
	while (queue->ready <= now) {
		silbo_time at = queue->ready;
		bool goes, is_bucket = queue->config.rate_bps != 0;

		if (is_bucket)
			fill(queue, at);
		goes = choose(queue);
		if (goes && !serve(queue)) {
			prepare(queue);
			continue;
		}
		take(queue, leave, !goes);
		prepare(queue);
		/* Who stands behind one that was dropped is asked about in the
		 * same instant, even when it then waits for its tokens. */
		if (!goes && queue->count > 0)
			queue->ready = at;
		return true;
	}
	return false;
}

silbo_time
silbo_queue_deadline(const struct silbo_queue *queue)
{
	return queue->ready;
}
