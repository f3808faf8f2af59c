/* SPDX-License-Identifier: MIT */
/*
 * Decides which figures reports are compared by, in which order and units, and
 * what is better.  Does not know how a table looks.
 */
#include "report_figures.h"

#include <math.h>
#include <stdbool.h>

#include "report.h"
#include "report_reflect.h"

#define NEITHER REPORT_NEITHER
#define LESS REPORT_LESS
#define MORE REPORT_MORE

#define STREAM(member) offsetof(struct report_stream, member)
#define PROBE(member) offsetof(struct report_probe, member)
#define PROBER(member) offsetof(struct report_prober, member)
#define MORE_STREAMS(member) offsetof(struct report_forgotten, member)
#define MORE_PROBERS(member) offsetof(struct report_reflected, member)
#define COUNT(label, at, better)                                        \
	{                                                               \
		label, REPORT_FIGURE_COUNT, at, 0, 0, "", better, false \
	}
/* What did not happen anywhere is not told. */
#define SOME(label, at, better)                                        \
	{                                                              \
		label, REPORT_FIGURE_COUNT, at, 0, 0, "", better, true \
	}
#define SOME_IF(label, at, known, better)                               \
	{                                                               \
		label, REPORT_FIGURE_IF, at, known, 0, "", better, true \
	}
#define REAL(label, at, decimals, unit, better)                           \
	{                                                                 \
		label, REPORT_FIGURE_REAL, at, 0, decimals, unit, better, \
		    false                                                 \
	}
#define SHARE(label, at, of)                                             \
	{                                                                \
		label, REPORT_FIGURE_SHARE, at, of, 2, " %", LESS, false \
	}
#define PART(label, at, rest)                                             \
	{                                                                 \
		label, REPORT_FIGURE_PART, at, rest, 2, " %", LESS, false \
	}

const struct report_figure report_stream_figures[] = {
    REAL("duration", STREAM(duration_s), 1, " s", NEITHER),
    REAL("bit rate", STREAM(bitrate_bps), 0, " bit/s", NEITHER),
    COUNT("expected", STREAM(expected), NEITHER),
    COUNT("received", STREAM(unique), NEITHER),
    COUNT("lost", STREAM(lost), LESS),
    SHARE("loss", STREAM(lost), STREAM(expected)),
    COUNT("by the network", STREAM(lost_network), LESS),
    SOME("dropped here", STREAM(dropped_here), LESS),
    SOME("after --wait", STREAM(late_final), LESS),
    SOME("pending", STREAM(pending), NEITHER),
    SOME("runs", STREAM(runs), LESS),
    SOME("longest run", STREAM(run_max), LESS),
    SOME_IF(
	"bursts", STREAM(pattern.losses.bursts), STREAM(pattern.known), LESS),
    SHARE("  density", STREAM(pattern.losses.burst_lost),
	STREAM(pattern.losses.burst_numbers)),
    SOME("reordered", STREAM(reordered), LESS),
    SOME("furthest back", STREAM(extent_max), LESS),
    SOME("duplicated", STREAM(duplicate), LESS),
    SOME("too late", STREAM(late), LESS),
    SOME("concealed", STREAM(concealed), LESS),
    REAL("jitter", STREAM(jitter_ms), 1, " ms", LESS),
    REAL("  mean", STREAM(jitter_mean_ms), 1, " ms", LESS),
    REAL("delay p50", STREAM(delay_ms[0]), 1, " ms", LESS),
    REAL("  p95", STREAM(delay_ms[1]), 1, " ms", LESS),
    REAL("  p99", STREAM(delay_ms[2]), 1, " ms", LESS),
    REAL("  max", STREAM(delay_ms[3]), 1, " ms", LESS),
    REAL("play-out", STREAM(playout_ms), 0, " ms", LESS),
    SOME("underruns", STREAM(underruns), LESS),
    REAL("clock", STREAM(clock_ppm), 1, " ppm", NEITHER),
    REAL("MOS estimated", STREAM(quality.mos), 1, "", MORE),
    REAL("R", STREAM(quality.r), 0, "", MORE),
    COUNT("sent", STREAM(sent), NEITHER),
    SOME("not sent", STREAM(unsent), LESS),
    REAL("late p50", STREAM(lateness_ms[0]), 2, " ms", LESS),
    REAL("  p99", STREAM(lateness_ms[1]), 2, " ms", LESS),
    REAL("  max", STREAM(lateness_ms[2]), 2, " ms", LESS),
    SOME("  over 1 ms", STREAM(late_over_1ms), LESS),
    {.label = NULL},
};

