/* SPDX-License-Identifier: MIT */
/*
 * Decides which keys a model has, and reads those that are one plain value.
 */
#include "model_keys.h"

#include <inttypes.h>
#include <string.h>

#include "cli.h"
#include "units.h"

#define FIELD(f) offsetof(struct model, f)
#define SECOND ((int64_t)SILBO_NS_PER_S)
#define OWN(name, value, help, base)                                       \
	{                                                                  \
		{name, value, help}, MODEL_OWN, 0, 0, 0, model_set_##base, \
		    model_text_##base                                      \
	}

/* In the order in which they are written, and flags taken: what chooses a kind
 * comes before what refines it, a trace of delays before the loss that may
 * replace its own. */
const struct model_row model_rows[] = {
    {{"preset", "NAME", "a path someone measured, or made up for teaching"},
	MODEL_OWN, 0, 0, 0, model_set_preset, NULL},
    {{"interval", "TIME", "between datagrams, where counts of them are meant"},
	MODEL_TIME, FIELD(interval_ns), 1000000, 10 * SECOND, NULL, NULL},
    OWN("pace", "time|packets", "what the channel's state advances with", pace),
    OWN("delay_trace", "FILE", "microseconds, or lost, per datagram",
	delay_trace),
    OWN("delay_table", "FILE", "a sample of delays in microseconds",
	delay_table),
    OWN("loss", "RATIO", "how much is lost, on average", loss),
    OWN("burst", "N|TIME", "how long the runs of losses are, on average",
	burst),
    OWN("gilbert", "P R BAD GOOD",
	"two states: chance of good to bad and back per step, loss in each",
	gilbert),
    OWN("markov", "P13 P31 P32 P23 P14", "four states, as in netem", markov),
    OWN("bursts", "LOSS LENGTH DENSITY RECEIVED ALONE",
	"four states by their intuitive parameters", bursts),
    OWN("loss_trace", "FILE", "0 or 1 per datagram, 1 is lost", loss_trace),
    OWN("outage", "TIME TIME", "all is lost: this often, this long, on average",
	outage),
    OWN("delay", "TIME[+-TIME]", "of every datagram, and its jitter", delay),
    OWN("jitter", "TIME",
	"standard deviation of the delay (uniform: half its width)", jitter),
    OWN("shape", "normal|uniform|pareto", "distribution of the jitter", shape),
    {{"correlation", "RATIO", "of one jitter with the next"}, MODEL_RATIO,
	FIELD(correlation), 0, 0, NULL, NULL},
    OWN("stall", "N/s TIME",
	"so often all is held back, and let go after that time", stall),
    {{"keep_order", "yes|no", "jitter lets nobody overtake"}, MODEL_FLAG,
	FIELD(keep_order), 0, 0, NULL, NULL},
    {{"reorder", "RATIO", "how many are overtaken"}, MODEL_RATIO,
	FIELD(reorder), 0, 0, NULL, NULL},
    OWN("reorder_by", "N|TIME", "by so many, or held back for so long",
	reorder_by),
    {{"duplicate", "RATIO", "how many come twice"}, MODEL_RATIO,
	FIELD(duplicate), 0, 0, NULL, NULL},
    {{"duplicate_after", "TIME", "the copy follows after that time"},
	MODEL_TIME, FIELD(duplicate_ns), 0, 60 * SECOND, NULL, NULL},
    {{"corrupt", "RATIO", "how many come damaged"}, MODEL_RATIO, FIELD(corrupt),
	0, 0, NULL, NULL},
    {{"corrupt_bits", "N", "bits turned in each of those"}, MODEL_COUNT,
	FIELD(corrupt_bits), 1, 64, NULL, NULL},
    OWN("rate", "RATE", "of the bottleneck, bit/s; 0: no limit", rate),
    OWN("rate_trace", "FILE", "milliseconds: chances to send 1500 bytes",
	rate_trace),
    {{"bucket", "BYTES", "that may leave at once after a rest"}, MODEL_COUNT,
	FIELD(bucket_bytes), 100, 1 << 30, NULL, NULL},
    {{"queue", "BYTES", "that may wait for the bottleneck"}, MODEL_COUNT,
	FIELD(queue_bytes), 100, 1 << 30, NULL, NULL},
    {{"overhead", "BYTES", "per datagram at the bottleneck"}, MODEL_COUNT,
	FIELD(overhead_bytes), 0, 1000, NULL, NULL},
    OWN("discipline", "droptail|codel", "of the queue", discipline),
    {{NULL, NULL, NULL}, MODEL_OWN, 0, 0, 0, NULL, NULL},
};

