/* SPDX-License-Identifier: MIT */
/*
 * Limits of --fail-if: how they are written, and when one is exceeded.
 */
#include "testing.h"

#include <math.h>

#include "capture.h"
#include "limit_report.h"

static const struct limits_name names[] = {
    LIMITS_KNOWN("loss", LIMITS_RATIO),
    LIMITS_KNOWN("lost", LIMITS_COUNT),
    LIMITS_KNOWN("p99", LIMITS_MS),
    LIMITS_AFTER("mos", LIMITS_NUMBER, 100),
    LIMITS_NEVER("rtt", "ask probe"),
    {.name = NULL},
};

static bool
parse(struct limits *limits, struct capture *err, const char *text)
{
	bool valid;

	capture_begin(err, stderr);
	valid = limits_parse(limits, text, names);
	capture_end(err);
	return valid;
}

static void
limits_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *text, *back;
		double bound;
	} rows[] = {
	    {"loss>1%", "loss>1%", 0.01},
	    {"loss>=0.5%", "loss>=0.5%", 0.005},
	    {"loss < 0.05", "loss<5%", 0.05},
	    {" loss <=\t1 % ", "loss<=1%", 0.01},
	    {"loss>0", "loss>0%", 0},
	    {"loss>0.0000001%", "loss>0.0000001%", 1e-9},
	    {"loss>33.3%", "loss>33.3%", 0.333},
	    {"lost>20", "lost>20", 20},
	    {"lost>=0", "lost>=0", 0},
	    {"p99>50ms", "p99>50ms", 50},
	    {"p99>1.5s", "p99>1500ms", 1500},
	    {"p99>250us", "p99>0.25ms", 0.25},
	    {"mos<3.5", "mos<3.5", 3.5},
	    {"mos<4", "mos<4", 4},
	};
	struct limits limits;
	struct capture err;
	char back[96];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(parse(&limits, &err, rows[i].text));
		assert_int_equal(limits.count, 1);
		assert_true(fabs(limits.list[0].bound - rows[i].bound) < 1e-15);
		assert_string_equal(
		    limits_text(back, sizeof(back), &limits.list[0]),
		    rows[i].back);
		assert_true(parse(&limits, &err, back));
		assert_true(fabs(limits.list[0].bound - rows[i].bound) < 1e-15);
	}
	assert_true(parse(&limits, &err, "loss>1%,p99>50ms , mos<3"));
	assert_int_equal(limits.count, 3);
	assert_true(parse(&limits, &err, NULL));
	assert_int_equal(limits.count, 0);
}

static void
what_is_no_limit_is_refused_with_what_would_be_one(void **state)
{
	static const struct {
		const char *text, *why, *hint;
	} rows[] = {
	    {"", "'': a limit is empty", "'loss>1%,p99>50ms'"},
	    {"loss>1%,", "'loss>1%,': a limit is empty", "as in"},
	    {",", "a limit is empty", "as in"},
	    {"loss", "'loss': no limit", "> >= < or <="},
	    {"loss=1%", "'loss=1%': no limit", "as in"},
	    {"loss=>1%", "no limit", "as in"},
	    {">1%", "'>1%': no limit", "as in"},
	    {"los>1%", "'los>1%': no such figure", "did you mean 'loss'?"},
	    {"zzz>1%", "no such figure", "one of: loss lost p99 mos\n"},
	    {"rtt>1s", "cannot be known here", "ask probe"},
	    {"loss>1", "a share needs its %", "1%, 0.5% or 0.005"},
	    {"loss>1ms", "not a share", "1%"},
	    {"loss>101%", "not a share", "100% is all"},
	    {"loss>-1%", "not a share", "1%"},
	    {"loss>nan", "not a share", "1%"},
	    {"loss>", "not a share", "1%"},
	    {"loss>>1%", "not a share", "1%"},
	    {"p99>50", "'p99>50': a time needs a unit", "50ms"},
	    {"p99>x", "not a time", "50ms"},
	    {"p99>1%", "not a time", "50ms"},
	    {"lost>1%", "not a whole number", "as in 20"},
	    {"lost>-1", "not a whole number", "as in 20"},
	    {"lost>1.5", "not a whole number", "as in 20"},
	    {"mos<1%", "not a number", "3.5"},
	    {"mos<3.", "not a number", "3.5"},
	    {"mos<1e2", "not a number", "3.5"},
	    {"mos<", "not a number", "3.5"},
	    {"loss>1%,los\x1b>2%", "'los\\x1b>2%': no such figure", "hint"},
	    {"lost>1,lost>1,lost>1,lost>1,lost>1,lost>1,lost>1,lost>1,"
	     "lost>1,lost>1,lost>1,lost>1,lost>1,lost>1,lost>1,lost>1,"
	     "lost>2",
		"'lost>2': too many limits", "16 are the most"},
	    {"lost>0000000000000000000000000000000000000000000000000000000"
	     "00000000000000000000001",
		"too long for a limit", "as in"},
	};
	struct limits limits;
	struct capture err;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (parse(&limits, &err, rows[i].text))
			fail_msg("'%s' was taken", rows[i].text);
		if (strstr(err.text, rows[i].why) == NULL ||
		    strstr(err.text, "--fail-if '") == NULL ||
		    strstr(err.text, "hint: ") == NULL ||
		    strstr(err.text, rows[i].hint) == NULL)
			fail_msg("'%s': %s", rows[i].text, err.text);
	}
}

