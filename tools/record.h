/* SPDX-License-Identifier: MIT */
/*
 * A recording: the frames of one stream, decoded, in one WAV file that is
 * exactly as long as the stream, or in a mix with others.
 *
 * It knows frames and files; it does not know the network.
 */
#ifndef SILBO_TOOLS_RECORD_H
#define SILBO_TOOLS_RECORD_H

#include <stdbool.h>

#include <silbo/media.h>
#include <silbo/stream.h>

#include "mixdown.h"

struct recording {
	struct silbo_decoder *decoder;
	struct silbo_audio_sink *sink;
	struct mixdown *mix; /* NULL: a file of its own */
	struct mixdown_voice voice;
	char path[4096];
	int channels;
	uint64_t skip;        /* samples still to discard at the origin */
	uint64_t genuine;     /* samples up to the end of the last payload */
	uint64_t written;     /* samples in the closed file, or mixed */
	uint64_t undecodable; /* payloads that were not Opus */
	bool opened;
	int failed_errno; /* writing failed; recording stopped then */
};

/* The suffix of a file name, with its dot; "" if it has none: "a", ".a", "a.".
 */
const char *recording_suffix(const char *path);

/*
 * Where the n-th stream (from 0) goes: "a.wav", then "a.2.wav" ...
 * False when it does not fit cap.
 */
bool recording_name(char *out, size_t cap, const char *path, uint32_t stream);

/* Prepare; nothing is opened before the first frame.  mix: NULL, or where the
 * sound goes instead of a file. */
void recording_init(struct recording *rec, struct mixdown *mix);

/*
 * Write one frame.  The first one opens the file.
 *
 *   report   of the stream: channels and pre-skip
 *
 * Returns the samples handed on, 0 for what is not sound.  A failure is kept in
 * failed_errno: the file is closed, valid up to what was written, and later
 * frames are passed over.
 */
uint32_t recording_put(struct recording *rec, const struct silbo_frame *frame,
    const struct silbo_stream_report *report, silbo_time now);

/* The stream plays no more, for now. */
void recording_pause(
    struct recording *rec, const struct silbo_playout_report *playout);

/*
 * Close the file, or leave the mix.  A made-up tail is cut off: all of it
 * without a known end, else what lies behind the end.
 *
 *   playout   its final report
 *
 * Returns 0, or the errno of the first failure.
 */
int recording_close(
    struct recording *rec, const struct silbo_playout_report *playout);

#endif
