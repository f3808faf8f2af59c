/* SPDX-License-Identifier: MIT */
/*
 * Decides when two outputs are one.  A file that is there is known by its
 * number, one that is not by its directory and name, at the end of all links.
 * A device can be written to by many.  Opens and changes nothing.
 */
#include "outputs.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "record.h"

#define LINKS_MAX 40 /* as the kernel follows */

/* The directory of a path, and its last part. */
static const char *
split(char directory[PATH_MAX], const char *path)
{
	const char *slash = strrchr(path, '/');
	int len = slash == NULL || slash == path ? 1 : (int)(slash - path);

	snprintf(directory, PATH_MAX, "%.*s", len, slash == NULL ? "." : path);
	return slash == NULL ? path : slash + 1;
}

/* Where links lead, be it to nothing.  False: too long. */
static bool
follow(char out[PATH_MAX], const char *path)
{
	char target[PATH_MAX], directory[PATH_MAX];
	ssize_t n;

	if (snprintf(out, PATH_MAX, "%s", path) >= PATH_MAX)
		return false;
	for (int i = 0; i < LINKS_MAX; i++) {
		n = readlink(out, target, sizeof target - 1);
		if (n < 0)
			return true;
		target[n] = '\0';
		split(directory, out);
		if (*target == '/')
			n = snprintf(out, PATH_MAX, "%s", target);
		else
			n = snprintf(out, PATH_MAX, "%s/%s", directory, target);
		if (n >= PATH_MAX)
			return false;
	}
	return true;
}

static bool
is_one(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool
is_standard(const char *path)
{
	return strcmp(path, "-") == 0;
}

static bool
look(const char *path, struct stat *st)
{
	return (is_standard(path) ? fstat(STDOUT_FILENO, st)
				  : stat(path, st)) == 0;
}

static bool
is_same_directory(const char *a, const char *b)
{
	struct stat a_st, b_st;

	return stat(a, &a_st) == 0 && stat(b, &b_st) == 0 &&
	    is_one(&a_st, &b_st);
}

/* Whatever they are called. */
static bool
is_same_file(const char *a, const char *b)
{
	char a_end[PATH_MAX], b_end[PATH_MAX];
	char a_directory[PATH_MAX], b_directory[PATH_MAX];
	struct stat a_st, b_st;

	if (look(a, &a_st) && look(b, &b_st))
		return !S_ISCHR(a_st.st_mode) && is_one(&a_st, &b_st);
	if (is_standard(a) || is_standard(b))
		return false;
	return follow(a_end, a) && follow(b_end, b) &&
	    strcmp(split(a_directory, a_end), split(b_directory, b_end)) == 0 &&
	    is_same_directory(a_directory, b_directory);
}

/* Would a later stream be recorded there: "a.2.wav" beside "a.wav"? */
static bool
is_numbered(const char *recording, const char *path)
{
	char directory[PATH_MAX], other[PATH_MAX];
	const char *name, *last, *suffix = recording_suffix(recording);
	size_t stem, digits;

	if (strlen(recording) >= PATH_MAX || strlen(path) >= PATH_MAX)
		return false;
	name = split(directory, recording);
	last = split(other, path);
	stem = (size_t)(suffix - name);
	if (strncmp(last, name, stem) != 0 || last[stem] != '.')
		return false;
	digits = strspn(last + stem + 1, "0123456789");
	last += stem + 1 + digits;
	return digits > 0 && strncmp(last, suffix, strlen(suffix)) == 0 &&
	    (last[strlen(suffix)] == '\0' ||
		strcmp(last + strlen(suffix), ".part") == 0) &&
	    is_same_directory(directory, other);
}

/* Is what a writes while it works, or at last, what b writes at last? */
static bool
meets(const struct output *a, const struct output *b)
{
	char part[PATH_MAX];

	if (is_same_file(a->path, b->path))
		return true;
	if (is_standard(a->path))
		return false;
	if (a->numbered && is_numbered(a->path, b->path))
		return true;
	return a->parts &&
	    snprintf(part, sizeof part, "%s.part", a->path) < PATH_MAX &&
	    is_same_file(part, b->path);
}

static bool
check_pair(const struct output *a, const struct output *b)
{
	char quoted[256];

	if (a->path == NULL || b->path == NULL)
		return true;
	if (is_standard(a->path) && is_standard(b->path))
		cli_error("%s -: %s - writes to standard output already",
		    a->option, b->option);
	else if (meets(a, b) || meets(b, a))
		cli_error("%s '%s': %s writes to that file already", a->option,
		    cli_quote(quoted, sizeof(quoted), a->path), b->option);
	else
		return true;
	cli_hint(is_standard(a->path) && is_standard(b->path)
		? "give one of them a file"
		: "give each a file of its own");
	return false;
}

bool
outputs_check(const struct output *outputs, size_t count)
{
	for (size_t a = 0; a < count; a++)
		for (size_t b = a + 1; b < count; b++)
			if (!check_pair(&outputs[a], &outputs[b]))
				return false;
	return true;
}

bool
outputs_spare(
    const struct output *outputs, size_t count, const struct input *input)
{
	const struct output read = {.path = input->path};
	char quoted[256];

	if (input->path == NULL)
		return true;
	for (size_t i = 0; i < count; i++) {
		const struct output *o = &outputs[i];

		if (o->path == NULL || is_standard(o->path) || !meets(o, &read))
			continue;
		cli_error("%s '%s': that would overwrite %s", o->option,
		    cli_quote(quoted, sizeof(quoted), o->path), input->what);
		cli_hint("give each a file of its own");
		return false;
	}
	return true;
}
