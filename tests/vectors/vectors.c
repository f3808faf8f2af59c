/* SPDX-License-Identifier: MIT */
/*
 * Writes the test vectors of the wire format, always the same bytes:
 *
 *	vectors_write FILE
 *
 * verify.py reads them with code that shares nothing with this library.
 * Integers that may pass 2^53 are decimal strings: JSON readers differ there.
 */
#include "emit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#define PAYLOAD_MAX 1157

static void
write_keys(struct emit *emit)
{
	/* All zero, counting, and random. */
	for (uint8_t i = 0; i < SILBO_KEY_MASTER_BYTES; i++)
		emit->masters[1][i] = i;
	emit_random(emit, emit->masters[2], SILBO_KEY_MASTER_BYTES);

	emit_begin(emit, "keys");
	for (int i = 0; i < EMIT_KEYS; i++) {
		struct silbo_key *key = &emit->keys[i];
		char line[SILBO_KEY_LINE_BYTES];

		silbo_key_init(key, emit->masters[i]);
		silbo_key_pack(line, emit->masters[i]);
		emit_next(emit);
		fprintf(emit->out, "{\"name\": \"%c\", \"line\": \"%.*s\"",
		    'a' + i, SILBO_KEY_LINE_BYTES - 2, line);
		emit_hex(
		    emit, "master", emit->masters[i], sizeof(emit->masters[i]));
		emit_hex(emit, "data", key->data, sizeof(key->data));
		emit_hex(emit, "check", key->check, sizeof(key->check));
		emit_hex(emit, "id", key->id, sizeof(key->id));
		fputc('}', emit->out);
	}
	emit_end(emit);
}

static void
write_source(struct emit *emit, char name, unsigned count)
{
	const struct silbo_key *key = emit_key(emit, name);
	uint8_t random[SILBO_KEY_RANDOM_BYTES] = {0};
	struct silbo_source source;
	struct silbo_seal seal;

	if (count > 0)
		emit_random(emit, random, sizeof(random));
	silbo_key_source(&source, random, key);
	emit_next(emit);
	fprintf(emit->out, "{\"name\": \"source-%c-%u\", \"key\": \"%c\"", name,
	    count, name);
	emit_hex(emit, "random", random, sizeof(random));
	emit_hex(emit, "source", source.bytes, sizeof(source.bytes));
	if (key != NULL) {
		silbo_seal_init(&seal, key, &source);
		emit_hex(emit, "subkey", seal.subkey, sizeof(seal.subkey));
	}
	fputc('}', emit->out);
}

static void
write_sources(struct emit *emit)
{
	static const char keys[] = {EMIT_PLAIN, 'a', 'b', 'c'};

	emit_begin(emit, "sources");
	for (size_t i = 0; i < sizeof(keys); i++)
		for (unsigned count = 0; count < 3; count++)
			write_source(emit, keys[i], count);
	emit_end(emit);
}

static void
write_data_fields(struct emit *emit, const struct silbo_data *data)
{
	struct silbo_block block;
	size_t at = 0;

	fprintf(emit->out,
	    "\"media_time\": \"%" PRIu64 "\", \"duration\": %u, "
	    "\"flags\": %u, \"format\": %u, \"padded_bytes\": %zu, "
	    "\"blocks\": [",
	    data->media_time, data->duration, data->flags, data->format,
	    data->padded_bytes);
	while (silbo_wire_parse_block(&block, data, &at)) {
		fprintf(emit->out, "%s{\"kind\": %u",
		    block.body == data->blocks + 3 ? "" : ", ", block.kind);
		emit_hex(emit, "body", block.body, block.body_bytes);
		fputc('}', emit->out);
	}
	fputc(']', emit->out);
	emit_hex(emit, "payload", data->payload, data->payload_bytes);
}

static void
write_info_fields(struct emit *emit, const struct silbo_info *info)
{
	fprintf(emit->out,
	    "\"media_time\": \"%" PRIu64 "\", \"sender_time\": \"%" PRIu64
	    "\", \"origin\": \"%" PRIu64 "\", \"first\": %" PRIu64
	    ", \"next\": %" PRIu64 ", \"payload_bytes\": \"%" PRIu64
	    "\", \"age_ns\": \"%" PRIu64 "\", \"samples\": \"%" PRIu64 "\"",
	    info->media_time, info->sender_time, info->origin, info->first,
	    info->next, info->payload_bytes, info->age_ns, info->samples);
	fprintf(emit->out,
	    ", \"bitrate\": %" PRIu32 ", \"duration\": %u, \"preskip\": %u, "
	    "\"flags\": %u, \"format\": %u, \"channels\": %u, "
	    "\"report_number\": %" PRIu64 ", \"report_hold_ns\": \"%" PRIu64
	    "\"",
	    info->bitrate, info->duration, info->preskip, info->flags,
	    info->format, info->channels, info->report_number,
	    info->report_hold_ns);
	emit_hex(emit, "tag", info->tag, sizeof(info->tag));
	emit_hex(emit, "report_source", info->report_source.bytes,
	    SILBO_WIRE_SOURCE_BYTES);
	emit_hex(emit, "name", (const uint8_t *)info->name, strlen(info->name));
}

