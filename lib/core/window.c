/* SPDX-License-Identifier: MIT */
/*
 * Decides whether a number of a control type is new, by the bitmap of
 * RFC 4303 section 3.4.3, held in one 64-bit word.
 *
 * It refuses to know what a number belongs to, and whether it was authentic:
 * the gate asks only after the tag has been verified.
 */
#include <silbo/window.h>

void
silbo_window_init(struct silbo_window *window)
{
	*window = (struct silbo_window){0};
}

/* C leaves a shift by the whole width undefined. */
static uint64_t
slide(uint64_t seen, uint64_t by)
{
	return by < SILBO_WINDOW_NUMBERS ? seen << by : 0;
}

enum silbo_verdict
silbo_window_on_number(struct silbo_window *window, uint64_t number)
{
	uint64_t bit;

	if (number > window->highest) {
		window->seen =
		    slide(window->seen, number - window->highest) | 1;
		window->highest = number;
		return SILBO_ACCEPTED;
	}
	if (window->highest - number >= SILBO_WINDOW_NUMBERS)
		return SILBO_DROP_OLD;

	/* In a fresh window the highest is 0, and not seen. */
	bit = (uint64_t)1 << (window->highest - number);
	if (window->seen & bit)
		return SILBO_DROP_DUPLICATE;
	window->seen |= bit;
	return SILBO_ACCEPTED;
}
