/* SPDX-License-Identifier: MIT */
/*
 * One-way delay of a stream of numbered datagrams between two clocks that know
 * nothing of each other, in constant memory.
 *
 * arrival - sending is the delay and an unknown constant, so all that is told
 * is relative: how much later than the fastest (PDV, RFC 5481 section 3.2, RFC
 * 3393 with the minimum as reference), and how much two neighbours differ
 * (IPDV, RFC 3393 section 4.2).  Clocks that run apart are told by silbo_skew
 * and taken out of PDV, when that matters.
 *
 * Fed with first copies.  IPDV of all pairs of which the later to come is at
 * most 1022 numbers behind the highest.  PDV is kept one by one for 20 s or
 * 1024 arrivals, whichever is first, then in a silbo_quantile, with the skew
 * taken out as far as it is known by then.  Each figure is at most 1.6 % and
 * 0.1 ms off, where the network is idle now and then; some tenths of a ms where
 * it hardly is.
 */
#ifndef SILBO_TRANSIT_H
#define SILBO_TRANSIT_H

#include <silbo/defs.h>
#include <silbo/quantile.h>
#include <silbo/skew.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_TRANSIT_RAW 1024   /* kept one by one at first */
#define SILBO_TRANSIT_PAIRS 1024 /* numbers that find their neighbours */
#define SILBO_TRANSIT_BUFFERS 6  /* what a buffer delays by, in ms: */
#define SILBO_TRANSIT_BUFFERS_MS         \
	{                                \
		20, 40, 60, 80, 100, 150 \
	}

struct silbo_transit_raw {
	uint32_t at; /* in 8 ns since the first */
	int32_t delay_ns;
};

struct silbo_transit {
	/* private */
	bool begun;
	bool settled;        /* no longer one by one */
	uint32_t raw_count;  /* of raw */
	uint64_t base_ns;    /* arrival - sending of the first, any constant */
	uint64_t started_ns; /* its arrival */
	uint64_t count;      /* fed */
	uint64_t absurd;     /* not fed */
	uint64_t first;      /* the lowest number fed */
	uint64_t first_at;   /* its arrival, since started */
	int64_t first_ns;    /* above base, as are the following */
	int64_t least_ns;
	int64_t floor_ns;  /* of the line that PDV is above, at started */
	double slope;      /* of that line */
	uint64_t slack_ns; /* pdv holds PDV and this */
	double delays_ns;  /* sums of what pdv holds */
	double times_ns;
	struct silbo_skew skew;
	struct silbo_quantile ipdv;
	uint64_t top; /* the highest number fed */
	uint64_t unpaired;
	/* Of the numbers up to top: which were fed, and 48 bits of their delay
	 * above one that none is below. */
	uint64_t came[SILBO_TRANSIT_PAIRS / 64];
	uint32_t low[SILBO_TRANSIT_PAIRS];
	uint16_t high[SILBO_TRANSIT_PAIRS];
	union {
		struct silbo_transit_raw raw[SILBO_TRANSIT_RAW];
		struct silbo_quantile pdv; /* once it is settled */
	} u;
};

/*
 * All 0 when count is.  Mean and maximum are exact; of PDV as long as no skew
 * is taken out of it, for then they hang on a line that may be off, as said
 * above.  What is longer than 71 min counts as that (silbo/quantile.h).
 */
struct silbo_spread {
	uint64_t count;
	uint64_t mean_ns;
	uint64_t p50_ns, p95_ns, p99_ns, p999_ns;
	uint64_t max_ns;
};

struct silbo_transit_report {
	uint64_t absurd;          /* not fed: more than an hour off the first */
	int64_t fastest_ns;       /* least arrival - sending; any sign */
	uint64_t first_ns;        /* above the fastest: of the lowest number */
	struct silbo_spread pdv;  /* above the fastest */
	struct silbo_spread ipdv; /* |delay(i) - delay(i-1)| */
	/* more of these there may have been: the neighbour was so far behind
	 * the highest number, SILBO_TRANSIT_PAIRS, that it was forgotten */
	uint64_t unpaired;
	/* arrivals more than so much above the fastest, for each buffer */
	uint64_t beyond[SILBO_TRANSIT_BUFFERS];
	bool skew_known;
	bool skew_applied; /* it is taken out of pdv */
	double skew_ppm;   /* how much faster the receiving clock runs */
};

/* Touches the first few words only: the rest when it is used. */
SILBO_API
void silbo_transit_init(struct silbo_transit *transit);

/*
 * The first copy of a datagram arrived.
 *
 *   number      its number; neighbours need not come in order
 *   sent_ns     when it was sent, ns on any clock
 *   arrived_ns  when it arrived, ns on any other
 *
 * A delay more than an hour off the first one is no delay: it is not fed, but
 * counted.  O(1), but for what silbo_skew does once a second.
 */
SILBO_API
void silbo_transit_on_arrival(struct silbo_transit *transit, uint64_t number,
    uint64_t sent_ns, uint64_t arrived_ns);

/* Costs some microseconds: for reports, not for each datagram. */
SILBO_API
void silbo_transit_report(
    const struct silbo_transit *transit, struct silbo_transit_report *report);

#ifdef __cplusplus
}
#endif

#endif
