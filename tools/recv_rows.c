/* SPDX-License-Identifier: MIT */
/*
 * The streams of silbo recv, from their introduction to the report.  A row
 * outlives its place in the receiver, which is given back at once: the last 256
 * that ended are kept, older ones are summed up.  So a receiver can run for
 * years in constant memory.
 *
 * Refuses to know why a stream is over: the receiver says so.
 */
#include <assert.h>
#include <stdlib.h>

#include <silbo/silbo.h>

#include "cli.h"
#include "limit_report.h"
#include "recv.h"
#include "recv_reflect.h"
#include "summary.h"

bool
recv_rows_open(struct recv *r, uint32_t places)
{
	uint32_t cap = places + RECV_ENDED_MAX + 1;

	r->rows = calloc(cap, sizeof *r->rows);
	r->recordings = calloc(cap, sizeof *r->recordings);
	r->intervals = intervals_open(cap, 1.0);
	return r->rows != NULL && r->recordings != NULL && r->intervals != NULL;
}

void
recv_rows_close(struct recv *r)
{
	intervals_close(r->intervals);
	free(r->recordings);
	free(r->rows);
}

/* There is one: no more streams are live than there are places. */
static uint32_t
free_row(struct recv *r)
{
	uint32_t row = 0;

	while (row < r->rows_count && r->rows[row].serial > 0)
		row++;
	if (row == r->rows_count)
		r->rows_count++;
	return row;
}

static double
elapsed(const struct recv *r, silbo_time now)
{
	return (double)(now - r->started) / 1e9;
}

/* Nothing of another may be told as its own. */
bool
recv_rows_look(const struct recv *r, uint32_t row,
    struct silbo_stream_report *stream, struct silbo_gate_source *source)
{
	silbo_receiver_report_stream(r->rx, r->rows[row].place, stream, source);
	assert(source->serial == r->rows[row].serial);
	return source->serial == r->rows[row].serial;
}

static void
meet(struct recv *r, uint32_t place, uint64_t serial)
{
	uint32_t row = free_row(r);
	struct report_stream now;

	r->rows[row] =
	    (struct recv_row){.serial = serial, .live = true, .place = place};
	r->streams++;
	recv_prepare_sound(r, row);
	recv_tell_stream(r, row);
	recv_rows_describe(r, row, &now);
	r->rows[row].final = now;
	events_stream(&r->events, elapsed(r, silbo_clock_now()), &now);
}

void
recv_rows_meet(struct recv *r)
{
	uint32_t places = silbo_receiver_streams(r->rx);
	silbo_time now = silbo_clock_now();
	struct silbo_gate_report gate;

	silbo_receiver_report(r->rx, &gate);
	if (gate.established == r->met)
		return;
	for (uint32_t place = 0; place < places; place++) {
		struct silbo_stream_report stream;
		struct silbo_gate_source source;

		if (silbo_receiver_state(r->rx, place, now) ==
		    SILBO_STREAM_NONE)
			continue;
		silbo_receiver_report_stream(r->rx, place, &stream, &source);
		if (source.serial > r->met)
			meet(r, place, source.serial);
	}
	r->met = gate.established;
}

void
recv_rows_book(struct recv *r, uint32_t row)
{
	struct silbo_stream_report stream;
	struct silbo_gate_source source;

	if (!recv_rows_look(r, row, &stream, &source))
		return;
	if (r->verbose)
		recv_detail_resyncs(r, row);
	intervals_put(r->intervals, row, &stream.track,
	    (double)stream.jitter.last_ns / 1e6);
}

void
recv_rows_tell_interval(struct recv *r, silbo_time now)
{
	struct report_stream stream;

	if (r->events_path == NULL)
		return;
	for (uint32_t i = 0; i < r->rows_count; i++) {
		const struct interval_row *row =
		    intervals_current(r->intervals, i);

		if (row == NULL)
			continue;
		recv_rows_describe(r, i, &stream);
		events_row(&r->events, &stream, row);
	}
	recv_probers_tell_interval(r);
	events_interval(&r->events, elapsed(r, now));
}

void
recv_rows_describe(
    const struct recv *r, uint32_t row, struct report_stream *out)
{
	struct silbo_transit_report delay;
	struct silbo_stream_report stream;
	struct silbo_gate_source source;

	if (!r->rows[row].live || !recv_rows_look(r, row, &stream, &source)) {
		*out = r->rows[row].final;
		return;
	}
	silbo_receiver_report_delay(r->rx, r->rows[row].place, &delay);
	report_stream_init(out);
	summary_stream(out, &stream, &source);
	summary_delay(out, &delay);
	summary_quality(out);
	summary_overdue(out, &stream, &source, r->told_at);
}

/* Nothing more will be played. */
static void
close_recording(struct recv *r, uint32_t row)
{
	struct silbo_stream_report stream;
	struct silbo_gate_source source;

	if (r->rows[row].silent)
		return;
	if (!recv_rows_look(r, row, &stream, &source))
		stream.playout.done = false; /* its end is not known */
	recv_close_sound(r, row, &stream.playout);
	r->rows[row].silent = true;
}

/* The one that ended first is summed up, and its row is free. */
static void
forget_oldest(struct recv *r)
{
	struct recv_row *oldest = NULL;

	for (uint32_t i = 0; i < r->rows_count; i++) {
		struct recv_row *row = &r->rows[i];

		if (row->serial > 0 && !row->live &&
		    (oldest == NULL || row->ended < oldest->ended))
			oldest = row;
	}
	limits_check_received(&r->limits, &oldest->final);
	r->forgotten.streams++;
	r->forgotten.expected += (uint64_t)oldest->final.expected;
	r->forgotten.unique += (uint64_t)oldest->final.unique;
	r->forgotten.lost += (uint64_t)oldest->final.lost;
	intervals_forget(r->intervals, (uint32_t)(oldest - r->rows));
	oldest->serial = 0;
}

/* Write down what remains of a stream, and give its place back. */
static void
finish(struct recv *r, uint32_t i, silbo_time now)
{
	struct recv_row *row = &r->rows[i];
	const struct recording *rec = &r->recordings[i];
	struct silbo_stream_report stream;
	struct silbo_gate_source source;
	struct report_stream *final = &row->final;

	close_recording(r, i);
	recv_rows_book(r, i);
	recv_rows_describe(r, i, final);
	if (recv_rows_look(r, i, &stream, &source)) {
		row->info_gaps = stream.info_gaps;
		row->accepted = source.accepted;
		silbo_receiver_release(r->rx, row->place);
	}
	if (recv_has_written(r, i)) {
		final->file = rec->path;
		final->samples = (int64_t)rec->written;
	}
	final->undecodable = (int64_t)rec->undecodable;
	summary_quality(final);
	final->intervals = r->intervals;
	final->intervals_stream = i;
	events_stream_end(&r->events, elapsed(r, now), final);
	row->live = false;
	row->ended = ++r->ended;
	if (row->ended - r->forgotten.streams > RECV_ENDED_MAX)
		forget_oldest(r);
}

void
recv_rows_settle(struct recv *r, bool all, silbo_time now)
{
	for (uint32_t row = 0; row < r->rows_count; row++) {
		enum silbo_stream_state state;

		if (!r->rows[row].live)
			continue;
		state = silbo_receiver_state(r->rx, r->rows[row].place, now);
		if (state == SILBO_STREAM_ENDED)
			close_recording(r, row);
		if (all || state == SILBO_STREAM_CLOSED)
			finish(r, row, now);
	}
}
