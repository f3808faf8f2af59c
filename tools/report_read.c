/* SPDX-License-Identifier: MIT */
/*
 * Decides whether a JSON object is a report that can be shown, and how what
 * stands around its streams is read back.
 */
#include "report_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "report_fields.h"
#include "report_laws.h"

#define FAMILY "silbo.report/"

static const char *const roles[] = {"recv", "send", "probe", "reflector"};

static void
refuse(struct report_reading *reading, const char *why, const char *hint)
{
	if (!reading->failed) {
		cli_error("%s: %s", reading->path, why);
		cli_hint("%s", hint);
	}
	reading->failed = true;
}

/* What else silbo writes, and what is newer than this version. */
static void
check_schema(struct report_reading *reading, const json_t *root)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));
	char quoted[64], why[160];

	if (schema == NULL) {
		refuse(reading, "no report of silbo: no schema is named in it",
		    "a report is what silbo recv, send or probe writes with "
		    "--json "
		    "FILE");
		return;
	}
	if (strcmp(schema, REPORT_SCHEMA) == 0)
		return;
	cli_quote(quoted, sizeof(quoted), schema);
	if (strncmp(schema, FAMILY, strlen(FAMILY)) == 0) {
		snprintf(why, sizeof(why),
		    "schema '%s' is not known to silbo " SILBO_VERSION
		    ", which reads " REPORT_SCHEMA,
		    quoted);
		refuse(reading, why, "use the version that wrote it");
		return;
	}
	snprintf(why, sizeof(why), "schema '%s' is none of a report", quoted);
	if (strncmp(schema, "silbo.stamp/", 12) == 0)
		refuse(reading, why,
		    "a reflector of STAMP prints its report when it ends; the "
		    "keys are in docs/stamp.schema.json");
	else if (strncmp(schema, "silbo.impair/", 13) == 0)
		refuse(reading, why,
		    "silbo impair prints its report when it ends; the keys are "
		    "in docs/impair.schema.json");
	else if (strncmp(schema, "silbo.lab/", 10) == 0)
		refuse(reading, why,
		    "silbo lab prints its table when it ends, also with --csv "
		    "FILE");
	else
		refuse(reading, why,
		    "a report is what silbo recv, send or probe writes with "
		    "--json "
		    "FILE");
}

static void
read_role(
    struct report_reading *reading, struct report *report, const json_t *root)
{
	const char *role = json_string_value(json_object_get(root, "role"));

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (role != NULL && strcmp(role, roles[i]) == 0)
			report->role = roles[i];
	if (report->role == NULL)
		refuse(reading, "role is none that this version knows",
		    "a report is of recv, reflector, send or probe");
}

/* The names of the verdicts, "drop_" left out. */
static void
read_drops(
    struct report_reading *reading, struct report *report, const json_t *drops)
{
	for (int v = SILBO_DROP_OVERSIZE; v < SILBO_VERDICTS; v++) {
		const char *name =
		    silbo_verdict_name((enum silbo_verdict)v) + strlen("drop_");
		const json_t *count = json_object_get(drops, name);

		if (count != NULL && !report_is_count(count))
			report_refuse_field(
			    reading, "datagrams.drops", "of counts");
		report->verdict[v] = (uint64_t)json_integer_value(count);
	}
}

static void
read_datagrams(
    struct report_reading *reading, struct report *report, const json_t *root)
{
	struct {
		int64_t received, accepted;
	} socket = {0, 0};
	static const struct report_field around[] = {
	    {"datagrams.received", 0, REPORT_FIELD_COUNT, 0, 0},
	    {"datagrams.accepted", sizeof(int64_t), REPORT_FIELD_COUNT, 0, 0},
	    {.path = NULL},
	};
	static const struct report_field fields[] = {
	    REPORT_COUNT(report, "datagrams.socket_drops", socket_drops),
	    REPORT_COUNT(
		report, "datagrams.receive_buffer_bytes", receive_buffer),
	    REPORT_COUNT(report, "datagrams.stamps_refused", stamps_refused),
	    {.path = NULL},
	};

	if (!json_is_object(json_object_get(root, "datagrams")))
		return;
	report->has_datagrams = true;
	report_fields_read(reading, &socket, around, root);
	report_fields_read(reading, report, fields, root);
	if (socket.received < 0 || socket.accepted < 0)
		report_refuse_field(reading, "datagrams", "complete");
	report->received = (uint64_t)socket.received;
	report->accepted = (uint64_t)socket.accepted;
	read_drops(reading, report, report_field_at(root, "datagrams.drops"));
}

