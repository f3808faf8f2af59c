/* SPDX-License-Identifier: MIT */
/*
 * How a report tells of the pattern of losses, of order, and of what is
 * overdue.
 */
#include "testing.h"

#include <silbo/receiver.h>

#include "capture.h"
#include "report_build.h"
#include "summary.h"

/* 1000 numbers of 20 ms, in which two bursts and two more were lost. */
static void
fill_stream(struct report_stream *stream)
{
	struct silbo_stream_report from = {
	    .duration = 960,
	    .described = true,
	    .last_at = 7 * SILBO_NS_PER_S,
	};
	struct silbo_gate_source source = {.serial = 1};

	from.info.duration = 960;
	from.track = (struct silbo_track_report){
	    .next = 1000,
	    .expected = 1000,
	    .arrived = 986,
	    .unique = 986,
	    .lost = 14,
	    .reordered = 4,
	    .extent_max = 9,
	    .extent_sum = 14,
	    .extents = {2, 0, 1, 0, 0, 1},
	    .preceding = {2, 1, 1},
	    .late_by_max_ns = 9500000,
	    .late_by_sum_ns = 22000000,
	    .losses = {.lost = 14,
		.runs = 6,
		.run_max = 5,
		.run_histogram = {4, 0, 0, 0, 2},
		.distances = {8, 0, 1, 0, 1, 0, 0, 3},
		.noticeable = 10,
		.bursts = 2,
		.burst_numbers = 25,
		.burst_lost = 12,
		.gaps = 3,
		.gap_numbers = 975,
		.gap_lost = 2},
	};
	report_stream_init(stream);
	summary_stream(stream, &from, &source);
	summary_overdue(stream, &from, &source, 8 * SILBO_NS_PER_S);
}

static json_t *
part_of(const struct report_stream *stream, const char *key)
{
	struct builder b = {.failed = false};
	json_t *all = build_stream(&b, stream);
	json_t *part = json_incref(json_object_get(all, key));

	assert_false(b.failed);
	json_decref(all);
	return part;
}

static void
check_part(
    const struct report_stream *stream, const char *key, const char *expected)
{
	json_t *part = part_of(stream, key);
	char *text = json_dumps(part, JSON_COMPACT | JSON_REAL_PRECISION(6));

	assert_string_equal(text, expected);
	free(text);
	json_decref(part);
}

static void
the_json_has_means_and_ratios_of_the_counts(void **state)
{
	struct report_stream stream;

	(void)state;
	fill_stream(&stream);
	check_part(&stream, "reordering",
	    "{\"max_extent\":9,\"mean_extent\":3.5,"
	    "\"histogram\":{\"1\":2,\"3\":1,\"9-16\":1},"
	    "\"n_reordered\":{\"histogram\":{\"1\":2,\"2\":1,\"3\":1},"
	    "\"share_3\":0.00101},\"late_by_ms\":{\"mean\":5.5,\"max\":9.5}}");
	check_part(&stream, "loss_pattern",
	    "{\"distance_histogram\":"
	    "{\"1\":8,\"3\":1,\"5-8\":1,\"33+\":3},"
	    "\"noticeable_ratio\":0.71429,\"noticeable_within\":16,"
	    "\"gmin\":16,"
	    "\"bursts\":{\"count\":2,\"packets\":25,\"lost\":12,"
	    "\"density_ratio\":0.48,\"mean_packets\":12.5,\"mean_ms\":250.0},"
	    "\"gaps\":{\"count\":3,\"packets\":975,\"lost\":2,"
	    "\"density_ratio\":0.00205,\"mean_packets\":325.0,"
	    "\"mean_ms\":6500.0}}");
}

