/* SPDX-License-Identifier: MIT */
#include "files.h"

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

static const struct {
	int format, rate, channels, frames;
	int samples; /* expected at 48000 */
	double like; /* how like the ideal tone, at least */
	const char *text;
} formats[] = {
    /* 1 */ {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 8000, 48000, 0.9999,
	"WAV, 8000 Hz, mono"},
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
    {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, 1, 44100, 48000, 0.99,
	"MPEG-1/2, 44100 Hz, mono"},
    /* 13 */
    {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 1, 6, 0, "WAV, 8000 Hz, mono"},
};

static void
every_format_and_rate_has_its_exact_length_pitch_and_level(void **state)
{
	(void)state;
	for (size_t r = 0; r < sizeof formats / sizeof *formats; r++) {
		struct silbo_audio_source *source;
		struct silbo_audio_info info;
		int n;

		sound_tone(made, (size_t)formats[r].frames, formats[r].channels,
		    1000, formats[r].rate, 0.25);
		write_file("in", formats[r].format, formats[r].rate,
		    formats[r].channels, formats[r].frames);
		source = open_good("in");
		silbo_audio_source_info(source, &info);
		assert_string_equal(info.format, formats[r].text);
		assert_int_equal(info.rate, formats[r].rate);
		assert_int_equal(
		    info.channels, formats[r].channels > 1 ? 2 : 1);
		assert_int_equal(info.samples, formats[r].samples);
		n = read_all(source, 960);
		if (n != formats[r].samples)
			fail_msg("row %zu: %d samples", r + 1, n);
		silbo_audio_source_close(source);
		unlink(sound_path("in"));

		sound_tone(made, (size_t)n, info.channels, 1000, 48000, 0.25);
		check_like(made, (size_t)(n * info.channels), formats[r].like);
	}
}

/* Of so few frames that there may be no sample at 48000 Hz: no sound. */
static void
a_tiny_file_has_its_exact_length_or_no_sound(void **state)
{
	static const int rates[] = {1000, 8000, 11025, 16000, 22050, 44100,
	    48000, 88200, 95999, 96000, 96001, 176400, 192000, 384000, 768000};

	(void)state;
	memset(made, 0, 40 * sizeof *made);
	for (size_t i = 0; i < 15 * 20; i++) {
		int rate = rates[i % 15], frames = (int)(i / 15) + 1;
		int wanted = (int)floor(frames * 48000.0 / rate + 0.5);
		struct silbo_audio_source *source;
		const char *why = "";
		int result, n = 0;

		write_file(
		    "in", SF_FORMAT_WAV | SF_FORMAT_PCM_16, rate, 2, frames);
		result = silbo_audio_source_open_file(
		    &source, sound_path("in"), &why);
		if (result == 0) {
			n = read_all(source, 960);
			silbo_audio_source_close(source);
		}
		if (n != wanted ||
		    result != (wanted == 0 ? SILBO_ERR_EMPTY : 0))
			fail_msg("%d frames at %d Hz: %d, %d samples (%s)",
			    frames, rate, result, n, why);
	}
	unlink(sound_path("in"));
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
what_48000_hz_cannot_carry_does_not_fold_back(void **state)
{
	struct silbo_audio_source *source;

	(void)state;
	sound_tone(made, 96000, 1, 30000, 96000, 0.25);
	write_file("in", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 96000, 1, 96000);
	source = open_good("in");
	assert_int_equal(read_all(source, 960), 48000);
	silbo_audio_source_close(source);
	unlink(sound_path("in"));
	/* 100 dB down, but for the edges, where the tone is not one */
	assert_true(sound_rms(got + 960, 46000) < 0.25e-5);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		every_format_and_rate_has_its_exact_length_pitch_and_level),
	    cmocka_unit_test(a_tiny_file_has_its_exact_length_or_no_sound),
	    cmocka_unit_test(the_size_of_the_pieces_does_not_matter),
	    cmocka_unit_test(sound_at_48000_passes_unchanged),
	    cmocka_unit_test(
		what_is_no_number_is_silence_and_what_is_too_loud_is_full_scale),
	    cmocka_unit_test(what_48000_hz_cannot_carry_does_not_fold_back),
	    cmocka_unit_test(more_than_two_channels_are_mixed_by_their_places),
	};

	return cmocka_run_group_tests(tests, sound_enter, sound_leave);
}
