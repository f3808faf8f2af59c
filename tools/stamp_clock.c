/* SPDX-License-Identifier: MIT */
/*
 * The clock that STAMP's times are read from, and how wrong it may be, as the
 * kernel reckons it for whoever keeps it (adjtimex).
 */
#include <sys/timex.h>

#include "stamp.h"

/*
 * It may have been set since: what is sent tells it as it is now.  Monotonic
 * and wall are read in this order, so that nothing is dated too early.
 */
void
stamp_read_clock(struct silbo_stamp_clock *clock)
{
	silbo_time now = silbo_clock_now();
	struct timex timex = {.modes = 0};
	int state;

	clock->zero_ns = silbo_clock_wall() - now;
	state = adjtimex(&timex);
	clock->estimate = (struct silbo_stamp_estimate){
	    .synced = state >= 0 && state != TIME_ERROR &&
		(timex.status & STA_UNSYNC) == 0,
	    .error_ns =
		timex.maxerror > 0 ? (uint64_t)timex.maxerror * 1000 : 0,
	};
}
