/* SPDX-License-Identifier: MIT */
/*
 * Decides how a row of several reports looks, which figure has none, and which
 * is told to be best.  Does not know what there is to compare.
 */
#include "report_compare_row.h"

#include <math.h>
#include <string.h>

#define LABEL 14 /* columns */
#define GREEN "\033[32m"
#define PLAIN "\033[0m"

void
compare_cell(
    const struct compare_table *table, const char *text, const char *colour)
{
	int pad = COMPARE_COLUMN - (int)strlen(text);

	fprintf(table->out, "%*s%s%s%s", pad > 0 ? pad : 1, "",
	    table->colour ? colour : "", text,
	    table->colour && *colour != '\0' ? PLAIN : "");
}

void
compare_begin(const struct compare_table *table, const char *label)
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
	return value == best ? GREEN : COMPARE_RED;
}

/* Of all files.  False: there is nothing to tell. */
static bool
range_of(const struct compare_table *table, const struct report_figure *figure,
    compare_pick *pick, size_t nth, double range[2])
{
	range[0] = INFINITY;
	range[1] = -INFINITY;
	for (size_t i = 0; i < table->all_count; i++) {
		double value =
		    report_figure_get(figure, pick(&table->all[i], nth));

		range[0] = fmin(range[0], value);
		range[1] = fmax(range[1], value);
	}
	if (range[0] > range[1]) /* nobody knows */
		return false;
	return !figure->quiet || range[1] != 0;
}

static void
print_figure(const struct compare_table *table,
    const struct report_figure *figure, compare_pick *pick, size_t nth)
{
	double range[2], value;
	char text[400];

	if (!range_of(table, figure, pick, nth, range))
		return;
	compare_begin(table, figure->label);
	for (size_t i = 0; i < table->count; i++) {
		value = report_figure_get(figure, pick(&table->files[i], nth));
		snprintf(text, sizeof(text), "%.*f%s", figure->decimals, value,
		    figure->unit);
		compare_cell(table, isnan(value) ? "-" : text,
		    colour_of(value, range[0], range[1], figure->better));
	}
	fputc('\n', table->out);
}

void
compare_figures(const struct compare_table *table,
    const struct report_figure *figures, compare_pick *pick, size_t nth)
{
	for (; figures->label != NULL; figures++)
		print_figure(table, figures, pick, nth);
}

void
compare_block(const struct compare_table *table,
    const struct report_figure *figures, compare_pick *pick)
{
	const struct report_figure *first = figures;
	double range[2];

	while (first->label != NULL && !range_of(table, first, pick, 0, range))
		first++;
	if (first->label == NULL)
		return;
	fputc('\n', table->out);
	compare_figures(table, first, pick, 0);
}
