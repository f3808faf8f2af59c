/* SPDX-License-Identifier: MIT */
/*
 * Decides what each event says, and what is said when they cannot be written.
 * Does not know how a line reaches its reader.
 */
#include "events.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "report_build.h"

/* Takes over the object; b: whether building it ran out of memory. */
static void
put(struct events *events, const struct builder *b, json_t *object)
{
	char quoted[256];
	int status = 0;

	if (b->failed) {
		errno = ENOMEM;
		status = -1;
	} else {
		status = ndjson_put(&events->out, object);
	}
	json_decref(object);
	if (status == 0)
		return;
	events->failed = true;
	/* First, since what cli_error says would be an event. */
	cli_set_listener(NULL, NULL);
	cli_error("cannot write events to %s: %s; going on without them",
	    cli_quote(quoted, sizeof(quoted), events->path), strerror(errno));
	ndjson_close(&events->out);
}

static bool
wanted(const struct events *events)
{
	return events->path != NULL && !events->failed;
}

static json_t *
event(struct builder *b, const char *kind)
{
	json_t *object = json_object();

	build_put(b, object, "event", build_text(kind));
	return object;
}

static void
on_error(void *context, const char *message)
{
	struct events *events = context;
	struct builder b = {.failed = false};
	json_t *object;

	if (!wanted(events))
		return;
	object = event(&b, "error");
	build_put(&b, object, "message", build_text(message));
	put(events, &b, object);
}

bool
events_open(struct events *events, const char *path)
{
	char quoted[256];

	*events = (struct events){.path = path, .out = {.fd = -1}};
	if (path == NULL)
		return true;
	if (ndjson_open(&events->out, path) < 0) {
		cli_error("cannot write events to %s: %s",
		    cli_quote(quoted, sizeof(quoted), path), strerror(errno));
		return false;
	}
	cli_set_listener(on_error, events);
	return true;
}

void
events_start(struct events *events, const struct report *report)
{
	events_start_as(events, REPORT_SCHEMA, report);
}

void
events_start_as(
    struct events *events, const char *schema, const struct report *report)
{
	struct builder b = {.failed = false};
	json_t *object;

	if (!wanted(events))
		return;
	object = event(&b, "start");
	build_head(&b, object, schema, report);
	build_put(&b, object, "config", build_config(&b, report));
	put(events, &b, object);
}

void
events_stream(
    struct events *events, double t, const struct report_stream *stream)
{
	struct builder b = {.failed = false};
	json_t *object;

	if (!wanted(events))
		return;
	object = event(&b, "stream");
	build_put(&b, object, "t", build_real(t, 3));
	build_put(&b, object, "id", build_text(stream->id));
	build_put(&b, object, "peer", build_text(stream->peer));
	build_put(&b, object, "encrypted", json_boolean(stream->encrypted));
	put(events, &b, object);
}

void
events_row(struct events *events, const struct report_stream *stream,
    const struct interval_row *row)
{
	struct builder b = {.failed = false};
	json_t *object;

	if (!wanted(events))
		return;
	if (events->rows == NULL)
		events->rows = json_array();
	object = build_row(&b, stream->id, row);
	build_put(&b, object, "overdue", build_count(stream->overdue));
	build_append(&b, events->rows, object);
	if (b.failed)
		put(events, &b, NULL);
}

void
events_prober(struct events *events, const struct report_prober *row)
{
	struct builder b = {.failed = false};

	if (!wanted(events))
		return;
	if (events->reflected == NULL)
		events->reflected = json_array();
	build_append(&b, events->reflected, build_prober_row(&b, row));
	if (b.failed)
		put(events, &b, NULL);
}

void
events_probers_forgotten(
    struct events *events, const struct report_reflected *sum)
{
	struct builder b = {.failed = false};

	if (!wanted(events))
		return;
	if (events->reflected == NULL)
		events->reflected = json_array();
	json_decref(events->forgotten);
	events->forgotten = build_reflected_forgotten(&b, sum);
	if (b.failed)
		put(events, &b, NULL);
}

/* "reflected" of the interval, where probes are answered. */
static void
put_probers(struct events *events, struct builder *b, json_t *object)
{
	if (events->forgotten == NULL)
		return;
	build_put(b, object, "reflected", events->reflected);
	build_put(b, object, "reflected_forgotten", events->forgotten);
	events->reflected = events->forgotten = NULL;
}

void
events_interval(struct events *events, double t)
{
	struct builder b = {.failed = false};
	json_t *object, *rows = events->rows;

	if (!wanted(events))
		return;
	events->rows = NULL;
	object = event(&b, "interval");
	build_put(&b, object, "t", build_real(t, 3));
	build_put(&b, object, "streams", rows != NULL ? rows : json_array());
	put_probers(events, &b, object);
	put(events, &b, object);
}

void
events_figures(
    struct events *events, const struct builder *b, double t, json_t *figures)
{
	struct builder own = *b;
	json_t *object;

	if (!wanted(events)) {
		json_decref(figures);
		return;
	}
	object = event(&own, "interval");
	build_put(&own, object, "t", build_real(t, 3));
	if (json_object_update(object, figures) != 0)
		own.failed = true;
	json_decref(figures);
	put(events, &own, object);
}

void
events_probes(struct events *events, double t, const struct report *report)
{
	struct builder b = {.failed = false};
	json_t *object, *rows;

	if (!wanted(events))
		return;
	object = event(&b, "interval");
	rows = json_array();
	for (size_t i = 0; i < report->probes_count; i++) {
		const struct report_probe *p = &report->probes[i];
		json_t *row = build_probe_row(
		    &b, intervals_current(p->intervals, p->intervals_row));

		build_put(&b, row, "target", build_text(p->name));
		build_append(&b, rows, row);
	}
	build_put(&b, object, "t", build_real(t, 3));
	build_put(&b, object, "streams", json_array());
	build_put(&b, object, "probes", rows);
	put(events, &b, object);
}

void
events_stream_end(
    struct events *events, double t, const struct report_stream *stream)
{
	struct builder b = {.failed = false};
	json_t *object;

	if (!wanted(events))
		return;
	object = event(&b, "stream_end");
	build_put(&b, object, "t", build_real(t, 3));
	build_put(&b, object, "stream", build_stream(&b, stream));
	put(events, &b, object);
}

bool
events_end(struct events *events, const struct report *report, silbo_time until)
{
	struct builder b = {.failed = false};
	json_t *built = wanted(events) ? build_report(&b, report) : NULL;

	return events_end_as(events, &b, built, until);
}

bool
events_end_as(struct events *events, const struct builder *b, json_t *report,
    silbo_time until)
{
	struct builder own = *b;
	uint64_t dropped = events->out.dropped;
	json_t *object;

	if (wanted(events)) {
		/* This line is worth waiting for. */
		ndjson_settle(&events->out, until);
		object = event(&own, "end");
		build_put(&own, object, "events_dropped",
		    build_count((int64_t)dropped));
		build_put(&own, object, "report", report);
		put(events, &own, object);
		ndjson_settle(&events->out, until);
	} else {
		json_decref(report);
	}
	dropped = events->out.dropped + (events->out.rest != NULL);
	if (dropped > 0)
		cli_note("%" PRIu64 " events dropped: their reader was behind",
		    dropped);
	return !events->failed;
}

void
events_close(struct events *events)
{
	cli_set_listener(NULL, NULL);
	json_decref(events->rows);
	json_decref(events->reflected);
	json_decref(events->forgotten);
	events->rows = events->reflected = events->forgotten = NULL;
	ndjson_close(&events->out);
}
