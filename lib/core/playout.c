/* SPDX-License-Identifier: MIT */
/*
 * Play-out with a fixed delay: decides which payload, or which gap, fills the
 * next samples of a stream, and when.
 *
 * Everything is placed by position, in samples, on one axis: media time maps
 * to it, and it maps to the time at which a sample is due.  Both maps are made
 * by the first payload and only a resynchronisation makes them anew.  Numbers
 * find a place in the ring and tell the order; they never decide lateness.
 *
 * It refuses to know codecs, loss statistics, and which network this is.
 */
#include <assert.h>
#include <string.h>

#include <silbo/playout.h>
#include <silbo/wire.h>

#define ALIGNMENT ((size_t)16)

/* A payload so far from where time says it should be is another time axis. */
#define RESYNC_NS (5 * SILBO_NS_PER_S)
#define RESYNC_SAMPLES ((int64_t)(5 * SILBO_SAMPLES_PER_S))

/* An origin may be this much older than our listening: one frame, one path. */
#define HEAD_SLACK_NS SILBO_NS_PER_S

/* What is made up when no payload has told how long they are: 20 ms. */
#define DURATION_DEFAULT 960

/* Longest stream whose end is believed: 2^50 samples are 743 years. */
#define END_MAX ((uint64_t)1 << 50)

struct slot {
	uint64_t number;
	int64_t position;
	silbo_time at;
	size_t bytes;
	uint16_t duration;
	uint8_t flags, format;
	bool used, repaired;
};

struct silbo_playout {
	struct silbo_playout_config config;
	struct silbo_playout_report report; /* its counts are the counts */
	uint64_t delay_sum_ns;

	/* the ring: every number kept is in low .. low + frames - 1 */
	struct slot *slots;
	uint8_t *payloads;
	uint64_t low, high;
	uint32_t held;     /* payloads kept */
	uint32_t timeless; /* of which of duration 0 */

	/* the maps: media time to position, position to time */
	bool mapped;
	uint64_t ref; /* this media time ... */
	int64_t ref_position;
	int64_t base;      /* smallest transit: arrival less position, ns */
	uint64_t newest;   /* highest number that was placed */
	int64_t furthest;  /* highest position that was placed */
	int64_t lowest;    /* lowest position kept before the start */
	silbo_time lag_at; /* since when all was late, or never */

	/* the ends of the stream, as far as they were told */
	bool has_origin, has_end;
	uint64_t origin; /* media time */
	silbo_time since;
	uint64_t end_samples;
	int64_t end; /* position, once mapped */

	/* the hand-out */
	int64_t next;      /* the next position; before the start: the first */
	int64_t zero;      /* what the frames count from */
	uint64_t expected; /* number behind the last payload */
	uint16_t duration; /* of the last payload */
	bool paused;       /* the last payload announced a pause */
	bool starved;      /* in an underrun */
	uint64_t trailing; /* frames made up since the last payload */
	uint64_t trailing_samples;
};

/* As silbo_ns_to_samples, for any ns. */
static int64_t
to_samples(uint64_t ns)
{
	return (int64_t)(ns / 125000 * 6 + silbo_ns_to_samples(ns % 125000));
}

static int64_t
to_ns(int64_t samples)
{
	return samples < 0 ? -(int64_t)silbo_samples_to_ns((uint64_t)-samples)
			   : (int64_t)silbo_samples_to_ns((uint64_t)samples);
}

/*
 * Media time wraps, so the shorter way round is taken.  A media time is exact
 * to 1 ns, a sample lasts 20833 ns: the nearest sample is the right one.
 */
static int64_t
position_of(const struct silbo_playout *p, uint64_t media_time)
{
	uint64_t up = media_time - p->ref;
	uint64_t down = p->ref - media_time;

	return p->ref_position +
	    (up <= down ? to_samples(up) : -to_samples(down));
}

static int64_t
due_ns(const struct silbo_playout *p, int64_t position)
{
	return p->base + (int64_t)p->config.delay_ns + to_ns(position);
}

