/* SPDX-License-Identifier: MIT */
/*
 * One source in its place: whether a number of it was seen before or is too far
 * ahead to be believed, when it was last heard, where it can be reached, and
 * whether it has shown enough to be established.
 *
 * It refuses to know what makes a datagram authentic, as everything it is told
 * is, and other sources.
 */
#include <string.h>

#include "place.h"

static bool
is_same_peer(const struct silbo_peer *a, const struct silbo_peer *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* In plain mode anybody can write any number, and one far ahead would make all
 * that are sent look old. */
static bool
is_far(const struct silbo_place *place, const struct silbo_header *header)
{
	uint64_t next = place->reach.next[header->type];

	return !place->about.encrypted && place->reach.known[header->type] &&
	    header->number >= next && header->number - next >= SILBO_GATE_JUMP;
}

/* It is refused, and remembered for what comes next. */
static bool
is_jump(struct silbo_place *place, const struct silbo_header *header,
    const struct silbo_arrival *arrival)
{
	if (!is_far(place, header))
		return false;
	place->jumps[header->type] = (struct silbo_jump){
	    .waits = true, .number = header->number, .from = arrival->from};
	return true;
}

/*
 * So a jump needs two datagrams, of one address and no further apart than any
 * two may be.  Both came, whatever the network dropped or turned round between
 * them.  Once the stream has got there otherwise, any that is above it will do,
 * as it moves nothing any more.
 */
static bool
bears_out(const struct silbo_place *place, const struct silbo_header *header,
    const struct silbo_arrival *arrival)
{
	const struct silbo_jump *jump = &place->jumps[header->type];
	bool above = header->number > jump->number;
	uint64_t apart = above ? header->number - jump->number
			       : jump->number - header->number;

	return jump->waits && apart > 0 && apart <= SILBO_GATE_JUMP &&
	    (above || is_far(place, header)) &&
	    is_same_peer(&arrival->from, &jump->from);
}

bool
silbo_place_on_second(struct silbo_place *place,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    silbo_time now)
{
	struct silbo_jump *jump = &place->jumps[header->type];
	struct silbo_path *path = silbo_place_path(place, header->type);
	uint64_t *next = &place->reach.next[header->type];

	if (!bears_out(place, header, arrival))
		return false;
	jump->waits = false;
	if (jump->number >= *next) {
		*next = jump->number + 1;
		place->about.peer = jump->from;
	}
	if (path != NULL)
		return silbo_path_on_refused(path, jump->number, now);
	if (header->type == SILBO_TYPE_DATA)
		return place->stream != NULL &&
		    silbo_stream_on_refused(place->stream, jump->number, now);
	return silbo_window_on_number(&place->windows[header->type],
		   jump->number) == SILBO_ACCEPTED;
}

/* What a number that was not seen before tells beside itself. */
static void
touch(struct silbo_place *place, const struct silbo_header *header,
    const struct silbo_arrival *arrival)
{
	struct silbo_gate_source *about = &place->about;
	uint64_t *next = &place->reach.next[header->type];

	if (about->accepted++ == 0) {
		about->first_at = about->last_at = arrival->at;
		silbo_marks_init(&about->marks);
	}
	silbo_marks_on_arrival(&about->marks, arrival->tos, arrival->ttl);
	if (about->last_at < arrival->at)
		about->last_at = arrival->at;
	about->at_source = arrival->at_source;
	about->outlived = false;
	/* Who held a datagram back and sends it on from elsewhere is not above
	 * the highest, unless all that followed is held back as well. */
	if (header->number < *next)
		return;
	*next = header->number + 1;
	place->reach.known[header->type] = true;
	about->peer = arrival->from;
}

enum silbo_verdict
silbo_place_on_number(struct silbo_place *place,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    silbo_time now)
{
	struct silbo_path *path = silbo_place_path(place, header->type);
	enum silbo_verdict verdict;

	if (is_jump(place, header, arrival))
		return SILBO_DROP_JUMP;
	if (header->type == SILBO_TYPE_DATA)
		verdict = place->stream == NULL
		    ? SILBO_ACCEPTED /* the first of all: kept */
		    : silbo_stream_on_number(
			  place->stream, header->number, now);
	else if (path != NULL)
		verdict = silbo_path_on_number(path, header->number, now);
	else if (header->number < place->before.next[header->type])
		verdict = SILBO_DROP_OLD;
	else
		verdict = silbo_window_on_number(
		    &place->windows[header->type], header->number);
	if (silbo_verdict_is_accepted(verdict))
		touch(place, header, arrival);
	return verdict;
}

/* As a number that is too far ahead needs its successor, so does what is
 * announced need to be said again.  What is in the envelope is looked at once
 * more when the stream begins, which is not again. */
static bool
is_said_again(struct silbo_place *place, uint64_t next)
{
	bool again = next == place->announced_far;

	if (place->stream == NULL)
		return false;
	place->announced_far = next;
	return again;
}

void
silbo_place_on_info(struct silbo_place *place, struct silbo_info *info)
{
	uint64_t *next = &place->reach.next[SILBO_TYPE_DATA];
	bool *known = &place->reach.known[SILBO_TYPE_DATA];

	memcpy(place->tag, info->tag, sizeof(place->tag));
	if (place->about.encrypted)
		return;
	if (*known &&
	    (info->next <= *next || info->next - *next <= SILBO_GATE_JUMP))
		return;
	/* The first word of a source is believed. */
	if (!*known || is_said_again(place, info->next)) {
		*known = true;
		*next = info->next;
		return;
	}
	/* An end whose totals are not believed leaves the tail unknown. */
	info->next = *next;
	info->flags &= (uint8_t)~SILBO_INFO_END;
}

/* An ECHO comes from whatever address its sender was asked at. */
void
silbo_place_on_accepted(struct silbo_place *place,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    bool end)
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
		proof->end = true;
	if (proof->count >= SILBO_GATE_PROOF_COUNT &&
	    proof->until - proof->since >= SILBO_GATE_PROOF_NS)
		proof->enough = true;
}
