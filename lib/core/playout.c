/* SPDX-License-Identifier: MIT */
/*
 * The getting half of play-out: decides which payload, or which gap, fills the
 * next samples of a stream, and when they are due.
 *
 * Positions go up without a hole and never back, whatever was put: that is why
 * a recording is as long as its stream.  Where a payload belongs was decided
 * when it was put (playout_put.c).  It refuses to know codecs, loss statistics
 * and which network this is.
 */
#include "align.h"
#include "playout_state.h"

#include <silbo/wire.h>

/* What is made up when no payload has told how long they are: 20 ms. */
#define DURATION_DEFAULT 960

/* A sender may call a payload one sample long, and what is made up after it
 * would be 48000 frames a second: 2.5 ms, the shortest of Opus, are the least
 * (RFC 6716 section 2.1.4). */
#define UNIT_MIN 120

size_t
silbo_playout_size(const struct silbo_playout_config *config)
{
	size_t each = sizeof(struct slot) + config->payload_max;

	return align(sizeof(struct silbo_playout) + config->frames * each);
}

struct silbo_playout *
silbo_playout_init(void *mem, const struct silbo_playout_config *config)
{
	struct silbo_playout *p = mem;

	assert(config->delay_ns <= SILBO_PLAYOUT_DELAY_MAX);
	assert(
	    config->frames > 0 && config->frames <= SILBO_PLAYOUT_FRAMES_MAX);
	assert((config->frames & (config->frames - 1)) == 0);
	memset(p, 0, sizeof(*p));
	p->config = *config;
	p->report.target_ns = config->delay_ns;
	p->since = SILBO_TIME_NEVER;
	p->ring.frames = config->frames;
	p->ring.payload_max = config->payload_max;
	p->ring.slots = (struct slot *)(p + 1);
	p->ring.payloads = (uint8_t *)(p->ring.slots + config->frames);
	clear_ring(&p->ring);
	return p;
}

/* The nearest later payload: of the lowest number whose time is to come. */
static struct slot *
find_next(struct silbo_playout *p)
{
	struct slot *slot;

	while (p->ring.held > 0) {
		slot = lowest_kept(&p->ring);
		if (slot->position >= p->next)
			return slot;
		/* Another payload, or concealment, reached into its time. */
		release(&p->ring, slot);
		p->report.late++;
	}
	return NULL;
}

/* What was made up lies between payloads now, or before the end. */
static void
settle(struct silbo_playout *p)
{
	p->report.concealed += p->trailing;
	p->report.concealed_samples += p->trailing_samples;
	p->trailing = p->trailing_samples = 0;
}

static void
count_delay(struct silbo_playout *p, silbo_time at, silbo_time now)
{
	struct silbo_playout_report *r = &p->report;

	r->delay_last_ns = now > at ? now - at : 0;
	if (r->played == 0 || r->delay_last_ns < r->delay_min_ns)
		r->delay_min_ns = r->delay_last_ns;
	if (r->delay_last_ns > r->delay_max_ns)
		r->delay_max_ns = r->delay_last_ns;
	p->delay_sum_ns += r->delay_last_ns;
}

static enum silbo_frame_kind
play(struct silbo_playout *p, struct slot *slot, struct silbo_frame *frame,
    silbo_time now)
{
	count_delay(p, slot->at, now);
	p->report.played++;
	p->report.repaired += slot->repaired;
	frame->number = slot->number;
	frame->flags = slot->flags;
	frame->format = slot->format;
	frame->payload = payload_of(&p->ring, slot);
	frame->payload_bytes = slot->bytes;
	release(&p->ring, slot);
	if (slot->duration > 0) {
		frame->duration = slot->duration;
		p->duration = slot->duration;
		p->paused = slot->flags & SILBO_DATA_PAUSE;
		p->starved = false;
		p->expected = slot->number + 1;
		settle(p);
	}
	return slot->repaired ? SILBO_FRAME_REPAIRED : SILBO_FRAME_NORMAL;
}

/* How many samples to make up: a payload's worth, or all up to the next. */
static int64_t
unit_of(const struct silbo_playout *p, const struct slot *next)
{
	int64_t unit = DURATION_DEFAULT;

	if (p->duration > 0)
		unit = p->duration;
	else if (next != NULL)
		unit = next->duration;
	return unit > UNIT_MIN ? unit : UNIT_MIN;
}

