/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "loop.h"

static void
check_world(struct world *w)
{
	struct run run;

	world_settle(w);
	run_init(&run, w, 1);
	run_to_the_end(&run);
	report(&run);
	check_truth(&run, 0);
	run_reset(&run);
}

#define DATA SILBO_TYPE_DATA
#define INFO SILBO_TYPE_INFO

static const struct {
	uint64_t data, first;
	silbo_time join;
	bool opaque, late_end;
	struct hap haps[8];
} histories[] = {
    /* 0: nothing */ {3000, 0, 0, false, false, {{0}}},
    /* 1: some of everything */
    {3000, 0, 0, false, false,
	{{DROP, 100, 1, 0, DATA}, {DROP, 200, 3, 0, DATA},
	    {COPY, 300, 5, 1 * MS, DATA}, {DELAY, 400, 1, 21 * MS, DATA},
	    {DELAY, 500, 1, 55 * MS, DATA}, {COPY, 600, 40, 500 * MS, DATA},
	    {DROP, 700, 40, 0, DATA}, {DROP, 3, 4, 0, INFO}}},
    /* 2: each second one swapped, for a while */
    {3000, 0, 0, false, false,
	{{DELAY, 50, 1, 30 * MS, DATA}, {DELAY, 52, 1, 30 * MS, DATA},
	    {DELAY, 54, 1, 30 * MS, DATA}, {DELAY, 56, 1, 30 * MS, DATA},
	    {COPY, 56, 1, 5 * MS, DATA}}},
    /* 3: the head is lost */
    {3000, 0, 0, false, false, {{DROP, 0, 7, 0, DATA}}},
    /* 4: the tail is lost, only the END tells of it */
    {3000, 0, 0, false, false, {{DROP, 2990, 10, 0, DATA}}},
    /* 5: all but the last END lost */
    {3000, 0, 0, false, true,
	{{DROP, 2990, 10, 0, DATA}, {DROP, 65, 4, 0, INFO}}},
    /* 6: joined late, then a loss */
    {3000, 0, 10 * SILBO_NS_PER_S + 7 * MS, false, false,
	{{DROP, 600, 2, 0, DATA}}},
    /* 7: a copy of a head that is delayed */
    {3000, 0, 0, false, false,
	{{DELAY, 0, 1, 25 * MS, DATA}, {COPY, 0, 2, 3 * MS, DATA}}},
    /* 8: only one came */
    {20, 0, 0, false, false, {{DROP, 0, 9, 0, DATA}, {DROP, 10, 10, 0, DATA}}},
    /* 9: every number twice */
    {3000 / 2, 0, 0, false, false, {{COPY, 0, 1500, 90 * MS, DATA}}},
    /* 10: past 2^16 */
    {300, ((uint64_t)1 << 16) - 5, 0, false, false,
	{{DROP, 3, 4, 0, DATA}, {COPY, 8, 1, MS, DATA}}},
    /* 11: past 2^32 */
    {300, ((uint64_t)1 << 32) - 5, 0, false, false,
	{{DROP, 3, 4, 0, DATA}, {DELAY, 4, 1, 25 * MS, DATA}}},
    /* 12: up to the limit */
    {11, SILBO_WIRE_NUMBER_MAX - 10, 0, false, false,
	{{DROP, 10, 1, 0, DATA}, {COPY, 3, 1, MS, DATA}}},
    /* 13: payloads without time */
    {3000, 0, 0, true, false,
	{{DROP, 0, 2, 0, DATA}, {DROP, 100, 5, 0, DATA},
	    {DELAY, 200, 3, 70 * MS, DATA}, {COPY, 300, 2, MS, DATA}}},
};

