/* SPDX-License-Identifier: MIT */
/*
 * Key files on disk: reading with the checks that a secret deserves, making new
 * ones.  Messages are printed here, as only here the reason is known.
 */
#ifndef SILBO_TOOLS_KEYFILE_H
#define SILBO_TOOLS_KEYFILE_H

#include <silbo/key.h>

/*
 * Read up to SILBO_KEYS_MAX keys.  Refuses, with message and hint: not there,
 * not a regular file, readable or writable by group or others (mode & 077),
 * above 4096 bytes, malformed (names the line), no key in it.
 *
 * Returns how many keys, or 0 after the message.
 */
size_t keyfile_read(struct silbo_key keys[SILBO_KEYS_MAX], const char *path);

/* "7f3a91c2" of a key.  Returns out. */
const char *keyfile_id(char out[9], const struct silbo_key *key);

/* Keep keys out of core files and other processes' sight: dumpable off, core
 * limit 0.  Called whenever a key is loaded or made. */
void keyfile_harden(void);

/*
 * Lock memory that holds keys, or will: it is not swapped, and left out of core
 * files.  Where the limit on locked memory forbids it, which is said once at
 * -v, the keys work all the same.  Stays so until the process ends.
 */
void keyfile_lock(const void *secrets, size_t len);

/* The keygen command. */
int keygen_main(int argc, char *const *argv);

#endif
