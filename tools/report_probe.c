/* SPDX-License-Identifier: MIT */
/*
 * Decides how silbo probe's figures are told to people: what became of what was
 * sent, the round trip, each way, the clock, and how punctual we were.
 */
#include "report_probe.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report.h"
#include "report_fields.h"
#include "report_line.h"
#include "units.h"

#define UNKNOWN REPORT_UNKNOWN

void
report_probe_init(struct report_probe *probe)
{
	static const struct report_way way = {.lost = UNKNOWN,
	    .duplicate = UNKNOWN,
	    .reordered = UNKNOWN,
	    .extent_max = UNKNOWN,
	    .delay_ms = {NAN, NAN, NAN, NAN, NAN},
	    .ipdv_ms = NAN,
	    .jitter_ms = NAN,
	    .marks = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,
		UNKNOWN, UNKNOWN}};
	static const struct report_probe unknown = {.duration_s = NAN,
	    .interval_ms = NAN,
	    .bytes = UNKNOWN,
	    .slots = UNKNOWN,
	    .sent = UNKNOWN,
	    .unsent = UNKNOWN,
	    .answered = UNKNOWN,
	    .lost = UNKNOWN,
	    .pending = UNKNOWN,
	    .late_final = UNKNOWN,
	    .too_old = UNKNOWN,
	    .answered_twice = UNKNOWN,
	    .never_sent = UNKNOWN,
	    .absurd_times = UNKNOWN,
	    .contradictions = UNKNOWN,
	    .restarts = UNKNOWN,
	    .withheld = UNKNOWN,
	    .elsewhere = UNKNOWN,
	    .foreign = UNKNOWN,
	    .dropped_here = UNKNOWN,
	    .closings = UNKNOWN,
	    .closed = UNKNOWN,
	    .runs = UNKNOWN,
	    .run_max = UNKNOWN,
	    .run_histogram = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,
		UNKNOWN, UNKNOWN, UNKNOWN},
	    .rtt_ms = {NAN, NAN, NAN, NAN, NAN, NAN, NAN},
	    .jitter_ms = NAN,
	    .first_ms = NAN,
	    .offset_ms = NAN,
	    .error_ms = NAN,
	    .skew_ppm = NAN,
	    .step_ms = NAN,
	    .steps = UNKNOWN,
	    .kernel_there = UNKNOWN,
	    .kernel_back = UNKNOWN,
	    .lateness_ms = {NAN, NAN, NAN},
	    .late_over_1ms = UNKNOWN};

	*probe = unknown;
	probe->there = probe->back = way;
}

static void
print_heading(FILE *out, const struct report_probe *probe)
{
	struct report_line line = report_line(out, NULL);
	char span[48];

	if (strstr(probe->peer, probe->name) != NULL)
		report_part(&line, "probe %s", probe->peer);
	else
		report_part(&line, "probe %s (%s)", probe->name, probe->peer);
	if (!isnan(probe->duration_s))
		report_part(&line, "%s",
		    units_span(span, sizeof span, probe->duration_s));
	if (probe->bytes >= 0 && !isnan(probe->interval_ms))
		report_part(&line, "%" PRId64 " bytes every %g ms, %s",
		    probe->bytes, probe->interval_ms,
		    probe->encrypted ? "encrypted" : "plain");
	report_line_end(&line);
}

static void
print_answered(FILE *out, const struct report_probe *p)
{
	struct report_line line = report_line(out, "answered");

	if (p->answered >= 0 && p->sent >= 0)
		report_part(&line, "%" PRId64 " of %" PRId64 " sent",
		    p->answered, p->sent);
	if (p->lost >= 0 && p->sent > 0)
		report_part(&line, "%" PRId64 " lost (%.2f %%)", p->lost,
		    100.0 * (double)p->lost / (double)p->sent);
	report_some(&line, p->pending, "pending");
	if (p->runs > 0)
		report_part(&line, "in %" PRId64 " run%s, longest %" PRId64,
		    p->runs, p->runs == 1 ? "" : "s", p->run_max);
	report_line_end(&line);
	line = report_line(out, "lost");
	if (p->there.lost >= 0 && p->back.lost >= 0) {
		report_part(&line, "there %" PRId64, p->there.lost);
		report_part(&line, "back %" PRId64, p->back.lost);
	} else if (p->lost > 0) {
		report_part(&line, "there or back: not known");
	}
	report_some(&line, p->withheld, "withheld by the reflector's limit");
	report_some(&line, p->late_final, "answered later than --wait");
	report_some(&line, p->dropped_here, "dropped here");
	report_line_end(&line);
}

static void
print_way(
    struct report_line *line, const struct report_way *way, const char *name)
{
	if (way->duplicate > 0)
		report_part(
		    line, "%" PRId64 " duplicated %s", way->duplicate, name);
	if (way->reordered > 0)
		report_part(line,
		    "%" PRId64 " reordered %s (max %" PRId64 " back)",
		    way->reordered, name, way->extent_max);
}

