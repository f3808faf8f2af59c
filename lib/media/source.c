/* SPDX-License-Identifier: MIT */
/*
 * Sound from an audio file or a built-in signal, at 48000 Hz in one or two
 * channels.
 *
 * Decides the exact length (n samples at rate r become round(n * 48000 / r)),
 * takes the delay of the resampler out at the start and flushes it at the end,
 * and tells a file that ends from one that is damaged.  Refuses to know who
 * listens, at what pace, and in what frames.
 */
#include <silbo/media.h>

#include "mix.h"
#include "promise.h"
#include "signals.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sndfile.h>
#include <speex/speex_resampler.h>

#define BLOCK 1024 /* frames read from the file at a time */

/* Of 10: stop band 120 dB down, well under the noise of 16 bit. */
#define RESAMPLER_QUALITY 8

/* Outside there is no sound that a person made, only broken headers. */
#define RATE_MIN 1000
#define RATE_MAX 768000

/* Of libsndfile, but not in its header: so it calls an MP3 without one whole
 * frame, "possibly a pipe". */
#define BAD_FILE 7

struct silbo_audio_source {
	struct silbo_audio_info info;
	struct silbo_signal signal; /* when file is NULL */
	uint64_t given;             /* samples handed out */
	uint64_t end; /* samples in all; UINT64_MAX: not known yet */

	SNDFILE *file;
	int fd;
	SF_INFO about;
	struct silbo_mix mix;
	SpeexResamplerState *resampler; /* NULL: the file has 48000 Hz */
	uint64_t taken;                 /* frames read from the file */
	bool damaged;
	uint32_t at, held; /* frames in mixed that wait */
	float *raw;
	float mixed[BLOCK * SILBO_MEDIA_CHANNELS_MAX];
};

static uint64_t
at_48000(uint64_t frames, int rate)
{
	uint64_t r = (uint64_t)rate;

	return (frames * SILBO_SAMPLES_PER_S + r / 2) / r;
}

/* ---- opening ---- */

/* Not blocking: a FIFO that nobody writes to must be refused, not waited for,
 * and libsndfile would wait for whoever writes too slowly. */
static int
open_readable(int *fd, const char *path, const char **why)
{
	struct stat st;
	int err = 0;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0 || fstat(*fd, &st) < 0)
		err = SILBO_ERR_SYSTEM;
	else if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		err = SILBO_ERR_SYSTEM;
	} else if (!S_ISREG(st.st_mode)) {
		errno = ESPIPE;
		*why = "it is a pipe or a device, not a file";
		return SILBO_ERR_SYSTEM;
	} else if (st.st_size == 0) {
		*why = "the file has no bytes";
		return SILBO_ERR_EMPTY;
	}
	if (err < 0)
		*why = strerror(errno);
	return err;
}

static const char *
refusal(int error)
{
	switch (error) {
	case SF_ERR_UNRECOGNISED_FORMAT:
		return "not an audio format that libsndfile knows";
	case SF_ERR_UNSUPPORTED_ENCODING:
		return "an encoding of audio that libsndfile does not know";
	case SF_ERR_MALFORMED_FILE:
		return "its audio header is broken or cut short";
	case BAD_FILE:
		return "it is cut short or damaged";
	default:
		return sf_error_number(error);
	}
}

static int
open_audio(struct silbo_audio_source *s, const char **why)
{
	SF_INFO *about = &s->about;

	s->file = sf_open_fd(s->fd, SFM_READ, about, SF_FALSE);
	if (s->file == NULL) {
		*why = refusal(sf_error(NULL));
		return SILBO_ERR_FORMAT;
	}
	if (about->samplerate < RATE_MIN || about->samplerate > RATE_MAX) {
		*why = "its sample rate is not between 1000 and 768000 Hz";
		return SILBO_ERR_FORMAT;
	}
	if (about->channels < 1 || about->channels > SILBO_MIX_CHANNELS_MAX) {
		*why = "it has more than 255 channels";
		return SILBO_ERR_FORMAT;
	}
	return 0;
}

