/* SPDX-License-Identifier: MIT */
/*
 * Decides how the times of a stream stand in the JSON report: jitter, delay
 * above the fastest, differences of neighbours, and the clocks behind them; and
 * the steps of a clock that no time depends on.
 */
#include "report_build.h"

static json_t *
build_delay(struct builder *b, const struct report_stream *stream)
{
	json_t *delay = json_object();

	/* The clocks of two machines are not compared. */
	build_put(b, delay, "relative", json_true());
	build_put(b, delay, "first", build_real(stream->delay_first_ms, 3));
	build_put(b, delay, "mean", build_real(stream->delay_mean_ms, 3));
	build_put(b, delay, "p50", build_real(stream->delay_ms[0], 3));
	build_put(b, delay, "p95", build_real(stream->delay_ms[1], 3));
	build_put(b, delay, "p99", build_real(stream->delay_ms[2], 3));
	build_put(b, delay, "p999", build_real(stream->delay_p999_ms, 3));
	build_put(b, delay, "max", build_real(stream->delay_ms[3], 3));
	return delay;
}

static json_t *
build_ipdv(struct builder *b, const struct report_stream *stream)
{
	static const char *const names[] = {"mean", "p50", "p95", "p99", "max"};
	json_t *ipdv = json_object();

	for (int i = 0; i < 5; i++)
		build_put(b, ipdv, names[i], build_real(stream->ipdv_ms[i], 3));
	build_put(b, ipdv, "pairs", build_count(stream->ipdv_pairs));
	build_put(b, ipdv, "unpaired", build_count(stream->ipdv_unpaired));
	return ipdv;
}

static json_t *
build_buffers(struct builder *b, const struct report_stream *stream)
{
	json_t *buffers = json_object();
	char name[16];

	for (int i = 0; i < REPORT_BUFFERS; i++) {
		snprintf(name, sizeof(name), "%d", report_buffers_ms[i]);
		build_put(
		    b, buffers, name, build_real(stream->buffer_loss[i], 5));
	}
	return buffers;
}

static json_t *
build_skew(struct builder *b, const struct report_stream *stream)
{
	json_t *skew = json_object();

	build_put(b, skew, "ppm", build_real(stream->clock_ppm, 2));
	build_put(b, skew, "applied", build_boolean(stream->skew_applied));
	return skew;
}

void
build_times(
    struct builder *b, json_t *object, const struct report_stream *stream)
{
	build_put(b, object, "jitter_ms", build_real(stream->jitter_ms, 3));
	build_put(
	    b, object, "jitter_ms_mean", build_real(stream->jitter_mean_ms, 3));
	build_put(
	    b, object, "jitter_ms_max", build_real(stream->jitter_max_ms, 3));
	build_put(b, object, "delay_ms", build_delay(b, stream));
	build_put(b, object, "ipdv_ms", build_ipdv(b, stream));
	build_put(b, object, "buffer_loss_ratio", build_buffers(b, stream));
	build_put(b, object, "skew", build_skew(b, stream));
	build_put(b, object, "absurd_times", build_count(stream->absurd_times));
}

json_t *
build_clock_steps(struct builder *b, const struct report_clock *clock)
{
	json_t *steps;

	if (!clock->watched)
		return json_null();
	steps = json_object();
	build_put(b, steps, "count", build_count(clock->steps));
	build_put(b, steps, "total_ms", build_real(clock->total_ms, 3));
	return steps;
}
