/* SPDX-License-Identifier: MIT */
/*
 * Several reports side by side.
 */
#ifndef SILBO_TOOLS_REPORT_COMPARE_H
#define SILBO_TOOLS_REPORT_COMPARE_H

#include <stdio.h>

#include "report_read.h"

/*
 * A table: a column for each, three side by side in 80 columns, a row for each
 * figure that any of them knows, but for counts that are zero in all.  Streams,
 * targets and probers are matched in order.
 *
 *   names   of the files, as given
 *   colour  best and worst of a row are coloured
 */
void report_compare(FILE *out, const struct report_file *files,
    const char *const *names, size_t count, bool colour);

#endif
