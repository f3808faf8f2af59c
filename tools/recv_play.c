/* SPDX-License-Identifier: MIT */
/*
 * When silbo recv plays what.  Decides that streams of a mix that catch up do so
 * side by side, in steps of the time that has passed: one after the other, each
 * would begin behind the last one's end.  And that what was received is handed
 * out when the receiver ends, too.
 *
 * Refuses to know where the sound goes.
 */
#include "recv.h"

#define FRAMES 256 /* handed out before signals and socket are looked at */

/* Less than the ring of a mix, with the longest frame. */
#define STEP (40 * SILBO_NS_PER_MS)

/* No payload is kept that is due later than this. */
#define REST (SILBO_PLAYOUT_DELAY_MAX + 6 * SILBO_NS_PER_S)

static void
hand_out(struct recv *r, uint32_t row, silbo_time now)
{
	struct silbo_frame frame;

	/* After a long gap hours can be due at once. */
	for (int n = 0; n < FRAMES; n++) {
		enum silbo_frame_kind kind =
		    silbo_receiver_get(r->rx, r->rows[row].place, &frame, now);

		if (kind == SILBO_FRAME_DONE)
			recv_pause_sound(r, row);
		if (kind == SILBO_FRAME_WAIT || kind == SILBO_FRAME_DONE)
			return;
		silbo_receiver_on_output(
		    r->rx, r->rows[row].place, recv_play(r, row, &frame, now));
	}
}

static void
hand_out_all(struct recv *r, silbo_time now)
{
	for (uint32_t row = 0; row < r->rows_count; row++)
		if (r->rows[row].live)
			hand_out(r, row, now);
	recv_flush_sound(r, now);
}

void
recv_play_due(struct recv *r, silbo_time now)
{
	recv_rows_meet(r);
	/* Nothing is late to a mix while none plays. */
	if (r->mixdown != NULL && r->streams > r->ended)
		while (now - r->handed_at > STEP)
			hand_out_all(r, r->handed_at += STEP);
	hand_out_all(r, now);
	r->told_at = r->handed_at = now;
}

static bool
holds_any(const struct recv *r, uint32_t row)
{
	struct silbo_stream_report stream;

	if (!r->rows[row].live)
		return false;
	silbo_receiver_report_stream(r->rx, r->rows[row].place, &stream, NULL);
	return stream.playout.held > 0;
}

void
recv_play_rest(struct recv *r)
{
	silbo_time at = r->handed_at, end = at + REST;

	for (bool left = true; left && at < end; at += STEP) {
		left = false;
		for (uint32_t row = 0; row < r->rows_count; row++)
			if (holds_any(r, row)) {
				hand_out(r, row, at);
				left = true;
			}
		recv_flush_sound(r, at);
		/* Seconds at once: more than is kept for a reader. */
		if (r->mixdown != NULL)
			mixdown_wait(r->mixdown, r->close_by);
	}
}
