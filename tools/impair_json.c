/* SPDX-License-Identifier: MIT */
/*
 * The report of impair for programs: schema silbo.impair/1.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "impair.h"
#include "report_build.h"

static json_t *
build_way(struct builder *b, const struct impair *m, enum impair_way way)
{
	json_t *o = json_object(), *runs = json_array();
	const struct silbo_link_report *l;
	struct impair_sum sum;
	bool any;

	impair_sum(&sum, m, way);
	l = &sum.link;
	any = l->delay_min_ns != SILBO_TIME_NEVER;
	build_put(b, o, "in", build_count((int64_t)l->datagrams));
	build_put(b, o, "in_bytes", build_count((int64_t)l->bytes));
	build_put(b, o, "out", build_count((int64_t)sum.out));
	build_put(b, o, "unsent", build_count((int64_t)sum.unsent));
	for (int i = 0; i < SILBO_FATES; i++)
		build_put(b, o, silbo_fate_name((enum silbo_fate_kind)i),
		    build_count((int64_t)l->fates[i]));
	build_put(b, o, "duplicated", build_count((int64_t)l->duplicated));
	build_put(b, o, "held", build_count((int64_t)l->held));
	build_put(b, o, "corrupted", build_count((int64_t)l->corrupted));
	build_put(b, o, "loss_ratio",
	    build_real(l->datagrams > 0
		    ? (double)impair_lost(l) / (double)l->datagrams
		    : NAN,
		6));
	build_put(b, o, "loss_runs", build_count((int64_t)l->loss_runs));
	build_put(b, o, "loss_run_mean",
	    build_real(l->loss_runs > 0
		    ? (double)impair_lost(l) / (double)l->loss_runs
		    : NAN,
		4));
	build_put(b, o, "loss_run_max", build_count((int64_t)l->loss_run_max));
	for (int i = 0; i < SILBO_LINK_RUNS; i++)
		build_append(b, runs, build_count((int64_t)l->runs[i]));
	build_put(b, o, "loss_run_classes", runs);
	build_put(b, o, "delay_ms_mean",
	    build_real(any ? l->delay_mean_ns / 1e6 : NAN, 3));
	build_put(b, o, "delay_ms_min",
	    build_real(any ? (double)l->delay_min_ns / 1e6 : NAN, 3));
	build_put(b, o, "delay_ms_max",
	    build_real(any ? (double)l->delay_max_ns / 1e6 : NAN, 3));
	build_put(
	    b, o, "queue_ms_max", build_real((double)l->queue_max_ns / 1e6, 3));
	return o;
}

static json_t *
build_itself(struct builder *b, struct impair *m)
{
	bool any = silbo_quantile_count(&m->added) > 0;
	static const struct {
		const char *key;
		unsigned per_mille;
	} rows[] = {{"p50", 500}, {"p99", 990}, {"max", 1000}};
	json_t *o = json_object(), *added = json_object();
	struct silbo_world_report world;

	silbo_world_report(m->world, &world);
	for (int i = 0; i < 3; i++)
		build_put(b, added, rows[i].key,
		    build_real(any ? (double)silbo_quantile_get(
					 &m->added, rows[i].per_mille) /
				1e6
				   : NAN,
			4));
	build_put(b, o, "added_ms", added);
	build_put(b, o, "socket_drops", build_count((int64_t)impair_drops(m)));
	build_put(b, o, "receive_buffer",
	    build_count((int64_t)m->down.receive_buffer));
	build_put(b, o, "no_place", build_count((int64_t)world.refused));
	build_put(b, o, "not_served", build_count((int64_t)m->strangers));
	build_put(b, o, "port_unreachable", build_count((int64_t)m->refused));
	return o;
}

/* What was understood, as the text of a scenario. */
static json_t *
build_scenario(const struct impair *m)
{
	json_t *text = NULL;
	char *bytes = NULL;
	size_t len;
	FILE *out = open_memstream(&bytes, &len);

	if (out == NULL)
		return NULL;
	scenario_write(out, &m->scenario);
	if (fclose(out) == 0)
		text = build_text(bytes);
	free(bytes);
	return text;
}

int
impair_json(struct impair *m, silbo_time now)
{
	struct report head = {
	    .role = "impair", .start_wall_ns = m->started_wall};
	struct builder b = {false};
	char seed[24];
	json_t *root = json_object(), *ways = json_object();
	int status;

	if (m->json_path == NULL)
		return 0;
	build_head(&b, root, "silbo.impair/1", &head);
	build_put(&b, root, "duration_s",
	    build_real((double)(now - m->started) / 1e9, 3));
	/* As text: beyond 2^53 not every program reads a number exactly. */
	snprintf(seed, sizeof seed, "%" PRIu64, m->seed);
	build_put(&b, root, "seed", build_text(seed));
	build_put(&b, root, "scenario", build_scenario(m));
	build_put(&b, root, "clients", build_count(m->clients_count));
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
