/* SPDX-License-Identifier: MIT */
/*
 * All streams in one file or pipe.  Decides where a stream begins, how long the
 * mix waits for one that lags, and that a reader who stalls or goes stops the
 * output but not the measurement.
 *
 * What is handed on is final: a stream that comes later than that is moved to
 * where the mix is.  Play-out hands out every frame when it is due, so a stream
 * lags only when its own clock was set anew.
 *
 * Nor does a stream lead: a head that was lost is handed out at once, a minute
 * of it, and would move all others.  A mix has no place for it, since nobody
 * would have heard it by now.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "mixdown.h"

/* So long the mix waits for a stream that lags: 170 ms. */
#define HOLD (MIXDOWN_RING / 2)

void
mixdown_init(struct mixdown *mix, const char *path, int channels)
{
	memset(mix, 0, sizeof *mix);
	mix->path = path;
	mix->channels = channels;
}

static void
close_output(struct mixdown *m)
{
	if (m->sink != NULL && silbo_audio_sink_close(m->sink) < 0 &&
	    m->failed_errno == 0)
		m->failed_errno = errno;
	m->sink = NULL;
}

/* What was written before stays, and has its name from now on. */
static void
fail(struct mixdown *m)
{
	m->failed_errno = errno;
	close_output(m);
}

static int
open_output(struct mixdown *m)
{
	m->opened = true;
	if (strcmp(m->path, "-") == 0)
		return pcm_writer_open(&m->pipe, STDOUT_FILENO, m->channels);
	return silbo_audio_sink_open(&m->sink, m->path, m->channels);
}

static void
emit(struct mixdown *m, const float *pcm, uint32_t samples)
{
	int err;

	if (m->failed_errno != 0)
		return;
	err = m->pipe != NULL ? pcm_writer_write(m->pipe, pcm, samples)
			      : silbo_audio_sink_write(m->sink, pcm, samples);
	if (err < 0)
		fail(m);
}

static void
flush_to(struct mixdown *m, uint64_t target)
{
	if (target > m->end)
		target = m->end;
	while (m->flushed < target) {
		size_t from = (size_t)(m->flushed % MIXDOWN_RING);
		uint64_t n = target - m->flushed;
		float *pcm = m->ring + from * (size_t)m->channels;

		if (n > MIXDOWN_RING - from)
			n = MIXDOWN_RING - from;
		emit(m, pcm, (uint32_t)n);
		memset(pcm, 0, n * (size_t)m->channels * sizeof *pcm);
		m->flushed += n;
	}
}

/* Where the mix is by the clock, while something plays. */
static uint64_t
clock_at(const struct mixdown *m, silbo_time now)
{
	return m->anchor +
	    silbo_ns_to_samples(now > m->anchor_at ? now - m->anchor_at : 0);
}

static void
enter(struct mixdown *m, struct mixdown_voice *voice, silbo_time now)
{
	if (m->voices == NULL) {
		m->anchor = m->end;
		m->anchor_at = now;
	}
	voice->at = clock_at(m, now);
	voice->playing = true;
	voice->next = m->voices;
	m->voices = voice;
}

static void
add(struct mixdown *m, uint64_t at, const float *pcm, uint32_t samples)
{
	size_t channels = (size_t)m->channels;

	for (uint32_t i = 0; i < samples; i++) {
		float *to = m->ring + (at + i) % MIXDOWN_RING * channels;

		for (size_t c = 0; c < channels; c++)
			to[c] += *pcm++;
	}
}

uint32_t
mixdown_put(struct mixdown *mix, struct mixdown_voice *voice, const float *pcm,
    uint32_t samples, bool genuine, silbo_time now)
{
	if (!voice->playing && !genuine)
		return 0;
	if (!mix->opened && open_output(mix) < 0)
		fail(mix);
	if (!voice->playing)
		enter(mix, voice, now);
	if (voice->at < mix->flushed)
		voice->at = mix->flushed;
	/* More at once than the ring holds: who is behind is moved. */
	if (voice->at + samples > mix->flushed + MIXDOWN_RING) {
		if (voice->at + samples > mix->end)
			mix->end = voice->at + samples;
		flush_to(mix, voice->at + samples - MIXDOWN_RING);
	}
	add(mix, voice->at, pcm, samples);
	voice->at += samples;
	if (voice->at > mix->end)
		mix->end = voice->at;
	if (genuine && voice->at > mix->genuine)
		mix->genuine = voice->at;
	return samples;
}

void
mixdown_leave(struct mixdown *mix, struct mixdown_voice *voice, uint64_t beyond)
{
	struct mixdown_voice **link = &mix->voices;

	if (!voice->playing)
		return;
	while (*link != voice)
		link = &(*link)->next;
	*link = voice->next;
	voice->playing = false;
	if (beyond < voice->at && voice->at - beyond > mix->genuine)
		mix->genuine = voice->at - beyond;
	if (mix->voices == NULL)
		flush_to(mix, mix->end);
}

void
mixdown_flush(struct mixdown *mix, silbo_time now)
{
	uint64_t clock = clock_at(mix, now), target = clock;

	/* Frames are ahead of the clock; who begins now begins at the clock. */
	if (mix->voices != NULL) {
		for (struct mixdown_voice *v = mix->voices; v; v = v->next)
			if (v->at < target)
				target = v->at;
		if (clock > HOLD && target < clock - HOLD)
			target = clock - HOLD;
		flush_to(mix, target);
	}
	/* A reader that was slow may have room by now. */
	mixdown_wait(mix, 0);
}

void
mixdown_wait(struct mixdown *mix, silbo_time until)
{
	if (mix->pipe != NULL && mix->failed_errno == 0 &&
	    pcm_writer_drain(mix->pipe, until) < 0)
		fail(mix);
}

uint64_t
mixdown_dropped(const struct mixdown *mix)
{
	return mix->pipe != NULL ? pcm_writer_dropped(mix->pipe) : mix->dropped;
}

int
mixdown_close(struct mixdown *mix, silbo_time until)
{
	flush_to(mix, mix->end);
	mixdown_wait(mix, until);
	if (mix->sink != NULL &&
	    silbo_audio_sink_truncate(mix->sink, mix->genuine) < 0)
		fail(mix);
	mix->dropped = mixdown_dropped(mix);
	pcm_writer_close(mix->pipe);
	mix->pipe = NULL;
	close_output(mix);
	return mix->failed_errno;
}