/* One limit, one stream. */
static void
a_limit_is_exceeded_or_not(void **state)
{
	static const struct {
		const char *text;
		double value;
		bool exceeded;
		const char *words;
	} rows[] = {
	    {"loss>1%", 0.0231, true, "loss 2.31 % > 1 % (stream 5d1c)"},
	    {"loss>1%", 0.01, false, "loss 1.00 % > 1 % (stream 5d1c)"},
	    {"loss>1%", 0.010001, true, "loss 1.0001 % > 1 % (stream 5d1c)"},
	    {"loss>1%", 0.01 + 1e-9, false, "loss 1.00 % > 1 % (stream 5d1c)"},
	    {"loss>=1%", 0.01, true, "loss 1.00 % >= 1 % (stream 5d1c)"},
	    {"loss<1%", 0.01, false, "loss 1.00 % < 1 % (stream 5d1c)"},
	    {"loss<1%", 0.0099999, true, "loss 0.99999 % < 1 % (stream 5d1c)"},
	    {"loss<=1%", 0.01, true, "loss 1.00 % <= 1 % (stream 5d1c)"},
	    {"loss>0", 0, false, "loss 0.00 % > 0 % (stream 5d1c)"},
	    {"lost>3", 4, true, "lost 4 > 3 (stream 5d1c)"},
	    {"lost>3", 3, false, "lost 3 > 3 (stream 5d1c)"},
	    {"p99>50ms", 61.25, true, "p99 61.2 ms > 50 ms (stream 5d1c)"},
	    {"p99>50ms", 50.01, true, "p99 50.01 ms > 50 ms (stream 5d1c)"},
	    {"mos<3.5", 3.4, true, "mos 3.4 < 3.5 (stream 5d1c)"},
	    {"mos<3.5", 3.5, false, "mos 3.5 < 3.5 (stream 5d1c)"},
	    {"mos<3.5", NAN, true,
		"mos is not known, limit < 3.5 (stream 5d1c)"},
	    {"mos>3.5", NAN, true,
		"mos is not known, limit > 3.5 (stream 5d1c)"},
	    {"p99>=50ms", INFINITY, true,
		"p99 is not known, limit >= 50 ms (stream 5d1c)"},
	    {"mos<=3.5", NAN, true,
		"mos is not known, limit <= 3.5 (stream 5d1c)"},
	};
	struct limits limits;
	struct capture err;
	char words[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct limits_value values[] = {
		    {NULL, rows[i].value}, {.name = NULL}};

		assert_true(parse(&limits, &err, rows[i].text));
		values[0].name = limits.list[0].name;
		limits_check(&limits, "5d1c0000", values);
		if (limits_finish(&limits) != rows[i].exceeded)
			fail_msg("row %zu is judged wrongly", i);
		assert_string_equal(
		    limits_verdict(words, sizeof(words), &limits.list[0]),
		    rows[i].words);
	}
}