static void
print_order(FILE *out, const struct report_probe *p)
{
	struct report_line line = report_line(out, "order");

	print_way(&line, &p->there, "there");
	print_way(&line, &p->back, "coming back");
	report_line_end(&line);
}

static void
print_rtt(FILE *out, const struct report_probe *p)
{
	struct report_line line = report_line(out, "round trip");
	const double *ms = p->rtt_ms;

	if (!isnan(ms[0]))
		report_part(&line,
		    "min %.2f  p50 %.2f  p95 %.2f  p99 %.2f  max %.2f ms",
		    ms[0], ms[2], ms[3], ms[4], ms[6]);
	if (!isnan(p->jitter_ms))
		report_part(&line, "jitter %.2f ms", p->jitter_ms);
	report_line_end(&line);
	/* Caches, address resolution, a radio that wakes up. */
	if (p->first_ms > 2 * ms[2] && p->first_ms > ms[2] + 1)
		fprintf(out,
		    "  first       took %.2f ms: what is set up for it, later "
		    "ones find\n",
		    p->first_ms);
}

static void
print_delay(FILE *out, const char *label, const struct report_way *way)
{
	struct report_line line = report_line(out, label);

	if (!isnan(way->delay_ms[0]))
		report_part(&line,
		    "p50 %.2f  p95 %.2f  p99 %.2f  max %.2f ms above the "
		    "fastest",
		    way->delay_ms[0], way->delay_ms[1], way->delay_ms[2],
		    way->delay_ms[4]);
	if (!isnan(way->jitter_ms))
		report_part(&line, "jitter %.2f ms", way->jitter_ms);
	report_line_end(&line);
}

static void
print_clock(FILE *out, const struct report_probe *p)
{
	struct report_line line = report_line(out, "clock");

	if (!isnan(p->offset_ms))
		report_part(&line,
		    "theirs is %.3f ms %s, within %.3f ms (four timestamps)",
		    fabs(p->offset_ms), p->offset_ms < 0 ? "behind" : "ahead",
		    p->error_ms);
	if (!isnan(p->skew_ppm))
		report_part(&line, "%+.1f ppm", p->skew_ppm);
	if (p->steps > 0)
		report_part(&line, "set %" PRId64 " time%s, last by %+.3f s",
		    p->steps, p->steps == 1 ? "" : "s", p->step_ms / 1e3);
	report_line_end(&line);
}

static void
print_departures(FILE *out, const struct report_probe *p)
{
	struct report_line line = report_line(out, "departures");
	const double *late = p->lateness_ms;

	if (!isnan(late[0]))
		report_part(&line, "late by p50 %.2f  p99 %.2f  max %.2f ms",
		    late[0], late[1], late[2]);
	report_count(&line, p->late_over_1ms, "more than 1 ms late");
	report_some(&line, p->unsent, "not sent");
	report_line_end(&line);
}

/* What is wrong with what came, and how often. */
static void
print_refused(FILE *out, const struct report_probe *p)
{
	struct report_line line = report_line(out, "refused");

	report_some(&line, p->answered_twice, "second answers");
	report_some(&line, p->never_sent, "to what was never sent");
	report_some(&line, p->absurd_times, "with times that cannot be");
	report_some(&line, p->too_old, "too old");
	report_some(&line, p->foreign, "no answers to us");
	report_line_end(&line);
	line = report_line(out, "reflector");
	report_some(&line, p->restarts, "times another one");
	report_some(&line, p->contradictions, "times contradicts itself");
	report_some(&line, p->elsewhere, "answers from another address");
	report_line_end(&line);
}

static void
print_errors(FILE *out, const struct report_probe *p)
{
	struct report_line line = report_line(out, "on the way");

	for (int kind = 0; kind < REPORT_SEND_KINDS && p->errors != NULL;
	     kind++)
		if (p->errors[kind] > 0)
			report_part(&line, "%" PRId64 " %s", p->errors[kind],
			    report_send_error_text(kind));
	report_line_end(&line);
}

static void
print_probe(FILE *out, const struct report_probe *probe)
{
	print_heading(out, probe);
	if (probe->mtu.searched) {
		report_probe_mtu(out, probe);
		print_errors(out, probe);
		return;
	}
	print_answered(out, probe);
	print_order(out, probe);
	print_rtt(out, probe);
	print_delay(out, "there", &probe->there);
	print_delay(out, "back", &probe->back);
	print_clock(out, probe);
	print_departures(out, probe);
	print_refused(out, probe);
	print_errors(out, probe);
}

void
report_probes(FILE *out, const struct report *report)
{
	for (size_t i = 0; i < report->probes_count; i++) {
		struct report_probe probe = report->probes[i];

		report_probe_round(&probe);
		if (i > 0)
			fputc('\n', out);
		print_probe(out, &probe);
	}
	if (report->accepted == 0 && report->received > 0)
		report_nothing_accepted(out, report);
}
