/* SPDX-License-Identifier: MIT */
/*
 * Scenario files: sections, order, what is refused and where, the echo.
 */
#include "testing.h"

#include <inttypes.h>
#include <unistd.h>

#include "capture.h"
#include "models.h"
#include "scenario.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MS SILBO_NS_PER_MS

static struct scenario s, again;
static struct capture seen;

static void
renew(struct scenario *scenario)
{
	scenario_close(scenario);
	scenario_init(scenario);
}

/* Read and put together; what was said is in seen. */
static bool
parse(struct scenario *scenario, const char *text)
{
	bool read;

	renew(scenario);
	snprintf(scenario->path, sizeof(scenario->path), "x.ini");
	capture_begin(&seen, stderr);
	read = scenario_parse(scenario, text) && scenario_finish(scenario);
	capture_end(&seen);
	return read;
}

static void
takes(const char *text)
{
	if (!parse(&s, text))
		fail_msg("%s\nrefused: %s", text, seen.text);
	assert_string_equal(seen.text, "");
}

static const struct silbo_link_config *
link_at(enum scenario_way way, uint32_t phase)
{
	assert_true(phase < s.ways[way].count);
	return &s.ways[way].phases[phase].config;
}

static double
loss_at(enum scenario_way way, uint32_t phase)
{
	return link_at(way, phase)->loss.random;
}

static const struct {
	const char *text, *said[2];
} bad[] = {
    {"loss = 2%\n", {"x.ini:1: a key before the first section", "[link]"}},
    {"[link]\nloss = 2\n", {"x.ini:2: loss: '2' is not a ratio", "write 2%"}},
    {"[link]\n\n# c\n; c\nlos = 2%\n",
	{"x.ini:5: unknown key 'los'", "did you mean 'loss'?"}},
    {"[lnk]\n", {"x.ini:1: unknown section [lnk]", "[link] [forth]"}},
    {"\xef\xbb\xbf[lnk]\n", {"x.ini:1: unknown section [lnk]", ""}},
    {"[link ]\n", {"unknown section", ""}},
    {"[]\n", {"x.ini:1:", ""}},
    {"[link\nloss = 2%\n", {"x.ini:1: a section without its closing", ""}},
    {"[at 10]\n", {"unknown section [at 10]", "[at 10s]"}},
    {"[at -1s]\n", {"unknown section", ""}},
    {"[at 25h]\n", {"unknown section", ""}},
    {"[at 1s sideways]\n", {"unknown section", ""}},
    {"[at 1s forth back]\n", {"unknown section", ""}},
    {"[at                                                  1s forth]\n",
	{"x.ini:1: this section's name is too long", ""}},
    {"[link] loss = 2%\n", {"x.ini:1: something behind a section", ""}},
    {"[link]\rloss = 2%\r", {"x.ini:1: a control character", "text file"}},
    {"[link]\nloss = 2%\x01\n", {"x.ini:2: a control character", ""}},
    {"[link]\nloss\n", {"x.ini:2: this line is neither", "# or ;"}},
    {"[link]\nloss\nxyz = 3\n", {"x.ini:2: this line is neither", ""}},
    {"[link]\nloss ; = 3%\n", {"x.ini:2: this line is neither", ""}},
    {"[link]\nloss =\n", {"x.ini:2: loss: '' is not a ratio", "2%"}},
    {"[link]\nloss = 2% # two\n", {"x.ini:2: loss: '2% # two' is not", ""}},
    {"[link]\nloss = 2%\nloss = 3%\n", {"x.ini:3: this key stands here", ""}},
    {"[link]\nloss = 2%\npreset = lecture\n", {"x.ini:3: preset sets", ""}},
    {"[link]\nseed = 5\nseed = 6\n", {"x.ini:3: there is a seed", ""}},
    {"[link]\nseed = -5\n", {"x.ini:2: seed: expected a whole", "2^64"}},
    {"[link]\nseed = 18446744073709551616\n", {"x.ini:2: seed", "2^64"}},
    {"[link]\nseed = 5s\n", {"x.ini:2: seed", ""}},
    {"[forth]\nseed = 5\n", {"x.ini:2: unknown key 'seed'", ""}},
    {"[at 2s]\nloss = 1%\n[at 1s]\nloss = 2%\n",
	{"x.ini:4: this section is "
	 "earlier",
	    "in the order"}},
    {"[at 2s]\nloss = 1%\n[forth]\nloss = 2%\n", {"x.ini:4: this section", ""}},
    {"[link]\nburst = 1.5\n\nloss = 50%\ndelay = 1s\n",
	{"x.ini:4: forth, from 0s on: loss of 50%", "= 2 long"}},
    {"[link]\nloss = 50%\n[at 1m back]\nburst = 1.5\n",
	{"x.ini:4: back, from 1m on: loss of 50%", "= 2 long"}},
    {"[link]\nloss_trace = nowhere\n",
	{"x.ini:2: cannot read trace 'nowhere'", "a 0 or a 1"}},
    {"[lab]\nloss = 1%\nloss = 2%\n", {"x.ini:3: this key stands here", ""}},
    {"[lab]\nabcdefghijklmnopqrstuvwxyz012345 = 1\n",
	{"x.ini:2: this key is too long", "at most 31"}},
    {"[lab]\naudio=;x\n", {"x.ini:2: a value cannot begin", "comments"}},
    {"[link]\nloss_trace=;x\n", {"x.ini:2: that is not the name", "1 to"}},
    {"[link]\n", {NULL, NULL}},
};

