/* SPDX-License-Identifier: MIT */
/*
 * Which configurations of loss and delay can be, and in words which field is
 * wrong and what it may be.  Written so that NaN is wrong everywhere.
 */
#include <silbo/delay.h>

static bool
is_ratio(double x)
{
	return x >= 0 && x <= 1;
}

/* The sum of two ways out of a state; a little more is rounding. */
static bool
is_sum(double a, double b)
{
	return a + b <= 1 + 1e-12;
}

static const char *
check_gilbert(const struct silbo_loss_config *c)
{
	if (!is_ratio(c->p))
		return "p, from good to bad: a ratio, 0 to 1";
	if (!is_ratio(c->r))
		return "r, from bad to good: a ratio, 0 to 1";
	if (!is_ratio(c->bad))
		return "loss in the bad state: a ratio, 0 to 1";
	if (!is_ratio(c->good))
		return "loss in the good state: a ratio, 0 to 1";
	return NULL;
}

static const char *
check_markov(const struct silbo_loss_config *c)
{
	if (!is_ratio(c->p13))
		return "p13: a ratio, 0 to 1";
	if (!is_ratio(c->p31) || (c->p13 > 0 && c->p31 == 0))
		return "p31: a ratio, 0 to 1, not 0 where p13 is not";
	if (!is_ratio(c->p32) || !is_sum(c->p31, c->p32))
		return "p32: a ratio, 0 to 1, with p31 at most 1";
	if (!is_ratio(c->p23) || (c->p32 > 0 && c->p23 == 0))
		return "p23: a ratio, 0 to 1, not 0 where p32 is not";
	if (!is_ratio(c->p14) || !is_sum(c->p13, c->p14))
		return "p14: a ratio, 0 to 1, with p13 at most 1";
	return NULL;
}

static bool
is_loss_trace(const struct silbo_trace *trace)
{
	return trace != NULL && trace->count != 0 &&
	    (trace->kind == SILBO_TRACE_LOSS ||
		trace->kind == SILBO_TRACE_DELAY);
}

static const char *
check_pace(enum silbo_pace pace, silbo_time step_ns)
{
	if ((unsigned)pace > SILBO_PACE_PACKET)
		return "pace: by time or by packet";
	if (pace == SILBO_PACE_TIME && step_ns < SILBO_NS_PER_US)
		return "step: a time, at least 1 us";
	return NULL;
}

static const char *
check_loss(const struct silbo_loss_config *c)
{
	const char *why = check_pace(c->pace, c->step_ns);

	if (why != NULL)
		return why;
	switch (c->kind) {
	case SILBO_LOSS_NONE:
		return NULL;
	case SILBO_LOSS_RANDOM:
		return is_ratio(c->random) ? NULL
					   : "random loss: a ratio, 0 to 1";
	case SILBO_LOSS_GILBERT:
		return check_gilbert(c);
	case SILBO_LOSS_MARKOV:
		return check_markov(c);
	case SILBO_LOSS_TRACE:
		return is_loss_trace(c->trace)
		    ? NULL
		    : "trace of losses: one of kind loss or delay";
	}
	return "kind of loss: none, random, gilbert, markov or trace";
}

int
silbo_loss_check(const struct silbo_loss_config *config, const char **why)
{
	const char *text = check_loss(config);

	*why = text;
	return text == NULL ? 0 : SILBO_ERR_RANGE;
}

static const char *
check_shape(const struct silbo_delay_config *c)
{
	enum silbo_trace_kind kind = SILBO_TRACE_DELAY;

	if ((unsigned)c->shape > SILBO_SHAPE_TRACE)
		return "shape of jitter: none, uniform, normal, pareto, table "
		       "or trace";
	if (c->shape < SILBO_SHAPE_TABLE)
		return NULL;
	if (c->shape == SILBO_SHAPE_TABLE)
		kind = SILBO_TRACE_TABLE;
	if (c->trace != NULL && c->trace->count != 0 && c->trace->kind == kind)
		return NULL;
	return kind == SILBO_TRACE_TABLE ? "table of delays: one of kind table"
					 : "trace of delays: one of kind delay";
}

static const char *
check_delay(const struct silbo_delay_config *c)
{
	const char *why = check_pace(c->pace, c->step_ns);

	if (why == NULL)
		why = check_shape(c);
	if (why != NULL)
		return why;
	if (c->base_ns > SILBO_DELAY_MAX)
		return "delay: a time, 0 to 60 s";
	if (c->spread_ns > SILBO_DELAY_MAX)
		return "jitter: a time, 0 to 60 s";
	if (!(c->correlation >= 0 && c->correlation < 1))
		return "correlation of jitter: a ratio, 0 to below 1";
	if (!(c->stalls_per_s >= 0 && c->stalls_per_s <= 1000))
		return "stalls: so many a second, 0 to 1000";
	if (c->stall_ns > SILBO_DELAY_MAX)
		return "length of a stall: a time, 0 to 60 s";
	return NULL;
}

int
silbo_delay_check(const struct silbo_delay_config *config, const char **why)
{
	const char *text = check_delay(config);

	*why = text;
	return text == NULL ? 0 : SILBO_ERR_RANGE;
}
