/* SPDX-License-Identifier: MIT */
/*
 * The prober's schedule: which slot is due.  None is skipped, so that what is
 * sent does not depend on how the machine or the network behaves; nor do those
 * that were held up leave in one burst, which a queue on the way might lose.
 *
 * It refuses to know what an answer says, and how long is waited for one.
 */
#include <assert.h>
#include <string.h>

#include "align.h"
#include "prober_state.h"

#define LATE_NS SILBO_NS_PER_MS

#define WINDOW_MIN 4096

/* However long it was held up, no more than that is without an answer. */
uint32_t
silbo_prober_window(silbo_time interval_ns, silbo_time wait_ns)
{
	uint64_t wanted =
	    SILBO_PROBER_CATCH_UP * (wait_ns + PROBER_STEPS_NS) / interval_ns;
	uint32_t window = WINDOW_MIN;

	while (window < wanted && window < SILBO_TRACK_WINDOW_MAX)
		window *= 2;
	return window;
}

static size_t
asked_offset(void)
{
	return align(sizeof(struct silbo_prober));
}

static size_t
track_offset(const struct silbo_prober_config *config)
{
	return asked_offset() +
	    align(config->window * sizeof(struct silbo_asked));
}

size_t
silbo_prober_size(const struct silbo_prober_config *config)
{
	return track_offset(config) +
	    2 * align(silbo_track_size(config->window));
}

struct silbo_prober *
silbo_prober_init(void *mem, const struct silbo_prober_config *config)
{
	struct silbo_prober *p = mem;
	uint8_t *tracks = (uint8_t *)mem + track_offset(config);

	assert(config->interval_ns >= SILBO_PROBER_INTERVAL_MIN);
	assert(config->interval_ns <= SILBO_PROBER_INTERVAL_MAX);
	memset(p, 0, sizeof(*p));
	p->config = *config;
	p->asked = (void *)((uint8_t *)mem + asked_offset());
	memset(p->asked, 0, config->window * sizeof(*p->asked));
	silbo_track_init(&p->track, tracks, config->window, config->wait_ns);
	silbo_track_init(&p->orders,
	    tracks + align(silbo_track_size(config->window)), config->window,
	    config->wait_ns);
	silbo_quantile_init(&p->rtt);
	silbo_quantile_init(&p->lateness);
	silbo_transit_init(&p->there);
	silbo_transit_init(&p->back);
	silbo_jitter_init(&p->jitter);
	silbo_jitter_init(&p->jitter_there);
	silbo_jitter_init(&p->jitter_back);
	silbo_sync_init(&p->sync);
	silbo_marks_init(&p->marks_there);
	silbo_marks_init(&p->marks_back);
	p->told_at = config->start;
	p->last_at = config->start;
	silbo_track_on_first(&p->track, 0, config->start);
	return p;
}

static silbo_time
slot_due(const struct silbo_prober *p)
{
	return p->config.start + p->slots * p->config.interval_ns;
}

/* One that was due already when the one before it left keeps a distance from
 * it; any other leaves at its time, or at once. */
static silbo_time
slot_leaves(const struct silbo_prober *p)
{
	silbo_time due = slot_due(p);

	if (p->slots == 0 || due > p->last_at)
		return due;
	return p->last_at + p->config.interval_ns / SILBO_PROBER_CATCH_UP;
}

silbo_time
silbo_prober_deadline(const struct silbo_prober *p)
{
	if (silbo_prober_has_slots(p))
		return slot_leaves(p);
	return silbo_prober_is_done(p) ? SILBO_TIME_NEVER
				       : silbo_prober_end_due(p);
}

bool
silbo_prober_get(
    struct silbo_prober *p, struct silbo_departure *departure, silbo_time now)
{
	bool closing = !silbo_prober_has_slots(p);

	silbo_prober_on_time(p, now);
	if (silbo_prober_is_done(p) || silbo_prober_deadline(p) > now)
		return false;
	if (closing && p->closings >= SILBO_PROBER_CLOSINGS)
		return false;
	*departure = (struct silbo_departure){.number = p->next++,
	    .due = closing ? silbo_prober_end_due(p) : slot_due(p),
	    .at = now,
	    .sent_at = now + p->config.wall_offset,
	    .closing = closing};
	if (closing) {
		p->closings++;
		p->closing_at = now;
	} else {
		p->slots++;
		p->last_at = now;
	}
	return true;
}

void
silbo_prober_on_sent(
    struct silbo_prober *p, const struct silbo_departure *departure)
{
	silbo_time late = departure->at - departure->due;

	*asked_place(p, departure->number) =
	    (struct silbo_asked){.number = departure->number,
		.index = p->sent,
		.at = departure->at,
		.closing = departure->closing,
		.used = true};
	if (departure->closing)
		return;
	p->sent++;
	silbo_quantile_put(&p->lateness, late);
	p->late_over_1ms += late > LATE_NS;
	silbo_track_on_next(&p->track, p->sent, pass(p, departure->at));
}

void
silbo_prober_on_unsent(
    struct silbo_prober *p, const struct silbo_departure *departure)
{
	*asked_place(p, departure->number) =
	    (struct silbo_asked){.number = departure->number};
	p->unsent += !departure->closing;
}

void
silbo_prober_on_stop(struct silbo_prober *p, silbo_time now)
{
	if (!p->stopped)
		p->stop_by = now + SILBO_PROBER_STOP_NS;
	p->stopped = true;
	silbo_prober_on_time(p, now);
}

void
silbo_prober_on_time(struct silbo_prober *p, silbo_time now)
{
	silbo_track_on_time(&p->track, pass(p, now));
}

const struct silbo_quantile *
silbo_prober_rtt(const struct silbo_prober *p)
{
	return &p->rtt;
}

const struct silbo_quantile *
silbo_prober_lateness(const struct silbo_prober *p)
{
	return &p->lateness;
}

const struct silbo_transit *
silbo_prober_there(const struct silbo_prober *p)
{
	return &p->there;
}

const struct silbo_transit *
silbo_prober_back(const struct silbo_prober *p)
{
	return &p->back;
}
