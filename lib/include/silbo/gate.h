/* SPDX-License-Identifier: MIT */
/*
 * The gate: every datagram passes here, in the order of docs/wire-format.md.
 * It knows wire, keys, sources and peers; what a number or a payload means is
 * the business of the stream it hands them to.
 *
 * Nothing but drop counters changes before the tag has been verified.
 * Invariants: received = accepted + sum of drops (asserted), and
 * accepted = accepted_gone + what was accepted of the sources in all places.
 */
#ifndef SILBO_GATE_H
#define SILBO_GATE_H

#include <silbo/arrival.h>
#include <silbo/defs.h>
#include <silbo/err.h>
#include <silbo/key.h>
#include <silbo/marks.h>
#include <silbo/stream.h>
#include <silbo/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_GATE_SOURCES_DEFAULT 64
#define SILBO_GATE_SOURCES_MAX 1024
#define SILBO_GATE_PROVISIONAL 16  /* places beside those of the sources */
#define SILBO_GATE_TOMBSTONES 256  /* sources remembered without a place */
#define SILBO_GATE_JUMP 3000       /* plain: further than that is a jump */
#define SILBO_GATE_NONE UINT32_MAX /* no source */

/* What it takes to be established, without END. */
#define SILBO_GATE_PROOF_COUNT 3
#define SILBO_GATE_PROOF_NS (40 * SILBO_NS_PER_MS)

/*
 * What a place in the table holds.  Whoever sends one authentic datagram is
 * provisional; established is who has sent three over 40 ms, or END.
 */
enum silbo_standing {
	SILBO_STANDING_FREE,
	SILBO_STANDING_PROVISIONAL, /* counted; makes way for newcomers */
	SILBO_STANDING_ESTABLISHED, /* makes way for nobody */
	SILBO_STANDING_CLOSED /* was established; to be read until released */
};

struct silbo_gate_config {
	const struct silbo_key
	    *keys;           /* copied; NULL with keys_count 0: plain */
	size_t keys_count;   /* 0 to SILBO_KEYS_MAX */
	size_t datagram_max; /* bytes; longer ones are drop_oversize */
	size_t probe_max;    /* the same for PROBE, which may look for what the
	                        path takes; 0: as datagram_max */
	uint32_t sources;    /* established ones at once, 1 to _SOURCES_MAX */
	const struct silbo_source *own; /* copied; NULL: we never send, until
	                                   silbo_gate_on_own tells otherwise */
	silbo_time max_age_ns;  /* refuse new sources that are older or cannot
	                           show their age; _NEVER: do not */
	int64_t wall_offset_ns; /* Unix time less monotonic time, for max_age:
	                           until silbo_gate_on_wall tells another */
	struct silbo_stream_config stream;
};

/* Counts of every datagram since init. */
struct silbo_gate_report {
	uint64_t received;
	uint64_t accepted;
	uint64_t verdict[SILBO_VERDICTS];
	uint64_t taken;         /* of those refused as a jump, whose number
	                           counts since another bore it out */
	uint64_t bytes;         /* received, UDP payload */
	uint64_t accepted_gone; /* of which, of sources without a place now */
	uint64_t established;   /* sources of streams that ever were */
	uint64_t evicted;       /* provisional ones that had to make way */
};

/* What the gate knows of one source. */
struct silbo_gate_source {
	enum silbo_standing standing;
	bool streams;    /* a DATA or INFO was accepted */
	uint64_t serial; /* 1, 2 ... of those that are established and stream,
	                    in order of becoming so; 0: not yet */
	struct silbo_source id;
	struct silbo_peer peer; /* moved by a number above the highest only */
	uint8_t key;            /* index of the key that opens it */
	bool encrypted;
	enum silbo_stamp at_source;   /* of its latest arrival */
	silbo_time first_at, last_at; /* of accepted arrivals, any type */
	uint64_t accepted;            /* datagrams of any type */
	struct silbo_marks marks;     /* of these */
	bool outlived; /* another with its tag began after last_at: it may be
	                  the same sender, started again */
};