static void
read_forgotten(
    struct report_reading *reading, struct report *report, const json_t *root)
{
	int64_t sums[4] = {0};
	static const struct report_field fields[] = {
	    {"streams_forgotten.count", 0, REPORT_FIELD_COUNT, 0, 0},
	    {"streams_forgotten.expected", 8, REPORT_FIELD_COUNT, 0, 0},
	    {"streams_forgotten.unique", 16, REPORT_FIELD_COUNT, 0, 0},
	    {"streams_forgotten.lost", 24, REPORT_FIELD_COUNT, 0, 0},
	    {.path = NULL},
	};

	report_fields_read(reading, sums, fields, root);
	for (int i = 0; i < 4; i++)
		sums[i] = sums[i] < 0 ? 0 : sums[i];
	report->forgotten = (struct report_forgotten){
	    .streams = (uint64_t)sums[0],
	    .expected = (uint64_t)sums[1],
	    .unique = (uint64_t)sums[2],
	    .lost = (uint64_t)sums[3],
	};
}

static void
read_streams(struct report_reading *reading, struct report_file *file)
{
	const json_t *array = json_object_get(file->root, "streams");
	size_t count = json_array_size(array);
	char where[48];

	if (!json_is_array(array)) {
		report_refuse_field(reading, "streams", "a list");
		return;
	}
	file->report.streams = calloc(count + 1, sizeof(struct report_stream));
	file->targets = calloc(count + 1, sizeof(*file->targets));
	if (file->report.streams == NULL || file->targets == NULL) {
		report_refuse_memory(reading);
		return;
	}
	file->report.streams_count = count;
	for (size_t i = 0; i < count && !reading->failed; i++) {
		snprintf(where, sizeof(where), "streams[%zu]", i);
		reading->where = where;
		report_read_stream(reading, &file->report.streams[i],
		    &file->targets[i], json_array_get(array, i));
	}
	reading->where = "";
}

static void
read_around(struct report_reading *reading, struct report_file *file)
{
	static const struct report_field fields[] = {
	    REPORT_REAL(report, "duration_s", duration_s, 3),
	    {.path = NULL},
	};
	static const struct report_field clock[] = {
	    REPORT_COUNT(report, "clock_steps.count", clock.steps),
	    REPORT_SIGNED(report, "clock_steps.total_ms", clock.total_ms, 3),
	    {.path = NULL},
	};
	static const struct report_field texts[] = {
	    REPORT_TEXT(report_file, "start", start),
	    REPORT_TEXT(report_file, "tool.version", version),
	    {.path = NULL},
	};

	file->report.duration_s = NAN;
	report_fields_read(reading, &file->report, fields, file->root);
	report_fields_read(reading, file, texts, file->root);
	read_datagrams(reading, &file->report, file->root);
	report_fields_read(reading, &file->report, clock, file->root);
	file->report.clock.watched =
	    json_is_object(json_object_get(file->root, "clock_steps"));
	read_forgotten(reading, &file->report, file->root);
	report_read_limits(reading, &file->limits, file->root);
	if (file->limits.count > 0)
		file->report.limits = &file->limits;
}

int
report_read(struct report_file *file, const char *path)
{
	char quoted[256];
	struct report_reading reading = {.path = quoted, .where = ""};
	int status;

	*file = (struct report_file){.root = NULL};
	if (strcmp(path, "-") == 0)
		snprintf(quoted, sizeof(quoted), "standard input");
	else
		cli_quote(quoted, sizeof(quoted), path);
	file->report.socket_drops = REPORT_UNKNOWN;
	file->report.receive_buffer = REPORT_UNKNOWN;
	file->report.stamps_refused = REPORT_UNKNOWN;
	file->root = report_read_json(path, quoted, &status);
	if (file->root == NULL)
		return status;
	check_schema(&reading, file->root);
	if (!reading.failed)
		read_role(&reading, &file->report, file->root);
	if (!reading.failed)
		read_around(&reading, file);
	if (!reading.failed)
		read_streams(&reading, file);
	if (!reading.failed)
		report_read_probes(&reading, file);
	if (!reading.failed)
		report_read_reflected(&reading, file);
	if (!reading.failed)
		report_check_laws(&reading, report_root_laws, file->root);
	if (reading.exhausted)
		return EXIT_RUNTIME;
	return reading.failed ? EXIT_USAGE : EXIT_DONE;
}

void
report_read_close(struct report_file *file)
{
	for (size_t i = 0; i < file->report.streams_count; i++)
		free(file->targets[i]);
	free(file->targets);
	free(file->errors);
	free(file->reflected.probers);
	free(file->probes);
	free(file->report.streams);
	json_decref(file->root);
	*file = (struct report_file){.root = NULL};
}
