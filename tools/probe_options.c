/* SPDX-License-Identifier: MIT */
/*
 * What silbo probe can be told, and what is refused before anything is sent.
 */
#include <string.h>

#include "cli.h"
#include "keyfile.h"
#include "limit_report.h"
#include "network.h"
#include "outputs.h"
#include "probe.h"
#include "rows.h"

#define MS ((int64_t)SILBO_NS_PER_MS)
#define YEAR (365 * 24 * 3600 * (int64_t)SILBO_NS_PER_S)

static bool reflects;    /* never: then recv_reflect_main has taken over */
static struct probe opt; /* targets of the table; copied out when parsed */

static const struct cli_option options[] = {
    {"Network", 'p', "port", CLI_COUNT, "N", "SILBO_PORT", NULL, 1, 65535,
	&opt.port,
	"UDP port of the reflector (default: 7587; with --stamp 862, whatever "
	"the variable)"},
    {"Network", '4', "ipv4", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.only4,
	"use IPv4 only"},
    {"Network", '6', "ipv6", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.only6,
	"use IPv6 only"},
    {"Network", 0, "ttl", CLI_COUNT, "N", NULL, "0", 0, 255, &opt.hops,
	"hops that datagrams may make; 0: 64, with STAMP 255"},
    {"Network", 0, "dscp", CLI_TEXT, "CLASS", NULL, "0", 0, 0, &opt.dscp_text,
	"class of service: EF, AF41, CS1 ... or 0 to 63"},
    {"Measurement", 'i', "interval", CLI_DURATION, "TIME", NULL, "20ms", MS,
	10000 * MS, &opt.interval, "between datagrams to one host"},
    {"Measurement", 's', "size", CLI_COUNT, "BYTES", NULL, NULL, 0, 0,
	&opt.bytes, "of a datagram, UDP payload (default: 200, STAMP's 44)"},
    {"Measurement", 'w', "wait", CLI_DURATION, "TIME", NULL, "1s", MS,
	30000 * MS, &opt.wait, "after which an answer is lost"},
    {"Measurement", 0, "mtu", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.mtu,
	"find the largest datagram that comes back, and stop"},
    {"Measurement", 0, "reflect", CLI_FLAG, NULL, NULL, NULL, 0, 0, &reflects,
	"answer instead: silbo probe --reflect --help"},
    {"Measurement", 0, "stamp", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.stamp,
	"speak STAMP (RFC 8762), as routers do; with --reflect: answer it"},
    {"Security", 'k', "key", CLI_TEXT, "FILE", "SILBO_KEY_FILE", NULL, 0, 0,
	&opt.key_path, "key file; without it datagrams are plain"},
    ROWS_OF_TELLING(opt),
    {"Output", 0, "packets", CLI_FILE, "FILE", NULL, NULL, 0, 0,
	&opt.packets_path, "a line of CSV for every datagram and every answer"},
    {"Limits", 'd', "duration", CLI_DURATION, "TIME", NULL, "10s", 0, YEAR,
	&opt.duration, "stop after this time; 0: at Ctrl-C"},
    {"Limits", 'n', "count", CLI_COUNT, "N", NULL, "0", 0, INT64_MAX,
	&opt.count, "stop after so many, or after --duration if that is given"},
    ROWS_OF_JUDGING(opt),
    {.name = NULL},
};

/* What would mean nothing beside another. */
static const struct cli_rule rules[] = {
    RULE_OF_FAMILIES,
    {"mtu", CLI_NOT_WITH, "stamp", "only silbo's own answers are as long",
	"search to a reflector of silbo, or try STAMP with --size"},
    {"key", CLI_NOT_WITH, "stamp", "its unauthenticated mode proves nothing",
	"without --stamp, silbo's own protocol is sealed with a key"},
    {"interval", CLI_NOT_WITH, "mtu", "a search sends when it has waited",
	"leave it out; --wait says for how long at most"},
    {"size", CLI_NOT_WITH, "mtu", "a search chooses the sizes",
	"leave it out, or leave --mtu out to try one size"},
    {"duration", CLI_NOT_WITH, "mtu", "a search ends when it has found",
	"leave it out; at most 316 datagrams go to each host"},
    {"count", CLI_NOT_WITH, "mtu", "a search sends what it takes",
	"leave it out; at most 316 datagrams go to each host"},
    {"packets", CLI_NOT_WITH, "mtu", "a search follows no schedule",
	"leave one of them out; -v tells what a search does"},
    {"port", CLI_NOT_BY_ENVIRONMENT, "stamp", NULL, NULL},
    {.option = NULL},
};

