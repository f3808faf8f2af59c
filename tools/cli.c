/* SPDX-License-Identifier: MIT */
/*
 * Decides what a command line means: which option a word is, and which of
 * default, environment and flag counts.  getopt_long splits the words; every
 * message is ours.  Does not know what a valid value is, nor what it is for.
 */
#include "cli.h"

#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli_value.h"

#define LONG_FIRST                                                \
	256 /* getopt's value of the first row; letters are below \
	     */
#define QUOTED 256

/* What getopt needs, and which rows the command line has set. */
struct parser {
	const struct cli_command *command;
	struct option longs[CLI_OPTIONS_MAX + 2];
	char letters[2 * CLI_OPTIONS_MAX + 4];
};

static struct cli_given given; /* by the latest command line */

static int
refuse_usage(const struct cli_command *command)
{
	cli_hint("usage: %s", command->usage);
	return EXIT_USAGE;
}

static void
prepare(struct parser *parser, const struct cli_command *command)
{
	char *letter = parser->letters;
	size_t i;

	memset(parser, 0, sizeof(*parser));
	parser->command = command;
	given = (struct cli_given){.command = command};
	*letter++ = ':'; /* tell a missing value from an unknown option */
	*letter++ = 'h';
	for (i = 0; command->options[i].name != NULL; i++) {
		const struct cli_option *option = &command->options[i];
		bool takes = option->kind != CLI_FLAG;

		assert(i < CLI_OPTIONS_MAX);
		assert(takes == (option->value != NULL));
		assert(takes || option->env == NULL);
		parser->longs[i].name = option->name;
		parser->longs[i].has_arg = takes;
		parser->longs[i].val = LONG_FIRST + (int)i;
		if (option->letter != 0)
			*letter++ = option->letter;
		if (option->letter != 0 && takes)
			*letter++ = ':';
	}
	parser->longs[i].name = "help";
	parser->longs[i].val = 'h';
}

/* The row that getopt's value stands for. */
static size_t
row_of(const struct cli_option *options, int value)
{
	size_t i = 0;

	if (value >= LONG_FIRST)
		return (size_t)(value - LONG_FIRST);
	while (options[i].letter != value) {
		assert(options[i].name != NULL);
		i++;
	}
	return i;
}

static void
set_default(const struct cli_option *option)
{
	bool valid = true;

	if (option->kind == CLI_FLAG)
		*(bool *)option->target = false;
	else if (option->kind == CLI_TEXT || option->kind == CLI_FILE)
		*(const char **)option->target = option->initial;
	else if (option->initial == NULL)
		*(int64_t *)option->target = 0;
	else
		valid = cli_set_value(option, option->initial, "default");
	assert(valid);
	(void)valid;
}

static void
set_defaults(const struct cli_command *command)
{
	const struct cli_option *option;

	for (option = command->options; option->name != NULL; option++)
		set_default(option);
}

static bool
set_from_environment(const struct parser *parser)
{
	const struct cli_option *option = parser->command->options;

	for (size_t i = 0; option[i].name != NULL; i++) {
		const char *text =
		    option[i].env != NULL ? getenv(option[i].env) : NULL;

		if (text == NULL || given.by[i] != CLI_BY_NONE ||
		    !cli_heeds_environment(&given, i))
			continue;
		if (!cli_set_value(&option[i], text, option[i].env))
			return false;
		given.by[i] = CLI_BY_ENVIRONMENT;
	}
	return true;
}

/* Those that begin like this: "'--mtu'", "'--rate' or '--reflect'". */
static bool
hint_longer(const char *typed, const char *const *names)
{
	char list[256] = "";
	size_t used = 0;

	for (; *names != NULL && used < sizeof(list); names++)
		if (strncmp(*names, typed, strlen(typed)) == 0)
			used +=
			    (size_t)snprintf(list + used, sizeof(list) - used,
				"%s'--%s'", used > 0 ? " or " : "", *names);
	if (used > 0 && *typed != '\0')
		cli_hint("did you mean %s?", list);
	return used > 0 && *typed != '\0';
}

/* word: the long option as typed, with its dashes, or NULL for a letter. */
static int
refuse_unknown(const struct cli_command *command, const char *word, int letter)
{
	const char *names[CLI_OPTIONS_MAX + 2];
	char typed[64], quoted[QUOTED];
	const char *near;
	size_t n = 0;

	if (word == NULL)
		snprintf(typed, sizeof(typed), "-%c", letter);
	else
		snprintf(typed, sizeof(typed), "%.*s", (int)strcspn(word, "="),
		    word);
	cli_error(
	    "unknown option '%s'", cli_quote(quoted, sizeof(quoted), typed));
	for (; command->options[n].name != NULL; n++)
		names[n] = command->options[n].name;
	names[n++] = "help";
	names[n] = NULL;
	if (word != NULL && hint_longer(typed + 2, names))
		return EXIT_USAGE;
	near = word != NULL ? cli_nearest(typed + 2, names) : NULL;
	if (near != NULL)
		cli_hint("did you mean '--%s'?", near);
	else
		cli_hint("'silbo %s --help' lists the options",
		    command->words != NULL ? command->words : command->name);
	return EXIT_USAGE;
}

