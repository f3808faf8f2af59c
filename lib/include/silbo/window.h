/* SPDX-License-Identifier: MIT */
/*
 * A 64-number replay window: has this number been seen?  For the control types
 * (INFO, RESEND, REPORT, NACK); DATA has a track.  RFC 4303 section 3.4.3.
 */
#ifndef SILBO_WINDOW_H
#define SILBO_WINDOW_H

#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_WINDOW_NUMBERS 64

struct silbo_window {
	/* private */
	uint64_t highest;
	uint64_t seen; /* bit i: highest - i was seen; 0: nothing seen yet */
};

SILBO_API
void silbo_window_init(struct silbo_window *window);

/*
 * Decide and commit in one step.  Call only for authentic datagrams.
 *
 * Returns SILBO_ACCEPTED, SILBO_DROP_DUPLICATE, or SILBO_DROP_OLD when the
 * number lies 64 or more below the highest.  O(1).
 */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_window_on_number(
    struct silbo_window *window, uint64_t number);

#ifdef __cplusplus
}
#endif

#endif
