/* SPDX-License-Identifier: MIT */
/*
 * From the library's counts to the report's: names and units, and the one
 * judgement that needs both ends of a socket: where datagrams were lost.
 */
#ifndef SILBO_TOOLS_SUMMARY_H
#define SILBO_TOOLS_SUMMARY_H

#include <silbo/receiver.h>
#include <silbo/steps.h>

#include "report.h"

/* Fill in what a stream and its source report. */
void summary_stream(struct report_stream *out,
    const struct silbo_stream_report *stream,
    const struct silbo_gate_source *source);

/* How late its datagrams were; after summary_stream, whose counts it needs. */
void summary_delay(
    struct report_stream *out, const struct silbo_transit_report *delay);

/* What the ear at the end has to do with. */
struct summary_speech {
	double loss_ratio, burst_r, delay_ms;
	double bitrate_bps; /* of all channels */
	int64_t channels;   /* unknown: one */
	bool variable;      /* bit rate */
	bool network;       /* its delay is in delay_ms */
};

/* Estimate; everything unknown when a part of it is. */
void summary_estimate(
    struct report_quality *out, const struct summary_speech *speech);

/*
 * Estimate from what the stream reports by now (docs/metrics.md, "Quality").
 * Unknown for what is not Opus and for fewer than REPORT_QUALITY_LEAST
 * datagrams.
 */
void summary_quality(struct report_stream *out);

/* The play-out delay of the next; one of SILBO_TRANSIT_BUFFERS_MS, */
#define SUMMARY_WAY_PLAYOUT_MS 60
#define SUMMARY_WAY_BUFFER 2 /* this one */

/*
 * Estimate what speech would be like that goes one way of a probed path: Opus
 * at 32 kb/s in frames of 20 ms, with a play-out delay of 60 ms.
 *
 *   set_out    datagrams that went this way; fewer than REPORT_QUALITY_LEAST
 *              are unknown
 *   gone       of them: lost, or later than the play-out delay
 *   burst_r    of the losses
 *   way_ms     the delay of the network
 */
void summary_way_quality(struct report_quality *out, int64_t set_out,
    int64_t gone, double burst_r, double way_ms);

/*
 * Fill in what should have been sent by now, as far as its INFO lets guess.  Of
 * a source that was closed, or whose sender seems to have been started again,
 * nothing is known to be due: it may have sent its last.
 */
void summary_overdue(struct report_stream *out,
    const struct silbo_stream_report *stream,
    const struct silbo_gate_source *source, silbo_time now);

/*
 * Say where this stream's datagrams were lost (docs/metrics.md, "Where it was
 * lost"): exact when nothing was dropped or refused here, or when the socket
 * carried this stream alone and its INFO numbers tell; else bounds.
 *
 *   socket_drops   datagrams the socket's queue dropped, of any kind
 *   refused        that were whole and may have been of this stream
 *   alone          the only source on the socket, and nothing was rejected
 */
void summary_blame(struct report_stream *out, uint64_t socket_drops,
    uint64_t refused, uint64_t info_gaps, bool alone);

/* What the receiver refused though it was what its source sent: of no stream
 * yet, too old, or too far ahead to be believed. */
uint64_t summary_refused(const struct report *report);

/* Steps of the wall clock. */
void summary_clock(struct report *out, const struct silbo_steps *steps);

/* The counts of the socket. */
void summary_datagrams(
    struct report *out, const struct silbo_gate_report *gate);

#endif
