/* SPDX-License-Identifier: MIT */
/*
 * What silbo recv can be told, and what is refused before anything is opened.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "keyfile.h"
#include "limit_report.h"
#include "network.h"
#include "outputs.h"
#include "recv.h"
#include "report.h"
#include "rows.h"

#define MS ((int64_t)SILBO_NS_PER_MS)
#define S ((int64_t)SILBO_NS_PER_S)
#define YEAR (365 * 24 * 3600 * S)

static struct recv opt; /* targets of the table; copied out when parsed */

static const struct cli_option options[] = {
    ROWS_OF_LISTENING(opt),
    {"Network", 'g', "group", CLI_TEXT, "ADDR[:PORT]", NULL, NULL, 0, 0,
	&opt.group, "hear what is sent to this multicast group"},
    {"Network", 0, "interface", CLI_TEXT, "NAME", NULL, NULL, 0, 0,
	&opt.interface, "where the group is heard; else by the routes"},
    {"Network", 0, "mtu", CLI_COUNT, "BYTES", NULL, "1200", SILBO_WIRE_MTU_MIN,
	SILBO_WIRE_MTU_MAX, &opt.mtu, "largest datagram to accept"},
    {"Security", 'k', "key", CLI_TEXT, "FILE", "SILBO_KEY_FILE", NULL, 0, 0,
	&opt.key_path, "key file; without it only plain streams"},
    {"Security", 0, "max-age", CLI_DURATION, "TIME", NULL, "0", 0, YEAR,
	&opt.max_age, "refuse new streams older than this; 0: do not"},
    {"Output", 'o', "output", CLI_FILE, "FILE", NULL, NULL, 0, 0, &opt.output,
	"record to a WAV file, later streams to NAME.2.wav ...; - is PCM "
	"to standard output"},
    {"Output", 0, "mix", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.mix,
	"all streams into one file; always so for -o -"},
    {"Output", 'c', "channels", CLI_COUNT, "N", NULL, NULL, 1,
	SILBO_MEDIA_CHANNELS_MAX, &opt.channels, "of the mix (default: 1)"},
    {"Output", 0, "null", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.discard,
	"measure only: throw the sound away"},
    ROWS_OF_TELLING(opt),
    {"Output", 0, "packets", CLI_FILE, "FILE", NULL, NULL, 0, 0,
	&opt.packets_path, "a line of CSV for every datagram that comes"},
    {"Limits", 'd', "duration", CLI_DURATION, "TIME", NULL, "0", 0, YEAR,
	&opt.duration, "stop after this time; 0: when told"},
    {"Limits", 0, "once", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.once,
	"stop when every stream has ended"},
    ROWS_OF_JUDGING(opt),
    {"Play-out", 0, "fixed-delay", CLI_DURATION, "TIME", NULL, "60ms", 0,
	(int64_t)SILBO_PLAYOUT_DELAY_MAX, &opt.delay,
	"wait this long for late datagrams"},
    {"Measurement", 0, "wait", CLI_DURATION, "TIME", NULL, "1s",
	(int64_t)SILBO_TRACK_WAIT_MIN, (int64_t)SILBO_TRACK_WAIT_MAX, &opt.wait,
	"a missing datagram is lost after this"},
    {"Measurement", 0, "reflect", CLI_FLAG, NULL, NULL, NULL, 0, 0,
	&opt.reflect, "answer probes without a key, too: whoever asks"},
    {"Measurement", 0, "no-reflect", CLI_FLAG, NULL, NULL, NULL, 0, 0,
	&opt.no_reflect, "answer no probes; with a key the default is to"},
    ROW_OF_REFLECTING(opt),
    {.name = NULL},
};

