/* SPDX-License-Identifier: MIT */
/*
 * Writes the log of datagrams: times since the start on the monotonic axis,
 * what stands in clear in the header, and what was decided.  The media time is
 * that of DATA which was accepted, since only then its body is known to be
 * genuine.
 */
#include "packets.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli.h"

#define BUFFER (1 << 16)

bool
packets_open(struct packets *p, const char *path, silbo_time started)
{
	char quoted[256];

	p->started = started;
	p->out = NULL;
	if (path == NULL)
		return true;
	p->out = fopen(path, "we");
	if (p->out == NULL) {
		cli_error("cannot write the log of datagrams '%s': %s",
		    cli_quote(quoted, sizeof quoted, path), strerror(errno));
		return false;
	}
	setvbuf(p->out, NULL, _IOFBF, BUFFER);
	fputs(PACKETS_HEAD "\n", p->out);
	return true;
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

static void
put_mark(FILE *out, int mark, char end)
{
	if (mark >= 0)
		fprintf(out, "%d", mark);
	fputc(end, out);
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
	put_mark(p->out, arrival->tos, ',');
	put_mark(p->out, arrival->ttl, '\n');
}

bool
packets_close(struct packets *p)
{
	bool failed;

	if (p->out == NULL)
		return true;
	failed = ferror(p->out) != 0;
	if (fclose(p->out) != 0)
		failed = true;
	p->out = NULL;
	return !failed;
}
