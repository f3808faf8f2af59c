/* SPDX-License-Identifier: MIT */
/*
 * Raw samples through a descriptor: signed 16 bit, little endian, interleaved.
 *
 * Decides that nobody at the other end of a pipe can stop us: what is not there
 * yet is not waited for, and what is not taken is kept for a second and dropped
 * then.  The descriptor's flags stay as they are, since others may share them;
 * poll(2) says what can be moved without waiting.  Refuses to know what is at
 * the other end, and what a missing sample means.
 */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pcm.h"
#include "run.h"

/* A pipe that is ready takes as much without blocking (POSIX, write). */
#define PIECE ((size_t)PIPE_BUF)

/* A player takes some sound in less than this, or it hangs. */
#define PATIENCE_MS 400

struct pcm_reader {
	int fd;
	size_t width; /* bytes of a sample of all channels */
	bool ended;
	size_t held;
	uint8_t bytes[PIECE];
};

struct pcm_writer {
	int fd;
	size_t width;
	uint64_t dropped;
	size_t at, held; /* in the ring */
	size_t cap;
	uint8_t ring[];
};

static bool
is_ready(int fd, short events, int wait_ms)
{
	struct pollfd polled = {.fd = fd, .events = events};
	int n;

	do
		n = poll(&polled, 1, wait_ms);
	while (n < 0 && errno == EINTR);
	return n > 0;
}

/* ---- reading ---- */

int
pcm_reader_open(struct pcm_reader **reader, int fd, int channels)
{
	struct pcm_reader *r = calloc(1, sizeof *r);

	if (r == NULL)
		return SILBO_ERR_SYSTEM;
	r->fd = fd;
	r->width = 2 * (size_t)channels;
	*reader = r;
	return 0;
}

void
pcm_reader_close(struct pcm_reader *reader)
{
	free(reader);
}

bool
pcm_reader_ended(const struct pcm_reader *reader)
{
	return reader->ended;
}

/* Take at most `want` bytes in all to those that are held.  Returns false when
 * there is nothing to be had now. */
static bool
take(struct pcm_reader *r, size_t want, int *err)
{
	ssize_t n;

	if (want > sizeof r->bytes)
		want = sizeof r->bytes / r->width * r->width;
	if (r->ended || !is_ready(r->fd, POLLIN, 0))
		return false;
	n = read(r->fd, r->bytes + r->held, want - r->held);
	if (n > 0)
		r->held += (size_t)n;
	else if (n == 0)
		r->ended = true;
	else if (errno == EINTR)
		return true;
	else if (errno != EAGAIN && errno != EWOULDBLOCK)
		*err = SILBO_ERR_SYSTEM;
	return n > 0;
}

/* Turn the whole samples that are held into numbers.  Returns how many. */
static uint32_t
convert(struct pcm_reader *r, float *pcm)
{
	size_t samples = r->held / r->width, used = samples * r->width;

	for (size_t i = 0; i < used; i += 2) {
		uint16_t bits = (uint16_t)(r->bytes[i] | r->bytes[i + 1] << 8);

		*pcm++ = (float)(int16_t)bits / 32768.0f;
	}
	r->held -= used;
	memmove(r->bytes, r->bytes + used, r->held);
	return (uint32_t)samples;
}

int
pcm_reader_read(struct pcm_reader *reader, float *pcm, uint32_t samples)
{
	size_t channels = reader->width / 2;
	uint32_t done = 0;
	int err = 0;

	assert(samples <= INT32_MAX);
	while (done < samples &&
	    take(reader, (samples - done) * reader->width, &err))
		done += convert(reader, pcm + done * channels);
	return done > 0 ? (int)done : err;
}

/* ---- writing ---- */

int
pcm_writer_open(struct pcm_writer **writer, int fd, int channels)
{
	size_t width = 2 * (size_t)channels;
	size_t cap = SILBO_SAMPLES_PER_S * width;
	struct pcm_writer *w = calloc(1, sizeof *w + cap);

	if (w == NULL)
		return SILBO_ERR_SYSTEM;
	w->fd = fd;
	w->width = width;
	w->cap = cap;
	*writer = w;
	return 0;
}

void
pcm_writer_close(struct pcm_writer *writer)
{
	free(writer);
}

/* Write a piece of what is held.  Returns how much went, or SILBO_ERR_SYSTEM.
 */
static int
push_piece(struct pcm_writer *w)
{
	size_t len = w->cap - w->at;
	ssize_t n;

	if (len > w->held)
		len = w->held;
	if (len > PIECE)
		len = PIECE;
	n = write(w->fd, w->ring + w->at, len);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n < 0)
		return SILBO_ERR_SYSTEM;
	w->at = (w->at + (size_t)n) % w->cap;
	w->held -= (size_t)n;
	return (int)n;
}

int
pcm_writer_drain(struct pcm_writer *writer, silbo_time until)
{
	while (writer->held > 0 &&
	    is_ready(writer->fd, POLLOUT, run_wait_ms(until, PATIENCE_MS))) {
		int n = push_piece(writer);

		if (n < 0)
			return n;
	}
	return 0;
}

static void
keep(struct pcm_writer *w, float x)
{
	uint16_t bits = (uint16_t)silbo_audio_to_16_bit(x);
	size_t end = (w->at + w->held) % w->cap;

	/* The ring holds whole samples, so none is torn at its end. */
	w->ring[end] = (uint8_t)bits;
	w->ring[end + 1] = (uint8_t)(bits >> 8);
	w->held += 2;
}

int
pcm_writer_write(struct pcm_writer *writer, const float *pcm, uint32_t samples)
{
	size_t channels = writer->width / 2;

	for (uint32_t i = 0; i < samples; i++, pcm += channels) {
		if (writer->cap - writer->held < writer->width &&
		    pcm_writer_drain(writer, 0) < 0)
			return SILBO_ERR_SYSTEM;
		if (writer->cap - writer->held < writer->width) {
			writer->dropped += samples - i;
			break;
		}
		for (size_t c = 0; c < channels; c++)
			keep(writer, pcm[c]);
	}
	return pcm_writer_drain(writer, 0);
}

uint64_t
pcm_writer_dropped(const struct pcm_writer *writer)
{
	/* What is still held has not reached anybody either. */
	return writer->dropped +
	    (writer->held + writer->width - 1) / writer->width;
}
