/* SPDX-License-Identifier: MIT */
/*
 * Decides how out of order a reordered arrival is.  Refuses to know why an
 * arrival counts and whether its number was missing: the track does.
 *
 * Only the last arrivals are remembered.  One that was not told was the largest
 * so far and is below all that can still be reordered, but for the lowest, of
 * which all are larger; in its place stands an older one, smaller still.  So no
 * walk back over larger numbers goes past it.
 */
#include "order.h"

#include "classes.h"

void
silbo_order_on_arrival(
    struct silbo_order *order, uint64_t index, uint64_t number)
{
	order->recent[index % SILBO_ORDER_RECENT] = number;
}

/*
 * The largest n for which it is n-reordered (RFC 4737 section 5.3): so many of
 * those directly before it all have larger numbers.  More than are remembered
 * count as that: the last class has no end.
 */
static uint64_t
count_larger(
    const struct silbo_order *order, uint64_t index, uint64_t number, bool low)
{
	uint64_t most = index < SILBO_ORDER_RECENT ? index : SILBO_ORDER_RECENT;
	uint64_t n = 0;

	if (low)
		return index;
	while (n < most &&
	    order->recent[(index - 1 - n) % SILBO_ORDER_RECENT] > number)
		n++;
	return n;
}

void
silbo_order_on_reordered(struct silbo_order *order, uint64_t index,
    uint64_t number, uint64_t extent, bool lowest, uint64_t late_by)
{
	uint64_t n = count_larger(order, index, number, lowest);

	order->reordered++;
	order->extent_sum += extent;
	order->extents[class_of(extent)]++;
	if (extent > order->extent_max)
		order->extent_max = extent;
	if (n > 0)
		order->preceding[class_of(n)]++;
	order->late_by_sum_ns += late_by;
	if (late_by > order->late_by_max_ns)
		order->late_by_max_ns = late_by;
}