static void
what_is_no_scenario_is_refused_with_file_line_and_form(void **state)
{
	char text[256];

	(void)state;
	for (size_t i = 0; bad[i].said[0] != NULL; i++) {
		if (parse(&s, bad[i].text))
			fail_msg("row %zu was taken", i);
		for (size_t j = 0; j < 2; j++)
			if (strstr(seen.text, bad[i].said[j]) == NULL)
				fail_msg("row %zu: %s", i, seen.text);
	}
	/* As long as inih reads, and one more. */
	memset(text, 'x', sizeof text);
	memcpy(text, "# ", 2);
	text[198] = '\n';
	text[199] = '\0';
	takes(text);
	text[198] = 'x';
	text[199] = '\n';
	text[200] = '\0';
	assert_false(parse(&s, text));
	assert_non_null(strstr(seen.text, "x.ini:1: this line is too long"));
}

static void
there_is_room_for_so_many_phases_and_no_more(void **state)
{
	char text[4096] = "";
	size_t at = 0;

	(void)state;
	for (int i = 1; i <= SCENARIO_PHASES_MAX; i++) {
		at += (size_t)snprintf(text + at, sizeof text - at,
		    "[at %ds]\nloss = %d%%\n", i, i);
		if (parse(&s, text) != (i < SCENARIO_PHASES_MAX))
			fail_msg("%d phases: %s", i, seen.text);
	}
	assert_non_null(strstr(seen.text, "too many sections [at TIME]"));
}

static void
there_is_room_for_so_many_words_and_no_more(void **state)
{
	char text[4096] = "[stream]\n";
	size_t at = strlen(text);

	(void)state;
	for (int i = 1; i <= SCENARIO_WORDS_MAX + 1; i++) {
		at += (size_t)snprintf(
		    text + at, sizeof text - at, "k%d = %d\n", i, i);
		if (parse(&s, text) != (i <= SCENARIO_WORDS_MAX))
			fail_msg("%d words: %s", i, seen.text);
	}
	assert_non_null(strstr(seen.text, "x.ini:66: too many keys"));
	assert_non_null(strstr(seen.text, "at most 64"));
}