static void
write_probe_fields(
    struct emit *emit, const struct silbo_probe *probe, size_t bytes)
{
	fprintf(emit->out,
	    "\"sent_at\": \"%" PRIu64 "\", \"flags\": %u, \"bytes\": %zu",
	    probe->sent_at, probe->flags, bytes);
}

static void
write_echo_fields(
    struct emit *emit, const struct silbo_echo *echo, size_t bytes)
{
	fprintf(emit->out,
	    "\"number\": %" PRIu64 ", \"flags\": %u, \"tos\": %u, "
	    "\"ttl\": %u, \"extent_max\": %" PRIu32 ", \"sent_at\": \"%" PRIu64
	    "\", \"received_at\": \"%" PRIu64 "\", \"echoed_at\": \"%" PRIu64
	    "\"",
	    echo->number, echo->flags, echo->tos, echo->ttl, echo->extent_max,
	    echo->sent_at, echo->received_at, echo->echoed_at);
	fprintf(emit->out,
	    ", \"unique\": \"%" PRIu64 "\", \"duplicate\": \"%" PRIu64
	    "\", \"reordered\": \"%" PRIu64 "\", \"withheld\": \"%" PRIu64
	    "\", \"bytes\": %zu",
	    echo->unique, echo->duplicate, echo->reordered, echo->withheld,
	    bytes);
	emit_hex(emit, "prober", echo->prober.bytes, SILBO_WIRE_SOURCE_BYTES);
}

/* The fields as the parser reads them back; a vector that does not parse is
 * a bug of the generator. */
static void
write_fields(struct emit *emit, uint8_t type, const uint8_t *body, size_t len)
{
	size_t skip = type == SILBO_TYPE_RESEND ? SILBO_WIRE_NUMBER_BYTES : 0;
	struct silbo_data data;
	struct silbo_probe probe;
	struct silbo_echo echo;
	struct silbo_info info;

	fputs(", \"fields\": {", emit->out);
	if (type == SILBO_TYPE_PROBE) {
		if (silbo_wire_parse_probe(&probe, body, len) != SILBO_ACCEPTED)
			abort();
		write_probe_fields(emit, &probe, len);
	} else if (type == SILBO_TYPE_ECHO) {
		if (silbo_wire_parse_echo(&echo, body, len) != SILBO_ACCEPTED)
			abort();
		write_echo_fields(emit, &echo, len);
	} else if (type == SILBO_TYPE_INFO) {
		if (silbo_wire_parse_info(&info, body, len) != SILBO_ACCEPTED)
			abort();
		write_info_fields(emit, &info);
	} else if (type == SILBO_TYPE_DATA || type == SILBO_TYPE_RESEND) {
		if (silbo_wire_parse_data(&data, body + skip, len - skip) !=
		    SILBO_ACCEPTED)
			abort();
		write_data_fields(emit, &data);
		if (skip > 0)
			emit_hex(emit, "original", body, skip);
	} else {
		fprintf(emit->out, "\"bytes\": %zu", len);
		emit_hex(emit, "body", body, len);
	}
	fputc('}', emit->out);
}

static void
write_datagram(struct emit *emit, const char *about, unsigned count,
    uint8_t type, uint64_t number, char key, const uint8_t *body, size_t len)
{
	struct silbo_header header = {.type = type, .number = number};
	uint8_t datagram[EMIT_DATAGRAM_MAX];
	size_t bytes;

	header.mode = key == EMIT_PLAIN ? SILBO_MODE_PLAIN : SILBO_MODE_PSK;
	header.source = emit_source(emit, key);
	memcpy(datagram + SILBO_WIRE_HEADER_BYTES, body, len);
	bytes = emit_seal(emit, datagram, &header, len, key);

	emit_next(emit);
	fprintf(emit->out,
	    "{\"name\": \"%s-%u-type%u-%s\", \"key\": \"%c\", \"type\": %u, "
	    "\"mode\": %u, \"number\": %" PRIu64,
	    about, count, type, key == EMIT_PLAIN ? "plain" : "sealed", key,
	    type, header.mode, number);
	emit_hex(emit, "source", header.source.bytes, SILBO_WIRE_SOURCE_BYTES);
	write_fields(emit, type, body, len);
	emit_hex(emit, "datagram", datagram, bytes);
	fputc('}', emit->out);
}

