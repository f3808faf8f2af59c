/* SPDX-License-Identifier: MIT */
/*
 * Reads scenario files: sections to directions and times, keys to the model or
 * to the laboratory.  inih takes the lines apart; what is refused is named with
 * file and line.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "cli.h"
#include "scenario.h"
#include "units.h"

#define SECTION_MAX 49 /* characters of its name: inih keeps no more */
#define DAY_NS (86400 * (int64_t)SILBO_NS_PER_S)

#define NOT_A_LINE "this line is neither [section] nor key = value"
#define NOT_A_LINE_HINT "comments begin with # or ;"

/* While a text is read. */
struct reading {
	struct scenario *scenario;
	char section[64];
	const char *rest; /* of the text */
	int line;         /* of what is looked at */
	uint64_t seen;    /* keys of the model in this section, a bit each */
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
	path->lines[path->count] = path->lines[last];
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

/* A line that begins with a bracket: is it a section that there is, and nothing
 * behind it but a comment? */
static bool
look_at_section(struct reading *r, const char *start)
{
	size_t len = strcspn(start, "]\r\n");
	const char *behind = start + len + 1;
	unsigned ways;
	int64_t at;

	if (start[len] != ']')
		return refuse(
		    r, "a section without its closing bracket", "[link]");
	if (len - 1 > SECTION_MAX)
		return refuse(
		    r, "this section's name is too long", "as in [at 10s]");
	behind += strspn(behind, " \t\r");
	if (strchr("\n;#", *behind) == NULL)
		return refuse(r, "something behind a section",
		    "write [section] and each key = value on lines of their "
		    "own");
	snprintf(
	    r->section, sizeof(r->section), "%.*s", (int)len - 1, start + 1);
	r->seen = 0;
	return is_words_section(r->section) || check_section(r, &at, &ways);
}

/* ---- keys ---- */

static bool
take_seed(struct reading *r, const char *value)
{
	struct scenario *s = r->scenario;
	char *end;

	if (s->seeded)
		return refuse(r, "there is a seed already", "one is enough");
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
		return refuse(
		    r, "too many keys in [stream] and [lab]", "at most 64");
	if (value[0] == ';')
		return refuse(r, "a value cannot begin with a semicolon",
		    "comments begin so, behind a blank");
	if (strlen(value) >= sizeof(w->value) || strlen(key) >= sizeof(w->key))
		return refuse(
		    r, "this key is too long", "at most 31 characters");
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

/* Each key once in a section; a preset sets everything, so what stands before
 * it would count for nothing. */
static bool
note_key(struct reading *r, const char *key)
{
	const struct model_key *known;
	size_t i = 0;

	while ((known = model_key(i)) != NULL && strcmp(known->name, key) != 0)
		i++;
	if (known == NULL)
		return true; /* model_set will say so */
	if (r->seen >> i & 1)
		return refuse(
		    r, "this key stands here twice", "once is enough");
	if (strcmp(key, "preset") == 0 && r->seen != 0)
		return refuse(r,
		    "preset sets everything, also what stands above",
		    "write preset first in its section, then what differs");
	r->seen |= (uint64_t)1 << i;
	return true;
}

/* The line from which on the values do not go together any more. */
static void
note_conflict(
    struct reading *r, struct scenario_path *path, const struct model *m)
{
	struct silbo_link_config link;
	struct model_why why;
	int *line = &path->lines[m - path->models];

	if (model_link(m, &link, &why))
		*line = 0;
	else if (*line == 0)
		*line = r->line;
}

static bool
take_model(struct reading *r, const char *key, const char *value)
{
	struct model_why why;
	unsigned ways;
	int64_t at;

	if (!check_section(r, &at, &ways) || !note_key(r, key))
		return false;
	for (int way = 0; way < SCENARIO_WAYS; way++) {
		struct scenario_path *path = &r->scenario->ways[way];
		struct model *m;

		if (!(ways & 1u << way))
			continue;
		m = phase(r, path, at);
		if (m == NULL)
			return false;
		if (!model_set(m, &why, key, value))
			return refuse(r, why.what, why.hint);
		note_conflict(r, path, m);
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

/* ---- lines ---- */

/* Before inih sees it: what it would pass over in silence, or understand as
 * something else. */
static bool
look_at_line(struct reading *r, const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c >= 0x20 && c != 0x7f) || c == '\t' ||
		    (c == '\r' && i + 1 == len))
			continue;
		return refuse(
		    r, "a control character", "a text file is expected");
	}
	if (*line == '[')
		return look_at_section(r, line);
	if (len == 0 || strchr("#;\r", *line) != NULL ||
	    memchr(line, '=', len) != NULL || memchr(line, ':', len) != NULL)
		return true;
	return refuse(r, NOT_A_LINE, NOT_A_LINE_HINT);
}

/*
 * inih's reader, as fgets: it counts the lines, which inih as Debian builds it
 * does not tell, and looks at the sections, of which it does not tell either
 * when they are empty.  Blanks before a line go: with them inih would take it
 * for more of the value above.
 */
static char *
next_line(char *out, int room, void *context)
{
	struct reading *r = context;
	const char *line = r->rest + strspn(r->rest, " \t");
	size_t len = strcspn(line, "\n");

	if (r->refused || *r->rest == '\0')
		return NULL;
	r->line++;
	if (len + 2 > (size_t)room) {
		refuse(r, "this line is too long", "at most 198 characters");
		return NULL;
	}
	if (!look_at_line(r, line, len))
		return NULL;
	snprintf(out, (size_t)room, "%.*s\n", (int)len, line);
	r->rest = line + len + (line[len] == '\n');
	return out;
}

bool
scenario_parse(struct scenario *s, const char *text)
{
	struct reading r = {.scenario = s, .rest = text};
	int line;

	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		r.rest += 3; /* a byte order mark, as some editors write */
	line = ini_parse_stream(next_line, &r, on_line, &r);
	if (line != 0 && !r.refused) {
		r.line = line;
		refuse(&r, NOT_A_LINE, NOT_A_LINE_HINT);
	}
	return !r.refused;
}
