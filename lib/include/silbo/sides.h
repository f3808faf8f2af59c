/* SPDX-License-Identifier: MIT */
/*
 * Which way was it lost, copied or reordered?  From two numbers in every answer
 * of a STAMP reflector (RFC 8762): the sender's, and the reflector's own, which
 * counts its answers from 0.
 *
 *   answers made   = highest own number - first own number + 1
 *   lost back      = answers made - different own numbers that came
 *   copied there   = different own numbers - different sender's numbers
 *   reached        = answers made - copied there
 *   lost there     = sent - reached
 *
 * A copy of the way there whose answer is lost on the way back cannot be told
 * from a datagram that was not copied, so with copies and losses both, what was
 * lost there lies between two bounds; with one of them the two are equal.  Of
 * copies at least one is assumed to be heard.
 * What is withheld by a limit of the reflector was lost there, to us.
 *
 * A stateless reflector copies the sender's number.  One whose own number never
 * differs from it may be such a one: then nothing of this is known.
 *
 * It knows numbers; it does not know times, or whether an answer is believable.
 */
#ifndef SILBO_SIDES_H
#define SILBO_SIDES_H

#include <silbo/defs.h>
#include <silbo/track.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is not known is UINT64_MAX, but for the bounds, which always are. */
struct silbo_sides_report {
	bool stateful;       /* the two numbers have differed */
	bool contradictory;  /* numbers that cannot be: a restart, a lie */
	uint64_t there_lost; /* known when the bounds are equal */
	uint64_t there_lost_min, there_lost_max;
	uint64_t back_lost;
	uint64_t there_duplicate, back_duplicate;
	uint64_t there_reordered, back_reordered;
	uint64_t back_extent_max;
};

struct silbo_sides {
	/* private */
	struct silbo_track track; /* of own numbers, moved by OFFSET */
	struct silbo_track order; /* of those that are counted */
	uint64_t *asked;          /* sender's number + 1, by own number */
	uint32_t *holder;         /* own number of the original, by asked */
	uint32_t window;
	uint64_t first, next;    /* lowest own number, highest + 1; moved */
	uint64_t low_asked;      /* sender's number in the lowest */
	uint64_t settled;        /* below: order there is counted */
	uint64_t highest;        /* sender's number + 1 so far, in that order */
	uint64_t own, firsts;    /* different numbers */
	uint64_t closings_again; /* of those, second answers to a closing one */
	uint64_t copies, reordered;
	bool begun, stateful, contradictory;
	silbo_time told_at;
};

/* window as of a track, of the answers that may be out of order. */
SILBO_API
size_t silbo_sides_size(uint32_t window);

/* mem: silbo_sides_size bytes, aligned for uint64_t, borrowed. */
SILBO_API
void silbo_sides_init(struct silbo_sides *sides, void *mem, uint32_t window);

/*
 * One answer.
 *
 *   own       the reflector's number, as it came: it may wrap
 *   asked     the sender's number, unwrapped
 *   first     no answer to that number has come before
 *   closing   it was sent after all that is counted: of the copies and of the
 *             order this is none, and nothing else was overtaken by it
 */
SILBO_API
void silbo_sides_on_answer(struct silbo_sides *sides, uint32_t own,
    uint64_t asked, bool first, bool closing, silbo_time now);

/*
 * What is known once all have been waited for.
 *
 *   sent      what is counted
 *   lost      of those, without an answer
 *   closing   sent after all those and not counted: that one of them was
 *             answered makes the end known.  One that was not answered is one
 *             more that may have been lost there
 *   closed    one of them was
 */
SILBO_API
void silbo_sides_report(const struct silbo_sides *sides,
    struct silbo_sides_report *report, uint64_t sent, uint64_t lost,
    uint64_t closing, bool closed);

#ifdef __cplusplus
}
#endif

#endif
