/* SPDX-License-Identifier: MIT */
/*
 * Decides how late each datagram is, compared with the fastest of its stream,
 * when neither clock knows the other.
 *
 * What arrives is kept one by one until the clocks are compared, then counted
 * as a distance above a line: as steep as the clocks run apart, and as high as
 * the fastest allow.  It refuses to know what the numbers are numbers of, and
 * how the slope is found.
 */
#include <silbo/transit.h>

#include <assert.h>
#include <string.h>

#define ABSURD_NS ((int64_t)(3600 * SILBO_NS_PER_S))
#define RAW_TIME_NS (20 * SILBO_NS_PER_S)
#define RAW_STEP_NS 8

/* Slopes that come to less than this over the whole time are left alone, since
 * they would be as much noise as clock. */
#define MATTERS_NS 50e3

/* A slope out of less than this is none yet, however many datagrams it saw. */
#define SLOPE_TIME_NS (2 * SILBO_NS_PER_S)

/* Room in the histogram for the line to fall.  It widens the buckets of what is
 * no longer than itself, so it is a small part of the usual distance. */
#define SLACK_NS (128 * SILBO_NS_PER_US)
#define SLACK_PART 8

_Static_assert(sizeof(struct silbo_transit) <= 20 * 1024,
    "a stream's delays take at most 20 KB");

void
silbo_transit_init(struct silbo_transit *transit)
{
	memset(transit, 0, offsetof(struct silbo_transit, skew));
	silbo_skew_init(&transit->skew);
}

static uint64_t
magnitude(int64_t ns)
{
	return ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
}

/* RFC 3393 section 4.2: difference to this neighbour, if it came. */
static void
pair(struct silbo_transit *t, uint64_t neighbour, int64_t delay)
{
	size_t i = (size_t)neighbour % SILBO_TRANSIT_PAIRS;
	int64_t other;

	if (t->top - neighbour >= SILBO_TRANSIT_PAIRS) {
		t->unpaired++;
		return;
	}
	if ((t->came[i / 64] >> i % 64 & 1) == 0)
		return;
	other = (int64_t)((uint64_t)t->high[i] << 32 | t->low[i]) - ABSURD_NS;
	silbo_quantile_put(&t->ipdv, magnitude(delay - other));
}

/* Whoever had the places of the numbers before this one is forgotten. */
static void
raise(struct silbo_transit *t, uint64_t number)
{
	if (number - t->top >= SILBO_TRANSIT_PAIRS)
		memset(t->came, 0, sizeof(t->came));
	else
		for (uint64_t n = t->top + 1; n != number; n++)
			t->came[n % SILBO_TRANSIT_PAIRS / 64] &=
			    ~((uint64_t)1 << n % 64);
	t->top = number;
}

/* Of i and i-1, whichever comes later closes the pair. */
static void
join(struct silbo_transit *t, uint64_t number, int64_t delay)
{
	uint64_t above = (uint64_t)(delay + ABSURD_NS);
	size_t i = (size_t)number % SILBO_TRANSIT_PAIRS;

	if (number > t->top)
		raise(t, number);
	if (number > 0)
		pair(t, number - 1, delay);
	if (number < t->top)
		pair(t, number + 1, delay);
	if (t->top - number >= SILBO_TRANSIT_PAIRS)
		return;
	t->came[i / 64] |= (uint64_t)1 << i % 64;
	t->low[i] = (uint32_t)above;
	t->high[i] = (uint16_t)(above >> 32);
}

static int64_t
line(const struct silbo_transit *t, uint64_t at)
{
	return t->floor_ns + (int64_t)(t->slope * (double)at);
}

static uint64_t
slack_for(uint64_t mean)
{
	return mean / SLACK_PART > SLACK_NS ? mean / SLACK_PART : SLACK_NS;
}

/* All that is in the histogram lies so much higher above the line. */
static void
lift(struct silbo_transit *t, int64_t by)
{
	uint64_t slack, up = magnitude(by);

	if (by <= 0 || up <= t->slack_ns) {
		t->slack_ns -= (uint64_t)by;
		return;
	}
	slack = slack_for(silbo_quantile_mean(&t->u.pdv) + up);
	silbo_quantile_shift(&t->u.pdv, up - t->slack_ns + slack);
	t->slack_ns = slack;
}

