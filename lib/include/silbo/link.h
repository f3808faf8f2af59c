/* SPDX-License-Identifier: MIT */
/*
 * A link: one direction of a path.  Tells the fate of each datagram that is put
 * in: swallowed, why; or delivered, when, how often, with which bits turned.
 *
 * The order of things, which never changes:
 *
 *   queue (rate, limit)  ->  outage, loss  ->  delay, stalls, order
 *     ->  reordering  ->  duplicate  ->  corruption
 *
 * What happens after the queue belongs to the time at which the datagram leaves
 * it; what the queue drops does not come so far.  Every impairment has its own
 * random stream and draws for every datagram, whatever the others decide.  It
 * knows handles and lengths, no bytes.
 */
#ifndef SILBO_LINK_H
#define SILBO_LINK_H

#include <silbo/delay.h>
#include <silbo/loss.h>
#include <silbo/queue.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_LINK_COPIES_MAX 2
#define SILBO_LINK_RUNS 8 /* buckets 1 2 3 4 5-8 9-16 17-32 33+ */

struct silbo_link_config {
	struct silbo_queue_config queue;
	struct silbo_loss_config loss;
	struct silbo_delay_config delay;

	/* Outages: all is lost, for so long and so often in the mean
	 * (geometric, steps of a 200th of the shorter, 1 ms at least); 0:
	 * none. */
	silbo_time outage_every_ns; /* from the end of one to the next */
	silbo_time outage_ns;

	double reorder;          /* chance to be held back */
	silbo_time reorder_ns;   /* for so long, so that others overtake it,
	                          * kept in order or not */
	double duplicate;        /* chance to come twice */
	silbo_time duplicate_ns; /* the copy follows so much later */
	double corrupt;          /* chance to come damaged */
	uint32_t corrupt_bits; /* turned in it, at places by chance; 1 to 64 */
};

/* A perfect link: nothing lost, no delay, no limit; reorder_ns 50 ms,
 * duplicate_ns 1 ms, corrupt_bits 1. */
SILBO_API
void silbo_link_config_init(struct silbo_link_config *config);

/* 0, or SILBO_ERR_RANGE with why = which field and what it may be (static). */
SILBO_API
SILBO_MUST_USE
int silbo_link_check(const struct silbo_link_config *config, const char **why);

/* A configuration that holds from a moment on. */
struct silbo_link_phase {
	silbo_time at; /* since the link's epoch, ns; of the first: 0 */
	struct silbo_link_config config;
};

enum silbo_fate_kind {
	SILBO_FATE_DELIVERED,
	SILBO_FATE_LOST, /* by the loss model or its trace */
	SILBO_FATE_OUTAGE,
	SILBO_FATE_QUEUE_FULL, /* drop-tail: bytes, or the places of the model
	                        */
	SILBO_FATE_CODEL,
	SILBO_FATES
};

struct silbo_fate {
	enum silbo_fate_kind kind;
	uint32_t handle; /* as put */
	uint32_t bytes;  /* as put */
	uint64_t index;  /* 0, 1 ... in the order of puts */
	silbo_time put_at;
	silbo_time left_at;                   /* the queue */
	unsigned copies;                      /* DELIVERED: 1 or 2 */
	silbo_time at[SILBO_LINK_COPIES_MAX]; /* arrivals, not before left_at */
	bool held;                            /* back, by reorder */
	uint32_t bits; /* to be turned in each copy: silbo_link_corrupt */
	uint64_t bits_seed;
};

struct silbo_link_report {
	uint64_t datagrams, bytes; /* put in */
	uint64_t fates[SILBO_FATES];
	uint64_t duplicated, held, corrupted; /* of the delivered */
	uint64_t loss_runs, loss_run_max; /* of all that was not delivered, in
	                                   * the order of puts, as far as the
	                                   * queue has decided */
	uint64_t runs[SILBO_LINK_RUNS];
	silbo_time delay_min_ns, delay_max_ns; /* put to first arrival; min is
	                                        * NEVER without one */
	double delay_mean_ns;
	silbo_time queue_max_ns; /* longest wait in the queue */
};

struct silbo_link; /* opaque */

/* Bytes of memory for a link whose queue holds so many datagrams. */
SILBO_API
size_t silbo_link_size(uint32_t datagrams);

/*
 * Prepare one in mem.
 *
 *   phases, count  borrowed for the link's life; checked; rising in at, the
 *                  first 0.  What a phase changes, its loss model say, begins
 *                  anew; what it leaves alone goes on
 *   seed           of this link and direction alone
 *   epoch          the now at which its time is 0
 */
SILBO_API
struct silbo_link *silbo_link_init(void *mem, uint32_t datagrams,
    const struct silbo_link_phase *phases, uint32_t count, uint64_t seed,
    silbo_time epoch);

/* Put a datagram in.  Its fate comes from silbo_link_get, soon or late: take
 * all that is due before and after each put. */
SILBO_API
void silbo_link_put(
    struct silbo_link *link, uint32_t handle, uint32_t bytes, silbo_time now);

/* The next fate that is decided by now.  False: none.  Fates of delivered ones
 * come when they leave the queue, ahead of their arrival. */
SILBO_API
SILBO_MUST_USE
bool silbo_link_get(
    struct silbo_link *link, struct silbo_fate *fate, silbo_time now);

/* When the next fate is decided, or can change; SILBO_TIME_NEVER when none
 * waits. */
SILBO_API
silbo_time silbo_link_deadline(const struct silbo_link *link);

/* Turn the bits of a damaged datagram: different places, the same whenever it
 * is called for this fate and length.  Fewer when it has no more. */
SILBO_API
void silbo_link_corrupt(
    const struct silbo_fate *fate, uint8_t *data, size_t len);

SILBO_API
void silbo_link_report(
    const struct silbo_link *link, struct silbo_link_report *report);

/* "delivered" "lost" "outage" "queue_full" "codel".  Never NULL. */
SILBO_API
const char *silbo_fate_name(enum silbo_fate_kind kind);

#ifdef __cplusplus
}
#endif

#endif
