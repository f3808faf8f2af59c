/* SPDX-License-Identifier: MIT */
/*
 * What silbo send can be told, and what is refused before anything is sent.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "keyfile.h"
#include "limit_report.h"
#include "network.h"
#include "outputs.h"
#include "rows.h"
#include "send.h"

#define MS ((int64_t)SILBO_NS_PER_MS)
#define YEAR (365 * 24 * 3600 * (int64_t)SILBO_NS_PER_S)

static struct send opt; /* targets of the table; copied out when parsed */

static const struct cli_option options[] = {
    {"Network", 'p', "port", CLI_COUNT, "N", "SILBO_PORT", "7587", 1, 65535,
	&opt.port, "UDP port of the receiver"},
    {"Network", '4', "ipv4", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.only4,
	"use IPv4 only"},
    {"Network", '6', "ipv6", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.only6,
	"use IPv6 only"},
    {"Network", 0, "mtu", CLI_COUNT, "BYTES", NULL, "1200", SILBO_WIRE_MTU_MIN,
	SILBO_WIRE_MTU_MAX, &opt.mtu, "largest datagram, UDP payload"},
    {"Network", 0, "interface", CLI_TEXT, "NAME", NULL, NULL, 0, 0,
	&opt.interface, "for multicast: the way out; else by the routes"},
    {"Network", 0, "ttl", CLI_COUNT, "N", NULL, "0", 0, 255, &opt.hops,
	"hops that datagrams may make; 0: 1 for multicast, else 64"},
    {"Network", 0, "dscp", CLI_TEXT, "CLASS", NULL, "0", 0, 0, &opt.dscp_text,
	"class of service: EF, AF41, CS1 ... or 0 to 63"},
    {"Audio", 'b', "bitrate", CLI_RATE, "RATE", NULL, "32k", 6000, 510000,
	&opt.bitrate, "of Opus"},
    {"Audio", 0, "vbr", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.vbr,
	"let it vary with the sound; only without a key"},
    {"Audio", 'c', "channels", CLI_COUNT, "N", NULL, NULL, 1,
	SILBO_MEDIA_CHANNELS_MAX, &opt.channels,
	"of a pipe or built-in signal (default: 1)"},
    {"Audio", 'f', "frame", CLI_DURATION, "TIME", NULL, "20ms", 5 * MS / 2,
	60 * MS, &opt.frame_ns, "per datagram: 2.5 5 10 20 40 60 ms"},
    {"Audio", 0, "application", CLI_TEXT, "NAME", NULL, "audio", 0, 0,
	&opt.application, "tune for likeness (audio) or clarity (voice)"},
    {"Audio", 0, "complexity", CLI_COUNT, "N", NULL, "9", 0, 10,
	&opt.complexity, "of the encoder; less is faster"},
    {"Security", 'k', "key", CLI_TEXT, "FILE", "SILBO_KEY_FILE", NULL, 0, 0,
	&opt.key_path, "key file; without it the stream is plain"},
    ROWS_OF_TELLING(opt),
    {"Limits", 'd', "duration", CLI_DURATION, "TIME", NULL, "0", 0, YEAR,
	&opt.duration, "stop after this time; 0: at the end of FILE"},
    ROWS_OF_JUDGING(opt),
    {.name = NULL},
};

static const struct cli_rule rules[] = {
    RULE_OF_FAMILIES,
    {.option = NULL},
};

static const struct cli_command command = {
    .name = "send",
    .purpose = "stream sound as Opus over UDP",
    .usage = "silbo send [OPTION...] [FILE] HOST[:PORT] [HOST[:PORT]...]",
    .examples =
	"  silbo send speech.wav studio.local --key studio.key\n"
	"  silbo send studio.local                  a built-in voice-like "
	"signal\n"
	"  silbo send tone 192.0.2.7:7000 -d 10s    440 Hz, ten seconds\n"
	"  silbo send voice 239.7.5.87 --interface eth0 --dscp EF\n",
    .notes = "FILE is anything libsndfile reads (WAV, FLAC, MP3, Ogg ...), or "
	     "the word voice\nor tone; for files of that name write ./voice. "
	     "An IPv6 address with a port is\nwritten [2001:db8::1]:7587. "
	     "With several hosts FILE must be named; all of\nthem get the "
	     "same datagrams.\n"
	     "\n- reads signed 16 bit, little endian, 48000 Hz from standard "
	     "input. While none\ncomes none is sent; the gap stays a gap of "
	     "that length.\n\n" LIMITS_SEND_HELP,
    .options = options,
    .rules = rules,
    .judges = true,
    .arguments_min = 1,
    .arguments_max = 2 + SEND_TARGETS_MAX, /* one more, to refuse */
    .arguments = "[FILE] HOST[:PORT]",
};

static int
set_frame(struct send *s)
{
	static const uint16_t lengths[] = {120, 240, 480, 960, 1920, 2880};

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
		if ((uint64_t)s->frame_ns == silbo_samples_to_ns(lengths[i]))
			s->frame = lengths[i];
	if (s->frame == 0) {
		cli_error("--frame: Opus has no frames of %g ms",
		    (double)s->frame_ns / 1e6);
		cli_hint("one of 2.5ms 5ms 10ms 20ms 40ms 60ms");
		return EXIT_USAGE;
	}
	return -1;
}