static void
put(struct silbo_transit *t, int64_t delay, uint64_t at)
{
	int64_t above = delay - line(t, at);

	if (above < 0) {
		t->floor_ns += above;
		lift(t, -above);
		above = 0;
	}
	silbo_quantile_put(&t->u.pdv, (uint64_t)above + t->slack_ns);
	t->delays_ns += (double)delay;
	t->times_ns += (double)at;
}

static double
size_of(double slope)
{
	return slope < 0 ? -slope : slope;
}

/* Is there a slope, another than the line has, and worth changing that? */
static bool
matters(const struct silbo_transit *t, const struct silbo_skew_report *skew,
    uint64_t at)
{
	double change = size_of(skew->ppm * 1e-6 - t->slope);

	if (!skew->known || at < SLOPE_TIME_NS)
		return false;
	if (t->slope == 0 && change < skew->doubt_ppm * 1e-6)
		return false;
	return change * (double)at > MATTERS_NS;
}

/*
 * What is in the histogram was measured from another line, at times that are
 * forgotten.  So that at least its mean is right.
 */
static void
draw_line(struct silbo_transit *t, uint64_t at)
{
	uint64_t count = silbo_quantile_count(&t->u.pdv);
	struct silbo_skew_report skew;
	double mean;

	silbo_skew_report(&t->skew, &skew);
	if (!matters(t, &skew, at))
		return;
	t->slope = skew.ppm * 1e-6;
	t->floor_ns = silbo_skew_floor(&t->skew, t->slope);
	if (count == 0)
		return;
	mean = t->delays_ns / (double)count -
	    t->slope * (t->times_ns / (double)count) - (double)t->floor_ns;
	lift(t,
	    (int64_t)(mean + (double)t->slack_ns) -
		(int64_t)silbo_quantile_mean(&t->u.pdv));
}

/* From one by one to the histogram, which takes their place. */
static void
settle(struct silbo_transit *t, uint64_t at)
{
	struct silbo_transit_raw raw[SILBO_TRANSIT_RAW];
	uint64_t sum = 0;

	memcpy(raw, t->u.raw, t->raw_count * sizeof(raw[0]));
	silbo_quantile_init(&t->u.pdv);
	t->settled = true;
	t->floor_ns = t->least_ns;
	for (uint32_t i = 0; i < t->raw_count; i++)
		sum += (uint64_t)(raw[i].delay_ns - t->least_ns);
	t->slack_ns = slack_for(t->raw_count > 0 ? sum / t->raw_count : 0);
	draw_line(t, at);
	for (uint32_t i = 0; i < t->raw_count; i++)
		put(t, raw[i].delay_ns, (uint64_t)raw[i].at * RAW_STEP_NS);
}

static void
feed(struct silbo_transit *t, int64_t delay, uint64_t at)
{
	bool moved = silbo_skew_on_delay(&t->skew, delay, at);
	uint32_t i = t->raw_count;

	if (!t->settled &&
	    (i == SILBO_TRANSIT_RAW || at >= RAW_TIME_NS ||
		magnitude(delay) > INT32_MAX))
		settle(t, at);
	else if (t->settled && moved)
		draw_line(t, at);
	if (t->settled) {
		put(t, delay, at);
		return;
	}
	t->u.raw[i].at = (uint32_t)(at / RAW_STEP_NS);
	t->u.raw[i].delay_ns = (int32_t)delay;
	t->raw_count++;
}

static void
begin(
    struct silbo_transit *t, uint64_t number, uint64_t delay, uint64_t arrived)
{
	memset(t->came, 0, sizeof(t->came));
	t->top = number;
	t->unpaired = 0;
	silbo_quantile_init(&t->ipdv);
	t->base_ns = delay;
	t->started_ns = arrived;
	t->begun = true;
}

