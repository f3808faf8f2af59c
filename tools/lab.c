/* SPDX-License-Identifier: MIT */
/*
 * The order of silbo lab: plan, sound, runs, means, table.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "commands.h"
#include "lab.h"
#include "report.h"
#include "run.h"
#include "status.h"

static bool
open_results(struct lab *lab)
{
	size_t runs = lab->points * lab->seeds;

	lab->results = calloc(runs, sizeof(*lab->results));
	lab->done = calloc(runs, sizeof(*lab->done));
	lab->means = calloc(lab->points, sizeof(*lab->means));
	if (lab->results != NULL && lab->done != NULL && lab->means != NULL)
		return true;
	cli_error("not enough memory for %zu runs", runs);
	return false;
}

/* Runs that were not cut short by a signal. */
static uint64_t
count_done(const struct lab *lab)
{
	uint64_t done = 0;

	for (size_t i = 0; i < lab->points * lab->seeds; i++)
		done += lab->done[i];
	return done;
}

/* Of them, those that broke a promise. */
static uint64_t
count_failures(const struct lab *lab)
{
	uint64_t failed = 0;

	for (size_t p = 0; p < lab->points; p++)
		failed += lab->means[p].failed;
	return failed;
}

static bool
is_stdout(const char *path)
{
	return path != NULL && strcmp(path, "-") == 0;
}

/* What is for people, unless the standard output is taken. */
static void
tell_people(const struct lab *lab, uint64_t done, uint64_t failed)
{
	if (is_stdout(lab->csv_path) || is_stdout(lab->json_path))
		return;
	if (!lab->soak) {
		lab_table(stdout, lab);
		return;
	}
	lab_failures(stdout, lab);
	printf("%" PRIu64 " runs, %" PRIu64 " failed\n", done, failed);
}

static int
write_file(int result, const char *what, const char *path)
{
	char quoted[256];

	if (result == 0)
		return EXIT_DONE;
	cli_error("cannot write the %s '%s': %s", what,
	    cli_quote(quoted, sizeof quoted, path), strerror(errno));
	return EXIT_RUNTIME;
}

static int
tell(struct lab *lab)
{
	int status = EXIT_DONE;
	uint64_t done = count_done(lab), failed;

	lab_means(lab);
	failed = count_failures(lab);
	tell_people(lab, done, failed);
	if (fflush(stdout) != 0) {
		cli_error("cannot write the table: %s", strerror(errno));
		status = EXIT_RUNTIME;
	}
	/* What waits for its reader can be ended. */
	if (lab->csv_path != NULL && report_may_wait(lab->csv_path))
		run_let_signals_quit();
	if (write_file(lab_csv(lab), "CSV", lab->csv_path) != EXIT_DONE ||
	    write_file(lab_json(lab), "JSON", lab->json_path) != EXIT_DONE)
		status = EXIT_RUNTIME;
	if (failed > 0) {
		cli_error(
		    "%" PRIu64 " run%s failed", failed, failed == 1 ? "" : "s");
		status = EXIT_RUNTIME;
	}
	if (done < lab->points * lab->seeds)
		status = EXIT_RUNTIME;
	return status;
}

int
lab_main(int argc, char *const *argv)
{
	static struct lab lab;
	int status = lab_options(&lab, argc, argv);

	if (status < 0) {
		status_init(lab.quiet);
		status = EXIT_RUNTIME;
		if (open_results(&lab) && lab_sound_open(&lab) &&
		    lab_jobs(&lab))
			status = tell(&lab);
	}
	lab_sound_close(&lab.sound);
	free(lab.results);
	free(lab.done);
	free(lab.means);
	free(lab.replay_values);
	scenario_close(&lab.scenario);
	return status;
}
