/* SPDX-License-Identifier: MIT */
/*
 * Decides how the probers that a receiver answered are read back.
 */
#include <math.h>
#include <stdlib.h>

#include "report_fields.h"
#include "report_laws.h"
#include "report_read.h"

/* As they stand in the file; what is unknown there is none here. */
struct counts {
	int64_t unique, duplicate, too_old, reordered, extent_max, lost;
	int64_t pending, answered, withheld, unsent, too_short, closing;
	int64_t bytes_in, bytes_out;
};

static const struct report_field fields[] = {
    REPORT_COUNT(counts, "unique", unique),
    REPORT_COUNT(counts, "duplicate", duplicate),
    REPORT_COUNT(counts, "too_old", too_old),
    REPORT_COUNT(counts, "reordered", reordered),
    REPORT_COUNT(counts, "max_extent", extent_max),
    REPORT_COUNT(counts, "lost", lost),
    REPORT_COUNT(counts, "pending", pending),
    REPORT_COUNT(counts, "answered", answered),
    REPORT_COUNT(counts, "withheld", withheld),
    REPORT_COUNT(counts, "unsent", unsent),
    REPORT_COUNT(counts, "too_short", too_short),
    REPORT_COUNT(counts, "closing", closing),
    REPORT_COUNT(counts, "bytes_in", bytes_in),
    REPORT_COUNT(counts, "bytes_out", bytes_out),
    {.path = NULL},
};

const struct report_field report_prober_fields[] = {
    REPORT_TEXT(report_prober, "id", id),
    REPORT_TEXT(report_prober, "peer", peer),
    REPORT_REAL(report_prober, "duration_s", duration_s, 3),
    REPORT_REAL(report_prober, "wait_ms", wait_ms, 3),
    {.path = NULL},
};

static void
read_counts(struct report_reading *reading, struct report_prober *prober,
    const json_t *object)
{
	struct counts c = {0};

	report_fields_read(reading, &c, fields, object);
	prober->counts = (struct silbo_reflector_report){
	    .unique = report_known(c.unique),
	    .duplicate = report_known(c.duplicate),
	    .too_old = report_known(c.too_old),
	    .reordered = report_known(c.reordered),
	    .extent_max = report_known(c.extent_max),
	    .answered = report_known(c.answered),
	    .withheld = report_known(c.withheld),
	    .unsent = report_known(c.unsent),
	    .too_short = report_known(c.too_short),
	    .closing = report_known(c.closing),
	    .bytes_in = report_known(c.bytes_in),
	    .bytes_out = report_known(c.bytes_out),
	};
	prober->lost = report_known(c.lost);
	prober->pending = report_known(c.pending);
}

static void
read_prober(struct report_reading *reading, struct report_prober *prober,
    const json_t *object)
{
	report_marks_init(&prober->marks);
	prober->wait_ms = NAN;
	if (!json_is_object(object)) {
		report_refuse_field(reading, "this", "a prober");
		return;
	}
	report_fields_read(reading, prober, report_prober_fields, object);
	report_read_marks(reading, &prober->marks, object);
	read_counts(reading, prober, object);
	report_check_laws(reading, report_prober_laws, object);
}

/* The sum of those that are not told one by one. */
static void
read_forgotten(struct report_reading *reading,
    struct report_reflected *reflected, const json_t *root)
{
	struct {
		int64_t count, unique, answered;
	} sum = {0};
	static const struct report_field sums[] = {
	    {"reflected_forgotten.count", 0, REPORT_FIELD_COUNT, 0, 0},
	    {"reflected_forgotten.unique", 8, REPORT_FIELD_COUNT, 0, 0},
	    {"reflected_forgotten.answered", 16, REPORT_FIELD_COUNT, 0, 0},
	    {.path = NULL},
	};

	report_fields_read(reading, &sum, sums, root);
	reflected->forgotten = report_known(sum.count);
	reflected->forgotten_unique = report_known(sum.unique);
	reflected->forgotten_answered = report_known(sum.answered);
}

void
report_read_reflected(struct report_reading *reading, struct report_file *file)
{
	const json_t *array = json_object_get(file->root, "reflected");
	struct report_reflected *to = &file->reflected;
	char where[48];

	if (array == NULL || json_is_null(array))
		return;
	if (!json_is_array(array)) {
		report_refuse_field(reading, "reflected", "a list");
		return;
	}
	to->count = json_array_size(array);
	to->probers = calloc(to->count + 1, sizeof(*to->probers));
	if (to->probers == NULL) {
		report_refuse_memory(reading);
		return;
	}
	for (size_t i = 0; i < to->count && !reading->failed; i++) {
		snprintf(where, sizeof(where), "reflected[%zu]", i);
		reading->where = where;
		read_prober(reading, &to->probers[i], json_array_get(array, i));
	}
	reading->where = "";
	read_forgotten(reading, to, file->root);
	file->report.reflected = to;
}
