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
	uint64_t run_histogram[SILBO_TRACK_RUN_CLASSES];
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
#define FIGURES 20
#define CUMULATIVE 17

static const char *const figure_names[FIGURES] = {"arrived", "unique", "lost",
    "duplicate", "late_final", "too_old", "reordered", "extent_max", "run_max",
    "runs of 1 up", "of 2 up", "of 3 up", "of 4 up", "of 5 up", "of 9 up",
    "of 17 up", "of 33 up", "pending", "first", "next"};

static void
list(const struct silbo_track_report *r, uint64_t figures[FIGURES])
{
	const uint64_t plain[] = {r->arrived, r->unique, r->lost, r->duplicate,
	    r->late_final, r->too_old, r->reordered, r->extent_max, r->run_max};
	uint64_t runs = 0;

	memcpy(figures, plain, sizeof(plain));
	for (size_t i = SILBO_TRACK_RUN_CLASSES; i-- > 0;)
		figures[9 + i] = runs += r->run_histogram[i];
	figures[17] = r->pending;
	figures[18] = r->first;
	figures[19] = r->next;
}

static void
compare(const struct silbo_track *track, const struct oracle *o,
    uint64_t before[FIGURES], const char *where)
{
	uint64_t got[FIGURES], want[FIGURES];
	struct silbo_track_report r, should;
	silbo_time deadline;

	silbo_track_report(track, &r);
	oracle_report(o, &should);
	list(&r, got);
	list(&should, want);
	for (size_t i = 0; i < FIGURES; i++) {
		if (got[i] != want[i])
			fail_msg("%s: %s %llu, the oracle says %llu", where,
			    figure_names[i], (unsigned long long)got[i],
			    (unsigned long long)want[i]);
		if (i < CUMULATIVE && got[i] < before[i])
			fail_msg("%s: %s shrinks", where, figure_names[i]);
	}
	memcpy(before, got, sizeof(got));
	assert_int_equal(r.base, should.base);
	assert_int_equal(r.runs, got[9]);
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
	for (size_t i = 0; i < SILBO_TRACK_RUN_CLASSES; i++)
		coverage.run_histogram[i] += r.run_histogram[i];
}

static void
run_stream(uint64_t seed)
{
	static uint64_t mem[1024];
	static struct stream s;
	static struct oracle o;
	struct silbo_track track;
	uint64_t before[FIGURES] = {0};
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
			compare(&track, &o, before, where);
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
	for (size_t i = 0; i < SILBO_TRACK_RUN_CLASSES; i++)
		assert_true(c->run_histogram[i] > 100);
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
