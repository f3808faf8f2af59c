/* SPDX-License-Identifier: MIT */
/*
 * Every key of the model: which values it takes, what is said of others, and
 * that what is written is read back as the same link.
 */
#include "testing.h"

#include <inttypes.h>
#include <math.h>

#include "models.h"
#include "presets.h"

struct good {
	const char *key, *value;
};

static const struct good goods[] = {
    {"preset", "perfect"},
    {"preset", "lecture"},
    {"interval", "20ms"},
    {"interval", "1ms"},
    {"interval", "10s"},
    {"pace", "time"},
    {"pace", "packets"},
    {"loss", "0"},
    {"loss", "2%"},
    {"loss", "0.02"},
    {"loss", "100%"},
    {"loss", "1.0"},
    {"loss", "0.0000001%"},
    {"burst", "0"},
    {"burst", "1"},
    {"burst", "4.66"},
    {"burst", "60ms"},
    {"gilbert", "2% 25% 70% 0%"},
    {"gilbert", "0.02\t0.25   0.7 0"},
    {"markov", "3% 30% 20% 40% 1%"},
    {"bursts", "8% 8 70% 2 1%"},
    {"loss_trace", SILBO_FIXTURES "/loss.txt"},
    {"delay_trace", SILBO_FIXTURES "/delay.txt"},
    {"delay_table", SILBO_FIXTURES "/table.txt"},
    {"rate_trace", SILBO_FIXTURES "/rate.txt"},
    {"outage", "0"},
    {"outage", "60s 2s"},
    {"outage", "24h 1h"},
    {"delay", "0"},
    {"delay", "40ms"},
    {"delay", "40ms+-10ms"},
    {"delay", "40ms+/-10ms"},
    {"delay",
	"40ms\xc2\xb1"
	"10ms"},
    {"delay", "60s"},
    {"jitter", "0"},
    {"jitter", "1.5ms"},
    {"shape", "normal"},
    {"shape", "uniform"},
    {"shape", "pareto"},
    {"correlation", "60%"},
    {"correlation", "0"},
    {"stall", "0"},
    {"stall", "0.2/s 120ms"},
    {"stall", "1000/s 60s"},
    {"keep_order", "yes"},
    {"keep_order", "no"},
    {"reorder", "1%"},
    {"reorder_by", "3"},
    {"reorder_by", "1.5"},
    {"reorder_by", "50ms"},
    {"duplicate", "1%"},
    {"duplicate_after", "0"},
    {"duplicate_after", "5ms"},
    {"corrupt", "0.1%"},
    {"corrupt_bits", "1"},
    {"corrupt_bits", "64"},
    {"rate", "0"},
    {"rate", "64k"},
    {"rate", "1000000M"},
    {"bucket", "100"},
    {"queue", "60000"},
    {"overhead", "0"},
    {"discipline", "droptail"},
    {"discipline", "codel"},
};

