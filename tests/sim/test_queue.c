/* SPDX-License-Identifier: MIT */
/*
 * The queue beside one that lives every single nanosecond, with the dequeue of
 * RFC 8289 section 5 as it stands there; exact sums over a day; what cannot be.
 */
#include <math.h>

#include "testing.h"

#include <silbo/queue.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PLACES 24u
#define LIFE 60000u /* ns */
#define TOKENS_PER_BYTE UINT64_C(8000000000)

/* ---- the slow one ---- */

struct packet {
	uint32_t handle, bytes;
	silbo_time put_at;
};

struct slow {
	struct silbo_queue_config config;
	struct packet waiting[PLACES + 1];
	size_t count;
	struct packet current; /* dequeued, not sent */
	bool has_current;
	uint32_t sent;
	uint64_t tokens;
	/* RFC 8289 section 5.3 */
	silbo_time first_above_time, drop_next;
	uint32_t rfc_count, lastcount;
	bool dropping;
	struct silbo_queue_leave leaves[LIFE];
	size_t leaves_count;
};

static uint64_t
slow_bytes(const struct slow *q)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < q->count; i++)
		sum += q->waiting[i].bytes + q->config.overhead_bytes;
	return sum;
}

static void
slow_leave(struct slow *q, const struct packet *p, bool dropped, silbo_time now)
{
	q->leaves[q->leaves_count++] = (struct silbo_queue_leave){
	    p->handle, p->bytes, p->put_at, now, dropped};
}

/* dodequeue(); false: NULL. */
static bool
slow_dodequeue(struct slow *q, struct packet *p, bool *ok, silbo_time now)
{
	*ok = false;
	if (q->count == 0) {
		q->first_above_time = 0;
		return false;
	}
	*p = q->waiting[0];
	q->count--;
	memmove(q->waiting, q->waiting + 1, q->count * sizeof(*p));
	if (now - p->put_at < q->config.target_ns || slow_bytes(q) <= 1500) {
		q->first_above_time = 0;
	} else if (q->first_above_time == 0) {
		q->first_above_time = now + q->config.interval_ns;
	} else if (now >= q->first_above_time) {
		*ok = true;
	}
	return true;
}

static silbo_time
slow_control_law(const struct slow *q, silbo_time t)
{
	return t +
	    (silbo_time)((double)q->config.interval_ns /
		sqrt((double)q->rfc_count));
}

/* deque() */
static void
slow_deque(struct slow *q, silbo_time now)
{
	struct packet p;
	bool ok, some = slow_dodequeue(q, &p, &ok, now);

	if (q->config.discipline != SILBO_DISCIPLINE_CODEL)
		ok = q->dropping = false;
	if (q->dropping) {
		if (!ok)
			q->dropping = false;
		while (now >= q->drop_next && q->dropping) {
			slow_leave(q, &p, true, now);
			q->rfc_count++;
			some = slow_dodequeue(q, &p, &ok, now);
			if (!ok)
				q->dropping = false;
			else
				q->drop_next =
				    slow_control_law(q, q->drop_next);
		}
	} else if (ok) {
		uint32_t delta = q->rfc_count - q->lastcount;

		slow_leave(q, &p, true, now);
		some = slow_dodequeue(q, &p, &ok, now);
		q->dropping = true;
		q->rfc_count = 1;
		if (delta > 1 &&
		    (int64_t)(now - q->drop_next) <
			16 * (int64_t)q->config.interval_ns)
			q->rfc_count = delta;
		q->drop_next = slow_control_law(q, now);
		q->lastcount = q->rfc_count;
	}
	q->current = p;
	q->has_current = some;
	q->sent = 0;
}

static bool
slow_is_idle(const struct slow *q)
{
	return q->count == 0 && !q->has_current;
}

static uint64_t
slow_cost(const struct slow *q, const struct packet *p)
{
	return (p->bytes + q->config.overhead_bytes) * TOKENS_PER_BYTE;
}

static void
slow_send(struct slow *q, silbo_time now)
{
	slow_leave(q, &q->current, false, now);
	q->has_current = false;
	if (q->count == 0)
		slow_deque(q, now);
}

