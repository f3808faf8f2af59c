/* SPDX-License-Identifier: MIT */
/*
 * The figures of a report that --fail-if knows.
 */
#ifndef SILBO_TOOLS_LIMIT_REPORT_H
#define SILBO_TOOLS_LIMIT_REPORT_H

#include "limit.h"
#include "report.h"

/* Of a receiver, of a sender, which knows nothing of what arrived, of a prober,
 * and of one that searches the path's MTU.  A figure that can never be known
 * there is named with who knows it. */
extern const struct limits_name limits_recv_names[];
extern const struct limits_name limits_send_names[];
extern const struct limits_name limits_probe_names[];
extern const struct limits_name limits_mtu_names[];

/* Their names, for --help. */
#define LIMITS_RECV_HELP                                                  \
	"--fail-if knows loss (%), lost, late, duplicate, reordered, "    \
	"concealed, run (the\nlongest), jitter, p50, p95, p99, max (ms "  \
	"above the fastest), mos and r. The\nworst stream decides; what " \
	"is not known counts as exceeded.\n"
#define LIMITS_SEND_HELP                                                  \
	"--fail-if knows unsent, late (by more than 1 ms), p50, p99 and " \
	"max (ms late).\nWhat was lost only the receiver knows.\n"

#define LIMITS_PROBE_HELP                                                   \
	"--fail-if knows loss (%), lost, lost_there, lost_back, "           \
	"reordered, duplicate, run\n(the longest), rtt (mean), p50, p95, "  \
	"p99, max (of round trips), jitter, unsent\nand mos (of the worse " \
	"way); with --mtu it knows mtu alone. The worst host decides;\n"    \
	"what is not known in the end counts as exceeded.\n"

/* Compare with what a stream reports, or a target. */
void limits_check_received(
    struct limits *limits, const struct report_stream *stream);
void limits_check_sent(
    struct limits *limits, const struct report_stream *stream);

void limits_check_probe(
    struct limits *limits, const struct report_probe *probe);

/* Compare with all of a report, which tells of them from then on.  True if a
 * limit is exceeded. */
bool limits_judge(struct limits *limits, struct report *report);

#endif
