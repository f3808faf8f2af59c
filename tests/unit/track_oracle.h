/* SPDX-License-Identifier: MIT */
/*
 * What a track has to say, from the definitions in silbo/track.h: everything
 * is stored, everything is looked up by scanning.  Slow and obvious on purpose;
 * no window, no ring, no index, no counter that is kept up to date.
 */
#ifndef SILBO_TESTS_TRACK_ORACLE_H
#define SILBO_TESTS_TRACK_ORACLE_H

#include "testing.h"

#include <silbo/track.h>

#define ORACLE_EVENTS 4096
#define ORACLE_STEP 1048576 /* ns */

struct oracle_arrival {
	uint64_t number;
	enum silbo_verdict verdict;
};

/* At this step all numbers below `next` were known to have been sent. */
struct oracle_edge {
	uint64_t next;
	uint64_t step;
};

struct oracle {
	uint64_t window, wait_steps, now_step;
	struct oracle_arrival arrivals[ORACLE_EVENTS];
	size_t arrived;
	struct oracle_edge edges[ORACLE_EVENTS];
	size_t raised;
	enum silbo_track_base kind;
	bool counting; /* an arrival or INFO has begun it */
	bool held;
	uint64_t base, next;
	uint64_t fin;     /* all below it, and only they, are final */
	uint64_t lowered; /* how often a number moved the base, once booked */
};

static inline void
oracle_init(struct oracle *o, uint64_t window, silbo_time wait_ns)
{
	memset(o, 0, sizeof(*o));
	o->window = window;
	/* As many steps as surely cover T, wherever in a step it begins. */
	while (o->wait_steps * ORACLE_STEP < wait_ns)
		o->wait_steps++;
	o->wait_steps++;
}

static inline bool
oracle_came(const struct oracle *o, uint64_t number)
{
	for (size_t i = 0; i < o->arrived; i++)
		if (o->arrivals[i].number == number &&
		    (o->arrivals[i].verdict == SILBO_ACCEPTED ||
			o->arrivals[i].verdict == SILBO_LATE_FINAL))
			return true;
	return false;
}

/* The edge that first revealed a number. */
static inline const struct oracle_edge *
oracle_edge_of(const struct oracle *o, uint64_t number)
{
	size_t i = 0;

	while (o->edges[i].next <= number)
		i++;
	return &o->edges[i];
}

static inline bool
oracle_passed(const struct oracle *o, uint64_t number)
{
	return number + o->window < o->next;
}

static inline bool
oracle_overdue(const struct oracle *o, uint64_t number)
{
	return o->now_step - oracle_edge_of(o, number)->step >= o->wait_steps;
}

/* The next number whose fate may differ from that of a missing one. */
static inline uint64_t
oracle_change(const struct oracle *o, uint64_t number)
{
	uint64_t change = oracle_edge_of(o, number)->next;

	if (oracle_passed(o, number) && o->next - o->window < change)
		change = o->next - o->window;
	for (size_t i = 0; i < o->arrived; i++)
		if (o->arrivals[i].verdict == SILBO_ACCEPTED &&
		    o->arrivals[i].number > number &&
		    o->arrivals[i].number < change)
			change = o->arrivals[i].number;
	return change;
}

/* What is final stays so: the mark only moves up, unless nothing was yet. */
static inline void
oracle_finish(struct oracle *o)
{
	if (!o->counting)
		return;
	if (o->now_step - o->edges[0].step >= o->wait_steps ||
	    oracle_passed(o, o->base))
		o->held = false;
	while (!o->held && o->fin < o->next) {
		if (oracle_came(o, o->fin))
			o->fin++;
		else if (oracle_passed(o, o->fin) || oracle_overdue(o, o->fin))
			o->fin = oracle_change(o, o->fin);
		else
			break;
	}
}

static inline void
oracle_on_time(struct oracle *o, silbo_time now)
{
	o->now_step = now / ORACLE_STEP;
	oracle_finish(o);
}

static inline void
oracle_raise(struct oracle *o, uint64_t next)
{
	if (next <= o->next)
		return;
	o->next = next;
	o->edges[o->raised++] = (struct oracle_edge){next, o->now_step};
}

/* Counting begins at `base`; what lies between it and the edge is missing from
 * now on, and so is what turns out to lie below it. */
static inline void
oracle_begin(struct oracle *o, uint64_t base)
{
	o->counting = true;
	o->held = true;
	o->base = o->fin = base;
	if (o->next < base)
		o->next = base;
	o->edges[o->raised++] = (struct oracle_edge){o->next, o->now_step};
}

static inline void
oracle_lower(struct oracle *o, uint64_t base)
{
	if (o->held)
		o->fin = base;
	else
		o->lowered++;
	o->base = base;
}

