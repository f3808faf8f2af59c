/* SPDX-License-Identifier: MIT */
#include "packets.h"

#include <opus.h>

/* Feed `count` packets, as heard; the last lies at the start of `heard`. */
static struct silbo_decoder *
listen_to(int channels, size_t count)
{
	struct silbo_decoder *decoder = decoder_of(channels);

	for (size_t i = 0; i < count; i++)
		assert_true(silbo_decoder_decode(decoder, heard, sent.packet[i],
				sent.len[i]) > 0);
	return decoder;
}

static const struct {
	const char *mode;
	uint32_t bitrate;
	uint8_t configuration; /* RFC 6716 section 3.1: first and last */
	uint8_t last;
	uint32_t step; /* samples that Opus conceals at a time */
} modes[] = {{"SILK", 12000, 0, 11, 480}, {"hybrid", 32000, 12, 15, 480},
    {"CELT", 128000, 16, 31, 120}};

/* A tone of 200 Hz in one of the three, and a decoder that heard its start. */
static struct silbo_decoder *
listen_to_mode(size_t mode)
{
	struct silbo_encoder_config config = usual;

	config.bitrate = modes[mode].bitrate;
	send_tone(&config, 200);
	assert_in_range(sent.packet[24][0] >> 3, modes[mode].configuration,
	    modes[mode].last);
	return listen_to(1, 25);
}

static float ideal[FRAME];

static void
bare_decode(OpusDecoder *bare, const uint8_t *packet, size_t len, int samples)
{
	assert_int_equal(
	    opus_decode_float(bare, packet, (opus_int32)len, ideal, samples, 0),
	    samples);
}

/* The decoder of libopus, which has heard what listen_to() let ours hear. */
static OpusDecoder *
bare_listen(void)
{
	int err;
	OpusDecoder *bare = opus_decoder_create(48000, 1, &err);

	assert_non_null(bare);
	for (size_t i = 0; i < 25; i++)
		bare_decode(bare, sent.packet[i], sent.len[i], FRAME);
	return bare;
}

static void
concealment_is_that_of_opus_fading_from_60_to_200_ms(void **state)
{
	(void)state;
	for (size_t m = 0; m < 3; m++) {
		struct silbo_decoder *decoder = listen_to_mode(m);
		OpusDecoder *bare = bare_listen();

		for (uint32_t at = 0; at < 19200; at += FRAME) {
			bare_decode(bare, NULL, 0, FRAME);
			assert_int_equal(
			    silbo_decoder_conceal(decoder, heard, FRAME),
			    FRAME);
			for (uint32_t i = 0; i < FRAME; i++) {
				float gain = at + i < 2880 ? 1
				    : at + i < 9600
				    ? (float)(9600 - at - i) / 6720
				    : 0;

				if (gain > 0)
					assert_true(
					    fabsf(heard[i] - gain * ideal[i]) <
					    1e-6f);
				else
					assert_true(heard[i] == 0.0f);
			}
			/* or all of this would be about nothing */
			if (at == 0)
				assert_true(sound_rms(heard, FRAME) > 0.05);
		}
		silbo_decoder_close(decoder);
		opus_decoder_destroy(bare);
	}
}

/* What was made up ahead of one gap must not turn up in the next. */
static void
a_good_packet_ends_a_gap_for_good(void **state)
{
	(void)state;
	for (size_t m = 0; m < 3; m++) {
		struct silbo_decoder *decoder = listen_to_mode(m);
		OpusDecoder *bare = bare_listen();

		assert_int_equal(
		    silbo_decoder_conceal(decoder, heard, 100), 100);
		bare_decode(bare, NULL, 0, (int)modes[m].step);
		for (size_t i = 25; i < 28; i++) {
			assert_int_equal(silbo_decoder_decode(decoder, heard,
					     sent.packet[i], sent.len[i]),
			    FRAME);
			bare_decode(bare, sent.packet[i], sent.len[i], FRAME);
		}
		assert_int_equal(
		    silbo_decoder_conceal(decoder, heard, FRAME), FRAME);
		bare_decode(bare, NULL, 0, FRAME);
		assert_memory_equal(heard, ideal, sizeof ideal);
		silbo_decoder_close(decoder);
		opus_decoder_destroy(bare);
	}
}

/* SILK, whose steps are always 10 ms: 21 of them are ahead of 20 pieces. */
static void
after_silence_a_packet_comes_up_from_nothing(void **state)
{
	struct silbo_decoder *decoder = listen_to_mode(0);
	OpusDecoder *bare = bare_listen();

	(void)state;
	for (int i = 0; i < 20; i++)
		silbo_decoder_conceal(decoder, heard, 481);
	for (int i = 0; i < 21; i++)
		bare_decode(bare, NULL, 0, 480);
	silbo_decoder_conceal(decoder, heard, 1);
	assert_true(heard[0] == 0.0f);

	assert_int_equal(
	    silbo_decoder_decode(decoder, heard, sent.packet[25], sent.len[25]),
	    FRAME);
	bare_decode(bare, sent.packet[25], sent.len[25], FRAME);
	for (size_t i = 0; i < FRAME; i++) {
		float up = i < 120 ? (float)(i + 1) / 121 : 1;

		assert_true(fabsf(heard[i] - up * ideal[i]) < 1e-6f);
	}
	silbo_decoder_close(decoder);
	opus_decoder_destroy(bare);
}

