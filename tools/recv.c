/* SPDX-License-Identifier: MIT */
/*
 * silbo recv: the loop that joins socket, receiver and recordings.
 *
 * Decides what people are told and when; counts nothing itself.  The loop is
 * that of silbo/receiver.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include <silbo/silbo.h>

#include "cli.h"
#include "commands.h"
#include "intervals.h"
#include "keyfile.h"
#include "record.h"
#include "recv.h"
#include "recv_reflect.h"
#include "run.h"
#include "status.h"

#define DRAIN 256 /* datagrams taken before frames are looked at again */
#define BEHIND (100 * SILBO_NS_PER_MS) /* more than a loop takes */

/*
 * What the kernel queued while the program was stopped, or waited for a disk,
 * came in time: it is taken as of then, and what was due before it is handed
 * out first, or the rings would be too small.  Returns the time at which the
 * datagram counts as taken, which never goes back.
 */
static silbo_time
catch_up(struct recv *r, silbo_time at)
{
	if (at > r->told_at)
		r->told_at = at;
	if (r->told_at - r->handed_at >= BEHIND)
		recv_play_due(r, r->told_at);
	return r->told_at;
}

/* Returns the time up to which all that came is taken: now, or earlier when
 * there was too much to take at once. */
static silbo_time
take_datagrams(struct recv *r)
{
	static uint8_t buf[SILBO_WIRE_MTU_MAX + 1];
	struct silbo_arrival arrival;
	struct silbo_clocks clocks;

	if (r->max_age > 0) { /* somebody may have set the clock */
		silbo_clock_read(&clocks);
		silbo_receiver_on_wall(
		    r->rx, (int64_t)(clocks.wall - clocks.now));
	}
	for (int i = 0; i < DRAIN; i++) {
		silbo_time now = silbo_clock_now();
		enum silbo_verdict verdict;
		uint32_t stream;
		int got;

		got = silbo_udp_recv(&r->udp, &arrival, buf, sizeof buf, now);
		if (got == 0)
			return silbo_clock_now();
		if (got < 0)
			continue;
		verdict = silbo_receiver_on_datagram(
		    r->rx, &stream, &arrival, catch_up(r, arrival.at));
		recv_reflect_take(r, stream, &arrival, verdict);
		packets_put(&r->packets, buf, arrival.len, &arrival, verdict);
		r->heard = true;
		r->heard_at = r->told_at;
		r->silence_told = false;
		if (!silbo_verdict_is_accepted(verdict))
			recv_tell_verdict(r, verdict, now);
		if (r->verbose && silbo_verdict_is_accepted(verdict))
			recv_detail_info(r, stream, buf, arrival.len);
	}
	return r->told_at;
}

/* No time passes here: what on_time closes is looked at before a newcomer may
 * take its place, by recv_rows_settle. */
static void
end_interval(struct recv *r, silbo_time now)
{
	for (uint32_t row = 0; row < r->rows_count; row++)
		if (r->rows[row].live)
			recv_rows_book(r, row);
	recv_rows_tell_interval(r, now);
	intervals_end(r->intervals, (double)(now - r->started) / 1e9);
	(void)silbo_udp_drops(&r->udp);
}

static bool
all_done(const struct recv *r, silbo_time now)
{
	for (uint32_t row = 0; row < r->rows_count; row++)
		if (r->rows[row].live &&
		    !recv_once_is_over(r->rx, r->rows[row].place, now))
			return false;
	return r->streams > 0;
}

static silbo_time
interval_length(const struct recv *r)
{
	return (silbo_time)(intervals_seconds(r->intervals) * 1e9);
}

/* The log doubles its interval when it is full; a program that slept skips
 * those it has missed. */
static silbo_time
next_interval(const struct recv *r, silbo_time now)
{
	silbo_time length = interval_length(r);

	return r->started + (1 + (now - r->started) / length) * length;
}

static void
on_ticks(struct recv *r, silbo_time now)
{
	/* The last one ends with the run, which began a little later than the
	 * first: what would be left of it is not worth a row. */
	bool last = r->end_at < run_later(now, interval_length(r) / 4);

	if (now >= r->interval_at && !last) {
		end_interval(r, now);
		r->interval_at = next_interval(r, now);
	}
	if (now >= r->status_at) {
		recv_show_status(r, now);
		r->status_at = run_later(now, status_period());
	}
	recv_tell_silence(r, now);
	recv_tell_untold(r, now);
	recv_probers_tell_untold(r, now);
}

static silbo_time
next_event(const struct recv *r)
{
	silbo_time when = silbo_receiver_deadline(r->rx);

	when = run_earlier(when, r->interval_at);
	when = run_earlier(when, r->status_at);
	if (!r->silence_told)
		when = run_earlier(when, r->heard_at + RECV_SILENCE);
	return run_earlier(when, r->end_at);
}

