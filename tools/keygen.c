/* SPDX-License-Identifier: MIT */
/*
 * The keygen command: one new key in one new file.  Never overwrites, and
 * leaves either a complete file or none, even when it is killed: the key is
 * written under another name first.  Does not know what keys are for.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "cli.h"
#include "keyfile.h"

#define QUOTED 256
#define TEXT_BYTES 192

static const char *path;

static const struct cli_option options[] = {
    {.group = "Output",
	.letter = 'o',
	.name = "output",
	.kind = CLI_FILE,
	.value = "FILE",
	.target = &path,
	.help = "the new key file, mode 0600; must not exist"},
    {.name = NULL},
};

static const struct cli_command command = {
    .name = "keygen",
    .purpose = "make a key that senders and receivers share",
    .usage = "silbo keygen -o FILE",
    .examples = "  silbo keygen -o studio.key\n"
		"  scp -p studio.key other.example:    # the same file there\n"
		"  silbo recv --key studio.key         # on one machine\n"
		"  silbo send FILE HOST --key studio.key\n",
    .notes = "Prints a short key id, which is no secret: the same id on both\n"
	     "machines means the same key.  Whoever holds the file can listen\n"
	     "and speak.  To change keys without a gap, put the new key line\n"
	     "into the old file, below at the receivers first, then on top at\n"
	     "the senders: the first line seals, all of them open.\n",
    .options = options,
};

/* The text of a key file, with a NUL. */
static void
compose(char text[TEXT_BYTES], char id[9])
{
	uint8_t master[SILBO_KEY_MASTER_BYTES];
	char line[SILBO_KEY_LINE_BYTES];
	struct silbo_key key;

	randombytes_buf(master, sizeof(master));
	silbo_key_init(&key, master);
	silbo_key_pack(line, master);
	keyfile_id(id, &key);
	snprintf(text, TEXT_BYTES,
	    "# silbo key %s, keep secret: whoever holds it can listen and "
	    "speak\n%s",
	    id, line);
	sodium_memzero(master, sizeof(master));
	sodium_memzero(line, sizeof(line));
	silbo_key_reset(&key);
}

/* Returns 0, or -1 with errno. */
static int
write_all(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Returns 0, or -1 with errno. */
static int
fill(int fd, const char *text)
{
	int failed = write_all(fd, text) != 0 || fsync(fd) != 0;
	int reason = errno;

	if (close(fd) != 0 && !failed)
		return -1;
	errno = reason;
	return failed ? -1 : 0;
}

/* Where there are no links (FAT, some network drives) the name is taken from
 * the file that has it; never from another. */
static int
take_name(const char *part)
{
	if (link(part, path) == 0)
		return 0;
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return -1;
	return renameat2(AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE);
}

/* A name beside the file, short since the file's may be as long as one can be.
 * Returns an open file of mode 0600, or -1 with errno. */
static int
open_part(char part[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	int directory = slash == NULL ? 0 : (int)(slash + 1 - path);

	if (snprintf(part, PATH_MAX, "%.*s.silbo-XXXXXX", directory, path) >=
	    PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return mkostemp(part, O_CLOEXEC);
}

/* Whole or not at all: killed at any point, we leave the name free.  Returns 0,
 * or -1 with errno. */
static int
make_file(const char *text)
{
	char part[PATH_MAX];
	int fd = open_part(part), status, reason;

	if (fd < 0)
		return -1;
	status = fill(fd, text);
	if (status == 0)
		status = take_name(part);
	reason = errno;
	unlink(part);
	errno = reason;
	return status;
}

static int
write_file(const char *text)
{
	char quoted[QUOTED];

	if (make_file(text) == 0)
		return EXIT_DONE;
	cli_quote(quoted, sizeof(quoted), path);
	if (errno == EEXIST) {
		cli_error(
		    "'%s' exists, and keys are never overwritten", quoted);
		cli_hint("choose another name, or remove it first");
		return EXIT_RUNTIME;
	}
	cli_error("cannot make '%s': %s", quoted, strerror(errno));
	if (errno == ENOENT)
		cli_hint("make its directory first");
	return EXIT_RUNTIME;
}

/* A key whose id nobody could read is not left behind. */
static int
announce(const char *id)
{
	if (printf("key id %s\n", id) < 0 || fflush(stdout) != 0) {
		cli_error(
		    "cannot write to standard output: %s", strerror(errno));
		unlink(path);
		return EXIT_RUNTIME;
	}
	cli_hint("copy the file to the other machine by a safe way, and "
		 "compare the id there");
	return EXIT_DONE;
}

int
keygen_main(int argc, char *const *argv)
{
	char text[TEXT_BYTES], id[9];
	int count, status;

	status = cli_parse(&command, argc, argv, NULL, &count);
	if (status != -1)
		return status;
	if (path == NULL || strcmp(path, "-") == 0) {
		cli_error("a key goes to a file: --output FILE is needed");
		cli_hint("usage: %s", command.usage);
		return EXIT_USAGE;
	}
	keyfile_harden();
	compose(text, id);
	status = write_file(text);
	sodium_memzero(text, sizeof(text));
	return status == EXIT_DONE ? announce(id) : status;
}
