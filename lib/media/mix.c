/* SPDX-License-Identifier: MIT */
/*
 * Which channel of a file goes where, and how loud.
 *
 * One and two channels stay as they are.  More become two, by place, with the
 * coefficients of ITU-R BS.775: front 1, centre and surround 0.707, a centre
 * surround 0.5 on both sides, no low-frequency channel.  Each side is then
 * divided by the larger sum, so that no mix can clip.  Channels of unknown
 * places (more than six, unnamed) are averaged into both sides: the wrong
 * width is better than the wrong side.  Refuses to know files.
 */
#include "mix.h"

#include <string.h>

#include <sndfile.h>

#define HALF_POWER 0.70710678f

/* The order of WAV and FLAC (RFC 9639 section 9.1.3) for 3 to 6 channels. */
static const int usual[4][6] = {
    {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT, SF_CHANNEL_MAP_CENTER},
    {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT, SF_CHANNEL_MAP_REAR_LEFT,
	SF_CHANNEL_MAP_REAR_RIGHT},
    {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT, SF_CHANNEL_MAP_CENTER,
	SF_CHANNEL_MAP_REAR_LEFT, SF_CHANNEL_MAP_REAR_RIGHT},
    {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT, SF_CHANNEL_MAP_CENTER,
	SF_CHANNEL_MAP_LFE, SF_CHANNEL_MAP_REAR_LEFT,
	SF_CHANNEL_MAP_REAR_RIGHT},
};

/* The share of one place in the left and the right side. */
static void
place(int where, float *left, float *right)
{
	*left = 0;
	*right = 0;
	switch (where) {
	case SF_CHANNEL_MAP_LEFT:
	case SF_CHANNEL_MAP_FRONT_LEFT:
	case SF_CHANNEL_MAP_FRONT_LEFT_OF_CENTER:
		*left = 1;
		break;
	case SF_CHANNEL_MAP_RIGHT:
	case SF_CHANNEL_MAP_FRONT_RIGHT:
	case SF_CHANNEL_MAP_FRONT_RIGHT_OF_CENTER:
		*right = 1;
		break;
	case SF_CHANNEL_MAP_REAR_LEFT:
	case SF_CHANNEL_MAP_SIDE_LEFT:
	case SF_CHANNEL_MAP_TOP_FRONT_LEFT:
	case SF_CHANNEL_MAP_TOP_REAR_LEFT:
		*left = HALF_POWER;
		break;
	case SF_CHANNEL_MAP_REAR_RIGHT:
	case SF_CHANNEL_MAP_SIDE_RIGHT:
	case SF_CHANNEL_MAP_TOP_FRONT_RIGHT:
	case SF_CHANNEL_MAP_TOP_REAR_RIGHT:
		*right = HALF_POWER;
		break;
	case SF_CHANNEL_MAP_LFE:
		break;
	case SF_CHANNEL_MAP_REAR_CENTER:
	case SF_CHANNEL_MAP_TOP_REAR_CENTER:
		*left = *right = HALF_POWER * HALF_POWER;
		break;
	default: /* centre, and whatever has no side */
		*left = *right = HALF_POWER;
		break;
	}
}

static void
normalise(struct silbo_mix *mix)
{
	float sum[SILBO_MEDIA_CHANNELS_MAX] = {0, 0};
	float larger;

	for (int side = 0; side < 2; side++)
		for (int c = 0; c < mix->in; c++)
			sum[side] += mix->gain[side][c];
	larger = sum[0] > sum[1] ? sum[0] : sum[1];
	if (larger <= 0)
		return; /* nothing but low frequencies */
	for (int side = 0; side < 2; side++)
		for (int c = 0; c < mix->in; c++)
			mix->gain[side][c] /= larger;
}

void
silbo_mix_init(struct silbo_mix *mix, int channels, const int *places)
{
	memset(mix, 0, sizeof *mix);
	mix->in = channels;
	mix->out = channels < 2 ? 1 : 2;
	if (channels <= 2) {
		mix->gain[0][0] = 1;
		mix->gain[1][1] = 1;
		return;
	}
	if (places == NULL && channels <= 6)
		places = usual[channels - 3];
	for (int c = 0; c < channels; c++)
		place(places != NULL ? places[c] : SF_CHANNEL_MAP_MONO,
		    &mix->gain[0][c], &mix->gain[1][c]);
	normalise(mix);
}

void
silbo_mix_put(
    const struct silbo_mix *mix, float *out, const float *in, uint32_t frames)
{
	for (uint32_t i = 0; i < frames; i++, in += mix->in)
		for (int side = 0; side < mix->out; side++) {
			float sum = 0;

			for (int c = 0; c < mix->in; c++)
				sum +=
				    mix->gain[side][c] * silbo_mix_clean(in[c]);
			*out++ = sum;
		}
}
