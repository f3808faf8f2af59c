/* SPDX-License-Identifier: MIT */
/*
 * Decides what the JSON report, schema silbo.report/1, says around its streams.
 * Fields are only added within a version.  Does not know where it goes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "report_build.h"

void
build_put(
    struct builder *builder, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		builder->failed = true;
}

void
build_append(struct builder *builder, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		builder->failed = true;
}

json_t *
build_count(int64_t count)
{
	return count < 0 ? json_null() : json_integer(count);
}

json_t *
build_boolean(int64_t known)
{
	return known < 0 ? json_null() : json_boolean(known);
}

json_t *
build_real(double value, int decimals)
{
	double scale = pow(10, decimals);

	/* Adding 0.0 turns -0.0 into 0.0. */
	return isfinite(value) ? json_real(round(value * scale) / scale + 0.0)
			       : json_null();
}

json_t *
build_whole(double value)
{
	if (value == floor(value) && fabs(value) < 9e15)
		return json_integer((json_int_t)value);
	return build_real(value, 6);
}

json_t *
build_text(const char *text)
{
	char quoted[512];
	json_t *string;

	if (text == NULL || *text == '\0')
		return json_null();
	string = json_string(text);
	if (string != NULL)
		return string;
	return json_string(cli_quote(quoted, sizeof(quoted), text));
}

json_t *
build_owned_text(char *text)
{
	json_t *string = text != NULL ? build_text(text) : NULL;

	free(text);
	return string;
}

static json_t *
build_start(uint64_t wall_ns)
{
	time_t seconds = (time_t)(wall_ns / SILBO_NS_PER_S);
	char text[64], whole[32];
	struct tm utc;

	if (gmtime_r(&seconds, &utc) == NULL ||
	    strftime(whole, sizeof(whole), "%Y-%m-%dT%H:%M:%S", &utc) == 0)
		return json_null();
	snprintf(text, sizeof(text), "%s.%03uZ", whole,
	    (unsigned)(wall_ns % SILBO_NS_PER_S / SILBO_NS_PER_MS));
	return build_text(text);
}

static json_t *
build_setting(const struct report_setting *setting)
{
	if (setting->text != NULL)
		return build_text(setting->text);
	if (!isnan(setting->number))
		return build_whole(setting->number);
	return build_boolean(setting->boolean);
}

json_t *
build_config(struct builder *b, const struct report *report)
{
	const struct report_setting *setting = report->config;
	const char *const *target = report->targets;
	json_t *config = json_object(), *targets;

	for (; setting != NULL && setting->key != NULL; setting++)
		build_put(b, config, setting->key, build_setting(setting));
	if (target == NULL)
		return config;
	targets = json_array();
	for (; *target != NULL; target++)
		build_append(b, targets, build_text(*target));
	build_put(b, config, "targets", targets);
	return config;
}

/* The names of docs/wire-format.md, "drop_" left out. */
static json_t *
build_datagrams(struct builder *b, const struct report *report)
{
	json_t *datagrams = json_object(), *drops = json_object();

	for (int v = SILBO_DROP_OVERSIZE; v < SILBO_VERDICTS; v++)
		build_put(b, drops,
		    silbo_verdict_name((enum silbo_verdict)v) + strlen("drop_"),
		    build_count((int64_t)report->verdict[v]));
	build_put(
	    b, datagrams, "received", build_count((int64_t)report->received));
	build_put(
	    b, datagrams, "accepted", build_count((int64_t)report->accepted));
	build_put(b, datagrams, "drops", drops);
	build_put(b, datagrams, "late_final",
	    build_count((int64_t)report->verdict[SILBO_LATE_FINAL]));
	build_put(b, datagrams, "bad_body",
	    build_count((int64_t)report->verdict[SILBO_BAD_BODY]));
	build_put(
	    b, datagrams, "socket_drops", build_count(report->socket_drops));
	build_put(b, datagrams, "receive_buffer_bytes",
	    build_count(report->receive_buffer));
	build_put(b, datagrams, "stamps_refused",
	    build_count(report->stamps_refused));
	return datagrams;
}

/* A count of arrivals, which a sender cannot know. */
static json_t *
build_arrivals(const struct interval_row *row, uint64_t count)
{
	return row->is_sent ? json_null() : build_count((int64_t)count);
}

