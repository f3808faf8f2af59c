/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/net.h>

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define PIPES SILBO_WAIT_MAX

static void
monotonic_time_never_goes_back(void **state)
{
	silbo_time last = silbo_clock_now();

	(void)state;
	for (int i = 0; i < 100000; i++) {
		silbo_time now = silbo_clock_now();

		assert_true(now >= last);
		last = now;
	}
	assert_true(last > 0);
}

static uint64_t
kernel_clock(clockid_t id)
{
	struct timespec ts;

	assert_int_equal(clock_gettime(id, &ts), 0);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void
now_is_the_kernels_monotonic_clock(void **state)
{
	uint64_t before = kernel_clock(CLOCK_MONOTONIC);
	uint64_t now = silbo_clock_now();

	(void)state;
	assert_in_range(now, before, kernel_clock(CLOCK_MONOTONIC));
}

static void
time_slept_is_what_the_monotonic_clock_leaves_out(void **state)
{
	uint64_t now = kernel_clock(CLOCK_MONOTONIC);
	uint64_t boot = kernel_clock(CLOCK_BOOTTIME);
	int64_t slept = silbo_clock_slept();
	int64_t most = (int64_t)(kernel_clock(CLOCK_BOOTTIME) - now);

	(void)state;
	assert_true(slept <= most);
	assert_true(slept >= (int64_t)(boot - kernel_clock(CLOCK_MONOTONIC)));
}

static void
wall_time_is_nanoseconds_since_1970(void **state)
{
	uint64_t year_2020 = 1577836800 * SILBO_NS_PER_S;
	uint64_t year_2200 = 7258118400 * SILBO_NS_PER_S;

	(void)state;
	assert_in_range(silbo_clock_wall(), year_2020, year_2200);
}

static void
both_clocks_are_read_at_one_moment(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct silbo_clocks clocks;
		uint64_t before = kernel_clock(CLOCK_MONOTONIC);
		uint64_t wall = kernel_clock(CLOCK_REALTIME);

		silbo_clock_read(&clocks);
		assert_in_range(clocks.wall, wall, silbo_clock_wall());
		assert_in_range(
		    clocks.now, before, kernel_clock(CLOCK_MONOTONIC));
		assert_true(clocks.within_ns > 0 &&
		    clocks.within_ns <= clocks.now - before + 1);
	}
}

static void
a_wait_without_descriptors_is_never_early(void **state)
{
	static const silbo_time delays[] = {
	    1, 999, 50000, 999999, 1000001, 3 * SILBO_NS_PER_MS};
	const int none = -1;

	(void)state;
	silbo_wait_init();
	for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
		silbo_time until = silbo_clock_now() + delays[i];

		assert_int_equal(silbo_wait(NULL, 0, until), 0);
		assert_true(silbo_clock_now() >= until);
		until += delays[i];
		assert_int_equal(silbo_wait(&none, 1, until), 0);
		assert_true(silbo_clock_now() >= until);
	}
}

/* A timer of the kernel, set for much later, must not be overtaken. */
static void
a_wait_ends_when_the_deadline_has_come(void **state)
{
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	struct itimerspec later = {.it_value = {.tv_sec = 2}};
	silbo_time now = silbo_clock_now();

	(void)state;
	assert_true(timer >= 0);
	assert_int_equal(timerfd_settime(timer, 0, &later, NULL), 0);
	assert_int_equal(silbo_wait(&timer, 1, now + 3 * SILBO_NS_PER_MS), 0);
	close(timer);
}

static void
init_makes_the_timers_of_this_thread_sharp(void **state)
{
	(void)state;
	assert_int_equal(prctl(PR_SET_TIMERSLACK, 50000UL, 0, 0, 0), 0);
	silbo_wait_init();
	assert_int_equal(prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0), 1);
}

/* Would hang, and the test time out, if it slept. */
static void
a_deadline_in_the_past_returns_at_once(void **state)
{
	(void)state;
	assert_int_equal(silbo_wait(NULL, 0, 0), 0);
	assert_int_equal(silbo_wait(NULL, 0, silbo_clock_now()), 0);
}