struct silbo_gate; /* opaque */

/* Bytes of memory, the streams' included: sources + SILBO_GATE_PROVISIONAL
 * places.  What no source came for is never touched. */
SILBO_API
size_t silbo_gate_size(const struct silbo_gate_config *config);

/* So many of the first bytes hold all its secrets: keys, and the subkeys of
 * sources.  The caller may lock them into memory. */
SILBO_API
size_t silbo_gate_secret_size(const struct silbo_gate_config *config);

/* Prepare one in mem (silbo_gate_size bytes, zeroed or not, aligned as by
 * malloc).  Most of a stream's memory is touched as datagrams come, and nothing
 * of it for a source that sends one only. */
SILBO_API
struct silbo_gate *silbo_gate_init(
    void *mem, const struct silbo_gate_config *config);

/*
 * Take one datagram through all steps.  arrival->data is opened in place.
 *
 *   source   receives the index of its source, when it is known and the
 *            datagram is authentic, else SILBO_GATE_NONE.  The index is that of
 *            its place; a place that is free again is given to another source
 *
 * Returns the verdict, already counted.
 */
SILBO_API
SILBO_MUST_USE
enum silbo_verdict silbo_gate_on_datagram(struct silbo_gate *gate,
    uint32_t *source, struct silbo_arrival *arrival, silbo_time now);

/* How many places were ever used: valid indices are below it.  What each holds
 * is in its silbo_gate_source. */
SILBO_API
uint32_t silbo_gate_sources(const struct silbo_gate *gate);

/* The stream of a place; of a free one, what it held last.  A stream begins
 * with the datagram after the first DATA or INFO of its source, or with END, or
 * when it is asked for: that first one is in it then. */
SILBO_API
struct silbo_stream *silbo_gate_stream(
    struct silbo_gate *gate, uint32_t source);

/*
 * An established source is heard no more: it becomes closed, and its numbers go
 * to a tombstone.  What it sends from now on is that of another source, which
 * begins where this one left off; if it had said END, drop_old.  Until it is
 * settled or released, nobody takes its place, and it counts as established.
 */
SILBO_API
void silbo_gate_close(struct silbo_gate *gate, uint32_t source);

/* The report of a closed source is final, and can be read before the next
 * datagram: from then on a newcomer takes its place when no other is free, the
 * first to close first. */
SILBO_API
void silbo_gate_settle(struct silbo_gate *gate, uint32_t source);

/* The wall clock may have been set: what it is ahead of monotonic time now, in
 * ns.  Only the age of new sources is judged by it. */
SILBO_API
void silbo_gate_on_wall(struct silbo_gate *gate, int64_t wall_offset_ns);

/* We send under this id from now on: whoever changes it, as after a suspend,
 * says so before anything leaves.  What comes from it is drop_reflected, and
 * from the three before it. */
SILBO_API
void silbo_gate_on_own(struct silbo_gate *gate, const struct silbo_source *own);

/* Give a place back, whatever it holds, and forget all but its numbers. */
SILBO_API
void silbo_gate_release(struct silbo_gate *gate, uint32_t source);

SILBO_API
void silbo_gate_report(
    const struct silbo_gate *gate, struct silbo_gate_report *report);

SILBO_API
void silbo_gate_report_source(const struct silbo_gate *gate, uint32_t source,
    struct silbo_gate_source *report);

/*
 * The numbers of PROBE or of ECHO of a source: what of them came, and what did
 * not.  Counting begins at the lowest that was accepted; all counts are 0 when
 * none was.
 */
SILBO_API
void silbo_gate_report_numbers(const struct silbo_gate *gate, uint32_t source,
    uint8_t type, struct silbo_track_report *report);

/* Erase the keys from memory. */
SILBO_API
void silbo_gate_reset(struct silbo_gate *gate);

#ifdef __cplusplus
}
#endif

#endif
