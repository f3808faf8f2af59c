/* SPDX-License-Identifier: MIT */
/*
 * Reads test vectors, ours or those of verify.py:
 *
 *	test_unit_vectors FILE...
 *
 * A good datagram must open to its fields and be made again from them, byte
 * for byte; the gate must say of every other what its vector says.
 */
#include "testing.h"

#include "octets.h"
#include <silbo/gate.h>
#include <silbo/seal.h>

#include <jansson.h>

#define NOW (1000 * SILBO_NS_PER_S)

static const char **paths;
static json_t **files;
static size_t files_count;

static json_t *
member(const json_t *item, const char *name)
{
	json_t *value = json_object_get(item, name);

	if (value == NULL)
		fail_msg("no member \"%s\"", name);
	return value;
}

static const char *
text(const json_t *item, const char *name)
{
	const char *value = json_string_value(member(item, name));

	if (value == NULL)
		fail_msg("\"%s\" is no string", name);
	return value;
}

/* A number, or a decimal string where it may pass 2^53. */
static uint64_t
integer(const json_t *item, const char *name)
{
	json_t *value = member(item, name);

	if (json_is_string(value))
		return strtoull(json_string_value(value), NULL, 10);
	assert_true(json_is_integer(value));
	return (uint64_t)json_integer_value(value);
}

static size_t
hex(uint8_t *out, size_t cap, const json_t *item, const char *name)
{
	return unhex(out, cap, text(item, name));
}

static void
assert_bytes(const json_t *item, const char *name, const void *got, size_t len)
{
	uint8_t want[2048];

	if (hex(want, sizeof(want), item, name) != len ||
	    memcmp(want, got, len) != 0)
		fail_msg("%s: %s", text(item, "name"), name);
}

/* The key of a name; false for "-". */
static bool
find_key(struct silbo_key *key, const json_t *file, char name)
{
	uint8_t master[SILBO_KEY_MASTER_BYTES];
	json_t *item;
	size_t i;

	json_array_foreach(member(file, "keys"), i, item)
	{
		if (text(item, "name")[0] != name)
			continue;
		assert_int_equal(hex(master, 32, item, "master"), 32);
		silbo_key_init(key, master);
		return true;
	}
	assert_int_equal(name, '-');
	return false;
}

static void
check_key(const json_t *item)
{
	const char *line = text(item, "line");
	uint8_t master[SILBO_KEY_MASTER_BYTES];
	char packed[SILBO_KEY_LINE_BYTES];
	struct silbo_key key;
	unsigned refused;

	assert_int_equal(
	    silbo_key_parse(&key, 1, &refused, line, strlen(line)), 1);
	assert_bytes(item, "data", key.data, sizeof(key.data));
	assert_bytes(item, "check", key.check, sizeof(key.check));
	assert_bytes(item, "id", key.id, sizeof(key.id));
	assert_int_equal(hex(master, 32, item, "master"), 32);
	silbo_key_pack(packed, master);
	assert_memory_equal(packed, line, strlen(line));
}

static void
check_source(const json_t *file, const json_t *item)
{
	uint8_t random[SILBO_KEY_RANDOM_BYTES];
	struct silbo_source source;
	struct silbo_key key;
	struct silbo_seal seal;
	bool keyed = find_key(&key, file, text(item, "key")[0]);

	assert_int_equal(hex(random, 16, item, "random"), 16);
	silbo_key_source(&source, random, keyed ? &key : NULL);
	assert_bytes(item, "source", source.bytes, sizeof(source.bytes));
	if (!keyed)
		return;
	silbo_seal_init(&seal, &key, &source);
	assert_bytes(item, "subkey", seal.subkey, sizeof(seal.subkey));
}

/* The blocks of a vector as on the wire, into bytes. */
static void
gather_blocks(struct silbo_data *data, uint8_t bytes[512], const json_t *fields)
{
	json_t *item;
	size_t i, at = 0;

	json_array_foreach(member(fields, "blocks"), i, item)
	{
		size_t len = hex(bytes + at + 3, 512 - at - 3, item, "body");

		bytes[at] = (uint8_t)integer(item, "kind");
		bytes[at + 1] = (uint8_t)(len >> 8);
		bytes[at + 2] = (uint8_t)len;
		at += 3 + len;
	}
	data->blocks = bytes;
	data->blocks_bytes = at;
	data->blocks_count = (uint8_t)i;
}

