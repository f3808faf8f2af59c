/* SPDX-License-Identifier: MIT */
/*
 * What silbo probe tells people and programs: the example of docs/report.md, to
 * the letter; what is unknown leaves no trace in the text and is null in JSON.
 */
#include "testing.h"

#include <math.h>

#include <jansson.h>

#include "capture.h"
#include "report.h"
#include "report_build.h"
#include "summary.h"

static const int64_t no_errors[REPORT_SEND_KINDS];

/* 500 sent; 7 lost there, 4 lost back: 489 answered. */
static void
fill(struct report_probe *p)
{
	const double rtt[] = {12.1, 13.06, 12.9, 15.0, 19.8, 40.0, 42.0};
	const double there[] = {0.3, 2.1, 4.8, 9.5, 9.7};
	const double back[] = {0.2, 1.9, 3.3, 30.1, 30.4};

	report_probe_init(p);
	snprintf(p->name, sizeof p->name, "studio.local");
	snprintf(p->peer, sizeof p->peer, "192.0.2.9:7587");
	p->duration_s = 10;
	p->interval_ms = 20;
	p->bytes = 200;
	p->dscp = 46;
	p->encrypted = true;
	p->slots = p->sent = p->settled = 500;
	p->cut_short = 0;
	p->answered = 489;
	p->lost = 11;
	p->unsent = p->pending = p->late_final = p->too_old = 0;
	p->answered_twice = p->never_sent = p->absurd_times = 0;
	p->contradictions = p->restarts = p->withheld = p->elsewhere = 0;
	p->foreign = p->dropped_here = 0;
	p->errors = no_errors;
	p->closings = p->closed = 1;
	p->runs = 8;
	p->run_max = 3;
	memcpy(p->rtt_ms, rtt, sizeof rtt);
	p->first_ms = 40;
	p->wait_ms = 1000;
	p->receive_buffer = 425984;
	p->jitter_ms = 0.8;
	p->there.lost = 7;
	p->there.duplicate = 2;
	p->there.reordered = 3;
	p->there.extent_max = 3;
	p->there.jitter_ms = 0.5;
	p->there.marks.tos = 0;
	p->there.marks.ttl = p->there.marks.ttl_min = 57;
	p->there.marks.ttl_max = 57;
	p->there.marks.changed = p->there.marks.changes = 0;
	p->back.lost = 4;
	p->back.duplicate = p->back.reordered = p->back.extent_max = 0;
	p->back.jitter_ms = 0.3;
	p->back.marks.tos = 0;
	p->back.marks.changed = 0;
	summary_way_quality(&p->there.quality, 500, 7, 1.345, 6.53);
	summary_way_quality(&p->back.quality, 493, 4, 1.345, 6.53);
	memcpy(p->there.delay_ms, there, sizeof there);
	memcpy(p->back.delay_ms, back, sizeof back);
	p->offset_ms = 3.2;
	p->error_ms = 6.05;
	p->skew_ppm = 11.3;
	p->steps = 0;
	p->lateness_ms[0] = 0.03;
	p->lateness_ms[1] = 0.06;
	p->lateness_ms[2] = 0.31;
	p->late_over_1ms = 0;
}

static const char *
tell(struct capture *capture, const struct report_probe *p)
{
	const struct report report = {
	    .role = "probe", .probes = p, .probes_count = 1};

	capture_begin(capture, stdout);
	report_text(stdout, &report);
	return capture_end(capture);
}

static void
the_example_is_told_to_the_letter(void **state)
{
	struct report_probe p;
	struct capture capture;
	char wanted[4096];
	size_t n;
	FILE *file = fopen(SILBO_FIXTURES "/probe.txt", "r");

	(void)state;
	assert_non_null(file);
	n = fread(wanted, 1, sizeof wanted - 1, file);
	wanted[n] = '\0';
	fclose(file);
	fill(&p);
	assert_int_equal(p.answered + p.lost + p.pending, p.sent);
	assert_int_equal(
	    p.answered + p.there.lost + p.back.lost + p.withheld, p.sent);
	assert_string_equal(tell(&capture, &p), wanted);
}

/* What was withheld, or came too late, is not lost besides. */
static void
what_became_of_the_lost_is_of_those(void **state)
{
	struct report_probe p;
	struct capture capture;
	const char *text;

	(void)state;
	fill(&p);
	p.withheld = p.late_final = 5;
	text = tell(&capture, &p);
	assert_non_null(strstr(text,
	    "\n  of those    5 withheld there   5 answered after --wait\n"));
	fill(&p);
	p.lost = p.there.lost = p.back.lost = 0;
	p.dropped_here = 1;
	text = tell(&capture, &p);
	assert_non_null(strstr(text, "\n  besides     1 dropped here\n"));
}

