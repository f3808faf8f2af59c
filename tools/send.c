/* SPDX-License-Identifier: MIT */
/*
 * silbo send: the loop that joins a source of sound, the encoder, the sender
 * and a socket on an absolute schedule.
 *
 * Frame k leaves at start + k * frame, whatever happened before: a late frame
 * does not delay the next.  A frame is encoded before its time, so that only
 * sealing and the system call stand between deadline and departure.  Who was
 * stopped for long does not make up for it: frames whose time is
 * SEND_STALE_AFTER ago are skipped, and the media clock moves over them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "cli.h"
#include "commands.h"
#include "keyfile.h"
#include "network.h"
#include "send.h"
#include "status.h"

#define CHANNEL_RATE_MAX 300000 /* bit/s; libopus clamps there */

/*
 * Wait for descriptors only up to SHARP before the deadline, and for nothing
 * but the timer then.  A processor that has just been awake wakes sooner: that
 * halves the lateness, for one more sleep per frame (bench.wakeup).
 */
#define SHARP (200 * (silbo_time)1000)

static int
wait_sharply(const int fds[2], silbo_time until, silbo_time now)
{
	if (until == SILBO_TIME_NEVER)
		return silbo_wait(fds, 2, until);
	if (until - now > SHARP)
		return silbo_wait(fds, 2, until - SHARP);
	return silbo_wait(NULL, 0, until);
}

bool
send_wait(struct send *s, int fd, silbo_time until)
{
	int fds[2] = {s->signals, fd};
	int ready = 1;

	for (;;) {
		silbo_time now = silbo_clock_now();
		silbo_time info = silbo_sender_deadline(&s->tx);

		/* Between deadline and departure stands no other system call.
		 */
		if ((ready & 1) != 0 && send_is_stopped(s))
			return false;
		/* INFO tells where the media clock is: skip first. */
		if (until < info && now > until + SEND_STALE_AFTER)
			return true;
		if (now >= info) {
			if (!send_info(s))
				return false;
			continue;
		}
		s->woken = now;
		if (now >= until)
			return true;
		ready = wait_sharply(fds, run_earlier(until, info), now);
		if (ready < 0) {
			s->failure = strerror(errno);
			return false;
		}
		if (ready & 2)
			return true;
	}
}

void
send_tick(struct send *s, silbo_time due)
{
	run_wall_look(&s->wall);
	if (due >= s->interval_at)
		send_tell_interval(s, silbo_clock_now());
	if (due < s->status_at)
		return;
	send_show_status(s, due);
	s->status_at = run_later(due, status_period());
}

/* Stream until the end, a signal or a failure. */
static void
stream(struct send *s)
{
	static uint8_t packet[SILBO_MEDIA_PACKET_MAX];
	int len;

	s->status_at = run_later(s->started, status_period());
	s->left = s->duration > 0 ? silbo_ns_to_samples((uint64_t)s->duration)
				  : UINT64_MAX;
	while ((len = send_next_frame(s, packet)) > 0) {
		silbo_time due = send_due(s);

		if (!send_wait(s, -1, due))
			return;
		if (send_skip_stale(s))
			continue; /* stopped while it waited */
		if (!send_frame(s, packet, len))
			return;
		send_tell_stale(s);
		send_tick(s, due);
	}
}

/* Tell the end, five times; neither a signal nor what went wrong before cuts
 * that short, but an id from before a suspend is not used again. */
static void
tell_end(struct send *s)
{
	const char *failure = s->failure;

	send_tell_stale(s);
	send_end_source(s);
	s->ended = true;
	s->failure = NULL;
	while (silbo_sender_deadline(&s->tx) != SILBO_TIME_NEVER &&
	    !send_has_slept(s) &&
	    (send_wait(s, -1, silbo_sender_deadline(&s->tx)) ||
		s->failure == NULL))
		;
	if (failure != NULL)
		s->failure = failure; /* the first is the reason */
}

