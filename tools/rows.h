/* SPDX-License-Identifier: MIT */
/*
 * Rows that the option tables of send and recv share.
 */
#ifndef SILBO_TOOLS_ROWS_H
#define SILBO_TOOLS_ROWS_H

#include "cli.h"

/*
 * What is told, where, and how much of it.
 *
 *   to   where the values go: has json, events_path, quiet and verbose
 */
/* clang-format off */
#define ROWS_OF_TELLING(to)						\
    {"Output", 'j', "json", CLI_FILE, "FILE", NULL, NULL, 0, 0,		\
	&(to).json, "write the report as JSON; - is standard output"},	\
    {"Output", 0, "events", CLI_FILE, "FILE", NULL, NULL, 0, 0,		\
	&(to).events_path,						\
	"what happens, live, a line of JSON each; - as above"},		\
    {"Output", 'q', "quiet", CLI_FLAG, NULL, NULL, NULL, 0, 0,		\
	&(to).quiet, "no live line and no news; errors and the report"}, \
    {"Output", 'v', "verbose", CLI_FLAG, NULL, NULL, NULL, 0, 0,	\
	&(to).verbose, "tell more, to find a fault; never per datagram"}

/*
 * When what is measured is a failure.
 *
 *   to   has fail_if
 */
#define ROWS_OF_JUDGING(to)						\
    {"Limits", 0, "fail-if", CLI_TEXT, "LIMITS", NULL, NULL, 0, 0,	\
	&(to).fail_if, "exit with 4 when one is exceeded, as in "	\
	"'loss>1%,p99>50ms'"}
/* clang-format on */

#endif
