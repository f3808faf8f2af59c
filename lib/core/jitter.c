/* SPDX-License-Identifier: MIT */
/*
 * Decides how restless the arrivals are: the jitter of RFC 3550, in ns, kept
 * as 16 J so that integers lose nothing (appendix A.8).
 *
 * It refuses to know numbers, duplicates and loss: who feeds it chooses.
 */
#include <silbo/jitter.h>

/* A larger difference is a clock step or a lie, not jitter. */
#define ABSURD_NS (3600 * SILBO_NS_PER_S)

/* Steps up to this keep their sign, and so does their difference. */
#define STEP_MAX (((uint64_t)1 << 62) - 1)

static uint64_t
distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* |D| of section 6.4.1, or UINT64_MAX for what cannot be one. */
static uint64_t
difference(
    const struct silbo_jitter *jitter, uint64_t media_time, silbo_time arrival)
{
	int64_t r, s;

	if (distance(arrival, jitter->arrival_ns) > STEP_MAX ||
	    distance(media_time, jitter->media_ns) > STEP_MAX)
		return UINT64_MAX;
	r = (int64_t)(arrival - jitter->arrival_ns);
	s = (int64_t)(media_time - jitter->media_ns);
	return r > s ? (uint64_t)(r - s) : (uint64_t)(s - r);
}

static void
feed(struct silbo_jitter *jitter, uint64_t d)
{
	uint64_t j;

	/* RFC 3550 appendix A.8: J += |D| - ((J + 8) >> 4), J scaled by 16. */
	jitter->scaled += d - ((jitter->scaled + 8) >> 4);
	j = jitter->scaled >> 4;
	if (j > jitter->max)
		jitter->max = j;
	/* Five million jitters of an hour: the mean stops, but never wraps. */
	if (j > UINT64_MAX - jitter->sum)
		return;
	jitter->sum += j;
	jitter->count++;
}

void
silbo_jitter_init(struct silbo_jitter *jitter)
{
	*jitter = (struct silbo_jitter){0};
}

void
silbo_jitter_on_arrival(
    struct silbo_jitter *jitter, uint64_t media_time, silbo_time arrival)
{
	uint64_t d = UINT64_MAX;

	if (jitter->begun)
		d = difference(jitter, media_time, arrival);
	jitter->begun = true;
	jitter->arrival_ns = arrival;
	jitter->media_ns = media_time;
	if (d <= ABSURD_NS)
		feed(jitter, d);
}

void
silbo_jitter_reset(struct silbo_jitter *jitter)
{
	jitter->begun = false;
}

void
silbo_jitter_report(
    const struct silbo_jitter *jitter, struct silbo_jitter_report *report)
{
	*report = (struct silbo_jitter_report){
	    .count = jitter->count,
	    .last_ns = jitter->scaled >> 4,
	    .max_ns = jitter->max,
	};
	if (jitter->count > 0)
		report->mean_ns = jitter->sum / jitter->count;
}
