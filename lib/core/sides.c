/* SPDX-License-Identifier: MIT */
/*
 * Decides on which way STAMP's packets were lost, copied and reordered, as far
 * as the two numbers in an answer tell it.  What they do not tell is unknown,
 * never a guess: above all when the two never differ, when the reflector's do
 * not fit what was sent, or when nothing tells how the end was.
 *
 * It refuses to know times, and what else an answer holds.
 */
#include <assert.h>
#include <string.h>

#include "align.h"
#include <silbo/sides.h>

#define UNKNOWN UINT64_MAX

/* Own numbers are moved by this, so that those below the first one exist and
 * the lower 32 bits stay what they are. */
#define OFFSET ((uint64_t)1 << 32)

/* In an entry: this own number is none of the order there, as it belongs to a
 * second answer or to one that nothing is counted of. */
#define AGAIN ((uint64_t)1 << 63)

size_t
silbo_sides_size(uint32_t window)
{
	return 2 * align(silbo_track_size(window)) +
	    window * (sizeof(uint64_t) + sizeof(uint32_t));
}

void
silbo_sides_init(struct silbo_sides *sides, void *mem, uint32_t window)
{
	uint8_t *order = (uint8_t *)mem + align(silbo_track_size(window));

	*sides = (struct silbo_sides){
	    .asked =
		(uint64_t *)(void *)(order + align(silbo_track_size(window))),
	    .window = window,
	};
	sides->holder = (uint32_t *)(void *)(sides->asked + window);
	memset(sides->asked, 0, window * sizeof(uint64_t));
	memset(sides->holder, 0, window * sizeof(uint32_t));
	silbo_track_init(&sides->track, mem, window, SILBO_TRACK_WAIT_MAX);
	silbo_track_init(&sides->order, order, window, SILBO_TRACK_WAIT_MAX);
}

static uint64_t *
entry(const struct silbo_sides *s, uint64_t moved)
{
	return &s->asked[moved & (s->window - 1)];
}

/* RFC 4737 section 3, in the order in which the reflector had them. */
static void
settle(struct silbo_sides *s, uint64_t asked)
{
	if (asked == 0 || (asked & AGAIN) != 0)
		return;
	if (asked < s->highest)
		s->reordered++;
	else
		s->highest = asked;
}

/* Make room for an own number in the order. */
static void
advance(struct silbo_sides *s, uint64_t moved)
{
	uint64_t end = s->settled + s->window;

	for (; moved - s->settled >= s->window && s->settled < end;
	     s->settled++) {
		settle(s, *entry(s, s->settled));
		*entry(s, s->settled) = 0;
	}
	if (moved - s->settled >= s->window)
		s->settled = moved - s->window + 1;
}

/* Where the own number of the original to this is kept, as far as it is known;
 * the entry there tells whether it is. */
static uint32_t *
holder(struct silbo_sides *s, uint64_t asked)
{
	return &s->holder[asked & (s->window - 1)];
}

/* A second answer to the same number: of the two the lower own number is that
 * of the original, whichever came first.  Where the other is was noted, or each
 * answer would cost a hostile reflector's prober a walk through its window. */
static uint64_t
mark_copy(struct silbo_sides *s, uint64_t moved, uint64_t asked)
{
	uint64_t ahead = *holder(s, asked) - moved;
	uint64_t other = moved + (ahead & (s->window - 1));

	if (other == moved || other >= s->next || *entry(s, other) != asked)
		return asked | AGAIN;
	*entry(s, other) |= AGAIN;
	*holder(s, asked) = (uint32_t)moved;
	return asked;
}

static void
take_new(struct silbo_sides *s, uint64_t moved, uint64_t asked, bool first,
    bool closing)
{
	s->own++;
	s->closings_again += closing && !first;
	if (moved < s->settled) {
		s->contradictory = true;
		return;
	}
	advance(s, moved);
	if (moved >= s->next)
		s->next = moved + 1;
	if (moved < s->first) {
		s->first = moved;
		s->low_asked = asked;
	}
	if (first)
		*holder(s, asked + 1) = (uint32_t)moved;
	*entry(s, moved) = first ? asked + 1 : mark_copy(s, moved, asked + 1);
	if (closing)
		*entry(s, moved) |= AGAIN;
	else
		(void)!silbo_track_on_number(&s->order, moved, s->told_at);
}

/* The same own number again: by the network, unless it answers another. */
static void
take_again(struct silbo_sides *s, uint64_t moved, uint64_t asked, bool closing)
{
	if (moved >= s->settled && (*entry(s, moved) & ~AGAIN) != asked + 1)
		s->contradictory = true;
	s->copies += !closing;
}