static size_t
pack_data(uint8_t *out, const json_t *fields)
{
	uint8_t blocks[512], payload[2048];
	struct silbo_data data = {
	    .media_time = integer(fields, "media_time"),
	    .duration = (uint16_t)integer(fields, "duration"),
	    .flags = (uint8_t)integer(fields, "flags"),
	    .format = (uint8_t)integer(fields, "format"),
	    .payload = payload,
	    .payload_bytes = hex(payload, sizeof(payload), fields, "payload"),
	    .padded_bytes = (size_t)integer(fields, "padded_bytes"),
	};
	int len;

	gather_blocks(&data, blocks, fields);
	len = silbo_wire_pack_data(out, 2048, &data);
	assert_true(len > 0);
	return (size_t)len;
}

static size_t
pack_info(uint8_t *out, const json_t *fields)
{
	struct silbo_info info = {
	    .media_time = integer(fields, "media_time"),
	    .sender_time = integer(fields, "sender_time"),
	    .origin = integer(fields, "origin"),
	    .first = integer(fields, "first"),
	    .next = integer(fields, "next"),
	    .payload_bytes = integer(fields, "payload_bytes"),
	    .age_ns = integer(fields, "age_ns"),
	    .samples = integer(fields, "samples"),
	    .bitrate = (uint32_t)integer(fields, "bitrate"),
	    .duration = (uint16_t)integer(fields, "duration"),
	    .preskip = (uint16_t)integer(fields, "preskip"),
	    .flags = (uint8_t)integer(fields, "flags"),
	    .format = (uint8_t)integer(fields, "format"),
	    .channels = (uint8_t)integer(fields, "channels"),
	    .report_number = integer(fields, "report_number"),
	    .report_hold_ns = integer(fields, "report_hold_ns"),
	};

	hex(info.tag, sizeof(info.tag), fields, "tag");
	hex(info.report_source.bytes, 16, fields, "report_source");
	hex((uint8_t *)info.name, SILBO_WIRE_NAME_BYTES, fields, "name");
	assert_int_equal(silbo_wire_pack_info(out, 2048, &info), 160);
	return SILBO_WIRE_INFO_BYTES;
}

static size_t
pack_probe(uint8_t *out, const json_t *fields)
{
	struct silbo_probe probe = {
	    .sent_at = integer(fields, "sent_at"),
	    .flags = (uint8_t)integer(fields, "flags"),
	};
	size_t bytes = (size_t)integer(fields, "bytes");

	assert_int_equal(
	    silbo_wire_pack_probe(out, 2048, &probe, bytes), bytes);
	return bytes;
}

static size_t
pack_echo(uint8_t *out, const json_t *fields)
{
	struct silbo_echo echo = {
	    .number = integer(fields, "number"),
	    .flags = (uint8_t)integer(fields, "flags"),
	    .tos = (uint8_t)integer(fields, "tos"),
	    .ttl = (uint8_t)integer(fields, "ttl"),
	    .extent_max = (uint32_t)integer(fields, "extent_max"),
	    .sent_at = integer(fields, "sent_at"),
	    .received_at = integer(fields, "received_at"),
	    .echoed_at = integer(fields, "echoed_at"),
	    .unique = integer(fields, "unique"),
	    .duplicate = integer(fields, "duplicate"),
	    .reordered = integer(fields, "reordered"),
	    .withheld = integer(fields, "withheld"),
	};
	size_t bytes = (size_t)integer(fields, "bytes");

	hex(echo.prober.bytes, 16, fields, "prober");
	assert_int_equal(silbo_wire_pack_echo(out, 2048, &echo, bytes), bytes);
	return bytes;
}

/* The body that the fields of a vector stand for. */
static size_t
pack_body(uint8_t *out, uint8_t type, const json_t *fields)
{
	size_t skip;

	switch (type) {
	case SILBO_TYPE_DATA:
		return pack_data(out, fields);
	case SILBO_TYPE_INFO:
		return pack_info(out, fields);
	case SILBO_TYPE_RESEND:
		skip = hex(out, SILBO_WIRE_NUMBER_BYTES, fields, "original");
		return skip + pack_data(out + skip, fields);
	case SILBO_TYPE_PROBE:
		return pack_probe(out, fields);
	case SILBO_TYPE_ECHO:
		return pack_echo(out, fields);
	default:
		return hex(out, 2048, fields, "body");
	}
}

