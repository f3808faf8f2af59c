/* SPDX-License-Identifier: MIT */
/*
 * Which datagrams a channel swallows.  The chain walks step by step, one draw
 * each; whether a step that somebody asks about loses is a draw of its own,
 * found by its number.  So the channel is the same whoever asks, and how often.
 * Chances are compared as integers.
 */
#include <silbo/loss.h>

#include "chain.h"
#include "draw.h"
#include "exact.h"

/* Streams of a model's seed: what a step loses, and a walk for each block. */
enum { STREAM_FATE, STREAM_WALK };

/* Places in silbo_loss.odds. */
enum { RANDOM_LOSS };
enum { TO_BAD, TO_GOOD, BAD_LOSS, GOOD_LOSS, IN_BAD };
enum {
	FROM1_TO4,
	FROM1_TO34,
	FROM2_TO3,
	FROM3_TO2,
	FROM3_TO12,
	IN1,
	IN12,
	IN123
};

void
silbo_loss_config_init(struct silbo_loss_config *config)
{
	*config = (struct silbo_loss_config){
	    .kind = SILBO_LOSS_NONE,
	    .pace = SILBO_PACE_TIME,
	    .step_ns = SILBO_LOSS_STEP_NS,
	    .bad = 1,
	};
}

static uint64_t
steps_of(const struct silbo_loss_config *config, silbo_time interval)
{
	uint64_t steps;

	if (config->pace == SILBO_PACE_PACKET)
		return 1;
	steps = interval / config->step_ns +
	    (interval % config->step_ns >= (config->step_ns + 1) / 2);
	return steps != 0 ? steps : 1;
}

/* From datagrams n steps apart to steps: both chains forget alike, to
 * 1 - p - r = e^-((lambda + mu) t) (Jiang, Schulzrinne 2000). */
int
silbo_loss_config_run(struct silbo_loss_config *config, double loss, double run,
    silbo_time interval)
{
	double kept, moved;

	if (!(loss >= 0 && loss < 1) || !(run * (1 - loss) >= 1 - 1e-12) ||
	    !(run < 1e12) || config->step_ns == 0)
		return SILBO_ERR_RANGE;
	kept = 1 - 1 / (run * (1 - loss));
	moved = 1 - silbo_exact_root(kept, steps_of(config, interval));
	config->kind = SILBO_LOSS_GILBERT;
	config->p = loss * moved;
	config->r = (1 - loss) * moved;
	config->bad = 1;
	config->good = 0;
	return 0;
}

int
silbo_loss_config_burst(struct silbo_loss_config *config, double loss,
    double burst, double density, double received, double alone)
{
	struct silbo_loss_config c = *config;
	const char *why;
	int err;

	if (!(alone >= 0 && alone < 1 && loss >= alone && density > loss &&
		density <= 1 && burst >= 1 && received >= 1))
		return SILBO_ERR_RANGE;
	c.kind = SILBO_LOSS_MARKOV;
	c.p13 = (loss - alone) / (burst * (1 - alone) * (density - loss));
	c.p31 = 1 / (burst * density);
	c.p32 = (1 - density) / (density * received);
	c.p23 = 1 / received;
	c.p14 = alone / (1 - alone);
	err = silbo_loss_check(&c, &why);
	if (err == 0)
		*config = c;
	return err;
}

struct silbo_loss_form
silbo_loss_closed_form(
    const struct silbo_loss_config *config, silbo_time interval)
{
	return silbo_chain_form(config, steps_of(config, interval));
}

static void
set_odds(silbo_odds *odds, const struct silbo_loss_config *c)
{
	double shares[4];

	if (c->kind == SILBO_LOSS_RANDOM)
		odds[RANDOM_LOSS] = silbo_random_odds(c->random);
	if (c->kind == SILBO_LOSS_GILBERT) {
		odds[TO_BAD] = silbo_random_odds(c->p);
		odds[TO_GOOD] = silbo_random_odds(c->r);
		odds[BAD_LOSS] = silbo_random_odds(c->bad);
		odds[GOOD_LOSS] = silbo_random_odds(c->good);
		odds[IN_BAD] = silbo_random_odds(silbo_chain_bad(c));
	}
	if (c->kind != SILBO_LOSS_MARKOV)
		return;
	silbo_chain_shares(shares, c);
	odds[FROM1_TO4] = silbo_random_odds(c->p14);
	odds[FROM1_TO34] = silbo_random_odds(c->p14 + c->p13);
	odds[FROM2_TO3] = silbo_random_odds(c->p23);
	odds[FROM3_TO2] = silbo_random_odds(c->p32);
	odds[FROM3_TO12] = silbo_random_odds(c->p32 + c->p31);
	odds[IN1] = silbo_random_odds(shares[0]);
	odds[IN12] = silbo_random_odds(shares[0] + shares[1]);
	odds[IN123] = silbo_random_odds(shares[0] + shares[1] + shares[2]);
}

