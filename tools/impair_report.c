/* SPDX-License-Identifier: MIT */
/*
 * Says what the road did, as measured, to people; what was asked for stands
 * beside it.
 */
#include <inttypes.h>
#include <stdarg.h>
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
	const struct silbo_link_report *l = &sum->link;

	memset(sum, 0, sizeof(*sum));
	sum->link.delay_min_ns = SILBO_TIME_NEVER;
	for (uint32_t i = 0; i < m->clients_count; i++) {
		struct silbo_link_report one;

		silbo_link_report(
		    silbo_world_link(m->world, 2 * i + (uint32_t)way), &one);
		add(&sum->link, &one);
		sum->no_place += m->clients[i].no_place[way];
		sum->out += m->clients[i].out[way];
		sum->unsent += m->clients[i].unsent[way];
	}
	for (int i = SILBO_FATE_DELIVERED + 1; i < SILBO_FATES; i++)
		sum->lost += l->fates[i];
	sum->in = l->datagrams + sum->no_place;
	sum->queued = l->datagrams - l->fates[SILBO_FATE_DELIVERED] - sum->lost;
	sum->on_the_way = l->fates[SILBO_FATE_DELIVERED] + l->duplicated -
	    sum->out - sum->unsent;
}

bool
impair_asked(
    struct silbo_loss_form *loss, const struct impair *m, enum impair_way way)
{
	const struct scenario_path *p = &m->scenario.ways[way];
	silbo_time step = p->phases[0].config.loss.step_ns;
	silbo_time interval = (silbo_time)p->models[0].interval_ns;

	if (p->count != 1)
		return false;
	*loss = silbo_loss_closed_form(
	    &p->phases[0].config.loss, interval < step ? step : interval);
	return true;
}

static double
percent(uint64_t part, uint64_t whole)
{
	return whole > 0 ? 100.0 * (double)part / (double)whole : 0;
}

/* "forth 1 486 in, 1 417 out, lost 5.3 %"; a way nobody took is left out. */
static void
status_way(char *out, size_t cap, const struct impair *m, enum impair_way way)
{
	char in[32], gone[32];
	struct impair_sum sum;

	impair_sum(&sum, m, way);
	units_grouped(in, sizeof in, sum.in);
	units_grouped(gone, sizeof gone, sum.out);
	out[0] = '\0';
	if (sum.in > 0 || way == IMPAIR_FORTH)
		snprintf(out, cap, "  %s %s in, %s out, lost %.1f %%",
		    impair_way_names[way], in, gone, percent(sum.lost, sum.in));
}

void
impair_status(const struct impair *m, silbo_time now)
{
	char line[320], ways[2][128];
	uint64_t s = (now - m->started) / SILBO_NS_PER_S;

	for (int way = 0; way < IMPAIR_WAYS; way++)
		status_way(
		    ways[way], sizeof ways[way], m, (enum impair_way)way);
	snprintf(line, sizeof line,
	    "impair %02" PRIu64 ":%02" PRIu64 "  clients %u%s%s", s / 60,
	    s % 60, m->clients_ever, ways[0], ways[1]);
	status_show(line);
}

/* A row: what was measured, and in brackets what was asked for ("": nothing
 * to compare). */
__attribute__((format(printf, 4, 5))) static void
row(FILE *out, const char *name, const char *asked, const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	fprintf(out, "  %-12s%s", name, text);
	if (asked[0] != '\0')
		fprintf(out, "   [asked %s]", asked);
	fputc('\n', out);
}

/* So many of all, with their share, if there are or should be any. */
static void
share_row(FILE *out, const char *name, uint64_t count, uint64_t whole,
    double ratio, bool known)
{
	char asked[32] = "", text[32];

	if (known && ratio > 0)
		snprintf(asked, sizeof asked, "%s",
		    units_ratio(text, sizeof text, ratio));
	if (count > 0 || asked[0] != '\0')
		row(out, name, asked, "%" PRIu64 " (%.2f %%)", count,
		    percent(count, whole));
}

static void
loss_row(FILE *out, const struct impair *m, enum impair_way way,
    const struct impair_sum *sum)
{
	const struct silbo_link_report *l = &sum->link;
	char asked[64] = "", runs[96] = "";
	struct silbo_loss_form form;

	if (impair_asked(&form, m, way) && form.loss > 0)
		snprintf(asked, sizeof asked,
		    form.run > 0 ? "%.4g%%, runs of %.3g" : "%.4g%%",
		    100 * form.loss, form.run);
	if (l->loss_runs > 0)
		snprintf(runs, sizeof runs,
		    " in %" PRIu64 " run%s of %.3g, longest %" PRIu64,
		    l->loss_runs, l->loss_runs == 1 ? "" : "s",
		    (double)sum->lost / (double)l->loss_runs, l->loss_run_max);
	if (sum->lost > 0 || asked[0] != '\0')
		row(out, "lost", asked, "%" PRIu64 " (%.2f %%)%s", sum->lost,
		    percent(sum->lost, l->datagrams), runs);
}

