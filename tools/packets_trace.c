/* SPDX-License-Identifier: MIT */
/*
 * A number's place in the trace is its place in the schedule, so the trace
 * advances in time, a frame a step: INFO, which leaves with a DATA, shares its
 * fate and shifts nothing.
 */
#include "packets_trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <silbo/delay.h>
#include <silbo/track.h>

#include "packets.h"

#define STREAMS_MAX 64
#define ID_BYTES sizeof(((struct packets_trace *)0)->stream)
#define TIME_MAX (UINT64_C(1) << 62) /* ns */
#define LINE_BYTES 512
#define FIELDS 9
#define CANNOT_BE "a number that cannot be"

struct row {
	uint64_t number, line;
	int64_t at, media;
};

struct recording {
	struct {
		char id[ID_BYTES];
		uint64_t count;
	} streams[STREAMS_MAX];
	size_t streams_count, chosen;
	uint64_t line, duplicates;
	struct row *rows;
	size_t count, capacity;
};

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

/* How many there are, be it more than are kept. */
static size_t
split(char *fields[FIELDS], char *line)
{
	size_t count = 0;

	for (char *next = line; next != NULL; count++) {
		char *field = next;

		next = strchr(field, ',');
		if (next != NULL)
			*next++ = '\0';
		if (count < FIELDS)
			fields[count] = field;
	}
	return count;
}

static bool
parse_number(uint64_t *value, const char *text, uint64_t max)
{
	char *end;

	errno = 0;
	if (*text < '0' || *text > '9')
		return false;
	*value = strtoull(text, &end, 10);
	return *end == '\0' && errno == 0 && *value <= max;
}

/* A line, without its end.  choose: count streams; else keep the chosen one's.
 * Returns what is wrong with it, or NULL. */
static const char *
take_line(struct recording *r, char *line, bool choose)
{
	uint64_t at, number, media;
	char *fields[FIELDS];
	size_t stream;

	if (split(fields, line) != FIELDS)
		return "expected the 9 fields " PACKETS_HEAD;
	if (!parse_number(&at, fields[0], TIME_MAX))
		return CANNOT_BE;
	if (strcmp(fields[2], "DATA") != 0)
		return NULL;
	if (fields[1][0] == '\0' || strlen(fields[1]) >= ID_BYTES)
		return "expected the id of a stream";
	stream = find_stream(r, fields[1]);
	if (!choose && stream == r->chosen &&
	    strcmp(fields[6], "drop_duplicate") == 0)
		r->duplicates++;
	/* Of what was not accepted it is empty. */
	if (fields[4][0] == '\0' || stream == STREAMS_MAX)
		return NULL;
	if (!parse_number(&number, fields[3], SILBO_TRACK_NUMBER_MAX) ||
	    !parse_number(&media, fields[4], TIME_MAX))
		return CANNOT_BE;
	if (choose)
		r->streams[stream].count++;
	else if (stream == r->chosen &&
	    !keep(
		r, &(struct row){number, r->line, (int64_t)at, (int64_t)media}))
		return "not enough memory";
	return NULL;
}

static const char *
read_lines(struct recording *r, const char *text, size_t len, bool choose)
{
	const char *end = text + len, *why = NULL;

	for (r->line = 1; text < end && why == NULL; r->line++) {
		const char *feed = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((feed != NULL ? feed : end) - text);
		char line[LINE_BYTES];

		if (n >= sizeof line)
			return "too long for a line of " PACKETS_HEAD;
		memcpy(line, text, n);
		line[n > 0 && line[n - 1] == '\r' ? n - 1 : n] = '\0';
		if (r->line > 1)
			why = take_line(r, line, choose);
		if (why != NULL)
			break;
		text += n + (feed != NULL);
	}
	return why;
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
static void
find_frame(struct packets_trace *t, const struct recording *r)
{
	t->frame_ns = 0;
	for (size_t i = 1; i < r->count; i++) {
		const struct row *row = &r->rows[i];
		int64_t step = row->media - row[-1].media;

		if (row->number != row[-1].number + 1 || step <= 0 ||
		    (t->frame_ns != 0 && step >= t->frame_ns))
			continue;
		t->frame_ns = step;
		t->frame_line = row->line;
	}
}

/* What became of each number into values.  The line of one that cannot be told,
 * or 0. */
static uint64_t
fill(struct packets_trace *t, const struct recording *r)
{
	bool delays = t->trace.kind == SILBO_TRACE_DELAY;
	int64_t fastest = INT64_MAX;

	for (size_t i = 0; i < r->count; i++)
		if (r->rows[i].at - r->rows[i].media < fastest)
			fastest = r->rows[i].at - r->rows[i].media;
	for (uint32_t i = 0; i < t->trace.count; i++)
		t->values[i] = SILBO_TRACE_LOST;
	t->lost = t->trace.count;
	for (size_t i = 0; i < r->count; i++) {
		const struct row *row = &r->rows[i];
		int64_t *value = &t->values[row->number - r->rows[0].number];
		/* Never below 0, but twice what a time may be. */
		uint64_t late =
		    (uint64_t)(row->at - row->media) - (uint64_t)fastest;

		if (delays && late > SILBO_DELAY_MAX)
			return row->line;
		t->lost -= i == 0 || row->number != row[-1].number;
		*value = delays ? (int64_t)late : 0;
	}
	return 0;
}

static const char *
make(struct packets_trace *t, struct recording *r, enum silbo_trace_kind kind)
{
	uint64_t count;

	if (r->count > 0)
		qsort(r->rows, r->count, sizeof(*r->rows), by_number);
	find_frame(t, r);
	r->line = 0;
	if (t->frame_ns == 0)
		return "no two DATA of one stream in a row in it";
	count = r->rows[r->count - 1].number - r->rows[0].number + 1;
	if (count > SILBO_TRACE_VALUES_MAX)
		return "more than 16777216 numbers";
	t->values = malloc((size_t)count * sizeof(*t->values));
	if (t->values == NULL)
		return "not enough memory";
	t->trace = (struct silbo_trace){kind, t->values, (uint32_t)count};
	r->line = fill(t, r);
	return r->line > 0 ? "more than 60s later than the fastest" : NULL;
}

bool
packets_trace_is(const char *text, size_t len)
{
	const size_t head = strlen(PACKETS_HEAD);

	return len > head && memcmp(text, PACKETS_HEAD, head) == 0 &&
	    (text[head] == '\n' || text[head] == '\r');
}

bool
packets_trace_make(struct packets_trace *t, struct silbo_trace_error *error,
    enum silbo_trace_kind kind, const char *text, size_t len)
{
	struct recording r = {.line = 1};

	memset(t, 0, sizeof(*t));
	error->why = "expected " PACKETS_HEAD;
	if (packets_trace_is(text, len))
		error->why = read_lines(&r, text, len, true);
	for (size_t i = 1; i < r.streams_count; i++)
		if (r.streams[i].count > r.streams[r.chosen].count)
			r.chosen = i;
	if (error->why == NULL)
		error->why = read_lines(&r, text, len, false);
	if (error->why == NULL)
		error->why = make(t, &r, kind);
	error->line = r.line;
	memcpy(t->stream, r.streams[r.chosen].id, sizeof(t->stream));
	t->streams = r.streams_count;
	t->duplicates = r.duplicates;
	free(r.rows);
	if (error->why == NULL)
		return true;
	free(t->values);
	t->values = NULL;
	return false;
}
