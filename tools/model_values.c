/* SPDX-License-Identifier: MIT */
/*
 * Reads the values of a model that have a form of their own.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "model_keys.h"
#include "presets.h"
#include "units.h"

#define DELAY_MAX (60 * (int64_t)SILBO_NS_PER_S)

/* "KEY: 'VALUE' is not WHAT", and the hint.  Always false. */
static bool
refuse(struct model_why *why, const char *key, const char *value,
    const char *what, const char *hint)
{
	char quoted[96];

	snprintf(why->what, sizeof(why->what), "%s: '%s' is not %s", key,
	    cli_quote(quoted, sizeof quoted, value), what);
	snprintf(why->hint, sizeof(why->hint), "%s", hint);
	return false;
}

/* The words of a value, at most count of them, each a string in buf.  False
 * when there are not exactly so many. */
static bool
split(char *buf, size_t cap, const char *value, char **words, size_t count)
{
	size_t found = 0;
	char *rest = buf;

	if ((size_t)snprintf(buf, cap, "%s", value) >= cap)
		return false;
	for (char *w; (w = strtok_r(rest, " \t", &rest)) != NULL;) {
		if (found == count)
			return false;
		words[found++] = w;
	}
	return found == count;
}

/* A number of datagrams or steps, 1 and more: "3" "2.5". */
static bool
parse_number(const char *text, double *value)
{
	char *end;

	if (text[0] < '0' || text[0] > '9' ||
	    strspn(text, "0123456789.") != strlen(text))
		return false;
	*value = strtod(text, &end);
	return *end == '\0' && *value >= 1 && *value <= 1e6;
}

static bool
parse_ratios(const char *value, double *out, size_t count)
{
	char buf[256], *words[8];

	if (!split(buf, sizeof buf, value, words, count))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!units_parse_ratio(words[i], &out[i]))
			return false;
	return true;
}

/* One of some words: its index, or -1. */
static int
parse_word(const char *value, const char *const *words)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(value, words[i]) == 0)
			return i;
	return -1;
}

bool
model_set_preset(struct model *m, struct model_why *why, const char *value)
{
	return presets_take(m, why, value);
}

bool
model_set_pace(struct model *m, struct model_why *why, const char *value)
{
	static const char *const words[] = {"time", "packets", NULL};
	int at = parse_word(value, words);

	if (at < 0)
		return refuse(why, "pace", value, "a pace",
		    "time: the state lives in milliseconds; packets: each "
		    "datagram is a step");
	m->pace = at == 0 ? SILBO_PACE_TIME : SILBO_PACE_PACKET;
	return true;
}

bool
model_set_loss(struct model *m, struct model_why *why, const char *value)
{
	if (!units_parse_ratio(value, &m->loss))
		return refuse(
		    why, "loss", value, "a ratio", "write 2% or 0.02");
	m->loss_kind = m->loss > 0 ? MODEL_LOSS_MEAN : MODEL_LOSS_NONE;
	return true;
}

bool
model_set_burst(struct model *m, struct model_why *why, const char *value)
{
	int64_t ns;

	if (parse_number(value, &m->burst)) {
		m->burst_ns = 0;
		return true;
	}
	m->burst = 0;
	if (strcmp(value, "0") == 0) {
		m->burst_ns = 0;
		return true;
	}
	if (!units_parse_duration(value, &ns) || ns <= 0 || ns > DELAY_MAX)
		return refuse(why, "burst", value, "a run of losses",
		    "write 3 for datagrams, 60ms for a time, 0 for none");
	m->burst_ns = ns;
	return true;
}

bool
model_set_gilbert(struct model *m, struct model_why *why, const char *value)
{
	if (!parse_ratios(value, m->gilbert, 4))
		return refuse(why, "gilbert", value, "four ratios",
		    "P R BAD GOOD: write 2% 25% 70% 0%");
	m->loss_kind = MODEL_LOSS_GILBERT;
	return true;
}

bool
model_set_markov(struct model *m, struct model_why *why, const char *value)
{
	if (!parse_ratios(value, m->markov, 5))
		return refuse(why, "markov", value, "five ratios",
		    "P13 P31 P32 P23 P14: write 3% 30% 20% 40% 1%");
	m->loss_kind = MODEL_LOSS_MARKOV;
	return true;
}

bool
model_set_bursts(struct model *m, struct model_why *why, const char *value)
{
	char buf[256], *w[5];
	double *k = m->markov;

	if (!split(buf, sizeof buf, value, w, 5) ||
	    !units_parse_ratio(w[0], &k[0]) || !parse_number(w[1], &k[1]) ||
	    !units_parse_ratio(w[2], &k[2]) || !parse_number(w[3], &k[3]) ||
	    !units_parse_ratio(w[4], &k[4]))
		return refuse(why, "bursts", value, "a description of bursts",
		    "LOSS LENGTH DENSITY RECEIVED ALONE: write 8% 8 70% 2 1%");
	m->loss_kind = MODEL_LOSS_BURSTS;
	return true;
}

/* A trace and its path, which is kept as it was written. */
static bool
take_trace(struct model *m, struct model_why *why,
    const struct silbo_trace **trace, char path[256],
    enum silbo_trace_kind kind, const char *value)
{
	const struct silbo_trace *found;

	if (strlen(value) >= 256 || value[0] == '\0') {
		snprintf(why->what, sizeof(why->what),
		    "that is not the name of a trace");
		return false;
	}
	found =
	    traces_get(m->traces, why->what, sizeof(why->what), kind, value);
	if (found == NULL)
		return false;
	*trace = found;
	snprintf(path, 256, "%s", value);
	return true;
}

