/* SPDX-License-Identifier: MIT */
/*
 * The prober: when the next PROBE leaves, and what the answers say of the way
 * there, the way back and the clocks.  One per target.
 *
 * It knows numbers and times; it does not know how they are written.  Whoever
 * speaks silbo's own PROBE and ECHO for it is silbo/asker.h; another may speak
 * another protocol.
 *
 *   while (!silbo_prober_is_done(p))
 *     wait until silbo_prober_deadline(p), or an answer comes
 *     for every answer:                silbo_prober_on_answer(p, &answer)
 *     while silbo_prober_get(p, &departure, now):  make it, send it, then
 *                              silbo_prober_on_sent or _on_unsent
 *
 * Slot k of the schedule is at start + k * interval, whatever happened before:
 * none is skipped, and how late each leaves is counted.  Who was held up
 * catches up at eight times the rate: of slots that are overdue one leaves at
 * once, the next no sooner than interval / 8 after it.  A burst of all of them
 * might not fit into the far queue, and be told as loss.
 *
 * After the last one it waits: until all are answered and the time of three
 * round trips has passed in which a second copy may come, at most for `wait`.
 * Then it asks for the totals, up to five times: the closing PROBEs, which no
 * count contains.  Told to stop it has 0.4 s for both; what has been missing
 * for less than `wait` then stays pending.
 *
 * What an answer says is checked against what was sent, never believed: a time
 * of sending is remembered here, not taken from the answer.
 *
 *   sent = answered + lost + pending, where answered means within `wait`
 */
#ifndef SILBO_PROBER_H
#define SILBO_PROBER_H

#include <silbo/defs.h>
#include <silbo/header.h>
#include <silbo/jitter.h>
#include <silbo/marks.h>
#include <silbo/quantile.h>
#include <silbo/sync.h>
#include <silbo/track.h>
#include <silbo/transit.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_PROBER_INTERVAL_MIN SILBO_NS_PER_MS
#define SILBO_PROBER_INTERVAL_MAX (10 * SILBO_NS_PER_S)
#define SILBO_PROBER_CLOSINGS 5
#define SILBO_PROBER_STOP_NS (400 * SILBO_NS_PER_MS)
#define SILBO_PROBER_CATCH_UP 8 /* times the rate, of what was held up */

struct silbo_prober_config {
	silbo_time start;       /* of the first slot */
	silbo_time interval_ns; /* _INTERVAL_MIN to _MAX */
	uint64_t slots;         /* how many; UINT64_MAX: until on_stop */
	silbo_time wait_ns;     /* after which a PROBE is lost; as of a track */
	uint32_t window;        /* of a track; see silbo_prober_window */
	uint64_t wall_offset;   /* Unix time less `now`, ns, at the start */
};

/* What is to be sent. */
struct silbo_departure {
	uint64_t number;  /* used once, whether it leaves or not */
	silbo_time due;   /* its slot; it may leave later */
	silbo_time at;    /* now */
	uint64_t sent_at; /* T1: `at` on the Unix axis */
	size_t bytes;     /* of this datagram alone; 0: as all others */
	bool closing;
};

/* What came back. */
struct silbo_answer {
	uint64_t number;                 /* of the PROBE */
	struct silbo_source reflector;   /* who answers */
	uint64_t order;                  /* the answer's own number there */
	silbo_time at;                   /* T4 */
	bool has_times;                  /* these two are known: */
	uint64_t received_at, echoed_at; /* T2 T3, their Unix axis */
	bool kernel;                     /* T2 is a kernel's stamp */
	int tos, ttl;           /* of the PROBE as it arrived; -1 unknown */
	int back_tos, back_ttl; /* of the answer as it arrived */
	bool has_counts;        /* of the PROBEs they have had from us: */
	uint64_t unique, duplicate, reordered, extent_max, withheld;
};

enum silbo_answer_kind {
	SILBO_ANSWER_FIRST,      /* within the wait */
	SILBO_ANSWER_LATE,       /* its PROBE was booked lost before */
	SILBO_ANSWER_CLOSING,    /* the totals, and copies of them */
	SILBO_ANSWER_COPY,       /* the same answer again: by the network */
	SILBO_ANSWER_TWICE,      /* another answer to the same PROBE */
	SILBO_ANSWER_NEVER_SENT, /* to a number that was not used */
	SILBO_ANSWER_TOO_OLD,    /* to one that is not remembered */
	SILBO_ANSWER_KINDS
};

