/* SPDX-License-Identifier: MIT */
/*
 * Writes the ground truth: a line when a datagram comes in, one when its fate
 * is decided, one for each copy that goes out.  Of silbo's own datagrams type
 * and number, which are in clear, stand beside.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <silbo/wire.h>

#include "cli.h"
#include "impair.h"

#define BUFFER (1 << 16)

bool
impair_log_open(struct impair *m)
{
	char quoted[256];

	if (m->log_path == NULL)
		return true;
	m->log =
	    strcmp(m->log_path, "-") == 0 ? stdout : fopen(m->log_path, "we");
	if (m->log == NULL) {
		cli_error("cannot write the log '%s': %s",
		    cli_quote(quoted, sizeof quoted, m->log_path),
		    strerror(errno));
		return false;
	}
	setvbuf(m->log, NULL, _IOFBF, BUFFER);
	fputs("time_ns,event,way,client,datagram,copy,bytes,type,number\n",
	    m->log);
	return true;
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

static void
line(struct impair *m, silbo_time at, const char *event, uint32_t link,
    uint64_t index, int copy, size_t len, const uint8_t *data)
{
	struct silbo_header h;
	bool ours = data != NULL &&
	    silbo_wire_parse_header(&h, data, len) == SILBO_ACCEPTED;

	fprintf(m->log, "%" PRIu64 ",%s,%s,%" PRIu32 ",%" PRIu64 ",",
	    at - m->started, event, link % 2 == 0 ? "forth" : "back",
	    link / 2 + 1, index);
	if (copy >= 0)
		fprintf(m->log, "%d", copy);
	fprintf(m->log, ",%zu,", len);
	if (ours)
		fprintf(
		    m->log, "%s,%" PRIu64 "\n", type_name(h.type), h.number);
	else
		fputs(",\n", m->log);
}

void
impair_log_put(struct impair *m, uint32_t link, uint64_t index,
    const uint8_t *data, size_t len, silbo_time at)
{
	if (m->log != NULL)
		line(m, at, "in", link, index, -1, len, data);
}

void
impair_log_event(struct impair *m, const struct silbo_event *e, silbo_time at)
{
	if (e->kind == SILBO_EVENT_ARRIVAL)
		line(m, at, "out", e->link, e->index, (int)e->copy, e->len,
		    e->data);
	else if (e->fate.kind != SILBO_FATE_DELIVERED)
		line(m, at, silbo_fate_name(e->fate.kind), e->link, e->index,
		    -1, e->fate.bytes, NULL);
}

bool
impair_log_close(struct impair *m)
{
	bool failed;

	if (m->log == NULL)
		return true;
	failed = ferror(m->log) != 0;
	if ((m->log == stdout ? fflush(m->log) : fclose(m->log)) != 0)
		failed = true;
	m->log = NULL;
	return !failed;
}
