/* SPDX-License-Identifier: MIT */
/*
 * STAMP (RFC 8762) as a prober's dialect: packets instead of PROBE and ECHO,
 * and the two ways told apart by the numbers of the answers (silbo/sides.h).
 *
 * Nothing in an answer proves anything, but it must bring back the time that
 * was sent with its number, to the bit: who did not see the request does not
 * know that.
 */
#include <stdlib.h>
#include <string.h>

#include <silbo/sides.h>

#include "probe.h"
#include "stamp.h"

/* What was sent with a number. */
struct asked {
	uint64_t number, sent_at;
	bool used, closing, answered;
};

struct probe_stamp {
	struct silbo_sides sides;
	void *memory;        /* of sides */
	struct asked *asked; /* window of them */
	uint32_t window;
	size_t bytes;
	uint64_t next;  /* number */
	uint64_t order; /* of the latest answer, unwrapped */
	uint64_t wall_offset;
	struct silbo_stamp_clock clock; /* ours */
	uint64_t closings_answered;
	uint64_t answers, no_estimate;
	struct silbo_stamp_estimate theirs; /* the latest */
	/* as told last, for the report */
	struct silbo_sides_report ways;
};

static bool
open_stamp(const struct probe *p, struct probe_target *t, silbo_time now)
{
	uint32_t window =
	    silbo_prober_window((silbo_time)p->interval, (silbo_time)p->wait);
	struct probe_stamp *s = calloc(1, sizeof *s);
	void *memory = malloc(silbo_sides_size(window));

	(void)now;
	if (s != NULL)
		s->asked = calloc(window, sizeof *s->asked);
	if (s == NULL || s->asked == NULL || memory == NULL) {
		if (s != NULL)
			free(s->asked);
		free(s);
		free(memory);
		return false;
	}
	s->window = window;
	s->bytes = (size_t)p->bytes;
	s->order = (uint64_t)1 << 32;
	s->wall_offset = p->started_wall - p->started;
	stamp_read_clock(&s->clock);
	s->memory = memory;
	silbo_sides_init(&s->sides, memory, window);
	t->stamp = s;
	return true;
}

static struct asked *
place_of(const struct probe_stamp *s, uint64_t number)
{
	return &s->asked[number & (s->window - 1)];
}

static int
pack_stamp(struct probe_target *t, uint8_t *out, size_t cap,
    const struct silbo_departure *departure)
{
	struct probe_stamp *s = t->stamp;
	const struct silbo_stamp_request request = {
	    .number = (uint32_t)departure->number,
	    .sent_at = silbo_stamp_pack_time(departure->sent_at, false),
	    .estimate = silbo_stamp_pack_estimate(&s->clock.estimate),
	};

	s->next = departure->number + 1;
	*place_of(s, departure->number) = (struct asked){
	    .number = departure->number,
	    .sent_at = request.sent_at,
	    .used = true,
	    .closing = departure->closing,
	};
	return silbo_stamp_pack_request(out, cap, &request, s->bytes);
}

/* The number nearest to `near` that is written like this. */
static uint64_t
unwrap(uint32_t number, uint64_t near)
{
	return near + (uint64_t)(int64_t)(int32_t)(number - (uint32_t)near);
}

static void
note_order(struct probe_stamp *s, uint32_t number)
{
	s->order = unwrap(number, s->order);
	if (s->order > SILBO_TRACK_NUMBER_MAX)
		s->order = ((uint64_t)1 << 32) + number;
}

static void
translate(struct silbo_answer *answer, const struct probe_stamp *s,
    const struct silbo_stamp_reply *reply, bool ptp,
    const struct silbo_arrival *arrival)
{
	uint64_t near = s->wall_offset + arrival->at;

	*answer = (struct silbo_answer){
	    .number = unwrap(reply->request.number, s->next),
	    .order = s->order,
	    .at = arrival->at,
	    .has_times = reply->received_at != 0 || reply->echoed_at != 0,
	    .received_at =
		silbo_stamp_parse_time(reply->received_at, ptp, near),
	    .echoed_at = silbo_stamp_parse_time(reply->echoed_at, ptp, near),
	    .tos = -1,
	    .ttl = reply->ttl > 0 ? reply->ttl : -1,
	    .back_tos = arrival->tos,
	    .back_ttl = arrival->ttl,
	};
}

static bool
parse_stamp(struct probe_target *t, struct silbo_answer *answer,
    struct silbo_arrival *arrival, silbo_time now)
{
	struct probe_stamp *s = t->stamp;
	struct silbo_stamp_estimate estimate;
	struct silbo_stamp_reply reply;
	const struct asked *asked;
	uint64_t number;
	bool told;

	(void)now;
	t->refused =
	    silbo_stamp_parse_reply(&reply, arrival->data, arrival->len);
	if (t->refused != SILBO_ACCEPTED)
		return false;
	/* What is remembered must be repeated; what never was the prober
	 * refuses, and here it tells nothing of the reflector. */
	number = unwrap(reply.request.number, s->next);
	asked = place_of(s, number);
	if (asked->used && asked->number == number &&
	    asked->sent_at != reply.request.sent_at) {
		t->refused = SILBO_BAD_BODY;
		return false;
	}
	told = silbo_stamp_parse_estimate(&estimate, reply.estimate);
	if (asked->used && asked->number == number) {
		s->answers++;
		s->no_estimate += !told;
		s->theirs = estimate;
		note_order(s, reply.number);
	}
	translate(answer, s, &reply, estimate.ptp, arrival);
	return true;
}

