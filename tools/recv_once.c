/* SPDX-License-Identifier: MIT */
/*
 * Decides when a stream is over for recv --once: when its sender says no more
 * and the receiver waits for nothing of it.  Silence stands for an END that was
 * lost; it decides no number that is pending.
 */
#include "recv.h"

#define ONCE_SILENCE (10 * SILBO_NS_PER_S)

bool
recv_once_is_over(
    const struct silbo_receiver *rx, uint32_t place, silbo_time now)
{
	struct silbo_stream_report stream;
	struct silbo_gate_source source;

	if (silbo_receiver_state(rx, place, now) >= SILBO_STREAM_ENDED)
		return true;
	silbo_receiver_report_stream(rx, place, &stream, &source);
	return now >= source.last_at + ONCE_SILENCE &&
	    stream.track.pending == 0 && stream.playout.held == 0;
}
