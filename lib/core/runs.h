/* SPDX-License-Identifier: MIT */
/*
 * The classes of loss runs, where a track books them.  Private to lib/core.
 */
#ifndef SILBO_CORE_RUNS_H
#define SILBO_CORE_RUNS_H

#include <silbo/track.h>

/* Book a finished run of lost numbers; one of length 0 is none. */
static inline void
book_run(uint64_t *runs, uint64_t *longest, uint64_t *histogram, uint64_t run)
{
	static const uint64_t upper[] = {1, 2, 3, 4, 8, 16, 32};
	size_t i = 0;

	if (run == 0)
		return;
	while (i < SILBO_TRACK_RUN_CLASSES - 1 && run > upper[i])
		i++;
	histogram[i]++;
	(*runs)++;
	if (run > *longest)
		*longest = run;
}

#endif
