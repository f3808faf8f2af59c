/* SPDX-License-Identifier: MIT */
/*
 * Runs one fuzzer over the files of a folder, in the order of their names: so
 * every input that once was of interest is run in every test run, with any
 * compiler and without libFuzzer.  An empty folder is a failure.
 */
#include <dirent.h>
#include <err.h>

#include "fuzz.h"

#define INPUT_MAX 65536

static int
is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* In memory of exactly its size, so that a read behind it is seen. */
static void
run_file(const char *path)
{
	static uint8_t buf[INPUT_MAX + 1];
	FILE *file = fopen(path, "rb");
	uint8_t *in;
	size_t len;

	if (file == NULL)
		err(1, "%s", path);
	len = fread(buf, 1, sizeof(buf), file);
	if (ferror(file))
		err(1, "%s", path);
	if (len > INPUT_MAX)
		errx(1, "%s: larger than %d bytes", path, INPUT_MAX);
	fclose(file);
	in = malloc(len > 0 ? len : 1);
	if (in == NULL)
		err(1, "malloc");
	memcpy(in, buf, len);
	/* What fails, fails by abort: leave its name in the log. */
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(in, len);
	free(in);
}

int
main(int argc, char **argv)
{
	struct dirent **files;
	char path[4096];
	int count;

	if (argc != 2)
		errx(2, "usage: replay_TARGET FOLDER");
	count = scandir(argv[1], &files, is_file, alphasort);
	if (count < 0)
		err(1, "%s", argv[1]);
	if (count == 0)
		errx(1, "%s: nothing to replay", argv[1]);
	for (int i = 0; i < count; i++) {
		snprintf(
		    path, sizeof(path), "%s/%s", argv[1], files[i]->d_name);
		run_file(path);
		free(files[i]);
	}
	free(files);
	printf("%d inputs\n", count);
	return 0;
}
