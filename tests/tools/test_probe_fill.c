/* SPDX-License-Identifier: MIT */
/*
 * Everything that is known of a target of silbo probe stands where the report
 * looks for it, and what is not known nowhere.  Counts are made up, times are
 * those of a prober that is driven by hand.
 */
#include "testing.h"

#include <math.h>

#include <silbo/quality.h>

#include "probe.h"
#include "summary.h"

#define MS SILBO_NS_PER_MS
#define START (1000 * SILBO_NS_PER_S)
#define WALL ((uint64_t)1790000000 * SILBO_NS_PER_S)
#define ASKED 1000
#define LONGER 1100 /* than delays are kept one by one */
#define PACE (10 * MS)

static struct probe p;
static struct probe_target *const t = &p.targets[1];
static struct report_probe out;
static struct silbo_prober_report made_up;

/* Whatever the prober tells. */
static void
make_up(const struct probe_target *target, struct silbo_prober_report *report)
{
	(void)target;
	*report = made_up;
}

static const struct probe_dialect as_it_is = {.port = 7587};
static const struct probe_dialect as_made_up = {.amend = make_up};

static struct silbo_peer
address(const char *host)
{
	struct silbo_peer peer;
	const char *why;

	assert_int_equal(
	    silbo_addr_resolve(&peer, 1, host, 7587, SILBO_FAMILY_V4, &why), 1);
	return peer;
}

static int
set_up(void **state)
{
	const struct silbo_prober_config config = {.start = START,
	    .interval_ns = PACE,
	    .slots = LONGER,
	    .wait_ns = 2 * SILBO_NS_PER_S,
	    .window = silbo_prober_window(PACE, 2 * SILBO_NS_PER_S),
	    .wall_offset = WALL};
	void *memory = malloc(silbo_prober_size(&config));

	(void)state;
	assert_non_null(memory);
	memset(&p, 0, sizeof p);
	memset(&made_up, 0, sizeof made_up);
	p.dialect = &as_it_is;
	p.interval = (int64_t)PACE;
	p.targets_count = 2;
	t->prober = silbo_prober_init(memory, &config);
	t->udp.fd = -1;
	t->to.text = "studio\n";
	t->to.peers[0] = address("192.0.2.8");
	t->to.peers[1] = address("192.0.2.9");
	t->to.peers_count = 2;
	t->to.peer = 1;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(t->prober);
	return 0;
}

static void
what_was_asked_for_and_heard_is_told(void **state)
{
	struct intervals *intervals = intervals_open(2, 1.0);

	(void)state;
	assert_non_null(intervals);
	p.bytes = 201;
	p.dscp = 46;
	p.keys_count = 1;
	p.intervals = intervals;
	t->udp.receive_buffer = 425984;
	t->udp.drops = 17;
	t->elsewhere = 18;
	t->foreign = 19;
	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		t->errors[kind] = 20 + (uint64_t)kind;
	probe_fill(&p, 1, &out);
	assert_string_equal(out.name, "studio\\x0a");
	assert_string_equal(out.peer, "192.0.2.9:7587");
	assert_int_equal(out.bytes, 201);
	assert_int_equal(out.dscp, 46);
	assert_true(out.encrypted);
	assert_true(fabs(out.interval_ms - 10) < 1e-9);
	assert_int_equal(out.receive_buffer, 425984);
	assert_int_equal(out.dropped_here, 17);
	assert_int_equal(out.elsewhere, 18);
	assert_int_equal(out.foreign, 19);
	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		assert_int_equal(out.errors[kind], 20 + kind);
	assert_ptr_equal(out.intervals, intervals);
	assert_int_equal(out.intervals_row, 1);
	p.keys_count = 0;
	probe_fill(&p, 1, &out);
	assert_false(out.encrypted);
	intervals_close(intervals);
}

