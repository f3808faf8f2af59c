/* SPDX-License-Identifier: MIT */
/*
 * Catch what a function writes to stdout or stderr, through a temporary file.
 */
#ifndef SILBO_TESTS_TOOLS_CAPTURE_H
#define SILBO_TESTS_TOOLS_CAPTURE_H

#include <stdio.h>
#include <unistd.h>

struct capture {
	FILE *stream; /* stdout or stderr */
	FILE *file;
	int saved; /* where the stream went before */
	char text[16384];
};

static inline void
capture_begin(struct capture *capture, FILE *stream)
{
	capture->stream = stream;
	fflush(stream);
	capture->file = tmpfile();
	assert_non_null(capture->file);
	capture->saved = dup(fileno(stream));
	assert_true(capture->saved >= 0);
	assert_true(dup2(fileno(capture->file), fileno(stream)) >= 0);
}

/* Returns what was written, in capture->text. */
static inline const char *
capture_end(struct capture *capture)
{
	size_t n;

	fflush(capture->stream);
	dup2(capture->saved, fileno(capture->stream));
	close(capture->saved);
	rewind(capture->file);
	n = fread(capture->text, 1, sizeof(capture->text) - 1, capture->file);
	capture->text[n] = '\0';
	fclose(capture->file);
	return capture->text;
}

#endif
