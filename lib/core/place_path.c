/* SPDX-License-Identifier: MIT */
/*
 * The numbers of PROBE and of ECHO in a place: for each a track, which is their
 * replay memory and their counts.  It begins with the second datagram of its
 * type; of the first only the number is kept, as a stranger's first is mostly
 * his last.  Who is remembered is no stranger.
 *
 * It refuses to know what a PROBE asks for, and who answers.
 */
#include "align.h"
#include "place.h"

/* The window of a track lies behind its struct. */
static size_t
window_offset(void)
{
	return align(sizeof(struct silbo_track));
}

size_t
silbo_path_size(const struct silbo_stream_config *config)
{
	return window_offset() + align(silbo_track_size(config->window));
}

void
silbo_path_init(struct silbo_path *path, void *memory,
    const struct silbo_stream_config *config, uint64_t before)
{
	*path = (struct silbo_path){.memory = memory,
	    .window = config->window,
	    .wait_ns = config->wait_ns,
	    .before = before};
}

static void
begin(struct silbo_path *path, silbo_time now)
{
	uint8_t *window = (uint8_t *)path->memory + window_offset();

	path->track = path->memory;
	silbo_track_init(path->track, window, path->window, path->wait_ns);
	if (path->before > 0)
		silbo_track_on_joined(path->track, path->before, now);
	if (path->used)
		(void)!silbo_track_on_number(
		    path->track, path->number, path->now);
}

enum silbo_verdict
silbo_path_on_number(struct silbo_path *path, uint64_t number, silbo_time now)
{
	if (path->track == NULL && !path->used && path->before == 0) {
		path->used = true;
		path->number = number;
		path->now = now;
		return SILBO_ACCEPTED;
	}
	if (path->track == NULL)
		begin(path, now);
	return silbo_track_on_number(path->track, number, now);
}

bool
silbo_path_on_refused(struct silbo_path *path, uint64_t number, silbo_time now)
{
	if (path->track == NULL)
		begin(path, now);
	return silbo_track_on_refused(path->track, number, now);
}

void
silbo_path_on_time(struct silbo_path *path, silbo_time now)
{
	if (path->track != NULL)
		silbo_track_on_time(path->track, now);
}

silbo_time
silbo_path_deadline(const struct silbo_path *path)
{
	return path->track != NULL ? silbo_track_deadline(path->track)
				   : SILBO_TIME_NEVER;
}

/* Of the first alone it says what a track would that had begun with it. */
void
silbo_path_report(
    const struct silbo_path *path, struct silbo_track_report *report)
{
	if (path->track != NULL) {
		silbo_track_report(path->track, report);
		return;
	}
	*report = (struct silbo_track_report){.unique = 0};
	if (!path->used)
		return;
	report->first = path->number;
	report->next = path->number + 1;
	report->expected = report->arrived = report->unique = 1;
	report->base = SILBO_TRACK_BASE_OPEN;
	report->wait_ns = path->wait_ns;
	report->window = path->window;
}
