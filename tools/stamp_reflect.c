/* SPDX-License-Identifier: MIT */
/*
 * silbo probe --reflect --stamp: the loop that joins a reflector of STAMP and a
 * socket.  What comes is answered from the address that was asked, at once, and
 * dated by the kernel.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "run.h"
#include "stamp.h"
#include "status.h"
#include "units.h"

#define DRAIN 256 /* datagrams before signals are looked at again */
#define DATAGRAM_MAX 65536

bool
stamp_is_meant(int argc, char *const *argv)
{
	bool reflect = false, stamp = false;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		reflect = reflect || strcmp(argv[i], "--reflect") == 0;
		stamp = stamp || strcmp(argv[i], "--stamp") == 0;
	}
	return reflect && stamp;
}

static void
take(struct stamp_reflect *s)
{
	static uint8_t buf[DATAGRAM_MAX];
	struct silbo_arrival arrival;

	stamp_read_clock(&s->clock);
	for (int i = 0; i < DRAIN; i++) {
		silbo_time now = silbo_clock_now();
		int got, bytes;

		got = silbo_udp_recv(&s->udp, &arrival, buf, sizeof buf, now);
		if (got == 0)
			return;
		/* What was sent to a group, or to all on a link, reaches many:
		 * whoever asked once would have an answer of each. */
		if (got < 0 || arrival.to.len == 0)
			continue;
		bytes = silbo_stamp_reflector_on_datagram(s->r, buf, sizeof buf,
		    &arrival, silbo_addr_port(&arrival.from), &s->clock,
		    silbo_clock_now());
		if (bytes > 0 &&
		    silbo_udp_send_from(&s->udp, buf, (size_t)bytes,
			&arrival.from, &arrival.to) != 0)
			s->unsent++;
	}
}

static void
show_status(const struct stamp_reflect *s, silbo_time now)
{
	uint64_t seconds = (now - s->started) / SILBO_NS_PER_S;
	struct silbo_stamp_report n;
	char line[256], grouped[2][32];

	silbo_stamp_reflector_report(s->r, &n);
	snprintf(line, sizeof line,
	    "reflect %02u:%02u  stamp  answered %s  refused %s  sessions %u",
	    (unsigned)(seconds / 60), (unsigned)(seconds % 60),
	    units_grouped(grouped[0], sizeof grouped[0], n.answered),
	    units_grouped(
		grouped[1], sizeof grouped[1], n.received - n.answered),
	    n.sessions);
	status_show(line);
}

static void
reflect(struct stamp_reflect *s)
{
	int fds[2] = {s->udp.fd, s->signals};
	silbo_time now = silbo_clock_now();

	s->status_at = run_later(now, status_period());
	s->end_at =
	    s->duration > 0 ? now + (silbo_time)s->duration : SILBO_TIME_NEVER;
	while (now < s->end_at && !s->stopped) {
		silbo_time tick = run_earlier(s->status_at, s->interval_at);

		if (silbo_wait(fds, 2, run_earlier(tick, s->end_at)) < 0) {
			s->failure = strerror(errno);
			return;
		}
		take(s);
		now = silbo_clock_now();
		switch (run_wish(s->signals)) {
		case RUN_REPORT:
			status_clear();
			stamp_tell(s, stderr, now);
			break;
		case RUN_STOP:
			s->stopped = true;
			break;
		default:
			break;
		}
		if (now >= s->interval_at)
			stamp_events_interval(s, now);
		if (now >= s->status_at) {
			show_status(s, now);
			s->status_at = run_later(now, status_period());
		}
	}
}

static int
finish(struct stamp_reflect *s)
{
	silbo_time now = silbo_clock_now();
	struct silbo_stamp_report n;
	char quoted[256];
	int status = EXIT_DONE;

	status_clear();
	silbo_stamp_reflector_report(s->r, &n);
	if (n.answered == 0)
		status = n.received > 0 ? EXIT_UNAUTHENTIC : EXIT_NOTHING;
	if (s->failure != NULL) {
		cli_error("ended early: %s", s->failure);
		status = EXIT_RUNTIME;
	}
	stamp_tell(s, stderr, now);
	if (s->json != NULL && stamp_json(s, now) < 0) {
		cli_error("cannot write %s: %s",
		    cli_quote(quoted, sizeof quoted, s->json), strerror(errno));
		status = EXIT_RUNTIME;
	}
	if (!stamp_events_end(s, now))
		status = EXIT_RUNTIME;
	return status;
}

/* Before all else: what goes wrong from here on is an event, too. */
static bool
open_events(struct stamp_reflect *s)
{
	bool opened;

	run_release_signals_for(s->events_path);
	opened = events_open(&s->events, s->events_path);
	run_hold_signals();
	return opened;
}

static int
run(struct stamp_reflect *s)
{
	int status = open_events(s) ? stamp_open(s) : EXIT_RUNTIME;

	if (status != EXIT_DONE)
		return status;
	s->signals = run_signals();
	if (s->signals < 0) {
		cli_error("cannot set up signals: %s", strerror(errno));
		return EXIT_RUNTIME;
	}
	stamp_events_start(s);
	reflect(s);
	stamp_events_interval(s, silbo_clock_now());
	status = finish(s);
	close(s->signals);
	return status;
}

int
stamp_main(int argc, char *const *argv)
{
	static struct stamp_reflect s;
	int status = stamp_options(&s, argc, argv);

	if (status >= 0)
		return status;
	status_init(s.quiet);
	cli_set_quiet(s.quiet);
	cli_set_verbose(s.verbose);
	s.udp.fd = -1;
	status = run(&s);
	if (s.udp.fd >= 0)
		silbo_udp_close(&s.udp);
	events_close(&s.events);
	free(s.r);
	return status;
}
