/* SPDX-License-Identifier: MIT */
/*
 * Decides what a list of limits means, and what is none.  Does not know what is
 * measured, nor who asks.
 */
#include "limit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "units.h"

#define OPTION "--fail-if"
#define ITEM_BYTES 64
#define SPACE " \t\n"

static bool
refuse(const char *item, const char *why)
{
	char quoted[2 * ITEM_BYTES];

	cli_error(
	    OPTION " '%s': %s", cli_quote(quoted, sizeof(quoted), item), why);
	return false;
}

static bool
refuse_form(const char *item, const char *why)
{
	refuse(item, why);
	cli_hint("NAME and > >= < or <= and a value, as in "
		 "'loss>1%%,p99>50ms'");
	return false;
}

/* All of them, in the order of the table. */
static void
hint_names(const struct limits_name *names)
{
	char list[256] = "";
	size_t used = 0;

	for (; names->name != NULL; names++)
		if (names->unit != LIMITS_ELSEWHERE)
			used += (size_t)snprintf(list + used,
			    sizeof(list) - used, " %s", names->name);
	cli_hint("one of:%s", list);
}

static bool
refuse_name(const char *item, const char *name, const struct limits_name *names)
{
	const char *known[64], *near;
	size_t n = 0;

	refuse(item, "no such figure");
	for (size_t i = 0; names[i].name != NULL && n < 63; i++)
		if (names[i].unit != LIMITS_ELSEWHERE)
			known[n++] = names[i].name;
	known[n] = NULL;
	near = cli_nearest(name, known);
	if (near != NULL)
		cli_hint("did you mean '%s'?", near);
	else
		hint_names(names);
	return false;
}

/* What a limit of this unit is written like. */
static bool
refuse_bound(const char *item, const char *bound, enum limits_unit unit)
{
	bool bare =
	    *bound != '\0' && strspn(bound, "0123456789.") == strlen(bound);

	if (unit == LIMITS_RATIO) {
		refuse(item, bare ? "a share needs its %" : "not a share");
		cli_hint("as in 1%%, 0.5%% or 0.005; 100%% is all");
	} else if (unit == LIMITS_MS) {
		refuse(item, bare ? "a time needs a unit" : "not a time");
		cli_hint("as in 50ms, 1.5s");
	} else if (unit == LIMITS_COUNT) {
		refuse(item, "not a whole number");
		cli_hint("digits only, as in 20");
	} else {
		refuse(item, "not a number");
		cli_hint("as in 3.5");
	}
	return false;
}

/* Digits and at most one point. */
static bool
parse_number(const char *text, double *number)
{
	size_t digits = strspn(text, "0123456789");
	const char *rest = text + digits;

	if (digits == 0 || digits > 9)
		return false;
	if (*rest == '.' && rest[1] != '\0')
		rest += 1 + strspn(rest + 1, "0123456789");
	*number = strtod(text, NULL);
	return *rest == '\0';
}

static bool
parse_bound(double *bound, const char *text, enum limits_unit unit)
{
	int64_t whole;
	bool valid;

	if (unit == LIMITS_RATIO)
		return units_parse_ratio(text, bound);
	if (unit == LIMITS_NUMBER)
		return parse_number(text, bound);
	valid = unit == LIMITS_MS ? units_parse_duration(text, &whole)
				  : units_parse_count(text, &whole);
	if (!valid || whole < 0)
		return false;
	*bound = unit == LIMITS_MS ? (double)whole / 1e6 : (double)whole;
	return true;
}

/* Cut the blanks from both ends, in place. */
static char *
trim(char *text)
{
	char *end;

	text += strspn(text, SPACE);
	end = text + strlen(text);
	while (end > text && strchr(SPACE, end[-1]) != NULL)
		*--end = '\0';
	return text;
}

/* "1 %" is "1%": without blanks, in place. */
static char *
close_up(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0'; from++)
		if (strchr(SPACE, *from) == NULL)
			*to++ = *from;
	*to = '\0';
	return text;
}

/* "NAME TEST BOUND": cut into its parts, in place.  False: no test in it. */
static bool
split(char *item, char **name, enum limits_test *test, char **bound)
{
	char *at = item + strcspn(item, "<>");
	char mark = *at;
	bool equal;

	if (mark == '\0')
		return false;
	*at++ = '\0';
	equal = *at == '=';
	at += equal;
	*test = mark == '>' ? (equal ? LIMITS_FROM : LIMITS_ABOVE)
			    : (equal ? LIMITS_UP_TO : LIMITS_BELOW);
	*name = trim(item);
	*bound = close_up(at);
	return **name != '\0' && strpbrk(*name, "=!") == NULL;
}

static const struct limits_name *
find(const struct limits_name *names, const char *name)
{
	while (names->name != NULL && strcmp(names->name, name) != 0)
		names++;
	return names->name == NULL ? NULL : names;
}

static bool
parse_one(
    struct limit *limit, const char *item, const struct limits_name *names)
{
	const struct limits_name *known;
	char text[ITEM_BYTES], *name, *bound;

	snprintf(text, sizeof(text), "%s", item);
	if (!split(text, &name, &limit->test, &bound))
		return refuse_form(item, "no limit");
	known = find(names, name);
	if (known == NULL)
		return refuse_name(item, name, names);
	if (known->unit == LIMITS_ELSEWHERE) {
		refuse(item, "cannot be known here");
		cli_hint("%s", known->hint);
		return false;
	}
	if (!parse_bound(&limit->bound, bound, known->unit))
		return refuse_bound(item, bound, known->unit);
	snprintf(limit->name, sizeof(limit->name), "%s", name);
	limit->unit = known->unit;
	limit->value = NAN;
	return true;
}

bool
limits_parse(
    struct limits *limits, const char *text, const struct limits_name *names)
{
	const char *whole = text;
	char item[ITEM_BYTES];

	*limits = (struct limits){.count = 0};
	while (text != NULL) {
		size_t len = strcspn(text, ",");

		if (len >= sizeof(item))
			return refuse_form(text, "too long for a limit");
		memcpy(item, text, len);
		item[len] = '\0';
		if (*trim(item) == '\0')
			return refuse_form(whole, "a limit is empty");
		if (limits->count == LIMITS_MAX) {
			refuse(item, "too many limits");
			cli_hint("%d are the most", LIMITS_MAX);
			return false;
		}
		if (!parse_one(&limits->list[limits->count], trim(item), names))
			return false;
		limits->count++;
		text = text[len] == ',' ? text + len + 1 : NULL;
	}
	return true;
}

bool
limits_check_count(const struct limits *limits, const struct limits_name *names,
    uint64_t datagrams)
{
	char text[96];

	for (size_t i = 0; i < limits->count; i++) {
		const struct limits_name *known =
		    find(names, limits->list[i].name);

		if (known == NULL || known->least <= datagrams)
			continue;
		refuse(limits_text(text, sizeof(text), &limits->list[i]),
		    "cannot be known of so few datagrams");
		cli_hint("%s takes %llu, and %llu are asked for", known->name,
		    (unsigned long long)known->least,
		    (unsigned long long)datagrams);
		return false;
	}
	return true;
}
