/* SPDX-License-Identifier: MIT */
/*
 * What silbo recv says while it runs and when it ends.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "limit_report.h"
#include "recv.h"
#include "recv_reflect.h"
#include "report.h"
#include "status.h"
#include "summary.h"

#define RECV_SETTINGS 20 /* the last has no key */

/* The oldest stream that is live, else the one that ended last. */
static const struct recv_row *
row_to_show(const struct recv *r, size_t *live)
{
	const struct recv_row *show = NULL;

	*live = 0;
	for (uint32_t i = 0; i < r->rows_count; i++) {
		const struct recv_row *row = &r->rows[i];

		if (row->serial == 0)
			continue;
		*live += row->live;
		if (show == NULL || (row->live && !show->live) ||
		    (row->live == show->live &&
			(row->live ? row->serial < show->serial
				   : row->ended > show->ended)))
			show = row;
	}
	return show;
}

void
recv_show_status(struct recv *r, silbo_time now)
{
	struct report_stream first;
	struct report_live live = {
	    .elapsed_s = (double)(now - r->started) / 1e9,
	    .buffer_ms = NAN,
	    .target_ms = NAN};
	const struct recv_row *row = row_to_show(r, &live.streams_count);
	char line[512];

	recv_probers_look(r, &live.probers_count, &live.answered);
	live.reflector = recv_is_reflector(r);
	if (row != NULL) {
		recv_rows_describe(r, (uint32_t)(row - r->rows), &first);
		live.stream = &first;
	}
	if (row != NULL && row->live) {
		struct silbo_stream_report stream;

		silbo_receiver_report_stream(r->rx, row->place, &stream, NULL);
		live.buffer_ms = (double)stream.playout.delay_last_ns / 1e6;
		live.target_ms = (double)stream.playout.target_ns / 1e6;
	}
	report_live_recv(line, sizeof line, &live);
	live.brief = strlen(line) > status_room();
	if (live.brief)
		report_live_recv(line, sizeof line, &live);
	status_show(line);
}

static int
exit_status(const struct silbo_gate_report *gate, bool failed, bool exceeded)
{
	if (failed)
		return EXIT_RUNTIME;
	if (gate->received > 0 && gate->accepted == 0)
		return EXIT_UNAUTHENTIC;
	if (gate->accepted == 0)
		return EXIT_NOTHING;
	return exceeded ? EXIT_LIMIT : EXIT_DONE;
}

static int
compare_serials(const void *left, const void *right)
{
	const struct recv_row *a = *(const struct recv_row *const *)left;
	const struct recv_row *b = *(const struct recv_row *const *)right;

	return a->serial < b->serial ? -1 : a->serial > b->serial;
}

/* What a row reports, and where it was lost, as far as that is known now. */
static void
fill_stream(struct recv *r, const struct recv_row *row,
    struct report_stream *out, const struct report *report, uint64_t drops)
{
	struct silbo_stream_report stream;
	struct silbo_gate_source source;
	uint64_t gaps = row->info_gaps, accepted = row->accepted;

	recv_rows_describe(r, (uint32_t)(row - r->rows), out);
	if (row->live &&
	    recv_rows_look(r, (uint32_t)(row - r->rows), &stream, &source)) {
		gaps = stream.info_gaps;
		accepted = source.accepted;
	}
	summary_blame(out, drops, summary_refused(report), gaps,
	    report->received == report->accepted + report->taken &&
		accepted == report->accepted);
}

/* In order of appearance.  False: no memory. */
static bool
fill_streams(struct recv *r, struct report *report, uint64_t drops)
{
	const struct recv_row **rows = calloc(r->rows_count + 1, sizeof *rows);
	size_t count = 0;

	report->streams = calloc(r->rows_count + 1, sizeof *report->streams);
	if (rows == NULL || report->streams == NULL) {
		free(rows);
		return false;
	}
	for (uint32_t i = 0; i < r->rows_count; i++)
		if (r->rows[i].serial > 0)
			rows[count++] = &r->rows[i];
	qsort(rows, count, sizeof *rows, compare_serials);
	for (size_t i = 0; i < count; i++)
		fill_stream(r, rows[i], &report->streams[i], report, drops);
	report->streams_count = count;
	free(rows);
	return true;
}

/* 0 stands for no limit. */
static double
seconds_or_none(int64_t ns)
{
	return ns > 0 ? (double)ns / 1e9 : NAN;
}

