/* SPDX-License-Identifier: MIT */
/*
 * The classes of silbo/defs.h.  Private to lib/core.
 */
#ifndef SILBO_CORE_CLASSES_H
#define SILBO_CORE_CLASSES_H

#include <silbo/defs.h>

/* The class of a length or distance, which is at least 1. */
static inline size_t
class_of(uint64_t length)
{
	static const uint64_t upper[SILBO_CLASSES - 1] = {
	    1, 2, 3, 4, 8, 16, 32};
	size_t i = 0;

	while (i < SILBO_CLASSES - 1 && length > upper[i])
		i++;
	return i;
}

#endif
