/* SPDX-License-Identifier: MIT */
/*
 * Preloaded (LD_PRELOAD): something outside keeps this machine's clock, within
 * half a millisecond; or nothing does, if there is a $SHIM_UNSYNC.
 */
#include <stdlib.h>
#include <sys/timex.h>

int
adjtimex(struct timex *timex)
{
	int lost = getenv("SHIM_UNSYNC") != NULL;

	timex->status = lost ? STA_UNSYNC : 0;
	timex->maxerror = lost ? 16000000 : 500;
	return lost ? TIME_ERROR : TIME_OK;
}