/* Of what it was too early to know nothing is told but that. */
static void
what_is_pending_is_neither_lost_nor_there(void **state)
{
	struct builder b = {.failed = false};
	struct report_probe p;
	struct capture capture;
	const char *text;
	json_t *object;

	(void)state;
	fill(&p);
	assert_null(strstr(tell(&capture, &p), "stopped"));
	p.answered = 470;
	p.lost = 20;
	p.pending = 10;
	p.settled = 490;
	p.cut_short = 1;
	text = tell(&capture, &p);
	assert_non_null(strstr(text, " 20 lost (4.08 %)"));
	assert_non_null(strstr(text, " 10 pending\n"));
	assert_non_null(strstr(text,
	    "\n  stopped     before it could be known what became of those "
	    "pending\n"));
	object = build_probe(&b, &p);
	assert_true(
	    fabs(json_real_value(json_object_get(object, "loss_ratio")) -
		0.040816) < 1e-9);
	assert_true(json_is_true(json_object_get(object, "cut_short")));
	json_decref(object);
	p.sent = p.pending = 500; /* nothing is known of any */
	p.settled = p.answered = p.lost = 0;
	object = build_probe(&b, &p);
	assert_true(json_is_null(json_object_get(object, "loss_ratio")));
	json_decref(object);
}

