/* SPDX-License-Identifier: MIT */
/*
 * Where datagrams were lost: what can be stated, what only bounded.
 */
#include "testing.h"

#include "summary.h"

static const struct {
	int row;
	int64_t lost, pending;
	uint64_t drops, refused, info_gaps;
	bool alone;
	int64_t network, min, max, here; /* -1: not stated */
} rows[] = {
    /* the socket dropped nothing: all was the network, whoever else sends */
    {1, 0, 0, 0, 0, 0, true, 0, 0, 0, 0},
    {2, 7, 0, 0, 0, 3, true, 7, 7, 7, 0},
    {3, 7, 2, 0, 0, 0, false, 7, 7, 7, 0},
    /* it dropped as much as is missing, INFO included */
    {4, 7, 0, 7, 0, 0, true, 0, 0, 7, 7},
    {5, 7, 0, 9, 0, 2, true, 0, 0, 7, 9},
    /* no INFO is missing: what it dropped was DATA */
    {6, 7, 0, 3, 0, 0, true, 4, 4, 7, 3},
    /* INFO is missing too, and may have been dropped here or there */
    {7, 7, 0, 3, 0, 1, true, -1, 4, 7, 3},
    /* more was dropped than is missing: there were unseen duplicates */
    {8, 7, 0, 9, 0, 0, true, -1, 0, 7, 9},
    /* some may still come */
    {9, 7, 1, 3, 0, 0, true, -1, 4, 7, 3},
    /* somebody else's may have been dropped */
    {10, 7, 0, 3, 0, 0, false, -1, 4, 7, -1},
    {11, 7, 0, 7, 0, 0, false, -1, 0, 7, -1},
    /* what was refused here may have been of this stream */
    {12, 7, 0, 0, 3, 0, false, -1, 4, 7, 0},
    {13, 7, 0, 2, 9, 0, false, -1, 0, 7, -1},
    {14, 0, 0, 0, 3, 0, false, 0, 0, 0, 0},
};

static void
losses_are_blamed_only_on_whom_the_numbers_accuse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct report_stream out;

		report_stream_init(&out);
		out.lost = rows[i].lost;
		out.pending = rows[i].pending;
		summary_blame(&out, rows[i].drops, rows[i].refused,
		    rows[i].info_gaps, rows[i].alone);
		if (out.lost_network != rows[i].network ||
		    out.lost_network_min != rows[i].min ||
		    out.lost_network_max != rows[i].max ||
		    out.dropped_here != rows[i].here)
			fail_msg("row %d: %d, %d to %d, here %d", rows[i].row,
			    (int)out.lost_network, (int)out.lost_network_min,
			    (int)out.lost_network_max, (int)out.dropped_here);
	}
}

/* A stream of which all is known that an estimate needs. */
static void
fill_heard(struct report_stream *out)
{
	report_stream_init(out);
	snprintf(out->codec, sizeof out->codec, "opus");
	out->expected = 1010;
	out->pending = 10;
	out->lost = 10;
	out->runs = 5;
	out->late = 6;
	out->late_final = 2;
	out->undecodable = 3;
	out->overflow = 2;
	out->bad_bodies = 1;
	out->playout_ms = 73.5;
	out->frame_ms = 20;
	out->bitrate_bps = 80000;
	out->channels = 2;
}

static void
the_estimate_is_made_of_what_was_heard(void **state)
{
	struct report_stream out;

	(void)state;
	fill_heard(&out);
	summary_quality(&out);
	/* 10 lost, 4 late that were not, 3 + 2 + 1 unusable, of 1000. */
	assert_true(fabs(out.quality.loss_ratio - 0.020) < 1e-9);
	assert_true(fabs(out.quality.burst_r - 2 * 0.99) < 1e-9);
	assert_true(fabs(out.quality.delay_ms - 100) < 1e-9);
	assert_true(fabs(out.quality.bitrate_bps - 40000) < 1e-9);
	assert_true(fabs(out.quality.ie - 15.9) < 1e-9);
	assert_int_equal(out.quality.band, 2);
	assert_int_equal(out.quality.network, 0);
	assert_int_equal(out.quality.variable, 0);
	assert_int_equal(out.quality.beyond, 0);
	assert_true(out.quality.mos > 3.5 && out.quality.mos < 4);

	/* What nobody counted is not held against it. */
	out.late = out.late_final = out.undecodable = REPORT_UNKNOWN;
	out.overflow = out.bad_bodies = REPORT_UNKNOWN;
	out.channels = REPORT_UNKNOWN;
	summary_quality(&out);
	assert_true(fabs(out.quality.loss_ratio - 0.010) < 1e-9);
	assert_int_equal(out.quality.beyond, 2); /* 80 kb/s */

	/* More came late than can be: all was. */
	out.late = 5000;
	summary_quality(&out);
	assert_true(out.quality.loss_ratio == 1 && out.quality.mos == 1);
}

