/* SPDX-License-Identifier: MIT */
/*
 * What the body of a datagram means to its place: steps 9 and 10.  Decides when
 * a stream begins: with the next datagram of a source after its first DATA or
 * INFO, or with END.  That first one waits in the envelope until then, as
 * whoever throws invented ids about uses each of them once, and would else
 * touch the memory of all streams.
 *
 * It refuses to know whether a number was seen before, and what a stream makes
 * of a payload.
 */
#include <string.h>

#include "place.h"

static enum silbo_verdict
put_data(struct silbo_stream *stream, const struct silbo_content *content,
    enum silbo_verdict verdict, silbo_time now)
{
	struct silbo_data data;

	if (silbo_wire_parse_data(&data, content->body, content->bytes) !=
	    SILBO_ACCEPTED) {
		silbo_stream_on_bad_body(stream, now);
		return SILBO_BAD_BODY;
	}
	silbo_stream_put(
	    stream, content->number, &data, verdict, content->at, now);
	return verdict;
}

static enum silbo_verdict
put_info(struct silbo_place *place, bool *end,
    const struct silbo_content *content, silbo_time now)
{
	struct silbo_info info;

	if (silbo_wire_parse_info(&info, content->body, content->bytes) !=
	    SILBO_ACCEPTED) {
		silbo_stream_on_bad_body(place->stream, now);
		return SILBO_BAD_BODY;
	}
	silbo_place_on_info(place, &info);
	*end = (info.flags & SILBO_INFO_END) != 0;
	silbo_stream_on_info(place->stream, content->number, &info, now);
	return SILBO_ACCEPTED;
}

/* Nobody asks for a RESEND yet: it is checked and counted, not played. */
static enum silbo_verdict
check_resend(const struct silbo_content *content)
{
	struct silbo_data data;

	if (content->bytes < SILBO_WIRE_NUMBER_BYTES)
		return SILBO_BAD_BODY;
	return silbo_wire_parse_data(&data,
	    content->body + SILBO_WIRE_NUMBER_BYTES,
	    content->bytes - SILBO_WIRE_NUMBER_BYTES);
}

/* Who is to answer, or has asked, reads them again: here they are judged. */
static enum silbo_verdict
check_measured(const struct silbo_content *content, enum silbo_verdict verdict)
{
	struct silbo_probe probe;
	struct silbo_echo echo;
	enum silbo_verdict body = content->type == SILBO_TYPE_PROBE
	    ? silbo_wire_parse_probe(&probe, content->body, content->bytes)
	    : silbo_wire_parse_echo(&echo, content->body, content->bytes);

	return body == SILBO_ACCEPTED ? verdict : body;
}

static bool
is_end(const struct silbo_content *content)
{
	struct silbo_info info;

	return content->type == SILBO_TYPE_INFO &&
	    silbo_wire_parse_info(&info, content->body, content->bytes) ==
	    SILBO_ACCEPTED &&
	    (info.flags & SILBO_INFO_END) != 0;
}

/* All that is not the stream's is done now. */
static enum silbo_verdict
keep(struct silbo_place *place, const struct silbo_content *content,
    enum silbo_verdict verdict, silbo_time now)
{
	struct silbo_envelope *envelope = place->envelope;
	struct silbo_data data;
	struct silbo_info info;

	envelope->used = true;
	envelope->type = content->type;
	envelope->number = content->number;
	envelope->at = content->at;
	envelope->now = now;
	envelope->bytes = content->bytes;
	memcpy(envelope->body, content->body, content->bytes);
	if (content->type == SILBO_TYPE_DATA)
		return silbo_wire_parse_data(&data, content->body,
			   content->bytes) == SILBO_ACCEPTED
		    ? verdict
		    : SILBO_BAD_BODY;
	if (silbo_wire_parse_info(&info, content->body, content->bytes) !=
	    SILBO_ACCEPTED)
		return SILBO_BAD_BODY;
	silbo_place_on_info(place, &info);
	place->announced = info.next;
	return verdict;
}

/* To a stream that has begun. */
static enum silbo_verdict
put(struct silbo_place *place, bool *end, const struct silbo_content *content,
    enum silbo_verdict verdict, silbo_time now)
{
	if (content->type == SILBO_TYPE_DATA)
		return put_data(place->stream, content, verdict, now);
	return put_info(place, end, content, now);
}

/* Nothing it says of what was kept is news: it was said then. */
static void
put_kept(struct silbo_place *place)
{
	const struct silbo_envelope *first = place->envelope;
	const struct silbo_content content = {.type = first->type,
	    .number = first->number,
	    .at = first->at,
	    .body = first->body,
	    .bytes = first->bytes};
	bool end;

	if (first->type == SILBO_TYPE_DATA)
		(void)!silbo_stream_on_number(
		    place->stream, first->number, first->now);
	(void)!put(place, &end, &content, SILBO_ACCEPTED, first->now);
}

/* Asked several times for every datagram: short once there is one. */
struct silbo_stream *
silbo_place_begin(
    struct silbo_place *place, const struct silbo_stream_config *config)
{
	if (place->stream != NULL)
		return place->stream;
	place->stream = silbo_stream_init(place->memory, config);
	if (place->envelope->used)
		put_kept(place);
	return place->stream;
}

enum silbo_verdict
silbo_place_put(struct silbo_place *place, bool *end,
    const struct silbo_content *content, enum silbo_verdict verdict,
    const struct silbo_stream_config *config, silbo_time now)
{
	*end = is_end(content);
	switch (content->type) {
	case SILBO_TYPE_DATA:
	case SILBO_TYPE_INFO:
		break;
	case SILBO_TYPE_RESEND:
		return check_resend(content);
	case SILBO_TYPE_PROBE:
	case SILBO_TYPE_ECHO:
		return check_measured(content, verdict);
	default: /* opaque so far */
		return verdict;
	}
	place->about.streams = true;
	if (*end)
		(void)silbo_place_begin(place, config);
	if (place->stream == NULL)
		return keep(place, content, verdict, now);
	return put(place, end, content, verdict, now);
}
