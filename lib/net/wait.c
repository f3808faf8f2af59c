/* SPDX-License-Identifier: MIT */
/*
 * Waiting: for descriptors, for a deadline, or for whichever comes first.
 *
 * The deadline is kept in nanoseconds down to the kernel: poll(2) rounds to
 * milliseconds, which alone makes a 20 ms schedule half a millisecond late on
 * average, and the default timer slack adds 50 us to every sleep.  With no
 * descriptor to look at, the timer is an absolute one, which is 5 to 10 us
 * earlier than poll's.
 *
 * What is to be done with a readable descriptor is the caller's business.
 */
#include <silbo/net.h>

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <time.h>

void
silbo_wait_init(void)
{
	/* A kernel that refuses leaves us with the old slack: later, not
	 * wrong. */
	(void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

/* The time left, as ppoll wants it; NULL waits without end. */
static const struct timespec *
time_left(struct timespec *out, silbo_time until)
{
	silbo_time now, left;

	if (until == SILBO_TIME_NEVER)
		return NULL;
	now = silbo_clock_now();
	left = until > now ? until - now : 0;
	out->tv_sec = (time_t)(left / SILBO_NS_PER_S);
	out->tv_nsec = (long)(left % SILBO_NS_PER_S);
	return out;
}

/* A bit per descriptor that has something to say.  One that is not open would
 * be ready for ever and turn the caller's loop into a busy one. */
static int
ready_bits(const struct pollfd *polled, int count)
{
	unsigned bits = 0;

	for (int i = 0; i < count; i++) {
		if ((polled[i].revents & POLLNVAL) != 0) {
			errno = EBADF;
			return SILBO_ERR_SYSTEM;
		}
		if (polled[i].revents != 0)
			bits |= 1u << i;
	}
	return (int)bits;
}

/* As bare as a timer can be. */
static int
sleep_until(silbo_time until)
{
	struct timespec at = {.tv_sec = (time_t)(until / SILBO_NS_PER_S),
	    .tv_nsec = (long)(until % SILBO_NS_PER_S)};
	int error;

	do
		error =
		    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
	while (error == EINTR);
	if (error == 0)
		return 0;
	errno = error;
	return SILBO_ERR_SYSTEM;
}

int
silbo_wait(const int *fds, int count, silbo_time until)
{
	struct pollfd polled[SILBO_WAIT_MAX];
	struct timespec left;
	int n;

	assert(count >= 0 && count <= SILBO_WAIT_MAX);
	if (count == 0 && until != SILBO_TIME_NEVER)
		return sleep_until(until);
	for (int i = 0; i < count; i++)
		polled[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	do
		n = ppoll(polled, (nfds_t)count, time_left(&left, until), NULL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? SILBO_ERR_SYSTEM : ready_bits(polled, count);
}
