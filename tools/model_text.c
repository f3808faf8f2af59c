/* SPDX-License-Identifier: MIT */
/*
 * Writes a model back in the words it is read from: what is not at its default,
 * so that the echo says all and nothing else.
 */
#include <inttypes.h>
#include <string.h>

#include "model_keys.h"
#include "units.h"

/* Ratios, blanks between. */
static bool
ratios(char *out, size_t cap, const double *values, size_t count)
{
	char one[32];
	size_t at = 0;

	for (size_t i = 0; i < count && at < cap; i++)
		at += (size_t)snprintf(out + at, cap - at, "%s%s",
		    i > 0 ? " " : "", units_ratio(one, sizeof one, values[i]));
	return true;
}

bool
model_text_pace(char *out, size_t cap, const struct model *m)
{
	snprintf(out, cap, "packets");
	return m->pace == SILBO_PACE_PACKET;
}

bool
model_text_loss(char *out, size_t cap, const struct model *m)
{
	static const double none = 0;

	if (m->loss_kind == MODEL_LOSS_MEAN)
		return ratios(out, cap, &m->loss, 1);
	/* Said where a trace of delays has losses that do not count. */
	return m->loss_kind == MODEL_LOSS_NONE && m->delay_trace != NULL &&
	    m->delay_trace->kind == SILBO_TRACE_DELAY &&
	    ratios(out, cap, &none, 1);
}

bool
model_text_burst(char *out, size_t cap, const struct model *m)
{
	if (m->burst_ns > 0)
		units_duration(out, cap, m->burst_ns);
	else
		units_number(out, cap, m->burst);
	return m->burst_ns > 0 || m->burst > 0;
}

bool
model_text_gilbert(char *out, size_t cap, const struct model *m)
{
	return m->loss_kind == MODEL_LOSS_GILBERT &&
	    ratios(out, cap, m->gilbert, 4);
}

bool
model_text_markov(char *out, size_t cap, const struct model *m)
{
	return m->loss_kind == MODEL_LOSS_MARKOV &&
	    ratios(out, cap, m->markov, 5);
}

bool
model_text_bursts(char *out, size_t cap, const struct model *m)
{
	char loss[32], length[48], density[32], received[48], alone[32];
	const double *k = m->markov;

	snprintf(out, cap, "%s %s %s %s %s",
	    units_ratio(loss, sizeof loss, k[0]),
	    units_number(length, sizeof length, k[1]),
	    units_ratio(density, sizeof density, k[2]),
	    units_number(received, sizeof received, k[3]),
	    units_ratio(alone, sizeof alone, k[4]));
	return m->loss_kind == MODEL_LOSS_BURSTS;
}

static bool
path(char *out, size_t cap, const char *text, bool is)
{
	snprintf(out, cap, "%s", text);
	return is;
}

bool
model_text_loss_trace(char *out, size_t cap, const struct model *m)
{
	return path(
	    out, cap, m->loss_trace_path, m->loss_kind == MODEL_LOSS_TRACE);
}

bool
model_text_delay_trace(char *out, size_t cap, const struct model *m)
{
	return path(out, cap, m->delay_trace_path,
	    m->delay_trace != NULL &&
		m->delay_trace->kind == SILBO_TRACE_DELAY);
}

bool
model_text_delay_table(char *out, size_t cap, const struct model *m)
{
	return path(out, cap, m->delay_trace_path,
	    m->delay_trace != NULL &&
		m->delay_trace->kind == SILBO_TRACE_TABLE);
}

bool
model_text_rate_trace(char *out, size_t cap, const struct model *m)
{
	return path(out, cap, m->rate_trace_path, m->rate_trace != NULL);
}

bool
model_text_delay(char *out, size_t cap, const struct model *m)
{
	units_duration(out, cap, m->delay_ns);
	return m->delay_ns > 0;
}

bool
model_text_jitter(char *out, size_t cap, const struct model *m)
{
	units_duration(out, cap, m->jitter_ns);
	return m->jitter_ns > 0;
}

bool
model_text_rate(char *out, size_t cap, const struct model *m)
{
	units_rate(out, cap, m->rate_bps);
	return m->rate_bps > 0;
}

bool
model_text_shape(char *out, size_t cap, const struct model *m)
{
	snprintf(out, cap, "%s",
	    m->shape == SILBO_SHAPE_UNIFORM ? "uniform" : "pareto");
	return m->shape != SILBO_SHAPE_NORMAL;
}

bool
model_text_stall(char *out, size_t cap, const struct model *m)
{
	char often[48], length[32];

	snprintf(out, cap, "%s/s %s",
	    units_number(often, sizeof often, m->stalls_per_s),
	    units_duration(length, sizeof length, m->stall_ns));
	return m->stalls_per_s > 0;
}

bool
model_text_reorder_by(char *out, size_t cap, const struct model *m)
{
	if (m->reorder_by > 0)
		units_number(out, cap, m->reorder_by);
	else
		units_duration(out, cap, m->reorder_ns);
	return m->reorder_by != MODEL_REORDER_BY;
}

bool
model_text_discipline(char *out, size_t cap, const struct model *m)
{
	snprintf(out, cap, "codel");
	return m->discipline == SILBO_DISCIPLINE_CODEL;
}

bool
model_text_outage(char *out, size_t cap, const struct model *m)
{
	char every[32], length[32];

	snprintf(out, cap, "%s %s",
	    units_duration(every, sizeof every, m->outage_every_ns),
	    units_duration(length, sizeof length, m->outage_ns));
	return m->outage_every_ns > 0;
}

/* A plain value that is not the default. */
static bool
plain(char *out, size_t cap, const struct model_row *row, const struct model *m,
    const struct model *initial)
{
	const void *field = (const char *)m + row->at;
	const void *other = (const char *)initial + row->at;
	int64_t number;

	switch (row->kind) {
	case MODEL_RATIO:
		units_ratio(out, cap, *(const double *)field);
		return *(const double *)field > 0;
	case MODEL_FLAG:
		snprintf(out, cap, "%s", *(const bool *)field ? "yes" : "no");
		return *(const bool *)field != *(const bool *)other;
	default:
		break;
	}
	number = *(const int64_t *)field;
	if (row->kind == MODEL_COUNT)
		snprintf(out, cap, "%" PRId64, number);
	else
		units_duration(out, cap, number);
	return number != *(const int64_t *)other;
}

void
model_write(FILE *out, const struct model *m, const char *indent)
{
	struct model initial;
	char text[320];

	model_init(&initial, NULL);
	for (const struct model_row *row = model_rows; row->key.name != NULL;
	     row++) {
		bool own = row->kind == MODEL_OWN, said;

		if (own)
			said = row->text != NULL &&
			    row->text(text, sizeof text, m);
		else
			said = plain(text, sizeof text, row, m, &initial);
		if (said)
			fprintf(
			    out, "%s%s = %s\n", indent, row->key.name, text);
	}
}
