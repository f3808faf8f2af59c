/* SPDX-License-Identifier: MIT */
/*
 * Decides how progress is shown: redrawn in place where the terminal can, whole
 * lines elsewhere, not at all when quiet.  Does not know what the line says.
 */
#include "status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LINE_BYTES 512
#define CLEAR_TO_END "\x1b[K"

static enum { OFF, LINES, REDRAW } way = OFF;
static bool shown; /* a line stands on the terminal, the cursor behind it */

void
status_init(bool quiet)
{
	const char *term = getenv("TERM");
	bool dumb = term == NULL || *term == '\0' || strcmp(term, "dumb") == 0;

	shown = false;
	if (quiet)
		way = OFF;
	else
		way = isatty(STDERR_FILENO) && !dumb ? REDRAW : LINES;
}

silbo_time
status_period(void)
{
	if (way == OFF)
		return SILBO_TIME_NEVER;
	return way == REDRAW ? SILBO_NS_PER_S : 10 * SILBO_NS_PER_S;
}

/* One less than the width, since the last column makes some terminals wrap.
 * Asked each time: a window can be resized. */
static size_t
columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
		return 79;
	return (size_t)size.ws_col - 1;
}

/* How much of the line to show: whole fields, which two spaces separate, or,
 * where not even the first fits, what does. */
static size_t
fit(const char *line, size_t room)
{
	size_t whole = 0;

	if (strlen(line) <= room)
		return room;
	for (size_t i = 1; i <= room; i++)
		if (line[i] == ' ' && line[i + 1] == ' ')
			whole = i;
	return whole > 0 ? whole : room;
}

size_t
status_room(void)
{
	const size_t room = LINE_BYTES - sizeof("\r" CLEAR_TO_END);

	return way == REDRAW && columns() < room ? columns() : room;
}

void
status_show(const char *line)
{
	char out[LINE_BYTES];
	size_t room = status_room();

	if (way == OFF)
		return;
	if (way == LINES) {
		snprintf(out, sizeof(out), "%.*s\n", (int)room, line);
	} else {
		room = fit(line, room);
		snprintf(
		    out, sizeof(out), "\r%.*s" CLEAR_TO_END, (int)room, line);
		shown = true;
	}
	fputs(out, stderr);
}

void
status_clear(void)
{
	if (shown)
		fputs("\r" CLEAR_TO_END, stderr);
	shown = false;
}