static void
no_line_is_longer_than_80(void **state)
{
	struct report_probe p;
	struct capture capture;
	const char *line;

	(void)state;
	fill(&p);
	p.late_final = p.withheld = p.dropped_here = 5;
	p.answered_twice = p.never_sent = 12;
	for (line = tell(&capture, &p); *line != '\0';) {
		size_t len = strcspn(line, "\n");

		if (len > 80)
			fail_msg("%.*s", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

static void
what_is_odd_is_told(void **state)
{
	struct report_probe p;
	struct capture capture;
	const char *text;

	(void)state;
	fill(&p);
	p.there.lost = p.back.lost = REPORT_UNKNOWN;
	p.restarts = 1;
	p.contradictions = 2;
	p.elsewhere = 3;
	p.answered_twice = 4;
	p.never_sent = 5;
	p.absurd_times = 6;
	p.too_old = 7;
	p.foreign = 8;
	p.late_final = 9;
	p.pending = 10;
	p.unsent = 11;
	p.withheld = 12;
	p.dropped_here = 13;
	p.steps = 1;
	p.step_ms = -60000;
	p.offset_ms = -0.5;
	p.back.marks.changed = p.back.marks.changes = 1;
	text = tell(&capture, &p);
	assert_non_null(strstr(text, "there or back: not known"));
	assert_non_null(strstr(text, "another one took over 1 time "));
	assert_non_null(strstr(text, "contradicts itself 2 times"));
	assert_non_null(strstr(text, "3 from another address"));
	assert_non_null(strstr(text, "\n  not used    4 answered again"));
	assert_non_null(strstr(text, "5 to what was never sent"));
	assert_non_null(strstr(text, "6 with times that cannot be"));
	assert_non_null(strstr(text, "7 too old"));
	assert_non_null(strstr(text, "8 for somebody else"));
	assert_non_null(strstr(text, "9 answered after --wait"));
	assert_non_null(strstr(text, "10 pending"));
	assert_non_null(strstr(text, "11 not sent"));
	assert_non_null(strstr(text, "12 withheld there"));
	assert_non_null(strstr(text, "13 dropped here"));
	assert_non_null(strstr(text, "0.500 ms behind"));
	assert_non_null(strstr(text, "set 1 time, last by -60.000 s"));
	assert_non_null(strstr(text, "changed on the way"));
}

static void
what_routers_say_is_held_against_the_way_they_are_on(void **state)
{
	static const struct {
		int64_t told, there;
		const char *words;
	} rows[] = {
	    {1372, 1372, "say so, too (ICMP)\n"},
	    {1422, 1422, "say 1450 bytes (ICMP) of the way there\n"},
	    {1422, REPORT_UNKNOWN, "say 1450 bytes (ICMP)\n"},
	    {1422, 1372, "say 1450 bytes (ICMP), which is not true\n"},
	    {1000, 1372, "say 1028 bytes (ICMP), which is not true\n"},
	    {1000, REPORT_UNKNOWN, "say 1028 bytes (ICMP), which is not true"},
	    {REPORT_UNKNOWN, 1372, "what is too large vanishes"},
	};
	struct report_probe p;
	struct capture capture;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		fill(&p);
		p.mtu = (struct report_mtu){.searched = true,
		    .state = SILBO_MTU_FOUND,
		    .headers = 28,
		    .payload = 1372,
		    .there = rows[i].there,
		    .too_large = 1373,
		    .most = 1472,
		    .told = rows[i].told};
		assert_non_null(strstr(tell(&capture, &p), rows[i].words));
	}
}

/* Every leaf of what was asked in vain. */
static void
assert_unknown(const json_t *value, const char *key)
{
	const char *name;
	json_t *child;

	if (json_is_object(value)) {
		json_object_foreach((json_t *)value, name, child)
		{
			assert_unknown(child, name);
		}
		return;
	}
	if (!json_is_null(value) && strcmp(key, "relative") != 0 &&
	    strcmp(key, "encrypted") != 0 && !json_is_array(value))
		fail_msg("%s is known", key);
}

static void
what_is_unknown_is_null_and_leaves_no_trace(void **state)
{
	struct builder b = {.failed = false};
	struct report_probe p;
	struct capture capture;
	json_t *object;

	(void)state;
	report_probe_init(&p);
	object = build_probe(&b, &p);
	assert_false(b.failed);
	assert_unknown(object, "");
	json_decref(object);
	fill(&p);
	p.offset_ms = p.error_ms = p.skew_ppm = NAN;
	p.jitter_ms = p.first_ms = NAN;
	p.there.jitter_ms = p.back.jitter_ms = NAN;
	for (int i = 0; i < 7; i++)
		p.rtt_ms[i] = NAN;
	for (int i = 0; i < REPORT_DELAYS; i++)
		p.there.delay_ms[i] = p.back.delay_ms[i] = NAN;
	assert_null(strstr(tell(&capture, &p), "nan"));
	assert_null(strstr(capture.text, "clock"));
	assert_null(strstr(capture.text, "jitter"));
	assert_null(strstr(capture.text, "round trip"));
}

static void
figures_are_where_programs_look(void **state)
{
	static const struct {
		const char *path[3];
		double value;
	} rows[] = {
	    {{"sent"}, 500},
	    {{"answered"}, 489},
	    {{"lost"}, 11},
	    {{"loss_ratio"}, 0.022},
	    {{"there", "lost"}, 7},
	    {{"there", "duplicate"}, 2},
	    {{"there", "reordered"}, 3},
	    {{"there", "max_extent"}, 3},
	    {{"there", "delay_ms", "p95"}, 2.1},
	    {{"there", "delay_ms", "p999"}, 9.5},
	    {{"there", "marks", "ttl"}, 57},
	    {{"there", "quality", "loss_ratio"}, 0.014},
	    {{"there", "quality", "delay_ms"}, 93},
	    {{"back", "lost"}, 4},
	    {{"back", "delay_ms", "max"}, 30.4},
	    {{"rtt_ms", "min"}, 12.1},
	    {{"rtt_ms", "mean"}, 13.06},
	    {{"rtt_ms", "p999"}, 40},
	    {{"first_ms"}, 40},
	    {{"loss_runs", "count"}, 8},
	    {{"loss_runs", "max"}, 3},
	    {{"clock", "offset_ms"}, 3.2},
	    {{"clock", "error_ms"}, 6.05},
	    {{"clock", "skew_ppm"}, 11.3},
	    {{"lateness_ms", "max"}, 0.31},
	    {{"errors", "refused"}, 0},
	};
	struct builder b = {.failed = false};
	struct report_probe p;
	json_t *object;

	(void)state;
	fill(&p);
	object = build_probe(&b, &p);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const json_t *at = object;

		for (int n = 0; n < 3 && rows[i].path[n] != NULL; n++)
			at = json_object_get(at, rows[i].path[n]);
		if (!json_is_number(at) ||
		    fabs(json_number_value(at) - rows[i].value) > 1e-9)
			fail_msg("row %zu: %s", i, rows[i].path[0]);
	}
	json_decref(object);
}

/* Where the example has the same twice, or nothing. */
static void
no_figure_stands_for_another(void **state)
{
	struct builder b = {.failed = false};
	struct interval_row row = {
	    .sent = 5, .arrived = 9, .unique = 4, .jitter_ms = 2.5};
	struct report_probe p;
	json_t *object, *clock;

	(void)state;
	fill(&p);
	p.sent = p.settled = 400; /* of 500 slots */
	p.lost = 8;
	p.kernel_there = 0;
	p.kernel_back = 1;
	object = build_probe(&b, &p);
	assert_true(
	    fabs(json_number_value(json_object_get(object, "loss_ratio")) -
		0.02) < 1e-9);
	clock = json_object_get(object, "clock");
	assert_true(json_is_false(json_object_get(clock, "kernel_there")));
	assert_true(json_is_true(json_object_get(clock, "kernel_back")));
	json_decref(object);
	object = build_probe_row(&b, &row);
	assert_int_equal(
	    json_integer_value(json_object_get(object, "answered")), 4);
	assert_true(json_real_value(json_object_get(object, "rtt_ms")) == 2.5);
	json_decref(object);
	row.unique = 0; /* that round trip is of an interval before */
	object = build_probe_row(&b, &row);
	assert_true(json_is_null(json_object_get(object, "rtt_ms")));
	json_decref(object);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_example_is_told_to_the_letter),
	    cmocka_unit_test(what_became_of_the_lost_is_of_those),
	    cmocka_unit_test(what_is_pending_is_neither_lost_nor_there),
	    cmocka_unit_test(no_line_is_longer_than_80),
	    cmocka_unit_test(what_is_odd_is_told),
	    cmocka_unit_test(
		what_routers_say_is_held_against_the_way_they_are_on),
	    cmocka_unit_test(what_is_unknown_is_null_and_leaves_no_trace),
	    cmocka_unit_test(figures_are_where_programs_look),
	    cmocka_unit_test(no_figure_stands_for_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
