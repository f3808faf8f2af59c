/* SPDX-License-Identifier: MIT */
/*
 * The sessions of a STAMP reflector: a hash over addresses, and an order of who
 * was heard last.  Private to the reflector.
 */
#ifndef SILBO_CORE_STAMP_TABLE_H
#define SILBO_CORE_STAMP_TABLE_H

#include <silbo/stamp.h>

#define STAMP_NONE UINT32_MAX

/* A session silent for this long makes way, or may begin again. */
#define STAMP_IDLE_NS (10 * SILBO_NS_PER_S)

struct stamp_session {
	struct silbo_stamp_session seen;
	silbo_time full_at; /* its tokens, see bucket.h */
	uint32_t number;    /* of the next answer */
	uint32_t asked;     /* number of the last request */
	uint32_t older, newer;
	uint32_t next; /* in its chain */
};

struct stamp_table {
	struct stamp_session *session;
	uint32_t *chain; /* heads, by hash */
	uint32_t chains; /* a power of two */
	uint32_t places;
	uint32_t used;
	uint32_t oldest, newest;
	uint64_t begun;
	uint8_t secret[SILBO_STAMP_SECRET_BYTES];
};

size_t stamp_table_size(uint32_t places);

/* mem is aligned for any type. */
void stamp_table_init(struct stamp_table *table, void *mem, uint32_t places,
    const uint8_t secret[SILBO_STAMP_SECRET_BYTES]);

/* The session of a peer, heard now and counted; a new one if it has none.
 * NULL: there is no place for it. */
struct stamp_session *stamp_table_get(struct stamp_table *table,
    const struct silbo_peer *peer, uint32_t asked, silbo_time now);

#endif
