/* SPDX-License-Identifier: MIT */
/*
 * Decides how the probers that were answered are told: a heading for each, what
 * came of it, and what it was answered; and the same as JSON.  Does not know
 * who is answered, and why not.
 */
#include "report_reflect.h"

#include <inttypes.h>

#include "report_build.h"
#include "report_fields.h"
#include "report_line.h"
#include "units.h"

static void
print_heading(FILE *out, const struct report_prober *prober)
{
	struct report_line line = report_line(out, NULL);
	char span[48];

	report_part(&line, "prober %.4s from %s", prober->id, prober->peer);
	report_part(
	    &line, "%s", units_span(span, sizeof(span), prober->duration_s));
	report_line_end(&line);
}

static void
print_came(FILE *out, const struct report_prober *prober)
{
	const struct silbo_reflector_report *counts = &prober->counts;
	struct report_line line = report_line(out, "probes");

	report_count(&line, (int64_t)counts->unique, "received");
	report_count(&line, (int64_t)prober->lost, "lost");
	report_some(&line, (int64_t)prober->pending, "pending");
	report_reordered(
	    &line, (int64_t)counts->reordered, (int64_t)counts->extent_max);
	report_count(&line, (int64_t)counts->duplicate, "duplicated");
	report_some(&line, (int64_t)counts->too_old, "too old to tell");
	report_line_end(&line);
	report_wait(out, prober->wait_ms, REPORT_UNKNOWN);
}

static void
print_answered(FILE *out, const struct report_prober *prober)
{
	const struct silbo_reflector_report *counts = &prober->counts;
	struct report_line line = report_line(out, "answered");

	report_part(&line, "%" PRIu64, counts->answered);
	report_some(&line, (int64_t)counts->withheld,
	    "withheld, for the rate (--reflect-rate) or behind an outage");
	report_some(
	    &line, (int64_t)counts->too_short, "too short to be answered");
	report_some(&line, (int64_t)counts->unsent, "that could not be sent");
	report_line_end(&line);
}

static void
print_marks(FILE *out, const struct report_prober *prober)
{
	struct report_line line = report_line(out, "marked");

	report_marks_tell(&line, &prober->marks);
	report_line_end(&line);
}

void
report_reflected(FILE *out, const struct report_reflected *reflected)
{
	for (size_t i = 0; i < reflected->count; i++) {
		struct report_prober prober = reflected->probers[i];

		report_fields_round(&prober, report_prober_fields);
		print_heading(out, &prober);
		print_came(out, &prober);
		print_answered(out, &prober);
		print_marks(out, &prober);
	}
	if (reflected->forgotten > 0)
		fprintf(out,
		    "%" PRIu64 " more probers: %" PRIu64 " probes received, "
		    "%" PRIu64 " answered\n",
		    reflected->forgotten, reflected->forgotten_unique,
		    reflected->forgotten_answered);
}

static void
put_counts(
    struct builder *b, json_t *object, const struct report_prober *prober)
{
	const struct silbo_reflector_report *c = &prober->counts;
	const struct {
		const char *key;
		uint64_t count;
	} counts[] = {{"unique", c->unique}, {"duplicate", c->duplicate},
	    {"too_old", c->too_old}, {"reordered", c->reordered},
	    {"max_extent", c->extent_max}, {"lost", prober->lost},
	    {"pending", prober->pending}, {"answered", c->answered},
	    {"withheld", c->withheld}, {"unsent", c->unsent},
	    {"too_short", c->too_short}, {"closing", c->closing},
	    {"bytes_in", c->bytes_in}, {"bytes_out", c->bytes_out}};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		build_put(b, object, counts[i].key,
		    build_count((int64_t)counts[i].count));
}

json_t *
build_prober_row(struct builder *b, const struct report_prober *row)
{
	json_t *object = json_object();

	build_put(b, object, "id", build_text(row->id));
	build_put(b, object, "peer", build_text(row->peer));
	put_counts(b, object, row);
	return object;
}

static json_t *
build_prober(struct builder *b, const struct report_prober *prober)
{
	json_t *object = json_object();

	build_put(b, object, "id", build_text(prober->id));
	build_put(b, object, "peer", build_text(prober->peer));
	build_put(b, object, "duration_s", build_real(prober->duration_s, 3));
	build_put(b, object, "wait_ms", build_real(prober->wait_ms, 3));
	put_counts(b, object, prober);
	build_put(b, object, "marks", build_marks(b, &prober->marks));
	return object;
}

json_t *
build_reflected(struct builder *b, const struct report_reflected *reflected)
{
	json_t *array;

	if (reflected == NULL)
		return json_null();
	array = json_array();
	for (size_t i = 0; i < reflected->count; i++)
		build_append(b, array, build_prober(b, &reflected->probers[i]));
	return array;
}

json_t *
build_reflected_forgotten(
    struct builder *b, const struct report_reflected *reflected)
{
	json_t *object;

	if (reflected == NULL)
		return json_null();
	object = json_object();
	build_put(
	    b, object, "count", build_count((int64_t)reflected->forgotten));
	build_put(b, object, "unique",
	    build_count((int64_t)reflected->forgotten_unique));
	build_put(b, object, "answered",
	    build_count((int64_t)reflected->forgotten_answered));
	return object;
}
