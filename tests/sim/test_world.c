/* SPDX-License-Identifier: MIT */
/*
 * The world: who hears what, when, in which order; clocks that run wrong; that
 * a run is the same each time, and what it costs.
 */
#include <math.h>

#include "testing.h"

#include "world_clock.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MS SILBO_NS_PER_MS
#define S SILBO_NS_PER_S

__extension__ typedef __int128 wide;

static struct silbo_link_phase
perfect(silbo_time delay)
{
	struct silbo_link_phase phase = {.at = 0};

	silbo_link_config_init(&phase.config);
	phase.config.delay.base_ns = delay;
	return phase;
}

static struct silbo_world *
make(uint32_t endpoints, uint32_t links, uint32_t datagrams)
{
	struct silbo_world_config config = {.endpoints = endpoints,
	    .links = links,
	    .datagrams = datagrams,
	    .queue = datagrams < 32 ? datagrams : 32,
	    .datagram_max = 200};
	void *mem = malloc(silbo_world_size(&config));

	return silbo_world_init(mem, &config);
}

/* A world of two endpoints and one link from the first to the second. */
static struct silbo_world *
pair(const struct silbo_link_phase *phase, uint32_t datagrams)
{
	struct silbo_world *world = make(2, 1, datagrams);

	assert_int_equal(silbo_world_join(world, NULL), 0);
	assert_int_equal(silbo_world_join(world, NULL), 1);
	assert_int_equal(silbo_world_join(world, NULL), SILBO_ERR_SPACE);
	assert_int_equal(silbo_world_connect(world, 0, 1, phase, 1, 1, 0), 0);
	return world;
}

static void
send_text(struct silbo_world *world, const char *text, silbo_time now)
{
	assert_int_equal(
	    silbo_world_put(world, 0, (const uint8_t *)text, strlen(text), now),
	    0);
}

/* The next event of any time. */
static bool
next(struct silbo_world *world, struct silbo_event *event)
{
	silbo_time now;

	while ((now = silbo_world_deadline(world)) != SILBO_TIME_NEVER)
		if (silbo_world_get(world, event, now))
			return true;
	return false;
}

static void
what_is_sent_arrives_after_its_delay_as_it_was(void **state)
{
	struct silbo_link_phase phase = perfect(20 * MS);
	struct silbo_world *world = pair(&phase, 4);
	struct silbo_event event;

	(void)state;
	send_text(world, "hello", 5);
	assert_int_equal(silbo_world_deadline(world), 20 * MS + 5);
	assert_false(silbo_world_get(world, &event, 20 * MS + 4));
	assert_true(silbo_world_get(world, &event, 20 * MS + 5));
	assert_int_equal(event.kind, SILBO_EVENT_ARRIVAL);
	assert_int_equal(event.at, 20 * MS + 5);
	assert_int_equal(event.local, 20 * MS + 5);
	assert_int_equal(event.endpoint, 1);
	assert_int_equal(event.put_at, 5);
	assert_int_equal(event.len, 5);
	assert_memory_equal(event.data, "hello", 5);
	assert_int_equal(silbo_world_deadline(world), SILBO_TIME_NEVER);
	free(world);
}

static void
events_of_one_instant_come_in_the_order_of_insertion(void **state)
{
	struct silbo_link_phase phase = perfect(10 * MS);
	struct silbo_world *world = pair(&phase, 4);
	struct silbo_event event;

	(void)state;
	silbo_world_wake(world, 1, 10 * MS, 0);
	send_text(world, "a", 0);
	silbo_world_wake(world, 0, 10 * MS, 0);
	assert_true(next(world, &event));
	assert_int_equal(event.kind, SILBO_EVENT_TIMER);
	assert_int_equal(event.endpoint, 1);
	assert_true(next(world, &event));
	assert_int_equal(event.kind, SILBO_EVENT_ARRIVAL);
	/* Set anew within the instant: behind all that is there. */
	silbo_world_wake(world, 1, 3 * MS, 10 * MS);
	assert_true(next(world, &event));
	assert_int_equal(event.endpoint, 0);
	assert_true(next(world, &event));
	assert_int_equal(event.endpoint, 1);
	assert_int_equal(event.at, 10 * MS);
	silbo_world_wake(world, 1, 20 * MS, 10 * MS);
	silbo_world_wake(world, 1, SILBO_TIME_NEVER, 10 * MS);
	assert_false(next(world, &event));
	free(world);
}