/* Of one way.  What is unknown is UINT64_MAX. */
struct silbo_way {
	uint64_t lost, duplicate, reordered, extent_max;
	struct silbo_jitter_report jitter; /* RFC 3550 */
	struct silbo_marks marks;
};

struct silbo_prober_report {
	uint64_t slots; /* that have come */
	uint64_t sent, unsent;
	uint64_t closings; /* closing PROBEs sent */
	bool closed;       /* one of them was answered */
	bool cut_short; /* it is over by on_stop, before it could be known what
	                   became of those pending */
	struct silbo_track_report track; /* of PROBEs by their answers */
	uint64_t answers[SILBO_ANSWER_KINDS];
	uint64_t absurd_times;   /* answers with times that cannot be */
	uint64_t contradictions; /* counts that cannot be */
	uint64_t restarts;       /* another reflector took over */
	uint64_t withheld; /* by the reflector's limit of rate; or UINT64_MAX */
	struct silbo_way there, back;
	struct silbo_jitter_report jitter; /* of round trips */
	struct silbo_sync_report sync;
	bool kernel_there;     /* T2 are kernel's stamps */
	uint64_t rtt_first_ns; /* of the first that was answered; 0: none */
	uint64_t rtt_last_ns;
	uint64_t late_over_1ms; /* departures */
};

struct silbo_prober; /* opaque */

/* A window that holds all that can be without an answer, also while departures
 * that were held up are caught up with. */
SILBO_API
uint32_t silbo_prober_window(silbo_time interval_ns, silbo_time wait_ns);

SILBO_API
size_t silbo_prober_size(const struct silbo_prober_config *config);

/* Prepare one in mem (silbo_prober_size bytes, aligned as by malloc). */
SILBO_API
struct silbo_prober *silbo_prober_init(
    void *mem, const struct silbo_prober_config *config);

/* When the next departure leaves, or the next waiting ends. */
SILBO_API
silbo_time silbo_prober_deadline(const struct silbo_prober *p);

/*
 * Take what is due.  Whatever has come until now is to be handed in before.
 *
 * Returns false when nothing is.  Of one that is taken, tell what became of it
 * before the next is taken.
 */
SILBO_API
SILBO_MUST_USE
bool silbo_prober_get(
    struct silbo_prober *p, struct silbo_departure *departure, silbo_time now);

SILBO_API
void silbo_prober_on_sent(
    struct silbo_prober *p, const struct silbo_departure *departure);

/* It never left; nobody can answer it. */
SILBO_API
void silbo_prober_on_unsent(
    struct silbo_prober *p, const struct silbo_departure *departure);

/* An authentic answer.  Its time of arrival may lie before what
 * was told last. */
SILBO_API
enum silbo_answer_kind silbo_prober_on_answer(
    struct silbo_prober *p, const struct silbo_answer *answer);

/* No more slots, and SILBO_PROBER_STOP_NS for the wait and the closing. */
SILBO_API
void silbo_prober_on_stop(struct silbo_prober *p, silbo_time now);

/* Let time pass. */
SILBO_API
void silbo_prober_on_time(struct silbo_prober *p, silbo_time now);

SILBO_API
bool silbo_prober_is_done(const struct silbo_prober *p);

SILBO_API
void silbo_prober_report(
    const struct silbo_prober *p, struct silbo_prober_report *report);

/* Round trips, the time at the reflector taken off; lateness of departures. */
SILBO_API
const struct silbo_quantile *silbo_prober_rtt(const struct silbo_prober *p);
SILBO_API
const struct silbo_quantile *silbo_prober_lateness(
    const struct silbo_prober *p);

/* One-way delays above the fastest, since a clock was set last or another
 * reflector took over. */
SILBO_API
const struct silbo_transit *silbo_prober_there(const struct silbo_prober *p);
SILBO_API
const struct silbo_transit *silbo_prober_back(const struct silbo_prober *p);

#ifdef __cplusplus
}
#endif

#endif