static void
make_counts_up(void)
{
	p.dialect = &as_made_up;
	made_up = (struct silbo_prober_report){.slots = 1013,
	    .sent = 1011,
	    .unsent = 2,
	    .closings = 3,
	    .closed = true,
	    .track = {.unique = 900,
		.lost = 81,
		.pending = 30,
		.late_final = 7,
		.losses = {.runs = 9,
		    .run_max = 31,
		    .run_histogram = {51, 52, 53, 54, 55, 56, 57, 58}}},
	    .absurd_times = 13,
	    .contradictions = 14,
	    .restarts = 15,
	    .withheld = 16,
	    .late_over_1ms = 43};
	made_up.answers[SILBO_ANSWER_FIRST] = 900;
	made_up.answers[SILBO_ANSWER_LATE] = 7;
	made_up.answers[SILBO_ANSWER_CLOSING] = 1;
	made_up.answers[SILBO_ANSWER_COPY] = 24;
	made_up.answers[SILBO_ANSWER_TWICE] = 11;
	made_up.answers[SILBO_ANSWER_NEVER_SENT] = 12;
	made_up.answers[SILBO_ANSWER_TOO_OLD] = 10;
}

static void
every_count_is_where_it_belongs(void **state)
{
	(void)state;
	make_counts_up();
	probe_fill(&p, 1, &out);
	assert_true(fabs(out.duration_s - 10.13) < 1e-9);
	assert_int_equal(out.slots, 1013);
	assert_int_equal(out.sent, 1011);
	assert_int_equal(out.unsent, 2);
	assert_int_equal(out.answered, 900);
	assert_int_equal(out.lost, 81);
	assert_int_equal(out.pending, 30);
	assert_int_equal(out.settled, 981);
	assert_int_equal(out.late_final, 7);
	assert_int_equal(out.too_old, 10);
	assert_int_equal(out.answered_twice, 11);
	assert_int_equal(out.never_sent, 12);
	assert_int_equal(out.absurd_times, 13);
	assert_int_equal(out.contradictions, 14);
	assert_int_equal(out.restarts, 15);
	assert_int_equal(out.withheld, 16);
	assert_int_equal(out.closings, 3);
	assert_int_equal(out.closed, 1);
	assert_int_equal(out.runs, 9);
	assert_int_equal(out.run_max, 31);
	for (int i = 0; i < SILBO_TRACK_RUN_CLASSES; i++)
		assert_int_equal(out.run_histogram[i], 51 + i);
	assert_int_equal(out.late_over_1ms, 43);
	made_up.closed = false;
	made_up.withheld = UINT64_MAX;
	probe_fill(&p, 1, &out);
	assert_int_equal(out.closed, 0);
	assert_int_equal(out.withheld, REPORT_UNKNOWN);
}

static void
expect_way(const struct report_way *way, int64_t first, double jitter_ms)
{
	assert_int_equal(way->lost, first);
	assert_int_equal(way->duplicate, first + 1);
	assert_int_equal(way->reordered, first + 2);
	assert_int_equal(way->extent_max, first + 3);
	assert_int_equal(way->marks.ttl, first + 4);
	assert_true(fabs(way->jitter_ms - jitter_ms) < 1e-9);
}

static void
each_way_and_the_clock_are_where_they_belong(void **state)
{
	const struct silbo_way unknown = {UINT64_MAX, UINT64_MAX, UINT64_MAX,
	    UINT64_MAX, {.count = 0}, {.tos = -1, .ttl = -1}};

	(void)state;
	p.dialect = &as_made_up;
	made_up = (struct silbo_prober_report){
	    .there = {61, 62, 63, 64, {.count = 1, .last_ns = 1250000},
		{.tos = 0, .ttl = 65}},
	    .back = {71, 72, 73, 74, {.count = 1, .last_ns = 2500000},
		{.tos = 0, .ttl = 75}},
	    .jitter = {.count = 1, .last_ns = 3750000},
	    .sync = {.count = 1,
		.offset_ns = -4500000,
		.error_ns = 5250000,
		.delay_ns = 10500000,
		.steps = 2,
		.step_ns = -6125000},
	    .rtt_first_ns = 7125000,
	    .rtt_last_ns = 8125000};
	probe_fill(&p, 1, &out);
	expect_way(&out.there, 61, 1.25);
	expect_way(&out.back, 71, 2.5);
	assert_true(fabs(out.jitter_ms - 3.75) < 1e-9);
	assert_true(fabs(out.offset_ms + 4.5) < 1e-9);
	assert_true(fabs(out.error_ms - 5.25) < 1e-9);
	assert_int_equal(out.steps, 2);
	assert_true(fabs(out.step_ms + 6.125) < 1e-9);
	assert_true(fabs(out.first_ms - 7.125) < 1e-9);
	made_up =
	    (struct silbo_prober_report){.there = unknown, .back = unknown};
	probe_fill(&p, 1, &out);
	assert_int_equal(out.there.lost, REPORT_UNKNOWN);
	assert_int_equal(out.there.duplicate, REPORT_UNKNOWN);
	assert_int_equal(out.back.reordered, REPORT_UNKNOWN);
	assert_int_equal(out.back.extent_max, REPORT_UNKNOWN);
	assert_true(isnan(out.there.jitter_ms) && isnan(out.back.jitter_ms));
	assert_true(isnan(out.there.quality.mos));
	assert_true(isnan(out.jitter_ms) && isnan(out.first_ms));
	assert_true(isnan(out.offset_ms) && isnan(out.error_ms));
	assert_true(isnan(out.step_ms));
	assert_int_equal(out.steps, 0);
}