/* What people read: "FLAC, 22050 Hz, mono". */
static void
describe(struct silbo_audio_source *s)
{
	SF_FORMAT_INFO major = {.format = s->about.format & SF_FORMAT_TYPEMASK};
	const char *name = "audio";
	char channels[16];

	if (sf_command(s->file, SFC_GET_FORMAT_INFO, &major, sizeof major) == 0)
		name = major.name;
	/* "FLAC (Free Lossless Audio Codec)": the first word is enough. */
	if (s->about.channels == 1)
		snprintf(channels, sizeof channels, "mono");
	else if (s->about.channels == 2)
		snprintf(channels, sizeof channels, "stereo");
	else
		snprintf(channels, sizeof channels, "%d channels",
		    s->about.channels);
	snprintf(s->info.format, sizeof s->info.format, "%.*s, %d Hz, %s",
	    (int)strcspn(name, " "), name, s->about.samplerate, channels);
}

static int
prepare(struct silbo_audio_source *s)
{
	int places[SILBO_MIX_CHANNELS_MAX];
	int channels = s->about.channels;
	int rate = s->about.samplerate;
	bool placed = sf_command(s->file, SFC_GET_CHANNEL_MAP_INFO, places,
			  channels * (int)sizeof *places) == SF_TRUE;

	silbo_mix_init(&s->mix, channels, placed ? places : NULL);
	s->info.channels = s->mix.out;
	s->info.rate = rate;
	/* A pipe has no length, and libsndfile says so by a huge one. */
	if (s->about.frames > 0 && s->about.frames < (sf_count_t)1 << 47)
		s->info.samples = at_48000((uint64_t)s->about.frames, rate);
	describe(s);

	s->raw = malloc(BLOCK * (size_t)channels * sizeof *s->raw);
	if (s->raw == NULL)
		return SILBO_ERR_SYSTEM;
	if (rate == SILBO_SAMPLES_PER_S)
		return 0;
	s->resampler = speex_resampler_init((spx_uint32_t)s->mix.out,
	    (spx_uint32_t)rate, SILBO_SAMPLES_PER_S, RESAMPLER_QUALITY, NULL);
	if (s->resampler == NULL)
		return SILBO_ERR_SYSTEM;
	speex_resampler_skip_zeros(s->resampler);
	return 0;
}

static bool
is_cut_short(const struct silbo_audio_source *s)
{
	uint64_t frames = s->info.samples > 0 ? (uint64_t)s->about.frames : 0;

	return sf_error(s->file) != SF_ERR_NO_ERROR ||
	    promise_broken(s->fd, s->about.format, s->taken, frames);
}

/* Read the next block; after the end it is silence, to flush the resampler. */
static void
fill(struct silbo_audio_source *s)
{
	sf_count_t n = 0;

	if (s->end == UINT64_MAX)
		n = sf_readf_float(s->file, s->raw, BLOCK);
	s->at = 0;
	if (n > 0) {
		silbo_mix_put(&s->mix, s->mixed, s->raw, (uint32_t)n);
		s->held = (uint32_t)n;
		s->taken += (uint64_t)n;
		return;
	}
	if (s->end == UINT64_MAX) {
		s->end = at_48000(s->taken, s->about.samplerate);
		s->damaged = is_cut_short(s);
	}
	memset(s->mixed, 0, sizeof s->mixed);
	s->held = BLOCK;
}

static int
begin(struct silbo_audio_source *s, const char *path, const char **why)
{
	int err = open_readable(&s->fd, path, why);

	if (err == 0)
		err = open_audio(s, why);
	if (err < 0)
		return err;
	err = prepare(s);
	if (err < 0) {
		errno = ENOMEM;
		*why = strerror(errno);
		return err;
	}
	fill(s);
	/* A block has at least one: what has none is all there is. */
	if (at_48000(s->taken, s->about.samplerate) > 0)
		return 0;
	if (is_cut_short(s)) {
		*why = "it is cut short or damaged";
		return SILBO_ERR_FORMAT;
	}
	*why = s->taken == 0 ? "it has no samples"
			     : "it is shorter than a sample at 48000 Hz";
	return SILBO_ERR_EMPTY;
}