static void
on_answer_stamp(struct probe_target *t, const struct silbo_answer *answer,
    enum silbo_answer_kind kind)
{
	struct probe_stamp *s = t->stamp;
	struct asked *asked = place_of(s, answer->number);

	if (kind == SILBO_ANSWER_NEVER_SENT || kind == SILBO_ANSWER_TOO_OLD ||
	    asked->number != answer->number)
		return;
	s->closings_answered += asked->closing && !asked->answered;
	silbo_sides_on_answer(&s->sides, (uint32_t)answer->order,
	    answer->number, !asked->answered, asked->closing, answer->at);
	asked->answered = true;
}

/* Of what is missing some may only be pending: those are lost on no way. */
static void
leave_out(struct silbo_sides_report *ways, const struct silbo_prober_report *r,
    uint64_t missing)
{
	uint64_t pending = r->track.pending, lost = missing - pending;

	if (pending == 0)
		return;
	ways->there_lost_min =
	    ways->there_lost_min > pending ? ways->there_lost_min - pending : 0;
	if (ways->there_lost_max > lost)
		ways->there_lost_max = lost;
	ways->there_lost = ways->back_lost = UINT64_MAX;
	if (ways->there_lost_min == ways->there_lost_max && missing < r->sent) {
		ways->there_lost = ways->there_lost_min;
		ways->back_lost = lost - ways->there_lost;
	}
}

/* The prober knows what was sent and answered, the numbers which way. */
static void
amend_stamp(const struct probe_target *t, struct silbo_prober_report *r)
{
	struct probe_stamp *s = t->stamp;
	uint64_t answered =
	    r->answers[SILBO_ANSWER_FIRST] + r->answers[SILBO_ANSWER_LATE];
	uint64_t missing = r->sent > answered ? r->sent - answered : 0;

	silbo_sides_report(&s->sides, &s->ways, r->sent, missing,
	    r->closings - s->closings_answered,
	    r->closed && r->answers[SILBO_ANSWER_TOO_OLD] == 0);
	leave_out(&s->ways, r, missing);
	r->there.lost = s->ways.there_lost;
	r->there.duplicate = s->ways.there_duplicate;
	r->there.reordered = s->ways.there_reordered;
	r->there.extent_max = s->ways.there_reordered == 0 ? 0 : UINT64_MAX;
	r->back.lost = s->ways.back_lost;
	r->back.duplicate = s->ways.back_duplicate;
	r->back.reordered = s->ways.back_reordered;
	r->back.extent_max = s->ways.back_extent_max;
	r->contradictions += s->ways.contradictory;
	r->withheld = UINT64_MAX;
	/* All are copies, made there or back: told once, of the ways if known.
	 */
	if (s->ways.there_duplicate == UINT64_MAX)
		r->answers[SILBO_ANSWER_TWICE] += r->answers[SILBO_ANSWER_COPY];
	else
		r->answers[SILBO_ANSWER_TWICE] = 0;
}

/*
 * Of itself a one-way delay is known only from two clocks that somebody keeps.
 * One below zero shows that at least one of them is not: then none is told.
 */
static void
fill_one_way(struct report_stamp *out, const struct probe_target *t)
{
	const struct probe_stamp *s = t->stamp;
	struct silbo_transit_report there, back;

	silbo_transit_report(silbo_prober_there(t->prober), &there);
	silbo_transit_report(silbo_prober_back(t->prober), &back);
	if (!s->theirs.synced || !s->clock.estimate.synced ||
	    s->theirs.error_ns == 0 || there.pdv.count == 0 ||
	    back.pdv.count == 0 || there.fastest_ns < 0 || back.fastest_ns < 0)
		return;
	out->there_ms = (double)there.fastest_ns / 1e6;
	out->back_ms = (double)back.fastest_ns / 1e6;
	out->within_ms =
	    (double)(s->theirs.error_ns + s->clock.estimate.error_ns) / 1e6;
}

void
probe_stamp_fill(const struct probe_target *t, struct report_probe *probe)
{
	const struct probe_stamp *s = t->stamp;
	struct report_stamp *out = &probe->stamp;

	out->no_estimate = (int64_t)s->no_estimate;
	out->there_lost_min = (int64_t)s->ways.there_lost_min;
	out->there_lost_max = (int64_t)s->ways.there_lost_max;
	if (s->ways.stateful)
		out->stateful = 1;
	if (s->answers == 0)
		return;
	fill_one_way(out, t);
	out->synchronised = s->theirs.synced;
	out->ptp = s->theirs.ptp;
	if (s->theirs.error_ns > 0)
		out->error_ms = (double)s->theirs.error_ns / 1e6;
}

static void
close_stamp(struct probe_target *t)
{
	if (t->stamp == NULL)
		return;
	free(t->stamp->memory);
	free(t->stamp->asked);
	free(t->stamp);
	t->stamp = NULL;
}

const struct probe_dialect probe_stamp = {
    .open = open_stamp,
    .pack = pack_stamp,
    .parse = parse_stamp,
    .close = close_stamp,
    .on_answer = on_answer_stamp,
    .amend = amend_stamp,
    .port = SILBO_STAMP_PORT,
    .bytes = SILBO_STAMP_BYTES,
    .bytes_min = SILBO_STAMP_BYTES,
};