bool
model_set_loss_trace(struct model *m, struct model_why *why, const char *value)
{
	if (!take_trace(m, why, &m->loss_trace, m->loss_trace_path,
		SILBO_TRACE_LOSS, value))
		return false;
	m->loss_kind = MODEL_LOSS_TRACE;
	return true;
}

bool
model_set_delay_trace(struct model *m, struct model_why *why, const char *value)
{
	if (!take_trace(m, why, &m->delay_trace, m->delay_trace_path,
		SILBO_TRACE_DELAY, value))
		return false;
	m->loss_kind = MODEL_LOSS_DELAY_TRACE;
	return true;
}

bool
model_set_delay_table(struct model *m, struct model_why *why, const char *value)
{
	return take_trace(m, why, &m->delay_trace, m->delay_trace_path,
	    SILBO_TRACE_TABLE, value);
}

bool
model_set_rate_trace(struct model *m, struct model_why *why, const char *value)
{
	return take_trace(m, why, &m->rate_trace, m->rate_trace_path,
	    SILBO_TRACE_RATE, value);
}

/* "40ms" "40ms+-10ms" "40ms±10ms" */
bool
model_set_delay(struct model *m, struct model_why *why, const char *value)
{
	static const char *const signs[] = {"+-", "\xc2\xb1", "+/-"};
	int64_t delay, jitter = m->jitter_ns;
	const char *sign = NULL;
	char first[64];
	size_t i = 0;

	for (; i < 3 && sign == NULL; i++)
		sign = strstr(value, signs[i]);
	snprintf(first, sizeof first, "%.*s",
	    sign != NULL ? (int)(sign - value) : (int)strlen(value), value);
	if (!units_parse_duration(first, &delay) || delay > DELAY_MAX ||
	    (sign != NULL &&
		(!units_parse_duration(sign + strlen(signs[i - 1]), &jitter) ||
		    jitter > DELAY_MAX)))
		return refuse(why, "delay", value, "a delay",
		    "write 40ms, or 40ms+-10ms with jitter; from 0 to 60s");
	m->delay_ns = delay;
	m->jitter_ns = jitter;
	return true;
}

bool
model_set_shape(struct model *m, struct model_why *why, const char *value)
{
	static const char *const words[] = {
	    "normal", "uniform", "pareto", NULL};
	static const enum silbo_shape shapes[] = {
	    SILBO_SHAPE_NORMAL, SILBO_SHAPE_UNIFORM, SILBO_SHAPE_PARETO};
	int at = parse_word(value, words);

	if (at < 0)
		return refuse(why, "shape", value, "a shape",
		    "normal, uniform or pareto");
	m->shape = shapes[at];
	return true;
}

bool
model_set_stall(struct model *m, struct model_why *why, const char *value)
{
	char buf[128], *w[2], *end;
	double rate;
	int64_t ns;

	if (strcmp(value, "0") == 0) {
		m->stalls_per_s = 0;
		m->stall_ns = 0;
		return true;
	}
	if (!split(buf, sizeof buf, value, w, 2))
		goto refused;
	if (w[0][0] < '0' || w[0][0] > '9' ||
	    strspn(w[0], "0123456789.") + 2 != strlen(w[0]))
		goto refused;
	rate = strtod(w[0], &end);
	if (strcmp(end, "/s") != 0 || rate > 1000 ||
	    !units_parse_duration(w[1], &ns) || ns <= 0 || ns > DELAY_MAX)
		goto refused;
	m->stalls_per_s = rate;
	m->stall_ns = ns;
	return true;
refused:
	return refuse(why, "stall", value, "a stall",
	    "how often and how long: write 0.1/s 200ms; 0 is none");
}

bool
model_set_reorder_by(struct model *m, struct model_why *why, const char *value)
{
	int64_t ns;

	if (parse_number(value, &m->reorder_by) && m->reorder_by <= 1000)
		return true;
	if (!units_parse_duration(value, &ns) || ns <= 0 || ns > DELAY_MAX)
		return refuse(why, "reorder_by", value, "a number or a time",
		    "write 3 for datagrams, 50ms for a time");
	m->reorder_by = 0;
	m->reorder_ns = ns;
	return true;
}

bool
model_set_discipline(struct model *m, struct model_why *why, const char *value)
{
	static const char *const words[] = {"droptail", "codel", NULL};
	int at = parse_word(value, words);

	if (at < 0)
		return refuse(why, "discipline", value, "a discipline",
		    "droptail or codel");
	m->discipline =
	    at == 0 ? SILBO_DISCIPLINE_DROP_TAIL : SILBO_DISCIPLINE_CODEL;
	return true;
}

bool
model_set_outage(struct model *m, struct model_why *why, const char *value)
{
	const int64_t least = (int64_t)SILBO_NS_PER_MS;
	char buf[128], *w[2];
	int64_t every, length;

	if (strcmp(value, "0") == 0) {
		m->outage_every_ns = m->outage_ns = 0;
		return true;
	}
	if (!split(buf, sizeof buf, value, w, 2) ||
	    !units_parse_duration(w[0], &every) ||
	    !units_parse_duration(w[1], &length) || every < least ||
	    length < least || every > 86400 * (int64_t)SILBO_NS_PER_S ||
	    length > 3600 * (int64_t)SILBO_NS_PER_S)
		return refuse(why, "outage", value, "an outage",
		    "how often and how long: write 60s 2s; 0 is none");
	m->outage_every_ns = every;
	m->outage_ns = length;
	return true;
}
