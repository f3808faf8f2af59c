/* SPDX-License-Identifier: MIT */
/*
 * Decides for every number of one source whether it came, came twice, came out
 * of order, came too late or never came; and books each number once, in number
 * order, when it is final.
 *
 * A ring of slots, one per number in the window, indexed by the low bits.  The
 * opener of a slot makes extents exact without a search: the earliest arrival
 * with a larger number is by construction the one that jumped over it.
 *
 * It refuses to know what a datagram carries, who sent it, and whether its
 * number is plausible: the gate guards that.
 */
#include <silbo/track.h>

#include <assert.h>
#include <string.h>

#include "order.h"
#include "slots.h"

/* The lowest number that has a slot when the edge is below next. */
static uint64_t
floor_of(const struct silbo_track *track, uint64_t next)
{
	return next > track->window ? next - track->window : 0;
}

/* Nothing was accepted and the base is open: there is nothing to count. */
static bool
is_empty(const struct silbo_track *track)
{
	return track->top == 0 && track->base_kind == SILBO_TRACK_BASE_OPEN;
}

/* The invariants of track.h, after every call: cheap enough to stay on. */
static void
check(const struct silbo_track *track)
{
	assert(track->base <= track->fin && track->fin <= track->next);
	assert(track->next - track->fin <= track->window);
	assert(track->top <= track->next);
	assert(!track->held || track->fin == track->base);
	assert(track->next - track->base ==
	    track->unique + track->lost + track->pending);
	assert(track->pending <= track->next - track->fin);
	assert(track->held ||
	    (track->pending == 0) == (track->fin == track->next));
	assert(track->arrived ==
	    track->unique + track->duplicate + track->late_final +
		track->too_old);
	(void)track;
}

/* What was lost just below fin is a whole run. */
static void
close_run(struct silbo_track *track)
{
	silbo_pattern_on_run(
	    &track->losses, track->fin - track->run, track->run);
	track->run = 0;
}

/*
 * Move fin over what was received and over what is final: all numbers below
 * `sure`, and those missing for T.  A higher number was never found missing
 * earlier than a lower one, so the first that still waits ends the walk.
 */
static void
settle(struct silbo_track *track, uint64_t sure)
{
	while (track->fin < track->next) {
		if (is_seen(track, track->fin)) {
			if (track->run > 0)
				close_run(track);
		} else if (track->fin < sure ||
		    age_of(track, track->fin) >= track->wait_steps) {
			track->run++;
			track->lost++;
			track->pending--;
		} else {
			return;
		}
		track->fin++;
	}
}

/*
 * After each call the age of what is still missing is below T; unless T has
 * passed since then it is below 2 T now, and 16 bits hold it.
 */
static void
pass_time(struct silbo_track *track, silbo_time now)
{
	uint64_t step = now >> STEP_SHIFT;
	bool stalled = step - track->last_step >= track->wait_steps;

	assert(step >= track->last_step);
	track->last_step = step;
	if (step - track->start_step >= track->wait_steps)
		track->held = false;
	if (!track->held)
		settle(track, stalled ? track->next : 0);
}

/*
 * The edge moves up.  What the window passes becomes final; what it passes
 * without ever having held was never received and continues the run.
 */
static void
raise_edge(struct silbo_track *track, uint64_t next)
{
	uint64_t from = track->next;
	uint64_t floor = floor_of(track, next);

	if (floor > track->fin) {
		track->held = false;
		settle(track, floor);
	}
	if (floor > from) {
		track->lost += floor - from;
		track->run += floor - from;
		track->fin = floor;
		from = floor;
	}
	open_slots(track, from, next, track->last_step);
	track->pending += next - from;
	track->next = next;
}

/*
 * The base moves down.  The numbers found below it have been missing since
 * counting began, and the first to come had a larger number: opener 0, as init
 * left it, for nothing has used their slots.  If the base itself was booked
 * already, so are they, as a run between two received numbers; else fin goes
 * back with the base.
 */
static void
lower_base(struct silbo_track *track, uint64_t base)
{
	uint64_t old = track->base;
	uint64_t from = floor_of(track, track->next);

	if (from < base)
		from = base;
	open_slots(track, from, old, track->start_step);
	track->base = base;
	if (track->fin == old) {
		track->pending += old - from;
		track->lost += from - base;
		track->run = from - base;
		track->fin = from;
	} else {
		track->lost += old - base;
		if (old > base)
			silbo_pattern_on_run(&track->losses, base, old - base);
	}
}

/* A number below the base, which is open: it becomes the base. */
static void
lower_to_number(struct silbo_track *track, uint64_t number)
{
	lower_base(track, number + 1);
	if (track->fin == track->base)
		track->fin = number;
	track->base = number;
	open_slots(track, number, number + 1, track->start_step);
	track->pending++;
}

/* How long a reordered one was missing, in steps.  A new lowest may come after
 * more of them than a slot holds. */
static uint64_t
missing_for(const struct silbo_track *track, uint64_t number)
{
	if (number == track->base && track->base_kind == SILBO_TRACK_BASE_OPEN)
		return track->last_step - track->start_step;
	return age_of(track, number);
}

