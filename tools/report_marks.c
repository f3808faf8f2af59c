/* SPDX-License-Identifier: MIT */
/*
 * Decides what of the marks of arrivals is worth a line.
 */
#include <inttypes.h>

#include "report.h"
#include "report_line.h"
#include "report_marks.h"

void
report_marks_init(struct report_marks *marks)
{
	*marks = (struct report_marks){.tos = REPORT_UNKNOWN,
	    .ttl = REPORT_UNKNOWN,
	    .ttl_min = REPORT_UNKNOWN,
	    .ttl_max = REPORT_UNKNOWN,
	    .changed = REPORT_UNKNOWN,
	    .changes = REPORT_UNKNOWN,
	    .congested = REPORT_UNKNOWN,
	    .classes = REPORT_UNKNOWN};
}

void
report_marks_fill(struct report_marks *marks, const struct silbo_marks *from)
{
	report_marks_init(marks);
	marks->tos = from->tos;
	marks->ttl = from->ttl;
	marks->ttl_min = from->ttl_min;
	marks->ttl_max = from->ttl_max;
	if (from->tos < 0 && from->ttl < 0)
		return;
	marks->changed = from->changed;
	marks->changes = (int64_t)from->changes;
	if (from->tos < 0)
		return;
	marks->congested = (int64_t)from->congested;
	marks->classes = silbo_marks_classes(from);
}

void
report_marks_tell(struct report_line *line, const struct report_marks *marks)
{
	if (marks->tos <= 0 && marks->changed <= 0)
		return;
	if (marks->tos >= 0) {
		report_count(line, marks->tos >> 2, "DSCP");
		report_count(line, marks->tos & 3, "ECN");
	}
	report_count(line, marks->ttl, "hops left");
	report_times(line, "changed on the way", marks->changes);
	if (marks->changed > 0 && marks->changes < 0)
		report_part(line, "changed on the way");
	if (marks->ttl_min >= 0 && marks->ttl_min < marks->ttl_max)
		report_part(line, "%" PRId64 " to %" PRId64 " hops left",
		    marks->ttl_min, marks->ttl_max);
	report_some(line, marks->congested, "marked by a queue (CE)");
}
