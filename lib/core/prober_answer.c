/* SPDX-License-Identifier: MIT */
/*
 * What an answer tells the prober: whether it is one at all, what it says of
 * time, of each way, and of the reflector's counts.  Everything in it is
 * checked against what was sent; what cannot be is counted, and used for
 * nothing.
 *
 * It refuses to know how answers are written, and when the next PROBE leaves.
 */
#include <string.h>

#include "prober_state.h"

static bool
is_same(const struct silbo_source *a, const struct silbo_source *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* Is it the answer to something?  */
static enum silbo_answer_kind
find(const struct silbo_prober *p, struct silbo_asked **asked,
    const struct silbo_answer *answer)
{
	*asked = asked_place(p, answer->number);
	if (answer->number >= p->next)
		return SILBO_ANSWER_NEVER_SENT;
	if ((*asked)->number != answer->number)
		return SILBO_ANSWER_TOO_OLD;
	if (!(*asked)->used)
		return SILBO_ANSWER_NEVER_SENT;
	if ((*asked)->closing)
		return SILBO_ANSWER_CLOSING;
	if ((*asked)->answered && (*asked)->order == answer->order &&
	    is_same(&(*asked)->reflector, &answer->reflector))
		return SILBO_ANSWER_COPY;
	if ((*asked)->answered)
		return SILBO_ANSWER_TWICE;
	return SILBO_ANSWER_FIRST;
}

/* What one way back counted goes to the past with its reflector. */
static void
keep_orders(struct silbo_prober *p, struct silbo_track_report *sum)
{
	silbo_track_report(&p->orders, sum);
	sum->reordered += p->reordered_past;
	if (sum->extent_max < p->extent_past)
		sum->extent_max = p->extent_past;
}

/* Delays that are told from another clock are of another constant. */
static void
begin_ways(struct silbo_prober *p)
{
	silbo_transit_init(&p->there);
	silbo_transit_init(&p->back);
	silbo_jitter_reset(&p->jitter_there);
	silbo_jitter_reset(&p->jitter_back);
}

/* Another one answers, by a clock of its own: counts, answers' numbers and what
 * is told of each way begin anew. */
static void
change_reflector(struct silbo_prober *p, const struct silbo_answer *answer)
{
	struct silbo_track_report orders;

	keep_orders(p, &orders);
	p->reordered_past = orders.reordered;
	p->extent_past = orders.extent_max;
	silbo_track_init(
	    &p->orders, p->orders.seen, p->config.window, p->config.wait_ns);
	p->past.unique += p->told.unique;
	p->past.duplicate += p->told.duplicate;
	p->past.reordered += p->told.reordered;
	p->past.withheld += p->told.withheld;
	if (p->told.extent_max > p->past.extent_max)
		p->past.extent_max = p->told.extent_max;
	p->told = (struct silbo_told){.known = false};
	p->former = p->reflector;
	p->has_former = true;
	p->reflector = answer->reflector;
	p->restarts++;
	silbo_sync_reset(&p->sync);
	begin_ways(p);
}

/* Is it from the reflector of now?  One of before may still be on its way. */
static bool
is_current(struct silbo_prober *p, const struct silbo_answer *answer)
{
	if (!p->has_reflector) {
		p->reflector = answer->reflector;
		p->has_reflector = true;
	}
	if (is_same(&p->reflector, &answer->reflector))
		return true;
	if (p->has_former && is_same(&p->former, &answer->reflector))
		return false;
	change_reflector(p, answer);
	return true;
}

/* Could these be counts of what was sent, and former reflectors have not had?
 * Closing PROBEs are in an extent, which counts arrivals. */
static bool
can_be(const struct silbo_prober *p, const struct silbo_answer *answer)
{
	return answer->unique <= p->sent - p->past.unique &&
	    answer->withheld <= answer->unique &&
	    answer->reordered <= answer->unique &&
	    answer->extent_max <= answer->unique + p->closings &&
	    answer->duplicate < ((uint64_t)1 << 48) - p->past.duplicate;
}

/* Is nothing in b less than in a? */
static bool
grows(const struct silbo_told *a, const struct silbo_told *b)
{
	return a->unique <= b->unique && a->duplicate <= b->duplicate &&
	    a->reordered <= b->reordered && a->extent_max <= b->extent_max &&
	    a->withheld <= b->withheld;
}

/* Counts never shrink: by the order of its answers a reflector contradicts
 * itself, or does not. */
static void
take_counts(struct silbo_prober *p, const struct silbo_answer *answer)
{
	const struct silbo_told said = {.known = true,
	    .order = answer->order,
	    .unique = answer->unique,
	    .duplicate = answer->duplicate,
	    .reordered = answer->reordered,
	    .extent_max = answer->extent_max,
	    .withheld = answer->withheld};
	bool newer = !p->told.known || said.order > p->told.order;

	if (!can_be(p, answer) ||
	    (p->told.known &&
		!(newer ? grows(&p->told, &said) : grows(&said, &p->told))))
		p->contradictions++;
	else if (newer)
		p->told = said;
}

/* Each way by itself; a clock that was set is another, and what was on its way
 * then is by either. */
static void
take_ways(struct silbo_prober *p, const struct silbo_answer *answer,
    uint64_t index, uint64_t t1, uint64_t t4)
{
	if (p->sync.steps != p->steps) {
		p->steps = p->sync.steps;
		begin_ways(p);
	} else if (silbo_sync_is_astride(&p->sync, t1)) {
		return;
	}
	silbo_transit_on_arrival(&p->there, index, t1, answer->received_at);
	silbo_transit_on_arrival(&p->back, index, answer->echoed_at, t4);
	silbo_jitter_on_arrival(&p->jitter_there, t1, answer->received_at);
	silbo_jitter_on_arrival(&p->jitter_back, answer->echoed_at, t4);
	p->kernel_there = answer->kernel;
}

/* RFC 2681 with what they held it for taken off (RFC 5905 section 8); of a
 * former reflector, whose clock is not looked at any more, with it. */
static void
take_times(struct silbo_prober *p, const struct silbo_answer *answer,
    const struct silbo_asked *asked, bool current)
{
	bool has_times = answer->has_times && current;
	silbo_time at = answer->at > asked->at ? answer->at : asked->at;
	uint64_t t1 = asked->at + p->config.wall_offset;
	uint64_t t4 = at + p->config.wall_offset;
	uint64_t rtt = at - asked->at;

	if (has_times &&
	    silbo_sync_on_exchange(
		&p->sync, t1, answer->received_at, answer->echoed_at, t4)) {
		rtt -= answer->echoed_at - answer->received_at;
		take_ways(p, answer, asked->index, t1, t4);
	} else if (has_times) {
		p->absurd_times++;
	}
	silbo_quantile_put(&p->rtt, rtt);
	/* It takes differences of what it is given: of round trips. */
	silbo_jitter_on_arrival(&p->jitter, asked->at, asked->at + rtt);
	if (p->rtt_first == 0)
		p->rtt_first = rtt;
	p->rtt_last = rtt;
}

static enum silbo_answer_kind
take_first(struct silbo_prober *p, const struct silbo_answer *answer,
    struct silbo_asked *asked)
{
	enum silbo_verdict verdict =
	    silbo_track_on_number(&p->track, asked->index, pass(p, answer->at));

	bool current = is_current(p, answer);

	asked->answered = true;
	asked->order = answer->order;
	asked->unique = answer->unique;
	asked->reflector = answer->reflector;
	if (current) {
		if (answer->order <= SILBO_TRACK_NUMBER_MAX)
			(void)!silbo_track_on_number(
			    &p->orders, answer->order, p->told_at);
		if (answer->has_counts)
			take_counts(p, answer);
	}
	take_times(p, answer, asked, current);
	silbo_marks_on_arrival(&p->marks_there, answer->tos, answer->ttl);
	silbo_marks_on_arrival(
	    &p->marks_back, answer->back_tos, answer->back_ttl);
	if (verdict == SILBO_DROP_OLD)
		return SILBO_ANSWER_TOO_OLD;
	return verdict == SILBO_ACCEPTED ? SILBO_ANSWER_FIRST
					 : SILBO_ANSWER_LATE;
}

static void
take_closing(struct silbo_prober *p, const struct silbo_answer *answer)
{
	if (!is_current(p, answer))
		return;
	p->closed = true;
	if (answer->has_counts)
		take_counts(p, answer);
}

enum silbo_answer_kind
silbo_prober_on_answer(
    struct silbo_prober *p, const struct silbo_answer *answer)
{
	struct silbo_asked *asked;
	enum silbo_answer_kind kind = find(p, &asked, answer);

	if (kind == SILBO_ANSWER_FIRST)
		kind = take_first(p, answer, asked);
	else if (kind == SILBO_ANSWER_CLOSING)
		take_closing(p, answer);
	p->answers[kind]++;
	return kind;
}
