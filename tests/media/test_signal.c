/* SPDX-License-Identifier: MIT */
#include "sound.h"

#include <silbo/media.h>

#define VOICE 240000 /* samples: 5 s */

static float made[VOICE];
static float got[VOICE + 1234];

/* Read to the end in pieces of one size; returns the samples. */
static int
read_all(struct silbo_audio_source *source, uint32_t piece)
{
	uint32_t total = 0;
	int n;

	do {
		assert_true(total + piece <= sizeof got / sizeof *got);
		n = silbo_audio_source_read(source, got + total, piece);
		assert_true(n >= 0);
		total += (uint32_t)n;
	} while (n > 0);
	return (int)total;
}

static void
the_tone_is_440_hz_at_minus_12_dbfs(void **state)
{
	struct silbo_audio_source *source;
	struct silbo_audio_info info;

	(void)state;
	assert_int_equal(
	    silbo_audio_source_open_signal(&source, "tone", 1, 48001), 0);
	silbo_audio_source_info(source, &info);
	assert_int_equal(info.channels, 1);
	assert_int_equal(info.samples, 48001);
	assert_int_equal(read_all(source, 960), 48001);
	silbo_audio_source_close(source);

	sound_tone(made, 48001, 1, 440, 48000, pow(10, -12.0 / 20));
	for (size_t i = 0; i < 48001; i++)
		assert_true(fabsf(got[i] - made[i]) < 1e-5f);
}

static void
a_signal_without_a_length_does_not_end(void **state)
{
	struct silbo_audio_source *source;

	(void)state;
	assert_int_equal(
	    silbo_audio_source_open_signal(&source, "tone", 1, 0), 0);
	for (int s = 0; s < 100; s++)
		assert_int_equal(
		    silbo_audio_source_read(source, got, 48000), 48000);
	silbo_audio_source_close(source);
	/* after 100 s its phase is where it began */
	sound_tone(made, 48000, 1, 440, 48000, pow(10, -12.0 / 20));
	for (size_t i = 0; i < 48000; i++)
		assert_true(fabsf(got[i] - made[i]) < 1e-5f);
}

static void
the_voice_is_the_same_in_every_run_and_in_any_pieces(void **state)
{
	struct silbo_audio_source *source;

	(void)state;
	for (int run = 0; run < 2; run++) {
		assert_int_equal(
		    silbo_audio_source_open_signal(&source, "voice", 1, VOICE),
		    0);
		assert_int_equal(
		    read_all(source, run == 0 ? 960 : 1234), VOICE);
		silbo_audio_source_close(source);
		if (run == 0)
			memcpy(made, got, VOICE * sizeof *made);
	}
	assert_memory_equal(got, made, VOICE * sizeof *made);
}

/* Bounds, not a checksum: libm differs in the last bit between machines. */
static void
the_voice_has_the_level_and_the_pauses_of_speech(void **state)
{
	const size_t window = 2400; /* 50 ms */
	struct silbo_audio_source *source;
	size_t quiet = 0, pauses = 0, run = 0;
	double level;

	(void)state;
	assert_int_equal(
	    silbo_audio_source_open_signal(&source, "voice", 1, VOICE), 0);
	assert_int_equal(read_all(source, 960), VOICE);
	silbo_audio_source_close(source);

	level = 20 * log10(sound_rms(got, VOICE));
	assert_true(level > -21.5 && level < -18.5);
	for (size_t i = 0; i < VOICE; i++)
		assert_true(fabsf(got[i]) < 1.0f);
	for (size_t i = 0; i < VOICE; i += window) {
		bool silent = sound_rms(got + i, window) < 0.001;

		quiet += silent;
		run = silent ? run + 1 : 0;
		pauses += run == 4; /* 200 ms */
	}
	assert_in_range(pauses, 1, 5);
	assert_in_range(quiet, 10, 50);
	/* formants between 300 and 3000 Hz, not a hum and not a hiss */
	assert_in_range(sound_cycles(got, VOICE) / 5, 400, 3000);
}

static void
another_signal_is_refused(void **state)
{
	struct silbo_audio_source *source = NULL;

	(void)state;
	assert_int_equal(silbo_audio_source_open_signal(&source, "sweep", 1, 0),
	    SILBO_ERR_NAME);
	assert_null(source);
	silbo_audio_source_close(NULL);
}

static void
every_channel_has_the_same_signal(void **state)
{
	static const char *const names[] = {"tone", "voice"};
	static float one[5000], two[10000];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (int channels = 1; channels <= 2; channels++) {
			struct silbo_audio_source *source;
			struct silbo_audio_info info;

			assert_int_equal(silbo_audio_source_open_signal(
					     &source, names[i], channels, 5000),
			    0);
			silbo_audio_source_info(source, &info);
			assert_int_equal(info.channels, channels);
			assert_int_equal(silbo_audio_source_read(source,
					     channels == 1 ? one : two, 6000),
			    5000);
			silbo_audio_source_close(source);
		}
		for (size_t j = 0; j < 10000; j++)
			assert_true(two[j] == one[j / 2]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_channel_has_the_same_signal),
	    cmocka_unit_test(the_tone_is_440_hz_at_minus_12_dbfs),
	    cmocka_unit_test(a_signal_without_a_length_does_not_end),
	    cmocka_unit_test(
		the_voice_is_the_same_in_every_run_and_in_any_pieces),
	    cmocka_unit_test(the_voice_has_the_level_and_the_pauses_of_speech),
	    cmocka_unit_test(another_signal_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
