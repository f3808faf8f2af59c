/* SPDX-License-Identifier: MIT */
/*
 * Building the JSON report.  Private to the report files.
 */
#ifndef SILBO_TOOLS_REPORT_BUILD_H
#define SILBO_TOOLS_REPORT_BUILD_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "report.h"

/* Memory can run out at every step; it is asked once, at the end. */
struct builder {
	bool failed;
};

/* Both take over the reference to value, which may be NULL: out of memory. */
void build_put(
    struct builder *builder, json_t *object, const char *key, json_t *value);
void build_append(struct builder *builder, json_t *array, json_t *value);

/* Values; what is unknown becomes null. */
json_t *build_count(int64_t count);
json_t *build_boolean(int64_t known); /* 1, 0, or unknown */
json_t *build_real(double value, int decimals);
json_t *build_whole(double value); /* as an integer, if it is one */
/* Text is UTF-8; other bytes are escaped as on screen.  "" becomes null. */
json_t *build_text(const char *text);
/* The same of text from malloc, which it frees; NULL: out of memory. */
json_t *build_owned_text(char *text);

/* One element of "streams". */
json_t *build_stream(
    struct builder *builder, const struct report_stream *stream);

/* What was asked with --fail-if, or null. */
json_t *build_limits(struct builder *builder, const struct limits *limits);

/* An estimate, or null. */
json_t *build_quality(
    struct builder *builder, const struct report_quality *quality);

/* How its losses and reordered arrivals lie. */
json_t *build_reordering(
    struct builder *builder, const struct report_stream *stream);
/* count and max may be unknown, as may the histogram, by its first class. */
json_t *build_runs(struct builder *builder, int64_t count, int64_t max,
    const int64_t histogram[SILBO_CLASSES]);
json_t *build_loss_pattern(
    struct builder *builder, const struct report_stream *stream);

/* Its times: jitter, delay, what a buffer would lose, the clocks. */
void build_times(struct builder *builder, json_t *object,
    const struct report_stream *stream);

/* "reflected", and the sum of older ones, or null; see report_reflect.h. */
struct report_reflected;
json_t *build_reflected(
    struct builder *builder, const struct report_reflected *reflected);
json_t *build_reflected_forgotten(
    struct builder *builder, const struct report_reflected *reflected);

/* A prober in an interval: id, peer, and its counts. */
struct report_prober;
json_t *build_prober_row(
    struct builder *builder, const struct report_prober *row);

/* Steps of the wall clock, null where nobody watched it. */
json_t *build_clock_steps(
    struct builder *builder, const struct report_clock *clock);

/* A row of an interval. */
json_t *build_row(
    struct builder *builder, const char *id, const struct interval_row *row);

json_t *build_marks(struct builder *builder, const struct report_marks *marks);

/* One element of "probes", what --mtu found, and a row of an interval. */
json_t *build_mtu(struct builder *builder, const struct report_probe *probe);
json_t *build_probe(struct builder *builder, const struct report_probe *probe);
json_t *build_probe_row(
    struct builder *builder, const struct interval_row *row);

json_t *build_config(struct builder *builder, const struct report *report);

/* What every report begins with: schema ("silbo.report/1"), tool, role, start.
 */
void build_head(struct builder *builder, json_t *root, const char *schema,
    const struct report *report);

/* The whole object.  When builder->failed is set it is incomplete. */
json_t *build_report(struct builder *builder, const struct report *report);

/* Write it, with a line feed, to path: see report_json.  Returns 0, or -1 with
 * errno kept. */
int build_write(const char *path, const json_t *root);

/* What STAMP tells of a probe, or null. */
json_t *build_stamp(struct builder *builder, const struct report_probe *probe);

#endif
