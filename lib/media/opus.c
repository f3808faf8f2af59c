/* SPDX-License-Identifier: MIT */
/*
 * Opus as silbo uses it: one packet in or out, or a stretch made up for what
 * is missing.
 *
 * Decides how concealment fades, how it is cut into the durations that Opus
 * can conceal, and how the next good packet is joined to it.  Refuses to know
 * why a packet is missing, and everything about datagrams and play-out.
 */
#include <silbo/media.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <opus.h>

/*
 * Concealment repeats what was heard.  Up to 60 ms that is a guess worth
 * hearing; later it is a buzz, so it fades and is silent by 200 ms.
 */
#define FADE_FROM 2880
#define SILENT_AT 9600

/* Samples over which a good packet takes over from what was made up. */
#define JOIN 120

/*
 * Opus conceals in steps of 2.5 ms.  SILK works in 10 ms: asked for less, it
 * moves on by 10 ms and hands out the beginning, which would tear the sound.
 */
#define STEP_CELT 120
#define STEP_SILK 480

struct silbo_encoder {
	OpusEncoder *opus;
	uint16_t frame;
	uint16_t preskip;
};

struct silbo_decoder {
	OpusDecoder *opus;
	size_t channels;
	uint32_t step;    /* of concealment, after the last good packet */
	uint32_t missing; /* samples since then; stays at SILENT_AT */
	uint32_t spare;   /* samples concealed ahead of what was asked */
	float ahead[STEP_SILK * SILBO_MEDIA_CHANNELS_MAX];
};

static bool
is_frame(uint16_t samples)
{
	return samples == 120 || samples == 240 || samples == 480 ||
	    samples == 960 || samples == 1920 || samples == 2880;
}

static int
configure(
    struct silbo_encoder *encoder, const struct silbo_encoder_config *config)
{
	OpusEncoder *opus = encoder->opus;
	opus_int32 lookahead = 0;

	if (!is_frame(config->frame) || config->bitrate < 6000 ||
	    config->bitrate > 510000)
		return SILBO_ERR_CODEC;
	if (opus_encoder_ctl(
		opus, OPUS_SET_BITRATE((opus_int32)config->bitrate)) ||
	    opus_encoder_ctl(opus, OPUS_SET_COMPLEXITY(config->complexity)) ||
	    opus_encoder_ctl(opus, OPUS_SET_VBR(config->constant ? 0 : 1)) ||
	    opus_encoder_ctl(opus, OPUS_GET_LOOKAHEAD(&lookahead)))
		return SILBO_ERR_CODEC;
	encoder->frame = config->frame;
	encoder->preskip = (uint16_t)lookahead;
	return 0;
}

int
silbo_encoder_open(
    struct silbo_encoder **encoder, const struct silbo_encoder_config *config)
{
	struct silbo_encoder *e = calloc(1, sizeof *e);
	int err;

	if (e == NULL)
		return SILBO_ERR_SYSTEM;
	e->opus = opus_encoder_create(SILBO_SAMPLES_PER_S, config->channels,
	    config->voice ? OPUS_APPLICATION_VOIP : OPUS_APPLICATION_AUDIO,
	    &err);
	if (e->opus == NULL || configure(e, config) < 0) {
		silbo_encoder_close(e);
		return SILBO_ERR_CODEC;
	}
	*encoder = e;
	return 0;
}

void
silbo_encoder_close(struct silbo_encoder *encoder)
{
	if (encoder == NULL)
		return;
	if (encoder->opus != NULL)
		opus_encoder_destroy(encoder->opus);
	free(encoder);
}

uint16_t
silbo_encoder_preskip(const struct silbo_encoder *encoder)
{
	return encoder->preskip;
}

int
silbo_encoder_encode(
    struct silbo_encoder *encoder, uint8_t *out, size_t cap, const float *pcm)
{
	opus_int32 room = cap < INT32_MAX ? (opus_int32)cap : INT32_MAX;
	opus_int32 n =
	    opus_encode_float(encoder->opus, pcm, encoder->frame, out, room);

	return n > 0 ? n : SILBO_ERR_CODEC;
}

int
silbo_decoder_open(struct silbo_decoder **decoder, int channels)
{
	struct silbo_decoder *d = calloc(1, sizeof *d);
	int err;

	if (d == NULL)
		return SILBO_ERR_SYSTEM;
	d->opus = opus_decoder_create(SILBO_SAMPLES_PER_S, channels, &err);
	if (d->opus == NULL) {
		silbo_decoder_close(d);
		return SILBO_ERR_CODEC;
	}
	d->channels = (size_t)channels;
	d->step = STEP_CELT;
	d->missing = SILENT_AT; /* before the first packet there is silence */
	*decoder = d;
	return 0;
}

