/* SPDX-License-Identifier: MIT */
/*
 * Where silbo send has its sound from: a file, a built-in signal, or samples
 * through standard input.
 *
 * Decides what becomes of a pipe that runs dry.  A frame waits for its samples
 * up to PATIENCE behind its time; what the codec still holds is pushed out with
 * silence then; after that nothing leaves until there is sound again.  The
 * media clock is moved over such a gap, since it is the clock of what was
 * captured: sound that comes 3 s late was made 3 s later.  If it was we who
 * were stopped, what waits in the pipe is as old as it seems, and is skipped
 * like the frames of a file (send.c); what comes after that begins at the
 * present.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "send.h"

/* Less than the play-out delay of most receivers: late is better than a gap. */
#define PATIENCE (40 * SILBO_NS_PER_MS)

/* ---- opening ---- */

static int
open_pipe(struct send *s)
{
	int channels = s->channels > 0 ? (int)s->channels : 1;

	if (isatty(STDIN_FILENO)) {
		cli_error("cannot send '-': standard input is a terminal");
		cli_hint("as in: arecord -f S16_LE -r 48000 | silbo send - "
			 "HOST");
		return EXIT_USAGE;
	}
	if (pcm_reader_open(&s->pipe, STDIN_FILENO, channels) < 0) {
		cli_error("not enough memory");
		return EXIT_RUNTIME;
	}
	s->info.channels = channels;
	s->info.rate = SILBO_SAMPLES_PER_S;
	snprintf(s->info.format, sizeof s->info.format,
	    "samples of 16 bit, 48000 Hz, %s",
	    channels == 1 ? "mono" : "stereo");
	return -1;
}

/* Not a file that can be read; perhaps not even meant to be one. */
static void
refuse_unread(const char *input, const char *quoted, const char *why)
{
	static const char *const signals[] = {"tone", "voice", NULL};
	const char *near = cli_nearest(input, signals);
	bool missing = errno == ENOENT;

	cli_error("cannot read %s: %s", quoted, why);
	if (missing && near != NULL)
		cli_hint("did you mean '%s'?", near);
	else if (missing)
		cli_hint("the order is FILE HOST");
}

static int
refuse_file(const struct send *s, int err, const char *why)
{
	char quoted[256];

	cli_quote(quoted, sizeof quoted, s->input);
	if (err == SILBO_ERR_SYSTEM && errno == ESPIPE) {
		cli_error("cannot send %s: %s", quoted, why);
		cli_hint("samples of 16 bit, 48000 Hz through standard input: "
			 "silbo send - HOST <%s",
		    quoted);
		return EXIT_USAGE;
	}
	if (err == SILBO_ERR_SYSTEM)
		refuse_unread(s->input, quoted, why);
	else if (err == SILBO_ERR_EMPTY)
		cli_error("cannot send %s: it contains no sound", quoted);
	else
		cli_error("cannot read %s as sound: %s", quoted, why);
	if (err == SILBO_ERR_FORMAT)
		cli_hint("WAV, FLAC, Ogg, MP3 and AIFF are read; convert with "
			 "ffmpeg or sox");
	return EXIT_RUNTIME;
}

int
send_open_input(struct send *s)
{
	int channels = s->channels > 0 ? (int)s->channels : 1;
	const char *why = "";
	int err;

	if (strcmp(s->input, "-") == 0)
		return open_pipe(s);
	err = silbo_audio_source_open_signal(&s->source, s->input, channels, 0);
	if (err == SILBO_ERR_NAME && s->channels > 0) {
		cli_error("--channels is for pipes and built-in signals: a "
			  "file has its own");
		cli_hint("leave it out; what has more than two is mixed down "
			 "to two");
		return EXIT_USAGE;
	}
	if (err == SILBO_ERR_NAME)
		err = silbo_audio_source_open_file(&s->source, s->input, &why);
	if (err < 0)
		return refuse_file(s, err, why);
	silbo_audio_source_info(s->source, &s->info);
	return -1;
}

void
send_close_input(struct send *s)
{
	silbo_audio_source_close(s->source);
	pcm_reader_close(s->pipe);
}

/* ---- reading ---- */

