/* SPDX-License-Identifier: MIT */
/*
 * How long a channel keeps a datagram.  Without correlation the jitter of a
 * step is a quantile at a draw found by the step's number; with it, a Gaussian
 * AR(1) process is walked step by step and mapped to the shape that was asked
 * for, so that the shape stays what it is (netem's averaging narrows it).
 */
#include <silbo/delay.h>

#include "draw.h"
#include "exact.h"

/* Streams of a model's seed: where stalls begin, and a walk for each block. */
enum { STREAM_STALLS, STREAM_WALK };

/* Pareto with shape 3 and scale 1: mean 3/2, standard deviation sqrt(3)/2. */
#define PARETO_SHAPE 3
#define PARETO_MEAN 1.5
#define PARETO_DEVIATION 0.86602540378443864676

void
silbo_delay_config_init(struct silbo_delay_config *config)
{
	*config = (struct silbo_delay_config){
	    .shape = SILBO_SHAPE_NONE,
	    .pace = SILBO_PACE_TIME,
	    .step_ns = SILBO_LOSS_STEP_NS,
	    .keep_order = true,
	};
}

void
silbo_delay_init(struct silbo_delay *delay,
    const struct silbo_delay_config *config, uint64_t seed)
{
	double rho = config->correlation;

	*delay = (struct silbo_delay){
	    .config = *config,
	    .seed = seed,
	    .innovation = silbo_exact_sqrt((1 - rho) * (1 + rho)),
	    .stall = silbo_random_odds(config->stalls_per_s / 1000),
	};
	if (config->stall_ns == 0)
		delay->stall = 0;
}

static double
draw_normal(struct silbo_random *random)
{
	return silbo_exact_normal_quantile(draw_unit(draw_next(random)));
}

/* Bring x to a step.  Paced by packets there is one block, without end. */
static void
walk_to(struct silbo_delay *delay, uint64_t step)
{
	bool endless = delay->config.pace == SILBO_PACE_PACKET;
	uint64_t block = endless ? 0 : step / SILBO_LOSS_BLOCK_STEPS;
	uint64_t first = block * SILBO_LOSS_BLOCK_STEPS;
	uint64_t from = delay->step;
	double rho = delay->config.correlation, x;

	if (!delay->begun || from < first) {
		silbo_random_init(&delay->random,
		    silbo_random_stream(delay->seed, STREAM_WALK + block));
		delay->x = draw_normal(&delay->random);
		from = first;
	}
	x = delay->x;
	for (; from < step; from++)
		x = rho * x + delay->innovation * draw_normal(&delay->random);
	delay->x = x;
}

/* Of a sorted sample, between whose values lines are drawn. */
static double
table_quantile(const struct silbo_trace *trace, double p)
{
	double at = p * (double)(trace->count - 1);
	uint32_t i = (uint32_t)at;
	double value = (double)trace->values[i];

	if (i + 1 == trace->count)
		return value;
	return value +
	    (at - (double)i) * ((double)trace->values[i + 1] - value);
}

/*
 * What is added to the base, in ns.  x is standard normal; p and rest are the
 * chance of less than x and of more, both exact however small they are.
 */
static double
shape(const struct silbo_delay_config *config, double x, double p, double rest)
{
	double spread = (double)config->spread_ns;

	switch (config->shape) {
	case SILBO_SHAPE_UNIFORM:
		return spread * (2 * p - 1);
	case SILBO_SHAPE_NORMAL:
		return spread * x;
	case SILBO_SHAPE_PARETO:
		return spread *
		    (1 / silbo_exact_root(rest, PARETO_SHAPE) - PARETO_MEAN) /
		    PARETO_DEVIATION;
	case SILBO_SHAPE_TABLE:
		return table_quantile(config->trace, p);
	case SILBO_SHAPE_NONE:
	case SILBO_SHAPE_TRACE:
		break;
	}
	return 0;
}

static double
correlated(struct silbo_delay *delay, uint64_t step)
{
	const struct silbo_delay_config *config = &delay->config;
	double p = 0, rest = 0;

	walk_to(delay, step);
	if (config->shape == SILBO_SHAPE_PARETO)
		rest = silbo_exact_normal(-delay->x);
	else if (config->shape != SILBO_SHAPE_NORMAL)
		p = silbo_exact_normal(delay->x);
	return shape(config, delay->x, p, rest);
}

static double
uncorrelated(const struct silbo_delay *delay, uint64_t step)
{
	double p = draw_unit(draw_at(delay->seed, step)), x = 0;

	if (delay->config.shape == SILBO_SHAPE_NORMAL)
		x = silbo_exact_normal_quantile(p);
	return shape(&delay->config, x, p, 1 - p);
}

/* Base and jitter of a step, not below 0. */
static silbo_time
keep(struct silbo_delay *delay, uint64_t step)
{
	const struct silbo_delay_config *config = &delay->config;
	const struct silbo_trace *trace = config->trace;
	double d;

	if (config->shape == SILBO_SHAPE_NONE)
		return config->base_ns;
	if (config->shape == SILBO_SHAPE_TRACE) {
		int64_t value = trace->values[step % trace->count];

		return config->base_ns + (value > 0 ? (silbo_time)value : 0);
	}
	d = config->correlation > 0 ? correlated(delay, step)
				    : uncorrelated(delay, step);
	d += (double)config->base_ns;
	return d > 0 ? (silbo_time)d : 0;
}

static void
settle_jitter(struct silbo_delay *delay, silbo_time now)
{
	uint64_t step = delay->begun ? delay->step + 1 : 0;

	if (delay->config.pace == SILBO_PACE_TIME) {
		step = now / delay->config.step_ns;
		if (delay->begun && step <= delay->step)
			return;
	}
	delay->jitter = keep(delay, step);
	delay->step = step;
}

/* Find the last stall that began by now, if it is not over: back from now, as
 * only the length of one matters. */
static void
settle_stall(struct silbo_delay *delay, silbo_time now)
{
	uint64_t step = now / SILBO_NS_PER_MS;
	uint64_t seed = silbo_random_stream(delay->seed, STREAM_STALLS);
	uint64_t length = delay->config.stall_ns / SILBO_NS_PER_MS + 1;
	uint64_t last = step >= length ? step - length : 0;

	if (delay->begun && delay->stall_step >= last)
		last = delay->stall_step + 1;
	delay->stall_step = step;
	for (uint64_t i = step + 1; i > last; i--) {
		if (silbo_random_is_hit(draw_at(seed, i - 1), delay->stall)) {
			delay->stalled_until =
			    (i - 1) * SILBO_NS_PER_MS + delay->config.stall_ns;
			return;
		}
	}
}

silbo_time
silbo_delay_get(struct silbo_delay *delay, silbo_time now)
{
	silbo_time arrival = now;

	settle_jitter(delay, now);
	if (delay->stall != 0) {
		settle_stall(delay, now);
		if (delay->stalled_until > now)
			arrival = delay->stalled_until;
	}
	arrival += delay->jitter;
	if (delay->config.keep_order && delay->begun &&
	    arrival < delay->last + SILBO_NS_PER_US)
		arrival = delay->last + SILBO_NS_PER_US;
	delay->last = arrival;
	delay->begun = true;
	return arrival;
}
