/* SPDX-License-Identifier: MIT */
/*
 * Loss: which datagrams a channel swallows.  A pure function of configuration,
 * seed, and time (or count of datagrams).
 *
 * By default the channel lives in time: its state belongs to the millisecond,
 * not to the datagram, so who sends more or larger datagrams meets the same
 * channel.  Paced by packets each datagram is one step, as in netem and in the
 * closed forms of the literature.
 */
#ifndef SILBO_LOSS_H
#define SILBO_LOSS_H

#include <silbo/defs.h>
#include <silbo/err.h>
#include <silbo/random.h>
#include <silbo/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of models paced by time: how long one step lasts. */
#define SILBO_LOSS_STEP_NS SILBO_NS_PER_MS

/*
 * A model paced by time begins anew from its stationary law, with a seed made
 * of the block's number, every 65 536 steps: so it costs no more after an hour
 * of silence than after a minute.
 */
#define SILBO_LOSS_BLOCK_STEPS 65536u

enum silbo_pace { SILBO_PACE_TIME, SILBO_PACE_PACKET };

enum silbo_loss_kind {
	SILBO_LOSS_NONE,
	SILBO_LOSS_RANDOM,  /* each step by itself */
	SILBO_LOSS_GILBERT, /* two states (Gilbert 1960, Elliott 1963) */
	SILBO_LOSS_MARKOV,  /* four states (Salsano et al.; netem "state") */
	SILBO_LOSS_TRACE    /* a value of a loss or delay trace per step,
	                     * from the first one on */
};

struct silbo_loss_config {
	enum silbo_loss_kind kind;
	enum silbo_pace pace;
	silbo_time step_ns; /* paced by time: length of a step, at least 1 us */

	double random; /* RANDOM: P, 0 to 1 */

	/* GILBERT, per step: p = P(good to bad), r = P(bad to good), loss in
	 * the bad state (netem's 1-h) and in the good one (1-k). */
	double p, r, bad, good;

	/* MARKOV, per step: 1 received in a gap, 2 received in a burst, 3 lost
	 * in a burst, 4 lost alone.  4 to 1 always. */
	double p13, p31, p32, p23, p14;

	const struct silbo_trace *trace; /* TRACE: LOSS or DELAY; wraps */
};

/* Mean loss, and the mean length of its runs in datagrams; 0 when none ends. */
struct silbo_loss_form {
	double loss, run;
};

/* Nothing is lost; paced by time, steps of 1 ms. */
SILBO_API
void silbo_loss_config_init(struct silbo_loss_config *config);

/*
 * The two knobs people understand.  Sets kind, p, r, bad and good; pace and
 * step_ns must be set before.
 *
 *   loss      mean, 0 to below 1
 *   run       mean run of losses in datagrams, at least 1/(1 - loss): shorter
 *             ones would need losses that repel each other
 *   interval  between those datagrams, ns: with it a model paced by time has
 *             this run at that spacing, and the same in time at any other
 *             (Jiang, Schulzrinne 2000).  Not used when paced by packets
 *
 * Returns 0 or SILBO_ERR_RANGE.
 */
SILBO_API
SILBO_MUST_USE
int silbo_loss_config_run(struct silbo_loss_config *config, double loss,
    double run, silbo_time interval);

/*
 * The four-state model by its intuitive parameters (Salsano et al. 2012).
 *
 *   loss      mean, 0 to 1
 *   burst     mean length of a burst period, steps
 *   density   of loss within it, above loss
 *   received  mean run of received ones within it, steps
 *   alone     of losses outside of bursts
 *
 * Returns 0 or SILBO_ERR_RANGE.
 */
SILBO_API
SILBO_MUST_USE
int silbo_loss_config_burst(struct silbo_loss_config *config, double loss,
    double burst, double density, double received, double alone);

/* 0, or SILBO_ERR_RANGE with why = which field and what it may be (static). */
SILBO_API
SILBO_MUST_USE
int silbo_loss_check(const struct silbo_loss_config *config, const char **why);

/*
 * What a checked model gives in the long run, for datagrams so far apart
 * (paced by time; whole steps, at least one).  Of a trace: counted.
 */
SILBO_API
struct silbo_loss_form silbo_loss_closed_form(
    const struct silbo_loss_config *config, silbo_time interval);

struct silbo_loss {
	/* private */
	struct silbo_loss_config config;
	silbo_odds odds[8];
	struct silbo_random random;
	uint64_t seed;
	uint64_t step; /* the one that state and lost belong to */
	unsigned state;
	bool begun, lost;
};

/* Prepare one; config is copied (its trace borrowed) and has been checked. */
SILBO_API
void silbo_loss_init(struct silbo_loss *loss,
    const struct silbo_loss_config *config, uint64_t seed);

/*
 * Is the datagram of this moment lost?
 *
 *   now   since the link's epoch, ns, never falling
 *
 * O(1) for NONE, RANDOM and TRACE; else O(steps since the last call), at most
 * SILBO_LOSS_BLOCK_STEPS.
 */
SILBO_API
SILBO_MUST_USE
bool silbo_loss_get(struct silbo_loss *loss, silbo_time now);

#ifdef __cplusplus
}
#endif

#endif
