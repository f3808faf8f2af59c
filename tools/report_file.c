/* SPDX-License-Identifier: MIT */
/*
 * Decides how the JSON report reaches its file: whole or not at all.  Does not
 * know what is in it.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "report.h"
#include "report_build.h"
#include "run.h"

/* Every value is rounded before; 15 digits print what was meant. */
#define FORMAT (JSON_COMPACT | JSON_REAL_PRECISION(15))

/* Signals that may interrupt it. */
#define TRIES 100

/* Returns 0, or -1 with errno. */
static int
write_stream(FILE *out, const json_t *root)
{
	if (json_dumpf(root, out, FORMAT) != 0 || fputc('\n', out) == EOF ||
	    fflush(out) != 0)
		return -1;
	return 0;
}

static int
write_path(const char *path, const json_t *root)
{
	FILE *out = fopen(path, "we");
	int status, reason;

	if (out == NULL)
		return -1;
	status = write_stream(out, root);
	reason = errno;
	if (fclose(out) != 0 && status == 0)
		return -1;
	errno = reason;
	return status;
}

static int
write_and_rename(const char *path, const json_t *root)
{
	char part[PATH_MAX];
	int reason;

	if ((size_t)snprintf(part, sizeof(part), "%s.part", path) >=
	    sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (write_path(part, root) == 0 && rename(part, path) == 0)
		return 0;
	reason = errno;
	unlink(part);
	errno = reason;
	return -1;
}

/* A pipe, a device or a link is written to, not replaced. */
static bool
may_be_replaced(const char *path)
{
	struct stat file;

	return lstat(path, &file) != 0 || S_ISREG(file.st_mode);
}

/* A file takes it at once; a pipe has a reader when it has one. */
bool
report_may_wait(const char *path)
{
	struct stat st;
	int err = strcmp(path, "-") == 0 ? fstat(STDOUT_FILENO, &st)
					 : stat(path, &st);

	return err == 0 && !S_ISREG(st.st_mode);
}

int
build_write(const char *path, const json_t *root)
{
	bool replaces = may_be_replaced(path);
	int status, tries = 0;

	if (report_may_wait(path))
		run_let_signals_quit();
	if (strcmp(path, "-") == 0)
		return write_stream(stdout, root);
	/* What is written to a file can be written again. */
	do
		status = replaces ? write_and_rename(path, root)
				  : write_path(path, root);
	while (status < 0 && errno == EINTR && tries++ < TRIES);
	return status;
}

int
report_json(const char *path, const struct report *report)
{
	struct builder builder = {.failed = false};
	json_t *root = build_report(&builder, report);
	int status, reason;

	if (builder.failed) {
		json_decref(root);
		errno = ENOMEM;
		return -1;
	}
	status = build_write(path, root);
	reason = errno;
	json_decref(root);
	errno = reason;
	return status;
}

bool
report_check(const char *path)
{
	return report_check_other(path, "the report", "--json");
}

bool
report_check_other(const char *path, const char *what, const char *option)
{
	char directory[4096] = ".", quoted[256];
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;
	struct stat st;

	if (path == NULL || strcmp(path, "-") == 0)
		return true;
	if (slash != NULL && (size_t)(slash - path) < sizeof(directory) - 1)
		snprintf(directory, sizeof(directory), "%.*s",
		    slash == path ? 1 : (int)(slash - path), path);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		errno = EISDIR;
	else if (access(path, W_OK) == 0 ||
	    (errno == ENOENT && access(directory, W_OK | X_OK) == 0))
		return true;
	cli_error("cannot write %s to '%s': %s", what,
	    cli_quote(quoted, sizeof(quoted), path), strerror(errno));
	cli_hint("choose another place with %s", option);
	return false;
}
