/* SPDX-License-Identifier: MIT */
/*
 * One line of the text report: a label, then parts three spaces apart.  A line
 * without parts is not printed, so what is unknown leaves no trace.  What is
 * more than REPORT_COLUMNS wide goes on below, under the first part.  Private
 * to the report files.
 */
#ifndef SILBO_TOOLS_REPORT_LINE_H
#define SILBO_TOOLS_REPORT_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "report.h"

#define REPORT_COLUMNS 100

struct report_line {
	FILE *out;
	const char *label; /* NULL: the line begins with its first part */
	bool begun;
	int column; /* where the next character goes */
};

struct report_line report_line(FILE *out, const char *label);

/* A part that is wider than a line is broken at blanks. */
__attribute__((format(printf, 2, 3))) void report_part(
    struct report_line *line, const char *format, ...);

/* A part that is never broken: a name of a file. */
void report_name(struct report_line *line, const char *name);

/* "5 WORD", when it is known. */
void report_count(struct report_line *line, int64_t count, const char *word);

/* "5 WORD", when there is something to tell. */
void report_some(struct report_line *line, int64_t count, const char *word);

/* "1 WORD", "5 WORDs", when it is known; when there is something to tell. */
void report_number(struct report_line *line, int64_t count, const char *word);
void report_some_of(struct report_line *line, int64_t count, const char *word);

/* "WHAT 3 times", when there is something to tell. */
void report_times(struct report_line *line, const char *what, int64_t count);

/* "23 lost (0.37 %) in 17 runs, longest 4", as far as it is known. */
void report_lost(struct report_line *line, int64_t lost, int64_t of,
    int64_t runs, int64_t run_max);

/* "5 reordered (max 3 back)", when it is known. */
void report_reordered(
    struct report_line *line, int64_t count, int64_t extent_max);

void report_line_end(struct report_line *line);

/* A line of its own for what follows, below the same label. */
void report_more(struct report_line *line);

/* How long was waited before a datagram was lost, and the socket's buffer for
 * them; what is unknown is left out. */
void report_wait(FILE *out, double wait_ms, int64_t receive_buffer);
void report_buffer(struct report_line *line, int64_t bytes);

/* A line for each limit that is exceeded. */
void report_limits(FILE *out, const struct limits *limits);

/* The line of an estimate; nothing without one. */
void report_quality_line(FILE *out, const struct report_quality *quality);
/* The same of a stream, or why there is none. */
void report_quality_of(FILE *out, const struct report_stream *stream);

/* "stream 5d1c from 192.0.2.9:40112   2 min 03 s   opus 32.1 kb/s, ..." */
void report_heading(
    FILE *out, const struct report_stream *stream, const char *direction);

/* Drops of what was no second copy: everything but duplicate and old. */
uint64_t report_rejected(const struct report *report);

/* A line of them by reason, where there are any. */
void report_tell_rejected(FILE *out, const struct report *report);

/* Something came, and none of it was accepted: why, and what may help. */
void report_nothing_accepted(FILE *out, const struct report *report);

/* The blocks of a stream received, and of a stream sent. */
void report_received(
    FILE *out, const struct report *report, const struct report_stream *stream);
void report_sent(FILE *out, const struct report_stream *stream);

#endif
