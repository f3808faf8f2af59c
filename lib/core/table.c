/* SPDX-License-Identifier: MIT */
/*
 * The table of sources: who has a place, and who must make way for it.
 *
 * It refuses to know who is established (standing.c), numbers, which are the
 * place's, and what silence means: it is told to close, settle and release.
 */
#include <assert.h>
#include <string.h>

#include "align.h"
#include "bytes.h"
#include "table.h"

static size_t
envelope_size(size_t datagram_max)
{
	return align(sizeof(struct silbo_envelope) + datagram_max);
}

size_t
silbo_table_secret_size(uint32_t sources)
{
	uint32_t cap = sources + SILBO_GATE_PROVISIONAL;

	return align(cap * sizeof(uint32_t)) +
	    align(cap * sizeof(struct silbo_place));
}

size_t
silbo_table_size(uint32_t sources, size_t datagram_max,
    const struct silbo_stream_config *stream)
{
	uint32_t cap = sources + SILBO_GATE_PROVISIONAL;

	return silbo_table_secret_size(sources) +
	    cap * envelope_size(datagram_max) +
	    cap * align(silbo_stream_size(stream)) +
	    cap * SILBO_PATHS * silbo_path_size(stream);
}

void
silbo_table_init(struct silbo_table *table, void *mem, uint32_t sources,
    size_t datagram_max, const struct silbo_stream_config *stream)
{
	uint32_t cap = sources + SILBO_GATE_PROVISIONAL;
	uint8_t *places = (uint8_t *)mem + align(cap * sizeof(uint32_t));

	memset(table, 0, sizeof(*table));
	table->prefixes = mem;
	table->places = (struct silbo_place *)(void *)places;
	table->envelopes = (uint8_t *)mem + silbo_table_secret_size(sources);
	table->envelope_bytes = envelope_size(datagram_max);
	table->streams = table->envelopes + cap * table->envelope_bytes;
	table->stream_bytes = align(silbo_stream_size(stream));
	table->paths = table->streams + cap * table->stream_bytes;
	table->path_bytes = silbo_path_size(stream);
	table->cap = cap;
	table->sources = sources;
	silbo_tombs_init(&table->tombs);
}

static bool
is_open(const struct silbo_place *place)
{
	return place->about.standing == SILBO_STANDING_PROVISIONAL ||
	    place->about.standing == SILBO_STANDING_ESTABLISHED;
}

uint32_t
silbo_table_get(const struct silbo_table *table, const struct silbo_source *id)
{
	uint32_t prefix = load_be32(id->bytes);

	for (uint32_t i = 0; i < table->count; i++)
		if (table->prefixes[i] == prefix &&
		    is_open(&table->places[i]) &&
		    memcmp(&table->places[i].about.id, id, sizeof(*id)) == 0)
			return i;
	return SILBO_GATE_NONE;
}

bool
silbo_table_is_old(
    const struct silbo_table *table, const struct silbo_header *header)
{
	const struct silbo_tomb *tomb =
	    silbo_tombs_get(&table->tombs, &header->source);

	return tomb != NULL &&
	    (tomb->ended || header->number < tomb->reach.next[header->type]);
}

/* What it has come to; of DATA, what was announced is booked as well. */
static void
bury(struct silbo_table *table, const struct silbo_place *place)
{
	struct silbo_tomb tomb = {.id = place->about.id,
	    .reach = place->reach,
	    .streams = place->about.streams || place->stream != NULL,
	    .ended = place->ended};
	uint64_t next = place->announced;
	struct silbo_stream_report report;

	if (place->stream != NULL) {
		silbo_stream_report(place->stream, &report);
		next = report.track.next;
	}
	if (tomb.reach.next[SILBO_TYPE_DATA] < next)
		tomb.reach.next[SILBO_TYPE_DATA] = next;
	silbo_tombs_put(&table->tombs, &tomb,
	    place->about.standing == SILBO_STANDING_ESTABLISHED);
}

void
silbo_table_close(struct silbo_table *table, uint32_t source)
{
	struct silbo_place *place = &table->places[source];

	assert(place->about.standing == SILBO_STANDING_ESTABLISHED);
	bury(table, place);
	place->about.standing = SILBO_STANDING_CLOSED;
	place->closing = ++table->closings;
	table->established--;
	table->unsettled++;
	silbo_seal_reset(&place->seal);
}

