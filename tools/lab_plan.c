/* SPDX-License-Identifier: MIT */
/*
 * Decides what a plan is: the words of [stream] are settings, those of [lab]
 * axes, and every combination of their values is a point.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "lab.h"

/* ---- axes ---- */

static bool
refuse(const struct lab *lab, int line, const struct model_why *why)
{
	scenario_error(&lab->scenario, line, why->what, why->hint);
	return false;
}

/* "1%, 5%, 10%": values with commas between. */
static bool
split(struct lab_axis *axis, const char *text)
{
	for (;; text++) {
		size_t len = strcspn(text, ",");
		size_t from = strspn(text, " \t"), to = len;
		char *value = axis->values[axis->count];

		while (
		    to > from && (text[to - 1] == ' ' || text[to - 1] == '\t'))
			to--;
		if (to <= from || to - from >= LAB_VALUE_BYTES ||
		    axis->count == LAB_VALUES_MAX)
			return false;
		memcpy(value, text + from, to - from);
		value[to - from] = '\0';
		axis->count++;
		text += len;
		if (*text == '\0')
			return true;
	}
}

static bool
apply(struct scenario *scenario, struct lab_stream *stream,
    struct model_why *why, const char *key, const char *value)
{
	int at = lab_stream_find(key);

	if (at >= 0)
		return lab_stream_set(stream, why, at, value);
	for (int way = 0; way < SCENARIO_WAYS; way++) {
		struct scenario_path *path = &scenario->ways[way];

		for (uint32_t i = 0; i < path->count; i++)
			if (!model_set(&path->models[i], why, key, value))
				return false;
	}
	return true;
}

static bool
add_axis(struct lab *lab, struct scenario_word *word)
{
	struct lab_axis *axis = &lab->axes[lab->axes_count];
	struct lab_stream stream = lab->stream;
	static struct scenario scratch;
	struct model_why why;

	snprintf(why.what, sizeof why.what, "more than %d axes", LAB_AXES_MAX);
	why.hint[0] = '\0';
	if (lab->axes_count == LAB_AXES_MAX)
		return refuse(lab, word->line, &why);
	snprintf(axis->key, sizeof(axis->key), "%s", word->key);
	axis->line = word->line;
	snprintf(
	    why.what, sizeof why.what, "%s: not a list of values", word->key);
	snprintf(why.hint, sizeof why.hint,
	    "as in: loss = 1%%, 5%%, 10%% (at most %d)", LAB_VALUES_MAX);
	if (!split(axis, word->value))
		return refuse(lab, word->line, &why);
	scratch = lab->scenario;
	for (size_t i = 0; i < axis->count; i++)
		if (!apply(&scratch, &stream, &why, axis->key, axis->values[i]))
			return refuse(lab, word->line, &why);
	lab->axes_count++;
	lab->points *= axis->count;
	return true;
}

/* "1-20", or how many from the scenario's seed on: "20". */
static bool
parse_seeds(struct lab *lab, const char *text)
{
	char *end;
	uint64_t a, b;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	a = strtoull(text, &end, 10);
	if (*end == '\0') {
		lab->first_seed = lab->scenario.seeded ? lab->scenario.seed : 1;
		lab->seeds = a;
	} else {
		if (*end != '-' || end[1] < '0' || end[1] > '9')
			return false;
		b = strtoull(end + 1, &end, 10);
		if (*end != '\0' || b < a)
			return false;
		lab->first_seed = a;
		lab->seeds = b - a + 1;
	}
	return errno == 0 && lab->seeds >= 1 && lab->seeds <= LAB_RUNS_MAX &&
	    lab->seeds - 1 <= UINT64_MAX - lab->first_seed;
}

