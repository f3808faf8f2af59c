/* SPDX-License-Identifier: MIT */
/*
 * The command line: one table of options per command feeds parsing, --help and
 * the tests.  Knows words and values; does not know what they are for.
 */
#ifndef SILBO_TOOLS_CLI_H
#define SILBO_TOOLS_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CLI_OPTIONS_MAX 48 /* in one command */

/* Exit statuses; when several apply the order is 2 1 5 3 4 0. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_RUNTIME = 1,
	EXIT_USAGE = 2,
	EXIT_NOTHING = 3,    /* nothing received */
	EXIT_LIMIT = 4,      /* a limit of --fail-if was exceeded */
	EXIT_UNAUTHENTIC = 5 /* traffic came, none was accepted */
};

enum cli_kind {
	CLI_FLAG,     /* bool */
	CLI_TEXT,     /* const char *, borrowed from argv or environment */
	CLI_FILE,     /* CLI_TEXT that names a file to write, or is "-" */
	CLI_COUNT,    /* int64_t, a whole number min..max */
	CLI_DURATION, /* int64_t ns, "250ms 10s 5m 1h", min..max */
	CLI_RATE      /* int64_t bit/s, "32k 1.5M", min..max */
};

struct cli_option {
	const char *group; /* heading in --help: Network, Audio ... */
	char letter;       /* 0: none */
	const char *name;  /* without the dashes */
	enum cli_kind kind;
	const char *value; /* what --help calls it: FILE, N, TIME; NULL: flag */
	const char *env;   /* environment variable read when absent; NULL */
	const char *initial; /* default, parsed like an argument; NULL: none */
	int64_t min, max;    /* CLI_COUNT, CLI_DURATION, CLI_RATE; both 0: any
	                      * that is not negative */
	void *target;        /* where the value goes */
	const char *help;    /* wrapped by --help, which adds the default */
};

/* What would have no effect is refused; a table ends with option NULL. */
enum cli_rule_kind {
	CLI_EXCLUDES,          /* not both */
	CLI_NOT_WITH,          /* option means nothing beside other */
	CLI_ONLY_WITH,         /* option means nothing without one of other */
	CLI_NOT_BY_ENVIRONMENT /* beside other its variable is not read */
};

struct cli_rule {
	const char *option; /* rows of the command's table */
	enum cli_rule_kind kind;
	const char *other; /* one of them is enough: "reflect|key" */
	const char *why;   /* "--option is not for --other: WHY" */
	const char *hint;
};

struct cli_command {
	const char *name;                 /* "recv" */
	const char *words;                /* "probe --reflect"; NULL: name */
	const char *purpose;              /* one line */
	const char *usage;                /* "silbo recv [OPTION...]" */
	const char *examples;             /* lines, ready to print */
	const char *notes;                /* after the options; NULL: none */
	const struct cli_option *options; /* ends with name NULL */
	const struct cli_rule *rules;     /* NULL: none */
	int arguments_min, arguments_max;
	const char *arguments; /* for messages: "FILE HOST[:PORT]" */
	bool receives;         /* can end with EXIT_NOTHING or _UNAUTHENTIC */
	bool judges;           /* can end with EXIT_LIMIT */
};

/*
 * Parse what follows the command word, which is argv[0].  Every target receives
 * its default, then the environment's value, then the flag's; of a repeated
 * flag the last counts.  A text without a default is NULL, a number 0.  -h and
 * --help need no row in the table.
 *
 *   arguments   receives those that are not options (borrowed), in order; room
 *               for arguments_max of them.  "--" ends the options and "-" is an
 *               argument.  May be NULL when arguments_max is 0
 *   count       receives how many
 *
 * Returns -1 to go on, or an exit status after printing: EXIT_DONE for --help,
 * EXIT_USAGE with message and hint (unknown option: "did you mean").  Long
 * options are written in full: what an abbreviation means changes with every
 * option that is new.
 */
int cli_parse(const struct cli_command *command, int argc, char *const *argv,
    const char **arguments, int *count);

/* Did the words of the latest cli_parse have this option?  Not: a variable. */
bool cli_was_given(const char *name);

/* Purpose, usage, examples, options in groups, notes, exit statuses: stdout. */
void cli_help(FILE *out, const struct cli_command *command);

/* The word among names (NULL-terminated) nearest to this one, or NULL when none
 * is near: at most 3 edits (insert, delete, replace, swap of neighbours), and
 * fewer than half of its letters. */
const char *cli_nearest(const char *word, const char *const *names);

/* The name that messages begin with: "silbo recv".  Set once by main. */
void cli_set_program(const char *command);

/*
 * "silbo recv: MESSAGE" to stderr, and a "hint:" line.  Text from outside must
 * pass through cli_quote first.  A live status line is cleared before.
 */
__attribute__((format(printf, 1, 2))) void cli_error(const char *format, ...);
__attribute__((format(printf, 1, 2))) void cli_hint(const char *format, ...);
/* The same form for news that is no error; silent under -q. */
__attribute__((format(printf, 1, 2))) void cli_note(const char *format, ...);

/* Who else hears what cli_error says, without name and line end; NULL: nobody.
 */
void cli_set_listener(
    void (*listener)(void *context, const char *message), void *context);

/* What helps to find a fault; silent without -v. */
__attribute__((format(printf, 1, 2))) void cli_detail(const char *format, ...);

/* -q: cli_note says nothing.  Errors are always said. */
void cli_set_quiet(bool quiet);

/* -v: cli_detail speaks. */
void cli_set_verbose(bool verbose);

/* -q and -v are not asked for both.  False after the message. */
bool cli_check_loudness(bool quiet, bool verbose);

/*
 * Make text from outside safe to print: printable ASCII only, one line, other
 * bytes (and the backslash, so that nothing is ambiguous) as \xNN, cut with
 * "..." to fit.  cap at least 4.  Returns out.
 */
const char *cli_quote(char *out, size_t cap, const char *text);

#endif
