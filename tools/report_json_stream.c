/* SPDX-License-Identifier: MIT */
/*
 * Decides how one stream stands in the JSON report.  A sender's and a
 * receiver's have the same fields; what an end cannot know is null.
 */
#include <math.h>

#include "report_build.h"

static json_t *
build_codec(struct builder *b, const struct report_stream *stream)
{
	json_t *codec;

	if (stream->codec[0] == '\0')
		return json_null();
	codec = json_object();
	build_put(b, codec, "name", build_text(stream->codec));
	build_put(b, codec, "frame_ms", build_whole(stream->frame_ms));
	build_put(b, codec, "channels", build_count(stream->channels));
	build_put(
	    b, codec, "bitrate_bps", build_whole(round(stream->bitrate_bps)));
	return codec;
}

static json_t *
build_packets(struct builder *b, const struct report_stream *stream)
{
	json_t *packets = json_object();
	double ratio = NAN;

	if (stream->lost >= 0 && stream->expected > 0)
		ratio = (double)stream->lost / (double)stream->expected;
	build_put(b, packets, "expected", build_count(stream->expected));
	build_put(b, packets, "arrived", build_count(stream->arrived));
	build_put(b, packets, "unique", build_count(stream->unique));
	build_put(b, packets, "lost", build_count(stream->lost));
	build_put(b, packets, "pending", build_count(stream->pending));
	build_put(b, packets, "overdue", build_count(stream->overdue));
	build_put(b, packets, "duplicate", build_count(stream->duplicate));
	build_put(b, packets, "late_final", build_count(stream->late_final));
	build_put(b, packets, "too_old", build_count(stream->too_old));
	build_put(b, packets, "reordered", build_count(stream->reordered));
	build_put(b, packets, "bad_body", build_count(stream->bad_bodies));
	build_put(
	    b, packets, "lost_network", build_count(stream->lost_network));
	build_put(b, packets, "lost_network_min",
	    build_count(stream->lost_network_min));
	build_put(b, packets, "lost_network_max",
	    build_count(stream->lost_network_max));
	build_put(
	    b, packets, "dropped_here", build_count(stream->dropped_here));
	build_put(b, packets, "loss_ratio", build_real(ratio, 5));
	return packets;
}

static json_t *
build_playout(struct builder *b, const struct report_stream *stream)
{
	json_t *playout = json_object();

	build_put(
	    b, playout, "delay_ms_mean", build_real(stream->playout_ms, 3));
	build_put(
	    b, playout, "delay_ms_min", build_real(stream->playout_min_ms, 3));
	build_put(
	    b, playout, "delay_ms_max", build_real(stream->playout_max_ms, 3));
	build_put(b, playout, "late", build_count(stream->late));
	build_put(b, playout, "repaired", build_count(stream->repaired));
	build_put(b, playout, "repaired_by", build_text(stream->repaired_by));
	build_put(b, playout, "concealed", build_count(stream->concealed));
	build_put(
	    b, playout, "concealed_s", build_real(stream->concealed_s, 3));
	build_put(b, playout, "paused_s", build_real(stream->paused_s, 3));
	build_put(b, playout, "underruns", build_count(stream->underruns));
	build_put(b, playout, "overflow", build_count(stream->overflow));
	build_put(b, playout, "resyncs", build_count(stream->resyncs));
	build_put(b, playout, "undecodable", build_count(stream->undecodable));
	build_put(b, playout, "clock_ppm", build_real(stream->clock_ppm, 2));
	return playout;
}

static json_t *
build_errors(struct builder *b, const int64_t *counts)
{
	json_t *errors = json_object();

	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		build_put(b, errors,
		    report_send_error_name((enum report_send_error)kind),
		    build_count(counts[kind]));
	return errors;
}

/* Null at the end that does not send. */
static json_t *
build_targets(struct builder *b, const struct report_stream *stream)
{
	json_t *targets;

	if (stream->targets == NULL)
		return json_null();
	targets = json_array();
	for (size_t i = 0; i < stream->targets_count; i++) {
		const struct report_target *from = &stream->targets[i];
		json_t *target = json_object();

		build_put(b, target, "peer", build_text(from->peer));
		build_put(b, target, "name", build_text(from->name));
		build_put(b, target, "sent", build_count(from->sent));
		build_put(b, target, "unsent", build_count(from->unsent));
		build_put(b, target, "errors", build_errors(b, from->errors));
		build_append(b, targets, target);
	}
	return targets;
}

/* p50, p99 and the maximum. */
static json_t *
build_late(struct builder *b, const double ms[3])
{
	static const char *const names[] = {"p50", "p99", "max"};
	json_t *late = json_object();

	for (int i = 0; i < 3; i++)
		build_put(b, late, names[i], build_real(ms[i], 3));
	return late;
}

static json_t *
build_sent(struct builder *b, const struct report_stream *stream)
{
	json_t *sent;

	if (stream->sent < 0)
		return json_null();
	sent = json_object();
	build_put(b, sent, "data", build_count(stream->sent));
	build_put(b, sent, "info", build_count(stream->sent_info));
	build_put(b, sent, "bytes", build_count(stream->sent_bytes));
	build_put(b, sent, "unsent", build_count(stream->unsent));
	build_put(b, sent, "sources", build_count(stream->sources));
	build_put(b, sent, "source", build_text(stream->source));
	build_put(b, sent, "skipped_s", build_real(stream->skipped_s, 3));
	build_put(b, sent, "errors", build_errors(b, stream->send_errors));
	build_put(b, sent, "lateness_ms", build_late(b, stream->lateness_ms));
	build_put(b, sent, "wakeup_ms", build_late(b, stream->wakeup_ms));
	build_put(b, sent, "late_over_1ms", build_count(stream->late_over_1ms));
	return sent;
}

static json_t *
build_tail(const struct report_stream *stream)
{
	if (stream->tail_known < 0)
		return json_null();
	return build_text(stream->tail_known ? "known" : "unknown");
}

json_t *
build_stream(struct builder *b, const struct report_stream *stream)
{
	json_t *object = json_object();
	double wait_ms = stream->wait_ns < 0 ? NAN : (double)stream->wait_ns;

	build_put(b, object, "id", build_text(stream->id));
	build_put(b, object, "peer", build_text(stream->peer));
	build_put(b, object, "name", build_text(stream->name));
	build_put(b, object, "duration_s", build_real(stream->duration_s, 3));
	build_put(b, object, "encrypted", json_boolean(stream->encrypted));
	build_put(b, object, "codec", build_codec(b, stream));
	build_put(b, object, "packets", build_packets(b, stream));
	build_put(b, object, "reordering", build_reordering(b, stream));
	build_put(b, object, "loss_runs",
	    build_runs(
		b, stream->runs, stream->run_max, stream->run_histogram));
	build_put(b, object, "loss_pattern", build_loss_pattern(b, stream));
	build_put(b, object, "wait_ms",
	    build_real(wait_ms / (double)SILBO_NS_PER_MS, 3));
	build_times(b, object, stream);
	build_put(b, object, "playout", build_playout(b, stream));
	build_put(b, object, "quality", build_quality(b, &stream->quality));
	build_put(b, object, "marks", build_marks(b, &stream->marks));
	build_put(b, object, "tail", build_tail(stream));
	build_put(b, object, "joined_late", build_boolean(stream->joined_late));
	build_put(b, object, "file", build_text(stream->file));
	build_put(b, object, "samples", build_count(stream->samples));
	build_put(b, object, "sent", build_sent(b, stream));
	build_put(b, object, "targets", build_targets(b, stream));
	return object;
}