/* Each of several in turn; what is unknown is worse than all. */
static void
the_worst_stream_decides(void **state)
{
	static const struct limits_value streams[][3] = {
	    {{"loss", 0.01}, {"mos", 4}, {.name = NULL}},
	    {{"loss", 0.03}, {"mos", 2}, {.name = NULL}},
	    {{"loss", 0.02}, {"mos", 3}, {.name = NULL}},
	    {{"loss", 0.02}, {.name = NULL}, {.name = NULL}},
	    {{"loss", 0.01}, {"mos", 1}, {.name = NULL}},
	};
	static const char *const ids[] = {"a", "b", "c", "d", "e"};
	struct limits limits;
	struct capture err;

	(void)state;
	assert_true(parse(&limits, &err, "loss>5%,mos<1.5,p99>1s"));
	for (size_t i = 0; i < 5; i++) {
		limits_check(&limits, ids[i], streams[i]);
		assert_string_equal(limits.list[0].who, ids[i == 0 ? 0 : 1]);
		assert_string_equal(limits.list[1].who,
		    ids[i == 0      ? 0
			    : i < 3 ? 1
				    : 3]);
		assert_string_equal(limits.list[2].who, "a");
	}
	assert_true(limits_finish(&limits));
	assert_false(limits.list[0].exceeded);
	assert_true(limits.list[1].exceeded && limits.list[2].exceeded);
}

static void
the_mtu_is_limited_when_it_was_found(void **state)
{
	struct report_probe probe;
	struct limits limits;
	struct capture err;
	char words[256];

	(void)state;
	report_probe_init(&probe);
	snprintf(probe.name, sizeof(probe.name), "studio.local");
	probe.mtu = (struct report_mtu){.searched = true,
	    .state = SILBO_MTU_FOUND,
	    .headers = 28,
	    .payload = 1372};
	for (int row = 0; row < 2; row++) {
		capture_begin(&err, stderr);
		assert_true(
		    limits_parse(&limits, "mtu<1500", limits_mtu_names));
		capture_end(&err);
		limits_check_probe(&limits, &probe);
		assert_true(limits_finish(&limits));
		limits_verdict(words, sizeof(words), &limits.list[0]);
		assert_string_equal(words,
		    row == 0 ? "mtu 1400 < 1500 (to studio.local)"
			     : "mtu is not known, limit < 1500 "
			       "(to studio.local)");
		probe.mtu.state = SILBO_MTU_SPENT;
	}
}

static void
without_a_stream_nothing_is_shown_to_hold(void **state)
{
	struct limits limits;
	struct capture err;
	char words[256];

	(void)state;
	assert_true(parse(&limits, &err, "loss>1%"));
	assert_true(limits_finish(&limits));
	assert_string_equal(
	    limits_verdict(words, sizeof(words), &limits.list[0]),
	    "loss is not known, limit > 1 % (no stream)");
	assert_true(parse(&limits, &err, NULL));
	assert_false(limits_finish(&limits));
}

/* As far as either is known; of neither, nothing holds. */
static void
the_mos_of_a_probe_is_that_of_the_worse_way(void **state)
{
	static const struct {
		double there, back;
		bool exceeded;
	} rows[] = {{4, 2.5, true}, {2.5, 4, true}, {4, 3.5, false},
	    {NAN, 2.5, true}, {2.5, NAN, true}, {NAN, 4, false},
	    {NAN, NAN, true}};
	struct report_probe probe;
	struct limits limits;
	struct capture err;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		capture_begin(&err, stderr);
		assert_true(limits_parse(&limits, "mos<3", limits_probe_names));
		capture_end(&err);
		report_probe_init(&probe);
		probe.there.quality.mos = rows[i].there;
		probe.back.quality.mos = rows[i].back;
		limits_check_probe(&limits, &probe);
		if (limits_finish(&limits) != rows[i].exceeded)
			fail_msg("row %zu is judged wrongly", i);
	}
}

static void
what_takes_more_datagrams_than_there_are_is_refused(void **state)
{
	struct limits limits;
	struct capture err;
	bool valid;

	(void)state;
	assert_true(parse(&limits, &err, "loss>1%,mos<3.5"));
	for (uint64_t count = 99; count <= 100; count++) {
		capture_begin(&err, stderr);
		valid = limits_check_count(&limits, names, count);
		capture_end(&err);
		assert_int_equal(valid, count == 100);
		if (valid)
			assert_string_equal(err.text, "");
		else if (strstr(err.text, "'mos<3.5': cannot be known") ==
			NULL ||
		    strstr(err.text, "mos takes 100, and 99 are") == NULL)
			fail_msg("%s", err.text);
	}
}

