/* SPDX-License-Identifier: MIT */
/*
 * Decides what a message looks like: who speaks, one line, one write, the
 * status line out of the way, foreign bytes made harmless; and which known word
 * an unknown one resembles.  Knows no option.
 */
#include "cli.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "status.h"

#define MESSAGE_BYTES 1024
#define WORD_MAX 32 /* longer words are not compared */
#define EDITS_MAX 3 /* as many as make recv of receive */

static const char *program = "silbo";
static bool quiet, verbose;
static void (*listener)(void *, const char *);
static void *listener_context;
static bool muted; /* the latest news was not told: neither is its hint */

void
cli_set_program(const char *command)
{
	program = command;
}

void
cli_set_quiet(bool on)
{
	quiet = on;
}

void
cli_set_listener(void (*hears)(void *, const char *), void *context)
{
	listener = hears;
	listener_context = context;
}

/* The line is composed first: stderr is unbuffered, and two processes that
 * share a terminal must not mix their words. */
static void
say(const char *prefix, const char *mark, const char *format, va_list args)
{
	char line[MESSAGE_BYTES];
	size_t used;

	used = (size_t)snprintf(line, sizeof(line), "%s%s", prefix, mark);
	assert(used < sizeof(line));
	vsnprintf(line + used, sizeof(line) - used, format, args);
	used = strlen(line);
	if (used == sizeof(line) - 1)
		used--;
	line[used] = '\n';
	line[used + 1] = '\0';
	status_clear();
	fputs(line, stderr);
}

void
cli_error(const char *format, ...)
{
	char message[MESSAGE_BYTES];
	va_list args;

	muted = false;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	va_start(args, format);
	say(program, ": ", format, args);
	va_end(args);
	if (listener != NULL)
		listener(listener_context, message);
}

void
cli_hint(const char *format, ...)
{
	va_list args;

	if (muted)
		return;
	va_start(args, format);
	say("", "  hint: ", format, args);
	va_end(args);
}

void
cli_note(const char *format, ...)
{
	va_list args;

	muted = quiet;
	if (muted)
		return;
	va_start(args, format);
	say(program, ": ", format, args);
	va_end(args);
}

void
cli_set_verbose(bool on)
{
	verbose = on;
}

bool
cli_check_loudness(bool is_quiet, bool is_verbose)
{
	if (!is_quiet || !is_verbose)
		return true;
	cli_error("-q and -v exclude one another");
	cli_hint("one tells less, the other more: leave one of them out");
	return false;
}

void
cli_detail(const char *format, ...)
{
	va_list args;

	if (!verbose)
		return;
	va_start(args, format);
	say(program, ": ", format, args);
	va_end(args);
}

const char *
cli_quote(char *out, size_t cap, const char *text)
{
	size_t used = 0, mark = 0; /* mark: the last place where "..." fits */

	assert(cap >= 4);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		bool plain = c >= 0x20 && c < 0x7f && c != '\\';
		size_t need = plain ? 1 : 4;

		if (used + 3 < cap)
			mark = used;
		if (used + need >= cap) {
			memcpy(out + mark, "...", 4);
			return out;
		}
		if (plain)
			out[used] = (char)c;
		else
			snprintf(out + used, cap - used, "\\x%02x", c);
		used += need;
	}
	out[used] = '\0';
	return out;
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/*
 * Edits from a to b: the restricted Damerau-Levenshtein distance, row by row.
 * at[j] is the distance of the first i letters of a to the first j of b;
 * above and twice_above are the rows of i - 1 and i - 2.
 */
static unsigned
distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_MAX + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned *at = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3];
		const unsigned *twice_above = rows[(i + 1) % 3];

		at[0] = (unsigned)i;
		for (size_t j = 1; j <= b_len; j++) {
			at[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
			at[j] = least(at[j], above[j] + 1);
			at[j] = least(at[j], at[j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				at[j] = least(at[j], twice_above[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

const char *
cli_nearest(const char *word, const char *const *names)
{
	const char *nearest = NULL;
	size_t len = strlen(word);
	unsigned best = EDITS_MAX + 1;

	if (len > WORD_MAX)
		return NULL;
	for (; *names != NULL; names++) {
		unsigned d;

		if (strlen(*names) > WORD_MAX)
			continue;
		d = distance(word, *names);
		if (d < best && 2 * d < len) {
			best = d;
			nearest = *names;
		}
	}
	return nearest;
}
