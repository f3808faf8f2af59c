/* SPDX-License-Identifier: MIT */
/*
 * Decides how a line of the text report is put together, where it is broken,
 * and the heading that every stream has.  Does not know which lines there are.
 */
#include "report_line.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "units.h"

#define INDENT 14 /* of the first part: "  LABEL       " */
#define PART_MAX 1024

struct report_line
report_line(FILE *out, const char *label)
{
	return (struct report_line){.out = out, .label = label};
}

/* Columns of UTF-8: a character each. */
static int
width_of(const char *text, size_t len)
{
	int width = 0;

	for (size_t i = 0; i < len; i++)
		width += ((unsigned char)text[i] & 0xc0) != 0x80;
	return width;
}

static void
put(struct report_line *line, const char *text, size_t len)
{
	fwrite(text, 1, len, line->out);
	line->column += width_of(text, len);
}

static void
go_on_below(struct report_line *line)
{
	fprintf(line->out, "\n%*s", INDENT, "");
	line->column = INDENT;
}

/* Before a part of this width. */
static void
begin_part(struct report_line *line, int width)
{
	if (!line->begun && line->label != NULL) {
		fprintf(line->out, "  %-12s", line->label);
		line->column = INDENT;
	} else if (line->begun && line->column + 3 + width > REPORT_COLUMNS) {
		go_on_below(line);
	} else if (line->begun) {
		put(line, "   ", 3);
	}
	line->begun = true;
}

/* Up to where a line may be broken: not between a count and its word. */
static size_t
length_of(const char *text)
{
	size_t len = strcspn(text, " ");

	if (len > 0 && strspn(text, "0123456789") == len && text[len] == ' ' &&
	    text[len + 1] != ' ')
		len += 1 + strcspn(text + len + 1, " ");
	return len;
}

/* Word by word, those that do not fit below. */
static void
put_words(struct report_line *line, const char *text)
{
	while (*text != '\0') {
		size_t blanks = strspn(text, " ");
		size_t len = length_of(text + blanks);

		if (blanks > 0 &&
		    line->column + (int)blanks + width_of(text + blanks, len) >
			REPORT_COLUMNS)
			go_on_below(line);
		else
			put(line, text, blanks);
		put(line, text + blanks, len);
		text += blanks + len;
	}
}

void
report_part(struct report_line *line, const char *format, ...)
{
	char text[PART_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	begin_part(line, width_of(text, strlen(text)));
	put_words(line, text);
}

void
report_name(struct report_line *line, const char *name)
{
	begin_part(line, width_of(name, strlen(name)));
	put(line, name, strlen(name));
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

void
report_more(struct report_line *line)
{
	if (!line->begun)
		return;
	report_line_end(line);
	*line = report_line(line->out, "");
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
