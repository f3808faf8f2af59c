/* SPDX-License-Identifier: MIT */
/*
 * The loop of silbo impair: wait until a datagram comes or one is due, move it
 * into the world or out of it.
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "cli.h"
#include "commands.h"
#include "impair.h"
#include "report.h"
#include "status.h"

static void
introduce(const struct impair *m)
{
	char from[SILBO_ADDR_TEXT_BYTES], to[SILBO_ADDR_TEXT_BYTES];

	silbo_addr_text(from, &m->locals[0]);
	silbo_addr_text(to, &m->to);
	cli_note("listening on %s/udp, on to %s/udp; both ways, as understood:",
	    from, to);
	if (!m->quiet)
		scenario_write(stderr, &m->scenario);
}

static void
drain_clients(struct impair *m)
{
	struct epoll_event events[IMPAIR_CLIENTS];
	int count = epoll_wait(m->epoll, events, IMPAIR_CLIENTS, 0);

	for (int i = 0; i < count; i++)
		impair_drain(m, events[i].data.ptr);
}

/* What is shown, and what waits for the log's file.  Returns when again. */
static silbo_time
look_up(struct impair *m, silbo_time now)
{
	impair_log_flush(m);
	if (now >= m->status_at) {
		impair_status(m, now);
		m->status_at = run_later(now, status_period());
	}
	return m->log.fd < 0 ? m->status_at
			     : run_earlier(m->status_at, now + SILBO_NS_PER_S);
}

/* Until a signal, the end of the time, or a failure. */
static void
relay(struct impair *m)
{
	const int fds[] = {m->down.fd, m->epoll, m->signals};
	silbo_time stop = m->duration > 0 ? m->started + (silbo_time)m->duration
					  : SILBO_TIME_NEVER;
	silbo_time now = m->started, look_at;

	m->status_at = run_later(now, status_period());
	look_at = look_up(m, now);
	while (now < stop) {
		silbo_time until =
		    run_earlier(silbo_world_deadline(m->world), stop);
		int ready = silbo_wait(fds, 3, run_earlier(until, look_at));
		enum run_wish wish = RUN_GO_ON;

		if (ready < 0) {
			m->failure = "cannot wait for datagrams";
			cli_error("%s: %s", m->failure, strerror(errno));
			return;
		}
		if (ready & 1)
			impair_drain(m, NULL);
		if (ready & 2)
			drain_clients(m);
		now = silbo_clock_now();
		impair_deliver(m, now);
		if (ready & 4)
			wish = run_wish(m->signals);
		if (wish == RUN_STOP)
			return;
		if (wish == RUN_REPORT) {
			status_clear();
			impair_text(stderr, m, now);
		}
		if (now >= look_at)
			look_at = look_up(m, now);
	}
}

static int
finish(struct impair *m)
{
	silbo_time now = silbo_clock_now();
	int status;

	status_clear();
	status = impair_log_close(m) && m->failure == NULL ? EXIT_DONE
							   : EXIT_RUNTIME;
	impair_text(stderr, m, now);
	/* Where descriptors are scarce the report needs one of them. */
	impair_close_clients(m);
	if (impair_json(m, now) < 0) {
		cli_error("cannot write the report: %s", strerror(errno));
		status = EXIT_RUNTIME;
	}
	return status;
}

static int
run(struct impair *m)
{
	int status = EXIT_RUNTIME;
	struct silbo_clocks clocks;

	m->down.fd = m->epoll = m->signals = -1;
	silbo_wait_init();
	silbo_quantile_init(&m->added);
	if (impair_log_open(m) && impair_open(m)) {
		silbo_clock_read(&clocks);
		m->started = m->latest = clocks.now;
		m->started_wall = clocks.wall;
		introduce(m);
		relay(m);
		status = finish(m);
	} else {
		(void)impair_log_close(m);
	}
	impair_close(m);
	return status;
}

int
impair_main(int argc, char *const *argv)
{
	static struct impair m;
	int status = impair_options(&m, argc, argv);

	if (status < 0) {
		status_init(m.quiet);
		status = run(&m);
	}
	scenario_close(&m.scenario);
	return status;
}
