/* SPDX-License-Identifier: MIT */
/*
 * What silbo recv says while it runs and when it ends.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "recv.h"
#include "report.h"
#include "status.h"
#include "summary.h"

static void
describe(const struct recv *r, struct report_stream *out, uint32_t i)
{
	struct silbo_stream_report stream;
	struct silbo_gate_source source;

	report_stream_init(out);
	silbo_receiver_report_stream(r->rx, i, &stream, &source);
	summary_stream(out, &stream, &source);
}

void
recv_show_status(struct recv *r, silbo_time now)
{
	struct silbo_stream_report stream;
	struct silbo_gate_source source;
	struct report_stream first;
	struct report_live live = {
	    .elapsed_s = (double)(now - r->started) / 1e9};
	char line[512];

	live.streams_count = r->streams;
	if (r->streams > 0) {
		describe(r, &first, 0);
		silbo_receiver_report_stream(r->rx, 0, &stream, &source);
		live.stream = &first;
		live.buffer_ms = (double)stream.playout.delay_last_ns / 1e6;
		live.target_ms = (double)stream.playout.target_ns / 1e6;
	}
	report_live_recv(line, sizeof line, &live);
	status_show(line);
}

/* Returns 0 or the errno of the first recording that failed. */
static int
close_recordings(struct recv *r)
{
	int first = 0;

	for (uint32_t i = 0; i < r->streams; i++) {
		struct silbo_stream_report stream;
		struct silbo_gate_source source;
		int err;

		silbo_receiver_report_stream(r->rx, i, &stream, &source);
		err = recording_close(&r->recordings[i], &stream.playout);
		if (first == 0)
			first = err;
	}
	return first;
}

static int
exit_status(const struct silbo_gate_report *gate, int failed)
{
	if (failed != 0)
		return EXIT_RUNTIME;
	if (gate->received > 0 && gate->accepted == 0)
		return EXIT_UNAUTHENTIC;
	if (gate->accepted == 0)
		return EXIT_NOTHING;
	return EXIT_DONE;
}

static void
fill_streams(struct recv *r, struct report *report, uint64_t drops)
{
	uint64_t rejected = report->received - report->accepted;
	bool alone = r->streams == 1 && rejected == 0;

	for (uint32_t i = 0; i < r->streams; i++) {
		struct report_stream *out = &report->streams[i];
		struct recording *rec = &r->recordings[i];
		struct silbo_stream_report stream;
		struct silbo_gate_source source;

		describe(r, out, i);
		silbo_receiver_report_stream(r->rx, i, &stream, &source);
		summary_blame(out, drops, stream.info_gaps, alone);
		if (rec->opened && rec->failed_errno == 0) {
			snprintf(
			    out->file, sizeof out->file, "%.255s", rec->path);
			out->samples = (int64_t)rec->written;
		}
		out->undecodable = (int64_t)rec->undecodable;
		out->intervals = r->intervals;
		out->intervals_stream = i;
	}
}

int
recv_finish(struct recv *r)
{
	const struct report_setting config[] = {
	    {"port", NULL, silbo_addr_port(&r->local), -1},
	    {"encrypted", NULL, NAN, r->keys_count > 0},
	    {"playout", "fixed", NAN, -1},
	    {"fixed_delay_ms", NULL, (double)r->delay / 1e6, -1},
	    {"wait_ms", NULL, (double)r->wait / 1e6, -1},
	    {"mtu_bytes", NULL, (double)r->mtu, -1},
	    {"output", r->output, NAN, -1},
	    {NULL, NULL, NAN, -1},
	};
	struct report report = {.role = "recv",
	    .start_wall_ns = r->started_wall,
	    .config = config,
	    .receive_buffer = r->udp.receive_buffer};
	silbo_time now = silbo_clock_now();
	struct silbo_gate_report gate;
	uint64_t drops = silbo_udp_drops(&r->udp);
	char why[256] = "", quoted[256];
	int failed, status;

	status_clear();
	silbo_receiver_on_time(r->rx, now);
	failed = close_recordings(r);
	silbo_receiver_report(r->rx, &gate);
	summary_datagrams(&report, &gate);
	report.duration_s = (double)(now - r->started) / 1e9;
	report.socket_drops = (int64_t)drops;
	report.streams_count = r->streams;
	report.streams = calloc(r->streams + 1, sizeof *report.streams);
	if (report.streams == NULL) {
		cli_error("not enough memory for the report");
		return EXIT_RUNTIME;
	}
	fill_streams(r, &report, drops);
	if (failed != 0) {
		snprintf(why, sizeof why, "recording: %s", strerror(failed));
		report.error = why;
	}
	report_text(stderr, &report);
	status = exit_status(&gate, failed);
	if (r->json != NULL && report_json(r->json, &report) < 0) {
		cli_error("cannot write %s: %s",
		    cli_quote(quoted, sizeof quoted, r->json), strerror(errno));
		status = EXIT_RUNTIME;
	}
	free(report.streams);
	return status;
}
