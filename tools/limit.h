/* SPDX-License-Identifier: MIT */
/*
 * The limits of --fail-if, "loss>1%,p99>50ms": read before anything is opened,
 * compared at the end with every stream, of which the worst decides.  What can
 * never be known is refused; what is not known in the end counts as exceeded:
 * nobody has shown that it is not.
 *
 * Knows names and units; does not know what they are figures of.
 */
#ifndef SILBO_TOOLS_LIMIT_H
#define SILBO_TOOLS_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIMITS_MAX 16 /* in one list */
#define LIMITS_NAME_BYTES 16
#define LIMITS_WHO_BYTES 80 /* "", a source id, or a host */

enum limits_unit {
	LIMITS_RATIO,    /* "1%" "0.01"; values 0 to 1 */
	LIMITS_MS,       /* "50ms" "1s"; values in ms */
	LIMITS_COUNT,    /* "3" */
	LIMITS_NUMBER,   /* "3.5" */
	LIMITS_ELSEWHERE /* refused: `hint` says who knows it */
};

enum limits_test { LIMITS_ABOVE, LIMITS_FROM, LIMITS_BELOW, LIMITS_UP_TO };

/* What can be limited; a table of them ends with name NULL. */
struct limits_name {
	const char *name; /* shorter than LIMITS_NAME_BYTES */
	enum limits_unit unit;
	const char *hint;
	uint64_t least; /* datagrams that it takes to be known at all */
};

/* Rows of such a table: what is known, what is known after so many datagrams,
 * and what cannot be. */
#define LIMITS_KNOWN(name, unit)    \
	{                           \
		name, unit, NULL, 0 \
	}
#define LIMITS_AFTER(name, unit, least) \
	{                               \
		name, unit, NULL, least \
	}
#define LIMITS_NEVER(name, hint)                \
	{                                       \
		name, LIMITS_ELSEWHERE, hint, 0 \
	}

struct limit {
	/* as asked for */
	char name[LIMITS_NAME_BYTES];
	enum limits_unit unit;
	enum limits_test test;
	double bound;
	/* as found: the worst so far */
	bool checked, exceeded;
	double value; /* NaN: not known */
	char who[LIMITS_WHO_BYTES];
	bool is_host; /* who: of a target, not a source id */
};

struct limits {
	struct limit list[LIMITS_MAX];
	size_t count;
};

/* What is known of one stream; a table of them ends with name NULL. */
struct limits_value {
	const char *name;
	double value; /* NaN: not known, as is what is not in the table */
};

/* Read a list.  False after the message and a hint; names as above.  NULL: no
 * limits. */
bool limits_parse(
    struct limits *limits, const char *text, const struct limits_name *names);

/* Can each be known after so many datagrams?  False after the message. */
bool limits_check_count(const struct limits *limits,
    const struct limits_name *names, uint64_t datagrams);

/* Compare with the figures of one stream; who: its id. */
void limits_check(
    struct limits *limits, const char *who, const struct limits_value *values);

/* The same of a target; host: its name, quoted. */
void limits_check_host(
    struct limits *limits, const char *host, const struct limits_value *values);

/* Is its value beyond its bound, or not known? */
bool limits_is_exceeded(const struct limit *limit);

/* At the end: what nothing was compared with is not known.  True if a limit is
 * exceeded. */
bool limits_finish(struct limits *limits);

/* "loss>1%", as limits_parse reads it. */
const char *limits_text(char *out, size_t cap, const struct limit *limit);

/* "loss 2.31 % > 1 % (stream 5d1c)" */
const char *limits_verdict(char *out, size_t cap, const struct limit *limit);

#endif
