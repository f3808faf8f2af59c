/* SPDX-License-Identifier: MIT */
/*
 * The edge to sound: Opus, audio files, resampling, built-in signals.
 *
 * Everything here counts in samples at 48000 Hz per channel, interleaved float
 * in -1 to 1.  It does not know datagrams, numbers or the network.
 */
#ifndef SILBO_MEDIA_H
#define SILBO_MEDIA_H

#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_MEDIA_CHANNELS_MAX 2
#define SILBO_MEDIA_FRAME_MAX 5760  /* samples: 120 ms, the longest of Opus */
#define SILBO_MEDIA_PACKET_MAX 1275 /* bytes: the longest Opus frame */

/* ---- opus.c ---- */

struct silbo_encoder_config {
	int channels;     /* 1 or 2 */
	uint32_t bitrate; /* bit/s, 6000 to 510000 */
	uint16_t frame;   /* samples: 120 240 480 960 1920 2880 */
	int complexity;   /* 0 to 10 */
	bool voice;    /* tune for intelligibility (VOIP), not for likeness */
	bool constant; /* constant bit rate: always when sealed (RFC 6562) */
};

struct silbo_encoder;

/* Returns 0, SILBO_ERR_CODEC (not such settings) or SILBO_ERR_SYSTEM (no
 * memory).  close accepts NULL. */
SILBO_MUST_USE
int silbo_encoder_open(
    struct silbo_encoder **encoder, const struct silbo_encoder_config *config);
void silbo_encoder_close(struct silbo_encoder *encoder);

/* Samples by which the codec delays: what the receiver discards (RFC 7845). */
uint16_t silbo_encoder_preskip(const struct silbo_encoder *encoder);

/*
 * Encode exactly one frame.  Returns the bytes of the packet (at least 1) or
 * SILBO_ERR_CODEC.
 */
SILBO_MUST_USE
int silbo_encoder_encode(
    struct silbo_encoder *encoder, uint8_t *out, size_t cap, const float *pcm);

struct silbo_decoder;

/* channels 1 or 2, whatever the packets have.  Returns as encoder_open. */
SILBO_MUST_USE
int silbo_decoder_open(struct silbo_decoder **decoder, int channels);
void silbo_decoder_close(struct silbo_decoder *decoder);

/*
 * Decode one packet.
 *
 *   pcm       room for SILBO_MEDIA_FRAME_MAX samples of every channel
 *
 * Returns the samples per channel, or SILBO_ERR_CODEC for bytes that are not
 * Opus: conceal instead; the decoder is as before.  A packet that follows
 * concealment is blended in over 2.5 ms.
 */
SILBO_MUST_USE
int silbo_decoder_decode(struct silbo_decoder *decoder, float *pcm,
    const uint8_t *packet, size_t len);

/*
 * Make up `samples` (any count up to SILBO_MEDIA_FRAME_MAX) for what is
 * missing: Opus concealment, faded out from 60 ms after the last good packet,
 * silent by 200 ms.  Returns samples; never fails.
 */
int silbo_decoder_conceal(
    struct silbo_decoder *decoder, float *pcm, uint32_t samples);

/* Channels a packet was encoded with, 1 or 2, from its first byte
 * (RFC 6716 section 3.1); 0 for an empty one. */
int silbo_opus_channels(const uint8_t *packet, size_t len);

/* ---- source.c: where sound comes from ---- */

struct silbo_audio_info {
	int channels;     /* as delivered: 1 or 2 */
	int rate;         /* as it was in the file; delivered at 48000 */
	uint64_t samples; /* expected length at 48000; 0: unknown or endless */
	char format[48];  /* for people: "FLAC, 22050 Hz, mono" */
};

struct silbo_audio_source;

/*
 * Open an audio file that libsndfile reads (WAV, FLAC, MP3, Ogg ...) and
 * resample it to 48000 Hz.  More than two channels are mixed down to two.
 *
 *   why    on failure receives the reason in words; static or lives until the
 *          next call from this thread
 *
 * Returns 0; SILBO_ERR_SYSTEM (errno: not there, not readable, a directory;
 * ESPIPE: a pipe or device, which could hold up the caller), SILBO_ERR_FORMAT (not audio), SILBO_ERR_EMPTY (no samples, or not one at
 * 48000 Hz).
 */
SILBO_MUST_USE
int silbo_audio_source_open_file(
    struct silbo_audio_source **source, const char *path, const char **why);

/*
 * A built-in signal, the same in every channel: "tone", 440 Hz at -12 dBFS, or
 * "voice", a voice-like glottal pulse train through moving formants, with
 * pauses.  Deterministic.
 *
 *   channels  1 or 2
 *   samples   length at 48000 Hz; 0: endless
 *
 * Returns 0, SILBO_ERR_NAME for another name, or SILBO_ERR_SYSTEM (no memory).
 */
SILBO_MUST_USE
int silbo_audio_source_open_signal(struct silbo_audio_source **source,
    const char *name, int channels, uint64_t samples);

void silbo_audio_source_info(
    const struct silbo_audio_source *source, struct silbo_audio_info *info);

/*
 * Read the next samples.  Returns how many per channel; less than asked only at
 * the end, then 0; or SILBO_ERR_FORMAT when the file is damaged from here on, or
 * shorter than its header says.
 */
SILBO_MUST_USE
int silbo_audio_source_read(
    struct silbo_audio_source *source, float *pcm, uint32_t samples);

void silbo_audio_source_close(struct silbo_audio_source *source);

/* ---- sink.c: where sound goes ---- */

struct silbo_audio_sink;

/*
 * Write a WAV file, 16 bit, 48000 Hz, from now on.  Until it is closed it is
 * called PATH.part; what has the name PATH stays as it is until then.  A device
 * (/dev/null) or a link is written to in place.
 *
 * Returns 0 or SILBO_ERR_SYSTEM with errno kept (ESPIPE: a pipe, which cannot
 * hold a WAV; EBUSY: another process is writing PATH.part).
 */
SILBO_MUST_USE
int silbo_audio_sink_open(
    struct silbo_audio_sink **sink, const char *path, int channels);

/*
 * Append samples, clipped to -1 to 1.  Others can open the file at any time and
 * are at most a second behind.
 *
 * Returns 0, or SILBO_ERR_SYSTEM with errno kept (ENOSPC: disk full, EFBIG: the
 * 4 GiB of a WAV); what was written before stays valid.
 */
SILBO_MUST_USE
int silbo_audio_sink_write(
    struct silbo_audio_sink *sink, const float *pcm, uint32_t samples);

/* A sample as the sink writes it: clipped to 16 bit, what is no number 0. */
int16_t silbo_audio_to_16_bit(float x);

/* Cut what was written to this many samples, to drop a made-up tail. */
SILBO_MUST_USE
int silbo_audio_sink_truncate(struct silbo_audio_sink *sink, uint64_t samples);

/* Samples per channel written so far. */
uint64_t silbo_audio_sink_samples(const struct silbo_audio_sink *sink);

/*
 * Finish the header, close and give the file its name: what fits after a failed
 * write too, unless that is nothing.  Accepts NULL.
 *
 * Returns 0 or SILBO_ERR_SYSTEM; when it could not be renamed, PATH.part stays.
 */
SILBO_MUST_USE
int silbo_audio_sink_close(struct silbo_audio_sink *sink);

#ifdef __cplusplus
}
#endif

#endif