/* What the parser makes of a PROBE or ECHO, packed again. */
static int
repack(uint8_t packed[2048], uint8_t type, const uint8_t *body, size_t len)
{
	struct silbo_probe probe;
	struct silbo_echo echo;

	if (type == SILBO_TYPE_PROBE)
		return silbo_wire_parse_probe(&probe, body, len) ==
			SILBO_ACCEPTED
		    ? silbo_wire_pack_probe(packed, 2048, &probe, len)
		    : -1;
	return silbo_wire_parse_echo(&echo, body, len) == SILBO_ACCEPTED
	    ? silbo_wire_pack_echo(packed, 2048, &echo, len)
	    : -1;
}

/* Does the parser take the body, and give back the same bytes when packed? */
static void
check_body(const json_t *item, uint8_t type, const uint8_t *body, size_t len)
{
	size_t skip = type == SILBO_TYPE_RESEND ? SILBO_WIRE_NUMBER_BYTES : 0;
	struct silbo_data data;
	struct silbo_info info;
	uint8_t packed[2048];
	int bytes;

	if (type == SILBO_TYPE_REPORT || type == SILBO_TYPE_NACK)
		return;
	if (type == SILBO_TYPE_PROBE || type == SILBO_TYPE_ECHO) {
		bytes = repack(packed, type, body, len);
	} else if (type == SILBO_TYPE_INFO) {
		if (silbo_wire_parse_info(&info, body, len) != SILBO_ACCEPTED)
			fail_msg("%s: not parsed", text(item, "name"));
		bytes = silbo_wire_pack_info(packed, sizeof(packed), &info);
	} else {
		if (silbo_wire_parse_data(&data, body + skip, len - skip) !=
		    SILBO_ACCEPTED)
			fail_msg("%s: not parsed", text(item, "name"));
		bytes = silbo_wire_pack_data(packed, sizeof(packed), &data);
	}
	assert_true(bytes > 0);
	assert_memory_equal(packed, body + skip, (size_t)bytes);
}

static void
check_datagram(const json_t *file, const json_t *item)
{
	uint8_t datagram[2048], body[2048];
	size_t len = hex(datagram, sizeof(datagram), item, "datagram"), bytes;
	struct silbo_header header;
	struct silbo_seal seal;
	struct silbo_key key;

	if (silbo_wire_parse_header(&header, datagram, len) != SILBO_ACCEPTED)
		fail_msg("%s: header", text(item, "name"));
	assert_int_equal(header.type, integer(item, "type"));
	assert_int_equal(header.mode, integer(item, "mode"));
	assert_true(header.number == integer(item, "number"));
	assert_bytes(item, "source", header.source.bytes, 16);

	if (find_key(&key, file, text(item, "key")[0])) {
		int opened;

		assert_true(silbo_key_matches(&key, &header.source));
		silbo_seal_init(&seal, &key, &header.source);
		opened = silbo_unseal(&seal, datagram, len);
		if (opened < 0)
			fail_msg("%s: not authentic", text(item, "name"));
		len = (size_t)opened;
	}
	bytes = pack_body(body, header.type, member(item, "fields"));
	/* An INFO may be longer than what this version knows. */
	if (header.type == SILBO_TYPE_INFO ? bytes > len - 24
					   : bytes != len - 24)
		fail_msg("%s: length of the body", text(item, "name"));
	if (memcmp(body, datagram + 24, bytes) != 0)
		fail_msg("%s: body", text(item, "name"));
	check_body(item, header.type, datagram + 24, len - 24);

	if (header.mode == SILBO_MODE_PSK) {
		int sealed = silbo_seal(&seal, datagram, len, 2048);

		assert_true(sealed > 0);
		len = (size_t)sealed;
	}
	silbo_wire_pack_header(datagram, &header);
	assert_bytes(item, "datagram", datagram, len);
}

static enum silbo_verdict
feed(struct silbo_gate *gate, const json_t *item, const char *name)
{
	uint8_t bytes[2048];
	size_t len = hex(bytes, sizeof(bytes), item, name);
	struct silbo_arrival arrival = {
	    .len = len, .at = NOW, .tos = -1, .ttl = -1};
	enum silbo_verdict verdict;
	uint32_t source;

	arrival.data = exactly(bytes, len);
	verdict = silbo_gate_on_datagram(gate, &source, &arrival, NOW);
	release(arrival.data);
	return verdict;
}