/* The word of a long option that getopt has taken, with its dashes: its value
 * may be a word of its own.  Is it shorter than the name? */
static bool
is_abbreviated(const struct parser *parser, int value, const char *word)
{
	return value >= LONG_FIRST && strncmp(word, "--", 2) == 0 &&
	    strcspn(word + 2, "=") !=
	    strlen(parser->longs[value - LONG_FIRST].name);
}

/* getopt answered '?' or ':'; optopt says about what. */
static int
refuse_option(const struct parser *parser, int answer, const char *word)
{
	const struct cli_command *command = parser->command;
	const struct cli_option *option;

	if ((answer == '?' && optopt == 0) ||
	    is_abbreviated(parser, optopt, word))
		return refuse_unknown(command, word, 0);
	if (answer == '?' && optopt < LONG_FIRST && optopt != 'h')
		return refuse_unknown(command, NULL, optopt);
	if (optopt == 'h') {
		cli_error("--help takes no value");
		return refuse_usage(command);
	}
	option = &command->options[row_of(command->options, optopt)];
	if (answer == ':') {
		cli_error(
		    "--%s needs a value: %s", option->name, option->value);
		cli_hint("'silbo %s --help' explains it",
		    command->words != NULL ? command->words : command->name);
		return EXIT_USAGE;
	}
	cli_error("--%s takes no value", option->name);
	return refuse_usage(command);
}

/* Set the option that getopt found. */
static bool
take_option(struct parser *parser, int answer)
{
	const struct cli_option *options = parser->command->options;
	size_t row = row_of(options, answer);
	char origin[48];

	snprintf(origin, sizeof(origin), "--%s", options[row].name);
	given.by[row] = CLI_BY_WORD;
	return cli_set_value(&options[row], optarg, origin);
}

static int
parse_options(struct parser *parser, int argc, char *const *argv)
{
	const char *word;
	int answer;

	opterr = 0;
	optind = 0; /* glibc: start anew, also after an earlier parse */
	for (;;) {
		answer = getopt_long(
		    argc, argv, parser->letters, parser->longs, NULL);
		if (answer == -1)
			return -1;
		if (answer == 'h') {
			cli_help(stdout, parser->command);
			return fflush(stdout) == 0 ? EXIT_DONE : EXIT_RUNTIME;
		}
		if (answer == '?' || answer == ':')
			return refuse_option(parser, answer, argv[optind - 1]);
		word = argv[optind - (optarg == argv[optind - 1] ? 2 : 1)];
		if (is_abbreviated(parser, answer, word))
			return refuse_unknown(parser->command, word, 0);
		if (!take_option(parser, answer))
			return EXIT_USAGE;
	}
}

static int
take_arguments(const struct cli_command *command, int argc, char *const *argv,
    const char **arguments, int *count)
{
	char quoted[QUOTED];

	*count = 0;
	for (int i = optind; i < argc; i++) {
		if (*count == command->arguments_max) {
			cli_error("one argument too many: '%s'",
			    cli_quote(quoted, sizeof(quoted), argv[i]));
			return refuse_usage(command);
		}
		arguments[(*count)++] = argv[i];
	}
	if (*count < command->arguments_min) {
		cli_error("%s needed: %s",
		    *count == 0 ? "arguments" : "one more argument",
		    command->arguments);
		return refuse_usage(command);
	}
	return -1;
}

bool
cli_was_given(const char *name)
{
	const struct cli_option *options = given.command->options;

	for (size_t i = 0; options[i].name != NULL; i++)
		if (strcmp(options[i].name, name) == 0)
			return given.by[i] == CLI_BY_WORD;
	return false;
}

int
cli_parse(const struct cli_command *command, int argc, char *const *argv,
    const char **arguments, int *count)
{
	struct parser parser;
	int status;

	set_defaults(command);
	prepare(&parser, command);
	status = parse_options(&parser, argc, argv);
	if (status != -1)
		return status;
	if (!set_from_environment(&parser) || !cli_check_rules(&given))
		return EXIT_USAGE;
	return take_arguments(command, argc, argv, arguments, count);
}