/* Theirs is of the way there, ours of the way back; of no use without times. */
static void
either_kernel_stamps_or_not(void **state)
{
	(void)state;
	p.dialect = &as_made_up;
	for (int row = 0; row < 4; row++) {
		made_up.sync.count = 1;
		made_up.kernel_there = row & 1;
		t->udp.stamps = row & 2;
		probe_fill(&p, 1, &out);
		assert_int_equal(out.kernel_there, row & 1);
		assert_int_equal(out.kernel_back, row >> 1);
		made_up.sync.count = 0;
		probe_fill(&p, 1, &out);
		assert_int_equal(out.kernel_there, REPORT_UNKNOWN);
		assert_int_equal(out.kernel_back, REPORT_UNKNOWN);
	}
}

static void
what_is_pending_after_a_signal_or_failure_was_cut_short(void **state)
{
	static const struct {
		bool by_signal;
		const char *failure;
		uint64_t pending;
		int wanted;
	} rows[] = {{false, NULL, 0, 0}, {false, NULL, 5, 0},
	    {false, "why", 0, 0}, {false, "why", 5, 1}, {true, NULL, 5, 1}};

	(void)state;
	p.dialect = &as_made_up;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		made_up.cut_short = rows[i].by_signal;
		made_up.track.pending = rows[i].pending;
		p.failure = rows[i].failure;
		probe_fill(&p, 1, &out);
		assert_int_equal(out.cut_short, rows[i].wanted);
	}
}

static void
a_number_is_waited_for_as_long_as_the_window_holds_it(void **state)
{
	static const struct {
		silbo_time wait;
		uint32_t window;
		double wanted_ms;
	} rows[] = {{300 * MS, 64, 300}, {640 * MS, 64, 640},
	    {2000 * MS, 64, 640}, {2000 * MS, 128, 1280}};

	(void)state;
	p.dialect = &as_made_up;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		made_up.track.wait_ns = rows[i].wait;
		made_up.track.window = rows[i].window;
		probe_fill(&p, 1, &out);
		assert_true(fabs(out.wait_ms - rows[i].wanted_ms) < 1e-9);
	}
}

/* Of 1000 in order: 0 10 15 20 30 70 100 us, so that p50 is 10, p95 20, p99 30,
 * p99.9 70 and the most 100. */
static uint64_t
step_us(unsigned rank)
{
	static const unsigned below[] = {300, 500, 940, 985, 995, 999};
	static const uint64_t us[] = {0, 10, 15, 20, 30, 70, 100};
	unsigned i = 0;

	while (i < 6 && rank >= below[i])
		i++;
	return us[i];
}

/* They come in another order, with some of the least in every 100 ms. */
static uint64_t
nth_us(unsigned n)
{
	return step_us(n * 617 % ASKED);
}

/* Leaves 10 times as late as nth_us; takes 5 ms and a thousand times that
 * there, 3 ms and 2500 times that back, and 1 ms in between. */
