/* SPDX-License-Identifier: MIT */
/*
 * All streams in one file or pipe.
 *
 * A stream is placed, with its first payload, where the others are at that
 * time; what is made up before it has no place.  From there on it goes by its
 * own count of samples.  While none plays the mix stands still: hours in which
 * nobody spoke take no space.  A caller that has stalled puts what is due since
 * then in steps shorter than MIXDOWN_RING, one stream beside the other; else
 * they shift against one another, though none loses a sample.  It knows samples
 * and the caller's clock; it does not know frames or the network.
 */
#ifndef SILBO_TOOLS_MIXDOWN_H
#define SILBO_TOOLS_MIXDOWN_H

#include <stdbool.h>

#include <silbo/media.h>

#include "pcm.h"

#define MIXDOWN_RING 16384 /* samples that wait for the slowest stream */

struct mixdown_voice { /* one stream's place */
	struct mixdown_voice *next;
	uint64_t at; /* of its next sample, in the mix */
	bool playing;
};

struct mixdown {
	const char *path; /* "-": standard output */
	int channels;
	struct silbo_audio_sink *sink;
	struct pcm_writer *pipe;
	struct mixdown_voice *voices; /* those that play */
	uint64_t anchor;              /* the mix was here */
	silbo_time anchor_at;         /* at this time */
	uint64_t flushed, end;        /* the ring holds what is between */
	uint64_t genuine;             /* end of the last payload */
	uint64_t dropped;             /* when standard output is closed */
	bool opened;
	int failed_errno; /* writing failed and ended then */
	float ring[MIXDOWN_RING * SILBO_MEDIA_CHANNELS_MAX];
};

/* Prepare; nothing is opened before the first sample. */
void mixdown_init(struct mixdown *mix, const char *path, int channels);

/*
 * Add samples behind those that this voice put before.
 *
 *   genuine  not made up; the voice begins with such
 *
 * Returns how many have a place: all, or none.  A failure is kept in
 * failed_errno; later samples are passed over.
 */
uint32_t mixdown_put(struct mixdown *mix, struct mixdown_voice *voice,
    const float *pcm, uint32_t samples, bool genuine, silbo_time now);

/*
 * This stream plays no more, for now.
 *
 *   beyond   samples it put behind its end; UINT64_MAX: the end is not known,
 *            and nothing that was made up last belongs to it
 */
void mixdown_leave(
    struct mixdown *mix, struct mixdown_voice *voice, uint64_t beyond);

/* Hand on what no stream can add to any more. */
void mixdown_flush(struct mixdown *mix, silbo_time now);

/* Give a reader of standard output until then to take what is handed on, as
 * long as it takes some (pcm_writer_drain). */
void mixdown_wait(struct mixdown *mix, silbo_time until);

/* Samples that the reader of standard output has not taken. */
uint64_t mixdown_dropped(const struct mixdown *mix);

/* Hand on the rest and close; a reader of standard output has until then.  A
 * made-up tail is cut off a file.  Returns 0, or the errno of the first
 * failure.
 */
int mixdown_close(struct mixdown *mix, silbo_time until);

#endif
