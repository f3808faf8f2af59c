/* SPDX-License-Identifier: MIT */
/*
 * Decides which session a peer has, and who makes way for a new one: the one
 * silent for longest, and nobody who was heard in the last 10 s, so that a
 * flood of invented senders cannot push out those that are being measured.
 *
 * It refuses to know what is answered.  The hash is keyed, so that nobody can
 * choose addresses that all lie in one chain.
 */
#include <assert.h>
#include <string.h>

#include "align.h"
#include "bytes.h"
#include "stamp_table.h"
#include <sodium.h>

_Static_assert(SILBO_STAMP_SECRET_BYTES == crypto_shorthash_KEYBYTES,
    "the secret is the key of the hash");

static uint32_t
chains(uint32_t places)
{
	uint32_t n = 1;

	while (n < places)
		n *= 2;
	return n;
}

size_t
stamp_table_size(uint32_t places)
{
	assert(places >= 1 && places <= SILBO_STAMP_SESSIONS_MAX);
	return align(places * sizeof(struct stamp_session)) +
	    align(chains(places) * sizeof(uint32_t));
}

void
stamp_table_init(struct stamp_table *table, void *mem, uint32_t places,
    const uint8_t secret[SILBO_STAMP_SECRET_BYTES])
{
	uint8_t *at = mem;

	*table = (struct stamp_table){
	    .session = mem,
	    .chains = chains(places),
	    .places = places,
	    .oldest = STAMP_NONE,
	    .newest = STAMP_NONE,
	};
	at += align(places * sizeof(struct stamp_session));
	table->chain = (uint32_t *)(void *)at;
	memset(table->chain, 0xff, table->chains * sizeof(uint32_t));
	memcpy(table->secret, secret, SILBO_STAMP_SECRET_BYTES);
}

static uint32_t *
chain_of(struct stamp_table *table, const struct silbo_peer *peer)
{
	uint8_t hash[crypto_shorthash_BYTES];

	(void)crypto_shorthash(hash, peer->bytes, peer->len, table->secret);
	return &table->chain[load_be32(hash) & (table->chains - 1)];
}

static bool
is_peer(const struct silbo_peer *a, const struct silbo_peer *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static void
take_from_order(struct stamp_table *table, const struct stamp_session *s)
{
	if (s->older != STAMP_NONE)
		table->session[s->older].newer = s->newer;
	else
		table->oldest = s->newer;
	if (s->newer != STAMP_NONE)
		table->session[s->newer].older = s->older;
	else
		table->newest = s->older;
}

static void
make_newest(struct stamp_table *table, uint32_t index)
{
	struct stamp_session *s = &table->session[index];

	s->older = table->newest;
	s->newer = STAMP_NONE;
	if (table->newest != STAMP_NONE)
		table->session[table->newest].newer = index;
	else
		table->oldest = index;
	table->newest = index;
}

static void
take_from_chain(struct stamp_table *table, uint32_t index)
{
	uint32_t *link = chain_of(table, &table->session[index].seen.peer);

	while (*link != index)
		link = &table->session[*link].next;
	*link = table->session[index].next;
}

/* A place in no chain and no order, or STAMP_NONE. */
static uint32_t
find_place(struct stamp_table *table, silbo_time now)
{
	uint32_t index = table->oldest;

	if (table->used < table->places)
		return table->used++;
	if (now - table->session[index].seen.heard_at < STAMP_IDLE_NS)
		return STAMP_NONE;
	take_from_order(table, &table->session[index]);
	take_from_chain(table, index);
	return index;
}

static uint32_t
begin(struct stamp_table *table, const struct silbo_peer *peer, silbo_time now)
{
	uint32_t index = find_place(table, now);
	uint32_t *head = chain_of(table, peer);

	if (index == STAMP_NONE)
		return STAMP_NONE;
	table->session[index] = (struct stamp_session){
	    .seen = {.peer = *peer, .heard_at = now},
	    .next = *head,
	};
	*head = index;
	make_newest(table, index);
	table->begun++;
	return index;
}

struct stamp_session *
stamp_table_get(struct stamp_table *table, const struct silbo_peer *peer,
    uint32_t asked, silbo_time now)
{
	uint32_t index = *chain_of(table, peer);
	struct stamp_session *s;

	while (index != STAMP_NONE &&
	    !is_peer(&table->session[index].seen.peer, peer))
		index = table->session[index].next;
	if (index == STAMP_NONE)
		index = begin(table, peer, now);
	if (index == STAMP_NONE)
		return NULL;
	s = &table->session[index];
	take_from_order(table, s);
	make_newest(table, index);
	if (now - s->seen.heard_at >= STAMP_IDLE_NS && asked < s->asked)
		s->number = 0;
	s->seen.heard_at = now;
	s->seen.received++;
	s->asked = asked;
	return s;
}
