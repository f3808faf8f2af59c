/* SPDX-License-Identifier: MIT */
/*
 * Decides how runs of lost numbers make distances, bursts and gaps.
 *
 * Stretches of losses are closed when the next one begins; only the lowest and
 * the highest can still grow, so only they are remembered.  It refuses to know
 * when a number is lost: whoever tells the runs does.
 */
#include <silbo/pattern.h>

#include <assert.h>
#include <string.h>

#include "classes.h"

static_assert(SILBO_PATTERN_DELTA == 16 && SILBO_CLASSES == 8,
    "the constraint ends a class, so the classes tell who keeps it");

void
silbo_pattern_init(struct silbo_pattern *pattern)
{
	memset(pattern, 0, sizeof(*pattern));
}

/* A stretch that will not grow. */
static void
book(struct silbo_pattern *p, const struct silbo_pattern_stretch *stretch)
{
	if (stretch->lost < 2)
		return; /* alone: it belongs to a gap */
	p->bursts++;
	p->burst_numbers += stretch->last - stretch->first + 1;
	p->burst_lost += stretch->lost;
}

/* Do so few received numbers lie between that it is one stretch? */
static bool
is_near(const struct silbo_pattern_stretch *low,
    const struct silbo_pattern_stretch *high)
{
	return high->first - low->last - 1 < SILBO_PATTERN_GMIN;
}

static void
put_above(struct silbo_pattern *p, const struct silbo_pattern_stretch *run)
{
	struct silbo_pattern_stretch *high = p->several ? &p->high : &p->low;

	assert(run->first > high->last + 1);
	p->distances[class_of(run->first - high->last)]++;
	if (is_near(high, run)) {
		high->last = run->last;
		high->lost += run->lost;
		return;
	}
	if (p->several)
		book(p, high);
	p->high = *run;
	p->several = true;
}

static void
put_below(struct silbo_pattern *p, const struct silbo_pattern_stretch *run)
{
	assert(run->last + 1 < p->low.first);
	p->distances[class_of(p->low.first - run->last)]++;
	if (is_near(run, &p->low)) {
		p->low.first = run->first;
		p->low.lost += run->lost;
		return;
	}
	if (p->several)
		book(p, &p->low);
	else
		p->high = p->low;
	p->low = *run;
	p->several = true;
}

void
silbo_pattern_on_run(struct silbo_pattern *p, uint64_t first, uint64_t length)
{
	const struct silbo_pattern_stretch run = {
	    first, first + length - 1, length};

	assert(length > 0);
	if (p->lost == 0)
		p->low = run;
	else if (first > p->low.first)
		put_above(p, &run);
	else
		put_below(p, &run);
	p->lost += length;
	p->runs++;
	if (length > p->run_max)
		p->run_max = length;
	p->run_histogram[class_of(length)]++;
	p->distances[0] += length - 1;
}

/* One before the first burst, one behind each; unless there it is empty. */
static uint64_t
count_gaps(const struct silbo_pattern *p, uint64_t first, uint64_t end)
{
	const struct silbo_pattern_stretch *high =
	    p->several ? &p->high : &p->low;
	uint64_t gaps = p->bursts + 1;

	if (end == first)
		return 0;
	if (p->low.lost > 1 && p->low.first == first)
		gaps--;
	if (high->lost > 1 && high->last + 1 == end)
		gaps--;
	return gaps;
}

void
silbo_pattern_report(const struct silbo_pattern *pattern,
    struct silbo_pattern_report *report, uint64_t first, uint64_t end,
    uint64_t open)
{
	struct silbo_pattern p = *pattern;

	if (open > 0)
		silbo_pattern_on_run(&p, end - open, open);
	book(&p, &p.low);
	if (p.several)
		book(&p, &p.high);
	*report = (struct silbo_pattern_report){
	    .lost = p.lost,
	    .runs = p.runs,
	    .run_max = p.run_max,
	    .bursts = p.bursts,
	    .burst_numbers = p.burst_numbers,
	    .burst_lost = p.burst_lost,
	    .gaps = count_gaps(&p, first, end),
	    .gap_numbers = end - first - p.burst_numbers,
	    .gap_lost = p.lost - p.burst_lost,
	};
	assert(p.burst_numbers <= end - first);
	memcpy(report->run_histogram, p.run_histogram, sizeof(p.run_histogram));
	memcpy(report->distances, p.distances, sizeof(p.distances));
	for (size_t i = 0; i <= class_of(SILBO_PATTERN_DELTA); i++)
		report->noticeable += p.distances[i];
}
