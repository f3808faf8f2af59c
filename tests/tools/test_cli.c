/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "capture.h"
#include "cli.h"

#define ARGUMENTS_MAX 2
#define SECOND ((int64_t)1000000000)

/* Where the options of the test command go. */
static bool null_sink;
static const char *key, *address;
static int64_t port, level, delay, rate;

static const struct cli_option options[] = {
    {.group = "Network",
	.letter = 'p',
	.name = "port",
	.kind = CLI_COUNT,
	.value = "N",
	.initial = "7587",
	.min = 1,
	.max = 65535,
	.target = &port,
	.help = "UDP port"},
    {.group = "Audio",
	.letter = 'n',
	.name = "null",
	.kind = CLI_FLAG,
	.target = &null_sink,
	.help = "throw the sound away"},
    {.group = "Audio",
	.name = "delay",
	.kind = CLI_DURATION,
	.value = "TIME",
	.initial = "60ms",
	.min = 5000000,
	.max = 10 * SECOND,
	.target = &delay,
	.help = "play-out delay: a text so long that it has to be broken into "
		"several lines, none of which may be wider than the screen"},
    {.group = "Audio",
	.letter = 'b',
	.name = "bitrate",
	.kind = CLI_RATE,
	.value = "RATE",
	.min = 6000,
	.max = 510000,
	.target = &rate,
	.help = "bit rate"},
    {.group = "Network",
	.letter = 'k',
	.name = "key",
	.kind = CLI_TEXT,
	.value = "FILE",
	.env = "SILBO_TEST_KEY",
	.target = &key,
	.help = "key file"},
    {.group = "Network",
	.name = "level",
	.kind = CLI_COUNT,
	.value = "A-VERY-LONG-PLACEHOLDER",
	.env = "SILBO_TEST_LEVEL",
	.target = &level,
	.help = "any number that is not negative"},
    {.group = "Network",
	.name = "listen",
	.kind = CLI_TEXT,
	.value = "ADDR",
	.initial = "",
	.target = &address,
	.help = "address"},
    {.name = NULL},
};

static const struct cli_command command = {
    .name = "test",
    .purpose = "try the parser",
    .usage = "silbo test [OPTION...] FILE [HOST]",
    .examples = "  silbo test a b\n",
    .notes = "A note.\n",
    .options = options,
    .arguments_min = 1,
    .arguments_max = ARGUMENTS_MAX,
    .arguments = "FILE [HOST]",
    .receives = true,
};

/* One parse: the line is cut at spaces; '~' stands for an empty word. */
struct result {
	char line[256];
	char *argv[32];
	const char *arguments[ARGUMENTS_MAX];
	int count, status;
	struct capture out, err;
};

static void
parse(struct result *result, const char *line)
{
	int argc = 0;
	char *rest, *word;

	snprintf(result->line, sizeof(result->line), "test %s", line);
	for (word = strtok_r(result->line, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest)) {
		if (strcmp(word, "~") == 0)
			*word = '\0';
		result->argv[argc++] = word;
	}
	result->argv[argc] = NULL;
	result->count = -1;
	capture_begin(&result->out, stdout);
	capture_begin(&result->err, stderr);
	result->status = cli_parse(
	    &command, argc, result->argv, result->arguments, &result->count);
	capture_end(&result->err);
	capture_end(&result->out);
}

static int
reset_environment(void **state)
{
	(void)state;
	unsetenv("SILBO_TEST_KEY");
	unsetenv("SILBO_TEST_LEVEL");
	cli_set_program("silbo test");
	cli_set_quiet(false);
	return 0;
}

