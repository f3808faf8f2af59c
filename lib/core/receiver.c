/* SPDX-License-Identifier: MIT */
/*
 * The receiver.  Everything that time makes happen, and nothing else does:
 *
 *   a frame is due                  the stream's play-out      get
 *   a missing number becomes lost   the stream's track         on_time
 *   a stream is silent for 3 s      stalled                    state
 *   a stream is silent for 30 s     closed                     state, get
 *
 * It decides what silence means.  It refuses to know what a datagram holds,
 * that is the gate's, and what a frame holds, that is the stream's.
 *
 * A state is not stored: it follows from when the source was last heard.  So a
 * source that is heard again after 30 s simply is active again, with all its
 * counts and its replay memory.
 */
#include <assert.h>
#include <string.h>

#include <silbo/receiver.h>

struct silbo_receiver {
	struct silbo_gate *gate;
	silbo_time told; /* of the latest on_time: nothing before it is due */
};

/* The gate's memory begins here behind the receiver. */
static size_t
gate_offset(void)
{
	const size_t to = _Alignof(max_align_t);

	return (sizeof(struct silbo_receiver) + to - 1) / to * to;
}

void
silbo_receiver_config_init(struct silbo_receiver_config *config, silbo_time now)
{
	memset(config, 0, sizeof(*config));
	config->gate.datagram_max = SILBO_WIRE_MTU_DEFAULT;
	config->gate.sources = SILBO_GATE_SOURCES_DEFAULT;
	config->gate.max_age_ns = SILBO_TIME_NEVER;
	silbo_stream_config_init(&config->gate.stream, now);
}

size_t
silbo_receiver_size(const struct silbo_receiver_config *config)
{
	return gate_offset() + silbo_gate_size(&config->gate);
}

struct silbo_receiver *
silbo_receiver_init(void *mem, const struct silbo_receiver_config *config)
{
	struct silbo_receiver *rx = mem;

	rx->gate =
	    silbo_gate_init((uint8_t *)mem + gate_offset(), &config->gate);
	rx->told = 0;
	return rx;
}

enum silbo_verdict
silbo_receiver_on_datagram(struct silbo_receiver *rx,
    struct silbo_arrival *arrival, uint32_t *stream, silbo_time now)
{
	return silbo_gate_on_datagram(rx->gate, stream, arrival, now);
}

uint32_t
silbo_receiver_streams(const struct silbo_receiver *rx)
{
	return silbo_gate_sources(rx->gate);
}

static silbo_time
last_heard(const struct silbo_receiver *rx, uint32_t stream)
{
	struct silbo_gate_source source;

	silbo_gate_report_source(rx->gate, stream, &source);
	return source.last_at;
}

static bool
has_end(const struct silbo_stream *stream)
{
	struct silbo_stream_report report;

	silbo_stream_report(stream, &report);
	return report.ended;
}

enum silbo_stream_state
silbo_receiver_state(
    const struct silbo_receiver *rx, uint32_t stream, silbo_time now)
{
	const struct silbo_stream *s = silbo_gate_stream(rx->gate, stream);
	silbo_time last = last_heard(rx, stream);

	if (silbo_stream_is_done(s))
		return SILBO_STREAM_ENDED;
	if (now >= last + SILBO_RECEIVER_CLOSE_NS)
		return SILBO_STREAM_CLOSED;
	if (now >= last + SILBO_RECEIVER_STALL_NS && !has_end(s))
		return SILBO_STREAM_STALLED;
	return SILBO_STREAM_ACTIVE;
}

enum silbo_frame_kind
silbo_receiver_get(struct silbo_receiver *rx, uint32_t stream,
    struct silbo_frame *frame, silbo_time now)
{
	if (silbo_receiver_state(rx, stream, now) == SILBO_STREAM_CLOSED) {
		memset(frame, 0, sizeof(*frame));
		frame->kind = SILBO_FRAME_DONE;
		return SILBO_FRAME_DONE;
	}
	return silbo_stream_get(
	    silbo_gate_stream(rx->gate, stream), frame, now);
}

void
silbo_receiver_on_output(
    struct silbo_receiver *rx, uint32_t stream, uint32_t samples)
{
	silbo_stream_on_output(silbo_gate_stream(rx->gate, stream), samples);
}

void
silbo_receiver_on_time(struct silbo_receiver *rx, silbo_time now)
{
	uint32_t streams = silbo_gate_sources(rx->gate);

	assert(now >= rx->told);
	rx->told = now;
	for (uint32_t i = 0; i < streams; i++)
		silbo_stream_on_time(silbo_gate_stream(rx->gate, i), now);
}

static silbo_time
earlier(silbo_time a, silbo_time b)
{
	return a < b ? a : b;
}

/*
 * When something happens to one stream.  A change by silence that on_time has
 * seen is over; without that, the deadline would stay in the past and the
 * caller's loop would never wait again.
 */
static silbo_time
stream_deadline(const struct silbo_receiver *rx, uint32_t stream)
{
	const struct silbo_stream *s = silbo_gate_stream(rx->gate, stream);
	silbo_time stall = last_heard(rx, stream) + SILBO_RECEIVER_STALL_NS;
	silbo_time close = last_heard(rx, stream) + SILBO_RECEIVER_CLOSE_NS;
	silbo_time due = silbo_stream_deadline(s);

	if (silbo_stream_is_done(s))
		return due;
	if (close <= rx->told)
		return SILBO_TIME_NEVER;
	return earlier(due, stall > rx->told ? stall : close);
}

silbo_time
silbo_receiver_deadline(const struct silbo_receiver *rx)
{
	uint32_t streams = silbo_gate_sources(rx->gate);
	silbo_time when = SILBO_TIME_NEVER;

	for (uint32_t i = 0; i < streams; i++)
		when = earlier(when, stream_deadline(rx, i));
	return when;
}

void
silbo_receiver_report(
    const struct silbo_receiver *rx, struct silbo_gate_report *report)
{
	silbo_gate_report(rx->gate, report);
}

void
silbo_receiver_report_stream(const struct silbo_receiver *rx, uint32_t stream,
    struct silbo_stream_report *report, struct silbo_gate_source *source)
{
	silbo_stream_report(silbo_gate_stream(rx->gate, stream), report);
	if (source != NULL)
		silbo_gate_report_source(rx->gate, stream, source);
}

void
silbo_receiver_reset(struct silbo_receiver *rx)
{
	silbo_gate_reset(rx->gate);
}
