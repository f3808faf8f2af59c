/* SPDX-License-Identifier: MIT */
/*
 * Decides how a target of silbo probe is read back.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report_fields.h"
#include "report_laws.h"
#include "report_read.h"

/* What is told together is known together. */
static void
all_or_none(double *values, size_t count)
{
	bool known = true;

	for (size_t i = 0; i < count; i++)
		known = known && !isnan(values[i]);
	for (size_t i = 0; i < count && !known; i++)
		values[i] = NAN;
}

static void
read_way(struct report_reading *reading, struct report_way *way,
    const char *name, const json_t *object)
{
	report_fields_read(
	    reading, way, report_way_fields, json_object_get(object, name));
	report_read_quality(
	    reading, &way->quality, json_object_get(object, name));
	report_read_marks(reading, &way->marks, json_object_get(object, name));
	all_or_none(way->delay_ms, REPORT_DELAYS);
}

static void
read_clock(struct report_probe *probe)
{
	if (isnan(probe->offset_ms) || isnan(probe->error_ms))
		probe->offset_ms = probe->error_ms = NAN;
	if (isnan(probe->step_ms))
		probe->steps = probe->steps > 0 ? REPORT_UNKNOWN : probe->steps;
}

/* They are added up. */
static void
check_sizes(struct report_reading *reading, const struct report_mtu *m)
{
	const int64_t sizes[] = {
	    m->headers, m->payload, m->there, m->too_large, m->most, m->told};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (sizes[i] > UINT32_MAX)
			report_refuse_field(
			    reading, "path_mtu", "of sizes of datagrams");
}

static void
read_mtu(struct report_reading *reading, struct report_mtu *mtu,
    const json_t *object)
{
	const json_t *found = json_object_get(object, "path_mtu");
	const char *state = json_string_value(json_object_get(found, "state"));

	if (!json_is_object(found))
		return;
	mtu->searched = true;
	check_sizes(reading, mtu);
	for (int s = SILBO_MTU_SEARCHING; s <= SILBO_MTU_SPENT; s++) {
		mtu->state = (enum silbo_mtu_state)s;
		if (state != NULL &&
		    strcmp(state, silbo_mtu_state_name(mtu->state)) == 0)
			return;
	}
	report_refuse_field(reading, "path_mtu.state", "one of a search");
}

/* "probes[0].there" */
static void
check_way(
    struct report_reading *reading, const char *name, const json_t *object)
{
	const char *before = reading->where;
	char where[64];

	snprintf(where, sizeof(where), "%s.%s", before, name);
	reading->where = where;
	report_check_laws(
	    reading, report_way_laws, json_object_get(object, name));
	reading->where = before;
}

static void
read_probe(struct report_reading *reading, struct report_probe *probe,
    int64_t *errors, const json_t *object)
{
	report_probe_init(probe);
	if (!json_is_object(object)) {
		report_refuse_field(reading, "this", "a target");
		return;
	}
	report_fields_read(reading, probe, report_probe_fields, object);
	if (probe->sent >= 0 && probe->pending >= 0)
		probe->settled = probe->sent - probe->pending;
	all_or_none(probe->rtt_ms, sizeof(probe->rtt_ms) / sizeof(double));
	all_or_none(probe->lateness_ms, 3);
	read_way(reading, &probe->there, "there", object);
	read_way(reading, &probe->back, "back", object);
	report_read_runs(reading, probe->run_histogram, object);
	read_clock(probe);
	read_mtu(reading, &probe->mtu, object);
	report_read_errors(reading, errors, json_object_get(object, "errors"));
	probe->errors = errors;
	report_check_laws(reading, report_probe_laws, object);
	check_way(reading, "there", object);
	check_way(reading, "back", object);
}

void
report_read_probes(struct report_reading *reading, struct report_file *file)
{
	const json_t *array = json_object_get(file->root, "probes");
	size_t count = json_array_size(array);
	char where[48];

	if (array == NULL || json_is_null(array))
		return;
	if (!json_is_array(array)) {
		report_refuse_field(reading, "probes", "a list");
		return;
	}
	file->probes = calloc(count + 1, sizeof(*file->probes));
	file->errors =
	    calloc(count + 1, REPORT_SEND_KINDS * sizeof(*file->errors));
	if (file->probes == NULL || file->errors == NULL) {
		report_refuse_memory(reading);
		return;
	}
	for (size_t i = 0; i < count && !reading->failed; i++) {
		snprintf(where, sizeof(where), "probes[%zu]", i);
		reading->where = where;
		read_probe(reading, &file->probes[i],
		    file->errors + i * REPORT_SEND_KINDS,
		    json_array_get(array, i));
	}
	reading->where = "";
	file->report.probes = file->probes;
	file->report.probes_count = count;
}
