/* SPDX-License-Identifier: MIT */
/*
 * Decides how limits are told: a line for each that is exceeded, and all of
 * them in the JSON.
 */
#include <math.h>
#include <string.h>

#include "limit.h"
#include "report_build.h"
#include "report_fields.h"
#include "report_line.h"
#include "report_read.h"

#define VALUE_MAX 1e15

static const char *const units[] = {[LIMITS_RATIO] = "ratio",
    [LIMITS_MS] = "ms",
    [LIMITS_COUNT] = "count",
    [LIMITS_NUMBER] = "number"};

void
report_limits(FILE *out, const struct limits *limits)
{
	char verdict[256];

	for (size_t i = 0; limits != NULL && i < limits->count; i++) {
		struct report_line line = report_line(out, NULL);

		if (limits->list[i].exceeded)
			report_part(&line, "limit exceeded: %s",
			    limits_verdict(
				verdict, sizeof(verdict), &limits->list[i]));
		report_line_end(&line);
	}
}

static json_t *
build_limit(struct builder *b, const struct limit *limit)
{
	json_t *object = json_object();
	char text[96];

	build_put(b, object, "limit",
	    build_text(limits_text(text, sizeof(text), limit)));
	build_put(b, object, "unit", build_text(units[limit->unit]));
	build_put(b, object, "value", build_real(limit->value, 7));
	build_put(
	    b, object, "stream", build_text(limit->is_host ? "" : limit->who));
	build_put(
	    b, object, "target", build_text(limit->is_host ? limit->who : ""));
	build_put(b, object, "exceeded", json_boolean(limit->exceeded));
	return object;
}

json_t *
build_limits(struct builder *b, const struct limits *limits)
{
	json_t *array;

	if (limits == NULL || limits->count == 0)
		return json_null();
	array = json_array();
	for (size_t i = 0; i < limits->count; i++)
		build_append(b, array, build_limit(b, &limits->list[i]));
	return array;
}

/* A share is no more than all, and nothing is below 0. */
static void
read_value(
    struct report_reading *reading, struct limit *limit, const json_t *value)
{
	double most = limit->unit == LIMITS_RATIO ? 1 : VALUE_MAX;

	if (value == NULL || json_is_null(value))
		return;
	limit->value = json_number_value(value);
	if (!json_is_number(value) || !(limit->value >= 0) ||
	    !(limit->value <= most))
		report_refuse_field(reading, "limits.value",
		    limit->unit == LIMITS_RATIO ? "a share from 0 to 1"
						: "a figure of its unit");
}

/* "loss>1%": the name, and the unit that stands beside it, are all it takes. */
static void
read_limit(
    struct report_reading *reading, struct limit *limit, const json_t *object)
{
	const char *text = json_string_value(json_object_get(object, "limit"));
	const char *unit = json_string_value(json_object_get(object, "unit"));
	const char *who = json_string_value(json_object_get(object, "stream"));
	const char *host = json_string_value(json_object_get(object, "target"));
	const json_t *value = json_object_get(object, "value");
	char name[LIMITS_NAME_BYTES];
	struct limits_name names[] = {LIMITS_NEVER(name, ""), {.name = NULL}};
	struct limits one;

	for (int i = 0; i < 4; i++)
		if (unit != NULL && strcmp(unit, units[i]) == 0)
			names[0].unit = (enum limits_unit)i;
	if (text == NULL || names[0].unit == LIMITS_ELSEWHERE ||
	    strcspn(text, "<>") >= sizeof(name)) {
		report_refuse_field(reading, "limits", "as it was written");
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, "<>"), text);
	if (!limits_parse(&one, text, names) || one.count != 1) {
		report_refuse_field(reading, "limits", "as it was written");
		return;
	}
	*limit = one.list[0];
	limit->checked = true;
	read_value(reading, limit, value);
	limit->is_host = host != NULL;
	if (host != NULL || who != NULL)
		report_copy_text(
		    limit->who, sizeof(limit->who), host != NULL ? host : who);
	limit->exceeded = json_is_true(json_object_get(object, "exceeded"));
	if (limit->exceeded != limits_is_exceeded(limit))
		report_refuse_field(reading, "limits.exceeded",
		    "what its limit and its value say");
}

void
report_read_limits(
    struct report_reading *reading, struct limits *limits, const json_t *root)
{
	const json_t *array = json_object_get(root, "limits");

	limits->count = json_array_size(array);
	if (limits->count > LIMITS_MAX) {
		limits->count = 0;
		report_refuse_field(reading, "limits", "a list of so few");
	}
	for (size_t i = 0; i < limits->count && !reading->failed; i++)
		read_limit(reading, &limits->list[i], json_array_get(array, i));
}
