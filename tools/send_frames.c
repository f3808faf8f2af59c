/* SPDX-License-Identifier: MIT */
/*
 * The frames of silbo send, one by one: read, encoded, made into datagrams, or
 * skipped where that is too late.  Decides what the end of the sound is; does
 * not know how to wait.
 */
#include <string.h>

#include "cli.h"
#include "send.h"

static void
note_lateness(struct send *s)
{
	silbo_time now = silbo_clock_now(), due = send_due(s);
	silbo_time late = now > due ? now - due : 0;

	silbo_quantile_put(&s->lateness, late);
	if (late > SILBO_NS_PER_MS)
		s->late_over_1ms++;
}

static bool
is_all_out(const struct send *s)
{
	return s->left == 0 &&
	    (s->sound == 0 ||
		s->made >= s->sound + silbo_encoder_preskip(s->encoder));
}

bool
send_skip_stale(struct send *s)
{
	silbo_time now = silbo_clock_now(), due = send_due(s);

	if (now <= due + SEND_STALE_AFTER)
		return false;
	if (now - due > s->behind)
		s->behind = now - due;
	s->stale++;
	silbo_sender_skip(&s->tx, s->frame);
	s->made += s->frame;
	return true;
}

void
send_tell_stale(struct send *s)
{
	if (s->stale == 0 || !run_may_say(&s->stale_said, silbo_clock_now()))
		return;
	cli_note("was held up for %.1f s: %llu frame%s skipped",
	    (double)s->behind / 1e9, (unsigned long long)s->stale,
	    s->stale == 1 ? "" : "s");
	s->stale = 0;
	s->behind = 0;
}

int
send_next_frame(struct send *s, uint8_t *packet)
{
	static float pcm[SILBO_MEDIA_FRAME_MAX * SILBO_MEDIA_CHANNELS_MAX];
	bool skipped;
	int len;

	do {
		if (is_all_out(s))
			return 0;
		memset(pcm, 0, sizeof pcm);
		if (!send_read(s, pcm))
			return -1;
		if (is_all_out(s))
			return 0;
		skipped = send_skip_stale(s);
		/* Hours may have been missed. */
		if (skipped && send_is_stopped(s))
			return -1;
	} while (skipped);
	len = silbo_encoder_encode(s->encoder, packet, s->packet_max, pcm);
	if (len < 0) {
		s->failure = silbo_err_name(len);
		return -1;
	}
	return len;
}

bool
send_frame(struct send *s, const uint8_t *packet, int len)
{
	static uint8_t datagram[SILBO_WIRE_MTU_MAX];
	silbo_time due = send_due(s);
	int bytes = send_make(s, datagram, packet, len);

	if (bytes < 0) {
		s->failure = silbo_err_name(bytes);
		return false;
	}
	note_lateness(s);
	send_depart(s, datagram, bytes, true);
	silbo_quantile_put(&s->wakeup, s->woken > due ? s->woken - due : 0);
	s->made += s->frame;
	return true;
}
