/* SPDX-License-Identifier: MIT */
/*
 * Audio files written for a test, and read back as a source.
 */
#ifndef SILBO_TESTS_FILES_H
#define SILBO_TESTS_FILES_H

#include "sound.h"

#include <sndfile.h>

#include <silbo/media.h>

#define SECOND 192000 /* frames at the highest rate tested */

static float made[SECOND * 6];
static float got[96000 + 5760];

static inline void
write_file(
    const char *name, int format, int rate, int channels, sf_count_t frames)
{
	SF_INFO about = {
	    .samplerate = rate, .channels = channels, .format = format};
	SNDFILE *file = sf_open(sound_path(name), SFM_WRITE, &about);

	assert_non_null(file);
	assert_int_equal(sf_writef_float(file, made, frames), frames);
	sf_close(file);
}

static inline struct silbo_audio_source *
open_good(const char *name)
{
	struct silbo_audio_source *source;
	const char *why = NULL;

	if (silbo_audio_source_open_file(&source, sound_path(name), &why) < 0)
		fail_msg("%s: %s", name, why);
	return source;
}

/* Read to the end in pieces of one size; returns the samples, or the error. */
static inline int
read_all(struct silbo_audio_source *source, uint32_t piece)
{
	struct silbo_audio_info info;
	uint32_t total = 0;
	float past;
	int n;

	silbo_audio_source_info(source, &info);
	do {
		assert_true((total + piece) * (uint32_t)info.channels <=
		    sizeof got / sizeof *got);
		n = silbo_audio_source_read(
		    source, got + total * (uint32_t)info.channels, piece);
		if (n < 0)
			return n;
		total += (uint32_t)n;
	} while (n > 0);
	/* and the end stays the end */
	assert_int_equal(silbo_audio_source_read(source, &past, 1), 0);
	return (int)total;
}

#endif