void
silbo_loss_init(struct silbo_loss *loss, const struct silbo_loss_config *config,
    uint64_t seed)
{
	*loss = (struct silbo_loss){.config = *config, .seed = seed};
	set_odds(loss->odds, config);
}

/* Where a block begins: somewhere, by the chain's shares in the long run. */
static void
begin_block(struct silbo_loss *loss, uint64_t block)
{
	const silbo_odds *odds = loss->odds;
	uint64_t draw;

	silbo_random_init(&loss->random,
	    silbo_random_stream(loss->seed, STREAM_WALK + block));
	draw = draw_next(&loss->random);
	if (loss->config.kind == SILBO_LOSS_GILBERT)
		loss->state = silbo_random_is_hit(draw, odds[IN_BAD]);
	else if (silbo_random_is_hit(draw, odds[IN1]))
		loss->state = 1;
	else if (silbo_random_is_hit(draw, odds[IN12]))
		loss->state = 2;
	else
		loss->state = silbo_random_is_hit(draw, odds[IN123]) ? 3 : 4;
}

/* Both answers, then the one that counts: no branch to guess. */
static void
walk_two(struct silbo_loss *loss, uint64_t steps)
{
	struct silbo_random random = loss->random;
	silbo_odds to_bad = loss->odds[TO_BAD], to_good = loss->odds[TO_GOOD];
	unsigned state = loss->state;

	for (; steps > 0; steps--) {
		uint64_t draw = draw_next(&random);
		unsigned falls = silbo_random_is_hit(draw, to_bad);
		unsigned stays = !silbo_random_is_hit(draw, to_good);

		state = state ? stays : falls;
	}
	loss->random = random;
	loss->state = state;
}

static unsigned
move_four(unsigned state, const silbo_odds *odds, uint64_t draw)
{
	switch (state) {
	case 1:
		if (silbo_random_is_hit(draw, odds[FROM1_TO4]))
			return 4;
		return silbo_random_is_hit(draw, odds[FROM1_TO34]) ? 3 : 1;
	case 2:
		return silbo_random_is_hit(draw, odds[FROM2_TO3]) ? 3 : 2;
	case 3:
		if (silbo_random_is_hit(draw, odds[FROM3_TO2]))
			return 2;
		return silbo_random_is_hit(draw, odds[FROM3_TO12]) ? 1 : 3;
	default:
		return 1;
	}
}

static void
walk_four(struct silbo_loss *loss, uint64_t steps)
{
	struct silbo_random random = loss->random;
	unsigned state = loss->state;

	for (; steps > 0; steps--)
		state = move_four(state, loss->odds, draw_next(&random));
	loss->random = random;
	loss->state = state;
}

/* Bring the chain to a step.  Paced by packets there is one block, without
 * end. */
static void
walk_to(struct silbo_loss *loss, uint64_t step)
{
	bool endless = loss->config.pace == SILBO_PACE_PACKET;
	uint64_t block = endless ? 0 : step / SILBO_LOSS_BLOCK_STEPS;
	uint64_t first = block * SILBO_LOSS_BLOCK_STEPS;
	uint64_t from = loss->step;

	if (!loss->begun || from < first) {
		begin_block(loss, block);
		from = first;
	}
	if (step > from && loss->config.kind == SILBO_LOSS_GILBERT)
		walk_two(loss, step - from);
	else if (step > from)
		walk_four(loss, step - from);
}

/* Does a step lose in the state that the two-state chain is in? */
static bool
is_fatal(const struct silbo_loss *loss, uint64_t step)
{
	silbo_odds odds = loss->odds[loss->state ? BAD_LOSS : GOOD_LOSS];

	if (odds == 0 || odds == UINT64_MAX)
		return odds != 0;
	return silbo_random_is_hit(
	    draw_at(silbo_random_stream(loss->seed, STREAM_FATE), step), odds);
}

static bool
decide(struct silbo_loss *loss, uint64_t step)
{
	const struct silbo_trace *trace = loss->config.trace;

	switch (loss->config.kind) {
	case SILBO_LOSS_NONE:
		return false;
	case SILBO_LOSS_RANDOM:
		return silbo_random_is_hit(
		    draw_at(loss->seed, step), loss->odds[RANDOM_LOSS]);
	case SILBO_LOSS_TRACE:
		return trace->values[step % trace->count] == SILBO_TRACE_LOST;
	case SILBO_LOSS_GILBERT:
		walk_to(loss, step);
		return is_fatal(loss, step);
	case SILBO_LOSS_MARKOV:
		walk_to(loss, step);
		return loss->state >= 3;
	}
	return false;
}

bool
silbo_loss_get(struct silbo_loss *loss, silbo_time now)
{
	uint64_t step = loss->begun ? loss->step + 1 : 0;

	if (loss->config.pace == SILBO_PACE_TIME) {
		step = now / loss->config.step_ns;
		if (loss->begun && step <= loss->step)
			return loss->lost;
	}
	loss->lost = decide(loss, step);
	loss->step = step;
	loss->begun = true;
	return loss->lost;
}
