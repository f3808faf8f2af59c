/* SPDX-License-Identifier: MIT */
/*
 * What silbo impair can be told: its own options, and one for each key of the
 * model, in the words of scenario files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "cli.h"
#include "impair.h"
#include "outputs.h"
#include "report.h"

#define YEAR (365 * 24 * 3600 * (int64_t)SILBO_NS_PER_S)
#define OWN 11 /* options that are not of the model */
#define MODEL_MAX (CLI_OPTIONS_MAX - OWN - 1)

static struct impair opt; /* targets of the table; copied out when parsed */
static const char *values[MODEL_MAX];
static char names[MODEL_MAX][24];

static const struct cli_option own[OWN] = {
    {"Network", 'l', "listen", CLI_TEXT, "[ADDR]:PORT", NULL, NULL, 0, 0,
	&opt.listen, "where the datagrams come in"},
    {"Network", 't', "to", CLI_TEXT, "HOST[:PORT]", NULL, NULL, 0, 0,
	&opt.target, "where they go"},
    {"Output", 0, "log", CLI_TEXT, "FILE", NULL, NULL, 0, 0, &opt.log_path,
	"what became of every datagram, as CSV; - is standard output"},
    {"Output", 'j', "json", CLI_TEXT, "FILE", NULL, NULL, 0, 0, &opt.json_path,
	"write the report as JSON; - as above"},
    {"Output", 'q', "quiet", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.quiet,
	"no live line and no news; errors and the report"},
    {"Output", 'v', "verbose", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.verbose,
	"tell more, to find a fault"},
    {"Limits", 'd', "duration", CLI_DURATION, "TIME", NULL, "0", 0, YEAR,
	&opt.duration, "stop after this time; 0: when told"},
    {"Model", 's', "scenario", CLI_TEXT, "FILE", NULL, NULL, 0, 0,
	&opt.scenario_path, "read it from a scenario file, or preset:NAME"},
    {"Model", 0, "seed", CLI_TEXT, "N", NULL, NULL, 0, 0, &opt.seed_text,
	"the same seed, the same losses; random and told if absent"},
    {"Model", 0, "forth", CLI_TEXT, "KEY=VALUE...", NULL, NULL, 0, 0,
	&opt.forth, "for the way to --to alone, as in 'loss=5% delay=20ms'"},
    {"Model", 0, "back", CLI_TEXT, "KEY=VALUE...", NULL, NULL, 0, 0, &opt.back,
	"for the way back alone"},
};

static struct cli_option options[CLI_OPTIONS_MAX];

static const struct cli_command command = {
    .name = "impair",
    .purpose = "pass UDP datagrams on over a road as bad as you like",
    .usage = "silbo impair --listen [ADDR]:PORT --to HOST[:PORT] [OPTION...]",
    .examples =
	"  silbo impair --listen :7600 --to localhost --loss 2% --burst 3\n"
	"  silbo impair -l :7600 -t host:7587 --delay 40ms+-10ms --reorder 1%\n"
	"  silbo impair -l :7600 -t localhost -s preset:lecture --seed 7\n"
	"  silbo impair -l :7600 -t localhost --forth 'loss=5%' --log in.csv\n",
    .notes = "Both directions are impaired, unless --forth or --back says "
	     "more. What was\nunderstood is told at the start, what was "
	     "measured at the end. Presets: perfect\nlecture home-wifi "
	     "busy-wifi lte-drive vpn-wan satellite.\n",
    .options = options,
    .arguments_min = 0,
    .arguments_max = 0,
    .arguments = "no arguments",
};

/* The table: our own options, then one per key, with - for _. */
static void
make_table(void)
{
	const struct model_key *key;
	size_t at = OWN;

	memcpy(options, own, sizeof own);
	for (size_t i = 0; (key = model_key(i)) != NULL && i < MODEL_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "%s", key->name);
		for (char *c = names[i]; *c != '\0'; c++)
			if (*c == '_')
				*c = '-';
		options[at++] = (struct cli_option){.group = "Model",
		    .name = names[i],
		    .kind = CLI_TEXT,
		    .value = key->value,
		    .target = &values[i],
		    .help = key->help};
	}
	options[at].name = NULL;
}

