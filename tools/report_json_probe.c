/* SPDX-License-Identifier: MIT */
/*
 * Decides what the JSON report says of each target of silbo probe.
 */
#include <math.h>

#include "report_build.h"

static json_t *
build_errors(struct builder *b, const struct report_probe *p)
{
	json_t *errors = json_object();

	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		build_put(b, errors,
		    report_send_error_name((enum report_send_error)kind),
		    build_count(
			p->errors != NULL ? p->errors[kind] : REPORT_UNKNOWN));
	return errors;
}

static json_t *
build_way(struct builder *b, const struct report_way *way)
{
	static const char *const keys[REPORT_DELAYS] = {
	    "p50", "p95", "p99", "p999", "max"};
	json_t *object = json_object(), *delay = json_object();

	build_put(b, object, "lost", build_count(way->lost));
	build_put(b, object, "duplicate", build_count(way->duplicate));
	build_put(b, object, "reordered", build_count(way->reordered));
	build_put(b, object, "max_extent", build_count(way->extent_max));
	build_put(b, delay, "relative", json_true());
	for (int i = 0; i < REPORT_DELAYS; i++)
		build_put(b, delay, keys[i], build_real(way->delay_ms[i], 3));
	build_put(b, object, "delay_ms", delay);
	build_put(b, object, "ipdv_ms", build_real(way->ipdv_ms, 3));
	build_put(b, object, "ipdv_unpaired", build_count(way->ipdv_unpaired));
	build_put(b, object, "jitter_ms", build_real(way->jitter_ms, 3));
	build_put(b, object, "quality", build_quality(b, &way->quality));
	build_put(b, object, "marks", build_marks(b, &way->marks));
	return object;
}

static json_t *
build_rtt(struct builder *b, const struct report_probe *p)
{
	static const char *const keys[] = {
	    "min", "mean", "p50", "p95", "p99", "p999", "max"};
	json_t *rtt = json_object();

	for (int i = 0; i < 7; i++)
		build_put(b, rtt, keys[i], build_real(p->rtt_ms[i], 3));
	return rtt;
}

static json_t *
build_clock(struct builder *b, const struct report_probe *p)
{
	json_t *clock = json_object();

	build_put(b, clock, "offset_ms", build_real(p->offset_ms, 6));
	build_put(b, clock, "error_ms", build_real(p->error_ms, 6));
	build_put(b, clock, "method",
	    isnan(p->offset_ms) ? json_null() : build_text("four_timestamps"));
	build_put(b, clock, "skew_ppm", build_real(p->skew_ppm, 1));
	build_put(b, clock, "steps", build_count(p->steps));
	build_put(b, clock, "step_ms", build_real(p->step_ms, 3));
	build_put(b, clock, "kernel_there", build_boolean(p->kernel_there));
	build_put(b, clock, "kernel_back", build_boolean(p->kernel_back));
	return clock;
}

static json_t *
build_lateness(struct builder *b, const struct report_probe *p)
{
	json_t *lateness = json_object();

	build_put(b, lateness, "p50", build_real(p->lateness_ms[0], 3));
	build_put(b, lateness, "p99", build_real(p->lateness_ms[1], 3));
	build_put(b, lateness, "max", build_real(p->lateness_ms[2], 3));
	return lateness;
}

/* Of what is known: it may be more than all of it only by our own fault. */
static json_t *
build_ratio(int64_t count, int64_t of)
{
	if (count < 0 || of <= 0)
		return json_null();
	return build_real((double)count / (double)of, 6);
}

static void
put_counts(struct builder *b, json_t *object, const struct report_probe *p)
{
	const struct {
		const char *key;
		int64_t count;
	} counts[] = {{"slots", p->slots}, {"sent", p->sent},
	    {"unsent", p->unsent}, {"answered", p->answered}, {"lost", p->lost},
	    {"pending", p->pending}, {"late_final", p->late_final},
	    {"too_old", p->too_old}, {"answered_twice", p->answered_twice},
	    {"never_sent", p->never_sent}, {"absurd_times", p->absurd_times},
	    {"foreign", p->foreign}, {"elsewhere", p->elsewhere},
	    {"withheld", p->withheld}, {"dropped_here", p->dropped_here},
	    {"contradictions", p->contradictions}, {"restarts", p->restarts},
	    {"closing_sent", p->closings}};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		build_put(
		    b, object, counts[i].key, build_count(counts[i].count));
}

json_t *
build_probe_row(struct builder *b, const struct interval_row *row)
{
	json_t *object = json_object();
	const struct {
		const char *key;
		uint64_t count;
	} counts[] = {{"sent", row->sent}, {"unsent", row->unsent},
	    {"answered", row->unique}, {"lost", row->lost},
	    {"pending", row->pending}, {"late_final", row->late_final}};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		build_put(b, object, counts[i].key,
		    build_count((int64_t)counts[i].count));
	build_put(b, object, "rtt_ms",
	    build_real(row->unique > 0 ? row->jitter_ms : NAN, 3));
	return object;
}

static json_t *
build_intervals(struct builder *b, const struct report_probe *p)
{
	json_t *rows = json_array(), *object;

	for (size_t i = 0;
	     p->intervals != NULL && i < intervals_count(p->intervals); i++) {
		const struct interval_row *row =
		    intervals_row(p->intervals, i, p->intervals_row);

		if (row == NULL)
			continue;
		object = build_probe_row(b, row);
		build_put(b, object, "t",
		    build_real(intervals_time(p->intervals, i), 3));
		build_append(b, rows, object);
	}
	return rows;
}

json_t *
build_probe(struct builder *b, const struct report_probe *p)
{
	json_t *object = json_object();

	build_put(b, object, "target", build_text(p->name));
	build_put(b, object, "peer", build_text(p->peer));
	build_put(b, object, "duration_s", build_real(p->duration_s, 3));
	build_put(b, object, "encrypted", json_boolean(p->encrypted));
	build_put(b, object, "interval_ms", build_whole(p->interval_ms));
	build_put(b, object, "size_bytes", build_count(p->bytes));
	build_put(b, object, "dscp", build_count(p->dscp));
	put_counts(b, object, p);
	build_put(b, object, "loss_ratio", build_ratio(p->lost, p->settled));
	build_put(b, object, "wait_ms", build_real(p->wait_ms, 3));
	build_put(
	    b, object, "receive_buffer_bytes", build_count(p->receive_buffer));
	build_put(b, object, "cut_short", build_boolean(p->cut_short));
	build_put(b, object, "errors", build_errors(b, p));
	build_put(b, object, "closing_answered", build_boolean(p->closed));
	build_put(b, object, "there", build_way(b, &p->there));
	build_put(b, object, "back", build_way(b, &p->back));
	build_put(b, object, "rtt_ms", build_rtt(b, p));
	build_put(b, object, "jitter_ms", build_real(p->jitter_ms, 3));
	build_put(b, object, "first_ms", build_real(p->first_ms, 3));
	build_put(b, object, "loss_runs",
	    build_runs(b, p->runs, p->run_max, p->run_histogram));
	build_put(b, object, "clock", build_clock(b, p));
	build_put(b, object, "stamp", build_stamp(b, p));
	build_put(b, object, "lateness_ms", build_lateness(b, p));
	build_put(b, object, "late_over_1ms", build_count(p->late_over_1ms));
	build_put(b, object, "path_mtu", build_mtu(b, p));
	build_put(b, object, "intervals", build_intervals(b, p));
	return object;
}