/* A DATA body with a payload of so many bytes. */
static size_t
make_data(struct emit *emit, uint8_t *body, struct silbo_data data, size_t len)
{
	uint8_t payload[PAYLOAD_MAX];
	int bytes;

	emit_random(emit, payload, len);
	data.payload = payload;
	data.payload_bytes = len;
	data.media_time = UINT64_C(1795000000000000000) + len;
	bytes = silbo_wire_pack_data(body, EMIT_DATAGRAM_MAX, &data);
	if (bytes < 0)
		abort();
	return (size_t)bytes;
}

static size_t
make_info(struct emit *emit, uint8_t *body)
{
	struct silbo_info info = {
	    .media_time = UINT64_C(1795000000020000000),
	    .sender_time = UINT64_C(1795000000020012345),
	    .origin = UINT64_C(1795000000000000000),
	    .first = 0,
	    .next = 51,
	    .payload_bytes = 4080,
	    .age_ns = 1000012345,
	    .samples = 48000,
	    .bitrate = 32000,
	    .duration = 960,
	    .preskip = 312,
	    .flags = SILBO_INFO_END,
	    .format = SILBO_FORMAT_OPUS,
	    .channels = 1,
	    .report_number = 7,
	    .report_hold_ns = 12000000,
	    .name = "La Gomera",
	};
	int bytes;

	emit_random(emit, info.tag, sizeof(info.tag));
	emit_random(emit, info.report_source.bytes, SILBO_WIRE_SOURCE_BYTES);
	bytes = silbo_wire_pack_info(body, EMIT_DATAGRAM_MAX, &info);
	if (bytes < 0)
		abort();
	return (size_t)bytes;
}

static size_t
make_probe(uint8_t *body, uint8_t flags, size_t len)
{
	struct silbo_probe probe = {
	    .sent_at = UINT64_C(1795000000000000000) + len, .flags = flags};
	int bytes = silbo_wire_pack_probe(body, EMIT_DATAGRAM_MAX, &probe, len);

	if (bytes < 0)
		abort();
	return (size_t)bytes;
}

static size_t
make_echo(struct emit *emit, uint8_t *body, uint64_t number, size_t len)
{
	struct silbo_echo echo = {.number = number,
	    .flags = SILBO_ECHO_KERNEL | SILBO_ECHO_MARKS,
	    .tos = 0xb8,
	    .ttl = 61,
	    .extent_max = 4,
	    .sent_at = UINT64_C(1795000000000000123),
	    .received_at = UINT64_C(1795000000010000456),
	    .echoed_at = UINT64_C(1795000000010020789),
	    .unique = 50,
	    .duplicate = 2,
	    .reordered = 3,
	    .withheld = 1};
	int bytes;

	emit_random(emit, echo.prober.bytes, SILBO_WIRE_SOURCE_BYTES);
	bytes = silbo_wire_pack_echo(body, EMIT_DATAGRAM_MAX, &echo, len);
	if (bytes < 0)
		abort();
	return (size_t)bytes;
}

static size_t
make_body(struct emit *emit, uint8_t *body, uint8_t type)
{
	struct silbo_data opus = {.duration = 960, .format = SILBO_FORMAT_OPUS};

	switch (type) {
	case SILBO_TYPE_DATA:
		return make_data(emit, body, opus, 20);
	case SILBO_TYPE_INFO:
		return make_info(emit, body);
	case SILBO_TYPE_RESEND:
		memcpy(body, "\0\0\0\0\0\7", SILBO_WIRE_NUMBER_BYTES);
		return SILBO_WIRE_NUMBER_BYTES +
		    make_data(emit, body + SILBO_WIRE_NUMBER_BYTES, opus, 20);
	case SILBO_TYPE_PROBE:
		return make_probe(body, 0, SILBO_WIRE_PROBE_BYTES);
	case SILBO_TYPE_ECHO:
		return make_echo(emit, body, 51, SILBO_WIRE_ECHO_BYTES);
	default:
		emit_random(emit, body, 32);
		return 32;
	}
}

/* Every type at every number where an implementation may trip. */
static void
write_numbers(struct emit *emit, char key)
{
	static const uint64_t numbers[] = {
	    0, 63, 64, 65536, UINT64_C(4294967296), SILBO_WIRE_NUMBER_MAX};
	uint8_t body[EMIT_DATAGRAM_MAX];

	for (uint8_t type = 0; type < SILBO_TYPES; type++)
		for (unsigned i = 0; i < 6; i++)
			write_datagram(emit, "number", i, type, numbers[i], key,
			    body, make_body(emit, body, type));
}