/* The position that is due at this time. */
static int64_t
position_at(const struct silbo_playout *p, silbo_time now)
{
	int64_t ns = (int64_t)now - due_ns(p, 0);

	return ns < 0 ? -to_samples((uint64_t)-ns) : to_samples((uint64_t)ns);
}

static struct slot *
slot_of(const struct silbo_playout *p, uint64_t number)
{
	return &p->slots[number & (p->config.frames - 1)];
}

static uint8_t *
payload_of(const struct silbo_playout *p, const struct slot *slot)
{
	return p->payloads + (size_t)(slot - p->slots) * p->config.payload_max;
}

/* The lowest number kept; there is one.  Amortised O(1): low only climbs. */
static struct slot *
lowest_kept(struct silbo_playout *p)
{
	assert(p->held > 0);
	while (!slot_of(p, p->low)->used)
		p->low++;
	return slot_of(p, p->low);
}

static void
drop(struct silbo_playout *p, struct slot *slot)
{
	slot->used = false;
	p->held--;
	if (slot->duration == 0)
		p->timeless--;
}

static bool
is_kept(const struct silbo_playout *p, uint64_t number)
{
	const struct slot *slot = slot_of(p, number);

	return slot->used && slot->number == number;
}

/* The place of this number, or NULL: outside the ring. */
static struct slot *
place_for(struct silbo_playout *p, uint64_t number)
{
	if (p->held == 0) {
		p->low = p->high = number;
	} else {
		(void)lowest_kept(p);
		if (number < p->low && p->high - number < p->config.frames)
			p->low = number;
		if (number < p->low || number - p->low >= p->config.frames)
			return NULL;
	}
	if (number > p->high)
		p->high = number;
	return slot_of(p, number);
}

/* Make the maps anew: this media time is at this position, and came now. */
static void
map(struct silbo_playout *p, uint64_t media_time, int64_t position,
    int64_t arrival)
{
	p->mapped = true;
	p->ref = media_time;
	p->ref_position = position;
	p->base = arrival - to_ns(position);
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
	origin = position_of(p, p->origin);
	return origin <= limit ? origin : otherwise;
}

/*
 * A sender that has stopped cannot have sent what is due seconds from now, so
 * a wild count of samples cannot make us fill a disk with silence.
 */
static void
plan_end(struct silbo_playout *p, silbo_time now)
{
	int64_t limit = position_at(p, now) + RESYNC_SAMPLES;

	p->end = origin_or(p, p->next, p->zero) + (int64_t)p->end_samples;
	if (p->end > limit)
		p->end = limit;
}

/* Before the start: where it will be, from what is known so far. */
static void
plan_start(struct silbo_playout *p, silbo_time now)
{
	int64_t heard = (int64_t)HEAD_SLACK_NS;

	p->zero = origin_or(p, p->lowest, p->lowest);
	p->next = p->lowest;
	if (p->since != SILBO_TIME_NEVER) {
		heard += p->base + to_ns(p->lowest) - (int64_t)p->since;
		if (heard >= 0 &&
		    p->lowest - p->zero <= to_samples((uint64_t)heard))
			p->next = p->zero;
	}
	if (p->has_end)
		plan_end(p, now);
}

size_t
silbo_playout_size(const struct silbo_playout_config *config)
{
	size_t each = sizeof(struct slot) + config->payload_max;

	return (sizeof(struct silbo_playout) + config->frames * each +
		   ALIGNMENT - 1) &
	    ~(ALIGNMENT - 1);
}

struct silbo_playout *
silbo_playout_init(void *mem, const struct silbo_playout_config *config)
{
	struct silbo_playout *p = mem;

	assert(config->delay_ns <= SILBO_PLAYOUT_DELAY_MAX);
	assert(config->frames > 0 &&
	    config->frames <= SILBO_PLAYOUT_FRAMES_MAX &&
	    (config->frames & (config->frames - 1)) == 0);
	memset(p, 0, sizeof(*p));
	p->config = *config;
	p->report.target_ns = config->delay_ns;
	p->since = SILBO_TIME_NEVER;
	p->slots = (struct slot *)(p + 1);
	memset(p->slots, 0, config->frames * sizeof(*p->slots));
	p->payloads = (uint8_t *)(p->slots + config->frames);
	return p;
}