int
silbo_audio_source_open_file(
    struct silbo_audio_source **source, const char *path, const char **why)
{
	struct silbo_audio_source *s = calloc(1, sizeof *s);
	int err, kept;

	if (s == NULL) {
		*why = strerror(errno);
		return SILBO_ERR_SYSTEM;
	}
	s->fd = -1;
	s->end = UINT64_MAX;
	err = begin(s, path, why);
	if (err < 0) {
		kept = errno;
		silbo_audio_source_close(s);
		errno = kept;
		return err;
	}
	*source = s;
	return 0;
}

int
silbo_audio_source_open_signal(struct silbo_audio_source **source,
    const char *name, int channels, uint64_t samples)
{
	struct silbo_audio_source *s = calloc(1, sizeof *s);

	if (s == NULL)
		return SILBO_ERR_SYSTEM;
	s->fd = -1;
	s->end = samples > 0 ? samples : UINT64_MAX;
	if (silbo_signal_init(&s->signal, name) < 0) {
		silbo_audio_source_close(s);
		return SILBO_ERR_NAME;
	}
	s->info.channels = channels;
	s->info.rate = SILBO_SAMPLES_PER_S;
	s->info.samples = samples;
	snprintf(s->info.format, sizeof s->info.format, "built-in %s", name);
	*source = s;
	return 0;
}

void
silbo_audio_source_info(
    const struct silbo_audio_source *source, struct silbo_audio_info *info)
{
	*info = source->info;
}

void
silbo_audio_source_close(struct silbo_audio_source *source)
{
	if (source == NULL)
		return;
	if (source->resampler != NULL)
		speex_resampler_destroy(source->resampler);
	if (source->file != NULL)
		sf_close(source->file);
	if (source->fd >= 0)
		close(source->fd);
	free(source->raw);
	free(source);
}

/* ---- reading ---- */

/* Move what waits in the block to pcm; returns samples, perhaps none. */
static uint32_t
drain(struct silbo_audio_source *s, float *pcm, uint32_t room)
{
	size_t channels = (size_t)s->mix.out;
	float *from = s->mixed + s->at * channels;
	spx_uint32_t in = s->held, out = room;

	if (s->resampler != NULL) {
		speex_resampler_process_interleaved_float(
		    s->resampler, from, &in, pcm, &out);
		for (size_t i = 0; i < out * channels; i++)
			pcm[i] = silbo_mix_clean(pcm[i]);
	} else {
		in = out = s->held < room ? s->held : room;
		memcpy(pcm, from, in * channels * sizeof *pcm);
	}
	s->at += in;
	s->held -= in;
	return out;
}

static uint32_t
read_file(struct silbo_audio_source *s, float *pcm, uint32_t samples)
{
	uint32_t done = 0;

	while (done < samples) {
		uint64_t left, room = samples - done;

		if (s->held == 0)
			fill(s);
		left = s->end - s->given;
		if (left == 0)
			break;
		room = room < left ? room : left;
		room =
		    drain(s, pcm + done * (size_t)s->mix.out, (uint32_t)room);
		done += (uint32_t)room;
		s->given += room;
	}
	return done;
}

static void
read_signal(struct silbo_audio_source *s, float *pcm, uint32_t samples)
{
	size_t channels = (size_t)s->info.channels;

	silbo_signal_get(&s->signal, pcm, samples);
	/* From the end, where one sample is not in the way of another. */
	for (size_t i = samples; channels > 1 && i-- > 0;)
		for (size_t c = channels; c-- > 0;)
			pcm[i * channels + c] = pcm[i];
	s->given += samples;
}

int
silbo_audio_source_read(
    struct silbo_audio_source *source, float *pcm, uint32_t samples)
{
	uint64_t left = source->end - source->given;

	assert(samples <= INT32_MAX);
	if (source->file != NULL) {
		samples = read_file(source, pcm, samples);
		return samples == 0 && source->damaged ? SILBO_ERR_FORMAT
						       : (int)samples;
	}
	if (source->end != UINT64_MAX && samples > left)
		samples = (uint32_t)left;
	read_signal(source, pcm, samples);
	return (int)samples;
}
