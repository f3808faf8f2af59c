/* SPDX-License-Identifier: MIT */
/*
 * Sealing and opening against the bare AEAD of libsodium that does the same
 * work per datagram: ChaCha20-Poly1305 with the 24-byte header as associated
 * data. What silbo adds is the nonce, and the bounds.
 */
#include <sodium.h>

#include <silbo/seal.h>

#include "bench.h"

#define ROOM 1200

static struct silbo_seal seal;
static uint8_t clear[BENCH_BATCH][ROOM], datagrams[BENCH_BATCH][ROOM];
static size_t body_bytes;

static void
prepare_clear(size_t bytes)
{
	struct silbo_header header = {.mode = SILBO_MODE_PSK};
	static struct silbo_key key;
	const uint8_t master[SILBO_KEY_MASTER_BYTES] = {1};

	if (body_bytes != bytes) {
		silbo_key_init(&key, master);
		silbo_seal_init(&seal, &key, &header.source);
		body_bytes = bytes;
	}
	for (uint64_t i = 0; i < BENCH_BATCH; i++) {
		header.number = i;
		memset(clear[i] + SILBO_WIRE_HEADER_BYTES, (int)i, bytes);
		silbo_wire_pack_header(clear[i], &header);
	}
	memcpy(datagrams, clear, sizeof(datagrams));
}

/* The nonce that both use: zeros before the number, or silbo's own order. */
static void
write_nonce(uint8_t nonce[12], const uint8_t *header)
{
	memset(nonce, 0, 4);
	memcpy(nonce + 4, header, 8);
}

BENCH_RUN
run_seal_sodium(void)
{
	uint8_t nonce[12];

	for (size_t i = 0; i < BENCH_BATCH; i++) {
		uint8_t *d = datagrams[i];

		write_nonce(nonce, d);
		(void)crypto_aead_chacha20poly1305_ietf_encrypt(
		    d + SILBO_WIRE_HEADER_BYTES, NULL,
		    d + SILBO_WIRE_HEADER_BYTES, body_bytes, d,
		    SILBO_WIRE_HEADER_BYTES, NULL, nonce, seal.subkey);
	}
}

BENCH_RUN
run_seal_silbo(void)
{
	for (size_t i = 0; i < BENCH_BATCH; i++)
		bench_check(
		    silbo_seal(&seal, datagrams[i],
			SILBO_WIRE_HEADER_BYTES + body_bytes, ROOM) > 0);
}

static void
prepare_sealed(size_t bytes)
{
	prepare_clear(bytes);
	run_seal_silbo();
}

BENCH_RUN
run_unseal_sodium(void)
{
	uint8_t nonce[12];

	for (size_t i = 0; i < BENCH_BATCH; i++) {
		uint8_t *d = datagrams[i];

		write_nonce(nonce, d);
		bench_check(
		    crypto_aead_chacha20poly1305_ietf_decrypt(
			d + SILBO_WIRE_HEADER_BYTES, NULL, NULL,
			d + SILBO_WIRE_HEADER_BYTES,
			body_bytes + SILBO_WIRE_TAG_BYTES, d,
			SILBO_WIRE_HEADER_BYTES, nonce, seal.subkey) == 0);
	}
}

BENCH_RUN
run_unseal_silbo(void)
{
	for (size_t i = 0; i < BENCH_BATCH; i++)
		bench_check(silbo_unseal(&seal, datagrams[i],
				SILBO_WIRE_HEADER_BYTES + body_bytes +
				    SILBO_WIRE_TAG_BYTES) > 0);
}

#define SIZE(bytes)                              \
	static void prepare_clear_##bytes(void)  \
	{                                        \
		prepare_clear(bytes);            \
	}                                        \
	static void prepare_sealed_##bytes(void) \
	{                                        \
		prepare_sealed(bytes);           \
	}
SIZE(60)
SIZE(160)
SIZE(1141)

#define CASES(bytes)                                                         \
	{"seal_" #bytes, "sodium", true, BENCH_BATCH, prepare_clear_##bytes, \
	    run_seal_sodium},                                                \
	    {"seal_" #bytes, "silbo", false, BENCH_BATCH,                    \
		prepare_clear_##bytes, run_seal_silbo},                      \
	    {"unseal_" #bytes, "sodium", true, BENCH_BATCH,                  \
		prepare_sealed_##bytes, run_unseal_sodium},                  \
	{                                                                    \
		"unseal_" #bytes, "silbo", false, BENCH_BATCH,               \
		    prepare_sealed_##bytes, run_unseal_silbo                 \
	}

const struct bench_case bench_seal[] = {
    CASES(60),
    CASES(160),
    CASES(1141),
    {.name = NULL},
};
