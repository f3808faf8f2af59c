/* SPDX-License-Identifier: MIT */
/*
 * Random streams for a track: half of them sent through a bad network, half of
 * them hostile nonsense close to the marks.  One seed makes one stream.
 */
#ifndef SILBO_TESTS_TRACK_STREAMS_H
#define SILBO_TESTS_TRACK_STREAMS_H

#include "testing.h"

#include <silbo/track.h>

#define EVENTS 1200

enum what { NUMBER, NEXT, FIRST, JOINED, TIME };

struct event {
	silbo_time at;
	uint64_t order; /* of making, to make sorting stable */
	uint64_t number;
	enum what what;
};

struct stream {
	uint64_t seed; /* state of the generator */
	struct event events[EVENTS];
	size_t count;
	uint64_t window;
	silbo_time wait_ns;
};

static inline bool
chance(struct stream *s, uint64_t percent)
{
	return test_below(&s->seed, 100) < percent;
}

/* 2^low to 2^high, every power of two as likely. */
static inline uint64_t
any_size(struct stream *s, unsigned low, unsigned high)
{
	uint64_t power = (uint64_t)1
	    << (low + test_below(&s->seed, high - low));

	return power + test_below(&s->seed, power);
}

static inline void
add(struct stream *s, enum what what, uint64_t number, silbo_time at)
{
	assert_true(s->count < EVENTS);
	s->events[s->count] = (struct event){at, s->count, number, what};
	s->count++;
}

static inline uint64_t
any_origin(struct stream *s)
{
	const uint64_t origins[] = {0, 0, 1, 60, 2000, 65536 - 100,
	    ((uint64_t)1 << 32) - 100, (uint64_t)1 << 40,
	    SILBO_TRACK_NUMBER_MAX - 500};

	return origins[test_below(
	    &s->seed, sizeof(origins) / sizeof(origins[0]))];
}

/* A jump, if there is room for one below the last number. */
static inline uint64_t
jump(struct stream *s, uint64_t number)
{
	uint64_t by = chance(s, 50) ? any_size(s, 4, 12) : any_size(s, 20, 47);

	return number + by < SILBO_TRACK_NUMBER_MAX - 600 ? number + by
							  : number;
}

struct network {
	uint64_t loss, burst_begin, burst_end, copies, held_back; /* percent */
	silbo_time jitter, hold;
	bool in_burst;
};

static inline struct network
any_network(struct stream *s, silbo_time interval)
{
	const uint64_t percent[] = {0, 0, 1, 5, 20, 60};

	return (struct network){
	    .loss = percent[test_below(&s->seed, 6)],
	    .burst_begin = percent[test_below(&s->seed, 4)],
	    .burst_end = 5 + test_below(&s->seed, 50),
	    .copies = percent[test_below(&s->seed, 6)],
	    .held_back = percent[test_below(&s->seed, 6)],
	    .jitter = 1 + test_below(&s->seed, 3) * interval,
	    .hold = 1 + interval * any_size(s, 0, 8),
	};
}

static inline bool
drops(struct stream *s, struct network *net)
{
	if (chance(s, net->in_burst ? net->burst_end : net->burst_begin))
		net->in_burst = !net->in_burst;
	return net->in_burst || chance(s, net->loss);
}

static inline void
send_number(
    struct stream *s, struct network *net, uint64_t number, silbo_time at)
{
	do {
		silbo_time delay = test_below(&s->seed, net->jitter);

		if (chance(s, net->held_back))
			delay += test_below(&s->seed, net->hold);
		if (!drops(s, net))
			add(s, NUMBER, number, at + delay);
	} while (chance(s, net->copies / 2));
}

/* INFO as a source sends it, to one who listens from the start or later. */
static inline void
send_info(struct stream *s, enum what base, uint64_t first, uint64_t next,
    silbo_time at)
{
	at += test_below(&s->seed, 10 * SILBO_NS_PER_MS);
	if (base == FIRST)
		add(s, FIRST, first, at);
	else if (base == JOINED)
		add(s, JOINED, next, at);
	add(s, NEXT, next, at);
}

static inline void
make_sent_stream(struct stream *s)
{
	silbo_time interval = any_size(s, 14, 25);
	struct network net = any_network(s, interval);
	uint64_t first = any_origin(s), number = first;
	uint64_t heard = chance(s, 30) ? test_below(&s->seed, 100) : 0;
	uint64_t info_every = chance(s, 60) ? any_size(s, 2, 7) : 1000;
	enum what base = chance(s, 50) ? FIRST : chance(s, 50) ? JOINED : TIME;
	size_t length = 20 + test_below(&s->seed, 250);
	silbo_time at = any_size(s, 0, 40);

	for (size_t i = 0; i < length; i++, number++) {
		if (i > 0 && chance(s, 1))
			at += any_size(s, 24, 37);
		if (i > 0 && test_below(&s->seed, 400) == 0)
			number = jump(s, number);
		at += interval;
		if (i < heard)
			continue;
		send_number(s, &net, number, at);
		if (i % info_every == info_every - 1 && !drops(s, &net))
			send_info(s, base, first, number + 1, at);
		if (chance(s, 5))
			add(s, TIME, 0, at + test_below(&s->seed, interval));
		if (s->count > EVENTS - 200)
			break;
	}
	for (size_t i = 0; info_every < 1000 && i < 5; i++)
		send_info(s, base, first, number, at + i * 50000000);
	if (chance(s, 50))
		add(s, TIME, 0, at + any_size(s, 20, 37));
}

/* Numbers and announcements around an edge that moves, at any time. */
static inline void
make_hostile_stream(struct stream *s)
{
	uint64_t edge = any_origin(s) + test_below(&s->seed, 200);
	size_t length = 10 + test_below(&s->seed, 300);
	uint64_t reach = chance(s, 50) ? 2 * s->window : 24;
	silbo_time at = any_size(s, 0, 40), pace = any_size(s, 10, 30);

	for (size_t i = 0; i < length; i++) {
		uint64_t number = edge + test_below(&s->seed, 4);
		uint64_t dice = test_below(&s->seed, 100);

		if (dice < 60)
			number -= test_below(
			    &s->seed, number < reach ? number + 1 : reach);
		else if (dice < 62)
			number = jump(s, number);
		if (number > SILBO_TRACK_NUMBER_MAX)
			number = SILBO_TRACK_NUMBER_MAX;
		at += test_below(&s->seed, chance(s, 3) ? 64 * pace : pace);
		dice = test_below(&s->seed, 100);
		add(s,
		    dice < 85       ? NUMBER
			: dice < 92 ? NEXT
			: dice < 94 ? FIRST
			: dice < 95 ? JOINED
				    : TIME,
		    number, at);
		if (dice < 92 && number > edge)
			edge = number;
	}
}

static inline int
earlier(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static inline void
make_stream(struct stream *s, uint64_t seed)
{
	s->seed = seed;
	s->count = 0;
	s->window = (uint64_t)64 << test_below(&s->seed, 5);
	s->wait_ns = any_size(s, 20, 30);
	if (s->wait_ns > SILBO_NS_PER_S)
		s->wait_ns = SILBO_NS_PER_S;
	if (chance(s, 50))
		make_sent_stream(s);
	else
		make_hostile_stream(s);
	qsort(s->events, s->count, sizeof(s->events[0]), earlier);
}

#endif