void
silbo_sides_on_answer(struct silbo_sides *sides, uint32_t own, uint64_t asked,
    bool first, bool closing, silbo_time now)
{
	uint64_t moved = OFFSET + own;
	enum silbo_verdict verdict;

	if (sides->begun)
		moved = sides->next +
		    (uint64_t)(int64_t)(int32_t)(own - (uint32_t)sides->next);
	if (moved > SILBO_TRACK_NUMBER_MAX || asked >= AGAIN - 1) {
		sides->contradictory = true;
		return;
	}
	if (!sides->begun) {
		sides->first = sides->next = moved;
		sides->low_asked = asked;
		sides->settled = moved - sides->window / 2;
		sides->begun = true;
	}
	if (now > sides->told_at)
		sides->told_at = now;
	sides->firsts += first;
	sides->stateful |= own != (uint32_t)asked;
	verdict = silbo_track_on_number(&sides->track, moved, sides->told_at);
	if (verdict == SILBO_DROP_DUPLICATE)
		take_again(sides, moved, asked, closing);
	else if (verdict == SILBO_DROP_OLD)
		sides->contradictory = true;
	else
		take_new(sides, moved, asked, first, closing);
}

/* What is settled, and what is not yet, as if it were. */
static uint64_t
reordered_there(const struct silbo_sides *s)
{
	struct silbo_sides copy = *s;

	for (uint64_t n = s->settled; n < s->next; n++)
		settle(&copy, *entry(s, n));
	return copy.reordered;
}

/* What is known of a session, and what is supposed. */
struct session {
	uint64_t made;    /* answers */
	uint64_t all;     /* datagrams sent, closing ones too */
	uint64_t unknown; /* of those, not countable as lost there */
};

/*
 * Widen the bounds of what was lost there to what this supposes.  Returns false
 * when the numbers cannot be.
 */
static bool
bound(struct silbo_sides_report *report, const struct silbo_sides *s,
    const struct session *session, uint64_t lost)
{
	uint64_t copied = s->own - s->firsts;
	uint64_t reached = session->made - copied;
	uint64_t all = session->all, hidden = 0, few = 0, many;

	/* More than were sent: copies that nobody heard, or no counts at all.
	 */
	if (reached > all && reached - all > s->own)
		return false;
	if (copied > 0 || reached > all)
		hidden = session->made - s->own;
	many = all - (reached - hidden);
	if (reached + session->unknown < all)
		few = all - reached - session->unknown;
	if (many > lost)
		many = lost;
	if (few < report->there_lost_min)
		report->there_lost_min = few;
	if (many > report->there_lost_max)
		report->there_lost_max = many;
	return few <= many;
}

/*
 * Its numbers begin at 0, unless it had counted before we came: then nothing is
 * known of what was sent before the first that it answered, or of anything when
 * datagrams overtake each other.
 */
static bool
bound_losses(struct silbo_sides_report *report, const struct silbo_sides *s,
    uint64_t sent, uint64_t lost, uint64_t closing)
{
	uint64_t head = (uint32_t)s->first;
	struct session session = {
	    .made = s->next - s->first,
	    .all = lost + s->firsts + closing,
	    .unknown = closing,
	};
	bool possible = true;

	if (s->firsts < sent - lost || s->own < s->firsts ||
	    session.made < s->own)
		return false;
	report->there_lost_min = lost;
	report->there_lost_max = 0;
	if (head > s->low_asked) {
		session.unknown += reordered_there(s) > 0 ? lost : s->low_asked;
		possible = bound(report, s, &session, lost);
		session.unknown = closing;
	}
	session.made += head;
	if (head <= s->low_asked || head <= session.all)
		possible &= bound(report, s, &session, lost);
	return possible;
}

static void
report_losses(struct silbo_sides_report *report, const struct silbo_sides *s,
    uint64_t sent, uint64_t lost, uint64_t closing, bool closed)
{
	report->there_lost_min = 0;
	report->there_lost_max = lost;
	if (lost > 0 && s->stateful && !s->contradictory && closed &&
	    !bound_losses(report, s, sent, lost, closing)) {
		report->contradictory = true;
		report->there_lost_min = 0;
		report->there_lost_max = lost;
	}
	if (report->there_lost_min == report->there_lost_max) {
		report->there_lost = report->there_lost_min;
		report->back_lost = lost - report->there_lost;
	}
}

void
silbo_sides_report(const struct silbo_sides *sides,
    struct silbo_sides_report *report, uint64_t sent, uint64_t lost,
    uint64_t closing, bool closed)
{
	struct silbo_track_report track;

	assert(lost <= sent);
	*report = (struct silbo_sides_report){
	    .stateful = sides->stateful,
	    .contradictory = sides->contradictory,
	    .there_lost = UNKNOWN,
	    .back_lost = UNKNOWN,
	    .there_duplicate = UNKNOWN,
	    .back_duplicate = UNKNOWN,
	    .there_reordered = UNKNOWN,
	    .back_reordered = UNKNOWN,
	    .back_extent_max = UNKNOWN,
	};
	report_losses(report, sides, sent, lost, closing, closed);
	if (report->contradictory || !sides->begun)
		return;
	silbo_track_report(&sides->order, &track);
	if (sides->stateful || sides->copies == 0) {
		report->there_duplicate =
		    sides->own - sides->firsts - sides->closings_again;
		report->back_duplicate = sides->copies;
	}
	if (sides->stateful || track.reordered == 0) {
		report->there_reordered = reordered_there(sides);
		report->back_reordered = track.reordered;
		report->back_extent_max = track.extent_max;
	}
}
