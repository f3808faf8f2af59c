/* SPDX-License-Identifier: MIT */
/*
 * How what came was marked: a part of what is told of a stream, and of each way
 * of a probe.
 */
#ifndef SILBO_TOOLS_REPORT_MARKS_H
#define SILBO_TOOLS_REPORT_MARKS_H

#include <stdint.h>

#include <silbo/marks.h>

struct report_line;

/* What is unknown is REPORT_UNKNOWN. */
struct report_marks {
	int64_t tos, ttl; /* as received, the latest */
	int64_t ttl_min, ttl_max;
	int64_t changed;   /* anything, in between: 1 yes, 0 no */
	int64_t changes;   /* arrivals of another class or hops left */
	int64_t congested; /* arrivals that a queue had marked */
	int64_t classes;   /* how many classes were seen */
};

void report_marks_init(struct report_marks *marks);

void report_marks_fill(
    struct report_marks *marks, const struct silbo_marks *from);

/* What there is to see: a class, congestion, changes.  Hops only beside them.
 */
void report_marks_tell(
    struct report_line *line, const struct report_marks *marks);

#endif
