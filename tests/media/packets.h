/* SPDX-License-Identifier: MIT */
/*
 * A second of sound in Opus packets, for the tests that need some.
 */
#ifndef SILBO_TESTS_PACKETS_H
#define SILBO_TESTS_PACKETS_H

#include "sound.h"

#include <silbo/media.h>

#define FRAME 960
#define FRAMES 50
#define TOTAL (FRAME * FRAMES)

static const struct silbo_encoder_config usual = {.channels = 1,
    .bitrate = 32000,
    .frame = FRAME,
    .complexity = 5,
    .voice = true,
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

static inline void
open_sender(
    const struct silbo_encoder_config *config, struct silbo_encoder **encoder)
{
	assert_int_equal(silbo_encoder_open(encoder, config), 0);
	sent.preskip = silbo_encoder_preskip(*encoder);
}

static inline void
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

static inline void
send_tone(const struct silbo_encoder_config *config, double hz)
{
	struct silbo_encoder *encoder;

	open_sender(config, &encoder);
	sound_tone(sent.pcm, TOTAL, config->channels, hz, 48000, 0.25);
	encode_all(encoder, config);
}

static inline struct silbo_decoder *
decoder_of(int channels)
{
	struct silbo_decoder *decoder;

	assert_int_equal(silbo_decoder_open(&decoder, channels), 0);
	return decoder;
}

#endif
