/* SPDX-License-Identifier: MIT */
/*
 * A receiver: a gate, its streams, and everything that time makes happen.
 * The loop of a program is
 *
 *   for (;;) {
 *           when = silbo_receiver_deadline(rx);
 *           ... wait until a datagram comes, or until when ...
 *           ... for every arrival:  silbo_receiver_on_datagram(rx, ...);
 *           silbo_receiver_on_time(rx, now);
 *           ... for every stream:   silbo_receiver_get(rx, i, &frame, now),
 *                                   and play the frame, until WAIT or DONE
 *   }
 *
 * the same over sockets and in virtual time.  No callbacks, no allocation, no
 * clock, no threads: one receiver belongs to one thread at a time.
 */
#ifndef SILBO_RECEIVER_H
#define SILBO_RECEIVER_H

#include <silbo/gate.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Silence after which a stream is called stalled, and closed. */
#define SILBO_RECEIVER_STALL_NS (3 * SILBO_NS_PER_S)
#define SILBO_RECEIVER_CLOSE_NS (30 * SILBO_NS_PER_S)

/* How long what has ended is still listened to, for its last copies. */
#define SILBO_RECEIVER_LINGER_NS (2 * SILBO_NS_PER_S)

/* How long one whose sender seems to have been started again: who only pauses
 * sends an INFO each second, of which one may be lost. */
#define SILBO_RECEIVER_OUTLIVED_NS (2200 * SILBO_NS_PER_MS)

/*
 * What stands in a place.  Streams come from established sources only: of a
 * provisional one all is counted and kept, and played when it is established.
 * A source that has sent neither DATA nor INFO, a prober say, is no stream.
 */
enum silbo_stream_state {
	SILBO_STREAM_NONE, /* free, or a source without a stream, so far */
	SILBO_STREAM_ACTIVE,
	SILBO_STREAM_STALLED, /* silent for 3 s, no END */
	SILBO_STREAM_ENDED,   /* END came, nothing pending, play-out is done;
	                         copies of what was sent are still counted */
	SILBO_STREAM_CLOSED   /* final: ended and silent for 2 s, silent for
	                         30 s, outlived, or ended where others needed
	                         its place; nothing is handed out */
};

struct silbo_receiver_config {
	struct silbo_gate_config gate;
};

/* Defaults of every field: plain, 64 sources, 1200-byte datagrams, no age
 * limit, 60 ms of play-out, track of 1024 numbers and 1 s. */
SILBO_API
void silbo_receiver_config_init(
    struct silbo_receiver_config *config, silbo_time now);

struct silbo_receiver; /* opaque */

/* Bytes of memory a receiver needs; touched only as streams come. */
SILBO_API
size_t silbo_receiver_size(const struct silbo_receiver_config *config);

/* So many of the first bytes hold all its secrets; 80 KiB for 64 sources.  The
 * caller may lock them into memory. */
SILBO_API
size_t silbo_receiver_secret_size(const struct silbo_receiver_config *config);

/* Prepare one in mem (silbo_receiver_size bytes, aligned as by malloc). */
SILBO_API
struct silbo_receiver *silbo_receiver_init(
    void *mem, const struct silbo_receiver_config *config);

/*
 * Take one datagram.  See silbo_gate_on_datagram; stream receives the index of
 * its stream or SILBO_GATE_NONE.
 */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_receiver_on_datagram(struct silbo_receiver *rx,
    uint32_t *stream, struct silbo_arrival *arrival, silbo_time now);

/* See silbo_gate_on_wall: before datagrams are handed in, if there is a max_age
 * and the wall clock may be set while the program runs. */
SILBO_API
void silbo_receiver_on_wall(struct silbo_receiver *rx, int64_t wall_offset_ns);

/* See silbo_gate_on_own: with silbo_reflector_on_source. */
SILBO_API
void silbo_receiver_on_own(
    struct silbo_receiver *rx, const struct silbo_source *own);

/*
 * How many places to look at: valid indices are below it.  It never shrinks, up
 * to sources + SILBO_GATE_PROVISIONAL.  silbo_receiver_state says whether a
 * stream stands in a place; its serial (silbo_receiver_report_stream) says
 * which: places are used again, serials are not.
 */
SILBO_API
uint32_t silbo_receiver_streams(const struct silbo_receiver *rx);

/*
 * Give the place of a stream back to newcomers, whatever its state, when its
 * report has been read for the last time.  A program that never does loses
 * nothing but old reports: a place whose stream was CLOSED in an on_time is
 * also taken when no other is left, the first closed first.  So who looks at
 * all places after each on_time sees every stream, and every one CLOSED.
 */
SILBO_API
void silbo_receiver_release(struct silbo_receiver *rx, uint32_t stream);

/*
 * The next frame of a stream, if one is due.  Call until WAIT or DONE; a stream
 * that is closed answers DONE, a place without a stream WAIT.
 */
SILBO_API
SILBO_MUST_USE
enum silbo_frame_kind silbo_receiver_get(struct silbo_receiver *rx,
    uint32_t stream, struct silbo_frame *frame, silbo_time now);

/* The consumer handed on so many samples for that frame. */
SILBO_API
void silbo_receiver_on_output(
    struct silbo_receiver *rx, uint32_t stream, uint32_t samples);

/* Let time pass in all streams, and close those whose time it is: call after
 * every wait, when the datagrams that have come are in, and before a report.
 * O(streams). */
SILBO_API
void silbo_receiver_on_time(struct silbo_receiver *rx, silbo_time now);

/* When something happens by itself: a frame is due, a number becomes final, a
 * stream stalls or closes.  O(streams). */
SILBO_API
silbo_time silbo_receiver_deadline(const struct silbo_receiver *rx);

SILBO_API
enum silbo_stream_state silbo_receiver_state(
    const struct silbo_receiver *rx, uint32_t stream, silbo_time now);

/* Counts of all datagrams. */
SILBO_API
void silbo_receiver_report(
    const struct silbo_receiver *rx, struct silbo_gate_report *report);

/* Everything about one stream and its source (NULL: not wanted).  Its serial is
 * 0 where no stream stands: then this is what a provisional source has shown.
 */
SILBO_API
void silbo_receiver_report_stream(const struct silbo_receiver *rx,
    uint32_t stream, struct silbo_stream_report *report,
    struct silbo_gate_source *source);

/* See silbo_stream_report_delay. */
SILBO_API
void silbo_receiver_report_delay(const struct silbo_receiver *rx,
    uint32_t stream, struct silbo_transit_report *report);

/* See silbo_gate_report_numbers.  As of the latest on_time or datagram. */
SILBO_API
void silbo_receiver_report_numbers(const struct silbo_receiver *rx,
    uint32_t place, uint8_t type, struct silbo_track_report *report);

/* Erase the keys from memory. */
SILBO_API
void silbo_receiver_reset(struct silbo_receiver *rx);

#ifdef __cplusplus
}
#endif

#endif
