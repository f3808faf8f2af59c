/* SPDX-License-Identifier: MIT */
/*
 * Decides how one stream is told to people: a heading, then a line per question
 * they ask.  What is unknown is left out; nothing is computed but ratios.  Does
 * not know other streams, nor the socket beyond its count of rejections.
 */
#include <inttypes.h>
#include <math.h>

#include "cli.h"
#include "report.h"
#include "report_line.h"
#include "units.h"

/* "[network 23, dropped here 0]", or the bounds "network 20–23". */
static void
put_where(struct report_line *line, const struct report_stream *stream)
{
	char network[64] = "", here[48] = "";

	if (stream->lost_network >= 0)
		snprintf(network, sizeof(network), "network %" PRId64,
		    stream->lost_network);
	else if (stream->lost_network_min >= 0 && stream->lost_network_max >= 0)
		snprintf(network, sizeof(network),
		    "network %" PRId64 "–%" PRId64, stream->lost_network_min,
		    stream->lost_network_max);
	if (stream->dropped_here >= 0)
		snprintf(here, sizeof(here), "dropped here %" PRId64,
		    stream->dropped_here);
	if (stream->lost == 0 && stream->dropped_here <= 0)
		return;
	if (network[0] != '\0' || here[0] != '\0')
		report_part(line, "[%s%s%s]", network,
		    network[0] != '\0' && here[0] != '\0' ? ", " : "", here);
}

static void
print_datagrams(
    FILE *out, const struct report *report, const struct report_stream *stream)
{
	struct report_line line = report_line(out, "datagrams");

	report_count(&line, stream->expected, "expected");
	report_count(&line, stream->unique, "received");
	report_lost(&line, stream->lost, stream->expected, stream->runs,
	    stream->run_max);
	report_some(&line, stream->pending, "pending");
	report_some(&line, stream->overdue, "overdue");
	put_where(&line, stream);
	if (stream->tail_known == 0)
		report_part(&line, "tail unknown");
	if (stream->joined_late == 1)
		report_part(&line, "joined late");
	report_line_end(&line);

	line = report_line(out, "");
	report_reordered(&line, stream->reordered, stream->extent_max);
	report_count(&line, stream->duplicate, "duplicated");
	report_count(&line, stream->late, "too late to play");
	report_some(&line, stream->late_final, "came after counted as lost");
	report_some(&line, stream->too_old, "too old to tell");
	report_some(&line, stream->bad_bodies, "unusable");
	if (report->has_datagrams && report->streams_count == 1) {
		report_part(
		    &line, "%" PRIu64 " rejected", report_rejected(report));
		/* Whose they were is not known: the stream's line is silent. */
		if (stream->dropped_here < 0)
			report_some(
			    &line, report->socket_drops, "dropped here");
	}
	report_line_end(&line);
	report_wait(out, (double)stream->wait_ns / 1e6,
	    report->streams_count == 1 ? report->receive_buffer
				       : REPORT_UNKNOWN);
}

/* "3 bursts of 4.7 datagrams (61 % lost in them), 0.21 % lost between" */
static void
print_pattern(FILE *out, const struct report_stream *stream)
{
	const struct silbo_pattern_report *p = &stream->pattern.losses;
	struct report_line line = report_line(out, "pattern");
	char between[48] = "";

	if (p->bursts == 0)
		return;
	if (p->gap_numbers > 0)
		snprintf(between, sizeof(between), ", %.2f %% lost between",
		    100.0 * (double)p->gap_lost / (double)p->gap_numbers);
	report_part(&line,
	    "%" PRIu64 " burst%s of %.1f datagrams (%.0f %% lost in %s)%s",
	    p->bursts, p->bursts == 1 ? "" : "s",
	    (double)p->burst_numbers / (double)p->bursts,
	    100.0 * (double)p->burst_lost / (double)p->burst_numbers,
	    p->bursts == 1 ? "it" : "them", between);
	report_line_end(&line);
}

/* Where nothing was repaired, concealment has a line of its own. */
static void
print_repaired(FILE *out, const struct report_stream *stream)
{
	bool repaired = stream->repaired > 0;
	struct report_line line =
	    report_line(out, repaired ? "repaired" : "concealed");
	const char *word = repaired ? " concealed" : "";

	if (repaired)
		report_part(&line, "%" PRId64 "%s%s", stream->repaired,
		    stream->repaired_by[0] != '\0' ? " by " : "",
		    stream->repaired_by);
	if (stream->concealed >= 0 && !isnan(stream->concealed_s))
		report_part(&line, "%" PRId64 "%s (%.2f s)", stream->concealed,
		    word, stream->concealed_s);
	else if (stream->concealed >= 0)
		report_part(&line, "%" PRId64 "%s", stream->concealed, word);
	report_line_end(&line);
}

