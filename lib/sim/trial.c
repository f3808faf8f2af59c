/* SPDX-License-Identifier: MIT */
/*
 * The order of things in virtual time: senders first say what is due, then send
 * the payload that is due; a receiver takes an arrival, lets time pass, and
 * hands out what is due, as the programs do.
 *
 * Refuses to know codecs, sockets, and what the caller makes of a frame.
 */
#include <assert.h>
#include <string.h>

#include "trial_state.h"

/* ---- the sender's side ---- */

static silbo_time
payload_due(const struct silbo_trial *t, const struct pair *p)
{
	if (p->made == t->config.payloads)
		return SILBO_TIME_NEVER;
	return p->start + silbo_samples_to_ns(p->made * t->config.duration);
}

static void
depart(struct silbo_trial *t, const uint8_t *datagram, int bytes)
{
	struct pair *p = &t->pairs[t->pair];
	struct silbo_header *note = &p->notes[p->put++ & (t->notes - 1)];

	if (silbo_wire_parse_header(note, datagram, (size_t)bytes) !=
	    SILBO_ACCEPTED)
		assert(!"what we made is a datagram");
	if (silbo_world_put(
		t->world, t->pair, datagram, (size_t)bytes, t->event.at) != 0)
		assert(!"in_flight is too small for this link");
}

/* INFO that is due; then the payload, or back to sleep. */
static bool
send(struct silbo_trial *t, struct silbo_trial_step *step)
{
	struct pair *p = &t->pairs[t->pair];
	uint8_t datagram[SILBO_WIRE_MTU_MAX];
	silbo_time due, now = t->event.at;
	int bytes;

	while ((bytes = silbo_sender_get_info(
		    &p->tx, datagram, t->config.mtu, now)) > 0)
		depart(t, datagram, bytes);
	assert(bytes == 0);
	due = payload_due(t, p);
	if (due <= now) {
		t->doing = ASKED;
		step->payload = p->made;
		return true;
	}
	if (due > silbo_sender_deadline(&p->tx))
		due = silbo_sender_deadline(&p->tx);
	silbo_world_wake(t->world, 2 * t->pair, due, now);
	t->doing = IDLE;
	return false;
}

int
silbo_trial_put(struct silbo_trial *t, const void *payload,
    size_t payload_bytes, uint8_t flags)
{
	const struct silbo_trial_config *c = &t->config;
	struct pair *p = &t->pairs[t->pair];
	uint8_t datagram[SILBO_WIRE_MTU_MAX];
	uint64_t samples;
	int bytes;

	assert(t->doing == ASKED);
	bytes = silbo_sender_put(&p->tx, datagram, c->mtu, payload,
	    payload_bytes, c->duration, flags, t->event.at);
	if (bytes > 0)
		depart(t, datagram, bytes);
	t->doing = SENDING;
	if (++p->made == c->payloads) {
		samples = c->payloads * c->duration - c->preskip;
		if (c->samples > 0)
			samples = c->samples;
		silbo_sender_on_end(&p->tx, samples, t->event.at);
	}
	return bytes < 0 ? bytes : 0;
}

/* ---- the receiver's side ---- */

static void
arrive(struct silbo_trial *t, struct silbo_trial_step *step)
{
	struct pair *p = &t->pairs[t->pair];
	struct silbo_event *e = &t->event;
	struct silbo_arrival arrival = {.data = e->data,
	    .len = e->len,
	    .from = {.len = 1},
	    .at = e->local,
	    .at_source = SILBO_STAMP_SIM,
	    .tos = -1,
	    .ttl = -1};
	uint32_t stream;

	if (silbo_wire_parse_header(&step->header, e->data, e->len) !=
	    SILBO_ACCEPTED)
		memset(&step->header, 0, sizeof(step->header));
	step->verdict =
	    silbo_receiver_on_datagram(p->rx, &stream, &arrival, e->local);
}

static bool
is_stream(const struct silbo_receiver *rx, uint32_t place)
{
	struct silbo_gate_source source;

	silbo_receiver_report_stream(rx, place, NULL, &source);
	return source.serial == 1;
}

