/* SPDX-License-Identifier: MIT */
/*
 * A world in virtual time between one sender and a receiver: what is sent is
 * written down, things happen to it, and it arrives.  Beside it the truth about
 * what happened, by obvious code that keeps everything.
 */
#ifndef SILBO_TESTS_WORLD_H
#define SILBO_TESTS_WORLD_H

#include "testing.h"

#include <silbo/receiver.h>
#include <silbo/sender.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MS SILBO_NS_PER_MS
#define T0 (100 * SILBO_NS_PER_S)
#define TRANSIT (30 * MS)
#define FRAME (20 * MS)
#define FRAME_SAMPLES 960
#define CUT 100 /* samples of the last frame behind the end */
#define PRESKIP 312
#define PAYLOAD_MAX 40
#define FLIGHTS_MAX 4096

/* One datagram under way. */
struct flight {
	silbo_time at; /* of its arrival; SILBO_TIME_NEVER: lost */
	size_t order;  /* of sending, breaks ties */
	enum silbo_type type;
	uint64_t index; /* its number less the first of its type */
	size_t len;
	uint8_t bytes[208];
};

/* What happens to the datagrams index .. index + count - 1 of a type. */
struct hap {
	enum { DROP = 1, COPY, DELAY } what;
	uint64_t index, count;
	silbo_time by_ns; /* so much later comes the copy, or it itself */
	enum silbo_type type;
};

struct world {
	bool keyed;
	bool opaque;        /* payloads without duration */
	bool endless;       /* the END is not sent */
	bool late_end;      /* it comes when the last frame has left */
	uint64_t data;      /* how many */
	uint64_t first;     /* number of the first */
	silbo_time join;    /* since when the receiver listens, after T0 */
	silbo_time wait_ns; /* of its track; 0: the default */
	struct silbo_key key;
	struct flight *flights;
	size_t count;
};

struct truth {
	uint64_t base; /* index at which counting begins */
	uint64_t expected, unique, lost, duplicate, reordered, extent_max;
	uint64_t runs, run_max;
	bool *came; /* by index */
};

static inline size_t
payload_fill(uint8_t payload[PAYLOAD_MAX], uint64_t number)
{
	size_t len = 10 + number % (PAYLOAD_MAX - 9);

	for (size_t i = 0; i < len; i++)
		payload[i] = (uint8_t)(number * 37 + i);
	return len;
}

static inline struct flight *
world_add(
    struct world *w, enum silbo_type type, uint64_t index, silbo_time sent)
{
	struct flight *f = &w->flights[w->count];

	assert_true(w->count < FLIGHTS_MAX);
	f->at = sent + TRANSIT;
	f->order = w->count++;
	f->type = type;
	f->index = index;
	return f;
}

static inline void
world_send_infos(struct world *w, struct silbo_sender *tx, silbo_time until)
{
	for (;;) {
		silbo_time now = silbo_sender_deadline(tx);
		struct silbo_sender_report report;
		struct flight *f;
		int bytes;

		if (now >= until)
			return;
		silbo_sender_report(tx, &report);
		f = world_add(w, SILBO_TYPE_INFO, report.info, now);
		bytes =
		    silbo_sender_get_info(tx, f->bytes, sizeof(f->bytes), now);
		assert_true(bytes > 0);
		f->len = (size_t)bytes;
	}
}

static inline void
world_send_data(
    struct world *w, struct silbo_sender *tx, uint64_t index, silbo_time now)
{
	struct flight *f = world_add(w, SILBO_TYPE_DATA, index, now);
	uint8_t payload[PAYLOAD_MAX];
	size_t len = payload_fill(payload, w->first + index);
	int bytes = silbo_sender_put(tx, f->bytes, sizeof(f->bytes), payload,
	    len, w->opaque ? 0 : FRAME_SAMPLES, 0, now);

	assert_true(bytes > 0);
	f->len = (size_t)bytes;
}

