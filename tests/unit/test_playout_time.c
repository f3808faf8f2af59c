/* SPDX-License-Identifier: MIT */
/*
 * What happens to play-out when time itself is wrong: stalls, gaps, jumps.
 */
#include "playout_world.h"

#define START SILBO_NS_PER_S
#define FRAME (20 * MS)

/* Payload n, sent at n * 20 ms, comes `late` after that. */
static bool
arrive(struct world *w, uint64_t n, silbo_time late)
{
	world_run(w, START + n * FRAME + late);
	return world_put(w, n, (int64_t)n * 960, 960);
}

static void
open_default(struct world *w)
{
	world_open(w, 1795000000000000000u, START, 60 * MS, 64);
}

/* Numbers from .. to-1 come `late`; all are stored. */
static void
arrive_all(struct world *w, uint64_t from, uint64_t to, silbo_time late)
{
	for (uint64_t n = from; n < to; n++)
		assert_true(arrive(w, n, late));
}

static void
a_stall_of_5_s_and_a_burst_of_250_loses_what_is_late_and_no_more(void **state)
{
	struct silbo_playout_report r;
	struct world w;

	(void)state;
	open_default(&w);
	arrive_all(&w, 0, 50, 0);
	world_run(&w, START + 300 * FRAME); /* 50 .. 299 are held back */
	for (uint64_t n = 50; n < 300; n++)
		assert_int_equal(world_put(&w, n, (int64_t)n * 960, 960),
		    n >= 297); /* due in 0, 20, 40 ms */
	arrive_all(&w, 300, 400, 0);
	silbo_playout_on_end(w.playout, 400 * 960, w.now);
	world_run(&w, START + 500 * FRAME);
	r = world_report(&w);
	assert_true(w.done);
	assert_int_equal(w.handed_out, 400 * 960);
	assert_int_equal(r.late, 247);
	assert_int_equal(r.concealed, 247);
	assert_int_equal(r.concealed_samples, 247 * 960);
	assert_int_equal(r.played, 153);
	assert_int_equal(r.underruns, 1);
	assert_int_equal(r.resyncs, 0);
	world_close(&w);
}

static void
a_network_that_holds_back_10_s_is_late_and_no_other_time_axis(void **state)
{
	struct world w;

	(void)state;
	open_default(&w);
	arrive_all(&w, 0, 50, 0);
	world_run(&w, START + 550 * FRAME);
	for (uint64_t n = 50; n < 550; n++)
		(void)world_put(&w, n, (int64_t)n * 960, 960);
	arrive_all(&w, 550, 600, 0);
	silbo_playout_on_end(w.playout, 600 * 960, w.now);
	world_run(&w, START + 700 * FRAME);
	assert_int_equal(w.handed_out, 600 * 960);
	assert_int_equal(world_report(&w).late, 497);
	assert_int_equal(world_report(&w).resyncs, 0);
	world_close(&w);
}

static void
a_gap_of_10_s_leaves_the_recording_as_long_as_the_stream(void **state)
{
	struct silbo_playout_report r;
	struct world w;

	(void)state;
	open_default(&w);
	arrive_all(&w, 0, 50, 0);
	world_run(&w, START + 500 * FRAME + 1);
	/* Made up in real time, not at its end: 60 ms behind, one frame on. */
	assert_int_equal(w.handed_out, (500 - 3 + 1) * 960);
	assert_int_equal(world_report(&w).concealed, 0);
	arrive_all(&w, 550, 600, 0);
	silbo_playout_on_end(w.playout, 600 * 960, w.now);
	world_run(&w, START + 700 * FRAME);
	r = world_report(&w);
	assert_int_equal(w.handed_out, 600 * 960);
	assert_int_equal(r.concealed, 500);
	assert_int_equal(r.underruns, 1);
	assert_int_equal(r.resyncs, 0);
	assert_int_equal(w.done_at, START + 599 * FRAME + 60 * MS);
	world_close(&w);
}

static void
a_caller_who_slept_10_s_gets_every_frame_one_by_one(void **state)
{
	struct silbo_frame frame;
	struct world w;
	int frames = 0;

	(void)state;
	open_default(&w);
	arrive_all(&w, 0, 3, 0);
	w.now = START + 10 * SILBO_NS_PER_S;
	while (silbo_playout_get(w.playout, &frame, w.now) != SILBO_FRAME_WAIT)
		assert_int_equal(frame.position, frames++ * 960);
	assert_int_equal(frames, 500 - 3 + 1);
	assert_int_equal(silbo_playout_deadline(w.playout), w.now + FRAME);
	world_close(&w);
}

