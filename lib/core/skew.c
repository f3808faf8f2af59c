/* SPDX-License-Identifier: MIT */
/*
 * Decides which slope of the delays is the clocks' and not the network's.
 *
 * Below all delays lies the line of an empty network, and it is as steep as the
 * clocks run apart.  A hull over the least delay of each window finds it (Moon,
 * Skelly, Towsley, "Estimation and removal of clock skew from network delay
 * measurements", 1999); that the thirds of the time find it too is what makes
 * it believable.  It refuses to know numbers, and what delays are told from it.
 */
#include <silbo/skew.h>

#include <float.h>

#define WINDOW_NS (125 * SILBO_NS_PER_MS)
#define NONE INT64_MAX

/* Quartz is within 100 ppm, twice that between two of them. */
#define SLOPE_MAX 500e-6

/* By so much at most may the thirds bend apart over their own length: more is a
 * queue or a route.  Half the 0.1 ms that figures may be off would be too
 * little for a busy network, whose least delays scatter. */
#define BEND_NS 500e3

/* By so much over a third may they differ from a line that they confirm. */
#define CONFIRM_NS (BEND_NS / 2)

/* How far above the lowest delay others have to be near it, and how many times
 * over their distance has to be smaller than what a slope makes; slopes below
 * 150 ppm may be as uncertain as that.  Asked of the first slope only: those
 * that follow have to agree better than it. */
#define FLOOR_DEPTH 8
#define SURELY 2
#define SLOPE_SMALL 150e-6

/* Fewer windows tell nothing. */
#define LEAST_WINDOWS 5

void
silbo_skew_init(struct silbo_skew *skew)
{
	skew->width_ns = WINDOW_NS;
	skew->windows = 0;
	skew->known = false;
	skew->slope = 0;
	skew->doubt = 0;
}

/* Above the line of what is believed, so that in a wide window the least is not
 * always at its end. */
static double
height(const struct silbo_skew *skew, uint32_t i, double slope)
{
	return (double)skew->least[i].delay_ns -
	    slope * (double)skew->least[i].at_ns;
}

static bool
is_lower(const struct silbo_skew *skew, uint32_t i, uint32_t than)
{
	if (i >= skew->windows || skew->least[i].delay_ns == NONE)
		return false;
	return skew->least[than].delay_ns == NONE ||
	    height(skew, i, skew->slope) < height(skew, than, skew->slope);
}

static void
halve(struct silbo_skew *skew)
{
	uint32_t half = (skew->windows + 1) / 2;

	for (uint32_t i = 0; i < half; i++)
		skew->least[i] =
		    skew->least[2 * i + is_lower(skew, 2 * i + 1, 2 * i)];
	skew->windows = half;
	skew->width_ns *= 2;
}

/* Is b on or above the line from a to c? */
static bool
is_above(const struct silbo_skew *skew, uint32_t a, uint32_t b, uint32_t c)
{
	double t = (double)(skew->least[c].at_ns - skew->least[a].at_ns);
	double d = (double)(skew->least[c].delay_ns - skew->least[a].delay_ns);
	double x = (double)(skew->least[b].at_ns - skew->least[a].at_ns);
	double y = (double)(skew->least[b].delay_ns - skew->least[a].delay_ns);

	return y * t >= d * x;
}

/* A stretch of time and the slope of the hull's edge over its middle. */
struct edge {
	bool known;
	double slope;
	double length_ns;
};

static struct edge
edge_of(const struct silbo_skew *skew, uint32_t from, uint32_t to)
{
	uint8_t hull[SILBO_SKEW_WINDOWS];
	uint32_t count = 0, filled = 0, i;
	uint64_t first, last;
	struct edge edge = {.known = false};

	for (i = from; i < to; i++) {
		if (skew->least[i].delay_ns == NONE)
			continue;
		filled++;
		while (count >= 2 &&
		    is_above(skew, hull[count - 2], hull[count - 1], i))
			count--;
		hull[count++] = (uint8_t)i;
	}
	if (filled < LEAST_WINDOWS)
		return edge;
	first = skew->least[hull[0]].at_ns;
	last = skew->least[hull[count - 1]].at_ns;
	for (i = 1; skew->least[hull[i]].at_ns - first <
	     last - skew->least[hull[i]].at_ns;)
		i++;
	edge.known = true;
	edge.length_ns = (double)(last - first);
	edge.slope = (double)(skew->least[hull[i]].delay_ns -
			 skew->least[hull[i - 1]].delay_ns) /
	    (double)(skew->least[hull[i]].at_ns -
		skew->least[hull[i - 1]].at_ns);
	return edge;
}

