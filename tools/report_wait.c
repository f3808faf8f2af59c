/* SPDX-License-Identifier: MIT */
/*
 * Decides how that is told which losses depend on here: how long a datagram was
 * waited for, and how much the kernel held for us meanwhile.
 */
#include <inttypes.h>
#include <math.h>

#include "report_line.h"
#include "units.h"

#define KIB 1024
#define MIB (1024 * KIB)

void
report_buffer(struct report_line *line, int64_t bytes)
{
	if (bytes <= 0)
		return;
	if (bytes % MIB == 0)
		report_part(
		    line, "receive buffer %" PRId64 " MiB", bytes / MIB);
	else
		report_part(
		    line, "receive buffer %" PRId64 " KiB", bytes / KIB);
}

/* Four digits or so, out of what stands in the JSON. */
static int64_t
rounded_ns(double ms)
{
	int64_t us = llround(ms * 1e3);
	int64_t step = us >= 1000000 ? 1000 : us >= 10000 ? 100 : 10;

	return (us + step / 2) / step * step * 1000;
}

void
report_wait(FILE *out, double ms, int64_t buffer)
{
	struct report_line line = report_line(out, "lost after");
	char span[48];

	if (isnan(ms) || ms <= 0 || ms > 1e9)
		return;
	report_part(
	    &line, "%s", units_duration(span, sizeof span, rounded_ns(ms)));
	report_buffer(&line, buffer);
	report_line_end(&line);
}
