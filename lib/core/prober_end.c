/* SPDX-License-Identifier: MIT */
/*
 * How a prober ends: how long answers are waited for, when the totals are asked
 * for, when it is over.  Who was told to stop has little time for all of it;
 * what is not known then stays unknown.
 *
 * It refuses to know what an answer says, beside whether all have come.
 */
#include "prober_state.h"

/* The shortest time in which a second copy may follow, and in which a closing
 * PROBE is not asked again. */
#define LINGER_MIN_NS (50 * SILBO_NS_PER_MS)

/* Of the time that is left when told to stop, the least for the totals. */
#define TOTALS_MIN_NS (SILBO_PROBER_STOP_NS / 2)

bool
silbo_prober_has_slots(const struct silbo_prober *p)
{
	return !p->stopped && p->slots < p->config.slots;
}

static bool
all_answered(const struct silbo_prober *p)
{
	return p->answers[SILBO_ANSWER_FIRST] + p->answers[SILBO_ANSWER_LATE] ==
	    p->sent;
}

/* Three round trips is what a second copy or a last answer may take. */
static silbo_time
linger(const struct silbo_prober *p)
{
	silbo_time longest = silbo_quantile_get(&p->rtt, 1000);
	silbo_time span = p->config.wait_ns;

	if (silbo_quantile_count(&p->rtt) > 0 && longest < span / 3)
		span = 3 * longest;
	if (span < LINGER_MIN_NS)
		span = LINGER_MIN_NS;
	return span < p->config.wait_ns ? span : p->config.wait_ns;
}

/* Twice the usual round trip, within bounds. */
static silbo_time
two_trips(const struct silbo_prober *p, silbo_time least, silbo_time most)
{
	silbo_time trips = 2 * silbo_quantile_get(&p->rtt, 500);

	if (trips > most)
		trips = most;
	return trips > least ? trips : least;
}

/* When the waiting for answers is over, and the totals are asked for.  What is
 * final is not waited for by who was told to stop. */
static silbo_time
wait_over(const struct silbo_prober *p)
{
	bool missing = p->stopped ? p->track.pending > 0 : !all_answered(p);
	silbo_time over = p->last_at +
	    (missing ? p->config.wait_ns + PROBER_STEPS_NS : linger(p));
	silbo_time latest =
	    p->stop_by - two_trips(p, TOTALS_MIN_NS, SILBO_PROBER_STOP_NS);

	return p->stopped && latest < over ? latest : over;
}

/* Who has little time asks again as soon as an answer is late. */
static silbo_time
closing_gap(const struct silbo_prober *p)
{
	silbo_time soon = silbo_quantile_get(&p->rtt, 500) * 5 / 4;

	if (p->stopped && p->closings < SILBO_PROBER_CLOSINGS)
		return soon > LINGER_MIN_NS ? soon : LINGER_MIN_NS;
	return two_trips(p, LINGER_MIN_NS, p->config.wait_ns);
}

silbo_time
silbo_prober_end_due(const struct silbo_prober *p)
{
	silbo_time due;

	if (p->closed)
		due = p->last_at + linger(p); /* only when stopped */
	else if (p->closings == 0)
		due = wait_over(p);
	else
		due = p->closing_at + closing_gap(p);
	return p->stopped && p->stop_by < due ? p->stop_by : due;
}

/* With the totals all is known, unless something may still come. */
bool
silbo_prober_is_done(const struct silbo_prober *p)
{
	if (silbo_prober_has_slots(p))
		return false;
	if (p->sent == 0 || (p->stopped && p->told_at >= p->stop_by))
		return true;
	if (p->closed && !(p->stopped && p->track.pending > 0))
		return true;
	return (p->closed || p->closings >= SILBO_PROBER_CLOSINGS) &&
	    p->told_at >= silbo_prober_end_due(p);
}