/* Whatever is not the highest so far is reordered (RFC 4737 section 3). */
static void
take(struct silbo_track *track, uint64_t number)
{
	uint32_t index = (uint32_t)track->unique;

	if (number < track->top) {
		uint32_t extent = index - track->opener[slot_of(track, number)];
		uint64_t late_by = missing_for(track, number) << STEP_SHIFT;

		silbo_order_on_reordered(&track->order, track->unique, number,
		    extent, number == track->base, late_by);
	} else {
		uint64_t n = track->top > track->fin ? track->top : track->fin;

		for (; n < number; n++)
			track->opener[slot_of(track, n)] = index;
		track->top = number + 1;
	}
	silbo_order_on_arrival(&track->order, track->unique, number);
	mark_seen(track, number);
	track->unique++;
	track->pending--;
	if (!track->held)
		settle(track, 0);
}

/* Counting begins, at a number or, if more was announced, below the edge. */
static void
begin(struct silbo_track *track, uint64_t number)
{
	track->start_step = track->last_step;
	track->held = true;
	if (number >= track->next)
		track->base = track->fin = track->next = number;
}

size_t
silbo_track_size(uint32_t window)
{
	assert(window >= SILBO_TRACK_WINDOW_MIN);
	assert(window <= SILBO_TRACK_WINDOW_MAX);
	assert((window & (window - 1)) == 0);
	return window / 8 + (sizeof(uint32_t) + sizeof(uint16_t)) * window;
}

void
silbo_track_init(
    struct silbo_track *track, void *mem, uint32_t window, silbo_time wait_ns)
{
	unsigned char *bytes = mem;

	assert(wait_ns >= SILBO_TRACK_WAIT_MIN);
	assert(wait_ns <= SILBO_TRACK_WAIT_MAX);
	memset(mem, 0, silbo_track_size(window));
	*track = (struct silbo_track){
	    .seen = mem,
	    .opener = (void *)(bytes + window / 8),
	    .since = (void *)(bytes + window / 8 + sizeof(uint32_t) * window),
	    .window = window,
	    .wait_ns = wait_ns,
	};
	silbo_pattern_init(&track->losses);
	/* Both ends are cut to whole steps, which costs up to one of them. */
	track->wait_steps =
	    (uint32_t)((wait_ns + (1 << STEP_SHIFT) - 1) >> STEP_SHIFT) + 1;
}

/*
 * The next number, and nothing is missing, nor was the last one lost: what
 * nearly all arrivals are, at half the cost of the general way.  Only the bit
 * of its slot is ever read.  What is reordered later is above it, or below the
 * base: the order of arrivals need not know it.
 */
static void
follow(struct silbo_track *track, uint64_t number)
{
	mark_seen(track, number);
	track->unique++;
	track->top = track->fin = track->next = number + 1;
}

static enum silbo_verdict
place(struct silbo_track *track, uint64_t number)
{
	bool open = track->base_kind == SILBO_TRACK_BASE_OPEN;

	if (number == track->next && number == track->fin && track->run == 0 &&
	    !is_empty(track)) {
		follow(track, number);
		return SILBO_ACCEPTED;
	}
	if (number < floor_of(track, track->next) ||
	    (number < track->base && !open)) {
		track->too_old++;
		return SILBO_DROP_OLD;
	}
	if (is_empty(track))
		begin(track, number);
	if (number >= track->next) {
		raise_edge(track, number + 1);
	} else if (number < track->base) {
		lower_to_number(track, number);
	} else if (is_seen(track, number)) {
		track->duplicate++;
		return SILBO_DROP_DUPLICATE;
	} else if (number < track->fin) {
		mark_seen(track, number);
		track->late_final++;
		return SILBO_LATE_FINAL;
	}
	take(track, number);
	return SILBO_ACCEPTED;
}

enum silbo_verdict
silbo_track_on_number(
    struct silbo_track *track, uint64_t number, silbo_time now)
{
	enum silbo_verdict verdict;

	assert(number <= SILBO_TRACK_NUMBER_MAX);
	pass_time(track, now);
	track->arrived++;
	verdict = place(track, number);
	check(track);
	return verdict;
}

bool
silbo_track_on_refused(
    struct silbo_track *track, uint64_t number, silbo_time now)
{
	bool first = silbo_verdict_is_accepted(
	    silbo_track_on_number(track, number, now));

	track->refused += first;
	return first;
}

void
silbo_track_on_next(struct silbo_track *track, uint64_t next, silbo_time now)
{
	assert(next <= SILBO_TRACK_NUMBER_MAX + 1);
	pass_time(track, now);
	if (next > track->next) {
		if (is_empty(track))
			track->base = track->fin = track->next = next;
		else
			raise_edge(track, next);
	}
	check(track);
}

/* The base is decided, and finality need wait for it no longer. */
static void
decide(struct silbo_track *track, enum silbo_track_base kind)
{
	track->base_kind = kind;
	track->held = false;
	settle(track, 0);
}

void
silbo_track_on_first(struct silbo_track *track, uint64_t first, silbo_time now)
{
	assert(first <= SILBO_TRACK_NUMBER_MAX + 1);
	pass_time(track, now);
	if (track->base_kind == SILBO_TRACK_BASE_OPEN) {
		if (is_empty(track))
			begin(track, first);
		if (first < track->base)
			lower_base(track, first);
		decide(track, SILBO_TRACK_BASE_FIRST);
	}
	check(track);
}

void
silbo_track_on_joined(struct silbo_track *track, uint64_t next, silbo_time now)
{
	assert(next <= SILBO_TRACK_NUMBER_MAX + 1);
	pass_time(track, now);
	if (track->base_kind == SILBO_TRACK_BASE_OPEN) {
		if (is_empty(track))
			begin(track, next);
		decide(track, SILBO_TRACK_BASE_JOINED);
	}
	check(track);
}

void
silbo_track_on_time(struct silbo_track *track, silbo_time now)
{
	pass_time(track, now);
	check(track);
}