/* The settings in effect; report->config points to config. */
static void
describe(const struct recv *r, struct report *report,
    struct report_setting config[RECV_SETTINGS])
{
	const struct report_setting settings[RECV_SETTINGS] = {
	    {"port", NULL, silbo_addr_port(&r->local), -1},
	    {"listen", r->listen, NAN, -1},
	    {"group", r->group, NAN, -1},
	    {"interface", r->interface, NAN, -1},
	    {"encrypted", NULL, NAN, r->keys_count > 0},
	    {"max_age_s", NULL, seconds_or_none(r->max_age), -1},
	    {"duration_s", NULL, seconds_or_none(r->duration), -1},
	    {"once", NULL, NAN, r->once},
	    {"playout", "fixed", NAN, -1},
	    {"fixed_delay_ms", NULL, (double)r->delay / 1e6, -1},
	    {"wait_ms", NULL, (double)r->wait / 1e6, -1},
	    {"mtu_bytes", NULL, (double)r->mtu, -1},
	    {"output", r->output, NAN, -1},
	    {"packets", r->packets_path, NAN, -1},
	    {"mix", NULL, NAN, r->output != NULL ? r->mix : -1},
	    {"channels", NULL, r->mix ? (double)r->channels : NAN, -1},
	    {"fail_if", r->fail_if, NAN, -1},
	    {"reflect", NULL, NAN, r->reflects},
	    {"reflect_rate", NULL, r->reflects ? (double)r->reflect_rate : NAN,
		-1},
	    {NULL, NULL, NAN, -1},
	};

	memcpy(config, settings, sizeof settings);
	*report = (struct report){.role = r->role,
	    .start_wall_ns = r->started_wall,
	    .config = config,
	    .receive_buffer = r->udp.receive_buffer};
}

void
recv_tell_start(struct recv *r)
{
	struct report_setting config[RECV_SETTINGS];
	struct report report;

	describe(r, &report, config);
	events_start(&r->events, &report);
}

/* The counts so far; see release_report.  False: no memory. */
static bool
fill_report(struct recv *r, struct report *report,
    struct report_reflected *reflected, struct silbo_gate_report *gate)
{
	uint64_t drops = silbo_udp_drops(&r->udp);

	silbo_receiver_report(r->rx, gate);
	summary_datagrams(report, gate);
	report->duration_s = (double)(silbo_clock_now() - r->started) / 1e9;
	report->socket_drops = (int64_t)drops;
	report->stamps_refused = (int64_t)r->udp.stamps_refused;
	report->forgotten = r->forgotten;
	summary_clock(report, &r->wall.steps);
	if (fill_streams(r, report, drops) &&
	    recv_probers_report(r, reflected, &report->reflected))
		return true;
	cli_error("not enough memory for the report");
	free(report->streams);
	free(reflected->probers);
	return false;
}

static void
release_report(struct report *report, struct report_reflected *reflected)
{
	free(report->streams);
	free(reflected->probers);
}

void
recv_tell_report(struct recv *r)
{
	struct report_setting config[RECV_SETTINGS];
	struct report_reflected reflected = {.count = 0};
	struct silbo_gate_report gate;
	struct report report;

	status_clear();
	describe(r, &report, config);
	if (!fill_report(r, &report, &reflected, &gate))
		return;
	report_text(stderr, &report);
	release_report(&report, &reflected);
}

int
recv_finish(struct recv *r)
{
	struct report_setting config[RECV_SETTINGS];
	struct report_reflected reflected = {.count = 0};
	struct silbo_gate_report gate;
	struct report report;
	char why[256] = "", quoted[256];
	int status;

	status_clear();
	recv_finish_sound(r);
	describe(r, &report, config);
	if (!fill_report(r, &report, &reflected, &gate))
		return EXIT_RUNTIME;
	if (r->failed != 0) {
		snprintf(why, sizeof why, "recording: %s", strerror(r->failed));
		report.error = why;
	}
	status = exit_status(
	    &gate, r->failed != 0, limits_judge(&r->limits, &report));
	report_text(stderr, &report);
	if (r->json != NULL && report_json(r->json, &report) < 0) {
		cli_error("cannot write %s: %s",
		    cli_quote(quoted, sizeof quoted, r->json), strerror(errno));
		status = EXIT_RUNTIME;
	}
	if (!events_end(&r->events, &report, r->close_by))
		status = EXIT_RUNTIME;
	release_report(&report, &reflected);
	return status;
}
