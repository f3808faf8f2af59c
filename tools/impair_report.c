/* SPDX-License-Identifier: MIT */
/*
 * Says what the road did, as measured, to people.
 */
#include <inttypes.h>
#include <string.h>

#include "cli.h"
#include "impair.h"
#include "status.h"
#include "units.h"

const char *const impair_way_names[IMPAIR_WAYS] = {"forth", "back"};

/* Add one link's report to a sum. */
static void
add(struct silbo_link_report *sum, const struct silbo_link_report *one)
{
	uint64_t before = sum->fates[SILBO_FATE_DELIVERED];
	uint64_t more = one->fates[SILBO_FATE_DELIVERED];

	sum->datagrams += one->datagrams;
	sum->bytes += one->bytes;
	for (int i = 0; i < SILBO_FATES; i++)
		sum->fates[i] += one->fates[i];
	sum->duplicated += one->duplicated;
	sum->held += one->held;
	sum->corrupted += one->corrupted;
	sum->loss_runs += one->loss_runs;
	if (one->loss_run_max > sum->loss_run_max)
		sum->loss_run_max = one->loss_run_max;
	for (int i = 0; i < SILBO_LINK_RUNS; i++)
		sum->runs[i] += one->runs[i];
	sum->delay_min_ns = run_earlier(sum->delay_min_ns, one->delay_min_ns);
	if (one->delay_max_ns > sum->delay_max_ns)
		sum->delay_max_ns = one->delay_max_ns;
	if (more > 0)
		sum->delay_mean_ns = (sum->delay_mean_ns * (double)before +
					 one->delay_mean_ns * (double)more) /
		    (double)(before + more);
	if (one->queue_max_ns > sum->queue_max_ns)
		sum->queue_max_ns = one->queue_max_ns;
}

void
impair_sum(struct impair_sum *sum, const struct impair *m, enum impair_way way)
{
	memset(sum, 0, sizeof(*sum));
	sum->link.delay_min_ns = SILBO_TIME_NEVER;
	for (uint32_t i = 0; i < m->clients_count; i++) {
		struct silbo_link_report one;

		silbo_link_report(
		    silbo_world_link(m->world, 2 * i + (uint32_t)way), &one);
		add(&sum->link, &one);
		sum->out += m->clients[i].out[way];
		sum->unsent += m->clients[i].unsent[way];
	}
}

uint64_t
impair_lost(const struct silbo_link_report *link)
{
	return link->datagrams - link->fates[SILBO_FATE_DELIVERED];
}

static double
percent(uint64_t part, uint64_t whole)
{
	return whole > 0 ? 100.0 * (double)part / (double)whole : 0;
}

void
impair_status(const struct impair *m, silbo_time now)
{
	char line[256], in[2][32], out[2][32];
	struct impair_sum sum[2];
	uint64_t s = (now - m->started) / SILBO_NS_PER_S;

	for (int way = 0; way < IMPAIR_WAYS; way++) {
		impair_sum(&sum[way], m, (enum impair_way)way);
		units_grouped(in[way], sizeof in[way], sum[way].link.datagrams);
		units_grouped(out[way], sizeof out[way], sum[way].out);
	}
	snprintf(line, sizeof line,
	    "impair %02" PRIu64 ":%02" PRIu64
	    "  clients %u  forth %s in %s out %.1f %% lost  back %s in %s out "
	    "%.1f %% lost",
	    s / 60, s % 60, m->clients_count, in[0], out[0],
	    percent(impair_lost(&sum[0].link), sum[0].link.datagrams), in[1],
	    out[1], percent(impair_lost(&sum[1].link), sum[1].link.datagrams));
	status_show(line);
}

static void
text_way(FILE *out, const struct impair *m, enum impair_way way)
{
	const struct silbo_link_report *l;
	struct impair_sum sum;

	impair_sum(&sum, m, way);
	l = &sum.link;
	fprintf(out, "%-7s %" PRIu64 " in   %" PRIu64 " out",
	    impair_way_names[way], l->datagrams, sum.out);
	if (l->datagrams == 0) {
		fputc('\n', out);
		return;
	}
	fprintf(out, "   %" PRIu64 " lost (%.2f %%)", impair_lost(l),
	    percent(impair_lost(l), l->datagrams));
	if (l->loss_runs > 0)
		fprintf(out,
		    " in %" PRIu64 " run%s, mean %.2f, longest %" PRIu64,
		    l->loss_runs, l->loss_runs == 1 ? "" : "s",
		    (double)impair_lost(l) / (double)l->loss_runs,
		    l->loss_run_max);
	fprintf(out,
	    "\n        %" PRIu64 " twice   %" PRIu64 " held back   %" PRIu64
	    " damaged",
	    l->duplicated, l->held, l->corrupted);
	if (l->fates[SILBO_FATE_OUTAGE] > 0)
		fprintf(out, "   %" PRIu64 " in outages",
		    l->fates[SILBO_FATE_OUTAGE]);
	if (l->fates[SILBO_FATE_QUEUE_FULL] + l->fates[SILBO_FATE_CODEL] > 0)
		fprintf(out, "   %" PRIu64 " dropped by the queue",
		    l->fates[SILBO_FATE_QUEUE_FULL] +
			l->fates[SILBO_FATE_CODEL]);
	if (l->delay_min_ns != SILBO_TIME_NEVER)
		fprintf(out, "\n        delay %.1f ms mean (%.1f to %.1f)",
		    l->delay_mean_ns / 1e6, (double)l->delay_min_ns / 1e6,
		    (double)l->delay_max_ns / 1e6);
	if (sum.unsent > 0)
		fprintf(
		    out, "   %" PRIu64 " refused by this machine", sum.unsent);
	fputc('\n', out);
}

void
impair_text(FILE *out, struct impair *m, silbo_time now)
{
	struct silbo_world_report world;
	char span[32];

	silbo_world_report(m->world, &world);
	fprintf(out, "\nimpair  seed %" PRIu64 "   %s   %u client%s\n", m->seed,
	    units_span(span, sizeof span, (double)(now - m->started) / 1e9),
	    m->clients_count, m->clients_count == 1 ? "" : "s");
	for (int way = 0; way < IMPAIR_WAYS; way++)
		text_way(out, m, (enum impair_way)way);
	fprintf(out,
	    "itself  added p50 %.3f  p99 %.3f  max %.3f ms   dropped by its "
	    "sockets %" PRIu64 "\n",
	    (double)silbo_quantile_get(&m->added, 500) / 1e6,
	    (double)silbo_quantile_get(&m->added, 990) / 1e6,
	    (double)silbo_quantile_get(&m->added, 1000) / 1e6, impair_drops(m));
	if (world.refused > 0)
		fprintf(out,
		    "        %" PRIu64 " found no place: more than %u on the "
		    "way at once\n",
		    world.refused, IMPAIR_IN_FLIGHT);
	if (m->strangers > 0)
		fprintf(out,
		    "        %" PRIu64 " of clients beyond %d not served\n",
		    m->strangers, IMPAIR_CLIENTS);
	if (m->refused > 0)
		fprintf(out,
		    "        %" PRIu64 " answered by port unreachable\n",
		    m->refused);
}
