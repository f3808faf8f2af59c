/* SPDX-License-Identifier: MIT */
/*
 * Decides what a PROBE adds to the counts of its prober: first copy or further
 * one, in order or not, one that closes; and whether one that was refused was
 * among what came.
 *
 * It refuses to know whether it is answered.
 */
#include <string.h>

#include "reflector_count.h"

/* One that was refused when it came, and not answered, came all the same: the
 * gate has found so with this one. */
static void
count_refused(struct prober *p, const struct reflector_far *far,
    const struct silbo_track_report *numbers)
{
	bool known = memcmp(&far->header.source, &p->counts.prober,
			 sizeof(p->counts.prober)) == 0;
	bool one = numbers->refused > p->refused && known;

	p->refused = numbers->refused;
	p->counts.closing += one && far->closing;
	if (!one || far->closing)
		return;
	p->counts.unique++;
	p->counts.withheld++;
	if (p->top <= far->header.number)
		p->top = far->header.number + 1;
}

/*
 * The track counts PROBEs with CLOSING, which the totals leave out.  They are
 * the last to be sent: whatever is late behind them came after the highest of
 * the others, too, and they stand among those it came after.
 */
static void
count_order(struct prober *p, const struct asked *asked,
    const struct silbo_track_report *numbers)
{
	uint64_t number = asked->header.number, extent = numbers->extent_max;

	if (!is_closing(asked) && number < p->top) {
		p->counts.reordered += numbers->reordered > p->reordered;
		extent -= extent > p->counts.closing ? p->counts.closing : 0;
		if (numbers->extent_max > p->extent_max &&
		    extent > p->counts.extent_max)
			p->counts.extent_max = extent;
	}
	if (asked->first && !is_closing(asked) && number >= p->top)
		p->top = number + 1;
	p->arrived = numbers->arrived;
	p->reordered = numbers->reordered;
	p->extent_max = numbers->extent_max;
}

static void
count_copy(struct prober *p, const struct asked *asked)
{
	p->counts.bytes_in += asked->opened->len;
	if (is_closing(asked)) {
		p->counts.closing += asked->first;
		return;
	}
	p->counts.unique += asked->first;
	p->counts.duplicate += asked->again;
	p->counts.too_old += !asked->first && !asked->again;
}

void
reflector_count(struct prober *p, const struct asked *asked,
    const struct reflector_far *far, const struct silbo_track_report *numbers)
{
	count_refused(p, far, numbers);
	count_copy(p, asked);
	count_order(p, asked, numbers);
}
