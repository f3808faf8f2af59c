/* SPDX-License-Identifier: MIT */
/*
 * What silbo lab can be told on the command line; the rest stands in the plan.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "lab.h"
#include "outputs.h"
#include "report.h"

static struct lab opt; /* targets of the table; copied out when parsed */

static const struct cli_option options[] = {
    {"Output", 0, "csv", CLI_TEXT, "FILE", NULL, NULL, 0, 0, &opt.csv_path,
	"the table as CSV; - is standard output"},
    {"Output", 'j', "json", CLI_TEXT, "FILE", NULL, NULL, 0, 0, &opt.json_path,
	"the table and the plan as JSON; - as above"},
    {"Output", 0, "wav", CLI_TEXT, "DIRECTORY", NULL, NULL, 0, 0,
	&opt.wav_directory, "what was heard, a WAV file for each run"},
    {"Output", 'q', "quiet", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.quiet,
	"no progress"},
    {"Runs", 0, "seeds", CLI_TEXT, "N|A-B", NULL, NULL, 0, 0, &opt.seeds_text,
	"how many seeds, or which, instead of the plan's"},
    {"Runs", 0, "soak", CLI_FLAG, NULL, NULL, NULL, 0, 0, &opt.soak,
	"only tell which runs broke a promise"},
    {"Runs", 'J', "jobs", CLI_COUNT, "N", NULL, "0", 0, 64, &opt.jobs,
	"runs at once; 0: one per processor"},
    {"Runs", 0, "replay", CLI_TEXT, "FILE", NULL, NULL, 0, 0, &opt.replay_path,
	"the path that recv --packets recorded, instead of the plan's"},
    {.name = NULL},
};

static const struct cli_command command = {
    .name = "lab",
    .purpose = "try in virtual time what loss does and what helps",
    .usage = "silbo lab PLAN.ini [OPTION...]",
    .examples =
	"  silbo lab samples/first-experiment.ini\n"
	"  silbo lab plan.ini --csv out.csv --seeds 20\n"
	"  silbo lab plan.ini --soak --seeds 1-1000   is every promise kept?\n"
	"  silbo lab plan.ini --replay packets.csv    a path as it was\n",
    .notes = "A plan is a scenario file with [stream] and [lab]; a key of "
	     "[lab] with several\nvalues is an axis: loss = 1%, 5%, 10%. The "
	     "same plan gives the same bytes.\n\n"
	     "The table, means over the seeds:\n"
	     "  lost %     of what was sent, on the way\n"
	     "  run        mean length of the runs of losses\n"
	     "  late %     came after its time to be played\n"
	     "  residual % was not played: lost, late or without a place\n"
	     "  of runs    the least and the most residual loss of a run, %\n"
	     "  delay ms   from departure to hand-out\n"
	     "  MOS ESTOI  with sound; an estimate: see docs/score.md\n"
	     "  ok         runs that did not fail, where some did\n"
	     "- is what nobody knows.\n",
    .options = options,
    .arguments_min = 1,
    .arguments_max = 1,
    .arguments = "PLAN.ini",
};

static int
check_directory(const char *path)
{
	char quoted[256];
	struct stat st;

	if (path == NULL)
		return -1;
	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (access(path, W_OK | X_OK) == 0)
		return -1;
	cli_error("cannot write WAV files to '%s': %s",
	    cli_quote(quoted, sizeof quoted, path), strerror(errno));
	return EXIT_RUNTIME;
}

/* Two into one would be neither, and what is read shall stay. */
static bool
check_outputs(const struct lab *l)
{
	const struct output outputs[] = {
	    {"--csv", l->csv_path, false, false},
	    {"--json", l->json_path, true, false},
	};
	const size_t count = sizeof outputs / sizeof *outputs;
	char sound[512];
	const struct input inputs[] = {
	    {"the plan", l->path},
	    {"what --replay reads", l->replay_path},
	    {"the sound of the plan", lab_sound_path(l, sound, sizeof sound)},
	};

	if (!outputs_check(outputs, count))
		return false;
	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
		if (!outputs_spare(outputs, count, &inputs[i]))
			return false;
	return traces_spared(&l->scenario.traces, outputs, count);
}

static int
processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : count > 64 ? 64 : (int)count;
}

int
lab_options(struct lab *lab, int argc, char *const *argv)
{
	const char *path;
	int status, count;

	status = cli_parse(&command, argc, argv, &path, &count);
	if (status >= 0)
		return status;
	*lab = opt;
	lab->path = path;
	cli_set_quiet(lab->quiet);
	if (lab->jobs == 0)
		lab->jobs = processors();
	status = check_directory(lab->wav_directory);
	if (status < 0 &&
	    (!report_check(lab->json_path) ||
		!report_check_other(lab->csv_path, "the table", "--csv")))
		status = EXIT_RUNTIME;
	if (status >= 0)
		return status;
	scenario_init(&lab->scenario);
	if (!scenario_read(&lab->scenario, path) ||
	    !scenario_finish(&lab->scenario) || !lab_plan(lab) ||
	    !check_outputs(lab))
		return EXIT_USAGE;
	return -1;
}
