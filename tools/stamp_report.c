/* SPDX-License-Identifier: MIT */
/*
 * What a reflector of STAMP tells people.  Of the sessions those that sent the
 * most.
 */
#include <inttypes.h>

#include "report_line.h"
#include "stamp.h"
#include "units.h"

unsigned
stamp_busiest(
    const struct stamp_reflect *s, struct silbo_stamp_session told[STAMP_TOLD])
{
	struct silbo_stamp_report n;
	struct silbo_stamp_session session;
	unsigned count = 0;

	silbo_stamp_reflector_report(s->r, &n);
	for (uint32_t i = 0; i < n.sessions; i++) {
		unsigned at;

		silbo_stamp_reflector_get(s->r, &session, i);
		for (at = count;
		     at > 0 && told[at - 1].received < session.received; at--)
			if (at < STAMP_TOLD)
				told[at] = told[at - 1];
		if (at < STAMP_TOLD)
			told[at] = session;
		if (count < STAMP_TOLD)
			count++;
	}
	return count;
}

static void
tell_refused(FILE *out, const struct silbo_stamp_report *n)
{
	struct report_line line = report_line(out, "refused");

	report_some(&line, (int64_t)n->too_short,
	    "too short: the answer would be longer");
	report_some(&line, (int64_t)n->too_long, "too long");
	report_some(&line, (int64_t)n->bad_port, "from a port below 1024");
	report_some(&line, (int64_t)n->corrupt, "with no error estimate");
	report_some(&line, (int64_t)n->looped, "answers of a reflector");
	report_some(&line, (int64_t)n->withheld, "above a limit of rate");
	report_some(&line, (int64_t)n->table_full, "with no place left");
	report_line_end(&line);
}

void
stamp_tell(const struct stamp_reflect *s, FILE *out, silbo_time now)
{
	struct silbo_stamp_session told[STAMP_TOLD];
	unsigned count = stamp_busiest(s, told);
	struct silbo_stamp_report n;
	char text[SILBO_ADDR_TEXT_BYTES], span[48];
	struct report_line line;

	silbo_stamp_reflector_report(s->r, &n);
	silbo_addr_text(text, &s->local);
	line = report_line(out, NULL);
	report_part(&line, "reflect %s", text);
	report_part(&line, "%s",
	    units_span(span, sizeof span, (double)(now - s->started) / 1e9));
	report_part(&line, "STAMP, %s, not authenticated",
	    s->stateless ? "stateless" : "stateful");
	report_line_end(&line);
	line = report_line(out, "answered");
	report_part(&line, "%" PRIu64 " of %" PRIu64, n.answered, n.received);
	report_some(&line, (int64_t)s->unsent, "could not be sent");
	report_line_end(&line);
	tell_refused(out, &n);
	for (unsigned i = 0; i < count; i++) {
		line = report_line(out, i == 0 ? "sessions" : "");
		silbo_addr_text(text, &told[i].peer);
		report_part(&line, "%s", text);
		report_part(&line, "%" PRIu64 " of %" PRIu64 " answered",
		    told[i].answered, told[i].received);
		report_line_end(&line);
	}
	if (n.begun > count)
		fprintf(out, "              and %" PRIu64 " more\n",
		    n.begun - count);
}