/* Nobody is told of a stream before there is one. */
bool
send_await_input(struct send *s)
{
	int fds[2] = {s->signals, STDIN_FILENO};

	if (s->pipe == NULL)
		return true;
	for (;;) {
		int ready = silbo_wait(fds, 2, SILBO_TIME_NEVER);

		if (ready < 0) {
			s->failure = strerror(errno);
			return false;
		}
		if (send_is_stopped(s))
			return false;
		if (ready & 2)
			return true;
	}
}

/*
 * Sound again, after a gap.  A frame takes its own length to be captured, so
 * this one leaves that much later than its first sample came.
 */
static void
skip_gap(struct send *s, silbo_time now)
{
	silbo_time leaves = now + silbo_samples_to_ns(s->frame);
	uint64_t samples = silbo_ns_to_samples(leaves - send_due(s));

	silbo_sender_skip(&s->tx, samples);
	s->made += samples;
	s->left -= samples < s->left ? samples : s->left;
}

/* Has all that was read left, and the codec's delay been pushed out? */
static bool
is_flushed(const struct send *s, uint32_t got)
{
	return got == 0 &&
	    s->made >= s->sound + silbo_encoder_preskip(s->encoder);
}

/*
 * Wait for more of a frame of which `got` samples are there.  Returns 1 when
 * there may be more, 0 when the frame leaves as it is, -1 to stop.
 */
static int
await_more(struct send *s, uint32_t got, bool *silent)
{
	silbo_time until = send_due(s) + PATIENCE;
	bool flushed = is_flushed(s, got);

	if (!flushed && silbo_clock_now() >= until)
		return 0;
	if (flushed) {
		*silent = true;
		until = s->duration > 0 ? s->started + (silbo_time)s->duration
					: SILBO_TIME_NEVER;
		if (silbo_clock_now() >= until)
			return 0;
		if (run_may_say(&s->gap_said, silbo_clock_now()))
			cli_note("nothing comes through standard input; "
				 "waiting");
	}
	if (!flushed)
		return send_wait(s, STDIN_FILENO, until) ? 1 : -1;
	until = run_earlier(until, run_earlier(s->interval_at, s->status_at));
	if (!send_wait(s, STDIN_FILENO, until))
		return -1;
	send_tick(s, silbo_clock_now());
	return 1;
}

/*
 * Fill a frame from the pipe, behind the end and in gaps with silence.  Returns
 * false to stop.
 */
static bool
read_pipe(struct send *s, float *pcm, uint32_t want)
{
	size_t channels = (size_t)s->info.channels;
	bool silent = false;
	uint32_t got = 0;
	int n, more = 1;

	while (got < want && more > 0) {
		n = pcm_reader_read(s->pipe, pcm + got * channels, want - got);
		if (n < 0) {
			s->failure = strerror(errno);
			return false;
		}
		if (n > 0 && silent)
			skip_gap(s, silbo_clock_now());
		silent = silent && n == 0;
		got += (uint32_t)n;
		if (pcm_reader_ended(s->pipe))
			break;
		if (got < want)
			more = await_more(s, got, &silent);
	}
	if (got > 0)
		s->sound = s->made + got;
	else if (s->sound == 0 && pcm_reader_ended(s->pipe))
		s->failure = "standard input ended without sound";
	if (pcm_reader_ended(s->pipe) || silent)
		s->left = 0;
	else
		s->left -= want < s->left ? want : s->left;
	return more >= 0;
}

/* What could be read is sent, and its end told, before a damage is. */
static void
read_file(struct send *s, float *pcm, uint32_t want)
{
	static float none[SILBO_MEDIA_CHANNELS_MAX];
	int got = silbo_audio_source_read(s->source, pcm, want);
	int next = got;

	/* Fewer than asked: the end, but which? */
	if (got >= 0 && (uint32_t)got < want)
		next = silbo_audio_source_read(s->source, none, 1);
	if (next < 0)
		s->failure = "the input is damaged or cut short from here on";
	if (got > 0)
		s->sound += (uint64_t)got;
	s->left = got < (int)want ? 0 : s->left - want;
}

bool
send_read(struct send *s, float *pcm)
{
	uint32_t want = s->left < s->frame ? (uint32_t)s->left : s->frame;

	if (want == 0)
		return true;
	if (s->pipe != NULL)
		return read_pipe(s, pcm, want);
	read_file(s, pcm, want);
	return true;
}
