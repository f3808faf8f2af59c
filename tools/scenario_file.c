/* SPDX-License-Identifier: MIT */
/*
 * Decides how much of a file is believed to be a scenario: a regular file,
 * text, not too large.  Does not know what its lines mean.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "scenario.h"

#define FILE_MAX (1 << 20) /* bytes */

/* Where relative paths of traces begin: the scenario's directory. */
static bool
set_directory(struct scenario *s)
{
	const char *slash = strrchr(s->path, '/');

	size_t len = slash == NULL ? 0
	    : slash == s->path     ? 1
				   : (size_t)(slash - s->path);

	if (len >= sizeof(s->traces.directory))
		return false;
	memcpy(s->traces.directory, s->path, len);
	s->traces.directory[len] = '\0';
	return true;
}

/* The text of a file; NULL after the message. */
static char *
read_file(const struct scenario *s)
{
	int fd = open(s->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	char *text = NULL;
	struct stat file;
	ssize_t got = -1;

	if (fd < 0 || fstat(fd, &file) < 0) {
		scenario_error(s, 0, strerror(errno), NULL);
	} else if (!S_ISREG(file.st_mode) || file.st_size > FILE_MAX) {
		scenario_error(s, 0, "not a scenario file",
		    "a text file of at most 1 MiB is expected");
	} else if ((text = malloc(FILE_MAX + 1)) != NULL) {
		do
			got = read(fd, text, FILE_MAX);
		while (got < 0 && errno == EINTR);
		if (got >= 0)
			text[got] = '\0';
		if (got < 0 || strlen(text) != (size_t)got) {
			scenario_error(s, 0,
			    got < 0 ? strerror(errno) : "a binary file",
			    "a text file is expected");
			free(text);
			text = NULL;
		}
	} else {
		cli_error("not enough memory");
	}
	if (fd >= 0)
		close(fd);
	return text;
}

static bool
read_preset(struct scenario *s, const char *name)
{
	struct model_why why;

	for (int way = 0; way < SCENARIO_WAYS; way++)
		if (!model_set(&s->ways[way].models[0], &why, "preset", name)) {
			cli_error("%s", why.what);
			cli_hint("%s", why.hint);
			return false;
		}
	return true;
}

bool
scenario_read(struct scenario *s, const char *path)
{
	char *text;
	bool read;

	if (strncmp(path, "preset:", 7) == 0)
		return read_preset(s, path + 7);
	snprintf(s->path, sizeof(s->path), "%s", path);
	if (strlen(path) >= sizeof(s->path) || !set_directory(s)) {
		cli_error("the path of this scenario is too long");
		cli_hint("its directory may have 255 characters");
		return false;
	}
	text = read_file(s);
	if (text == NULL)
		return false;
	read = scenario_parse(s, text);
	free(text);
	return read;
}
