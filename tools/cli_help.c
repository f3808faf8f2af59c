/* SPDX-License-Identifier: MIT */
/*
 * Decides the layout of --help: purpose, usage, examples, options in groups
 * with their defaults, notes, exit statuses, within 80 columns.  Everything it
 * says about options comes from the table that parsing uses.
 */
#include <string.h>

#include "cli.h"

#define COLUMNS 80
#define TEXT_COLUMN 26 /* where the explanation of an option begins */

/* Print words from column `at` on, breaking lines at COLUMNS and indenting
 * them to TEXT_COLUMN.  Returns the column reached. */
static size_t
wrap(FILE *out, size_t at, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (at > TEXT_COLUMN && at + 1 + len > COLUMNS) {
			fprintf(out, "\n%*s", TEXT_COLUMN, "");
			at = TEXT_COLUMN;
		} else if (at > TEXT_COLUMN) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", (int)len, text);
		at += len;
		text += len;
		text += strspn(text, " ");
	}
	return at;
}

static void
print_option(FILE *out, const struct cli_option *option)
{
	char text[128];
	int n;

	n = option->letter != 0 ? fprintf(out, "  -%c, ", option->letter)
				: fprintf(out, "      ");
	n += fprintf(out, "--%s", option->name);
	if (option->value != NULL)
		n += fprintf(out, " %s", option->value);
	if (n > TEXT_COLUMN - 2) {
		fputc('\n', out);
		n = 0;
	}
	fprintf(out, "%*s", TEXT_COLUMN - n, "");
	n = (int)wrap(out, TEXT_COLUMN, option->help);
	if (option->initial != NULL && *option->initial != '\0') {
		snprintf(text, sizeof(text), "[%s]", option->initial);
		n = (int)wrap(out, (size_t)n, text);
	}
	if (option->env != NULL) {
		snprintf(text, sizeof(text), "[$%s]", option->env);
		wrap(out, (size_t)n, text);
	}
	fputc('\n', out);
}

/* Groups come in the order in which they first appear in the table. */
static void
print_group(FILE *out, const struct cli_option *options, const char *group)
{
	fprintf(out, "\n%s:\n", group);
	for (; options->name != NULL; options++)
		if (strcmp(options->group, group) == 0)
			print_option(out, options);
}

static bool
is_first_of_group(
    const struct cli_option *options, const struct cli_option *option)
{
	for (; options < option; options++)
		if (strcmp(options->group, option->group) == 0)
			return false;
	return true;
}

void
cli_help(FILE *out, const struct cli_command *command)
{
	static const struct cli_option help = {
	    .letter = 'h', .name = "help", .help = "print this and stop"};
	const struct cli_option *option;

	fprintf(out, "silbo %s - %s\n\nUsage: %s\n", command->name,
	    command->purpose, command->usage);
	if (command->examples != NULL)
		fprintf(out, "\nExamples:\n%s", command->examples);
	for (option = command->options; option->name != NULL; option++)
		if (is_first_of_group(command->options, option))
			print_group(out, command->options, option->group);
	fputc('\n', out);
	print_option(out, &help);
	if (command->notes != NULL)
		fprintf(out, "\n%s", command->notes);
	fputs("\nExit status:\n"
	      "  0  done\n"
	      "  1  the machine failed us: a file, a socket, a name\n"
	      "  2  the command line is wrong\n",
	    out);
	if (command->receives)
		fputs("  3  nothing was received\n", out);
	if (command->judges)
		fputs("  4  a limit of --fail-if was exceeded\n", out);
	if (command->receives)
		fputs("  5  datagrams came, but none was accepted\n", out);
}