static int
set_application(struct send *s)
{
	char quoted[64];

	s->voice = strcmp(s->application, "voice") == 0;
	if (s->voice || strcmp(s->application, "audio") == 0)
		return -1;
	cli_error("--application '%s': no such tuning",
	    cli_quote(quoted, sizeof quoted, s->application));
	cli_hint("audio (likeness) or voice (clarity)");
	return EXIT_USAGE;
}

/* A frame of constant bit rate must fit one datagram; of a variable one the
 * encoder is told what fits. */
static int
check_size(struct send *s)
{
	size_t room = silbo_wire_payload_max((size_t)s->mtu,
	    s->keys_count > 0 ? SILBO_MODE_PSK : SILBO_MODE_PLAIN);
	/* Rounded as Opus rounds. */
	size_t bytes =
	    (size_t)((s->bitrate * s->frame / SILBO_SAMPLES_PER_S + 4) / 8);

	s->packet_max =
	    room < SILBO_MEDIA_PACKET_MAX ? room : SILBO_MEDIA_PACKET_MAX;
	if (bytes <= s->packet_max)
		return -1;
	cli_error("a frame of %zu bytes does not fit one datagram (%zu)", bytes,
	    s->packet_max);
	cli_hint("lower --bitrate, shorten --frame, or raise --mtu");
	return EXIT_USAGE;
}

/* Sizes that follow the sounds tell what is said, sealed or not. */
static int
check_vbr(const struct send *s)
{
	if (!s->vbr || s->keys_count == 0)
		return -1;
	cli_error("--vbr and --key exclude one another");
	cli_hint("the sizes of encrypted speech leak what is said (RFC 6562)");
	return EXIT_USAGE;
}

/* The first of several is the input; the only one is a host. */
static void
set_arguments(struct send *s, const char *const *arguments, size_t count)
{
	size_t first = count > 1 ? 1 : 0;

	s->input = count > 1 ? arguments[0] : "voice";
	s->targets_count = count - first;
	for (size_t i = first; i < count; i++)
		s->targets[i - first].to.text = arguments[i];
}

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* What is easily forgotten, or taken for something else. */
static bool
check_arguments(const char *const *arguments, int count)
{
	char first[128], last[128];

	cli_quote(first, sizeof first, arguments[0]);
	cli_quote(last, sizeof last, arguments[count - 1]);
	if (count > 1 + SEND_TARGETS_MAX) {
		cli_error(
		    "'%s': %d targets are the most", last, SEND_TARGETS_MAX);
		cli_hint("send to a multicast group, or start another sender");
		return false;
	}
	if (count == 1 &&
	    (is_file(arguments[0]) || strcmp(arguments[0], "-") == 0 ||
		strcmp(arguments[0], "tone") == 0 ||
		strcmp(arguments[0], "voice") == 0)) {
		cli_error("'%s' is what to send; a HOST is missing", first);
		cli_hint("as in: silbo send %s studio.local", first);
		return false;
	}
	if (count > 1 && !is_file(arguments[0]) &&
	    is_file(arguments[count - 1])) {
		cli_error("'%s' is a file, not a host", last);
		cli_hint(
		    "the order is FILE HOST: silbo send %s %s", last, first);
		return false;
	}
	return true;
}

static bool
check_outputs(const struct send *s)
{
	const struct output outputs[] = {
	    {"--events", s->events_path, false, false},
	    {"--json", s->json, true, false},
	};
	const size_t count = sizeof outputs / sizeof *outputs;
	const struct input sent = {
	    "what is sent", is_file(s->input) ? s->input : NULL};

	return outputs_check(outputs, count) &&
	    outputs_spare(outputs, count, &sent) &&
	    outputs_spare(
		outputs, count, &(struct input){"the key", s->key_path});
}

int
send_options(struct send *s, int argc, char *const *argv)
{
	const char *arguments[2 + SEND_TARGETS_MAX];
	int status, count;

	status = cli_parse(&command, argc, argv, arguments, &count);
	if (status >= 0)
		return status;
	*s = opt;
	if (!check_arguments(arguments, count))
		return EXIT_USAGE;
	set_arguments(s, arguments, (size_t)count);
	/* The first of several is the sound. */
	if (!network_check_port(
		arguments + (count > 1), (size_t)count - (count > 1)))
		return EXIT_USAGE;
	if (!cli_check_loudness(s->quiet, s->verbose) || !check_outputs(s) ||
	    !limits_parse(&s->limits, s->fail_if, limits_send_names))
		return EXIT_USAGE;
	if (!network_check_interface(s->interface) ||
	    !network_parse_dscp(&s->dscp, s->dscp_text))
		return EXIT_USAGE;
	if (!report_check(s->json))
		return EXIT_RUNTIME;
	status = set_frame(s);
	if (status < 0)
		status = set_application(s);
	if (status >= 0)
		return status;
	if (s->key_path != NULL) {
		s->keys_count = keyfile_read(s->keys, s->key_path);
		if (s->keys_count == 0)
			return EXIT_USAGE;
	}
	status = check_vbr(s);
	if (status < 0)
		status = check_size(s);
	return status >= 0 ? status : send_open_input(s);
}
