/* SPDX-License-Identifier: MIT */
/*
 * Preloaded (LD_PRELOAD): the wall clock jumps by an hour, back and forth,
 * every 200 ms.  The monotonic clock is left alone, as is the kernel's own
 * clock.
 */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *out);

int
clock_gettime(clockid_t id, struct timespec *out)
{
	static const long steps[] = {0, 3600, 0, -3600};
	struct timespec now;
	long result = syscall(SYS_clock_gettime, id, out);

	if (result != 0 || id != CLOCK_REALTIME)
		return (int)result;
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	out->tv_sec += steps[(now.tv_sec * 5 + now.tv_nsec / 200000000) % 4];
	return 0;
}
