/* SPDX-License-Identifier: MIT */
/*
 * Decides which of the last eight exchanges is believed, whether the times of
 * one can be, and whether a clock was set in between.
 *
 * It refuses to know what is done with the answer: nothing here sets a clock.
 */
#include <silbo/sync.h>

/* Half of what a signed difference holds; 73 years. */
#define APART_MAX ((int64_t)1 << 61)

/* Exact for times that are not absurdly apart; the others are refused. */
static int64_t
less(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b);
}

static bool
is_sane(int64_t difference)
{
	return difference > -APART_MAX && difference < APART_MAX;
}

void
silbo_sync_init(struct silbo_sync *sync)
{
	*sync = (struct silbo_sync){.count = 0};
}

void
silbo_sync_reset(struct silbo_sync *sync)
{
	sync->count = 0;
	sync->stepped_at = 0;
}

/* RFC 5905 section 8: theta and delta.  0 is what is written where no time is
 * known, as there. */
static bool
measure(struct silbo_sync_sample *sample, uint64_t t1, uint64_t t2, uint64_t t3,
    uint64_t t4)
{
	int64_t away = less(t4, t1), held = less(t3, t2);
	int64_t there = less(t2, t1), back = less(t3, t4);

	if (t2 == 0 || t3 == 0 || t2 > INT64_MAX || t3 > INT64_MAX)
		return false;
	if (!is_sane(there) || !is_sane(back) || away < 0 || held < 0 ||
	    held > away)
		return false;
	*sample = (struct silbo_sync_sample){.offset_ns = (there + back) / 2,
	    .delay_ns = (uint64_t)(away - held),
	    .at = t4};
	return true;
}

/* How many of the places hold an exchange. */
static uint64_t
filled(const struct silbo_sync *sync)
{
	return sync->count < SILBO_SYNC_SAMPLES ? sync->count
						: SILBO_SYNC_SAMPLES;
}

/* RFC 5905 section 10: the one of least delay; of equals the latest. */
static const struct silbo_sync_sample *
best_of(const struct silbo_sync *sync)
{
	const struct silbo_sync_sample *best = NULL;

	for (uint64_t i = 0; i < filled(sync); i++) {
		const struct silbo_sync_sample *s = &sync->samples[i];

		if (best == NULL || s->delay_ns < best->delay_ns ||
		    (s->delay_ns == best->delay_ns && s->at > best->at))
			best = s;
	}
	return best;
}

/* Can both be true?  Each holds within half of its delay. */
static bool
agree(const struct silbo_sync_sample *a, const struct silbo_sync_sample *b)
{
	int64_t between = less(b->at, a->at);
	uint64_t passed = (uint64_t)(between < 0 ? -between : between);
	uint64_t drift = passed / (1000000 / SILBO_SYNC_DRIFT_PPM);
	uint64_t room = a->delay_ns / 2 + b->delay_ns / 2 + drift + 2;
	int64_t apart = b->offset_ns - a->offset_ns;

	return (uint64_t)(apart < 0 ? -apart : apart) <= room;
}

bool
silbo_sync_is_astride(const struct silbo_sync *sync, uint64_t t1)
{
	return sync->stepped_at != 0 && less(t1, sync->stepped_at) < 0;
}

bool
silbo_sync_on_exchange(
    struct silbo_sync *sync, uint64_t t1, uint64_t t2, uint64_t t3, uint64_t t4)
{
	const struct silbo_sync_sample *best = best_of(sync);
	struct silbo_sync_sample sample;

	if (!measure(&sample, t1, t2, t3, t4)) {
		sync->refused++;
		return false;
	}
	if (silbo_sync_is_astride(sync, t1))
		return true;
	if (best != NULL && !agree(best, &sample)) {
		sync->steps++;
		sync->step_ns = sample.offset_ns - best->offset_ns;
		sync->stepped_at = t4;
		for (int i = 0; i < SILBO_SYNC_SAMPLES; i++)
			sync->samples[i] = sample;
	}
	sync->samples[sync->count++ % SILBO_SYNC_SAMPLES] = sample;
	return true;
}

void
silbo_sync_report(
    const struct silbo_sync *sync, struct silbo_sync_report *report)
{
	const struct silbo_sync_sample *best = best_of(sync);

	*report = (struct silbo_sync_report){.count = sync->count,
	    .refused = sync->refused,
	    .steps = sync->steps,
	    .step_ns = sync->step_ns};
	if (best == NULL)
		return;
	report->offset_ns = best->offset_ns;
	report->delay_ns = best->delay_ns;
	/* Rounded up, so that the bound holds. */
	report->error_ns = best->delay_ns / 2 + 1;
}
