/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "octets.h"
#include <silbo/seal.h>

#define HEADER SILBO_WIRE_HEADER_BYTES
#define TAG SILBO_WIRE_TAG_BYTES

/* A key, a source under it, its seal, and a datagram in clear of len bytes. */
static void
arrange(uint64_t *rng, struct silbo_key *key, struct silbo_seal *seal,
    uint8_t *datagram, size_t len)
{
	uint8_t master[SILBO_KEY_MASTER_BYTES];
	uint8_t random[SILBO_KEY_RANDOM_BYTES];
	struct silbo_header header = {
	    .type = (uint8_t)test_below(rng, SILBO_TYPES),
	    .mode = SILBO_MODE_PSK,
	    .number = test_random(rng) >> test_below(rng, 48) >> 16,
	};

	fill_random(rng, master, sizeof(master));
	fill_random(rng, random, sizeof(random));
	silbo_key_init(key, master);
	silbo_key_source(&header.source, random, key);
	silbo_seal_init(seal, key, &header.source);
	silbo_wire_pack_header(datagram, &header);
	fill_random(rng, datagram + HEADER, len - HEADER);
}

/*
 * The construction as libsodium documents it: one call, 24 bytes of nonce.
 */
static size_t
seal_by_one_call(
    uint8_t *out, const struct silbo_key *key, const uint8_t *clear, size_t len)
{
	uint8_t nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];
	unsigned long long sealed;

	memcpy(nonce, clear + 8, 16);
	memcpy(nonce + 16, clear, 8);
	memcpy(out, clear, HEADER);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + HEADER, &sealed,
	    clear + HEADER, len - HEADER, clear, HEADER, NULL, nonce,
	    key->data);
	return HEADER + (size_t)sealed;
}

static void
sealing_equals_the_one_call_form_and_opens_again(void **state)
{
	uint64_t seed = test_seed(11);
	uint64_t rng = seed;

	(void)state;
	for (size_t body = 0; body < 1400; body += body < 200 ? 1 : 7) {
		size_t len = HEADER + body;
		uint8_t clear[1500], ours[1500], theirs[1500];
		struct silbo_seal seal;
		struct silbo_key key;
		int sealed;

		arrange(&rng, &key, &seal, clear, len);
		memcpy(ours, clear, len);
		sealed = silbo_seal(&seal, ours, len, sizeof(ours));
		if (sealed != (int)len + TAG ||
		    seal_by_one_call(theirs, &key, clear, len) != len + TAG ||
		    memcmp(ours, theirs, len + TAG) != 0)
			fail_msg("seed %llu body %zu: sealed differs",
			    (unsigned long long)seed, body);
		if (silbo_unseal(&seal, ours, len + TAG) != (int)len ||
		    memcmp(ours, clear, len) != 0)
			fail_msg("seed %llu body %zu: opened differs",
			    (unsigned long long)seed, body);
	}
}

static void
every_bit_flip_of_a_sealed_datagram_is_refused(void **state)
{
	static const size_t bodies[] = {0, 1, 13, 64, 160};
	uint64_t rng = test_seed(12);

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		size_t len = HEADER + bodies[i];
		uint8_t sealed[256], bent[256];
		struct silbo_seal seal;
		struct silbo_key key;

		arrange(&rng, &key, &seal, sealed, len);
		assert_int_equal(
		    silbo_seal(&seal, sealed, len, sizeof(sealed)), len + TAG);
		len += TAG;
		for (size_t bit = 0; bit < len * 8; bit++) {
			/* A flip in the source id is another source, with a
			 * subkey of its own. */
			struct silbo_seal other;
			struct silbo_source source;

			memcpy(bent, sealed, len);
			bent[bit / 8] ^= (uint8_t)(1u << bit % 8);
			memcpy(source.bytes, bent + 8, sizeof(source.bytes));
			silbo_seal_init(&other, &key, &source);
			assert_int_equal(
			    silbo_unseal(&other, bent, len), SILBO_ERR_AUTH);
			/* And nothing in clear is left behind. */
			assert_true(
			    sodium_is_zero(bent + HEADER, len - HEADER - TAG));
		}
	}
}

