/* SPDX-License-Identifier: MIT */
/*
 * What is known of one target of silbo probe, by its prober and its socket, put
 * into the fields of the report.  Counts nothing itself.
 */
#include <math.h>

#include <silbo/quality.h>

#include "cli.h"
#include "probe.h"
#include "summary.h"

void
probe_report(const struct probe *p, const struct probe_target *t,
    struct silbo_prober_report *report)
{
	silbo_prober_report(t->prober, report);
	if (p->dialect->amend != NULL)
		p->dialect->amend(t, report);
}

static int64_t
or_unknown(uint64_t count)
{
	return count == UINT64_MAX ? REPORT_UNKNOWN : (int64_t)count;
}

static void
fill_quantiles(double *ms, const struct silbo_quantile *quantile,
    const unsigned *per_mille, int count)
{
	for (int i = 0; i < count && silbo_quantile_count(quantile) > 0; i++)
		ms[i] =
		    (double)silbo_quantile_get(quantile, per_mille[i]) / 1e6;
}

static void
fill_rtt(struct report_probe *out, const struct silbo_prober *prober)
{
	static const unsigned per_mille[] = {0, 0, 500, 950, 990, 999, 1000};
	static const unsigned late[] = {500, 990, 1000};
	const struct silbo_quantile *rtt = silbo_prober_rtt(prober);

	fill_quantiles(out->rtt_ms, rtt, per_mille, 7);
	if (silbo_quantile_count(rtt) > 0)
		out->rtt_ms[1] = (double)silbo_quantile_mean(rtt) / 1e6;
	fill_quantiles(
	    out->lateness_ms, silbo_prober_lateness(prober), late, 3);
}

static void
fill_way(struct report_way *out, const struct silbo_way *way)
{
	out->lost = or_unknown(way->lost);
	out->duplicate = or_unknown(way->duplicate);
	out->reordered = or_unknown(way->reordered);
	out->extent_max = or_unknown(way->extent_max);
	if (way->jitter.count > 0)
		out->jitter_ms = (double)way->jitter.last_ns / 1e6;
	report_marks_fill(&out->marks, &way->marks);
}

static void
fill_delay(struct report_way *out, const struct silbo_transit_report *r)
{
	const uint64_t ns[REPORT_DELAYS] = {r->pdv.p50_ns, r->pdv.p95_ns,
	    r->pdv.p99_ns, r->pdv.p999_ns, r->pdv.max_ns};

	for (int i = 0; i < REPORT_DELAYS && r->pdv.count > 0; i++)
		out->delay_ms[i] = (double)ns[i] / 1e6;
	if (r->ipdv.count > 0)
		out->ipdv_ms = (double)r->ipdv.mean_ns / 1e6;
	out->ipdv_unpaired = (int64_t)r->unpaired;
}

/* Of all that were answered?  Not where times could not be, or a clock was set
 * meanwhile: then nobody knows who of the others was late. */
static bool
knows_delays(
    const struct report_probe *all, const struct silbo_transit_report *r)
{
	return (int64_t)r->pdv.count == all->answered + all->late_final;
}

/* Either way took half of the time, and lost in runs as both did together: so
 * much is supposed. */
static void
fill_quality(struct report_way *way, const struct report_probe *all,
    int64_t set_out, const struct silbo_transit_report *r)
{
	double burst_r = silbo_quality_burst_r(
	    (uint64_t)all->lost, (uint64_t)all->runs, (uint64_t)all->settled);

	if (way->lost >= 0 && knows_delays(all, r))
		summary_way_quality(&way->quality, set_out,
		    way->lost + (int64_t)r->beyond[SUMMARY_WAY_BUFFER], burst_r,
		    all->rtt_ms[1] / 2);
}

/* How much faster their clock runs shows on the way there. */
static void
fill_delays(struct report_probe *out, const struct silbo_prober *prober)
{
	int64_t withheld = (int64_t)report_known(out->withheld);
	struct silbo_transit_report r;

	silbo_transit_report(silbo_prober_back(prober), &r);
	fill_delay(&out->back, &r);
	fill_quality(
	    &out->back, out, out->settled - out->there.lost - withheld, &r);
	silbo_transit_report(silbo_prober_there(prober), &r);
	fill_delay(&out->there, &r);
	fill_quality(&out->there, out, out->settled, &r);
	if (r.skew_known)
		out->skew_ppm = r.skew_ppm;
}

