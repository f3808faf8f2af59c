/* SPDX-License-Identifier: MIT */
/*
 * Decides how several reports stand side by side, and which is told to be best.
 * Does not know what there is to compare.
 */
#include "report_compare.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli.h"
#include "report_figures.h"
#include "units.h"

#define LABEL 14  /* columns */
#define COLUMN 22 /* columns: three and the label are 80 */
#define SIDE_BY_SIDE 3
#define GREEN "\033[32m"
#define RED "\033[31m"
#define PLAIN "\033[0m"

/* The files of one table; and all there are, among which is the best. */
struct table {
	FILE *out;
	const struct report_file *files, *all;
	const char *const *names;
	size_t count, all_count;
	bool colour;
};

/* The i-th stream, or target; NULL: this report has fewer. */
static const struct report_stream *
stream_of(const struct report_file *file, size_t i)
{
	return i < file->report.streams_count ? &file->report.streams[i] : NULL;
}

static const struct report_probe *
probe_of(const struct report_file *file, size_t i)
{
	return i < file->report.probes_count ? &file->report.probes[i] : NULL;
}

static double
value_of(const struct report_file *file, const struct report_figure *figure,
    size_t i, bool probes)
{
	return probes ? report_figure_get(figure, probe_of(file, i))
		      : report_figure_get(figure, stream_of(file, i));
}

static void
print_cell(const struct table *table, const char *text, const char *colour)
{
	int pad = COLUMN - (int)strlen(text);

	fprintf(table->out, "%*s%s%s%s", pad > 0 ? pad : 1, "",
	    table->colour ? colour : "", text,
	    table->colour && *colour != '\0' ? PLAIN : "");
}

static void
begin_row(const struct table *table, const char *label)
{
	fprintf(table->out, "%-*s", LABEL, label);
}

/* Green for the best and red for the worst, where they are not the same. */
static const char *
colour_of(double value, double least, double most, enum report_better better)
{
	double best = better == REPORT_LESS ? least : most;

	if (better == REPORT_NEITHER || isnan(value) || least == most ||
	    (value != least && value != most))
		return "";
	return value == best ? GREEN : RED;
}

static void
print_figure(const struct table *table, const struct report_figure *figure,
    size_t nth, bool probes)
{
	double least = INFINITY, most = -INFINITY, value;
	char text[400];

	for (size_t i = 0; i < table->all_count; i++) {
		value = value_of(&table->all[i], figure, nth, probes);
		least = fmin(least, value);
		most = fmax(most, value);
	}
	if (least > most) /* nobody knows */
		return;
	begin_row(table, figure->label);
	for (size_t i = 0; i < table->count; i++) {
		value = value_of(&table->files[i], figure, nth, probes);
		snprintf(text, sizeof(text), "%.*f%s", figure->decimals, value,
		    figure->unit);
		print_cell(table, isnan(value) ? "-" : text,
		    colour_of(value, least, most, figure->better));
	}
	fputc('\n', table->out);
}

/* The end of a long text is what tells it from others. */
static const char *
tail_of(char *out, size_t cap, const char *text)
{
	size_t len = strlen(text);

	if (len <= COLUMN - 2)
		snprintf(out, cap, "%s", text);
	else
		snprintf(out, cap, "...%s", text + len - (COLUMN - 5));
	return out;
}

enum word { ID, PEER, CODEC, SECURITY };

static const char *
word_of(
    char *out, size_t cap, enum word word, const struct report_stream *stream)
{
	if (stream == NULL)
		return "-";
	snprintf(out, cap, "-");
	if (word == ID)
		snprintf(out, cap, "%.4s", stream->id);
	else if (word == PEER && stream->targets_count > 1)
		snprintf(out, cap, "%zu targets", stream->targets_count);
	else if (word == PEER && stream->peer[0] != '\0')
		tail_of(out, cap, stream->peer);
	else if (word == CODEC && stream->codec[0] != '\0' &&
	    !isnan(stream->frame_ms))
		snprintf(
		    out, cap, "%s, %g ms", stream->codec, stream->frame_ms);
	else if (word == SECURITY)
		snprintf(
		    out, cap, "%s", stream->encrypted ? "encrypted" : "plain");
	return out;
}

