/* SPDX-License-Identifier: MIT */
/*
 * Decides whether a value is of its option's kind and in its range, and says
 * what is accepted when it is not.  Does not know where options stand.
 */
#include "cli_value.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "units.h"

#define QUOTED 256

static const char *
limit_text(char *out, size_t cap, enum cli_kind kind, int64_t limit)
{
	if (kind == CLI_DURATION)
		return units_duration(out, cap, limit);
	if (kind == CLI_RATE)
		return units_rate(out, cap, limit);
	snprintf(out, cap, "%" PRId64, limit);
	return out;
}

/* Say that a value is not of its kind, and how one is written. */
static void
complain_form(
    const struct cli_option *option, const char *origin, const char *quoted)
{
	bool bare = strspn(quoted, "0123456789.") == strlen(quoted);

	if (option->kind == CLI_DURATION) {
		cli_error("%s '%s': %s", origin, quoted,
		    bare ? "a time needs a unit" : "not a time");
		cli_hint("as in 250ms, 10s, 5m");
	} else if (option->kind == CLI_RATE) {
		cli_error("%s '%s': not a bit rate", origin, quoted);
		cli_hint("as in 32k, 1.5M, or 32000 for bit/s");
	} else {
		cli_error("%s '%s': not a whole number", origin, quoted);
		cli_hint("digits only, as in 20");
	}
}

static bool
parse_number(const struct cli_option *option, const char *text, int64_t *value)
{
	if (option->kind == CLI_DURATION)
		return units_parse_duration(text, value);
	if (option->kind == CLI_RATE)
		return units_parse_rate(text, value);
	return units_parse_count(text, value);
}

static bool
set_number(
    const struct cli_option *option, const char *text, const char *origin)
{
	int64_t max = option->max, value;
	char quoted[QUOTED], low[48], high[48];

	cli_quote(quoted, sizeof(quoted), text);
	if (!parse_number(option, text, &value)) {
		complain_form(option, origin, quoted);
		return false;
	}
	if (option->min == 0 && max == 0)
		max = INT64_MAX;
	if (value >= option->min && value <= max) {
		*(int64_t *)option->target = value;
		return true;
	}
	cli_error("%s '%s': out of range", origin, quoted);
	limit_text(low, sizeof(low), option->kind, option->min);
	if (max == INT64_MAX)
		cli_hint("at least %s", low);
	else
		cli_hint("from %s to %s", low,
		    limit_text(high, sizeof(high), option->kind, max));
	return false;
}

/* A directory is none, whether or not a slash is behind its name. */
static bool
is_file_name(const char *text, const char *origin)
{
	char quoted[QUOTED];
	struct stat st;

	cli_quote(quoted, sizeof(quoted), text);
	if (stat(text, &st) == 0 && S_ISDIR(st.st_mode))
		cli_error("%s '%s': is a directory", origin, quoted);
	else if (text[strlen(text) - 1] == '/')
		cli_error("%s '%s': no file is named", origin, quoted);
	else
		return true;
	cli_hint("name a file in it");
	return false;
}

bool
cli_set_value(
    const struct cli_option *option, const char *text, const char *origin)
{
	if (option->kind == CLI_FLAG) {
		*(bool *)option->target = true;
		return true;
	}
	/* A script's unset variable must not turn a key or a file off. */
	if (*text == '\0') {
		cli_error("%s '': empty", origin);
		cli_hint("give %s, or leave it out", option->value);
		return false;
	}
	if (option->kind == CLI_FILE && !is_file_name(text, origin))
		return false;
	if (option->kind != CLI_TEXT && option->kind != CLI_FILE)
		return set_number(option, text, origin);
	*(const char **)option->target = text;
	return true;
}
