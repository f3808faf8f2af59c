/* SPDX-License-Identifier: MIT */
/*
 * What became of the datagrams of a link, counted.  Private to lib/sim.
 *
 * Fates are decided out of order: what finds the queue full is lost while those
 * before it still wait.  Runs of losses are in the order of puts all the same:
 * the link books them in that order.
 */
#ifndef SILBO_SIM_TALLY_H
#define SILBO_SIM_TALLY_H

#include <silbo/link.h>

struct silbo_tally {
	/* private */
	struct silbo_link_report sums; /* of what has been booked */
	double delays_ns;
	uint64_t run; /* losses at the end of what has been booked */
};

void silbo_tally_init(struct silbo_tally *tally);

/* A fate is known, in whatever order. */
void silbo_tally_on_fate(
    struct silbo_tally *tally, const struct silbo_fate *fate);

/* In the order of puts: one came; so many did not. */
void silbo_tally_on_delivered(struct silbo_tally *tally);
void silbo_tally_on_lost(struct silbo_tally *tally, uint64_t count);

/* Sums, with the run that has not ended. */
void silbo_tally_report(
    const struct silbo_tally *tally, struct silbo_link_report *report);

#endif