static void
valid_lines_set_their_targets(void **state)
{
	static const struct {
		const char *line;
		int64_t port, delay_ms, rate, level;
		bool null_sink;
		const char *key;
		int count;
		const char *last; /* argument */
	} rows[] = {
	    /* 0 */ {"f", 7587, 60, 0, 0, false, NULL, 1, "f"},
	    /* 1 */ {"f h", 7587, 60, 0, 0, false, NULL, 2, "h"},
	    /* 2 */ {"-p 1 f", 1, 60, 0, 0, false, NULL, 1, "f"},
	    /* 3 */ {"-p65535 f", 65535, 60, 0, 0, false, NULL, 1, "f"},
	    /* 4 */ {"--port=80 f", 80, 60, 0, 0, false, NULL, 1, "f"},
	    /* 5 */ {"f --port 80 h", 80, 60, 0, 0, false, NULL, 2, "h"},
	    /* 6 */
	    {"--port 80 --port 81 f", 81, 60, 0, 0, false, NULL, 1, "f"},
	    /* 7 */ {"-n --delay 5ms f", 7587, 5, 0, 0, true, NULL, 1, "f"},
	    /* 8 */ {"--delay 10s f", 7587, 10000, 0, 0, false, NULL, 1, "f"},
	    /* 9 */ {"-nb 6k f", 7587, 60, 6000, 0, true, NULL, 1, "f"},
	    /* 10 */ {"-k a -k b f", 7587, 60, 0, 0, false, "b", 1, "f"},
	    /* 11 */ {"-- -n --port", 7587, 60, 0, 0, false, NULL, 2, "--port"},
	    /* 12 */ {"- h", 7587, 60, 0, 0, false, NULL, 2, "h"},
	    /* 13 */ {"-k - -", 7587, 60, 0, 0, false, "-", 1, "-"},
	    /* 14 */
	    {"f --level 4611686018427387904", 7587, 60, 0, (int64_t)1 << 62,
		false, NULL, 1, "f"},
	};
	struct result result;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		parse(&result, rows[i].line);
		if (result.status != -1 || port != rows[i].port ||
		    delay != rows[i].delay_ms * 1000000 ||
		    rate != rows[i].rate || level != rows[i].level ||
		    null_sink != rows[i].null_sink ||
		    result.count != rows[i].count)
			fail_msg("row %zu: status %d, '%s'", i, result.status,
			    result.err.text);
		if (rows[i].key == NULL)
			assert_null(key);
		else
			assert_string_equal(key, rows[i].key);
		assert_string_equal(
		    result.arguments[result.count - 1], rows[i].last);
		assert_string_equal(address, "");
		assert_string_equal(result.err.text, "");
		assert_string_equal(result.out.text, "");
	}
}

static void
wrong_lines_are_refused_with_message_and_hint(void **state)
{
	static const struct {
		const char *line, *message, *hint;
	} rows[] = {
	    /* 0 */ {"--delay 60 f", "--delay '60': a time needs a unit",
		"as in 250ms, 10s, 5m"},
	    /* 1 */
	    {"--delay 6x f", "--delay '6x': not a time",
		"as in 250ms, 10s, 5m"},
	    /* 2 */
	    {"--delay 4ms f", "--delay '4ms': out of range", "from 5ms to 10s"},
	    /* 3 */
	    {"--delay 11s f", "--delay '11s': out of range", "from 5ms to 10s"},
	    /* 4 */
	    {"-b fast f", "--bitrate 'fast': not a bit rate",
		"as in 32k, 1.5M, or 32000 for bit/s"},
	    /* 5 */
	    {"-b 1M f", "--bitrate '1M': out of range", "from 6k to 510k"},
	    /* 6 */
	    {"-p 80x f", "--port '80x': not a whole number",
		"digits only, as in 20"},
	    /* 7 */ {"-p 0 f", "--port '0': out of range", "from 1 to 65535"},
	    /* 8 */
	    {"-p 65536 f", "--port '65536': out of range", "from 1 to 65535"},
	    /* 9 */
	    {"--level=-1 f", "--level '-1': out of range", "at least 0"},
	    /* 10 */
	    {"--prot 1 f", "unknown option '--prot'", "did you mean '--port'?"},
	    /* 11 */
	    {"--prot=1 f", "unknown option '--prot'", "did you mean '--port'?"},
	    /* 12 */
	    {"--por 1 f", "unknown option '--por'", "did you mean '--port'?"},
	    {"--por=1 f", "unknown option '--por'", "did you mean '--port'?"},
	    {"f --por", "unknown option '--por'", "did you mean '--port'?"},
	    {"--nul f", "unknown option '--nul'", "did you mean '--null'?"},
	    {"--frequency f", "unknown option '--frequency'",
		"'silbo test --help' lists the options"},
	    /* 13 */
	    {"-nz f", "unknown option '-z'",
		"'silbo test --help' lists the options"},
	    /* 14 */
	    {"-\xc3\xa9 f", "unknown option '-\\xc3'",
		"'silbo test --help' lists the options"},
	    /* 15 */
	    {"f --port", "--port needs a value: N",
		"'silbo test --help' explains it"},
	    /* 16 */
	    {"f -k", "--key needs a value: FILE",
		"'silbo test --help' explains it"},
	    /* 17 */
	    {"--null=3 f", "--null takes no value",
		"usage: silbo test [OPTION...] FILE [HOST]"},
	    /* 18 */
	    {"--help=3 f", "--help takes no value",
		"usage: silbo test [OPTION...] FILE [HOST]"},
	    /* 19 */
	    {"-n", "arguments needed: FILE [HOST]",
		"usage: silbo test [OPTION...] FILE [HOST]"},
	    /* 20 */
	    {"a b c\x1b[2J", "one argument too many: 'c\\x1b[2J'",
		"usage: silbo test [OPTION...] FILE [HOST]"},
	    /* 21 */
	    {"--key ~ f", "--key '': empty", "give FILE, or leave it out"},
	    /* 22 */
	    {"--delay \x1b[1m%n f", "--delay '\\x1b[1m%n': not a time",
		"as in 250ms, 10s, 5m"},
	    /* 23 */
	    {"--delay ~ f", "--delay '': empty", "give TIME, or leave it out"},
	};
	struct result result;
	char expected[512];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		parse(&result, rows[i].line);
		snprintf(expected, sizeof(expected),
		    "silbo test: %s\n  hint: %s\n", rows[i].message,
		    rows[i].hint);
		if (result.status != EXIT_USAGE ||
		    strcmp(result.err.text, expected) != 0)
			fail_msg("row %zu: status %d, got '%s'", i,
			    result.status, result.err.text);
		assert_string_equal(result.out.text, "");
	}
}