static void
print_stream(const struct table *table, size_t stream)
{
	static const char *const labels[] = {"stream", "peer", "codec", ""};
	char text[128];

	fputc('\n', table->out);
	for (int word = ID; word <= SECURITY; word++) {
		begin_row(table, labels[word]);
		for (size_t i = 0; i < table->count; i++)
			print_cell(table,
			    word_of(text, sizeof(text), (enum word)word,
				stream_of(&table->files[i], stream)),
			    "");
		fputc('\n', table->out);
	}
	for (const struct report_figure *f = report_stream_figures;
	     f->label != NULL; f++)
		print_figure(table, f, stream, false);
}

static void
print_probe(const struct table *table, size_t nth)
{
	char text[128];

	fputc('\n', table->out);
	begin_row(table, "probe");
	for (size_t i = 0; i < table->count; i++) {
		const struct report_probe *p = probe_of(&table->files[i], nth);

		print_cell(table,
		    p != NULL ? tail_of(text, sizeof(text), p->name) : "-", "");
	}
	fputc('\n', table->out);
	for (const struct report_figure *f = report_probe_figures;
	     f->label != NULL; f++)
		print_figure(table, f, nth, true);
}

/* "2026-11-22T11:00:00.000Z" without what no one reads. */
static void
print_head(const struct table *table)
{
	char text[256], when[32];

	begin_row(table, "");
	for (size_t i = 0; i < table->count; i++)
		print_cell(
		    table, tail_of(text, sizeof(text), table->names[i]), "");
	fputs("\n", table->out);
	begin_row(table, "role");
	for (size_t i = 0; i < table->count; i++)
		print_cell(table, table->files[i].report.role, "");
	fputs("\n", table->out);
	begin_row(table, "start, UTC");
	for (size_t i = 0; i < table->count; i++) {
		snprintf(when, sizeof(when), "%.19s", table->files[i].start);
		when[strcspn(when, "T")] = when[0] != '\0' ? ' ' : '\0';
		print_cell(table, when[0] != '\0' ? when : "-", "");
	}
	fputs("\n", table->out);
	begin_row(table, "duration");
	for (size_t i = 0; i < table->count; i++)
		print_cell(table,
		    units_span(
			text, sizeof(text), table->files[i].report.duration_s),
		    "");
	fputs("\n", table->out);
}

/* How many of the limits were exceeded; nothing where none were asked for. */
static void
print_limits(const struct table *table)
{
	char text[64];
	size_t asked = 0;

	for (size_t i = 0; i < table->all_count; i++)
		asked += table->all[i].limits.count;
	if (asked == 0)
		return;
	begin_row(table, "limits");
	for (size_t i = 0; i < table->count; i++) {
		const struct limits *limits = &table->files[i].limits;
		size_t exceeded = 0;

		for (size_t l = 0; l < limits->count; l++)
			exceeded += limits->list[l].exceeded;
		snprintf(text, sizeof(text), "%zu of %zu exceeded", exceeded,
		    limits->count);
		print_cell(table, limits->count == 0 ? "-" : text,
		    exceeded > 0 ? RED : "");
	}
	fputs("\n", table->out);
}

static void
print_table(const struct table *table)
{
	size_t streams = 0, probes = 0;

	print_head(table);
	print_limits(table);
	for (size_t i = 0; i < table->all_count; i++) {
		const struct report *report = &table->all[i].report;

		if (report->streams_count > streams)
			streams = report->streams_count;
		if (report->probes_count > probes)
			probes = report->probes_count;
	}
	for (size_t i = 0; i < streams; i++)
		print_stream(table, i);
	for (size_t i = 0; i < probes; i++)
		print_probe(table, i);
}

/* As many as fit, the same number in each table. */
void
report_compare(FILE *out, const struct report_file *files,
    const char *const *names, size_t count, bool colour)
{
	size_t tables = (count + SIDE_BY_SIDE - 1) / SIDE_BY_SIDE;

	for (size_t i = 0; i < count; tables--) {
		struct table table = {
		    .out = out,
		    .files = files + i,
		    .all = files,
		    .names = names + i,
		    .count = (count - i + tables - 1) / tables,
		    .all_count = count,
		    .colour = colour,
		};

		if (i > 0)
			fputs("\n\n", out);
		print_table(&table);
		i += table.count;
	}
}
