/* SPDX-License-Identifier: MIT */
/*
 * Delay: how long a channel keeps a datagram that it does not swallow.  A pure
 * function of configuration, seed, and time (or count of datagrams).
 *
 * The distribution of the jitter is exact for every correlation: an AR(1)
 * process of unit variance is mapped through its own distribution function to
 * the one that was asked for.  No libm: the same bits on every machine.
 */
#ifndef SILBO_DELAY_H
#define SILBO_DELAY_H

#include <silbo/loss.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_DELAY_MAX (60 * SILBO_NS_PER_S)

enum silbo_shape {
	SILBO_SHAPE_NONE,    /* no jitter */
	SILBO_SHAPE_UNIFORM, /* base - spread to base + spread */
	SILBO_SHAPE_NORMAL,  /* mean base, standard deviation spread */
	SILBO_SHAPE_PARETO,  /* the same, Pareto with shape 3: skewed, with a
	                      * long tail; never below base - 0.577 spread */
	SILBO_SHAPE_TABLE,   /* base + a quantile of the trace (TABLE) */
	SILBO_SHAPE_TRACE    /* base + the values of the trace (DELAY) in
	                      * order; a lost one counts 0 here */
};

struct silbo_delay_config {
	silbo_time base_ns; /* 0 to SILBO_DELAY_MAX */
	enum silbo_shape shape;
	silbo_time spread_ns; /* 0 to SILBO_DELAY_MAX */
	double correlation;   /* of one step with the next, 0 to below 1; begins
	                       * anew with each block, as loss does */
	enum silbo_pace pace;
	silbo_time step_ns; /* paced by time: length of a step, at least 1 us */
	const struct silbo_trace *trace;

	/*
	 * Stalls: so many a second begin, each holds for stall_ns what is sent
	 * meanwhile, and lets it go at once, as a radio does that lost its
	 * cell.
	 */
	double stalls_per_s; /* 0 to 1000 */
	silbo_time stall_ns; /* 0 to SILBO_DELAY_MAX */

	/* Nobody overtakes: arrival is at least 1 us after the one before. */
	bool keep_order;
};

/* No delay; paced by time, steps of 1 ms, order kept. */
SILBO_API
void silbo_delay_config_init(struct silbo_delay_config *config);

/* 0, or SILBO_ERR_RANGE with why = which field and what it may be (static). */
SILBO_API
SILBO_MUST_USE
int silbo_delay_check(
    const struct silbo_delay_config *config, const char **why);

struct silbo_delay {
	/* private */
	struct silbo_delay_config config;
	struct silbo_random random;
	uint64_t seed;
	uint64_t step;     /* the one that x and jitter belong to */
	double x;          /* AR(1), unit variance */
	double innovation; /* sqrt(1 - correlation^2) */
	silbo_time jitter; /* base included */
	silbo_odds stall;  /* of beginning within a step of 1 ms */
	uint64_t stall_step;
	silbo_time stalled_until;
	silbo_time last; /* arrival before, for keep_order */
	bool begun;
};

/* Prepare one; config is copied (its trace borrowed) and has been checked. */
SILBO_API
void silbo_delay_init(struct silbo_delay *delay,
    const struct silbo_delay_config *config, uint64_t seed);

/*
 * When does a datagram arrive that leaves now?
 *
 *   now   since the link's epoch, ns, never falling
 *
 * Returns a time not before now.  O(1), and with correlation O(steps since the
 * last call), at most SILBO_LOSS_BLOCK_STEPS: longer steps cost less.  Stalls
 * add O(milliseconds since the last call), at most those of stall_ns.
 */
SILBO_API
SILBO_MUST_USE
silbo_time silbo_delay_get(struct silbo_delay *delay, silbo_time now);

#ifdef __cplusplus
}
#endif

#endif