/*
 * A new number whose media time is explained neither by the time that has
 * passed nor, if it is behind, by the payload before it: after a stall of the
 * network all that it held back is behind, and no reason to begin anew.
 */
static bool
jumped(const struct silbo_playout *p, int64_t position, silbo_time now)
{
	int64_t here = position_at(p, now);

	return position > here + RESYNC_SAMPLES ||
	    (position < here - RESYNC_SAMPLES &&
		position < p->furthest - RESYNC_SAMPLES);
}

static bool
is_late(const struct silbo_playout *p, int64_t position, silbo_time now)
{
	if (p->report.started)
		return position < p->next;
	return position < position_at(p, now) - RESYNC_SAMPLES;
}

/*
 * Nothing but late payloads for so long: the path or the sender's clock has
 * changed for good, and a fixed delay would stay silent for ever.
 */
static bool
lagged(struct silbo_playout *p, int64_t position, silbo_time now)
{
	if (!is_late(p, position, now))
		return false;
	if (p->lag_at == SILBO_TIME_NEVER)
		p->lag_at = now;
	return now - p->lag_at >= RESYNC_NS;
}

/* Begin anew at this payload; what was handed out stays handed out. */
static int64_t
resync(struct silbo_playout *p, const struct silbo_playout_put *put)
{
	p->report.resyncs++;
	memset(p->slots, 0, p->config.frames * sizeof(*p->slots));
	p->held = p->timeless = 0;
	map(p, put->media_time, p->report.started ? p->next : 0,
	    (int64_t)put->at);
	return p->ref_position;
}

/* Where a payload belongs; false if it cannot be handed out any more. */
static bool
locate(struct silbo_playout *p, const struct silbo_playout_put *put,
    int64_t *position, silbo_time now)
{
	bool newer = !p->mapped || put->number > p->newest;

	if (!p->mapped)
		map(p, put->media_time, 0, (int64_t)put->at);
	*position = position_of(p, put->media_time);
	if (p->has_end && *position >= p->end)
		return false;
	if (newer && !p->has_end &&
	    (jumped(p, *position, now) || lagged(p, *position, now)))
		*position = resync(p, put);
	if (newer) {
		p->newest = put->number;
		if (*position > p->furthest)
			p->furthest = *position;
	}
	if (is_late(p, *position, now)) {
		p->report.late++;
		return false;
	}
	if (*position > position_at(p, now) + RESYNC_SAMPLES) {
		p->report.overflow++;
		return false;
	}
	p->lag_at = SILBO_TIME_NEVER;
	return true;
}

static void
keep(struct silbo_playout *p, struct slot *slot,
    const struct silbo_playout_put *put, int64_t position)
{
	*slot = (struct slot){.number = put->number,
	    .position = position,
	    .at = put->at,
	    .bytes = put->payload_bytes,
	    .duration = put->duration,
	    .flags = put->flags,
	    .format = put->format,
	    .used = true,
	    .repaired = put->repaired};
	if (put->payload_bytes > 0)
		memcpy(payload_of(p, slot), put->payload, put->payload_bytes);
	p->held++;
	if (put->duration == 0)
		p->timeless++;
}