/* Payloads from the least to the most, across the blocks of ChaCha20 and
 * Poly1305; opaque bodies from nothing at all. */
static void
write_lengths(struct emit *emit, char key)
{
	static const uint16_t lengths[] = {0, 1, 2, 3, 15, 16, 17, 50, 51, 52,
	    63, 64, 65, 115, 127, 128, 500, 1141};
	size_t most = silbo_wire_payload_max(
	    1200, key == EMIT_PLAIN ? SILBO_MODE_PLAIN : SILBO_MODE_PSK);
	struct silbo_data opaque = {.format = SILBO_FORMAT_OPAQUE};
	uint8_t body[EMIT_DATAGRAM_MAX];

	for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		write_datagram(emit, "payload", lengths[i], SILBO_TYPE_DATA, i,
		    key, body, make_data(emit, body, opaque, lengths[i]));
	write_datagram(emit, "payload-most", 0, SILBO_TYPE_DATA, 99, key, body,
	    make_data(emit, body, opaque, most));
	for (unsigned len = 0; len <= 64; len += 16) {
		emit_random(emit, body, len);
		write_datagram(emit, "opaque", len, SILBO_TYPE_REPORT, len, key,
		    body, len);
	}
	/* An INFO of a later version, with bytes this one does not know. */
	emit_random(emit, body + SILBO_WIRE_INFO_BYTES, 9);
	write_datagram(emit, "info-longer", 0, SILBO_TYPE_INFO, 3, key, body,
	    make_info(emit, body) + 9);
}

/* PROBEs and ECHOs of the sizes that people ask for, and at the edges. */
static void
write_measured(struct emit *emit, char key)
{
	static const uint16_t lengths[] = {88, 89, 172, 500, 1160};
	uint8_t body[EMIT_DATAGRAM_MAX];

	for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		write_datagram(emit, "probe", lengths[i], SILBO_TYPE_PROBE, i,
		    key, body,
		    make_probe(
			body, i % 2 ? SILBO_PROBE_CLOSING : 0xfe, lengths[i]));
		write_datagram(emit, "echo", lengths[i], SILBO_TYPE_ECHO, i,
		    key, body,
		    make_echo(emit, body, i % 2 ? SILBO_WIRE_NUMBER_MAX : 65536,
			lengths[i]));
	}
}

/* Repair blocks, padding and flags. */
static void
write_shapes(struct emit *emit, char key)
{
	static const uint8_t blocks[] = {1, 0, 4, 1, 0xaa, 0xbb, 0xcc, 2, 0, 7,
	    2, 1, 2, 0, 3, 0x0f, 0xf0, 99, 0, 0, 255, 0, 1, 0x80};
	static const size_t ends[] = {0, 7, 17, 20, 24};
	struct silbo_data data = {
	    .duration = 2880, .format = SILBO_FORMAT_OPUS, .blocks = blocks};
	uint8_t body[EMIT_DATAGRAM_MAX];

	for (uint8_t i = 0; i < 5; i++) {
		data.blocks_count = i;
		data.blocks_bytes = ends[i];
		write_datagram(emit, "blocks", i, SILBO_TYPE_DATA, i, key, body,
		    make_data(emit, body, data, 5));
		data.flags = SILBO_DATA_PADDED | SILBO_DATA_PAUSE;
		data.padded_bytes = 8u * i;
		write_datagram(emit, "padded", i, SILBO_TYPE_DATA, i, key, body,
		    make_data(emit, body, data, 5));
		data.flags = (uint8_t)(2u << i);
	}
	data.flags = 0xfe;
	write_datagram(emit, "flags-all", 0, SILBO_TYPE_DATA, 9, key, body,
	    make_data(emit, body, data, 5));
}

int
main(int argc, char **argv)
{
	static struct emit emit = {.random = UINT64_C(0x51b0c0de20261122)};

	if (argc != 2 || sodium_init() < 0)
		return 2;
	emit.out = fopen(argv[1], "w");
	if (emit.out == NULL) {
		perror(argv[1]);
		return 1;
	}
	fputs("{\"format\": \"silbo wire 1\"", emit.out);
	write_keys(&emit);
	write_sources(&emit);
	emit_begin(&emit, "datagrams");
	for (const char *key = "-c"; *key != '\0'; key++) {
		write_numbers(&emit, *key);
		write_lengths(&emit, *key);
		write_shapes(&emit, *key);
	}
	for (const char *key = "-c"; *key != '\0'; key++)
		write_measured(&emit, *key);
	emit_end(&emit);
	emit_verdicts(&emit);
	fputs("}\n", emit.out);
	return ferror(emit.out) | fclose(emit.out) ? 1 : 0;
}