static bool
is_stopped(struct recv *r, int signals)
{
	enum run_wish wish = run_wish(signals);

	if (wish == RUN_REPORT)
		recv_tell_report(r);
	r->stopped = wish == RUN_STOP;
	return r->stopped;
}

/* Returns EXIT_DONE, or EXIT_RUNTIME after a message. */
static int
receive(struct recv *r, int signals)
{
	int fds[2] = {r->udp.fd, signals}, status = EXIT_DONE;
	silbo_time now = silbo_clock_now();

	run_wall_init(&r->wall);
	r->heard_at = r->told_at = r->handed_at = now;
	r->interval_at = next_interval(r, now);
	r->status_at = run_later(now, status_period());
	r->end_at =
	    r->duration > 0 ? now + (silbo_time)r->duration : SILBO_TIME_NEVER;
	while (now < r->end_at && !is_stopped(r, signals) &&
	    !(r->once && all_done(r, now))) {
		if (silbo_wait(fds, 2, next_event(r)) < 0) {
			cli_error("cannot wait: %s", strerror(errno));
			status = EXIT_RUNTIME;
			break;
		}
		run_wall_look(&r->wall);
		now = take_datagrams(r);
		silbo_receiver_on_time(r->rx, now);
		recv_play_due(r, now);
		recv_probers_settle(r);
		recv_rows_settle(r, false, now);
		on_ticks(r, now);
	}
	run_wall_look_last(&r->wall);
	now = silbo_clock_now();
	r->close_by = now + (r->stopped ? RUN_CLOSE_STOPPED : RUN_CLOSE_DONE);
	silbo_receiver_on_time(r->rx, now);
	recv_rows_meet(r);
	recv_play_rest(r);
	recv_probers_settle(r);
	recv_rows_settle(r, true, now);
	end_interval(r, now);
	return status;
}

static int
introduce(struct recv *r)
{
	char text[SILBO_ADDR_TEXT_BYTES], key[9];

	if (silbo_udp_local(&r->udp, &r->local) < 0) {
		cli_error("cannot tell the address: %s", strerror(errno));
		return EXIT_RUNTIME;
	}
	silbo_addr_text(text, &r->local);
	cli_note("listening on %s/udp, %s%s", text,
	    r->keys_count > 0 ? "key " : "not encrypted",
	    r->keys_count > 0 ? keyfile_id(key, r->keys) : "");
	if (r->reflect)
		cli_note("probes are answered, %lld a second to each who asks",
		    (long long)r->reflect_rate);
	cli_detail("receive buffer of %u bytes granted, arrivals stamped %s",
	    r->udp.receive_buffer,
	    r->udp.stamps ? "by the kernel" : "when they are read");
	recv_tell_start(r);
	return EXIT_DONE;
}

static int
receive_and_report(struct recv *r)
{
	int signals = run_signals(), status, reported;

	if (signals < 0) {
		cli_error("cannot set up signals: %s", strerror(errno));
		return EXIT_RUNTIME;
	}
	status = introduce(r);
	if (status == EXIT_DONE) {
		status = receive(r, signals);
		reported = recv_finish(r);
		status = status != EXIT_DONE ? status : reported;
	}
	close(signals);
	return status;
}

static int
open_and_receive(struct recv *r)
{
	bool opened;
	int status;

	silbo_wait_init();
	run_release_signals_for(r->events_path);
	opened = events_open(&r->events, r->events_path);
	run_hold_signals();
	if (!opened)
		return EXIT_RUNTIME;
	status = recv_open_socket(r);
	if (status != EXIT_DONE)
		return status;
	status = recv_open_receiver(r);
	if (status == EXIT_DONE)
		status = recv_open_sound(r);
	run_release_signals_for(r->packets_path);
	if (status == EXIT_DONE &&
	    !packets_open(
		&r->packets, r->packets_path, PACKETS_HEAD, r->started))
		status = EXIT_RUNTIME;
	run_hold_signals();
	if (status == EXIT_DONE)
		status = receive_and_report(r);
	if (!packets_close(&r->packets))
		status = EXIT_RUNTIME;
	silbo_udp_close(&r->udp);
	return status;
}

int
recv_run(struct recv *r)
{
	int status;

	status_init(r->quiet);
	cli_set_quiet(r->quiet);
	cli_set_verbose(r->verbose);
	status = open_and_receive(r);
	events_close(&r->events);
	recv_reflect_close(r);
	recv_rows_close(r);
	free(r->mixdown);
	if (r->rx != NULL)
		silbo_receiver_reset(r->rx);
	free(r->rx);
	sodium_memzero(r->keys, sizeof r->keys);
	return status;
}

int
recv_main(int argc, char *const *argv)
{
	static struct recv r;
	int status = recv_options(&r, argc, argv);

	return status >= 0 ? status : recv_run(&r);
}
