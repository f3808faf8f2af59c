/* SPDX-License-Identifier: MIT */
/*
 * The putting half of play-out: decides where in time a payload belongs, where
 * the stream starts and ends, and when media time has to be believed anew.
 *
 * The axis is set by the first payload; until the start it moves with the
 * smallest transit, after that only a resynchronisation moves it.  Numbers find
 * a place in the ring and tell which payload is newer; they never decide
 * lateness.  What is handed out, and when, is for playout.c.
 */
#include "playout_state.h"

/* A payload so far from where time says it should be is on another axis. */
#define RESYNC_NS (5 * SILBO_NS_PER_S)
#define RESYNC_SAMPLES ((int64_t)(5 * SILBO_SAMPLES_PER_S))

/* An origin may be older than our listening: by one frame, or by an INFO. */
#define HEAD_SLACK_NS SILBO_NS_PER_S

/* A lost head longer than this is not made up: nobody loses a minute and wants
 * to hear it, and a false origin would fill the disk of who listened for days.
 */
#define HEAD_MAX_NS ((int64_t)(60 * SILBO_NS_PER_S))

/* Larger counts of samples (743 years) would overflow the axis. */
#define END_MAX ((uint64_t)1 << 50)

/*
 * No payload that comes now is due later than this, unless its media time has
 * jumped: what comes is due after the delay.
 */
static int64_t
latest_at(const struct silbo_playout *p, silbo_time now)
{
	return position_at(&p->axis, now + p->config.delay_ns) + RESYNC_SAMPLES;
}

/* Set the axis: this media time is at this position, and due then. */
static void
map(struct silbo_playout *p, uint64_t media_time, int64_t position, int64_t due)
{
	set_axis(&p->axis, media_time, position, due);
	p->mapped = true;
	p->furthest = position;
	p->lowest = position;
	p->lag_at = SILBO_TIME_NEVER;
}

/* The position of the origin, if it is known and not above `limit`. */
static int64_t
origin_or(const struct silbo_playout *p, int64_t limit, int64_t otherwise)
{
	int64_t origin;

	if (!p->has_origin)
		return otherwise;
	origin = position_of(&p->axis, p->origin);
	return origin <= limit ? origin : otherwise;
}

/*
 * A sender that has stopped cannot have sent what is due seconds from now, so
 * a wild count of samples cannot make us fill a disk with silence.
 */
static void
plan_end(struct silbo_playout *p, silbo_time now)
{
	int64_t limit = latest_at(p, now);

	p->end = origin_or(p, p->next, p->zero) + (int64_t)p->end_samples;
	if (p->end > limit)
		p->end = limit;
}

/* Before the start: where it will be, from what is known so far. */
static void
plan_start(struct silbo_playout *p, silbo_time now)
{
	int64_t heard; /* how long we had listened when the lowest came */

	p->zero = origin_or(p, p->lowest, p->lowest);
	p->next = p->lowest;
	if (p->since != SILBO_TIME_NEVER) {
		heard = due_at(&p->axis, p->lowest) -
		    (int64_t)p->config.delay_ns - (int64_t)p->since +
		    (int64_t)HEAD_SLACK_NS;
		if (heard > HEAD_MAX_NS)
			heard = HEAD_MAX_NS;
		if (heard >= 0 &&
		    p->lowest - p->zero <= to_samples((uint64_t)heard))
			p->next = p->zero;
	}
	if (p->has_end)
		plan_end(p, now);
}

/*
 * A new number whose media time is explained neither by the time that has
 * passed nor, if it is behind, by the payloads before it: after a stall of the
 * network all that it held back is behind, and no reason to begin anew.
 */
static bool
has_jumped(const struct silbo_playout *p, int64_t position, silbo_time now)
{
	int64_t here = position_at(&p->axis, now);

	return position > latest_at(p, now) ||
	    (position < here - RESYNC_SAMPLES &&
		position < p->furthest - RESYNC_SAMPLES);
}

static bool
is_late(const struct silbo_playout *p, int64_t position, silbo_time now)
{
	if (p->report.started)
		return position < p->next;
	return position < position_at(&p->axis, now) - RESYNC_SAMPLES;
}

/*
 * Nothing but late payloads for so long: the path or the sender's clock has
 * changed for good, and a fixed delay would stay silent for ever.
 */
static bool
note_lag(struct silbo_playout *p, int64_t position, silbo_time now)
{
	if (!is_late(p, position, now))
		return false;
	if (p->lag_at == SILBO_TIME_NEVER)
		p->lag_at = now;
	return now - p->lag_at >= RESYNC_NS;
}