/* Each with a part of what is said: what is wrong, or the accepted form. */
static const struct {
	const char *key, *value, *what, *hint;
} bads[] = {
    {"preset", "lectrue", "no preset is called 'lectrue'", "'lecture'?"},
    {"preset", "", "no preset", "there are: perfect"},
    {"interval", "20", "interval: '20' is not a time", "write 250ms"},
    {"interval", "0", "", "from 1ms to 10s"},
    {"interval", "-20ms", "", "from 1ms to 10s"},
    {"interval", "11s", "", "from 1ms to 10s"},
    {"pace", "packet", "pace: 'packet' is not a pace", "packets: each"},
    {"loss", "2", "loss: '2' is not a ratio", "write 2% or 0.02"},
    {"loss", "1", "", "write 2% or 0.02"},
    {"loss", "101%", "", "write 2% or 0.02"},
    {"loss", "1.01", "", "write 2% or 0.02"},
    {"loss", "-2%", "", "write 2% or 0.02"},
    {"loss", "+2%", "", ""},
    {"loss", "2 %", "", ""},
    {"loss", "2%%", "", ""},
    {"loss", "nan", "", ""},
    {"loss", "inf", "", ""},
    {"loss", "1e-3", "", ""},
    {"loss", "0x0.1", "", ""},
    {"loss", ".5", "", ""},
    {"loss", "5.%", "", ""},
    {"loss", "0,5%", "", ""},
    {"loss", "%", "", ""},
    {"loss", "", "", ""},
    {"loss", "0.00000001%", "", ""},
    {"burst", "0.5", "burst: '0.5' is not a run", "write 3 for datagrams"},
    {"burst", "-3", "", "60ms for a time"},
    {"burst", "3%", "", ""},
    {"burst", "1000001", "", ""},
    {"burst", "1.2.3", "", ""},
    {"burst", "0ms", "", ""},
    {"burst", "61s", "", ""},
    {"gilbert", "2% 25% 70%", "is not four ratios", "2% 25% 70% 0%"},
    {"gilbert", "2% 25% 70% 0% 0%", "", "2% 25% 70% 0%"},
    {"gilbert", "2 25 70 0", "", ""},
    {"markov", "3% 30% 20% 40%", "is not five ratios", "P13 P31 P32"},
    {"markov", "3% 30% 20% 40% 101%", "", ""},
    {"bursts", "8% 8 70% 2", "a description of bursts", "8% 8 70% 2 1%"},
    {"bursts", "8% 8% 70% 2 1%", "", ""},
    {"bursts", "8% 0.5 70% 2 1%", "", ""},
    {"loss_trace", "", "not the name", "1 to 255"},
    {"loss_trace", "nowhere", "cannot read trace 'nowhere'", "a 0 or a 1"},
    {"loss_trace", "a ;b", "not the name", "semicolon"},
    {"loss_trace", "a\nb", "not the name", "control"},
    {"loss_trace", SILBO_FIXTURES "/delay.txt", "line 1", "a 0 or a 1"},
    {"delay_trace", SILBO_FIXTURES "/bad.txt", "line 2", "the word lost"},
    {"delay_table", SILBO_FIXTURES "/delay.txt", "line 3", "microseconds"},
    {"rate_trace", SILBO_FIXTURES "/bad.txt", "line 2", "never fall"},
    {"outage", "60s", "outage: '60s' is not an outage", "write 60s 2s"},
    {"outage", "60s 0s", "", ""},
    {"outage", "60 2", "", ""},
    {"outage", "25h 1s", "", ""},
    {"outage", "60s 2s 1s", "", ""},
    {"delay", "-40ms", "delay: '-40ms' is not a delay", "write 40ms"},
    {"delay", "40", "", "write 40ms"},
    {"delay", "61s", "", "from 0 to 60s"},
    {"delay", "40ms+-", "", ""},
    {"delay", "+-10ms", "", ""},
    {"delay", "40ms+-61s", "", ""},
    {"delay", "40ms-10ms", "", ""},
    {"delay",
	"00000000000000000000000000000000000000000000000000000000000000001ms",
	"", ""},
    {"jitter", "-1ms", "jitter: '-1ms' is not a time", "from 0s to 60s"},
    {"jitter", "3", "", "write 10ms"},
    {"shape", "gauss", "shape: 'gauss' is not a shape", "normal, uniform"},
    {"correlation", "60", "is not a ratio", "write 2% or 0.02"},
    {"stall", "0.2 120ms", "is not a stall", "write 0.1/s 200ms"},
    {"stall", "0.2/s", "", ""},
    {"stall", "0/s 120ms", "", ""},
    {"stall", "1001/s 1ms", "", ""},
    {"stall", "1/s 0ms", "", ""},
    {"stall", "/s 1ms", "", ""},
    {"keep_order", "true", "is not yes or no", ""},
    {"reorder", "1", "is not a ratio", "write 2% or 0.02"},
    {"reorder_by", "0", "not a number or a time", "write 3 for datagrams"},
    {"reorder_by", "1001", "", ""},
    {"reorder_by", "-1", "", ""},
    {"duplicate", "1.5", "is not a ratio", ""},
    {"duplicate_after", "-1ms", "is not a time", "from 0s to 1m"},
    {"corrupt", "x", "is not a ratio", ""},
    {"corrupt_bits", "0", "is not a whole number", "1 to 64"},
    {"corrupt_bits", "65", "", "1 to 64"},
    {"corrupt_bits", "1.5", "", "1 to 64"},
    {"rate", "999", "rate: '999' is not a rate", "from 1k"},
    {"rate", "1000001M", "", "0: no limit"},
    {"rate", "-1k", "", ""},
    {"rate", "5Mbit", "", ""},
    {"bucket", "99", "is not a whole number", "100 to 1073741824"},
    {"queue", "1k", "", "100 to 1073741824"},
    {"overhead", "-1", "", "0 to 1000"},
    {"overhead", "1001", "", "0 to 1000"},
    {"discipline", "red", "is not a discipline", "droptail or codel"},
    {"los", "2%", "unknown key 'los'", "did you mean 'loss'?"},
    {"reorder-by", "2", "unknown key", "did you mean 'reorder_by'?"},
    {"xyzzy", "2", "unknown key 'xyzzy'", "silbo help impair"},
    {"", "2", "unknown key ''", ""},
    {"Loss", "2%", "unknown key 'Loss'", "did you mean 'loss'?"},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct traces traces;

static void
every_key_takes_what_it_should(void **state)
{
	struct silbo_link_config link;
	struct model_why why;
	struct model m;

	(void)state;
	for (size_t i = 0; i < COUNT(goods); i++) {
		model_init(&m, &traces);
		if (!model_set(&m, &why, goods[i].key, goods[i].value))
			fail_msg("%s = %s: %s", goods[i].key, goods[i].value,
			    why.what);
		if (!model_link(&m, &link, &why))
			fail_msg("%s = %s alone is no link: %s", goods[i].key,
			    goods[i].value, why.what);
	}
}

static void
every_key_refuses_the_rest_and_says_what_it_takes(void **state)
{
	struct model m, before;
	struct model_why why;

	(void)state;
	for (size_t i = 0; i < COUNT(bads); i++) {
		model_init(&m, &traces);
		before = m;
		if (model_set(&m, &why, bads[i].key, bads[i].value))
			fail_msg(
			    "%s = %s was taken", bads[i].key, bads[i].value);
		if (strstr(why.what, bads[i].what) == NULL ||
		    strstr(why.hint, bads[i].hint) == NULL ||
		    why.what[0] == '\0')
			fail_msg("%s = %s: '%s', hint '%s'", bads[i].key,
			    bads[i].value, why.what, why.hint);
		/* Of a word of the table, the accepted form is always said. */
		if (model_has(bads[i].key) &&
		    strcmp(bads[i].key, "keep_order") != 0)
			assert_true(why.hint[0] != '\0');
		assert_memory_equal(&m, &before, sizeof m);
	}
}

static void
the_tables_of_this_test_have_every_key(void **state)
{
	const struct model_key *key;

	(void)state;
	for (size_t i = 0; (key = model_key(i)) != NULL; i++) {
		bool good = false, bad = false;

		for (size_t j = 0; j < COUNT(goods); j++)
			good |= strcmp(goods[j].key, key->name) == 0;
		for (size_t j = 0; j < COUNT(bads); j++)
			bad |= strcmp(bads[j].key, key->name) == 0;
		if (!good || !bad)
			fail_msg("no row for %s", key->name);
	}
}

/* What each value is by itself, but not together. */
static void
what_does_not_go_together_is_refused_with_the_bound(void **state)
{
	static const struct {
		const char *words[8];
		const char *what, *hint;
	} rows[] = {
	    {{"loss", "50%", "burst", "1.5"}, "bursts of 1.5", "= 2 long"},
	    {{"loss", "10%", "burst", "20ms"}, "bursts of 1 ", "= 1.11 long"},
	    {{"loss", "100%", "burst", "3"}, "100%", "leave burst out"},
	    {{"bursts", "80% 8 70% 2 1%"}, "these bursts", "below density"},
	    {{"bursts", "8% 8 70% 2 9%"}, "these bursts", "alone below loss"},
	    {{"markov", "3% 0% 20% 40% 1%"}, "p31: a ratio", ""},
	    {{"markov", "60% 30% 20% 40% 60%"}, "p14: a ratio", ""},
	    {{"correlation", "100%"}, "correlation of jitter", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct silbo_link_config link;
		struct model_why why;
		struct model m;

		model_init(&m, &traces);
		for (size_t j = 0; rows[i].words[j] != NULL; j += 2)
			assert_true(model_set(
			    &m, &why, rows[i].words[j], rows[i].words[j + 1]));
		if (model_link(&m, &link, &why) ||
		    strstr(why.what, rows[i].what) == NULL ||
		    strstr(why.hint, rows[i].hint) == NULL)
			fail_msg(
			    "row %zu: '%s', hint '%s'", i, why.what, why.hint);
	}
}

static void
of_two_of_a_kind_the_last_one_counts(void **state)
{
	struct silbo_link_config link;

	(void)state;
	model_of(
	    &link, &traces, "gilbert", "2% 25% 70% 0%", "loss", "3%", NULL);
	assert_int_equal(link.loss.kind, SILBO_LOSS_RANDOM);
	model_of(
	    &link, &traces, "loss", "3%", "markov", "3% 30% 20% 40% 1%", NULL);
	assert_int_equal(link.loss.kind, SILBO_LOSS_MARKOV);
	model_of(&link, &traces, "delay_trace", SILBO_FIXTURES "/delay.txt",
	    "jitter", "3ms", NULL);
	assert_int_equal(link.delay.shape, SILBO_SHAPE_NORMAL);
	assert_int_equal(link.loss.kind, SILBO_LOSS_NONE);
	model_of(&link, &traces, "jitter", "3ms", "delay_trace",
	    SILBO_FIXTURES "/delay.txt", NULL);
	assert_int_equal(link.delay.shape, SILBO_SHAPE_TRACE);
	assert_int_equal(link.loss.kind, SILBO_LOSS_TRACE);
	model_of(&link, &traces, "delay_trace", SILBO_FIXTURES "/delay.txt",
	    "loss", "3%", NULL);
	assert_int_equal(link.delay.shape, SILBO_SHAPE_TRACE);
	assert_int_equal(link.loss.kind, SILBO_LOSS_RANDOM);
	model_of(&link, &traces, "delay_trace", SILBO_FIXTURES "/delay.txt",
	    "delay_table", SILBO_FIXTURES "/table.txt", NULL);
	assert_int_equal(link.delay.shape, SILBO_SHAPE_TABLE);
	assert_int_equal(link.loss.kind, SILBO_LOSS_NONE);
	model_of(&link, &traces, "rate", "1M", "rate_trace",
	    SILBO_FIXTURES "/rate.txt", NULL);
	assert_true(link.queue.rate_bps == 0 && link.queue.trace != NULL);
	model_of(&link, &traces, "rate_trace", SILBO_FIXTURES "/rate.txt",
	    "rate", "1M", NULL);
	assert_true(link.queue.rate_bps == 1000000 && link.queue.trace == NULL);
	model_of(&link, &traces, "loss", "3%", "delay", "1s", "preset",
	    "perfect", NULL);
	assert_int_equal(link.loss.kind, SILBO_LOSS_NONE);
	assert_int_equal(link.delay.base_ns, 0);
}

static void
what_is_written_is_read_back_as_the_same_link(void **state)
{
	uint64_t seed = test_seed(1), random = seed;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct silbo_link_config link, again;
		char text[8192], second[8192];
		struct model m, back;
		struct model_why why;

		model_random(&m, &traces, &random);
		models_text(text, sizeof text, &m);
		models_read(&back, &traces, text);
		models_text(second, sizeof second, &back);
		if (strcmp(text, second) != 0)
			fail_msg("seed %" PRIu64 ", %d:\n%sis read as\n%s",
			    seed, i, text, second);
		if (!model_link(&m, &link, &why)) {
			assert_false(model_link(&back, &again, &why));
			continue;
		}
		if (!model_link(&back, &again, &why) ||
		    !models_equal(&link, &again))
			fail_msg("seed %" PRIu64 ", %d: another link:\n%s",
			    seed, i, text);
	}
}

/* ---- presets ---- */

#define DATAGRAMS 1000000
#define SPACING (20 * SILBO_NS_PER_MS)

/* What their pages say, apart from what the program says. */
static const struct figures {
	const char *name;
	double loss, run, reorder, duplicate;
} figures[] = {
    {"perfect", 0, 1, 0, 0},
    {"lecture", 0.05, 1, 0.02, 0.01},
    {"home-wifi", 0.000015, 1, 0, 0},
    {"busy-wifi", 0.03, 4.66, 0, 0},
    {"lte-drive", 0.005, 3, 0, 0},
    {"vpn-wan", 0.01, 4.9, 0, 0},
    {"satellite", 0.005, 2, 0, 0},
};

/* Within 1 %, or within what chance allows of so many in runs so long. */
static void
near(const char *name, const char *what, double count, double of, double said,
    double run)
{
	double sigma = sqrt(of * said * (1 - said) * (2 * run - 1));
	double room = fmax(0.01 * of * said, 4 * sigma);

	if (fabs(count - of * said) > room)
		fail_msg(
		    "%s, %s: %g of %g, said %g", name, what, count, of, said);
}

static void
measure(const struct figures *p, const struct silbo_link_config *config)
{
	const struct silbo_link_phase phase = {0, *config};
	void *mem = malloc(silbo_link_size(1000));
	struct silbo_link *link =
	    silbo_link_init(mem, 1000, &phase, 1, test_seed(7), 0);
	struct silbo_link_report r;
	struct silbo_fate fate;
	double met;

	for (uint64_t i = 0; i < DATAGRAMS; i++) {
		while (silbo_link_get(link, &fate, i * SPACING))
			continue;
		silbo_link_put(link, 0, 160, i * SPACING);
	}
	while (silbo_link_get(link, &fate, SILBO_TIME_NEVER - 1))
		continue;
	silbo_link_report(link, &r);
	met = (double)(r.datagrams - r.fates[SILBO_FATE_OUTAGE]);
	near(p->name, "loss", (double)r.fates[SILBO_FATE_LOST], met, p->loss,
	    p->run);
	met = (double)r.fates[SILBO_FATE_DELIVERED];
	near(p->name, "reorder", (double)r.held, met, p->reorder, 1);
	near(p->name, "duplicate", (double)r.duplicated, met, p->duplicate, 1);
	assert_int_equal(r.fates[SILBO_FATE_QUEUE_FULL], 0);
	free(mem);
}

static void
every_preset_is_a_link_and_does_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(figures); i++) {
		const struct figures *f = &figures[i];
		struct silbo_link_config link;
		struct silbo_loss_form form;

		assert_string_equal(presets[i].name, f->name);
		assert_true(strlen(presets[i].what) > 0);
		assert_true(strlen(presets[i].source) > 0);
		model_of(&link, &traces, "preset", f->name, NULL);
		form = silbo_loss_closed_form(&link.loss, SPACING);
		assert_true(fabs(form.loss - f->loss) < 1e-9);
		if (f->run > 1)
			assert_true(fabs(form.run - f->run) < 1e-6);
		measure(f, &link);
	}
	assert_null(presets[COUNT(figures)].name);
}

static void
the_figures_of_the_page_are_those_of_the_closed_form(void **state)
{
	struct silbo_link_config link;
	struct silbo_loss_form form;

	(void)state;
	model_of(&link, &traces, "pace", "packets", "gilbert",
	    "2% 25% 70% 0.1%", NULL);
	form = silbo_loss_closed_form(&link.loss, SPACING);
	assert_true(fabs(form.loss - 0.0528) < 0.00005);
	assert_true(fabs(form.run - 2.07) < 0.005);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_takes_what_it_should),
	    cmocka_unit_test(every_key_refuses_the_rest_and_says_what_it_takes),
	    cmocka_unit_test(the_tables_of_this_test_have_every_key),
	    cmocka_unit_test(
		what_does_not_go_together_is_refused_with_the_bound),
	    cmocka_unit_test(of_two_of_a_kind_the_last_one_counts),
	    cmocka_unit_test(what_is_written_is_read_back_as_the_same_link),
	    cmocka_unit_test(every_preset_is_a_link_and_does_what_it_says),
	    cmocka_unit_test(
		the_figures_of_the_page_are_those_of_the_closed_form),
	};
	int failed;

	traces_init(&traces, NULL);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	traces_close(&traces);
	return failed;
}