/* The steepest a tone of 200 Hz gets, at the level that was sent. */
#define STEEPEST (2 * SOUND_PI * 200 / 48000 * 0.25)

static void
loss_and_recovery_do_not_click(void **state)
{
	/* made up, in samples: whole frames, odd, short, long, silence */
	static const uint32_t gaps[] = {
	    960, 1920, 961, 100, 1, 479, 1300, 3333, 7000, 9600, 12345};

	(void)state;
	for (size_t m = 0; m < 3; m++)
		for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
			struct silbo_decoder *decoder = listen_to_mode(m);
			size_t at = FRAME, left = gaps[g];
			double jump;

			while (left > 0) {
				uint32_t n = left < 5760 ? (uint32_t)left : 500;

				silbo_decoder_conceal(decoder, heard + at, n);
				at += n;
				left -= n;
			}
			assert_int_equal(
			    silbo_decoder_decode(decoder, heard + at,
				sent.packet[26], sent.len[26]),
			    FRAME);
			silbo_decoder_close(decoder);
			jump = sound_jump(heard, at + FRAME);
			if (jump > 2 * STEEPEST)
				fail_msg("%s, gap %u: a jump of %f",
				    modes[m].mode, gaps[g], jump);
		}
}

static void
any_number_of_samples_can_be_concealed(void **state)
{
	uint64_t seed = test_seed(7), random = seed;

	(void)state;
	for (int channels = 1; channels <= 2; channels++) {
		size_t frame = (size_t)channels;
		struct silbo_decoder *decoder;

		send_tone(&usual, 440);
		decoder = listen_to(channels, 5);
		for (uint32_t n = 0; n <= SILBO_MEDIA_FRAME_MAX;
		     n += 1 + (uint32_t)test_below(&random, 90)) {
			heard[n * frame] = 7.0f; /* beyond: untouched */
			assert_int_equal(
			    silbo_decoder_conceal(decoder, heard, n), (int)n);
			assert_true(heard[n * frame] == 7.0f);
			for (size_t i = 0; i < n * frame; i++)
				if (!(fabsf(heard[i]) < 1.0f))
					fail_msg("seed %llu: %u samples",
					    (unsigned long long)seed, n);
			assert_true(silbo_decoder_decode(decoder, heard,
					sent.packet[5], sent.len[5]) > 0);
		}
		silbo_decoder_close(decoder);
	}
}

static void
pieces_of_concealment_are_the_whole_concealment(void **state)
{
	static float whole[2880];
	uint64_t seed = test_seed(3), random = seed;

	(void)state;
	for (size_t m = 0; m < 3; m++) {
		struct silbo_decoder *a = listen_to_mode(m);
		struct silbo_decoder *b = listen_to_mode(m);
		size_t at = 0;

		for (size_t i = 0; i < 2880; i += modes[m].step)
			silbo_decoder_conceal(a, whole + i, modes[m].step);
		while (at < 2880) {
			uint32_t n = 1 + (uint32_t)test_below(&random, 119);

			n = n < 2880 - at ? n : (uint32_t)(2880 - at);
			silbo_decoder_conceal(b, heard + at, n);
			at += n;
		}
		if (memcmp(whole, heard, sizeof whole) != 0)
			fail_msg("%s, seed %llu", modes[m].mode,
			    (unsigned long long)seed);
		silbo_decoder_close(a);
		silbo_decoder_close(b);
	}
}

static void
before_the_first_packet_there_is_silence(void **state)
{
	struct silbo_decoder *decoder = decoder_of(2);

	(void)state;
	heard[0] = heard[1999] = 1;
	assert_int_equal(silbo_decoder_conceal(decoder, heard, 1000), 1000);
	for (size_t i = 0; i < 2000; i++)
		assert_true(heard[i] == 0.0f);
	silbo_decoder_close(decoder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		concealment_is_that_of_opus_fading_from_60_to_200_ms),
	    cmocka_unit_test(a_good_packet_ends_a_gap_for_good),
	    cmocka_unit_test(after_silence_a_packet_comes_up_from_nothing),
	    cmocka_unit_test(loss_and_recovery_do_not_click),
	    cmocka_unit_test(any_number_of_samples_can_be_concealed),
	    cmocka_unit_test(pieces_of_concealment_are_the_whole_concealment),
	    cmocka_unit_test(before_the_first_packet_there_is_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
