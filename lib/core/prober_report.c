/* SPDX-License-Identifier: MIT */
/*
 * Which way was it lost?  What the prober knows, and what it cannot know: then
 * the figure is unknown, never a guess and never below zero.
 *
 * It refuses to know how any of it came.
 */
#include "prober_state.h"

#define UNKNOWN UINT64_MAX

static uint64_t
answered(const struct silbo_prober *p)
{
	return p->answers[SILBO_ANSWER_FIRST] + p->answers[SILBO_ANSWER_LATE];
}

/*
 * What was lost there never became unique at the reflector, what was lost back
 * was answered by it, and not heard.  Only totals from after the last PROBE
 * tell the two apart, unless nothing is lost at all.
 */
static bool
knows_ways(const struct silbo_prober *p)
{
	if (p->restarts > 0 || p->contradictions > 0 ||
	    p->answers[SILBO_ANSWER_TOO_OLD] > 0)
		return false;
	return p->told.known &&
	    (p->closed || answered(p) + p->track.pending == p->sent);
}

/* So many are missing on one way, lost or pending: how many are lost? */
static uint64_t
lost_of(uint64_t missing, uint64_t lost, uint64_t pending)
{
	uint64_t least = missing > pending ? missing - pending : 0;
	uint64_t most = missing < lost ? missing : lost;

	return least == most ? least : UNKNOWN;
}

/*
 * While they come in order, each answer tells how many of those up to its own
 * have come there.  So it is known of all up to the last that is answered below
 * those pending; of those between it and the next answer all must be missing on
 * the same way.
 */
static uint64_t
lost_in_order(const struct silbo_prober *p)
{
	uint64_t fin = p->track.fin, begin = 0,
		 came = 0;                            /* the next, and had */
	uint64_t end = p->sent, all = p->told.unique; /* likewise, before */

	if (p->told.reordered > 0 || p->told.withheld > 0)
		return UNKNOWN;
	for (uint32_t i = 0; i < p->config.window; i++) {
		const struct silbo_asked *asked = &p->asked[i];

		if (!asked->used || asked->closing || !asked->answered)
			continue;
		if (asked->index < fin && asked->index >= begin) {
			begin = asked->index + 1;
			came = asked->unique;
		} else if (asked->index >= fin && asked->index < end) {
			end = asked->index;
			all = asked->unique - 1;
		}
	}
	if (came > begin || all < came || all - came > end - begin)
		return UNKNOWN;
	if (begin < fin && all > came && all - came < end - begin)
		return UNKNOWN;
	return (all > came ? begin : fin) - came;
}

/* Signed: more answers than were given are a contradiction of their own. */
static void
split(struct silbo_prober_report *report, const struct silbo_prober *p)
{
	int64_t there = (int64_t)(p->sent - p->told.unique);
	int64_t back =
	    (int64_t)(p->told.unique - p->told.withheld) - (int64_t)answered(p);
	uint64_t pending = report->track.pending;
	uint64_t lost = p->sent - answered(p) - pending;
	uint64_t in_order;

	if (there < 0 || back < 0) {
		report->contradictions++;
		return;
	}
	report->there.lost = lost_of((uint64_t)there, lost, pending);
	report->back.lost = lost_of((uint64_t)back, lost, pending);
	if (report->there.lost != UNKNOWN && report->back.lost != UNKNOWN)
		return;
	in_order = lost_in_order(p);
	report->there.lost = in_order <= lost ? in_order : UNKNOWN;
	report->back.lost = in_order <= lost ? lost - in_order : UNKNOWN;
}

static void
report_there(struct silbo_prober_report *report, const struct silbo_prober *p)
{
	const struct silbo_told *told = &p->told, *past = &p->past;

	report->there = (struct silbo_way){.lost = UNKNOWN,
	    .duplicate = UNKNOWN,
	    .reordered = UNKNOWN,
	    .extent_max = UNKNOWN,
	    .marks = p->marks_there};
	silbo_jitter_report(&p->jitter_there, &report->there.jitter);
	report->withheld = UNKNOWN;
	if (!told->known || p->contradictions > 0)
		return;
	report->withheld = told->withheld + past->withheld;
	report->there.duplicate = told->duplicate + past->duplicate;
	report->there.reordered = told->reordered + past->reordered;
	report->there.extent_max = told->extent_max > past->extent_max
	    ? told->extent_max
	    : past->extent_max;
}

static void
report_back(struct silbo_prober_report *report, const struct silbo_prober *p)
{
	struct silbo_track_report orders;

	silbo_track_report(&p->orders, &orders);
	report->back = (struct silbo_way){.lost = UNKNOWN,
	    .duplicate = p->answers[SILBO_ANSWER_COPY],
	    .reordered = orders.reordered + p->reordered_past,
	    .extent_max = orders.extent_max > p->extent_past ? orders.extent_max
							     : p->extent_past,
	    .marks = p->marks_back};
	silbo_jitter_report(&p->jitter_back, &report->back.jitter);
}

void
silbo_prober_report(
    const struct silbo_prober *p, struct silbo_prober_report *report)
{
	*report = (struct silbo_prober_report){.slots = p->slots,
	    .sent = p->sent,
	    .unsent = p->unsent,
	    .closings = p->closings,
	    .closed = p->closed,
	    .cut_short =
		p->stopped && p->track.pending > 0 && silbo_prober_is_done(p),
	    .absurd_times = p->absurd_times,
	    .contradictions = p->contradictions,
	    .restarts = p->restarts,
	    .kernel_there = p->kernel_there,
	    .rtt_first_ns = p->rtt_first,
	    .rtt_last_ns = p->rtt_last,
	    .late_over_1ms = p->late_over_1ms};
	for (int kind = 0; kind < SILBO_ANSWER_KINDS; kind++)
		report->answers[kind] = p->answers[kind];
	silbo_track_report(&p->track, &report->track);
	silbo_jitter_report(&p->jitter, &report->jitter);
	silbo_sync_report(&p->sync, &report->sync);
	report_there(report, p);
	report_back(report, p);
	if (knows_ways(p))
		split(report, p);
}
