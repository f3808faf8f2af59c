/* SPDX-License-Identifier: MIT */
/*
 * What recv --packets recorded, as a trace: of one stream, the one with the
 * most DATA, which came and how much later than the fastest.
 *
 * It knows the lines of the log; it does not know files, nor who plays it.
 */
#ifndef SILBO_TOOLS_PACKETS_TRACE_H
#define SILBO_TOOLS_PACKETS_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include <silbo/trace.h>

struct packets_trace {
	struct silbo_trace trace; /* a value for each number */
	int64_t *values;          /* its memory: the caller's to free */
	int64_t frame_ns;         /* from one number to the next */
	uint64_t frame_line;      /* where that was seen */
	char stream[40];
	size_t streams; /* in the log */
	uint64_t lost, duplicates;
};

/* Does it begin as such a log does? */
bool packets_trace_is(const char *text, size_t len);

/*
 * Make one.
 *
 *   kind   SILBO_TRACE_LOSS or SILBO_TRACE_DELAY
 *   error  receives what is wrong; line 0: with the whole
 */
bool packets_trace_make(struct packets_trace *t,
    struct silbo_trace_error *error, enum silbo_trace_kind kind,
    const char *text, size_t len);

#endif
