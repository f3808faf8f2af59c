/* SPDX-License-Identifier: MIT */
/*
 * Sound into a WAV file of 16 bit at 48000 Hz.
 *
 * Decides that the file can be opened by others at any moment, at most a
 * second behind; that a failed write leaves what was there before; and that
 * the reason survives, which libsndfile would reduce to "system error".
 * Refuses to know where the samples come from and which of them are made up.
 */
#include <silbo/media.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sndfile.h>

#define BLOCK 1024 /* values converted at a time */

/* A WAV header counts bytes in 32 bits; 1 KiB is more than any header. */
#define BYTES_MAX (UINT32_MAX - 1024)

struct silbo_audio_sink {
	SNDFILE *file;
	int fd;
	bool regular; /* not /dev/null: it has a length */
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
open_writable(struct silbo_audio_sink *k, const char *path)
{
	SF_INFO about = {.samplerate = SILBO_SAMPLES_PER_S,
	    .channels = (int)k->channels,
	    .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16};
	struct stat st;

	k->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (k->fd < 0 || fstat(k->fd, &st) < 0)
		return SILBO_ERR_SYSTEM;
	/* A pipe cannot go back to finish the header: ESPIPE. */
	if (lseek(k->fd, 0, SEEK_CUR) < 0)
		return SILBO_ERR_SYSTEM;
	k->regular = S_ISREG(st.st_mode);
	errno = 0;
	k->file = sf_open_fd(k->fd, SFM_WRITE, &about, SF_FALSE);
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
	if (open_writable(k, path) < 0) {
		kept = errno;
		if (k->file != NULL)
			sf_close(k->file);
		if (k->fd >= 0)
			close(k->fd);
		free(k);
		errno = kept;
		return SILBO_ERR_SYSTEM;
	}
	*sink = k;
	return 0;
}

/* 32768, so that 16 bit from a file come out as they went in. */
static int16_t
to_16_bit(float x)
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
			block[i] = to_16_bit(pcm[i]);
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
	if (close(sink->fd) < 0 && err == 0) {
		err = SILBO_ERR_SYSTEM;
		kept = errno;
	}
	free(sink);
	errno = kept;
	return err;
}