bool
silbo_playout_put(struct silbo_playout *p, const struct silbo_playout_put *put,
    silbo_time now)
{
	int64_t position = 0, transit;
	struct slot *slot;

	if (p->report.done || is_kept(p, put->number))
		return false;
	if (put->payload_bytes > p->config.payload_max) {
		p->report.overflow++;
		return false;
	}
	if (put->duration != 0 && !locate(p, put, &position, now))
		return false;
	slot = place_for(p, put->number);
	if (slot == NULL) {
		p->report.overflow++;
		return false;
	}
	keep(p, slot, put, position);
	if (put->duration != 0 && !p->report.started) {
		transit = (int64_t)put->at - to_ns(position);
		if (transit < p->base)
			p->base = transit;
		if (position < p->lowest)
			p->lowest = position;
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

/* No payload came at all: what we may have heard of it is concealed. */
static void
map_silence(struct silbo_playout *p, silbo_time now)
{
	uint64_t heard;

	if (!p->has_origin || p->since > now) {
		p->report.done = true;
		return;
	}
	heard = (uint64_t)to_samples(now - p->since + HEAD_SLACK_NS);
	if (p->end_samples > heard)
		p->end_samples = heard;
	map(p, p->origin, 0, (int64_t)now - to_ns((int64_t)p->end_samples));
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

/* The nearest later payload: of the lowest number whose time is to come. */
static struct slot *
find_next(struct silbo_playout *p)
{
	struct slot *slot;

	while (p->held > 0) {
		slot = lowest_kept(p);
		if (slot->position >= p->next)
			return slot;
		drop(p, slot); /* its place in time was taken by another */
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
	frame->payload = payload_of(p, slot);
	frame->payload_bytes = slot->bytes;
	drop(p, slot);
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

/* Payloads without a place in time are no part of what is concealed. */
static struct slot *
find_timeless(struct silbo_playout *p)
{
	uint64_t number = lowest_kept(p)->number;

	while (!slot_of(p, number)->used || slot_of(p, number)->duration != 0)
		number++;
	return slot_of(p, number);
}

/* Nothing is there for this position: conceal, or keep the pause. */
static enum silbo_frame_kind
fill(
    struct silbo_playout *p, const struct slot *next, struct silbo_frame *frame)
{
	int64_t unit = DURATION_DEFAULT, gap;

	if (p->duration != 0)
		unit = p->duration;
	else if (next != NULL)
		unit = next->duration;
	gap = next != NULL ? next->position - p->next : unit;
	frame->duration = (uint32_t)(gap < unit ? gap : unit);
	frame->number = p->expected + p->trailing;
	if (next != NULL) {
		frame->later = payload_of(p, next);
		frame->later_bytes = next->bytes;
		frame->later_distance = (uint32_t)((gap + unit - 1) / unit);
		frame->number = next->number > frame->later_distance
		    ? next->number - frame->later_distance
		    : 0;
	}
	if (p->paused)
		return SILBO_FRAME_PAUSE;
	if (next == NULL && !p->has_end && !p->starved) {
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

enum silbo_frame_kind
silbo_playout_get(
    struct silbo_playout *p, struct silbo_frame *frame, silbo_time now)
{
	memset(frame, 0, sizeof(*frame));
	frame->position = p->report.started ? (uint64_t)(p->next - p->zero) : 0;
	if (p->report.done) {
		frame->kind = SILBO_FRAME_DONE;
	} else if (p->timeless > 0) {
		frame->kind = play(p, find_timeless(p), frame, now);
	} else if (p->mapped && p->has_end && p->next >= p->end) {
		settle(p);
		p->report.done = true;
		frame->kind = SILBO_FRAME_DONE;
	} else if (p->mapped && (int64_t)now >= due_ns(p, p->next)) {
		frame->position = (uint64_t)(p->next - p->zero);
		frame->kind = hand_out(p, frame, now);
	} else {
		frame->kind = SILBO_FRAME_WAIT;
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

	if (p->timeless > 0)
		return 0;
	if (p->report.done || !p->mapped)
		return SILBO_TIME_NEVER;
	if (p->has_end && p->next >= p->end)
		return 0;
	due = due_ns(p, p->next);
	return due > 0 ? (silbo_time)due : 0;
}

void
silbo_playout_report(
    const struct silbo_playout *p, struct silbo_playout_report *report)
{
	*report = p->report;
	report->held = p->held;
	if (report->played > 0)
		report->delay_mean_ns = p->delay_sum_ns / report->played;
	if (report->started)
		report->position = (uint64_t)(p->next - p->zero);
}