static void
sections_say_which_way_and_from_when_on(void **state)
{
	(void)state;
	takes("[link]\nloss = 1%\n[back]\nloss = 2%\n"
	      "[at 10s]\ndelay = 5ms\n[at 20s forth]\nloss = 3%\n"
	      "[at 30s]\nloss = 4%\n[at 30s back]\ndelay = 7ms\n");
	assert_int_equal(s.ways[SCENARIO_FORTH].count, 4);
	assert_int_equal(s.ways[SCENARIO_BACK].count, 3);
	assert_true(loss_at(SCENARIO_FORTH, 0) == 0.01);
	assert_true(loss_at(SCENARIO_BACK, 0) == 0.02);
	assert_true(loss_at(SCENARIO_FORTH, 1) == 0.01);
	assert_true(loss_at(SCENARIO_BACK, 1) == 0.02);
	assert_int_equal(link_at(SCENARIO_BACK, 1)->delay.base_ns, 5 * MS);
	assert_int_equal(s.ways[SCENARIO_FORTH].phases[2].at, 20000 * MS);
	assert_true(loss_at(SCENARIO_FORTH, 2) == 0.03);
	assert_true(loss_at(SCENARIO_FORTH, 3) == 0.04);
	assert_int_equal(link_at(SCENARIO_FORTH, 3)->delay.base_ns, 5 * MS);
	assert_int_equal(s.ways[SCENARIO_BACK].phases[2].at, 30000 * MS);
	assert_true(loss_at(SCENARIO_BACK, 2) == 0.04);
	assert_int_equal(link_at(SCENARIO_BACK, 2)->delay.base_ns, 7 * MS);
}

/* As people and editors write them. */
static void
lines_may_end_as_in_dos_be_indented_and_commented(void **state)
{
	(void)state;
	takes("\xef\xbb\xbf[link]\r\n\tloss = 5% ; not much\r\n"
	      "    delay : 40ms\r\n\r\n# c\r\n  ; c\r\n  [back] # c\r\n"
	      "  loss=1%");
	assert_true(loss_at(SCENARIO_FORTH, 0) == 0.05);
	assert_true(loss_at(SCENARIO_BACK, 0) == 0.01);
	assert_int_equal(link_at(SCENARIO_BACK, 0)->delay.base_ns, 40 * MS);
	takes("");
	takes("[link]\n[at 5s]\n[stream]\n[lab]\n[back]\n");
	takes("[link]\nloss = 1%\n[link]\nloss = 2%\n"); /* said on purpose */
	assert_true(loss_at(SCENARIO_FORTH, 0) == 0.02);
	takes("[link]\nseed = 18446744073709551615\n");
	assert_true(s.seeded && s.seed == UINT64_MAX);
}

static void
a_preset_is_a_scenario_and_can_be_changed(void **state)
{
	(void)state;
	renew(&s);
	assert_true(scenario_read(&s, "preset:satellite"));
	assert_true(scenario_finish(&s));
	assert_int_equal(link_at(SCENARIO_BACK, 0)->delay.base_ns, 270 * MS);
	renew(&s);
	capture_begin(&seen, stderr);
	assert_false(scenario_read(&s, "preset:satelite"));
	capture_end(&seen);
	assert_non_null(strstr(seen.text, "did you mean 'satellite'?"));
	takes("[link]\npreset = lecture\nloss = 0%\n"
	      "[at 1s]\npreset = satellite\ndelay = 1s\n");
	assert_int_equal(link_at(0, 0)->loss.kind, SILBO_LOSS_NONE);
	assert_true(link_at(0, 0)->reorder == 0.02);
	assert_true(link_at(0, 1)->reorder == 0);
	assert_int_equal(link_at(0, 1)->delay.base_ns, 1000 * MS);
}

