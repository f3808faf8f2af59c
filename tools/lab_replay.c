/* SPDX-License-Identifier: MIT */
/*
 * A path as recv --packets recorded it takes the place of the plan's.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "lab.h"
#include "packets_trace.h"
#include "units.h"

#define FRAME_MIN_NS ((int64_t)2500000)
#define FRAME_MAX_NS ((int64_t)120000000)

static bool
refuse(const char *path, uint64_t line, const char *why)
{
	char quoted[256];

	cli_quote(quoted, sizeof quoted, path);
	if (line > 0)
		cli_error("cannot replay '%s', line %" PRIu64 ": %s", quoted,
		    line, why);
	else
		cli_error("cannot replay '%s': %s", quoted, why);
	cli_hint("silbo recv --packets FILE.csv records one");
	return false;
}

static bool
check_frame(const char *path, const struct packets_trace *t)
{
	char frame[32], why[128];

	if (t->frame_ns >= FRAME_MIN_NS && t->frame_ns <= FRAME_MAX_NS)
		return true;
	snprintf(why, sizeof why,
	    "%s of media from one DATA to the next; frames have 2.5ms to 120ms",
	    units_duration(frame, sizeof frame, t->frame_ns));
	return refuse(path, t->frame_line, why);
}

static void
take_path(struct lab *lab, const struct packets_trace *t)
{
	struct scenario_path *path = &lab->scenario.ways[SCENARIO_FORTH];
	struct model *m = &path->models[0];

	lab->replay = t->trace;
	path->count = 1;
	model_init(m, &lab->scenario.traces);
	m->loss_kind = MODEL_LOSS_DELAY_TRACE;
	m->delay_trace = &lab->replay;
	snprintf(m->delay_trace_path, sizeof(m->delay_trace_path), "%s",
	    lab->replay_path);
	m->interval_ns = t->frame_ns;
	m->keep_order = false;
	lab->stream.frame_ns = t->frame_ns;
	lab->stream.duration_ns = (int64_t)t->trace.count * t->frame_ns;
}

static void
tell(const struct packets_trace *t)
{
	char frame[32];

	cli_note("replaying stream %.4s: %" PRIu32 " frames of %s, %" PRIu64
		 " lost, %" PRIu64 " duplicates left out%s",
	    t->stream, t->trace.count,
	    units_duration(frame, sizeof frame, t->frame_ns), t->lost,
	    t->duplicates, t->streams > 1 ? "; there are other streams" : "");
}

bool
lab_replay(struct lab *lab)
{
	const char *why = NULL, *path = lab->replay_path;
	struct silbo_trace_error error = {0};
	struct packets_trace t;
	size_t len = 0;
	char *text = traces_read(path, &len, &why);
	bool made;

	if (text == NULL)
		return refuse(path, 0, why);
	made = packets_trace_make(&t, &error, SILBO_TRACE_DELAY, text, len);
	free(text);
	if (!made)
		return refuse(path, error.line, error.why);
	lab->replay_values = t.values;
	if (!check_frame(path, &t))
		return false;
	take_path(lab, &t);
	tell(&t);
	return true;
}