static void
a_second_copy_is_whole_whatever_was_done_to_the_first(void **state)
{
	struct silbo_link_phase phase = perfect(0);
	struct silbo_world *world;
	struct silbo_event event;
	struct silbo_world_report report;

	(void)state;
	phase.config.duplicate = 1;
	phase.config.duplicate_ns = 2 * MS;
	world = pair(&phase, 1);
	send_text(world, "secret", 0);
	assert_true(next(world, &event));
	assert_int_equal(event.copy, 0);
	memset(event.data, 0, event.len);
	assert_int_equal(
	    silbo_world_put(world, 0, event.data, 1, 0), SILBO_ERR_SPACE);
	assert_true(next(world, &event));
	assert_int_equal(event.copy, 1);
	assert_int_equal(event.at, 2 * MS);
	assert_memory_equal(event.data, "secret", 6);
	/* What has been handed out has left: there is a place, and it does not
	 * overwrite what still stands there. */
	assert_int_equal(silbo_world_put(world, 0, event.data, 6, 2 * MS), 0);
	assert_memory_equal(event.data, "secret", 6);
	assert_true(next(world, &event));
	assert_memory_equal(event.data, "secret", 6);
	silbo_world_report(world, &report);
	assert_int_equal(report.refused, 1);
	assert_int_equal(report.held_max, 1);
	assert_int_equal(report.held, 1);
	assert_true(next(world, &event));
	assert_false(next(world, &event));
	silbo_world_report(world, &report);
	assert_int_equal(report.held, 0);
	assert_int_equal(silbo_world_put(world, 0, event.data, 201, 9 * S),
	    SILBO_ERR_TOO_LARGE);
	free(world);
}

static void
fates_are_told_of_links_that_are_watched(void **state)
{
	struct silbo_link_phase phase = perfect(10 * MS);
	struct silbo_event event;

	(void)state;
	phase.config.loss.kind = SILBO_LOSS_RANDOM;
	phase.config.loss.pace = SILBO_PACE_PACKET;
	phase.config.loss.random = 0.5;
	for (int watched = 0; watched < 2; watched++) {
		struct silbo_world *world = pair(&phase, 4);
		uint64_t kinds[3] = {0}, index = 0;

		if (watched)
			silbo_world_watch(world, 0);
		for (uint32_t i = 0; i < 100; i++) {
			send_text(world, "x", i * S);
			while (next(world, &event)) {
				kinds[event.kind]++;
				if (event.kind == SILBO_EVENT_ARRIVAL)
					continue;
				assert_int_equal(event.len, 1);
				assert_int_equal(event.data[0], 'x');
				assert_int_equal(event.at, i * S);
				assert_int_equal(event.endpoint, 0);
				assert_int_equal(event.index, index++);
				assert_int_equal(event.fate.put_at, i * S);
			}
		}
		assert_in_range(kinds[SILBO_EVENT_ARRIVAL], 30, 70);
		assert_int_equal(kinds[SILBO_EVENT_FATE], watched ? 100 : 0);
		free(world);
	}
}

static void
damage_is_done_once_to_both_copies(void **state)
{
	struct silbo_link_phase phase = perfect(0);
	struct silbo_world *world;
	struct silbo_event event;

	(void)state;
	phase.config.corrupt = 1;
	phase.config.corrupt_bits = 3;
	phase.config.duplicate = 1;
	world = pair(&phase, 4);
	for (uint32_t i = 0; i < 50; i++) {
		send_text(world, "0123456789", i * S);
		for (unsigned copy = 0; copy < 2; copy++) {
			unsigned bits = 0;

			assert_true(next(world, &event));
			silbo_link_corrupt(&event.fate, event.data, event.len);
			assert_memory_equal(event.data, "0123456789", 10);
			bits = event.fate.bits;
			assert_int_equal(bits, 3);
		}
	}
	free(world);
}