static void
the_source_id_is_authenticated_even_under_the_cached_subkey(void **state)
{
	uint64_t rng = test_seed(13);
	uint8_t sealed[128], bent[128];
	struct silbo_seal seal;
	struct silbo_key key;

	(void)state;
	arrange(&rng, &key, &seal, sealed, 60);
	assert_int_equal(silbo_seal(&seal, sealed, 60, 128), 76);
	for (size_t bit = 64; bit < 192; bit++) {
		memcpy(bent, sealed, sizeof(bent));
		bent[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(silbo_unseal(&seal, bent, 76), SILBO_ERR_AUTH);
	}
}

static void
every_other_length_of_a_sealed_datagram_is_refused(void **state)
{
	uint64_t rng = test_seed(14);
	uint8_t sealed[256] = {0};
	struct silbo_seal seal;
	struct silbo_key key;
	size_t whole = HEADER + 50 + TAG;

	(void)state;
	arrange(&rng, &key, &seal, sealed, HEADER + 50);
	assert_int_equal(
	    silbo_seal(&seal, sealed, HEADER + 50, sizeof(sealed)), whole);
	for (size_t len = 0; len <= whole + 20; len++) {
		uint8_t *copy = exactly(sealed, len);

		assert_int_equal(silbo_unseal(&seal, copy, len),
		    len == whole ? (int)(HEADER + 50) : SILBO_ERR_AUTH);
		release(copy);
	}
}

static void
a_length_no_datagram_has_is_refused_before_it_is_read(void **state)
{
	struct silbo_seal seal = {{0}};
	uint8_t nothing[1] = {0};

	(void)state;
	assert_int_equal(
	    silbo_unseal(&seal, nothing, (size_t)70000), SILBO_ERR_AUTH);
	assert_int_equal(
	    silbo_unseal(&seal, nothing, SIZE_MAX), SILBO_ERR_AUTH);
}

static void
no_room_for_the_tag_leaves_the_datagram_untouched(void **state)
{
	uint64_t rng = test_seed(15);
	size_t len = HEADER + 40;
	uint8_t clear[HEADER + 40], datagram[HEADER + 40 + TAG];
	struct silbo_seal seal;
	struct silbo_key key;

	(void)state;
	arrange(&rng, &key, &seal, clear, len);
	for (size_t cap = 0; cap < len + TAG; cap++) {
		memcpy(datagram, clear, len);
		assert_int_equal(
		    silbo_seal(&seal, datagram, len, cap), SILBO_ERR_SPACE);
		assert_memory_equal(datagram, clear, len);
	}
	assert_int_equal(
	    silbo_seal(&seal, datagram, len, len + TAG), len + TAG);
}

static void
neighbouring_headers_share_no_key_stream(void **state)
{
	static const struct {
		size_t at;
		uint8_t flip;
	} rows[] = {
	    {0, 0x01}, {1, 0x02}, {2, 0x80}, {7, 0x01}, {8, 0x01}, {23, 0x01}};
	uint64_t rng = test_seed(16);
	uint8_t one[HEADER + 64 + TAG], two[HEADER + 64 + TAG];
	struct silbo_seal seal;
	struct silbo_key key;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct silbo_source source;

		arrange(&rng, &key, &seal, one, HEADER + 64);
		memset(one + HEADER, 0, 64);
		memcpy(two, one, HEADER + 64);
		two[rows[i].at] ^= rows[i].flip;
		assert_true(silbo_seal(&seal, one, 88, sizeof(one)) > 0);
		memcpy(source.bytes, two + 8, sizeof(source.bytes));
		silbo_seal_init(&seal, &key, &source);
		assert_true(silbo_seal(&seal, two, 88, sizeof(two)) > 0);
		assert_memory_not_equal(one + HEADER, two + HEADER, 8);
		assert_memory_not_equal(one + 80, two + 80, 8);
	}
}

static void
reset_leaves_no_subkey(void **state)
{
	uint64_t rng = test_seed(17);
	uint8_t datagram[HEADER];
	struct silbo_seal seal;
	struct silbo_key key;

	(void)state;
	arrange(&rng, &key, &seal, datagram, HEADER);
	silbo_seal_reset(&seal);
	assert_true(sodium_is_zero((uint8_t *)&seal, sizeof(seal)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sealing_equals_the_one_call_form_and_opens_again),
	    cmocka_unit_test(every_bit_flip_of_a_sealed_datagram_is_refused),
	    cmocka_unit_test(
		the_source_id_is_authenticated_even_under_the_cached_subkey),
	    cmocka_unit_test(
		every_other_length_of_a_sealed_datagram_is_refused),
	    cmocka_unit_test(
		a_length_no_datagram_has_is_refused_before_it_is_read),
	    cmocka_unit_test(no_room_for_the_tag_leaves_the_datagram_untouched),
	    cmocka_unit_test(neighbouring_headers_share_no_key_stream),
	    cmocka_unit_test(reset_leaves_no_subkey),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
