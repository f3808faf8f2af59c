/* SPDX-License-Identifier: MIT */
/*
 * One option's value, from text.  Private to the cli files.
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

#endif