static void
introduce(const struct send *s)
{
	char peer[SILBO_ADDR_TEXT_BYTES], name[256], key[9], several[32];

	silbo_addr_text(peer, &s->targets[0].to.peers[0]);
	snprintf(several, sizeof several, "%zu targets", s->targets_count);
	cli_note("%s (%s) to %s%s, opus %g kb/s, %g ms, %s%s",
	    cli_quote(name, sizeof name, s->input), s->info.format,
	    s->targets_count > 1 ? several : peer,
	    s->targets_count > 1 ? "" : "/udp", (double)s->bitrate / 1e3,
	    (double)s->frame_ns / 1e6,
	    s->keys_count > 0 ? "key " : "not encrypted",
	    s->keys_count > 0 ? keyfile_id(key, s->keys) : "");
	for (size_t i = 0; i < s->targets_count; i++) {
		const struct silbo_peer *first = &s->targets[i].to.peers[0];

		silbo_addr_text(peer, first);
		if (s->targets_count > 1)
			cli_note("to %s/udp", peer);
		if (silbo_addr_is_group(first) && s->interface == NULL)
			network_tell_interface(first, "sent");
	}
}

/* From the first datagram to the last. */
static void
converse(struct send *s)
{
	struct silbo_clocks clocks;

	introduce(s);
	for (size_t i = 0; i < s->targets_count; i++)
		send_open_socket(s, &s->targets[i]);
	if (!send_await_input(s))
		return;
	silbo_clock_read(&clocks);
	s->started = s->schedule = clocks.now;
	/* What comes as it is captured takes as long to come. */
	if (s->pipe != NULL)
		s->schedule += silbo_samples_to_ns(s->frame);
	s->started_wall = clocks.wall;
	send_open_source(s, s->started_wall, s->started);
	send_tell_start(s);
	run_wall_init(&s->wall);
	stream(s);
	tell_end(s);
	run_wall_look_last(&s->wall);
	send_tell_interval(s, silbo_clock_now());
}

static int
prepare(struct send *s)
{
	bool opened;

	silbo_wait_init();
	/* For a run that is stopped before its first datagram. */
	s->started_wall = silbo_clock_wall();
	silbo_quantile_init(&s->lateness);
	silbo_quantile_init(&s->wakeup);
	s->intervals = intervals_open(1, 1.0);
	if (s->intervals == NULL) {
		cli_error("not enough memory");
		return EXIT_RUNTIME;
	}
	run_release_signals_for(s->events_path);
	opened = events_open(&s->events, s->events_path);
	run_hold_signals();
	if (!opened)
		return EXIT_RUNTIME;
	s->signals = run_signals();
	if (s->signals >= 0)
		return EXIT_DONE;
	cli_error("cannot set up signals: %s", strerror(errno));
	return EXIT_RUNTIME;
}

static int
run(struct send *s)
{
	int status = prepare(s);

	if (status != EXIT_DONE)
		return status;
	status = send_resolve(s);
	if (status == EXIT_DONE)
		converse(s);
	send_close(s);
	close(s->signals);
	return status > EXIT_DONE ? status : send_finish(s);
}

static int
open_encoder(struct send *s)
{
	const struct silbo_encoder_config config = {
	    .channels = s->info.channels,
	    .bitrate = (uint32_t)s->bitrate,
	    .frame = s->frame,
	    .complexity = (int)s->complexity,
	    .voice = s->voice,
	    .constant = !s->vbr};

	if (s->bitrate > CHANNEL_RATE_MAX * s->info.channels) {
		cli_error("--bitrate: Opus encodes at most %d kb/s per channel",
		    CHANNEL_RATE_MAX / 1000);
		cli_hint("lower --bitrate, or send a stereo file");
		return EXIT_USAGE;
	}
	if (silbo_encoder_open(&s->encoder, &config) == 0)
		return EXIT_DONE;
	cli_error("the Opus encoder refuses %g kb/s in frames of %g ms",
	    (double)s->bitrate / 1e3, (double)s->frame_ns / 1e6);
	return EXIT_USAGE;
}

int
send_main(int argc, char *const *argv)
{
	static struct send s;
	int status;

	status = send_options(&s, argc, argv);
	if (status >= 0)
		return status;
	status_init(s.quiet);
	cli_set_quiet(s.quiet);
	cli_set_verbose(s.verbose);
	status = open_encoder(&s);
	if (status == EXIT_DONE)
		status = run(&s);
	events_close(&s.events);
	intervals_close(s.intervals);
	silbo_encoder_close(s.encoder);
	send_close_input(&s);
	silbo_sender_reset(&s.tx);
	sodium_memzero(s.keys, sizeof s.keys);
	return status;
}
