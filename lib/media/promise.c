/* SPDX-License-Identifier: MIT */
/*
 * Whether a file is as long as its own header promises.
 *
 * libsndfile often says nothing about a file that stops too early, and takes
 * what there is of a WAV or MP3 for all there was, so this looks at those two
 * headers itself.  A length that whoever wrote the file did
 * not know, as into a pipe, promises nothing.  Refuses to know what is in
 * between.
 */
#include "promise.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sndfile.h>

#define CHUNKS_MAX 64 /* before the data: no file has more */
#define MP3_FRAME 1152

static uint32_t
get_le(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

/* 0, 0x7fffffff, 0xffffffff and whatever is near them say: not known. */
static bool
is_known(uint32_t length)
{
	return length != 0 && length < 0x7ffff000;
}

static bool
is_wav_cut(int fd)
{
	uint8_t chunk[12];
	struct stat st;
	off_t at = 12;

	if (fstat(fd, &st) < 0 || pread(fd, chunk, 12, 0) != 12 ||
	    memcmp(chunk, "RIFF", 4) != 0)
		return false;
	for (int i = 0; i < CHUNKS_MAX; i++) {
		uint32_t length;

		if (pread(fd, chunk, 8, at) != 8)
			return false;
		length = get_le(chunk + 4);
		if (memcmp(chunk, "data", 4) == 0)
			return is_known(length) &&
			    at + 8 + (off_t)length > st.st_size;
		at += 8 + (off_t)length + (length & 1);
	}
	return false;
}

/* Where the sound begins, behind a tag (ID3v2: seven bits to a byte). */
static off_t
skip_tag(int fd)
{
	uint8_t tag[10];

	if (pread(fd, tag, 10, 0) != 10 || memcmp(tag, "ID3", 3) != 0)
		return 0;
	return 10 +
	    ((off_t)(tag[6] & 127) << 21 | (off_t)(tag[7] & 127) << 14 |
		(off_t)(tag[8] & 127) << 7 | (tag[9] & 127));
}

/* The first frame says how many there are ("Xing", or "Info" at constant rate;
 * the lowest flag), or the length is an estimate.  The tag's place depends on
 * version and channels. */
static bool
knows_frames(int fd)
{
	static const int places[] = {4 + 9, 4 + 17, 4 + 32};
	uint8_t frame[48];

	if (pread(fd, frame, sizeof frame, skip_tag(fd)) !=
	    (ssize_t)sizeof frame)
		return false;
	for (int i = 0; i < 3; i++) {
		const uint8_t *tag = frame + places[i];

		if ((memcmp(tag, "Xing", 4) == 0 ||
			memcmp(tag, "Info", 4) == 0) &&
		    (tag[7] & 1) != 0)
			return true;
	}
	return false;
}

bool
promise_broken(int fd, int format, uint64_t taken, uint64_t frames)
{
	switch (format & SF_FORMAT_TYPEMASK) {
	case SF_FORMAT_MPEG:
		/* Some count the frame that says so. */
		return taken + MP3_FRAME < frames && knows_frames(fd);
	case SF_FORMAT_WAV:
	case SF_FORMAT_WAVEX:
		return taken < frames || is_wav_cut(fd);
	case SF_FORMAT_OGG: /* its last page tells the length */
		return frames == 0 || taken < frames;
	default:
		return taken < frames;
	}
}
