/* SPDX-License-Identifier: MIT */
/*
 * Closed forms of the loss models, for datagrams any number of steps apart.
 * With P the mean loss and P11 that two neighbours are both lost, the mean run
 * is P / (P - P11): as many runs begin as end.
 */
#include <string.h>

#include "chain.h"
#include "exact.h"

double
silbo_chain_bad(const struct silbo_loss_config *config)
{
	return config->p > 0 ? config->p / (config->p + config->r) : 0;
}

void
silbo_chain_shares(double shares[4], const struct silbo_loss_config *config)
{
	double w3 = config->p13 > 0 ? config->p13 / config->p31 : 0;
	double w2 = config->p32 > 0 ? w3 * config->p32 / config->p23 : 0;
	double all = 1 + w2 + w3 + config->p14;

	shares[0] = 1 / all;
	shares[1] = w2 / all;
	shares[2] = w3 / all;
	shares[3] = config->p14 / all;
}

/* both: both of two neighbours are lost. */
static struct silbo_loss_form
form(double loss, double both)
{
	double begun = loss - both;

	return (struct silbo_loss_form){
	    .loss = loss, .run = begun > 0 ? loss / begun : 0};
}

/* After k steps the chain has forgotten all but (1 - p - r)^k. */
static struct silbo_loss_form
two_states(const struct silbo_loss_config *config, uint64_t steps)
{
	double in_bad = silbo_chain_bad(config), in_good = 1 - in_bad;
	double kept = silbo_exact_power(1 - config->p - config->r, steps);
	double p = in_bad * (1 - kept), r = in_good * (1 - kept);
	double bad = config->bad, good = config->good;

	return form(in_good * good + in_bad * bad,
	    in_good * good * ((1 - p) * good + p * bad) +
		in_bad * bad * (r * good + (1 - r) * bad));
}

/* product = a b; product is neither of them. */
static void
multiply(double product[4][4], double a[4][4], double b[4][4])
{
	for (unsigned i = 0; i < 4; i++) {
		for (unsigned j = 0; j < 4; j++) {
			product[i][j] = 0;
			for (unsigned k = 0; k < 4; k++)
				product[i][j] += a[i][k] * b[k][j];
		}
	}
}

static void
raise_power(double result[4][4], double base[4][4], uint64_t n)
{
	double next[4][4];

	for (unsigned i = 0; i < 4; i++) {
		for (unsigned j = 0; j < 4; j++)
			result[i][j] = i == j;
	}
	for (; n != 0; n >>= 1) {
		if (n & 1) {
			multiply(next, result, base);
			memcpy(result, next, sizeof(next));
		}
		multiply(next, base, base);
		memcpy(base, next, sizeof(next));
	}
}

static struct silbo_loss_form
four_states(const struct silbo_loss_config *config, uint64_t steps)
{
	const struct silbo_loss_config *c = config;
	double once[4][4] = {{1 - c->p13 - c->p14, 0, c->p13, c->p14},
	    {0, 1 - c->p23, c->p23, 0}, {c->p31, c->p32, 1 - c->p31 - c->p32},
	    {1, 0, 0, 0}};
	double after[4][4], shares[4];

	silbo_chain_shares(shares, config);
	raise_power(after, once, steps);
	return form(shares[2] + shares[3],
	    shares[2] * (after[2][2] + after[2][3]) +
		shares[3] * (after[3][2] + after[3][3]));
}

/* Datagrams at every phase of the trace, so that none of it is left out. */
static struct silbo_loss_form
counted(const struct silbo_trace *trace, uint64_t steps)
{
	uint32_t lost = 0, both = 0, ahead = (uint32_t)(steps % trace->count);

	for (uint32_t i = 0; i < trace->count; i++) {
		bool is_lost = trace->values[i] == SILBO_TRACE_LOST;

		lost += is_lost;
		both += is_lost && trace->values[ahead] == SILBO_TRACE_LOST;
		if (++ahead == trace->count)
			ahead = 0;
	}
	return form((double)lost / trace->count, (double)both / trace->count);
}

struct silbo_loss_form
silbo_chain_form(const struct silbo_loss_config *config, uint64_t steps)
{
	switch (config->kind) {
	case SILBO_LOSS_NONE:
		break;
	case SILBO_LOSS_RANDOM:
		return form(config->random, config->random * config->random);
	case SILBO_LOSS_GILBERT:
		return two_states(config, steps);
	case SILBO_LOSS_MARKOV:
		return four_states(config, steps);
	case SILBO_LOSS_TRACE:
		return counted(config->trace, steps);
	}
	return (struct silbo_loss_form){0};
}
