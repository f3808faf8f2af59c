/* SPDX-License-Identifier: MIT */
/*
 * The sound of an experiment: read once, encoded once for each bit rate and
 * frame that the points ask for.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <silbo/media.h>

#include "cli.h"
#include "lab.h"

#define LENGTH_MAX (600u * SILBO_SAMPLES_PER_S)

static bool
refuse(const struct lab *lab, const char *why)
{
	char quoted[256];

	cli_error("cannot use the sound '%s': %s",
	    cli_quote(quoted, sizeof quoted, lab->stream.audio), why);
	return false;
}

/* All of a source as one channel; what hinders, or NULL. */
static const char *
read_all(struct lab_sound *sound, struct silbo_audio_source *source)
{
	static float pcm[SILBO_MEDIA_FRAME_MAX * SILBO_MEDIA_CHANNELS_MAX];
	struct silbo_audio_info info;
	int got;

	silbo_audio_source_info(source, &info);
	sound->pcm = malloc(LENGTH_MAX * sizeof(float));
	if (sound->pcm == NULL)
		return "not enough memory";
	while ((got = silbo_audio_source_read(
		    source, pcm, SILBO_MEDIA_FRAME_MAX)) > 0)
		for (int i = 0; i < got && sound->samples < LENGTH_MAX; i++) {
			float x = pcm[i * info.channels];

			if (info.channels == 2)
				x = (x + pcm[i * 2 + 1]) / 2;
			sound->pcm[sound->samples++] = x;
		}
	if (got == SILBO_ERR_SYSTEM && errno == ENOMEM)
		return "not enough memory";
	return got == 0 && sound->samples > 0 ? NULL : "it is damaged";
}

static bool
encode(struct lab_sound *sound, struct lab_packets *p)
{
	const struct silbo_encoder_config config = {.channels = 1,
	    .bitrate = (uint32_t)p->bitrate,
	    .frame = p->frame,
	    .complexity = 9,
	    .constant = true};
	float frame[SILBO_MEDIA_FRAME_MAX];
	struct silbo_encoder *encoder;
	bool good = false;

	if (silbo_encoder_open(&encoder, &config) < 0)
		return false;
	p->preskip = silbo_encoder_preskip(encoder);
	p->count = (sound->samples + p->preskip + p->frame - 1) / p->frame;
	p->bytes = malloc(p->count * SILBO_MEDIA_PACKET_MAX);
	p->offsets = calloc(p->count + 1, sizeof(*p->offsets));
	if (p->bytes == NULL || p->offsets == NULL)
		goto out;
	for (uint64_t i = 0; i < p->count; i++) {
		uint64_t at = i * p->frame;
		uint64_t left = at < sound->samples ? sound->samples - at : 0;
		int len;

		if (left > p->frame)
			left = p->frame;
		memset(frame, 0, sizeof frame);
		memcpy(frame, sound->pcm + at, left * sizeof(float));
		len = silbo_encoder_encode(encoder, p->bytes + p->offsets[i],
		    SILBO_MEDIA_PACKET_MAX, frame);
		if (len <= 0)
			goto out;
		p->offsets[i + 1] = p->offsets[i] + (uint64_t)len;
	}
	good = true;
out:
	silbo_encoder_close(encoder);
	return good;
}

const struct lab_packets *
lab_packets(const struct lab_sound *sound, int64_t bitrate, uint16_t frame)
{
	for (size_t i = 0; i < sound->count; i++)
		if (sound->packets[i].bitrate == bitrate &&
		    sound->packets[i].frame == frame)
			return &sound->packets[i];
	return NULL;
}

/* What every point needs. */
static bool
encode_all(struct lab *lab)
{
	static struct scenario scratch;

	for (size_t i = 0; i < lab->points; i++) {
		struct lab_sound *sound = &lab->sound;
		struct lab_packets *p = &sound->packets[sound->count];
		struct lab_stream stream;
		struct model_why why;
		uint16_t frame;

		if (!lab_settle(lab, i, &scratch, &stream, &why))
			continue; /* named when it is run */
		frame =
		    (uint16_t)silbo_ns_to_samples((uint64_t)stream.frame_ns);
		if (lab_packets(sound, stream.bitrate, frame) != NULL)
			continue;
		if (sound->count == LAB_RATES_MAX)
			return refuse(lab, "more than 16 different encodings");
		p->bitrate = stream.bitrate;
		p->frame = frame;
		if (!encode(sound, p))
			p->count = 0; /* named when it is run */
		sound->count++;
	}
	return true;
}

const char *
lab_sound_path(const struct lab *lab, char *out, size_t cap)
{
	const char *audio = lab->stream.audio;
	const char *directory = lab->scenario.traces.directory;
	bool whole = audio[0] == '/' || directory[0] == '\0';

	if (audio[0] == '\0')
		return NULL;
	snprintf(out, cap, "%s%s%s", whole ? "" : directory, whole ? "" : "/",
	    audio);
	return out;
}

bool
lab_sound_open(struct lab *lab)
{
	struct silbo_audio_source *source;
	char path[512];
	const char *why;

	if (lab_sound_path(lab, path, sizeof path) == NULL)
		return true;
	if (silbo_audio_source_open_file(&source, path, &why) < 0)
		return refuse(lab, why);
	why = read_all(&lab->sound, source);
	silbo_audio_source_close(source);
	if (why != NULL)
		return refuse(lab, why);
	return encode_all(lab);
}

void
lab_sound_close(struct lab_sound *sound)
{
	for (size_t i = 0; i < sound->count; i++) {
		free(sound->packets[i].bytes);
		free(sound->packets[i].offsets);
	}
	free(sound->pcm);
}
