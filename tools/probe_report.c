/* SPDX-License-Identifier: MIT */
/*
 * What silbo probe knows, put into the report, and how it ends.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "limit_report.h"
#include "probe.h"
#include "status.h"
#include "summary.h"

#define PROBE_SETTINGS 14 /* the last has no key */

void
probe_report(const struct probe *p, const struct probe_target *t,
    struct silbo_prober_report *report)
{
	silbo_prober_report(t->prober, report);
	if (p->dialect->amend != NULL)
		p->dialect->amend(t, report);
}

static int64_t
known(uint64_t count)
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
	out->lost = known(way->lost);
	out->duplicate = known(way->duplicate);
	out->reordered = known(way->reordered);
	out->extent_max = known(way->extent_max);
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
}

/* How much faster their clock runs shows on the way there. */
static void
fill_delays(struct report_probe *out, const struct silbo_prober *prober)
{
	struct silbo_transit_report r;

	silbo_transit_report(silbo_prober_back(prober), &r);
	fill_delay(&out->back, &r);
	silbo_transit_report(silbo_prober_there(prober), &r);
	fill_delay(&out->there, &r);
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
	out->late_final = (int64_t)r->track.late_final;
	out->too_old = (int64_t)r->answers[SILBO_ANSWER_TOO_OLD];
	out->answered_twice = (int64_t)r->answers[SILBO_ANSWER_TWICE];
	out->never_sent = (int64_t)r->answers[SILBO_ANSWER_NEVER_SENT];
	out->absurd_times = (int64_t)r->absurd_times;
	out->contradictions = (int64_t)r->contradictions;
	out->restarts = (int64_t)r->restarts;
	out->withheld = known(r->withheld);
	out->closings = (int64_t)r->closings;
	out->closed = r->closed;
	out->runs = (int64_t)r->track.losses.runs;
	out->run_max = (int64_t)r->track.losses.run_max;
	for (int i = 0; i < SILBO_TRACK_RUN_CLASSES; i++)
		out->run_histogram[i] =
		    (int64_t)r->track.losses.run_histogram[i];
	out->late_over_1ms = (int64_t)r->late_over_1ms;
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

static void
fill_probe(struct probe *p, size_t i, struct report_probe *out)
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

/* The settings in effect; report->config points to config. */
static void
describe(const struct probe *p, struct report *report,
    struct report_setting config[PROBE_SETTINGS])
{
	static const char *targets[PROBE_TARGETS_MAX + 1];
	const struct report_setting settings[PROBE_SETTINGS] = {
	    {"port", NULL, (double)p->port, -1},
	    {"duration_s", NULL,
		p->count == 0 && p->duration > 0 ? (double)p->duration / 1e9
						 : NAN,
		-1},
	    {"count", NULL, p->count > 0 ? (double)p->count : NAN, -1},
	    {"interval_ms", NULL, (double)p->interval / 1e6, -1},
	    {"size_bytes", NULL, (double)p->bytes, -1},
	    {"wait_ms", NULL, (double)p->wait / 1e6, -1},
	    {"encrypted", NULL, NAN, p->keys_count > 0},
	    {"mtu", NULL, NAN, p->mtu},
	    {"ttl", NULL, (double)p->hops, -1},
	    {"dscp", NULL, (double)p->dscp, -1},
	    {"protocol", p->stamp ? "stamp" : "silbo", 0, 0},
	    {"fail_if", p->fail_if, NAN, -1},
	    {NULL, NULL, NAN, -1},
	};

	for (size_t i = 0; i < p->targets_count; i++)
		targets[i] = p->targets[i].to.text;
	memcpy(config, settings, sizeof settings);
	*report = (struct report){.role = "probe",
	    .start_wall_ns = p->started_wall,
	    .config = config,
	    .targets = targets,
	    .socket_drops = REPORT_UNKNOWN,
	    .receive_buffer = REPORT_UNKNOWN,
	    .stamps_refused = REPORT_UNKNOWN,
	    .error = p->failure};
}

/* The sums of all sockets. */
static void
add_socket(struct probe_target *t, struct report *report)
{
	struct silbo_gate_report gate;

	if (t->gate == NULL)
		return;
	silbo_gate_report(t->gate, &gate);
	report->has_datagrams = true;
	report->received += gate.received;
	report->accepted += gate.accepted;
	for (int v = 0; v < SILBO_VERDICTS; v++)
		report->verdict[v] += gate.verdict[v];
	report->socket_drops += (int64_t)silbo_udp_drops(&t->udp);
	report->receive_buffer += t->udp.receive_buffer;
	report->stamps_refused += (int64_t)t->udp.stamps_refused;
}

static void
fill_report(struct probe *p, struct report *report, silbo_time now)
{
	static struct report_probe probes[PROBE_TARGETS_MAX];

	report->socket_drops = 0;
	report->receive_buffer = 0;
	report->stamps_refused = 0;
	for (size_t i = 0; i < p->targets_count; i++) {
		fill_probe(p, i, &probes[i]);
		add_socket(&p->targets[i], report);
	}
	summary_clock(report, &p->wall.steps);
	report->probes = probes;
	report->probes_count = p->targets_count;
	report->duration_s =
	    now > p->started ? (double)(now - p->started) / 1e9 : 0;
}

static double
elapsed(const struct probe *p, silbo_time now)
{
	return now > p->started ? (double)(now - p->started) / 1e9 : 0;
}

void
probe_tell_start(struct probe *p)
{
	struct report_setting config[PROBE_SETTINGS];
	struct report report;

	describe(p, &report, config);
	events_start(&p->events, &report);
	p->interval_at = p->started + SILBO_NS_PER_S;
	p->status_at = run_later(p->started, status_period());
}

void
probe_tell_interval(struct probe *p, silbo_time now)
{
	struct report_setting config[PROBE_SETTINGS];
	struct silbo_prober_report r;
	struct report report;

	describe(p, &report, config);
	fill_report(p, &report, now);
	for (size_t i = 0; i < p->targets_count; i++) {
		silbo_prober_report(p->targets[i].prober, &r);
		intervals_put(p->intervals, (uint32_t)i, &r.track,
		    (double)r.rtt_last_ns / 1e6);
		intervals_put_sent(p->intervals, (uint32_t)i, r.sent, r.unsent);
	}
	events_probes(&p->events, elapsed(p, now), &report);
	intervals_end(p->intervals, elapsed(p, now));
}

void
probe_tell_report(struct probe *p)
{
	struct report_setting config[PROBE_SETTINGS];
	struct report report;

	status_clear();
	describe(p, &report, config);
	fill_report(p, &report, silbo_clock_now());
	report_text(stderr, &report);
}

/* Whether anything came at all, and anything authentic. */
static int
status_of(const struct probe *p, const struct report *report, bool exceeded)
{
	bool answered = false, came = false;

	for (size_t i = 0; i < report->probes_count; i++) {
		answered = answered || report->probes[i].answered > 0 ||
		    report->probes[i].late_final > 0;
		came = came || p->targets[i].arrived > 0;
	}
	if (p->failure != NULL)
		return EXIT_RUNTIME;
	if (answered)
		return exceeded ? EXIT_LIMIT : EXIT_DONE;
	return came ? EXIT_UNAUTHENTIC : EXIT_NOTHING;
}

/* Compare every target.  True if a limit is exceeded. */
static bool
judge(struct probe *p, struct report *report)
{
	for (size_t i = 0; i < report->probes_count; i++)
		limits_check_probe(&p->limits, &report->probes[i]);
	report->limits = &p->limits;
	return limits_finish(&p->limits);
}

int
probe_finish(struct probe *p)
{
	struct report_setting config[PROBE_SETTINGS];
	struct report report;
	char quoted[256];
	int status;

	status_clear();
	probe_tell_oddities(p, silbo_clock_now());
	describe(p, &report, config);
	fill_report(p, &report, silbo_clock_now());
	status = status_of(p, &report, judge(p, &report));
	if (p->failure != NULL)
		cli_error("ended early: %s", p->failure);
	report_text(stderr, &report);
	if (p->json != NULL && report_json(p->json, &report) < 0) {
		cli_error("cannot write %s: %s",
		    cli_quote(quoted, sizeof quoted, p->json), strerror(errno));
		status = EXIT_RUNTIME;
	}
	if (!events_end(&p->events, &report,
		silbo_clock_now() +
		    (p->stopped ? RUN_CLOSE_STOPPED : RUN_CLOSE_DONE)))
		status = EXIT_RUNTIME;
	return status;
}
