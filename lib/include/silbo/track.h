/* SPDX-License-Identifier: MIT */
/*
 * The track: which numbers of one source came, and in what order.  Exact
 * counts of loss, duplication and reordering, and the replay memory of DATA.
 *
 * It knows numbers and time; it does not know what a datagram carries.
 *
 * Three marks move upward through the numbers:
 *
 *       base          fin                highest         edge
 *   ----|-------------|------------------|---------------|----->  number
 *       counting      final below,       highest         highest accepted or
 *       starts here   pending from here  accepted        announced by INFO
 *
 * and always edge - fin < window.  Terms:
 *
 *   unique      first copies, less the late_final ones
 *   missing     a number whose successor was accepted, or that was announced
 *               itself, and that has not come
 *   lost        missing, and final: the window passed it, or it was missing for
 *               the waiting time T (RFC 7680 section 2.1 asks for a stated one)
 *   pending     missing, and not final yet
 *   late_final  first copy of a number already booked lost, still in the window
 *   too_old     below the window: a copy or a late one, unknowable
 *   reordered   unique arrivals below the highest accepted (RFC 4737 section 3)
 *   extent      of a reordered arrival i: i - j, j the earliest unique arrival
 *               with a larger number (RFC 4737 section 4.2.2)
 *   late by     of a reordered arrival: the time since its number was found
 *               missing (RFC 4737 section 4.3, but that it counts from an
 *               announcement, if that came before a larger number)
 *   n           of a reordered arrival: as many unique arrivals directly before
 *               it all had larger numbers (RFC 4737 section 5.3); 0 is possible
 *
 * Invariants, asserted:  expected = unique + lost + pending
 *                        arrived = unique + duplicate + late_final + too_old
 *
 * Time is kept per number in steps of 2^20 ns (1.05 ms), so a number is final
 * T after it was found missing or up to two steps later, never sooner.
 *
 * Until INFO decides, the base is the lowest number accepted, and nothing is
 * final for up to T after the first one, so that the base can still move down;
 * numbers found below it are missing since that first one.  Announcements that
 * come before any number then only move the edge: counting has not begun.
 */
#ifndef SILBO_TRACK_H
#define SILBO_TRACK_H

#include <silbo/defs.h>
#include <silbo/err.h>
#include <silbo/pattern.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_TRACK_WINDOW_DEFAULT 1024
#define SILBO_TRACK_WINDOW_MIN 64
#define SILBO_TRACK_WINDOW_MAX 131072
#define SILBO_TRACK_WAIT_DEFAULT SILBO_NS_PER_S
#define SILBO_TRACK_WAIT_MIN SILBO_NS_PER_MS
#define SILBO_TRACK_WAIT_MAX (30 * SILBO_NS_PER_S)
#define SILBO_TRACK_NUMBER_MAX (((uint64_t)1 << 48) - 1)

#define SILBO_TRACK_RUN_CLASSES SILBO_CLASSES

enum silbo_track_base {
	SILBO_TRACK_BASE_OPEN,  /* no INFO yet: the lowest accepted */
	SILBO_TRACK_BASE_FIRST, /* we heard it from its first number on */
	SILBO_TRACK_BASE_JOINED /* it had begun before we listened */
};

/* All counts are cumulative and never shrink, pending and gaps apart.  The open
 * run is counted as if it ended here, so it climbs through the classes as it
 * grows: the sum from any class upward never shrinks. */
struct silbo_track_report {
	uint64_t first; /* base of counting */
	uint64_t next;  /* edge + 1; expected = next - first */
	uint64_t expected;
	uint64_t arrived;
	uint64_t unique;
	uint64_t lost;
	uint64_t pending;
	uint64_t duplicate;
	uint64_t late_final;
	uint64_t too_old;
	uint64_t refused; /* of unique and late_final: by _on_refused */
	uint64_t reordered;
	uint64_t extent_max; /* 0: nothing reordered */
	uint64_t extent_sum;
	uint64_t extents[SILBO_CLASSES];    /* of reordered arrivals */
	uint64_t preceding[SILBO_CLASSES];  /* their n, where it is not 0 */
	uint64_t late_by_max_ns;            /* in steps of 2^20 ns */
	uint64_t late_by_sum_ns;            /* of reordered arrivals */
	struct silbo_pattern_report losses; /* the open run included */
	enum silbo_track_base base;
	silbo_time wait_ns; /* T */
	uint32_t window;
};

