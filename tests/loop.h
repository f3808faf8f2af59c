/* SPDX-License-Identifier: MIT */
/*
 * The loop of receiver.h in virtual time.  Everything that is handed out or
 * reported on the way is held against the truth.
 */
#ifndef SILBO_TESTS_LOOP_H
#define SILBO_TESTS_LOOP_H

#include "world.h"

#define WORLDS_MAX 64
#define STEPS_MAX 100000

/* What one stream has handed out. */
struct played {
	uint64_t next;     /* index that follows */
	uint64_t position; /* of what follows, samples */
	uint64_t normal, concealed;
	bool done;
	struct silbo_stream_report report; /* the latest */
};

/* Senders' worlds, one receiver, and the clock. */
struct run {
	struct world *worlds;
	size_t worlds_count;
	size_t arrived[WORLDS_MAX];
	struct silbo_receiver *rx;
	struct truth truth[WORLDS_MAX];
	struct played played[WORLDS_MAX];
	silbo_time now, interval;
	silbo_time last; /* when anything arrived */
};

static inline void
run_init(struct run *run, struct world *worlds, size_t count)
{
	struct silbo_receiver_config config;
	void *mem;

	memset(run, 0, sizeof(*run));
	run->worlds = worlds;
	run->worlds_count = count;
	run->now = T0 + worlds[0].join;
	run->interval = run->now;
	silbo_receiver_config_init(&config, run->now);
	if (worlds[0].wait_ns > 0)
		config.gate.stream.wait_ns = worlds[0].wait_ns;
	config.gate.keys = &worlds[0].key;
	config.gate.keys_count = worlds[0].keyed;
	mem = malloc(silbo_receiver_size(&config));
	assert_non_null(mem);
	run->rx = silbo_receiver_init(mem, &config);
	for (size_t i = 0; i < count; i++) {
		truth_init(&run->truth[i], &worlds[i]);
		run->played[i].next = run->truth[i].base;
		run->played[i].position = run->truth[i].base * FRAME_SAMPLES;
	}
}

static inline void
run_reset(struct run *run)
{
	for (size_t i = 0; i < run->worlds_count; i++) {
		free(run->truth[i].came);
		free(run->worlds[i].flights);
	}
	silbo_receiver_reset(run->rx);
	free(run->rx);
}

/* The world in which something arrives next, or NULL. */
static inline struct flight *
next_flight(struct run *run, size_t *world)
{
	struct flight *next = NULL;

	for (size_t i = 0; i < run->worlds_count; i++) {
		struct world *w = &run->worlds[i];

		if (run->arrived[i] == w->count)
			continue;
		if (next == NULL || w->flights[run->arrived[i]].at < next->at) {
			next = &w->flights[run->arrived[i]];
			*world = i;
		}
	}
	return next;
}

static inline void
deliver(struct run *run, struct flight *f)
{
	uint8_t data[sizeof(f->bytes)];
	struct silbo_arrival arrival = {.data = data,
	    .len = f->len,
	    .at = f->at,
	    .at_source = SILBO_STAMP_SIM,
	    .tos = -1,
	    .ttl = -1};
	enum silbo_verdict verdict;
	uint32_t stream;

	run->last = f->at;
	memcpy(data, f->bytes, sizeof(data));
	verdict =
	    silbo_receiver_on_datagram(run->rx, &stream, &arrival, run->now);
	if (!silbo_verdict_is_accepted(verdict))
		assert_int_equal(verdict, SILBO_DROP_DUPLICATE);
	assert_int_not_equal(stream, SILBO_GATE_NONE);
}

/* A frame is what the truth says, at its place. */
static inline void
play(struct run *run, uint32_t stream, const struct silbo_frame *frame)
{
	const struct world *w = &run->worlds[stream];
	struct played *p = &run->played[stream];
	bool came = run->truth[stream].came[p->next];
	bool last = p->next + 1 == w->data && !w->endless && !w->late_end;
	uint8_t payload[PAYLOAD_MAX];
	size_t len = payload_fill(payload, w->first + p->next);

	assert_false(p->done);
	if (p->next == w->data) { /* nobody has said that this was all */
		assert_true(w->endless || w->late_end);
		assert_int_equal(frame->kind, SILBO_FRAME_CONCEAL);
		return;
	}
	assert_int_equal(frame->number, w->first + p->next);
	assert_int_equal(frame->position, p->position);
	assert_int_equal(
	    frame->kind, came ? SILBO_FRAME_NORMAL : SILBO_FRAME_CONCEAL);
	assert_int_equal(
	    frame->duration, last ? FRAME_SAMPLES - CUT : FRAME_SAMPLES);
	if (came) {
		assert_int_equal(frame->payload_bytes, len);
		assert_memory_equal(frame->payload, payload, len);
	}
	*(came ? &p->normal : &p->concealed) += 1;
	p->position += frame->duration;
	p->next++;
	silbo_receiver_on_output(run->rx, stream, frame->duration);
}

