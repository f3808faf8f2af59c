/* SPDX-License-Identifier: MIT */
/*
 * Who is established, and what gives way for it: decides whether there is room
 * for one more, which of those that have ended is closed to make some, and who
 * is outlived by a source with its tag.
 *
 * Established sources, and closed ones whose report is not final, hold places
 * that nobody may take.  There are never more of them than the limit and SPARE,
 * so that newcomers always find one.  It refuses to know what silence means.
 */
#include <string.h>

#include "table.h"

/* Half of the places beside those of the limit. */
#define SPARE (SILBO_GATE_PROVISIONAL / 2)

static bool
is_established(const struct silbo_place *place)
{
	return place->about.standing == SILBO_STANDING_ESTABLISHED;
}

/* Did `by` begin after the last that was heard of another with its tag?  Two
 * that send at once under one name leave each other alone. */
static bool
outlives(const struct silbo_place *by, const struct silbo_place *old)
{
	static const uint8_t none[sizeof(by->tag)];

	return old != by && is_established(old) &&
	    memcmp(by->tag, none, sizeof(none)) != 0 &&
	    memcmp(by->tag, old->tag, sizeof(by->tag)) == 0 &&
	    old->about.last_at < by->about.first_at;
}

static bool
outlives_any(const struct silbo_table *table, const struct silbo_place *by)
{
	for (uint32_t i = 0; i < table->count; i++)
		if (outlives(by, &table->places[i]))
			return true;
	return false;
}

/* Of the established that have ended, the one silent longest. */
static uint32_t
find_ended(const struct silbo_table *table)
{
	uint32_t found = SILBO_GATE_NONE;

	for (uint32_t i = 0; i < table->count; i++) {
		const struct silbo_place *place = &table->places[i];

		if (is_established(place) && place->ended &&
		    (found == SILBO_GATE_NONE ||
			place->about.last_at <
			    table->places[found].about.last_at))
			found = i;
	}
	return found;
}

/* What it has shown is enough, but is there room?  An END alone, of which a
 * recording has as many as streams, moves nobody and takes no spare place. */
static bool
has_room(const struct silbo_table *table, const struct silbo_place *place)
{
	uint32_t held = table->established + table->unsettled;

	if (!place->proof.enough)
		return held < table->sources;
	return held < table->sources + SPARE &&
	    (table->established < table->sources ||
		outlives_any(table, place) ||
		find_ended(table) != SILBO_GATE_NONE);
}

bool
silbo_table_admits(
    const struct silbo_table *table, uint32_t source, uint8_t type)
{
	const struct silbo_place *place;

	if (type == SILBO_TYPE_INFO)
		return true;
	if (source == SILBO_GATE_NONE)
		return table->established < table->sources;
	place = &table->places[source];
	return is_established(place) ||
	    !(place->proof.enough || place->proof.end) ||
	    has_room(table, place);
}

static void
establish(struct silbo_table *table, struct silbo_place *place)
{
	if (table->established >= table->sources && !outlives_any(table, place))
		silbo_table_close(table, find_ended(table));
	place->about.standing = SILBO_STANDING_ESTABLISHED;
	table->established++;
}

void
silbo_table_on_accepted(struct silbo_table *table, uint32_t source,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    bool end)
{
	struct silbo_place *place = &table->places[source];
	bool news = header->type == SILBO_TYPE_INFO;

	place->ended = place->ended || end;
	if (!is_established(place)) {
		silbo_place_on_accepted(place, header, arrival, end);
		if (!(place->proof.enough || place->proof.end) ||
		    !has_room(table, place))
			return;
		establish(table, place);
		news = true;
	}
	if (place->about.streams && place->about.serial == 0)
		place->about.serial = ++table->serials;
	for (uint32_t i = 0; news && i < table->count; i++)
		if (outlives(place, &table->places[i]))
			table->places[i].about.outlived = true;
}
