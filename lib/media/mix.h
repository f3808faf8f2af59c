/* SPDX-License-Identifier: MIT */
/*
 * Mixing a file's channels down to two, for source.c alone.
 */
#ifndef SILBO_MEDIA_MIX_H
#define SILBO_MEDIA_MIX_H

#include <silbo/media.h>

#define SILBO_MIX_CHANNELS_MAX 255

struct silbo_mix {
	int in;
	int out; /* 1 or 2 */
	float gain[SILBO_MEDIA_CHANNELS_MAX][SILBO_MIX_CHANNELS_MAX];
};

/*
 *   channels  1 to SILBO_MIX_CHANNELS_MAX
 *   places    where each is (SF_CHANNEL_MAP_...), or NULL: not known
 */
void silbo_mix_init(struct silbo_mix *mix, int channels, const int *places);

/* Mix `frames` of the file to as many samples of one or two channels. */
void silbo_mix_put(
    const struct silbo_mix *mix, float *out, const float *in, uint32_t frames);

/* Into -1 to 1; what is no number becomes silence. */
static inline float
silbo_mix_clean(float x)
{
	/* The comparison also fails for a NaN. */
	if (!(x >= -3.402823466e38f && x <= 3.402823466e38f))
		return 0.0f;
	if (x > 1.0f)
		return 1.0f;
	return x < -1.0f ? -1.0f : x;
}

#endif
