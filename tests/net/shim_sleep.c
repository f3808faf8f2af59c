/* SPDX-License-Identifier: MIT */
/*
 * Preloaded (LD_PRELOAD): once there is a file $SHIM_SLEPT, the machine has
 * slept for ten seconds.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *out);

int
clock_gettime(clockid_t id, struct timespec *out)
{
	long result = syscall(SYS_clock_gettime, id, out);

	if (result == 0 && id == CLOCK_BOOTTIME &&
	    access(getenv("SHIM_SLEPT"), F_OK) == 0)
		out->tv_sec += 10;
	return (int)result;
}
