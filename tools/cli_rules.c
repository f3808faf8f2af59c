/* SPDX-License-Identifier: MIT */
/*
 * Decides which options do not go together, by the table of a command: what
 * would have no effect beside another is refused, and never passed over.  Knows
 * no option by name.
 */
#include <string.h>

#include "cli_value.h"

/* The row of a name that ends at a bar or at its end; the table has it. */
static size_t
row_of(const struct cli_option *options, const char *name)
{
	size_t row = 0, len = strcspn(name, "|");

	while (options[row].name != NULL &&
	    (strncmp(options[row].name, name, len) != 0 ||
		options[row].name[len] != '\0'))
		row++;
	return row;
}

static bool
is_set(const struct cli_given *given, const char *name)
{
	return given->by[row_of(given->command->options, name)] != CLI_BY_NONE;
}

static bool
is_any_set(const struct cli_given *given, const char *names)
{
	for (;;) {
		if (is_set(given, names))
			return true;
		names += strcspn(names, "|");
		if (*names++ == '\0')
			return false;
	}
}

/* "--reflect or --key" */
static const char *
list(char *out, size_t cap, const char *names)
{
	size_t used = 0;

	for (;;) {
		int len = (int)strcspn(names, "|");

		used += (size_t)snprintf(out + used, cap - used, "%s--%.*s",
		    used > 0 ? " or " : "", len, names);
		if (names[len] == '\0' || used >= cap)
			return out;
		names += len + 1;
	}
}

static bool
refuse(const struct cli_given *given, const struct cli_rule *rule)
{
	size_t row = row_of(given->command->options, rule->option);
	char others[128];

	list(others, sizeof(others), rule->other);
	if (rule->kind == CLI_EXCLUDES)
		cli_error(
		    "--%s and %s exclude one another", rule->option, others);
	else if (rule->kind == CLI_ONLY_WITH)
		cli_error(
		    "--%s is for %s: %s", rule->option, others, rule->why);
	else
		cli_error(
		    "--%s is not for %s: %s", rule->option, others, rule->why);
	if (given->by[row] == CLI_BY_ENVIRONMENT)
		cli_hint("%s is set: unset it for this",
		    given->command->options[row].env);
	else
		cli_hint("%s", rule->hint);
	return false;
}

bool
cli_check_rules(const struct cli_given *given)
{
	const struct cli_rule *rule = given->command->rules;

	for (; rule != NULL && rule->option != NULL; rule++) {
		if (rule->kind == CLI_NOT_BY_ENVIRONMENT ||
		    !is_set(given, rule->option))
			continue;
		if (is_any_set(given, rule->other) !=
		    (rule->kind == CLI_ONLY_WITH))
			return refuse(given, rule);
	}
	return true;
}

bool
cli_heeds_environment(const struct cli_given *given, size_t row)
{
	const struct cli_rule *rule = given->command->rules;
	const char *name = given->command->options[row].name;

	for (; rule != NULL && rule->option != NULL; rule++)
		if (rule->kind == CLI_NOT_BY_ENVIRONMENT &&
		    strcmp(rule->option, name) == 0 &&
		    is_any_set(given, rule->other))
			return false;
	return true;
}
