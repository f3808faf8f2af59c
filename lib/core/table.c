/* SPDX-License-Identifier: MIT */
/*
 * The table of sources: who has a place and who must make way, whether a number
 * of theirs was seen before, when they were last heard and where they can be
 * reached.
 *
 * It refuses to know what makes a datagram authentic: everything it is told
 * is.  Nor does it know what silence means: it is told to close and release.
 */
#include <assert.h>
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
silbo_table_size(uint32_t sources, const struct silbo_stream_config *stream)
{
	uint32_t cap = sources + SILBO_GATE_PROVISIONAL;

	return align(cap * sizeof(uint32_t)) +
	    align(cap * sizeof(struct silbo_place)) +
	    cap * align(silbo_stream_size(stream));
}

void
silbo_table_init(struct silbo_table *table, void *mem, uint32_t sources,
    const struct silbo_stream_config *stream)
{
	uint32_t cap = sources + SILBO_GATE_PROVISIONAL;
	uint8_t *places = (uint8_t *)mem + align(cap * sizeof(uint32_t));

	memset(table, 0, sizeof(*table));
	table->prefixes = mem;
	table->places = (struct silbo_place *)(void *)places;
	table->streams = places + align(cap * sizeof(struct silbo_place));
	table->stream_bytes = align(silbo_stream_size(stream));
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
	    .ended = silbo_stream_is_done(place->stream)};
	struct silbo_stream_report report;

	silbo_stream_report(place->stream, &report);
	if (tomb.reach.next[SILBO_TYPE_DATA] < report.track.next)
		tomb.reach.next[SILBO_TYPE_DATA] = report.track.next;
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
	silbo_seal_reset(&place->seal);
}

void
silbo_table_on_time(struct silbo_table *table)
{
	table->seen = table->closings;
}

void
silbo_table_release(struct silbo_table *table, uint32_t source)
{
	struct silbo_place *place = &table->places[source];

	if (place->about.standing == SILBO_STANDING_ESTABLISHED)
		silbo_table_close(table, source);
	else if (place->about.standing == SILBO_STANDING_PROVISIONAL)
		bury(table, place);
	table->accepted_gone += place->about.accepted;
	silbo_seal_reset(&place->seal);
	memset(&place->about, 0, sizeof(place->about));
}

/* Who makes way first: what is closed and could be read, who has shown nothing
 * yet, what was closed just now. */
static int
rank_of(const struct silbo_table *table, const struct silbo_place *place)
{
	if (place->about.standing == SILBO_STANDING_PROVISIONAL)
		return 1;
	return place->closing <= table->seen ? 0 : 2;
}

/* Must `a` make way rather than `b`? */
static bool
is_before(const struct silbo_table *table, const struct silbo_place *a,
    const struct silbo_place *b)
{
	int rank_a = rank_of(table, a), rank_b = rank_of(table, b);

	if (rank_a != rank_b)
		return rank_a < rank_b;
	if (rank_a == 1)
		return a->about.last_at < b->about.last_at;
	return a->closing < b->closing;
}

/* A place that is free, or made free.  One there is: more places than sources
 * that may be established. */
