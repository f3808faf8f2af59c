/* SPDX-License-Identifier: MIT */
/*
 * Recording of one stream.  Decides when the file is opened (with the first
 * frame), what is cut (the codec's pre-skip at the origin, a made-up tail at
 * the end) and that a failed disk ends the recording at once but not the
 * measurement.  Refuses to know how streams are mixed (mixdown.c).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <silbo/wire.h>

#include "record.h"

const char *
recording_suffix(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(base, '.');

	if (dot == NULL || dot == base || dot[1] == '\0')
		return base + strlen(base);
	return dot;
}

bool
recording_name(char *out, size_t cap, const char *path, uint32_t stream)
{
	const char *suffix = recording_suffix(path);
	int n;

	if (stream == 0)
		n = snprintf(out, cap, "%s", path);
	else
		n = snprintf(out, cap, "%.*s.%u%s", (int)(suffix - path), path,
		    stream + 1, suffix);
	return n > 0 && (size_t)n < cap;
}

void
recording_init(struct recording *rec, struct mixdown *mix)
{
	memset(rec, 0, sizeof *rec);
	rec->mix = mix;
}

static int
channels_of(
    const struct silbo_frame *frame, const struct silbo_stream_report *report)
{
	int channels = report->described && report->info.channels > 0
	    ? report->info.channels
	    : silbo_opus_channels(frame->payload, frame->payload_bytes);

	if (channels < 1)
		return 1;
	return channels < SILBO_MEDIA_CHANNELS_MAX ? channels
						   : SILBO_MEDIA_CHANNELS_MAX;
}

static int
open_file(struct recording *rec, const struct silbo_frame *frame,
    const struct silbo_stream_report *report)
{
	bool from_origin;

	rec->opened = true;
	rec->channels =
	    rec->mix != NULL ? rec->mix->channels : channels_of(frame, report);
	from_origin =
	    report->described && report->track.base == SILBO_TRACK_BASE_FIRST;
	if (from_origin && frame->position < report->info.preskip)
		rec->skip = report->info.preskip - frame->position;
	if (silbo_decoder_open(&rec->decoder, rec->channels) < 0) {
		errno = ENOMEM;
		return -1;
	}
	if (rec->mix != NULL)
		return 0;
	return silbo_audio_sink_open(&rec->sink, rec->path, rec->channels);
}

/* Close the file at once: what fits is valid, and has its name. */
static void
fail(struct recording *rec)
{
	rec->failed_errno = errno;
	if (rec->sink == NULL)
		return;
	rec->written = silbo_audio_sink_samples(rec->sink);
	if (silbo_audio_sink_close(rec->sink) < 0)
		rec->written = 0;
	rec->sink = NULL;
}

static bool
is_payload(const struct silbo_frame *frame)
{
	return frame->kind == SILBO_FRAME_NORMAL ||
	    frame->kind == SILBO_FRAME_REPAIRED;
}

/* Decode or make up exactly frame->duration samples. */
static void
render(struct recording *rec, float *pcm, const struct silbo_frame *frame)
{
	uint32_t have = 0;

	if (is_payload(frame) && frame->format == SILBO_FORMAT_OPUS) {
		int n = silbo_decoder_decode(
		    rec->decoder, pcm, frame->payload, frame->payload_bytes);

		if (n < 0)
			rec->undecodable++;
		else
			have = (uint32_t)n;
	}
	if (have < frame->duration)
		silbo_decoder_conceal(rec->decoder,
		    pcm + (size_t)have * (size_t)rec->channels,
		    frame->duration - have);
}

/* Returns how many have a place. */
static uint32_t
write_samples(struct recording *rec, const float *pcm, uint32_t samples,
    bool genuine, silbo_time now)
{
	if (rec->mix != NULL) {
		samples = mixdown_put(
		    rec->mix, &rec->voice, pcm, samples, genuine, now);
		rec->written += samples;
	} else if (silbo_audio_sink_write(rec->sink, pcm, samples) < 0) {
		fail(rec);
		samples = 0;
	} else if (genuine) {
		rec->genuine = silbo_audio_sink_samples(rec->sink);
	}
	return samples;
}

uint32_t
recording_put(struct recording *rec, const struct silbo_frame *frame,
    const struct silbo_stream_report *report, silbo_time now)
{
	/* The longest packet, and as much again for a wrong duration. */
	static float pcm[2 * SILBO_MEDIA_FRAME_MAX * SILBO_MEDIA_CHANNELS_MAX];
	uint32_t skip, n = frame->duration;

	if (frame->duration == 0 || frame->duration > SILBO_MEDIA_FRAME_MAX ||
	    rec->failed_errno != 0)
		return 0;
	if (!rec->opened && open_file(rec, frame, report) < 0) {
		fail(rec);
		return 0;
	}
	render(rec, pcm, frame);
	skip = rec->skip < n ? (uint32_t)rec->skip : n;
	rec->skip -= skip;
	return write_samples(rec, pcm + (size_t)skip * (size_t)rec->channels,
	    n - skip, is_payload(frame), now);
}

void
recording_pause(
    struct recording *rec, const struct silbo_playout_report *playout)
{
	if (rec->mix == NULL)
		return;
	mixdown_leave(rec->mix, &rec->voice,
	    playout->done ? playout->beyond_samples : UINT64_MAX);
}

/* The length of what the sender sent, of the samples in the file. */
static uint64_t
samples_to_keep(
    const struct recording *rec, const struct silbo_playout_report *playout)
{
	uint64_t samples = silbo_audio_sink_samples(rec->sink);

	if (!playout->done)
		return rec->genuine;
	if (playout->beyond_samples > samples)
		return 0;
	return samples - playout->beyond_samples;
}

int
recording_close(
    struct recording *rec, const struct silbo_playout_report *playout)
{
	recording_pause(rec, playout);
	if (rec->sink != NULL) {
		if (rec->failed_errno == 0 &&
		    silbo_audio_sink_truncate(
			rec->sink, samples_to_keep(rec, playout)) < 0)
			rec->failed_errno = errno;
		rec->written = silbo_audio_sink_samples(rec->sink);
		if (silbo_audio_sink_close(rec->sink) < 0) {
			rec->written = 0;
			if (rec->failed_errno == 0)
				rec->failed_errno = errno;
		}
		rec->sink = NULL;
	}
	silbo_decoder_close(rec->decoder);
	rec->decoder = NULL;
	return rec->failed_errno;
}
