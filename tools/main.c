/* SPDX-License-Identifier: MIT */
/*
 * Decides which command a command line names, and says what there is.  Does not
 * know what the commands do.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <opus/opus.h>
#include <sodium.h>

#include <silbo/defs.h>

#include "cli.h"
#include "commands.h"
#include "keyfile.h"
#include "run.h"

static int help_main(int argc, char *const *argv);
static int version_main(int argc, char *const *argv);

static const struct {
	const char *name;
	const char *program; /* what its messages begin with */
	int (*run)(int argc, char *const *argv);
	const char *purpose;
	bool reports; /* also when a signal ends it */
} commands[] = {
    {"send", "silbo send", send_main, "stream sound as Opus over UDP", true},
    {"recv", "silbo recv", recv_main,
	"receive streams, record them, report what was lost", true},
    {"probe", "silbo probe", probe_main,
	"measure delay and loss to a reflector, there and back", true},
    {"impair", "silbo impair", impair_main,
	"pass UDP datagrams on over a road as bad as you like", true},
    {"lab", "silbo lab", lab_main,
	"try in virtual time what loss does and what helps", false},
    {"report", "silbo report", report_main,
	"tell again what a run reported, or compare several", false},
    {"keygen", "silbo keygen", keygen_main,
	"make a key that senders and receivers share", false},
    {"help", "silbo help", help_main, "explain a command", false},
    {"version", "silbo version", version_main,
	"tell the versions of silbo and of what it is built on", false},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void
print_commands(FILE *out)
{
	fputs("silbo - voice over UDP, and exactly what the network did to it\n"
	      "\n"
	      "Usage: silbo COMMAND [OPTION...] [ARGUMENT...]\n"
	      "\n"
	      "Commands:\n",
	    out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(
		    out, "  %-10s%s\n", commands[i].name, commands[i].purpose);
	fputs("\n"
	      "Try, in two terminals:\n"
	      "  silbo recv --null\n"
	      "  silbo send voice localhost\n"
	      "\n"
	      "'silbo help COMMAND' explains one of them.\n",
	    out);
}

static int
run_command(const char *name, int argc, char *const *argv)
{
	const char *names[COMMANDS + 1], *near;
	char quoted[64];

	for (size_t i = 0; i < COMMANDS; i++) {
		names[i] = commands[i].name;
		if (strcmp(name, names[i]) != 0)
			continue;
		cli_set_program(commands[i].program);
		return commands[i].run(argc, argv);
	}
	names[COMMANDS] = NULL;
	cli_set_program("silbo");
	cli_error(
	    "unknown command '%s'", cli_quote(quoted, sizeof(quoted), name));
	near = cli_nearest(name, names);
	if (near != NULL)
		cli_hint("did you mean '%s'?", near);
	else
		cli_hint("'silbo help' lists the commands");
	return EXIT_USAGE;
}

/* Neither of these two has options, but for --help. */
static const struct cli_option no_options[] = {{.name = NULL}};

static const struct cli_command help_command = {
    .name = "help",
    .purpose = "explain a command",
    .usage = "silbo help [COMMAND]",
    .options = no_options,
    .arguments_max = 1,
    .arguments = "[COMMAND]",
};

static const struct cli_command version_command = {
    .name = "version",
    .purpose = "tell the versions of silbo and of what it is built on",
    .usage = "silbo version",
    .options = no_options,
};

/* Whether all of it reached stdout. */
static int
finish_output(void)
{
	return fflush(stdout) == 0 ? EXIT_DONE : EXIT_RUNTIME;
}

static int
help_main(int argc, char *const *argv)
{
	char word[32], flag[] = "--help";
	char *const words[] = {word, flag, NULL};
	const char *command;
	int count, status;

	status = cli_parse(&help_command, argc, argv, &command, &count);
	if (status != -1)
		return status;
	if (count == 0) {
		print_commands(stdout);
		return finish_output();
	}
	/* getopt wants words that it may reorder. */
	snprintf(word, sizeof(word), "%s", command);
	return run_command(command, 2, words);
}

static int
version_main(int argc, char *const *argv)
{
	int count, status;

	status = cli_parse(&version_command, argc, argv, NULL, &count);
	if (status != -1)
		return status;
	printf("silbo %s\nlibsodium %s\n%s\n", SILBO_VERSION,
	    sodium_version_string(), opus_get_version_string());
	return finish_output();
}

/* From here on a signal is no reason to end without a report. */
static void
hold_signals(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i].reports && strcmp(name, commands[i].name) == 0)
			run_hold_signals();
}

/*
 * Who starts us with a standard descriptor closed would have the next file or
 * socket take its place, and our messages written into it.  Opened the other
 * way round, so that writing still fails and is noticed.
 */
static void
fill_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int
main(int argc, char *argv[])
{
	if (argc >= 2)
		hold_signals(argv[1]);
	fill_standard_descriptors();
	if (sodium_init() < 0) {
		cli_error("libsodium cannot be used on this machine");
		return EXIT_RUNTIME;
	}
	if (argc < 2) {
		print_commands(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_commands(stdout);
		return finish_output();
	}
	if (strcmp(argv[1], "--version") == 0)
		return run_command("version", argc - 1, argv + 1);
	return run_command(argv[1], argc - 1, argv + 1);
}
