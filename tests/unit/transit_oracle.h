/* SPDX-License-Identifier: MIT */
/*
 * What silbo_transit computes in constant memory, computed by keeping all: the
 * delays as the network made them, sorted.  And networks to make them.
 */
#ifndef SILBO_TESTS_UNIT_TRANSIT_ORACLE_H
#define SILBO_TESTS_UNIT_TRANSIT_ORACLE_H

#include <math.h>

#include <silbo/transit.h>

#include "testing.h"

#define ORACLE_MOST 600000

enum road {
	ROAD_FREE,
	ROAD_BUSY, /* every other 20 s a queue of up to six times the jitter */
	ROAD_LONGER, /* 20 ms, from some moment on */
	ROAD_SHORTER,
	ROAD_CLOSED /* nothing comes for a third of the time */
};

struct oracle_case {
	enum road road;
	double seconds, rate_hz, jitter_s;
	double ppm;  /* the receiving clock is faster */
	double lost; /* share */
};

struct oracle_sent {
	double sent_s, delay_s;
	uint64_t number;
};

struct oracle {
	uint64_t random;
	size_t count;
	struct oracle_sent came[ORACLE_MOST]; /* sorted: by arrival, by delay */
};

static inline double
oracle_uniform(struct oracle *o)
{
	return ((double)(test_random(&o->random) >> 11) + 0.5) / 0x1p53;
}

/* 0.1 ms of the hosts, normal, and exponential queueing. */
static inline double
oracle_delay(
    struct oracle *o, const struct oracle_case *c, double t, double change)
{
	double host = sqrt(-2 * log(oracle_uniform(o))) *
	    fabs(cos(6.283185307179586 * oracle_uniform(o)));
	double s = 0.010 + 1e-4 * host - c->jitter_s * log(oracle_uniform(o));

	if (c->road == ROAD_BUSY && (int)(t / 20) % 2 == 1)
		s += c->jitter_s * 6 * (0.5 + 0.5 * sin(t));
	if ((c->road == ROAD_LONGER && t > change) ||
	    (c->road == ROAD_SHORTER && t < change))
		s += 0.020;
	return s;
}

static inline int
oracle_by_arrival(const void *a, const void *b)
{
	const struct oracle_sent *x = a, *y = b;
	double left = x->sent_s + x->delay_s, right = y->sent_s + y->delay_s;

	return (left > right) - (left < right);
}

static inline int
oracle_by_delay(const void *a, const void *b)
{
	const struct oracle_sent *x = a, *y = b;

	return (x->delay_s > y->delay_s) - (x->delay_s < y->delay_s);
}

/* A whole stream into t, in order of arrival. */
static inline void
oracle_run(struct oracle *o, struct silbo_transit *t,
    const struct oracle_case *c, uint64_t seed)
{
	uint64_t n = (uint64_t)(c->seconds * c->rate_hz);
	double change;

	o->random = seed;
	o->count = 0;
	change = c->seconds * (0.2 + 0.6 * oracle_uniform(o));
	for (uint64_t i = 0; i < n; i++) {
		double s = (double)i / c->rate_hz;

		if (oracle_uniform(o) >= c->lost &&
		    (c->road != ROAD_CLOSED || s < c->seconds / 3 ||
			s >= c->seconds * 2 / 3))
			o->came[o->count++] = (struct oracle_sent){
			    s, oracle_delay(o, c, s, change), i};
	}
	qsort(o->came, o->count, sizeof o->came[0], oracle_by_arrival);
	silbo_transit_init(t);
	for (size_t i = 0; i < o->count; i++) {
		const struct oracle_sent *d = &o->came[i];
		double at = (d->sent_s + d->delay_s) * (1 + c->ppm * 1e-6);

		silbo_transit_on_arrival(t, d->number,
		    (uint64_t)(d->sent_s * 1e9), (uint64_t)((at + 500) * 1e9));
	}
	qsort(o->came, o->count, sizeof o->came[0], oracle_by_delay);
}

static inline double
oracle_above(const struct oracle *o, size_t i)
{
	return (o->came[i].delay_s - o->came[0].delay_s) * 1e9;
}

/* In ns above the fastest. */
static inline double
oracle_quantile(const struct oracle *o, unsigned per_mille)
{
	return oracle_above(o, (o->count * per_mille + 999) / 1000 - 1);
}

static inline uint64_t
oracle_beyond(const struct oracle *o, double ns)
{
	size_t i = o->count;

	while (i > 0 && oracle_above(o, i - 1) > ns)
		i--;
	return o->count - i;
}

#endif