const struct report_figure report_probe_figures[] = {
    REAL("duration", PROBE(duration_s), 1, " s", NEITHER),
    REAL("interval", PROBE(interval_ms), 1, " ms", NEITHER),
    COUNT("bytes", PROBE(bytes), NEITHER),
    COUNT("sent", PROBE(sent), NEITHER),
    SOME("not sent", PROBE(unsent), LESS),
    COUNT("answered", PROBE(answered), NEITHER),
    COUNT("lost", PROBE(lost), LESS),
    SHARE("loss", PROBE(lost), PROBE(settled)),
    COUNT("lost there", PROBE(there.lost), LESS),
    COUNT("lost back", PROBE(back.lost), LESS),
    SOME("withheld", PROBE(withheld), LESS),
    SOME("after --wait", PROBE(late_final), LESS),
    SOME("dropped here", PROBE(dropped_here), LESS),
    SOME("pending", PROBE(pending), NEITHER),
    SOME("longest run", PROBE(run_max), LESS),
    SOME("reorder there", PROBE(there.reordered), LESS),
    SOME("reorder back", PROBE(back.reordered), LESS),
    SOME("double there", PROBE(there.duplicate), LESS),
    SOME("double back", PROBE(back.duplicate), LESS),
    SOME("answered again", PROBE(answered_twice), LESS),
    REAL("rtt min", PROBE(rtt_ms[0]), 2, " ms", LESS),
    REAL("  p50", PROBE(rtt_ms[2]), 2, " ms", LESS),
    REAL("  p95", PROBE(rtt_ms[3]), 2, " ms", LESS),
    REAL("  p99", PROBE(rtt_ms[4]), 2, " ms", LESS),
    REAL("  max", PROBE(rtt_ms[6]), 2, " ms", LESS),
    REAL("jitter", PROBE(jitter_ms), 2, " ms", LESS),
    REAL("there p99", PROBE(there.delay_ms[2]), 2, " ms", LESS),
    REAL("back p99", PROBE(back.delay_ms[2]), 2, " ms", LESS),
    REAL("MOS there", PROBE(there.quality.mos), 1, "", MORE),
    REAL("MOS back", PROBE(back.quality.mos), 1, "", MORE),
    REAL("clock ahead", PROBE(offset_ms), 3, " ms", NEITHER),
    REAL("  within", PROBE(error_ms), 3, " ms", LESS),
    REAL("late p99", PROBE(lateness_ms[1]), 2, " ms", LESS),
    REAL("  max", PROBE(lateness_ms[2]), 2, " ms", LESS),
    COUNT("MTU payload", PROBE(mtu.payload), MORE),
    COUNT("  there", PROBE(mtu.there), MORE),
    {.label = NULL},
};

const struct report_figure report_prober_figures[] = {
    REAL("duration", PROBER(duration_s), 1, " s", NEITHER),
    COUNT("received", PROBER(counts.unique), NEITHER),
    COUNT("lost", PROBER(lost), LESS),
    PART("loss", PROBER(lost), PROBER(counts.unique)),
    SOME("pending", PROBER(pending), NEITHER),
    SOME("reordered", PROBER(counts.reordered), LESS),
    SOME("furthest back", PROBER(counts.extent_max), LESS),
    SOME("duplicated", PROBER(counts.duplicate), LESS),
    SOME("too old", PROBER(counts.too_old), LESS),
    COUNT("answered", PROBER(counts.answered), NEITHER),
    SOME("withheld", PROBER(counts.withheld), LESS),
    SOME("too short", PROBER(counts.too_short), LESS),
    SOME("not sent", PROBER(counts.unsent), LESS),
    {.label = NULL},
};

const struct report_figure report_more_streams_figures[] = {
    SOME("more streams", MORE_STREAMS(streams), NEITHER),
    SOME("  expected", MORE_STREAMS(expected), NEITHER),
    SOME("  received", MORE_STREAMS(unique), NEITHER),
    SOME("  lost", MORE_STREAMS(lost), LESS),
    {.label = NULL},
};

const struct report_figure report_more_probers_figures[] = {
    SOME("more probers", MORE_PROBERS(forgotten), NEITHER),
    SOME("  received", MORE_PROBERS(forgotten_unique), NEITHER),
    SOME("  answered", MORE_PROBERS(forgotten_answered), NEITHER),
    {.label = NULL},
};

const struct report_figure report_socket_figures[] = {
    SOME("dropped here", offsetof(struct report, socket_drops), LESS),
    {.label = NULL},
};

static const void *
place(const void *base, size_t at)
{
	return (const char *)base + at;
}

static double
count_at(const void *base, size_t at)
{
	int64_t count = *(const int64_t *)place(base, at);

	return count < 0 ? NAN : (double)count;
}

double
report_figure_get(const struct report_figure *figure, const void *base)
{
	double value, whole;

	if (base == NULL)
		return NAN;
	if (figure->kind == REPORT_FIGURE_REAL)
		return *(const double *)place(base, figure->at);
	value = count_at(base, figure->at);
	if (figure->kind == REPORT_FIGURE_COUNT)
		return value;
	if (figure->kind == REPORT_FIGURE_IF)
		return *(const bool *)place(base, figure->of) ? value : NAN;
	whole = count_at(base, figure->of);
	if (figure->kind == REPORT_FIGURE_PART)
		whole += value;
	return whole > 0 ? 100 * value / whole : NAN;
}