void
silbo_transit_on_arrival(struct silbo_transit *t, uint64_t number,
    uint64_t sent_ns, uint64_t arrived_ns)
{
	uint64_t origin = arrived_ns - sent_ns, at;
	int64_t delay;

	if (!t->begun)
		begin(t, number, origin, arrived_ns);
	delay = (int64_t)(origin - t->base_ns);
	if (delay > ABSURD_NS || delay < -ABSURD_NS) {
		t->absurd++;
		return;
	}
	at = arrived_ns - t->started_ns;
	if (at > INT64_MAX)
		at = 0;
	if (delay < t->least_ns)
		t->least_ns = delay;
	if (t->count == 0 || number < t->first) {
		t->first = number;
		t->first_at = at;
		t->first_ns = delay;
	}
	t->count++;
	join(t, number, delay);
	feed(t, delay, at);
}

static uint64_t
less(uint64_t ns, uint64_t slack)
{
	return ns > slack ? ns - slack : 0;
}

static void
spread_of(
    struct silbo_spread *spread, const struct silbo_quantile *q, uint64_t slack)
{
	*spread = (struct silbo_spread){
	    .count = silbo_quantile_count(q),
	    .mean_ns = less(silbo_quantile_mean(q), slack),
	    .p50_ns = less(silbo_quantile_get(q, 500), slack),
	    .p95_ns = less(silbo_quantile_get(q, 950), slack),
	    .p99_ns = less(silbo_quantile_get(q, 990), slack),
	    .p999_ns = less(silbo_quantile_get(q, 999), slack),
	    .max_ns = less(silbo_quantile_get(q, 1000), slack),
	};
	/* What was too long for the histogram is in the one, not the other. */
	if (spread->mean_ns > spread->max_ns)
		spread->mean_ns = spread->max_ns;
}

static const uint16_t buffers_ms[] = SILBO_TRANSIT_BUFFERS_MS;

static void
report_pdv(struct silbo_transit_report *report, const struct silbo_quantile *q,
    uint64_t slack)
{
	spread_of(&report->pdv, q, slack);
	if (report->first_ns > report->pdv.max_ns)
		report->first_ns = report->pdv.max_ns;
	for (int i = 0; i < SILBO_TRANSIT_BUFFERS; i++)
		report->beyond[i] = silbo_quantile_above(
		    q, buffers_ms[i] * SILBO_NS_PER_MS + slack);
}

/* Of what is kept one by one, to the nanosecond. */
static uint64_t
count_beyond(const struct silbo_transit *t, uint64_t ns)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < t->raw_count; i++)
		count += (uint64_t)(t->u.raw[i].delay_ns - t->least_ns) > ns;
	return count;
}

/* Whatever was set up for it on the way, the first waited for. */
static uint64_t
first_above(const struct silbo_transit *t)
{
	int64_t above =
	    t->first_ns - (t->settled ? line(t, t->first_at) : t->least_ns);

	return above > 0 ? (uint64_t)above : 0;
}

void
silbo_transit_report(
    const struct silbo_transit *t, struct silbo_transit_report *report)
{
	struct silbo_skew_report skew;
	struct silbo_quantile q;

	*report = (struct silbo_transit_report){.absurd = t->absurd};
	if (!t->begun)
		return;
	report->fastest_ns = (int64_t)(t->base_ns + (uint64_t)t->least_ns);
	report->first_ns = first_above(t);
	spread_of(&report->ipdv, &t->ipdv, 0);
	report->unpaired = t->unpaired;
	silbo_skew_report(&t->skew, &skew);
	if (t->settled) {
		report->skew_known = skew.known;
		report->skew_applied = t->slope != 0;
		report->skew_ppm = skew.known ? skew.ppm : 0;
		report_pdv(report, &t->u.pdv, t->slack_ns);
		return;
	}
	silbo_quantile_init(&q);
	for (uint32_t i = 0; i < t->raw_count; i++)
		silbo_quantile_put(
		    &q, (uint64_t)(t->u.raw[i].delay_ns - t->least_ns));
	report_pdv(report, &q, 0);
	for (int i = 0; i < SILBO_TRANSIT_BUFFERS; i++)
		report->beyond[i] =
		    count_beyond(t, buffers_ms[i] * SILBO_NS_PER_MS);
}
