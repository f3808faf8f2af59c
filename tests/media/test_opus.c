/* SPDX-License-Identifier: MIT */
#include "sound.h"

#include <silbo/media.h>

#define FRAME 960
#define FRAMES 50
#define TOTAL (FRAME * FRAMES)

static const struct silbo_encoder_config usual = {.channels = 1,
    .bitrate = 32000,
    .frame = FRAME,
    .complexity = 5,
    .constant = true};

/* A stream of packets, and the sound that they were made from. */
struct stream {
	float pcm[TOTAL * 2];
	uint8_t packet[TOTAL / 120][SILBO_MEDIA_PACKET_MAX];
	size_t len[TOTAL / 120];
	uint16_t preskip;
};

static struct stream sent;
static float heard[TOTAL * 2 + SILBO_MEDIA_FRAME_MAX * 2];

static void
open_sender(
    const struct silbo_encoder_config *config, struct silbo_encoder **encoder)
{
	assert_int_equal(silbo_encoder_open(encoder, config), 0);
	sent.preskip = silbo_encoder_preskip(*encoder);
}

static void
encode_all(
    struct silbo_encoder *encoder, const struct silbo_encoder_config *config)
{
	for (size_t i = 0; i < TOTAL / config->frame; i++) {
		int n = silbo_encoder_encode(encoder, sent.packet[i],
		    SILBO_MEDIA_PACKET_MAX,
		    sent.pcm + i * config->frame * (size_t)config->channels);

		assert_true(n >= 1);
		sent.len[i] = (size_t)n;
	}
	silbo_encoder_close(encoder);
}

static void
send_tone(const struct silbo_encoder_config *config, double hz)
{
	struct silbo_encoder *encoder;

	open_sender(config, &encoder);
	sound_tone(sent.pcm, TOTAL, config->channels, hz, 48000, 0.25);
	encode_all(encoder, config);
}

static struct silbo_decoder *
decoder_of(int channels)
{
	struct silbo_decoder *decoder;

	assert_int_equal(silbo_decoder_open(&decoder, channels), 0);
	return decoder;
}

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
		    rows[r].bitrate, rows[r].frame, 5, rows[r].constant};
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
	    /* 1 */ {0, 32000, 960, 5, true},
	    /* 2 */ {3, 32000, 960, 5, true},
	    /* 3 */ {1, 5999, 960, 5, true},
	    /* 4 */ {1, 510001, 960, 5, true},
	    /* 5 */ {1, 32000, 0, 5, true},
	    /* 6 */ {1, 32000, 961, 5, true},
	    /* 7 */ {1, 32000, 5760, 5, true},
	    /* 8 */ {1, 32000, 960, 11, true},
	    /* 9 */ {1, 32000, 960, -1, true},
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

static void
concealment_sounds_for_60_ms_then_fades_to_silence_by_200_ms(void **state)
{
	(void)state;
	for (size_t m = 0; m < 3; m++) {
		struct silbo_decoder *decoder = listen_to_mode(m);
		size_t at = FRAME;

		/* in odd pieces: 10 ms and one sample */
		for (; at < FRAME + 19200; at += 481)
			assert_int_equal(
			    silbo_decoder_conceal(decoder, heard + at, 481),
			    481);

		/* 60 ms, about as loud as before; Opus fades a little too */
		assert_true(sound_rms(heard + FRAME, 2880) >
		    0.3 * sound_rms(heard, FRAME));
		/* it fades: at 180 ms the gain is a seventh */
		assert_true(sound_rms(heard + FRAME + 8640, 960) <
		    0.2 * sound_rms(heard + FRAME, 960));
		for (size_t i = FRAME + 9600; i < at; i++)
			assert_true(heard[i] == 0.0f);
		assert_true(heard[FRAME + 4800] != 0.0f);
		silbo_decoder_close(decoder);
	}
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
	    cmocka_unit_test(
		concealment_sounds_for_60_ms_then_fades_to_silence_by_200_ms),
	    cmocka_unit_test(loss_and_recovery_do_not_click),
	    cmocka_unit_test(any_number_of_samples_can_be_concealed),
	    cmocka_unit_test(pieces_of_concealment_are_the_whole_concealment),
	    cmocka_unit_test(before_the_first_packet_there_is_silence),
	    cmocka_unit_test(channels_are_read_from_the_first_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
