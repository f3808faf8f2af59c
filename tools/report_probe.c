/* SPDX-License-Identifier: MIT */
/*
 * Decides how silbo probe's figures are told to people: what became of what was
 * sent, the round trip, the clock, and how punctual we were.
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
	static const struct report_probe unknown = {.duration_s = NAN,
	    .interval_ms = NAN,
	    .bytes = UNKNOWN,
	    .dscp = UNKNOWN,
	    .slots = UNKNOWN,
	    .sent = UNKNOWN,
	    .unsent = UNKNOWN,
	    .answered = UNKNOWN,
	    .lost = UNKNOWN,
	    .pending = UNKNOWN,
	    .wait_ms = NAN,
	    .receive_buffer = UNKNOWN,
	    .settled = UNKNOWN,
	    .cut_short = UNKNOWN,
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
	report_mtu_init(&probe->mtu);
	report_stamp_init(&probe->stamp);
	report_way_init(&probe->there);
	report_way_init(&probe->back);
}

static const char *
report_probe_mode(const struct report_probe *probe)
{
	if (probe->stamp.no_estimate >= 0)
		return "STAMP";
	return probe->encrypted ? "encrypted" : "plain";
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
		    probe->bytes, probe->interval_ms, report_probe_mode(probe));
	report_line_end(&line);
}

static void
print_answered(FILE *out, const struct report_probe *p)
{
	struct report_line line = report_line(out, "answered");
	bool told = p->there.lost >= 0 && p->back.lost >= 0;

	if (p->answered >= 0 && p->sent >= 0)
		report_part(&line, "%" PRId64 " of %" PRId64 " sent",
		    p->answered, p->sent);
	report_lost(&line, p->lost, p->settled, p->runs, p->run_max);
	report_some(&line, p->pending, "pending");
	report_line_end(&line);
	line = report_line(out, p->lost > 0 ? "of those" : "besides");
	if (p->lost > 0 && !told)
		report_part(&line, "there or back: not known");
	report_some(&line, p->withheld, "withheld there");
	report_some(&line, p->late_final, "answered after --wait");
	report_some(&line, p->dropped_here, "dropped here");
	report_line_end(&line);
	report_stamp_bounds(out, p);
	report_wait(out, p->wait_ms, p->receive_buffer);
	if (p->cut_short > 0)
		fputs("  stopped     before it could be known what became of "
		      "those pending\n",
		    out);
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
	report_line_end(&line);
	/* Caches, address resolution, a radio that wakes up. */
	if (p->first_ms > 2 * ms[2] && p->first_ms > ms[2] + 1)
		fprintf(out,
		    "  first       took %.2f ms, far more than those after "
		    "it\n",
		    p->first_ms);
}

static void
print_jitter(FILE *out, const struct report_probe *p)
{
	struct report_line line = report_line(out, "jitter");

	if (!isnan(p->jitter_ms))
		report_part(&line, "round trip %.2f ms", p->jitter_ms);
	if (!isnan(p->there.jitter_ms))
		report_part(&line, "there %.2f ms", p->there.jitter_ms);
	if (!isnan(p->back.jitter_ms))
		report_part(&line, "back %.2f ms", p->back.jitter_ms);
	report_line_end(&line);
}

static void
print_clock(FILE *out, const struct report_probe *p)
{
	struct report_line line = report_line(out, "clock");

	if (!isnan(p->offset_ms))
		report_part(&line, "theirs is %.3f ms %s, within %.3f ms",
		    fabs(p->offset_ms), p->offset_ms < 0 ? "behind" : "ahead",
		    p->error_ms);
	if (!isnan(p->skew_ppm))
		report_part(
		    &line, "%+.1f ppm", round(p->skew_ppm * 10) / 10 + 0.0);
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
	struct report_line line = report_line(out, "not used");

	report_some(&line, p->answered_twice,
	    p->stamp.no_estimate >= 0
		? "answered again (copied there or back: not known)"
		: "answered again");
	report_some(&line, p->never_sent, "to what was never sent");
	report_some(&line, p->absurd_times, "with times that cannot be");
	report_some(&line, p->too_old, "too old");
	report_some(&line, p->foreign, "for somebody else");
	report_line_end(&line);
	line = report_line(out, "reflector");
	report_times(&line, "another one took over", p->restarts);
	report_times(&line, "contradicts itself", p->contradictions);
	if (p->elsewhere > 0)
		report_part(
		    &line, "%" PRId64 " from another address", p->elsewhere);
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
			    report_send_error_text(
				(enum report_send_error)kind));
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
	print_rtt(out, probe);
	report_way_tell(out, "there", &probe->there, probe->dscp);
	report_way_tell(out, "back", &probe->back, REPORT_UNKNOWN);
	print_jitter(out, probe);
	report_ways_quality(out, &probe->there, &probe->back);
	print_clock(out, probe);
	report_stamp(out, probe);
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
	if (report->accepted == 0 && report->received > 0) {
		report_nothing_accepted(out, report);
		return;
	}
	/* Of all sockets together: a host's own there is with one alone. */
	if (report->probes_count > 1 && report_rejected(report) > 0)
		fputs("\nall hosts\n", out);
	report_tell_rejected(out, report);
}
