/* SPDX-License-Identifier: MIT */
/*
 * One point with one seed: the real sender and receiver in virtual time, with
 * or without sound, checked against the truth as it goes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <silbo/media.h>
#include <silbo/score.h>

#include "lab.h"

#define IP_UDP_BYTES 28
#define TOO_MANY "too many datagrams would be on the way at once"

/* A run on its way. */
struct run {
	struct lab_stream stream;
	const struct lab_packets *packets; /* NULL: no sound */
	const float *sent;
	uint64_t samples; /* that are sent */
	float *heard;
	struct silbo_decoder *decoder;
	struct silbo_trial *trial;
	silbo_time start;
	double delay_sum_ms;
	uint64_t handed_out;
};

static void
note(struct lab_result *result, const char *text)
{
	if (result->broken[0] == '\0')
		snprintf(result->broken, sizeof(result->broken), "%.*s",
		    (int)sizeof(result->broken) - 1, text);
}

/* ---- sound ---- */

/* Where a frame belongs in what is heard; the codec's delay is cut off. */
static void
keep(struct run *run, const struct silbo_frame *frame, const float *pcm)
{
	uint64_t preskip = run->packets->preskip;

	for (uint32_t i = 0; i < frame->duration; i++) {
		uint64_t at = frame->position + i;

		if (at >= preskip && at - preskip < run->samples)
			run->heard[at - preskip] = pcm[i];
	}
}

static void
hear(struct run *run, const struct silbo_frame *frame)
{
	static float pcm[SILBO_MEDIA_FRAME_MAX];
	bool is_payload = frame->kind == SILBO_FRAME_NORMAL ||
	    frame->kind == SILBO_FRAME_REPAIRED;
	uint32_t duration = frame->duration;

	if (frame->kind == SILBO_FRAME_PAUSE || duration == 0)
		return;
	if (is_payload &&
	    silbo_decoder_decode(run->decoder, pcm, frame->payload,
		frame->payload_bytes) == (int)duration) {
		keep(run, frame, pcm);
		return;
	}
	for (uint32_t done = 0; done < duration;) {
		struct silbo_frame part = *frame;

		part.position = frame->position + done;
		part.duration = duration - done < SILBO_MEDIA_FRAME_MAX
		    ? duration - done
		    : SILBO_MEDIA_FRAME_MAX;
		silbo_decoder_conceal(run->decoder, pcm, part.duration);
		keep(run, &part, pcm);
		done += part.duration;
	}
}

static void
score(struct run *run, const struct lab *lab, size_t point, uint64_t seed,
    struct lab_result *result)
{
	struct silbo_audio_sink *sink;
	struct silbo_score score;
	const char *why;
	char path[512];
	int status;

	result->scored = silbo_score_compare(&score, run->sent, run->heard,
			     run->samples, &why) == 0;
	if (result->scored) {
		result->mos = score.mos;
		result->estoi = score.estoi;
		result->distance_db = score.distance_db;
	}
	if (lab->wav_directory == NULL)
		return;
	if ((size_t)snprintf(path, sizeof path, "%s/point-%04zu-seed-%llu.wav",
		lab->wav_directory, point + 1,
		(unsigned long long)seed) >= sizeof path ||
	    silbo_audio_sink_open(&sink, path, 1) < 0) {
		note(result, "cannot write the WAV file");
		return;
	}
	status =
	    silbo_audio_sink_write(sink, run->heard, (uint32_t)run->samples);
	if (silbo_audio_sink_close(sink) < 0 || status < 0)
		note(result, "cannot write the WAV file");
}

/* ---- the stream ---- */

static void
feed(struct run *run, uint64_t payload, struct lab_result *result)
{
	static uint8_t bytes[SILBO_WIRE_MTU_MAX];
	const struct lab_packets *p = run->packets;
	const uint8_t *data = bytes;
	size_t len = (size_t)((double)run->stream.bitrate *
	    (double)run->stream.frame_ns / 8e9);
	int status;

	if (p != NULL) {
		data = p->bytes + p->offsets[payload];
		len = (size_t)(p->offsets[payload + 1] - p->offsets[payload]);
	}
	status = silbo_trial_put(run->trial, data, len, 0);
	if (status < 0)
		note(result,
		    status == SILBO_ERR_TOO_LARGE
			? "a payload does not fit a datagram"
			: TOO_MANY);
}

/* When the payload left: its place in the schedule.  A number that did not come
 * yet, or left later, is what damage made of another. */
static void
count_frame(struct run *run, const struct lab_truth *truth,
    const struct silbo_trial_step *step)
{
	silbo_time left;

	if (step->frame.kind != SILBO_FRAME_NORMAL &&
	    step->frame.kind != SILBO_FRAME_REPAIRED)
		return;
	if (!lab_truth_came(truth, step->frame.number))
		return;
	left = run->start + step->frame.number * (uint64_t)run->stream.frame_ns;
	if (left > step->at)
		return;
	run->delay_sum_ms += (double)(step->at - left) / 1e6;
	run->handed_out++;
}

/* All of it.  False: it was not run to its end. */
static bool
drive(struct run *run, struct lab_truth *truth, struct lab_result *result)
{
	struct silbo_trial_step step;
	enum silbo_trial_kind kind;

	while (
	    (kind = silbo_trial_get(run->trial, &step)) != SILBO_TRIAL_DONE) {
		lab_truth_step(truth, kind, &step);
		if (kind == SILBO_TRIAL_PAYLOAD) {
			if (step.payload == 0)
				run->start = step.at;
			feed(run, step.payload, result);
			if (result->broken[0] != '\0')
				return false;
		} else if (kind == SILBO_TRIAL_FRAME) {
			count_frame(run, truth, &step);
			if (run->packets != NULL)
				hear(run, &step.frame);
		} else if (kind != SILBO_TRIAL_FATE &&
		    kind != SILBO_TRIAL_ARRIVAL) {
			note(result, TOO_MANY);
			return false;
		}
	}
	return true;
}

