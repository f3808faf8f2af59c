/* SPDX-License-Identifier: MIT */
/*
 * What silbo send says while it runs and when it ends.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "limit_report.h"
#include "send.h"
#include "status.h"
#include "summary.h"
#include "units.h"

#define SEND_SETTINGS 17 /* the last has no key */

void
send_show_status(struct send *s, silbo_time now)
{
	struct silbo_sender_report tx;
	uint64_t seconds = (now - s->started) / SILBO_NS_PER_S;
	char line[256], sent[32];

	send_total(s, &tx);
	snprintf(line, sizeof line,
	    "send %02u:%02u  opus %g kb/s %g ms  sent %s  not sent %llu",
	    (unsigned)(seconds / 60), (unsigned)(seconds % 60),
	    (double)s->bitrate / 1e3, (double)s->frame_ns / 1e6,
	    units_grouped(sent, sizeof sent, tx.data),
	    (unsigned long long)s->unsent);
	status_show(line);
}

/* The stream's errors are the sum of those of its targets. */
static void
fill_targets(const struct send *s, struct report_stream *out)
{
	static struct report_target targets[SEND_TARGETS_MAX];

	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		out->send_errors[kind] = 0;
	for (size_t i = 0; i < s->targets_count; i++) {
		const struct send_target *t = &s->targets[i];

		silbo_addr_text(targets[i].peer, &t->to.peers[t->to.peer]);
		cli_quote(targets[i].name, sizeof targets[i].name, t->to.text);
		targets[i].sent = (int64_t)t->sent;
		targets[i].unsent = (int64_t)t->unsent;
		for (int kind = 0; kind < REPORT_SEND_KINDS; kind++) {
			targets[i].errors[kind] = (int64_t)t->errors[kind];
			out->send_errors[kind] += targets[i].errors[kind];
		}
	}
	out->targets = targets;
	out->targets_count = s->targets_count;
}

static void
put_id(char out[2 * SILBO_WIRE_SOURCE_BYTES + 1], const struct silbo_source *id)
{
	for (size_t i = 0; i < SILBO_WIRE_SOURCE_BYTES; i++)
		snprintf(out + 2 * i, 3, "%02x", id->bytes[i]);
}

static void
fill_late(double ms[3], const struct silbo_quantile *late)
{
	static const unsigned per_mille[3] = {500, 990, 1000};

	for (int i = 0; i < 3 && silbo_quantile_count(late) > 0; i++)
		ms[i] = (double)silbo_quantile_get(late, per_mille[i]) / 1e6;
}

static void
fill_stream(const struct send *s, struct report_stream *out,
    const struct silbo_sender_report *tx)
{
	report_stream_init(out);
	put_id(out->id, &s->first);
	put_id(out->source, &s->id);
	out->sources = (int64_t)s->sources;
	if (s->targets_count == 1)
		silbo_addr_text(
		    out->peer, &s->targets[0].to.peers[s->targets[0].to.peer]);
	cli_quote(out->name, sizeof out->name, s->input);
	snprintf(out->codec, sizeof out->codec, "opus");
	out->encrypted = s->keys_count > 0;
	out->frame_ms = (double)s->frame_ns / 1e6;
	out->channels = s->info.channels;
	if (tx->samples > tx->skipped)
		out->bitrate_bps = (double)tx->payload_bytes * 8 *
		    SILBO_SAMPLES_PER_S / (double)(tx->samples - tx->skipped);
	out->duration_s = (double)tx->samples / SILBO_SAMPLES_PER_S;
	out->sent = (int64_t)(tx->data - s->unsent);
	out->sent_info = (int64_t)(tx->info - s->unsent_info);
	out->sent_bytes = (int64_t)(tx->bytes - s->unsent_bytes);
	out->unsent = (int64_t)s->unsent;
	out->skipped_s = (double)tx->skipped / SILBO_SAMPLES_PER_S;
	fill_targets(s, out);
	fill_late(out->lateness_ms, &s->lateness);
	fill_late(out->wakeup_ms, &s->wakeup);
	out->late_over_1ms = (int64_t)s->late_over_1ms;
	out->intervals = s->intervals;
}

