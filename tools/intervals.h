/* SPDX-License-Identifier: MIT */
/*
 * A log of intervals in constant memory: rows of differences that always sum to
 * the total.  When it is full, of intervals or of rows, neighbours are added in
 * pairs and the interval doubles.
 */
#ifndef SILBO_TOOLS_INTERVALS_H
#define SILBO_TOOLS_INTERVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <silbo/track.h>

#define INTERVALS_MAX 1024

/* A row is a stream in an interval: eight streams can have all of them. */
#define INTERVALS_ROWS 8192

/* Differences over the interval, of counts that never shrink. */
struct interval_row {
	uint32_t stream;
	bool is_sent; /* a sender's: only sent and unsent are known */
	uint64_t arrived, unique, lost, duplicate;
	uint64_t late_final, too_old, reordered;
	uint64_t pending; /* at its end */
	double jitter_ms; /* at its end */
	uint64_t sent, unsent;
};

struct intervals; /* owns its memory */

/* streams: how many rows an interval may have.  NULL: no memory.  It takes
 * INTERVALS_ROWS rows, or twice as many as streams; touched as they are used.
 */
struct intervals *intervals_open(uint32_t streams, double seconds);
void intervals_close(struct intervals *log);

/* Begin anew with this stream: its row is given to another. */
void intervals_forget(struct intervals *log, uint32_t stream);

/* Seconds per interval now: begins as given, doubles when full. */
double intervals_seconds(const struct intervals *log);

/* How many are complete. */
size_t intervals_count(const struct intervals *log);

/*
 * End the current interval at t seconds since the start.  First give every
 * known stream's cumulative counts with intervals_put.
 */
void intervals_put(struct intervals *log, uint32_t stream,
    const struct silbo_track_report *total, double jitter_ms);
void intervals_put_sent(
    struct intervals *log, uint32_t stream, uint64_t sent, uint64_t unsent);
void intervals_end(struct intervals *log, double t);

/* The row of a stream in the current interval, as far as it was given (NULL:
 * not at all). */
const struct interval_row *intervals_current(
    const struct intervals *log, uint32_t stream);

/* The i-th interval: its end, and the row of a stream (NULL: not known then).
 */
double intervals_time(const struct intervals *log, size_t i);
const struct interval_row *intervals_row(
    const struct intervals *log, size_t i, uint32_t stream);

#endif
