/* SPDX-License-Identifier: MIT */
/*
 * Decides the order of the text report, what is said of the socket as a whole,
 * and what may help when nothing was accepted.  Does not know what one stream
 * has to tell.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report.h"
#include "report_fields.h"
#include "report_line.h"
#include "report_reflect.h"
#include "units.h"

static bool
is_rejection(int verdict)
{
	return !silbo_verdict_is_accepted((enum silbo_verdict)verdict) &&
	    verdict != SILBO_DROP_DUPLICATE && verdict != SILBO_DROP_OLD;
}

uint64_t
report_rejected(const struct report *report)
{
	uint64_t sum = 0;

	for (int v = 0; v < SILBO_VERDICTS; v++)
		if (is_rejection(v))
			sum += report->verdict[v];
	return sum;
}

/* "12 drop_auth, 3 drop_short": by the names of docs/wire-format.md. */
void
report_tell_rejected(FILE *out, const struct report *report)
{
	struct report_line line = report_line(out, "rejected");
	char text[SILBO_VERDICTS * 48] = "";
	size_t len = 0;

	for (int v = 0; v < SILBO_VERDICTS; v++)
		if (is_rejection(v) && report->verdict[v] > 0)
			len += (size_t)snprintf(text + len, sizeof text - len,
			    "%s%" PRIu64 " %s", len > 0 ? ", " : "",
			    report->verdict[v],
			    silbo_verdict_name((enum silbo_verdict)v));
	if (len > 0)
		report_part(&line, "%s", text);
	report_line_end(&line);
}

/* What to do about it, most probable cause first. */
static void
print_remedies(FILE *out, const struct report *report)
{
	static const struct {
		enum silbo_verdict verdict;
		const char *text;
	} remedies[] = {
	    {SILBO_DROP_WRONG_KEY,
		"none authenticated: sealed with another "
		"key; compare the key ids of both ends"},
	    {SILBO_DROP_AUTH,
		"with a tag that is wrong: damaged or forged on "
		"the way"},
	    {SILBO_DROP_PLAIN,
		"in plain, and a key is set here: give the "
		"sender the same --key"},
	    {SILBO_DROP_ENCRYPTED,
		"encrypted, and no key is set here: give "
		"--key FILE"},
	    {SILBO_DROP_REFLECTED,
		"our own, sent back as they were: by an echo service?"},
	    {SILBO_DROP_VERSION, "of another version, or not of silbo at all"},
	    {SILBO_DROP_SHORT, "too short to be of silbo"},
	};

	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++) {
		uint64_t count = report->verdict[remedies[i].verdict];
		struct report_line line = report_line(out, "because");

		if (count > 0)
			report_part(&line, "%" PRIu64 " datagram%s arrived, %s",
			    count, count == 1 ? "" : "s", remedies[i].text);
		report_line_end(&line);
	}
}

void
report_nothing_accepted(FILE *out, const struct report *report)
{
	char span[48];

	fprintf(out, "nothing accepted of %" PRIu64 " datagram%s in %s\n",
	    report->received, report->received == 1 ? "" : "s",
	    units_span(span, sizeof(span), report->duration_s));
	report_tell_rejected(out, report);
	print_remedies(out, report);
}

static void
print_nothing(FILE *out, const struct report *report)
{
	char span[48];

	if (report->received > 0) {
		report_nothing_accepted(out, report);
		return;
	}
	fprintf(out, "nothing received in %s\n",
	    units_span(span, sizeof(span), report->duration_s));
	fprintf(out,
	    "  to check    the %s runs; it names this host and port; no "
	    "firewall drops UDP\n",
	    strcmp(report->role, "reflector") == 0 ? "prober" : "sender");
}

static void
print_socket(FILE *out, const struct report *report)
{
	struct report_line line = report_line(out, "datagrams");

	if (report->accepted == 0) {
		print_nothing(out, report);
		return;
	}
	/* With one stream, its own block has told all of this. */
	if (report->streams_count != 1) {
		fputs("socket\n", out);
		report_part(&line, "%" PRIu64 " received", report->received);
		report_part(&line, "%" PRIu64 " accepted", report->accepted);
		report_part(
		    &line, "%" PRIu64 " rejected", report_rejected(report));
		report_count(&line, report->socket_drops, "dropped here");
		report_buffer(&line, report->receive_buffer);
		report_line_end(&line);
	}
	report_tell_rejected(out, report);
}

/* What their clocks are ahead of ours was told of ours as it was. */
static const char *
clock_caution(const struct report *report)
{
	for (size_t i = 0; i < report->probes_count; i++)
		if (!isnan(report->probes[i].offset_ms))
			return ", and the other clocks are told against it as "
			       "it was at the start";
	return "";
}

/* Said so that nobody looks for it in the figures. */
static void
print_clock(FILE *out, const struct report *report)
{
	const struct report_clock *clock = &report->clock;
	const char *caution = clock_caution(report);
	double s = round(clock->total_ms / 10) / 100;
	int decimals = fabs(s) < 10 ? 2 : 1;
	struct report_line line = report_line(out, NULL);

	if (!clock->watched || clock->steps <= 0 || isnan(clock->total_ms))
		return;
	if (clock->steps == 1)
		report_part(&line,
		    "this machine's clock was set %s by %.*f s during the "
		    "run; no figure depends on it%s",
		    s < 0 ? "back" : "forward", decimals, fabs(s), caution);
	else
		report_part(&line,
		    "this machine's clock was set %" PRId64
		    " times during the run, by %+.*f s in all; no figure "
		    "depends on it%s",
		    clock->steps, decimals, s == 0 ? 0.0 : s, caution);
	report_line_end(&line);
}

/* A block each.  Rounded as the JSON has it, so that who reads that is told the
 * same. */
static void
print_streams(FILE *out, const struct report *report)
{
	bool sender = strcmp(report->role, "send") == 0;

	if (report->probes != NULL) {
		report_probes(out, report);
		return;
	}
	for (size_t i = 0; i < report->streams_count; i++) {
		struct report_stream stream = report->streams[i];

		report_stream_round(&stream);
		if (i > 0)
			fputc('\n', out);
		if (sender)
			report_sent(out, &stream);
		else
			report_received(out, report, &stream);
	}
}

void
report_text(FILE *out, const struct report *asked)
{
	struct report rounded = *asked;
	const struct report *report = &rounded;

	rounded.duration_s = round(rounded.duration_s * 1000) / 1000;
	rounded.clock.total_ms = round(rounded.clock.total_ms * 1000) / 1000;
	print_streams(out, report);
	if (report->forgotten.streams > 0)
		fprintf(out,
		    "%s%" PRIu64 " earlier streams: %" PRIu64
		    " expected, %" PRIu64 " received, %" PRIu64 " lost\n",
		    report->streams_count > 0 ? "\n" : "",
		    report->forgotten.streams, report->forgotten.expected,
		    report->forgotten.unique, report->forgotten.lost);
	if (report->reflected != NULL)
		report_reflected(out, report->reflected);
	if (report->has_datagrams && report->streams_count > 1)
		fputc('\n', out);
	/* A prober's sockets are told with its targets. */
	if (report->has_datagrams && report->probes == NULL)
		print_socket(out, report);
	print_clock(out, report);
	report_limits(out, report->limits);
}
