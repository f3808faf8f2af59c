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

/* Runs that broke a promise, and how many. */
static uint64_t
count_failures(const struct lab *lab)
{
	uint64_t failed = 0;

	for (size_t p = 0; p < lab->points; p++)
		failed += lab->means[p].failed;
	return failed;
}

static void
tell_soak(const struct lab *lab, uint64_t failed)
{
	uint64_t runs = failed;

	for (size_t p = 0; p < lab->points; p++) {
		runs += lab->means[p].runs;
		if (lab->means[p].failed > 0)
			printf("point %zu: %" PRIu64 " runs failed; %s\n",
			    p + 1, lab->means[p].failed, lab->means[p].failure);
	}
	printf("%" PRIu64 " runs, %" PRIu64 " failed\n", runs, failed);
}

static int
tell(struct lab *lab)
{
	uint64_t failed;
	int status = EXIT_DONE;

	lab_means(lab);
	failed = count_failures(lab);
	if (lab->soak)
		tell_soak(lab, failed);
	else if (!(lab->csv_path != NULL && strcmp(lab->csv_path, "-") == 0) &&
	    !(lab->json_path != NULL && strcmp(lab->json_path, "-") == 0))
		lab_table(stdout, lab);
	if (lab_csv(lab) < 0 || lab_json(lab) < 0 || fflush(stdout) != 0) {
		cli_error("cannot write what came out: %s", strerror(errno));
		status = EXIT_RUNTIME;
	}
	if (failed > 0) {
		cli_error(
		    "%" PRIu64 " run%s failed", failed, failed == 1 ? "" : "s");
		status = EXIT_RUNTIME;
	}
	for (size_t i = 0; i < lab->points * lab->seeds; i++)
		if (!lab->done[i])
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
	scenario_close(&lab.scenario);
	return status;
}
