/* SPDX-License-Identifier: MIT */
/*
 * The name of a file that is being written.
 *
 * Decides that nobody mistakes a recording that is cut off for a whole one, and
 * that the one from yesterday is gone only when today's is there.  What is left
 * of a run that was killed is written over like the file itself, but never
 * while its writer lives, where the file system has locks.  Refuses to know
 * what is in the file.
 */
#include "part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <silbo/err.h>

static int
copy_names(struct silbo_part *p, const char *path)
{
	size_t len = strlen(path);
	struct stat st;

	p->path = strdup(path);
	if (p->path == NULL)
		return SILBO_ERR_SYSTEM;
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return 0;
	p->part = malloc(len + sizeof ".part");
	if (p->part == NULL)
		return SILBO_ERR_SYSTEM;
	memcpy(p->part, path, len);
	memcpy(p->part + len, ".part", sizeof ".part");
	return 0;
}

/*
 * The lock says that the writer lives.  A file that has been renamed between
 * our opening and locking it is somebody's whole recording by now.
 */
static int
claim(const struct silbo_part *p)
{
	struct stat opened, named;

	/* A file system without locks is no reason to record nothing. */
	if (flock(p->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		errno = EBUSY;
		return SILBO_ERR_SYSTEM;
	}
	if (fstat(p->fd, &opened) < 0 || stat(p->part, &named) < 0)
		return SILBO_ERR_SYSTEM;
	if (opened.st_dev != named.st_dev || opened.st_ino != named.st_ino) {
		errno = EBUSY;
		return SILBO_ERR_SYSTEM;
	}
	return ftruncate(p->fd, 0) < 0 ? SILBO_ERR_SYSTEM : 0;
}

static int
open_names(struct silbo_part *p)
{
	int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY;

	if (p->part != NULL) {
		p->fd = open(p->part, flags, 0666);
		return p->fd < 0 ? SILBO_ERR_SYSTEM : claim(p);
	}
	p->fd = open(p->path, flags | O_TRUNC, 0666);
	/* What cannot go back cannot finish a header. */
	if (p->fd < 0 || lseek(p->fd, 0, SEEK_CUR) < 0)
		return SILBO_ERR_SYSTEM;
	return 0;
}

static void
forget(struct silbo_part *p)
{
	free(p->path);
	free(p->part);
	memset(p, 0, sizeof *p);
	p->fd = -1;
}

int
silbo_part_open(struct silbo_part *part, const char *path)
{
	int kept;

	memset(part, 0, sizeof *part);
	part->fd = -1;
	if (copy_names(part, path) == 0 && open_names(part) == 0)
		return 0;
	/* What could not be claimed is not ours to remove. */
	kept = errno;
	if (part->fd >= 0)
		close(part->fd);
	forget(part);
	errno = kept;
	return SILBO_ERR_SYSTEM;
}

int
silbo_part_keep(struct silbo_part *part)
{
	int err = 0, kept = errno;

	/* First the name, then the lock: nobody claims it in between. */
	if (part->part != NULL && rename(part->part, part->path) < 0) {
		err = SILBO_ERR_SYSTEM;
		kept = errno;
	}
	if (close(part->fd) < 0 && err == 0) {
		err = SILBO_ERR_SYSTEM;
		kept = errno;
	}
	forget(part);
	errno = kept;
	return err;
}

void
silbo_part_drop(struct silbo_part *part)
{
	int kept = errno;

	if (part->part != NULL)
		unlink(part->part);
	close(part->fd);
	forget(part);
	errno = kept;
}
