/* SPDX-License-Identifier: MIT */
/*
 * Decides how limits are told: a line for each that is exceeded, and all of
 * them in the JSON.
 */
#include "limit.h"
#include "report_build.h"
#include "report_line.h"

static const char *const units[] = {[LIMITS_RATIO] = "ratio",
    [LIMITS_MS] = "ms",
    [LIMITS_COUNT] = "count",
    [LIMITS_NUMBER] = "number"};

void
report_limits(FILE *out, const struct limits *limits)
{
	char verdict[256];

	for (size_t i = 0; limits != NULL && i < limits->count; i++)
		if (limits->list[i].exceeded)
			fprintf(out, "limit exceeded: %s\n",
			    limits_verdict(
				verdict, sizeof(verdict), &limits->list[i]));
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
	build_put(b, object, "stream", build_text(limit->who));
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
