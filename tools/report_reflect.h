/* SPDX-License-Identifier: MIT */
/*
 * Who was answered: what a report says of the probers of a reflector.
 */
#ifndef SILBO_TOOLS_REPORT_REFLECT_H
#define SILBO_TOOLS_REPORT_REFLECT_H

#include <stdint.h>
#include <stdio.h>

#include <silbo/reflector.h>

#include "report_marks.h"

/* One prober. */
struct report_prober {
	char id[33];   /* source id, hex; text shows the first 4 */
	char peer[64]; /* "192.0.2.9:40112", the latest */
	double duration_s;
	double wait_ms; /* after which one is lost; NaN: not known */
	struct silbo_reflector_report counts;
	uint64_t lost, pending; /* between those that came */
	struct report_marks marks;
};

struct report_reflected {
	struct report_prober *probers; /* in order of appearance */
	size_t count;
	/* those that are not told one by one any more */
	uint64_t forgotten, forgotten_unique, forgotten_answered;
};

/* A block for each of them. */
void report_reflected(FILE *out, const struct report_reflected *reflected);

#endif
