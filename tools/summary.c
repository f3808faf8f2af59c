/* SPDX-License-Identifier: MIT */
/*
 * Library counts to report fields.  Knows both structs; counts nothing itself.
 */
#include <stdio.h>
#include <string.h>

#include <silbo/net.h>

#include "cli.h"
#include "summary.h"

static double
ms(uint64_t ns)
{
	return (double)ns / 1e6;
}

static void
put_numbers(struct report_stream *out, const struct silbo_track_report *track)
{
	out->expected = (int64_t)track->expected;
	out->arrived = (int64_t)track->arrived;
	out->unique = (int64_t)track->unique;
	out->lost = (int64_t)track->lost;
	out->pending = (int64_t)track->pending;
	out->duplicate = (int64_t)track->duplicate;
	out->late_final = (int64_t)track->late_final;
	out->too_old = (int64_t)track->too_old;
	out->reordered = (int64_t)track->reordered;
	out->extent_max = (int64_t)track->extent_max;
	out->runs = (int64_t)track->losses.runs;
	out->run_max = (int64_t)track->losses.run_max;
	for (int i = 0; i < SILBO_TRACK_RUN_CLASSES; i++)
		out->run_histogram[i] = (int64_t)track->losses.run_histogram[i];
}

static void
put_pattern(struct report_pattern *out, const struct silbo_track_report *track)
{
	out->known = true;
	out->losses = track->losses;
	out->extent_sum = track->extent_sum;
	out->late_by_max_ns = track->late_by_max_ns;
	out->late_by_sum_ns = track->late_by_sum_ns;
	memcpy(out->extents, track->extents, sizeof out->extents);
	memcpy(out->preceding, track->preceding, sizeof out->preceding);
}

static void
put_playout(
    struct report_stream *out, const struct silbo_playout_report *playout)
{
	out->late = (int64_t)playout->late;
	out->repaired = (int64_t)playout->repaired;
	out->concealed = (int64_t)playout->concealed;
	out->concealed_s =
	    (double)playout->concealed_samples / SILBO_SAMPLES_PER_S;
	out->paused_s = (double)playout->paused_samples / SILBO_SAMPLES_PER_S;
	out->underruns = (int64_t)playout->underruns;
	out->overflow = (int64_t)playout->overflow;
	out->resyncs = (int64_t)playout->resyncs;
	out->samples = (int64_t)playout->output_samples;
	if (playout->played > 0) {
		out->playout_ms = ms(playout->delay_mean_ns);
		out->playout_min_ms = ms(playout->delay_min_ns);
		out->playout_max_ms = ms(playout->delay_max_ns);
	}
}

/* Numbers become final after T, or sooner when the window is short for the
 * rate: once there were more of them than it holds, and while they flow. */
static int64_t
effective_wait(const struct silbo_stream_report *stream)
{
	uint64_t window_ns = silbo_samples_to_ns(
	    (uint64_t)stream->track.window * stream->duration);

	if (window_ns == 0 || window_ns > stream->track.wait_ns ||
	    stream->track.expected <= stream->track.window)
		return (int64_t)stream->track.wait_ns;
	return (int64_t)window_ns;
}

static void
put_codec(struct report_stream *out, const struct silbo_stream_report *stream)
{
	uint64_t samples = stream->payload_samples;

	snprintf(out->codec, sizeof out->codec, "%s",
	    stream->format == SILBO_FORMAT_OPUS          ? "opus"
		: stream->format == SILBO_FORMAT_PATTERN ? "pattern"
							 : "opaque");
	if (stream->duration > 0)
		out->frame_ms = ms(silbo_samples_to_ns(stream->duration));
	if (stream->described && stream->info.channels > 0)
		out->channels = stream->info.channels;
	if (samples > 0)
		out->bitrate_bps = (double)stream->payload_bytes * 8 *
		    SILBO_SAMPLES_PER_S / (double)samples;
}

void
summary_stream(struct report_stream *out,
    const struct silbo_stream_report *stream,
    const struct silbo_gate_source *source)
{
	for (size_t i = 0; i < SILBO_WIRE_SOURCE_BYTES; i++)
		snprintf(out->id + 2 * i, 3, "%02x", source->id.bytes[i]);
	silbo_addr_text(out->peer, &source->peer);
	out->encrypted = source->encrypted;
	if (stream->described)
		cli_quote(out->name, sizeof out->name, stream->info.name);
	out->duration_s = (double)(stream->last_at - stream->first_at) / 1e9;
	put_codec(out, stream);
	put_numbers(out, &stream->track);
	put_pattern(&out->pattern, &stream->track);
	put_playout(out, &stream->playout);
	report_marks_fill(&out->marks, &source->marks);
	out->bad_bodies = (int64_t)stream->bad_bodies;
	out->tail_known = stream->ended;
	if (stream->track.base != SILBO_TRACK_BASE_OPEN)
		out->joined_late =
		    stream->track.base == SILBO_TRACK_BASE_JOINED;
	out->wait_ns = effective_wait(stream);
	if (stream->jitter.count > 0) {
		out->jitter_ms = ms(stream->jitter.last_ns);
		out->jitter_mean_ms = ms(stream->jitter.mean_ns);
		out->jitter_max_ms = ms(stream->jitter.max_ns);
	}
}