/* Payloads without duration: those that came, lowest first, no gaps. */
static inline void
play_opaque(struct run *run, uint32_t stream, const struct silbo_frame *frame)
{
	const struct world *w = &run->worlds[stream];
	struct played *p = &run->played[stream];
	uint8_t payload[PAYLOAD_MAX];
	size_t len = payload_fill(payload, frame->number);

	assert_int_equal(frame->kind, SILBO_FRAME_NORMAL);
	assert_true(run->truth[stream].came[frame->number - w->first]);
	assert_int_equal(frame->payload_bytes, len);
	assert_memory_equal(frame->payload, payload, len);
	p->normal++;
}

static inline void
play_due(struct run *run, uint32_t stream)
{
	struct silbo_frame frame;
	enum silbo_frame_kind kind;

	for (;;) {
		kind = silbo_receiver_get(run->rx, stream, &frame, run->now);
		if (kind == SILBO_FRAME_WAIT)
			return;
		assert_int_equal(frame.kind, kind);
		if (kind == SILBO_FRAME_DONE) {
			run->played[stream].done = true;
			return;
		}
		if (run->worlds[stream].opaque)
			play_opaque(run, stream, &frame);
		else
			play(run, stream, &frame);
	}
}

/* An interval is a difference of two of these, so none may be negative. */
static inline void
check_growth(
    const struct silbo_track_report *old, const struct silbo_track_report *new)
{
	assert_int_equal(new->expected, new->unique + new->lost + new->pending);
	assert_int_equal(new->arrived,
	    new->unique + new->duplicate + new->late_final + new->too_old);
	assert_true(new->expected >= old->expected);
	assert_true(new->unique >= old->unique);
	assert_true(new->lost >= old->lost);
	assert_true(new->duplicate >= old->duplicate);
	assert_true(new->reordered >= old->reordered);
	assert_true(new->extent_max >= old->extent_max);
}

static inline void
report(struct run *run)
{
	struct silbo_gate_source about;
	struct silbo_gate_report gate;
	uint64_t accepted = 0;

	for (uint32_t i = 0; i < silbo_receiver_streams(run->rx); i++) {
		struct played *p = &run->played[i];
		struct silbo_track_report old = p->report.track;

		silbo_receiver_report_stream(run->rx, i, &p->report, &about);
		check_growth(&old, &p->report.track);
		accepted += about.accepted;
	}
	silbo_receiver_report(run->rx, &gate);
	assert_int_equal(gate.accepted, accepted + gate.accepted_gone);
	assert_int_equal(
	    gate.received, accepted + gate.verdict[SILBO_DROP_DUPLICATE]);
}

/* The loop of receiver.h; to wait is to move the clock. */
static inline void
run_to_the_end(struct run *run)
{
	for (unsigned steps = 0; steps < STEPS_MAX; steps++) {
		silbo_time when = silbo_receiver_deadline(run->rx);
		size_t world = 0;
		struct flight *next = next_flight(run, &world);

		if (next != NULL && next->at < when)
			when = next->at;
		if (when == SILBO_TIME_NEVER)
			return;
		if (run->now < when)
			run->now = when;
		while (next != NULL && next->at <= run->now) {
			run->arrived[world]++;
			deliver(run, next);
			next = next_flight(run, &world);
		}
		silbo_receiver_on_time(run->rx, run->now);
		for (uint32_t i = 0; i < silbo_receiver_streams(run->rx); i++)
			play_due(run, i);
		if (run->now >= run->interval) {
			report(run);
			run->interval += SILBO_NS_PER_S;
		}
	}
	fail_msg("the loop does not come to rest");
}

static inline void
check_truth(struct run *run, uint32_t stream)
{
	const struct truth *t = &run->truth[stream];
	const struct world *w = &run->worlds[stream];
	const struct played *p = &run->played[stream];
	const struct silbo_track_report *track = &p->report.track;

	assert_int_equal(track->first, w->first + t->base);
	assert_int_equal(track->next, w->first + w->data);
	assert_int_equal(track->expected, t->expected);
	assert_int_equal(track->unique, t->unique);
	assert_int_equal(track->lost, t->lost);
	assert_int_equal(track->pending, 0);
	assert_int_equal(track->duplicate, t->duplicate);
	assert_int_equal(track->reordered, t->reordered);
	assert_int_equal(track->extent_max, t->extent_max);
	assert_int_equal(track->late_final, 0);
	assert_int_equal(track->too_old, 0);
	assert_int_equal(track->losses.runs, t->runs);
	assert_int_equal(track->losses.run_max, t->run_max);
	assert_int_equal(track->base,
	    w->join > 0 ? SILBO_TRACK_BASE_JOINED : SILBO_TRACK_BASE_FIRST);
	assert_int_equal(p->report.ended, !w->endless);
	assert_int_equal(p->report.payloads, t->unique);
	assert_int_equal(p->normal, t->unique);
	assert_int_equal(p->report.playout.late, 0);
	assert_int_equal(silbo_receiver_state(run->rx, stream, run->now),
	    SILBO_STREAM_CLOSED);
	/* What has ended is not waited for as long as what is silent. */
	assert_int_equal(
	    run->now < run->last + SILBO_RECEIVER_STALL_NS, !w->endless);
	if (w->opaque)
		return;
	assert_true(p->done);
	assert_int_equal(p->concealed, t->lost);
	assert_int_equal(p->next, w->data);
	assert_int_equal(p->report.playout.output_samples,
	    t->expected * FRAME_SAMPLES - (w->late_end ? 0 : CUT));
}

#endif
