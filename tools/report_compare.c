/* SPDX-License-Identifier: MIT */
/*
 * Decides how several reports stand side by side: which figures, in which
 * units, and which of them is best.  Computes nothing but shares.
 */
#include "report_compare.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli.h"
#include "units.h"

#define LABEL 14  /* columns */
#define COLUMN 22 /* columns: three and the label are 80 */
#define SIDE_BY_SIDE 3
#define GREEN "\033[32m"
#define RED "\033[31m"
#define PLAIN "\033[0m"

enum better { NEITHER, LESS, MORE };

enum kind { COUNT, REAL, LOSS };

/* A figure of a stream. */
struct figure {
	const char *label;
	enum kind kind;
	size_t at;
	int decimals;
	const char *unit;
	enum better better;
};

#define AT(member) offsetof(struct report_stream, member)

static const struct figure figures[] = {
    {"duration", REAL, AT(duration_s), 1, " s", NEITHER},
    {"bit rate", REAL, AT(bitrate_bps), 0, " bit/s", NEITHER},
    {"expected", COUNT, AT(expected), 0, "", NEITHER},
    {"received", COUNT, AT(unique), 0, "", NEITHER},
    {"lost", COUNT, AT(lost), 0, "", LESS},
    {"loss", LOSS, 0, 2, " %", LESS},
    {"by the network", COUNT, AT(lost_network), 0, "", LESS},
    {"dropped here", COUNT, AT(dropped_here), 0, "", LESS},
    {"pending", COUNT, AT(pending), 0, "", NEITHER},
    {"runs", COUNT, AT(runs), 0, "", LESS},
    {"longest run", COUNT, AT(run_max), 0, "", LESS},
    {"reordered", COUNT, AT(reordered), 0, "", LESS},
    {"furthest back", COUNT, AT(extent_max), 0, "", LESS},
    {"duplicated", COUNT, AT(duplicate), 0, "", LESS},
    {"too late", COUNT, AT(late), 0, "", LESS},
    {"concealed", COUNT, AT(concealed), 0, "", LESS},
    {"jitter", REAL, AT(jitter_ms), 1, " ms", LESS},
    {"  mean", REAL, AT(jitter_mean_ms), 1, " ms", LESS},
    {"delay p50", REAL, AT(delay_ms[0]), 1, " ms", LESS},
    {"  p95", REAL, AT(delay_ms[1]), 1, " ms", LESS},
    {"  p99", REAL, AT(delay_ms[2]), 1, " ms", LESS},
    {"  max", REAL, AT(delay_ms[3]), 1, " ms", LESS},
    {"play-out", REAL, AT(playout_ms), 0, " ms", LESS},
    {"underruns", COUNT, AT(underruns), 0, "", LESS},
    {"clock", REAL, AT(clock_ppm), 1, " ppm", NEITHER},
    {"MOS estimated", REAL, AT(quality.mos), 1, "", MORE},
    {"R", REAL, AT(quality.r), 0, "", MORE},
    {"sent", COUNT, AT(sent), 0, "", NEITHER},
    {"not sent", COUNT, AT(unsent), 0, "", LESS},
    {"late p50", REAL, AT(lateness_ms[0]), 2, " ms", LESS},
    {"  p99", REAL, AT(lateness_ms[1]), 2, " ms", LESS},
    {"  max", REAL, AT(lateness_ms[2]), 2, " ms", LESS},
    {"  over 1 ms", COUNT, AT(late_over_1ms), 0, "", LESS},
};

/* The files of one table; and all there are, among which is the best. */
struct table {
	FILE *out;
	const struct report_file *files, *all;
	const char *const *names;
	size_t count, all_count;
	bool colour;
};

static double
value_of(const struct figure *figure, const struct report_stream *stream)
{
	const void *at = (const char *)stream + figure->at;
	int64_t count;

	if (stream == NULL)
		return NAN;
	if (figure->kind == REAL)
		return *(const double *)at;
	if (figure->kind == LOSS)
		return stream->lost < 0 || stream->expected <= 0
		    ? NAN
		    : 100 * (double)stream->lost / (double)stream->expected;
	count = *(const int64_t *)at;
	return count < 0 ? NAN : (double)count;
}

/* NULL: this report has fewer streams. */
static const struct report_stream *
stream_of(const struct report_file *file, size_t stream)
{
	return stream < file->report.streams_count
	    ? &file->report.streams[stream]
	    : NULL;
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
colour_of(double value, double least, double most, enum better better)
{
	double best = better == LESS ? least : most;

	if (better == NEITHER || isnan(value) || least == most ||
	    (value != least && value != most))
		return "";
	return value == best ? GREEN : RED;
}

static void
print_figure(
    const struct table *table, const struct figure *figure, size_t stream)
{
	double least = INFINITY, most = -INFINITY, value;
	char text[400];

	for (size_t i = 0; i < table->all_count; i++) {
		value = value_of(figure, stream_of(&table->all[i], stream));
		least = fmin(least, value);
		most = fmax(most, value);
	}
	if (least > most) /* nobody knows */
		return;
	begin_row(table, figure->label);
	for (size_t i = 0; i < table->count; i++) {
		value = value_of(figure, stream_of(&table->files[i], stream));
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
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		print_figure(table, &figures[i], stream);
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
	size_t streams = 0;

	print_head(table);
	print_limits(table);
	for (size_t i = 0; i < table->all_count; i++)
		if (table->all[i].report.streams_count > streams)
			streams = table->all[i].report.streams_count;
	for (size_t s = 0; s < streams; s++)
		print_stream(table, s);
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
