/* SPDX-License-Identifier: MIT */
/*
 * Packs and parses every field of wire format version 1.  The offsets below
 * and the diagrams in docs/wire-format.md are the same table twice: change
 * both, and the version, together.
 *
 * It refuses to know keys, time, and what a number or a payload means.  What a
 * caller hands in to be packed is asserted; what the network hands in to be
 * parsed is checked against the bytes that are left.
 */
#include <assert.h>
#include <string.h>

#include "bytes.h"
#include <silbo/wire.h>

enum {
	HEADER_VERSION_TYPE = 0,
	HEADER_MODE = 1,
	HEADER_NUMBER = 2,
	HEADER_SOURCE = 8
};

enum {
	DATA_MEDIA_TIME = 0,
	DATA_DURATION = 8,
	DATA_FLAGS = 10,
	DATA_FORMAT = 11,
	DATA_BLOCKS = 12
};

enum { BLOCK_KIND = 0, BLOCK_LENGTH = 1, BLOCK_PREFIX_BYTES = 3 };

enum {
	INFO_MEDIA_TIME = 0, /* where DATA has it: parse_media_time */
	INFO_SENDER_TIME = 8,
	INFO_ORIGIN = 16,
	INFO_FIRST = 24,
	INFO_NEXT = 32,
	INFO_PAYLOAD_BYTES = 40,
	INFO_AGE = 48,
	INFO_SAMPLES = 56,
	INFO_TAG = 64,
	INFO_BITRATE = 72,
	INFO_DURATION = 76,
	INFO_PRESKIP = 78,
	INFO_FLAGS = 80,
	INFO_FORMAT = 81,
	INFO_CHANNELS = 82, /* 83 is reserved */
	INFO_REPORT_SOURCE = 84,
	INFO_REPORT_NUMBER = 102, /* 100 and 101 are reserved */
	INFO_REPORT_HOLD = 108,
	INFO_NAME = 116 /* 148 to 159 are reserved */
};

#define PAD_MARK 0x80 /* ISO/IEC 7816-4: the mark, then zeros */
#define INFO_CHANNELS_MAX 8

_Static_assert((int)INFO_MEDIA_TIME == (int)DATA_MEDIA_TIME,
    "the age check reads both alike");
_Static_assert(INFO_NAME + SILBO_WIRE_NAME_BYTES <= SILBO_WIRE_INFO_BYTES,
    "the name ends inside the body");

void
silbo_wire_pack_header(
    uint8_t out[SILBO_WIRE_HEADER_BYTES], const struct silbo_header *header)
{
	assert(header->type < 16);
	assert(header->number >> 48 == 0);

	out[HEADER_VERSION_TYPE] =
	    (uint8_t)(SILBO_WIRE_VERSION << 4 | header->type);
	out[HEADER_MODE] = header->mode;
	store_be48(out + HEADER_NUMBER, header->number);
	memcpy(
	    out + HEADER_SOURCE, header->source.bytes, SILBO_WIRE_SOURCE_BYTES);
}

enum silbo_verdict
silbo_wire_parse_header(
    struct silbo_header *header, const uint8_t *in, size_t len)
{
	if (len < SILBO_WIRE_HEADER_BYTES)
		return SILBO_DROP_SHORT;

	header->type = in[HEADER_VERSION_TYPE] & 0x0f;
	header->mode = in[HEADER_MODE];
	header->number = load_be48(in + HEADER_NUMBER);
	memcpy(
	    header->source.bytes, in + HEADER_SOURCE, SILBO_WIRE_SOURCE_BYTES);

	if (in[HEADER_VERSION_TYPE] >> 4 != SILBO_WIRE_VERSION)
		return SILBO_DROP_VERSION;
	if (header->type >= SILBO_TYPES)
		return SILBO_DROP_TYPE;
	return SILBO_ACCEPTED;
}

size_t
silbo_wire_payload_max(size_t mtu, enum silbo_mode mode)
{
	size_t spent = SILBO_WIRE_HEADER_BYTES + SILBO_WIRE_NUMBER_BYTES +
	    SILBO_WIRE_DATA_PREFIX_BYTES;

	assert(mtu >= SILBO_WIRE_MTU_MIN && mtu <= SILBO_WIRE_MTU_MAX);
	if (mode == SILBO_MODE_PSK)
		spent += SILBO_WIRE_TAG_BYTES;
	return mtu - spent;
}

/*
 * Bytes of the block at in, prefix included, or 0 when it runs out of the len
 * bytes that are left.
 */
static size_t
block_length(const uint8_t *in, size_t len)
{
	size_t total;

	if (len < BLOCK_PREFIX_BYTES)
		return 0;
	total = BLOCK_PREFIX_BYTES + (size_t)load_be16(in + BLOCK_LENGTH);
	return total <= len ? total : 0;
}

