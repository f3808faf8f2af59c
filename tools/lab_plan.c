/* SPDX-License-Identifier: MIT */
/*
 * Decides what a plan is: the words of [stream] are settings, a key of [lab]
 * with several values is an axis, and every combination is a point.
 */
#include <stdlib.h>
#include <string.h>

#include <silbo/media.h>

#include "cli.h"
#include "lab.h"
#include "units.h"

#define MS ((int64_t)SILBO_NS_PER_MS)
#define SECOND ((int64_t)SILBO_NS_PER_S)

/* ---- the stream's own keys ---- */

static bool
set_frame(struct lab_stream *s, const char *value)
{
	static const int64_t frames_us[] = {
	    2500, 5000, 10000, 20000, 40000, 60000};

	if (!units_parse_duration(value, &s->frame_ns))
		return false;
	for (size_t i = 0; i < sizeof(frames_us) / sizeof(frames_us[0]); i++)
		if (s->frame_ns == frames_us[i] * 1000)
			return true;
	return false;
}

static bool
set_duration(struct lab_stream *s, const char *value)
{
	return units_parse_duration(value, &s->duration_ns) &&
	    s->duration_ns >= 100 * MS && s->duration_ns <= 30 * 86400 * SECOND;
}

static bool
set_bitrate(struct lab_stream *s, const char *value)
{
	return units_parse_rate(value, &s->bitrate) && s->bitrate >= 6000 &&
	    s->bitrate <= 256000;
}

static bool
set_playout(struct lab_stream *s, const char *value)
{
	return units_parse_duration(value, &s->playout_ns) &&
	    s->playout_ns >= 0 &&
	    s->playout_ns <= (int64_t)SILBO_PLAYOUT_DELAY_MAX;
}

static bool
set_wait(struct lab_stream *s, const char *value)
{
	return units_parse_duration(value, &s->wait_ns) &&
	    s->wait_ns >= (int64_t)SILBO_TRACK_WAIT_MIN &&
	    s->wait_ns <= (int64_t)SILBO_TRACK_WAIT_MAX;
}

static bool
set_clock(struct lab_stream *s, const char *value)
{
	char number[32];
	size_t len = strlen(value);

	if (len < 4 || len >= sizeof number ||
	    strcmp(value + len - 3, "ppm") != 0)
		return false;
	snprintf(number, sizeof number, "%.*s", (int)len - 3, value);
	return units_parse_count(number, &s->clock_ppm) &&
	    s->clock_ppm >= -1000 && s->clock_ppm <= 1000;
}

static bool
set_encrypted(struct lab_stream *s, const char *value)
{
	s->encrypted = strcmp(value, "yes") == 0;
	return s->encrypted || strcmp(value, "no") == 0;
}

static bool
set_repair(struct lab_stream *s, const char *value)
{
	(void)s;
	return strcmp(value, "none") == 0;
}

static bool
set_audio(struct lab_stream *s, const char *value)
{
	return (size_t)snprintf(s->audio, sizeof(s->audio), "%s", value) <
	    sizeof(s->audio);
}

static const struct {
	const char *key;
	bool (*set)(struct lab_stream *, const char *);
	bool axis; /* may vary */
	const char *form;
} keys[] = {
    {"duration", set_duration, false, "a time: 30s, 5m, 24h; from 100ms"},
    {"frame", set_frame, true, "2.5ms 5ms 10ms 20ms 40ms or 60ms"},
    {"bitrate", set_bitrate, true, "bit/s: 32k; 6k to 256k"},
    {"playout", set_playout, true, "a time: 60ms; up to 5s"},
    {"wait", set_wait, true, "a time: 1s"},
    {"clock", set_clock, true, "as in 50ppm or -50ppm; up to 1000ppm"},
    {"encrypted", set_encrypted, true, "yes or no"},
    {"repair", set_repair, true, "none: there is no other yet"},
    {"audio", set_audio, false, "the name of a sound file"},
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

static int
find(const char *key)
{
	for (size_t i = 0; i < KEYS; i++)
		if (strcmp(keys[i].key, key) == 0)
			return (int)i;
	return -1;
}

static bool
set_key(struct lab_stream *s, struct model_why *why, int at, const char *value)
{
	char quoted[64];

	if (keys[at].set(s, value))
		return true;
	snprintf(why->what, sizeof(why->what), "%s: '%s' is not accepted",
	    keys[at].key, cli_quote(quoted, sizeof quoted, value));
	snprintf(why->hint, sizeof(why->hint), "%s", keys[at].form);
	return false;
}

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
	while (*text != '\0') {
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
		text += len + (text[len] == ',');
	}
	return axis->count > 0;
}

static bool
apply(struct scenario *scenario, struct lab_stream *stream,
    struct model_why *why, const char *key, const char *value)
{
	int at = find(key);

	if (at >= 0)
		return set_key(stream, why, at, value);
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
	return lab->seeds >= 1 && lab->seeds <= LAB_RUNS_MAX;
}

static bool
take_word(struct lab *lab, struct scenario_word *word)
{
	bool in_lab = strcmp(word->section, "lab") == 0;
	int at = find(word->key);
	struct model_why why;

	word->used = true;
	snprintf(why.what, sizeof why.what, "seeds: that is not accepted");
	snprintf(why.hint, sizeof why.hint,
	    "how many, as in 20, or which, as in 1-20");
	if (in_lab && strcmp(word->key, "seeds") == 0)
		return parse_seeds(lab, word->value) ||
		    refuse(lab, word->line, &why);
	if (in_lab && (at < 0 || keys[at].axis))
		return add_axis(lab, word);
	if (!in_lab && at >= 0)
		return set_key(&lab->stream, &why, at, word->value) ||
		    refuse(lab, word->line, &why);
	word->used = false;
	return true;
}

bool
lab_plan(struct lab *lab)
{
	const char *known[KEYS + 2];
	struct model_why why = {.what = "--seeds: not accepted",
	    .hint = "how many, as in 20, or which, as in 1-20"};
	size_t i = 0;

	for (; i < KEYS; i++)
		known[i] = keys[i].key;
	known[i++] = "seeds";
	known[i] = NULL;
	lab->stream = (struct lab_stream){.frame_ns = 20 * MS,
	    .bitrate = 32000,
	    .playout_ns = (int64_t)SILBO_PLAYOUT_DELAY_DEFAULT,
	    .wait_ns = (int64_t)SILBO_TRACK_WAIT_DEFAULT};
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

bool
lab_settle(const struct lab *lab, size_t point, struct scenario *scenario,
    struct lab_stream *stream, struct model_why *why)
{
	*scenario = lab->scenario;
	*stream = lab->stream;
	for (size_t i = 0; i < lab->axes_count; i++)
		if (!apply(scenario, stream, why, lab->axes[i].key,
			lab_value(lab, point, i)))
			return false;
	for (int way = 0; way < SCENARIO_WAYS; way++)
		for (uint32_t i = 0; i < scenario->ways[way].count; i++)
			if (!model_link(&scenario->ways[way].models[i],
				&scenario->ways[way].phases[i].config, why))
				return false;
	return true;
}