static void
check_verdict(
    const json_t *file, const json_t *item, uint64_t counted[SILBO_VERDICTS])
{
	const char *holds = text(item, "holds");
	uint64_t max_age_s = integer(item, "max_age_s");
	struct silbo_key keys[SILBO_KEYS_MAX];
	struct silbo_source own;
	struct silbo_gate_config config = {
	    .keys = keys,
	    .datagram_max = (size_t)integer(item, "limit"),
	    .sources = (uint32_t)integer(item, "sources"),
	    .max_age_ns =
		max_age_s > 0 ? max_age_s * SILBO_NS_PER_S : SILBO_TIME_NEVER,
	    .wall_offset_ns = (int64_t)(integer(item, "wall_ns") - NOW),
	};
	struct silbo_gate *gate;
	enum silbo_verdict verdict;
	void *mem;

	for (; *holds != '\0'; holds++)
		assert_true(find_key(&keys[config.keys_count++], file, *holds));
	if (json_object_get(item, "own") != NULL) {
		assert_int_equal(hex(own.bytes, 16, item, "own"), 16);
		config.own = &own;
	}
	silbo_stream_config_init(&config.stream, NOW);
	mem = malloc(silbo_gate_size(&config));
	assert_non_null(mem);
	gate = silbo_gate_init(mem, &config);

	if (json_object_get(item, "earlier") != NULL)
		assert_true(
		    silbo_verdict_is_accepted(feed(gate, item, "earlier")));
	if (json_object_get(item, "between") != NULL)
		assert_false(
		    silbo_verdict_is_accepted(feed(gate, item, "between")));
	verdict = feed(gate, item, "datagram");
	if (strcmp(silbo_verdict_name(verdict), text(item, "verdict")) != 0)
		fail_msg("%s: %s, the vector says %s", text(item, "name"),
		    silbo_verdict_name(verdict), text(item, "verdict"));
	counted[verdict]++;
	silbo_gate_reset(gate);
	free(mem);
}

static void
keys_and_sources_are_derived_as_written(void **state)
{
	json_t *item;
	size_t i;

	(void)state;
	for (size_t f = 0; f < files_count; f++) {
		assert_string_equal(text(files[f], "format"), "silbo wire 1");
		json_array_foreach(member(files[f], "keys"), i, item)
		    check_key(item);
		assert_true(i > 0);
		json_array_foreach(member(files[f], "sources"), i, item)
		    check_source(files[f], item);
		assert_true(i > 0);
	}
}

static void
every_datagram_opens_to_its_fields_and_is_made_from_them(void **state)
{
	json_t *item;
	size_t i;

	(void)state;
	for (size_t f = 0; f < files_count; f++) {
		json_array_foreach(member(files[f], "datagrams"), i, item)
		    check_datagram(files[f], item);
		assert_true(i > 0);
	}
}

/* late_final needs time to pass, and is the track's business. */
static void
the_gate_says_of_every_datagram_what_its_vector_says(void **state)
{
	uint64_t counted[SILBO_VERDICTS] = {0};
	json_t *item;
	size_t i;

	(void)state;
	for (size_t f = 0; f < files_count; f++) {
		json_array_foreach(member(files[f], "verdicts"), i, item)
		    check_verdict(files[f], item, counted);
	}
	for (int v = 0; v < SILBO_VERDICTS; v++)
		if (counted[v] == 0 && v != SILBO_LATE_FINAL)
			fail_msg("no vector for %s",
			    silbo_verdict_name((enum silbo_verdict)v));
}

static int
load(void)
{
	files = calloc(files_count, sizeof(*files));
	for (size_t f = 0; f < files_count; f++) {
		json_error_t error;

		files[f] = json_load_file(paths[f], 0, &error);
		if (files[f] == NULL) {
			fprintf(stderr, "%s:%d: %s\n", paths[f], error.line,
			    error.text);
			return -1;
		}
	}
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_and_sources_are_derived_as_written),
	    cmocka_unit_test(
		every_datagram_opens_to_its_fields_and_is_made_from_them),
	    cmocka_unit_test(
		the_gate_says_of_every_datagram_what_its_vector_says),
	};
	int failed;

	if (argc < 2 || sodium_init() < 0)
		return 2;
	paths = (const char **)&argv[1];
	files_count = (size_t)argc - 1;
	if (load() < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	for (size_t f = 0; f < files_count; f++)
		json_decref(files[f]);
	free(files);
	return failed;
}
