/* SPDX-License-Identifier: MIT */
/*
 * The clock that STAMP's times are read from, and how wrong it may be, as the
 * kernel reckons it for whoever keeps it (adjtimex).
 */
#include <sys/timex.h>

#include "stamp.h"

/* It may have been set since: what is sent tells it as it is now. */
void
stamp_read_clock(struct silbo_stamp_clock *clock)
{
	struct silbo_clocks clocks;
	struct timex timex = {.modes = 0};
	int state;

	silbo_clock_read(&clocks);
	clock->zero_ns = clocks.wall - clocks.now;
	state = adjtimex(&timex);
	clock->estimate = (struct silbo_stamp_estimate){
	    .synced = state >= 0 && state != TIME_ERROR &&
		(timex.status & STA_UNSYNC) == 0,
	    .error_ns =
		timex.maxerror > 0 ? (uint64_t)timex.maxerror * 1000 : 0,
	};
}