static double
distance(double a, double b)
{
	return a > b ? a - b : b - a;
}

static double
lesser(double a, double b)
{
	return a < b ? a : b;
}

static double
greater(double a, double b)
{
	return a > b ? a : b;
}

static double
median(double a, double b, double c)
{
	if (a > b)
		return median(b, a, c);
	return c < a ? a : c > b ? b : c;
}

/* A slope, and by how much it may be wrong: at most BEND_NS over a third. */
struct guess {
	bool ok;
	bool spans; /* the first and the last third are close to it */
	double slope, doubt, third_ns;
};

static struct guess
judge(const struct silbo_skew *skew, double slope, double bend, double third)
{
	struct guess guess = {
	    .slope = slope, .doubt = bend / third, .third_ns = third};

	guess.ok = distance(slope, 0) <= SLOPE_MAX &&
	    (bend <= BEND_NS || (skew->known && guess.doubt <= skew->doubt));
	return guess;
}

/*
 * The hull of all windows finds it best, if the network was empty now and then
 * in each third of the time: then some least delay there is close to the line.
 */
static struct guess
guess_from_all(const struct silbo_skew *skew, uint32_t n)
{
	struct edge all = edge_of(skew, 0, n);
	double low[3] = {DBL_MAX, DBL_MAX, DBL_MAX};
	struct guess guess;

	if (!all.known || n < 3 * LEAST_WINDOWS)
		return (struct guess){.ok = false};
	for (uint32_t i = 0; i < n; i++)
		if (skew->least[i].delay_ns != NONE)
			low[3 * i / n] =
			    lesser(low[3 * i / n], height(skew, i, all.slope));
	guess = judge(skew, all.slope,
	    distance(greater(low[0], greater(low[1], low[2])),
		lesser(low[0], lesser(low[1], low[2]))),
	    all.length_ns / 3);
	guess.spans = distance(low[0], low[2]) <= BEND_NS;
	return guess;
}

/*
 * A change of the route spoils one third at most, and the hull of all, for
 * ever. The two others agree.
 */
static struct guess
guess_from_thirds(const struct silbo_skew *skew, uint32_t n)
{
	double slope[3], middle, length = 0, low, high;

	for (uint32_t i = 0; i < 3; i++) {
		struct edge third = edge_of(skew, n * i / 3, n * (i + 1) / 3);

		if (!third.known)
			return (struct guess){.ok = false};
		slope[i] = third.slope;
		length += third.length_ns / 3;
	}
	middle = median(slope[0], slope[1], slope[2]);
	low = lesser(slope[0], lesser(slope[1], slope[2]));
	high = greater(slope[0], greater(slope[1], slope[2]));
	return judge(
	    skew, middle, lesser(middle - low, high - middle) * length, length);
}

/* Do they contradict each other, and is the second nearer to what was believed?
 */
static bool
is_spoiled(const struct silbo_skew *skew, const struct guess *all,
    const struct guess *thirds)
{
	double was = skew->slope;

	return skew->known && thirds->ok &&
	    distance(all->slope, thirds->slope) > all->doubt + thirds->doubt &&
	    distance(all->slope, was) > distance(thirds->slope, was);
}

/*
 * A queue that fills the middle third lifts its delays off a line that is right
 * all the same: the two others are on it, and the thirds by themselves find
 * about the same slope, only less exactly, being shorter.
 */
static bool
is_confirmed(const struct guess *all, const struct guess *thirds)
{
	return all->spans && thirds->ok &&
	    distance(all->slope, thirds->slope) * all->third_ns <= CONFIRM_NS;
}

