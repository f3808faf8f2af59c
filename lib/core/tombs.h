/* SPDX-License-Identifier: MIT */
/*
 * Tombstones: of sources that have lost their place, the numbers they had come
 * to.  Private to lib/core.
 *
 * Established sources and provisional ones have rows of their own, so that a
 * flood of ids that were never established does not wash away what keeps a
 * recorded stream from being delivered twice.
 */
#ifndef SILBO_CORE_TOMBS_H
#define SILBO_CORE_TOMBS_H

#include "place.h"

#define TOMBS_EVICTED 64
#define TOMBS_CLOSED (SILBO_GATE_TOMBSTONES - TOMBS_EVICTED)

struct silbo_tomb {
	struct silbo_source id;
	struct silbo_reach reach;
	bool streams;  /* it sent DATA or INFO */
	bool ended;    /* END came: nothing can follow */
	uint64_t made; /* 1, 2 ... in order; 0: none stands here */
};

struct silbo_tombs {
	struct silbo_tomb tombs[SILBO_GATE_TOMBSTONES]; /* TOMBS_CLOSED first */
	uint64_t made;
};

/* Prepare one without tombstones. */
void silbo_tombs_init(struct silbo_tombs *tombs);

/* The tombstone of a source, or NULL. */
const struct silbo_tomb *silbo_tombs_get(
    const struct silbo_tombs *tombs, const struct silbo_source *id);

/*
 * Remember a source, instead of the oldest of its kind if all are taken, and
 * instead of what was remembered of it before.
 *
 *   tomb         copied; made is filled in
 *   established  which row
 */
void silbo_tombs_put(
    struct silbo_tombs *tombs, const struct silbo_tomb *tomb, bool established);

#endif