static void
a_way_is_judged_by_its_losses_and_half_the_round_trip(void **state)
{
	struct report_quality q;

	(void)state;
	summary_way_quality(&q, 1000, 20, 1.5, 30);
	assert_true(fabs(q.loss_ratio - 0.020) < 1e-9);
	assert_true(fabs(q.burst_r - 1.5) < 1e-9);
	/* and 60 ms of play-out, a frame, and what Opus listens ahead */
	assert_true(fabs(q.delay_ms - 116.5) < 1e-9);
	assert_int_equal(q.network, 1);
	assert_true(q.mos > 3 && q.mos < 4.2);

	summary_way_quality(&q, 100, 200, 1, 30); /* later ones, too */
	assert_true(q.loss_ratio == 1 && q.mos < 1.5);
	summary_way_quality(&q, 100, 0, 1, 30);
	assert_true(!isnan(q.mos));
	summary_way_quality(&q, 99, 0, 1, 30);
	assert_true(isnan(q.mos));
	summary_way_quality(&q, 1000, 0, 1, NAN);
	assert_true(isnan(q.mos));
	summary_way_quality(&q, 1000, -1, 1, 30);
	assert_true(isnan(q.mos));
}

static void
a_buffer_loses_what_is_lost_and_what_is_later(void **state)
{
	static const struct {
		int row;
		int64_t expected, pending, lost;
		uint64_t beyond;
		double ratio; /* NaN: unknown */
	} rows_buffer[] = {
	    {1, 100, 0, 0, 0, 0},
	    {2, 100, 0, 7, 0, .07},
	    {3, 100, 0, 7, 13, .20},
	    {4, 110, 10, 7, 13, .20}, /* what may still come is not judged */
	    {5, 100, 0, 7, 93, 1},
	    {6, 100, 0, 7, 94, 1}, /* never more than all */
	    {7, 10, 10, 0, 0, NAN},
	    {8, 0, 0, 0, 0, NAN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows_buffer / sizeof *rows_buffer; i++) {
		struct silbo_transit_report delay = {
		    .pdv = {.count = 100}, .beyond = {0}};
		struct report_stream out;
		double want = rows_buffer[i].ratio;

		report_stream_init(&out);
		out.expected = rows_buffer[i].expected;
		out.pending = rows_buffer[i].pending;
		out.lost = rows_buffer[i].lost;
		for (int k = 0; k < REPORT_BUFFERS; k++)
			delay.beyond[k] = rows_buffer[i].beyond;
		summary_delay(&out, &delay);
		for (int k = 0; k < REPORT_BUFFERS; k++)
			if (isnan(want) ? !isnan(out.buffer_loss[k])
					: out.buffer_loss[k] != want)
				fail_msg("row %d: %g", rows_buffer[i].row,
				    out.buffer_loss[k]);
	}
}

static void
times_are_told_as_far_as_they_are_known(void **state)
{
	struct silbo_transit_report delay = {.absurd = 3};
	struct report_stream out;

	(void)state;
	report_stream_init(&out);
	summary_delay(&out, &delay);
	assert_true(isnan(out.delay_first_ms) && isnan(out.delay_ms[0]) &&
	    isnan(out.ipdv_ms[0]));
	assert_true(isnan(out.clock_ppm) && isnan(out.buffer_loss[0]));
	assert_int_equal(out.skew_applied, REPORT_UNKNOWN);
	assert_int_equal(out.absurd_times, 3);
	assert_int_equal(out.ipdv_pairs, 0);

	delay.pdv = (struct silbo_spread){
	    9, 1500000, 2000000, 3000000, 4000000, 5000000, 6000000};
	delay.ipdv = (struct silbo_spread){
	    8, 7000000, 8000000, 9000000, 10000000, 11000000, 12000000};
	delay.unpaired = 13;
	delay.first_ns = 5500000;
	delay.skew_known = true;
	delay.skew_ppm = -11.25;
	summary_delay(&out, &delay);
	assert_true(out.delay_first_ms == 5.5 && out.delay_mean_ms == 1.5 &&
	    out.delay_ms[0] == 2 && out.delay_ms[1] == 3 &&
	    out.delay_ms[2] == 4 && out.delay_p999_ms == 5 &&
	    out.delay_ms[3] == 6);
	assert_true(out.ipdv_ms[0] == 7 && out.ipdv_ms[1] == 8 &&
	    out.ipdv_ms[2] == 9 && out.ipdv_ms[3] == 10 &&
	    out.ipdv_ms[4] == 12);
	assert_int_equal(out.ipdv_pairs, 8);
	assert_int_equal(out.ipdv_unpaired, 13);
	assert_true(out.clock_ppm == -11.25);
	assert_int_equal(out.skew_applied, 0);
}

static void
what_is_no_ground_for_an_estimate_gives_none(void **state)
{
	(void)state;
	for (int row = -1; row < 8; row++) {
		struct report_stream out;

		fill_heard(&out);
		if (row < 0)
			out.pending = 910; /* a hundred are enough */
		else if (row == 1)
			snprintf(out.codec, sizeof out.codec, "opaque");
		else if (row == 2)
			out.pending = 911;
		else if (row == 3)
			out.expected = REPORT_UNKNOWN;
		else if (row == 4)
			out.playout_ms = NAN;
		else if (row == 5)
			out.bitrate_bps = NAN;
		else if (row == 6)
			out.bitrate_bps = 0;
		else if (row == 7)
			out.pending = REPORT_UNKNOWN;
		out.quality.mos = 4.4; /* of an earlier one */
		summary_quality(&out);
		if (isnan(out.quality.mos) != (row > 0))
			fail_msg("row %d: MOS %g", row, out.quality.mos);
	}
}

/* What is no datagram of a source, or comes twice, loses nobody anything. */
static void
only_what_a_source_sent_can_have_been_refused(void **state)
{
	static const enum silbo_verdict of_a_source[] = {
	    SILBO_DROP_STALE, SILBO_DROP_TABLE_FULL, SILBO_DROP_JUMP};
	struct report report = {.verdict = {0}};

	(void)state;
	for (int v = 0; v < SILBO_VERDICTS; v++)
		report.verdict[v] = 100;
	assert_int_equal(summary_refused(&report), 300);
	/* Or was, and came after all. */
	report.taken = 7;
	assert_int_equal(summary_refused(&report), 293);
	report.taken = 0;
	for (size_t i = 0; i < 3; i++)
		report.verdict[of_a_source[i]] = i;
	assert_int_equal(summary_refused(&report), 3);
}

/* Each from a figure of its own, in its unit. */
static void
what_a_stream_says_stands_where_it_belongs(void **state)
{
	struct silbo_stream_report stream = {
	    .first_at = 2 * SILBO_NS_PER_S,
	    .last_at = 5 * SILBO_NS_PER_S + 500 * SILBO_NS_PER_MS,
	    .jitter = {.count = 9,
		.last_ns = 1500000,
		.mean_ns = 2500000,
		.max_ns = 3500000},
	    .playout = {.played = 1,
		.delay_mean_ns = 60500000,
		.delay_min_ns = 50500000,
		.delay_max_ns = 70500000,
		.concealed_samples = 24000,
		.paused_samples = 72000},
	    .track = {.late_by_max_ns = 7, .late_by_sum_ns = 11},
	};
	struct silbo_gate_source source = {.serial = 1};
	struct report_stream out;

	(void)state;
	report_stream_init(&out);
	summary_stream(&out, &stream, &source);
	assert_true(out.duration_s == 3.5);
	assert_true(out.jitter_ms == 1.5 && out.jitter_mean_ms == 2.5 &&
	    out.jitter_max_ms == 3.5);
	assert_true(out.playout_ms == 60.5 && out.playout_min_ms == 50.5 &&
	    out.playout_max_ms == 70.5);
	assert_true(out.concealed_s == .5 && out.paused_s == 1.5);
	assert_int_equal(out.pattern.late_by_max_ns, 7);
	assert_int_equal(out.pattern.late_by_sum_ns, 11);
}

/* 100 frames of 20 ms with 80 bytes and 50 of 60 ms with 240: 32 kb/s, however
 * long the last was. */
static void
the_bit_rate_is_of_the_sound_that_came(void **state)
{
	const struct silbo_stream_report stream = {.duration = 2880,
	    .payloads = 150,
	    .payload_bytes = 100 * 80 + 50 * 240,
	    .payload_samples = 100 * 960 + 50 * 2880};
	const struct silbo_stream_report empty = {.payload_bytes = 9};
	const struct silbo_gate_source source = {.serial = 1};
	struct report_stream out;

	(void)state;
	report_stream_init(&out);
	summary_stream(&out, &stream, &source);
	assert_true(fabs(out.bitrate_bps - 32000) < 1e-6);
	assert_true(out.frame_ms == 60);
	report_stream_init(&out);
	summary_stream(&out, &empty, &source);
	assert_true(isnan(out.bitrate_bps));
}

/* Set back twice. */
static void
steps_of_the_clock_are_told_in_ms(void **state)
{
	struct silbo_steps steps;
	struct report out = {.role = "recv"};

	(void)state;
	silbo_steps_init(&steps);
	for (uint64_t i = 0; i < 3; i++)
		silbo_steps_on_reading(&steps,
		    (1000 + i) * SILBO_NS_PER_S -
			i * i * 1500 * SILBO_NS_PER_MS,
		    i * SILBO_NS_PER_S, i * SILBO_NS_PER_S);
	summary_clock(&out, &steps);
	assert_true(out.clock.watched);
	assert_int_equal(out.clock.steps, 2);
	assert_true(out.clock.total_ms == -6000);
}

static void
the_waiting_time_is_what_the_window_leaves_of_it(void **state)
{
	static const struct {
		uint32_t window;
		uint16_t duration; /* 1/48000 s */
		uint64_t expected;
		int64_t wait_ms;
	} waits[] = {
	    {1024, 960, 2000, 1000}, /* 20 s of numbers: T decides */
	    {1024, 0, 2000, 1000},   /* no rate is known */
	    {64, 480, 65, 640},      /* 64 numbers of 10 ms */
	    {64, 120, 2000, 160},
	    {64, 120, 64, 1000}, /* the window has passed none */
	    {64, 120, 0, 1000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
		struct silbo_stream_report stream = {
		    .duration = waits[i].duration};
		struct silbo_gate_source source = {.serial = 1};
		struct report_stream out;

		stream.track.window = waits[i].window;
		stream.track.expected = waits[i].expected;
		stream.track.wait_ns = SILBO_NS_PER_S;
		report_stream_init(&out);
		summary_stream(&out, &stream, &source);
		assert_int_equal(
		    out.wait_ns / (int64_t)SILBO_NS_PER_MS, waits[i].wait_ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_estimate_is_made_of_what_was_heard),
	    cmocka_unit_test(
		a_way_is_judged_by_its_losses_and_half_the_round_trip),
	    cmocka_unit_test(a_buffer_loses_what_is_lost_and_what_is_later),
	    cmocka_unit_test(times_are_told_as_far_as_they_are_known),
	    cmocka_unit_test(what_is_no_ground_for_an_estimate_gives_none),
	    cmocka_unit_test(losses_are_blamed_only_on_whom_the_numbers_accuse),
	    cmocka_unit_test(only_what_a_source_sent_can_have_been_refused),
	    cmocka_unit_test(what_a_stream_says_stands_where_it_belongs),
	    cmocka_unit_test(the_bit_rate_is_of_the_sound_that_came),
	    cmocka_unit_test(steps_of_the_clock_are_told_in_ms),
	    cmocka_unit_test(the_waiting_time_is_what_the_window_leaves_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