/* A bit for each readable one and for no other, at any deadline. */
static void
every_readable_descriptor_has_its_bit(void **state)
{
	static const unsigned readable[] = {0x01, 0x80, 0x22, 0x7e, 0xff};
	static const silbo_time until[] = {0, 1, SILBO_TIME_NEVER};
	int ends[PIPES][2], fds[PIPES];
	char byte;

	(void)state;
	for (int i = 0; i < PIPES; i++) {
		assert_int_equal(pipe(ends[i]), 0);
		fds[i] = ends[i][0];
	}
	for (size_t row = 0; row < sizeof readable / sizeof *readable; row++) {
		for (int i = 0; i < PIPES; i++)
			if ((readable[row] >> i & 1) != 0)
				assert_int_equal(write(ends[i][1], "x", 1), 1);
		for (size_t j = 0; j < sizeof until / sizeof *until; j++)
			assert_int_equal(silbo_wait(fds, PIPES, until[j]),
			    (int)readable[row]);
		for (int i = 0; i < PIPES; i++)
			if ((readable[row] >> i & 1) != 0)
				assert_int_equal(read(fds[i], &byte, 1), 1);
	}
	assert_int_equal(silbo_wait(fds, PIPES, 0), 0);
	for (int i = 0; i < PIPES; i++) {
		close(ends[i][0]);
		close(ends[i][1]);
	}
}

static void
minus_one_is_passed_over(void **state)
{
	int ends[2], fds[3];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	fds[0] = -1;
	fds[1] = -1;
	fds[2] = ends[0];
	assert_int_equal(silbo_wait(fds, 3, SILBO_TIME_NEVER), 1 << 2);
	assert_int_equal(silbo_wait(fds, 2, 0), 0);
	close(ends[0]);
	close(ends[1]);
}

static void
a_hang_up_counts_as_readable(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	assert_int_equal(silbo_wait(&ends[0], 1, SILBO_TIME_NEVER), 1);
	close(ends[0]);
}

static void
a_descriptor_that_is_not_open_is_an_error(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	close(ends[1]);
	errno = 0;
	assert_int_equal(
	    silbo_wait(&ends[0], 1, SILBO_TIME_NEVER), SILBO_ERR_SYSTEM);
	assert_int_equal(errno, EBADF);
}

static volatile sig_atomic_t signals_taken;

static void
count_signal(int number)
{
	(void)number;
	signals_taken++;
}

/* A timer interrupts the wait many times; no SA_RESTART, which poll ignores. */
static void
a_signal_does_not_end_a_wait(void **state)
{
	struct sigaction action = {.sa_handler = count_signal}, old;
	struct itimerval every = {{0, 1000}, {0, 1000}}, off = {{0, 0}, {0, 0}};
	silbo_time until = silbo_clock_now() + 30 * SILBO_NS_PER_MS;
	const int none = -1;

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &action, &old), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
	assert_int_equal(silbo_wait(NULL, 0, until), 0);
	assert_true(silbo_clock_now() >= until);
	until = silbo_clock_now() + 30 * SILBO_NS_PER_MS;
	assert_int_equal(silbo_wait(&none, 1, until), 0);
	assert_true(silbo_clock_now() >= until);
	assert_int_equal(setitimer(ITIMER_REAL, &off, NULL), 0);
	assert_int_equal(sigaction(SIGALRM, &old, NULL), 0);
	assert_true(signals_taken > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(monotonic_time_never_goes_back),
	    cmocka_unit_test(now_is_the_kernels_monotonic_clock),
	    cmocka_unit_test(time_slept_is_what_the_monotonic_clock_leaves_out),
	    cmocka_unit_test(wall_time_is_nanoseconds_since_1970),
	    cmocka_unit_test(both_clocks_are_read_at_one_moment),
	    cmocka_unit_test(a_wait_without_descriptors_is_never_early),
	    cmocka_unit_test(a_wait_ends_when_the_deadline_has_come),
	    cmocka_unit_test(init_makes_the_timers_of_this_thread_sharp),
	    cmocka_unit_test(a_deadline_in_the_past_returns_at_once),
	    cmocka_unit_test(every_readable_descriptor_has_its_bit),
	    cmocka_unit_test(minus_one_is_passed_over),
	    cmocka_unit_test(a_hang_up_counts_as_readable),
	    cmocka_unit_test(a_descriptor_that_is_not_open_is_an_error),
	    cmocka_unit_test(a_signal_does_not_end_a_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
