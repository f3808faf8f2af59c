/* SPDX-License-Identifier: MIT */
/*
 * What silbo probe --reflect --stamp can be told, and its opening.  After this
 * nothing is allocated.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "cli.h"
#include "listen.h"
#include "network.h"
#include "outputs.h"
#include "rows.h"
#include "stamp.h"

#define YEAR (365 * 24 * 3600 * (int64_t)SILBO_NS_PER_S)

/* What may come at once: a burst is a tenth of a second's worth. */
#define BURST_PART 10

static struct stamp_reflect opt; /* copied out when parsed */

/* clang-format off */
static const struct cli_option options[] = {
    {"Network", 'p', "port", CLI_COUNT, "N", NULL, "862", 0, 65535, &opt.port,
	"UDP port to listen on; 0: any that is free"},
    {"Network", 'l', "listen", CLI_TEXT, "ADDR[:PORT]", NULL, NULL, 0, 0,
	&opt.listen, "listen on this address only"},
    {"Network", '4', "ipv4", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.only4,
	"use IPv4 only"},
    {"Network", '6', "ipv6", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.only6,
	"use IPv6 only"},
    {"Measurement", 0, "reflect", CLI_FLAG, NULL, NULL, NULL, 0, 0,
	&opt.reflect, "answer, and do not ask"},
    {"Measurement", 0, "stamp", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.stamp,
	"speak STAMP (RFC 8762), unauthenticated"},
    {"Measurement", 0, "stateless", CLI_FLAG, NULL, NULL, NULL, 0, 0,
	&opt.stateless, "answer with the sender's number, not with one's own"},
    {"Limits", 'd', "duration", CLI_DURATION, "TIME", NULL, "0", 0, YEAR,
	&opt.duration, "stop after this time; 0: at Ctrl-C"},
    {"Limits", 0, "rate", CLI_COUNT, "N", NULL, "2000", 1, 1000000, &opt.rate,
	"answers per second to one sender"},
    {"Limits", 0, "total-rate", CLI_COUNT, "N", NULL, "20000", 1, 10000000,
	&opt.total_rate, "answers per second to all of them"},
    {"Limits", 0, "sessions", CLI_COUNT, "N", NULL, "1024", 1,
	SILBO_STAMP_SESSIONS_MAX, &opt.sessions,
	"senders that are remembered"},
    ROWS_OF_TELLING(opt),
    {.name = NULL},
};
/* clang-format on */

static const struct cli_rule rules[] = {
    RULE_OF_FAMILIES,
    {.option = NULL},
};

static const struct cli_command command = {
    .name = "probe",
    .words = "probe --reflect --stamp",
    .purpose = "answer STAMP test packets (RFC 8762) of routers and others",
    .usage = "silbo probe --reflect --stamp [OPTION...]",
    .examples = "  silbo probe --reflect --stamp               port 862 needs "
		"privileges\n"
		"  silbo probe --reflect --stamp -p 8620 -d 1h\n",
    .notes = "It answers anybody: STAMP's unauthenticated mode proves nothing. "
	     "No answer is\nlonger than what it answers, and none goes to a "
	     "port below 1024.\n",
    .options = options,
    .rules = rules,
    .arguments_min = 0,
    .arguments_max = 0,
    .arguments = "no arguments with --reflect",
    .receives = true,
};

int
stamp_options(struct stamp_reflect *s, int argc, char *const *argv)
{
	int count, status = cli_parse(&command, argc, argv, NULL, &count);
	const struct output outputs[] = {
	    {"--events", opt.events_path, false, false},
	    {"--json", opt.json, true, false},
	};

	if (status >= 0)
		return status;
	*s = opt;
	if (!cli_check_loudness(s->quiet, s->verbose) ||
	    !network_check_port(&s->listen, 1) ||
	    !outputs_check(outputs, sizeof outputs / sizeof *outputs))
		return EXIT_USAGE;
	return report_check(s->json) ? -1 : EXIT_RUNTIME;
}

static int
open_socket(struct stamp_reflect *s)
{
	const struct listen where = {.option = "--listen ",
	    .text = s->listen,
	    .example = "as in 192.0.2.1:862, [2001:db8::1]:862 or :862",
	    .port = (uint16_t)s->port,
	    .family = s->only4 ? SILBO_FAMILY_V4
		: s->only6     ? SILBO_FAMILY_V6
			       : SILBO_FAMILY_ANY,
	    .who = "reflector",
	    .privileges = "ports below 1024 need privileges; choose one with "
			  "--port, and ask there: --stamp HOST:PORT"};
	struct silbo_udp_config config = {
	    .receive_buffer = SILBO_RECEIVE_BUFFER_DEFAULT,
	    .hops = 255,
	};
	int status = listen_open(&s->udp, &config, &where);

	if (status == EXIT_DONE && silbo_udp_local(&s->udp, &s->local) < 0) {
		cli_error("cannot tell the address: %s", strerror(errno));
		status = EXIT_RUNTIME;
	}
	return status;
}

static uint32_t
burst_of(int64_t rate)
{
	return rate > BURST_PART ? (uint32_t)(rate / BURST_PART) : 1;
}

static void
introduce(const struct stamp_reflect *s)
{
	char text[SILBO_ADDR_TEXT_BYTES];

	silbo_addr_text(text, &s->local);
	cli_note("listening on %s/udp, STAMP, %s: not authenticated, answers "
		 "anybody, at most %lld/s each and %lld/s in all",
	    text, s->stateless ? "stateless" : "stateful", (long long)s->rate,
	    (long long)s->total_rate);
	if (!s->clock.estimate.synced)
		cli_note("this machine's clock is not known to be "
			 "synchronised; answers say so");
}

int
stamp_open(struct stamp_reflect *s)
{
	int status = open_socket(s);
	struct silbo_clocks clocks;
	void *memory;

	if (status != EXIT_DONE)
		return status;
	s->config = (struct silbo_stamp_config){
	    .sessions = (uint32_t)s->sessions,
	    .rate = (uint32_t)s->rate,
	    .burst = burst_of(s->rate),
	    .total_rate = (uint32_t)s->total_rate,
	    .total_burst = burst_of(s->total_rate),
	    .stateless = s->stateless,
	};
	randombytes_buf(s->config.secret, sizeof s->config.secret);
	memory = malloc(silbo_stamp_reflector_size(&s->config));
	if (memory == NULL) {
		cli_error("not enough memory");
		return EXIT_RUNTIME;
	}
	s->r = silbo_stamp_reflector_init(memory, &s->config);
	silbo_clock_read(&clocks);
	s->started = clocks.now;
	s->started_wall = clocks.wall;
	stamp_read_clock(&s->clock);
	introduce(s);
	cli_detail("receive buffer of %u bytes granted, arrivals stamped %s",
	    s->udp.receive_buffer,
	    s->udp.stamps ? "by the kernel" : "when they are read");
	return EXIT_DONE;
}
