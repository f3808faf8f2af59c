/* SPDX-License-Identifier: MIT */
#include "sound.h"

#include <errno.h>
#include <sys/stat.h>

#include <sndfile.h>

#include <silbo/media.h>

#define SECOND 192000 /* frames at the highest rate tested */

static float made[SECOND * 6];
static float got[96000 + 5760];

static void
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

static void
write_bytes(const char *name, const void *bytes, size_t len)
{
	FILE *file = fopen(sound_path(name), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static struct silbo_audio_source *
open_good(const char *name)
{
	struct silbo_audio_source *source;
	const char *why = NULL;

	if (silbo_audio_source_open_file(&source, sound_path(name), &why) < 0)
		fail_msg("%s: %s", name, why);
	return source;
}

/* Read to the end in pieces of one size; returns the samples, or the error. */
static int
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

/* Float at 48000 Hz, one frame for every channel and one more. */
static void
write_mapped(const char *name, int channels, const int *places)
{
	SF_INFO about = {.samplerate = 48000,
	    .channels = channels,
	    .format = (places != NULL ? SF_FORMAT_WAVEX : SF_FORMAT_WAV) |
		SF_FORMAT_FLOAT};
	SNDFILE *file = sf_open(sound_path(name), SFM_WRITE, &about);
	int map[8];

	assert_non_null(file);
	if (places != NULL) {
		memcpy(map, places, sizeof map);
		assert_int_equal(sf_command(file, SFC_SET_CHANNEL_MAP_INFO, map,
				     channels * (int)sizeof *map),
		    SF_TRUE);
	}
	assert_int_equal(
	    sf_writef_float(file, made, channels + 1), channels + 1);
	sf_close(file);
}

/* The same shape at the same place, and within 1 % as loud. */
static void
check_like(const float *ideal, size_t n, double least)
{
	if (least <= 0)
		return; /* a handful of samples has no pitch */
	assert_true(sound_correlation(got, ideal, n) >= least);
	assert_true(fabs(sound_rms(got, n) / sound_rms(ideal, n) - 1) < 0.01);
}

static void
every_format_and_rate_has_its_exact_length_pitch_and_level(void **state)
{
	static const struct {
		int format, rate, channels, frames;
		int samples; /* expected at 48000 */
		double like; /* how like the ideal tone, at least */
		const char *text;
	} rows[] = {
	    /* 1 */ {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 8000, 48000,
		0.9999, "WAV, 8000 Hz, mono"},
	    /* 2 */
	    {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 11025, 2, 11024, 47996, 0.9999,
		"WAV, 11025 Hz, stereo"},
	    /* 3 */
	    {SF_FORMAT_WAV | SF_FORMAT_PCM_24, 44100, 2, 44101, 48001, 0.9999,
		"WAV, 44100 Hz, stereo"},
	    /* 4 */
	    {SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 1, 47999, 47999, 0.9999,
		"WAV, 48000 Hz, mono"},
	    /* 5 */
	    {SF_FORMAT_WAV | SF_FORMAT_FLOAT, 96000, 6, 96000, 48000, 0.9999,
		"WAV, 96000 Hz, 6 channels"},
	    /* 6 */
	    {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 192000, 1, 191999, 48000, 0.9999,
		"WAV, 192000 Hz, mono"},
	    /* 7 */
	    {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 22050, 1, 22050, 48000, 0.9999,
		"FLAC, 22050 Hz, mono"},
	    /* 8 */
	    {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, 40000, 40000, 0.9999,
		"FLAC, 48000 Hz, stereo"},
	    /* 9 */
	    {SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 2, 44100, 48000, 0.99,
		"OGG, 44100 Hz, stereo"},
	    /* 10 */
	    {SF_FORMAT_OGG | SF_FORMAT_VORBIS, 16000, 1, 15999, 47997, 0.99,
		"OGG, 16000 Hz, mono"},
	    /* 11 */
	    {SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 1, 48000, 48000, 0.99,
		"OGG, 48000 Hz, mono"},
	    /* 12 */
	    {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, 1, 44100, 48000,
		0.99, "MPEG-1/2, 44100 Hz, mono"},
	    /* 13 */
	    {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 1, 6, 0,
		"WAV, 8000 Hz, mono"},
	    /* 14 */
	    {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 192000, 1, 1, 0, 0,
		"WAV, 192000 Hz, mono"},
	};

	(void)state;
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		struct silbo_audio_source *source;
		struct silbo_audio_info info;
		int n;

		sound_tone(made, (size_t)rows[r].frames, rows[r].channels, 1000,
		    rows[r].rate, 0.25);
		write_file("in", rows[r].format, rows[r].rate, rows[r].channels,
		    rows[r].frames);
		source = open_good("in");
		silbo_audio_source_info(source, &info);
		assert_string_equal(info.format, rows[r].text);
		assert_int_equal(info.rate, rows[r].rate);
		assert_int_equal(info.channels, rows[r].channels > 1 ? 2 : 1);
		assert_int_equal(info.samples, rows[r].samples);
		n = read_all(source, 960);
		if (n != rows[r].samples)
			fail_msg("row %zu: %d samples", r + 1, n);
		silbo_audio_source_close(source);
		unlink(sound_path("in"));

		sound_tone(made, (size_t)n, info.channels, 1000, 48000, 0.25);
		check_like(made, (size_t)(n * info.channels), rows[r].like);
	}
}

static void
the_size_of_the_pieces_does_not_matter(void **state)
{
	static const uint32_t pieces[] = {1, 7, 960, 5760};
	static float whole[48000];

	(void)state;
	sound_tone(made, 44100, 1, 1000, 44100, 0.25);
	write_file("in", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, 1, 44100);
	for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
		struct silbo_audio_source *source = open_good("in");

		assert_int_equal(read_all(source, pieces[p]), 48000);
		silbo_audio_source_close(source);
		if (p == 0)
			memcpy(whole, got, sizeof whole);
		assert_memory_equal(whole, got, sizeof whole);
	}
	unlink(sound_path("in"));
}

