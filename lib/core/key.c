/* SPDX-License-Identifier: MIT */
/*
 * Turns the text of a key file into subkeys, and binds source ids to a key by a
 * short check that a receiver can test before it opens anything.
 *
 * It refuses to know where the text came from, who may read that file, and
 * where random bytes come from.
 */
#include <assert.h>
#include <string.h>

#include <silbo/key.h>
#include <sodium.h>

#define CONTEXT "silboPK1"
#define SUBKEY_DATA 1
#define SUBKEY_CHECK 2
#define SUBKEY_ID 3

#define PREFIX "silbo1:"
#define PREFIX_BYTES (sizeof(PREFIX) - 1)
#define BASE64_BYTES 44 /* of 32 bytes, padded */
#define BASE64_VARIANT sodium_base64_VARIANT_ORIGINAL

#define CHECK_BYTES 4
#define CHECK_HASH_BYTES 16
#define CHECK_AT (SILBO_WIRE_SOURCE_BYTES - CHECK_BYTES)

_Static_assert(SILBO_KEY_MASTER_BYTES == crypto_kdf_KEYBYTES,
    "the master is the key of crypto_kdf");
_Static_assert(sizeof(CONTEXT) - 1 == crypto_kdf_CONTEXTBYTES,
    "the context fills its place in the derivation");
_Static_assert(SILBO_KEY_LINE_BYTES == PREFIX_BYTES + BASE64_BYTES + 2,
    "a key line is prefix, base64, line feed and NUL");
_Static_assert(SILBO_KEY_RANDOM_BYTES == SILBO_WIRE_SOURCE_BYTES,
    "a plain source id is random in every byte");

static void
derive(
    uint8_t out[32], uint64_t id, const uint8_t master[SILBO_KEY_MASTER_BYTES])
{
	(void)crypto_kdf_derive_from_key(out, 32, id, CONTEXT, master);
}

void
silbo_key_init(
    struct silbo_key *key, const uint8_t master[SILBO_KEY_MASTER_BYTES])
{
	uint8_t shown[32];

	derive(key->data, SUBKEY_DATA, master);
	derive(key->check, SUBKEY_CHECK, master);
	derive(shown, SUBKEY_ID, master);
	memcpy(key->id, shown, SILBO_KEY_ID_BYTES);
	sodium_memzero(shown, sizeof(shown));
}

/* One line without its line feed, already known to be meant as a key. */
static bool
parse_line(struct silbo_key *key, const char *line, size_t len)
{
	uint8_t master[SILBO_KEY_MASTER_BYTES];
	size_t bytes = 0;
	bool ok;

	if (len != PREFIX_BYTES + BASE64_BYTES ||
	    memcmp(line, PREFIX, PREFIX_BYTES) != 0)
		return false;
	/* With no end pointer libsodium refuses what it cannot consume, and
	 * with no list of characters to ignore it consumes base64 alone. */
	ok = sodium_base642bin(master, sizeof(master), line + PREFIX_BYTES,
		 BASE64_BYTES, NULL, &bytes, NULL, BASE64_VARIANT) == 0 &&
	    bytes == sizeof(master);
	if (ok)
		silbo_key_init(key, master);
	sodium_memzero(master, sizeof(master));
	return ok;
}

/* Bytes of the line that begins here, its line feed not counted. */
static size_t
line_length(const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);

	return end != NULL ? (size_t)(end - text) : len;
}

/* Returns the keys found, or SILBO_ERR_KEY with *line at the culprit. */
static int
parse_lines(struct silbo_key *keys, size_t cap, unsigned *line,
    const char *text, size_t len)
{
	size_t count = 0;

	for (size_t at = 0; at < len;) {
		const char *start = text + at;
		size_t bytes = line_length(start, len - at);

		at += bytes + 1;
		++*line;
		if (bytes > 0 && start[bytes - 1] == '\r')
			bytes--;
		if (bytes == 0 || start[0] == '#')
			continue;
		if (count == cap)
			return SILBO_ERR_SPACE;
		if (!parse_line(&keys[count], start, bytes))
			return SILBO_ERR_KEY;
		count++;
	}
	*line = 0;
	return count > 0 ? (int)count : SILBO_ERR_EMPTY;
}

int
silbo_key_parse(struct silbo_key *keys, size_t cap, unsigned *line,
    const char *text, size_t len)
{
	int count;

	assert(cap >= 1 && cap <= SILBO_KEYS_MAX);
	*line = 0;
	if (len > SILBO_KEY_FILE_BYTES_MAX)
		count = SILBO_ERR_TOO_LARGE;
	else
		count = parse_lines(keys, cap, line, text, len);
	if (count < 0)
		sodium_memzero(keys, cap * sizeof(*keys));
	return count;
}

void
silbo_key_pack(char out[SILBO_KEY_LINE_BYTES],
    const uint8_t master[SILBO_KEY_MASTER_BYTES])
{
	memcpy(out, PREFIX, PREFIX_BYTES);
	(void)sodium_bin2base64(out + PREFIX_BYTES, BASE64_BYTES + 1, master,
	    SILBO_KEY_MASTER_BYTES, BASE64_VARIANT);
	memcpy(out + PREFIX_BYTES + BASE64_BYTES, "\n", 2);
}

/* BLAKE2b gives different bytes for different lengths, so the 16 are part of
 * the format although only the first four are used. */
static void
compute_check(uint8_t out[CHECK_BYTES], const struct silbo_key *key,
    const uint8_t random[CHECK_AT])
{
	uint8_t hash[CHECK_HASH_BYTES];

	(void)crypto_generichash(hash, sizeof(hash), random, CHECK_AT,
	    key->check, sizeof(key->check));
	memcpy(out, hash, CHECK_BYTES);
}

void
silbo_key_source(struct silbo_source *out,
    const uint8_t random[SILBO_KEY_RANDOM_BYTES], const struct silbo_key *key)
{
	memcpy(out->bytes, random, sizeof(out->bytes));
	if (key != NULL)
		compute_check(out->bytes + CHECK_AT, key, out->bytes);
}

bool
silbo_key_matches(
    const struct silbo_key *key, const struct silbo_source *source)
{
	uint8_t check[CHECK_BYTES];

	compute_check(check, key, source->bytes);
	return sodium_memcmp(check, source->bytes + CHECK_AT, CHECK_BYTES) == 0;
}

void
silbo_key_reset(struct silbo_key *key)
{
	sodium_memzero(key, sizeof(*key));
}
