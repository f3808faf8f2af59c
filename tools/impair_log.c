/* SPDX-License-Identifier: MIT */
/*
 * Writes the ground truth: a line when a datagram comes in, one when it is
 * decided that it is not delivered, one for each copy that goes out.  Of
 * silbo's own datagrams type and number, which are in clear, stand beside.
 *
 * Datagrams do not wait for the log: what a slow reader leaves no room for is
 * dropped in whole lines, and counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <silbo/wire.h>

#include "cli.h"
#include "impair.h"

#define BUFFER (1 << 20)
#define ENOUGH (1 << 16) /* written at once */
#define LINE 256
#define SETTLE_MS 300 /* for a reader who is behind, at the end */

static const char heading[] =
    "time_ns,event,way,client,datagram,copy,bytes,damaged,type,number\n";

bool
impair_log_open(struct impair *m)
{
	struct impair_log *log = &m->log;
	char quoted[256];
	struct stat file;

	log->fd = -1;
	if (m->log_path == NULL)
		return true;
	run_release_signals_for(m->log_path);
	log->fd = strcmp(m->log_path, "-") == 0
	    ? dup(STDOUT_FILENO)
	    : open(m->log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	run_hold_signals();
	log->buf = malloc(BUFFER);
	if (log->fd < 0 || log->buf == NULL || fstat(log->fd, &file) < 0) {
		cli_error("cannot write the log '%s': %s",
		    cli_quote(quoted, sizeof quoted, m->log_path),
		    strerror(errno));
		cli_hint("choose another place with --log");
		return false;
	}
	log->waits = !S_ISREG(file.st_mode);
	log->len = sizeof(heading) - 1;
	memcpy(log->buf, heading, log->len);
	return true;
}

/* Said once; what is on its way goes on. */
static void
fail(struct impair *m)
{
	cli_error("the log ends here: %s", strerror(errno));
	cli_hint("the datagrams go on, and are counted");
	m->log.failed = true;
	m->failure = "the log could not be written";
	close(m->log.fd);
	m->log.fd = -1;
}

/* Bytes to the file; a pipe is asked whether it has room, and then takes
 * PIPE_BUF of them without waiting (pipe(7)). */
static void
drain(struct impair *m, int wait_ms)
{
	struct impair_log *log = &m->log;
	size_t done = 0;

	while (log->fd >= 0 && done < log->len) {
		struct pollfd room = {.fd = log->fd, .events = POLLOUT};
		size_t step = log->len - done;
		ssize_t n;

		if (log->waits && poll(&room, 1, wait_ms) <= 0)
			break;
		if (log->waits && step > PIPE_BUF)
			step = PIPE_BUF;
		n = write(log->fd, log->buf + done, step);
		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		else if (n < 0 && errno != EINTR)
			fail(m);
	}
	log->len -= done;
	memmove(log->buf, log->buf + done, log->len);
}

void
impair_log_flush(struct impair *m)
{
	if (m->log.fd >= 0 && m->log.len > 0)
		drain(m, 0);
}

/* As docs/wire-format.md calls them. */
static const char *
type_name(enum silbo_type type)
{
	static const char *const names[] = {
	    "DATA", "INFO", "RESEND", "REPORT", "NACK", "PROBE", "ECHO"};

	return (size_t)type < sizeof(names) / sizeof(names[0]) ? names[type]
							       : "";
}

/* Type and number of silbo's own; "," of others. */
static void
describe(char *out, size_t cap, const uint8_t *data, size_t len)
{
	struct silbo_header h;

	if (data != NULL &&
	    silbo_wire_parse_header(&h, data, len) == SILBO_ACCEPTED)
		snprintf(out, cap, "%s,%" PRIu64, type_name(h.type), h.number);
	else
		snprintf(out, cap, ",");
}

void
impair_log_line(struct impair *m, const struct impair_line *line)
{
	struct impair_log *log = &m->log;
	char index[24] = "", copy[12] = "", what[48];
	silbo_time at = line->at > m->started ? line->at - m->started : 0;

	if (log->fd < 0)
		return;
	if (log->len >= ENOUGH)
		drain(m, 0);
	if (log->len + LINE > BUFFER) {
		log->dropped++;
		return;
	}
	if (line->index != NULL)
		snprintf(index, sizeof index, "%" PRIu64, *line->index);
	if (line->copy >= 0)
		snprintf(copy, sizeof copy, "%d", line->copy);
	describe(what, sizeof what, line->data, line->len);
	log->len += (size_t)snprintf(log->buf + log->len, LINE,
	    "%" PRIu64 ",%s,%s,%" PRIu32 ",%s,%s,%zu,%" PRIu32 ",%s\n", at,
	    line->event, impair_way_names[line->way], line->client->number,
	    index, copy, line->len, line->damaged, what);
}

bool
impair_log_close(struct impair *m)
{
	struct impair_log *log = &m->log;
	bool whole = !log->failed;

	if (log->fd >= 0) {
		drain(m, SETTLE_MS);
		for (size_t i = 0; i < log->len; i++)
			log->dropped += log->buf[i] == '\n';
		if (log->fd >= 0 && close(log->fd) != 0)
			fail(m);
		whole = !log->failed && log->dropped == 0;
		log->fd = -1;
	}
	if (!whole && !log->failed) {
		m->failure = "the log is not whole";
		cli_error("%s: its reader was behind, %" PRIu64 " lines were "
			  "dropped",
		    m->failure, log->dropped);
	}
	free(log->buf);
	log->buf = NULL;
	return whole;
}
