/* SPDX-License-Identifier: MIT */
/*
 * The pre-shared key: from its text in a key file to the subkeys that seal.
 *
 * Pure: reading the file, and making random bytes, is the caller's.
 */
#ifndef SILBO_KEY_H
#define SILBO_KEY_H

#include <silbo/defs.h>
#include <silbo/err.h>
#include <silbo/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_KEY_MASTER_BYTES 32
#define SILBO_KEY_ID_BYTES 4
#define SILBO_KEYS_MAX 4 /* in one file, and at a receiver */
#define SILBO_KEY_FILE_BYTES_MAX 4096
#define SILBO_KEY_LINE_BYTES 53   /* "silbo1:", 44 of base64, LF, NUL */
#define SILBO_KEY_RANDOM_BYTES 16 /* that a source id is made from */

/*
 * The subkeys of one master key, by crypto_kdf_derive_from_key with context
 * "silboPK1": 1 = data, 2 = check, 3 = the id shown to people.
 */
struct silbo_key {
	uint8_t data[32];
	uint8_t check[32];
	uint8_t id[SILBO_KEY_ID_BYTES]; /* not secret: people compare it */
};

/* Derive the subkeys.  The caller wipes the master. */
SILBO_API
void silbo_key_init(
    struct silbo_key *key, const uint8_t master[SILBO_KEY_MASTER_BYTES]);

/*
 * Parse the text of a key file: lines that begin with # and empty lines are
 * passed over; every other line is "silbo1:" and standard padded base64 of
 * exactly 32 bytes.  A trailing CR is allowed.
 *
 *   keys      receives the derived keys, the sealing one first
 *   cap       places in keys, 1 to SILBO_KEYS_MAX
 *   text      the file; need not end in NUL
 *   len       its bytes
 *   line      receives the line number (from 1) of what was refused, or 0
 *
 * Returns how many keys, 1 to cap, or, with keys wiped, SILBO_ERR_KEY: a
 * malformed line; SILBO_ERR_SPACE: more than cap keys; SILBO_ERR_EMPTY: no key
 * line at all; SILBO_ERR_TOO_LARGE: longer than SILBO_KEY_FILE_BYTES_MAX.
 */
SILBO_API
SILBO_MUST_USE
int silbo_key_parse(struct silbo_key *keys, size_t cap, unsigned *line,
    const char *text, size_t len);

/* Write a key line, with line feed and NUL, for a key file. */
SILBO_API
void silbo_key_pack(char out[SILBO_KEY_LINE_BYTES],
    const uint8_t master[SILBO_KEY_MASTER_BYTES]);

/*
 * Make a source id from 16 random bytes.  With a key the last four are
 * replaced by the key check T = first 4 bytes of BLAKE2b-128(R, key K_check),
 * R being the first twelve.  With key NULL (plain mode) all 16 are kept.
 */
SILBO_API
void silbo_key_source(struct silbo_source *out,
    const uint8_t random[SILBO_KEY_RANDOM_BYTES], const struct silbo_key *key);

/*
 * Does the key check of this source id match the key?  Constant time.  A match
 * is a hint (1 in 2^32 ids match by chance), never authentication.
 */
SILBO_API
SILBO_MUST_USE
bool silbo_key_matches(
    const struct silbo_key *key, const struct silbo_source *source);

/* Erase the subkeys from memory. */
SILBO_API
void silbo_key_reset(struct silbo_key *key);

#ifdef __cplusplus
}
#endif

#endif
