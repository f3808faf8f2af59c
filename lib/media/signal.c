/* SPDX-License-Identifier: MIT */
/*
 * Two signals that need no file: a tone, for measuring, and a voice that says
 * nothing, for listening: pulses of a glottis through moving formants, in
 * syllables and phrases with pauses, since pauses are where speech codecs and
 * play-out buffers behave differently.
 *
 * Decides how they sound; both are the same in every run.  Refuses to know how
 * long they last and where they go.
 */
#include "signals.h"

#include <math.h>
#include <string.h>

#define PI 3.14159265f
#define RATE 48000.0f
#define MS 48 /* samples; parameters move once a millisecond */

/* 440 Hz at 48000 Hz: 11 periods are 1200 samples, so the phase never drifts */
#define TONE_PERIOD 1200
#define TONE_CYCLES 11
#define TONE_PEAK 0.25118864f /* -12 dBFS */

/* Brings the voice, pauses included, to -20 dBFS rms. */
#define VOICE_GAIN 6.6f

enum part { PAUSE, ONSET, VOWEL };

/* Mean formants of men's vowels (Peterson and Barney, 1952), and a fourth. */
static const float vowels[][SILBO_SIGNAL_FORMANTS] = {
    {730, 1090, 2440, 3500}, /* a */
    {530, 1840, 2480, 3500}, /* e */
    {270, 2290, 3010, 3600}, /* i */
    {570, 840, 2410, 3400},  /* o */
    {300, 870, 2240, 3400},  /* u */
};
static const float bandwidths[] = {80, 90, 120, 200}; /* Hz */

int
silbo_signal_init(struct silbo_signal *signal, const char *name)
{
	bool voice = strcmp(name, "voice") == 0;

	if (!voice && strcmp(name, "tone") != 0)
		return SILBO_ERR_NAME;
	*signal = (struct silbo_signal){.voice = voice,
	    .random = 1,
	    .part = PAUSE,
	    .left = 100,
	    .pitch = 120,
	    .vowel = vowels[0]};
	memcpy(signal->formant, vowels[0], sizeof signal->formant);
	return 0;
}

/* Numerical Recipes' linear congruence; its upper half is random enough. */
static uint32_t
draw(struct silbo_signal *s)
{
	s->random = s->random * 1664525u + 1013904223u;
	return s->random >> 16;
}

/* From lo to hi - 1. */
static uint32_t
draw_between(struct silbo_signal *s, uint32_t lo, uint32_t hi)
{
	return lo + draw(s) % (hi - lo);
}

/* What comes after this part: pause, onset, vowel, onset, vowel ... pause. */
static void
next_part(struct silbo_signal *s)
{
	switch ((enum part)s->part) {
	case PAUSE:
		s->syllables = (int)draw_between(s, 4, 10);
		s->pitch = (float)draw_between(s, 125, 145);
		/* fall through */
	case VOWEL:
		if (s->syllables-- > 0) {
			s->part = ONSET;
			s->left = draw_between(s, 40, 90);
			s->loud_goal = draw(s) % 2 != 0 ? 0.25f : 0.0f;
			s->hiss_goal = draw(s) % 3 == 0 ? 0.02f : 0.0f;
		} else {
			s->part = PAUSE;
			s->left = draw_between(s, 300, 700);
			s->loud_goal = 0;
			s->hiss_goal = 0;
		}
		break;
	case ONSET:
		s->part = VOWEL;
		s->left = draw_between(s, 110, 230);
		s->vowel = vowels[draw(s) % (sizeof vowels / sizeof *vowels)];
		s->loud_goal = 1;
		s->hiss_goal = 0;
		break;
	}
}

/* The digital resonator of Klatt (1980), gain 1 at 0 Hz. */
static void
tune(struct silbo_signal *s, int f)
{
	float radius = expf(-PI * bandwidths[f] / RATE);

	s->c[f] = -radius * radius;
	s->b[f] = 2 * radius * cosf(2 * PI * s->formant[f] / RATE);
	s->a[f] = 1 - s->b[f] - s->c[f];
}

/* Once a millisecond: everything glides towards its goal. */
static void
move(struct silbo_signal *s)
{
	if (s->left == 0)
		next_part(s);
	s->left--;
	s->loud += (s->loud_goal - s->loud) * 0.06f;
	s->hiss += (s->hiss_goal - s->hiss) * 0.1f;
	if (s->pitch > 95)
		s->pitch -= 0.02f; /* a phrase sinks by 20 Hz a second */
	for (int f = 0; f < SILBO_SIGNAL_FORMANTS; f++) {
		s->formant[f] += (s->vowel[f] - s->formant[f]) * 0.03f;
		tune(s, f);
	}
}

/* Air through the glottis in a cycle: up, down, shut (Rosenberg, 1971, C). */
static float
glottis(float cycle)
{
	if (cycle < 0.4f)
		return 0.5f * (1 - cosf(PI * cycle / 0.4f));
	if (cycle < 0.56f)
		return cosf(PI / 2 * (cycle - 0.4f) / 0.16f);
	return 0;
}

static float
speak(struct silbo_signal *s)
{
	float white = (float)draw(s) / 32768.0f - 1;
	float flow, x;

	if (s->position == 0)
		move(s);
	s->position = (s->position + 1) % MS;

	s->cycle += s->pitch / RATE;
	if (s->cycle >= 1)
		s->cycle -= 1;
	flow = glottis(s->cycle);
	/* The lips radiate the change of flow.  A little breath is always
	 * there: as in a room, and it keeps the filters out of denormals. */
	x = (flow - s->flow) * s->loud + white * 0.0005f * (s->loud + 0.02f);
	s->flow = flow;
	for (int f = 0; f < SILBO_SIGNAL_FORMANTS; f++) {
		float y = s->a[f] * x + s->b[f] * s->y1[f] + s->c[f] * s->y2[f];

		s->y2[f] = s->y1[f];
		s->y1[f] = y;
		x = y;
	}
	x += (white - s->noise) * s->hiss;
	s->noise = white;
	return x * VOICE_GAIN;
}

void
silbo_signal_get(struct silbo_signal *signal, float *pcm, uint32_t samples)
{
	for (uint32_t i = 0; i < samples; i++) {
		if (signal->voice) {
			pcm[i] = speak(signal);
			continue;
		}
		pcm[i] = TONE_PEAK *
		    sinf(2 * PI * (float)signal->position / TONE_PERIOD);
		signal->position =
		    (signal->position + TONE_CYCLES) % TONE_PERIOD;
	}
}
