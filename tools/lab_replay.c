/* SPDX-License-Identifier: MIT */
/*
 * A path as recv --packets recorded it: which DATA of one stream came, and how
 * much later than the fastest, becomes a trace of loss and delay.
 *
 * A number's place in the trace is its place in the schedule, so the trace
 * advances in time, a frame a step: INFO, which leaves with a DATA, shares its
 * fate and shifts nothing.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "lab.h"
#include "packets.h"
#include "units.h"

#define STREAMS_MAX 64
#define ID_BYTES 40
#define TIME_MAX (UINT64_C(1) << 62) /* ns */
#define DELAY_MAX_NS ((int64_t)SILBO_DELAY_MAX)

struct row {
	uint64_t number;
	int64_t at, media;
};

struct recording {
	const char *path;
	struct {
		char id[ID_BYTES];
		uint64_t count;
	} streams[STREAMS_MAX];
	size_t streams_count, chosen;
	uint64_t duplicates;
	struct row *rows;
	size_t count, capacity;
};

static bool
refuse(const struct recording *r, uint64_t line, const char *why)
{
	char quoted[256];

	cli_quote(quoted, sizeof quoted, r->path);
	if (line > 0)
		cli_error("cannot replay '%s', line %" PRIu64 ": %s", quoted,
		    line, why);
	else
		cli_error("cannot replay '%s': %s", quoted, why);
	cli_hint("silbo recv --packets FILE.csv records one");
	return false;
}

/* Its place among those known; STREAMS_MAX when there are too many. */
static size_t
find_stream(struct recording *r, const char *id)
{
	size_t i = 0;

	while (i < r->streams_count && strcmp(r->streams[i].id, id) != 0)
		i++;
	if (i == r->streams_count && i < STREAMS_MAX)
		snprintf(r->streams[r->streams_count++].id, ID_BYTES, "%s", id);
	return i;
}

static bool
keep(struct recording *r, const struct row *row)
{
	if (r->count == r->capacity) {
		size_t more = r->capacity > 0 ? 2 * r->capacity : 1024;
		struct row *rows = realloc(r->rows, more * sizeof(*rows));

		if (rows == NULL)
			return false;
		r->rows = rows;
		r->capacity = more;
	}
	r->rows[r->count++] = *row;
	return true;
}

/* A line, without its end.  choose: count streams; else keep the chosen one's.
 * Returns what is wrong with it, or NULL. */
static const char *
take_line(struct recording *r, const char *line, bool choose)
{
	char id[ID_BYTES], type[16], media[24], verdict[32];
	uint64_t at, number;
	struct row row;
	size_t stream;

	/* Of what is no datagram of silbo's, or not accepted, fields are empty.
	 */
	if (sscanf(line, "%" SCNu64 ",%39[^,],%15[^,],%" SCNu64 ",", &at, id,
		type, &number) != 4)
		return sscanf(line, "%" SCNu64 ",,", &at) == 1
		    ? NULL
		    : "expected " PACKETS_HEAD;
	if (strcmp(type, "DATA") != 0)
		return NULL;
	stream = find_stream(r, id);
	if (!choose && stream == r->chosen && strstr(line, ",drop_duplicate,"))
		r->duplicates++;
	if (sscanf(line, "%*[^,],%*[^,],%*[^,],%*[^,],%23[0-9],%*[^,],%31[^,]",
		media, verdict) != 2 ||
	    stream == STREAMS_MAX)
		return NULL;
	if (choose) {
		r->streams[stream].count++;
		return NULL;
	}
	if (number > SILBO_TRACK_NUMBER_MAX || at > TIME_MAX ||
	    strtoull(media, NULL, 10) > TIME_MAX)
		return "a number that cannot be";
	row = (struct row){
	    number, (int64_t)at, (int64_t)strtoull(media, NULL, 10)};
	if (stream != r->chosen || keep(r, &row))
		return NULL;
	return "not enough memory";
}

static bool
read_lines(struct recording *r, FILE *in, bool choose)
{
	char line[512];
	uint64_t count = 1;
	const char *why;

	rewind(in);
	if (fgets(line, sizeof line, in) == NULL ||
	    strcspn(line, "\r\n") != strlen(PACKETS_HEAD) ||
	    strncmp(line, PACKETS_HEAD, strlen(PACKETS_HEAD)) != 0)
		return refuse(r, 1, "expected " PACKETS_HEAD);
	while (fgets(line, sizeof line, in) != NULL) {
		count++;
		why = take_line(r, line, choose);
		if (why != NULL)
			return refuse(r, count, why);
	}
	return !ferror(in) || refuse(r, 0, strerror(errno));
}

