/* SPDX-License-Identifier: MIT */
/*
 * Reads scenario files: sections to directions and times, keys to the model or
 * to the laboratory.  inih takes the lines apart; what is refused is named with
 * file and line.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ini.h>

#include "cli.h"
#include "scenario.h"
#include "units.h"

#define FILE_MAX (1 << 20) /* bytes */
#define DAY_NS (86400 * (int64_t)SILBO_NS_PER_S)

/* While a file is read. */
struct reading {
	struct scenario *scenario;
	char section[64];
	const char *rest; /* of the text */
	int line;         /* of what is looked at */
	bool refused;
};

static bool
refuse(struct reading *r, const char *message, const char *hint)
{
	if (!r->refused)
		scenario_error(r->scenario, r->line, message, hint);
	r->refused = true;
	return false;
}

/* ---- sections ---- */

/* A phase from then on, which begins as the one before. */
static struct model *
phase(struct reading *r, struct scenario_path *path, int64_t at)
{
	uint32_t last = path->count - 1;

	if ((silbo_time)at == path->phases[last].at)
		return &path->models[last];
	if ((silbo_time)at < path->phases[last].at) {
		refuse(r, "this section is earlier than the one before",
		    "write the sections [at TIME] in the order of their times");
		return NULL;
	}
	if (path->count == SCENARIO_PHASES_MAX) {
		refuse(r, "too many sections [at TIME]", "at most 31");
		return NULL;
	}
	path->models[path->count] = path->models[last];
	path->phases[path->count].at = (silbo_time)at;
	return &path->models[path->count++];
}

/* Which ways does a word name: a mask; 0: it is no such word. */
static unsigned
ways_of(const char *word)
{
	return strcmp(word, "forth") == 0 ? 1u << SCENARIO_FORTH
	    : strcmp(word, "back") == 0   ? 1u << SCENARIO_BACK
	    : strcmp(word, "") == 0 || strcmp(word, "link") == 0
	    ? (1u << SCENARIO_WAYS) - 1
	    : 0;
}

/* "[at 10s forth]".  False: it is none. */
static bool
parse_at(const char *section, int64_t *at, unsigned *ways)
{
	char time[32], way[32] = "", rest;
	int found = sscanf(section, "at %31s %31s %c", time, way, &rest);

	if (found < 1 || found > 2 || !units_parse_duration(time, at) ||
	    *at > DAY_NS)
		return false;
	*ways = ways_of(way);
	return *ways != 0 && strcmp(way, "link") != 0;
}

static bool
is_words_section(const char *section)
{
	return strcmp(section, "stream") == 0 || strcmp(section, "lab") == 0;
}

static bool
check_section(struct reading *r, int64_t *at, unsigned *ways)
{
	char quoted[64], message[128];

	*at = 0;
	*ways = ways_of(r->section);
	if (r->section[0] != '\0' &&
	    (*ways != 0 || parse_at(r->section, at, ways)))
		return true;
	if (r->section[0] == '\0')
		return refuse(
		    r, "a key before the first section", "begin with [link]");
	snprintf(message, sizeof message, "unknown section [%s]",
	    cli_quote(quoted, sizeof quoted, r->section));
	return refuse(r, message,
	    "[link] [forth] [back] [at 10s] [at 10s forth] [stream] [lab]");
}

/* A line that begins with a bracket: is it a section that there is? */
static bool
look_at_section(struct reading *r, const char *start)
{
	size_t len = strcspn(start, "]\n");
	unsigned ways;
	int64_t at;

	if (start[len] != ']')
		return refuse(r, "a section without its closing bracket", "");
	if (len > sizeof(r->section))
		return refuse(r, "this section's name is too long", "");
	snprintf(
	    r->section, sizeof(r->section), "%.*s", (int)len - 1, start + 1);
	return is_words_section(r->section) || check_section(r, &at, &ways);
}

/* ---- keys ---- */

static bool
take_seed(struct reading *r, const char *value)
{
	struct scenario *s = r->scenario;
	char *end;

	errno = 0;
	s->seed = strtoull(value, &end, 10);
	s->seeded = true;
	return (value[0] >= '0' && value[0] <= '9' && *end == '\0' &&
		   errno == 0) ||
	    refuse(r, "seed: expected a whole number", "0 to 2^64 - 1");
}

