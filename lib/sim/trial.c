/* SPDX-License-Identifier: MIT */
/*
 * The order of things in virtual time: senders send the payload that is due,
 * then say what is due; a receiver takes an arrival, lets time pass, and hands
 * out what is due, as the programs do.
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

/* Into the link.  Where the world is full, the trial is over: going on would
 * show another link than the one that was asked for. */
static int
depart(struct silbo_trial *t, const uint8_t *datagram, int bytes)
{
	int status = silbo_world_put(
	    t->world, t->pair, datagram, (size_t)bytes, t->event.at);

	if (status < 0)
		t->doing = FULL;
	return status;
}

/*
 * The payload that is due; then INFO, or back to sleep.  INFO counts from the
 * moment at which the first DATA left, and so follows the DATA of the same
 * moment, as it does in a program; the first goes ahead of all.
 */
static bool
send(struct silbo_trial *t, struct silbo_trial_step *step)
{
	struct pair *p = &t->pairs[t->pair];
	uint8_t datagram[SILBO_WIRE_MTU_MAX];
	silbo_time due, now = t->event.at;
	int bytes = 0;

	due = payload_due(t, p);
	while ((due > now || p->made == 0) &&
	    (bytes = silbo_sender_get_info(
		 &p->tx, datagram, t->config.mtu, now)) > 0)
		if (depart(t, datagram, bytes) < 0)
			return false;
	assert(bytes == 0);
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

/* No payload follows: tell the exact length of what was sent. */
static void
end(struct silbo_trial *t, struct pair *p)
{
	const struct silbo_trial_config *c = &t->config;
	uint64_t samples = p->made * c->duration;

	samples -= samples < c->preskip ? samples : c->preskip;
	if (c->samples > 0 && c->samples < samples)
		samples = c->samples;
	p->made = c->payloads;
	silbo_sender_on_end(&p->tx, samples, t->event.at);
}

int
silbo_trial_put(struct silbo_trial *t, const void *payload,
    size_t payload_bytes, uint8_t flags)
{
	const struct silbo_trial_config *c = &t->config;
	struct pair *p = &t->pairs[t->pair];
	uint8_t datagram[SILBO_WIRE_MTU_MAX];
	int status;

	assert(t->doing == ASKED);
	t->doing = SENDING;
	status = silbo_sender_put(&p->tx, datagram, c->mtu, payload,
	    payload_bytes, c->duration, flags, t->event.at);
	if (status > 0)
		status = depart(t, datagram, status);
	else if (status != SILBO_ERR_LIMIT)
		silbo_sender_skip(&p->tx, c->duration);
	if (status != SILBO_ERR_LIMIT)
		p->made++;
	if (p->made == c->payloads || status == SILBO_ERR_LIMIT)
		end(t, p);
	return status;
}

/* ---- the receiver's side ---- */

/* As it was sent, whatever the link has turned: bits turned twice are as they
 * were. */
static void
read_header(struct silbo_header *header, const struct silbo_event *e)
{
	bool damaged = e->kind == SILBO_EVENT_ARRIVAL && e->fate.bits > 0;
	enum silbo_verdict verdict;

	if (damaged)
		silbo_link_corrupt(&e->fate, e->data, e->len);
	verdict = silbo_wire_parse_header(header, e->data, e->len);
	assert(verdict == SILBO_ACCEPTED); /* we made it */
	(void)verdict;                     /* looked at by it alone */
	if (damaged)
		silbo_link_corrupt(&e->fate, e->data, e->len);
}

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

	if (t->config.watch)
		read_header(&step->header, e);
	step->verdict =
	    silbo_receiver_on_datagram(p->rx, &stream, &arrival, e->local);
}

/* Hand out what is due, of the stream that the sender sends; what a damaged
 * source id made up is asked, so that it ends, and not listened to. */
static bool
receive(struct silbo_trial *t, struct silbo_trial_step *step)
{
	struct silbo_receiver *rx = t->pairs[t->pair].rx;
	silbo_time now = t->event.local;

	while (t->due <= now && t->place < silbo_receiver_streams(rx)) {
		enum silbo_frame_kind kind =
		    silbo_receiver_get(rx, t->place, &step->frame, now);

		if (kind == SILBO_FRAME_WAIT || kind == SILBO_FRAME_DONE) {
			t->place++;
			continue;
		}
		silbo_receiver_on_output(rx, t->place, step->frame.duration);
		t->due = silbo_receiver_deadline(rx);
		step->serial = silbo_trial_serial(&t->pairs[t->pair], t->place);
		if (silbo_receiver_streams(rx) == 1 || step->serial > 0)
			return true;
	}
	/* What was due and is no frame, is over once it was asked for. */
	if (t->due <= now)
		t->due = silbo_receiver_deadline(rx);
	silbo_world_wake(t->world, 2 * t->pair + 1, t->due, t->event.at);
	t->doing = IDLE;
	return false;
}

static void
on_receiver(struct silbo_trial *t)
{
	struct pair *p = &t->pairs[t->pair];
	struct silbo_receiver *rx = p->rx;

	silbo_receiver_on_time(rx, t->event.local);
	/* Nothing is closed before so long a silence. */
	if (t->event.local >= p->heard + SILBO_RECEIVER_LINGER_NS)
		silbo_trial_keep_closed(p, t->event.local);
	if (t->event.kind == SILBO_EVENT_ARRIVAL)
		p->heard = t->event.local;
	t->doing = RECEIVING;
	t->place = 0;
	t->due = t->event.local;
	if (t->event.kind == SILBO_EVENT_ARRIVAL)
		t->due = silbo_receiver_deadline(rx);
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
		read_header(&step->header, e);
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
		if (t->doing == FULL) {
			t->doing = OVER;
			kind = SILBO_TRIAL_FULL;
			break;
		}
		if (t->doing == OVER)
			return SILBO_TRIAL_DONE;
		due = silbo_world_deadline(t->world);
		if (due == SILBO_TIME_NEVER)
			return SILBO_TRIAL_DONE;
		if (silbo_world_get(t->world, &t->event, due))
			done = begin(t, step, &kind);
	}
	step->stream = t->pair;
	step->at = t->event.at;
	if (kind == SILBO_TRIAL_FATE || kind == SILBO_TRIAL_ARRIVAL)
		step->event = t->event;
	return kind;
}
