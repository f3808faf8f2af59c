/* SPDX-License-Identifier: MIT */
/*
 * Decides what loss and delay make of speech: the E-model, and what is known of
 * Opus in its terms.
 *
 * It refuses to know where its inputs come from, and asks libm for nothing, so
 * that an estimate is the same on every machine.
 *
 * Sources: ITU-T G.107 (06/2015), G.107.1 and G.107.2 (06/2019) for the
 * formulas.  R0 148, the top 132 and the factor 1.48 of G.107.2 are as two
 * public implementations have them.  Opus: Alahmadi, Pocta, Melvin, "An
 * Adaptive Bitrate Switching Algorithm for Speech Applications in Context of
 * WebRTC", ACM TOMM 17 (2021), doi 10.1145/3458751; figures from the authors'
 * repository mohaoahmadi/Opus_Codec_Quality_Evaluation, rounded to hundredths.
 */
#include <silbo/quality.h>

/* A model: the scale of its R, and where Ie,eff tends to. */
struct model {
	double r0, top, scale, idd;
};

static const struct model models[] = {
    [SILBO_QUALITY_NARROW] = {93.2, 95, 1, 1},
    [SILBO_QUALITY_WIDE] = {129, 95, 1.29, 1},
    [SILBO_QUALITY_SUPER] = {148, 132, 1.48, 1.48},
};

/* Ie, and Bpl for random and for bursty losses, of Opus at so many kb/s. */
struct row {
	double kbps, ie, random, bursty;
};

static const struct row super_vbr[] = {
    {14, 38.06, 16.51, 9.13},
    {15, 34.12, 15.00, 7.90},
    {16, 30.16, 11.83, 10.06},
    {19, 23.81, 10.67, 8.92},
    {22, 20.22, 10.47, 8.57},
    {25, 20.21, 11.28, 9.18},
    {28, 18.48, 10.63, 8.91},
    {31, 16.83, 10.44, 8.82},
    {34, 14.76, 10.12, 8.54},
    {37, 12.08, 10.38, 8.30},
    {40, 10.67, 9.79, 8.04},
};

static const struct row super_cbr[] = {
    {16, 36.88, 13.30, 10.80},
    {19, 29.58, 10.74, 8.93},
    {22, 23.38, 10.01, 8.46},
    {25, 22.64, 10.57, 8.74},
    {28, 23.65, 11.67, 9.98},
    {31, 21.74, 11.51, 9.58},
    {34, 20.62, 11.78, 9.69},
    {37, 16.23, 10.62, 8.99},
    {40, 15.90, 11.35, 9.37},
};

static const struct row wide_vbr[] = {
    {11, 28.41, 23.94, 20.12},
    {12, 23.30, 22.22, 18.90},
    {13, 19.96, 19.50, 16.92},
};

static const struct row wide_cbr[] = {
    {12, 29.76, 24.81, 20.78},
    {13, 26.16, 23.00, 19.37},
    {14, 20.77, 17.56, 15.85},
    {15, 18.06, 18.74, 16.10},
};

static const struct row narrow_vbr[] = {
    {6, 23.00, 24.56, 15.36},
    {7, 21.26, 22.46, 14.43},
    {8, 16.02, 20.26, 13.48},
    {9, 11.74, 18.91, 12.44},
};

static const struct row narrow_cbr[] = {
    {6, 46.27, 8.94, 5.66},
    {7, 31.73, 18.18, 11.76},
    {8, 19.25, 15.13, 10.13},
    {9, 13.21, 17.24, 11.36},
    {10, 6.20, 15.33, 10.47},
    {11, 2.03, 15.95, 10.73},
};

struct table {
	const struct row *rows;
	size_t count;
};

#define TABLE(rows) ((struct table){rows, sizeof rows / sizeof *rows})

static struct table
table_of(enum silbo_quality_band band, bool variable)
{
	if (band == SILBO_QUALITY_NARROW)
		return variable ? TABLE(narrow_vbr) : TABLE(narrow_cbr);
	if (band == SILBO_QUALITY_WIDE)
		return variable ? TABLE(wide_vbr) : TABLE(wide_cbr);
	return variable ? TABLE(super_vbr) : TABLE(super_cbr);
}

/* Losses are as bursty as those of the tables at this BurstR: a choice.  In
 * between Bpl goes straight from the random to the bursty one, so that a BurstR
 * that is 1 but for chance does not change the estimate by a step. */
#define BURSTY 2.0

static double
between(double low, double high, double share)
{
	return low + (high - low) * share;
}

/* Straight lines between the rows; beyond them the row at that end. */
static struct row
look_up(struct table table, double kbps)
{
	const struct row *a = table.rows, *b = a;
	const struct row *last = table.rows + table.count - 1;
	double share;

	while (b < last && b->kbps < kbps)
		a = b++;
	if (kbps >= last->kbps)
		return *last;
	if (b == table.rows)
		return *b;
	share = (kbps - a->kbps) / (b->kbps - a->kbps);
	return (struct row){
	    .kbps = kbps,
	    .ie = between(a->ie, b->ie, share),
	    .random = between(a->random, b->random, share),
	    .bursty = between(a->bursty, b->bursty, share),
	};
}

