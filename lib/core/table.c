/* SPDX-License-Identifier: MIT */
/*
 * The table of sources: who has a place, whether a number of theirs was seen
 * before, when they were last heard and where they can be reached.
 *
 * It refuses to know what makes a datagram authentic: everything it is told
 * is.  No place is given up in this version: a source that was silent for long
 * is remembered, so that its recorded datagrams stay what they are, copies.
 */
#include <string.h>

#include "bytes.h"
#include "table.h"

static size_t
align(size_t bytes)
{
	const size_t to = _Alignof(max_align_t);

	return (bytes + to - 1) / to * to;
}

size_t
silbo_table_size(uint32_t cap, const struct silbo_stream_config *stream)
{
	return align(cap * sizeof(uint32_t)) +
	    align(cap * sizeof(struct silbo_place)) +
	    cap * align(silbo_stream_size(stream));
}

void
silbo_table_init(struct silbo_table *table, void *mem, uint32_t cap,
    const struct silbo_stream_config *stream)
{
	uint8_t *places = (uint8_t *)mem + align(cap * sizeof(uint32_t));

	table->prefixes = mem;
	table->places = (struct silbo_place *)(void *)places;
	table->streams = places + align(cap * sizeof(struct silbo_place));
	table->stream_bytes = align(silbo_stream_size(stream));
	table->cap = cap;
	table->count = 0;
}

uint32_t
silbo_table_get(const struct silbo_table *table, const struct silbo_source *id)
{
	uint32_t prefix = load_be32(id->bytes);

	for (uint32_t i = 0; i < table->count; i++)
		if (table->prefixes[i] == prefix &&
		    memcmp(&table->places[i].about.id, id, sizeof(*id)) == 0)
			return i;
	return SILBO_GATE_NONE;
}

uint32_t
silbo_table_put(struct silbo_table *table, const struct silbo_source *id,
    const struct silbo_stream_config *stream)
{
	struct silbo_place *place = &table->places[table->count];

	if (table->count == table->cap)
		return SILBO_GATE_NONE;
	memset(place, 0, sizeof(*place));
	place->about.id = *id;
	for (size_t i = 0; i < SILBO_TYPES; i++)
		silbo_window_init(&place->windows[i]);
	place->stream = silbo_stream_init(
	    table->streams + table->count * table->stream_bytes, stream);
	table->prefixes[table->count] = load_be32(id->bytes);
	return table->count++;
}

/* What a number that was not seen before tells beside itself. */
static void
touch(struct silbo_place *place, const struct silbo_header *header,
    const struct silbo_arrival *arrival)
{
	struct silbo_gate_source *about = &place->about;

	if (about->accepted++ == 0)
		about->first_at = arrival->at;
	if (about->last_at < arrival->at)
		about->last_at = arrival->at;
	about->at_source = arrival->at_source;
	/* Who held a datagram back and sends it on from elsewhere is not above
	 * the highest, unless all that followed is held back as well. */
	if (header->number < place->highest[header->type])
		return;
	place->highest[header->type] = header->number;
	about->peer = arrival->from;
}

enum silbo_verdict
silbo_table_on_number(struct silbo_place *place,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    silbo_time now)
{
	enum silbo_verdict verdict;

	if (header->type == SILBO_TYPE_DATA)
		verdict =
		    silbo_stream_on_number(place->stream, header->number, now);
	else
		verdict = silbo_window_on_number(
		    &place->windows[header->type], header->number);
	if (silbo_verdict_is_accepted(verdict))
		touch(place, header, arrival);
	return verdict;
}

void
silbo_table_reset(struct silbo_table *table)
{
	for (uint32_t i = 0; i < table->count; i++)
		silbo_seal_reset(&table->places[i].seal);
}
