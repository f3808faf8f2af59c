/* SPDX-License-Identifier: MIT */
/*
 * Several objects in one block of memory: each begins where any object may.
 * Private to the library.
 */
#ifndef SILBO_CORE_ALIGN_H
#define SILBO_CORE_ALIGN_H

#include <stddef.h>

/* The next multiple of the strictest alignment, which is that of malloc. */
static inline size_t
align(size_t bytes)
{
	const size_t to = _Alignof(max_align_t);

	return (bytes + to - 1) / to * to;
}

#endif