/* What the clock shows, and when it first shows as much, by definition. */
static void
check_clock(const struct silbo_world_clock *skew, silbo_time t)
{
	wide parts = (wide)t * (1000000000 + skew->ppb);
	wide shown = parts / 1000000000 + skew->offset_ns;
	silbo_time local = world_clock_local(skew, t), back;

	assert_int_equal(local, shown > 0 ? (silbo_time)shown : 0);
	back = world_clock_world(skew, local);
	assert_true(back <= t);
	assert_true(world_clock_local(skew, back) == local);
	assert_true(back == 0 || world_clock_local(skew, back - 1) < local);
	back = world_clock_world(skew, local + 1);
	assert_true(back > t && world_clock_local(skew, back) > local);
	assert_true(world_clock_local(skew, back - 1) <= local);
}

static void
a_skewed_clock_is_exact_and_never_goes_back(void **state)
{
	uint64_t random = test_seed(5);

	(void)state;
	for (int i = 0; i < 200000; i++) {
		unsigned bits = (unsigned)test_below(&random, 61);
		int64_t sign = test_below(&random, 2) ? 1 : -1;
		struct silbo_world_clock skew = {sign *
			(int64_t)test_below(
			    &random, (uint64_t)1 << test_below(&random, 61)),
		    (int32_t)test_below(&random, 2000001) - 1000000};

		check_clock(&skew, test_below(&random, (uint64_t)1 << bits));
	}
	check_clock(&(struct silbo_world_clock){0, -1000000}, 0);
}

static void
a_timer_is_due_when_its_own_clock_says_so(void **state)
{
	struct silbo_world *world = make(2, 1, 1);
	const struct silbo_world_clock fast = {5 * S, 100000},
				       slow = {-(int64_t)S, -100000};
	struct silbo_event event;

	(void)state;
	assert_int_equal(silbo_world_join(world, &fast), 0);
	assert_int_equal(silbo_world_join(world, &slow), 1);
	assert_int_equal(silbo_world_local(world, 0, 0), 5 * S);
	assert_int_equal(silbo_world_local(world, 1, 0), 0);
	assert_int_equal(silbo_world_local(world, 1, 10 * S), 9 * S - MS);
	silbo_world_wake(world, 0, 5 * S + 10001 * MS, 0);
	silbo_world_wake(world, 1, 9 * S, 0);
	assert_true(next(world, &event));
	assert_int_equal(event.endpoint, 0);
	assert_int_equal(event.at, 10 * S);
	assert_int_equal(event.local, 5 * S + 10001 * MS);
	assert_true(next(world, &event));
	assert_int_equal(event.local, 9 * S);
	assert_int_equal(event.at, 10 * S + 1000101);
	free(world);
}

/* ---- many ---- */

struct crowd {
	uint64_t digest, arrivals, fates;
	struct silbo_world_report report;
};

static void
digest(struct crowd *crowd, uint64_t value)
{
	/* FNV-1a, eight bytes at a time. */
	crowd->digest = (crowd->digest ^ value) * UINT64_C(0x100000001b3);
	crowd->digest ^= crowd->digest >> 29;
}

static void
digest_event(struct crowd *crowd, const struct silbo_event *event)
{
	digest(crowd, event->kind);
	digest(crowd, event->at);
	digest(crowd, event->local);
	digest(crowd, event->endpoint);
	if (event->kind == SILBO_EVENT_TIMER)
		return;
	digest(crowd, event->index);
	digest(crowd, event->fate.kind);
	digest(crowd, event->copy);
	digest(crowd, event->fate.held);
	crowd->fates += event->kind == SILBO_EVENT_FATE;
	crowd->arrivals += event->kind == SILBO_EVENT_ARRIVAL;
	for (size_t i = 0; event->kind == SILBO_EVENT_ARRIVAL && i < event->len;
	     i++)
		digest(crowd, event->data[i]);
}

static struct silbo_link_phase
troubled(void)
{
	struct silbo_link_phase phase = perfect(30 * MS);
	struct silbo_link_config *config = &phase.config;

	config->loss.kind = SILBO_LOSS_GILBERT;
	config->loss.p = 0.01;
	config->loss.r = 0.05;
	config->loss.bad = 1;
	config->loss.good = 0;
	config->delay.shape = SILBO_SHAPE_NORMAL;
	config->delay.spread_ns = 8 * MS;
	config->delay.correlation = 0.8;
	config->delay.stalls_per_s = 0.5;
	config->delay.stall_ns = 80 * MS;
	config->queue.rate_bps = 60000;
	config->queue.limit_bytes = 1500;
	config->outage_every_ns = 3 * S;
	config->outage_ns = 100 * MS;
	config->reorder = 0.02;
	config->duplicate = 0.01;
	config->corrupt = 0.01;
	return phase;
}