static void
exchange(unsigned n, int64_t ahead_ns)
{
	silbo_time at = START + n * PACE + 10 * nth_us(n) * SILBO_NS_PER_US;
	silbo_time there = 5 * MS + nth_us(n) * MS;
	silbo_time back = 3 * MS + nth_us(n) * 5 * MS / 2;
	uint64_t theirs = WALL + (uint64_t)ahead_ns;
	const struct silbo_answer answer = {.number = n,
	    .order = n,
	    .at = at + there + MS + back,
	    .has_times = true,
	    .received_at = at + there + theirs,
	    .echoed_at = at + there + MS + theirs,
	    .tos = -1,
	    .ttl = -1,
	    .back_tos = -1,
	    .back_ttl = -1};
	struct silbo_departure d;

	assert_true(silbo_prober_get(t->prober, &d, at));
	silbo_prober_on_sent(t->prober, &d);
	assert_int_equal(
	    silbo_prober_on_answer(t->prober, &answer), SILBO_ANSWER_FIRST);
}

/* A quantile is at most 1/64 off. */
static void
expect_about(const double *ms, const double *wanted, int count)
{
	for (int i = 0; i < count; i++)
		if (!(fabs(ms[i] - wanted[i]) <= wanted[i] / 64 + 1e-9))
			fail_msg("[%d] is %g, not %g", i, ms[i], wanted[i]);
}

static void
times_are_those_of_their_rank_and_way(void **state)
{
	static const double rtt[] = {8, 43.63, 43, 78, 113, 253, 358};
	static const double there[] = {10, 20, 30, 70, 100};
	static const double back[] = {25, 50, 75, 175, 250};
	static const double lateness[] = {0.1, 0.3, 1};
	double ipdv = 0;

	(void)state;
	for (unsigned n = 0; n < ASKED; n++) {
		exchange(n, 0);
		if (n > 0)
			ipdv +=
			    fabs((double)nth_us(n) - (double)nth_us(n - 1)) /
			    (ASKED - 1);
	}
	probe_fill(&p, 1, &out);
	assert_int_equal(out.answered, ASKED);
	expect_about(out.rtt_ms, rtt, 7);
	assert_true(fabs(out.rtt_ms[1] - 43.63) < 1e-5);
	expect_about(out.there.delay_ms, there, REPORT_DELAYS);
	expect_about(out.back.delay_ms, back, REPORT_DELAYS);
	assert_true(fabs(out.there.ipdv_ms - ipdv) < 1e-5);
	assert_true(fabs(out.back.ipdv_ms - 2.5 * ipdv) < 1e-5);
	expect_about(out.lateness_ms, lateness, 3);
	assert_true(fabs(out.first_ms - 8) < 1e-9);
}

static void
expect_quality(
    const struct report_quality *quality, const struct report_quality *wanted)
{
	assert_true(wanted->mos > 1);
	assert_true(fabs(quality->mos - wanted->mos) < 1e-9);
	assert_true(fabs(quality->loss_ratio - wanted->loss_ratio) < 1e-9);
	assert_true(fabs(quality->burst_r - wanted->burst_r) < 1e-9);
	assert_true(fabs(quality->delay_ms - wanted->delay_ms) < 1e-9);
}

/* 1050 settled: 40 lost there, 5 withheld, 5 lost back; of those that came 5
 * there and 15 back are more than 60 ms above the fastest. */
static void
each_way_is_judged_by_what_went_it(void **state)
{
	struct report_quality wanted;
	double burst_r = silbo_quality_burst_r(50, 20, 1050);

	(void)state;
	for (unsigned n = 0; n < ASKED; n++)
		exchange(n, 0);
	p.dialect = &as_made_up;
	made_up = (struct silbo_prober_report){.slots = 1060,
	    .sent = 1060,
	    .track = {.unique = ASKED,
		.lost = 50,
		.pending = 10,
		.losses = {.runs = 20}},
	    .withheld = 5,
	    .there.lost = 40,
	    .back.lost = 5};
	probe_fill(&p, 1, &out);
	summary_way_quality(&wanted, 1050, 45, burst_r, 43.63 / 2);
	expect_quality(&out.there.quality, &wanted);
	summary_way_quality(&wanted, 1005, 20, burst_r, 43.63 / 2);
	expect_quality(&out.back.quality, &wanted);
	made_up.back.lost = UINT64_MAX;
	probe_fill(&p, 1, &out);
	assert_true(out.there.quality.mos > 1);
	assert_true(isnan(out.back.quality.mos));
}