/* What one mode measures another says where to find, or it would be "no such
 * figure". */
static void
every_figure_is_known_or_refused_by_every_command(void **state)
{
	static const struct limits_name *const tables[] = {limits_recv_names,
	    limits_send_names, limits_probe_names, limits_mtu_names};
	static const char *const everywhere[] = {"loss", "lost", "duplicate",
	    "reordered", "run", "rtt", "lost_there", "lost_back", "p50", "p95",
	    "p99", "max", "jitter", "mos", "unsent", "mtu"};

	(void)state;
	for (size_t t = 0; t < 4; t++)
		for (size_t i = 0; i < 16; i++) {
			const struct limits_name *n = tables[t];

			while (n->name != NULL &&
			    strcmp(n->name, everywhere[i]) != 0)
				n++;
			if (n->name == NULL)
				fail_msg("table %zu: %s", t, everywhere[i]);
		}
}

/* All figures differ, so that none stands for another. */
static void
fill_with_figures(struct report_stream *s, struct report_probe *p)
{
	report_stream_init(s);
	*s = (struct report_stream){.expected = 1000,
	    .lost = 10,
	    .unique = 990,
	    .late = 11,
	    .late_final = 1,
	    .duplicate = 12,
	    .reordered = 13,
	    .concealed = 14,
	    .runs = 2,
	    .run_max = 15,
	    .jitter_ms = 16,
	    .jitter_max_ms = 3,
	    .delay_ms = {17, 18, 19, 20},
	    .quality = {.mos = 3.5, .r = 70},
	    .unsent = 21,
	    .late_over_1ms = 22,
	    .lateness_ms = {23, 24, 25},
	    .wakeup_ms = {4, 5, 6}};
	report_probe_init(p);
	p->sent = 1000;
	p->lost = 20;
	p->slots = 1031;
	p->unsent = 31;
	p->there.lost = 32;
	p->back.lost = 33;
	p->there.reordered = 34;
	p->back.reordered = 100;
	p->there.duplicate = 35;
	p->back.duplicate = 200;
	p->run_max = 36;
	p->runs = 7;
	p->jitter_ms = 37;
	for (int i = 0; i < 7; i++)
		p->rtt_ms[i] = 40 + i;
	p->mtu = (struct report_mtu){
	    .state = SILBO_MTU_MOST, .headers = 28, .payload = 1372};
}

static double
figure_of(const char *who, const char *name)
{
	struct limits limits = {.count = 1};
	struct report_probe probe;
	struct report_stream s;

	fill_with_figures(&s, &probe);
	probe.mtu.searched = strcmp(who, "mtu") == 0;
	snprintf(limits.list[0].name, LIMITS_NAME_BYTES, "%s", name);
	if (strcmp(who, "recv") == 0)
		limits_check_received(&limits, &s);
	else if (strcmp(who, "send") == 0)
		limits_check_sent(&limits, &s);
	else
		limits_check_probe(&limits, &probe);
	return limits.list[0].value;
}

static void
each_name_means_its_own_figure(void **state)
{
	static const struct {
		const char *who, *name;
		double value;
	} rows[] = {{"recv", "loss", .01}, {"recv", "lost", 10},
	    {"recv", "late", 11}, {"recv", "duplicate", 12},
	    {"recv", "reordered", 13}, {"recv", "concealed", 14},
	    {"recv", "run", 15}, {"recv", "jitter", 16}, {"recv", "p50", 17},
	    {"recv", "p95", 18}, {"recv", "p99", 19}, {"recv", "max", 20},
	    {"recv", "mos", 3.5}, {"recv", "r", 70}, {"send", "unsent", 21},
	    {"send", "late", 22}, {"send", "p50", 23}, {"send", "p99", 24},
	    {"send", "max", 25}, {"probe", "loss", .02}, {"probe", "lost", 20},
	    {"probe", "unsent", 31}, {"probe", "lost_there", 32},
	    {"probe", "lost_back", 33}, {"probe", "reordered", 134},
	    {"probe", "duplicate", 235}, {"probe", "run", 36},
	    {"probe", "jitter", 37}, {"probe", "rtt", 41}, {"probe", "p50", 42},
	    {"probe", "p95", 43}, {"probe", "p99", 44}, {"probe", "max", 46},
	    {"probe", "mtu", NAN}, {"mtu", "mtu", 1400},
	    /* a search loses on purpose */
	    {"mtu", "loss", NAN}, {"mtu", "lost", NAN}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double got = figure_of(rows[i].who, rows[i].name);

		if (isnan(rows[i].value) ? !isnan(got) : got != rows[i].value)
			fail_msg(
			    "%s of %s is %g", rows[i].name, rows[i].who, got);
	}
}

