/* SPDX-License-Identifier: MIT */
/*
 * What a trial adds to the codec: 10 s of a voice over a link that loses 5 %,
 * decoded and concealed as play-out hands it out, beside the codec alone with
 * the same packets and the same gaps.
 */
#include <silbo/media.h>
#include <silbo/trial.h>

#include "bench.h"

#define PACKETS 500
#define FRAME 960
#define FRAMES_MAX (2 * PACKETS)
#define MISSING SIZE_MAX

static uint8_t packets[PACKETS][SILBO_MEDIA_PACKET_MAX];
static size_t lengths[PACKETS];
static struct silbo_link_phase phase;
static struct silbo_trial *trial;
static struct silbo_decoder *decoder;

/* What was handed out: packets and gaps, in order. */
static size_t heard[FRAMES_MAX];
static uint32_t durations[FRAMES_MAX];
static size_t heard_count;

static void
encode_all(void)
{
	const struct silbo_encoder_config config = {.channels = 1,
	    .bitrate = 32000,
	    .frame = FRAME,
	    .complexity = 10,
	    .constant = true};
	struct silbo_audio_source *source;
	struct silbo_encoder *encoder;

	bench_check(silbo_encoder_open(&encoder, &config) == 0);
	bench_check(
	    silbo_audio_source_open_signal(&source, "voice", 1, 0) == 0);
	for (size_t i = 0; i < PACKETS; i++) {
		float pcm[FRAME];
		int bytes;

		bench_check(
		    silbo_audio_source_read(source, pcm, FRAME) == FRAME);
		bytes = silbo_encoder_encode(
		    encoder, packets[i], sizeof(packets[i]), pcm);
		bench_check(bytes > 0);
		lengths[i] = (size_t)bytes;
	}
	silbo_audio_source_close(source);
	silbo_encoder_close(encoder);
}

static void
play(size_t packet, uint32_t duration)
{
	static float pcm[SILBO_MEDIA_FRAME_MAX];

	if (packet == MISSING)
		bench_check(silbo_decoder_conceal(decoder, pcm, duration) > 0);
	else
		bench_check(silbo_decoder_decode(decoder, pcm, packets[packet],
				lengths[packet]) == FRAME);
}

static void
prepare(void)
{
	struct silbo_trial_config c;
	static void *memory;

	silbo_decoder_close(decoder);
	bench_check(silbo_decoder_open(&decoder, 1) == 0);
	silbo_link_config_init(&phase.config);
	phase.config.delay.base_ns = 20 * SILBO_NS_PER_MS;
	phase.config.loss.kind = SILBO_LOSS_RANDOM;
	phase.config.loss.random = 0.05;
	silbo_trial_config_init(&c);
	c.payloads = PACKETS;
	c.phases = &phase;
	c.phases_count = 1;
	if (memory == NULL) {
		encode_all();
		memory = malloc(silbo_trial_size(&c));
	}
	bench_check(memory != NULL);
	trial = silbo_trial_init(memory, &c);
}

BENCH_RUN
run_codec_trial(void)
{
	struct silbo_trial_step step;
	enum silbo_trial_kind kind;

	heard_count = 0;
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		const struct silbo_frame *frame = &step.frame;
		size_t packet = MISSING;

		if (kind == SILBO_TRIAL_PAYLOAD) {
			bench_check(
			    silbo_trial_put(trial, packets[step.payload],
				lengths[step.payload], 0) == 0);
			continue;
		}
		if (frame->kind == SILBO_FRAME_NORMAL)
			packet = (size_t)frame->number;
		play(packet, frame->duration);
		bench_check(heard_count < FRAMES_MAX);
		durations[heard_count] = frame->duration;
		heard[heard_count++] = packet;
	}
}

static void
prepare_alone(void)
{
	prepare();
	if (heard_count == 0)
		run_codec_trial();
	prepare();
}

BENCH_RUN
run_codec_alone(void)
{
	for (size_t i = 0; i < heard_count; i++)
		play(heard[i], durations[i]);
}

const struct bench_case bench_codec[] = {
    {"trial_codec", "codec alone", true, PACKETS, prepare_alone,
	run_codec_alone},
    {"trial_codec", "trial", false, PACKETS, prepare, run_codec_trial},
    {.name = NULL},
};
