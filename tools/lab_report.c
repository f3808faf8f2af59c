/* SPDX-License-Identifier: MIT */
/*
 * What an experiment gave: means over the seeds, as CSV and as JSON.  The same
 * results are the same bytes.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli.h"
#include "lab.h"
#include "report_build.h"

/* Running sums of one point. */
struct sums {
	double lost, late, concealed, residual, delay, wire, losses, runs;
	double mos, estoi, distance;
	uint64_t handed;
};

static void
add(struct lab_mean *mean, struct sums *s, const struct lab_result *r)
{
	double sent = (double)r->payloads;
	double residual = (sent - (double)r->played) / sent;

	mean->runs++;
	mean->sum.sent += r->payloads;
	mean->sum.played += r->played;
	mean->sum.lost += r->lost;
	mean->sum.late += r->late;
	mean->sum.concealed += r->concealed;
	mean->sum.overflow += r->overflow;
	mean->sum.loss_runs += r->loss_runs;
	mean->sum.duplicate += r->duplicate;
	mean->sum.reordered += r->reordered;
	s->lost += (double)r->lost / sent;
	s->late += (double)r->late / sent;
	s->concealed += (double)r->concealed / sent;
	s->residual += residual;
	s->losses += (double)r->lost;
	s->runs += (double)r->loss_runs;
	s->wire += r->wire_bps;
	if (!isnan(r->delay_ms)) {
		s->delay += r->delay_ms;
		s->handed++;
	}
	if (mean->runs == 1 || residual < mean->residual_low)
		mean->residual_low = residual;
	if (mean->runs == 1 || residual > mean->residual_high)
		mean->residual_high = residual;
	if (r->scored) {
		mean->scored++;
		s->mos += r->mos;
		s->estoi += r->estoi;
		s->distance += r->distance_db;
	}
}

static void
settle(struct lab_mean *mean, const struct sums *s)
{
	double n = mean->runs > 0 ? (double)mean->runs : NAN;
	double scored = (double)mean->scored;

	mean->lost = s->lost / n;
	mean->late = s->late / n;
	mean->concealed = s->concealed / n;
	mean->residual = s->residual / n;
	mean->burst = s->runs > 0 ? s->losses / s->runs : NAN;
	mean->wire_bps = s->wire / n;
	if (mean->runs == 0)
		mean->residual_low = mean->residual_high = NAN;
	mean->delay_ms = s->handed > 0 ? s->delay / (double)s->handed : NAN;
	mean->mos = scored > 0 ? s->mos / scored : NAN;
	mean->estoi = scored > 0 ? s->estoi / scored : NAN;
	mean->distance_db = scored > 0 ? s->distance / scored : NAN;
}

void
lab_means(struct lab *lab)
{
	for (size_t point = 0; point < lab->points; point++) {
		struct lab_mean *mean = &lab->means[point];
		struct sums sums = {0};

		memset(mean, 0, sizeof(*mean));
		for (uint64_t i = 0; i < lab->seeds; i++) {
			size_t run = point * lab->seeds + i;
			const struct lab_result *r = &lab->results[run];

			if (!lab->done[run])
				continue;
			if (r->broken[0] == '\0') {
				add(mean, &sums, r);
				continue;
			}
			if (mean->failed++ == 0)
				snprintf(mean->failure, sizeof(mean->failure),
				    "seed %" PRIu64 ": %s", lab->first_seed + i,
				    r->broken);
		}
		settle(mean, &sums);
	}
}

/* ---- CSV ---- */

static void
csv_cell(FILE *out, double value)
{
	if (!isnan(value))
		fprintf(out, "%.9g", value);
	fputc(',', out);
}

static void
csv_rows(FILE *out, const struct lab *lab)
{
	fputs("point,", out);
	for (size_t a = 0; a < lab->axes_count; a++)
		fprintf(out, "%s,", lab->axes[a].key);
	fputs("lost_ratio,burst,late_ratio,concealed_ratio,residual_ratio,"
	      "residual_min,"
	      "residual_max,delay_ms,wire_bps,mos,estoi,distance_db,runs,"
	      "failed\n",
	    out);
	for (size_t p = 0; p < lab->points; p++) {
		const struct lab_mean *m = &lab->means[p];
		const double cells[] = {m->lost, m->burst, m->late,
		    m->concealed, m->residual, m->residual_low,
		    m->residual_high, m->delay_ms, m->wire_bps, m->mos,
		    m->estoi, m->distance_db};

		fprintf(out, "%zu,", p + 1);
		for (size_t a = 0; a < lab->axes_count; a++)
			fprintf(out, "%s,", lab_value(lab, p, a));
		for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
			csv_cell(out, cells[i]);
		fprintf(out, "%" PRIu64 ",%" PRIu64 "\n", m->runs, m->failed);
	}
}

