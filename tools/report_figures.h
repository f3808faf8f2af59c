/* SPDX-License-Identifier: MIT */
/*
 * The figures that reports are compared by.  Private to the report files.
 */
#ifndef SILBO_TOOLS_REPORT_FIGURES_H
#define SILBO_TOOLS_REPORT_FIGURES_H

#include <stddef.h>

enum report_better { REPORT_NEITHER, REPORT_LESS, REPORT_MORE };

enum report_figure_kind {
	REPORT_FIGURE_COUNT,
	REPORT_FIGURE_REAL,
	REPORT_FIGURE_SHARE /* of two counts, in % */
};

/* A figure of a stream, or of a target of silbo probe. */
struct report_figure {
	const char *label; /* NULL: the table ends */
	enum report_figure_kind kind;
	size_t at, of; /* offsetof */
	int decimals;
	const char *unit;
	enum report_better better;
};

extern const struct report_figure report_stream_figures[];
extern const struct report_figure report_probe_figures[];

/* NaN: not known, as nothing is of NULL. */
double report_figure_get(const struct report_figure *figure, const void *base);

#endif
