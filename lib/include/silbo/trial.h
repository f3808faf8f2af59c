/* SPDX-License-Identifier: MIT */
/*
 * A trial: streams through the real sender and the real receiver over a world,
 * in virtual time.  The laboratory, the benchmarks and the tests all run this
 * one loop.
 *
 *   while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE)
 *           switch (kind) {
 *           case SILBO_TRIAL_PAYLOAD: silbo_trial_put(trial, bytes, len, 0);
 *           case SILBO_TRIAL_FRAME:   ... decode or conceal step.frame
 *           }
 *
 * It knows no codec: payloads come from the caller, frames go to him.
 */
#ifndef SILBO_TRIAL_H
#define SILBO_TRIAL_H

#include <silbo/receiver.h>
#include <silbo/sender.h>
#include <silbo/world.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_TRIAL_STREAMS_MAX 4096

struct silbo_trial_config {
	uint32_t streams;  /* each with sender, link and receiver */
	uint64_t payloads; /* of each stream, 1 or more */
	uint16_t duration; /* of each payload, 1/48000 s, not 0 */
	uint16_t preskip;  /* told in INFO, 1/48000 s */
	uint64_t samples;  /* exact length told at the end, at most what the
	                    * payloads hold; 0: that, payloads * duration -
	                    * preskip */
	size_t mtu;
	const struct silbo_key *key; /* borrowed by init; NULL: plain */
	uint64_t first;              /* number of the first DATA */
	uint64_t origin;  /* media time of the first sample, Unix ns */
	uint32_t bitrate; /* told in INFO */
	uint8_t format, channels;
	struct silbo_stream_config stream;     /* of the receivers; bound_at is
	                                        * the trial's */
	const struct silbo_link_phase *phases; /* borrowed */
	uint32_t phases_count;                 /* 0: perfect links */
	struct silbo_world_clock receiver_clock;
	silbo_time lead_ns; /* receivers listen so long before the first DATA */
	silbo_time stagger_ns; /* between the starts of streams */
	uint32_t in_flight;    /* datagrams of one stream in the world at once:
	                        * rate * longest delay, and what a queue holds */
	uint64_t seed;         /* of links, and of source ids */
	bool watch;            /* hand out FATE and ARRIVAL too */
};

/* Defaults of every field: 1 stream of 500 payloads of 20 ms, plain, perfect
 * link, lead 100 ms, 64 in flight, seed 1. */
SILBO_API
void silbo_trial_config_init(struct silbo_trial_config *config);

enum silbo_trial_kind {
	SILBO_TRIAL_DONE,    /* all streams have ended, all is counted */
	SILBO_TRIAL_PAYLOAD, /* give the payload number step.payload */
	SILBO_TRIAL_FRAME,   /* play-out hands out step.frame */
	SILBO_TRIAL_FATE,    /* watch: of a datagram, decided */
	SILBO_TRIAL_ARRIVAL, /* watch: the receiver has just taken it */
	SILBO_TRIAL_FULL     /* in_flight is too small for this link: nothing
	                      * more happens, DONE follows */
};

struct silbo_trial_step {
	uint32_t stream;
	silbo_time at;              /* world time */
	uint64_t payload;           /* PAYLOAD: 0, 1 ... */
	uint64_t serial;            /* FRAME: of the receiver's stream: another
	                             * one when it was closed meanwhile; 0: of a
	                             * source that is not the sender */
	struct silbo_frame frame;   /* FRAME: lives until the next get */
	struct silbo_event event;   /* FATE, ARRIVAL; opened since */
	struct silbo_header header; /* FATE, ARRIVAL: as sent, undamaged */
	enum silbo_verdict verdict; /* ARRIVAL */
};

struct silbo_trial; /* opaque */

SILBO_API
size_t silbo_trial_size(const struct silbo_trial_config *config);

SILBO_API
struct silbo_trial *silbo_trial_init(
    void *mem, const struct silbo_trial_config *config);

/* Go on to the next thing that concerns the caller. */
SILBO_API
SILBO_MUST_USE
enum silbo_trial_kind silbo_trial_get(
    struct silbo_trial *trial, struct silbo_trial_step *step);

/*
 * Answer PAYLOAD, before the next get.  Returns 0, or
 *
 *   SILBO_ERR_TOO_LARGE  it does not fit a datagram: its time passes without it
 *   SILBO_ERR_LIMIT      the numbers are used up: the stream ends before it
 *   SILBO_ERR_SPACE      in_flight is too small: FULL follows
 */
SILBO_API
SILBO_MUST_USE
int silbo_trial_put(struct silbo_trial *trial, const void *payload,
    size_t payload_bytes, uint8_t flags);

/*
 * What the parts of one stream say.  NULL: not wanted.
 *
 *   received  should the receiver have closed it meanwhile (gate.established
 *             tells): counts and maxima of all that it was there, the beginning
 *             and base of the first, the rest of the latest.  What was sent
 *             while it was closed is expected by none of them
 */
SILBO_API
void silbo_trial_report(const struct silbo_trial *trial, uint32_t stream,
    struct silbo_sender_report *sent, struct silbo_link_report *link,
    struct silbo_gate_report *gate, struct silbo_stream_report *received);

#ifdef __cplusplus
}
#endif

#endif