/* All of them do not fit in a line: half and half. */
static void
print_buffers(FILE *out, const double loss[REPORT_BUFFERS])
{
	struct report_line line = report_line(out, "buffer of");
	bool told = false;

	for (int i = 0; i < REPORT_BUFFERS; i++) {
		if (i == REPORT_BUFFERS / 2 && !isnan(loss[REPORT_BUFFERS - 1]))
			report_more(&line);
		if (isnan(loss[i]))
			continue;
		report_part(&line, "%d ms%s %.2f %%", report_buffers_ms[i],
		    told ? "" : " would lose", 100 * loss[i]);
		told = true;
	}
	report_line_end(&line);
}

/* So much slower than others that it was no jitter: address resolution, a route
 * or a state of NAT that was set up for it, a radio that woke up. */
#define FIRST_TIMES 2 /* than 99 % of all */
#define FIRST_MS 5    /* and than those */

static void
print_first(FILE *out, const struct report_stream *stream)
{
	double rest = stream->delay_ms[2], first = stream->delay_first_ms;

	/* Who joined later has not seen the first. */
	if (stream->joined_late != 0 || !(first > FIRST_TIMES * rest) ||
	    !(first > rest + FIRST_MS))
		return;
	fprintf(out,
	    "  first       came %.1f ms above the fastest, far later than "
	    "those after it\n",
	    first);
}

static void
print_delay(FILE *out, const struct report_stream *stream)
{
	const double *delay = stream->delay_ms;
	struct report_line line = report_line(out, "delay");

	if (!isnan(stream->jitter_ms))
		report_part(
		    &line, "jitter %.1f ms (RFC 3550)", stream->jitter_ms);
	if (!isnan(delay[0]) && !isnan(delay[1]) && !isnan(delay[2]) &&
	    !isnan(delay[3]))
		report_part(&line,
		    "p50 %.1f  p95 %.1f  p99 %.1f  max %.1f ms above the "
		    "fastest",
		    delay[0], delay[1], delay[2], delay[3]);
	report_line_end(&line);
	print_first(out, stream);

	print_buffers(out, stream->buffer_loss);
}

static void
print_playout(FILE *out, const struct report_stream *stream)
{
	struct report_line line = report_line(out, "play-out");

	if (!isnan(stream->playout_ms) && !isnan(stream->playout_min_ms) &&
	    !isnan(stream->playout_max_ms))
		report_part(&line, "%.0f ms mean (%.0f–%.0f)",
		    stream->playout_ms, stream->playout_min_ms,
		    stream->playout_max_ms);
	else if (!isnan(stream->playout_ms))
		report_part(&line, "%.0f ms mean", stream->playout_ms);
	if (!isnan(stream->clock_ppm))
		report_part(&line, "clock %+.1f ppm", stream->clock_ppm);
	if (stream->underruns >= 0)
		report_part(&line, "underruns %" PRId64, stream->underruns);
	report_some(&line, stream->overflow, "overflowed");
	report_some(&line, stream->resyncs, "resynchronised");
	report_some(&line, stream->undecodable, "undecodable");
	if (stream->paused_s > 0)
		report_part(&line, "paused %.2f s", stream->paused_s);
	report_line_end(&line);
}

static void
print_marks(FILE *out, const struct report_stream *stream)
{
	struct report_line line = report_line(out, "marked");

	report_marks_tell(&line, &stream->marks);
	report_line_end(&line);
}

static void
print_file(FILE *out, const struct report_stream *stream)
{
	struct report_line line = report_line(out, "written");
	char quoted[4096], span[48];

	if (stream->file == NULL)
		return;
	report_name(&line, cli_quote(quoted, sizeof(quoted), stream->file));
	if (stream->samples >= 0)
		report_part(&line, "%s of sound",
		    units_span(span, sizeof(span),
			(double)stream->samples / SILBO_SAMPLES_PER_S));
	report_line_end(&line);
}

void
report_received(
    FILE *out, const struct report *report, const struct report_stream *stream)
{
	report_heading(out, stream, "from");
	print_datagrams(out, report, stream);
	print_pattern(out, stream);
	print_repaired(out, stream);
	print_delay(out, stream);
	print_playout(out, stream);
	report_quality_of(out, stream);
	print_marks(out, stream);
	print_file(out, stream);
}