static void
the_environment_stands_between_default_and_flag(void **state)
{
	struct result result;

	(void)state;
	setenv("SILBO_TEST_KEY", "from-env", 1);
	setenv("SILBO_TEST_LEVEL", "3", 1);
	parse(&result, "f");
	assert_int_equal(result.status, -1);
	assert_string_equal(key, "from-env");
	assert_int_equal(level, 3);
	parse(&result, "--key flag --level 4 f");
	assert_string_equal(key, "flag");
	assert_int_equal(level, 4);
}

static void
a_bad_value_in_the_environment_is_named_unless_a_flag_overrides_it(void **state)
{
	struct result result;

	(void)state;
	setenv("SILBO_TEST_LEVEL", "high", 1);
	parse(&result, "f");
	assert_int_equal(result.status, EXIT_USAGE);
	assert_string_equal(result.err.text,
	    "silbo test: SILBO_TEST_LEVEL 'high': not a whole number\n"
	    "  hint: digits only, as in 20\n");
	parse(&result, "--level 4 f");
	assert_int_equal(result.status, -1);
	parse(&result, "--help");
	assert_int_equal(result.status, EXIT_DONE);

	unsetenv("SILBO_TEST_LEVEL");
	setenv("SILBO_TEST_KEY", "", 1);
	parse(&result, "f");
	assert_int_equal(result.status, EXIT_USAGE);
	assert_string_equal(result.err.text,
	    "silbo test: SILBO_TEST_KEY '': empty\n"
	    "  hint: give FILE, or leave it out\n");
}

static void
help_goes_to_stdout_and_fits_80_columns(void **state)
{
	static const char expected[] =
	    "silbo test - try the parser\n"
	    "\n"
	    "Usage: silbo test [OPTION...] FILE [HOST]\n"
	    "\n"
	    "Examples:\n"
	    "  silbo test a b\n"
	    "\n"
	    "Network:\n"
	    "  -p, --port N            UDP port [7587]\n"
	    "  -k, --key FILE          key file [$SILBO_TEST_KEY]\n"
	    "      --level A-VERY-LONG-PLACEHOLDER\n"
	    "                          any number that is not negative "
	    "[$SILBO_TEST_LEVEL]\n"
	    "      --listen ADDR       address\n"
	    "\n"
	    "Audio:\n"
	    "  -n, --null              throw the sound away\n"
	    "      --delay TIME        play-out delay: a text so long that it "
	    "has to be\n"
	    "                          broken into several lines, none of "
	    "which "
	    "may be wider\n"
	    "                          than the screen [60ms]\n"
	    "  -b, --bitrate RATE      bit rate\n"
	    "\n"
	    "  -h, --help              print this and stop\n"
	    "\n"
	    "A note.\n"
	    "\n"
	    "Exit status:\n"
	    "  0  done\n"
	    "  1  the machine failed us: a file, a socket, a name\n"
	    "  2  the command line is wrong\n"
	    "  3  nothing was received\n"
	    "  5  datagrams came, but none was accepted\n";
	static const char *const lines[] = {
	    "--help", "-h", "f --port 2 --help"};
	struct result result;
	const char *line;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		parse(&result, lines[i]);
		assert_int_equal(result.status, EXIT_DONE);
		assert_string_equal(result.out.text, expected);
		assert_string_equal(result.err.text, "");
	}
	for (line = expected; *line != '\0'; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 80);
}

