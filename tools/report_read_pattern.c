/* SPDX-License-Identifier: MIT */
/*
 * Decides how order and the pattern of losses are read back: histograms as they
 * are, sums from the means that were written.
 */
#include <math.h>

#include "report_fields.h"
#include "report_read.h"

/* As they stand in the file; what is unknown there is REPORT_UNKNOWN here. */
struct pattern {
	int64_t bursts, burst_numbers, burst_lost;
	int64_t gaps, gap_numbers, gap_lost;
	double noticeable, extent, late_mean, late_max;
};

static const struct report_field fields[] = {
    REPORT_COUNT(pattern, "loss_pattern.bursts.count", bursts),
    REPORT_COUNT(pattern, "loss_pattern.bursts.packets", burst_numbers),
    REPORT_COUNT(pattern, "loss_pattern.bursts.lost", burst_lost),
    REPORT_COUNT(pattern, "loss_pattern.gaps.count", gaps),
    REPORT_COUNT(pattern, "loss_pattern.gaps.packets", gap_numbers),
    REPORT_COUNT(pattern, "loss_pattern.gaps.lost", gap_lost),
    REPORT_REAL(pattern, "loss_pattern.noticeable_ratio", noticeable, 5),
    REPORT_REAL(pattern, "reordering.mean_extent", extent, 3),
    REPORT_REAL(pattern, "reordering.late_by_ms.mean", late_mean, 3),
    REPORT_REAL(pattern, "reordering.late_by_ms.max", late_max, 3),
    {.path = NULL},
};

/* Only classes that occurred are in the file. */
static bool
read_classes(struct report_reading *reading, uint64_t counts[SILBO_CLASSES],
    const char *path, const json_t *object)
{
	static const char *const names[SILBO_CLASSES] = {
	    "1", "2", "3", "4", "5-8", "9-16", "17-32", "33+"};
	const json_t *histogram = report_field_at(object, path);

	if (!json_is_object(histogram))
		return false;
	for (int i = 0; i < SILBO_CLASSES; i++) {
		const json_t *count = json_object_get(histogram, names[i]);

		if (count != NULL && !report_is_count(count))
			report_refuse_field(reading, path, "of counts");
		counts[i] = (uint64_t)json_integer_value(count);
	}
	return true;
}

void
report_read_runs(struct report_reading *reading,
    int64_t histogram[SILBO_CLASSES], const json_t *object)
{
	uint64_t counts[SILBO_CLASSES];

	if (!read_classes(reading, counts, "loss_runs.histogram", object))
		return;
	for (int i = 0; i < SILBO_CLASSES; i++)
		histogram[i] = (int64_t)counts[i];
}

/* What a mean was made from. */
static uint64_t
sum_of(double mean, int64_t count)
{
	double sum = mean * (double)count;

	return count > 0 && sum > 0 && sum < 1e18 ? (uint64_t)llround(sum) : 0;
}

void
report_read_pattern(struct report_reading *reading,
    struct report_stream *stream, const json_t *object)
{
	struct report_pattern *to = &stream->pattern;
	struct pattern p = {.noticeable = NAN,
	    .extent = NAN,
	    .late_mean = NAN,
	    .late_max = NAN};

	report_fields_read(reading, &p, fields, object);
	to->known = read_classes(reading, to->losses.distances,
	    "loss_pattern.distance_histogram", object);
	read_classes(reading, to->extents, "reordering.histogram", object);
	read_classes(
	    reading, to->preceding, "reordering.n_reordered.histogram", object);
	to->losses.lost = to->known ? report_known(stream->lost) : 0;
	to->losses.bursts = report_known(p.bursts);
	to->losses.burst_numbers = report_known(p.burst_numbers);
	to->losses.burst_lost = report_known(p.burst_lost);
	to->losses.gaps = report_known(p.gaps);
	to->losses.gap_numbers = report_known(p.gap_numbers);
	to->losses.gap_lost = report_known(p.gap_lost);
	to->losses.noticeable = sum_of(p.noticeable, stream->lost);
	to->extent_sum = sum_of(p.extent, stream->reordered);
	to->late_by_sum_ns = sum_of(p.late_mean * 1e6, stream->reordered);
	to->late_by_max_ns = sum_of(p.late_max * 1e6, 1);
	if (to->losses.bursts > 0 && to->losses.burst_numbers == 0)
		report_refuse_field(reading, "loss_pattern.bursts", "of any");
}
