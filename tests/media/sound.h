/* SPDX-License-Identifier: MIT */
/*
 * Measuring sound, for the tests of the media room.
 */
#ifndef SILBO_TESTS_SOUND_H
#define SILBO_TESTS_SOUND_H

#include "testing.h"

#include <math.h>
#include <unistd.h>

#define SOUND_PI 3.14159265358979323846

static inline void
sound_tone(
    float *pcm, size_t n, int channels, double hz, double rate, double peak)
{
	for (size_t i = 0; i < n; i++)
		for (int c = 0; c < channels; c++)
			pcm[i * (size_t)channels + (size_t)c] = (float)(peak *
			    sin(2 * SOUND_PI * hz * (double)i / rate));
}

static inline double
sound_rms(const float *pcm, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)pcm[i] * (double)pcm[i];
	return n > 0 ? sqrt(sum / (double)n) : 0;
}

/* Largest step from one sample to the next. */
static inline double
sound_jump(const float *pcm, size_t n)
{
	double largest = 0;

	for (size_t i = 1; i < n; i++)
		if (fabs((double)pcm[i] - (double)pcm[i - 1]) > largest)
			largest = fabs((double)pcm[i] - (double)pcm[i - 1]);
	return largest;
}

static inline double
sound_correlation(const float *a, const float *b, size_t n)
{
	double ab = 0, aa = 0, bb = 0;

	for (size_t i = 0; i < n; i++) {
		ab += (double)a[i] * (double)b[i];
		aa += (double)a[i] * (double)a[i];
		bb += (double)b[i] * (double)b[i];
	}
	return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}

/* Zero crossings, upwards: for a tone, its cycles. */
static inline unsigned
sound_cycles(const float *pcm, size_t n)
{
	unsigned cycles = 0;

	for (size_t i = 1; i < n; i++)
		cycles += pcm[i - 1] < 0 && pcm[i] >= 0;
	return cycles;
}

/* A path in a directory of this test's own; see sound_leave(). */
static char sound_directory[64];

static inline int
sound_enter(void **state)
{
	(void)state;
	snprintf(
	    sound_directory, sizeof sound_directory, "/tmp/silbo-media-XXXXXX");
	return mkdtemp(sound_directory) != NULL ? 0 : -1;
}

static inline const char *
sound_path(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", sound_directory, name);
	return path;
}

/* The tests remove what they wrote, or this fails. */
static inline int
sound_leave(void **state)
{
	(void)state;
	return rmdir(sound_directory);
}

#endif
