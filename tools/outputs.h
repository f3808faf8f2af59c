/* SPDX-License-Identifier: MIT */
/*
 * What a command line writes to: whether two of its outputs are one, or one is
 * what it reads.
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

/* What is read: "the plan", "plan.ini". */
struct input {
	const char *what;
	const char *path; /* NULL: not asked for */
};

/* None of the outputs is that file by whatever name.  False after the message.
 */
bool outputs_spare(
    const struct output *outputs, size_t count, const struct input *input);

#endif
