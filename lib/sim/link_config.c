/* SPDX-License-Identifier: MIT */
/*
 * What a link can be, and which parts of it a phase changes.  It refuses to
 * know any datagram.
 */
#include <assert.h>

#include "phase.h"

#define BITS_MAX 64
#define STEP_NS SILBO_NS_PER_MS
#define OUTAGE_STEPS 200 /* of the shorter of outage and pause */
#define OUTAGE_MAX (1000000 * SILBO_NS_PER_S)

void
silbo_link_config_init(struct silbo_link_config *config)
{
	*config = (struct silbo_link_config){.reorder_ns = 50 * SILBO_NS_PER_MS,
	    .duplicate_ns = 1 * SILBO_NS_PER_MS,
	    .corrupt_bits = 1};
	silbo_queue_config_init(&config->queue);
	silbo_loss_config_init(&config->loss);
	silbo_delay_config_init(&config->delay);
}

static bool
is_chance(double p)
{
	return p >= 0 && p <= 1;
}

static bool
is_outage_time(silbo_time ns)
{
	return ns >= STEP_NS && ns <= OUTAGE_MAX;
}

static const char *
find_fault(const struct silbo_link_config *config)
{
	if ((config->outage_every_ns != 0 || config->outage_ns != 0) &&
	    (!is_outage_time(config->outage_every_ns) ||
		!is_outage_time(config->outage_ns)))
		return "outages: every 1 ms to 10^6 s, for as much, or none";
	if (!is_chance(config->reorder))
		return "reorder: a chance from 0 to 1";
	if (config->reorder_ns > SILBO_DELAY_MAX)
		return "reordered by: 0 to 60 s";
	if (!is_chance(config->duplicate))
		return "duplicate: a chance from 0 to 1";
	if (config->duplicate_ns > SILBO_DELAY_MAX)
		return "duplicated after: 0 to 60 s";
	if (!is_chance(config->corrupt))
		return "corrupt: a chance from 0 to 1";
	if (config->corrupt_bits == 0 || config->corrupt_bits > BITS_MAX)
		return "corrupt: 1 to 64 bits";
	return NULL;
}

int
silbo_link_check(const struct silbo_link_config *config, const char **why)
{
	const char *fault;
	int err = silbo_queue_check(&config->queue, why);

	if (err == 0)
		err = silbo_loss_check(&config->loss, why);
	if (err == 0)
		err = silbo_delay_check(&config->delay, why);
	if (err != 0)
		return err;
	fault = find_fault(config);
	if (fault == NULL)
		return 0;
	*why = fault;
	return SILBO_ERR_RANGE;
}

struct silbo_loss_config
silbo_phase_outage(const struct silbo_link_config *config)
{
	struct silbo_loss_config outage;
	silbo_time shorter = config->outage_ns, step;

	silbo_loss_config_init(&outage);
	if (config->outage_ns == 0)
		return outage;
	if (config->outage_every_ns < shorter)
		shorter = config->outage_every_ns;
	/* The longer, the coarser: else a block of steps would end before
	 * them, and cut them short. */
	step = shorter / OUTAGE_STEPS / STEP_NS * STEP_NS;
	if (step < STEP_NS)
		step = STEP_NS;
	outage.kind = SILBO_LOSS_GILBERT;
	outage.pace = SILBO_PACE_TIME;
	outage.step_ns = step;
	outage.p = (double)step / (double)config->outage_every_ns;
	outage.r = (double)step / (double)config->outage_ns;
	outage.bad = 1;
	outage.good = 0;
	return outage;
}

/* Field by field: there are gaps between them. */
static bool
is_same_loss(
    const struct silbo_loss_config *a, const struct silbo_loss_config *b)
{
	return a->kind == b->kind && a->pace == b->pace &&
	    a->step_ns == b->step_ns && a->random == b->random &&
	    a->p == b->p && a->r == b->r && a->bad == b->bad &&
	    a->good == b->good && a->p13 == b->p13 && a->p31 == b->p31 &&
	    a->p32 == b->p32 && a->p23 == b->p23 && a->p14 == b->p14 &&
	    a->trace == b->trace;
}

static bool
is_same_delay(
    const struct silbo_delay_config *a, const struct silbo_delay_config *b)
{
	return a->base_ns == b->base_ns && a->shape == b->shape &&
	    a->spread_ns == b->spread_ns && a->correlation == b->correlation &&
	    a->pace == b->pace && a->step_ns == b->step_ns &&
	    a->trace == b->trace && a->stalls_per_s == b->stalls_per_s &&
	    a->stall_ns == b->stall_ns && a->keep_order == b->keep_order;
}

static bool
is_same_queue(
    const struct silbo_queue_config *a, const struct silbo_queue_config *b)
{
	return a->rate_bps == b->rate_bps && a->trace == b->trace &&
	    a->bucket_bytes == b->bucket_bytes &&
	    a->limit_bytes == b->limit_bytes &&
	    a->overhead_bytes == b->overhead_bytes &&
	    a->discipline == b->discipline && a->target_ns == b->target_ns &&
	    a->interval_ns == b->interval_ns;
}

unsigned
silbo_phase_changes(
    const struct silbo_link_config *a, const struct silbo_link_config *b)
{
	unsigned changes = 0;

	if (!is_same_queue(&a->queue, &b->queue))
		changes |= SILBO_PHASE_QUEUE;
	if (a->outage_every_ns != b->outage_every_ns ||
	    a->outage_ns != b->outage_ns)
		changes |= SILBO_PHASE_OUTAGE;
	if (!is_same_loss(&a->loss, &b->loss))
		changes |= SILBO_PHASE_LOSS;
	if (!is_same_delay(&a->delay, &b->delay))
		changes |= SILBO_PHASE_DELAY;
	return changes;
}
