/* SPDX-License-Identifier: MIT */
/*
 * The loop of silbo impair: wait until a datagram comes or one is due, move it
 * into the world or out of it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "cli.h"
#include "commands.h"
#include "impair.h"
#include "report.h"
#include "status.h"

static bool
open_world(struct impair *m)
{
	const struct silbo_world_config config = {
	    .endpoints = 2 * IMPAIR_CLIENTS,
	    .links = 2 * IMPAIR_CLIENTS,
	    .datagrams = IMPAIR_IN_FLIGHT,
	    .queue = IMPAIR_IN_FLIGHT / 16,
	    .datagram_max = IMPAIR_DATAGRAM_MAX};

	m->memory = malloc(silbo_world_size(&config));
	if (m->memory == NULL) {
		cli_error("not enough memory");
		return false;
	}
	m->world = silbo_world_init(m->memory, &config);
	return true;
}

static bool
open_sockets(struct impair *m)
{
	const struct silbo_udp_config config = {
	    .local = m->local, .receive_buffer = SILBO_RECEIVE_BUFFER_DEFAULT};
	char text[SILBO_ADDR_TEXT_BYTES];

	m->epoll = epoll_create1(EPOLL_CLOEXEC);
	m->signals = run_signals();
	if (m->epoll < 0 || m->signals < 0) {
		cli_error("cannot set up waiting: %s", strerror(errno));
		return false;
	}
	if (silbo_udp_open(&m->down, &config) == 0)
		return true;
	silbo_addr_text(text, &m->local);
	cli_error("cannot listen on %s/udp: %s", text, strerror(errno));
	if (errno == EADDRINUSE)
		cli_hint("another program has that port; choose one with "
			 "--listen");
	return false;
}

static void
introduce(const struct impair *m)
{
	char from[SILBO_ADDR_TEXT_BYTES], to[SILBO_ADDR_TEXT_BYTES];

	silbo_addr_text(from, &m->local);
	silbo_addr_text(to, &m->to);
	cli_note("listening on %s/udp, on to %s/udp, seed %llu", from, to,
	    (unsigned long long)m->seed);
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

/* Until a signal, the end of the time, or a failure. */
static void
relay(struct impair *m)
{
	silbo_time stop = m->duration > 0 ? m->started + (silbo_time)m->duration
					  : SILBO_TIME_NEVER;
	silbo_time status_at = run_later(m->started, status_period());
	silbo_time now = m->started;

	while (m->failure == NULL && now < stop) {
		const int fds[] = {m->down.fd, m->epoll, m->signals};
		silbo_time until =
		    run_earlier(silbo_world_deadline(m->world), stop);
		int ready = silbo_wait(fds, 3, run_earlier(until, status_at));

		if (ready & 1)
			impair_drain(m, NULL);
		if (ready & 2)
			drain_clients(m);
		now = silbo_clock_now();
		impair_deliver(m, now);
		if (ready & 4) {
			enum run_wish wish = run_wish(m->signals);

			if (wish == RUN_STOP)
				return;
			if (wish == RUN_REPORT)
				impair_text(stderr, m, now);
		}
		if (now >= status_at) {
			impair_status(m, now);
			status_at = run_later(now, status_period());
		}
	}
}

static int
finish(struct impair *m)
{
	silbo_time now = silbo_clock_now();
	int status = m->failure != NULL ? EXIT_RUNTIME : EXIT_DONE;

	status_clear();
	if (!impair_log_close(m)) {
		cli_error("the log is not whole: %s", strerror(errno));
		status = EXIT_RUNTIME;
	}
	impair_text(stderr, m, now);
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

	silbo_wait_init();
	silbo_quantile_init(&m->added);
	if (open_world(m) && open_sockets(m) && impair_log_open(m)) {
		m->started = m->latest = silbo_clock_now();
		m->started_wall = silbo_clock_wall();
		introduce(m);
		relay(m);
		status = finish(m);
		impair_close_clients(m);
		silbo_udp_close(&m->down);
	}
	free(m->memory);
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