/* Live the whole life of a sender. */
static inline void
world_send(struct world *w, uint8_t source)
{
	const uint8_t master[SILBO_KEY_MASTER_BYTES] = {7};
	const uint8_t random[SILBO_KEY_RANDOM_BYTES] = {source, 8};
	struct silbo_sender_config config;
	struct silbo_sender tx;
	silbo_time now = T0;

	w->flights = calloc(FLIGHTS_MAX, sizeof(*w->flights));
	assert_non_null(w->flights);
	silbo_key_init(&w->key, master);
	silbo_sender_config_init(&config);
	config.key = w->keyed ? &w->key : NULL;
	silbo_key_source(&config.source, random, config.key);
	config.first = w->first;
	config.origin = 1795000000 * SILBO_NS_PER_S;
	config.duration = w->opaque ? 0 : FRAME_SAMPLES;
	config.preskip = PRESKIP;
	silbo_sender_init(&tx, &config, T0);
	for (uint64_t i = 0; i < w->data; i++, now += FRAME) {
		world_send_infos(w, &tx, now + 1);
		world_send_data(w, &tx, i, now);
	}
	world_send_infos(w, &tx, now);
	if (w->endless)
		return;
	silbo_sender_on_end(
	    &tx, w->opaque ? 0 : w->data * FRAME_SAMPLES - PRESKIP - CUT, now);
	world_send_infos(w, &tx, SILBO_TIME_NEVER);
}

static inline void
world_happen(struct world *w, const struct hap *hap)
{
	size_t count = w->count;

	for (size_t i = 0; i < count; i++) {
		struct flight *f = &w->flights[i];

		if (f->type != hap->type || f->index < hap->index ||
		    f->index >= hap->index + hap->count)
			continue;
		if (hap->what == DROP) {
			f->at = SILBO_TIME_NEVER;
		} else if (hap->what == DELAY) {
			f->at += hap->by_ns;
		} else {
			struct flight *copy = &w->flights[w->count];

			assert_true(w->count < FLIGHTS_MAX);
			*copy = *f;
			copy->at += hap->by_ns;
			copy->order = w->count++;
		}
	}
}

static inline int
flight_compare(const void *left, const void *right)
{
	const struct flight *a = left, *b = right;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Put what arrives, and is heard, in the order of its arrival. */
static inline void
world_settle(struct world *w)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->flights[i].at < T0 + w->join)
			w->flights[i].at = SILBO_TIME_NEVER;
	qsort(w->flights, w->count, sizeof(*w->flights), flight_compare);
	while (w->count > 0 && w->flights[w->count - 1].at == SILBO_TIME_NEVER)
		w->count--;
}

/* RFC 4737 section 4.2.2, word for word, of the n-th first copy. */
static inline uint64_t
truth_extent(const uint64_t *order, uint64_t n)
{
	for (uint64_t j = 0; j < n; j++)
		if (order[j] > order[n])
			return n - j;
	return 0;
}

static inline void
truth_arrivals(struct truth *t, const struct world *w)
{
	uint64_t *order = calloc(w->data + 1, sizeof(*order));

	assert_non_null(order);
	for (size_t i = 0; i < w->count; i++) {
		uint64_t index = w->flights[i].index, extent;

		if (w->flights[i].type != SILBO_TYPE_DATA)
			continue;
		if (t->came[index]) {
			t->duplicate++;
			continue;
		}
		t->came[index] = true;
		order[t->unique] = index;
		extent = truth_extent(order, t->unique++);
		t->reordered += extent > 0;
		if (extent > t->extent_max)
			t->extent_max = extent;
	}
	free(order);
}

static inline void
truth_init(struct truth *t, const struct world *w)
{
	uint64_t run = 0;

	memset(t, 0, sizeof(*t));
	t->came = calloc(w->data + 1, sizeof(*t->came));
	assert_non_null(t->came);
	truth_arrivals(t, w);
	while (w->join > 0 && !t->came[t->base])
		t->base++;
	t->expected = w->data - t->base;
	t->lost = t->expected - t->unique;
	for (uint64_t i = t->base; i < w->data; i++) {
		run = t->came[i] ? 0 : run + 1;
		t->runs += run == 1;
		if (run > t->run_max)
			t->run_max = run;
	}
}

#endif
