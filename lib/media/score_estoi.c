/* SPDX-License-Identifier: MIT */
/*
 * The extended short-time objective intelligibility measure: Jensen and Taal,
 * "An algorithm for predicting the intelligibility of speech masked by
 * modulated noise maskers", IEEE/ACM TASLP 24(11), 2016; frames and bands are
 * those of STOI, Taal et al., IEEE TASLP 19(7), 2011.
 *
 * Decides which frames are silent and how alike the spectrograms of 384 ms
 * are.  Refuses to know levels in dB and what the figure is used for.
 */
#include "score_parts.h"

#include <math.h>
#include <stdlib.h>

#define PI 3.14159265358979323846
#define RATE 10000
#define FRAME 256
#define HOP 128
#define BANDS 15 /* third octaves from 150 Hz */
#define SEGMENT 30
#define SILENT 1e-4 /* of the loudest frame's power: 40 dB below */
#define TINY 1e-20  /* a row or column of zeros is like nothing */

struct bands {
	int from[BANDS];
	int to[BANDS];
	double window[FRAME];
	struct silbo_spectrum spectrum;
};

/* Spectrogram of 384 ms, as amplitudes. */
struct segment {
	double at[BANDS][SEGMENT];
};

static void
bands_init(struct bands *b)
{
	for (int j = 0; j < BANDS; j++) {
		double centre = 150 * pow(2, j / 3.0);
		double edge = pow(2, 1 / 6.0);

		b->from[j] =
		    (int)lrint(centre / edge * SILBO_SPECTRUM_SIZE / RATE);
		b->to[j] =
		    (int)lrint(centre * edge * SILBO_SPECTRUM_SIZE / RATE);
	}
	for (int i = 0; i < FRAME; i++)
		b->window[i] = 0.5 - 0.5 * cos(2 * PI * (i + 1) / (FRAME + 1));
	silbo_spectrum_init(&b->spectrum);
}

/* Under the window; silence is judged by what was sent. */
static double
power_of(const struct bands *b, const float *x)
{
	double sum = 0;

	for (int i = 0; i < FRAME; i++) {
		double v = (double)x[i] * b->window[i];

		sum += v * v;
	}
	return sum;
}

/* Power of each frame that was sent; returns the threshold of silence. */
static double
weigh(const struct bands *b, double *power, const float *sent, size_t frames)
{
	double loudest = 0;

	for (size_t f = 0; f < frames; f++) {
		power[f] = power_of(b, sent + f * HOP);
		loudest = fmax(loudest, power[f]);
	}
	return loudest * SILENT;
}

static void
add_frame(const struct bands *b, float *to, const float *from)
{
	for (int i = 0; i < FRAME; i++)
		to[i] += (float)((double)from[i] * b->window[i]);
}

/* Close up what is not silent, frames overlapping and added as before.
 * Returns how many there are. */
static size_t
close_up(const struct bands *b, struct silbo_score_pair *out,
    const struct silbo_score_pair *in, double *power, size_t frames)
{
	double threshold = weigh(b, power, in->sent, frames);
	size_t kept = 0;

	for (size_t f = 0; f < frames; f++) {
		if (power[f] <= threshold)
			continue;
		add_frame(b, out->sent + kept * HOP, in->sent + f * HOP);
		add_frame(b, out->heard + kept * HOP, in->heard + f * HOP);
		kept++;
	}
	return kept;
}

/* One column of a spectrogram: frame f as 15 amplitudes of each. */
static void
analyse(struct bands *b, double *sent, double *heard,
    const struct silbo_score_pair *pair, size_t f)
{
	silbo_spectrum_put(&b->spectrum, pair->sent + f * HOP,
	    pair->heard + f * HOP, b->window, FRAME);
	for (int j = 0; j < BANDS; j++) {
		sent[j] = sqrt(silbo_spectrum_band(
		    b->spectrum.sent, b->from[j], b->to[j]));
		heard[j] = sqrt(silbo_spectrum_band(
		    b->spectrum.heard, b->from[j], b->to[j]));
	}
}