const struct model_key *
model_key(size_t index)
{
	const size_t count = sizeof(model_rows) / sizeof(model_rows[0]) - 1;

	return index < count ? &model_rows[index].key : NULL;
}

static const struct model_row *
find(const char *key, struct model_why *why)
{
	const char *names[sizeof(model_rows) / sizeof(model_rows[0])];
	const char *near;
	char quoted[64];
	size_t i = 0;

	for (; model_rows[i].key.name != NULL; i++) {
		names[i] = model_rows[i].key.name;
		if (strcmp(names[i], key) == 0)
			return &model_rows[i];
	}
	names[i] = NULL;
	near = cli_nearest(key, names);
	snprintf(why->what, sizeof(why->what), "unknown key '%s'",
	    cli_quote(quoted, sizeof quoted, key));
	if (near != NULL)
		snprintf(
		    why->hint, sizeof(why->hint), "did you mean '%s'?", near);
	else
		snprintf(why->hint, sizeof(why->hint),
		    "silbo help impair lists them");
	return NULL;
}

/* What the plain kinds look like. */
static const char *
form(enum model_kind kind)
{
	switch (kind) {
	case MODEL_RATIO:
		return "a ratio: write 2% or 0.02";
	case MODEL_TIME:
		return "a time: write 250ms, 10s, 500us";
	case MODEL_COUNT:
		return "a whole number";
	case MODEL_FLAG:
		return "yes or no";
	case MODEL_OWN:
		break;
	}
	return "";
}

static bool
refuse(const struct model_row *row, struct model_why *why, const char *value)
{
	char quoted[64], low[32], high[32];

	snprintf(why->what, sizeof(why->what), "%s: '%s' is not %.*s",
	    row->key.name, cli_quote(quoted, sizeof quoted, value),
	    (int)strcspn(form(row->kind), ":"), form(row->kind));
	if (row->kind == MODEL_TIME)
		snprintf(why->hint, sizeof(why->hint),
		    "write 250ms, 10s, 500us; from %s to %s",
		    units_duration(low, sizeof low, row->min),
		    units_duration(high, sizeof high, row->max));
	else if (row->kind == MODEL_COUNT)
		snprintf(why->hint, sizeof(why->hint),
		    "%" PRId64 " to %" PRId64, row->min, row->max);
	else if (strchr(form(row->kind), ':') != NULL)
		snprintf(why->hint, sizeof(why->hint), "%s",
		    strchr(form(row->kind), ':') + 2);
	return false;
}

static bool
set_plain(const struct model_row *row, struct model *m, const char *value)
{
	void *field = (char *)m + row->at;
	int64_t *number = field;
	int64_t parsed;

	switch (row->kind) {
	case MODEL_RATIO:
		return units_parse_ratio(value, field);
	case MODEL_FLAG:
		*(bool *)field = strcmp(value, "yes") == 0;
		return *(bool *)field || strcmp(value, "no") == 0;
	case MODEL_TIME:
		if (!units_parse_duration(value, &parsed))
			return false;
		break;
	default:
		if (!units_parse_count(value, &parsed))
			return false;
		break;
	}
	if (parsed < row->min || parsed > row->max)
		return false;
	*number = parsed;
	return true;
}

bool
model_set(
    struct model *m, struct model_why *why, const char *key, const char *value)
{
	const struct model before = *m;
	const struct model_row *row;
	bool taken;

	memset(why, 0, sizeof(*why));
	row = find(key, why);
	if (row == NULL)
		return false;
	if (row->kind == MODEL_OWN)
		taken = row->set(m, why, value);
	else
		taken = set_plain(row, m, value) || refuse(row, why, value);
	if (!taken)
		*m = before;
	return taken;
}
