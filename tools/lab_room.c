/* SPDX-License-Identifier: MIT */
/*
 * How much room a world needs for one run: enough that it never refuses what a
 * link would take.
 */
#include <math.h>

#include "lab.h"

#define IN_FLIGHT_MAX (1u << 20)

/* Longer than this no datagram of a run is kept by its jitter. */
static double
jitter_max(const struct silbo_delay_config *c, double datagrams)
{
	double spread = (double)c->spread_ns;

	if (c->trace != NULL)
		return (double)SILBO_DELAY_MAX;
	if (c->shape == SILBO_SHAPE_PARETO) /* once in 10 000 runs */
		return spread * 1.16 * cbrt(1e4 * datagrams);
	return 12 * spread;
}

uint32_t
lab_room(
    const struct scenario_path *path, const struct lab_stream *stream, double n)
{
	double sent = n + n * (double)stream->frame_ns / 1e9 + 64, most = 0;
	double queued = 0;

	for (uint32_t i = 0; i < path->count; i++) {
		const struct silbo_link_config *c = &path->phases[i].config;
		double ns = (double)c->delay.base_ns +
		    jitter_max(&c->delay, n) + (double)c->delay.stall_ns +
		    (double)c->reorder_ns + (double)c->duplicate_ns;
		double bytes =
		    SILBO_WIRE_HEADER_BYTES + c->queue.overhead_bytes;

		if (c->queue.rate_bps > 0 || c->queue.trace != NULL)
			queued = fmax(queued, c->queue.limit_bytes / bytes);
		most = fmax(most, ns);
	}
	most = 64 + most / (double)stream->frame_ns + most / 1e9 + queued;
	most = fmin(sent, fmax(most, 8192));
	return most <= IN_FLIGHT_MAX ? (uint32_t)most : 0;
}
