/* SPDX-License-Identifier: MIT */
/*
 * The track against an oracle that stores everything, on random streams.
 */
#include "track_oracle.h"
#include "track_streams.h"

#define STREAMS 8000
#define CHECK_EVERY 20

/* What all streams together went through: a test that never met a reordered
 * number would prove nothing about reordering. */
struct coverage {
	uint64_t streams, events;
	uint64_t lost, pending, duplicate, late_final, too_old, reordered;
	uint64_t held_at_end, lowered, kind[3];
	uint64_t run_histogram[SILBO_CLASSES], distances[SILBO_CLASSES];
	uint64_t extents[SILBO_CLASSES], preceding[SILBO_CLASSES];
	uint64_t bursts, gaps, alone; /* lost, in no burst */
};

static struct coverage coverage;

static void
happen(struct silbo_track *track, struct oracle *o, const struct event *e,
    const char *where)
{
	enum silbo_verdict got, want;

	switch (e->what) {
	case NUMBER:
		got = silbo_track_on_number(track, e->number, e->at);
		want = oracle_on_number(o, e->number, e->at);
		if (got != want)
			fail_msg("%s: %s, the oracle says %s", where,
			    silbo_verdict_name(got), silbo_verdict_name(want));
		break;
	case NEXT:
		silbo_track_on_next(track, e->number, e->at);
		oracle_on_next(o, e->number, e->at);
		break;
	case FIRST:
		silbo_track_on_first(track, e->number, e->at);
		oracle_on_info(o, SILBO_TRACK_BASE_FIRST, e->number, e->at);
		break;
	case JOINED:
		silbo_track_on_joined(track, e->number, e->at);
		oracle_on_info(o, SILBO_TRACK_BASE_JOINED, e->number, e->at);
		break;
	case TIME:
		silbo_track_on_time(track, e->at);
		oracle_on_time(o, e->at);
		break;
	}
}

/* The figures of a report in a row, cumulative ones first; runs as sums from
 * each class upward, since an open run climbs.  None of these ever shrinks, so
 * differences over intervals are true counts and sum to the total. */
#define CUMULATIVE (16 + 4 * SILBO_CLASSES)
#define FIGURES (CUMULATIVE + 6)

struct figure {
	char name[24];
	uint64_t value;
};

struct figures {
	struct figure all[FIGURES];
	size_t count;
};

static void
put(struct figures *f, const char *name, uint64_t value)
{
	assert_true(f->count < FIGURES);
	snprintf(f->all[f->count].name, sizeof(f->all[0].name), "%s", name);
	f->all[f->count++].value = value;
}

static void
put_classes(struct figures *f, const char *name, const uint64_t *classes)
{
	char text[24];

	for (int i = 0; i < SILBO_CLASSES; i++) {
		snprintf(text, sizeof(text), "%s %d", name, i);
		put(f, text, classes[i]);
	}
}

static void
put_losses(struct figures *f, const struct silbo_pattern_report *r)
{
	uint64_t up[SILBO_CLASSES] = {0};

	for (int i = SILBO_CLASSES - 1, j; i >= 0; i--)
		for (j = 0; j <= i; j++)
			up[j] += r->run_histogram[i];
	put_classes(f, "runs from class", up);
	put_classes(f, "distances", r->distances);
	put(f, "longest run", r->run_max);
	put(f, "noticeable", r->noticeable);
	put(f, "bursts", r->bursts);
	put(f, "numbers in bursts", r->burst_numbers);
	put(f, "lost in bursts", r->burst_lost);
}

static void
list(const struct silbo_track_report *r, struct figures *f)
{
	f->count = 0;
	put(f, "arrived", r->arrived);
	put(f, "unique", r->unique);
	put(f, "lost", r->lost);
	put(f, "duplicate", r->duplicate);
	put(f, "late_final", r->late_final);
	put(f, "too_old", r->too_old);
	put(f, "reordered", r->reordered);
	put(f, "largest extent", r->extent_max);
	put(f, "sum of extents", r->extent_sum);
	put(f, "latest", r->late_by_max_ns);
	put(f, "sum of late by", r->late_by_sum_ns);
	put_classes(f, "extents", r->extents);
	put_classes(f, "n", r->preceding);
	put_losses(f, &r->losses);
	assert_int_equal(f->count, CUMULATIVE);
	put(f, "pending", r->pending);
	put(f, "first", r->first);
	put(f, "next", r->next);
	put(f, "gaps", r->losses.gaps);
	put(f, "numbers in gaps", r->losses.gap_numbers);
	put(f, "lost in gaps", r->losses.gap_lost);
	assert_int_equal(f->count, FIGURES);
}

