/* SPDX-License-Identifier: MIT */
/*
 * From the library's counts to the report's: names and units, and the one
 * judgement that needs both ends of a socket: where datagrams were lost.
 */
#ifndef SILBO_TOOLS_SUMMARY_H
#define SILBO_TOOLS_SUMMARY_H

#include <silbo/receiver.h>

#include "report.h"

/* Fill in what a stream and its source report. */
void summary_stream(struct report_stream *out,
    const struct silbo_stream_report *stream,
    const struct silbo_gate_source *source);

/*
 * Say where this stream's datagrams were lost (docs/metrics.md, "Where it was
 * lost"): exact when the socket dropped nothing, or when it carried this stream
 * alone and its INFO numbers tell; else bounds.
 *
 *   socket_drops   datagrams the socket's queue dropped, of any kind
 *   alone          the only source on the socket, and nothing was rejected
 */
void summary_blame(struct report_stream *out, uint64_t socket_drops,
    uint64_t info_gaps, bool alone);

/* The counts of the socket. */
void summary_datagrams(
    struct report *out, const struct silbo_gate_report *gate);

#endif
