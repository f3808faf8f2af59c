/* SPDX-License-Identifier: MIT */
/*
 * Decides how quantities are written and read: exact decimal arithmetic in
 * integers, no floating point and no locale on the way in, ratios apart.  What
 * cannot be represented exactly is refused, not rounded.  Knows no option and
 * prints nothing.
 */
#include "units.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <silbo/defs.h>

#define VALUE_MAX ((int64_t)1 << 62)
#define RATIO_MIN 0.999999e-9 /* 10^-9, as 0.0000001% comes out as well */

struct unit {
	const char *name;
	int64_t scale;
};

/* From large to small, as units_duration and units_rate prefer them. */
static const struct unit time_units[] = {
    {"h", 3600 * (int64_t)SILBO_NS_PER_S},
    {"m", 60 * (int64_t)SILBO_NS_PER_S},
    {"s", (int64_t)SILBO_NS_PER_S},
    {"ms", (int64_t)SILBO_NS_PER_MS},
    {"us", (int64_t)SILBO_NS_PER_US},
    {"ns", 1},
    {NULL, 0},
};

static const struct unit rate_units[] = {
    {"M", 1000000},
    {"k", 1000},
    {"", 1},
    {NULL, 0},
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits before the point, times scale; moves *text behind them. */
static bool
parse_whole(const char **text, int64_t scale, int64_t *value)
{
	int64_t whole = 0;

	if (!is_digit(**text))
		return false;
	for (; is_digit(**text); (*text)++) {
		if (whole > VALUE_MAX / 10 / scale)
			return false;
		whole = whole * 10 + (**text - '0');
	}
	*value = whole * scale;
	return *value <= VALUE_MAX;
}

/* The digits behind the point: each is worth a tenth of the one before, and
 * none may be worth less than 1. */
static bool
parse_fraction(const char **text, int64_t scale, int64_t *value)
{
	if (!is_digit(**text))
		return false;
	for (; is_digit(**text); (*text)++) {
		if (scale % 10 != 0 && **text != '0')
			return false;
		scale /= 10;
		*value += (**text - '0') * scale;
	}
	return *value <= VALUE_MAX;
}

static bool
parse_scaled(const char *text, const struct unit *unit, int64_t *value)
{
	int64_t result;

	if (!parse_whole(&text, unit->scale, &result))
		return false;
	if (*text == '.') {
		text++;
		if (!parse_fraction(&text, unit->scale, &result))
			return false;
	}
	if (strcmp(text, unit->name) != 0)
		return false;
	*value = result;
	return true;
}

static bool
parse_any(const char *text, const struct unit *units, int64_t *value)
{
	for (; units->name != NULL; units++)
		if (parse_scaled(text, units, value))
			return true;
	return false;
}

bool
units_parse_duration(const char *text, int64_t *ns)
{
	if (strcmp(text, "0") == 0) {
		*ns = 0;
		return true;
	}
	return parse_any(text, time_units, ns);
}

bool
units_parse_rate(const char *text, int64_t *bits)
{
	return parse_any(text, rate_units, bits);
}

bool
units_parse_count(const char *text, int64_t *count)
{
	bool negative = *text == '-';
	int64_t value;

	if (*text == '-' || *text == '+')
		text++;
	if (!parse_whole(&text, 1, &value) || *text != '\0')
		return false;
	*count = negative ? -value : value;
	return true;
}

/* value / scale, exactly, or nothing when it is below 1 or needs more than
 * three digits behind the point. */
static bool
write_scaled(char *out, size_t cap, int64_t value, const struct unit *unit)
{
	int64_t whole = value / unit->scale, rest = value % unit->scale;
	char fraction[8] = "";
	int n;

	if (whole == 0)
		return false;
	if (rest != 0) {
		if (unit->scale % 1000 != 0 || rest % (unit->scale / 1000) != 0)
			return false;
		n = snprintf(fraction, sizeof(fraction), ".%03d",
		    (int)(rest / (unit->scale / 1000)));
		while (fraction[n - 1] == '0')
			fraction[--n] = '\0';
	}
	snprintf(out, cap, "%" PRId64 "%s%s", whole, fraction, unit->name);
	return true;
}

static const char *
write_shortest(char *out, size_t cap, int64_t value, const struct unit *units)
{
	char text[48];
	bool any = false;

	for (; units->name != NULL; units++) {
		if (!write_scaled(text, sizeof(text), value, units))
			continue;
		if (!any || strlen(text) < strlen(out))
			snprintf(out, cap, "%s", text);
		any = true;
	}
	return out;
}

/* Digits, at most one point between them, nothing else: no sign, no exponent,
 * no "inf". */
static bool
is_decimal(const char *text, size_t len)
{
	size_t points = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '.' && i > 0 && i + 1 < len)
			points++;
		else if (!is_digit(text[i]))
			return false;
	}
	return len > 0 && points <= 1;
}

bool
units_parse_ratio(const char *text, double *ratio)
{
	size_t len = strlen(text);
	bool percent = len > 0 && text[len - 1] == '%';
	double value;

	if (!is_decimal(text, len - percent))
		return false;
	if (!percent && strchr(text, '.') == NULL && strcmp(text, "0") != 0)
		return false;
	value = strtod(text, NULL);
	if (percent)
		value /= 100;
	if (value > 1 || (value > 0 && value < RATIO_MIN))
		return false;
	*ratio = value;
	return true;
}

const char *
units_ratio(char *out, size_t cap, double ratio)
{
	double back;

	for (int digits = 1; digits <= 17; digits++) {
		snprintf(out, cap, "%.*g%%", digits, 100 * ratio);
		if (units_parse_ratio(out, &back) && back == ratio)
			return out;
	}
	/* What percent cannot say exactly, or needs an exponent for. */
	return units_number(out, cap, ratio);
}

/* 17 digits say any number; the smallest begins nine behind the point. */
const char *
units_number(char *out, size_t cap, double number)
{
	for (int digits = 0; digits <= 26; digits++) {
		snprintf(out, cap, "%.*f", digits, number);
		if (strtod(out, NULL) == number)
			break;
	}
	return out;
}

const char *
units_duration(char *out, size_t cap, int64_t ns)
{
	assert(ns >= 0);
	snprintf(out, cap, "0s");
	return ns == 0 ? out : write_shortest(out, cap, ns, time_units);
}

const char *
units_rate(char *out, size_t cap, int64_t bits)
{
	assert(bits >= 0);
	snprintf(out, cap, "0");
	return bits == 0 ? out : write_shortest(out, cap, bits, rate_units);
}

const char *
units_span(char *out, size_t cap, double seconds)
{
	int64_t whole;

	if (!(seconds >= 0) || seconds > 1e12) {
		snprintf(out, cap, "unknown");
		return out;
	}
	/* Rounded before the form is chosen: 59.96 s is a minute. */
	if (round(seconds * 10) < 600) {
		snprintf(out, cap, "%.1f s", seconds);
		return out;
	}
	whole = llround(seconds);
	if (whole < 3600)
		snprintf(out, cap, "%d min %02d s", (int)(whole / 60),
		    (int)(whole % 60));
	else
		snprintf(out, cap, "%" PRId64 " h %02d min %02d s",
		    whole / 3600, (int)(whole / 60 % 60), (int)(whole % 60));
	return out;
}

const char *
units_grouped(char *out, size_t cap, uint64_t n)
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n);
	size_t used = 0;

	assert(cap > len + (len - 1) / 3);
	(void)cap;
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[used++] = ' ';
		out[used++] = digits[i];
	}
	out[used] = '\0';
	return out;
}
