/* SPDX-License-Identifier: MIT */
/*
 * Decides how the search for the path MTU is told to people: what it found,
 * whom it agrees with, and what to do with it.
 */
#include <inttypes.h>
#include <math.h>

#include "report.h"
#include "report_line.h"
#include "report_probe.h"
#include "units.h"

void
report_mtu_init(struct report_mtu *mtu)
{
	*mtu = (struct report_mtu){.headers = REPORT_UNKNOWN,
	    .payload = REPORT_UNKNOWN,
	    .there = REPORT_UNKNOWN,
	    .too_large = REPORT_UNKNOWN,
	    .most = REPORT_UNKNOWN,
	    .told = REPORT_UNKNOWN,
	    .took_ms = NAN};
}

static bool
has_size(const struct report_mtu *m)
{
	return m->payload >= 0 && m->headers >= 0;
}

static bool
is_known(const struct report_mtu *m)
{
	return has_size(m) && m->state != SILBO_MTU_BROKEN;
}

static void
print_found(struct report_line *line, const struct report_mtu *m)
{
	int64_t packet = m->payload + m->headers;
	bool half = !has_size(m) && m->state != SILBO_MTU_SILENT &&
	    m->state != SILBO_MTU_SPENT;

	switch (half ? SILBO_MTU_SEARCHING : m->state) {
	case SILBO_MTU_FOUND:
		report_part(line, "%" PRId64 " bytes there and back", packet);
		if (m->too_large >= 0)
			report_part(line,
			    "datagrams of %" PRId64
			    " bytes come back, of %" PRId64 " do not",
			    m->payload, m->too_large);
		break;
	case SILBO_MTU_MOST:
		report_part(line, "%" PRId64 " bytes there and back", packet);
		report_part(line,
		    m->payload < SILBO_WIRE_MTU_MAX
			? "our own link takes no more"
			: "UDP takes no more");
		break;
	case SILBO_MTU_SILENT:
		report_part(
		    line, "not known: nothing came back, however small");
		break;
	case SILBO_MTU_BROKEN:
		report_part(line,
		    "not known: datagrams of %" PRId64
		    " bytes came back, and do so no longer",
		    m->payload);
		break;
	default:
		if (has_size(m))
			report_part(line, "%" PRId64 " bytes or more", packet);
		else
			report_part(line, "not known");
		report_part(line,
		    m->state == SILBO_MTU_SPENT
			? "too many were lost to be sure"
			: "the search has not ended");
	}
}

static void
print_there(FILE *out, const struct report_mtu *m)
{
	struct report_line line = report_line(out, "there");

	if (is_known(m) && m->there > m->payload)
		report_part(&line,
		    "%" PRId64 " bytes: the way back is the narrower",
		    m->there + m->headers);
	report_line_end(&line);
}

/* What routers on the way there say is no lie where only that takes it. */
static const char *
judge(const struct report_mtu *m)
{
	if (m->told == m->there)
		return " of the way there";
	if (!is_known(m) || (m->there < 0 && m->told > m->payload))
		return "";
	return ", which is not true";
}

/* Who agrees, and who does not. */
static void
print_told(FILE *out, const struct report_mtu *m)
{
	struct report_line line = report_line(out, "routers");

	if (m->told < 0) {
		if (m->state == SILBO_MTU_FOUND)
			report_part(&line,
			    "say nothing of it (no ICMP): what "
			    "is too large vanishes");
	} else if (m->told == m->payload) {
		report_part(&line, "say so, too (ICMP)");
	} else if (m->headers >= 0) {
		report_part(&line, "say %" PRId64 " bytes (ICMP)%s",
		    m->told + m->headers, judge(m));
	}
	report_line_end(&line);
}

void
report_probe_mtu(FILE *out, const struct report_probe *probe)
{
	const struct report_mtu *m = &probe->mtu;
	struct report_line line = report_line(out, "path MTU");
	char span[48];

	print_found(&line, m);
	report_line_end(&line);
	print_there(out, m);
	print_told(out, m);
	line = report_line(out, "to send");
	if (is_known(m) && m->payload >= SILBO_WIRE_MTU_MIN)
		report_part(&line, "--mtu %" PRId64 " or less", m->payload);
	else if (is_known(m))
		report_part(&line, "less than silbo send can: %d bytes",
		    SILBO_WIRE_MTU_MIN);
	report_line_end(&line);
	line = report_line(out, "asked");
	report_count(&line, probe->sent,
	    probe->sent == 1 ? "datagram" : "datagrams");
	report_count(&line, probe->answered, "answered");
	report_part(
	    &line, "%s", units_span(span, sizeof span, m->took_ms / 1e3));
	report_line_end(&line);
}
