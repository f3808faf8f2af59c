/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "octets.h"
#include <silbo/key.h>

/* base64 of bytes 0 to 31, and of bytes 32 to 63 */
#define A "silbo1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define B "silbo1:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="

static void
fill(uint8_t *out, size_t len, unsigned from)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(from + i);
}

static void
assert_hex(const uint8_t *bytes, size_t len, const char *hex)
{
	char text[129];

	assert_true(len <= 64);
	assert_string_equal(
	    sodium_bin2hex(text, sizeof(text), bytes, len), hex);
}

/* The values were computed with hashlib.blake2b (salt, person), not by us. */
static void
the_subkeys_are_those_of_the_derivation_by_blake2b(void **state)
{
	uint8_t master[SILBO_KEY_MASTER_BYTES];
	struct silbo_key key;

	(void)state;
	fill(master, sizeof(master), 0);
	silbo_key_init(&key, master);
	assert_hex(key.data, 32,
	    "7ef76f3824f034aa106ca495a8138b81"
	    "b0a3e8fa7513e17e563b8012339e59e6");
	assert_hex(key.check, 32,
	    "ffc4ae13087119f4d192ac0cf5da10d5"
	    "01941794e7d330ea770b55d1fec39d89");
	assert_hex(key.id, SILBO_KEY_ID_BYTES, "6f42c214");
}

static void
the_key_check_is_the_keyed_hash_of_the_random_part(void **state)
{
	uint8_t master[SILBO_KEY_MASTER_BYTES];
	uint8_t random[SILBO_KEY_RANDOM_BYTES];
	struct silbo_source source;
	struct silbo_key key;

	(void)state;
	fill(master, sizeof(master), 0);
	fill(random, sizeof(random), 0xa0);
	silbo_key_init(&key, master);
	silbo_key_source(&source, random, &key);
	assert_hex(source.bytes, 16,
	    "a0a1a2a3a4a5a6a7a8a9aaab"
	    "6ba0b89a");
	silbo_key_source(&source, random, NULL);
	assert_memory_equal(source.bytes, random, sizeof(random));
}

static void
a_source_id_matches_its_own_key_and_no_other(void **state)
{
	uint64_t seed = test_seed(1);
	uint64_t rng = seed;

	(void)state;
	for (int i = 0; i < 500; i++) {
		uint8_t master[SILBO_KEY_MASTER_BYTES];
		uint8_t random[SILBO_KEY_RANDOM_BYTES];
		struct silbo_key mine, other;
		struct silbo_source source;

		fill_random(&rng, master, sizeof(master));
		fill_random(&rng, random, sizeof(random));
		silbo_key_init(&mine, master);
		master[test_below(&rng, sizeof(master))] ^= 1;
		silbo_key_init(&other, master);
		silbo_key_source(&source, random, &mine);
		if (!silbo_key_matches(&mine, &source) ||
		    silbo_key_matches(&other, &source))
			fail_msg("seed %llu", (unsigned long long)seed);
	}
}

static void
every_bit_of_a_source_id_is_under_the_key_check(void **state)
{
	uint8_t master[SILBO_KEY_MASTER_BYTES] = {7};
	uint8_t random[SILBO_KEY_RANDOM_BYTES] = {9};
	struct silbo_source source;
	struct silbo_key key;

	(void)state;
	silbo_key_init(&key, master);
	silbo_key_source(&source, random, &key);
	for (unsigned bit = 0; bit < 128; bit++) {
		struct silbo_source bent = source;

		bent.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(silbo_key_matches(&key, &bent));
	}
}

struct file_row {
	unsigned row;
	const char *text;
	size_t cap;
	int result;
	unsigned line;
};

#define BAD SILBO_ERR_KEY

static const struct file_row file_rows[] = {
    {1, A "\n", 4, 1, 0},
    {2, A, 4, 1, 0},
    {3, A "\r\n", 4, 1, 0},
    {4, "# made today\n\n" A "\n", 4, 1, 0},
    {5, A "\n" B "\n", 4, 2, 0},
    {6, A "\n# old one\n" B, 4, 2, 0},
    {7, A "\n" B "\n" A "\n" B "\n", 4, 4, 0},
    {8, "#\r\n\r\n" A "\r\n", 1, 1, 0},
    /* nothing there */
    {9, "", 4, SILBO_ERR_EMPTY, 0},
    {10, "\n\n", 4, SILBO_ERR_EMPTY, 0},
    {11, "# only words\n", 4, SILBO_ERR_EMPTY, 0},
    {12, "\r\n", 4, SILBO_ERR_EMPTY, 0},
    /* more than fit */
    {13, A "\n" B "\n", 1, SILBO_ERR_SPACE, 2},
    {14, A "\n" B "\n" A "\n" B "\n\n" A "\n", 4, SILBO_ERR_SPACE, 6},
    /* not a key line of this version */
    {15, "hello\n", 4, BAD, 1},
    {16, "# x\nsilbo1:\n", 4, BAD, 2},
    {17, "silbo2:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", 4, BAD, 1},
    {18, "Silbo1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", 4, BAD, 1},
    {19, " " A "\n", 4, BAD, 1},
    {20, A " \n", 4, BAD, 1},
    {21, A "\n" A "x\n", 4, BAD, 2},
    {22, A "\r\r\n", 4, BAD, 1},
    {23, A "\r" B "\n", 4, BAD, 1},
    /* base64 that is not standard, padded, and of 32 bytes */
    {24, "silbo1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n", 4, BAD, 1},
    {25, "silbo1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=\n", 4, BAD, 1},
    {26, "silbo1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==\n", 4, BAD, 1},
    {27, "silbo1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8f\n", 4, BAD, 1},
    {28, "silbo1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd-_8=\n", 4, BAD, 1},
    {29, "silbo1:AAECAwQFBgcICQoLDA0O xAREhMUFRYXGBkaGxwdHh8=\n", 4, BAD, 1},
    {30, "silbo1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n=", 4, BAD, 2},
    {31, "silbo1:============================================\n", 4, BAD, 1},
};

