/* SPDX-License-Identifier: MIT */
/*
 * Decides how much of a trace file is believed to be one: a regular file, not
 * too large, read in one go.  Does not know what a trace does.
 */
#include "traces.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "packets_trace.h"

#define QUOTED 160 /* so that the reason has room behind it */

void
traces_init(struct traces *traces, const char *directory)
{
	memset(traces, 0, sizeof(*traces));
	if (directory != NULL)
		snprintf(traces->directory, sizeof(traces->directory), "%s",
		    directory);
}

char *
traces_read(const char *path, size_t *len, const char **why)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat file;
	char *text = NULL;
	ssize_t got = 0;
	size_t size;

	*why = NULL;
	if (fd < 0 || fstat(fd, &file) < 0)
		goto out;
	*why = S_ISDIR(file.st_mode)                ? "it is a directory"
	    : !S_ISREG(file.st_mode)                ? "it is not a regular file"
	    : file.st_size > (off_t)TRACES_FILE_MAX ? "it has more than 128 MiB"
						    : NULL;
	if (*why != NULL)
		goto out;
	size = (size_t)file.st_size;
	text = malloc(size + 1);
	for (*len = 0; text != NULL && *len < size; *len += (size_t)got) {
		got = read(fd, text + *len, size - *len);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got <= 0)
			break;
	}
	if (got < 0) {
		free(text);
		text = NULL;
	}
out:
	if (text == NULL && *why == NULL)
		*why = strerror(errno);
	if (fd >= 0)
		close(fd);
	return text;
}

static bool
parse(struct silbo_trace *trace, int64_t **values, char *why, size_t cap,
    enum silbo_trace_kind kind, const char *quoted, const char *text,
    size_t len)
{
	uint64_t count = silbo_trace_values(kind, text, len);
	struct silbo_trace_error error = {0};
	int status = SILBO_ERR_TOO_LARGE;

	*values = NULL;
	if (count <= SILBO_TRACE_VALUES_MAX) {
		*values = malloc((size_t)(count + 1) * sizeof(**values));
		if (*values == NULL) {
			snprintf(
			    why, cap, "trace '%s': not enough memory", quoted);
			return false;
		}
		status = silbo_trace_parse(
		    trace, *values, (size_t)count + 1, kind, text, len, &error);
	}
	if (status == 0)
		return true;
	free(*values);
	if (status == SILBO_ERR_EMPTY)
		snprintf(why, cap, "trace '%s' is empty", quoted);
	else if (status == SILBO_ERR_TOO_LARGE)
		snprintf(why, cap, "trace '%s' has more than %u values", quoted,
		    SILBO_TRACE_VALUES_MAX);
	else if (error.line > 0)
		snprintf(why, cap, "trace '%s', line %" PRIu64 ": expected %s",
		    quoted, error.line, error.why);
	else
		snprintf(why, cap, "'%s' is not a trace: %s", quoted,
		    error.why != NULL ? error.why : silbo_err_name(status));
	return false;
}

/* As recv --packets wrote it, where that says what this kind asks. */
static bool
parse_log(struct silbo_trace *trace, int64_t **values, char *why, size_t cap,
    enum silbo_trace_kind kind, const char *quoted, const char *text,
    size_t len)
{
	struct silbo_trace_error error = {0};
	struct packets_trace made;

	if ((kind != SILBO_TRACE_DELAY && kind != SILBO_TRACE_LOSS) ||
	    !packets_trace_is(text, len))
		return parse(trace, values, why, cap, kind, quoted, text, len);
	if (packets_trace_make(&made, &error, kind, text, len)) {
		*trace = made.trace;
		*values = made.values;
		return true;
	}
	if (error.line > 0)
		snprintf(why, cap, "trace '%s', line %" PRIu64 ": %s", quoted,
		    error.line, error.why);
	else
		snprintf(why, cap, "trace '%s': %s", quoted, error.why);
	return false;
}

/* Relative paths begin in the directory. */
static bool
join(char *out, size_t cap, const char *directory, const char *path)
{
	bool whole = path[0] == '/' || directory[0] == '\0';
	int n;

	if (whole)
		n = snprintf(out, cap, "%s", path);
	else
		n = snprintf(out, cap, "%s/%s", directory, path);
	return n >= 0 && (size_t)n < cap;
}

const struct silbo_trace *
traces_get(struct traces *traces, char *why, size_t cap,
    enum silbo_trace_kind kind, const char *path)
{
	char full[512], quoted[QUOTED];
	const char *reason = NULL;
	size_t len = 0, i = 0;
	bool parsed;
	char *text;

	if (!join(full, sizeof full, traces->directory, path)) {
		snprintf(why, cap, "the path of this trace is too long");
		return NULL;
	}
	for (; i < traces->count; i++)
		if (traces->files[i].trace.kind == kind &&
		    strcmp(traces->files[i].path, full) == 0)
			return &traces->files[i].trace;
	cli_quote(quoted, sizeof quoted, full);
	if (i == TRACES_MAX) {
		snprintf(why, cap, "more than %d traces", TRACES_MAX);
		return NULL;
	}
	text = traces_read(full, &len, &reason);
	if (text == NULL) {
		snprintf(
		    why, cap, "cannot read trace '%s': %s", quoted, reason);
		return NULL;
	}
	parsed = parse_log(&traces->files[i].trace, &traces->files[i].values,
	    why, cap, kind, quoted, text, len);
	free(text);
	if (!parsed)
		return NULL;
	snprintf(
	    traces->files[i].path, sizeof(traces->files[i].path), "%s", full);
	traces->count++;
	return &traces->files[i].trace;
}

bool
traces_spared(
    const struct traces *traces, const struct output *outputs, size_t count)
{
	for (size_t i = 0; i < traces->count; i++)
		if (!outputs_spare(outputs, count,
			&(struct input){"a trace", traces->files[i].path}))
			return false;
	return true;
}

void
traces_close(struct traces *traces)
{
	for (size_t i = 0; i < traces->count; i++)
		free(traces->files[i].values);
	traces->count = 0;
}
