/* SPDX-License-Identifier: MIT */
/*
 * The report of silbo probe as a whole, what is told of it meanwhile, and how
 * it ends.  What stands in it of each target is filled in elsewhere.
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

#define STOPPED_NS (500 * SILBO_NS_PER_MS)

#define PROBE_SETTINGS 15 /* the last has no key */

/* The settings in effect; report->config points to config. */
static void
describe(const struct probe *p, struct report *report,
    struct report_setting config[PROBE_SETTINGS])
{
	static const char *targets[PROBE_TARGETS_MAX + 1];
	bool paced = !p->mtu; /* a search has no schedule */
	const struct report_setting settings[PROBE_SETTINGS] = {
	    {"port", NULL, (double)p->port, -1},
	    {"duration_s", NULL,
		paced && p->count == 0 && p->duration > 0
		    ? (double)p->duration / 1e9
		    : NAN,
		-1},
	    {"count", NULL, paced && p->count > 0 ? (double)p->count : NAN, -1},
	    {"interval_ms", NULL, paced ? (double)p->interval / 1e6 : NAN, -1},
	    {"size_bytes", NULL, paced ? (double)p->bytes : NAN, -1},
	    {"wait_ms", NULL, (double)p->wait / 1e6, -1},
	    {"encrypted", NULL, NAN, p->keys_count > 0},
	    {"mtu", NULL, NAN, p->mtu},
	    {"ttl", NULL, (double)p->hops, -1},
	    {"dscp", NULL, (double)p->dscp, -1},
	    {"protocol", p->stamp ? "stamp" : "silbo", 0, 0},
	    {"packets", p->packets_path, NAN, -1},
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
		probe_fill(p, i, &probes[i]);
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

/* Whether anything came at all, and anything authentic.  Who told only totals
 * was authentic, and answered nothing. */
static int
status_of(const struct probe *p, const struct report *report, bool exceeded)
{
	bool answered = false, came = false;

	for (size_t i = 0; i < report->probes_count; i++) {
		answered = answered || report->probes[i].answered > 0 ||
		    report->probes[i].late_final > 0;
		came = came ||
		    (p->targets[i].arrived > 0 &&
			report->probes[i].closed != 1);
	}
	if (p->failure != NULL)
		return EXIT_RUNTIME;
	if (answered)
		return exceeded ? EXIT_LIMIT : EXIT_DONE;
	return came ? EXIT_UNAUTHENTIC : EXIT_NOTHING;
}

/* All is over 0.5 s after a signal, of which answers have had what they took;
 * readers have 0.1 s at the least. */
static silbo_time
readers_until(const struct probe *p)
{
	silbo_time now = silbo_clock_now();
	silbo_time least = now + STOPPED_NS - SILBO_PROBER_STOP_NS;
	silbo_time whole = p->stopped_at + STOPPED_NS;

	if (!p->stopped)
		return now + RUN_CLOSE_DONE;
	return whole > least ? whole : least;
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
	probe_tell_silence(p, true, silbo_clock_now());
	describe(p, &report, config);
	fill_report(p, &report, silbo_clock_now());
	status = status_of(p, &report, limits_judge(&p->limits, &report));
	if (p->failure != NULL)
		cli_error("ended early: %s", p->failure);
	report_text(stderr, &report);
	if (p->json != NULL && report_json(p->json, &report) < 0) {
		cli_error("cannot write %s: %s",
		    cli_quote(quoted, sizeof quoted, p->json), strerror(errno));
		status = EXIT_RUNTIME;
	}
	if (!events_end(&p->events, &report, readers_until(p)))
		status = EXIT_RUNTIME;
	return status;
}
