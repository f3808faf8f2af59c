/* SPDX-License-Identifier: MIT */
/*
 * Datagrams for the tests of gate and receiver, made field by field, so that
 * every one of them can be wrong on its own.
 */
#ifndef SILBO_TESTS_LETTERS_H
#define SILBO_TESTS_LETTERS_H

#include "testing.h"

#include <silbo/gate.h>
#include <silbo/seal.h>

#define LETTER_BYTES 8192

struct letter {
	uint8_t bytes[LETTER_BYTES];
	size_t len;
	bool truncated;
	uint8_t from; /* stands for an address */
};

/* Keys and sources that differ by one small number. */
static inline struct silbo_key
letter_key(uint8_t which)
{
	const uint8_t master[SILBO_KEY_MASTER_BYTES] = {0x6b, which};
	struct silbo_key key;

	silbo_key_init(&key, master);
	return key;
}

static inline struct silbo_source
letter_source(uint8_t which, const struct silbo_key *key)
{
	const uint8_t random[SILBO_KEY_RANDOM_BYTES] = {0x73, which, 1, 2};
	struct silbo_source source;

	silbo_key_source(&source, random, key);
	return source;
}

/* Any type and body; sealed when there is a key. */
static inline void
letter_write(struct letter *letter, enum silbo_type type, uint64_t number,
    const struct silbo_source *source, const struct silbo_key *key,
    const void *body, size_t body_bytes)
{
	struct silbo_header header = {
	    .type = (uint8_t)type,
	    .mode = key != NULL ? SILBO_MODE_PSK : SILBO_MODE_PLAIN,
	    .number = number,
	    .source = *source,
	};

	assert_true(body_bytes < LETTER_BYTES / 2);
	memset(letter, 0, sizeof(*letter));
	silbo_wire_pack_header(letter->bytes, &header);
	memcpy(letter->bytes + SILBO_WIRE_HEADER_BYTES, body, body_bytes);
	letter->len = SILBO_WIRE_HEADER_BYTES + body_bytes;
	if (key != NULL) {
		struct silbo_seal seal;
		int bytes;

		silbo_seal_init(&seal, key, source);
		bytes =
		    silbo_seal(&seal, letter->bytes, letter->len, LETTER_BYTES);
		assert_true(bytes > 0);
		letter->len = (size_t)bytes;
	}
}

/* A DATA of 20 ms with 20 bytes of payload. */
static inline void
letter_data(struct letter *letter, uint64_t number, uint64_t media_time,
    const struct silbo_source *source, const struct silbo_key *key)
{
	static const uint8_t payload[20] = {1, 2, 3, 4};
	const struct silbo_data data = {
	    .media_time = media_time,
	    .duration = 960,
	    .payload = payload,
	    .payload_bytes = sizeof(payload),
	};
	uint8_t body[64];
	int bytes = silbo_wire_pack_data(body, sizeof(body), &data);

	assert_true(bytes > 0);
	letter_write(
	    letter, SILBO_TYPE_DATA, number, source, key, body, (size_t)bytes);
}

/* Any INFO; what it does not say is 0. */
static inline void
letter_say(struct letter *letter, uint64_t number,
    const struct silbo_info *info, const struct silbo_source *source,
    const struct silbo_key *key)
{
	uint8_t body[SILBO_WIRE_INFO_BYTES];

	assert_true(silbo_wire_pack_info(body, sizeof(body), info) > 0);
	letter_write(
	    letter, SILBO_TYPE_INFO, number, source, key, body, sizeof(body));
}

/* Of a source that began an hour ago: what was before is no loss. */
static inline void
letter_info(struct letter *letter, uint64_t number, uint64_t media_time,
    const struct silbo_source *source, const struct silbo_key *key)
{
	const struct silbo_info info = {
	    .media_time = media_time, .age_ns = 3600 * SILBO_NS_PER_S};

	letter_say(letter, number, &info, source, key);
}

/* How it comes; data is a copy, as it is opened in place. */
static inline struct silbo_arrival
letter_arrival(
    const struct letter *letter, uint8_t data[LETTER_BYTES], silbo_time at)
{
	memcpy(data, letter->bytes, LETTER_BYTES);
	return (struct silbo_arrival){
	    .data = data,
	    .len = letter->len,
	    .from = {.len = 1, .bytes = {letter->from}},
	    .at = at,
	    .at_source = SILBO_STAMP_SIM,
	    .tos = -1,
	    .ttl = -1,
	    .truncated = letter->truncated,
	};
}

#endif
