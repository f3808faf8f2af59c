/* SPDX-License-Identifier: MIT */
/*
 * silbo report: reports of earlier runs, one as it was told then, several side
 * by side.  Decides what they are called; reads and prints nothing itself.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "commands.h"
#include "report_compare.h"
#include "report_read.h"

#define FILES_MAX 64
#define NAME_BYTES 256

static const struct cli_option options[] = {{.name = NULL}};

static const struct cli_command command = {
    .name = "report",
    .purpose = "tell again what a run reported, or compare several",
    .usage = "silbo report FILE [FILE...]",
    .examples = "  silbo report run.json                 as it was told then\n"
		"  silbo report before.json after.json   side by side\n"
		"  silbo recv --null --once --json - | silbo report -\n",
    .notes = "FILE is what recv, send or probe wrote with --json, or with "
	     "--events once the\nrun has ended; - is standard input. Of "
	     "several, streams are matched in the order\nin which they "
	     "appeared. On a terminal the best of a row is green, the worst "
	     "red,\nunless NO_COLOR is set.\n",
    .options = options,
    .arguments_min = 1,
    .arguments_max = FILES_MAX,
    .arguments = "FILE [FILE...]",
};

static bool
has_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && (no == NULL || *no == '\0') &&
	    term != NULL && strcmp(term, "dumb") != 0;
}

/* The last part of the path, without .json. */
static void
shorten(char *out, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len;

	if (strcmp(path, "-") == 0)
		path = "standard input";
	cli_quote(out, NAME_BYTES, slash != NULL ? slash + 1 : path);
	len = strlen(out);
	if (len > 5 && strcmp(out + len - 5, ".json") == 0)
		out[len - 5] = '\0';
}

/* Short names, or whole ones where short ones are not different. */
static void
name_files(char (*names)[NAME_BYTES], const char *const *paths, size_t count)
{
	bool same = false;

	for (size_t i = 0; i < count; i++) {
		shorten(names[i], paths[i]);
		for (size_t k = 0; k < i; k++)
			same = same || strcmp(names[i], names[k]) == 0;
	}
	for (size_t i = 0; same && i < count; i++)
		cli_quote(names[i], NAME_BYTES, paths[i]);
}

static bool
check_files(const char *const *paths, size_t count)
{
	size_t inputs = 0;

	for (size_t i = 0; i < count; i++)
		inputs += strcmp(paths[i], "-") == 0;
	if (inputs <= 1)
		return true;
	cli_error(
	    "'-' is given %zu times: standard input holds one report", inputs);
	cli_hint("name files for the others");
	return false;
}

static void
print(const struct report_file *files, const char *const *paths, size_t count)
{
	static char names[FILES_MAX][NAME_BYTES];
	const char *list[FILES_MAX];

	if (count == 1) {
		report_text(stdout, &files[0].report);
		return;
	}
	name_files(names, paths, count);
	for (size_t i = 0; i < count; i++)
		list[i] = names[i];
	report_compare(stdout, files, list, count, has_colour());
}

int
report_main(int argc, char *const *argv)
{
	static struct report_file files[FILES_MAX];
	const char *paths[FILES_MAX];
	int status, count;
	size_t read = 0;

	status = cli_parse(&command, argc, argv, paths, &count);
	if (status >= 0)
		return status;
	if (!check_files(paths, (size_t)count))
		return EXIT_USAGE;
	status = EXIT_DONE;
	while (status == EXIT_DONE && read < (size_t)count) {
		status = report_read(&files[read], paths[read]);
		read++;
	}
	if (status == EXIT_DONE)
		print(files, paths, read);
	if (status == EXIT_DONE && fflush(stdout) != 0) {
		cli_error("cannot write the report: %s", strerror(errno));
		status = EXIT_RUNTIME;
	}
	while (read > 0)
		report_read_close(&files[--read]);
	return status;
}
