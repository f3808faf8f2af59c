/* SPDX-License-Identifier: MIT */
/*
 * Decides whether a key file deserves trust: what was opened is looked at, not
 * what has the name, so that nothing changes in between; whatever is wrong is
 * said with its remedy.  Erases what it read.  Does not know what keys open.
 */
#include "keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "cli.h"

#define QUOTED 256
#define PERMISSIONS 07777
#define OTHERS 077 /* group and world */

void
keyfile_harden(void)
{
	const struct rlimit none = {0, 0};

	/* Both can only fail where the system forbids less secrecy, not more:
	 * the keys still work, and there is nobody to ask. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
}

void
keyfile_lock(const void *secrets, size_t len)
{
	static bool told;

	/* Only the pages are locked: what stands in them is not changed. */
	if (sodium_mlock((void *)(uintptr_t)secrets, len) == 0 || told)
		return;
	told = true;
	cli_detail("keys may be swapped out: cannot lock %zu KiB of memory: "
		   "%s (see: ulimit -l)",
	    (len + 1023) / 1024, strerror(errno));
}

const char *
keyfile_id(char out[9], const struct silbo_key *key)
{
	return sodium_bin2hex(out, 9, key->id, sizeof(key->id));
}

/* Not blocking: a FIFO that nobody writes to must be refused, not waited for.
 */
static int
open_file(const char *path, const char *quoted)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	cli_error("cannot open key file '%s': %s", quoted, strerror(errno));
	if (errno == ENOENT)
		cli_hint("'silbo keygen -o %s' makes one", quoted);
	return -1;
}

static bool
check_file(int fd, const char *quoted)
{
	struct stat file;

	if (fstat(fd, &file) != 0) {
		cli_error("cannot examine key file '%s': %s", quoted,
		    strerror(errno));
		return false;
	}
	if (!S_ISREG(file.st_mode)) {
		cli_error("key file '%s' is not a regular file", quoted);
		return false;
	}
	if ((file.st_mode & OTHERS) != 0) {
		cli_error("key file '%s' is open to others (mode %04o)", quoted,
		    (unsigned)file.st_mode & PERMISSIONS);
		cli_hint("chmod 600 '%s', and if others could read it, make a "
			 "new key",
		    quoted);
		return false;
	}
	return true;
}

/* Fill text with up to cap bytes.  Returns how many, or -1 after a message. */
static ssize_t
read_all(int fd, char *text, size_t cap, const char *quoted)
{
	size_t used = 0;

	while (used < cap) {
		ssize_t n = read(fd, text + used, cap - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			cli_error("cannot read key file '%s': %s", quoted,
			    strerror(errno));
			return -1;
		}
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

static void
complain(int error, unsigned line, const char *quoted)
{
	if (error == SILBO_ERR_TOO_LARGE) {
		cli_error("key file '%s' is larger than %d bytes", quoted,
		    SILBO_KEY_FILE_BYTES_MAX);
	} else if (error == SILBO_ERR_EMPTY) {
		cli_error("no key in key file '%s'", quoted);
		cli_hint("'silbo keygen -o FILE' makes one");
	} else if (error == SILBO_ERR_SPACE) {
		cli_error("key file '%s', line %u: a file holds up to %d keys",
		    quoted, line, SILBO_KEYS_MAX);
		cli_hint("remove the oldest; the first one seals");
	} else {
		cli_error("key file '%s', line %u: not a key", quoted, line);
		cli_hint("a key is 'silbo1:' and 44 characters of base64; "
			 "comments begin with #");
	}
}

size_t
keyfile_read(struct silbo_key keys[SILBO_KEYS_MAX], const char *path)
{
	char text[SILBO_KEY_FILE_BYTES_MAX + 1], quoted[QUOTED];
	unsigned line = 0;
	ssize_t len = -1;
	int fd, count = 0;

	keyfile_harden();
	/* If that fails, keyfile_lock will say so for what is larger: here it
	 * is not known yet how much is to be told. */
	(void)sodium_mlock(keys, SILBO_KEYS_MAX * sizeof(*keys));
	fd = open_file(path, cli_quote(quoted, sizeof(quoted), path));
	if (fd < 0)
		return 0;
	if (check_file(fd, quoted))
		len = read_all(fd, text, sizeof(text), quoted);
	close(fd);
	if (len >= 0)
		count = silbo_key_parse(
		    keys, SILBO_KEYS_MAX, &line, text, (size_t)len);
	sodium_memzero(text, sizeof(text));
	if (count < 0)
		complain(count, line, quoted);
	return count > 0 ? (size_t)count : 0;
}