static void
delay_row(FILE *out, const struct silbo_link_report *l,
    const struct model *asked, bool known)
{
	char text[80] = "", delay[32], jitter[32];

	if (l->delay_min_ns == SILBO_TIME_NEVER)
		return;
	units_duration(delay, sizeof delay, asked->delay_ns);
	units_duration(jitter, sizeof jitter, asked->jitter_ns);
	if (known && asked->jitter_ns > 0)
		snprintf(text, sizeof text, "%s+-%s", delay, jitter);
	else if (known && asked->delay_ns > 0)
		snprintf(text, sizeof text, "%s", delay);
	/* What rounding makes of nothing says nothing. */
	if (text[0] != '\0' || l->delay_max_ns >= SILBO_NS_PER_MS / 20)
		row(out, "delay", text, "%.1f ms mean, %.1f to %.1f",
		    l->delay_mean_ns / 1e6, (double)l->delay_min_ns / 1e6,
		    (double)l->delay_max_ns / 1e6);
}

/* What no model asks for as a number, where there is some. */
static void
count_row(FILE *out, const char *name, uint64_t count, const char *what)
{
	if (count > 0)
		row(out, name, "", "%" PRIu64 " %s", count, what);
}

static void
text_way(FILE *out, const struct impair *m, enum impair_way way)
{
	const struct scenario_path *p = &m->scenario.ways[way];
	const struct model *asked = &p->models[0];
	const struct silbo_link_report *l;
	struct impair_sum sum;
	bool known = p->count == 1;

	impair_sum(&sum, m, way);
	l = &sum.link;
	fprintf(out, "%-7s %" PRIu64 " in   %" PRIu64 " out\n",
	    impair_way_names[way], sum.in, sum.out);
	if (sum.in == 0)
		return;
	loss_row(out, m, way, &sum);
	count_row(out, "  of them", l->fates[SILBO_FATE_OUTAGE], "in outages");
	count_row(out, "  of them",
	    l->fates[SILBO_FATE_QUEUE_FULL] + l->fates[SILBO_FATE_CODEL],
	    "dropped by the queue");
	share_row(
	    out, "reordered", l->held, l->datagrams, asked->reorder, known);
	share_row(out, "duplicated", l->duplicated, l->datagrams,
	    asked->duplicate, known);
	share_row(
	    out, "damaged", l->corrupted, l->datagrams, asked->corrupt, known);
	delay_row(out, l, asked, known);
	if (l->queue_max_ns > 0)
		row(out, "queue", "", "%.1f ms at most",
		    (double)l->queue_max_ns / 1e6);
	count_row(out, "still", sum.queued + sum.on_the_way, "on the way");
	count_row(out, "no place", sum.no_place,
	    "dropped: too many on the way at once");
	count_row(out, "not sent", sum.unsent, "refused by this machine");
}

static void
text_itself(FILE *out, struct impair *m)
{
	double figures[3];
	static const unsigned per_mille[] = {500, 990, 1000};
	uint64_t other = 0;

	for (int i = 0; i < (int)IMPAIR_NOTICES; i++)
		if (i != SILBO_NOTICE_PORT)
			other += m->notices[i];
	for (int i = 0; i < 3; i++)
		figures[i] =
		    (double)silbo_quantile_get(&m->added, per_mille[i]) / 1e6;
	fputs("itself\n", out);
	if (silbo_quantile_count(&m->added) > 0)
		row(out, "added delay", "", "p50 %.3f  p99 %.3f  max %.3f ms",
		    figures[0], figures[1], figures[2]);
	row(out, "dropped", "", "%" PRIu64 " by its sockets", impair_drops(m));
	count_row(
	    out, "not served", m->not_served, "of clients who found no place");
	count_row(out, "unreachable", m->notices[SILBO_NOTICE_PORT],
	    "times: nobody listened there");
	count_row(out, "unreachable", other, "times for other reasons");
	count_row(out, "log", m->log.dropped, "lines dropped");
}

void
impair_text(FILE *out, struct impair *m, silbo_time now)
{
	char span[32];

	fprintf(out, "impair  seed %" PRIu64 "   %s   %u client%s\n",
	    m->scenario.seed,
	    units_span(span, sizeof span, (double)(now - m->started) / 1e9),
	    m->clients_ever, m->clients_ever == 1 ? "" : "s");
	for (int way = 0; way < IMPAIR_WAYS; way++)
		text_way(out, m, (enum impair_way)way);
	text_itself(out, m);
}