static int
refuse(const struct model_why *why, const char *option, const char *key)
{
	size_t len = key != NULL ? strlen(key) : 0;

	/* The key says what the option says: once is enough. */
	if (len > 0 && strncmp(why->what, key, len) == 0 &&
	    why->what[len] == ':')
		cli_error("--%s%s", option, why->what + len);
	else
		cli_error("--%s: %s", option, why->what);
	if (why->hint[0] != '\0')
		cli_hint("%s", why->hint);
	return EXIT_USAGE;
}

/* "loss=5% delay=20ms": a value with blanks goes on to the next KEY=. */
static int
take_words(struct impair *m, enum scenario_way way, const char *option,
    const char *text)
{
	char buf[1024], *key = buf;
	struct model_why why = {.hint = "as in 'loss=5% delay=20ms'"};

	if (text == NULL)
		return -1;
	snprintf(why.what, sizeof why.what, "expected KEY=VALUE");
	if ((size_t)snprintf(buf, sizeof buf, "%s", text) >= sizeof buf)
		return refuse(&why, option, NULL);
	for (key += strspn(key, " "); *key != '\0' || key == buf;) {
		char *value = strchr(key, '='), *next, *end;

		if (value == NULL)
			return refuse(&why, option, NULL);
		*value++ = '\0';
		next = strchr(value, '=');
		end = next != NULL ? next : value + strlen(value);
		while (next != NULL && end > value && end[-1] != ' ')
			end--;
		next = end;
		while (end > value && end[-1] == ' ')
			*--end = '\0';
		if (!scenario_set(&m->scenario, &why, way, key, value))
			return refuse(&why, option, NULL);
		if (next == value)
			break;
		key = next;
	}
	return -1;
}

static int
build_model(struct impair *m)
{
	struct model_why why;
	int status;

	scenario_init(&m->scenario);
	if (m->scenario_path != NULL &&
	    !scenario_read(&m->scenario, m->scenario_path))
		return EXIT_USAGE;
	for (size_t i = 0; model_key(i) != NULL; i++)
		if (values[i] != NULL &&
		    !scenario_set(&m->scenario, &why, SCENARIO_WAYS,
			model_key(i)->name, values[i]))
			return refuse(&why, names[i], model_key(i)->name);
	status = take_words(m, SCENARIO_FORTH, "forth", m->forth);
	if (status < 0)
		status = take_words(m, SCENARIO_BACK, "back", m->back);
	if (status < 0 && !scenario_finish(&m->scenario))
		status = EXIT_USAGE;
	return status;
}

static int
choose_seed(struct impair *m)
{
	const char *text = m->seed_text;
	char quoted[64], *end;

	if (!m->scenario.seeded)
		m->scenario.seed = randombytes_random();
	m->scenario.seeded = true;
	if (text == NULL)
		return -1;
	errno = 0;
	m->scenario.seed = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0)
		return -1;
	cli_error("--seed '%s': not a whole number",
	    cli_quote(quoted, sizeof quoted, text));
	cli_hint("0 to 18446744073709551615");
	return EXIT_USAGE;
}

/* What is written is apart, and apart from what was read. */
static bool
check_outputs(const struct impair *m)
{
	const struct output outputs[] = {
	    {"--log", m->log_path, false, false},
	    {"--json", m->json_path, true, false},
	};
	const size_t count = sizeof outputs / sizeof *outputs;
	const char *file = m->scenario.path;

	return outputs_check(outputs, count) &&
	    outputs_spare(outputs, count,
		&(struct input){"the scenario", *file != 0 ? file : NULL}) &&
	    traces_spared(&m->scenario.traces, outputs, count);
}

static bool
check_ends(const struct impair *m)
{
	if (m->listen != NULL && m->target != NULL)
		return true;
	cli_error("--listen and --to are needed");
	cli_hint("usage: %s", command.usage);
	return false;
}

int
impair_options(struct impair *m, int argc, char *const *argv)
{
	int status, count;

	make_table();
	status = cli_parse(&command, argc, argv, NULL, &count);
	if (status >= 0)
		return status;
	*m = opt;
	if (!cli_check_loudness(m->quiet, m->verbose))
		return EXIT_USAGE;
	cli_set_quiet(m->quiet);
	cli_set_verbose(m->verbose);
	status = build_model(m);
	if (status < 0 && !check_outputs(m))
		status = EXIT_USAGE;
	if (status < 0)
		status = choose_seed(m);
	if (status < 0)
		status = check_ends(m) ? impair_resolve(m) : EXIT_USAGE;
	if (status < 0 && !report_check(m->json_path))
		status = EXIT_RUNTIME;
	return status;
}
