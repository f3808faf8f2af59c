/* SPDX-License-Identifier: MIT */
/*
 * What a play-out knows.  Private to playout.c and playout_put.c.
 */
#ifndef SILBO_CORE_PLAYOUT_STATE_H
#define SILBO_CORE_PLAYOUT_STATE_H

#include "axis.h"
#include "ring.h"

#include <silbo/playout.h>

struct silbo_playout {
	struct silbo_playout_config config;
	struct silbo_playout_report report; /* its counts are the counts */
	uint64_t delay_sum_ns;
	struct ring ring;

	bool mapped; /* the axis is set: something has a place in time */
	struct axis axis;
	uint64_t newest;   /* highest number that was placed */
	int64_t furthest;  /* highest position that was placed */
	int64_t lowest;    /* lowest position kept before the start */
	silbo_time lag_at; /* since when all was late, or never */

	/* the two ends of the stream, as far as they were told */
	bool has_origin, has_end;
	uint64_t origin;  /* media time */
	silbo_time since; /* never: joined late */
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

#endif