int
lab_csv(const struct lab *lab)
{
	bool is_stdout;
	FILE *out;
	int status = 0;

	if (lab->csv_path == NULL)
		return 0;
	is_stdout = strcmp(lab->csv_path, "-") == 0;
	out = is_stdout ? stdout : fopen(lab->csv_path, "we");
	if (out == NULL)
		return -1;
	csv_rows(out, lab);
	if (ferror(out))
		status = -1;
	if ((is_stdout ? fflush(out) : fclose(out)) != 0)
		status = -1;
	return status;
}

/* ---- JSON, schema silbo.lab/1 ---- */

/* Datagrams of all runs that did not fail. */
static json_t *
build_sum(struct builder *b, const struct lab_sum *sum)
{
	const struct {
		const char *key;
		uint64_t value;
	} rows[] = {
	    {"sent", sum->sent},
	    {"played", sum->played},
	    {"lost", sum->lost},
	    {"late", sum->late},
	    {"overflow", sum->overflow},
	    {"concealed", sum->concealed},
	    {"loss_runs", sum->loss_runs},
	    {"duplicate", sum->duplicate},
	    {"reordered", sum->reordered},
	};
	json_t *o = json_object();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		build_put(
		    b, o, rows[i].key, build_count((int64_t)rows[i].value));
	return o;
}

static json_t *
build_point(struct builder *b, const struct lab *lab, size_t p)
{
	const struct lab_mean *m = &lab->means[p];
	json_t *o = json_object(), *values = json_object();

	for (size_t a = 0; a < lab->axes_count; a++)
		build_put(b, values, lab->axes[a].key,
		    build_text(lab_value(lab, p, a)));
	build_put(b, o, "point", build_count((int64_t)p + 1));
	build_put(b, o, "values", values);
	build_put(b, o, "runs", build_count((int64_t)m->runs));
	build_put(b, o, "failed", build_count((int64_t)m->failed));
	build_put(b, o, "failure", build_text(m->failure));
	build_put(b, o, "sum", build_sum(b, &m->sum));
	build_put(b, o, "lost_ratio", build_real(m->lost, 6));
	build_put(b, o, "burst", build_real(m->burst, 4));
	build_put(b, o, "late_ratio", build_real(m->late, 6));
	build_put(b, o, "concealed_ratio", build_real(m->concealed, 6));
	build_put(b, o, "residual_ratio", build_real(m->residual, 6));
	build_put(b, o, "residual_ratio_min", build_real(m->residual_low, 6));
	build_put(b, o, "residual_ratio_max", build_real(m->residual_high, 6));
	build_put(b, o, "delay_ms", build_real(m->delay_ms, 3));
	build_put(b, o, "wire_bps", build_real(m->wire_bps, 0));
	build_put(b, o, "mos_estimated", build_real(m->mos, 3));
	build_put(b, o, "estoi", build_real(m->estoi, 4));
	build_put(b, o, "distance_db", build_real(m->distance_db, 3));
	return o;
}

int
lab_json(const struct lab *lab)
{
	json_t *root = json_object(), *points = json_array();
	json_t *tool = json_object();
	struct builder b = {false};
	char seeds[64];
	int status;

	if (lab->json_path == NULL) {
		json_decref(root);
		json_decref(points);
		json_decref(tool);
		return 0;
	}
	snprintf(seeds, sizeof seeds, "%" PRIu64 "-%" PRIu64, lab->first_seed,
	    lab->first_seed + lab->seeds - 1);
	/* No time of day: run twice, it is the same bytes. */
	build_put(&b, tool, "name", build_text("silbo"));
	build_put(&b, tool, "version", build_text(SILBO_VERSION));
	build_put(&b, root, "schema", build_text("silbo.lab/1"));
	build_put(&b, root, "tool", tool);
	build_put(&b, root, "seeds", build_text(seeds));
	build_put(
	    &b, root, "plan", build_owned_text(scenario_text(&lab->scenario)));
	for (size_t p = 0; p < lab->points; p++)
		build_append(&b, points, build_point(&b, lab, p));
	build_put(&b, root, "points", points);
	errno = ENOMEM;
	status = b.failed ? -1 : build_write(lab->json_path, root);
	json_decref(root);
	return status;
}
