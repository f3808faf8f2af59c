/* SPDX-License-Identifier: MIT */
/*
 * What the score is made of, for score.c and its parts alone.
 */
#ifndef SILBO_MEDIA_SCORE_PARTS_H
#define SILBO_MEDIA_SCORE_PARTS_H

#include <silbo/score.h>

/* Sent and heard, side by side at one rate. */
struct silbo_score_pair {
	float *sent;
	float *heard;
	size_t samples; /* of each */
};

/* ---- score_spectrum.c ---- */

#define SILBO_SPECTRUM_SIZE 512
#define SILBO_SPECTRUM_BINS 256 /* bin k: k / 512 of the rate */

struct silbo_spectrum {
	double cosine[SILBO_SPECTRUM_BINS];
	double sine[SILBO_SPECTRUM_BINS];
	double sent[SILBO_SPECTRUM_BINS]; /* power, of the last frame */
	double heard[SILBO_SPECTRUM_BINS];
};

void silbo_spectrum_init(struct silbo_spectrum *spectrum);

/* Power spectra of a frame of both, n <= SILBO_SPECTRUM_SIZE samples under a
 * window, then zeros. */
void silbo_spectrum_put(struct silbo_spectrum *spectrum, const float *sent,
    const float *heard, const double *window, size_t n);

/* Sum of bins from .. to - 1. */
double silbo_spectrum_band(const double *power, int from, int to);

/* ---- score_estoi.c, score_distance.c ---- */

/* At 10000 Hz.  Returns 0, SILBO_ERR_EMPTY (with why) or SILBO_ERR_SYSTEM. */
SILBO_MUST_USE
int silbo_score_estoi(struct silbo_score *score,
    const struct silbo_score_pair *pair, const char **why);

/* At 16000 Hz: distance_db, level_db and active_ms.  Returns 0,
 * SILBO_ERR_EMPTY (why says what there is no speech in) or SILBO_ERR_SYSTEM. */
SILBO_MUST_USE
int silbo_score_distance(struct silbo_score *score,
    const struct silbo_score_pair *pair, const char **why);

#endif
