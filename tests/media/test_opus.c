/* SPDX-License-Identifier: MIT */
#include "packets.h"

/* From 400 to 1200 Hz: unlike a tone, it fits itself at one place only. */
static void
sweep(float *pcm, int channels)
{
	for (size_t i = 0; i < TOTAL; i++) {
		double t = (double)i / TOTAL;

		for (int c = 0; c < channels; c++)
			*pcm++ = (float)(0.25 *
			    sin(2 * SOUND_PI * t * (400 + 400 * t)));
	}
}

/*
 * Of what was heard, moved by the preskip, with what was sent.  The high-pass
 * of VOIP turns the phase: at 440 Hz it leads by 6 samples, hence the window.
 */
static double
best_correlation(size_t channels)
{
	double best = 0;

	for (size_t lead = 0; lead <= 8; lead++) {
		double like = sound_correlation(sent.pcm + 12000 * channels,
		    heard + (12000 + sent.preskip - lead) * channels,
		    TOTAL / 2 * channels);

		best = like > best ? like : best;
	}
	return best;
}

static void
a_sweep_comes_back_once_the_preskip_is_removed(void **state)
{
	static const struct {
		int channels;
		uint32_t bitrate;
		uint16_t frame;
		bool constant;
	} rows[] = {
	    /* 1 */ {1, 32000, 960, true},
	    /* 2 */ {1, 16000, 960, false},
	    /* 3 */ {2, 64000, 960, true},
	    /* 4 */ {1, 64000, 120, true},
	    /* 5 */ {1, 64000, 240, false},
	    /* 6 */ {1, 32000, 480, true},
	    /* 7 */ {1, 24000, 1920, true},
	    /* 8 */ {2, 24000, 2880, false},
	    /* 9 */ {1, 510000, 960, true},
	};

	(void)state;
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		struct silbo_encoder_config config = {rows[r].channels,
		    rows[r].bitrate, rows[r].frame, 5, true, rows[r].constant};
		struct silbo_encoder *encoder;
		struct silbo_decoder *decoder = decoder_of(rows[r].channels);
		size_t channels = (size_t)rows[r].channels;
		double like;

		open_sender(&config, &encoder);
		assert_in_range(sent.preskip, 120, 960);
		sweep(sent.pcm, rows[r].channels);
		encode_all(encoder, &config);
		for (size_t i = 0; i < TOTAL / rows[r].frame; i++)
			assert_int_equal(
			    silbo_decoder_decode(decoder,
				heard + i * rows[r].frame * channels,
				sent.packet[i], sent.len[i]),
			    rows[r].frame);
		silbo_decoder_close(decoder);

		like = best_correlation(channels);
		if (like < 0.95)
			fail_msg("row %zu: correlation %f", r + 1, like);
	}
}

static void
constant_packets_all_have_the_same_size(void **state)
{
	struct silbo_encoder_config config = usual;
	bool varies = false;

	(void)state;
	send_tone(&config, 440);
	for (size_t i = 0; i < FRAMES; i++)
		assert_int_equal(sent.len[i], 32000 / 8 / 50);

	/* otherwise they need not, and do not */
	config.constant = false;
	send_tone(&config, 440);
	for (size_t i = 1; i < FRAMES; i++)
		varies |= sent.len[i] != sent.len[0];
	assert_true(varies);
}

static void
settings_that_opus_does_not_have_are_refused(void **state)
{
	static const struct silbo_encoder_config rows[] = {
	    /* 1 */ {0, 32000, 960, 5, true, true},
	    /* 2 */ {3, 32000, 960, 5, true, true},
	    /* 3 */ {1, 5999, 960, 5, true, true},
	    /* 4 */ {1, 510001, 960, 5, true, true},
	    /* 5 */ {1, 32000, 0, 5, true, true},
	    /* 6 */ {1, 32000, 961, 5, true, true},
	    /* 7 */ {1, 32000, 5760, 5, true, true},
	    /* 8 */ {1, 32000, 960, 11, true, true},
	    /* 9 */ {1, 32000, 960, -1, true, true},
	};
	struct silbo_encoder *encoder;
	struct silbo_decoder *decoder;

	(void)state;
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
		if (silbo_encoder_open(&encoder, &rows[r]) != SILBO_ERR_CODEC)
			fail_msg("row %zu was not refused", r + 1);
	assert_int_equal(silbo_decoder_open(&decoder, 0), SILBO_ERR_CODEC);
	assert_int_equal(silbo_decoder_open(&decoder, 3), SILBO_ERR_CODEC);
	silbo_encoder_close(NULL);
	silbo_decoder_close(NULL);
}

