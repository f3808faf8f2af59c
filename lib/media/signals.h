/* SPDX-License-Identifier: MIT */
/*
 * Built-in mono signals at 48000 Hz, for source.c alone.
 */
#ifndef SILBO_MEDIA_SIGNALS_H
#define SILBO_MEDIA_SIGNALS_H

#include <silbo/media.h>

#define SILBO_SIGNAL_FORMANTS 4

struct silbo_signal {
	bool voice;
	uint32_t position; /* tone: where in its period; voice: in this ms */
	uint32_t random;

	uint32_t left; /* voice: milliseconds of this part */
	int part;
	int syllables; /* until the next pause */
	float pitch;   /* Hz */
	float cycle;   /* of the glottis, 0 to 1 */
	float flow;
	float loud, loud_goal;
	float hiss, hiss_goal;
	float noise;
	float formant[SILBO_SIGNAL_FORMANTS]; /* Hz */
	const float *vowel;
	float a[SILBO_SIGNAL_FORMANTS];
	float b[SILBO_SIGNAL_FORMANTS];
	float c[SILBO_SIGNAL_FORMANTS];
	float y1[SILBO_SIGNAL_FORMANTS];
	float y2[SILBO_SIGNAL_FORMANTS];
};

/* "tone" or "voice"; else SILBO_ERR_NAME. */
SILBO_MUST_USE
int silbo_signal_init(struct silbo_signal *signal, const char *name);

/* The next samples, without end. */
void silbo_signal_get(
    struct silbo_signal *signal, float *pcm, uint32_t samples);

#endif