static void
collect(const struct run *run, const struct lab_truth *truth,
    struct lab_result *result)
{
	struct silbo_stream_report received;
	struct silbo_sender_report sent;

	silbo_trial_report(run->trial, 0, &sent, NULL, NULL, &received);
	result->played = received.playout.played;
	result->repaired = received.playout.repaired;
	result->concealed = received.playout.concealed;
	result->late = received.playout.late;
	result->overflow = received.playout.overflow;
	/* What it never heard of counts as well: a head, a tail, all. */
	result->lost = result->payloads - received.track.unique;
	result->duplicate = received.track.duplicate;
	result->reordered = received.track.reordered;
	result->loss_runs = lab_truth_runs(truth);
	result->delay_ms = run->handed_out > 0
	    ? run->delay_sum_ms / (double)run->handed_out
	    : NAN;
	result->span_s =
	    (double)result->payloads * (double)run->stream.frame_ns / 1e9;
	result->wire_bps = 8 *
	    ((double)sent.bytes +
		(double)IP_UDP_BYTES * (double)(sent.data + sent.info)) /
	    result->span_s;
}

/* The sound of a run: what is sent, and room for what is heard. */
static bool
prepare_sound(struct run *run, const struct lab *lab,
    struct silbo_trial_config *c, struct lab_result *result)
{
	if (run->packets == NULL)
		return true;
	if (run->packets->count == 0) {
		note(result, "the encoder refuses this bit rate or frame");
		return false;
	}
	c->preskip = run->packets->preskip;
	c->channels = 1;
	c->format = SILBO_FORMAT_OPUS;
	if (run->stream.duration_ns == 0 || c->payloads > run->packets->count)
		c->payloads = run->packets->count;
	run->samples = c->payloads * c->duration - c->preskip;
	if (run->samples > lab->sound.samples)
		run->samples = lab->sound.samples;
	c->samples = run->samples;
	run->sent = lab->sound.pcm;
	run->heard = calloc(run->samples, sizeof(float));
	if (run->heard != NULL && silbo_decoder_open(&run->decoder, 1) == 0)
		return true;
	note(result, "not enough memory");
	return false;
}

static bool
prepare(struct run *run, const struct lab *lab, const struct scenario *s,
    uint64_t seed, struct lab_result *result)
{
	/* Of no secret: nobody listens. */
	static const uint8_t master[SILBO_KEY_MASTER_BYTES] = "silbo";
	const struct lab_stream *stream = &run->stream;
	struct silbo_trial_config c;
	struct silbo_key key;
	void *memory;

	silbo_trial_config_init(&c);
	silbo_key_init(&key, master);
	c.duration = (uint16_t)silbo_ns_to_samples((uint64_t)stream->frame_ns);
	run->packets = lab_packets(&lab->sound, stream->bitrate, c.duration);
	c.payloads = (uint64_t)(stream->duration_ns > 0 ? stream->duration_ns
							: LAB_SPAN_DEFAULT) /
	    (uint64_t)stream->frame_ns;
	if (!prepare_sound(run, lab, &c, result))
		return false;
	c.key = stream->encrypted ? &key : NULL;
	c.bitrate = (uint32_t)stream->bitrate;
	c.stream.playout.delay_ns = (silbo_time)stream->playout_ns;
	c.stream.playout.frames = SILBO_PLAYOUT_FRAMES_MAX / 4;
	c.stream.wait_ns = (silbo_time)stream->wait_ns;
	c.phases = s->ways[SCENARIO_FORTH].phases;
	c.phases_count = s->ways[SCENARIO_FORTH].count;
	c.receiver_clock.ppb = (int32_t)(stream->clock_ppm * 1000);
	c.in_flight =
	    lab_room(&s->ways[SCENARIO_FORTH], stream, (double)c.payloads);
	c.seed = seed;
	c.watch = true;
	result->payloads = c.payloads;
	if (c.in_flight == 0) {
		note(result, TOO_MANY);
		return false;
	}
	memory = malloc(silbo_trial_size(&c));
	if (memory == NULL) {
		note(result, "not enough memory");
		return false;
	}
	run->trial = silbo_trial_init(memory, &c);
	silbo_key_reset(&key);
	return true;
}

void
lab_run(const struct lab *lab, size_t point, uint64_t seed,
    struct lab_result *result)
{
	static struct scenario scenario; /* large */
	struct lab_truth *truth = NULL;
	struct run run = {0};
	struct model_why why;

	memset(result, 0, sizeof(*result));
	if (!lab_settle(lab, point, &scenario, &run.stream, &why)) {
		note(result, why.what);
		return;
	}
	if (prepare(&run, lab, &scenario, seed, result) &&
	    (truth = lab_truth_open(result->payloads)) == NULL)
		note(result, "not enough memory");
	if (truth != NULL && drive(&run, truth, result)) {
		lab_truth_check(
		    truth, run.trial, result->broken, sizeof(result->broken));
		collect(&run, truth, result);
		if (run.packets != NULL)
			score(&run, lab, point, seed, result);
	}
	lab_truth_close(truth);
	silbo_decoder_close(run.decoder);
	free(run.heard);
	free(run.trial);
}
