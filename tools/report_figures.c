/* SPDX-License-Identifier: MIT */
/*
 * Decides which figures reports are compared by, in which order and units, and
 * what is better.  Does not know how a table looks.
 */
#include "report_figures.h"

#include <math.h>

#include "report.h"

#define NEITHER REPORT_NEITHER
#define LESS REPORT_LESS
#define MORE REPORT_MORE

#define STREAM(member) offsetof(struct report_stream, member)
#define PROBE(member) offsetof(struct report_probe, member)
#define COUNT(label, at, better)                                 \
	{                                                        \
		label, REPORT_FIGURE_COUNT, at, 0, 0, "", better \
	}
#define REAL(label, at, decimals, unit, better)                          \
	{                                                                \
		label, REPORT_FIGURE_REAL, at, 0, decimals, unit, better \
	}
#define SHARE(label, at, of)                                      \
	{                                                         \
		label, REPORT_FIGURE_SHARE, at, of, 2, " %", LESS \
	}

const struct report_figure report_stream_figures[] = {
    REAL("duration", STREAM(duration_s), 1, " s", NEITHER),
    REAL("bit rate", STREAM(bitrate_bps), 0, " bit/s", NEITHER),
    COUNT("expected", STREAM(expected), NEITHER),
    COUNT("received", STREAM(unique), NEITHER),
    COUNT("lost", STREAM(lost), LESS),
    SHARE("loss", STREAM(lost), STREAM(expected)),
    COUNT("by the network", STREAM(lost_network), LESS),
    COUNT("dropped here", STREAM(dropped_here), LESS),
    COUNT("pending", STREAM(pending), NEITHER),
    COUNT("runs", STREAM(runs), LESS),
    COUNT("longest run", STREAM(run_max), LESS),
    COUNT("reordered", STREAM(reordered), LESS),
    COUNT("furthest back", STREAM(extent_max), LESS),
    COUNT("duplicated", STREAM(duplicate), LESS),
    COUNT("too late", STREAM(late), LESS),
    COUNT("concealed", STREAM(concealed), LESS),
    REAL("jitter", STREAM(jitter_ms), 1, " ms", LESS),
    REAL("  mean", STREAM(jitter_mean_ms), 1, " ms", LESS),
    REAL("delay p50", STREAM(delay_ms[0]), 1, " ms", LESS),
    REAL("  p95", STREAM(delay_ms[1]), 1, " ms", LESS),
    REAL("  p99", STREAM(delay_ms[2]), 1, " ms", LESS),
    REAL("  max", STREAM(delay_ms[3]), 1, " ms", LESS),
    REAL("play-out", STREAM(playout_ms), 0, " ms", LESS),
    COUNT("underruns", STREAM(underruns), LESS),
    REAL("clock", STREAM(clock_ppm), 1, " ppm", NEITHER),
    REAL("MOS estimated", STREAM(quality.mos), 1, "", MORE),
    REAL("R", STREAM(quality.r), 0, "", MORE),
    COUNT("sent", STREAM(sent), NEITHER),
    COUNT("not sent", STREAM(unsent), LESS),
    REAL("late p50", STREAM(lateness_ms[0]), 2, " ms", LESS),
    REAL("  p99", STREAM(lateness_ms[1]), 2, " ms", LESS),
    REAL("  max", STREAM(lateness_ms[2]), 2, " ms", LESS),
    COUNT("  over 1 ms", STREAM(late_over_1ms), LESS),
    {.label = NULL},
};

const struct report_figure report_probe_figures[] = {
    REAL("duration", PROBE(duration_s), 1, " s", NEITHER),
    REAL("interval", PROBE(interval_ms), 1, " ms", NEITHER),
    COUNT("bytes", PROBE(bytes), NEITHER),
    COUNT("sent", PROBE(sent), NEITHER),
    COUNT("answered", PROBE(answered), NEITHER),
    COUNT("lost", PROBE(lost), LESS),
    SHARE("loss", PROBE(lost), PROBE(settled)),
    COUNT("lost there", PROBE(there.lost), LESS),
    COUNT("lost back", PROBE(back.lost), LESS),
    COUNT("longest run", PROBE(run_max), LESS),
    COUNT("reorder there", PROBE(there.reordered), LESS),
    COUNT("reorder back", PROBE(back.reordered), LESS),
    COUNT("double there", PROBE(there.duplicate), LESS),
    COUNT("double back", PROBE(back.duplicate), LESS),
    REAL("rtt min", PROBE(rtt_ms[0]), 2, " ms", LESS),
    REAL("  p50", PROBE(rtt_ms[2]), 2, " ms", LESS),
    REAL("  p95", PROBE(rtt_ms[3]), 2, " ms", LESS),
    REAL("  p99", PROBE(rtt_ms[4]), 2, " ms", LESS),
    REAL("  max", PROBE(rtt_ms[6]), 2, " ms", LESS),
    REAL("jitter", PROBE(jitter_ms), 2, " ms", LESS),
    REAL("there p99", PROBE(there.delay_ms[2]), 2, " ms", LESS),
    REAL("back p99", PROBE(back.delay_ms[2]), 2, " ms", LESS),
    REAL("clock ahead", PROBE(offset_ms), 3, " ms", NEITHER),
    REAL("  within", PROBE(error_ms), 3, " ms", LESS),
    REAL("late p99", PROBE(lateness_ms[1]), 2, " ms", LESS),
    REAL("  max", PROBE(lateness_ms[2]), 2, " ms", LESS),
    COUNT("MTU payload", PROBE(mtu.payload), MORE),
    COUNT("  there", PROBE(mtu.there), MORE),
    {.label = NULL},
};

static double
count_at(const void *base, size_t at)
{
	int64_t count =
	    *(const int64_t *)(const void *)((const char *)base + at);

	return count < 0 ? NAN : (double)count;
}

double
report_figure_get(const struct report_figure *figure, const void *base)
{
	double whole;

	if (base == NULL)
		return NAN;
	if (figure->kind == REPORT_FIGURE_REAL)
		return *(const double *)(const void *)((const char *)base +
		    figure->at);
	if (figure->kind == REPORT_FIGURE_COUNT)
		return count_at(base, figure->at);
	whole = count_at(base, figure->of);
	return whole > 0 ? 100 * count_at(base, figure->at) / whole : NAN;
}
