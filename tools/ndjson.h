/* SPDX-License-Identifier: MIT */
/*
 * Lines of JSON to a file or a pipe, one at a time, flushed at once.  Never
 * waits for a reader: a line that finds no room is dropped whole, and counted.
 */
#ifndef SILBO_TOOLS_NDJSON_H
#define SILBO_TOOLS_NDJSON_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <silbo/defs.h>

struct ndjson {
	int fd;     /* -1: closed, or failed */
	char *rest; /* of a line that was begun; owned; NULL: none */
	size_t rest_len, rest_at;
	uint64_t dropped; /* lines, for want of room */
};

/* path "-" is standard output.  Waits for the reader of a named pipe.  Returns
 * 0, or -1 with errno kept. */
int ndjson_open(struct ndjson *out, const char *path);

/* Write one line.  Returns 0, also when it was dropped, or -1 with errno kept;
 * then nothing more is written. */
int ndjson_put(struct ndjson *out, const json_t *object);

/* Is the reader behind?  Wait for it until then, no longer. */
int ndjson_settle(struct ndjson *out, silbo_time until);

void ndjson_close(struct ndjson *out);

#endif