/* The bucket at this nanosecond. */
static void
slow_serve(struct slow *q, silbo_time now)
{
	while (!slow_is_idle(q)) {
		if (!q->has_current) {
			if (q->tokens < slow_cost(q, &q->waiting[0]))
				return;
			slow_deque(q, now);
		}
		if (q->tokens < slow_cost(q, &q->current))
			return;
		q->tokens -= slow_cost(q, &q->current);
		slow_send(q, now);
	}
}

/* One chance of the trace. */
static void
slow_chance(struct slow *q, silbo_time now)
{
	uint32_t left = SILBO_QUEUE_CHANCE_BYTES;

	while (left > 0 && !slow_is_idle(q)) {
		uint32_t size;

		if (!q->has_current)
			slow_deque(q, now);
		size = q->current.bytes + q->config.overhead_bytes - q->sent;
		if (size > left) {
			q->sent += left;
			return;
		}
		left -= size;
		slow_send(q, now);
	}
}

static void
slow_tick(struct slow *q, silbo_time now)
{
	const struct silbo_trace *trace = q->config.trace;
	uint64_t full = q->config.bucket_bytes * TOKENS_PER_BYTE;

	if (trace == NULL) {
		q->tokens += now > 0 ? q->config.rate_bps : 0;
		if (slow_is_idle(q) && q->tokens > full)
			q->tokens = full;
		slow_serve(q, now);
		return;
	}
	for (silbo_time cycle = 0; cycle <= now;
	     cycle += (silbo_time)trace->values[trace->count - 1])
		for (uint32_t i = 0; i < trace->count; i++)
			if (cycle + (silbo_time)trace->values[i] == now)
				slow_chance(q, now);
}

static bool
slow_put(struct slow *q, uint32_t handle, uint32_t bytes, silbo_time now)
{
	struct packet p = {handle, bytes, now};
	uint64_t sum = slow_bytes(q) + bytes + q->config.overhead_bytes;

	if (q->has_current)
		sum += q->current.bytes + q->config.overhead_bytes;
	if (q->count + q->has_current == PLACES || sum > q->config.limit_bytes)
		return false;
	q->waiting[q->count++] = p;
	if (q->config.trace == NULL)
		slow_serve(q, now);
	return true;
}

/* ---- both ---- */

static void
compare(const struct slow *q, const struct silbo_queue_leave *leave, size_t i)
{
	const struct silbo_queue_leave *want = &q->leaves[i];

	assert_true(i < q->leaves_count);
	assert_int_equal(leave->handle, want->handle);
	assert_int_equal(leave->at, want->at);
	assert_int_equal(leave->dropped, want->dropped);
	assert_int_equal(leave->put_at, want->put_at);
	assert_int_equal(leave->bytes, want->bytes);
}

/* Live every nanosecond; returns how many CoDel dropped. */
static size_t
live(const struct silbo_queue_config *config, uint64_t seed, uint64_t gap)
{
	static struct slow slow;
	void *mem = malloc(silbo_queue_size(PLACES));
	struct silbo_queue *queue = silbo_queue_init(mem, PLACES, config, 0);
	struct silbo_queue_leave leave;
	uint64_t random = seed;
	size_t i = 0, dropped = 0;

	memset(&slow, 0, sizeof(slow));
	slow.config = *config;
	slow.tokens = config->bucket_bytes * TOKENS_PER_BYTE;
	for (silbo_time now = 0; now < LIFE; now++) {
		slow_tick(&slow, now);
		for (; silbo_queue_get(queue, &leave, now); i++) {
			compare(&slow, &leave, i);
			dropped += leave.dropped;
		}
		/* Busy and idle by turns, to come in and out of dropping. */
		if (test_below(&random, gap) == 0 && now / 16384 % 3 != 2) {
			uint32_t bytes = (uint32_t)test_below(&random, 1500);

			assert_int_equal(
			    silbo_queue_put(queue, (uint32_t)now, bytes, now),
			    slow_put(&slow, (uint32_t)now, bytes, now));
		}
		for (; silbo_queue_get(queue, &leave, now); i++) {
			compare(&slow, &leave, i);
			dropped += leave.dropped;
		}
		assert_int_equal(i, slow.leaves_count);
		assert_true(silbo_queue_deadline(queue) > now);
	}
	free(mem);
	return dropped;
}

