/* SPDX-License-Identifier: MIT */
/*
 * Raw samples through a descriptor: signed 16 bit, little endian, interleaved.
 * Neither end of a pipe can make us wait for the other.
 *
 * It knows samples and descriptors; it does not know where they lead.
 */
#ifndef SILBO_TOOLS_PCM_H
#define SILBO_TOOLS_PCM_H

#include <silbo/media.h>

struct pcm_reader;
struct pcm_writer;

/* fd is borrowed, its flags are left alone; channels 1 or 2.  Return 0 or
 * SILBO_ERR_SYSTEM (no memory).  close accepts NULL and keeps fd open. */
SILBO_MUST_USE
int pcm_reader_open(struct pcm_reader **reader, int fd, int channels);
SILBO_MUST_USE
int pcm_writer_open(struct pcm_writer **writer, int fd, int channels);
void pcm_reader_close(struct pcm_reader *reader);
void pcm_writer_close(struct pcm_writer *writer);

/*
 * Take the samples that are there, without waiting for more.  Half a sample at
 * the end is left out.
 *
 * Returns how many per channel, fewer than asked when there are no more now;
 * or SILBO_ERR_SYSTEM when there are none and reading failed.
 */
SILBO_MUST_USE
int pcm_reader_read(struct pcm_reader *reader, float *pcm, uint32_t samples);

/* The other end has closed the pipe, and all is read. */
bool pcm_reader_ended(const struct pcm_reader *reader);

/*
 * Hand on samples, clipped to -1 to 1, without waiting for whoever reads them.
 * What is not taken is kept up to a second; what is more is dropped.
 *
 * Returns 0, or SILBO_ERR_SYSTEM with errno kept (EPIPE: the reader has gone).
 */
SILBO_MUST_USE
int pcm_writer_write(
    struct pcm_writer *writer, const float *pcm, uint32_t samples);

/*
 * Hand on what is kept, as long as the reader takes some every 400 ms, until
 * that time.  0: what can be had at once.  Returns as write.
 */
SILBO_MUST_USE
int pcm_writer_drain(struct pcm_writer *writer, silbo_time until);

/* Samples per channel that nobody has taken: dropped, or still kept. */
uint64_t pcm_writer_dropped(const struct pcm_writer *writer);

#endif
