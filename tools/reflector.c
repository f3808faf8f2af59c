/* SPDX-License-Identifier: MIT */
/*
 * silbo probe --reflect: a receiver that answers probes, and keeps no sound.
 * Decides what it can be told; all the rest is that of silbo recv.
 */
#include "cli.h"
#include "commands.h"
#include "outputs.h"
#include "recv.h"
#include "report.h"
#include "rows.h"

#define MS ((int64_t)SILBO_NS_PER_MS)
#define YEAR (365 * 24 * 3600 * (int64_t)SILBO_NS_PER_S)

static struct recv opt; /* targets of the table; copied out when parsed */

static const struct cli_option options[] = {
    ROWS_OF_LISTENING(opt),
    {"Security", 'k', "key", CLI_TEXT, "FILE", "SILBO_KEY_FILE", NULL, 0, 0,
	&opt.key_path, "key file; without it whoever asks is answered"},
    {"Security", 0, "max-age", CLI_DURATION, "TIME", NULL, "0", 0, YEAR,
	&opt.max_age, "refuse new probers older than this; 0: do not"},
    ROWS_OF_TELLING(opt),
    {"Limits", 'd', "duration", CLI_DURATION, "TIME", NULL, "0", 0, YEAR,
	&opt.duration, "stop after this time; 0: when told"},
    {"Measurement", 0, "reflect", CLI_FLAG, NULL, NULL, NULL, 0, 0,
	&opt.reflect, "answer probes instead of sending some"},
    ROW_OF_REFLECTING(opt),
    {.name = NULL},
};

static const struct cli_command command = {
    .name = "probe",
    .words = "probe --reflect",
    .purpose = "answer probes",
    .usage = "silbo probe --reflect [OPTION...]",
    .examples = "  silbo probe --reflect --key studio.key\n"
		"  silbo probe --reflect --port 9000 --reflect-rate 100\n",
    .notes = "No answer is longer than its probe. With a key only those are "
	     "answered who\nhold it.\n",
    .options = options,
    .receives = true,
    .arguments_min = 0,
    .arguments_max = 0,
    .arguments = "no arguments",
};

/* Streams that come are measured as by recv --null. */
static int
parse(struct recv *r, int argc, char *const *argv)
{
	int words, status = cli_parse(&command, argc, argv, NULL, &words);
	const struct output outputs[] = {
	    {"--events", opt.events_path, false, false},
	    {"--json", opt.json, true, false},
	};
	const size_t count = sizeof outputs / sizeof *outputs;

	if (status >= 0)
		return status;
	if (!cli_check_loudness(opt.quiet, opt.verbose) ||
	    !outputs_check(outputs, count) ||
	    !outputs_spare(
		outputs, count, &(struct input){"the key", opt.key_path}))
		return EXIT_USAGE;
	*r = opt;
	r->role = "reflector";
	r->discard = true;
	r->channels = 1;
	r->mtu = SILBO_WIRE_MTU_DEFAULT;
	r->delay = 60 * MS;
	r->wait = (int64_t)SILBO_TRACK_WAIT_DEFAULT;
	return recv_options_common(r);
}

int
recv_reflect_main(int argc, char *const *argv)
{
	static struct recv r;
	int status = parse(&r, argc, argv);

	return status >= 0 ? status : recv_run(&r);
}
