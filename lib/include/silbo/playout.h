/* SPDX-License-Identifier: MIT */
/*
 * Play-out: turns payloads that come when they like into frames that leave on
 * time.  It knows media time and a delay; it does not know codecs or loss
 * statistics.
 *
 * `put` stores by number.  `get` is pulled by the consumer: a device's clock,
 * or for files and pipes the deadline below.  Position and length are in
 * samples of 1/48000 s of media time, so what is handed out is exactly as long
 * as the stream, gaps included.
 *
 * This is the fixed-delay form.  The time at which a sample is due is
 *
 *   media time + (smallest transit seen before the start) + delay
 *
 * A payload of duration 0 has no place in time: it is handed out at the next
 * get, lowest number first, and is never concealed.
 */
#ifndef SILBO_PLAYOUT_H
#define SILBO_PLAYOUT_H

#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_PLAYOUT_DELAY_DEFAULT (60 * SILBO_NS_PER_MS)
#define SILBO_PLAYOUT_DELAY_MAX (5 * SILBO_NS_PER_S)
#define SILBO_PLAYOUT_FRAMES_DEFAULT 64
#define SILBO_PLAYOUT_FRAMES_MAX 4096

enum silbo_frame_kind {
	SILBO_FRAME_WAIT,     /* nothing due: ask again at the deadline */
	SILBO_FRAME_NORMAL,   /* a payload */
	SILBO_FRAME_REPAIRED, /* a payload had from redundancy */
	SILBO_FRAME_CONCEAL,  /* a payload is missing: make something up */
	SILBO_FRAME_PAUSE,    /* an announced pause: silence, not a loss */
	SILBO_FRAME_DONE      /* the end, exactly; nothing follows */
};

/* What the consumer may do to the length of this frame, to move the delay. */
enum silbo_wish { SILBO_WISH_NORMAL, SILBO_WISH_EXPAND, SILBO_WISH_COMPRESS };

/* The pointers live until the next call that is not const. */
struct silbo_frame {
	enum silbo_frame_kind kind;
	uint64_t number;        /* of the payload, or of the missing one */
	uint64_t position;      /* samples since the origin of the stream */
	uint32_t duration;      /* samples to hand out */
	uint8_t flags;          /* SILBO_DATA_* */
	uint8_t format;         /* enum silbo_format */
	const uint8_t *payload; /* NORMAL, REPAIRED */
	size_t payload_bytes;
	const uint8_t *later; /* CONCEAL: nearest later payload, or NULL */
	size_t later_bytes;
	uint32_t later_distance; /* frames of this kind to it: 1 = adjacent */
	enum silbo_wish wish;
	uint32_t wish_samples; /* at most so many */
};

struct silbo_playout_config {
	silbo_time delay_ns;  /* 0 to SILBO_PLAYOUT_DELAY_MAX */
	uint32_t frames;      /* places in the ring, power of two */
	uint32_t payload_max; /* bytes of a place */
};

struct silbo_playout_report {
	uint64_t played;    /* payloads handed out */
	uint64_t repaired;  /* of which had from redundancy */
	uint64_t concealed; /* frames made up, trailing ones not included */
	uint64_t concealed_samples;
	uint64_t paused_samples;
	uint64_t late;            /* first copies that came after their time */
	uint64_t overflow;        /* payloads too far ahead, or too large */
	uint64_t underruns;       /* times it ran empty while playing */
	uint64_t resyncs;         /* times the media clock was set anew */
	uint64_t output_samples;  /* as told by on_output */
	uint64_t beyond_samples;  /* handed out before END told the end */
	silbo_time target_ns;     /* the delay it aims at */
	silbo_time delay_mean_ns; /* waited by payloads, arrival to hand-out */
	silbo_time delay_min_ns, delay_max_ns;
	silbo_time delay_last_ns; /* of the last one: what a live line shows */
	uint64_t position;        /* samples since the origin handed out */
	uint32_t held;            /* payloads waiting in the ring */
	bool started, done;
};

/* Opaque: silbo_playout_size says how large. */
struct silbo_playout;

/* Bytes of memory a play-out needs. */
SILBO_API
size_t silbo_playout_size(const struct silbo_playout_config *config);

/* Prepare one in mem (silbo_playout_size bytes, aligned as by malloc). */
SILBO_API
struct silbo_playout *silbo_playout_init(
    void *mem, const struct silbo_playout_config *config);

struct silbo_playout_put {
	uint64_t number;
	uint64_t media_time; /* ns */
	uint16_t duration;   /* 1/48000 s */
	uint8_t flags, format;
	bool repaired;
	const uint8_t *payload; /* borrowed for the call, copied */
	size_t payload_bytes;
	silbo_time at; /* when it arrived */
};

/*
 * Store a payload.  Too late, too far ahead, larger than a place: counted, not
 * stored; nor is a second copy of a stored one.  Returns true when it was
 * stored.  O(1).
 *
 * The media clock is set anew, and what is stored is forgotten, when a payload
 * of a new number is more than 5 s ahead of its time, or more than 5 s behind
 * both its time and the latest payload; or when for 5 s nothing came but late
 * ones.  Positions go on where they were; `delay` later the hand-out goes on.
 * After that the length of what is handed out is no longer that of the stream.
 */
SILBO_API
SILBO_MUST_USE
bool silbo_playout_put(struct silbo_playout *playout,
    const struct silbo_playout_put *put, silbo_time now);

/*
 * The first sample of the stream has this media time (ns).  Positions and the
 * end count from it; without it, from the first payload.
 *
 *   since  when we began to listen: told before the start, a missing head that
 *          can have been sent since then is concealed, if it is no longer
 *          than 60 s.  SILBO_TIME_NEVER: we joined late.  Then, and behind a
 *          longer head, the first payload is the beginning.
 *
 * Only the first call has an effect; an origin behind the first payload has
 * none.
 */
SILBO_API
void silbo_playout_on_origin(struct silbo_playout *playout, uint64_t media_time,
    silbo_time since, silbo_time now);

/*
 * The stream ends `samples` (1/48000 s) after its origin.  What is missing up
 * to there is concealed, then DONE; the last frame is cut to fit.  Payloads
 * behind the end are ignored.  An end more than 5 s behind what is due now is
 * not believed: there is none further than that.  What was handed out beyond
 * an end that came late is told in beyond_samples.  Only the first call has an
 * effect.
 */
SILBO_API
void silbo_playout_on_end(
    struct silbo_playout *playout, uint64_t samples, silbo_time now);

/*
 * Hand out what is due.  Call again until it answers WAIT or DONE.
 *
 * Before the start it answers WAIT; once started always something when it is
 * due.  Never ahead of its time: at most one frame per frame time.
 */
SILBO_API
SILBO_MUST_USE
enum silbo_frame_kind silbo_playout_get(
    struct silbo_playout *playout, struct silbo_frame *frame, silbo_time now);

/* The consumer handed on so many samples for the last frame. */
SILBO_API
void silbo_playout_on_output(struct silbo_playout *playout, uint32_t samples);

/*
 * When get has something; 0: it has something already; SILBO_TIME_NEVER: not
 * before a put.
 */
SILBO_API
silbo_time silbo_playout_deadline(const struct silbo_playout *playout);

SILBO_API
void silbo_playout_report(
    const struct silbo_playout *playout, struct silbo_playout_report *report);

#ifdef __cplusplus
}
#endif

#endif
