/* SPDX-License-Identifier: MIT */
/*
 * Trace files: read once, kept until the end.  Knows files and their limits;
 * what the lines mean is silbo/trace.h.
 */
#ifndef SILBO_TOOLS_TRACES_H
#define SILBO_TOOLS_TRACES_H

#include <stdbool.h>
#include <stddef.h>

#include <silbo/trace.h>

#include "outputs.h"

#define TRACES_MAX 32
#define TRACES_FILE_MAX (128u << 20) /* bytes of one file */

struct traces {
	char directory[256]; /* where relative paths begin; "": here */
	struct {
		char path[512];
		struct silbo_trace trace;
		int64_t *values;
	} files[TRACES_MAX];
	size_t count;
};

/* directory NULL or "": relative paths begin in the current one. */
void traces_init(struct traces *traces, const char *directory);

/* All of a regular file of no more than TRACES_FILE_MAX, to be freed; NULL with
 * why, not owned by the caller. */
char *traces_read(const char *path, size_t *len, const char **why);

/*
 * The trace in a file, read when it has not been yet; of loss and of delay also
 * what recv --packets recorded.
 *
 *   why, cap  receives, when it is refused, what is wrong with it: "trace
 *             'x.txt', line 7: expected microseconds or lost"
 *
 * Returns NULL when it is refused.
 */
const struct silbo_trace *traces_get(struct traces *traces, char *why,
    size_t cap, enum silbo_trace_kind kind, const char *path);

/* None of the outputs is one of the files.  False after the message. */
bool traces_spared(
    const struct traces *traces, const struct output *outputs, size_t count);

void traces_close(struct traces *traces);

#endif
