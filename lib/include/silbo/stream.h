/* SPDX-License-Identifier: MIT */
/*
 * A stream: what one source sends, from numbers to frames.  Owns its track,
 * jitter, delay and play-out and the order in which they are told.
 *
 * It knows no datagrams, keys or addresses: a gate, RTP, TCP framing, a capture
 * or a simulator may feed it, always on_number first, then put or on_info.
 */
#ifndef SILBO_STREAM_H
#define SILBO_STREAM_H

#include <silbo/defs.h>
#include <silbo/err.h>
#include <silbo/jitter.h>
#include <silbo/playout.h>
#include <silbo/track.h>
#include <silbo/transit.h>
#include <silbo/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

struct silbo_stream_config {
	uint32_t window;    /* of the track, numbers, power of two */
	silbo_time wait_ns; /* T of the track */
	struct silbo_playout_config playout;
	silbo_time bound_at; /* since when we listen */
};

/* The defaults of every field; bound_at = now. */
SILBO_API
void silbo_stream_config_init(
    struct silbo_stream_config *config, silbo_time now);

/* What is known of a source from its INFO, counts from DATA. */
struct silbo_stream_report {
	struct silbo_track_report track;
	struct silbo_jitter_report jitter;
	struct silbo_playout_report playout;
	bool described;            /* an INFO came; the next is valid */
	struct silbo_info info;    /* the latest */
	bool ended;                /* END came */
	bool pausing;              /* it says that it sends nothing now */
	uint8_t format;            /* of the latest DATA; enum silbo_format */
	uint16_t duration;         /* of the latest DATA, 1/48000 s */
	uint64_t payload_bytes;    /* of accepted DATA */
	uint64_t payload_samples;  /* their durations, 1/48000 s */
	uint64_t payloads;         /* accepted DATA with a usable body */
	uint64_t bad_bodies;       /* DATA and INFO */
	uint64_t blocks;           /* repair blocks seen, skipped so far */
	uint64_t info_gaps;        /* numbers missing among INFO */
	uint64_t first_media_time; /* ns, of the first DATA or INFO */
	silbo_time first_at, last_at; /* of accepted arrivals */
};

struct silbo_stream; /* opaque */

/* Bytes of memory one stream needs. */
SILBO_API
size_t silbo_stream_size(const struct silbo_stream_config *config);

/* Prepare one in mem (silbo_stream_size bytes, aligned as by malloc). */
SILBO_API
struct silbo_stream *silbo_stream_init(
    void *mem, const struct silbo_stream_config *config);

/*
 * This source was here before and was forgotten but for its numbers: those of
 * DATA below next were booked then, and are too_old now.  It counts from next,
 * as one that joined late.  Only right after init.
 */
SILBO_API
void silbo_stream_on_return(
    struct silbo_stream *stream, uint64_t next, silbo_time now);

/*
 * Step 8 of the order of checks: seen before?  Decides and commits.
 * Returns what silbo_track_on_number returns.
 */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_stream_on_number(
    struct silbo_stream *stream, uint64_t number, silbo_time now);

/* The same for a DATA whose body was refused when it came: a number without a
 * payload.  Returns what silbo_track_on_refused returns. */
SILBO_API
SILBO_MUST_USE
bool silbo_stream_on_refused(
    struct silbo_stream *stream, uint64_t number, silbo_time now);

/*
 * The body of a DATA that on_number has just accepted.
 *
 *   number   the one given to on_number
 *   data     borrowed for the call
 *   verdict  what on_number said: SILBO_ACCEPTED feeds jitter and delay,
 *            SILBO_LATE_FINAL does not
 *   at       when it arrived
 */
SILBO_API
void silbo_stream_put(struct silbo_stream *stream, uint64_t number,
    const struct silbo_data *data, enum silbo_verdict verdict, silbo_time at,
    silbo_time now);

/* A body that could not be parsed came with an accepted number. */
SILBO_API
void silbo_stream_on_bad_body(struct silbo_stream *stream, silbo_time now);

/* An INFO; number is its own, for counting the gaps among INFO. */
SILBO_API
void silbo_stream_on_info(struct silbo_stream *stream, uint64_t number,
    const struct silbo_info *info, silbo_time now);

/* Let time pass: pending numbers become final. */
SILBO_API
void silbo_stream_on_time(struct silbo_stream *stream, silbo_time now);

/* The next frame; see silbo_playout_get.  DONE also once the stream is done. */
SILBO_API
SILBO_MUST_USE
enum silbo_frame_kind silbo_stream_get(
    struct silbo_stream *stream, struct silbo_frame *frame, silbo_time now);

/* See silbo_playout_on_output. */
SILBO_API
void silbo_stream_on_output(struct silbo_stream *stream, uint32_t samples);

/* Earliest of track and play-out; SILBO_TIME_NEVER once the stream is done. */
SILBO_API
silbo_time silbo_stream_deadline(const struct silbo_stream *stream);

/*
 * Nothing more will change: END came, nothing is pending, play-out is done or
 * empty.
 */
SILBO_API
SILBO_MUST_USE
bool silbo_stream_is_done(const struct silbo_stream *stream);

SILBO_API
void silbo_stream_report(
    const struct silbo_stream *stream, struct silbo_stream_report *report);

#define SILBO_STREAM_UNKNOWN UINT64_MAX

/*
 * While nothing at all arrives: how many datagrams are overdue, by the nominal
 * duration that INFO tells, one such duration late being on time.  An estimate
 * beside track.pending, which knows only what was announced, and part of no
 * sum.  0 after END, and while the source says that it sends nothing: an INFO
 * with no news, or a pause.  SILBO_STREAM_UNKNOWN without INFO or duration.
 */
SILBO_API
uint64_t silbo_stream_overdue(
    const struct silbo_stream_report *report, silbo_time now);

/* How late its datagrams were: see silbo_transit_report, also for its cost. */
SILBO_API
void silbo_stream_report_delay(
    const struct silbo_stream *stream, struct silbo_transit_report *report);

#ifdef __cplusplus
}
#endif

#endif