/* Nothing is there for this position: conceal, or keep the pause. */
static enum silbo_frame_kind
fill(
    struct silbo_playout *p, const struct slot *next, struct silbo_frame *frame)
{
	int64_t unit = unit_of(p, next);
	int64_t gap = next != NULL ? next->position - p->next : unit;

	frame->duration = (uint32_t)(gap < unit ? gap : unit);
	frame->number = p->expected + p->trailing;
	if (p->paused)
		return SILBO_FRAME_PAUSE;
	if (next != NULL) {
		frame->later = payload_of(&p->ring, next);
		frame->later_bytes = next->bytes;
		frame->later_distance = (uint32_t)((gap + unit - 1) / unit);
		frame->number = next->number > frame->later_distance
		    ? next->number - frame->later_distance
		    : 0;
	} else if (!p->has_end && !p->starved) {
		p->starved = true;
		p->report.underruns++;
	}
	return SILBO_FRAME_CONCEAL;
}

/* What stands at the next position, cut at the end of the stream. */
static enum silbo_frame_kind
hand_out(struct silbo_playout *p, struct silbo_frame *frame, silbo_time now)
{
	struct slot *slot = find_next(p);
	enum silbo_frame_kind kind;

	p->report.started = true;
	if (slot != NULL && slot->position == p->next)
		kind = play(p, slot, frame, now);
	else
		kind = fill(p, slot, frame);
	if (p->has_end && p->end - p->next < frame->duration)
		frame->duration = (uint32_t)(p->end - p->next);
	if (kind == SILBO_FRAME_PAUSE) {
		p->report.paused_samples += frame->duration;
	} else if (kind == SILBO_FRAME_CONCEAL) {
		p->trailing++;
		p->trailing_samples += frame->duration;
	}
	p->next += frame->duration;
	return kind;
}

/*
 * An END that came after its time: what was made up behind the end meanwhile is
 * neither concealment nor an underrun, and the caller may want to cut it off.
 */
static void
finish(struct silbo_playout *p)
{
	uint64_t beyond = (uint64_t)(p->next - p->end);
	uint64_t unit = (uint64_t)unit_of(p, NULL);

	p->report.beyond_samples = beyond;
	if (beyond > p->trailing_samples)
		beyond = p->trailing_samples;
	p->trailing_samples -= beyond;
	p->trailing = (p->trailing_samples + unit - 1) / unit;
	if (p->starved && p->trailing == 0)
		p->report.underruns--;
	settle(p);
	p->report.done = true;
}

static bool
is_due(const struct silbo_playout *p, silbo_time now)
{
	return (int64_t)now >= due_at(&p->axis, p->next);
}

/* All is handed out; before the start there may be more to come. */
static bool
is_at_end(const struct silbo_playout *p)
{
	return p->report.started && p->has_end && p->next >= p->end;
}

enum silbo_frame_kind
silbo_playout_get(
    struct silbo_playout *p, struct silbo_frame *frame, silbo_time now)
{
	memset(frame, 0, sizeof(*frame));
	frame->position = p->report.started ? (uint64_t)(p->next - p->zero) : 0;
	if (p->ring.timeless > 0) {
		frame->kind = play(p, lowest_timeless(&p->ring), frame, now);
	} else if (p->report.done) {
		frame->kind = SILBO_FRAME_DONE;
	} else if (!p->mapped || !(is_at_end(p) || is_due(p, now))) {
		frame->kind = SILBO_FRAME_WAIT;
	} else if (p->has_end && p->next >= p->end) {
		finish(p);
		frame->kind = SILBO_FRAME_DONE;
	} else {
		frame->position = (uint64_t)(p->next - p->zero);
		frame->kind = hand_out(p, frame, now);
	}
	return frame->kind;
}

void
silbo_playout_on_output(struct silbo_playout *p, uint32_t samples)
{
	p->report.output_samples += samples;
}

silbo_time
silbo_playout_deadline(const struct silbo_playout *p)
{
	int64_t due;

	if (p->ring.timeless > 0)
		return 0;
	if (p->report.done || !p->mapped)
		return SILBO_TIME_NEVER;
	if (is_at_end(p))
		return 0;
	due = due_at(&p->axis, p->next);
	return due > 0 ? (silbo_time)due : 0;
}

void
silbo_playout_report(
    const struct silbo_playout *p, struct silbo_playout_report *report)
{
	*report = p->report;
	report->held = p->ring.held;
	if (report->played > 0)
		report->delay_mean_ns = p->delay_sum_ns / report->played;
	if (report->started)
		report->position = (uint64_t)(p->next - p->zero);
}
