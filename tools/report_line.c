/* SPDX-License-Identifier: MIT */
/*
 * Decides how a line of the text report is put together, and the heading that
 * every stream has.  Does not know which lines there are.
 */
#include "report_line.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>

#include "units.h"

struct report_line
report_line(FILE *out, const char *label)
{
	return (struct report_line){.out = out, .label = label};
}

void
report_part(struct report_line *line, const char *format, ...)
{
	va_list args;

	if (line->begun)
		fputs("   ", line->out);
	else if (line->label != NULL)
		fprintf(line->out, "  %-12s", line->label);
	line->begun = true;
	va_start(args, format);
	vfprintf(line->out, format, args);
	va_end(args);
}

void
report_count(struct report_line *line, int64_t count, const char *word)
{
	if (count >= 0)
		report_part(line, "%" PRId64 " %s", count, word);
}

void
report_some(struct report_line *line, int64_t count, const char *word)
{
	if (count > 0)
		report_part(line, "%" PRId64 " %s", count, word);
}

void
report_number(struct report_line *line, int64_t count, const char *word)
{
	if (count >= 0)
		report_part(line, "%" PRId64 " %s%s", count, word,
		    count == 1 ? "" : "s");
}

void
report_some_of(struct report_line *line, int64_t count, const char *word)
{
	if (count > 0)
		report_number(line, count, word);
}

void
report_times(struct report_line *line, const char *what, int64_t count)
{
	if (count > 0)
		report_part(line, "%s %" PRId64 " time%s", what, count,
		    count == 1 ? "" : "s");
}

void
report_lost(struct report_line *line, int64_t lost, int64_t of, int64_t runs,
    int64_t run_max)
{
	char share[32] = "", grouped[64] = "";

	if (lost < 0)
		return;
	if (of > 0)
		snprintf(share, sizeof share, " (%.2f %%)",
		    100.0 * (double)lost / (double)of);
	if (lost > 0 && runs > 0 && run_max > 0)
		snprintf(grouped, sizeof grouped,
		    " in %" PRId64 " run%s, longest %" PRId64, runs,
		    runs == 1 ? "" : "s", run_max);
	report_part(line, "%" PRId64 " lost%s%s", lost, share, grouped);
}

void
report_reordered(struct report_line *line, int64_t count, int64_t extent_max)
{
	if (count > 0 && extent_max > 0)
		report_part(line,
		    "%" PRId64 " reordered (max %" PRId64 " back)", count,
		    extent_max);
	else
		report_count(line, count, "reordered");
}

void
report_line_end(struct report_line *line)
{
	if (line->begun)
		fputc('\n', line->out);
}

/* "opus 32.1 kb/s, 20 ms, mono, encrypted", as far as known. */
static void
put_codec(struct report_line *line, const struct report_stream *stream)
{
	char text[128], *at = text;
	const char *end = text + sizeof(text);

	if (stream->codec[0] == '\0')
		return;
	at += snprintf(at, (size_t)(end - at), "%s", stream->codec);
	if (!isnan(stream->bitrate_bps))
		at += snprintf(at, (size_t)(end - at), " %.1f kb/s",
		    stream->bitrate_bps / 1000);
	if (!isnan(stream->frame_ms))
		at += snprintf(
		    at, (size_t)(end - at), ", %g ms", stream->frame_ms);
	if (stream->channels == 1 || stream->channels == 2)
		at += snprintf(at, (size_t)(end - at), ", %s",
		    stream->channels == 1 ? "mono" : "stereo");
	report_part(
	    line, "%s, %s", text, stream->encrypted ? "encrypted" : "plain");
}

void
report_heading(
    FILE *out, const struct report_stream *stream, const char *direction)
{
	struct report_line line = report_line(out, NULL);
	char span[48], several[32];

	snprintf(
	    several, sizeof(several), "%zu targets", stream->targets_count);
	report_part(&line, "stream %.4s%s%s%s %s %s", stream->id,
	    stream->name[0] != '\0' ? " '" : "", stream->name,
	    stream->name[0] != '\0' ? "'" : "", direction,
	    stream->targets_count > 1 ? several : stream->peer);
	if (!isnan(stream->duration_s))
		report_part(&line, "%s",
		    units_span(span, sizeof(span), stream->duration_s));
	put_codec(&line, stream);
	report_line_end(&line);
}