static bool
take_word(struct reading *r, const char *key, const char *value)
{
	struct scenario *s = r->scenario;
	struct scenario_word *w = &s->words[s->words_count];

	if (s->words_count == SCENARIO_WORDS_MAX)
		return refuse(r, "too many keys in [stream] and [lab]", "");
	if (strlen(value) >= sizeof(w->value) || strlen(key) >= sizeof(w->key))
		return refuse(r, "this line is too long", "");
	snprintf(w->section, sizeof(w->section), "%s", r->section);
	snprintf(w->key, sizeof(w->key), "%s", key);
	snprintf(w->value, sizeof(w->value), "%s", value);
	w->line = r->line;
	for (size_t i = 0; i < s->words_count; i++)
		if (strcmp(s->words[i].section, w->section) == 0 &&
		    strcmp(s->words[i].key, w->key) == 0)
			return refuse(r, "this key stands here twice", "");
	s->words_count++;
	return true;
}

static bool
take_model(struct reading *r, const char *key, const char *value)
{
	struct model_why why;
	unsigned ways;
	int64_t at;

	if (!check_section(r, &at, &ways))
		return false;
	for (int way = 0; way < SCENARIO_WAYS; way++) {
		struct model *m;

		if (!(ways & 1u << way))
			continue;
		m = phase(r, &r->scenario->ways[way], at);
		if (m == NULL)
			return false;
		if (!model_set(m, &why, key, value))
			return refuse(r, why.what, why.hint);
	}
	return true;
}

/* inih's handler: 0 is refusal. */
static int
on_line(void *context, const char *section, const char *key, const char *value)
{
	struct reading *r = context;
	if (r->refused)
		return 0;
	snprintf(r->section, sizeof(r->section), "%s", section);
	if (value == NULL)
		return refuse(r, "a key without a value", "write key = value");
	if (strcmp(key, "seed") == 0 &&
	    (strcmp(section, "link") == 0 || strcmp(section, "lab") == 0))
		return take_seed(r, value);
	if (is_words_section(section))
		return take_word(r, key, value);
	return take_model(r, key, value);
}

/* ---- files ---- */

/*
 * inih's reader, as fgets: it counts the lines, which inih as Debian builds it
 * does not tell, and looks at the sections, of which it does not tell either
 * when they are empty.
 */
static char *
next_line(char *out, int room, void *context)
{
	struct reading *r = context;
	size_t len = strcspn(r->rest, "\n");
	const char *start = r->rest + strspn(r->rest, " \t");

	if (r->refused || *r->rest == '\0')
		return NULL;
	r->line++;
	if (len + 2 > (size_t)room) {
		refuse(r, "this line is too long", "at most 198 characters");
		return NULL;
	}
	if (*start == '[' && !look_at_section(r, start))
		return NULL;
	snprintf(out, (size_t)room, "%.*s\n", (int)len, r->rest);
	r->rest += len + (r->rest[len] == '\n');
	return out;
}

static void
set_directory(struct scenario *s)
{
	const char *slash = strrchr(s->path, '/');

	if (slash != NULL)
		snprintf(s->traces.directory, sizeof(s->traces.directory),
		    "%.*s", slash == s->path ? 1 : (int)(slash - s->path),
		    s->path);
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
		got = read(fd, text, FILE_MAX);
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
	struct reading r = {.scenario = s};
	char *text;
	int line;

	if (strncmp(path, "preset:", 7) == 0)
		return read_preset(s, path + 7);
	snprintf(s->path, sizeof(s->path), "%s", path);
	set_directory(s);
	text = read_file(s);
	if (text == NULL)
		return false;
	r.rest = text;
	line = ini_parse_stream(next_line, &r, on_line, &r);
	free(text);
	if (line != 0 && !r.refused) {
		r.line = line;
		refuse(&r, "this line is neither [section] nor key = value",
		    "comments begin with # or ;");
	}
	return !r.refused;
}
