/* SPDX-License-Identifier: MIT */
/*
 * Decides what a scenario is: two directions, each with its phases, and words
 * for the laboratory.  Does not read files.
 */
#include "scenario.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "units.h"

void
scenario_init(struct scenario *s)
{
	memset(s, 0, sizeof(*s));
	traces_init(&s->traces, NULL);
	for (int way = 0; way < SCENARIO_WAYS; way++) {
		model_init(&s->ways[way].models[0], &s->traces);
		s->ways[way].count = 1;
	}
}

void
scenario_error(
    const struct scenario *s, int line, const char *message, const char *hint)
{
	char quoted[256];

	cli_quote(quoted, sizeof quoted, s->path);
	if (s->path[0] == '\0')
		cli_error("%s", message);
	else if (line > 0)
		cli_error("%s:%d: %s", quoted, line, message);
	else
		cli_error("%s: %s", quoted, message);
	if (hint != NULL && hint[0] != '\0')
		cli_hint("%s", hint);
}

bool
scenario_set(struct scenario *s, struct model_why *why, enum scenario_way way,
    const char *key, const char *value)
{
	for (int i = 0; i < SCENARIO_WAYS; i++) {
		struct scenario_path *p = &s->ways[i];

		if (way != SCENARIO_WAYS && (int)way != i)
			continue;
		for (uint32_t j = 0; j < p->count; j++)
			if (!model_set(&p->models[j], why, key, value))
				return false;
	}
	return true;
}

bool
scenario_finish(struct scenario *s)
{
	static const char *const names[] = {"forth", "back"};
	char at[32], message[320];
	struct model_why why;

	for (int way = 0; way < SCENARIO_WAYS; way++) {
		struct scenario_path *p = &s->ways[way];

		for (uint32_t i = 0; i < p->count; i++) {
			if (model_link(
				&p->models[i], &p->phases[i].config, &why))
				continue;
			units_duration(at, sizeof at, (int64_t)p->phases[i].at);
			snprintf(message, sizeof message, "%s, from %s on: %s",
			    names[way], at, why.what);
			scenario_error(s, p->lines[i], message, why.hint);
			return false;
		}
	}
	return true;
}

/* ---- the laboratory's words, and the echo ---- */

const char *
scenario_value(
    struct scenario *s, const char *section, const char *key, int *line)
{
	for (size_t i = 0; i < s->words_count; i++) {
		struct scenario_word *w = &s->words[i];

		if (strcmp(w->section, section) != 0 ||
		    strcmp(w->key, key) != 0)
			continue;
		w->used = true;
		*line = w->line;
		return w->value;
	}
	return NULL;
}

bool
scenario_check_words(struct scenario *s, const char *const *known)
{
	char quoted[64], message[128], hint[128] = "";

	for (size_t i = 0; i < s->words_count; i++) {
		const struct scenario_word *w = &s->words[i];
		const char *near = cli_nearest(w->key, known);

		if (w->used)
			continue;
		snprintf(message, sizeof message, "unknown key '%s' in [%s]",
		    cli_quote(quoted, sizeof quoted, w->key), w->section);
		if (near != NULL)
			snprintf(hint, sizeof hint, "did you mean '%s'?", near);
		scenario_error(s, w->line, message, hint);
		return false;
	}
	return true;
}

/* Later phases say all anew: what went back to its default, too. */
static void
write_way(FILE *out, const struct scenario_path *p, const char *first,
    const char *later)
{
	char at[32];

	for (uint32_t i = 0; i < p->count; i++) {
		if (i > 0)
			fprintf(out, "[at %s%s]\npreset = perfect\n",
			    units_duration(
				at, sizeof at, (int64_t)p->phases[i].at),
			    later);
		else if (first[0] != '\0')
			fprintf(out, "[%s]\n", first);
		model_write(out, &p->models[i], "");
	}
}

/* The text of a stream from open_memstream; NULL: no memory. */
static char *
finish_text(FILE *out, char **text)
{
	if (fclose(out) == 0)
		return *text;
	free(*text);
	return NULL;
}

/* One direction as a text of its own; NULL: no memory. */
static char *
way_text(const struct scenario_path *p)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		return NULL;
	write_way(out, p, "", "");
	return finish_text(out, &text);
}

/* Do both directions say the same? */
static bool
is_symmetric(const struct scenario *s)
{
	char *forth = way_text(&s->ways[SCENARIO_FORTH]);
	char *back = way_text(&s->ways[SCENARIO_BACK]);
	bool same = forth != NULL && back != NULL && strcmp(forth, back) == 0;

	free(forth);
	free(back);
	return same;
}

void
scenario_write(FILE *out, const struct scenario *s)
{
	bool both = is_symmetric(s);

	if (both || s->seeded)
		fputs("[link]\n", out);
	if (s->seeded)
		fprintf(out, "seed = %" PRIu64 "\n", s->seed);
	if (both) {
		write_way(out, &s->ways[SCENARIO_FORTH], "", "");
	} else {
		write_way(out, &s->ways[SCENARIO_FORTH], "forth", " forth");
		write_way(out, &s->ways[SCENARIO_BACK], "back", " back");
	}
	for (size_t i = 0; i < s->words_count; i++) {
		const struct scenario_word *w = &s->words[i];

		if (i == 0 || strcmp(w->section, s->words[i - 1].section) != 0)
			fprintf(out, "[%s]\n", w->section);
		fprintf(out, "%s = %s\n", w->key, w->value);
	}
}

char *
scenario_text(const struct scenario *s)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		return NULL;
	scenario_write(out, s);
	return finish_text(out, &text);
}

void
scenario_close(struct scenario *s)
{
	traces_close(&s->traces);
}
