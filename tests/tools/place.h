/* SPDX-License-Identifier: MIT */
/*
 * A directory of a test's own, with room for one file in it.
 */
#ifndef SILBO_TESTS_PLACE_H
#define SILBO_TESTS_PLACE_H

#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[64]; /* of the file, which nobody has made yet */

static inline int
place_enter(void **state)
{
	char directory[] = "/tmp/silbo-tools-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/out.wav", directory);
	return 0;
}

/* The test leaves nothing else, or this fails. */
static inline int
place_leave(void **state)
{
	(void)state;
	unlink(path);
	*strrchr(path, '/') = '\0';
	return rmdir(path);
}

#endif
