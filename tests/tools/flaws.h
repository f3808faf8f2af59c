/* SPDX-License-Identifier: MIT */
/*
 * What no figure of a report can be, as it stands in a text: not a number,
 * negative, more than 100 %, or so large that it must have wrapped.
 */
#ifndef SILBO_TESTS_TOOLS_FLAWS_H
#define SILBO_TESTS_TOOLS_FLAWS_H

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define FLAWS_DIGITS 17 /* 2^53, and what a few of them sum to, has fewer */

/* A clock may be slow, behind, or set back. */
static inline bool
may_be_negative(const char *text, const char *at)
{
	const char *line = at, *clock;

	while (line > text && line[-1] != '\n')
		line--;
	clock = strstr(line, "clock");
	if ((clock != NULL && clock < at) ||
	    (at - text >= 3 && strncmp(at - 3, "by ", 3) == 0))
		return true;
	at += 1 + strspn(at + 1, "0123456789.");
	return strncmp(at, " ppm", 4) == 0;
}

/* Where the first of them stands; NULL: nowhere. */
static inline const char *
flaw_of(const char *text)
{
	const char *at;

	if ((at = strstr(text, "nan")) != NULL ||
	    (at = strstr(text, "inf")) != NULL)
		return at;
	for (at = text; (at = strchr(at, '-')) != NULL; at++)
		if (at > text && (at[-1] == ' ' || at[-1] == '(') &&
		    isdigit((unsigned char)at[1]) && !may_be_negative(text, at))
			return at;
	for (at = text; (at = strstr(at, " %")) != NULL; at++) {
		const char *from = at;

		while (from > text &&
		    (isdigit((unsigned char)from[-1]) || from[-1] == '.'))
			from--;
		if (from < at && strtod(from, NULL) > 100)
			return from;
	}
	for (at = text; *at != '\0'; at++) {
		size_t digits = strspn(at, "0123456789");

		if (digits > FLAWS_DIGITS)
			return at;
		at += digits > 0 ? digits - 1 : 0;
	}
	return NULL;
}

#endif
