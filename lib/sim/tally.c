/* SPDX-License-Identifier: MIT */
/*
 * Counts fates, and the runs of losses.  It decides nothing.
 */
#include "tally.h"

void
silbo_tally_init(struct silbo_tally *tally)
{
	*tally =
	    (struct silbo_tally){.sums = {.delay_min_ns = SILBO_TIME_NEVER}};
}

static void
count_delivered(struct silbo_tally *tally, const struct silbo_fate *fate)
{
	struct silbo_link_report *sums = &tally->sums;
	silbo_time delay = fate->at[0] - fate->put_at;

	if (fate->copies > 1)
		sums->duplicated++;
	if (fate->held)
		sums->held++;
	if (fate->bits > 0)
		sums->corrupted++;
	if (delay < sums->delay_min_ns)
		sums->delay_min_ns = delay;
	if (delay > sums->delay_max_ns)
		sums->delay_max_ns = delay;
	tally->delays_ns += (double)delay;
}

void
silbo_tally_on_fate(struct silbo_tally *tally, const struct silbo_fate *fate)
{
	silbo_time waited = fate->left_at - fate->put_at;

	tally->sums.fates[fate->kind]++;
	if (waited > tally->sums.queue_max_ns)
		tally->sums.queue_max_ns = waited;
	if (fate->kind == SILBO_FATE_DELIVERED)
		count_delivered(tally, fate);
}

/* Buckets 1 2 3 4 5-8 9-16 17-32 33+. */
static unsigned
bucket_of(uint64_t run)
{
	unsigned bucket = 4;

	if (run <= 4)
		return (unsigned)run - 1;
	for (uint64_t top = 8; run > top && bucket < SILBO_LINK_RUNS - 1;
	     top *= 2)
		bucket++;
	return bucket;
}

static void
end_run(struct silbo_link_report *sums, uint64_t run)
{
	if (run == 0)
		return;
	sums->loss_runs++;
	sums->runs[bucket_of(run)]++;
	if (run > sums->loss_run_max)
		sums->loss_run_max = run;
}

void
silbo_tally_on_delivered(struct silbo_tally *tally)
{
	end_run(&tally->sums, tally->run);
	tally->run = 0;
}

void
silbo_tally_on_lost(struct silbo_tally *tally, uint64_t count)
{
	tally->run += count;
}

void
silbo_tally_report(
    const struct silbo_tally *tally, struct silbo_link_report *report)
{
	uint64_t delivered = tally->sums.fates[SILBO_FATE_DELIVERED];

	*report = tally->sums;
	end_run(report, tally->run);
	if (delivered > 0)
		report->delay_mean_ns = tally->delays_ns / (double)delivered;
}