/* By 120 ppm: what it is ahead grows. */
static void
a_clock_that_runs_faster_has_a_skew_above_zero(void **state)
{
	(void)state;
	for (unsigned n = 0; n < LONGER; n++)
		exchange(n, (int64_t)(n * PACE * 120 / 1000000));
	probe_fill(&p, 1, &out);
	if (!(fabs(out.skew_ppm - 120) < 2))
		fail_msg("%g ppm", out.skew_ppm);
}

static void
without_an_answer_no_time_is_known(void **state)
{
	(void)state;
	probe_fill(&p, 1, &out);
	for (int i = 0; i < 7; i++)
		assert_true(isnan(out.rtt_ms[i]));
	for (int i = 0; i < 3; i++)
		assert_true(isnan(out.lateness_ms[i]));
	for (int i = 0; i < REPORT_DELAYS; i++) {
		assert_true(isnan(out.there.delay_ms[i]));
		assert_true(isnan(out.back.delay_ms[i]));
	}
	assert_true(isnan(out.there.ipdv_ms) && isnan(out.back.ipdv_ms));
	assert_true(isnan(out.skew_ppm));
}

static void
what_a_search_of_the_largest_has_found_is_told(void **state)
{
	(void)state;
	p.mtu = true;
	t->mtu = (struct silbo_mtu_report){.state = SILBO_MTU_FOUND,
	    .asked = 31,
	    .answers = 22,
	    .fits = 1372,
	    .fails = 1373,
	    .top = 1472,
	    .told = 1400};
	t->mtu_there = 1444;
	t->mtu_ms = 812.5;
	t->headers = 28;
	probe_fill(&p, 1, &out);
	assert_int_equal(out.sent, 31);
	assert_int_equal(out.answered, 22);
	assert_true(out.mtu.searched);
	assert_int_equal(out.mtu.state, SILBO_MTU_FOUND);
	assert_int_equal(out.mtu.headers, 28);
	assert_int_equal(out.mtu.payload, 1372);
	assert_int_equal(out.mtu.too_large, 1373);
	assert_int_equal(out.mtu.there, 1444);
	assert_int_equal(out.mtu.most, 1472);
	assert_int_equal(out.mtu.told, 1400);
	assert_true(fabs(out.mtu.took_ms - 812.5) < 1e-9);
	assert_true(isnan(out.interval_ms));
	t->mtu = (struct silbo_mtu_report){.state = SILBO_MTU_SEARCHING};
	t->mtu_there = t->headers = 0;
	probe_fill(&p, 1, &out);
	assert_int_equal(out.mtu.headers, REPORT_UNKNOWN);
	assert_int_equal(out.mtu.payload, REPORT_UNKNOWN);
	assert_int_equal(out.mtu.too_large, REPORT_UNKNOWN);
	assert_int_equal(out.mtu.there, REPORT_UNKNOWN);
	assert_int_equal(out.mtu.most, REPORT_UNKNOWN);
	assert_int_equal(out.mtu.told, REPORT_UNKNOWN);
	assert_true(isnan(out.mtu.took_ms));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_was_asked_for_and_heard_is_told),
	    TEST(every_count_is_where_it_belongs),
	    TEST(each_way_and_the_clock_are_where_they_belong),
	    TEST(either_kernel_stamps_or_not),
	    TEST(what_is_pending_after_a_signal_or_failure_was_cut_short),
	    TEST(a_number_is_waited_for_as_long_as_the_window_holds_it),
	    TEST(times_are_those_of_their_rank_and_way),
	    TEST(each_way_is_judged_by_what_went_it),
	    TEST(a_clock_that_runs_faster_has_a_skew_above_zero),
	    TEST(without_an_answer_no_time_is_known),
	    TEST(what_a_search_of_the_largest_has_found_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
