/* SPDX-License-Identifier: MIT */
/*
 * The figures that reports are compared by.  Private to the report files.
 */
#ifndef SILBO_TOOLS_REPORT_FIGURES_H
#define SILBO_TOOLS_REPORT_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

enum report_better { REPORT_NEITHER, REPORT_LESS, REPORT_MORE };

enum report_figure_kind {
	REPORT_FIGURE_COUNT,
	REPORT_FIGURE_REAL,
	REPORT_FIGURE_IF,    /* a count, where the bool at `of` holds */
	REPORT_FIGURE_SHARE, /* of two counts, in % */
	REPORT_FIGURE_PART   /* likewise, `of` is the rest of the whole */
};

/* A figure of a stream, or of whatever else a report tells of. */
struct report_figure {
	const char *label; /* NULL: the table ends */
	enum report_figure_kind kind;
	size_t at, of; /* offsetof */
	int decimals;
	const char *unit;
	enum report_better better;
	bool quiet; /* no row where it is zero in all files */
};

extern const struct report_figure report_stream_figures[];
extern const struct report_figure report_probe_figures[];
extern const struct report_figure report_prober_figures[];

/* Sums of what is not told one by one; of the socket that heard probers. */
extern const struct report_figure report_more_streams_figures[];
extern const struct report_figure report_more_probers_figures[];
extern const struct report_figure report_socket_figures[];

/* NaN: not known, as nothing is of NULL. */
double report_figure_get(const struct report_figure *figure, const void *base);

#endif