static void
a_bucket_serves_as_nanosecond_by_nanosecond(void **state)
{
	struct silbo_queue_config config;
	uint64_t seed = test_seed(1), random;
	size_t dropped = 0;

	(void)state;
	for (uint64_t i = seed; i < seed + 40; i++) {
		random = i;
		silbo_queue_config_init(&config);
		config.rate_bps = 3000000000 + test_below(&random, 8000000000);
		config.bucket_bytes = 1 + (uint32_t)test_below(&random, 4000);
		config.limit_bytes =
		    2000 + (uint32_t)test_below(&random, 20000);
		config.discipline =
		    i % 2 ? SILBO_DISCIPLINE_CODEL : SILBO_DISCIPLINE_DROP_TAIL;
		config.target_ns = 200 + test_below(&random, 2000);
		config.interval_ns = 500 + test_below(&random, 2000);
		dropped += live(&config, i, 300 + test_below(&random, 1200));
	}
	assert_true(dropped > 200);
}

static void
a_trace_serves_as_nanosecond_by_nanosecond(void **state)
{
	struct silbo_queue_config config;
	uint64_t seed = test_seed(2), random;
	int64_t values[16];
	struct silbo_trace trace = {SILBO_TRACE_RATE, values, COUNT(values)};
	size_t dropped = 0;

	(void)state;
	for (uint64_t i = seed; i < seed + 20; i++) {
		int64_t at = 0;

		random = i;
		for (size_t j = 0; j < COUNT(values); j++)
			values[j] = at += (int64_t)(test_below(&random, 3) *
			    test_below(&random, 1500));
		values[COUNT(values) - 1]++;
		silbo_queue_config_init(&config);
		config.trace = &trace;
		config.discipline =
		    i % 2 ? SILBO_DISCIPLINE_CODEL : SILBO_DISCIPLINE_DROP_TAIL;
		config.target_ns = 1000;
		config.interval_ns = 5000;
		dropped += live(&config, i, 200 + test_below(&random, 1200));
	}
	assert_true(dropped > 20);
}

static void
a_queue_full_for_a_day_delivers_rate_times_time(void **state)
{
	static const uint64_t rates[] = {64001, 100003, 33333};
	struct silbo_queue_config config;
	struct silbo_queue_leave leave;
	void *mem = malloc(silbo_queue_size(4));

	(void)state;
	silbo_queue_config_init(&config);
	for (size_t i = 0; i < COUNT(rates); i++) {
		const uint64_t day = 86400, bits = (172 + 28) * 8;
		struct silbo_queue *queue;
		uint64_t left = 0;

		config.rate_bps = rates[i];
		queue = silbo_queue_init(mem, 4, &config, 0);
		for (uint32_t j = 0; j < 4; j++)
			assert_true(silbo_queue_put(queue, j, 172, 0));
		for (;;) {
			silbo_time now = silbo_queue_deadline(queue);

			if (now > day * SILBO_NS_PER_S)
				break;
			while (silbo_queue_get(queue, &leave, now)) {
				left++;
				assert_true(
				    silbo_queue_put(queue, 9, 172, now));
			}
		}
		assert_int_equal(
		    left, (config.bucket_bytes * 8 + rates[i] * day) / bits);
	}
	free(mem);
}

static void
a_change_of_rate_holds_from_its_moment(void **state)
{
	struct silbo_queue_config config;
	struct silbo_queue_leave leave;
	struct silbo_queue *queue;
	void *mem = malloc(silbo_queue_size(4));

	(void)state;
	silbo_queue_config_init(&config);
	config.rate_bps = 8000; /* 1 byte a ms */
	config.bucket_bytes = 100;
	config.overhead_bytes = 0;
	queue = silbo_queue_init(mem, 4, &config, 0);
	for (uint32_t i = 0; i < 3; i++)
		assert_true(silbo_queue_put(queue, i, 100, 0));
	assert_true(silbo_queue_get(queue, &leave, 0));
	assert_int_equal(silbo_queue_deadline(queue), 100 * SILBO_NS_PER_MS);
	/* 40 bytes at the old rate, 60 at ten times that. */
	config.rate_bps = 80000;
	silbo_queue_on_change(queue, &config, 40 * SILBO_NS_PER_MS);
	assert_int_equal(silbo_queue_deadline(queue), 46 * SILBO_NS_PER_MS);
	assert_true(silbo_queue_get(queue, &leave, 46 * SILBO_NS_PER_MS));
	assert_int_equal(leave.handle, 1);
	/* Without a rate nothing waits. */
	config.rate_bps = 0;
	silbo_queue_on_change(queue, &config, 47 * SILBO_NS_PER_MS);
	assert_int_equal(silbo_queue_deadline(queue), 47 * SILBO_NS_PER_MS);
	assert_true(silbo_queue_get(queue, &leave, 47 * SILBO_NS_PER_MS));
	assert_int_equal(leave.handle, 2);
	assert_int_equal(leave.at, 47 * SILBO_NS_PER_MS);
	assert_int_equal(silbo_queue_deadline(queue), SILBO_TIME_NEVER);
	free(mem);
}

