/* SPDX-License-Identifier: MIT */
/*
 * Decides what a report holds before anything is known, the names of send
 * errors, and the live line.  The final report is report_text.c.
 */
#include "report.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>

#include "units.h"

#define UNKNOWN REPORT_UNKNOWN

const int report_buffers_ms[REPORT_BUFFERS] = {20, 40, 60, 80, 100, 150};

static const struct report_stream unknown = {
    .duration_s = NAN,
    .frame_ms = NAN,
    .bitrate_bps = NAN,
    .channels = UNKNOWN,
    .expected = UNKNOWN,
    .arrived = UNKNOWN,
    .unique = UNKNOWN,
    .lost = UNKNOWN,
    .pending = UNKNOWN,
    .overdue = UNKNOWN,
    .duplicate = UNKNOWN,
    .late_final = UNKNOWN,
    .too_old = UNKNOWN,
    .reordered = UNKNOWN,
    .extent_max = UNKNOWN,
    .runs = UNKNOWN,
    .run_max = UNKNOWN,
    .run_histogram = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,
	UNKNOWN, UNKNOWN},
    .lost_network = UNKNOWN,
    .lost_network_min = UNKNOWN,
    .lost_network_max = UNKNOWN,
    .dropped_here = UNKNOWN,
    .bad_bodies = UNKNOWN,
    .marks = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,
	UNKNOWN},
    .tail_known = UNKNOWN,
    .joined_late = UNKNOWN,
    .wait_ns = UNKNOWN,
    .jitter_ms = NAN,
    .jitter_mean_ms = NAN,
    .jitter_max_ms = NAN,
    .delay_ms = {NAN, NAN, NAN, NAN},
    .delay_p999_ms = NAN,
    .delay_mean_ms = NAN,
    .delay_first_ms = NAN,
    .ipdv_ms = {NAN, NAN, NAN, NAN, NAN},
    .ipdv_pairs = REPORT_UNKNOWN,
    .ipdv_unpaired = REPORT_UNKNOWN,
    .absurd_times = REPORT_UNKNOWN,
    .skew_applied = REPORT_UNKNOWN,
    .buffer_loss = {NAN, NAN, NAN, NAN, NAN, NAN},
    .playout_ms = NAN,
    .playout_min_ms = NAN,
    .playout_max_ms = NAN,
    .late = UNKNOWN,
    .repaired = UNKNOWN,
    .concealed = UNKNOWN,
    .underruns = UNKNOWN,
    .overflow = UNKNOWN,
    .resyncs = UNKNOWN,
    .concealed_s = NAN,
    .paused_s = NAN,
    .clock_ppm = NAN,
    .undecodable = UNKNOWN,
    .samples = UNKNOWN,
    .sent = UNKNOWN,
    .sent_info = UNKNOWN,
    .sent_bytes = UNKNOWN,
    .unsent = UNKNOWN,
    .sources = UNKNOWN,
    .skipped_s = NAN,
    .send_errors = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,
	UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN},
    .lateness_ms = {NAN, NAN, NAN},
    .wakeup_ms = {NAN, NAN, NAN},
    .late_over_1ms = UNKNOWN,
};

void
report_stream_init(struct report_stream *stream)
{
	*stream = unknown;
	report_quality_init(&stream->quality);
}

const char *
report_send_error_name(enum report_send_error kind)
{
	static const char *const names[REPORT_SEND_KINDS] = {"busy", "refused",
	    "unreachable", "no_address", "denied", "too_large", "other",
	    "no_route", "prohibited", "path_too_large", "expired", "notice"};

	assert(kind < REPORT_SEND_KINDS);
	return names[kind];
}

/* The live line as it grows; what does not fit is left out. */
struct text {
	char *out;
	size_t cap, used;
};

__attribute__((format(printf, 2, 3))) static void
add(struct text *text, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(
	    text->out + text->used, text->cap - text->used, format, args);
	va_end(args);
	if (n >= 0 && (size_t)n < text->cap - text->used)
		text->used += (size_t)n;
	else
		text->out[text->used] = '\0';
}

static void
add_elapsed(struct text *text, double seconds)
{
	int64_t whole = (int64_t)seconds;

	if (whole >= 3600)
		add(text, "%" PRId64 ":", whole / 3600);
	add(text, "%02d:%02d", (int)(whole / 60 % 60), (int)(whole % 60));
}

static void
add_counts(struct text *text, const struct report_stream *stream)
{
	char number[32];

	if (stream->unique >= 0)
		add(text, "  rx %s",
		    units_grouped(
			number, sizeof(number), (uint64_t)stream->unique));
	if (stream->lost >= 0)
		add(text, "  lost %s",
		    units_grouped(
			number, sizeof(number), (uint64_t)stream->lost));
	if (stream->lost >= 0 && stream->expected > 0)
		add(text, " (%.2f %%)",
		    100.0 * (double)stream->lost / (double)stream->expected);
	if (stream->overdue > 0)
		add(text, "  overdue %s",
		    units_grouped(
			number, sizeof(number), (uint64_t)stream->overdue));
	if (stream->late >= 0)
		add(text, "  late %" PRId64, stream->late);
	if (stream->reordered >= 0)
		add(text, "  reord %" PRId64, stream->reordered);
	if (!isnan(stream->jitter_ms))
		add(text, "  jitter %.1f ms", stream->jitter_ms);
}

static void
add_codec(struct text *text, const struct report_stream *stream)
{
	if (stream->codec[0] == '\0')
		return;
	add(text, "  %s", stream->codec);
	if (!isnan(stream->bitrate_bps))
		add(text, " %.0f kb/s", stream->bitrate_bps / 1000);
	if (!isnan(stream->frame_ms))
		add(text, " %g ms", stream->frame_ms);
}

void
report_live_recv(char *out, size_t cap, const struct report_live *live)
{
	struct text text = {.out = out, .cap = cap};
	const struct report_stream *stream = live->stream;
	char number[32];

	assert(cap > 0);
	out[0] = '\0';
	add(&text, live->reflector ? "probe --reflect " : "recv ");
	add_elapsed(&text, live->elapsed_s);
	if (live->answered > 0)
		add(&text, "  %zu prober%s  answered %s", live->probers_count,
		    live->probers_count == 1 ? "" : "s",
		    units_grouped(number, sizeof(number), live->answered));
	if (stream == NULL) {
		if (live->answered == 0)
			add(&text, "  waiting for %s",
			    live->reflector ? "probes" : "a stream");
		return;
	}
	if (live->streams_count > 1)
		add(&text, "  %zu streams", live->streams_count);
	if (!live->brief)
		add_codec(&text, stream);
	add_counts(&text, stream);
	if (!isnan(live->buffer_ms) && !isnan(live->target_ms))
		add(&text, "  buffer %.0f/%.0f ms", live->buffer_ms,
		    live->target_ms);
	if (!isnan(stream->clock_ppm))
		add(&text, "  clock %+.0f ppm", stream->clock_ppm);
}