static void
the_nearest_word_is_offered_only_when_it_is_near(void **state)
{
	static const char *const names[] = {
	    "send", "recv", "keygen", "help", "version", NULL};
	static const struct {
		const char *word, *nearest;
	} rows[] = {
	    {"send", "send"},  /* itself */
	    {"snd", "send"},   /* a letter left out */
	    {"sennd", "send"}, /* one too many */
	    {"semd", "send"},  /* a wrong one */
	    {"sned", "send"},  /* neighbours swapped: one edit */
	    {"rcev", "recv"},  /* likewise */
	    {"verison", "version"},
	    {"kegyne", "keygen"}, /* two swaps: two edits */
	    {"vresoin", "version"},
	    {"receive", "recv"}, /* three edits */
	    {"recieve", "recv"},
	    {"revsoins", NULL}, /* four edits */
	    {"sxxd", NULL},     /* two of four letters */
	    {"x", NULL},
	    {"", NULL},
	    {"h", NULL},
	    {"completely-different", NULL},
	    {"a-word-that-is-longer-than-any-option-is", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *nearest = cli_nearest(rows[i].word, names);

		if (rows[i].nearest == NULL ? nearest != NULL
					    : nearest == NULL ||
			    strcmp(nearest, rows[i].nearest) != 0)
			fail_msg("row %zu: '%s' gave '%s'", i, rows[i].word,
			    nearest != NULL ? nearest : "nothing");
	}
}

static void
foreign_text_is_made_harmless(void **state)
{
	static const struct {
		size_t cap;
		const char *text, *quoted;
	} rows[] = {
	    {64, "studio.key", "studio.key"},
	    {64, "", ""},
	    {64, "a b~!", "a b~!"},
	    {64, "\x1b[31mred", "\\x1b[31mred"},
	    {64, "two\nlines\r", "two\\x0alines\\x0d"},
	    {64,
		"\x9b"
		"2J\x7f",
		"\\x9b2J\\x7f"}, /* C1, DEL */
	    {64, "%n%s", "%n%s"},
	    {64, "\xc3\xa9", "\\xc3\\xa9"}, /* UTF-8 */
	    {64, "\\x1b", "\\x5cx1b"},      /* not to be confused */
	    {8, "1234567", "1234567"},
	    {8, "12345678", "1234..."},
	    {8, "12345\n", "1234..."}, /* an escape is never cut */
	    {8, "123\n", "123\\x0a"},
	    {8, "\n\n", "\\x0a..."},
	    {4, "abcd", "..."},
	    {4, "\n", "..."},
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(out, '#', sizeof(out));
		if (strcmp(cli_quote(out, rows[i].cap, rows[i].text),
			rows[i].quoted) != 0)
			fail_msg("row %zu: got '%s'", i, out);
		if (rows[i].cap < sizeof(out))
			assert_int_equal(out[rows[i].cap], '#');
	}
}

static void
quiet_silences_notes_but_never_errors(void **state)
{
	struct capture err;

	(void)state;
	capture_begin(&err, stderr);
	cli_note("listening on %d", 7587);
	cli_set_quiet(true);
	cli_note("listening again");
	cli_hint("a hint to what was not said");
	cli_error("cannot listen");
	cli_hint("try another port");
	assert_string_equal(capture_end(&err),
	    "silbo test: listening on 7587\n"
	    "silbo test: cannot listen\n"
	    "  hint: try another port\n");
}

static void
an_endless_message_is_cut_and_still_ends_its_line(void **state)
{
	struct capture err;
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	capture_begin(&err, stderr);
	cli_error("%s", text);
	capture_end(&err);
	assert_true(strlen(err.text) < 1100);
	assert_int_equal(err.text[strlen(err.text) - 1], '\n');
	assert_null(strchr(strchr(err.text, '\n') + 1, '\n'));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(
		valid_lines_set_their_targets, reset_environment),
	    cmocka_unit_test_setup(
		wrong_lines_are_refused_with_message_and_hint,
		reset_environment),
	    cmocka_unit_test_setup(
		the_environment_stands_between_default_and_flag,
		reset_environment),
	    cmocka_unit_test_setup(
		a_bad_value_in_the_environment_is_named_unless_a_flag_overrides_it,
		reset_environment),
	    cmocka_unit_test_setup(
		help_goes_to_stdout_and_fits_80_columns, reset_environment),
	    cmocka_unit_test(the_nearest_word_is_offered_only_when_it_is_near),
	    cmocka_unit_test(foreign_text_is_made_harmless),
	    cmocka_unit_test_setup(
		quiet_silences_notes_but_never_errors, reset_environment),
	    cmocka_unit_test_setup(
		an_endless_message_is_cut_and_still_ends_its_line,
		reset_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
