/* SPDX-License-Identifier: MIT */
/*
 * The status line on stderr: redrawn in place on a terminal, one line per 10 s
 * otherwise, never under -q.  Honours TERM=dumb (then no redraw).
 */
#ifndef SILBO_TOOLS_STATUS_H
#define SILBO_TOOLS_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include <silbo/defs.h>

/* quiet: nothing is ever shown. */
void status_init(bool quiet);

/* How long between updates: 1 s redrawn, 10 s in lines, NEVER when quiet. */
silbo_time status_period(void);

/* How many bytes of a line are shown, as wide as the terminal is now. */
size_t status_room(void);

/* Show this line (cut to the terminal's width when redrawn). */
void status_show(const char *line);

/* Remove a redrawn line, before anything else is printed to stderr. */
void status_clear(void);

#endif
