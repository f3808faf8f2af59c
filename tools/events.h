/* SPDX-License-Identifier: MIT */
/*
 * What happens, live, as lines of JSON (--events): start, stream, interval,
 * stream_end, error, end.  The same keys as in the report.  Nothing is done
 * where no events are asked for.
 */
#ifndef SILBO_TOOLS_EVENTS_H
#define SILBO_TOOLS_EVENTS_H

#include <stdbool.h>

#include "ndjson.h"
#include "report.h"
#include "report_reflect.h"

struct events {
	const char *path; /* NULL: not asked for */
	struct ndjson out;
	/* of the interval that is put together; owned */
	json_t *rows, *reflected, *forgotten;
	bool failed;
};

/* path NULL: none.  From here on errors that are told are events, too.  False
 * after the message. */
bool events_open(struct events *events, const char *path);

/* role, start and config of the report are known. */
void events_start(struct events *events, const struct report *report);

/* The same of a report of another schema. */
void events_start_as(
    struct events *events, const char *schema, const struct report *report);

/* An interval without streams, `figures` at t seconds after the start: takes
 * the object over, which b built. */
struct builder;
void events_figures(
    struct events *events, const struct builder *b, double t, json_t *figures);

/* A stream has appeared, t seconds after the start. */
void events_stream(
    struct events *events, double t, const struct report_stream *stream);

/* The row of a stream in an interval, with what is overdue at its end; then the
 * interval. */
void events_row(struct events *events, const struct report_stream *stream,
    const struct interval_row *row);
void events_interval(struct events *events, double t);

/* Before it, where probes are answered: the row of a prober, differences in its
 * counts, and those who are told one by one no more. */
void events_prober(struct events *events, const struct report_prober *row);
void events_probers_forgotten(
    struct events *events, const struct report_reflected *sum);

/* The rows of a prober's targets in the interval that ends now. */
void events_probes(
    struct events *events, double t, const struct report *report);

/* A stream is over, and this is all of it. */
void events_stream_end(
    struct events *events, double t, const struct report_stream *stream);

/* Close, whatever happened. */
void events_close(struct events *events);

/*
 * The report; then nothing more.
 *
 *   until   so long a reader that is behind is waited for
 *
 * False: not everything could be written, as has been said.
 */
bool events_end(
    struct events *events, const struct report *report, silbo_time until);

/* The same of a report of another schema: takes over the object, which b
 * built. */
bool events_end_as(struct events *events, const struct builder *b,
    json_t *report, silbo_time until);

#endif