/*
 * How soft the floor is between two windows: by so much is the eighth lowest
 * delay above the lowest.  Queues that empty have a hard one, other jitter, as
 * of a radio, has none, and then a hull through its outliers is no clock.
 */
static double
softness(
    const struct silbo_skew *skew, uint32_t from, uint32_t to, double slope)
{
	double low[FLOOR_DEPTH];

	for (uint32_t k = 0; k < FLOOR_DEPTH; k++)
		low[k] = DBL_MAX;
	for (uint32_t i = from; i < to; i++) {
		double h = height(skew, i, slope);

		if (skew->least[i].delay_ns == NONE)
			continue;
		for (uint32_t k = 0; k < FLOOR_DEPTH; k++)
			if (h < low[k]) {
				double higher = low[k];

				low[k] = h;
				h = higher;
			}
	}
	return low[FLOOR_DEPTH - 1] - low[0];
}

/* Either half of the time has a floor that is hard enough for the slope
 * between them. */
static bool
is_clear(const struct silbo_skew *skew, uint32_t n, double slope)
{
	double soft =
	    softness(skew, 0, n / 2, slope) + softness(skew, n / 2, n, slope);
	double half = (double)n / 2 * (double)skew->width_ns;

	return SURELY * soft / half <=
	    greater(distance(slope, 0) / 2, SLOPE_SMALL);
}

/* All windows but the last, which is not full yet. */
static bool
estimate(struct silbo_skew *skew)
{
	uint32_t n = skew->windows - 1;
	struct guess thirds = guess_from_thirds(skew, n);
	struct guess best = guess_from_all(skew, n);

	if (!best.ok && is_confirmed(&best, &thirds)) {
		thirds.doubt =
		    greater(thirds.doubt, distance(best.slope, thirds.slope));
		thirds.slope = best.slope;
	}
	if (!best.ok || is_spoiled(skew, &best, &thirds))
		best = thirds;
	if (!best.ok || (!skew->known && !is_clear(skew, n, best.slope)))
		return false;
	skew->slope = best.slope;
	skew->doubt = best.doubt;
	skew->known = true;
	return true;
}

/* Looking at all windows is worth it once a second, not once in each. */
static uint64_t
seconds(const struct silbo_skew *skew, uint32_t window)
{
	return window * skew->width_ns / SILBO_NS_PER_S;
}

bool
silbo_skew_on_delay(struct silbo_skew *skew, int64_t delay_ns, uint64_t at_ns)
{
	bool changed = false;
	uint32_t i;

	while (at_ns / skew->width_ns >= SILBO_SKEW_WINDOWS)
		halve(skew);
	i = (uint32_t)(at_ns / skew->width_ns);
	if (i >= skew->windows) {
		bool due = skew->windows > 0 &&
		    seconds(skew, i) > seconds(skew, skew->windows - 1);

		for (; skew->windows <= i; skew->windows++)
			skew->least[skew->windows].delay_ns = NONE;
		changed = due && estimate(skew);
	}
	if (skew->least[i].delay_ns == NONE ||
	    (double)delay_ns - skew->slope * (double)at_ns <
		height(skew, i, skew->slope)) {
		skew->least[i].at_ns = at_ns;
		skew->least[i].delay_ns = delay_ns;
	}
	return changed;
}

int64_t
silbo_skew_floor(const struct silbo_skew *skew, double slope)
{
	int64_t floor = NONE;

	for (uint32_t i = 0; i < skew->windows; i++) {
		int64_t at = (int64_t)(slope * (double)skew->least[i].at_ns);

		if (skew->least[i].delay_ns != NONE &&
		    skew->least[i].delay_ns - at < floor)
			floor = skew->least[i].delay_ns - at;
	}
	return floor;
}

void
silbo_skew_report(
    const struct silbo_skew *skew, struct silbo_skew_report *report)
{
	*report = (struct silbo_skew_report){.known = skew->known,
	    .ppm = skew->slope * 1e6,
	    .doubt_ppm = skew->doubt * 1e6};
}