void
silbo_decoder_close(struct silbo_decoder *decoder)
{
	if (decoder == NULL)
		return;
	if (decoder->opus != NULL)
		opus_decoder_destroy(decoder->opus);
	free(decoder);
}

/* How loud concealment is, `missing` samples after the last good packet. */
static float
gain_at(uint32_t missing)
{
	if (missing <= FADE_FROM)
		return 1.0f;
	if (missing >= SILENT_AT)
		return 0.0f;
	return (float)(SILENT_AT - missing) / (float)(SILENT_AT - FADE_FROM);
}

/*
 * Opus itself blends a packet into its own concealment.  What it cannot know
 * is that we played less of it than it made, and that we faded it: so the
 * unplayed rest is cross-faded, and the gain comes up from where it was.
 */
static void
join(struct silbo_decoder *d, float *pcm, uint32_t samples)
{
	uint32_t rest = d->spare < JOIN ? d->spare : JOIN;
	float gain = gain_at(d->missing);

	for (uint32_t i = 0; i < JOIN && i < samples; i++) {
		float up = (float)(i + 1) / (JOIN + 1);
		float now = gain + (1.0f - gain) * up;
		float ours = i < rest ? (float)(i + 1) / (float)(rest + 1) : 1;

		for (size_t c = 0; c < d->channels; c++) {
			size_t at = i * d->channels + c;
			float made = i < rest ? d->ahead[at] : 0.0f;

			pcm[at] = now * (ours * pcm[at] + (1 - ours) * made);
		}
	}
}

int
silbo_decoder_decode(struct silbo_decoder *decoder, float *pcm,
    const uint8_t *packet, size_t len)
{
	int n;

	/* To Opus no bytes mean "conceal"; to us they are no packet. */
	if (len == 0 || len > INT32_MAX)
		return SILBO_ERR_CODEC;
	n = opus_decode_float(decoder->opus, packet, (opus_int32)len, pcm,
	    SILBO_MEDIA_FRAME_MAX, 0);
	if (n <= 0)
		return SILBO_ERR_CODEC;
	if (decoder->missing > 0)
		join(decoder, pcm, (uint32_t)n);
	/* RFC 6716 section 3.1: configurations 16 to 31 are CELT alone. */
	decoder->step = packet[0] & 0x80 ? STEP_CELT : STEP_SILK;
	decoder->missing = 0;
	decoder->spare = 0;
	return n;
}

static void
conceal(struct silbo_decoder *d, float *pcm, uint32_t samples)
{
	int n = opus_decode_float(d->opus, NULL, 0, pcm, (int)samples, 0);

	assert(n == (int)samples);
	(void)n;
}

/* Hand out up to `samples` of those concealed ahead. */
static uint32_t
take_ahead(struct silbo_decoder *d, float *pcm, uint32_t samples)
{
	uint32_t n = samples < d->spare ? samples : d->spare;
	size_t frame = d->channels * sizeof *pcm;

	memcpy(pcm, d->ahead, n * frame);
	d->spare -= n;
	memmove(d->ahead, d->ahead + n * d->channels, d->spare * frame);
	return n;
}

int
silbo_decoder_conceal(
    struct silbo_decoder *decoder, float *pcm, uint32_t samples)
{
	size_t channels = decoder->channels;
	uint32_t done, whole;

	assert(samples <= SILBO_MEDIA_FRAME_MAX);
	if (decoder->missing >= SILENT_AT) {
		memset(pcm, 0, samples * channels * sizeof *pcm);
		decoder->spare = 0;
		return (int)samples;
	}

	done = take_ahead(decoder, pcm, samples);
	whole = (samples - done) / decoder->step * decoder->step;
	if (whole > 0)
		conceal(decoder, pcm + done * channels, whole);
	done += whole;
	if (done < samples) {
		conceal(decoder, decoder->ahead, decoder->step);
		decoder->spare = decoder->step;
		take_ahead(decoder, pcm + done * channels, samples - done);
	}

	for (uint32_t i = 0; i < samples; i++)
		for (size_t c = 0; c < channels; c++)
			pcm[i * channels + c] *= gain_at(decoder->missing + i);
	decoder->missing += samples;
	if (decoder->missing > SILENT_AT)
		decoder->missing = SILENT_AT;
	return (int)samples;
}

int
silbo_opus_channels(const uint8_t *packet, size_t len)
{
	if (len == 0)
		return 0;
	return packet[0] & 0x04 ? 2 : 1;
}