static void
fill_counts(struct report_probe *out, const struct silbo_prober_report *r)
{
	out->slots = (int64_t)r->slots;
	out->sent = (int64_t)r->sent;
	out->unsent = (int64_t)r->unsent;
	out->answered = (int64_t)r->track.unique;
	out->lost = (int64_t)r->track.lost;
	out->pending = (int64_t)r->track.pending;
	out->settled = out->sent - out->pending;
	out->late_final = (int64_t)r->track.late_final;
	out->too_old = (int64_t)r->answers[SILBO_ANSWER_TOO_OLD];
	out->answered_twice = (int64_t)r->answers[SILBO_ANSWER_TWICE];
	out->never_sent = (int64_t)r->answers[SILBO_ANSWER_NEVER_SENT];
	out->absurd_times = (int64_t)r->absurd_times;
	out->contradictions = (int64_t)r->contradictions;
	out->restarts = (int64_t)r->restarts;
	out->withheld = or_unknown(r->withheld);
	out->closings = (int64_t)r->closings;
	out->closed = r->closed;
	out->runs = (int64_t)r->track.losses.runs;
	out->run_max = (int64_t)r->track.losses.run_max;
	for (int i = 0; i < SILBO_TRACK_RUN_CLASSES; i++)
		out->run_histogram[i] =
		    (int64_t)r->track.losses.run_histogram[i];
	out->late_over_1ms = (int64_t)r->late_over_1ms;
}

/* Numbers become final after it, or sooner when the window is short for them.
 */
static double
effective_wait(const struct probe *p, const struct silbo_track_report *track)
{
	double window_ms = track->window * (double)p->interval / 1e6;

	return fmin((double)track->wait_ns / 1e6, window_ms);
}

static void
fill_times(struct report_probe *out, const struct silbo_prober_report *r,
    const struct probe_target *t)
{
	if (r->jitter.count > 0)
		out->jitter_ms = (double)r->jitter.last_ns / 1e6;
	if (r->rtt_first_ns > 0)
		out->first_ms = (double)r->rtt_first_ns / 1e6;
	if (r->sync.count > 0) {
		out->offset_ms = (double)r->sync.offset_ns / 1e6;
		out->error_ms = (double)r->sync.error_ns / 1e6;
		out->kernel_there = r->kernel_there;
		out->kernel_back = t->udp.stamps;
	}
	out->steps = (int64_t)r->sync.steps;
	if (r->sync.steps > 0)
		out->step_ms = (double)r->sync.step_ns / 1e6;
}

void
probe_fill(struct probe *p, size_t i, struct report_probe *out)
{
	static int64_t errors[PROBE_TARGETS_MAX][REPORT_SEND_KINDS];
	struct probe_target *t = &p->targets[i];
	struct silbo_prober_report r;

	probe_report(p, t, &r);
	report_probe_init(out);
	cli_quote(out->name, sizeof out->name, t->to.text);
	silbo_addr_text(out->peer, probe_peer(t));
	out->encrypted = p->keys_count > 0;
	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		errors[i][kind] = (int64_t)t->errors[kind];
	out->errors = errors[i];
	out->elsewhere = (int64_t)t->elsewhere;
	out->foreign = (int64_t)t->foreign;
	out->dropped_here = (int64_t)silbo_udp_drops(&t->udp);
	if (p->mtu) {
		probe_fill_mtu(t, out);
		return;
	}
	out->interval_ms = (double)p->interval / 1e6;
	out->duration_s = (double)r.slots * (double)p->interval / 1e9;
	out->bytes = p->bytes;
	out->dscp = p->dscp;
	fill_counts(out, &r);
	out->cut_short =
	    r.cut_short || (p->failure != NULL && r.track.pending > 0);
	out->wait_ms = effective_wait(p, &r.track);
	out->receive_buffer = t->udp.receive_buffer;
	fill_times(out, &r, t);
	fill_rtt(out, t->prober);
	fill_way(&out->there, &r.there);
	fill_way(&out->back, &r.back);
	fill_delays(out, t->prober);
	if (t->stamp != NULL)
		probe_stamp_fill(t, out);
	out->intervals = p->intervals;
	out->intervals_row = (uint32_t)i;
}
