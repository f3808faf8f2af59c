/* SPDX-License-Identifier: MIT */
/*
 * Seals and opens whole datagrams in place.  XChaCha20-Poly1305 is HChaCha20
 * over the first 16 bytes of the nonce, then ChaCha20-Poly1305 with four zero
 * bytes and the remaining 8 (draft-irtf-cfrg-xchacha-03 section 2.3).  Those 16
 * bytes are the source id, so the first half of the work is done in init.
 *
 * It refuses to know what stands in header or body, and which numbers were
 * used: that a header is never sealed twice is the sender's promise.
 */
#include <assert.h>
#include <string.h>

#include <silbo/seal.h>
#include <sodium.h>

_Static_assert(sizeof(((struct silbo_seal *)0)->subkey) ==
	crypto_core_hchacha20_OUTPUTBYTES,
    "the subkey is the output of HChaCha20");
_Static_assert(SILBO_WIRE_SOURCE_BYTES == crypto_core_hchacha20_INPUTBYTES,
    "the source id is the input of HChaCha20");
_Static_assert(SILBO_WIRE_TAG_BYTES == crypto_aead_chacha20poly1305_ietf_ABYTES,
    "the tag is Poly1305's");

/* Header bytes 0 to 7: version and type, mode, number. */
#define COUNTER_BYTES 8
#define NONCE_BYTES crypto_aead_chacha20poly1305_ietf_NPUBBYTES

void
silbo_seal_init(struct silbo_seal *seal, const struct silbo_key *key,
    const struct silbo_source *source)
{
	(void)crypto_core_hchacha20(
	    seal->subkey, source->bytes, key->data, NULL);
}

static void
make_nonce(uint8_t nonce[NONCE_BYTES], const uint8_t *datagram)
{
	size_t zeros = NONCE_BYTES - COUNTER_BYTES;

	memset(nonce, 0, zeros);
	memcpy(nonce + zeros, datagram, COUNTER_BYTES);
}

int
silbo_seal(
    const struct silbo_seal *seal, uint8_t *datagram, size_t len, size_t cap)
{
	uint8_t nonce[NONCE_BYTES];
	uint8_t *body = datagram + SILBO_WIRE_HEADER_BYTES;

	assert(len >= SILBO_WIRE_HEADER_BYTES && len <= SILBO_WIRE_MTU_MAX);
	if (cap < len || cap - len < SILBO_WIRE_TAG_BYTES)
		return SILBO_ERR_SPACE;

	make_nonce(nonce, datagram);
	(void)crypto_aead_chacha20poly1305_ietf_encrypt(body, NULL, body,
	    len - SILBO_WIRE_HEADER_BYTES, datagram, SILBO_WIRE_HEADER_BYTES,
	    NULL, nonce, seal->subkey);
	return (int)(len + SILBO_WIRE_TAG_BYTES);
}

int
silbo_unseal(const struct silbo_seal *seal, uint8_t *datagram, size_t len)
{
	uint8_t nonce[NONCE_BYTES];
	uint8_t *body = datagram + SILBO_WIRE_HEADER_BYTES;

	/* Above the maximum it is no UDP datagram, so nobody sealed it. */
	if (len < SILBO_WIRE_HEADER_BYTES + SILBO_WIRE_TAG_BYTES ||
	    len > SILBO_WIRE_MTU_MAX + SILBO_WIRE_TAG_BYTES)
		return SILBO_ERR_AUTH;

	make_nonce(nonce, datagram);
	if (crypto_aead_chacha20poly1305_ietf_decrypt(body, NULL, NULL, body,
		len - SILBO_WIRE_HEADER_BYTES, datagram,
		SILBO_WIRE_HEADER_BYTES, nonce, seal->subkey) != 0)
		return SILBO_ERR_AUTH;
	return (int)(len - SILBO_WIRE_TAG_BYTES);
}

void
silbo_seal_reset(struct silbo_seal *seal)
{
	sodium_memzero(seal, sizeof(*seal));
}
