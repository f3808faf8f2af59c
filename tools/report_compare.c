/* SPDX-License-Identifier: MIT */
/*
 * Decides how several reports stand side by side: what is matched with what,
 * and in which order.  Does not know the figures, nor which of them is best.
 */
#include "report_compare.h"

#include <math.h>
#include <string.h>

#include "cli.h"
#include "report_compare_row.h"
#include "units.h"

#define SIDE_BY_SIDE 3

/* The i-th stream, target or prober; NULL: this report has fewer. */
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

static const struct report_prober *
prober_of(const struct report_file *file, size_t i)
{
	const struct report_reflected *all = file->report.reflected;

	return all != NULL && i < all->count ? &all->probers[i] : NULL;
}

static const void *
pick_stream(const struct report_file *file, size_t i)
{
	return stream_of(file, i);
}

static const void *
pick_probe(const struct report_file *file, size_t i)
{
	return probe_of(file, i);
}

static const void *
pick_prober(const struct report_file *file, size_t i)
{
	return prober_of(file, i);
}

/* What is not told one by one, if there is any. */
static const void *
pick_more_streams(const struct report_file *file, size_t i)
{
	const struct report_forgotten *more = &file->report.forgotten;

	return i == 0 && more->streams > 0 ? more : NULL;
}

static const void *
pick_more_probers(const struct report_file *file, size_t i)
{
	const struct report_reflected *all = file->report.reflected;

	return i == 0 && all != NULL && all->forgotten > 0 ? all : NULL;
}

/* With streams, these have told of it. */
static const void *
pick_socket(const struct report_file *file, size_t i)
{
	const struct report *report = &file->report;

	return i == 0 && report->reflected != NULL && report->streams_count == 0
	    ? report
	    : NULL;
}

/* The end of a long text is what tells it from others. */
static const char *
tail_of(char *out, size_t cap, const char *text)
{
	size_t len = strlen(text);

	if (len <= COMPARE_COLUMN - 2)
		snprintf(out, cap, "%s", text);
	else
		snprintf(out, cap, "...%s", text + len - (COMPARE_COLUMN - 5));
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
print_stream(const struct compare_table *table, size_t stream)
{
	static const char *const labels[] = {"stream", "peer", "codec", ""};
	char text[128];

	fputc('\n', table->out);
	for (int word = ID; word <= SECURITY; word++) {
		compare_begin(table, labels[word]);
		for (size_t i = 0; i < table->count; i++)
			compare_cell(table,
			    word_of(text, sizeof(text), (enum word)word,
				stream_of(&table->files[i], stream)),
			    "");
		fputc('\n', table->out);
	}
	compare_figures(table, report_stream_figures, pick_stream, stream);
}

static void
print_probe(const struct compare_table *table, size_t nth)
{
	char text[128];

	fputc('\n', table->out);
	compare_begin(table, "probe");
	for (size_t i = 0; i < table->count; i++) {
		const struct report_probe *p = probe_of(&table->files[i], nth);

		compare_cell(table,
		    p != NULL ? tail_of(text, sizeof(text), p->name) : "-", "");
	}
	fputc('\n', table->out);
	compare_figures(table, report_probe_figures, pick_probe, nth);
}

static void
print_prober(const struct compare_table *table, size_t nth)
{
	const struct report_prober *prober;
	char text[128];

	fputc('\n', table->out);
	compare_begin(table, "prober");
	for (size_t i = 0; i < table->count; i++) {
		prober = prober_of(&table->files[i], nth);
		snprintf(text, sizeof(text), "%.4s",
		    prober != NULL ? prober->id : "-");
		compare_cell(table, text, "");
	}
	fputc('\n', table->out);
	compare_begin(table, "peer");
	for (size_t i = 0; i < table->count; i++) {
		prober = prober_of(&table->files[i], nth);
		compare_cell(table,
		    prober != NULL && prober->peer[0] != '\0'
			? tail_of(text, sizeof(text), prober->peer)
			: "-",
		    "");
	}
	fputc('\n', table->out);
	compare_figures(table, report_prober_figures, pick_prober, nth);
}

/* "2026-11-22T11:00:00.000Z" without what no one reads. */
static void
print_head(const struct compare_table *table)
{
	char text[256], when[32];

	compare_begin(table, "");
	for (size_t i = 0; i < table->count; i++)
		compare_cell(
		    table, tail_of(text, sizeof(text), table->names[i]), "");
	fputs("\n", table->out);
	compare_begin(table, "role");
	for (size_t i = 0; i < table->count; i++)
		compare_cell(table, table->files[i].report.role, "");
	fputs("\n", table->out);
	compare_begin(table, "start, UTC");
	for (size_t i = 0; i < table->count; i++) {
		snprintf(when, sizeof(when), "%.19s", table->files[i].start);
		when[strcspn(when, "T")] = when[0] != '\0' ? ' ' : '\0';
		compare_cell(table, when[0] != '\0' ? when : "-", "");
	}
	fputs("\n", table->out);
	compare_begin(table, "duration");
	for (size_t i = 0; i < table->count; i++)
		compare_cell(table,
		    units_span(
			text, sizeof(text), table->files[i].report.duration_s),
		    "");
	fputs("\n", table->out);
}

/* How many of the limits were exceeded; nothing where none were asked for. */
static void
print_limits(const struct compare_table *table)
{
	char text[64];
	size_t asked = 0;

	for (size_t i = 0; i < table->all_count; i++)
		asked += table->all[i].limits.count;
	if (asked == 0)
		return;
	compare_begin(table, "limits");
	for (size_t i = 0; i < table->count; i++) {
		const struct limits *limits = &table->files[i].limits;
		size_t exceeded = 0;

		for (size_t l = 0; l < limits->count; l++)
			exceeded += limits->list[l].exceeded;
		snprintf(text, sizeof(text), "%zu of %zu exceeded", exceeded,
		    limits->count);
		compare_cell(table, limits->count == 0 ? "-" : text,
		    exceeded > 0 ? COMPARE_RED : "");
	}
	fputs("\n", table->out);
}

static void
print_table(const struct compare_table *table)
{
	size_t streams = 0, probes = 0, probers = 0;

	print_head(table);
	print_limits(table);
	for (size_t i = 0; i < table->all_count; i++) {
		const struct report *report = &table->all[i].report;

		if (report->streams_count > streams)
			streams = report->streams_count;
		if (report->probes_count > probes)
			probes = report->probes_count;
		if (report->reflected != NULL &&
		    report->reflected->count > probers)
			probers = report->reflected->count;
	}
	for (size_t i = 0; i < streams; i++)
		print_stream(table, i);
	compare_block(table, report_more_streams_figures, pick_more_streams);
	for (size_t i = 0; i < probes; i++)
		print_probe(table, i);
	for (size_t i = 0; i < probers; i++)
		print_prober(table, i);
	compare_block(table, report_more_probers_figures, pick_more_probers);
	compare_block(table, report_socket_figures, pick_socket);
}

/* As many as fit, the same number in each table. */
void
report_compare(FILE *out, const struct report_file *files,
    const char *const *names, size_t count, bool colour)
{
	size_t tables = (count + SIDE_BY_SIDE - 1) / SIDE_BY_SIDE;

	for (size_t i = 0; i < count; tables--) {
		struct compare_table table = {
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