/* What would mean nothing beside another. */
static const struct cli_rule rules[] = {
    {"output", CLI_EXCLUDES, "null", NULL,
	"one keeps the sound, the other throws it away"},
    {"interface", CLI_ONLY_WITH, "group",
	"what comes to an address comes by any",
	"--listen ADDR hears what comes to one address of this machine; see: "
	"ip addr"},
    {"group", CLI_EXCLUDES, "listen", NULL,
	"a group's port is given as in 239.7.5.87:7587"},
    {"reflect", CLI_EXCLUDES, "no-reflect", NULL,
	"with a key probes are answered without --reflect"},
    {"reflect", CLI_NOT_WITH, "group", "each of the group would answer",
	"a receiver without --group answers what is sent to it alone"},
    {"reflect-rate", CLI_NOT_WITH, "no-reflect|group", "nobody is answered",
	"leave it out"},
    {"reflect-rate", CLI_ONLY_WITH, "reflect|key",
	"without either nobody is answered", "add --reflect, or leave it out"},
    {.option = NULL},
};

static const struct cli_command command = {
    .name = "recv",
    .purpose = "receive streams, record them, report what was lost",
    .usage = "silbo recv [OPTION...] (-o FILE | --null)",
    .examples =
	"  silbo recv --key studio.key -o out.wav     until Ctrl-C\n"
	"  silbo recv -o out.wav --once --json r.json one stream, two reports\n"
	"  silbo recv --null -d 60s                   measure for a minute\n"
	"  silbo recv -o - | aplay -f S16_LE -r 48000 listen\n",
    .notes = "The report goes to standard error. The first Ctrl-C ends with "
	     "the report,\nthe second at once.\n"
	     "\nFILE is called FILE.part until it is whole; devices and links "
	     "are written in\nplace. -o - writes signed 16 bit, little endian, "
	     "48000 Hz, and drops what is not\nread within a second. A mix "
	     "stands still while no stream plays.\n\n" LIMITS_RECV_HELP,
    .options = options,
    .rules = rules,
    .receives = true,
    .judges = true,
    .arguments_min = 0,
    .arguments_max = 0,
    .arguments = "no arguments",
};

static int
refuse_output(const char *path, const char *why, const char *hint)
{
	char quoted[256];

	cli_error("-o '%s': %s", cli_quote(quoted, sizeof quoted, path), why);
	cli_hint("%s", hint);
	return EXIT_USAGE;
}

/* What has another suffix is meant to be another kind of file.  A name without
 * one means nothing: scripts make such (mktemp). */
static int
check_suffix(const char *path)
{
	const char *suffix = recording_suffix(path);
	char why[128], quoted[64];

	if (*suffix == '\0' || strcasecmp(suffix, ".wav") == 0)
		return -1;
	snprintf(why, sizeof why, "recordings are WAV files, not '%s'",
	    cli_quote(quoted, sizeof quoted, suffix));
	return refuse_output(path, why,
	    "name it .wav, or give it no suffix; other kinds are made from "
	    "that, as in: opusenc out.wav out.opus");
}

/* Its header is finished at the end, so a WAV needs a place to go back to. */
static int
check_kind(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || S_ISREG(st.st_mode))
		return check_suffix(path);
	if (S_ISCHR(st.st_mode))
		return -1;
	if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))
		return refuse_output(path, "a pipe cannot hold a WAV file",
		    "as in: silbo recv -o - >pipe, which writes raw samples");
	return refuse_output(path, "not a file", "as in: -o out.wav");
}

/* May the file appear, and take its name at the end?  What is no plain file is
 * written to, and needs no place in its directory. */
static bool
may_write(const char *path)
{
	char directory[4096];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return access(path, W_OK) == 0 ||
		    (errno == ENOENT && S_ISLNK(st.st_mode));
	memcpy(directory, len == 0 ? (slash != NULL ? "/" : ".") : path,
	    len == 0 ? 2 : len);
	directory[len == 0 ? 1 : len] = '\0';
	return access(directory, W_OK | X_OK) == 0 &&
	    (access(path, W_OK) == 0 || errno == ENOENT);
}

