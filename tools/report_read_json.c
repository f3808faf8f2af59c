/* SPDX-License-Identifier: MIT */
/*
 * Decides what of a file is the report: all of it, or of events the last line.
 * Does not know what a report holds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli.h"
#include "report_fields.h"
#include "report_read.h"

/* A report of 1024 intervals of 256 streams is 60 MB. */
#define BYTES_MAX ((size_t)256 << 20)
#define FLAGS JSON_REJECT_DUPLICATES

struct text {
	char *bytes; /* owned */
	size_t len;
};

static bool
read_stream(struct text *text, FILE *in)
{
	size_t cap = 0, got;

	do {
		if (text->len == cap) {
			char *more;

			cap = cap == 0 ? 1 << 16 : 2 * cap;
			more = realloc(text->bytes, cap);
			if (more == NULL)
				return false;
			text->bytes = more;
		}
		got = fread(text->bytes + text->len, 1, cap - text->len, in);
		text->len += got;
	} while (got > 0 && text->len <= BYTES_MAX);
	return ferror(in) == 0;
}

/* Returns EXIT_DONE, or EXIT_RUNTIME after the message. */
static int
read_text(struct text *text, const char *path, const char *quoted)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	bool valid = in != NULL && read_stream(text, in);
	int reason = errno;

	if (in != NULL && !is_stdin)
		fclose(in);
	if (valid)
		return EXIT_DONE;
	cli_error("cannot read %s: %s", quoted, strerror(reason));
	cli_hint("a report is what silbo recv, send or probe writes with "
		 "--json FILE");
	return EXIT_RUNTIME;
}

static int
refuse(const char *quoted, const char *why, const char *hint)
{
	cli_error("%s: %s", quoted, why);
	cli_hint("%s", hint);
	return EXIT_USAGE;
}

static struct report_reading parsing; /* whose text it is */

/* Parsing ends with the program: jansson 2.14 takes a failure here for bad
 * syntax, or follows a null pointer (load.c, a string that has no room). */
static void *
allocate(size_t bytes)
{
	void *mem = malloc(bytes);

	if (mem != NULL)
		return mem;
	report_refuse_memory(&parsing);
	exit(EXIT_RUNTIME);
}

/* The last line with anything on it. */
static struct text
last_line(const struct text *text)
{
	size_t end = text->len, begin;

	while (end > 0 && strchr(" \t\r\n", text->bytes[end - 1]) != NULL)
		end--;
	for (begin = end; begin > 0 && text->bytes[begin - 1] != '\n'; begin--)
		;
	return (struct text){text->bytes + begin, end - begin};
}

/* Is the first line of several an event? */
static bool
is_events(const struct text *text)
{
	const char *end = memchr(text->bytes, '\n', text->len);
	json_t *first;
	bool is_event;

	if (end == NULL)
		return false;
	first =
	    json_loadb(text->bytes, (size_t)(end - text->bytes), FLAGS, NULL);
	is_event = json_is_string(json_object_get(first, "event"));
	json_decref(first);
	return is_event;
}

/* The report in the event "end", or NULL after the message. */
static json_t *
take_end(const struct text *text, const char *quoted)
{
	struct text line = last_line(text);
	json_t *end = json_loadb(line.bytes, line.len, FLAGS, NULL);
	json_t *report = json_incref(json_object_get(end, "report"));

	json_decref(end);
	if (report == NULL)
		refuse(quoted, "events without an end",
		    "the last line, 'end', holds the report: the run goes on, "
		    "or was broken off");
	return report;
}

static json_t *
parse(const struct text *text, const char *quoted)
{
	json_error_t error;
	json_t *root = json_loadb(text->bytes, text->len, FLAGS, &error);
	char why[96], what[2 * JSON_ERROR_TEXT_LENGTH];

	if (json_is_string(json_object_get(root, "event"))) {
		json_decref(root); /* events of one line */
		return take_end(text, quoted);
	}
	if (root != NULL)
		return root;
	if (is_events(text))
		return take_end(text, quoted);
	snprintf(why, sizeof(why), "line %d, column %d: not JSON", error.line,
	    error.column);
	refuse(quoted, why, cli_quote(what, sizeof(what), error.text));
	return NULL;
}

static json_t *
parse_or_exit(const struct text *text, const char *quoted)
{
	json_malloc_t before;
	json_free_t release;
	json_t *root;

	parsing = (struct report_reading){.path = quoted, .where = ""};
	json_get_alloc_funcs(&before, &release);
	json_set_alloc_funcs(allocate, release);
	root = parse(text, quoted);
	json_set_alloc_funcs(before, release);
	return root;
}

json_t *
report_read_json(const char *path, const char *quoted, int *status)
{
	struct text text = {NULL, 0};
	json_t *root = NULL;

	*status = read_text(&text, path, quoted);
	if (*status == EXIT_DONE && text.len > BYTES_MAX)
		*status = refuse(quoted, "longer than 256 MiB",
		    "no report is: is it the right file?");
	else if (*status == EXIT_DONE && last_line(&text).len == 0)
		*status = refuse(quoted, "empty",
		    "a report is written when the run ends: does it go on?");
	else if (*status == EXIT_DONE)
		root = parse_or_exit(&text, quoted);
	if (*status == EXIT_DONE && root == NULL)
		*status = EXIT_USAGE;
	free(text.bytes);
	return root;
}