/* Media time jumps by so many samples between payload 49 and 50. */
static const struct {
	int64_t jump;
	bool resync;
} jumps[] = {
    {5 * 48000 - 960 * 3, false}, /* 1: ahead, still less than 5 s */
    {5 * 48000 + 960 * 8, true},  /* 2: ahead, more */
    {-4 * 48000, false},          /* 3: behind, late at first */
    {-5 * 48000 - 960 * 8, true}, /* 4: behind, more */
    {3600 * 48000, true},         /* 5 */
    {-3600LL * 48000, true},      /* 6 */
};

static void
a_jump_of_more_than_5_s_begins_anew_without_a_jump_in_position(void **state)
{
	struct silbo_playout_report r;
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(jumps) / sizeof(*jumps); i++) {
		world_open(&w, 1795000000000000000u, START, 60 * MS, 512);
		arrive_all(&w, 0, 50, 0);
		for (uint64_t n = 50; n < 150; n++) {
			world_run(&w, START + n * FRAME);
			(void)world_put_media(&w, n,
			    world_media(&w, (int64_t)n * 960) +
				(uint64_t)(jumps[i].jump / 6 * 125000),
			    960, 0);
		}
		world_run(&w, START + 150 * FRAME);
		r = world_report(&w);
		if (r.resyncs != jumps[i].resync)
			print_error("row %zu\n", i + 1);
		assert_int_equal(r.resyncs, jumps[i].resync);
		if (jumps[i].resync) {
			/* 47, 48 and 49 were stored and are forgotten. */
			assert_int_equal(r.played, 47 + 100 - 3);
			assert_int_equal(r.late + r.overflow, 0);
			assert_int_equal(r.concealed, 0);
		}
		world_close(&w);
	}
}

/* What comes is due after the delay, and 5 s are a delay that can be asked for:
 * no reason to think that time has jumped, nor that the end cannot be there. */
static void
what_is_due_after_a_delay_of_5_s_has_not_jumped(void **state)
{
	const silbo_time delay = SILBO_PLAYOUT_DELAY_MAX;
	struct silbo_playout_report r;
	struct world w;

	(void)state;
	world_open(&w, 1795000000000000000u, START, delay, 1024);
	(void)arrive(&w, 0, 15 * MS); /* the others are faster */
	arrive_all(&w, 1, 200, 0);
	silbo_playout_on_end(w.playout, 200 * 960, w.now);
	world_run(&w, w.now + 2 * delay);
	r = world_report(&w);
	assert_int_equal(r.resyncs, 0);
	assert_int_equal(r.played, 200);
	assert_int_equal(r.concealed, 0);
	assert_true(w.done);
	world_close(&w);
}

static void
after_a_resync_the_end_is_where_media_time_says(void **state)
{
	struct world w;

	(void)state;
	open_default(&w);
	silbo_playout_on_origin(w.playout, world_media(&w, 0), START, START);
	arrive_all(&w, 0, 50, 0);
	/* The sender stood still for 10 s and goes on where it was. */
	world_run(&w, START + 550 * FRAME);
	for (uint64_t n = 50; n < 1000; n++) {
		world_run(&w, START + (n + 500) * FRAME);
		(void)world_put(&w, n, (int64_t)n * 960, 960);
	}
	silbo_playout_on_end(w.playout, 1000 * 960, w.now);
	world_run(&w, START + 2000 * FRAME);
	assert_int_equal(world_report(&w).resyncs, 1);
	assert_true(w.times[999] == 1); /* to the end, and no further */
	assert_int_equal(w.done_at, w.last_at);
	assert_int_equal(world_report(&w).late, 250);
	world_close(&w);
}

/* We have listened for an hour; only so much of a lost head is made up. */
static void
a_head_of_up_to_60_s_is_made_up_and_no_longer_one(void **state)
{
	(void)state;
	for (uint64_t lost = 60; lost <= 62; lost += 2) {
		uint64_t n = lost * 50;
		struct silbo_playout_report r;
		struct world w;

		open_default(&w);
		silbo_playout_on_origin(
		    w.playout, world_media(&w, 0), START - START, w.now);
		world_run(&w, START + 3600 * SILBO_NS_PER_S);
		assert_true(world_put(&w, n, (int64_t)n * 960, 960));
		silbo_playout_on_end(w.playout, (n + 1) * 960, w.now);
		world_run(&w, w.now + 100 * SILBO_NS_PER_S);
		r = world_report(&w);
		assert_int_equal(r.played, 1);
		assert_int_equal(r.concealed, lost == 60 ? n : 0);
		world_close(&w);
	}
}