json_t *
build_row(struct builder *b, const char *id, const struct interval_row *row)
{
	json_t *object = json_object();
	const struct {
		const char *key;
		uint64_t count;
	} arrivals[] = {{"arrived", row->arrived}, {"unique", row->unique},
	    {"lost", row->lost}, {"pending", row->pending},
	    {"duplicate", row->duplicate}, {"late_final", row->late_final},
	    {"too_old", row->too_old}, {"reordered", row->reordered}};

	build_put(b, object, "id", build_text(id));
	for (size_t i = 0; i < sizeof(arrivals) / sizeof(arrivals[0]); i++)
		build_put(b, object, arrivals[i].key,
		    build_arrivals(row, arrivals[i].count));
	build_put(b, object, "jitter_ms",
	    build_real(row->is_sent ? NAN : row->jitter_ms, 3));
	build_put(b, object, "sent",
	    build_count(row->is_sent ? (int64_t)row->sent : REPORT_UNKNOWN));
	build_put(b, object, "unsent",
	    build_count(row->is_sent ? (int64_t)row->unsent : REPORT_UNKNOWN));
	return object;
}

static const struct intervals *
find_log(const struct report *report)
{
	for (size_t i = 0; i < report->streams_count; i++)
		if (report->streams[i].intervals != NULL)
			return report->streams[i].intervals;
	return NULL;
}

/* All streams of a report share one log. */
static json_t *
build_interval(struct builder *b, const struct report *report, size_t i)
{
	json_t *interval = json_object(), *rows = json_array();
	const struct intervals *log = find_log(report);

	for (size_t s = 0; s < report->streams_count; s++) {
		const struct report_stream *stream = &report->streams[s];
		const struct interval_row *row = NULL;

		if (stream->intervals != NULL)
			row = intervals_row(log, i, stream->intervals_stream);
		if (row != NULL)
			build_append(b, rows, build_row(b, stream->id, row));
	}
	build_put(b, interval, "t", build_real(intervals_time(log, i), 3));
	build_put(b, interval, "streams", rows);
	return interval;
}

static json_t *
build_forgotten(struct builder *b, const struct report *report)
{
	const struct report_forgotten *sum = &report->forgotten;
	json_t *object = json_object();

	build_put(b, object, "count", build_count((int64_t)sum->streams));
	build_put(b, object, "expected", build_count((int64_t)sum->expected));
	build_put(b, object, "unique", build_count((int64_t)sum->unique));
	build_put(b, object, "lost", build_count((int64_t)sum->lost));
	return object;
}

void
build_head(struct builder *b, json_t *root, const char *schema,
    const struct report *report)
{
	json_t *tool = json_object();

	build_put(b, tool, "name", build_text("silbo"));
	build_put(b, tool, "version", build_text(SILBO_VERSION));
	build_put(b, root, "schema", build_text(schema));
	build_put(b, root, "tool", tool);
	build_put(b, root, "role", build_text(report->role));
	build_put(b, root, "start", build_start(report->start_wall_ns));
}

json_t *
build_report(struct builder *b, const struct report *report)
{
	json_t *root = json_object();
	json_t *streams = json_array(), *intervals = json_array();
	json_t *probes = report->probes != NULL ? json_array() : json_null();
	const struct intervals *log = find_log(report);

	for (size_t i = 0; i < report->streams_count; i++)
		build_append(b, streams, build_stream(b, &report->streams[i]));
	for (size_t i = 0; i < report->probes_count; i++)
		build_append(b, probes, build_probe(b, &report->probes[i]));
	for (size_t i = 0; log != NULL && i < intervals_count(log); i++)
		build_append(b, intervals, build_interval(b, report, i));
	build_head(b, root, REPORT_SCHEMA, report);
	build_put(b, root, "duration_s", build_real(report->duration_s, 3));
	build_put(b, root, "config", build_config(b, report));
	build_put(b, root, "datagrams",
	    report->has_datagrams ? build_datagrams(b, report) : json_null());
	build_put(b, root, "clock_steps", build_clock_steps(b, &report->clock));
	build_put(b, root, "streams", streams);
	build_put(b, root, "probes", probes);
	build_put(b, root, "streams_forgotten", build_forgotten(b, report));
	build_put(b, root, "intervals", intervals);
	build_put(b, root, "limits", build_limits(b, report->limits));
	build_put(b, root, "reflected", build_reflected(b, report->reflected));
	build_put(b, root, "reflected_forgotten",
	    build_reflected_forgotten(b, report->reflected));
	build_put(b, root, "error", build_text(report->error));
	return root;
}