/* 16 bit at 48000 Hz have nothing to be resampled: not a bit may change. */
static void
sound_at_48000_passes_unchanged(void **state)
{
	struct silbo_audio_source *source;
	uint64_t random = 5;

	(void)state;
	for (size_t i = 0; i < 96000; i++)
		made[i] =
		    (float)((int)test_below(&random, 65536) - 32768) / 32768.0f;
	write_file("in", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 2, 48000);
	source = open_good("in");
	assert_int_equal(read_all(source, 960), 48000);
	silbo_audio_source_close(source);
	unlink(sound_path("in"));
	assert_memory_equal(got, made, 96000 * sizeof *got);
}

static void
what_is_no_number_is_silence_and_what_is_too_loud_is_full_scale(void **state)
{
	static const struct {
		float in, out;
	} rows[] = {
	    /* 1 */ {NAN, 0},
	    /* 2 */ {INFINITY, 0},
	    /* 3 */ {-INFINITY, 0},
	    /* 4 */ {1.5f, 1},
	    /* 5 */ {-3e38f, -1},
	    /* 6 */ {0.5f, 0.5f},
	    /* 7 */ {-1, -1},
	};
	const size_t count = sizeof rows / sizeof *rows;
	struct silbo_audio_source *source;

	(void)state;
	for (size_t r = 0; r < count; r++)
		made[r] = rows[r].in;
	write_file(
	    "in", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 1, (sf_count_t)count);
	source = open_good("in");
	assert_int_equal(read_all(source, 960), count);
	silbo_audio_source_close(source);
	for (size_t r = 0; r < count; r++)
		if (!(got[r] == rows[r].out))
			fail_msg("row %zu: %f", r + 1, (double)got[r]);

	/* a resampler overshoots where the signal jumps at full scale */
	for (size_t i = 0; i < 24000; i++)
		made[i] = i / 40 % 2 != 0 ? 1.0f : -1.0f;
	write_file("in", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 24000, 1, 24000);
	source = open_good("in");
	assert_int_equal(read_all(source, 960), 48000);
	silbo_audio_source_close(source);
	unlink(sound_path("in"));
	for (size_t i = 0; i < 48000; i++)
		assert_true(fabsf(got[i]) <= 1.0f);
}