static void
reports_and_frames_are_exactly_what_happened(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(histories); i++) {
		struct world w = {.keyed = i % 2,
		    .data = histories[i / 2].data,
		    .first = histories[i / 2].first,
		    .join = histories[i / 2].join,
		    .opaque = histories[i / 2].opaque,
		    .late_end = histories[i / 2].late_end};

		world_send(&w, 1);
		for (size_t j = 0; j < COUNT(histories[0].haps); j++)
			if (histories[i / 2].haps[j].what != 0)
				world_happen(&w, &histories[i / 2].haps[j]);
		print_message("row %zu\n", i / 2);
		check_world(&w);
	}
}

/* 10 % lost, 5 % twice, a third delayed by up to 50 ms. */
static void
happen_at_random(struct world *w, uint64_t *random)
{
	for (uint64_t i = 0; i < w->data; i++) {
		struct hap hap = {DELAY, i, 1, 0, DATA};

		if (test_below(random, 20) == 0) {
			hap.what = COPY;
			hap.by_ns = test_below(random, 200) * MS;
			world_happen(w, &hap);
		}
		hap.what = test_below(random, 10) == 0 ? DROP : DELAY;
		hap.by_ns = 0;
		if (test_below(random, 3) == 0)
			hap.by_ns = test_below(random, 50) * MS;
		world_happen(w, &hap);
	}
}

static void
the_same_holds_for_random_worlds(void **state)
{
	uint64_t seed = test_seed(1);

	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		uint64_t random = seed + i;
		struct world w = {.keyed = i % 2, .data = 300};

		world_send(&w, 1);
		happen_at_random(&w, &random);
		print_message("seed %llu\n", (unsigned long long)(seed + i));
		check_world(&w);
	}
}

static void
sixty_four_streams_do_not_mix(void **state)
{
	static struct world worlds[WORLDS_MAX];
	static struct run run;

	(void)state;
	for (size_t i = 0; i < WORLDS_MAX; i++) {
		struct hap drop = {DROP, i, 1 + i % 5, 0, DATA};
		struct hap copy = {COPY, 2 * i, i, 33 * MS, DATA};

		worlds[i] = (struct world){.keyed = true, .data = 150};
		world_send(&worlds[i], (uint8_t)i);
		world_happen(&worlds[i], &copy);
		world_happen(&worlds[i], &drop);
		world_settle(&worlds[i]);
	}
	run_init(&run, worlds, WORLDS_MAX);
	run_to_the_end(&run);
	report(&run);
	assert_int_equal(silbo_receiver_streams(run.rx), WORLDS_MAX);
	for (uint32_t i = 0; i < WORLDS_MAX; i++)
		check_truth(&run, i);
	run_reset(&run);
}

/* The loop, up to a time, when nothing arrives; how often it woke. */
static unsigned
idle_until(struct run *run, silbo_time until)
{
	unsigned steps = 0;

	while (silbo_receiver_deadline(run->rx) <= until) {
		if (run->now < silbo_receiver_deadline(run->rx))
			run->now = silbo_receiver_deadline(run->rx);
		silbo_receiver_on_time(run->rx, run->now);
		play_due(run, 0);
		assert_true(++steps < 2000);
	}
	return steps;
}

static void
check_state(struct run *run, silbo_time at, enum silbo_stream_state expected)
{
	assert_int_equal(silbo_receiver_state(run->rx, 0, at), expected);
}

/* Everything that was sent is in; returns when the last of it came. */
static silbo_time
run_into_silence(struct run *run, struct world *w)
{
	world_settle(w);
	run_init(run, w, 1);
	while (run->arrived[0] < w->count) {
		run->now = w->flights[run->arrived[0]].at;
		deliver(run, &w->flights[run->arrived[0]++]);
		play_due(run, 0);
	}
	return run->now;
}

