/* SPDX-License-Identifier: MIT */
/*
 * The report of impair for programs: schema silbo.impair/1.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "impair.h"
#include "report_build.h"

/* A mean of so many; unknown without any. */
static json_t *
build_mean(double sum, uint64_t count, int decimals)
{
	return build_real(count > 0 ? sum / (double)count : NAN, decimals);
}

/* What can be compared with what was measured.  Null: it changes. */
static json_t *
build_asked(struct builder *b, const struct impair *m, enum impair_way way)
{
	const struct model *model = &m->scenario.ways[way].models[0];
	bool traced = model->delay_trace != NULL; /* its figures are its own */
	struct silbo_loss_form loss;
	json_t *o;

	if (!impair_asked(&loss, m, way))
		return json_null();
	o = json_object();
	build_put(b, o, "loss_ratio", build_real(loss.loss, 6));
	build_put(b, o, "loss_run_mean",
	    build_real(loss.run > 0 ? loss.run : NAN, 4));
	build_put(b, o, "reordered_ratio", build_real(model->reorder, 6));
	build_put(b, o, "duplicated_ratio", build_real(model->duplicate, 6));
	build_put(b, o, "corrupted_ratio", build_real(model->corrupt, 6));
	build_put(b, o, "delay_ms",
	    build_real(traced ? NAN : (double)model->delay_ns / 1e6, 3));
	build_put(b, o, "jitter_ms",
	    build_real(traced ? NAN : (double)model->jitter_ns / 1e6, 3));
	return o;
}

static void
put_losses(struct builder *b, json_t *o, const struct impair_sum *sum)
{
	const struct silbo_link_report *l = &sum->link;
	json_t *runs = json_array();

	build_put(
	    b, o, "loss_ratio", build_mean((double)sum->lost, l->datagrams, 6));
	build_put(b, o, "loss_runs", build_count((int64_t)l->loss_runs));
	build_put(b, o, "loss_run_mean",
	    build_mean((double)sum->lost, l->loss_runs, 4));
	build_put(b, o, "loss_run_max", build_count((int64_t)l->loss_run_max));
	for (int i = 0; i < SILBO_LINK_RUNS; i++)
		build_append(b, runs, build_count((int64_t)l->runs[i]));
	build_put(b, o, "loss_run_classes", runs);
}

static json_t *
build_way(struct builder *b, const struct impair *m, enum impair_way way)
{
	struct impair_sum sum;
	const struct silbo_link_report *l = &sum.link;
	const struct {
		const char *key;
		uint64_t count;
	} * row,
	    rows[] = {{"in", (impair_sum(&sum, m, way), sum.in)},
		{"in_bytes", l->bytes}, {"no_place", sum.no_place},
		{"queued", sum.queued}, {"out", sum.out},
		{"unsent", sum.unsent}, {"on_the_way", sum.on_the_way},
		{"reordered", l->held}, {"duplicated", l->duplicated},
		{"corrupted", l->corrupted}, {NULL, 0}};
	json_t *o = json_object();
	bool any = l->delay_min_ns != SILBO_TIME_NEVER;

	for (row = rows; row->key != NULL; row++)
		build_put(b, o, row->key, build_count((int64_t)row->count));
	for (int i = 0; i < SILBO_FATES; i++)
		build_put(b, o, silbo_fate_name((enum silbo_fate_kind)i),
		    build_count((int64_t)l->fates[i]));
	put_losses(b, o, &sum);
	build_put(b, o, "delay_ms_mean",
	    build_real(any ? l->delay_mean_ns / 1e6 : NAN, 3));
	build_put(b, o, "delay_ms_min",
	    build_real(any ? (double)l->delay_min_ns / 1e6 : NAN, 3));
	build_put(b, o, "delay_ms_max",
	    build_real(any ? (double)l->delay_max_ns / 1e6 : NAN, 3));
	build_put(
	    b, o, "queue_ms_max", build_real((double)l->queue_max_ns / 1e6, 3));
	build_put(b, o, "asked", build_asked(b, m, way));
	return o;
}