static void
nothing_but_late_payloads_for_5_s_begins_anew(void **state)
{
	struct world w;

	(void)state;
	open_default(&w);
	arrive_all(&w, 0, 50, 0);
	for (uint64_t n = 50; n < 300; n++)
		assert_false(arrive(&w, n, 200 * MS));
	assert_int_equal(world_report(&w).resyncs, 0);
	arrive_all(&w, 300, 400, 200 * MS);
	assert_int_equal(world_report(&w).resyncs, 1);
	world_run(&w, START + 402 * FRAME + 250 * MS);
	assert_int_equal(world_report(&w).played, 50 + 100);
	world_close(&w);
}

static void
one_payload_on_time_is_enough_to_stay(void **state)
{
	struct world w;

	(void)state;
	open_default(&w);
	arrive_all(&w, 0, 50, 0);
	for (uint64_t n = 50; n < 500; n++) {
		if (n % 200 == 199)
			assert_true(arrive(&w, n, 0));
		else if (n >= 60)
			assert_false(arrive(&w, n - 10, 10 * FRAME));
	}
	assert_int_equal(world_report(&w).resyncs, 0);
	world_close(&w);
}

static void
an_old_number_never_begins_anew(void **state)
{
	struct world w;

	(void)state;
	open_default(&w);
	for (uint64_t n = 10; n < 400; n++)
		assert_true(arrive(&w, n, 0));
	assert_false(world_put(&w, 9, 9 * 960, 960)); /* a straggler */
	assert_false(world_put(&w, 8, 800 * 960, 960));
	assert_int_equal(world_report(&w).resyncs, 0);
	assert_int_equal(world_report(&w).late, 1);
	assert_int_equal(world_report(&w).overflow, 1);
	world_close(&w);
}

static void
absurd_media_times_do_no_harm(void **state)
{
	static const uint64_t absurd[] = {0, 1, UINT64_MAX, UINT64_C(1) << 63,
	    (UINT64_C(1) << 63) - 1,
	    1795000000000000000u + (UINT64_C(1) << 63)};
	struct world w;
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(absurd) / sizeof(*absurd); i++) {
		open_default(&w);
		for (n = 0; n < 500; n++) {
			world_run(&w, START + n * FRAME);
			(void)world_put_media(&w, n,
			    n % 100 == 0 ? absurd[i]
					 : world_media(&w, (int64_t)n * 960),
			    960, 0);
		}
		silbo_playout_on_end(w.playout, UINT64_MAX, w.now);
		world_run(&w, w.now + 60 * SILBO_NS_PER_S);
		assert_true(w.done); /* 5 s of silence at most */
		assert_true(world_report(&w).played > 460);
		assert_true(w.handed_out < 500 * 960 + 5 * 48000);
		world_close(&w);
	}
}

static void
the_delay_is_from_arrival_to_hand_out(void **state)
{
	struct silbo_playout_report r;
	struct world w;

	(void)state;
	open_default(&w);
	assert_true(arrive(&w, 0, 0));
	assert_true(arrive(&w, 1, 50 * MS)); /* waits 10 ms */
	assert_true(arrive(&w, 2, 40 * MS)); /* 20 ms */
	world_run(&w, START + 101 * MS);
	silbo_playout_on_output(w.playout, 960);
	silbo_playout_on_output(w.playout, 961);
	r = world_report(&w);
	assert_int_equal(r.delay_max_ns, 60 * MS);
	assert_int_equal(r.delay_min_ns, 10 * MS);
	assert_int_equal(r.delay_last_ns, 20 * MS);
	assert_int_equal(r.delay_mean_ns, 30 * MS);
	assert_int_equal(r.target_ns, 60 * MS);
	assert_int_equal(r.output_samples, 1921);
	assert_int_equal(r.position, 3 * 960);
	assert_true(r.started && !r.done);
	world_close(&w);
}

static void
a_wild_count_of_samples_fills_no_disk(void **state)
{
	struct world w;

	(void)state;
	open_default(&w);
	silbo_playout_on_origin(w.playout, 77, START, START);
	world_run(&w, START + SILBO_NS_PER_S);
	silbo_playout_on_end(w.playout, UINT64_MAX, w.now); /* nothing came */
	world_run(&w, w.now + 60 * SILBO_NS_PER_S);
	assert_true(w.done);
	assert_int_equal(w.handed_out, 2 * 48000); /* heard 1 s, and slack */
	assert_int_equal(w.done_at, START + SILBO_NS_PER_S + 40 * MS);
	world_close(&w);
}

