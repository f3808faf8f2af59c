/* SPDX-License-Identifier: MIT */
/*
 * The receiver.  Everything that time makes happen, and nothing else does:
 *
 *   a frame is due                  the stream's play-out      get
 *   a missing number becomes lost   the stream's track         on_time
 *   a stream is silent for 3 s      stalled                    state
 *   ... for 30 s                    closed                     on_time
 *   an ended one is, for 2 s        closed                     on_time
 *   an outlived one is, for 2.2 s   closed                     on_time
 *   a closed one has no more to say settled                    on_time
 *   a provisional one is, for 30 s  forgotten                  on_time
 *   a missing PROBE or ECHO is lost the gate's track           on_time
 *
 * But for the last, which nothing waits for while its source is heard, all of
 * it has a deadline.
 *
 * It decides what silence means.  It refuses to know what a datagram holds,
 * that is the gate's, and what a frame holds, that is the stream's.
 */
#include <assert.h>
#include <string.h>

#include "align.h"
#include "gate_about.h"
#include <silbo/receiver.h>

struct silbo_receiver {
	struct silbo_gate *gate;
	silbo_time told; /* of the latest on_time: nothing before it is due */
};

/* The gate's memory begins here behind the receiver. */
static size_t
gate_offset(void)
{
	return align(sizeof(struct silbo_receiver));
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

size_t
silbo_receiver_secret_size(const struct silbo_receiver_config *config)
{
	return gate_offset() + silbo_gate_secret_size(&config->gate);
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
silbo_receiver_on_datagram(struct silbo_receiver *rx, uint32_t *stream,
    struct silbo_arrival *arrival, silbo_time now)
{
	return silbo_gate_on_datagram(rx->gate, stream, arrival, now);
}

void
silbo_receiver_on_wall(struct silbo_receiver *rx, int64_t wall_offset_ns)
{
	silbo_gate_on_wall(rx->gate, wall_offset_ns);
}

void
silbo_receiver_on_own(struct silbo_receiver *rx, const struct silbo_source *own)
{
	silbo_gate_on_own(rx->gate, own);
}

uint32_t
silbo_receiver_streams(const struct silbo_receiver *rx)
{
	return silbo_gate_sources(rx->gate);
}

void
silbo_receiver_release(struct silbo_receiver *rx, uint32_t stream)
{
	silbo_gate_release(rx->gate, stream);
}

static const struct silbo_gate_source *
source_of(const struct silbo_receiver *rx, uint32_t stream)
{
	return silbo_gate_about(rx->gate, stream);
}

static bool
has_end(const struct silbo_stream *stream)
{
	struct silbo_stream_report report;

	silbo_stream_report(stream, &report);
	return report.ended;
}

/* The stream of a source that is or was established; NULL: it has none. */
static struct silbo_stream *
stream_of(const struct silbo_receiver *rx, uint32_t place)
{
	if (source_of(rx, place)->serial == 0)
		return NULL;
	return silbo_gate_stream(rx->gate, place);
}

/* A stream that was closed early plays what it holds, and waits for the numbers
 * that are pending to be lost.  What nobody asked for in 30 s nobody will. */
static bool
is_settled(const struct silbo_receiver *rx, uint32_t place, silbo_time now)
{
	const struct silbo_gate_source *source = source_of(rx, place);
	const struct silbo_stream *stream = stream_of(rx, place);
	struct silbo_stream_report report;

	if (silbo_gate_pending(rx->gate, place) != SILBO_TIME_NEVER)
		return false;
	if (stream == NULL)
		return true;
	silbo_stream_report(stream, &report);
	if (report.track.pending > 0)
		return false;
	return report.playout.held == 0 || silbo_stream_is_done(stream) ||
	    now >= source->last_at + SILBO_RECEIVER_CLOSE_NS;
}

enum silbo_stream_state
silbo_receiver_state(
    const struct silbo_receiver *rx, uint32_t stream, silbo_time now)
{
	const struct silbo_gate_source *source = source_of(rx, stream);
	const struct silbo_stream *s;

	if (source->serial == 0)
		return SILBO_STREAM_NONE;
	s = silbo_gate_stream(rx->gate, stream);
	if (source->standing == SILBO_STANDING_CLOSED &&
	    is_settled(rx, stream, now))
		return SILBO_STREAM_CLOSED;
	if (silbo_stream_is_done(s))
		return SILBO_STREAM_ENDED;
	if (now >= source->last_at + SILBO_RECEIVER_STALL_NS && !has_end(s))
		return SILBO_STREAM_STALLED;
	return SILBO_STREAM_ACTIVE;
}

enum silbo_frame_kind
silbo_receiver_get(struct silbo_receiver *rx, uint32_t stream,
    struct silbo_frame *frame, silbo_time now)
{
	switch (silbo_receiver_state(rx, stream, now)) {
	case SILBO_STREAM_NONE:
		memset(frame, 0, sizeof(*frame));
		frame->kind = SILBO_FRAME_WAIT;
		return SILBO_FRAME_WAIT;
	case SILBO_STREAM_CLOSED:
		memset(frame, 0, sizeof(*frame));
		frame->kind = SILBO_FRAME_DONE;
		return SILBO_FRAME_DONE;
	default:
		return silbo_stream_get(
		    silbo_gate_stream(rx->gate, stream), frame, now);
	}
}

void
silbo_receiver_on_output(
    struct silbo_receiver *rx, uint32_t stream, uint32_t samples)
{
	silbo_stream_on_output(silbo_gate_stream(rx->gate, stream), samples);
}

/* When silence alone closes it, or lets it be forgotten; stream is NULL where
 * there is none. */
static silbo_time
close_at(
    const struct silbo_gate_source *source, const struct silbo_stream *stream)
{
	if (stream != NULL && silbo_stream_is_done(stream))
		return source->last_at + SILBO_RECEIVER_LINGER_NS;
	if (source->outlived)
		return source->last_at + SILBO_RECEIVER_OUTLIVED_NS;
	return source->last_at + SILBO_RECEIVER_CLOSE_NS;
}

/* Who looks after each on_time sees it closed before it makes way. */
static void
settle(struct silbo_receiver *rx, uint32_t i, silbo_time now)
{
	if (is_settled(rx, i, now))
		silbo_gate_settle(rx->gate, i);
}

/* Everything that time does to one place. */
static void
pass_time(struct silbo_receiver *rx, uint32_t i, silbo_time now)
{
	const struct silbo_gate_source *source = source_of(rx, i);
	struct silbo_stream *stream;

	if (source->standing == SILBO_STANDING_FREE)
		return;
	silbo_gate_pass_time(rx->gate, i, now);
	stream = stream_of(rx, i); /* a provisional one's is not looked at */
	if (stream != NULL)
		silbo_stream_on_time(stream, now);
	switch (source->standing) {
	case SILBO_STANDING_FREE:
		return;
	case SILBO_STANDING_CLOSED:
		settle(rx, i, now);
		return;
	case SILBO_STANDING_PROVISIONAL:
		if (now >= close_at(source, NULL))
			silbo_gate_release(rx->gate, i);
		return;
	case SILBO_STANDING_ESTABLISHED:
		if (now < close_at(source, stream))
			return;
		silbo_gate_close(rx->gate, i);
		settle(rx, i, now);
		return;
	}
}

void
silbo_receiver_on_time(struct silbo_receiver *rx, silbo_time now)
{
	uint32_t places = silbo_gate_sources(rx->gate);

	assert(now >= rx->told);
	rx->told = now;
	for (uint32_t i = 0; i < places; i++)
		pass_time(rx, i, now);
}

static silbo_time
earlier(silbo_time a, silbo_time b)
{
	return a < b ? a : b;
}

/*
 * When something happens in one place.  That a stream has stalled is over when
 * on_time has seen it; without that, the deadline would stay in the past and
 * the caller's loop would never wait again.
 */
static silbo_time
place_deadline(const struct silbo_receiver *rx, uint32_t i)
{
	const struct silbo_gate_source *source = source_of(rx, i);
	silbo_time stall = source->last_at + SILBO_RECEIVER_STALL_NS;
	const struct silbo_stream *stream;
	silbo_time due = SILBO_TIME_NEVER;

	if (source->standing == SILBO_STANDING_FREE)
		return SILBO_TIME_NEVER;
	stream = stream_of(rx, i);
	if (stream != NULL)
		due = silbo_stream_deadline(stream);
	if (source->standing == SILBO_STANDING_CLOSED)
		return is_settled(rx, i, rx->told)
		    ? SILBO_TIME_NEVER
		    : earlier(due, silbo_gate_pending(rx->gate, i));
	due = earlier(due, close_at(source, stream));
	if (stream == NULL)
		return due; /* nothing is handed out */
	return stall > rx->told ? earlier(due, stall) : due;
}

silbo_time
silbo_receiver_deadline(const struct silbo_receiver *rx)
{
	uint32_t places = silbo_gate_sources(rx->gate);
	silbo_time when = SILBO_TIME_NEVER;

	for (uint32_t i = 0; i < places; i++)
		when = earlier(when, place_deadline(rx, i));
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
	if (report != NULL)
		silbo_stream_report(
		    silbo_gate_stream(rx->gate, stream), report);
	if (source != NULL)
		silbo_gate_report_source(rx->gate, stream, source);
}

void
silbo_receiver_report_numbers(const struct silbo_receiver *rx, uint32_t place,
    uint8_t type, struct silbo_track_report *report)
{
	silbo_gate_report_numbers(rx->gate, place, type, report);
}

void
silbo_receiver_report_delay(const struct silbo_receiver *rx, uint32_t stream,
    struct silbo_transit_report *report)
{
	silbo_stream_report_delay(silbo_gate_stream(rx->gate, stream), report);
}

void
silbo_receiver_reset(struct silbo_receiver *rx)
{
	silbo_gate_reset(rx->gate);
}