static int64_t
due_after(const struct silbo_playout *p, silbo_time at)
{
	return (int64_t)at + (int64_t)p->config.delay_ns;
}

/*
 * Begin anew at this payload.  What was handed out stays handed out and lasts
 * as long as it is: otherwise every jump would gain some time on the clock.
 */
static void
resync(struct silbo_playout *p, const struct silbo_playout_put *put)
{
	int64_t due = due_after(p, put->at);

	if (p->report.started && due < due_at(&p->axis, p->next))
		due = due_at(&p->axis, p->next);
	p->report.resyncs++;
	clear_ring(&p->ring);
	map(p, put->media_time, p->report.started ? p->next : 0, due);
}

/*
 * Where a payload belongs; false if it cannot be handed out any more, or not
 * yet.  After the end nothing moves the axis: no DATA follows it.
 */
static bool
locate(struct silbo_playout *p, const struct silbo_playout_put *put,
    int64_t *position, silbo_time now)
{
	bool newer = !p->mapped || put->number > p->newest;

	if (!p->mapped)
		map(p, put->media_time, 0, due_after(p, put->at));
	*position = position_of(&p->axis, put->media_time);
	if (p->has_end && *position >= p->end)
		return false;
	if (newer && !p->has_end &&
	    (has_jumped(p, *position, now) || note_lag(p, *position, now))) {
		resync(p, put);
		*position = p->axis.ref_position;
	}
	if (newer)
		p->newest = put->number;
	if (newer && *position > p->furthest)
		p->furthest = *position;
	if (is_late(p, *position, now)) {
		p->report.late++;
		return false;
	}
	if (*position > latest_at(p, now)) {
		p->report.overflow++;
		return false;
	}
	p->lag_at = SILBO_TIME_NEVER;
	return true;
}

/* The smallest transit is the network at its best: the delay counts from it. */
static void
learn_transit(struct silbo_playout *p, int64_t position, silbo_time at)
{
	int64_t due_zero = due_after(p, at) - to_ns(position);

	if (due_zero < p->axis.due_zero)
		p->axis.due_zero = due_zero;
	if (position < p->lowest)
		p->lowest = position;
}

/* Of no part of the stream, so that it cannot come after its time. */
static bool
is_behind_end(
    const struct silbo_playout *p, const struct silbo_playout_put *put)
{
	return p->mapped && put->duration > 0 &&
	    position_of(&p->axis, put->media_time) >= p->end;
}

bool
silbo_playout_put(struct silbo_playout *p, const struct silbo_playout_put *put,
    silbo_time now)
{
	int64_t position = 0;

	if (is_kept(&p->ring, put->number))
		return false;
	if (p->report.done) {
		p->report.late += !is_behind_end(p, put);
		return false;
	}
	if (put->duration > 0 && !locate(p, put, &position, now))
		return false;
	if (!store(&p->ring, put, position)) {
		p->report.overflow++;
		return false;
	}
	if (put->duration > 0 && !p->report.started) {
		learn_transit(p, position, put->at);
		plan_start(p, now);
	}
	return true;
}

void
silbo_playout_on_origin(struct silbo_playout *p, uint64_t media_time,
    silbo_time since, silbo_time now)
{
	if (p->has_origin)
		return;
	p->has_origin = true;
	p->origin = media_time;
	p->since = since;
	if (p->mapped && !p->report.started)
		plan_start(p, now);
}

/* No payload came at all: what we can have heard of the stream is concealed. */
static void
map_silence(struct silbo_playout *p, silbo_time now)
{
	uint64_t heard;

	if (!p->has_origin || p->since > now) {
		p->report.done = true;
		return;
	}
	heard = now - p->since + HEAD_SLACK_NS;
	if (heard > (uint64_t)HEAD_MAX_NS)
		heard = (uint64_t)HEAD_MAX_NS;
	heard = (uint64_t)to_samples(heard);
	if (p->end_samples > heard)
		p->end_samples = heard;
	map(p, p->origin, 0,
	    due_after(p, now) - to_ns((int64_t)p->end_samples));
	plan_start(p, now);
}

void
silbo_playout_on_end(struct silbo_playout *p, uint64_t samples, silbo_time now)
{
	if (p->has_end)
		return;
	p->has_end = true;
	p->end_samples = samples < END_MAX ? samples : END_MAX;
	if (!p->mapped)
		map_silence(p, now);
	else
		plan_end(p, now);
}