/* The settings in effect; report->config points to config. */
static void
describe(const struct send *s, struct report *report,
    struct report_setting config[SEND_SETTINGS])
{
	static const char *targets[SEND_TARGETS_MAX + 1];
	const struct report_setting settings[SEND_SETTINGS] = {
	    {"input", s->input, NAN, -1},
	    {"target", s->targets[0].to.text, NAN, -1},
	    {"port", NULL, (double)s->port, -1},
	    {"duration_s", NULL,
		s->duration > 0 ? (double)s->duration / 1e9 : NAN, -1},
	    {"encrypted", NULL, NAN, s->keys_count > 0},
	    {"channels", NULL, (double)s->info.channels, -1},
	    {"bitrate_bps", NULL, (double)s->bitrate, -1},
	    {"vbr", NULL, NAN, s->vbr},
	    {"frame_ms", NULL, (double)s->frame_ns / 1e6, -1},
	    {"application", s->application, NAN, -1},
	    {"complexity", NULL, (double)s->complexity, -1},
	    {"interface", s->interface, NAN, -1},
	    {"ttl", NULL, (double)s->hops, -1},
	    {"dscp", NULL, (double)s->dscp, -1},
	    {"mtu_bytes", NULL, (double)s->mtu, -1},
	    {"fail_if", s->fail_if, NAN, -1},
	    {NULL, NULL, NAN, -1},
	};

	for (size_t i = 0; i < s->targets_count; i++)
		targets[i] = s->targets[i].to.text;
	memcpy(config, settings, sizeof settings);
	*report = (struct report){.role = "send",
	    .start_wall_ns = s->started_wall,
	    .config = config,
	    .targets = targets,
	    .socket_drops = REPORT_UNKNOWN,
	    .receive_buffer = REPORT_UNKNOWN,
	    .stamps_refused = REPORT_UNKNOWN,
	    .error = s->failure};
}

/* What is known now.  Returns how many DATA the sender has made. */
static uint64_t
fill_report(
    const struct send *s, struct report *report, struct report_stream *out)
{
	struct silbo_sender_report tx;

	send_total(s, &tx);
	fill_stream(s, out, &tx);
	report->streams = out;
	report->streams_count = 1;
	summary_clock(report, &s->wall.steps);
	report->duration_s = s->started == 0
	    ? 0
	    : (double)(silbo_clock_now() - s->started) / 1e9;
	return tx.data;
}

static double
elapsed(const struct send *s, silbo_time now)
{
	return (double)(now - s->started) / 1e9;
}

void
send_tell_start(struct send *s)
{
	struct report_setting config[SEND_SETTINGS];
	struct report_stream out;
	struct report report;

	describe(s, &report, config);
	fill_report(s, &report, &out);
	events_start(&s->events, &report);
	events_stream(&s->events, 0, &out);
	s->interval_at = s->started + SILBO_NS_PER_S;
}

void
send_tell_interval(struct send *s, silbo_time now)
{
	struct silbo_sender_report tx;
	struct report_stream out;
	silbo_time length;

	send_total(s, &tx);
	fill_stream(s, &out, &tx);
	intervals_put_sent(s->intervals, 0, (uint64_t)out.sent, s->unsent);
	events_row(&s->events, &out, intervals_current(s->intervals, 0));
	events_interval(&s->events, elapsed(s, now));
	intervals_end(s->intervals, elapsed(s, now));
	length = (silbo_time)(intervals_seconds(s->intervals) * 1e9);
	s->interval_at =
	    s->started + (1 + (now - s->started) / length) * length;
}

bool
send_is_stopped(struct send *s)
{
	enum run_wish wish = run_wish(s->signals);
	struct report_setting config[SEND_SETTINGS];
	struct report_stream out;
	struct report report;

	if (wish == RUN_REPORT) {
		status_clear();
		describe(s, &report, config);
		fill_report(s, &report, &out);
		report_text(stderr, &report);
	}
	s->stopped |= wish == RUN_STOP;
	return wish == RUN_STOP;
}

int
send_finish(struct send *s)
{
	struct report_setting config[SEND_SETTINGS];
	struct report_stream out;
	struct report report;
	char quoted[256];
	uint64_t made;
	int status = s->failure != NULL ? EXIT_RUNTIME : EXIT_DONE;

	status_clear();
	describe(s, &report, config);
	made = fill_report(s, &report, &out);
	if (limits_judge(&s->limits, &report) && status == EXIT_DONE)
		status = EXIT_LIMIT;
	if (made > 0)
		events_stream_end(&s->events, report.duration_s, &out);
	if (s->failure != NULL)
		cli_error("ended early: %s", s->failure);
	if (made > 0 && s->unsent == made) {
		cli_error("nothing could be sent: %s",
		    strerror(s->targets[0].last_errno));
		status = EXIT_RUNTIME;
	}
	report_text(stderr, &report);
	if (s->json != NULL && report_json(s->json, &report) < 0) {
		cli_error("cannot write %s: %s",
		    cli_quote(quoted, sizeof quoted, s->json), strerror(errno));
		status = EXIT_RUNTIME;
	}
	if (!events_end(&s->events, &report,
		silbo_clock_now() +
		    (s->stopped ? RUN_CLOSE_STOPPED : RUN_CLOSE_DONE)))
		status = EXIT_RUNTIME;
	return status;
}
