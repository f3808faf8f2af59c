/* SPDX-License-Identifier: MIT */
/*
 * The reflector: answers each PROBE once with an ECHO, and tells in it what
 * came of that prober so far.  One datagram out for one in, never longer, no
 * more than a rate for each prober and for all; so nobody gains by asking in
 * another's name.
 *
 *   verdict = silbo_receiver_on_datagram(rx, &place, &arrival, now);
 *   ... if the datagram is a PROBE and place is not SILBO_GATE_NONE:
 *   silbo_receiver_report_numbers(rx, place, SILBO_TYPE_PROBE, &numbers);
 *   bytes = silbo_reflector_on_probe(reflector, out, cap, place, &arrival,
 *       verdict, &numbers, now);
 *   ... if bytes > 0: send them to arrival.from
 */
#ifndef SILBO_REFLECTOR_H
#define SILBO_REFLECTOR_H

#include <silbo/arrival.h>
#include <silbo/defs.h>
#include <silbo/err.h>
#include <silbo/key.h>
#include <silbo/track.h>
#include <silbo/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_REFLECTOR_RATE_DEFAULT 2000 /* ECHOs a second, to one prober */
#define SILBO_REFLECTOR_RATE_MAX 1000000
#define SILBO_REFLECTOR_TOKEN_BYTES 1500  /* begun ones; each counts as one */
#define SILBO_REFLECTOR_BURST_DEFAULT 200 /* at once, after silence */
#define SILBO_REFLECTOR_ALL_DEFAULT 20000 /* a second, to all of them */
#define SILBO_REFLECTOR_ALL_BURST_DEFAULT 2000

struct silbo_reflector_config {
	struct silbo_source own;     /* what the gate knows as its own */
	const struct silbo_key *key; /* used by init only; NULL: plain */
	uint32_t places;             /* of the gate: 1 and more */
	int64_t wall_offset_ns;      /* Unix axis less monotonic axis */
	uint32_t rate, burst;        /* 1 to _RATE_MAX; 1 and more */
	uint32_t rate_all, burst_all;
	uint64_t first; /* number of the first ECHO; 0 outside tests */
};

/*
 * What came of one prober, also before an outage that cost it its place, if the
 * gate remembers it.  PROBEs with CLOSING are in `closing` and in no other
 * count but bytes_out.
 *
 *   unique = answered + withheld + unsent + too_short
 */
struct silbo_reflector_report {
	struct silbo_source prober; /* all 0: none has come in this place */
	uint64_t unique;            /* first copies, late ones included */
	uint64_t duplicate;
	uint64_t too_old; /* below what is remembered */
	uint64_t reordered;
	uint64_t extent_max; /* of reordering, RFC 4737 section 4.2.2 */
	uint64_t answered;
	uint64_t withheld;  /* for the rate, this prober's or that of all; or
	                       refused as a jump that another bore out */
	uint64_t unsent;    /* silbo_reflector_on_unsent */
	uint64_t too_short; /* for an ECHO */
	uint64_t closing;   /* first copies */
	uint64_t bytes_in, bytes_out; /* of all opened PROBEs; of all ECHOs */
};

/* Defaults of every field but own, key and places. */
SILBO_API
void silbo_reflector_config_init(struct silbo_reflector_config *config);

struct silbo_reflector; /* opaque */

/* Bytes of memory; a place is touched when a PROBE comes for it. */
SILBO_API
size_t silbo_reflector_size(const struct silbo_reflector_config *config);

/* So many of the first bytes hold its secret: the subkey it seals with. */
SILBO_API
size_t silbo_reflector_secret_size(void);

/* Prepare one in mem (silbo_reflector_size zeroed bytes, aligned as by malloc).
 */
SILBO_API
struct silbo_reflector *silbo_reflector_init(
    void *mem, const struct silbo_reflector_config *config);

/*
 * Take a PROBE that was opened, copies and old ones included; make its ECHO.
 *
 *   out, cap  receives the ECHO; as many bytes as the PROBE has suffice
 *   place     of its source, by silbo_gate_on_datagram
 *   opened    as the gate has left it: the body in clear
 *   verdict   what the gate said of it
 *   numbers   the numbers of PROBE in that place, this one included
 *   now       the time of sending, T3
 *
 * Returns the bytes of the ECHO, to be sent to opened->from; 0 when there is
 * none: a copy, one too short, one that the rates withhold, or none that the
 * gate took; SILBO_ERR_LIMIT when the numbers are used up: counted as unsent.
 * Constant time, but O(places) for a prober that comes back.
 */
SILBO_API
SILBO_MUST_USE
int silbo_reflector_on_probe(struct silbo_reflector *reflector, uint8_t *out,
    size_t cap, uint32_t place, const struct silbo_arrival *opened,
    enum silbo_verdict verdict, const struct silbo_track_report *numbers,
    silbo_time now);

/*
 * From now on ECHOs come from another source, and are numbered anew: after a
 * suspend, or when the numbers are used up.  ECHOs tell of what came since;
 * silbo_reflector_report of all.
 */
SILBO_API
void silbo_reflector_on_source(struct silbo_reflector *reflector,
    const struct silbo_source *own, const struct silbo_key *key);

/* The wall clock was set: what it is ahead of monotonic time now, in ns.  A
 * prober that is answered already is told the times of the old axis, so that
 * none of its figures jumps; who comes next, and all after on_source, the new.
 */
SILBO_API
void silbo_reflector_on_wall(
    struct silbo_reflector *reflector, int64_t wall_offset_ns);

/* The ECHO just made for this place could not be sent: it is none of the
 * answered, and the prober is told that it is not lost on the way. */
SILBO_API
void silbo_reflector_on_unsent(
    struct silbo_reflector *reflector, uint32_t place);

/* What came of the prober that was the latest in this place; nothing, if it
 * went on in another. */
SILBO_API
void silbo_reflector_report(const struct silbo_reflector *reflector,
    uint32_t place, struct silbo_reflector_report *report);

/* Erase the subkey from memory. */
SILBO_API
void silbo_reflector_reset(struct silbo_reflector *reflector);

#ifdef __cplusplus
}
#endif

#endif