/* As options of a command are: one way or both, whatever the phase. */
static void
keys_can_be_set_from_the_command_line_and_are_checked_together(void **state)
{
	struct model_why why;

	(void)state;
	takes("[at 10s]\nloss = 1%\n");
	assert_true(scenario_set(&s, &why, SCENARIO_WAYS, "delay", "5ms"));
	assert_true(scenario_set(&s, &why, SCENARIO_BACK, "loss", "2%"));
	assert_true(scenario_finish(&s));
	assert_int_equal(link_at(SCENARIO_FORTH, 0)->delay.base_ns, 5 * MS);
	assert_int_equal(link_at(SCENARIO_BACK, 0)->delay.base_ns, 5 * MS);
	assert_int_equal(link_at(SCENARIO_FORTH, 1)->delay.base_ns, 5 * MS);
	assert_true(loss_at(SCENARIO_FORTH, 1) == 0.01);
	assert_true(loss_at(SCENARIO_BACK, 1) == 0.02);
	assert_int_equal(
	    link_at(SCENARIO_FORTH, 0)->loss.kind, SILBO_LOSS_NONE);
	assert_true(loss_at(SCENARIO_BACK, 0) == 0.02);
	assert_false(scenario_set(&s, &why, SCENARIO_FORTH, "loss", "2"));
	assert_non_null(strstr(why.what, "'2' is not a ratio"));
	renew(&s);
	assert_true(scenario_set(&s, &why, SCENARIO_BACK, "loss", "50%"));
	assert_true(scenario_set(&s, &why, SCENARIO_BACK, "burst", "1.5"));
	capture_begin(&seen, stderr);
	assert_false(scenario_finish(&s));
	capture_end(&seen);
	assert_non_null(strstr(seen.text, ": back, from 0s on: loss of 50%"));
	assert_null(strstr(seen.text, ".ini"));
}

static void
words_of_the_laboratory_are_kept_and_unknown_ones_found(void **state)
{
	static const char *const known[] = {"seeds", "frame", NULL};
	int line = 0;

	(void)state;
	takes("[stream]\nframe = 20ms\n[lab]\nloss = 1%, 2%\nseds = 3\n");
	assert_string_equal(
	    scenario_value(&s, "stream", "frame", &line), "20ms");
	assert_int_equal(line, 2);
	assert_string_equal(scenario_value(&s, "lab", "loss", &line), "1%, 2%");
	assert_null(scenario_value(&s, "stream", "loss", &line));
	capture_begin(&seen, stderr);
	assert_false(scenario_check_words(&s, known));
	capture_end(&seen);
	assert_non_null(
	    strstr(seen.text, "x.ini:5: unknown key 'seds' in [lab]"));
	assert_non_null(strstr(seen.text, "did you mean 'seeds'?"));
}

/* ---- files ---- */