/* The file appears with the first frame: find out now whether it can. */
static int
check_output(const char *path)
{
	char quoted[256];
	size_t len = strlen(path);
	int status;

	if (len > 3900)
		return refuse_output(
		    path, "file name too long", "as in: -o out.wav");
	status = check_kind(path);
	if (status >= 0 || may_write(path))
		return status;
	cli_error("cannot write %s: %s", cli_quote(quoted, sizeof quoted, path),
	    strerror(errno));
	cli_hint("nothing was received yet; choose another place with -o");
	return EXIT_RUNTIME;
}

static int
check_mix(struct recv *r)
{
	if (r->output != NULL && strcmp(r->output, "-") == 0) {
		r->mix = true;
		if (isatty(STDOUT_FILENO))
			return refuse_output("-",
			    "standard output is a terminal",
			    "as in: silbo recv -o - | aplay -f S16_LE -r "
			    "48000");
	}
	if (r->channels != 0 && !r->mix) {
		cli_error("--channels is for a mix: each stream's own file has "
			  "its channels");
		cli_hint("add --mix, or leave --channels out");
		return EXIT_USAGE;
	}
	if (r->mix && r->output == NULL) {
		cli_error("--mix: nothing to mix into");
		cli_hint("as in: silbo recv --mix -o all.wav");
		return EXIT_USAGE;
	}
	if (r->channels == 0)
		r->channels = 1;
	return -1;
}

static bool
check_outputs(const struct recv *r)
{
	const struct output outputs[] = {
	    {"--events", r->events_path, false, false},
	    {"--packets", r->packets_path, false, false},
	    {"--json", r->json, true, false},
	    {"-o", r->output, true, !r->mix},
	};
	const size_t count = sizeof outputs / sizeof *outputs;

	return outputs_check(outputs, count) &&
	    outputs_spare(
		outputs, count, &(struct input){"the key", r->key_path});
}

int
recv_options_common(struct recv *r)
{
	const char *address = r->group != NULL ? r->group : r->listen;

	if (!network_check_port(&address, 1))
		return EXIT_USAGE;
	if (!report_check(r->json))
		return EXIT_RUNTIME;
	if (r->key_path != NULL) {
		r->keys_count = keyfile_read(r->keys, r->key_path);
		if (r->keys_count == 0)
			return EXIT_USAGE;
	}
	r->reflects = !r->no_reflect && r->group == NULL &&
	    (r->reflect || r->keys_count > 0);
	return -1;
}

int
recv_options(struct recv *r, int argc, char *const *argv)
{
	int status, count;

	status = cli_parse(&command, argc, argv, NULL, &count);
	if (status >= 0)
		return status;
	if (opt.output == NULL && !opt.discard) {
		cli_error("nowhere to play: this version has no sound device");
		cli_hint("record with -o FILE, or only measure with --null");
		return EXIT_USAGE;
	}
	if (!cli_check_loudness(opt.quiet, opt.verbose) ||
	    !network_check_interface(opt.interface))
		return EXIT_USAGE;
	if (!check_outputs(&opt) ||
	    !limits_parse(&opt.limits, opt.fail_if, limits_recv_names))
		return EXIT_USAGE;
	status = check_mix(&opt);
	if (status < 0 && opt.output != NULL && strcmp(opt.output, "-") != 0)
		status = check_output(opt.output);
	if (status >= 0)
		return status;
	*r = opt;
	r->role = "recv";
	return recv_options_common(r);
}

/*
 * The ring must hold what arrives during the delay, and as much again for what
 * comes in a burst: at 2.5 ms per payload, the shortest there is, up to the
 * default size for the usual 20 ms.
 */
uint32_t
recv_ring_frames(int64_t delay_ns)
{
	uint32_t frames = SILBO_PLAYOUT_FRAMES_DEFAULT;

	while (frames < SILBO_PLAYOUT_FRAMES_MAX &&
	    (int64_t)frames * 5 * MS / 2 < 2 * delay_ns)
		frames *= 2;
	return frames;
}