static json_t *
build_itself(struct builder *b, struct impair *m)
{
	static const struct {
		const char *key;
		unsigned per_mille;
	} rows[] = {{"p50", 500}, {"p99", 990}, {"max", 1000}};
	static const char *const notices[IMPAIR_NOTICES] = {
	    [SILBO_NOTICE_PORT] = "port",
	    [SILBO_NOTICE_HOST] = "host",
	    [SILBO_NOTICE_PROHIBITED] = "prohibited",
	    [SILBO_NOTICE_TOO_LARGE] = "too_large",
	    [SILBO_NOTICE_EXPIRED] = "expired",
	    [SILBO_NOTICE_OTHER] = "other"};
	bool any = silbo_quantile_count(&m->added) > 0;
	json_t *o = json_object(), *added = json_object();
	json_t *told = json_object();

	for (int i = 0; i < 3; i++)
		build_put(b, added, rows[i].key,
		    build_real(any ? (double)silbo_quantile_get(
					 &m->added, rows[i].per_mille) /
				1e6
				   : NAN,
			4));
	for (int i = 0; i < (int)IMPAIR_NOTICES; i++)
		build_put(
		    b, told, notices[i], build_count((int64_t)m->notices[i]));
	build_put(b, o, "added_ms", added);
	build_put(b, o, "socket_drops", build_count((int64_t)impair_drops(m)));
	build_put(b, o, "receive_buffer_bytes",
	    build_count((int64_t)m->down.receive_buffer));
	build_put(b, o, "not_served", build_count((int64_t)m->not_served));
	build_put(b, o, "unreachable", told);
	build_put(
	    b, o, "log_lines_dropped", build_count((int64_t)m->log.dropped));
	return o;
}

static json_t *
build_settings(struct builder *b, const struct impair *m)
{
	char listen[SILBO_ADDR_TEXT_BYTES], to[SILBO_ADDR_TEXT_BYTES];
	const struct report_setting config[] = {
	    {"listen", listen, 0, 0},
	    {"to", to, 0, 0},
	    {"scenario_file", m->scenario_path != NULL ? m->scenario_path : "",
		0, 0},
	    {"log", m->log_path != NULL ? m->log_path : "", 0, 0},
	    {"duration_s", NULL,
		m->duration > 0 ? (double)m->duration / 1e9 : NAN, -1},
	    {.key = NULL},
	};
	const struct report report = {.role = "impair", .config = config};

	silbo_addr_text(listen, &m->locals[0]);
	silbo_addr_text(to, &m->to);
	return build_config(b, &report);
}

int
impair_json(struct impair *m, silbo_time now)
{
	struct report head = {
	    .role = "impair", .start_wall_ns = m->started_wall};
	struct builder b = {false};
	char seed[24];
	json_t *root, *ways;
	int status;

	if (m->json_path == NULL)
		return 0;
	root = json_object();
	ways = json_object();
	build_head(&b, root, "silbo.impair/1", &head);
	build_put(&b, root, "duration_s",
	    build_real((double)(now - m->started) / 1e9, 3));
	build_put(&b, root, "config", build_settings(&b, m));
	/* As text: beyond 2^53 not every program reads a number exactly. */
	snprintf(seed, sizeof seed, "%" PRIu64, m->scenario.seed);
	build_put(&b, root, "seed", build_text(seed));
	build_put(&b, root, "scenario",
	    build_owned_text(scenario_text(&m->scenario)));
	build_put(&b, root, "clients", build_count(m->clients_ever));
	for (int way = 0; way < IMPAIR_WAYS; way++)
		build_put(&b, ways, impair_way_names[way],
		    build_way(&b, m, (enum impair_way)way));
	build_put(&b, root, "ways", ways);
	build_put(&b, root, "itself", build_itself(&b, m));
	build_put(&b, root, "error",
	    m->failure != NULL ? build_text(m->failure) : json_null());
	status = build_write(m->json_path, b.failed ? NULL : root);
	json_decref(root);
	return status;
}
