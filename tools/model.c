/* SPDX-License-Identifier: MIT */
/*
 * Decides what the words of a model mean together: loss and burst become a
 * Gilbert model, counts of datagrams become times.  Does not read them.
 */
#include "model_keys.h"

#include <string.h>

void
model_init(struct model *m, struct traces *traces)
{
	struct silbo_link_config link;

	silbo_link_config_init(&link);
	memset(m, 0, sizeof(*m));
	m->traces = traces;
	m->interval_ns = 20 * (int64_t)SILBO_NS_PER_MS;
	m->pace = SILBO_PACE_TIME;
	m->shape = SILBO_SHAPE_NORMAL;
	m->keep_order = true;
	m->reorder_by = MODEL_REORDER_BY;
	m->duplicate_ns = (int64_t)link.duplicate_ns;
	m->corrupt_bits = 1;
	m->bucket_bytes = link.queue.bucket_bytes;
	m->queue_bytes = link.queue.limit_bytes;
	m->overhead_bytes = link.queue.overhead_bytes;
}

/* A burst given as a time is that many intervals. */
static bool
link_mean(const struct model *m, struct silbo_loss_config *loss,
    struct model_why *why)
{
	double burst = m->burst;

	if (m->burst_ns > 0)
		burst = (double)m->burst_ns / (double)m->interval_ns;
	if (m->burst_ns == 0 && m->burst == 0) {
		loss->kind = SILBO_LOSS_RANDOM;
		loss->random = m->loss;
		return true;
	}
	if (m->loss == 0 ||
	    silbo_loss_config_run(
		loss, m->loss, burst, (silbo_time)m->interval_ns) == 0)
		return true;
	snprintf(why->what, sizeof(why->what),
	    "loss of %g%% cannot come in bursts of %g datagrams on average",
	    100 * m->loss, burst);
	if (m->loss < 1)
		snprintf(why->hint, sizeof(why->hint),
		    "by chance alone they are 1/(1-loss) = %.3g long: burst is "
		    "at least that, or left out",
		    1 / (1 - m->loss));
	else
		snprintf(why->hint, sizeof(why->hint),
		    "where everything is lost there are no bursts: leave burst "
		    "out");
	return false;
}

static bool
link_loss(const struct model *m, struct silbo_loss_config *loss,
    struct model_why *why)
{
	const double *g = m->gilbert, *k = m->markov;

	loss->pace = m->pace;
	switch (m->loss_kind) {
	case MODEL_LOSS_NONE:
		return true;
	case MODEL_LOSS_MEAN:
		return link_mean(m, loss, why);
	case MODEL_LOSS_GILBERT:
		loss->kind = SILBO_LOSS_GILBERT;
		loss->p = g[0], loss->r = g[1];
		loss->bad = g[2], loss->good = g[3];
		return true;
	case MODEL_LOSS_MARKOV:
		loss->kind = SILBO_LOSS_MARKOV;
		loss->p13 = k[0], loss->p31 = k[1], loss->p32 = k[2];
		loss->p23 = k[3], loss->p14 = k[4];
		break;
	case MODEL_LOSS_BURSTS:
		if (silbo_loss_config_burst(
			loss, k[0], k[1], k[2], k[3], k[4]) == 0)
			break;
		snprintf(
		    why->what, sizeof(why->what), "these bursts cannot be");
		snprintf(why->hint, sizeof(why->hint),
		    "LOSS LENGTH DENSITY RECEIVED ALONE: loss below density, "
		    "alone below loss, lengths at least 1");
		return false;
	case MODEL_LOSS_TRACE:
	case MODEL_LOSS_DELAY_TRACE:
		loss->kind = SILBO_LOSS_TRACE;
		loss->trace = m->loss_kind == MODEL_LOSS_TRACE ? m->loss_trace
							       : m->delay_trace;
		break;
	}
	/* A step of these is a datagram, or the time of one. */
	loss->step_ns = (silbo_time)m->interval_ns;
	return true;
}

static void
link_delay(const struct model *m, struct silbo_delay_config *delay)
{
	delay->base_ns = (silbo_time)m->delay_ns;
	delay->spread_ns = (silbo_time)m->jitter_ns;
	delay->shape = m->shape;
	if (m->jitter_ns == 0)
		delay->shape = SILBO_SHAPE_NONE;
	if (m->delay_trace != NULL) {
		delay->trace = m->delay_trace;
		delay->shape = m->delay_trace->kind == SILBO_TRACE_TABLE
		    ? SILBO_SHAPE_TABLE
		    : SILBO_SHAPE_TRACE;
	}
	delay->correlation = m->correlation;
	delay->pace = m->pace;
	if (m->correlation > 0 || delay->shape == SILBO_SHAPE_TRACE)
		delay->step_ns = (silbo_time)m->interval_ns;
	delay->stalls_per_s = m->stalls_per_s;
	delay->stall_ns = (silbo_time)m->stall_ns;
	delay->keep_order = m->keep_order;
}

static void
link_queue(const struct model *m, struct silbo_queue_config *queue)
{
	queue->rate_bps = (uint64_t)m->rate_bps;
	queue->trace = m->rate_trace;
	queue->bucket_bytes = (uint32_t)m->bucket_bytes;
	queue->limit_bytes = (uint32_t)m->queue_bytes;
	queue->overhead_bytes = (uint32_t)m->overhead_bytes;
	queue->discipline = m->discipline;
}

bool
model_link(const struct model *m, struct silbo_link_config *link,
    struct model_why *why)
{
	const char *reason;

	memset(why, 0, sizeof(*why));
	silbo_link_config_init(link);
	if (!link_loss(m, &link->loss, why))
		return false;
	link_delay(m, &link->delay);
	link_queue(m, &link->queue);
	link->outage_every_ns = (silbo_time)m->outage_every_ns;
	link->outage_ns = (silbo_time)m->outage_ns;
	link->reorder = m->reorder;
	/* Half an interval more than so many: they overtake, the next not. */
	link->reorder_ns = m->reorder_by > 0
	    ? (silbo_time)((m->reorder_by + 0.5) * (double)m->interval_ns)
	    : (silbo_time)m->reorder_ns;
	link->duplicate = m->duplicate;
	link->duplicate_ns = (silbo_time)m->duplicate_ns;
	link->corrupt = m->corrupt;
	link->corrupt_bits = (uint32_t)m->corrupt_bits;
	if (silbo_link_check(link, &reason) == 0)
		return true;
	snprintf(
	    why->what, sizeof(why->what), "no link is like this: %s", reason);
	return false;
}