static void
write_file(const char *directory, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static bool
read_file(const char *directory, const char *name)
{
	char path[128];
	bool read;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	renew(&s);
	capture_begin(&seen, stderr);
	read = scenario_read(&s, path);
	capture_end(&seen);
	return read;
}

static void
files_that_are_no_text_are_refused_and_traces_found_beside(void **state)
{
	char directory[] = "/tmp/silbo-scenario-XXXXXX", path[128];

	(void)state;
	assert_non_null(mkdtemp(directory));
	write_file(directory, "t.txt", "1\n");
	write_file(directory, "a.ini", "[link]\nloss_trace = t.txt\n");
	assert_true(read_file(directory, "a.ini"));
	assert_non_null(s.ways[0].models[0].loss_trace);
	assert_string_equal(s.ways[0].models[0].loss_trace_path, "t.txt");
	scenario_close(&s);
	assert_false(read_file(directory, "nowhere.ini"));
	assert_non_null(strstr(seen.text, "nowhere.ini: No such file"));
	assert_false(read_file(directory, ""));
	assert_non_null(strstr(seen.text, "not a scenario file"));
	write_file(directory, "huge.ini", "[link]\n");
	snprintf(path, sizeof path, "%s/huge.ini", directory);
	assert_int_equal(truncate(path, 1000), 0);
	assert_false(read_file(directory, "huge.ini"));
	assert_non_null(strstr(seen.text, "a binary file"));
	assert_int_equal(truncate(path, 10000000000), 0);
	assert_false(read_file(directory, "huge.ini"));
	assert_non_null(strstr(seen.text, "at most 1 MiB"));
	snprintf(path, sizeof path, "rm -rf %s", directory);
	assert_int_equal(system(path), 0);
}

static void
a_path_that_is_too_long_is_refused(void **state)
{
	char path[700];

	(void)state;
	memset(path, 'x', sizeof path);
	path[sizeof path - 1] = '\0';
	for (int i = 0; i < 2; i++) {
		renew(&s);
		capture_begin(&seen, stderr);
		assert_false(scenario_read(&s, path));
		capture_end(&seen);
		assert_non_null(strstr(seen.text, "too long"));
		path[256] = '/'; /* a directory of 256, a name of 10 */
		path[267] = '\0';
	}
}

/* ---- the echo ---- */

static void
random_scenario(char *out, size_t cap, uint64_t *random)
{
	static const char *const ways[] = {"", " forth", " back"};
	static char model[8192];
	size_t at = 0;
	struct model m;
	int time = 0;

	out[0] = '\0';
	for (uint64_t i = test_below(random, 6); i > 0; i--) {
		struct silbo_link_config link;
		struct model_why why;

		model_random(&m, &s.traces, random);
		if (!model_link(&m, &link, &why))
			continue;
		models_text(model, sizeof model, &m);
		/* Of both ways, or of one; upon what was, or instead of it. */
		time += (int)test_below(random, 3);
		at += (size_t)snprintf(out + at, cap - at, "[at %ds%s]\n%s%s",
		    time, ways[test_below(random, 3)],
		    test_below(random, 2) ? "preset = perfect\n" : "", model);
		assert_true(at < cap);
	}
}

static void
what_is_written_is_read_back_as_the_same_scenario(void **state)
{
	static char text[65536], echo[65536], second[65536];
	uint64_t seed = test_seed(1), random = seed;
	int compared = 0;

	(void)state;
	for (int i = 0; i < 300; i++) {
		FILE *file;

		renew(&s);
		random_scenario(text, sizeof text, &random);
		if (!parse(&s, text))
			continue; /* a burst of one, a loss of another */
		file = fmemopen(echo, sizeof echo, "w");
		scenario_write(file, &s);
		fclose(file);
		if (!parse(&again, echo))
			fail_msg("seed %" PRIu64 ", %d:\n%s\n%s", seed, i, echo,
			    seen.text);
		file = fmemopen(second, sizeof second, "w");
		scenario_write(file, &again);
		fclose(file);
		assert_string_equal(echo, second);
		for (int way = 0; way < SCENARIO_WAYS; way++) {
			const struct scenario_path *p = &s.ways[way];
			const struct scenario_path *q = &again.ways[way];

			assert_int_equal(p->count, q->count);
			for (uint32_t j = 0; j < p->count; j++) {
				struct silbo_link_config a =
				    p->phases[j].config;
				struct silbo_link_config b =
				    q->phases[j].config;

				forget_traces(&a);
				forget_traces(&b);
				assert_true(p->phases[j].at == q->phases[j].at);
				if (!models_equal(&a, &b))
					fail_msg("seed %" PRIu64 ", %d:\n%s",
					    seed, i, echo);
			}
		}
		compared++;
	}
	assert_true(compared > 100);
	scenario_close(&s);
	scenario_close(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		what_is_no_scenario_is_refused_with_file_line_and_form),
	    cmocka_unit_test(there_is_room_for_so_many_phases_and_no_more),
	    cmocka_unit_test(there_is_room_for_so_many_words_and_no_more),
	    cmocka_unit_test(sections_say_which_way_and_from_when_on),
	    cmocka_unit_test(lines_may_end_as_in_dos_be_indented_and_commented),
	    cmocka_unit_test(a_preset_is_a_scenario_and_can_be_changed),
	    cmocka_unit_test(
		keys_can_be_set_from_the_command_line_and_are_checked_together),
	    cmocka_unit_test(
		words_of_the_laboratory_are_kept_and_unknown_ones_found),
	    cmocka_unit_test(
		files_that_are_no_text_are_refused_and_traces_found_beside),
	    cmocka_unit_test(a_path_that_is_too_long_is_refused),
	    cmocka_unit_test(what_is_written_is_read_back_as_the_same_scenario),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
