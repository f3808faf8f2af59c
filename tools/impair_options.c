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
#include "report.h"

#define YEAR (365 * 24 * 3600 * (int64_t)SILBO_NS_PER_S)
#define OWN 10 /* options that are not of the model */
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
refuse(const struct model_why *why, const char *option)
{
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
	char buf[1024], *key = buf, *end;
	struct model_why why = {.hint = "as in 'loss=5% delay=20ms'"};

	if (text == NULL)
		return -1;
	snprintf(why.what, sizeof why.what, "expected KEY=VALUE");
	if ((size_t)snprintf(buf, sizeof buf, "%s", text) >= sizeof buf)
		return refuse(&why, option);
	while (*key != '\0') {
		char *value = strchr(key, '='), *next;

		if (value == NULL)
			return refuse(&why, option);
		*value++ = '\0';
		next = strchr(value, '=');
		for (end = next; end != NULL && end > value && *end != ' ';)
			end--;
		if (end != NULL && *end == ' ')
			*end = '\0';
		else
			end = NULL;
		if (!scenario_set(&m->scenario, &why, way, key, value))
			return refuse(&why, option);
		key = end != NULL ? end + 1 : value + strlen(value);
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
			return refuse(&why, names[i]);
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

	m->seed = m->scenario.seeded ? m->scenario.seed : randombytes_random();
	if (text == NULL)
		return -1;
	errno = 0;
	m->seed = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0)
		return -1;
	cli_error("--seed '%s': not a whole number",
	    cli_quote(quoted, sizeof quoted, text));
	cli_hint("0 to 18446744073709551615");
	return EXIT_USAGE;
}

/* One address for a text.  -1, or an exit status after the message. */
static int
find(struct silbo_peer *out, const char *option, const char *text,
    uint16_t initial, enum silbo_family family)
{
	char host[SILBO_HOST_TEXT_BYTES], quoted[128];
	const char *why = NULL;
	uint16_t port;

	cli_quote(quoted, sizeof quoted, text);
	if (silbo_addr_parse(host, &port, text, initial) < 0 || port == 0) {
		cli_error("--%s '%s': not an address", option, quoted);
		cli_hint("as in 192.0.2.1:7587, [2001:db8::1]:7587, :7600");
		return EXIT_USAGE;
	}
	if (silbo_addr_resolve(out, 1, host, port, family, &why) >= 1)
		return -1;
	cli_error("--%s: cannot resolve '%s': %s", option, quoted, why);
	return EXIT_RUNTIME;
}

static bool
is_same_host(const struct silbo_peer *a, const struct silbo_peer *b)
{
	char left[SILBO_ADDR_TEXT_BYTES], right[SILBO_ADDR_TEXT_BYTES];

	silbo_addr_host_text(left, a);
	silbo_addr_host_text(right, b);
	return strcmp(left, right) == 0;
}

/* Is it an address of this machine?  Then a socket can be bound to it. */
static bool
is_ours(const struct silbo_peer *peer)
{
	struct silbo_udp_config config = {0};
	char host[SILBO_ADDR_TEXT_BYTES];
	struct silbo_udp udp;
	const char *why;

	silbo_addr_host_text(host, peer);
	if (silbo_addr_resolve(
		&config.local, 1, host, 0, SILBO_FAMILY_ANY, &why) < 1 ||
	    silbo_udp_open(&udp, &config) < 0)
		return false;
	silbo_udp_close(&udp);
	return true;
}

static int
resolve(struct impair *m)
{
	char host[SILBO_HOST_TEXT_BYTES];
	bool wildcard;
	uint16_t port;
	int status;

	if (m->listen == NULL || m->target == NULL) {
		cli_error("--listen and --to are needed");
		cli_hint("usage: %s", command.usage);
		return EXIT_USAGE;
	}
	status = find(&m->local, "listen", m->listen, 0, SILBO_FAMILY_ANY);
	if (status < 0)
		status = find(&m->to, "to", m->target, SILBO_PORT_DEFAULT,
		    SILBO_FAMILY_ANY);
	if (status >= 0)
		return status;
	wildcard = silbo_addr_parse(host, &port, m->listen, 0) == 0 &&
	    (host[0] == '\0' || strcmp(host, "0.0.0.0") == 0 ||
		strcmp(host, "::") == 0);
	if (silbo_addr_port(&m->local) != silbo_addr_port(&m->to) ||
	    (wildcard ? !is_ours(&m->to) : !is_same_host(&m->local, &m->to)))
		return -1;
	cli_error("--to is where impair itself listens: datagrams would go "
		  "round for ever");
	cli_hint("give --listen another port, as in --listen :7600");
	return EXIT_USAGE;
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
	cli_set_quiet(m->quiet);
	status = build_model(m);
	if (status < 0)
		status = choose_seed(m);
	if (status < 0)
		status = resolve(m);
	if (status < 0 && !report_check(m->json_path))
		status = EXIT_RUNTIME;
	return status;
}
