/* SPDX-License-Identifier: MIT */
/*
 * What the answers of a STAMP reflector tell of it, and of each way, in the
 * report of silbo probe.
 */
#include "testing.h"

#include <math.h>

#include "probe.h"

#define MS SILBO_NS_PER_MS
#define START (1000 * SILBO_NS_PER_S)
#define WALL ((uint64_t)1790000000 * SILBO_NS_PER_S)
#define ASKED 7

static struct probe p;
static struct probe_target *const t = &p.targets[0];
static struct report_probe out;

static int
set_up(void **state)
{
	const struct silbo_prober_config config = {.start = START,
	    .interval_ns = 20 * MS,
	    .slots = ASKED,
	    .wait_ns = 200 * MS,
	    .window = silbo_prober_window(20 * MS, 200 * MS),
	    .wall_offset = WALL};
	void *memory = malloc(silbo_prober_size(&config));

	(void)state;
	assert_non_null(memory);
	memset(&p, 0, sizeof p);
	p.dialect = &probe_stamp;
	p.interval = 20 * (int64_t)MS;
	p.wait = 200 * (int64_t)MS;
	p.bytes = SILBO_STAMP_BYTES;
	p.started = START;
	p.started_wall = START + WALL;
	p.targets_count = 1;
	t->to.text = "router";
	t->to.peers_count = 1;
	t->udp.fd = -1;
	t->prober = silbo_prober_init(memory, &config);
	assert_true(p.dialect->open(&p, t, START));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	p.dialect->close(t);
	free(t->prober);
	return 0;
}

/* The next departs, and is answered with this number, -1: is not. */
static void
exchange(int own, uint16_t estimate)
{
	uint8_t packet[SILBO_STAMP_BYTES], answer[SILBO_STAMP_BYTES];
	struct silbo_stamp_reply reply = {
	    .number = (uint32_t)own, .estimate = estimate, .ttl = 60};
	struct silbo_arrival arrival = {
	    .data = answer, .len = sizeof answer, .tos = -1, .ttl = -1};
	struct silbo_departure d;
	struct silbo_answer a;
	silbo_time now = silbo_prober_deadline(t->prober);

	assert_true(silbo_prober_get(t->prober, &d, now));
	assert_int_equal(
	    p.dialect->pack(t, packet, sizeof packet, &d), SILBO_STAMP_BYTES);
	silbo_prober_on_sent(t->prober, &d);
	if (own < 0)
		return;
	assert_int_equal(
	    silbo_stamp_parse_request(&reply.request, packet, sizeof packet),
	    SILBO_ACCEPTED);
	reply.received_at = reply.echoed_at =
	    silbo_stamp_pack_time(now + MS + WALL, false);
	assert_int_equal(silbo_stamp_pack_reply(
			     answer, sizeof answer, &reply, sizeof answer),
	    SILBO_STAMP_BYTES);
	arrival.at = now + 2 * MS;
	assert_true(p.dialect->parse(t, &a, &arrival, arrival.at));
	p.dialect->on_answer(t, &a, silbo_prober_on_answer(t->prober, &a));
}

/* One is lost there and two back; of their clock the third answer tells
 * nothing. */
static void
run(uint16_t estimate)
{
	static const int own[ASKED] = {0, -1, 1, 2, -1, 4, -1};

	for (int i = 0; i < ASKED; i++)
		exchange(own[i], i == 3 ? 0 : estimate);
}

static void
its_clock_is_as_it_says(void **state)
{
	static const struct {
		uint16_t estimate; /* RFC 4656: S Z scale multiplier */
		int synchronised, ptp;
		double error_ms; /* 2^scale * multiplier / 2^32 s */
	} rows[] = {{0x8000 | 23 << 8 | 1, 1, 0, 1.953125},
	    {22 << 8 | 1, 0, 0, 0.976563},
	    {0xc000 | 23 << 8 | 2, 1, 1, 3.90625}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		run(rows[i].estimate);
		probe_fill(&p, 0, &out);
		assert_int_equal(out.stamp.synchronised, rows[i].synchronised);
		assert_int_equal(out.stamp.ptp, rows[i].ptp);
		assert_true(fabs(out.stamp.error_ms - rows[i].error_ms) < 1e-5);
		assert_int_equal(out.stamp.no_estimate, 1);
		assert_int_equal(out.stamp.stateful, 1);
		tear_down(state);
		set_up(state);
	}
}

static void
nothing_is_told_of_who_does_not_answer(void **state)
{
	(void)state;
	for (int i = 0; i < ASKED; i++)
		exchange(-1, 0);
	probe_fill(&p, 0, &out);
	assert_int_equal(out.stamp.no_estimate, 0);
	assert_int_equal(out.stamp.stateful, REPORT_UNKNOWN);
	assert_int_equal(out.stamp.synchronised, REPORT_UNKNOWN);
	assert_int_equal(out.stamp.ptp, REPORT_UNKNOWN);
	assert_true(isnan(out.stamp.error_ms) && isnan(out.stamp.there_ms));
}

static void
losses_are_told_by_way_once_the_end_is_known(void **state)
{
	(void)state;
	run(23 << 8 | 1);
	silbo_prober_on_time(t->prober, START + SILBO_NS_PER_S);
	probe_fill(&p, 0, &out);
	assert_int_equal(out.lost, 3);
	assert_int_equal(out.there.lost, REPORT_UNKNOWN);
	assert_int_equal(out.stamp.there_lost_min, 0);
	assert_int_equal(out.stamp.there_lost_max, 3);
	exchange(6, 23 << 8 | 1);
	probe_fill(&p, 0, &out);
	assert_int_equal(out.closed, 1);
	assert_int_equal(out.there.lost, 1);
	assert_int_equal(out.back.lost, 2);
	assert_int_equal(out.stamp.there_lost_min, 1);
	assert_int_equal(out.stamp.there_lost_max, 1);
	assert_int_equal(out.withheld, REPORT_UNKNOWN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(its_clock_is_as_it_says),
	    TEST(nothing_is_told_of_who_does_not_answer),
	    TEST(losses_are_told_by_way_once_the_end_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