void
silbo_table_settle(struct silbo_table *table, uint32_t source)
{
	struct silbo_place *place = &table->places[source];

	assert(place->about.standing == SILBO_STANDING_CLOSED);
	if (place->settled)
		return;
	place->settled = true;
	table->unsettled--;
}

void
silbo_table_release(struct silbo_table *table, uint32_t source)
{
	struct silbo_place *place = &table->places[source];

	if (place->about.standing == SILBO_STANDING_ESTABLISHED)
		silbo_table_close(table, source);
	else if (place->about.standing == SILBO_STANDING_PROVISIONAL)
		bury(table, place);
	if (place->about.standing == SILBO_STANDING_CLOSED)
		silbo_table_settle(table, source);
	table->accepted_gone += place->about.accepted;
	silbo_seal_reset(&place->seal);
	memset(&place->about, 0, sizeof(place->about));
}

/* Only what is closed and could be read, or has shown nothing yet. */
static bool
may_go(const struct silbo_place *place)
{
	return place->about.standing == SILBO_STANDING_PROVISIONAL ||
	    (place->about.standing == SILBO_STANDING_CLOSED && place->settled);
}

/* Must `a` make way rather than `b`?  What is closed goes first. */
static bool
is_before(const struct silbo_place *a, const struct silbo_place *b)
{
	if (a->about.standing != b->about.standing)
		return a->about.standing == SILBO_STANDING_CLOSED;
	if (a->about.standing == SILBO_STANDING_PROVISIONAL)
		return a->about.last_at < b->about.last_at;
	return a->closing < b->closing;
}

/* A place that is free, or made free.  One there is: standing.c leaves places
 * to those who have shown nothing yet. */
static uint32_t
vacate(struct silbo_table *table)
{
	uint32_t found = SILBO_GATE_NONE;

	for (uint32_t i = 0; i < table->count; i++) {
		const struct silbo_place *place = &table->places[i];

		if (place->about.standing == SILBO_STANDING_FREE)
			return i;
		if (may_go(place) &&
		    (found == SILBO_GATE_NONE ||
			is_before(place, &table->places[found])))
			found = i;
	}
	if (table->count < table->cap)
		return table->count++;
	assert(found != SILBO_GATE_NONE);
	table->evicted +=
	    table->places[found].about.standing == SILBO_STANDING_PROVISIONAL;
	silbo_table_release(table, found);
	return found;
}

/* What is remembered of a source that returns is not delivered again. */
static void
put_memory(struct silbo_table *table, uint32_t at,
    const struct silbo_stream_config *stream)
{
	struct silbo_place *place = &table->places[at];

	place->envelope = (struct silbo_envelope *)(void *)(table->envelopes +
	    at * table->envelope_bytes);
	place->envelope->used = false;
	place->memory = table->streams + at * table->stream_bytes;
	for (size_t i = 0; i < SILBO_TYPES; i++)
		silbo_window_init(&place->windows[i]);
	for (size_t i = 0; i < SILBO_PATHS; i++)
		silbo_path_init(&place->paths[i],
		    table->paths + (i * table->cap + at) * table->path_bytes,
		    stream, place->before.next[SILBO_TYPE_PROBE + i]);
}

uint32_t
silbo_table_put(struct silbo_table *table, const struct silbo_source *id,
    const struct silbo_stream_config *stream, silbo_time now)
{
	const struct silbo_tomb *tomb;
	struct silbo_place *place;
	uint32_t at;

	at = vacate(table);
	place = &table->places[at];
	memset(place, 0, sizeof(*place));
	place->about.standing = SILBO_STANDING_PROVISIONAL;
	place->about.id = *id;
	place->about.last_at = now;
	table->prefixes[at] = load_be32(id->bytes);
	tomb = silbo_tombs_get(&table->tombs, id);
	if (tomb != NULL)
		place->before = place->reach = tomb->reach;
	put_memory(table, at, stream);
	if (tomb != NULL && tomb->streams)
		silbo_stream_on_return(silbo_place_begin(place, stream),
		    tomb->reach.next[SILBO_TYPE_DATA], now);
	return at;
}

void
silbo_table_reset(struct silbo_table *table)
{
	for (uint32_t i = 0; i < table->count; i++)
		silbo_seal_reset(&table->places[i].seal);
}
