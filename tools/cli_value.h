/* SPDX-License-Identifier: MIT */
/*
 * One option's value, from text, and which of them go together.  Private to
 * the cli files.
 */
#ifndef SILBO_TOOLS_CLI_VALUE_H
#define SILBO_TOOLS_CLI_VALUE_H

#include "cli.h"

/*
 * Check a value and store it in the option's target.
 *
 *   text     NULL for a flag
 *   origin   what messages call it: "--delay", or the variable it came from
 *
 * Returns false after the message.
 */
bool cli_set_value(
    const struct cli_option *option, const char *text, const char *origin);

/* Who has set each option of a command. */
enum cli_by { CLI_BY_NONE, CLI_BY_WORD, CLI_BY_ENVIRONMENT };

struct cli_given {
	const struct cli_command *command;
	enum cli_by by[CLI_OPTIONS_MAX + 1]; /* the last row stays none */
};

/* Do they go together?  False after the message. */
bool cli_check_rules(const struct cli_given *given);

/* Is the variable of this row asked at all? */
bool cli_heeds_environment(const struct cli_given *given, size_t row);

#endif
