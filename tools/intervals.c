/* SPDX-License-Identifier: MIT */
/*
 * Decides how a run of any length fits a fixed number of rows: when they are
 * full, neighbours are added in pairs.  Every row is a difference of cumulative
 * counts, so rows sum to the total whatever was merged; a stream not given in
 * an interval loses nothing, its counts fall into the next one.  Knows no
 * clock.
 */
#include "intervals.h"

#include <assert.h>
#include <stdlib.h>

/* What has been booked of a stream so far. */
struct booked {
	bool known;
	uint64_t arrived, unique, lost, duplicate;
	uint64_t late_final, too_old, reordered;
	uint64_t sent, unsent;
};

struct intervals {
	uint32_t streams;
	double seconds;
	size_t count;          /* complete ones; the current is rows[count] */
	double *ends;          /* INTERVALS_MAX */
	struct booked *booked; /* streams */
	struct interval_row *rows; /* stream-major, so that the pages of streams
	                            * that never come are never touched */
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
	log->ends = calloc(INTERVALS_MAX, sizeof(*log->ends));
	log->booked = calloc(streams, sizeof(*log->booked));
	log->rows = calloc((size_t)streams * INTERVALS_MAX, sizeof(*log->rows));
	if (log->ends == NULL || log->booked == NULL || log->rows == NULL) {
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

static struct interval_row *
rows_of(const struct intervals *log, uint32_t stream)
{
	assert(stream < log->streams);
	return log->rows + (size_t)stream * INTERVALS_MAX;
}

/* What was not touched stays so: a page of zeros costs nothing. */
static void
clear(struct interval_row *row)
{
	const struct interval_row none = {0};

	if (row->present)
		*row = none;
}

void
intervals_forget(struct intervals *log, uint32_t stream)
{
	struct interval_row *rows = rows_of(log, stream);

	for (size_t i = 0; i < INTERVALS_MAX; i++)
		clear(&rows[i]);
	log->booked[stream] = (struct booked){0};
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
	struct interval_row *row = rows_of(log, stream) + log->count;
	struct booked *booked = &log->booked[stream];

	row->present = true;
	booked->known = true;
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
	struct interval_row *row = rows_of(log, stream) + log->count;
	struct booked *booked = &log->booked[stream];

	row->present = true;
	row->is_sent = true;
	booked->known = true;
	row->sent += take(&booked->sent, sent);
	row->unsent += take(&booked->unsent, unsent);
}

/* Counts add; what describes the end comes from the later one. */
static struct interval_row
merged(const struct interval_row *early, const struct interval_row *late)
{
	struct interval_row row = late->present ? *late : *early;

	if (!early->present || !late->present)
		return row;
	row.arrived += early->arrived;
	row.unique += early->unique;
	row.lost += early->lost;
	row.duplicate += early->duplicate;
	row.late_final += early->late_final;
	row.too_old += early->too_old;
	row.reordered += early->reordered;
	row.sent += early->sent;
	row.unsent += early->unsent;
	return row;
}

static void
halve(struct intervals *log)
{
	for (uint32_t s = 0; s < log->streams; s++) {
		struct interval_row *rows = rows_of(log, s);

		if (!log->booked[s].known)
			continue;
		for (size_t i = 0; i < INTERVALS_MAX / 2; i++) {
			if (rows[2 * i].present || rows[2 * i + 1].present)
				rows[i] =
				    merged(&rows[2 * i], &rows[2 * i + 1]);
			else
				clear(&rows[i]);
		}
		for (size_t i = INTERVALS_MAX / 2; i < INTERVALS_MAX; i++)
			clear(&rows[i]);
	}
	for (size_t i = 0; i < INTERVALS_MAX / 2; i++)
		log->ends[i] = log->ends[2 * i + 1];
	log->count = INTERVALS_MAX / 2;
	log->seconds *= 2;
}

void
intervals_end(struct intervals *log, double t)
{
	assert(log->count == 0 || t >= log->ends[log->count - 1]);
	log->ends[log->count++] = t;
	if (log->count == INTERVALS_MAX)
		halve(log);
}

const struct interval_row *
intervals_current(const struct intervals *log, uint32_t stream)
{
	const struct interval_row *row = rows_of(log, stream) + log->count;

	return row->present ? row : NULL;
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
	const struct interval_row *row = rows_of(log, stream) + i;

	assert(i < log->count);
	return row->present ? row : NULL;
}
