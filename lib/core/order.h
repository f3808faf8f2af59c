/* SPDX-License-Identifier: MIT */
/*
 * The order of arrivals, for a track: how far back those that were overtaken
 * came, and behind how many larger numbers in a row.  Private to lib/core.
 *
 * Arrivals are counted: each has an index, its number, and which were told.
 */
#ifndef SILBO_CORE_ORDER_H
#define SILBO_CORE_ORDER_H

#include <silbo/track.h>

/*
 * An arrival.  One that is above all earlier ones, and below which nothing can
 * come any more but a new lowest, need not be told.
 */
void silbo_order_on_arrival(
    struct silbo_order *order, uint64_t index, uint64_t number);

/*
 * The same is reordered; before it is told.
 *
 *   extent   RFC 4737 section 4.2.2, at least 1
 *   lowest   no lower number has come
 *   late_by  ns
 */
void silbo_order_on_reordered(struct silbo_order *order, uint64_t index,
    uint64_t number, uint64_t extent, bool lowest, uint64_t late_by);

#endif
