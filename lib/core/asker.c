/* SPDX-License-Identifier: MIT */
/*
 * PROBE and ECHO for the prober: how a departure is written and sealed, and
 * which of the datagrams that the gate has opened is an answer to us.
 *
 * It refuses to know when anything leaves, and to judge what an ECHO says.
 */
#include <assert.h>
#include <string.h>

#include <silbo/asker.h>

void
silbo_asker_init(struct silbo_asker *asker, const struct silbo_key *key,
    const struct silbo_source *source, size_t bytes)
{
	assert(bytes <= SILBO_WIRE_MTU_MAX);
	assert(bytes >=
	    (key != NULL ? SILBO_ASKER_SEALED_MIN : SILBO_ASKER_BYTES_MIN));
	memset(asker, 0, sizeof(*asker));
	asker->source = *source;
	asker->bytes = bytes;
	asker->keyed = key != NULL;
	if (key != NULL)
		silbo_seal_init(&asker->seal, key, source);
}

int
silbo_asker_pack(const struct silbo_asker *asker, uint8_t *out, size_t cap,
    const struct silbo_departure *departure)
{
	const struct silbo_header header = {.type = SILBO_TYPE_PROBE,
	    .mode = asker->keyed ? SILBO_MODE_PSK : SILBO_MODE_PLAIN,
	    .number = departure->number,
	    .source = asker->source};
	const struct silbo_probe probe = {.sent_at = departure->sent_at,
	    .flags = departure->closing ? SILBO_PROBE_CLOSING : 0};
	size_t tag = asker->keyed ? SILBO_WIRE_TAG_BYTES : 0;
	size_t bytes = departure->bytes > 0 ? departure->bytes : asker->bytes;
	size_t clear = bytes - tag;

	assert(clear >= SILBO_ASKER_BYTES_MIN);
	if (cap < bytes)
		return SILBO_ERR_SPACE;
	silbo_wire_pack_header(out, &header);
	if (silbo_wire_pack_probe(out + SILBO_WIRE_HEADER_BYTES,
		cap - SILBO_WIRE_HEADER_BYTES, &probe,
		clear - SILBO_WIRE_HEADER_BYTES) < 0)
		return SILBO_ERR_SPACE;
	return asker->keyed ? silbo_seal(&asker->seal, out, clear, cap)
			    : (int)clear;
}

/*
 * The gate has opened it before it said so.  What it says of the number is not
 * asked: the numbers of a reflector jump while it answers others, and the
 * prober counts second copies.
 */
static bool
is_opened(enum silbo_verdict verdict)
{
	return silbo_verdict_is_accepted(verdict) ||
	    verdict == SILBO_DROP_JUMP || verdict == SILBO_DROP_DUPLICATE ||
	    verdict == SILBO_DROP_OLD;
}

static void
translate(struct silbo_answer *answer, const struct silbo_header *header,
    const struct silbo_echo *echo, const struct silbo_arrival *opened)
{
	bool marks = (echo->flags & SILBO_ECHO_MARKS) != 0;

	*answer = (struct silbo_answer){.number = echo->number,
	    .reflector = header->source,
	    .order = header->number,
	    .at = opened->at,
	    .has_times = true,
	    .received_at = echo->received_at,
	    .echoed_at = echo->echoed_at,
	    .kernel = (echo->flags & SILBO_ECHO_KERNEL) != 0,
	    .tos = marks ? echo->tos : -1,
	    .ttl = marks ? echo->ttl : -1,
	    .back_tos = opened->tos,
	    .back_ttl = opened->ttl,
	    .has_counts = true,
	    .unique = echo->unique,
	    .duplicate = echo->duplicate,
	    .reordered = echo->reordered,
	    .extent_max = echo->extent_max,
	    .withheld = echo->withheld};
}

bool
silbo_asker_parse(const struct silbo_asker *asker, struct silbo_answer *answer,
    const struct silbo_arrival *opened, enum silbo_verdict verdict)
{
	size_t tag = asker->keyed ? SILBO_WIRE_TAG_BYTES : 0;
	struct silbo_header header;
	struct silbo_echo echo;

	if (!is_opened(verdict) ||
	    silbo_wire_parse_header(&header, opened->data, opened->len) !=
		SILBO_ACCEPTED ||
	    header.type != SILBO_TYPE_ECHO)
		return false;
	if (opened->len < SILBO_WIRE_HEADER_BYTES + tag ||
	    silbo_wire_parse_echo(&echo, opened->data + SILBO_WIRE_HEADER_BYTES,
		opened->len - tag - SILBO_WIRE_HEADER_BYTES) !=
		SILBO_ACCEPTED ||
	    memcmp(&echo.prober, &asker->source, sizeof(echo.prober)) != 0)
		return false;
	translate(answer, &header, &echo, opened);
	return true;
}

void
silbo_asker_reset(struct silbo_asker *asker)
{
	silbo_seal_reset(&asker->seal);
}