static void
compare(const struct silbo_track *track, const struct oracle *o,
    struct figures *before, const char *where)
{
	struct figures got, want;
	struct silbo_track_report r, should;
	silbo_time deadline;

	silbo_track_report(track, &r);
	oracle_report(o, &should);
	list(&r, &got);
	list(&should, &want);
	for (size_t i = 0; i < FIGURES; i++) {
		const struct figure *g = &got.all[i], *w = &want.all[i];

		if (g->value != w->value)
			fail_msg("%s: %s %llu, the oracle says %llu", where,
			    g->name, (unsigned long long)g->value,
			    (unsigned long long)w->value);
		if (i < CUMULATIVE && g->value < before->all[i].value)
			fail_msg("%s: %s shrinks", where, g->name);
	}
	*before = got;
	assert_int_equal(r.base, should.base);
	assert_int_equal(r.losses.runs, should.losses.runs);
	assert_int_equal(r.losses.lost, r.lost);
	assert_int_equal(r.expected, r.next - r.first);
	assert_int_equal(r.expected, r.unique + r.lost + r.pending);
	assert_int_equal(
	    r.arrived, r.unique + r.duplicate + r.late_final + r.too_old);
	deadline = silbo_track_deadline(track);
	if (deadline != oracle_deadline(o, should.pending))
		fail_msg("%s: deadline differs", where);
}

static void
cover(const struct silbo_track *track, const struct oracle *o, size_t events)
{
	struct silbo_track_report r;

	silbo_track_report(track, &r);
	coverage.streams++;
	coverage.events += events;
	coverage.lost += r.lost > 0;
	coverage.pending += r.pending > 0;
	coverage.duplicate += r.duplicate;
	coverage.late_final += r.late_final;
	coverage.too_old += r.too_old;
	coverage.reordered += r.reordered;
	coverage.held_at_end += o->held;
	coverage.lowered += o->lowered;
	coverage.kind[r.base]++;
	coverage.bursts += r.losses.bursts;
	coverage.gaps += r.losses.gaps;
	coverage.alone += r.losses.gap_lost;
	for (size_t i = 0; i < SILBO_CLASSES; i++) {
		coverage.run_histogram[i] += r.losses.run_histogram[i];
		coverage.distances[i] += r.losses.distances[i];
		coverage.extents[i] += r.extents[i];
		coverage.preceding[i] += r.preceding[i];
	}
}

static void
run_stream(uint64_t seed)
{
	static uint64_t mem[1024];
	static struct stream s;
	static struct oracle o;
	struct silbo_track track;
	struct figures before = {.count = 0};
	char where[80];

	make_stream(&s, seed);
	assert_true(silbo_track_size((uint32_t)s.window) <= sizeof(mem));
	memset(mem, 0x5a, sizeof(mem));
	silbo_track_init(&track, mem, (uint32_t)s.window, s.wait_ns);
	oracle_init(&o, s.window, s.wait_ns);
	for (size_t i = 0; i < s.count; i++) {
		snprintf(where, sizeof(where), "seed %llu, event %zu",
		    (unsigned long long)seed, i);
		happen(&track, &o, &s.events[i], where);
		if (i % CHECK_EVERY == seed % CHECK_EVERY || i == s.count - 1)
			compare(&track, &o, &before, where);
	}
	cover(&track, &o, s.count);
}

static void
the_track_says_what_the_oracle_says(void **state)
{
	uint64_t seed = test_seed(20261122);

	(void)state;
	printf("seeds %llu to %llu; SILBO_SEED sets the first\n",
	    (unsigned long long)seed, (unsigned long long)seed + STREAMS - 1);
	for (uint64_t i = 0; i < STREAMS; i++)
		run_stream(seed + i);
}

static void
the_streams_went_through_everything(void **state)
{
	const struct coverage *c = &coverage;

	(void)state;
	printf("%llu events in %llu streams\n", (unsigned long long)c->events,
	    (unsigned long long)c->streams);
	assert_int_equal(c->streams, STREAMS);
	assert_true(c->lost > STREAMS / 4 && c->pending > STREAMS / 4);
	assert_true(c->duplicate > 1000 && c->reordered > 1000);
	assert_true(c->late_final > 1000 && c->too_old > 1000);
	assert_true(c->held_at_end > 50 && c->lowered > 50);
	for (size_t i = 0; i < 3; i++)
		assert_true(c->kind[i] > STREAMS / 10);
	assert_true(c->bursts > 1000 && c->gaps > 1000 && c->alone > 1000);
	for (size_t i = 0; i < SILBO_CLASSES; i++)
		assert_true(c->run_histogram[i] > 100 &&
		    c->distances[i] > 100 && c->extents[i] > 100 &&
		    c->preceding[i] > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_track_says_what_the_oracle_says),
	    cmocka_unit_test(the_streams_went_through_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
