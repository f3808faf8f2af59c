/* SPDX-License-Identifier: MIT */
/*
 * Writes the log of datagrams: times since the start on the monotonic axis,
 * what stands in clear in the header, and what was decided.  The media time is
 * that of DATA which was accepted, since only then its body is known to be
 * genuine.  What cannot be written ends the log, not what is measured.
 */
#include "packets.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define BUFFER (1 << 16)

/* Standard output is somebody's else: it is not closed. */
static FILE *
open_at(const char *path)
{
	FILE *out;
	int fd;

	if (strcmp(path, "-") != 0)
		return fopen(path, "we");
	fd = dup(STDOUT_FILENO);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (out == NULL && fd >= 0)
		close(fd);
	return out;
}

bool
packets_open(
    struct packets *p, const char *path, const char *head, silbo_time started)
{
	char quoted[256];

	*p = (struct packets){.path = path, .started = started};
	if (path == NULL)
		return true;
	p->out = open_at(path);
	if (p->out == NULL) {
		cli_error("cannot write the log of datagrams '%s': %s",
		    cli_quote(quoted, sizeof quoted, path), strerror(errno));
		cli_hint("name a file of --packets that can be written");
		return false;
	}
	setvbuf(p->out, NULL, _IOFBF, BUFFER);
	fprintf(p->out, "%s\n", head);
	return true;
}

/* At once, not when hours have been measured. */
static void
fail(struct packets *p, int reason)
{
	char quoted[256];

	cli_error("the log of datagrams '%s' is not whole: %s",
	    cli_quote(quoted, sizeof quoted, p->path), strerror(reason));
	cli_hint(reason == EPIPE
		? "keep its reader running, or give --packets a file"
		: "make room there, or give --packets another file");
	p->failed = true;
}

void
packets_end_line(struct packets *p)
{
	int reason = errno;

	if (p->out == NULL || ferror(p->out) == 0)
		return;
	fail(p, reason);
	fclose(p->out);
	p->out = NULL;
}

void
packets_flush(struct packets *p)
{
	if (p->out == NULL)
		return;
	fflush(p->out);
	packets_end_line(p);
}

static const char *
type_name(uint8_t type)
{
	static const char *const names[] = {
	    "DATA", "INFO", "RESEND", "REPORT", "NACK", "PROBE", "ECHO"};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : "";
}

static void
put_header(FILE *out, const struct silbo_header *h, const uint8_t *datagram,
    size_t len, enum silbo_verdict verdict)
{
	struct silbo_data data;
	size_t tag = h->mode == SILBO_MODE_PLAIN ? 0 : SILBO_WIRE_TAG_BYTES;

	for (size_t i = 0; i < sizeof(h->source.bytes); i++)
		fprintf(out, "%02x", h->source.bytes[i]);
	fprintf(out, ",%s,%" PRIu64 ",", type_name(h->type), h->number);
	if (h->type == SILBO_TYPE_DATA && silbo_verdict_is_accepted(verdict) &&
	    len >= SILBO_WIRE_HEADER_BYTES + tag &&
	    silbo_wire_parse_data(&data, datagram + SILBO_WIRE_HEADER_BYTES,
		len - SILBO_WIRE_HEADER_BYTES - tag) == SILBO_ACCEPTED)
		fprintf(out, "%" PRIu64, data.media_time);
}

void
packets_put_mark(struct packets *p, int mark, char end)
{
	if (mark >= 0)
		fprintf(p->out, "%d", mark);
	fputc(end, p->out);
}

void
packets_put(struct packets *p, const uint8_t *datagram, size_t len,
    const struct silbo_arrival *arrival, enum silbo_verdict verdict)
{
	struct silbo_header h;

	if (p->out == NULL)
		return;
	/* What came before the start waited in the socket. */
	fprintf(p->out, "%" PRIu64 ",",
	    arrival->at > p->started ? arrival->at - p->started : 0);
	if (silbo_wire_parse_header(&h, datagram, len) == SILBO_ACCEPTED)
		put_header(p->out, &h, datagram, len, verdict);
	else
		fputs(",,,", p->out);
	fprintf(p->out, ",%zu,%s,", len, silbo_verdict_name(verdict));
	packets_put_mark(p, arrival->tos, ',');
	packets_put_mark(p, arrival->ttl, '\n');
	packets_end_line(p);
}

bool
packets_close(struct packets *p)
{
	FILE *out = p->out;

	packets_flush(p);
	if (p->out != NULL && fclose(out) != 0)
		fail(p, errno);
	p->out = NULL;
	return !p->failed;
}