static inline enum silbo_verdict
oracle_judge(struct oracle *o, uint64_t number)
{
	if (oracle_passed(o, number))
		return SILBO_DROP_OLD;
	if (!o->counting)
		oracle_begin(o, number);
	if (number < o->base && o->kind != SILBO_TRACK_BASE_OPEN)
		return SILBO_DROP_OLD;
	if (oracle_came(o, number))
		return SILBO_DROP_DUPLICATE;
	if (number < o->base)
		oracle_lower(o, number);
	else if (number < o->fin)
		return SILBO_LATE_FINAL;
	return SILBO_ACCEPTED;
}

static inline enum silbo_verdict
oracle_on_number(struct oracle *o, uint64_t number, silbo_time now)
{
	enum silbo_verdict verdict;

	oracle_on_time(o, now);
	verdict = oracle_judge(o, number);
	o->arrivals[o->arrived++] = (struct oracle_arrival){number, verdict};
	if (verdict == SILBO_ACCEPTED)
		oracle_raise(o, number + 1);
	oracle_finish(o);
	return verdict;
}

static inline void
oracle_on_next(struct oracle *o, uint64_t next, silbo_time now)
{
	oracle_on_time(o, now);
	if (o->counting)
		oracle_raise(o, next);
	else if (next > o->next)
		o->next = next;
	oracle_finish(o);
}

static inline void
oracle_on_info(struct oracle *o, enum silbo_track_base kind, uint64_t number,
    silbo_time now)
{
	oracle_on_time(o, now);
	if (o->kind != SILBO_TRACK_BASE_OPEN)
		return;
	if (!o->counting)
		oracle_begin(o, number > o->next ? number : o->next);
	if (kind == SILBO_TRACK_BASE_FIRST && number < o->base)
		oracle_lower(o, number);
	o->kind = kind;
	o->held = false;
	oracle_finish(o);
}

/* When the first missing number becomes final, or the holding ends. */
static inline silbo_time
oracle_deadline(const struct oracle *o, uint64_t pending)
{
	uint64_t step;

	if (pending == 0)
		return SILBO_TIME_NEVER;
	step = o->held ? o->edges[0].step : oracle_edge_of(o, o->fin)->step;
	return (step + o->wait_steps) * ORACLE_STEP;
}

static inline int
oracle_compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static inline void
oracle_count_run(struct silbo_track_report *r, uint64_t run)
{
	static const uint64_t from[] = {1, 2, 3, 4, 5, 9, 17, 33, UINT64_MAX};

	if (run == 0)
		return;
	r->lost += run;
	r->runs++;
	if (run > r->run_max)
		r->run_max = run;
	for (size_t i = 0; i < SILBO_TRACK_RUN_CLASSES; i++)
		if (run >= from[i] && run < from[i + 1])
			r->run_histogram[i]++;
}

/* RFC 4737 section 4.2.2: of arrival i, i - j for the earliest j < i with a
 * larger number; none, not reordered. */
static inline void
oracle_count_reordered(
    const uint64_t *unique, size_t n, struct silbo_track_report *r)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (unique[j] > unique[i]) {
				r->reordered++;
				if (i - j > r->extent_max)
					r->extent_max = i - j;
				break;
			}
}

static inline void
oracle_report(const struct oracle *o, struct silbo_track_report *r)
{
	static uint64_t unique[ORACLE_EVENTS];
	uint64_t from = o->counting ? o->base : o->next;
	size_t n = 0;

	memset(r, 0, sizeof(*r));
	r->base = o->kind;
	r->first = from;
	r->next = o->next;
	r->expected = r->next - r->first;
	r->arrived = o->arrived;
	for (size_t i = 0; i < o->arrived; i++) {
		enum silbo_verdict verdict = o->arrivals[i].verdict;

		r->duplicate += verdict == SILBO_DROP_DUPLICATE;
		r->late_final += verdict == SILBO_LATE_FINAL;
		r->too_old += verdict == SILBO_DROP_OLD;
		if (verdict == SILBO_ACCEPTED)
			unique[n++] = o->arrivals[i].number;
	}
	r->unique = n;
	oracle_count_reordered(unique, n, r);
	qsort(unique, n, sizeof(unique[0]), oracle_compare);
	for (size_t i = 0; i < n && unique[i] < o->fin; i++) {
		oracle_count_run(r, unique[i] - from);
		from = unique[i] + 1;
	}
	if (from < o->fin)
		oracle_count_run(r, o->fin - from);
	for (size_t i = n; i > 0 && unique[i - 1] >= o->fin; i--)
		n--;
	r->pending =
	    o->next - (o->counting ? o->fin : o->next) - (r->unique - n);
}

#endif