#define RUNS_OUT SIZE_MAX

/* Bytes of count blocks, or RUNS_OUT when len is not enough for them. */
static size_t
blocks_length(const uint8_t *in, size_t len, unsigned count)
{
	size_t total = 0;

	for (unsigned i = 0; i < count; i++) {
		size_t one = block_length(in + total, len - total);

		if (one == 0)
			return RUNS_OUT;
		total += one;
	}
	return total;
}

/* memcpy that allows the pointer of nothing to be NULL. */
static void
copy(uint8_t *out, const void *in, size_t len)
{
	if (len > 0)
		memcpy(out, in, len);
}

/* What the payload takes on the wire; padding is one byte at least. */
static size_t
occupied(const struct silbo_data *data)
{
	if (!(data->flags & SILBO_DATA_PADDED))
		return data->payload_bytes;
	if (data->padded_bytes <= data->payload_bytes)
		return data->payload_bytes + 1;
	return data->padded_bytes;
}

static void
pad(uint8_t *out, size_t len)
{
	if (len == 0)
		return;
	out[0] = PAD_MARK;
	memset(out + 1, 0, len - 1);
}

int
silbo_wire_pack_data(uint8_t *out, size_t cap, const struct silbo_data *data)
{
	size_t tail = occupied(data);
	size_t len;

	assert(data->blocks_count <= SILBO_WIRE_BLOCKS_MAX);
	assert(blocks_length(data->blocks, data->blocks_bytes,
		   data->blocks_count) == data->blocks_bytes);
	assert(data->blocks_bytes <= SILBO_WIRE_MTU_MAX);
	assert(tail <= SILBO_WIRE_MTU_MAX);
	len = SILBO_WIRE_DATA_PREFIX_BYTES + data->blocks_bytes + tail;
	if (len > cap)
		return SILBO_ERR_SPACE;

	store_be64(out + DATA_MEDIA_TIME, data->media_time);
	store_be16(out + DATA_DURATION, data->duration);
	out[DATA_FLAGS] = data->flags;
	out[DATA_FORMAT] = data->format;
	out[DATA_BLOCKS] = data->blocks_count;
	out += SILBO_WIRE_DATA_PREFIX_BYTES;
	copy(out, data->blocks, data->blocks_bytes);
	out += data->blocks_bytes;
	copy(out, data->payload, data->payload_bytes);
	pad(out + data->payload_bytes, tail - data->payload_bytes);
	return (int)len;
}

/*
 * Bytes in front of the padding's mark; false when there is no mark.  The time
 * this takes tells the length to who can measure it on this machine alone.
 */
static bool
unpad(size_t *bytes, const uint8_t *in, size_t len)
{
	while (len > 0 && in[len - 1] == 0)
		len--;
	if (len == 0 || in[len - 1] != PAD_MARK)
		return false;
	*bytes = len - 1;
	return true;
}

enum silbo_verdict
silbo_wire_parse_data(struct silbo_data *data, const uint8_t *in, size_t len)
{
	if (len < SILBO_WIRE_DATA_PREFIX_BYTES)
		return SILBO_BAD_BODY;

	data->media_time = load_be64(in + DATA_MEDIA_TIME);
	data->duration = load_be16(in + DATA_DURATION);
	data->flags = in[DATA_FLAGS];
	data->format = in[DATA_FORMAT];
	data->blocks_count = in[DATA_BLOCKS];
	in += SILBO_WIRE_DATA_PREFIX_BYTES;
	len -= SILBO_WIRE_DATA_PREFIX_BYTES;

	if (data->blocks_count > SILBO_WIRE_BLOCKS_MAX)
		return SILBO_BAD_BODY;
	data->blocks = in;
	data->blocks_bytes = blocks_length(in, len, data->blocks_count);
	if (data->blocks_bytes == RUNS_OUT)
		return SILBO_BAD_BODY;

	data->payload = in + data->blocks_bytes;
	data->padded_bytes = len - data->blocks_bytes;
	data->payload_bytes = data->padded_bytes;
	if (data->flags & SILBO_DATA_PADDED &&
	    !unpad(&data->payload_bytes, data->payload, data->padded_bytes))
		return SILBO_BAD_BODY;
	return SILBO_ACCEPTED;
}

bool
silbo_wire_parse_block(
    struct silbo_block *block, const struct silbo_data *data, size_t *at)
{
	const uint8_t *in;
	size_t bytes;

	assert(*at <= data->blocks_bytes);
	if (*at == data->blocks_bytes)
		return false;
	in = data->blocks + *at;
	bytes = block_length(in, data->blocks_bytes - *at);
	if (bytes == 0)
		return false;