/* The order of arrivals: lib/core/order.h. */
#define SILBO_ORDER_RECENT 64

struct silbo_order {
	/* private */
	uint64_t reordered, extent_max, extent_sum;
	uint64_t extents[SILBO_CLASSES], preceding[SILBO_CLASSES];
	uint64_t late_by_max_ns, late_by_sum_ns;
	uint64_t recent[SILBO_ORDER_RECENT]; /* numbers, by arrival */
};

struct silbo_track {
	/* private; marks are exclusive ends: top = highest + 1 */
	uint64_t *seen;      /* bit per number in the window */
	uint32_t *opener;    /* unique count when a larger number came */
	uint16_t *since;     /* step at which it was found missing */
	uint32_t window;     /* power of two */
	uint32_t wait_steps; /* T */
	uint64_t last_step;  /* of the latest call */
	uint64_t start_step; /* counting began */
	bool held;           /* nothing is final before the base is decided */
	enum silbo_track_base base_kind;
	uint64_t base, fin, top, next;
	uint64_t arrived, unique, lost, pending, duplicate, late_final, too_old;
	uint64_t refused;
	uint64_t run; /* length of the open run of lost numbers, up to fin */
	silbo_time wait_ns;
	struct silbo_order order;
	struct silbo_pattern losses;
};

/* Bytes of memory that a track of this window needs beside its struct.
 * window is a power of two, SILBO_TRACK_WINDOW_MIN to _MAX.  6272 at 1024. */
SILBO_API
size_t silbo_track_size(uint32_t window);

/*
 * Prepare a track.
 *
 *   mem      silbo_track_size(window) bytes, aligned for uint64_t; the track
 *            borrows them until it is no longer used
 *   window   power of two; advice: at least 2 * rate * T, so that numbers
 *            become final by time and not by pressure
 *   wait_ns  T, SILBO_TRACK_WAIT_MIN to _MAX
 */
SILBO_API
void silbo_track_init(
    struct silbo_track *track, void *mem, uint32_t window, silbo_time wait_ns);

/*
 * Account one authentic arrival; decide and commit in one step.
 *
 * Returns SILBO_ACCEPTED, SILBO_LATE_FINAL, SILBO_DROP_DUPLICATE or
 * SILBO_DROP_OLD.  O(1) amortised, O(window) for a jump of any size.
 */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_track_on_number(
    struct silbo_track *track, uint64_t number, silbo_time now);

/* The same for one whose content was refused when it came.  Returns whether it
 * was a first copy. */
SILBO_API
SILBO_MUST_USE
bool silbo_track_on_refused(
    struct silbo_track *track, uint64_t number, silbo_time now);

/*
 * The source announces that it has sent all numbers below next: those not
 * there become missing now.  Moves the edge up only; never makes an arrival
 * reordered.  O(window).
 */
SILBO_API
void silbo_track_on_next(
    struct silbo_track *track, uint64_t next, silbo_time now);

/*
 * The source tells its first number, and we have listened since before it was
 * sent: counting starts there, head loss included.  Only the first call of this
 * or of on_joined has an effect; a first above the lowest accepted number is
 * contradictory and decides only that the base is where it is.
 */
SILBO_API
void silbo_track_on_first(
    struct silbo_track *track, uint64_t first, silbo_time now);

/*
 * The source had begun before we listened: counting starts at the lowest number
 * accepted so far, or at next if none was; lower ones are too_old from now on.
 */
SILBO_API
void silbo_track_on_joined(
    struct silbo_track *track, uint64_t next, silbo_time now);

/* Let time pass: numbers missing for T become final.  O(1) amortised. */
SILBO_API
void silbo_track_on_time(struct silbo_track *track, silbo_time now);

/* When the next pending number becomes final; SILBO_TIME_NEVER: none. */
SILBO_API
silbo_time silbo_track_deadline(const struct silbo_track *track);

/* Copy the counts, as of the last call that had a `now`. */
SILBO_API
void silbo_track_report(
    const struct silbo_track *track, struct silbo_track_report *report);

#ifdef __cplusplus
}
#endif

#endif