/* Hand out what is due, of the stream that the sender sends; what a damaged
 * source id made up is asked, so that it ends, and not listened to. */
static bool
receive(struct silbo_trial *t, struct silbo_trial_step *step)
{
	struct silbo_receiver *rx = t->pairs[t->pair].rx;
	silbo_time now = t->event.local;

	for (; t->place < silbo_receiver_streams(rx); t->place++) {
		enum silbo_frame_kind kind;

		while ((kind = silbo_receiver_get(rx, t->place, &step->frame,
			    now)) != SILBO_FRAME_WAIT &&
		    kind != SILBO_FRAME_DONE) {
			silbo_receiver_on_output(
			    rx, t->place, step->frame.duration);
			if (silbo_receiver_streams(rx) == 1 ||
			    is_stream(rx, t->place))
				return true;
		}
	}
	silbo_world_wake(t->world, 2 * t->pair + 1, silbo_receiver_deadline(rx),
	    t->event.at);
	t->doing = IDLE;
	return false;
}

static void
on_receiver(struct silbo_trial *t)
{
	silbo_receiver_on_time(t->pairs[t->pair].rx, t->event.local);
	t->doing = RECEIVING;
	t->place = 0;
}

/* ---- both ---- */

/* One event of the world.  True when it concerns the caller. */
static bool
begin(struct silbo_trial *t, struct silbo_trial_step *step,
    enum silbo_trial_kind *kind)
{
	struct silbo_event *e = &t->event;
	bool sends = e->endpoint % 2 == 0;

	t->pair = e->endpoint / 2;
	if (e->kind == SILBO_EVENT_FATE) {
		step->header =
		    t->pairs[t->pair].notes[e->index & (t->notes - 1)];
		*kind = SILBO_TRIAL_FATE;
		return true;
	}
	if (e->kind == SILBO_EVENT_TIMER && sends) {
		t->doing = SENDING;
		return false;
	}
	if (e->kind == SILBO_EVENT_ARRIVAL)
		arrive(t, step);
	on_receiver(t);
	*kind = SILBO_TRIAL_ARRIVAL;
	return e->kind == SILBO_EVENT_ARRIVAL && t->config.watch;
}

enum silbo_trial_kind
silbo_trial_get(struct silbo_trial *t, struct silbo_trial_step *step)
{
	enum silbo_trial_kind kind = SILBO_TRIAL_DONE;
	bool done = false;

	assert(t->doing != ASKED);
	while (!done) {
		silbo_time due;

		if (t->doing == SENDING) {
			kind = SILBO_TRIAL_PAYLOAD;
			done = send(t, step);
			continue;
		}
		if (t->doing == RECEIVING) {
			kind = SILBO_TRIAL_FRAME;
			done = receive(t, step);
			continue;
		}
		due = silbo_world_deadline(t->world);
		if (due == SILBO_TIME_NEVER)
			return SILBO_TRIAL_DONE;
		if (silbo_world_get(t->world, &t->event, due))
			done = begin(t, step, &kind);
	}
	step->stream = t->pair;
	step->at = t->event.at;
	step->event = t->event;
	return kind;
}

/* ---- what was ---- */

void
silbo_trial_report(const struct silbo_trial *t, uint32_t stream,
    struct silbo_sender_report *sent, struct silbo_link_report *link,
    struct silbo_gate_report *gate, struct silbo_stream_report *received)
{
	const struct pair *p = &t->pairs[stream];

	if (sent != NULL)
		silbo_sender_report(&p->tx, sent);
	if (link != NULL)
		silbo_link_report(silbo_world_link(t->world, stream), link);
	if (gate != NULL)
		silbo_receiver_report(p->rx, gate);
	if (received == NULL)
		return;
	memset(received, 0, sizeof(*received));
	for (uint32_t i = 0; i < silbo_receiver_streams(p->rx); i++)
		if (is_stream(p->rx, i))
			silbo_receiver_report_stream(p->rx, i, received, NULL);
}

const struct silbo_world *
silbo_trial_world(const struct silbo_trial *t)
{
	return t->world;
}