/* log2 of a number of at least 1: halves, then ln m = 2 atanh((m-1)/(m+1)),
 * whose argument is at most 1/3: 20 terms are 10^-20. */
static double
log_2(double x)
{
	double t, power, sum = 0, whole = 0;

	for (; x >= 2; x /= 2)
		whole++;
	t = (x - 1) / (x + 1);
	power = t;
	for (int k = 1; k < 40; k += 2) {
		sum += power / k;
		power *= t * t;
	}
	return whole + 2 * sum / 0.69314718055994530942;
}

/* (1 + x^6)^(1/6), by Newton from above; x at most the 1024 of log_2. */
static double
sixth(double x)
{
	double a = 1 + x * x * x * x * x * x;
	double y = 1 + x; /* never below the root */

	for (int i = 0; i < 64; i++) {
		double y5 = y * y * y * y * y;
		double next = y - (y * y5 - a) / (6 * y5);

		if (next >= y)
			break;
		y = next;
	}
	return y;
}

/* G.107 (06/2015) section 7.4. */
double
silbo_quality_idd(double delay_ms)
{
	double x;

	if (!(delay_ms > 100))
		return 0;
	x = log_2(delay_ms / 100);
	return 25 * (sixth(x) - 3 * sixth(x / 3) + 2);
}

/* G.107 (06/2015) section 7.5; Ppl is in percent. */
double
silbo_quality_ie_eff(
    double ie, double bpl, double top, double loss_ratio, double burst_r)
{
	double ppl = 100 * loss_ratio;

	return ie + (top - ie) * ppl / (ppl / burst_r + bpl);
}

/* G.107 (06/2015) annex B; its cubic dips below 1 under 6.5. */
double
silbo_quality_mos(double r)
{
	double mos;

	if (!(r > 0))
		return 1;
	if (r >= 100)
		return 4.5;
	mos = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
	return mos > 1 ? mos : 1;
}

double
silbo_quality_burst_r(uint64_t lost, uint64_t runs, uint64_t expected)
{
	double ratio;

	if (lost == 0 || runs == 0 || expected < lost)
		return 1;
	ratio =
	    (double)lost / (double)runs * (1 - (double)lost / (double)expected);
	return ratio > 1 ? ratio : 1;
}

/* Thresholds of libopus 1.3 for mono, audio and voice alike. */
enum silbo_quality_band
silbo_quality_band_of(double bitrate_bps)
{
	if (bitrate_bps >= 13500)
		return SILBO_QUALITY_SUPER;
	return bitrate_bps >= 9000 ? SILBO_QUALITY_WIDE : SILBO_QUALITY_NARROW;
}

const char *
silbo_quality_model_name(enum silbo_quality_band band)
{
	switch (band) {
	case SILBO_QUALITY_NARROW:
		return "G.107";
	case SILBO_QUALITY_WIDE:
		return "G.107.1";
	default:
		return "G.107.2";
	}
}

const char *
silbo_quality_band_name(enum silbo_quality_band band)
{
	switch (band) {
	case SILBO_QUALITY_NARROW:
		return "narrow";
	case SILBO_QUALITY_WIDE:
		return "wide";
	default:
		return "super";
	}
}

/* Neither NaN nor infinite. */
static bool
is_within(double value, double min, double max)
{
	return value >= min && value <= max;
}

static bool
is_possible(const struct silbo_quality_input *in)
{
	return is_within(in->loss_ratio, 0, 1) &&
	    is_within(in->burst_r, 0, 1e300) &&
	    is_within(in->delay_ms, 0, 1e300) &&
	    is_within(in->bitrate_bps, 1e-9, 1e300) &&
	    in->band <= SILBO_QUALITY_SUPER;
}

int
silbo_quality_report(struct silbo_quality_report *report,
    const struct silbo_quality_input *input)
{
	const struct model *model;
	struct row row;
	double share;

	*report = (struct silbo_quality_report){0};
	if (!is_possible(input))
		return SILBO_ERR_RANGE;
	model = &models[input->band];
	row = look_up(
	    table_of(input->band, input->variable), input->bitrate_bps / 1000);
	if (input->bitrate_bps / 1000 < row.kbps)
		report->beyond = SILBO_QUALITY_BELOW;
	else if (input->bitrate_bps / 1000 > row.kbps)
		report->beyond = SILBO_QUALITY_ABOVE;
	report->table_bps = 1000 * row.kbps;
	report->burst_r = input->burst_r > 1 ? input->burst_r : 1;
	share = (report->burst_r - 1) / (BURSTY - 1);
	report->ie = row.ie;
	report->bpl = between(row.random, row.bursty, share < 1 ? share : 1);
	report->idd = model->idd * silbo_quality_idd(input->delay_ms);
	report->ie_eff = silbo_quality_ie_eff(report->ie, report->bpl,
	    model->top, input->loss_ratio, report->burst_r);
	report->r_band = model->r0 - report->idd - report->ie_eff;
	if (!(report->r_band > 0))
		report->r_band = 0;
	report->r = report->r_band / model->scale;
	report->mos = silbo_quality_mos(report->r);
	return SILBO_OK;
}
