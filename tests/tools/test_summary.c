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
	for (size_t i = 0; i < 3; i++)
		report.verdict[of_a_source[i]] = i;
	assert_int_equal(summary_refused(&report), 3);
}

static void
the_waiting_time_is_what_the_window_leaves_of_it(void **state)
{
	static const struct {
		uint32_t window;
		uint16_t duration; /* 1/48000 s */
		int64_t wait_ms;
	} waits[] = {
	    {1024, 960, 1000}, /* 20 s of numbers: T decides */
	    {1024, 0, 1000},   /* no rate is known */
	    {64, 480, 640},    /* 64 numbers of 10 ms */
	    {64, 120, 160},
	};

	(void)state;
	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
		struct silbo_stream_report stream = {
		    .duration = waits[i].duration};
		struct silbo_gate_source source = {.serial = 1};
		struct report_stream out;

		stream.track.window = waits[i].window;
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
	    cmocka_unit_test(losses_are_blamed_only_on_whom_the_numbers_accuse),
	    cmocka_unit_test(only_what_a_source_sent_can_have_been_refused),
	    cmocka_unit_test(the_waiting_time_is_what_the_window_leaves_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
