/* SPDX-License-Identifier: MIT */
/*
 * The rows of probers in the intervals of --events: by how much each count has
 * grown since it was told last.  So the rows of a prober sum to what the report
 * says of it; who is forgotten before that was told is told in a sum.
 *
 * Refuses to know when a prober comes and goes.
 */
#include <string.h>

#include "recv_reflect.h"

/* It never shrinks. */
static uint64_t
growth(uint64_t total, uint64_t told)
{
	return total > told ? total - told : 0;
}

/* What describes the end of the interval is as it is by now. */
static struct report_prober
news_of(const struct recv_prober *row)
{
	const struct silbo_reflector_report *c = &row->counts;
	const struct silbo_reflector_report *told = &row->booked.counts;
	struct report_prober out = {.id = "",
	    .lost = growth(row->lost, row->booked.lost),
	    .pending = row->pending};

	out.counts = (struct silbo_reflector_report){
	    .prober = c->prober,
	    .unique = growth(c->unique, told->unique),
	    .duplicate = growth(c->duplicate, told->duplicate),
	    .too_old = growth(c->too_old, told->too_old),
	    .reordered = growth(c->reordered, told->reordered),
	    .extent_max = c->extent_max,
	    .answered = growth(c->answered, told->answered),
	    .withheld = growth(c->withheld, told->withheld),
	    .unsent = growth(c->unsent, told->unsent),
	    .too_short = growth(c->too_short, told->too_short),
	    .closing = growth(c->closing, told->closing),
	    .bytes_in = growth(c->bytes_in, told->bytes_in),
	    .bytes_out = growth(c->bytes_out, told->bytes_out),
	};
	return out;
}

static void
tell(struct recv *r, struct recv_prober *row)
{
	struct report_prober news = news_of(row);

	recv_probers_name(&news, row);
	events_prober(&r->events, &news);
	row->booked.counts = row->counts;
	row->booked.lost = row->lost;
	row->booked.pending = row->pending;
}

/* Of one that has gone, once. */
static bool
has_news(const struct recv_prober *row)
{
	return row->booked.lost != row->lost ||
	    row->booked.pending != row->pending ||
	    memcmp(&row->booked.counts, &row->counts, sizeof row->counts) != 0;
}

void
recv_probers_tell_interval(struct recv *r)
{
	struct recv_reflect *reflect = r->reflect_state;

	if (r->events_path == NULL || reflect->reflector == NULL)
		return;
	for (size_t i = 0; i < reflect->ended_count; i++)
		if (has_news(&reflect->ended[i]))
			tell(r, &reflect->ended[i]);
	for (uint32_t i = 0; i < reflect->places; i++)
		if (reflect->live[i].order > 0)
			tell(r, &reflect->live[i]);
	events_probers_forgotten(&r->events, &reflect->untold);
	reflect->untold = (struct report_reflected){.count = 0};
}