/* Senders that send every 20 ms, each over a link of its own. */
static void
live(struct crowd *crowd, const struct silbo_link_phase *phase, uint32_t links,
    uint32_t frames, bool watched)
{
	struct silbo_world *world = make(2 * links, links, 32 * links + 8);
	const struct silbo_world_clock skew = {S, 50000};
	struct silbo_event event;
	uint64_t random = 3;

	memset(crowd, 0, sizeof(*crowd));
	for (uint32_t i = 0; i < links; i++) {
		assert_int_equal(silbo_world_join(world, NULL), 2 * i);
		assert_int_equal(silbo_world_join(world, &skew), 2 * i + 1);
		assert_int_equal(silbo_world_connect(
				     world, 2 * i, 2 * i + 1, phase, 1, 42, 0),
		    i);
		if (watched)
			silbo_world_watch(world, i);
		silbo_world_wake(world, 2 * i, i * 20 * MS / links, 0);
	}
	while (next(world, &event)) {
		uint8_t data[200] = {(uint8_t)event.at};

		digest_event(crowd, &event);
		if (event.kind != SILBO_EVENT_TIMER ||
		    event.at >= frames * 20 * MS)
			continue;
		silbo_world_wake(
		    world, event.endpoint, event.local + 20 * MS, event.at);
		assert_int_equal(
		    silbo_world_put(world, event.endpoint / 2, data,
			60 + test_below(&random, 100), event.at),
		    0);
	}
	silbo_world_report(world, &crowd->report);
	free(world);
}

static void
a_run_is_the_same_each_time_and_everywhere(void **state)
{
	struct silbo_link_phase phase = troubled();
	struct crowd crowd, again;

	(void)state;
	live(&crowd, &phase, 20, 500, true);
	live(&again, &phase, 20, 500, true);
	assert_memory_equal(&crowd, &again, sizeof(crowd));
	assert_int_equal(crowd.fates, 20 * 500);
	assert_in_range(crowd.arrivals, 6000, 9500);
	assert_int_equal(crowd.report.held, 0);
	assert_int_equal(crowd.report.refused, 0);
	/* gcc and clang, with and without optimisation. */
	assert_int_equal(crowd.digest, UINT64_C(0x06b4fe5c1aa9235f));
}

static void
a_watcher_changes_nothing(void **state)
{
	struct silbo_link_phase phase = troubled();
	struct crowd seen, unseen;

	(void)state;
	live(&seen, &phase, 10, 300, true);
	live(&unseen, &phase, 10, 300, false);
	assert_int_equal(seen.arrivals, unseen.arrivals);
	assert_int_equal(unseen.fates, 0);
	assert_int_equal(seen.fates, 3000);
}

static void
a_thousand_links_cost_what_the_logarithm_says(void **state)
{
	struct silbo_link_phase phase = troubled();
	struct crowd few, many;
	double each_few, each_many;

	(void)state;
	live(&few, &phase, 10, 200, false);
	live(&many, &phase, 1000, 200, false);
	each_few = (double)few.report.compared / (double)few.report.events;
	each_many = (double)many.report.compared / (double)many.report.events;
	/* A hundred times the entries are log4(100) levels more; an event is
	 * put and taken once, with one comparison and four on each. */
	assert_true(each_many < each_few + (1 + 4) * log(100) / log(4));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_sent_arrives_after_its_delay_as_it_was),
	    cmocka_unit_test(
		events_of_one_instant_come_in_the_order_of_insertion),
	    cmocka_unit_test(
		a_second_copy_is_whole_whatever_was_done_to_the_first),
	    cmocka_unit_test(fates_are_told_of_links_that_are_watched),
	    cmocka_unit_test(damage_is_done_once_to_both_copies),
	    cmocka_unit_test(a_skewed_clock_is_exact_and_never_goes_back),
	    cmocka_unit_test(a_timer_is_due_when_its_own_clock_says_so),
	    cmocka_unit_test(a_run_is_the_same_each_time_and_everywhere),
	    cmocka_unit_test(a_watcher_changes_nothing),
	    cmocka_unit_test(a_thousand_links_cost_what_the_logarithm_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
