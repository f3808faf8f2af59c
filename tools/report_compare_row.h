/* SPDX-License-Identifier: MIT */
/*
 * The rows of a table of several reports.  Private to the comparison.
 */
#ifndef SILBO_TOOLS_REPORT_COMPARE_ROW_H
#define SILBO_TOOLS_REPORT_COMPARE_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "report_figures.h"
#include "report_read.h"

#define COMPARE_COLUMN 22 /* columns: three and the label are 80 */
#define COMPARE_RED "\033[31m"

/* The files of one table; and all there are, among which is the best. */
struct compare_table {
	FILE *out;
	const struct report_file *files, *all;
	const char *const *names;
	size_t count, all_count;
	bool colour;
};

/* What figures are of: the nth stream of a file; NULL: it has fewer. */
typedef const void *compare_pick(const struct report_file *file, size_t nth);

/* A row by hand: its label, a cell for each file, and the end of the line. */
void compare_begin(const struct compare_table *table, const char *label);
void compare_cell(
    const struct compare_table *table, const char *text, const char *colour);

/* A row for each figure that there is something to tell of. */
void compare_figures(const struct compare_table *table,
    const struct report_figure *figures, compare_pick *pick, size_t nth);

/* The same after an empty line; without any row nothing. */
void compare_block(const struct compare_table *table,
    const struct report_figure *figures, compare_pick *pick);

#endif
