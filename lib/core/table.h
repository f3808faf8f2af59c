/* SPDX-License-Identifier: MIT */
/*
 * The table of sources: a fixed number of places, each with what a gate knows
 * of one source, and with its stream.  Private to lib/core.
 */
#ifndef SILBO_CORE_TABLE_H
#define SILBO_CORE_TABLE_H

#include "place.h"
#include "tombs.h"

struct silbo_table {
	/* private, count and places apart */
	struct silbo_place *places; /* the first count of them were used */
	uint32_t count;
	uint32_t cap;
	uint32_t sources, established; /* at most, and now */
	uint32_t unsettled;            /* closed, but not final yet */
	uint64_t serials, closings;    /* given out so far */
	uint64_t evicted, accepted_gone;
	/* The first four bytes of every id, random in honest ones, side by
	 * side: to look one up in 1024 reads 4 KiB, whoever chose the ids. */
	uint32_t *prefixes;
	/* Apart from the streams and side by side: what a source that sends
	 * one datagram touches lies together. */
	uint8_t *envelopes;
	uint8_t *streams;
	uint8_t *paths; /* those of PROBE, then those of ECHO */
	size_t envelope_bytes, stream_bytes, path_bytes; /* one to the next */
	struct silbo_tombs tombs;
};

/* Bytes of memory for so many established sources, beside the struct. */
size_t silbo_table_size(uint32_t sources, size_t datagram_max,
    const struct silbo_stream_config *stream);

/* Of which the first hold secrets: subkeys of sources. */
size_t silbo_table_secret_size(uint32_t sources);

/* Prepare one; mem is aligned as by malloc.  A place is not touched before it
 * is used, and the memory of its stream not before that begins. */
void silbo_table_init(struct silbo_table *table, void *mem, uint32_t sources,
    size_t datagram_max, const struct silbo_stream_config *stream);

/* The place of a source that is provisional or established, or
 * SILBO_GATE_NONE. */
uint32_t silbo_table_get(
    const struct silbo_table *table, const struct silbo_source *id);

/* Must a number of a source without a place be taken for an old one? */
SILBO_MUST_USE
bool silbo_table_is_old(
    const struct silbo_table *table, const struct silbo_header *header);

/*
 * May this datagram come in?  Not when it could lead to nothing: as many are
 * established as may be, and its source has no place, or has shown enough and
 * waits.  An INFO may always, as it tells whose successor its source is.
 *
 *   source  index, or SILBO_GATE_NONE: it has no place
 */
SILBO_MUST_USE
bool silbo_table_admits(
    const struct silbo_table *table, uint32_t source, uint8_t type);

/*
 * A place for one more source, provisional: a free one, or that of the first to
 * be closed of those that are settled, or that of the provisional source which
 * is silent longest.  Its stream has not begun, unless a tombstone remembers
 * it.  The caller has seen that it has none yet.
 */
uint32_t silbo_table_put(struct silbo_table *table,
    const struct silbo_source *id, const struct silbo_stream_config *stream,
    silbo_time now);

/*
 * What was accepted counts for the standing of its source.  When there is no
 * room to establish it, one that has ended is closed.  Once it is established,
 * those of its tag that fell silent before it came are outlived.
 *
 *   end  it was an INFO with END
 */
void silbo_table_on_accepted(struct silbo_table *table, uint32_t source,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    bool end);

/* See the functions of the gate of these names. */
void silbo_table_close(struct silbo_table *table, uint32_t source);
void silbo_table_settle(struct silbo_table *table, uint32_t source);
void silbo_table_release(struct silbo_table *table, uint32_t source);

/* Erase the subkeys from memory. */
void silbo_table_reset(struct silbo_table *table);

#endif