static void
a_packet_that_does_not_fit_is_refused(void **state)
{
	struct silbo_encoder *encoder;
	uint8_t packet[SILBO_MEDIA_PACKET_MAX];

	(void)state;
	assert_int_equal(silbo_encoder_open(&encoder, &usual), 0);
	assert_int_equal(silbo_encoder_encode(encoder, packet, 0, sent.pcm),
	    SILBO_ERR_CODEC);
	silbo_encoder_close(encoder);
}

static void
bytes_that_are_not_opus_are_refused_and_the_decoder_goes_on(void **state)
{
	/* RFC 6716 section 3.4: what a receiver must not accept */
	static const struct {
		size_t len;
		uint8_t bytes[4];
	} rows[] = {
	    /* 1: nothing */ {0, {0}},
	    /* 2: two equal frames in an odd number of bytes */
	    {2, {0x79, 0xff}},
	    /* 3: the length of the first frame is missing */ {1, {0x7a}},
	    /* 4: the first frame is longer than all */ {2, {0x7a, 0xfb}},
	    /* 5: no count of frames */ {1, {0x7b}},
	    /* 6: no frames at all */ {2, {0x7b, 0x00}},
	    /* 7: 7 frames of 20 ms, more than 120 ms */ {2, {0x7b, 0x07}},
	};
	static float other[FRAME], skipped[SILBO_MEDIA_FRAME_MAX];
	struct silbo_decoder *disturbed = decoder_of(1);
	struct silbo_decoder *clean = decoder_of(1);

	(void)state;
	send_tone(&usual, 440);
	for (size_t i = 0; i < FRAMES; i++) {
		size_t r = i % (sizeof rows / sizeof *rows);

		assert_int_equal(silbo_decoder_decode(disturbed, skipped,
				     rows[r].bytes, rows[r].len),
		    SILBO_ERR_CODEC);
		assert_int_equal(silbo_decoder_decode(disturbed, heard,
				     sent.packet[i], sent.len[i]),
		    FRAME);
		assert_int_equal(silbo_decoder_decode(
				     clean, other, sent.packet[i], sent.len[i]),
		    FRAME);
		assert_memory_equal(heard, other, sizeof other);
	}
	silbo_decoder_close(disturbed);
	silbo_decoder_close(clean);
}

static void
random_bytes_never_break_the_decoder(void **state)
{
	uint64_t seed = test_seed(1), random = seed;
	struct silbo_decoder *decoder = decoder_of(2);

	(void)state;
	for (int i = 0; i < 2000; i++) {
		uint8_t packet[200];
		size_t len = (size_t)test_below(&random, sizeof packet + 1);
		int n;

		for (size_t k = 0; k < len; k++)
			packet[k] = (uint8_t)test_random(&random);
		n = silbo_decoder_decode(decoder, heard, packet, len);
		if (n != SILBO_ERR_CODEC &&
		    (n < 120 || n > SILBO_MEDIA_FRAME_MAX || n % 120 != 0))
			fail_msg("seed %llu: packet %d gave %d",
			    (unsigned long long)seed, i, n);
	}
	silbo_decoder_close(decoder);
}

static void
channels_are_read_from_the_first_byte(void **state)
{
	static const struct {
		size_t len;
		uint8_t toc;
		int channels;
	} rows[] = {
	    /* 1 */ {0, 0x04, 0},
	    /* 2 */ {1, 0x00, 1},
	    /* 3 */ {1, 0x04, 2},
	    /* 4 */ {9, 0xfb, 1},
	    /* 5 */ {9, 0xff, 2},
	};
	struct silbo_encoder_config config = usual;

	(void)state;
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
		assert_int_equal(silbo_opus_channels(&rows[r].toc, rows[r].len),
		    rows[r].channels);
	send_tone(&config, 440);
	assert_int_equal(silbo_opus_channels(sent.packet[9], sent.len[9]), 1);
	config.channels = 2;
	config.bitrate = 128000;
	send_tone(&config, 440);
	assert_int_equal(silbo_opus_channels(sent.packet[9], sent.len[9]), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sweep_comes_back_once_the_preskip_is_removed),
	    cmocka_unit_test(constant_packets_all_have_the_same_size),
	    cmocka_unit_test(settings_that_opus_does_not_have_are_refused),
	    cmocka_unit_test(a_packet_that_does_not_fit_is_refused),
	    cmocka_unit_test(
		bytes_that_are_not_opus_are_refused_and_the_decoder_goes_on),
	    cmocka_unit_test(random_bytes_never_break_the_decoder),
	    cmocka_unit_test(channels_are_read_from_the_first_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
