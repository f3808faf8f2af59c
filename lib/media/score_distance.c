/* SPDX-License-Identifier: MIT */
/*
 * How far apart two spectrograms are, in dB, on bands as wide as those of the
 * ear: the ERB-rate scale of Glasberg and Moore, Hearing Research 47, 1990.
 *
 * Decides which frames are speech, what level the heard one has, and how much a
 * short disturbance weighs: the worst of 160 ms count most (a mean of sixth
 * powers), as in PESQ (ITU-T P.862).  Refuses to know codecs and losses.
 */
#include "score_parts.h"

#include <math.h>
#include <stdlib.h>

#define PI 3.14159265358979323846
#define RATE 16000
#define FRAME 320
#define HOP 160 /* 10 ms */
#define BANDS 24
#define LOWEST 80.0
#define HIGHEST 7600.0

#define RANGE_DB 60   /* heard below the loudest band: nothing is */
#define SPEECH_DB 40  /* below it: a frame without speech */
#define GROUP 16      /* frames: 160 ms */
#define ACTIVE_MIN 50 /* frames: half a second of speech */

/* The loudest band of -70 dBFS and less: (FRAME / 4)^2 is full scale. */
#define SILENCE_DB (38.0 - 70.0)

/* The level of speech moves: the frames of a voice spread by 8 dB and more,
 * those of noise by less than 1. */
#define SPREAD_MIN_DB 3.0

/* Frames further apart than this were lost, and say nothing of the level. */
#define LEVEL_MAX_DB 20.0

struct work {
	struct silbo_spectrum spectrum;
	int edge[BANDS + 1];
	double window[FRAME];
	size_t frames;
	double *sent; /* dB, 24 per frame */
	double *heard;
	double *levels; /* scratch, one per frame */
	bool *active;
};

static void
work_close(struct work *w)
{
	if (w == NULL)
		return;
	free(w->sent);
	free(w->heard);
	free(w->levels);
	free(w->active);
	free(w);
}

static struct work *
work_open(size_t frames)
{
	struct work *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->frames = frames;
	w->sent = calloc(frames, BANDS * sizeof(double));
	w->heard = calloc(frames, BANDS * sizeof(double));
	w->levels = calloc(frames, sizeof(double));
	w->active = calloc(frames, sizeof(bool));
	if (w->sent != NULL && w->heard != NULL && w->levels != NULL &&
	    w->active != NULL)
		return w;
	work_close(w);
	return NULL;
}

/* ERBs below a frequency, and the frequency above so many. */
static double
erbs_below(double hz)
{
	return 21.4 * log10(1 + 0.00437 * hz);
}

static double
hz_above(double erbs)
{
	return (pow(10, erbs / 21.4) - 1) / 0.00437;
}

static void
place_bands(struct work *w)
{
	double low = erbs_below(LOWEST), high = erbs_below(HIGHEST);

	for (int j = 0; j <= BANDS; j++) {
		double hz = hz_above(low + (high - low) * j / BANDS);

		w->edge[j] = (int)lrint(hz * SILBO_SPECTRUM_SIZE / RATE);
		if (j > 0 && w->edge[j] <= w->edge[j - 1])
			w->edge[j] = w->edge[j - 1] + 1;
	}
	for (int i = 0; i < FRAME; i++)
		w->window[i] = 0.5 - 0.5 * cos(2 * PI * (i + 0.5) / FRAME);
	silbo_spectrum_init(&w->spectrum);
}

static double
decibels(double power)
{
	return 10 * log10(power + 1e-12);
}

static void
analyse(struct work *w, const struct silbo_score_pair *pair)
{
	struct silbo_spectrum *s = &w->spectrum;

	for (size_t f = 0; f < w->frames; f++) {
		silbo_spectrum_put(s, pair->sent + f * HOP,
		    pair->heard + f * HOP, w->window, FRAME);
		for (size_t j = 0; j < BANDS; j++) {
			int from = w->edge[j], to = w->edge[j + 1];

			w->sent[f * BANDS + j] =
			    decibels(silbo_spectrum_band(s->sent, from, to));
			w->heard[f * BANDS + j] =
			    decibels(silbo_spectrum_band(s->heard, from, to));
		}
	}
}