static bool
take_word(struct lab *lab, struct scenario_word *word)
{
	bool in_lab = strcmp(word->section, "lab") == 0;
	int at = lab_stream_find(word->key);
	struct model_why why;

	word->used = true;
	snprintf(why.what, sizeof why.what, "seeds: that is not accepted");
	snprintf(why.hint, sizeof why.hint,
	    "how many, as in 20, or which, as in 1-20");
	if (in_lab && strcmp(word->key, "seeds") == 0)
		return parse_seeds(lab, word->value) ||
		    refuse(lab, word->line, &why);
	if (in_lab && (at < 0 || lab_stream_varies(at)))
		return add_axis(lab, word);
	if (!in_lab && at >= 0)
		return lab_stream_set(&lab->stream, &why, at, word->value) ||
		    refuse(lab, word->line, &why);
	word->used = false;
	if (!in_lab && strcmp(word->key, "seeds") != 0)
		return true;
	/* Known, but not there. */
	snprintf(why.what, sizeof why.what, "unknown key '%s' in [%s]",
	    word->key, word->section);
	snprintf(why.hint, sizeof why.hint, "%s",
	    in_lab ? "it has one value, and belongs in [stream]"
		   : "it belongs in [lab]");
	return refuse(lab, word->line, &why);
}

bool
lab_plan(struct lab *lab)
{
	const char *known[LAB_STREAM_KEYS + 2];
	struct model_why why = {.what = "--seeds: not accepted",
	    .hint = "how many, as in 20, or which, as in 1-20"};
	size_t i = 0;

	for (; i < LAB_STREAM_KEYS; i++)
		known[i] = lab_stream_key((int)i);
	known[i++] = "seeds";
	known[i] = NULL;
	lab_stream_init(&lab->stream);
	if (lab->replay_path != NULL && !lab_replay(lab))
		return false;
	lab->points = 1;
	lab->first_seed = lab->scenario.seeded ? lab->scenario.seed : 1;
	lab->seeds = 1;
	for (i = 0; i < lab->scenario.words_count; i++)
		if (!take_word(lab, &lab->scenario.words[i]))
			return false;
	if (!scenario_check_words(&lab->scenario, known))
		return false;
	if (lab->seeds_text != NULL && !parse_seeds(lab, lab->seeds_text))
		return refuse(lab, 0, &why);
	if (lab->wav_directory != NULL && lab->stream.audio[0] == '\0') {
		snprintf(why.what, sizeof why.what,
		    "--wav: there is no sound in this plan");
		snprintf(why.hint, sizeof why.hint,
		    "name one in [stream]: audio = speech.flac");
		return refuse(lab, 0, &why);
	}
	if (lab->points > LAB_POINTS_MAX ||
	    lab->points * lab->seeds > LAB_RUNS_MAX) {
		snprintf(why.what, sizeof why.what,
		    "too many: %zu points with %llu seeds", lab->points,
		    (unsigned long long)lab->seeds);
		snprintf(why.hint, sizeof why.hint,
		    "at most %d points and %d runs", LAB_POINTS_MAX,
		    LAB_RUNS_MAX);
		return refuse(lab, 0, &why);
	}
	return true;
}

/* ---- points ---- */

/* The last axis varies fastest, as one reads. */
const char *
lab_value(const struct lab *lab, size_t point, size_t axis)
{
	for (size_t i = lab->axes_count; i-- > axis + 1;)
		point /= lab->axes[i].count;
	return lab->axes[axis].values[point % lab->axes[axis].count];
}

const char *
lab_describe(const struct lab *lab, size_t point, char *out, size_t cap)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < lab->axes_count && at < cap; i++)
		at += (size_t)snprintf(out + at, cap - at, "%s%s = %s",
		    i > 0 ? ", " : "", lab->axes[i].key,
		    lab_value(lab, point, i));
	return out;
}

bool
lab_settle(const struct lab *lab, size_t point, struct scenario *scenario,
    struct lab_stream *stream, struct model_why *why)
{
	*scenario = lab->scenario;
	*stream = lab->stream;
	/* A preset is all of a path: what else varies refines it. */
	for (int preset = 1; preset >= 0; preset--)
		for (size_t i = 0; i < lab->axes_count; i++)
			if ((strcmp(lab->axes[i].key, "preset") == 0) ==
				(preset == 1) &&
			    !apply(scenario, stream, why, lab->axes[i].key,
				lab_value(lab, point, i)))
				return false;
	for (int way = 0; way < SCENARIO_WAYS; way++)
		for (uint32_t i = 0; i < scenario->ways[way].count; i++)
			if (!model_link(&scenario->ways[way].models[i],
				&scenario->ways[way].phases[i].config, why))
				return false;
	return true;
}
