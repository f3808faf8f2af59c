/* SPDX-License-Identifier: MIT */
/*
 * Decides what a track says of itself.  Changes nothing in it: what is still
 * open is counted on a copy.
 */
#include <silbo/track.h>

#include <assert.h>
#include <string.h>

#include "slots.h"

silbo_time
silbo_track_deadline(const struct silbo_track *track)
{
	uint64_t since = track->start_step;

	if (track->pending == 0)
		return SILBO_TIME_NEVER;
	if (!track->held)
		since = track->last_step - age_of(track, track->fin);
	return (since + track->wait_steps) << STEP_SHIFT;
}

void
silbo_track_report(
    const struct silbo_track *track, struct silbo_track_report *report)
{
	*report = (struct silbo_track_report){
	    .first = track->base,
	    .next = track->next,
	    .expected = track->next - track->base,
	    .arrived = track->arrived,
	    .unique = track->unique,
	    .lost = track->lost,
	    .pending = track->pending,
	    .duplicate = track->duplicate,
	    .late_final = track->late_final,
	    .too_old = track->too_old,
	    .refused = track->refused,
	    .reordered = track->order.reordered,
	    .extent_max = track->order.extent_max,
	    .extent_sum = track->order.extent_sum,
	    .late_by_max_ns = track->order.late_by_max_ns,
	    .late_by_sum_ns = track->order.late_by_sum_ns,
	    .base = track->base_kind,
	    .wait_ns = track->wait_ns,
	    .window = track->window,
	};
	memcpy(report->extents, track->order.extents, sizeof(report->extents));
	memcpy(report->preceding, track->order.preceding,
	    sizeof(report->preceding));
	silbo_pattern_report(&track->losses, &report->losses, track->base,
	    track->fin, track->run);
	assert(report->losses.lost == report->lost);
}