	block->kind = in[BLOCK_KIND];
	block->body = in + BLOCK_PREFIX_BYTES;
	block->body_bytes = bytes - BLOCK_PREFIX_BYTES;
	*at += bytes;
	return true;
}

/* Bytes of the name, up to its first NUL. */
static size_t
name_length(const char name[SILBO_WIRE_NAME_BYTES])
{
	const char *end = memchr(name, '\0', SILBO_WIRE_NAME_BYTES);

	return end != NULL ? (size_t)(end - name) : SILBO_WIRE_NAME_BYTES;
}

int
silbo_wire_pack_info(uint8_t *out, size_t cap, const struct silbo_info *info)
{
	assert(info->report_number >> 48 == 0);
	if (cap < SILBO_WIRE_INFO_BYTES)
		return SILBO_ERR_SPACE;

	/* The reserved bytes, and what the name does not fill. */
	memset(out, 0, SILBO_WIRE_INFO_BYTES);
	store_be64(out + INFO_MEDIA_TIME, info->media_time);
	store_be64(out + INFO_SENDER_TIME, info->sender_time);
	store_be64(out + INFO_ORIGIN, info->origin);
	store_be64(out + INFO_FIRST, info->first);
	store_be64(out + INFO_NEXT, info->next);
	store_be64(out + INFO_PAYLOAD_BYTES, info->payload_bytes);
	store_be64(out + INFO_AGE, info->age_ns);
	store_be64(out + INFO_SAMPLES, info->samples);
	memcpy(out + INFO_TAG, info->tag, sizeof(info->tag));
	store_be32(out + INFO_BITRATE, info->bitrate);
	store_be16(out + INFO_DURATION, info->duration);
	store_be16(out + INFO_PRESKIP, info->preskip);
	out[INFO_FLAGS] = info->flags;
	out[INFO_FORMAT] = info->format;
	out[INFO_CHANNELS] = info->channels;
	memcpy(out + INFO_REPORT_SOURCE, info->report_source.bytes,
	    SILBO_WIRE_SOURCE_BYTES);
	store_be48(out + INFO_REPORT_NUMBER, info->report_number);
	store_be64(out + INFO_REPORT_HOLD, info->report_hold_ns);
	memcpy(out + INFO_NAME, info->name, name_length(info->name));
	return SILBO_WIRE_INFO_BYTES;
}

static bool
info_is_sane(const struct silbo_info *info)
{
	return info->first <= SILBO_WIRE_NUMBER_MAX + 1 &&
	    info->next <= SILBO_WIRE_NUMBER_MAX + 1 &&
	    info->next >= info->first && info->channels <= INFO_CHANNELS_MAX;
}

enum silbo_verdict
silbo_wire_parse_info(struct silbo_info *info, const uint8_t *in, size_t len)
{
	if (len < SILBO_WIRE_INFO_BYTES)
		return SILBO_BAD_BODY;

	info->media_time = load_be64(in + INFO_MEDIA_TIME);
	info->sender_time = load_be64(in + INFO_SENDER_TIME);
	info->origin = load_be64(in + INFO_ORIGIN);
	info->first = load_be64(in + INFO_FIRST);
	info->next = load_be64(in + INFO_NEXT);
	info->payload_bytes = load_be64(in + INFO_PAYLOAD_BYTES);
	info->age_ns = load_be64(in + INFO_AGE);
	info->samples = load_be64(in + INFO_SAMPLES);
	memcpy(info->tag, in + INFO_TAG, sizeof(info->tag));
	info->bitrate = load_be32(in + INFO_BITRATE);
	info->duration = load_be16(in + INFO_DURATION);
	info->preskip = load_be16(in + INFO_PRESKIP);
	info->flags = in[INFO_FLAGS];
	info->format = in[INFO_FORMAT];
	info->channels = in[INFO_CHANNELS];
	memcpy(info->report_source.bytes, in + INFO_REPORT_SOURCE,
	    SILBO_WIRE_SOURCE_BYTES);
	info->report_number = load_be48(in + INFO_REPORT_NUMBER);
	info->report_hold_ns = load_be64(in + INFO_REPORT_HOLD);
	memcpy(info->name, in + INFO_NAME, SILBO_WIRE_NAME_BYTES);
	info->name[SILBO_WIRE_NAME_BYTES] = '\0';
	return info_is_sane(info) ? SILBO_ACCEPTED : SILBO_BAD_BODY;
}

bool
silbo_wire_parse_media_time(uint64_t *media_time, const uint8_t *in, size_t len)
{
	if (len < DATA_MEDIA_TIME + sizeof(*media_time))
		return false;
	*media_time = load_be64(in + DATA_MEDIA_TIME);
	return true;
}