static void
a_stream_that_falls_silent_stalls_closes_and_comes_back_as_another(void **state)
{
	(void)state;
	for (int opaque = 0; opaque <= 1; opaque++) {
		struct world w = {.keyed = true,
		    .data = 50,
		    .endless = true,
		    .opaque = opaque};
		struct silbo_frame frame;
		struct flight kept;
		silbo_time last, stall, close;
		struct run run;
		unsigned steps;

		world_send(&w, 1);
		kept = w.flights[--w.count];
		assert_int_equal(kept.type, SILBO_TYPE_DATA);
		last = run_into_silence(&run, &w);
		stall = last + 3 * SILBO_NS_PER_S;
		close = last + 30 * SILBO_NS_PER_S;
		(void)idle_until(&run, stall - 1);
		check_state(&run, stall - 1, SILBO_STREAM_ACTIVE);
		check_state(&run, stall, SILBO_STREAM_STALLED);
		assert_int_equal(silbo_receiver_deadline(run.rx), stall);
		assert_int_equal(idle_until(&run, stall), 1);

		/* Frames are made up until it is closed, if there are any. */
		steps = idle_until(&run, close - 1);
		assert_int_equal(steps, opaque ? 0 : 27 * 50 - 1);
		check_state(&run, close, SILBO_STREAM_STALLED);
		assert_int_equal(silbo_receiver_deadline(run.rx), close);
		assert_int_equal(idle_until(&run, close), 1);
		check_state(&run, close, SILBO_STREAM_CLOSED);
		assert_int_equal(
		    silbo_receiver_deadline(run.rx), SILBO_TIME_NEVER);
		assert_int_equal(silbo_receiver_get(run.rx, 0, &frame, run.now),
		    SILBO_FRAME_DONE);

		/* It comes back as another, and has to prove itself. */
		run.now += 100 * SILBO_NS_PER_S;
		kept.at = run.now;
		deliver(&run, &kept);
		assert_int_equal(silbo_receiver_streams(run.rx), 2);
		check_state(&run, run.now, SILBO_STREAM_CLOSED);
		assert_int_equal(silbo_receiver_state(run.rx, 1, run.now),
		    SILBO_STREAM_NONE);
		assert_int_equal(silbo_receiver_deadline(run.rx),
		    run.now + 30 * SILBO_NS_PER_S);
		report(&run);
		assert_int_equal(run.played[0].report.track.unique, 49);
		assert_int_equal(run.played[1].report.track.unique, 1);
		assert_int_equal(run.played[1].report.track.lost, 0);
		run_reset(&run);
	}
}

static void
silence_after_the_end_is_no_stall(void **state)
{
	const struct hap drop = {DROP, 40, 1, 0, DATA};
	struct world w = {.data = 50, .wait_ns = 5 * SILBO_NS_PER_S};
	struct run run;
	silbo_time last;

	(void)state;
	world_send(&w, 1);
	world_happen(&w, &drop);
	last = run_into_silence(&run, &w);
	(void)idle_until(&run, last + 4 * SILBO_NS_PER_S);
	assert_true(run.played[0].done);
	/* Number 40 may still come. */
	check_state(&run, last + 4 * SILBO_NS_PER_S, SILBO_STREAM_ACTIVE);
	(void)idle_until(&run, last + 6 * SILBO_NS_PER_S);
	check_state(&run, run.now, SILBO_STREAM_CLOSED);
	assert_int_equal(silbo_receiver_deadline(run.rx), SILBO_TIME_NEVER);
	run_reset(&run);
}

static void
an_idle_receiver_has_no_deadline(void **state)
{
	struct silbo_receiver_config config;
	struct silbo_receiver *rx;
	void *mem;

	(void)state;
	silbo_receiver_config_init(&config, T0);
	assert_int_equal(config.gate.sources, 64);
	assert_int_equal(config.gate.datagram_max, 1200);
	assert_int_equal(config.gate.max_age_ns, SILBO_TIME_NEVER);
	assert_int_equal(config.gate.keys_count, 0);
	assert_int_equal(config.gate.stream.playout.delay_ns, 60 * MS);
	assert_int_equal(config.gate.stream.window, 1024);
	assert_int_equal(config.gate.stream.wait_ns, SILBO_NS_PER_S);
	assert_int_equal(config.gate.stream.bound_at, T0);
	mem = malloc(silbo_receiver_size(&config));
	assert_non_null(mem);
	rx = silbo_receiver_init(mem, &config);
	assert_int_equal(silbo_receiver_deadline(rx), SILBO_TIME_NEVER);
	silbo_receiver_on_time(rx, T0);
	assert_int_equal(silbo_receiver_deadline(rx), SILBO_TIME_NEVER);
	assert_int_equal(silbo_receiver_streams(rx), 0);
	free(mem);
}

