/* SPDX-License-Identifier: MIT */
/*
 * Decides how a run of any length, with any number of streams, fits a fixed
 * number of rows: when they are full, neighbours are added in pairs.  Every row
 * is a difference of cumulative counts, so rows sum to the total whatever was
 * merged; a stream not given in an interval loses nothing, its counts fall into
 * the next one.  Knows no clock.
 */
#include "intervals.h"

#include <assert.h>
#include <stdlib.h>

/* What has been booked of a stream so far. */
struct booked {
	uint64_t arrived, unique, lost, duplicate;
	uint64_t late_final, too_old, reordered;
	uint64_t sent, unsent;
};

struct intervals {
	uint32_t streams;
	double seconds;
	size_t count;  /* complete ones */
	double *ends;  /* INTERVALS_MAX */
	size_t *first; /* INTERVALS_MAX + 1: where the rows of one begin */
	struct booked *booked;     /* streams */
	struct interval_row *rows; /* in order of time, without holes */
	size_t used, cap;
};

struct intervals *
intervals_open(uint32_t streams, double seconds)
{
	struct intervals *log = calloc(1, sizeof(*log));

	assert(streams > 0 && seconds > 0);
	if (log == NULL)
		return NULL;
	log->streams = streams;
	log->seconds = seconds;
	log->cap = (size_t)2 * streams;
	if (log->cap < INTERVALS_ROWS)
		log->cap = INTERVALS_ROWS;
	log->ends = calloc(INTERVALS_MAX, sizeof(*log->ends));
	log->first = calloc(INTERVALS_MAX + 1, sizeof(*log->first));
	log->booked = calloc(streams, sizeof(*log->booked));
	log->rows = calloc(log->cap, sizeof(*log->rows));
	if (log->ends == NULL || log->first == NULL || log->booked == NULL ||
	    log->rows == NULL) {
		intervals_close(log);
		return NULL;
	}
	return log;
}

void
intervals_close(struct intervals *log)
{
	if (log == NULL)
		return;
	free(log->ends);
	free(log->first);
	free(log->booked);
	free(log->rows);
	free(log);
}

double
intervals_seconds(const struct intervals *log)
{
	return log->seconds;
}

size_t
intervals_count(const struct intervals *log)
{
	return log->count;
}

/* Of the complete ones, and of the current. */
static size_t
end_of(const struct intervals *log, size_t i)
{
	return i < log->count ? log->first[i + 1] : log->used;
}

static struct interval_row *
find(const struct intervals *log, size_t i, uint32_t stream)
{
	assert(stream < log->streams);
	for (size_t at = log->first[i]; at < end_of(log, i); at++)
		if (log->rows[at].stream == stream)
			return &log->rows[at];
	return NULL;
}

void
intervals_forget(struct intervals *log, uint32_t stream)
{
	size_t kept = 0, at = 0;

	for (size_t i = 0; i <= log->count; i++) {
		size_t end = end_of(log, i);

		log->first[i] = kept;
		for (; at < end; at++)
			if (log->rows[at].stream != stream)
				log->rows[kept++] = log->rows[at];
	}
	log->used = kept;
	log->booked[stream] = (struct booked){0};
}

/* The row of a stream in the current interval. */
static struct interval_row *
current(struct intervals *log, uint32_t stream)
{
	struct interval_row *row = find(log, log->count, stream);

	if (row != NULL)
		return row;
	assert(log->used < log->cap);
	row = &log->rows[log->used++];
	*row = (struct interval_row){.stream = stream};
	return row;
}

/* The growth of one count since it was last booked. */
static uint64_t
take(uint64_t *booked, uint64_t total)
{
	uint64_t growth = total - *booked;

	assert(total >= *booked);
	*booked = total;
	return growth;
}

void
intervals_put(struct intervals *log, uint32_t stream,
    const struct silbo_track_report *total, double jitter_ms)
{
	struct interval_row *row = current(log, stream);
	struct booked *booked = &log->booked[stream];

	row->arrived += take(&booked->arrived, total->arrived);
	row->unique += take(&booked->unique, total->unique);
	row->lost += take(&booked->lost, total->lost);
	row->duplicate += take(&booked->duplicate, total->duplicate);
	row->late_final += take(&booked->late_final, total->late_final);
	row->too_old += take(&booked->too_old, total->too_old);
	row->reordered += take(&booked->reordered, total->reordered);
	row->pending = total->pending;
	row->jitter_ms = jitter_ms;
}

void
intervals_put_sent(
    struct intervals *log, uint32_t stream, uint64_t sent, uint64_t unsent)
{
	struct interval_row *row = current(log, stream);
	struct booked *booked = &log->booked[stream];

	row->is_sent = true;
	row->sent += take(&booked->sent, sent);
	row->unsent += take(&booked->unsent, unsent);
}

/* Counts add; what describes the end comes from the later one. */
static void
merge(struct interval_row *row, const struct interval_row *late)
{
	row->arrived += late->arrived;
	row->unique += late->unique;
	row->lost += late->lost;
	row->duplicate += late->duplicate;
	row->late_final += late->late_final;
	row->too_old += late->too_old;
	row->reordered += late->reordered;
	row->sent += late->sent;
	row->unsent += late->unsent;
	row->pending = late->pending;
	row->jitter_ms = late->jitter_ms;
}

/* Add the rows from `at` up to `end` to the pair that begins at `begin` and
 * ends at log->used.  What is kept never passes what is read. */
static void
add_rows(struct intervals *log, size_t begin, size_t at, size_t end)
{
	size_t early = log->used;

	for (; at < end; at++) {
		size_t to = begin;

		while (
		    to < early && log->rows[to].stream != log->rows[at].stream)
			to++;
		if (to < early)
			merge(&log->rows[to], &log->rows[at]);
		else
			log->rows[log->used++] = log->rows[at];
	}
}

/* The last of an odd number stays as it is. */
static void
halve(struct intervals *log)
{
	size_t pairs = (log->count + 1) / 2, at = 0;

	log->used = 0;
	for (size_t i = 0; i < pairs; i++) {
		size_t late = 2 * i + 1 < log->count ? 2 * i + 1 : 2 * i;
		size_t begin = log->used, middle = log->first[2 * i + 1];
		size_t end = log->first[late + 1];

		add_rows(log, begin, at, middle);
		add_rows(log, begin, middle, end);
		at = end;
		log->first[i] = begin;
		log->ends[i] = log->ends[late];
	}
	log->count = pairs;
	log->first[pairs] = log->used;
	log->seconds *= 2;
}

void
intervals_end(struct intervals *log, double t)
{
	assert(log->count == 0 || t >= log->ends[log->count - 1]);
	log->ends[log->count++] = t;
	log->first[log->count] = log->used;
	if (log->count == INTERVALS_MAX)
		halve(log);
	/* Every stream may have a row in the next one. */
	while (log->cap - log->used < log->streams)
		halve(log);
}

const struct interval_row *
intervals_current(const struct intervals *log, uint32_t stream)
{
	return find(log, log->count, stream);
}

double
intervals_time(const struct intervals *log, size_t i)
{
	assert(i < log->count);
	return log->ends[i];
}

const struct interval_row *
intervals_row(const struct intervals *log, size_t i, uint32_t stream)
{
	assert(i < log->count);
	return find(log, i, stream);
}
