/* SPDX-License-Identifier: MIT */
/*
 * A file that takes its name when it is whole, for sink.c alone.
 */
#ifndef SILBO_MEDIA_PART_H
#define SILBO_MEDIA_PART_H

#include <silbo/defs.h>

struct silbo_part {
	int fd;
	char *path;
	char *part; /* NULL: written in place */
};

/*
 * Open for writing, empty.  A new or a regular file is written as PATH.part;
 * what is neither (a device, a link) is written to, not replaced.
 *
 * Returns 0 or SILBO_ERR_SYSTEM with errno kept: ESPIPE for what has no
 * positions, EBUSY when someone else is writing PATH.part.
 */
SILBO_MUST_USE
int silbo_part_open(struct silbo_part *part, const char *path);

/* Close it and give it its name; whoever had that name is replaced.  Returns 0
 * or SILBO_ERR_SYSTEM; then PATH.part stays. */
SILBO_MUST_USE
int silbo_part_keep(struct silbo_part *part);

/* Close it and leave nothing behind.  Keeps errno. */
void silbo_part_drop(struct silbo_part *part);

#endif
