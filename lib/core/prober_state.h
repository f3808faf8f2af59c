/* SPDX-License-Identifier: MIT */
/*
 * The prober's state, shared by its schedule, its end and its answers.
 */
#ifndef SILBO_CORE_PROBER_STATE_H
#define SILBO_CORE_PROBER_STATE_H

#include <silbo/prober.h>

/* A PROBE that was sent, in the place of its number. */
struct silbo_asked {
	uint64_t number;
	uint64_t index; /* among those sent, which leaves no gaps */
	silbo_time at;
	uint64_t order; /* of its first answer, and who gave it: */
	struct silbo_source reflector;
	uint64_t unique; /* that the reflector had had, as that told */
	bool used, answered, closing;
};

/* What the reflector has told last. */
struct silbo_told {
	bool known;
	uint64_t order; /* of the answer that told it */
	uint64_t unique, duplicate, reordered, extent_max, withheld;
};

struct silbo_prober {
	struct silbo_prober_config config;
	/* the schedule */
	uint64_t next; /* number */
	uint64_t slots, sent, unsent, closings, late_over_1ms;
	silbo_time last_at, closing_at, told_at;
	silbo_time stop_by; /* when stopped: it is over */
	bool stopped, closed;
	/* what was asked, and answered */
	struct silbo_asked *asked; /* config.window of them */
	struct silbo_track track;  /* of indices, by answers */
	struct silbo_track orders; /* of first answers */
	struct silbo_source reflector, former;
	bool has_reflector, has_former;
	uint64_t answers[SILBO_ANSWER_KINDS];
	uint64_t absurd_times, contradictions, restarts;
	struct silbo_told told, past; /* past: of former reflectors, summed */
	uint64_t reordered_past, extent_past; /* of the way back, likewise */
	/* the figures */
	struct silbo_quantile rtt, lateness;
	struct silbo_transit there, back;
	uint64_t steps; /* of clocks, that there and back began after */
	struct silbo_jitter jitter, jitter_there, jitter_back;
	struct silbo_marks marks_there, marks_back;
	struct silbo_sync sync;
	uint64_t rtt_first, rtt_last;
	bool kernel_there;
};

/* By so much a track may book a loss later than after the wait: two of its
 * steps of 2^20 ns. */
#define PROBER_STEPS_NS (3 * SILBO_NS_PER_MS)

/* Are slots to come? */
bool silbo_prober_has_slots(const struct silbo_prober *p);

/* When none are: when something is to be done, unless it is over. */
silbo_time silbo_prober_end_due(const struct silbo_prober *p);

static inline struct silbo_asked *
asked_place(const struct silbo_prober *p, uint64_t number)
{
	return &p->asked[number & (p->config.window - 1)];
}

/* Time as it is told to the tracks never goes back. */
static inline silbo_time
pass(struct silbo_prober *p, silbo_time at)
{
	if (at > p->told_at)
		p->told_at = at;
	return p->told_at;
}

#endif
