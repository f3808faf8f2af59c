/* SPDX-License-Identifier: MIT */
/*
 * The sound of silbo recv: which stream goes to which file or into the mix, and
 * what is said when the place for it fails.  Measuring goes on without it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "recv.h"

/* Behind the clock by so much: catching up. */
#define BEHIND (100 * SILBO_NS_PER_MS)

/* The reader of a mix is waited for so long then, in all. */
#define PATIENCE (300 * SILBO_NS_PER_MS)

int
recv_open_sound(struct recv *r)
{
	if (!r->mix)
		return EXIT_DONE;
	r->mixdown = malloc(sizeof *r->mixdown);
	if (r->mixdown == NULL) {
		cli_error("not enough memory");
		return EXIT_RUNTIME;
	}
	mixdown_init(r->mixdown, r->output, (int)r->channels);
	return EXIT_DONE;
}

static const char *
mix_name(const struct recv *r)
{
	return strcmp(r->output, "-") == 0 ? "standard output" : r->output;
}

void
recv_prepare_sound(struct recv *r, uint32_t row)
{
	struct recording *rec = &r->recordings[row];
	uint32_t stream = (uint32_t)(r->rows[row].serial - 1);

	recording_init(rec, r->mixdown);
	if (r->output == NULL)
		return;
	if (r->mixdown != NULL)
		snprintf(rec->path, sizeof rec->path, "%s", mix_name(r));
	else if (!recording_name(
		     rec->path, sizeof rec->path, r->output, stream))
		rec->failed_errno = ENAMETOOLONG;
}

static void
tell_failure(struct recv *r, const char *path, int reason)
{
	char quoted[256];

	if (!run_news_may_say(&r->sound_news, silbo_clock_now()))
		return;
	cli_error("cannot write %s: %s; going on without it",
	    cli_quote(quoted, sizeof quoted, path), strerror(reason));
	if (reason == EBUSY)
		cli_hint("another program is recording to that name");
	else if (reason == EPIPE)
		cli_hint("whoever read standard output has gone");
}

/* At the end: nothing goes on. */
static void
tell_unfinished(struct recv *r, const char *path, int reason)
{
	char quoted[4096], part[4096 + sizeof ".part"];

	if (!run_news_may_say(&r->sound_news, silbo_clock_now()))
		return;
	cli_error("cannot finish %s: %s",
	    cli_quote(quoted, sizeof quoted, path), strerror(reason));
	/* It only lacks its name. */
	snprintf(part, sizeof part, "%s.part", path);
	if (access(part, F_OK) == 0)
		cli_hint("all of it is in %s",
		    cli_quote(quoted, sizeof quoted, part));
}

static int
failure_of(const struct recv *r, uint32_t row)
{
	return r->mixdown != NULL ? r->mixdown->failed_errno
				  : r->recordings[row].failed_errno;
}

uint32_t
recv_play(struct recv *r, uint32_t row, const struct silbo_frame *frame,
    silbo_time now)
{
	struct recording *rec = &r->recordings[row];
	struct silbo_stream_report stream;
	int failed = failure_of(r, row);
	uint32_t samples;

	if (r->rows[row].silent) /* its recording is closed */
		return 0;
	if (r->output == NULL)
		return frame->duration;
	/* Only the first frame asks what the stream is. */
	if (!rec->opened)
		silbo_receiver_report_stream(
		    r->rx, r->rows[row].place, &stream, NULL);
	samples = recording_put(rec, frame, rec->opened ? NULL : &stream, now);
	if (failed == 0 && failure_of(r, row) != 0)
		tell_failure(r, rec->path, failure_of(r, row));
	return samples;
}

void
recv_pause_sound(struct recv *r, uint32_t row)
{
	struct silbo_stream_report stream;

	if (!r->recordings[row].voice.playing)
		return;
	silbo_receiver_report_stream(r->rx, r->rows[row].place, &stream, NULL);
	recording_pause(&r->recordings[row], &stream.playout);
}

void
recv_close_sound(
    struct recv *r, uint32_t row, const struct silbo_playout_report *playout)
{
	struct recording *rec = &r->recordings[row];
	bool failed = rec->failed_errno != 0;
	int err = recording_close(rec, playout);

	if (err != 0 && !failed)
		tell_unfinished(r, rec->path, err);
	if (r->failed == 0)
		r->failed = err;
}

bool
recv_has_written(const struct recv *r, uint32_t row)
{
	const struct recording *rec = &r->recordings[row];

	if (failure_of(r, row) == 0)
		return rec->opened;
	return r->mixdown == NULL && rec->written > 0;
}

/*
 * Who catches up pushes seconds of sound at once, faster than any reader takes
 * them: it gets some time, but no more than that, since a reader that sticks
 * would hold us up for ever.
 */
static void
wait_for_reader(struct recv *r, silbo_time now)
{
	silbo_time clock = silbo_clock_now(), waited;

	if (clock < now + BEHIND) {
		r->patience = PATIENCE;
		return;
	}
	mixdown_wait(r->mixdown, clock + r->patience);
	waited = silbo_clock_now() - clock;
	r->patience -= run_earlier(waited, r->patience);
}

void
recv_flush_sound(struct recv *r, silbo_time now)
{
	struct mixdown *mix = r->mixdown;
	int failed;

	if (mix == NULL)
		return;
	failed = mix->failed_errno;
	mixdown_flush(mix, now);
	wait_for_reader(r, now);
	if (failed == 0 && mix->failed_errno != 0)
		tell_failure(r, mix_name(r), mix->failed_errno);
	/* A second is only kept, not yet lost. */
	if (!r->drops_told && mixdown_dropped(mix) > SILBO_SAMPLES_PER_S) {
		r->drops_told = true;
		cli_error("standard output is not read fast enough; sound is "
			  "dropped");
	}
}

void
recv_finish_sound(struct recv *r)
{
	struct mixdown *mix = r->mixdown;
	uint64_t dropped;
	bool failed;

	if (mix == NULL)
		return;
	failed = mix->failed_errno != 0;
	if (mixdown_close(mix, r->close_by) != 0 && !failed)
		tell_unfinished(r, mix_name(r), mix->failed_errno);
	if (r->failed == 0)
		r->failed = mix->failed_errno;
	dropped = mixdown_dropped(mix);
	if (dropped > 0)
		cli_error("standard output did not take %llu samples (%.1f s)",
		    (unsigned long long)dropped,
		    (double)dropped / SILBO_SAMPLES_PER_S);
}