static const struct cli_command command = {
    .name = "probe",
    .purpose = "measure delay and loss to a reflector, there and back",
    .usage = "silbo probe [OPTION...] HOST[:PORT] [HOST[:PORT]...]",
    .examples =
	"  silbo probe studio.local --key studio.key\n"
	"  silbo probe 192.0.2.7 -i 1ms -d 1m       a thousand a second\n"
	"  silbo probe a.example b.example -d 0     two at once, until "
	"Ctrl-C\n"
	"  silbo probe studio.local --mtu           what the path takes\n"
	"  silbo probe --reflect                    the other end of it\n"
	"  silbo probe --stamp router.example       a reflector of RFC 8762\n",
    .notes = "With a key every silbo recv answers; without one, recv --reflect "
	     "and\nprobe --reflect do.\nOf --reflect --stamp: silbo probe "
	     "--reflect --stamp --help.\n\n" LIMITS_PROBE_HELP,
    .options = options,
    .rules = rules,
    .arguments_min = 1,
    .arguments_max = 1 + PROBE_TARGETS_MAX, /* one more, to refuse */
    .arguments = "HOST[:PORT]",
    .receives = true,
    .judges = true,
};

static bool
set_targets(struct probe *p, const char *const *arguments, int count)
{
	char quoted[128];

	if (count > PROBE_TARGETS_MAX) {
		cli_error("'%s': %d hosts are the most",
		    cli_quote(quoted, sizeof quoted, arguments[count - 1]),
		    PROBE_TARGETS_MAX);
		cli_hint("start another probe for the others");
		return false;
	}
	p->targets_count = (size_t)count;
	for (int i = 0; i < count; i++)
		p->targets[i].to.text = arguments[i];
	return network_check_port(arguments, p->targets_count);
}

/* What is another protocol's is not silbo's. */
static void
choose_dialect(struct probe *p)
{
	p->dialect = p->stamp ? &probe_stamp : &probe_silbo;
	if (p->port == 0)
		p->port = p->dialect->port;
	if (!cli_was_given("size"))
		p->bytes = p->dialect->bytes;
	if (p->stamp && p->hops == 0)
		p->hops = 255; /* RFC 5357 section 4.1.2 */
}

/* No answer is longer than what it answers, so it must hold one. */
static bool
check_size(const struct probe *p)
{
	bool sealed = p->keys_count > 0;
	int64_t least =
	    sealed ? (int64_t)SILBO_ASKER_SEALED_MIN : p->dialect->bytes_min;
	const char *mode = p->stamp ? "with --stamp"
	    : sealed                ? "with a key"
				    : "without a key";

	if (p->bytes >= least && p->bytes <= SILBO_WIRE_MTU_MAX)
		return true;
	cli_error("--size %lld: %s", (long long)p->bytes,
	    p->bytes > SILBO_WIRE_MTU_MAX ? "no datagram of UDP holds so much"
		: sealed                  ? "an encrypted answer does not fit"
					  : "an answer does not fit");
	cli_hint("%s from %lld to %d: an answer is as long as what it answers",
	    mode, (long long)least, SILBO_WIRE_MTU_MAX);
	return false;
}

static bool
check_outputs(const struct probe *p)
{
	const struct output outputs[] = {
	    {"--events", p->events_path, false, false},
	    {"--json", p->json, true, false},
	    {"--packets", p->packets_path, false, false},
	};
	const size_t count = sizeof outputs / sizeof *outputs;

	return outputs_check(outputs, count) &&
	    outputs_spare(
		outputs, count, &(struct input){"the key", p->key_path});
}

/* Slot k is at k * interval, and those before the end are meant: the first of
 * both ends, of which the usual one ends no count. */
static uint64_t
count_slots(const struct probe *p)
{
	uint64_t count = p->count > 0 ? (uint64_t)p->count : UINT64_MAX;
	uint64_t slots;

	if (p->duration == 0 || (p->count > 0 && !cli_was_given("duration")))
		return count;
	slots = (uint64_t)((p->duration + p->interval - 1) / p->interval);
	return slots < count ? slots : count;
}

/* What can never be known is not waited for. */
static bool
check_limits(struct probe *p)
{
	const struct limits_name *names =
	    p->mtu ? limits_mtu_names : limits_probe_names;

	p->slots = count_slots(p);
	return limits_parse(&p->limits, p->fail_if, names) &&
	    limits_check_count(
		&p->limits, names, p->mtu ? UINT64_MAX : p->slots);
}

int
probe_options(struct probe *p, int argc, char *const *argv)
{
	const char *arguments[1 + PROBE_TARGETS_MAX];
	int status, count;

	status = cli_parse(&command, argc, argv, arguments, &count);
	if (status >= 0)
		return status;
	*p = opt;
	choose_dialect(p);
	if (!set_targets(p, arguments, count))
		return EXIT_USAGE;
	if (!cli_check_loudness(p->quiet, p->verbose) || !check_outputs(p) ||
	    !network_parse_dscp(&p->dscp, p->dscp_text) || !check_limits(p))
		return EXIT_USAGE;
	if (!report_check(p->json))
		return EXIT_RUNTIME;
	if (p->key_path != NULL) {
		p->keys_count = keyfile_read(p->keys, p->key_path);
		if (p->keys_count == 0)
			return EXIT_USAGE;
	}
	return check_size(p) ? -1 : EXIT_USAGE;
}