/* A segment whose rows have mean 0 and norm 1: level and colour are gone. */
static void
normalise(struct segment *s, const double *columns)
{
	for (size_t j = 0; j < BANDS; j++) {
		double *row = s->at[j], mean = 0, norm = TINY;

		for (size_t k = 0; k < SEGMENT; k++) {
			row[k] = columns[k * BANDS + j];
			mean += row[k] / SEGMENT;
		}
		for (size_t k = 0; k < SEGMENT; k++) {
			row[k] -= mean;
			norm += row[k] * row[k];
		}
		norm = sqrt(norm);
		for (size_t k = 0; k < SEGMENT; k++)
			row[k] /= norm;
	}
}

/* Correlation of one column of each. */
static double
likeness(const struct segment *p, const struct segment *q, int k)
{
	double mean_p = 0, mean_q = 0, pq = 0, pp = TINY, qq = TINY;

	for (int j = 0; j < BANDS; j++) {
		mean_p += p->at[j][k] / BANDS;
		mean_q += q->at[j][k] / BANDS;
	}
	for (int j = 0; j < BANDS; j++) {
		double a = p->at[j][k] - mean_p, b = q->at[j][k] - mean_q;

		pq += a * b;
		pp += a * a;
		qq += b * b;
	}
	return pq / sqrt(pp * qq);
}

/* The mean over all columns of all segments. */
static double
mean_likeness(const double *sent, const double *heard, size_t frames)
{
	struct segment p, q;
	double sum = 0;

	for (size_t f = 0; f + SEGMENT <= frames; f++) {
		normalise(&p, sent + f * BANDS);
		normalise(&q, heard + f * BANDS);
		for (int k = 0; k < SEGMENT; k++)
			sum += likeness(&p, &q, k) / SEGMENT;
	}
	return sum / (double)(frames - SEGMENT + 1);
}

struct work {
	struct bands bands;
	struct silbo_score_pair closed;
	double *power; /* per frame */
	double *sent;  /* 15 amplitudes per frame that is kept */
	double *heard;
};

static void
work_close(struct work *w)
{
	if (w == NULL)
		return;
	free(w->closed.sent);
	free(w->closed.heard);
	free(w->power);
	free(w->sent);
	free(w->heard);
	free(w);
}

static struct work *
work_open(size_t frames)
{
	struct work *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	bands_init(&w->bands);
	w->closed.sent = calloc(frames + 1, HOP * sizeof(float));
	w->closed.heard = calloc(frames + 1, HOP * sizeof(float));
	w->power = calloc(frames, sizeof(double));
	w->sent = calloc(frames, BANDS * sizeof(double));
	w->heard = calloc(frames, BANDS * sizeof(double));
	if (w->closed.sent != NULL && w->closed.heard != NULL &&
	    w->power != NULL && w->sent != NULL && w->heard != NULL)
		return w;
	work_close(w);
	return NULL;
}

int
silbo_score_estoi(struct silbo_score *score,
    const struct silbo_score_pair *pair, const char **why)
{
	size_t frames = (pair->samples - FRAME) / HOP + 1;
	struct work *w = work_open(frames);
	size_t kept;

	if (w == NULL)
		return SILBO_ERR_SYSTEM;
	kept = close_up(&w->bands, &w->closed, pair, w->power, frames);
	for (size_t f = 0; f < kept; f++)
		analyse(&w->bands, w->sent + f * BANDS, w->heard + f * BANDS,
		    &w->closed, f);
	if (kept >= SEGMENT)
		score->estoi = mean_likeness(w->sent, w->heard, kept);
	work_close(w);
	if (kept >= SEGMENT)
		return 0;
	*why = "all but 0.4 s of it is 40 dB below the rest";
	return SILBO_ERR_EMPTY;
}