static int
by_number(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* The time from one number to the next: the shortest there is, as pauses make
 * it longer.  0: none is known. */
static int64_t
find_frame(const struct recording *r)
{
	int64_t frame = 0;

	for (size_t i = 1; i < r->count; i++) {
		int64_t step = r->rows[i].media - r->rows[i - 1].media;

		if (r->rows[i].number == r->rows[i - 1].number + 1 &&
		    step > 0 && (frame == 0 || step < frame))
			frame = step;
	}
	return frame;
}

static bool
make_trace(struct recording *r, struct lab *lab, int64_t *frame)
{
	uint64_t first, count;
	int64_t fastest = INT64_MAX, *values;

	if (r->count > 0)
		qsort(r->rows, r->count, sizeof(*r->rows), by_number);
	*frame = find_frame(r);
	if (*frame <= 0)
		return refuse(r, 0, "no two DATA of one stream in a row in it");
	first = r->rows[0].number;
	count = r->rows[r->count - 1].number - first + 1;
	if (count > SILBO_TRACE_VALUES_MAX)
		return refuse(r, 0, "more than 16777216 numbers");
	values = malloc(count * sizeof(*values));
	if (values == NULL)
		return refuse(r, 0, "not enough memory");
	for (uint64_t i = 0; i < count; i++)
		values[i] = SILBO_TRACE_LOST;
	for (size_t i = 0; i < r->count; i++)
		if (r->rows[i].at - r->rows[i].media < fastest)
			fastest = r->rows[i].at - r->rows[i].media;
	for (size_t i = 0; i < r->count; i++) {
		int64_t late = r->rows[i].at - r->rows[i].media - fastest;

		values[r->rows[i].number - first] =
		    late < DELAY_MAX_NS ? late : DELAY_MAX_NS;
	}
	lab->replay_values = values;
	lab->replay =
	    (struct silbo_trace){SILBO_TRACE_DELAY, values, (uint32_t)count};
	return true;
}

static void
take_path(struct lab *lab, int64_t frame)
{
	struct scenario_path *path = &lab->scenario.ways[SCENARIO_FORTH];
	struct model *m = &path->models[0];

	path->count = 1;
	model_init(m, &lab->scenario.traces);
	m->loss_kind = MODEL_LOSS_DELAY_TRACE;
	m->delay_trace = &lab->replay;
	snprintf(m->delay_trace_path, sizeof(m->delay_trace_path), "%s",
	    lab->replay_path);
	m->interval_ns = frame;
	m->keep_order = false;
	lab->stream.frame_ns = frame;
	lab->stream.duration_ns = (int64_t)lab->replay.count * frame;
}

static void
tell(const struct recording *r, const struct lab *lab)
{
	char frame[32];
	uint64_t lost = 0;

	for (uint32_t i = 0; i < lab->replay.count; i++)
		lost += lab->replay.values[i] == SILBO_TRACE_LOST;
	cli_note("replaying stream %.4s: %" PRIu32 " frames of %s, %" PRIu64
		 " lost, %" PRIu64 " duplicates left out%s",
	    r->streams[r->chosen].id, lab->replay.count,
	    units_duration(frame, sizeof frame, lab->stream.frame_ns), lost,
	    r->duplicates,
	    r->streams_count > 1 ? "; there are other streams" : "");
}

bool
lab_replay(struct lab *lab)
{
	struct recording r = {.path = lab->replay_path};
	FILE *in = fopen(r.path, "re");
	int64_t frame = 0;
	bool good;

	if (in == NULL)
		return refuse(&r, 0, strerror(errno));
	good = read_lines(&r, in, true);
	for (size_t i = 1; good && i < r.streams_count; i++)
		if (r.streams[i].count > r.streams[r.chosen].count)
			r.chosen = i;
	good = good && read_lines(&r, in, false) && make_trace(&r, lab, &frame);
	if (good) {
		take_path(lab, frame);
		tell(&r, lab);
	}
	fclose(in);
	free(r.rows);
	return good;
}
