/* SPDX-License-Identifier: MIT */
/*
 * Decides how each way of silbo probe's exchanges is told to people: what was
 * lost and changed on it, its delays, and what speech would be like.  Does not
 * know the round trip.
 */
#include <inttypes.h>
#include <math.h>

#include "report_line.h"
#include "report_probe.h"

void
report_way_init(struct report_way *way)
{
	*way = (struct report_way){.lost = REPORT_UNKNOWN,
	    .duplicate = REPORT_UNKNOWN,
	    .reordered = REPORT_UNKNOWN,
	    .extent_max = REPORT_UNKNOWN,
	    .delay_ms = {NAN, NAN, NAN, NAN, NAN},
	    .ipdv_ms = NAN,
	    .ipdv_unpaired = REPORT_UNKNOWN,
	    .jitter_ms = NAN};
	report_marks_init(&way->marks);
	report_quality_init(&way->quality);
}

/* Class of service and hops left, where there is something to tell. */
static void
print_marks(
    struct report_line *line, const struct report_way *way, int64_t sent)
{
	report_marks_tell(line, &way->marks);
	if (way->marks.tos >= 0 && sent >= 0 && way->marks.tos >> 2 != sent)
		report_part(line, "sent as DSCP %" PRId64 ", came as %" PRId64,
		    sent, way->marks.tos >> 2);
}

void
report_way_tell(
    FILE *out, const char *label, const struct report_way *way, int64_t dscp)
{
	struct report_line line = report_line(out, label);

	report_count(&line, way->lost, "lost");
	report_some(&line, way->duplicate, "duplicated");
	if (way->reordered > 0)
		report_reordered(&line, way->reordered, way->extent_max);
	report_more(&line);
	print_marks(&line, way, dscp);
	report_more(&line);
	if (!isnan(way->delay_ms[0]))
		report_part(&line,
		    "p50 %.2f  p95 %.2f  p99 %.2f  max %.2f ms above the "
		    "fastest",
		    way->delay_ms[0], way->delay_ms[1], way->delay_ms[2],
		    way->delay_ms[4]);
	report_line_end(&line);
}

static void
print_estimate(FILE *out, const char *label, const char *way,
    const struct report_quality *quality)
{
	if (!isnan(quality->mos))
		fprintf(out,
		    "  %-12s%-6sMOS %.1f (R %.0f, loss %.2f %%, BurstR %.1f, "
		    "delay %.0f ms)\n",
		    label, way, quality->mos, quality->r,
		    100 * quality->loss_ratio, quality->burst_r,
		    quality->delay_ms);
}

/* As if speech by default settings went there, and came back. */
void
report_ways_quality(
    FILE *out, const struct report_way *there, const struct report_way *back)
{
	bool first = !isnan(there->quality.mos);

	print_estimate(out, "quality", "there", &there->quality);
	print_estimate(out, first ? "" : "quality", "back", &back->quality);
	if (first || !isnan(back->quality.mos))
		fprintf(out,
		    "  %-12sestimated (G.107.2) for Opus at 32 kb/s "
		    "and 60 ms of play-out\n",
		    "");
}
