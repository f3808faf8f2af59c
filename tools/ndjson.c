/* SPDX-License-Identifier: MIT */
/*
 * Decides how a line of JSON reaches a reader that may be slow, or gone.  Does
 * not know what a line says.
 *
 * A pipe is asked first whether it has room.  If so it takes PIPE_BUF bytes
 * without waiting (pipe(7)), so no line is written in larger steps.  That needs
 * no O_NONBLOCK, which standard output would hand on to the shell and to every
 * other process that shares it.
 */
#include "ndjson.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run.h"

/* Every real is rounded before; 15 digits print what was meant. */
#define FORMAT (JSON_COMPACT | JSON_REAL_PRECISION(15))

int
ndjson_open(struct ndjson *out, const char *path)
{
	*out = (struct ndjson){.fd = -1};
	if (strcmp(path, "-") == 0)
		out->fd = dup(STDOUT_FILENO);
	else
		out->fd =
		    open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	return out->fd < 0 ? -1 : 0;
}

void
ndjson_close(struct ndjson *out)
{
	if (out->fd >= 0)
		close(out->fd);
	out->fd = -1;
	free(out->rest);
	out->rest = NULL;
}

/* A file at its limit, or a full disk, took half a line: give it back. */
static void
cut_line(struct ndjson *out)
{
	struct stat st;
	off_t at = lseek(out->fd, 0, SEEK_CUR);

	if (out->rest == NULL || out->rest_at == 0 || fstat(out->fd, &st) < 0 ||
	    !S_ISREG(st.st_mode) || st.st_size != at ||
	    at < (off_t)out->rest_at)
		return;
	if (ftruncate(out->fd, at - (off_t)out->rest_at) < 0)
		return; /* there is nothing more to be done */
}

static int
fail(struct ndjson *out)
{
	int reason = errno;

	cut_line(out);
	ndjson_close(out);
	errno = reason;
	return -1;
}

/* Write what is left of the line.  Returns 1 when all of it is out, 0 when
 * there is no room now, or -1. */
static int
write_rest(struct ndjson *out, silbo_time until)
{
	struct pollfd room = {.fd = out->fd, .events = POLLOUT};

	while (out->rest_at < out->rest_len) {
		size_t step = out->rest_len - out->rest_at;
		int ready = poll(&room, 1, run_wait_ms(until, INT_MAX));
		ssize_t n;

		if (ready == 0)
			return 0;
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0)
			return -1;
		n = write(out->fd, out->rest + out->rest_at,
		    step < PIPE_BUF ? step : PIPE_BUF);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n < 0 && errno != EINTR)
			return -1;
		out->rest_at += n > 0 ? (size_t)n : 0;
	}
	free(out->rest);
	out->rest = NULL;
	return 1;
}

int
ndjson_put(struct ndjson *out, const json_t *object)
{
	int done;
	size_t len;

	if (out->fd < 0)
		return 0;
	done = out->rest == NULL ? 1 : write_rest(out, 0);
	if (done < 0)
		return fail(out);
	if (done == 0) {
		out->dropped++;
		return 0;
	}
	len = json_dumpb(object, NULL, 0, FORMAT);
	out->rest = len == 0 ? NULL : malloc(len + 1);
	if (out->rest == NULL) {
		errno = ENOMEM;
		return fail(out);
	}
	json_dumpb(object, out->rest, len, FORMAT);
	out->rest[len] = '\n';
	out->rest_len = len + 1;
	out->rest_at = 0;
	done = write_rest(out, 0);
	if (done == 0 && out->rest_at == 0) {
		out->dropped++;
		free(out->rest);
		out->rest = NULL;
	}
	return done < 0 ? fail(out) : 0;
}

int
ndjson_settle(struct ndjson *out, silbo_time until)
{
	if (out->fd < 0)
		return 0;
	if (out->rest != NULL) {
		if (write_rest(out, until) < 0)
			return fail(out);
		return 0;
	}
	(void)poll(&(struct pollfd){.fd = out->fd, .events = POLLOUT}, 1,
	    run_wait_ms(until, INT_MAX));
	return 0;
}
