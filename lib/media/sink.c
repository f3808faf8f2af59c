/* SPDX-License-Identifier: MIT */
/*
 * Sound into a WAV file of 16 bit at 48000 Hz.
 *
 * Decides that the file can be opened by others at any moment, at most a
 * second behind, so that killing us costs no more; that a failed write leaves
 * what was there before; and that the reason survives, which libsndfile would
 * reduce to "system error".  Refuses to know where the samples come from, which
 * of them are made up, and what the file is called meanwhile (part.c).
 */
#include <silbo/media.h>

#include "part.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <sndfile.h>

#define BLOCK 1024 /* values converted at a time */

/* A WAV header counts bytes in 32 bits; 1 KiB is more than any header. */
#define BYTES_MAX (UINT32_MAX - 1024)

struct silbo_audio_sink {
	SNDFILE *file;
	struct silbo_part part;
	bool regular; /* not /dev/null: it has a length */
	bool failed;
	uint32_t channels;
	uint64_t samples;
	uint64_t announced; /* samples in the header */
};

/* The reason of the last failed call into libsndfile; EIO if it has none. */
static int
system_error(void)
{
	if (errno == 0)
		errno = EIO;
	return SILBO_ERR_SYSTEM;
}

static int
announce(struct silbo_audio_sink *k)
{
	if (!k->regular)
		return 0;
	errno = 0;
	sf_command(k->file, SFC_UPDATE_HEADER_NOW, NULL, 0);
	if (sf_error(k->file) != SF_ERR_NO_ERROR)
		return system_error();
	k->announced = k->samples;
	return 0;
}

static int
open_wav(struct silbo_audio_sink *k)
{
	SF_INFO about = {.samplerate = SILBO_SAMPLES_PER_S,
	    .channels = (int)k->channels,
	    .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16};
	struct stat st;

	if (fstat(k->part.fd, &st) < 0)
		return SILBO_ERR_SYSTEM;
	k->regular = S_ISREG(st.st_mode);
	errno = 0;
	k->file = sf_open_fd(k->part.fd, SFM_WRITE, &about, SF_FALSE);
	if (k->file == NULL)
		return system_error();
	/* The first header of libsndfile claims 8 bytes in all. */
	return announce(k);
}

int
silbo_audio_sink_open(
    struct silbo_audio_sink **sink, const char *path, int channels)
{
	struct silbo_audio_sink *k = calloc(1, sizeof *k);
	int kept;

	if (k == NULL)
		return SILBO_ERR_SYSTEM;
	k->channels = (uint32_t)channels;
	if (silbo_part_open(&k->part, path) < 0) {
		kept = errno;
		free(k);
		errno = kept;
		return SILBO_ERR_SYSTEM;
	}
	if (open_wav(k) < 0) {
		kept = errno;
		if (k->file != NULL)
			sf_close(k->file);
		silbo_part_drop(&k->part);
		free(k);
		errno = kept;
		return SILBO_ERR_SYSTEM;
	}
	*sink = k;
	return 0;
}

/* 32768, so that 16 bit from a file come out as they went in. */
int16_t
silbo_audio_to_16_bit(float x)
{
	float y = x * 32768.0f;

	if (!(y > -32768.0f)) /* also fails for a NaN */
		return isnan(y) ? 0 : INT16_MIN;
	return y >= 32767.0f ? INT16_MAX : (int16_t)lrintf(y);
}

static int
cut(struct silbo_audio_sink *k)
{
	sf_count_t samples = (sf_count_t)k->samples;

	if (!k->regular)
		return 0;
	errno = 0;
	if (sf_command(k->file, SFC_FILE_TRUNCATE, &samples, sizeof samples))
		return system_error();
	return announce(k);
}

/* A full disk may have taken a part: drop it, and keep the first reason. */
static int
undo(struct silbo_audio_sink *k)
{
	int kept = errno;

	k->failed = true;
	(void)cut(k);
	errno = kept;
	return SILBO_ERR_SYSTEM;
}

int
silbo_audio_sink_write(
    struct silbo_audio_sink *sink, const float *pcm, uint32_t samples)
{
	uint64_t bytes = (sink->samples + samples) * sink->channels * 2;
	int16_t block[BLOCK];

	if (bytes > BYTES_MAX) {
		errno = EFBIG;
		return SILBO_ERR_SYSTEM;
	}
	for (size_t left = (size_t)samples * sink->channels; left > 0;) {
		size_t n = left < BLOCK ? left : BLOCK;

		for (size_t i = 0; i < n; i++)
			block[i] = silbo_audio_to_16_bit(pcm[i]);
		errno = 0;
		if (sf_write_short(sink->file, block, (sf_count_t)n) !=
		    (sf_count_t)n) {
			system_error();
			return undo(sink);
		}
		pcm += n;
		left -= n;
	}
	sink->samples += samples;
	if (sink->samples - sink->announced >= SILBO_SAMPLES_PER_S)
		return announce(sink);
	return 0;
}

int
silbo_audio_sink_truncate(struct silbo_audio_sink *sink, uint64_t samples)
{
	if (samples >= sink->samples)
		return 0;
	sink->samples = samples;
	return cut(sink);
}

uint64_t
silbo_audio_sink_samples(const struct silbo_audio_sink *sink)
{
	return sink->samples;
}

int
silbo_audio_sink_close(struct silbo_audio_sink *sink)
{
	int err, kept;

	if (sink == NULL)
		return 0;
	err = announce(sink);
	kept = errno;
	sf_close(sink->file);
	errno = kept;
	/* Nothing is no reason to replace what has the name now. */
	if (sink->failed && sink->samples == 0)
		silbo_part_drop(&sink->part);
	else if (silbo_part_keep(&sink->part) < 0 && err == 0) {
		err = SILBO_ERR_SYSTEM;
		kept = errno;
	}
	free(sink);
	errno = kept;
	return err;
}
