/* SPDX-License-Identifier: MIT */
/*
 * An estimate of how well speech arrived, from intelligibility and spectral
 * distance.
 *
 * Decides what can be scored, the rates at which it is looked at, and how the
 * two figures become one between 1 and 5 (docs/score.md tells from what that
 * was fitted).  Refuses to know codecs, losses and files.
 */
#include "score_parts.h"

#include <math.h>
#include <stdlib.h>

#include <speex/speex_resampler.h>

#define RATE_DISTANCE 16000
#define RATE_ESTOI 10000
#define LOUDEST 1000.0f

/* Of 10: no image or alias above -120 dB, far below what is compared. */
#define QUALITY 8

static void
release(struct silbo_score_pair *pair)
{
	free(pair->sent);
	free(pair->heard);
	*pair = (struct silbo_score_pair){.samples = 0};
}

/* Fill `out` from `in`, beginning at the same instant; silence follows. */
static int
resample(float *out, size_t cap, const float *in, size_t n, unsigned from,
    unsigned to)
{
	static const float silence[480];
	SpeexResamplerState *state =
	    speex_resampler_init(1, from, to, QUALITY, NULL);
	size_t done = 0;

	if (state == NULL)
		return SILBO_ERR_SYSTEM;
	speex_resampler_skip_zeros(state);
	while (done < cap) {
		spx_uint32_t taken = (spx_uint32_t)n;
		spx_uint32_t given = (spx_uint32_t)(cap - done);

		if (n == 0)
			taken = sizeof silence / sizeof *silence;
		speex_resampler_process_float(
		    state, 0, n > 0 ? in : silence, &taken, out + done, &given);
		done += given;
		if (n > 0) {
			in += taken;
			n -= taken;
		}
	}
	speex_resampler_destroy(state);
	return 0;
}

static int
resample_pair(struct silbo_score_pair *out, const float *sent,
    const float *heard, size_t samples, unsigned from, unsigned to)
{
	size_t n = (size_t)((uint64_t)samples * to / from);
	int err;

	out->samples = n;
	out->sent = calloc(n, sizeof(float));
	out->heard = calloc(n, sizeof(float));
	if (out->sent == NULL || out->heard == NULL)
		err = SILBO_ERR_SYSTEM;
	else
		err = resample(out->sent, n, sent, samples, from, to);
	if (err == 0)
		err = resample(out->heard, n, heard, samples, from, to);
	if (err < 0)
		release(out);
	return err;
}

/* NaN compares false. */
static bool
is_sound(const float *pcm, size_t samples)
{
	for (size_t i = 0; i < samples; i++)
		if (!(fabsf(pcm[i]) <= LOUDEST))
			return false;
	return true;
}

static int
check(const float *sent, const float *heard, size_t samples, const char **why)
{
	if (samples < SILBO_SCORE_SAMPLES_MIN) {
		*why = "shorter than a second";
		return SILBO_ERR_EMPTY;
	}
	if (samples > SILBO_SCORE_SAMPLES_MAX)
		*why = "longer than 10 minutes";
	else if (!is_sound(sent, samples) || !is_sound(heard, samples))
		*why = "samples that are no numbers, or beyond 1000";
	else
		return 0;
	return SILBO_ERR_RANGE;
}

/* The logistic curve that was fitted; its upper end is that of PESQ-WB. */
static double
mos_from(double estoi, double distance)
{
	double z = -1.846 - 1.1435 * log(1.003 - fmin(estoi, 1)) -
	    0.948 * log(distance + 0.3);

	return 1 + 3.644 / (1 + exp(-z));
}

int
silbo_score_compare(struct silbo_score *score, const float *sent,
    const float *heard, size_t samples, const char **why)
{
	struct silbo_score_pair wide = {.samples = 0}, narrow = {.samples = 0};
	struct silbo_score s = {.active_ms = 0};
	int err = check(sent, heard, samples, why);

	if (err < 0)
		return err;
	*why = "no memory";
	err = resample_pair(
	    &wide, sent, heard, samples, SILBO_SAMPLES_PER_S, RATE_DISTANCE);
	if (err == 0)
		err = silbo_score_distance(&s, &wide, why);
	/* From 16000 Hz, as when the curve was fitted. */
	if (err == 0)
		err = resample_pair(&narrow, wide.sent, wide.heard,
		    wide.samples, RATE_DISTANCE, RATE_ESTOI);
	release(&wide);
	if (err == 0)
		err = silbo_score_estoi(&s, &narrow, why);
	release(&narrow);
	if (err < 0)
		return err;
	s.mos = mos_from(s.estoi, s.distance_db);
	*score = s;
	return 0;
}
