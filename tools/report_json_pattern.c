/* SPDX-License-Identifier: MIT */
/*
 * Decides how the order of arrivals and the pattern of losses stand in the JSON
 * report.  Computes means and ratios only; what has nothing to divide by is
 * null.
 */
#include <math.h>

#include "report_build.h"

/* Only classes that occurred, by the lengths they hold. */
static json_t *
build_classes(struct builder *b, const uint64_t counts[SILBO_CLASSES])
{
	static const char *const names[SILBO_CLASSES] = {
	    "1", "2", "3", "4", "5-8", "9-16", "17-32", "33+"};
	json_t *histogram = json_object();

	for (int i = 0; i < SILBO_CLASSES; i++)
		if (counts[i] > 0)
			build_put(b, histogram, names[i],
			    build_count((int64_t)counts[i]));
	return histogram;
}

static json_t *
build_histogram(struct builder *b, const struct report_stream *stream,
    const uint64_t counts[SILBO_CLASSES])
{
	return stream->pattern.known ? build_classes(b, counts) : json_null();
}

static double
per(double part, double whole)
{
	return whole > 0 ? part / whole : NAN;
}

/* Arrivals with n of 3 and more, which TCP takes for losses. */
static double
share_of_3(const struct report_stream *stream)
{
	uint64_t many = 0;

	for (int i = 2; i < SILBO_CLASSES; i++)
		many += stream->pattern.preceding[i];
	return per((double)many, (double)stream->unique);
}

json_t *
build_reordering(struct builder *b, const struct report_stream *stream)
{
	const struct report_pattern *p = &stream->pattern;
	double count = (double)stream->reordered;
	json_t *reordering = json_object(), *n = json_object();
	json_t *late_by = json_object();

	build_put(b, n, "histogram", build_histogram(b, stream, p->preceding));
	build_put(b, n, "share_3",
	    build_real(p->known ? share_of_3(stream) : NAN, 5));
	build_put(b, late_by, "mean",
	    build_real(per((double)p->late_by_sum_ns / 1e6, count), 3));
	build_put(b, late_by, "max",
	    build_real(count > 0 ? (double)p->late_by_max_ns / 1e6 : NAN, 3));
	build_put(b, reordering, "max_extent", build_count(stream->extent_max));
	build_put(b, reordering, "mean_extent",
	    build_real(per((double)p->extent_sum, count), 3));
	build_put(
	    b, reordering, "histogram", build_histogram(b, stream, p->extents));
	build_put(b, reordering, "n_reordered", n);
	build_put(b, reordering, "late_by_ms", late_by);
	return reordering;
}

json_t *
build_runs(struct builder *b, int64_t count, int64_t max,
    const int64_t histogram[SILBO_CLASSES])
{
	json_t *runs = json_object(), *classes = json_null();
	uint64_t counts[SILBO_CLASSES];

	if (histogram[0] >= 0) {
		for (int i = 0; i < SILBO_CLASSES; i++)
			counts[i] = (uint64_t)histogram[i];
		classes = build_classes(b, counts);
	}
	build_put(b, runs, "count", build_count(count));
	build_put(b, runs, "max", build_count(max));
	build_put(b, runs, "histogram", classes);
	return runs;
}

/* Bursts, or the gaps between them: how many, and how dense losses are. */
static json_t *
build_stretches(struct builder *b, const struct report_stream *stream,
    uint64_t count, uint64_t packets, uint64_t lost)
{
	bool known = stream->pattern.known;
	double mean = per((double)packets, (double)count);
	json_t *object = json_object();

	build_put(b, object, "count",
	    build_count(known ? (int64_t)count : REPORT_UNKNOWN));
	build_put(b, object, "packets",
	    build_count(known ? (int64_t)packets : REPORT_UNKNOWN));
	build_put(b, object, "lost",
	    build_count(known ? (int64_t)lost : REPORT_UNKNOWN));
	build_put(b, object, "density_ratio",
	    build_real(per((double)lost, (double)packets), 5));
	build_put(b, object, "mean_packets", build_real(mean, 3));
	build_put(b, object, "mean_ms", build_real(mean * stream->frame_ms, 3));
	return object;
}

json_t *
build_loss_pattern(struct builder *b, const struct report_stream *stream)
{
	const struct silbo_pattern_report *p = &stream->pattern.losses;
	json_t *pattern = json_object();

	build_put(b, pattern, "distance_histogram",
	    build_histogram(b, stream, p->distances));
	build_put(b, pattern, "noticeable_ratio",
	    build_real(per((double)p->noticeable, (double)p->lost), 5));
	build_put(
	    b, pattern, "noticeable_within", build_count(SILBO_PATTERN_DELTA));
	build_put(b, pattern, "gmin", build_count(SILBO_PATTERN_GMIN));
	build_put(b, pattern, "bursts",
	    build_stretches(
		b, stream, p->bursts, p->burst_numbers, p->burst_lost));
	build_put(b, pattern, "gaps",
	    build_stretches(b, stream, p->gaps, p->gap_numbers, p->gap_lost));
	return pattern;
}