static void
more_than_two_channels_are_mixed_by_their_places(void **state)
{
	static const int sides[8] = {SF_CHANNEL_MAP_LEFT, SF_CHANNEL_MAP_RIGHT,
	    SF_CHANNEL_MAP_CENTER, SF_CHANNEL_MAP_LFE, SF_CHANNEL_MAP_REAR_LEFT,
	    SF_CHANNEL_MAP_REAR_RIGHT, SF_CHANNEL_MAP_SIDE_LEFT,
	    SF_CHANNEL_MAP_SIDE_RIGHT};
	/* what full scale in one channel, all others silent, becomes */
	static const struct {
		int channels;
		const int *places;
		float left[8], right[8];
	} rows[] = {
	    /* 1: L R C */ {3, NULL, {.5858f, 0, .4142f}, {0, .5858f, .4142f}},
	    /* 2: L R RL RR */
	    {4, NULL, {.5858f, 0, .4142f, 0}, {0, .5858f, 0, .4142f}},
	    /* 3: L R C RL RR */
	    {5, NULL, {.4142f, 0, .2929f, .2929f, 0},
		{0, .4142f, .2929f, 0, .2929f}},
	    /* 4: L R C LFE RL RR */
	    {6, NULL, {.4142f, 0, .2929f, 0, .2929f, 0},
		{0, .4142f, .2929f, 0, 0, .2929f}},
	    /* 5: seven of which nothing is known */
	    {7, NULL, {.1429f, .1429f, .1429f, .1429f, .1429f, .1429f, .1429f},
		{.1429f, .1429f, .1429f, .1429f, .1429f, .1429f, .1429f}},
	    /* 6: 7.1, and the file says so */
	    {8, sides, {.3204f, 0, .2265f, 0, .2265f, 0, .2265f, 0},
		{0, .3204f, .2265f, 0, 0, .2265f, 0, .2265f}},
	};

	(void)state;
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		size_t channels = (size_t)rows[r].channels;
		struct silbo_audio_source *source;

		/* frame c has channel c alone; the last has all of them */
		memset(made, 0, channels * (channels + 1) * sizeof *made);
		for (size_t c = 0; c < channels; c++) {
			made[c * channels + c] = 1;
			made[channels * channels + c] = 1;
		}
		write_mapped("in", rows[r].channels, rows[r].places);
		source = open_good("in");
		assert_int_equal(read_all(source, 960), (int)(channels + 1));
		silbo_audio_source_close(source);
		for (size_t c = 0; c < channels; c++)
			if (fabsf(got[2 * c] - rows[r].left[c]) > 1e-3f ||
			    fabsf(got[2 * c + 1] - rows[r].right[c]) > 1e-3f)
				fail_msg("row %zu, channel %zu: %f %f", r + 1,
				    c, (double)got[2 * c],
				    (double)got[2 * c + 1]);
		assert_true(fabsf(got[2 * channels] - 1) < 1e-5f);
		assert_true(fabsf(got[2 * channels + 1] - 1) < 1e-5f);
	}
	unlink(sound_path("in"));
}

