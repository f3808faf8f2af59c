/* SPDX-License-Identifier: MIT */
/*
 * Decides when a limit is exceeded, and in which words that is told.  Does not
 * know how limits are written by people.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "units.h"

static const char *const tests[] = {[LIMITS_ABOVE] = ">",
    [LIMITS_FROM] = ">=",
    [LIMITS_BELOW] = "<",
    [LIMITS_UP_TO] = "<="};

static bool
is_upper(const struct limit *limit)
{
	return limit->test == LIMITS_ABOVE || limit->test == LIMITS_FROM;
}

bool
limits_is_exceeded(const struct limit *limit)
{
	switch (limit->test) {
	case LIMITS_ABOVE:
		return !(limit->value <= limit->bound);
	case LIMITS_FROM:
		return !(limit->value < limit->bound);
	case LIMITS_BELOW:
		return !(limit->value >= limit->bound);
	default:
		return !(limit->value > limit->bound);
	}
}

/* Nothing is worse than what is not known. */
static bool
is_worse(const struct limit *limit, double value)
{
	if (!limit->checked || isnan(limit->value))
		return !limit->checked;
	if (isnan(value))
		return true;
	return is_upper(limit) ? value > limit->value : value < limit->value;
}

/* As a report says it, so that who reads one decides the same. */
static double
rounded(double value)
{
	return round(value * 1e7) / 1e7 + 0.0;
}

static void
check(struct limits *limits, const char *who, bool is_host,
    const struct limits_value *values)
{
	for (size_t i = 0; i < limits->count; i++) {
		struct limit *limit = &limits->list[i];
		const struct limits_value *at = values;
		double value;

		while (at->name != NULL && strcmp(at->name, limit->name) != 0)
			at++;
		value = at->name == NULL || !isfinite(at->value)
		    ? NAN
		    : rounded(at->value);
		if (!is_worse(limit, value))
			continue;
		limit->checked = true;
		limit->is_host = is_host;
		limit->value = value;
		snprintf(limit->who, sizeof(limit->who), "%s", who);
		limit->exceeded = limits_is_exceeded(limit);
	}
}

void
limits_check(
    struct limits *limits, const char *who, const struct limits_value *values)
{
	check(limits, who, false, values);
}

void
limits_check_host(
    struct limits *limits, const char *host, const struct limits_value *values)
{
	check(limits, host, true, values);
}

bool
limits_finish(struct limits *limits)
{
	bool exceeded = false;

	for (size_t i = 0; i < limits->count; i++) {
		if (!limits->list[i].checked)
			limits->list[i].exceeded = true;
		exceeded |= limits->list[i].exceeded;
	}
	return exceeded;
}

/* The bound: gap is what stands before a unit. */
static void
write_bound(char *out, size_t cap, const struct limit *limit, const char *gap)
{
	char number[64];

	if (limit->unit == LIMITS_RATIO)
		snprintf(out, cap, "%s%s%%",
		    units_number(number, sizeof(number),
			round(limit->bound * 1e11) / 1e9),
		    gap);
	else
		snprintf(out, cap, "%s%s%s",
		    units_number(number, sizeof(number), limit->bound),
		    limit->unit == LIMITS_MS ? gap : "",
		    limit->unit == LIMITS_MS ? "ms" : "");
}

const char *
limits_text(char *out, size_t cap, const struct limit *limit)
{
	char bound[80];

	write_bound(bound, sizeof(bound), limit, "");
	snprintf(out, cap, "%s%s%s", limit->name, tests[limit->test], bound);
	return out;
}

/* With as many digits as it takes to tell it from the bound. */
static void
write_value(char *out, size_t cap, const struct limit *limit)
{
	static const int least[] = {[LIMITS_RATIO] = 2,
	    [LIMITS_MS] = 1,
	    [LIMITS_COUNT] = 0,
	    [LIMITS_NUMBER] = 1};
	static const char *const units[] = {[LIMITS_RATIO] = " %",
	    [LIMITS_MS] = " ms",
	    [LIMITS_COUNT] = "",
	    [LIMITS_NUMBER] = ""};
	double scale = limit->unit == LIMITS_RATIO ? 100 : 1;
	double value = scale * limit->value, bound = scale * limit->bound;
	char number[64];

	for (int digits = least[limit->unit]; digits <= 7; digits++) {
		snprintf(number, sizeof(number), "%.*f", digits, value);
		if ((strtod(number, NULL) > bound) == (value > bound) &&
		    (strtod(number, NULL) < bound) == (value < bound))
			break;
	}
	snprintf(out, cap, "%s%s", number, units[limit->unit]);
}

const char *
limits_verdict(char *out, size_t cap, const struct limit *limit)
{
	char value[80], bound[80], who[LIMITS_WHO_BYTES + 4] = "no stream";

	write_bound(bound, sizeof(bound), limit, " ");
	if (limit->is_host)
		snprintf(who, sizeof(who), "to %s", limit->who);
	else if (limit->who[0] != '\0')
		snprintf(who, sizeof(who), "stream %.4s", limit->who);
	if (isnan(limit->value)) {
		snprintf(out, cap, "%s is not known, limit %s %s (%s)",
		    limit->name, tests[limit->test], bound, who);
		return out;
	}
	write_value(value, sizeof(value), limit);
	snprintf(out, cap, "%s %s %s %s (%s)", limit->name, value,
	    tests[limit->test], bound, who);
	return out;
}
