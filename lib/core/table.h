/* SPDX-License-Identifier: MIT */
/*
 * The table of sources: a fixed number of places, each with what a gate knows
 * of one source, and with its stream.  Private to lib/core.
 */
#ifndef SILBO_CORE_TABLE_H
#define SILBO_CORE_TABLE_H

#include <silbo/gate.h>
#include <silbo/seal.h>
#include <silbo/window.h>

struct silbo_place {
	struct silbo_gate_source about;
	struct silbo_seal seal;
	/* Replay memory of every type but DATA, which has a track. */
	struct silbo_window windows[SILBO_TYPES];
	uint64_t highest[SILBO_TYPES]; /* number of each type; 0 before one */
	struct silbo_stream *stream;
};

struct silbo_table {
	/* private, count and places apart */
	struct silbo_place *places; /* the first count of them are in use */
	uint32_t count;
	uint32_t cap;
	/* The first four bytes of every id, random in honest ones, side by
	 * side: to look one up in 1024 reads 4 KiB, whoever chose the ids. */
	uint32_t *prefixes;
	uint8_t *streams;
	size_t stream_bytes; /* from one stream to the next */
};

/* Bytes of memory for cap places beside the struct. */
size_t silbo_table_size(uint32_t cap, const struct silbo_stream_config *stream);

/* Prepare one; mem is aligned as by malloc.  A place, and the stream in it, is
 * not touched before it is used. */
void silbo_table_init(struct silbo_table *table, void *mem, uint32_t cap,
    const struct silbo_stream_config *stream);

/* The index of a source, or SILBO_GATE_NONE. */
uint32_t silbo_table_get(
    const struct silbo_table *table, const struct silbo_source *id);

/* A place for one more source, its stream prepared, or SILBO_GATE_NONE when
 * all are taken.  The caller has seen that it is not there yet. */
uint32_t silbo_table_put(struct silbo_table *table,
    const struct silbo_source *id, const struct silbo_stream_config *stream);

/*
 * Step 8 of the order of checks, decided and committed in one: has this number
 * been seen?  If not, it moves timers, and the peer if it is above the highest
 * of its type.
 */
SILBO_MUST_USE
enum silbo_verdict silbo_table_on_number(struct silbo_place *place,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    silbo_time now);

/* Erase the subkeys from memory. */
void silbo_table_reset(struct silbo_table *table);

#endif
