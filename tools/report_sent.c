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
const char *
report_send_error_text(enum report_send_error kind)
{
	static const int errors[] = {SILBO_ERR_BUSY, SILBO_ERR_REFUSED,
	    SILBO_ERR_UNREACHABLE, SILBO_ERR_NO_ADDRESS, SILBO_ERR_DENIED,
	    SILBO_ERR_TOO_LARGE, SILBO_ERR_SYSTEM};
	static const char *const notices[] = {"unreachable behind a router",
	    "prohibited by a firewall", "too long for a link on the way",
	    "out of hops", "other objections"};

	return kind <= REPORT_SEND_OTHER
	    ? silbo_err_name(errors[kind])
	    : notices[kind - REPORT_SEND_OTHER - 1];
}

static void
print_sent(FILE *out, const struct report_stream *stream)
{
	struct report_line line = report_line(out, "sent");

	report_number(&line, stream->sent, "datagram");
	report_count(&line, stream->sent_info, "INFO");
	if (stream->sent_bytes >= 0 && stream->duration_s > 0)
		report_part(&line, "%" PRId64 " bytes (%.1f kb/s)",
		    stream->sent_bytes,
		    (double)stream->sent_bytes * 8 / 1000 / stream->duration_s);
	else
		report_number(&line, stream->sent_bytes, "byte");
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

/* A receiver has a stream for each. */
static void
print_sources(FILE *out, const struct report_stream *stream)
{
	if (stream->sources > 1)
		fprintf(out, "  sources     %" PRId64 ", the last is %.4s\n",
		    stream->sources, stream->source);
}

/* Media time that nothing was sent for. */
static void
print_skipped(FILE *out, const struct report_stream *stream)
{
	struct report_line line = report_line(out, "skipped");

	if (stream->skipped_s > 0)
		report_part(&line,
		    "%.2f s without datagrams: nothing to send, "
		    "or held up",
		    stream->skipped_s);
	report_line_end(&line);
}

/* What this machine refused, and what is said of datagrams that left: no loss
 * is to be looked for twice. */
static void
print_errors(FILE *out, const struct report_stream *stream)
{
	int64_t refused = stream->send_errors[REPORT_SEND_REFUSED];
	/* What has left is dropped here where no neighbour answers. */
	struct report_line line =
	    report_line(out, stream->unsent > 0 ? "not sent" : "lost here");

	report_some_of(&line, stream->unsent, "datagram");
	for (int kind = 0; kind <= REPORT_SEND_OTHER; kind++)
		if (kind != REPORT_SEND_REFUSED)
			report_some(&line, stream->send_errors[kind],
			    report_send_error_text(
				(enum report_send_error)kind));
	report_line_end(&line);
	line = report_line(out, "on the way");
	for (int kind = REPORT_SEND_OTHER + 1; kind < REPORT_SEND_KINDS; kind++)
		report_some(&line, stream->send_errors[kind],
		    report_send_error_text((enum report_send_error)kind));
	report_line_end(&line);
	if (refused > 0)
		fprintf(out, "  receiver absent: %s %" PRId64 " time%s\n",
		    report_send_error_text(REPORT_SEND_REFUSED), refused,
		    refused == 1 ? "" : "s");
}

/* One line for each of several. */
static void
print_targets(FILE *out, const struct report_stream *stream)
{
	for (size_t i = 0;
	     stream->targets_count > 1 && i < stream->targets_count; i++) {
		const struct report_target *target = &stream->targets[i];
		struct report_line line = report_line(out, "to");

		report_part(&line, "%s", target->peer);
		report_number(&line, target->sent, "datagram");
		report_some(&line, target->unsent, "not sent");
		for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
			report_some(&line, target->errors[kind],
			    report_send_error_text(
				(enum report_send_error)kind));
		report_line_end(&line);
	}
}

void
report_sent(FILE *out, const struct report_stream *stream)
{
	report_heading(out, stream, "to");
	print_sent(out, stream);
	print_targets(out, stream);
	print_departures(out, stream);
	print_sources(out, stream);
	print_skipped(out, stream);
	print_errors(out, stream);
}
