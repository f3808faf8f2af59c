/* SPDX-License-Identifier: MIT */
/*
 * Decides how values go from the JSON back into a struct, and what is none.
 * Does not know which fields there are.
 */
#include "report_fields.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* Nothing that is measured is more, and what is printed has room for it. */
#define REAL_MAX 1e15
#define COUNT_MAX ((json_int_t)1 << 53)

void
report_refuse_field(
    struct report_reading *reading, const char *path, const char *should)
{
	if (!reading->failed) {
		cli_error("%s: %s%s%s is not %s", reading->path, reading->where,
		    *reading->where != '\0' ? "." : "", path, should);
		cli_hint("was it edited? a report is what --json wrote");
	}
	reading->failed = true;
}

void
report_refuse_memory(struct report_reading *reading)
{
	if (!reading->failed) {
		cli_error("%s: not enough memory to read it", reading->path);
		cli_hint("a report is held whole: end other programs, or "
			 "raise 'ulimit -v'");
	}
	reading->failed = reading->exhausted = true;
}

const json_t *
report_field_at(const json_t *object, const char *path)
{
	char key[64];

	for (;;) {
		size_t len = strcspn(path, ".");

		if (len >= sizeof(key))
			return NULL;
		memcpy(key, path, len);
		key[len] = '\0';
		object = json_object_get(object, key);
		if (object == NULL || path[len] == '\0')
			return object;
		path += len + 1;
	}
}

void
report_copy_text(char *out, size_t room, const char *text)
{
	bool plain = strlen(text) < room;

	for (const char *c = text; *c != '\0'; c++)
		plain = plain && *c >= 0x20 && *c < 0x7f;
	if (plain)
		memcpy(out, text, strlen(text) + 1);
	else
		cli_quote(out, room, text);
}

bool
report_is_count(const json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) >= 0 &&
	    json_integer_value(value) <= COUNT_MAX;
}

static void
read_count(struct report_reading *reading, int64_t *to, const char *path,
    const json_t *value)
{
	if (json_is_null(value))
		*to = REPORT_UNKNOWN;
	else if (report_is_count(value))
		*to = json_integer_value(value);
	else
		report_refuse_field(reading, path, "a count");
}

static void
read_boolean(struct report_reading *reading, int64_t *to, const char *path,
    const json_t *value)
{
	if (json_is_null(value))
		*to = REPORT_UNKNOWN;
	else if (json_is_boolean(value))
		*to = json_is_true(value);
	else
		report_refuse_field(reading, path, "true or false");
}

static void
read_real(struct report_reading *reading, double *to,
    const struct report_field *field, const json_t *value)
{
	double least = field->kind == REPORT_FIELD_SIGNED ? -REAL_MAX : 0;

	if (json_is_null(value))
		*to = NAN;
	else if (json_is_number(value) && json_number_value(value) >= least &&
	    json_number_value(value) <= REAL_MAX)
		*to = json_number_value(value);
	else
		report_refuse_field(reading, field->path,
		    least < 0 ? "a number" : "a number from 0 on");
}

static void
read_text(struct report_reading *reading, char *to, size_t room,
    const char *path, const json_t *value)
{
	if (json_is_null(value))
		*to = '\0';
	else if (json_is_string(value))
		report_copy_text(to, room, json_string_value(value));
	else
		report_refuse_field(reading, path, "a text");
}

static void
read_field(struct report_reading *reading, void *to,
    const struct report_field *field, const json_t *value)
{
	switch (field->kind) {
	case REPORT_FIELD_COUNT:
		read_count(reading, to, field->path, value);
		break;
	case REPORT_FIELD_BOOLEAN:
		read_boolean(reading, to, field->path, value);
		break;
	case REPORT_FIELD_FLAG:
		*(bool *)to = json_is_true(value);
		break;
	case REPORT_FIELD_REAL:
	case REPORT_FIELD_SIGNED:
		read_real(reading, to, field, value);
		break;
	case REPORT_FIELD_TEXT:
		read_text(reading, to, field->room, field->path, value);
		break;
	}
}

void
report_fields_read(struct report_reading *reading, void *base,
    const struct report_field *fields, const json_t *object)
{
	for (; fields->path != NULL && !reading->failed; fields++) {
		const json_t *value = report_field_at(object, fields->path);

		if (value != NULL)
			read_field(
			    reading, (char *)base + fields->at, fields, value);
	}
}

/* As build_real does, and then as 15 digits say it. */
static double
rounded(double value, int decimals)
{
	double scale = pow(10, decimals);
	char text[48];

	if (!isfinite(value))
		return NAN;
	snprintf(
	    text, sizeof(text), "%.15g", round(value * scale) / scale + 0.0);
	return strtod(text, NULL);
}

void
report_fields_round(void *base, const struct report_field *fields)
{
	for (; fields->path != NULL; fields++) {
		double *value = (void *)((char *)base + fields->at);

		if (fields->kind == REPORT_FIELD_REAL ||
		    fields->kind == REPORT_FIELD_SIGNED)
			*value = rounded(*value, fields->decimals);
	}
}

void
report_stream_round(struct report_stream *stream)
{
	for (size_t i = 0; report_stream_fields[i] != NULL; i++)
		report_fields_round(stream, report_stream_fields[i]);
	report_fields_round(&stream->quality, report_quality_fields);
}
