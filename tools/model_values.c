/* SPDX-License-Identifier: MIT */
/*
 * Reads the values of a model that have a form of their own.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "model_keys.h"
#include "presets.h"
#include "units.h"

/* "KEY: 'VALUE' is not WHAT", and the hint.  Always false. */
bool
model_refuse(struct model_why *why, const char *key, const char *value,
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
bool
model_split(
    char *buf, size_t cap, const char *value, char **words, size_t count)
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
bool
model_number(const char *text, double *value)
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

	if (!model_split(buf, sizeof buf, value, words, count))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!units_parse_ratio(words[i], &out[i]))
			return false;
	return true;
}

/* One of some words: its index, or -1. */
int
model_word(const char *value, const char *const *words)
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
	int at = model_word(value, words);

	if (at < 0)
		return model_refuse(why, "pace", value, "a pace",
		    "time: the state lives in milliseconds; packets: each "
		    "datagram is a step");
	m->pace = at == 0 ? SILBO_PACE_TIME : SILBO_PACE_PACKET;
	return true;
}

bool
model_set_loss(struct model *m, struct model_why *why, const char *value)
{
	if (!units_parse_ratio(value, &m->loss))
		return model_refuse(
		    why, "loss", value, "a ratio", "write 2% or 0.02");
	m->loss_kind = m->loss > 0 ? MODEL_LOSS_MEAN : MODEL_LOSS_NONE;
	return true;
}

bool
model_set_burst(struct model *m, struct model_why *why, const char *value)
{
	int64_t ns;

	if (model_number(value, &m->burst)) {
		m->burst_ns = 0;
		return true;
	}
	m->burst = 0;
	if (strcmp(value, "0") == 0) {
		m->burst_ns = 0;
		return true;
	}
	if (!units_parse_duration(value, &ns) || ns <= 0 ||
	    ns > MODEL_DELAY_MAX)
		return model_refuse(why, "burst", value, "a run of losses",
		    "write 3 for datagrams, 60ms for a time, 0 for none");
	m->burst_ns = ns;
	return true;
}

bool
model_set_gilbert(struct model *m, struct model_why *why, const char *value)
{
	if (!parse_ratios(value, m->gilbert, 4))
		return model_refuse(why, "gilbert", value, "four ratios",
		    "P R BAD GOOD: write 2% 25% 70% 0%");
	m->loss_kind = MODEL_LOSS_GILBERT;
	return true;
}

bool
model_set_markov(struct model *m, struct model_why *why, const char *value)
{
	if (!parse_ratios(value, m->markov, 5))
		return model_refuse(why, "markov", value, "five ratios",
		    "P13 P31 P32 P23 P14: write 3% 30% 20% 40% 1%");
	m->loss_kind = MODEL_LOSS_MARKOV;
	return true;
}

bool
model_set_bursts(struct model *m, struct model_why *why, const char *value)
{
	char buf[256], *w[5];
	double *k = m->markov;

	if (!model_split(buf, sizeof buf, value, w, 5) ||
	    !units_parse_ratio(w[0], &k[0]) || !model_number(w[1], &k[1]) ||
	    !units_parse_ratio(w[2], &k[2]) || !model_number(w[3], &k[3]) ||
	    !units_parse_ratio(w[4], &k[4]))
		return model_refuse(why, "bursts", value,
		    "a description of bursts",
		    "LOSS LENGTH DENSITY RECEIVED ALONE: write 8% 8 70% 2 1%");
	m->loss_kind = MODEL_LOSS_BURSTS;
	return true;
}

/* One that a line of a scenario can hold. */
static bool
is_file_name(const char *value)
{
	size_t len = strlen(value);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
			return false;
	return len > 0 && len < 256 && strchr(" ;", value[0]) == NULL &&
	    value[len - 1] != ' ' && strstr(value, " ;") == NULL;
}

/* A trace and its path, which is kept as it was written. */
bool
model_take_trace(struct model *m, struct model_why *why,
    const struct silbo_trace **trace, char path[256],
    enum silbo_trace_kind kind, const char *value)
{
	static const char *const forms[] = {
	    [SILBO_TRACE_LOSS] = "a 0 or a 1 for each datagram; 1 is lost",
	    [SILBO_TRACE_DELAY] = "a line for each datagram: microseconds, or "
				  "the word lost",
	    [SILBO_TRACE_TABLE] = "microseconds, one to a line",
	    [SILBO_TRACE_RATE] = "milliseconds that never fall, one to a line: "
				 "chances to send 1500 bytes"};
	const struct silbo_trace *found;

	snprintf(why->hint, sizeof(why->hint), "%s", forms[kind]);
	if (!is_file_name(value)) {
		snprintf(why->what, sizeof(why->what),
		    "that is not the name of a trace");
		snprintf(why->hint, sizeof(why->hint),
		    "1 to 255 characters, none of them a control character, "
		    "no blank before a semicolon");
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
	if (!model_take_trace(m, why, &m->loss_trace, m->loss_trace_path,
		SILBO_TRACE_LOSS, value))
		return false;
	m->loss_kind = MODEL_LOSS_TRACE;
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
	if (!model_split(buf, sizeof buf, value, w, 2) ||
	    !units_parse_duration(w[0], &every) ||
	    !units_parse_duration(w[1], &length) || every < least ||
	    length < least || every > 86400 * (int64_t)SILBO_NS_PER_S ||
	    length > 3600 * (int64_t)SILBO_NS_PER_S)
		return model_refuse(why, "outage", value, "an outage",
		    "how often and how long: write 60s 2s; 0 is none");
	m->outage_every_ns = every;
	m->outage_ns = length;
	return true;
}