/*
 * The receiver's clock is an hour ahead of the sender's, and so many ppm fast.
 */
static uint64_t
by_clock(uint64_t ns, int64_t ppm)
{
	return 3600 * SILBO_NS_PER_S + ns +
	    (uint64_t)((int64_t)ns * ppm / 1000000);
}

/* From a sender to the report: 5 ms on the way, every tenth 30 ms longer. */
static struct silbo_transit_report
delays_of(int64_t ppm, uint64_t payloads)
{
	struct silbo_receiver_config config;
	struct silbo_sender_config from;
	struct silbo_transit_report report;
	struct silbo_receiver *rx;
	struct silbo_sender tx;
	uint32_t stream = 0;
	void *memory;

	silbo_receiver_config_init(&config, 0);
	config.gate.sources = 1;
	memory = malloc(silbo_receiver_size(&config));
	assert_non_null(memory);
	rx = silbo_receiver_init(memory, &config);
	silbo_sender_config_init(&from);
	from.duration = 960;
	from.origin = 1795000000000000000u;
	silbo_sender_init(&tx, &from, 0);
	for (uint64_t i = 0; i < payloads; i++) {
		uint64_t sent = 20 * MS * i, way = (i % 10 == 9 ? 35 : 5) * MS;
		struct silbo_arrival arrival = {.tos = -1, .ttl = -1};
		uint8_t datagram[256];
		int bytes = silbo_sender_put(
		    &tx, datagram, sizeof(datagram), "x", 1, 960, 0, sent);

		assert_true(bytes > 0);
		arrival.data = datagram;
		arrival.len = (size_t)bytes;
		arrival.at = by_clock(sent + way, ppm);
		/* Taken later, since the clock of a loop never goes back. */
		assert_int_equal(silbo_receiver_on_datagram(rx, &stream,
				     &arrival, by_clock(sent + 40 * MS, ppm)),
		    SILBO_ACCEPTED);
	}
	silbo_receiver_report_delay(rx, stream, &report);
	free(memory);
	return report;
}

static void
delays_and_the_clock_are_told_of_each_stream(void **state)
{
	struct silbo_transit_report r = delays_of(0, 500);

	(void)state;
	assert_int_equal(r.pdv.count, 500);
	assert_int_equal(r.pdv.max_ns, 30 * MS);
	assert_true(r.pdv.p50_ns < 1000);
	assert_int_equal(r.beyond[0], 50);
	assert_int_equal(r.beyond[1], 0);
	assert_int_equal(r.ipdv.count, 499);
	assert_false(r.skew_known);
	for (int64_t ppm = -100; ppm <= 100; ppm += 50) {
		r = delays_of(ppm, 3000);
		assert_true(r.skew_known);
		assert_true(r.skew_ppm > (double)ppm - .1);
		assert_true(r.skew_ppm < (double)ppm + .1);
		assert_int_equal(r.skew_applied, ppm != 0);
		assert_in_range(r.pdv.max_ns, 29900000, 30100000);
		assert_int_equal(r.beyond[0], 300);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reports_and_frames_are_exactly_what_happened),
	    cmocka_unit_test(the_same_holds_for_random_worlds),
	    cmocka_unit_test(sixty_four_streams_do_not_mix),
	    cmocka_unit_test(
		a_stream_that_falls_silent_stalls_closes_and_comes_back_as_another),
	    cmocka_unit_test(delays_and_the_clock_are_told_of_each_stream),
	    cmocka_unit_test(silence_after_the_end_is_no_stall),
	    cmocka_unit_test(an_idle_receiver_has_no_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
