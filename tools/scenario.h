/* SPDX-License-Identifier: MIT */
/*
 * Scenario files: one language for lab, impair and tests.
 *
 *   [link]            both directions           [at 10s]          from then on
 *   [forth] [back]    one of them               [at 10s forth]
 *   [stream] [lab]    what is sent, what is varied: the laboratory's
 *
 * A section [forth], [back] or [at ...] begins with what holds before it.
 * Knows the language; does not know who uses it.
 */
#ifndef SILBO_TOOLS_SCENARIO_H
#define SILBO_TOOLS_SCENARIO_H

#include "model.h"

#define SCENARIO_PHASES_MAX 32
#define SCENARIO_WORDS_MAX 64 /* keys in [stream] and [lab] */

enum scenario_way { SCENARIO_FORTH, SCENARIO_BACK, SCENARIO_WAYS };

/* One direction: what holds from when on. */
struct scenario_path {
	struct model models[SCENARIO_PHASES_MAX];
	struct silbo_link_phase phases[SCENARIO_PHASES_MAX];
	int lines[SCENARIO_PHASES_MAX]; /* where what cannot be began; 0 */
	uint32_t count;                 /* at least 1 */
};

/* A key of [stream] or [lab], for the laboratory to understand. */
struct scenario_word {
	char section[64], key[32], value[256];
	int line;
	bool used; /* set by scenario_word; the others are refused */
};

struct scenario {
	char path[512]; /* of the file; "": none */
	struct traces traces;
	struct scenario_path ways[SCENARIO_WAYS];
	struct scenario_word words[SCENARIO_WORDS_MAX];
	size_t words_count;
	uint64_t seed; /* key seed in [link] or [lab] */
	bool seeded;
};

/* Both directions perfect. */
void scenario_init(struct scenario *scenario);

/* Read a file.  False after the message: file, line, what, and the accepted
 * form.  "preset:NAME" is a preset instead of a file. */
bool scenario_read(struct scenario *scenario, const char *path);

/* The same for a text in memory, ended by NUL. */
bool scenario_parse(struct scenario *scenario, const char *text);

/* A key from the command line, for one direction or both (SCENARIO_WAYS), in
 * every phase: who says it there means it more than the file.  False with why.
 */
bool scenario_set(struct scenario *scenario, struct model_why *why,
    enum scenario_way way, const char *key, const char *value);

/* Put the phases of both directions together: before they are used.  False
 * after the message, which names the line where it began to be impossible. */
bool scenario_finish(struct scenario *scenario);

/* What was understood, as a scenario file that says the same. */
void scenario_write(FILE *out, const struct scenario *scenario);

/* The same as a text to be freed; NULL: no memory. */
char *scenario_text(const struct scenario *scenario);

/* The value of a key of [stream] or [lab]; NULL: not there.  Marks it used. */
const char *scenario_value(
    struct scenario *scenario, const char *section, const char *key, int *line);

/* False after the message when a key was never asked for: it is unknown.
 * known, NULL-terminated: the names to suggest. */
bool scenario_check_words(struct scenario *scenario, const char *const *known);

/* "file.ini:12: MESSAGE" and its hint, as cli_error. */
void scenario_error(const struct scenario *scenario, int line,
    const char *message, const char *hint);

void scenario_close(struct scenario *scenario);

#endif
