/* SPDX-License-Identifier: MIT */
/*
 * A JSON report, or the events of a run, read back into a struct report.  Not
 * trusted: the file may be anything.
 */
#ifndef SILBO_TOOLS_REPORT_READ_H
#define SILBO_TOOLS_REPORT_READ_H

#include <jansson.h>

#include "limit.h"
#include "report.h"
#include "report_reflect.h"

/* A report and the memory that it borrows from. */
struct report_file {
	struct report report;
	json_t *root;                      /* owned */
	struct report_target **targets;    /* by stream; owned */
	struct report_probe *probes;       /* owned */
	int64_t *errors;                   /* of the probes; owned */
	struct report_reflected reflected; /* probers owned */
	struct limits limits;
	char start[32]; /* "2026-11-22T11:00:00.000Z"; "" */
	char version[32];
};

/*
 * Read a file; "-" is standard input.  Returns EXIT_DONE, or after the message
 * EXIT_RUNTIME when it cannot be read or memory is short, EXIT_USAGE when it is
 * no report that this version can show.  Intervals and settings are not read.
 */
int report_read(struct report_file *file, const char *path);

void report_read_close(struct report_file *file);

/* The parts that report_read.c is made of. */
struct report_reading;
json_t *report_read_json(const char *path, const char *quoted, int *status);
void report_read_limits(
    struct report_reading *reading, struct limits *limits, const json_t *root);
void report_read_probes(
    struct report_reading *reading, struct report_file *file);
void report_read_reflected(
    struct report_reading *reading, struct report_file *file);
/* "quality" of a stream, or of one way of a probe. */
void report_read_quality(struct report_reading *reading,
    struct report_quality *out, const json_t *object);
/* "marks" of a stream, of one way of a probe, of a prober. */
void report_read_marks(struct report_reading *reading,
    struct report_marks *marks, const json_t *object);
/* Counts by kind, of a stream, of a target. */
void report_read_errors(
    struct report_reading *reading, int64_t *counts, const json_t *object);
/* Runs of lost ones by length, of a stream, of a target. */
void report_read_runs(struct report_reading *reading,
    int64_t histogram[SILBO_CLASSES], const json_t *object);
void report_read_pattern(struct report_reading *reading,
    struct report_stream *stream, const json_t *object);
void report_read_stream(struct report_reading *reading,
    struct report_stream *stream, struct report_target **targets,
    const json_t *object);

#endif
