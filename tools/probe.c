/* SPDX-License-Identifier: MIT */
/*
 * silbo probe: the loop that joins probers and sockets on an absolute schedule.
 *
 * Slot k of target i leaves at start + k * interval + i * interval / targets,
 * so that several targets do not make bursts.  None is skipped: who was stopped
 * catches up, and says how late each was.  What has come is taken before
 * anything departs, and dated by the kernel.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "cli.h"
#include "commands.h"
#include "probe.h"
#include "stamp.h"
#include "status.h"
#include "units.h"

/*
 * Wait for descriptors only up to SHARP before the deadline, and for nothing
 * but the timer then (bench.wakeup): see send.c.
 */
#define SHARP (200 * (silbo_time)1000)

static void
heed_signal(struct probe *p)
{
	silbo_time now = silbo_clock_now();
	enum run_wish wish = run_wish(p->signals);

	if (wish == RUN_REPORT)
		probe_tell_report(p);
	if (wish != RUN_STOP)
		return;
	p->stopped = true;
	p->stopped_at = now;
	for (size_t i = 0; i < p->targets_count; i++)
		silbo_prober_on_stop(p->targets[i].prober, now);
}

/* Look at every descriptor, waiting until then at most.  False on failure. */
static bool
look(struct probe *p, silbo_time until)
{
	int fds[1 + PROBE_TARGETS_MAX] = {p->signals};
	int ready;

	for (size_t i = 0; i < p->targets_count; i++)
		fds[1 + i] = p->targets[i].udp.fd;
	ready = silbo_wait(fds, 1 + (int)p->targets_count, until);
	if (ready < 0) {
		p->failure = strerror(errno);
		return false;
	}
	/* What had come before it was stopped is in the report. */
	for (size_t i = 0; i < p->targets_count; i++)
		if ((ready & (2 << i)) != 0)
			probe_take(p, &p->targets[i]);
	if ((ready & 1) != 0)
		heed_signal(p);
	run_wall_look(&p->wall);
	return true;
}

/* When the next departs; SILBO_TIME_NEVER when all are done. */
static silbo_time
next_departure(const struct probe *p)
{
	silbo_time next = SILBO_TIME_NEVER;

	for (size_t i = 0; i < p->targets_count; i++)
		next = run_earlier(
		    next, silbo_prober_deadline(p->targets[i].prober));
	return next;
}

bool
probe_has_slept(struct probe *p)
{
	if (silbo_clock_slept() - p->slept <= RUN_SLEPT_MIN)
		return false;
	p->failure = "the machine was suspended meanwhile";
	return true;
}

/*
 * Between two departures every descriptor is looked at, however little time is
 * left; then only the timer stands before the next.
 */
static void
converse(struct probe *p)
{
	bool looked = false;
	silbo_time next;

	while ((next = next_departure(p)) != SILBO_TIME_NEVER) {
		silbo_time until = run_earlier(next, probe_next_tick(p));
		silbo_time now = silbo_clock_now();
		bool far = until > now + SHARP;

		if (!looked || far) {
			looked = !far;
			if (!look(p, far ? until - SHARP : now))
				return;
			continue;
		}
		if (until > now && silbo_wait(NULL, 0, until) < 0) {
			p->failure = strerror(errno);
			return;
		}
		now = silbo_clock_now();
		if (now >= next) {
			if (probe_has_slept(p))
				return;
			probe_depart(p, now);
			looked = false;
		}
		if (now >= probe_next_tick(p)) {
			probe_tick(p, now);
			if (probe_has_slept(p))
				return;
		}
	}
}

static void
search(struct probe *p)
{
	for (size_t i = 0; i < p->targets_count; i++)
		if (!probe_search_mtu(p, &p->targets[i]))
			return;
}

static int
prepare(struct probe *p)
{
	bool opened;

	silbo_wait_init();
	p->intervals = intervals_open((uint32_t)p->targets_count, 1.0);
	if (p->intervals == NULL) {
		cli_error("not enough memory");
		return EXIT_RUNTIME;
	}
	/* The reader of a pipe is waited for, before any time is told. */
	run_release_signals_for(p->events_path);
	opened = events_open(&p->events, p->events_path);
	run_release_signals_for(p->packets_path);
	opened = opened && probe_packets_open(p);
	run_hold_signals();
	if (!opened)
		return EXIT_RUNTIME;
	p->started_wall = silbo_clock_wall();
	p->slept = silbo_clock_slept();
	p->signals = run_signals();
	if (p->signals >= 0)
		return EXIT_DONE;
	cli_error("cannot set up signals: %s", strerror(errno));
	return EXIT_RUNTIME;
}

static int
run(struct probe *p)
{
	int status = prepare(p);

	if (status != EXIT_DONE)
		return status;
	status = probe_open(p);
	if (status == EXIT_DONE) {
		probe_introduce(p);
		probe_tell_start(p);
		run_wall_init(&p->wall);
		if (p->mtu)
			search(p);
		else
			converse(p);
		run_wall_look_last(&p->wall);
		if (!p->mtu)
			probe_tell_interval(p, silbo_clock_now());
		status = probe_finish(p);
	}
	if (!probe_packets_close(p))
		status = EXIT_RUNTIME;
	close(p->signals);
	/* Told to stop while a name was looked up: nothing was measured. */
	return status < 0 ? EXIT_NOTHING : status;
}

/* The other end of it is a command line of its own. */
static bool
is_to_reflect(int argc, char *const *argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--reflect") == 0)
			return true;
	return false;
}

int
probe_main(int argc, char *const *argv)
{
	static struct probe p;
	int status;

	if (stamp_is_meant(argc, argv))
		return stamp_main(argc, argv);
	if (is_to_reflect(argc, argv))
		return recv_reflect_main(argc, argv);
	status = probe_options(&p, argc, argv);
	if (status >= 0)
		return status;
	status_init(p.quiet);
	cli_set_quiet(p.quiet);
	cli_set_verbose(p.verbose);
	status = run(&p);
	probe_close(&p);
	events_close(&p.events);
	intervals_close(p.intervals);
	sodium_memzero(p.keys, sizeof p.keys);
	return status;
}