static void
every_key_file_is_read_or_refused_at_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(file_rows) / sizeof(file_rows[0]); i++) {
		const struct file_row *r = &file_rows[i];
		struct silbo_key keys[SILBO_KEYS_MAX];
		unsigned line = 99;
		int result;

		memset(keys, 0x55, sizeof(keys));
		result = silbo_key_parse(
		    keys, r->cap, &line, r->text, strlen(r->text));
		if (result != r->result || line != r->line)
			fail_msg("row %u: %d, line %u", r->row, result, line);
		if (result < 0)
			assert_true(sodium_is_zero(
			    (uint8_t *)keys, r->cap * sizeof(keys[0])));
	}
}

static void
the_first_key_in_the_file_is_the_first_in_the_list(void **state)
{
	uint8_t master[SILBO_KEY_MASTER_BYTES];
	struct silbo_key keys[SILBO_KEYS_MAX], want;
	const char *text = B "\n" A "\n";
	unsigned line;

	(void)state;
	assert_int_equal(
	    silbo_key_parse(keys, 4, &line, text, strlen(text)), 2);
	fill(master, sizeof(master), 32);
	silbo_key_init(&want, master);
	assert_memory_equal(&keys[0], &want, sizeof(want));
	fill(master, sizeof(master), 0);
	silbo_key_init(&want, master);
	assert_memory_equal(&keys[1], &want, sizeof(want));
}

static void
a_packed_line_parses_to_the_same_key(void **state)
{
	uint64_t rng = test_seed(3);

	(void)state;
	for (int i = 0; i < 500; i++) {
		uint8_t master[SILBO_KEY_MASTER_BYTES];
		char text[SILBO_KEY_LINE_BYTES];
		struct silbo_key got, want;
		unsigned line;

		fill_random(&rng, master, sizeof(master));
		silbo_key_pack(text, master);
		assert_int_equal(strlen(text), SILBO_KEY_LINE_BYTES - 1);
		assert_int_equal(
		    silbo_key_parse(&got, 1, &line, text, strlen(text)), 1);
		silbo_key_init(&want, master);
		assert_memory_equal(&got, &want, sizeof(want));
	}
}

/* In memory of exactly its size, so that a sanitizer sees one byte too far. */
static void
every_prefix_of_a_file_is_read_within_its_bytes(void **state)
{
	const char *text = "#\n" A "\r\n" B "\n";
	size_t whole = strlen(text);

	(void)state;
	for (size_t len = 0; len <= whole; len++) {
		struct silbo_key keys[SILBO_KEYS_MAX];
		uint8_t *copy = exactly((const uint8_t *)text, len);
		unsigned line;
		int result;

		result =
		    silbo_key_parse(keys, 4, &line, (const char *)copy, len);
		if (len <= 2)
			assert_int_equal(result, SILBO_ERR_EMPTY);
		else if (len < 53)
			assert_int_equal(result, SILBO_ERR_KEY);
		else if (len <= 55)
			assert_int_equal(result, 1);
		else
			assert_int_equal(result, len < 106 ? BAD : 2);
		release(copy);
	}
}

static void
a_file_over_4_kib_is_too_large(void **state)
{
	static char text[SILBO_KEY_FILE_BYTES_MAX + 1];
	struct silbo_key keys[SILBO_KEYS_MAX];
	unsigned line;

	(void)state;
	memset(text, '#', sizeof(text));
	memcpy(text, A "\n", 52);
	assert_int_equal(
	    silbo_key_parse(keys, 4, &line, text, sizeof(text) - 1), 1);
	assert_int_equal(silbo_key_parse(keys, 4, &line, text, sizeof(text)),
	    SILBO_ERR_TOO_LARGE);
	assert_true(sodium_is_zero((uint8_t *)keys, sizeof(keys)));
}

static void
reset_leaves_no_subkey(void **state)
{
	uint8_t master[SILBO_KEY_MASTER_BYTES] = {1};
	struct silbo_key key;

	(void)state;
	silbo_key_init(&key, master);
	silbo_key_reset(&key);
	assert_true(sodium_is_zero((uint8_t *)&key, sizeof(key)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		the_subkeys_are_those_of_the_derivation_by_blake2b),
	    cmocka_unit_test(
		the_key_check_is_the_keyed_hash_of_the_random_part),
	    cmocka_unit_test(a_source_id_matches_its_own_key_and_no_other),
	    cmocka_unit_test(every_bit_of_a_source_id_is_under_the_key_check),
	    cmocka_unit_test(every_key_file_is_read_or_refused_at_its_line),
	    cmocka_unit_test(
		the_first_key_in_the_file_is_the_first_in_the_list),
	    cmocka_unit_test(a_packed_line_parses_to_the_same_key),
	    cmocka_unit_test(every_prefix_of_a_file_is_read_within_its_bytes),
	    cmocka_unit_test(a_file_over_4_kib_is_too_large),
	    cmocka_unit_test(reset_leaves_no_subkey),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
