/* SPDX-License-Identifier: MIT */
/*
 * Decides how a stream is read back: the plain fields by their tables, each
 * family of others by a function of its own.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report_fields.h"
#include "report_laws.h"
#include "report_read.h"

/* The index of the text among names, or -1. */
static int64_t
index_of(const json_t *value, const char *const *names, int64_t count)
{
	const char *text = json_string_value(value);

	for (int64_t i = 0; text != NULL && i < count; i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	return REPORT_UNKNOWN;
}

void
report_read_quality(struct report_reading *reading, struct report_quality *out,
    const json_t *object)
{
	static const char *const bands[] = {"narrow", "wide", "super"};
	static const char *const beyond[] = {"", "below", "above"};
	const json_t *quality = json_object_get(object, "quality");

	report_quality_init(out);
	report_fields_read(reading, out, report_quality_fields, object);
	if (!json_is_object(quality))
		return;
	out->band = index_of(json_object_get(quality, "band"), bands, 3);
	out->beyond = index_of(json_object_get(quality, "beyond"), beyond, 3);
	if (out->beyond < 0)
		out->beyond = 0;
	/* Half an estimate is none. */
	if (isnan(out->r) || isnan(out->loss_ratio) || isnan(out->burst_r) ||
	    isnan(out->delay_ms))
		report_quality_init(out);
}

/* DSCP and ECN are one byte on the wire. */
void
report_read_marks(struct report_reading *reading, struct report_marks *marks,
    const json_t *object)
{
	struct {
		int64_t dscp, ecn;
	} bits = {REPORT_UNKNOWN, REPORT_UNKNOWN};
	static const struct report_field of_byte[] = {
	    {"marks.dscp", 0, REPORT_FIELD_COUNT, 0, 0},
	    {"marks.ecn", sizeof(int64_t), REPORT_FIELD_COUNT, 0, 0},
	    {.path = NULL},
	};
	static const struct report_field fields[] = {
	    REPORT_COUNT(report_marks, "marks.ttl", ttl),
	    REPORT_COUNT(report_marks, "marks.ttl_min", ttl_min),
	    REPORT_COUNT(report_marks, "marks.ttl_max", ttl_max),
	    REPORT_BOOLEAN(report_marks, "marks.changed", changed),
	    REPORT_COUNT(report_marks, "marks.changes", changes),
	    REPORT_COUNT(report_marks, "marks.congested", congested),
	    REPORT_COUNT(report_marks, "marks.classes", classes),
	    {.path = NULL},
	};

	report_fields_read(reading, &bits, of_byte, object);
	report_fields_read(reading, marks, fields, object);
	if (bits.dscp > 63 || bits.ecn > 3)
		report_refuse_field(reading, "marks", "of an IP header");
	else if (bits.dscp >= 0 && bits.ecn >= 0)
		marks->tos = bits.dscp << 2 | bits.ecn;
}

/* Texts that stand for what is known or not, and spans in other units. */
static void
read_others(struct report_reading *reading, struct report_stream *stream,
    const json_t *object)
{
	static const char *const tails[] = {"unknown", "known"};
	const json_t *wait = json_object_get(object, "wait_ms");
	const json_t *file = json_object_get(object, "file");

	stream->tail_known =
	    index_of(json_object_get(object, "tail"), tails, 2);
	if (json_is_number(wait) && json_number_value(wait) < 1e9)
		stream->wait_ns = llround(json_number_value(wait) * 1e6);
	stream->file = json_string_value(file);
	if (file != NULL && !json_is_null(file) && stream->file == NULL)
		report_refuse_field(reading, "file", "a text");
}

void
report_read_errors(
    struct report_reading *reading, int64_t *counts, const json_t *object)
{
	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++) {
		const char *name =
		    report_send_error_name((enum report_send_error)kind);
		const struct report_field fields[] = {
		    {name, 0, REPORT_FIELD_COUNT, 0, 0}, {.path = NULL}};

		counts[kind] = REPORT_UNKNOWN;
		report_fields_read(reading, &counts[kind], fields, object);
	}
}

static void
read_target(struct report_reading *reading, struct report_target *target,
    const json_t *object)
{
	static const struct report_field fields[] = {
	    REPORT_TEXT(report_target, "peer", peer),
	    REPORT_TEXT(report_target, "name", name),
	    REPORT_COUNT(report_target, "sent", sent),
	    REPORT_COUNT(report_target, "unsent", unsent),
	    {.path = NULL},
	};

	target->sent = target->unsent = REPORT_UNKNOWN;
	report_fields_read(reading, target, fields, object);
	report_read_errors(
	    reading, target->errors, json_object_get(object, "errors"));
}

static void
read_targets(struct report_reading *reading, struct report_stream *stream,
    struct report_target **targets, const json_t *object)
{
	const json_t *array = json_object_get(object, "targets");
	size_t count = json_array_size(array);

	if (array != NULL && !json_is_null(array) && !json_is_array(array))
		report_refuse_field(reading, "targets", "a list");
	if (!json_is_array(array))
		return;
	*targets = calloc(count + 1, sizeof(**targets));
	if (*targets == NULL) {
		report_refuse_memory(reading);
		return;
	}
	for (size_t i = 0; i < count; i++)
		read_target(reading, &(*targets)[i], json_array_get(array, i));
	stream->targets = *targets;
	stream->targets_count = count;
}

void
report_read_stream(struct report_reading *reading, struct report_stream *stream,
    struct report_target **targets, const json_t *object)
{
	report_stream_init(stream);
	if (!json_is_object(object)) {
		report_refuse_field(reading, "this", "a stream");
		return;
	}
	for (size_t i = 0; report_stream_fields[i] != NULL; i++)
		report_fields_read(
		    reading, stream, report_stream_fields[i], object);
	report_read_runs(reading, stream->run_histogram, object);
	report_read_pattern(reading, stream, object);
	report_read_quality(reading, &stream->quality, object);
	report_read_marks(reading, &stream->marks, object);
	read_others(reading, stream, object);
	report_read_errors(reading, stream->send_errors,
	    report_field_at(object, "sent.errors"));
	read_targets(reading, stream, targets, object);
	report_check_laws(reading, report_stream_laws, object);
}
