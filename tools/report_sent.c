/* SPDX-License-Identifier: MIT */
/*
 * Decides how a sender's own side is told to people: what left, how punctually,
 * and what our own machine refused.  Cannot know what arrived.
 */
#include <inttypes.h>
#include <math.h>

#include "report.h"
#include "report_line.h"

/* In the order of enum report_send_error. */
static const int errors[REPORT_SEND_KINDS] = {SILBO_ERR_BUSY, SILBO_ERR_REFUSED,
    SILBO_ERR_UNREACHABLE, SILBO_ERR_NO_ADDRESS, SILBO_ERR_DENIED,
    SILBO_ERR_TOO_LARGE, SILBO_ERR_SYSTEM};

static void
print_sent(FILE *out, const struct report_stream *stream)
{
	struct report_line line = report_line(out, "sent");

	report_count(&line, stream->sent, "datagrams");
	report_count(&line, stream->sent_info, "INFO");
	if (stream->sent_bytes >= 0 && stream->duration_s > 0)
		report_part(&line, "%" PRId64 " bytes (%.1f kb/s)",
		    stream->sent_bytes,
		    (double)stream->sent_bytes * 8 / 1000 / stream->duration_s);
	else
		report_count(&line, stream->sent_bytes, "bytes");
	report_line_end(&line);
}

static void
print_departures(FILE *out, const struct report_stream *stream)
{
	struct report_line line = report_line(out, "departures");
	const double *late = stream->lateness_ms;

	if (!isnan(late[0]) && !isnan(late[1]) && !isnan(late[2]))
		report_part(&line, "late by p50 %.2f  p99 %.2f  max %.2f ms",
		    late[0], late[1], late[2]);
	report_count(&line, stream->late_over_1ms, "more than 1 ms late");
	report_line_end(&line);
}

/* A refusal tells of the far end, the other kinds of this one. */
static void
print_errors(FILE *out, const struct report_stream *stream)
{
	struct report_line line = report_line(out, "not sent");

	report_some(&line, stream->unsent, "datagrams");
	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		if (kind != REPORT_SEND_REFUSED)
			report_some(&line, stream->send_errors[kind],
			    silbo_err_name(errors[kind]));
	report_line_end(&line);
	if (stream->send_errors[REPORT_SEND_REFUSED] > 0)
		fprintf(out, "  receiver absent: %s %" PRId64 " time%s\n",
		    silbo_err_name(SILBO_ERR_REFUSED),
		    stream->send_errors[REPORT_SEND_REFUSED],
		    stream->send_errors[REPORT_SEND_REFUSED] == 1 ? "" : "s");
}

void
report_sent(FILE *out, const struct report_stream *stream)
{
	report_heading(out, stream, "to");
	print_sent(out, stream);
	print_departures(out, stream);
	print_errors(out, stream);
}