static uint32_t
vacate(struct silbo_table *table)
{
	uint32_t found = SILBO_GATE_NONE;

	for (uint32_t i = 0; i < table->count; i++) {
		const struct silbo_place *place = &table->places[i];

		if (place->about.standing == SILBO_STANDING_FREE)
			return i;
		if (place->about.standing != SILBO_STANDING_ESTABLISHED &&
		    (found == SILBO_GATE_NONE ||
			is_before(table, place, &table->places[found])))
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

uint32_t
silbo_table_put(struct silbo_table *table, const struct silbo_source *id,
    const struct silbo_stream_config *stream, silbo_time now)
{
	const struct silbo_tomb *tomb;
	struct silbo_place *place;
	uint32_t at;

	if (table->established == table->sources)
		return SILBO_GATE_NONE;
	at = vacate(table);
	place = &table->places[at];
	memset(place, 0, sizeof(*place));
	place->about.standing = SILBO_STANDING_PROVISIONAL;
	place->about.id = *id;
	place->about.last_at = now;
	for (size_t i = 0; i < SILBO_TYPES; i++)
		silbo_window_init(&place->windows[i]);
	place->stream = silbo_stream_init(
	    table->streams + at * table->stream_bytes, stream);
	table->prefixes[at] = load_be32(id->bytes);
	tomb = silbo_tombs_get(&table->tombs, id);
	if (tomb != NULL) {
		place->before = place->reach = tomb->reach;
		silbo_stream_on_return(
		    place->stream, tomb->reach.next[SILBO_TYPE_DATA], now);
	}
	return at;
}

static bool
is_same_peer(const struct silbo_peer *a, const struct silbo_peer *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/*
 * In plain mode anybody can write any number, and one far ahead would make all
 * that are sent look old.  So a jump needs two datagrams in a row.
 */
static bool
is_jump(struct silbo_place *place, const struct silbo_header *header,
    const struct silbo_arrival *arrival)
{
	struct silbo_jump *jump = &place->jumps[header->type];
	uint64_t next = place->reach.next[header->type];

	if (place->about.encrypted || !place->reach.known[header->type] ||
	    header->number < next || header->number - next < SILBO_GATE_JUMP)
		return false;
	if (header->number == jump->next &&
	    is_same_peer(&arrival->from, &jump->from))
		return false;
	jump->next = header->number + 1;
	jump->from = arrival->from;
	return true;
}

/* What a number that was not seen before tells beside itself. */
static void
touch(struct silbo_place *place, const struct silbo_header *header,
    const struct silbo_arrival *arrival)
{
	struct silbo_gate_source *about = &place->about;
	uint64_t *next = &place->reach.next[header->type];

	if (about->accepted++ == 0)
		about->first_at = about->last_at = arrival->at;
	if (about->last_at < arrival->at)
		about->last_at = arrival->at;
	about->at_source = arrival->at_source;
	/* Who held a datagram back and sends it on from elsewhere is not above
	 * the highest, unless all that followed is held back as well. */
	if (header->number < *next)
		return;
	*next = header->number + 1;
	place->reach.known[header->type] = true;
	about->peer = arrival->from;
}

enum silbo_verdict
silbo_table_on_number(struct silbo_place *place,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    silbo_time now)
{
	enum silbo_verdict verdict;

	if (is_jump(place, header, arrival))
		return SILBO_DROP_JUMP;
	if (header->type == SILBO_TYPE_DATA)
		verdict =
		    silbo_stream_on_number(place->stream, header->number, now);
	else if (header->number < place->before.next[header->type])
		verdict = SILBO_DROP_OLD;
	else
		verdict = silbo_window_on_number(
		    &place->windows[header->type], header->number);
	if (silbo_verdict_is_accepted(verdict))
		touch(place, header, arrival);
	return verdict;
}

void
silbo_table_on_info(struct silbo_place *place, struct silbo_info *info)
{
	uint64_t *next = &place->reach.next[SILBO_TYPE_DATA];
	bool *known = &place->reach.known[SILBO_TYPE_DATA];

	memcpy(place->tag, info->tag, sizeof(place->tag));
	if (place->about.encrypted)
		return;
	if (!*known) { /* the first word of a source is believed */
		*known = true;
		*next = info->next;
	} else if (info->next > *next && info->next - *next > SILBO_GATE_JUMP) {
		info->next = *next;
	}
}

/* Count what a provisional source has shown.  An ECHO comes from whatever
 * address its sender was asked at. */
static void
prove(struct silbo_place *place, const struct silbo_header *header,
    const struct silbo_arrival *arrival, bool end)
{
	struct silbo_proof *proof = &place->proof;
	bool strange = proof->count > 0 && !place->about.encrypted &&
	    header->type != SILBO_TYPE_ECHO &&
	    !is_same_peer(&proof->from, &arrival->from);

	if (proof->count == 0 || strange)
		*proof = (struct silbo_proof){.since = arrival->at,
		    .until = arrival->at,
		    .from = arrival->from};
	proof->count++;
	if (arrival->at < proof->since)
		proof->since = arrival->at;
	if (arrival->at > proof->until)
		proof->until = arrival->at;
	if (end && !strange)
		proof->enough = true;
	if (proof->count >= SILBO_GATE_PROOF_COUNT &&
	    proof->until - proof->since >= SILBO_GATE_PROOF_NS)
		proof->enough = true;
}

/*
 * A sender that was started again has a new id and its old tag.  The old one
 * is closed if it was not heard since the new one began: two that send at once
 * under one name leave each other alone.
 */
static void
supersede(
    struct silbo_table *table, const struct silbo_place *by, silbo_time at)
{
	static const uint8_t none[sizeof(by->tag)];

	if (memcmp(by->tag, none, sizeof(none)) == 0)
		return;
	for (uint32_t i = 0; i < table->count; i++) {
		const struct silbo_place *place = &table->places[i];

		if (place != by &&
		    place->about.standing == SILBO_STANDING_ESTABLISHED &&
		    memcmp(place->tag, by->tag, sizeof(by->tag)) == 0 &&
		    place->about.last_at < by->about.first_at &&
		    at >= place->about.last_at + SILBO_GATE_SUPERSEDE_NS)
			silbo_table_close(table, i);
	}
}

void
silbo_table_on_accepted(struct silbo_table *table, uint32_t source,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    bool end)
{
	struct silbo_place *place = &table->places[source];
	bool news = header->type == SILBO_TYPE_INFO;

	if (place->about.standing == SILBO_STANDING_PROVISIONAL) {
		prove(place, header, arrival, end);
		if (!place->proof.enough ||
		    table->established == table->sources)
			return;
		place->about.standing = SILBO_STANDING_ESTABLISHED;
		place->about.serial = ++table->serials;
		table->established++;
		news = true;
	}
	if (news)
		supersede(table, place, arrival->at);
}

void
silbo_table_reset(struct silbo_table *table)
{
	for (uint32_t i = 0; i < table->count; i++)
		silbo_seal_reset(&table->places[i].seal);
}