/* A name that nothing feeds would never hold. */
static void
every_figure_that_is_named_is_known(void **state)
{
	static const struct limits_name *const tables[] = {limits_recv_names,
	    limits_send_names, limits_probe_names, limits_mtu_names};
	struct report_probe probe;
	struct report_stream s;

	(void)state;
	report_stream_init(&s);
	s.expected = 100;
	s.lost = s.late = s.duplicate = s.reordered = s.concealed = 1;
	s.run_max = s.unsent = s.late_over_1ms = 1;
	s.jitter_ms = s.quality.mos = s.quality.r = 1;
	for (int i = 0; i < 4; i++)
		s.delay_ms[i] = 1;
	for (int i = 0; i < 3; i++)
		s.lateness_ms[i] = 1;
	report_probe_init(&probe);
	probe.sent = 100;
	probe.lost = probe.there.lost = probe.back.lost = probe.run_max = 1;
	probe.there.reordered = probe.back.duplicate = probe.unsent = 1;
	probe.back.reordered = probe.there.duplicate = 0;
	probe.jitter_ms = probe.there.quality.mos = 1;
	probe.mtu.payload = 1;
	probe.mtu.headers = 0;
	probe.mtu.state = SILBO_MTU_MOST;
	for (int i = 0; i < 7; i++)
		probe.rtt_ms[i] = 1;
	for (size_t t = 0; t < 4; t++)
		for (const struct limits_name *n = tables[t]; n->name != NULL;
		     n++) {
			struct limits limits = {.count = 1};

			probe.mtu.searched = tables[t] == limits_mtu_names;
			assert_true(strlen(n->name) < LIMITS_NAME_BYTES);
			assert_int_equal(
			    n->unit == LIMITS_ELSEWHERE, n->hint != NULL);
			if (n->unit == LIMITS_ELSEWHERE)
				continue;
			snprintf(limits.list[0].name, LIMITS_NAME_BYTES, "%s",
			    n->name);
			if (t == 0)
				limits_check_received(&limits, &s);
			else if (t == 1)
				limits_check_sent(&limits, &s);
			else
				limits_check_probe(&limits, &probe);
			if (limits.list[0].value !=
			    (n->unit == LIMITS_RATIO ? 0.01 : 1))
				fail_msg("%s is not known", n->name);
		}
}

/* What was not waited for may all be lost: who asks whether too much was is not
 * told that it was not. */
static void
what_is_pending_counts_against_whoever_stopped(void **state)
{
	struct limits limits = {.count = 2,
	    .list = {{.name = "loss", .test = LIMITS_ABOVE, .bound = 0.1},
		{.name = "lost", .test = LIMITS_ABOVE, .bound = 20}}};
	struct report_probe probe;

	(void)state;
	report_probe_init(&probe);
	probe.sent = 100;
	probe.lost = 5;
	probe.pending = 30;
	limits_check_probe(&limits, &probe);
	assert_true(limits.list[0].value == 0.35);
	assert_true(limits.list[0].exceeded);
	assert_true(limits.list[1].value == 35);
	assert_true(limits.list[1].exceeded);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(limits_are_read_as_people_write_them),
	    cmocka_unit_test(
		what_is_no_limit_is_refused_with_what_would_be_one),
	    cmocka_unit_test(a_limit_is_exceeded_or_not),
	    cmocka_unit_test(the_worst_stream_decides),
	    cmocka_unit_test(the_mtu_is_limited_when_it_was_found),
	    cmocka_unit_test(without_a_stream_nothing_is_shown_to_hold),
	    cmocka_unit_test(each_name_means_its_own_figure),
	    cmocka_unit_test(what_is_pending_counts_against_whoever_stopped),
	    cmocka_unit_test(every_figure_that_is_named_is_known),
	    cmocka_unit_test(the_mos_of_a_probe_is_that_of_the_worse_way),
	    cmocka_unit_test(
		what_takes_more_datagrams_than_there_are_is_refused),
	    cmocka_unit_test(every_figure_is_known_or_refused_by_every_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