static void
what_has_nothing_to_divide_by_is_null(void **state)
{
	static const struct silbo_track_report none = {.unique = 0};
	struct report_stream stream;

	(void)state;
	fill_stream(&stream);
	stream.frame_ms = NAN;
	stream.unique = stream.reordered = stream.extent_max = 0;
	stream.pattern =
	    (struct report_pattern){.known = true, .losses = none.losses};
	check_part(&stream, "reordering",
	    "{\"max_extent\":0,\"mean_extent\":null,\"histogram\":{},"
	    "\"n_reordered\":{\"histogram\":{},\"share_3\":null},"
	    "\"late_by_ms\":{\"mean\":null,\"max\":null}}");
	check_part(&stream, "loss_pattern",
	    "{\"distance_histogram\":{},\"noticeable_ratio\":null,"
	    "\"noticeable_within\":16,\"gmin\":16,"
	    "\"bursts\":{\"count\":0,\"packets\":0,\"lost\":0,"
	    "\"density_ratio\":null,\"mean_packets\":null,\"mean_ms\":null},"
	    "\"gaps\":{\"count\":0,\"packets\":0,\"lost\":0,"
	    "\"density_ratio\":null,\"mean_packets\":null,"
	    "\"mean_ms\":null}}");
	/* a sender's */
	report_stream_init(&stream);
	check_part(&stream, "reordering",
	    "{\"max_extent\":null,\"mean_extent\":null,\"histogram\":null,"
	    "\"n_reordered\":{\"histogram\":null,\"share_3\":null},"
	    "\"late_by_ms\":{\"mean\":null,\"max\":null}}");
	check_part(&stream, "loss_pattern",
	    "{\"distance_histogram\":null,\"noticeable_ratio\":null,"
	    "\"noticeable_within\":16,\"gmin\":16,"
	    "\"bursts\":{\"count\":null,\"packets\":null,\"lost\":null,"
	    "\"density_ratio\":null,\"mean_packets\":null,\"mean_ms\":null},"
	    "\"gaps\":{\"count\":null,\"packets\":null,\"lost\":null,"
	    "\"density_ratio\":null,\"mean_packets\":null,"
	    "\"mean_ms\":null}}");
}

static const char *
text_of(struct capture *out, struct report_stream *stream)
{
	struct report report = {
	    .role = "recv", .streams = stream, .streams_count = 1};

	capture_begin(out, stdout);
	report_text(stdout, &report);
	return capture_end(out);
}

static void
bursts_are_told_to_people_where_there_are_any(void **state)
{
	struct report_stream stream;
	struct capture out;

	(void)state;
	fill_stream(&stream);
	assert_non_null(strstr(text_of(&out, &stream),
	    "\n  pattern     2 bursts of 12.5 datagrams (48 % lost in them), "
	    "0.21 % lost between\n"));
	stream.pattern.losses.bursts = 1;
	stream.pattern.losses.gap_numbers = 0;
	assert_non_null(strstr(text_of(&out, &stream),
	    "\n  pattern     1 burst of 25.0 datagrams (48 % lost in it)\n"));
	stream.pattern.losses.bursts = 0;
	assert_null(strstr(text_of(&out, &stream), "pattern "));
}

static void
what_is_overdue_stands_beside_what_is_pending(void **state)
{
	struct report_stream stream;
	struct report_live live = {.elapsed_s = 9,
	    .stream = &stream,
	    .streams_count = 1,
	    .buffer_ms = NAN,
	    .target_ms = NAN};
	struct capture out;
	char line[256];

	(void)state;
	fill_stream(&stream);
	assert_int_equal(stream.overdue, 49);
	assert_non_null(strstr(text_of(&out, &stream), "   49 overdue"));
	live.brief = true;
	report_live_recv(line, sizeof(line), &live);
	assert_non_null(strstr(line, "  lost 14 (1.40 %)  overdue 49  late 0"));
	stream.overdue = 0;
	assert_null(strstr(text_of(&out, &stream), "overdue"));
	report_live_recv(line, sizeof(line), &live);
	assert_null(strstr(line, "overdue"));
}

/* It would have gone on for ever. */
static void
of_what_was_closed_or_started_again_nothing_is_overdue(void **state)
{
	static const struct {
		enum silbo_standing standing;
		bool outlived, ended;
		int64_t overdue;
	} rows[] = {
	    {SILBO_STANDING_ESTABLISHED, false, false, 49},
	    {SILBO_STANDING_ESTABLISHED, true, false, REPORT_UNKNOWN},
	    {SILBO_STANDING_CLOSED, false, false, REPORT_UNKNOWN},
	    {SILBO_STANDING_CLOSED, true, false, REPORT_UNKNOWN},
	    {SILBO_STANDING_CLOSED, true, true, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct silbo_gate_source source = {
		    .standing = rows[i].standing, .outlived = rows[i].outlived};
		const struct silbo_stream_report from = {.described = true,
		    .ended = rows[i].ended,
		    .info = {.duration = 960},
		    .last_at = 7 * SILBO_NS_PER_S};
		struct report_stream stream;

		report_stream_init(&stream);
		summary_overdue(&stream, &from, &source, 8 * SILBO_NS_PER_S);
		assert_int_equal(stream.overdue, rows[i].overdue);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_json_has_means_and_ratios_of_the_counts),
	    cmocka_unit_test(what_has_nothing_to_divide_by_is_null),
	    cmocka_unit_test(bursts_are_told_to_people_where_there_are_any),
	    cmocka_unit_test(what_is_overdue_stands_beside_what_is_pending),
	    cmocka_unit_test(
		of_what_was_closed_or_started_again_nothing_is_overdue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