static void
a_chance_of_a_trace_is_for_those_that_waited_before_it(void **state)
{
	static const int64_t values[] = {5, 10, 10};
	static const struct silbo_trace trace = {SILBO_TRACE_RATE, values, 3};
	/* Put, of so many bytes, and when it leaves. */
	static const silbo_time rows[][3] = {{5, 700, 10}, {6, 700, 10},
	    {7, 1600, 10}, {8, 1, 15}, {9, 1, 15}, {20, 1, 25}, {25, 1, 30},
	    {1030, 1, 1035}};
	struct silbo_queue_config config;
	struct silbo_queue_leave leave;
	struct silbo_queue *queue;
	void *mem = malloc(silbo_queue_size(8));

	(void)state;
	silbo_queue_config_init(&config);
	config.trace = &trace;
	config.overhead_bytes = 0;
	queue = silbo_queue_init(mem, 8, &config, 0);
	for (size_t i = 0, left = 0; i < COUNT(rows); i++) {
		assert_true(silbo_queue_put(
		    queue, (uint32_t)i, (uint32_t)rows[i][1], rows[i][0]));
		/* The first five wait together. */
		while (
		    i >= 4 && silbo_queue_get(queue, &leave, rows[left][2])) {
			assert_int_equal(leave.handle, left);
			assert_int_equal(leave.at, rows[left][2]);
			if (++left > i)
				break;
		}
		assert_true(i < 4 || left == i + 1);
	}
	free(mem);
}

static void
what_cannot_be_is_refused_with_its_name(void **state)
{
	static const int64_t value = 1;
	static const struct silbo_trace loss = {SILBO_TRACE_LOSS, &value, 1},
					rate = {SILBO_TRACE_RATE, &value, 1};
	struct silbo_queue_config rows[11];
	const char *begins[] = {"rate:", "rate:", "rate:", "rate trace:",
	    "bucket:", "bucket:", "queue limit:", "overhead:", "codel", "codel",
	    "queue discipline:"};
	const char *why = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		silbo_queue_config_init(&rows[i]);
		assert_int_equal(silbo_queue_check(&rows[i], &why), 0);
	}
	rows[0].rate_bps = 999;
	rows[1].rate_bps = UINT64_C(1000000000001);
	rows[2].rate_bps = 1000, rows[2].trace = &rate;
	rows[3].trace = &loss;
	rows[4].bucket_bytes = 0;
	rows[5].bucket_bytes = (1u << 30) + 1;
	rows[6].limit_bytes = 0;
	rows[7].overhead_bytes = 65536;
	rows[8].target_ns = 0;
	rows[9].interval_ns = SILBO_NS_PER_S + 1;
	rows[10].discipline = (enum silbo_discipline)7;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(
		    silbo_queue_check(&rows[i], &why), SILBO_ERR_RANGE);
		assert_memory_equal(why, begins[i], strlen(begins[i]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_bucket_serves_as_nanosecond_by_nanosecond),
	    cmocka_unit_test(a_trace_serves_as_nanosecond_by_nanosecond),
	    cmocka_unit_test(a_queue_full_for_a_day_delivers_rate_times_time),
	    cmocka_unit_test(a_change_of_rate_holds_from_its_moment),
	    cmocka_unit_test(
		a_chance_of_a_trace_is_for_those_that_waited_before_it),
	    cmocka_unit_test(what_cannot_be_is_refused_with_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