static double
loudest(const double *db, size_t n)
{
	double most = db[0];

	for (size_t i = 1; i < n; i++)
		most = fmax(most, db[i]);
	return most;
}

/* Mark the frames with speech; returns how many there are. */
static size_t
find_speech(struct work *w, double peak)
{
	size_t count = 0;

	for (size_t f = 0; f < w->frames; f++) {
		w->active[f] =
		    loudest(w->sent + f * BANDS, BANDS) > peak - SPEECH_DB;
		count += w->active[f];
	}
	return count;
}

/* Level of a frame, all bands together. */
static double
level(const double *db)
{
	double sum = 0;

	for (size_t j = 0; j < BANDS; j++)
		sum += pow(10, db[j] / 10);
	return decibels(sum);
}

/* Standard deviation of the level of what is marked as speech. */
static double
spread(const struct work *w)
{
	double n = 0, sum = 0, squares = 0;

	for (size_t f = 0; f < w->frames; f++) {
		double db = w->active[f] ? level(w->sent + f * BANDS) : 0;

		n += w->active[f];
		sum += db;
		squares += db * db;
	}
	return sqrt(fmax(0, squares / n - sum / n * sum / n));
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * How much louder the heard one is.  A median, so that losses do not pass for
 * a lower level: whoever turned the volume did so in every frame.
 */
static double
level_difference(struct work *w)
{
	size_t n = 0;

	for (size_t f = 0; f < w->frames; f++) {
		double db;

		if (!w->active[f])
			continue;
		db = level(w->heard + f * BANDS) - level(w->sent + f * BANDS);
		if (fabs(db) <= LEVEL_MAX_DB)
			w->levels[n++] = db;
	}
	if (n == 0)
		return 0;
	qsort(w->levels, n, sizeof *w->levels, compare);
	return w->levels[n / 2];
}

/* Mean square over the bands of one frame, at the level that was sent. */
static double
difference(const struct work *w, size_t f, double peak, double gain)
{
	double bottom = peak - RANGE_DB, sum = 0;

	for (size_t j = 0; j < BANDS; j++) {
		double d = fmax(w->sent[f * BANDS + j], bottom) -
		    fmax(w->heard[f * BANDS + j] - gain, bottom);

		sum += d * d;
	}
	return sum / BANDS;
}

/* Sixth powers within a group of frames, squares over all groups. */
static double
distance(const struct work *w, double peak, double gain)
{
	double sum = 0, sixth = 0;
	size_t in_group = 0, groups = 0;

	for (size_t f = 0; f < w->frames; f++) {
		if (!w->active[f])
			continue;
		sixth += pow(difference(w, f, peak, gain), 3);
		if (++in_group < GROUP)
			continue;
		sum += cbrt(sixth / GROUP);
		groups++;
		sixth = 0;
		in_group = 0;
	}
	return sqrt(sum / (double)groups);
}

/* Is there speech?  Returns 0 or SILBO_ERR_EMPTY. */
static int
judge(const struct work *w, size_t active, double peak, const char **why)
{
	if (peak < SILENCE_DB)
		*why = "what was sent is silent";
	else if (active < ACTIVE_MIN)
		*why = "less than half a second of it is speech";
	else if (spread(w) < SPREAD_MIN_DB)
		*why = "no speech: its level does not move";
	else
		return 0;
	return SILBO_ERR_EMPTY;
}

int
silbo_score_distance(struct silbo_score *score,
    const struct silbo_score_pair *pair, const char **why)
{
	struct work *w = work_open((pair->samples - FRAME) / HOP + 1);
	size_t active;
	double peak;
	int err;

	if (w == NULL)
		return SILBO_ERR_SYSTEM;
	place_bands(w);
	analyse(w, pair);
	peak = loudest(w->sent, w->frames * BANDS);
	active = find_speech(w, peak);
	err = judge(w, active, peak, why);
	if (err == 0) {
		score->active_ms = (uint32_t)active * 10;
		score->level_db = level_difference(w);
		score->distance_db = distance(w, peak, score->level_db);
	}
	work_close(w);
	return err;
}
