/* SPDX-License-Identifier: MIT */
/*
 * Floating point to 16 bit, for what leaves this room.
 */
#ifndef SILBO_MEDIA_PCM16_H
#define SILBO_MEDIA_PCM16_H

#include <math.h>
#include <stdint.h>

/* 32768, so that 16 bit from a file come out as they went in. */
static inline int16_t
silbo_to_16_bit(float x)
{
	float y = x * 32768.0f;

	if (!(y > -32768.0f)) /* also fails for a NaN */
		return isnan(y) ? 0 : INT16_MIN;
	return y >= 32767.0f ? INT16_MAX : (int16_t)lrintf(y);
}

#endif
