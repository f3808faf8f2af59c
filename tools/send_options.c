/* SPDX-License-Identifier: MIT */
/*
 * What silbo send can be told, and what is refused before anything is sent.
 */
#include <errno.h>
#include <string.h>

#include "cli.h"
#include "keyfile.h"
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
    {"Audio", 'b', "bitrate", CLI_RATE, "RATE", NULL, "32k", 6000, 510000,
	&opt.bitrate, "of Opus, constant"},
    {"Audio", 'f', "frame", CLI_DURATION, "TIME", NULL, "20ms", 5 * MS / 2,
	60 * MS, &opt.frame_ns, "per datagram: 2.5 5 10 20 40 60 ms"},
    {"Audio", 0, "application", CLI_TEXT, "NAME", NULL, "audio", 0, 0,
	&opt.application, "tune for likeness (audio) or clarity (voice)"},
    {"Audio", 0, "complexity", CLI_COUNT, "N", NULL, "9", 0, 10,
	&opt.complexity, "of the encoder; less is faster"},
    {"Security", 'k', "key", CLI_TEXT, "FILE", "SILBO_KEY_FILE", NULL, 0, 0,
	&opt.key_path, "key file; without it the stream is plain"},
    {"Output", 'j', "json", CLI_TEXT, "FILE", NULL, NULL, 0, 0, &opt.json,
	"write the report as JSON; - is standard output"},
    {"Output", 'q', "quiet", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.quiet,
	"no live line and no news; errors and the report"},
    {"Limits", 'd', "duration", CLI_DURATION, "TIME", NULL, "0", 0, YEAR,
	&opt.duration, "stop after this time; 0: at the end of FILE"},
    {.name = NULL},
};

static const struct cli_command command = {
    .name = "send",
    .purpose = "Stream sound as Opus over UDP.",
    .usage = "silbo send [OPTION...] [FILE] HOST[:PORT]",
    .examples =
	"  silbo send speech.wav studio.local --key studio.key\n"
	"  silbo send studio.local                  a built-in voice-like "
	"signal\n"
	"  silbo send tone 192.0.2.7:7000 -d 10s    440 Hz, ten seconds\n",
    .notes = "FILE is anything libsndfile reads (WAV, FLAC, MP3, Ogg ...), or "
	     "the word voice\nor tone; for files of that name write ./voice. "
	     "An IPv6 address with a port is\nwritten [2001:db8::1]:7587.\n",
    .options = options,
    .arguments_min = 1,
    .arguments_max = 2,
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

/* A frame of constant bit rate must fit one datagram. */
static int
check_size(const struct send *s)
{
	size_t room = silbo_wire_payload_max((size_t)s->mtu,
	    s->keys_count > 0 ? SILBO_MODE_PSK : SILBO_MODE_PLAIN);
	/* Rounded as Opus rounds. */
	size_t bytes =
	    (size_t)((s->bitrate * s->frame / SILBO_SAMPLES_PER_S + 4) / 8);

	if (bytes <= room && bytes <= SILBO_MEDIA_PACKET_MAX)
		return -1;
	cli_error("a frame of %zu bytes does not fit one datagram (%zu)", bytes,
	    room < SILBO_MEDIA_PACKET_MAX ? room : SILBO_MEDIA_PACKET_MAX);
	cli_hint("lower --bitrate, shorten --frame, or raise --mtu");
	return EXIT_USAGE;
}

static int
open_input(struct send *s)
{
	const char *why = "";
	char quoted[256];
	int err;

	cli_quote(quoted, sizeof quoted, s->input);
	if (strcmp(s->input, "-") == 0) {
		cli_error("this version does not read sound from a pipe");
		cli_hint("give a file, or the words voice or tone");
		return EXIT_USAGE;
	}
	err = silbo_audio_source_open_signal(&s->source, s->input, 0);
	if (err == SILBO_ERR_NAME)
		err = silbo_audio_source_open_file(&s->source, s->input, &why);
	if (err == 0) {
		silbo_audio_source_info(s->source, &s->info);
		return -1;
	}
	if (err == SILBO_ERR_SYSTEM)
		cli_error("cannot read %s: %s", quoted, strerror(errno));
	else if (err == SILBO_ERR_EMPTY)
		cli_error("cannot send %s: it contains no sound", quoted);
	else
		cli_error("cannot read %s as sound: %s", quoted, why);
	if (err == SILBO_ERR_FORMAT)
		cli_hint("WAV, FLAC, Ogg, MP3 and AIFF are read; convert with "
			 "ffmpeg or sox");
	return EXIT_RUNTIME;
}

int
send_options(struct send *s, int argc, char *const *argv)
{
	const char *arguments[2];
	int status, count;

	status = cli_parse(&command, argc, argv, arguments, &count);
	if (status >= 0)
		return status;
	*s = opt;
	s->input = count == 2 ? arguments[0] : "voice";
	s->target = arguments[count - 1];
	if (s->only4 && s->only6) {
		cli_error("-4 and -6 exclude one another");
		return EXIT_USAGE;
	}
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
	status = check_size(s);
	return status >= 0 ? status : open_input(s);
}
