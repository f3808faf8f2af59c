/* SPDX-License-Identifier: MIT */
/*
 * Rows that several option tables share.
 */
#ifndef SILBO_TOOLS_ROWS_H
#define SILBO_TOOLS_ROWS_H

#include <silbo/reflector.h>

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

/* Where a receiver listens; has port and listen. */
#define ROWS_OF_LISTENING(to)						\
    {"Network", 'p', "port", CLI_COUNT, "N", "SILBO_PORT", "7587", 0,	\
	65535, &(to).port, "UDP port to listen on; 0: any that is free"}, \
    {"Network", 'l', "listen", CLI_TEXT, "ADDR[:PORT]", NULL, NULL, 0, 0, \
	&(to).listen, "listen on this address only"}

/* How often one who asks is answered; has reflect_rate. */
#define ROW_OF_REFLECTING(to)						\
    {"Measurement", 0, "reflect-rate", CLI_COUNT, "N", NULL, "2000", 1,	\
	SILBO_REFLECTOR_RATE_MAX, &(to).reflect_rate,			\
	"answers a second to one who probes, ten times that to all"}

/* Beside -4 and -6. */
#define RULE_OF_FAMILIES						\
    {"ipv4", CLI_EXCLUDES, "ipv6", NULL,				\
	"leave one of them out; without either both are tried"}
/* clang-format on */

#endif
