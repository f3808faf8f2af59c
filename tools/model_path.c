/* SPDX-License-Identifier: MIT */
/*
 * Reads the values of a model that tell of delay, order and the bottleneck, and
 * have a form of their own.  Of jitter and traces of delay, and of a rate and
 * its trace, the last one counts.
 */
#include <stdlib.h>
#include <string.h>

#include "model_keys.h"
#include "units.h"

/* Jitter by itself, no more by a file. */
static void
forget_delay_trace(struct model *m)
{
	if (m->loss_kind == MODEL_LOSS_DELAY_TRACE)
		m->loss_kind = MODEL_LOSS_NONE;
	m->delay_trace = NULL;
}

/* "40ms" "40ms+-10ms" "40ms±10ms" */
bool
model_set_delay(struct model *m, struct model_why *why, const char *value)
{
	static const char *const signs[] = {"+-", "\xc2\xb1", "+/-"};
	int64_t delay, jitter = m->jitter_ns;
	const char *sign = NULL;
	size_t i = 0, len = strlen(value);
	char first[64];

	for (; i < 3 && sign == NULL; i++)
		sign = strstr(value, signs[i]);
	if (sign != NULL)
		len = (size_t)(sign - value);
	if (len < sizeof first)
		snprintf(first, sizeof first, "%.*s", (int)len, value);
	if (len >= sizeof first || !units_parse_duration(first, &delay) ||
	    delay > MODEL_DELAY_MAX ||
	    (sign != NULL &&
		(!units_parse_duration(sign + strlen(signs[i - 1]), &jitter) ||
		    jitter > MODEL_DELAY_MAX)))
		return model_refuse(why, "delay", value, "a delay",
		    "write 40ms, or 40ms+-10ms with jitter; from 0 to 60s");
	m->delay_ns = delay;
	if (sign != NULL)
		forget_delay_trace(m);
	m->jitter_ns = jitter;
	return true;
}

bool
model_set_jitter(struct model *m, struct model_why *why, const char *value)
{
	int64_t jitter;

	if (!units_parse_duration(value, &jitter) || jitter > MODEL_DELAY_MAX)
		return model_refuse(why, "jitter", value, "a time",
		    "write 10ms, 500us; from 0s to 60s");
	forget_delay_trace(m);
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
	int at = model_word(value, words);

	if (at < 0)
		return model_refuse(why, "shape", value, "a shape",
		    "normal, uniform or pareto");
	m->shape = shapes[at];
	return true;
}

bool
model_set_delay_trace(struct model *m, struct model_why *why, const char *value)
{
	if (!model_take_trace(m, why, &m->delay_trace, m->delay_trace_path,
		SILBO_TRACE_DELAY, value))
		return false;
	m->jitter_ns = 0;
	m->loss_kind = MODEL_LOSS_DELAY_TRACE;
	return true;
}

bool
model_set_delay_table(struct model *m, struct model_why *why, const char *value)
{
	if (!model_take_trace(m, why, &m->delay_trace, m->delay_trace_path,
		SILBO_TRACE_TABLE, value))
		return false;
	if (m->loss_kind == MODEL_LOSS_DELAY_TRACE)
		m->loss_kind = MODEL_LOSS_NONE;
	m->jitter_ns = 0;
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
	if (!model_split(buf, sizeof buf, value, w, 2))
		goto refused;
	if (w[0][0] < '0' || w[0][0] > '9' ||
	    strspn(w[0], "0123456789.") + 2 != strlen(w[0]))
		goto refused;
	rate = strtod(w[0], &end);
	if (strcmp(end, "/s") != 0 || rate > 1000 || rate < 1e-6 ||
	    !units_parse_duration(w[1], &ns) || ns <= 0 || ns > MODEL_DELAY_MAX)
		goto refused;
	m->stalls_per_s = rate;
	m->stall_ns = ns;
	return true;
refused:
	return model_refuse(why, "stall", value, "a stall",
	    "how often and how long: write 0.1/s 200ms; 0 is none");
}

bool
model_set_reorder_by(struct model *m, struct model_why *why, const char *value)
{
	int64_t ns;

	if (model_number(value, &m->reorder_by) && m->reorder_by <= 1000)
		return true;
	if (!units_parse_duration(value, &ns) || ns <= 0 ||
	    ns > MODEL_DELAY_MAX)
		return model_refuse(why, "reorder_by", value,
		    "a number or a time",
		    "write 3 for datagrams, 50ms for a time");
	m->reorder_by = 0;
	m->reorder_ns = ns;
	return true;
}

bool
model_set_rate_trace(struct model *m, struct model_why *why, const char *value)
{
	if (!model_take_trace(m, why, &m->rate_trace, m->rate_trace_path,
		SILBO_TRACE_RATE, value))
		return false;
	m->rate_bps = 0;
	return true;
}

bool
model_set_rate(struct model *m, struct model_why *why, const char *value)
{
	int64_t rate;

	if (!units_parse_rate(value, &rate) || (rate > 0 && rate < 1000) ||
	    rate > 1000000000000)
		return model_refuse(why, "rate", value, "a rate",
		    "write 64k or 1.5M, bit/s, from 1k to 1000000M; 0: no "
		    "limit");
	m->rate_bps = rate;
	m->rate_trace = NULL;
	return true;
}

bool
model_set_discipline(struct model *m, struct model_why *why, const char *value)
{
	static const char *const words[] = {"droptail", "codel", NULL};
	int at = model_word(value, words);

	if (at < 0)
		return model_refuse(why, "discipline", value, "a discipline",
		    "droptail or codel");
	m->discipline =
	    at == 0 ? SILBO_DISCIPLINE_DROP_TAIL : SILBO_DISCIPLINE_CODEL;
	return true;
}
