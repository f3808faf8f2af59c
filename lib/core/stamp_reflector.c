/* SPDX-License-Identifier: MIT */
/*
 * Answers STAMP test packets (RFC 8762 section 4.3), to anybody: so it decides
 * above all whom it does not answer.  Nobody gets more bytes or more datagrams
 * than he sent, nor more in a second than is set; nobody can begin a loop of
 * answers; and memory is what it was at the start.
 *
 * It refuses to know sockets, and what the sender makes of the answers.  Time
 * does nothing by itself here, so there is no deadline.
 */
#include <assert.h>
#include <string.h>

#include "align.h"
#include "bucket.h"
#include "stamp_table.h"
#include <silbo/stamp.h>

/* Services below this port answer by themselves: echo, chargen, DNS, NTP, and
 * reflectors on their own port. */
#define PORT_MIN 1024

/* A time nearer to ours than this, where a sender has zeros, is no accident. */
#define LOOP_NS (10 * SILBO_NS_PER_S)

struct silbo_stamp_reflector {
	struct silbo_stamp_config config;
	struct silbo_stamp_report report;
	struct stamp_table table;
	silbo_time full_at; /* the tokens of all, see bucket.h */
};

size_t
silbo_stamp_reflector_size(const struct silbo_stamp_config *config)
{
	return align(sizeof(struct silbo_stamp_reflector)) +
	    stamp_table_size(config->sessions);
}

struct silbo_stamp_reflector *
silbo_stamp_reflector_init(void *mem, const struct silbo_stamp_config *config)
{
	struct silbo_stamp_reflector *r = mem;

	assert(config->rate >= 1 && config->burst >= 1);
	assert(config->total_rate >= 1 && config->total_burst >= 1);
	*r = (struct silbo_stamp_reflector){.config = *config};
	stamp_table_init(&r->table, (uint8_t *)mem + align(sizeof(*r)),
	    config->sessions, config->secret);
	return r;
}

static bool
is_recent(uint64_t stamp, uint64_t unix_now)
{
	uint64_t time = silbo_stamp_parse_time(stamp, false, unix_now);
	uint64_t off = time < unix_now ? unix_now - time : time - unix_now;

	return off < LOOP_NS;
}

/*
 * Is it the answer of a reflector?  Such a one has its time of receipt where a
 * sender has zeros, near to ours if its clock is right; and whatever its clock
 * is, if it answers us then it has copied a time of ours.
 */
static bool
is_answer(const struct silbo_arrival *arrival, uint64_t unix_now)
{
	struct silbo_stamp_reply reply;

	return silbo_stamp_parse_reply(&reply, arrival->data, arrival->len) ==
	    SILBO_ACCEPTED &&
	    (is_recent(reply.received_at, unix_now) ||
		is_recent(reply.request.sent_at, unix_now));
}

/* Read the request.  NULL when it may be answered, else the counter of why
 * not. */
static uint64_t *
refuse(struct silbo_stamp_reflector *r, struct silbo_stamp_request *request,
    const struct silbo_arrival *arrival, uint16_t port, uint64_t unix_now)
{
	struct silbo_stamp_estimate estimate;

	if (arrival->truncated)
		return &r->report.too_long;
	if (arrival->len < SILBO_STAMP_ASKED_BYTES_MIN ||
	    silbo_stamp_parse_request(request, arrival->data, arrival->len) !=
		SILBO_ACCEPTED)
		return &r->report.too_short;
	if (port < PORT_MIN)
		return &r->report.bad_port;
	if (!silbo_stamp_parse_estimate(&estimate, request->estimate))
		return &r->report.corrupt;
	if (is_answer(arrival, unix_now))
		return &r->report.looped;
	return NULL;
}

/* The session to answer to, booked; or NULL, counted. */
static struct stamp_session *
admit(struct silbo_stamp_reflector *r, const struct silbo_arrival *arrival,
    uint32_t asked, silbo_time now)
{
	const struct bucket_rate own = {r->config.rate, r->config.burst};
	const struct bucket_rate all = {
	    r->config.total_rate, r->config.total_burst};
	size_t bytes = arrival->len;
	struct stamp_session *s;

	/* First, so that a flood of senders does not move sessions about. */
	if (!bucket_has(r->full_at, all, bytes, now)) {
		r->report.withheld++;
		return NULL;
	}
	s = stamp_table_get(&r->table, &arrival->from, asked, now);
	if (s == NULL) {
		r->report.table_full++;
		return NULL;
	}
	if (!bucket_has(s->full_at, own, bytes, now)) {
		s->seen.withheld++;
		r->report.withheld++;
		return NULL;
	}
	bucket_take(&r->full_at, all, bytes, now);
	bucket_take(&s->full_at, own, bytes, now);
	s->seen.answered++;
	r->report.answered++;
	return s;
}

/* Make the answer; bytes behind the packet proper go back as they came. */
static int
answer(uint8_t *out, size_t cap, const struct silbo_arrival *arrival,
    struct silbo_stamp_reply *reply, const struct silbo_stamp_clock *clock,
    silbo_time now)
{
	struct silbo_stamp_estimate estimate = clock->estimate;
	size_t len = arrival->len;
	size_t base = len < SILBO_STAMP_BYTES ? len : SILBO_STAMP_BYTES;
	int packed;

	estimate.ptp = false;
	reply->estimate = silbo_stamp_pack_estimate(&estimate);
	reply->received_at =
	    silbo_stamp_pack_time(clock->zero_ns + arrival->at, false);
	reply->echoed_at = silbo_stamp_pack_time(clock->zero_ns + now, false);
	reply->ttl = SILBO_STAMP_TTL_UNKNOWN;
	if (arrival->ttl >= 0)
		reply->ttl = (uint8_t)arrival->ttl;
	if (out != arrival->data)
		memcpy(out + base, arrival->data + base, len - base);
	packed = silbo_stamp_pack_reply(out, cap, reply, base);
	assert(packed == (int)base);
	(void)packed;
	return (int)len;
}

int
silbo_stamp_reflector_on_datagram(struct silbo_stamp_reflector *reflector,
    uint8_t *out, size_t cap, const struct silbo_arrival *arrival,
    uint16_t port, const struct silbo_stamp_clock *clock, silbo_time now)
{
	struct silbo_stamp_report *n = &reflector->report;
	struct silbo_stamp_reply reply;
	struct stamp_session *s = NULL;
	uint64_t *refused;

	assert(cap >= arrival->len && now >= arrival->at);
	n->received++;
	refused = refuse(
	    reflector, &reply.request, arrival, port, clock->zero_ns + now);
	if (refused != NULL)
		(*refused)++;
	else
		s = admit(reflector, arrival, reply.request.number, now);
	assert(n->received ==
	    n->answered + n->too_short + n->too_long + n->bad_port +
		n->corrupt + n->looped + n->table_full + n->withheld);
	if (s == NULL)
		return 0;
	reply.number = s->number++;
	if (reflector->config.stateless)
		reply.number = reply.request.number;
	return answer(out, cap, arrival, &reply, clock, now);
}

void
silbo_stamp_reflector_report(const struct silbo_stamp_reflector *reflector,
    struct silbo_stamp_report *report)
{
	*report = reflector->report;
	report->begun = reflector->table.begun;
	report->sessions = reflector->table.used;
}

void
silbo_stamp_reflector_get(const struct silbo_stamp_reflector *reflector,
    struct silbo_stamp_session *session, uint32_t index)
{
	assert(index < reflector->table.used);
	*session = reflector->table.session[index].seen;
}
