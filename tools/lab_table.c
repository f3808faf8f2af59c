/* SPDX-License-Identifier: MIT */
/*
 * The table of an experiment, for people: a line above that says what all rows
 * have in common, then the axes and what came out.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "lab.h"
#include "units.h"

/* What is the same everywhere needs no column. */
static bool
varies(const struct lab *lab, double (*get)(const struct lab_mean *))
{
	double first = get(&lab->means[0]);

	for (size_t p = 1; p < lab->points; p++)
		if (fabs(get(&lab->means[p]) - first) >= 50)
			return true;
	return isnan(first);
}

static double
get_wire(const struct lab_mean *m)
{
	return m->wire_bps;
}

/* Did a run fail, or was it not made? */
static bool
is_whole(const struct lab *lab)
{
	for (size_t p = 0; p < lab->points; p++)
		if (lab->means[p].runs != lab->seeds)
			return false;
	return true;
}

/* What the rows show beside what they always do. */
struct columns {
	bool range, wire, mos, estoi, ok;
};

static bool
is_axis(const struct lab *lab, const char *key)
{
	for (size_t a = 0; a < lab->axes_count; a++)
		if (strcmp(lab->axes[a].key, key) == 0)
			return true;
	return false;
}

static void
number(FILE *out, int width, int decimals, double value)
{
	if (isnan(value))
		fprintf(out, "%*s", width, "-");
	else
		fprintf(out, "%*.*f", width, decimals, value);
}

/* How wide an axis is: its name or its longest value. */
static int
width_of(const struct lab_axis *axis)
{
	size_t width = strlen(axis->key);

	for (size_t i = 0; i < axis->count; i++)
		if (strlen(axis->values[i]) > width)
			width = strlen(axis->values[i]);
	return (int)width;
}

/* How long a run is, to 10 ms. */
static int64_t
span(const struct lab *lab)
{
	int64_t ns = lab->stream.duration_ns, step = 10000000;
	int64_t sound = (int64_t)silbo_samples_to_ns(lab->sound.samples);

	if (ns == 0)
		ns = LAB_SPAN_DEFAULT;
	if (lab->sound.count > 0 &&
	    (lab->stream.duration_ns == 0 || sound < ns))
		ns = sound;
	return (ns + step / 2) / step * step;
}

/* "10 seeds (1-10), each 1m, frames 20ms, 60.0 kb/s on the wire" */
static void
heading(FILE *out, const struct lab *lab, bool wire)
{
	char text[32];
	uint64_t last = lab->first_seed + lab->seeds - 1;

	if (lab->seeds == 1)
		fprintf(out, "seed %" PRIu64, last);
	else
		fprintf(out, "%" PRIu64 " seeds (%" PRIu64 "-%" PRIu64 ")",
		    lab->seeds, lab->first_seed, last);
	fprintf(out, ", each %s", units_duration(text, sizeof text, span(lab)));
	if (!is_axis(lab, "frame"))
		fprintf(out, ", frames %s",
		    units_duration(text, sizeof text, lab->stream.frame_ns));
	if (!is_axis(lab, "playout"))
		fprintf(out, ", play-out %s",
		    units_duration(text, sizeof text, lab->stream.playout_ns));
	if (!wire)
		fprintf(out, ", %.1f kb/s on the wire",
		    get_wire(&lab->means[0]) / 1e3);
	fputs("\n\n", out);
}

static void
range(FILE *out, const struct lab_mean *m)
{
	char text[48] = "-";

	if (!isnan(m->residual_low))
		snprintf(text, sizeof text, "%.1f-%.1f", 100 * m->residual_low,
		    100 * m->residual_high);
	fprintf(out, "%12s", text);
}

static void
row(FILE *out, const struct lab *lab, size_t p, const struct columns *c)
{
	const struct lab_mean *m = &lab->means[p];

	for (size_t a = 0; a < lab->axes_count; a++)
		fprintf(out, "%-*s  ", width_of(&lab->axes[a]),
		    lab_value(lab, p, a));
	number(out, 6, 2, 100 * m->lost);
	if (m->burst >= 99999.5) /* all of a long stream */
		fprintf(out, "%6.0e", m->burst);
	else
		number(out, 6, m->burst < 999.95 ? 1 : 0, m->burst);
	number(out, 8, 2, 100 * m->late);
	number(out, 12, 2, 100 * m->residual);
	if (c->range)
		range(out, m);
	number(out, 10, 1, m->delay_ms);
	if (c->wire)
		number(out, 7, 1, m->wire_bps / 1e3);
	if (c->mos)
		number(out, 6, 2, m->mos);
	if (c->estoi)
		number(out, 7, 3, m->estoi);
	if (c->ok)
		fprintf(out, "%5" PRIu64, m->runs);
	fputc('\n', out);
}

/* The intelligibility where 80 columns have room for it: CSV and JSON have it
 * always. */
static void
choose(struct columns *c, const struct lab *lab)
{
	int width = 42;

	for (size_t a = 0; a < lab->axes_count; a++)
		width += width_of(&lab->axes[a]) + 2;
	c->range = lab->seeds > 1;
	c->wire = varies(lab, get_wire);
	c->mos = lab->sound.count > 0;
	c->ok = !is_whole(lab);
	width += 12 * c->range + 7 * c->wire + 6 * c->mos + 5 * c->ok;
	c->estoi = c->mos && width + 7 <= 80;
}

void
lab_table(FILE *out, const struct lab *lab)
{
	struct columns c;

	choose(&c, lab);
	heading(out, lab, c.wire);
	for (size_t a = 0; a < lab->axes_count; a++)
		fprintf(
		    out, "%-*s  ", width_of(&lab->axes[a]), lab->axes[a].key);
	fprintf(out,
	    "lost %%   run  late %%  residual %%%s  delay ms%s%s%s%s\n",
	    c.range ? "     of runs" : "", c.wire ? "   kb/s" : "",
	    c.mos ? "   MOS" : "", c.estoi ? "  ESTOI" : "",
	    c.ok ? "   ok" : "");
	for (size_t p = 0; p < lab->points; p++)
		row(out, lab, p, &c);
	if (c.ok)
		fputc('\n', out);
	lab_failures(out, lab);
}

void
lab_failures(FILE *out, const struct lab *lab)
{
	char text[256];

	for (size_t p = 0; p < lab->points; p++) {
		const struct lab_mean *m = &lab->means[p];

		if (m->failed == 0)
			continue;
		lab_describe(lab, p, text, sizeof text);
		fprintf(out,
		    "point %zu%s%s%s: %" PRIu64 " of %" PRIu64
		    " runs failed; %s\n",
		    p + 1, text[0] != '\0' ? " (" : "", text,
		    text[0] != '\0' ? ")" : "", m->failed, lab->seeds,
		    m->failure);
	}
}
