/* SPDX-License-Identifier: MIT */
/*
 * What a command line writes to: whether two of its outputs are one.
 *
 * It knows names of files; it does not know what is in them.
 */
#ifndef SILBO_TOOLS_OUTPUTS_H
#define SILBO_TOOLS_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

struct output {
	const char *option; /* "--json" */
	const char *path;   /* NULL: not asked for; "-": standard output */
	bool parts;         /* it is PATH.part meanwhile */
	bool numbered;      /* and there may be NAME.2.SUFFIX beside it */
};

/* No two are standard output, or one file by whatever names.  False after the
 * message. */
bool outputs_check(const struct output *outputs, size_t count);

#endif
