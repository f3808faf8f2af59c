/* SPDX-License-Identifier: MIT */
/*
 * How well speech arrived: an estimate, from what was sent and what was heard.
 *
 * Full reference: two recordings of the same length that begin together, mono
 * float at 48000 Hz.  Method, validation and limits: docs/score.md.  Like the
 * other edges to sound, no part of libsilbo.
 */
#ifndef SILBO_SCORE_H
#define SILBO_SCORE_H

#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_SCORE_SAMPLES_MIN 48000    /* 1 s */
#define SILBO_SCORE_SAMPLES_MAX 28800000 /* 10 minutes */

struct silbo_score {
	double mos;   /* estimated, 1 (bad) to 4.634 (identical) */
	double estoi; /* intelligibility, up to 1; noise alone is about 0 */
	double distance_db; /* of the spectra, 0 up: smaller is nearer */
	double level_db;    /* heard against sent; no part of the score */
	uint32_t active_ms; /* speech in the reference, what was compared */
};

/*
 * Compare what was heard with what was sent.
 *
 *   heard     begins at the same sample as `sent` and is of the same length;
 *             a codec's delay has been cut off
 *   samples   of each, SILBO_SCORE_SAMPLES_MIN to _MAX
 *   why       on failure receives the reason in words; static
 *
 * Returns 0; SILBO_ERR_EMPTY: nothing to score, since `sent` is shorter than a
 * second, silent, or no speech (a tone, a steady noise); SILBO_ERR_RANGE: too
 * long, or with values that are no sound (not numbers, or beyond 1000);
 * SILBO_ERR_SYSTEM: no memory.  Every member of a score is finite.
 *
 * Allocates about 5 bytes a sample while it runs; 29 s take some 0.2 s.
 */
SILBO_MUST_USE
int silbo_score_compare(struct silbo_score *score, const float *sent,
    const float *heard, size_t samples, const char **why);

#ifdef __cplusplus
}
#endif

#endif