/* Of what is decided, the share that a buffer of each length would not play:
 * lost, or later than it.  What came when it was booked lost is lost once. */
static void
put_buffers(struct report_stream *out, const struct silbo_transit_report *delay)
{
	int64_t judged = out->expected - out->pending;

	for (int i = 0; i < REPORT_BUFFERS && judged > 0; i++) {
		int64_t gone = out->lost + (int64_t)delay->beyond[i];

		out->buffer_loss[i] =
		    (double)(gone < judged ? gone : judged) / (double)judged;
	}
}

void
summary_delay(
    struct report_stream *out, const struct silbo_transit_report *delay)
{
	const struct silbo_spread *pdv = &delay->pdv, *ipdv = &delay->ipdv;

	out->absurd_times = (int64_t)delay->absurd;
	out->ipdv_pairs = (int64_t)ipdv->count;
	out->ipdv_unpaired = (int64_t)delay->unpaired;
	if (delay->skew_known) {
		out->clock_ppm = delay->skew_ppm;
		out->skew_applied = delay->skew_applied;
	}
	if (ipdv->count > 0) {
		out->ipdv_ms[0] = ms(ipdv->mean_ns);
		out->ipdv_ms[1] = ms(ipdv->p50_ns);
		out->ipdv_ms[2] = ms(ipdv->p95_ns);
		out->ipdv_ms[3] = ms(ipdv->p99_ns);
		out->ipdv_ms[4] = ms(ipdv->max_ns);
	}
	if (pdv->count == 0)
		return;
	out->delay_ms[0] = ms(pdv->p50_ns);
	out->delay_ms[1] = ms(pdv->p95_ns);
	out->delay_ms[2] = ms(pdv->p99_ns);
	out->delay_ms[3] = ms(pdv->max_ns);
	out->delay_p999_ms = ms(pdv->p999_ns);
	out->delay_mean_ms = ms(pdv->mean_ns);
	out->delay_first_ms = ms(delay->first_ns);
	put_buffers(out, delay);
}

void
summary_overdue(struct report_stream *out,
    const struct silbo_stream_report *stream,
    const struct silbo_gate_source *source, silbo_time now)
{
	uint64_t overdue = silbo_stream_overdue(stream, now);
	bool gone =
	    source->outlived || source->standing == SILBO_STANDING_CLOSED;

	if (overdue != SILBO_STREAM_UNKNOWN && (stream->ended || !gone))
		out->overdue = (int64_t)overdue;
}

void
summary_blame(struct report_stream *out, uint64_t socket_drops,
    uint64_t refused, uint64_t info_gaps, bool alone)
{
	int64_t drops = (int64_t)socket_drops;
	int64_t gaps = (int64_t)info_gaps;
	int64_t here = drops + (int64_t)refused;

	out->lost_network_min = out->lost > here ? out->lost - here : 0;
	out->lost_network_max = out->lost;
	if (alone || drops == 0)
		out->dropped_here = drops;
	if (refused > 0 && out->lost > 0)
		return;
	if (drops == 0)
		out->lost_network = out->lost;
	else if (!alone || out->pending != 0)
		return;
	else if (drops == out->lost + gaps)
		out->lost_network = 0;
	else if (gaps == 0 && drops <= out->lost)
		out->lost_network = out->lost - drops;
}

uint64_t
summary_refused(const struct report *report)
{
	return report->verdict[SILBO_DROP_STALE] +
	    report->verdict[SILBO_DROP_TABLE_FULL] +
	    report->verdict[SILBO_DROP_JUMP] - report->taken;
}

void
summary_datagrams(struct report *out, const struct silbo_gate_report *gate)
{
	out->has_datagrams = true;
	out->received = gate->received;
	out->accepted = gate->accepted;
	out->taken = gate->taken;
	memcpy(out->verdict, gate->verdict, sizeof out->verdict);
}

void
summary_clock(struct report *out, const struct silbo_steps *steps)
{
	struct silbo_steps_report report;

	silbo_steps_report(steps, &report);
	out->clock = (struct report_clock){.watched = true,
	    .steps = (int64_t)report.count,
	    .total_ms = (double)report.total_ns / 1e6};
}
