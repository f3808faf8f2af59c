/* SPDX-License-Identifier: MIT */
/*
 * Recording of one stream.  Decides when the file is opened (with the first
 * frame), what is cut (the codec's pre-skip at the origin, a made-up tail at
 * the end) and that a failed disk ends the recording but not the measurement.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <silbo/wire.h>

#include "record.h"

bool
recording_name(char *out, size_t cap, const char *path, uint32_t stream)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(base, '.');
	int n;

	if (stream == 0)
		n = snprintf(out, cap, "%s", path);
	else if (dot == NULL || dot == base)
		n = snprintf(out, cap, "%s.%u", path, stream + 1);
	else
		n = snprintf(out, cap, "%.*s.%u%s", (int)(dot - path), path,
		    stream + 1, dot);
	return n > 0 && (size_t)n < cap;
}

void
recording_init(struct recording *rec)
{
	memset(rec, 0, sizeof *rec);
}

static int
open_file(struct recording *rec, const struct silbo_frame *frame,
    const struct silbo_stream_report *report)
{
	bool from_origin;

	rec->opened = true;
	rec->channels = report->described && report->info.channels > 0
	    ? report->info.channels
	    : silbo_opus_channels(frame->payload, frame->payload_bytes);
	if (rec->channels < 1)
		rec->channels = 1;
	if (rec->channels > SILBO_MEDIA_CHANNELS_MAX)
		rec->channels = SILBO_MEDIA_CHANNELS_MAX;
	from_origin =
	    report->described && report->track.base == SILBO_TRACK_BASE_FIRST;
	if (from_origin && frame->position < report->info.preskip)
		rec->skip = report->info.preskip - frame->position;
	if (silbo_decoder_open(&rec->decoder, rec->channels) < 0) {
		errno = ENOMEM;
		return -1;
	}
	return silbo_audio_sink_open(&rec->sink, rec->path, rec->channels);
}

/* Decode or make up exactly frame->duration samples. */
static void
render(struct recording *rec, float *pcm, const struct silbo_frame *frame)
{
	uint32_t have = 0;
	bool payload = frame->kind == SILBO_FRAME_NORMAL ||
	    frame->kind == SILBO_FRAME_REPAIRED;

	if (payload && frame->format == SILBO_FORMAT_OPUS) {
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

uint32_t
recording_put(struct recording *rec, const struct silbo_frame *frame,
    const struct silbo_stream_report *report)
{
	/* The longest packet, and as much again for a wrong duration. */
	static float pcm[2 * SILBO_MEDIA_FRAME_MAX * SILBO_MEDIA_CHANNELS_MAX];
	uint32_t skip, n = frame->duration;
	const float *from;

	if (frame->duration == 0 || frame->duration > SILBO_MEDIA_FRAME_MAX ||
	    rec->failed_errno != 0)
		return 0;
	if (!rec->opened && open_file(rec, frame, report) < 0) {
		rec->failed_errno = errno;
		return 0;
	}
	render(rec, pcm, frame);
	skip = rec->skip < n ? (uint32_t)rec->skip : n;
	rec->skip -= skip;
	from = pcm + (size_t)skip * (size_t)rec->channels;
	if (silbo_audio_sink_write(rec->sink, from, n - skip) < 0) {
		rec->failed_errno = errno;
		return 0;
	}
	if (frame->kind == SILBO_FRAME_NORMAL ||
	    frame->kind == SILBO_FRAME_REPAIRED)
		rec->genuine = silbo_audio_sink_samples(rec->sink);
	return n - skip;
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
	if (rec->sink != NULL) {
		if (rec->failed_errno == 0 &&
		    silbo_audio_sink_truncate(
			rec->sink, samples_to_keep(rec, playout)) < 0)
			rec->failed_errno = errno;
		rec->written = silbo_audio_sink_samples(rec->sink);
		if (silbo_audio_sink_close(rec->sink) < 0 &&
		    rec->failed_errno == 0)
			rec->failed_errno = errno;
		rec->sink = NULL;
	}
	silbo_decoder_close(rec->decoder);
	rec->decoder = NULL;
	return rec->failed_errno;
}