static void
what_cannot_be_opened_says_why(void **state)
{
	static const char text[] = "Silbo is a whistled language.\n";
	static const struct {
		const char *name;
		int err, errnum;
	} rows[] = {
	    /* 1 */ {"missing", SILBO_ERR_SYSTEM, ENOENT},
	    /* 2 */ {"directory", SILBO_ERR_SYSTEM, EISDIR},
	    /* 3 */ {"file/below", SILBO_ERR_SYSTEM, ENOTDIR},
	    /* 4 */ {"nothing", SILBO_ERR_EMPTY, 0},
	    /* 5 */ {"silent.wav", SILBO_ERR_EMPTY, 0},
	    /* 6 */ {"file", SILBO_ERR_FORMAT, 0},
	    /* 7 */ {"header.flac", SILBO_ERR_FORMAT, 0},
	    /* 8 */ {"slow.wav", SILBO_ERR_FORMAT, 0},
	    /* 9 */ {"wide.wav", SILBO_ERR_FORMAT, 0},
	};

	(void)state;
	memset(made, 0, sizeof made);
	assert_int_equal(mkdir(sound_path("directory"), 0777), 0);
	write_bytes("file", text, sizeof text - 1);
	write_bytes("nothing", "", 0);
	write_file("silent.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 0);
	write_file(
	    "header.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 1, 9600);
	assert_int_equal(truncate(sound_path("header.flac"), 30), 0);
	write_file("slow.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 999, 1, 100);
	write_file("wide.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 256, 9);
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		struct silbo_audio_source *source = NULL;
		const char *why = NULL;
		int err;

		errno = 0;
		err = silbo_audio_source_open_file(
		    &source, sound_path(rows[r].name), &why);
		if (err != rows[r].err ||
		    (rows[r].errnum != 0 && errno != rows[r].errnum))
			fail_msg("row %zu: %d, errno %d", r + 1, err, errno);
		assert_null(source);
		assert_non_null(why);
		assert_true(strlen(why) > 5);
	}
	rmdir(sound_path("directory"));
	for (size_t r = 3; r < sizeof rows / sizeof *rows; r++)
		unlink(sound_path(rows[r].name));
}

static void
a_damaged_file_gives_what_is_good_and_then_the_error(void **state)
{
	struct silbo_audio_source *source;
	struct silbo_audio_info info;
	uint32_t total = 0;
	struct stat st;
	int n;

	(void)state;
	for (size_t i = 0; i < 48000; i++)
		made[i] = 0.25f * sinf((float)i * 0.05f);
	write_file("in", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 1, 48000);
	assert_int_equal(stat(sound_path("in"), &st), 0);
	assert_int_equal(truncate(sound_path("in"), st.st_size / 2), 0);

	source = open_good("in");
	silbo_audio_source_info(source, &info);
	assert_int_equal(info.samples, 48000);
	while ((n = silbo_audio_source_read(source, got + total, 960)) > 0)
		total += (uint32_t)n;
	assert_int_equal(n, SILBO_ERR_FORMAT);
	assert_int_equal(
	    silbo_audio_source_read(source, got, 960), SILBO_ERR_FORMAT);
	assert_in_range(total, 12000, 36000);
	for (size_t i = 0; i < total; i++)
		assert_true(fabsf(got[i] - made[i]) < 1e-3f);
	silbo_audio_source_close(source);
	unlink(sound_path("in"));
}

/* No decoder complains about bytes that are simply not there any more. */
static void
a_file_that_shrinks_while_it_is_read_is_damaged(void **state)
{
	struct silbo_audio_source *source;
	int n;

	(void)state;
	sound_tone(made, 48000, 1, 440, 48000, 0.25);
	write_file("in", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 48000);
	source = open_good("in");
	assert_int_equal(silbo_audio_source_read(source, got, 960), 960);
	assert_int_equal(truncate(sound_path("in"), 44 + 2 * 5000), 0);
	while ((n = silbo_audio_source_read(source, got, 960)) > 0)
		;
	assert_int_equal(n, SILBO_ERR_FORMAT);
	silbo_audio_source_close(source);
	unlink(sound_path("in"));
}

/* libsndfile believes the length of the file, not that of the header. */
static void
a_wav_cut_short_plays_as_far_as_it_goes(void **state)
{
	struct silbo_audio_source *source;

	(void)state;
	sound_tone(made, 48000, 1, 440, 48000, 0.25);
	write_file("in", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 48000);
	assert_int_equal(truncate(sound_path("in"), 44 + 2 * 1000), 0);
	source = open_good("in");
	assert_int_equal(read_all(source, 960), 1000);
	silbo_audio_source_close(source);
	unlink(sound_path("in"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		every_format_and_rate_has_its_exact_length_pitch_and_level),
	    cmocka_unit_test(the_size_of_the_pieces_does_not_matter),
	    cmocka_unit_test(sound_at_48000_passes_unchanged),
	    cmocka_unit_test(
		what_is_no_number_is_silence_and_what_is_too_loud_is_full_scale),
	    cmocka_unit_test(more_than_two_channels_are_mixed_by_their_places),
	    cmocka_unit_test(what_cannot_be_opened_says_why),
	    cmocka_unit_test(
		a_damaged_file_gives_what_is_good_and_then_the_error),
	    cmocka_unit_test(a_file_that_shrinks_while_it_is_read_is_damaged),
	    cmocka_unit_test(a_wav_cut_short_plays_as_far_as_it_goes),
	};

	return cmocka_run_group_tests(tests, sound_enter, sound_leave);
}