static void
what_follows_a_payload_of_one_sample_is_made_up_in_2_5_ms(void **state)
{
	struct world w;

	(void)state;
	open_default(&w);
	assert_true(world_put(&w, 0, 0, 1));
	world_run(&w, w.now + SILBO_NS_PER_S);
	assert_true(w.handed_out >= 48000 - 60 * 48);
	assert_true(w.frames <= 400);
	world_close(&w);
}

static void
nothing_behind_the_end_is_kept(void **state)
{
	struct world w;

	(void)state;
	open_default(&w);
	arrive_all(&w, 0, 1, 0);
	silbo_playout_on_end(w.playout, 1920, w.now);
	assert_false(world_put(&w, 2, 1920, 960));
	assert_true(world_put(&w, 1, 1919, 960));
	assert_int_equal(world_report(&w).held, 2);
	assert_int_equal(world_report(&w).late + world_report(&w).overflow, 0);
	world_close(&w);
}

static void
a_payload_larger_than_a_place_is_counted(void **state)
{
	uint8_t bytes[WORLD_PAYLOAD_MAX + 1] = {0};
	struct silbo_playout_put put = {
	    .duration = 960, .payload = bytes, .payload_bytes = sizeof(bytes)};
	struct world w;

	(void)state;
	open_default(&w);
	assert_false(silbo_playout_put(w.playout, &put, w.now));
	assert_int_equal(world_report(&w).overflow, 1);
	world_close(&w);
}

/*
 * END is lost for a while: what was made up meanwhile lies behind the end.
 * Rows: payloads that came, payloads that the stream had, when END comes.
 */
static void
an_end_that_comes_after_its_time_says_how_much_is_too_much(void **state)
{
	static const struct {
		uint64_t came, had, told; /* in frames */
		uint64_t beyond, concealed, underruns;
	} rows[] = {
	    {50, 50, 50, 0, 0, 0}, /* before the end is due: nothing */
	    {50, 50, 53, 0, 0, 0}, /* 60 ms later */
	    {50, 50, 54, 1, 0, 0}, {50, 50, 60, 7, 0, 0},
	    {50, 52, 60, 5, 2, 1}, /* two were really lost */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct silbo_playout_report r;
		struct world w;

		open_default(&w);
		arrive_all(&w, 0, rows[i].came, 0);
		world_run(&w, START + rows[i].told * FRAME);
		silbo_playout_on_end(w.playout, rows[i].had * 960, w.now);
		world_run(&w, START + 100 * FRAME);
		r = world_report(&w);
		assert_true(r.done);
		assert_int_equal(r.beyond_samples, rows[i].beyond * 960);
		assert_int_equal(
		    w.handed_out, (rows[i].had + rows[i].beyond) * 960);
		assert_int_equal(r.concealed, rows[i].concealed);
		assert_int_equal(r.concealed_samples, rows[i].concealed * 960);
		assert_int_equal(r.underruns, rows[i].underruns);
		world_close(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_stall_of_5_s_and_a_burst_of_250_loses_what_is_late_and_no_more),
	    cmocka_unit_test(
		a_network_that_holds_back_10_s_is_late_and_no_other_time_axis),
	    cmocka_unit_test(
		a_gap_of_10_s_leaves_the_recording_as_long_as_the_stream),
	    cmocka_unit_test(
		a_caller_who_slept_10_s_gets_every_frame_one_by_one),
	    cmocka_unit_test(
		a_jump_of_more_than_5_s_begins_anew_without_a_jump_in_position),
	    cmocka_unit_test(what_is_due_after_a_delay_of_5_s_has_not_jumped),
	    cmocka_unit_test(after_a_resync_the_end_is_where_media_time_says),
	    cmocka_unit_test(nothing_but_late_payloads_for_5_s_begins_anew),
	    cmocka_unit_test(one_payload_on_time_is_enough_to_stay),
	    cmocka_unit_test(an_old_number_never_begins_anew),
	    cmocka_unit_test(absurd_media_times_do_no_harm),
	    cmocka_unit_test(the_delay_is_from_arrival_to_hand_out),
	    cmocka_unit_test(a_wild_count_of_samples_fills_no_disk),
	    cmocka_unit_test(
		what_follows_a_payload_of_one_sample_is_made_up_in_2_5_ms),
	    cmocka_unit_test(nothing_behind_the_end_is_kept),
	    cmocka_unit_test(
		an_end_that_comes_after_its_time_says_how_much_is_too_much),
	    cmocka_unit_test(a_head_of_up_to_60_s_is_made_up_and_no_longer_one),
	    cmocka_unit_test(a_payload_larger_than_a_place_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
