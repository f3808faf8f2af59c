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
	uint64_t step;
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
	o->arrivals[o->arrived++] =
	    (struct oracle_arrival){number, o->now_step, verdict};
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

static inline size_t
oracle_class(uint64_t length)
{
	static const uint64_t from[] = {1, 2, 3, 4, 5, 9, 17, 33, UINT64_MAX};
	size_t i = 0;

	while (length >= from[i + 1])
		i++;
	return i;
}

/* Lost numbers first .. end-1 in a row. */
struct oracle_run {
	uint64_t first, end;
};

/* RFC 3357 section 5: distances to the number lost before. */
static inline void
oracle_count_runs(
    const struct oracle_run *runs, size_t n, struct silbo_pattern_report *r)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t length = runs[i].end - runs[i].first;

		r->lost += length;
		r->runs++;
		if (length > r->run_max)
			r->run_max = length;
		r->run_histogram[oracle_class(length)]++;
		r->distances[0] += length - 1;
		r->noticeable += length - 1;
		if (i > 0) {
			uint64_t far = runs[i].first - (runs[i - 1].end - 1);

			r->distances[oracle_class(far)]++;
			r->noticeable += far <= 16;
		}
	}
}

/* RFC 3611 section 4.7.2, with Gmin 16, from run to run. */
static inline void
oracle_count_bursts(const struct oracle_run *runs, size_t n, uint64_t begin,
    uint64_t end, struct silbo_pattern_report *r)
{
	uint64_t at = begin; /* all below is told */

	for (size_t i = 0, last; i < n; i = last + 1) {
		uint64_t lost = runs[i].end - runs[i].first;

		for (last = i;
		     last + 1 < n && runs[last + 1].first - runs[last].end < 16;
		     last++)
			lost += runs[last + 1].end - runs[last + 1].first;
		if (lost < 2) {
			r->gap_lost++;
			continue;
		}
		r->bursts++;
		r->burst_lost += lost;
		r->burst_numbers += runs[last].end - runs[i].first;
		r->gaps += runs[i].first > at;
		r->gap_numbers += runs[i].first - at;
		at = runs[last].end;
	}
	r->gaps += end > at;
	r->gap_numbers += end - at;
}

/* What is missing below fin among the numbers that came, in their order. */
static inline void
oracle_count_lost(const struct oracle *o, const uint64_t *unique, size_t n,
    struct silbo_track_report *r)
{
	static struct oracle_run runs[ORACLE_EVENTS + 1];
	uint64_t from = r->first, fin = o->counting ? o->fin : r->first;
	size_t count = 0;

	for (size_t i = 0; i < n && unique[i] < fin; i++) {
		if (unique[i] > from)
			runs[count++] = (struct oracle_run){from, unique[i]};
		from = unique[i] + 1;
	}
	if (from < fin)
		runs[count++] = (struct oracle_run){from, fin};
	oracle_count_runs(runs, count, &r->losses);
	oracle_count_bursts(runs, count, r->first, fin, &r->losses);
	r->lost = r->losses.lost;
}

/* RFC 4737: of arrival i, i - j for the earliest j < i with a larger number
 * (section 4.2.2); none, not reordered.  And how many directly before it have
 * larger numbers (section 5.3). */
static inline void
oracle_count_reordered(const struct oracle *o,
    const struct oracle_arrival *unique, size_t n, struct silbo_track_report *r)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t number = unique[i].number, late;
		size_t j = 0, k = 0;

		while (j < i && unique[j].number < number)
			j++;
		if (j == i)
			continue;
		while (k < i && unique[i - 1 - k].number > number)
			k++;
		late = unique[i].step - oracle_edge_of(o, number)->step;
		r->reordered++;
		r->extent_sum += i - j;
		if (i - j > r->extent_max)
			r->extent_max = i - j;
		r->extents[oracle_class(i - j)]++;
		if (k > 0)
			r->preceding[oracle_class(k)]++;
		r->late_by_sum_ns += late * ORACLE_STEP;
		if (late * ORACLE_STEP > r->late_by_max_ns)
			r->late_by_max_ns = late * ORACLE_STEP;
	}
}

static inline void
oracle_count_arrivals(const struct oracle *o, struct silbo_track_report *r)
{
	static struct oracle_arrival unique[ORACLE_EVENTS];

	r->arrived = o->arrived;
	for (size_t i = 0; i < o->arrived; i++) {
		enum silbo_verdict verdict = o->arrivals[i].verdict;

		r->duplicate += verdict == SILBO_DROP_DUPLICATE;
		r->late_final += verdict == SILBO_LATE_FINAL;
		r->too_old += verdict == SILBO_DROP_OLD;
		if (verdict == SILBO_ACCEPTED)
			unique[r->unique++] = o->arrivals[i];
	}
	oracle_count_reordered(o, unique, r->unique, r);
}

static inline void
oracle_report(const struct oracle *o, struct silbo_track_report *r)
{
	static uint64_t unique[ORACLE_EVENTS];
	size_t n = 0;

	memset(r, 0, sizeof(*r));
	r->base = o->kind;
	r->first = o->counting ? o->base : o->next;
	r->next = o->next;
	r->expected = r->next - r->first;
	oracle_count_arrivals(o, r);
	for (size_t i = 0; i < o->arrived; i++)
		if (o->arrivals[i].verdict == SILBO_ACCEPTED)
			unique[n++] = o->arrivals[i].number;
	qsort(unique, n, sizeof(unique[0]), oracle_compare);
	oracle_count_lost(o, unique, n, r);
	for (size_t i = n; i > 0 && unique[i - 1] >= o->fin; i--)
		n--;
	r->pending =
	    o->next - (o->counting ? o->fin : o->next) - (r->unique - n);
}

#endif
