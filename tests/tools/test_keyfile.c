/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio_ext.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "capture.h"
#include "cli.h"
#include "keyfile.h"

/* 32 bytes of 0 and of 0xff; their ids come from silbo_key_init. */
#define LINE_0 "silbo1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
#define LINE_F "silbo1://///////////////////////////////////////////=\n"
#define LINE_F_RIGHT "silbo1://////////////////////////////////////////8=\n"

static char directory[] = "/tmp/silbo-keyfile-XXXXXX";

/* Every test works in a new directory, which is empty again at its end. */
static int
enter_directory(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/silbo-keyfile-XXXXXX");
	if (mkdtemp(directory) == NULL || chdir(directory) != 0)
		return -1;
	cli_set_program("silbo test");
	return sodium_init() < 0 ? -1 : 0;
}

static int
leave_directory(void **state)
{
	(void)state;
	unlink("k");
	unlink("k2");
	return chdir("/") != 0 || rmdir(directory) != 0;
}

static void
put_file(const char *name, const char *text, size_t len, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

/* Reads "k"; what was said is in err->text. */
static size_t
read_keys(struct silbo_key keys[SILBO_KEYS_MAX], struct capture *err,
    const char *name)
{
	size_t count;

	capture_begin(err, stderr);
	count = keyfile_read(keys, name);
	capture_end(err);
	return count;
}

static void
a_private_file_gives_its_keys_in_order(void **state)
{
	static const char text[] = "# comment\n\n" LINE_0 LINE_F_RIGHT;
	uint8_t master[SILBO_KEY_MASTER_BYTES];
	struct silbo_key keys[SILBO_KEYS_MAX], expected;
	struct capture err;
	char id[9], id_expected[9];

	(void)state;
	put_file("k", text, sizeof(text) - 1, 0600);
	assert_int_equal(symlink("k", "k2"), 0);
	for (int link = 0; link < 2; link++) {
		assert_int_equal(read_keys(keys, &err, link ? "k2" : "k"), 2);
		assert_string_equal(err.text, "");
		for (int i = 0; i < 2; i++) {
			memset(master, i == 0 ? 0 : 0xff, sizeof(master));
			silbo_key_init(&expected, master);
			assert_memory_equal(
			    &keys[i], &expected, sizeof(expected));
		}
	}
	snprintf(id_expected, sizeof(id_expected), "%02x%02x%02x%02x",
	    keys[0].id[0], keys[0].id[1], keys[0].id[2], keys[0].id[3]);
	assert_string_equal(keyfile_id(id, &keys[0]), id_expected);
}

static void
a_file_that_others_may_use_is_refused(void **state)
{
	static const struct {
		mode_t mode;
		bool accepted;
	} rows[] = {
	    {0600, true},
	    {0400, true},
	    {0700, true},
	    {0640, false},
	    {0620, false},
	    {0610, false},
	    {0604, false},
	    {0602, false},
	    {0601, false},
	    {0644, false},
	    {0666, false},
	};
	struct silbo_key keys[SILBO_KEYS_MAX];
	struct capture err;
	char expected[512];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_file("k", LINE_0, strlen(LINE_0), rows[i].mode);
		if (read_keys(keys, &err, "k") != rows[i].accepted)
			fail_msg(
			    "row %zu: mode %04o", i, (unsigned)rows[i].mode);
		snprintf(expected, sizeof(expected),
		    "silbo test: key file 'k' is open to others (mode %04o)\n"
		    "  hint: chmod 600 'k', and if others could read it, make "
		    "a new key\n",
		    (unsigned)rows[i].mode);
		assert_string_equal(err.text, rows[i].accepted ? "" : expected);
	}
}

static void
what_is_malformed_is_named_by_its_line(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
	    {"# c\n\nsecret\n", "line 3: not a key"},
	    {LINE_0 "silbo1:AAAA\n", "line 2: not a key"},
	    {LINE_F, "line 1: not a key"}, /* spare bits set */
	    {"silbo2:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"line 1: not a key"},
	    {LINE_0 LINE_0 LINE_0 LINE_0 LINE_0,
		"line 5: a file holds up to 4 keys"},
	    {"", "no key in key file 'k'"},
	    {"# only words\n", "no key in key file 'k'"},
	};
	struct silbo_key keys[SILBO_KEYS_MAX];
	struct capture err;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_file("k", rows[i].text, strlen(rows[i].text), 0600);
		if (read_keys(keys, &err, "k") != 0 ||
		    strstr(err.text, rows[i].message) == NULL ||
		    strstr(err.text, "\n  hint: ") == NULL)
			fail_msg("row %zu: '%s'", i, err.text);
		assert_null(strstr(err.text, "AAAA"));
	}
}

static void
a_file_of_4096_bytes_is_read_and_a_larger_one_refused(void **state)
{
	struct silbo_key keys[SILBO_KEYS_MAX];
	char text[SILBO_KEY_FILE_BYTES_MAX + 1];
	struct capture err;

	(void)state;
	memset(text, '\n', sizeof(text));
	memcpy(text, LINE_0, strlen(LINE_0));
	put_file("k", text, sizeof(text) - 1, 0600);
	assert_int_equal(read_keys(keys, &err, "k"), 1);
	put_file("k", text, sizeof(text), 0600);
	assert_int_equal(read_keys(keys, &err, "k"), 0);
	assert_string_equal(
	    err.text, "silbo test: key file 'k' is larger than 4096 bytes\n");
}

static void
what_is_no_regular_file_is_refused_without_waiting(void **state)
{
	struct silbo_key keys[SILBO_KEYS_MAX];
	struct capture err;

	(void)state;
	assert_int_equal(mkfifo("k", 0600), 0);
	alarm(10); /* a read that waits must not hang the test */
	assert_int_equal(read_keys(keys, &err, "k"), 0);
	alarm(0);
	assert_string_equal(
	    err.text, "silbo test: key file 'k' is not a regular file\n");
	assert_int_equal(read_keys(keys, &err, "/dev/zero"), 0);
	assert_string_equal(err.text,
	    "silbo test: key file '/dev/zero' is not a regular file\n");
	assert_int_equal(read_keys(keys, &err, directory), 0);
	assert_non_null(strstr(err.text, "is not a regular file"));
}

static void
a_missing_file_is_answered_with_the_way_to_make_one(void **state)
{
	struct silbo_key keys[SILBO_KEYS_MAX];
	struct capture err;

	(void)state;
	assert_int_equal(read_keys(keys, &err, "no\x1b.key"), 0);
	assert_string_equal(err.text,
	    "silbo test: cannot open key file 'no\\x1b.key': No such file or "
	    "directory\n  hint: 'silbo keygen -o no\\x1b.key' makes one\n");
}

static void
holding_a_key_forbids_core_files_and_being_watched(void **state)
{
	struct silbo_key keys[SILBO_KEYS_MAX];
	struct capture err;
	struct rlimit core;

	(void)state;
	put_file("k", LINE_0, strlen(LINE_0), 0600);
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	assert_int_equal(read_keys(keys, &err, "k"), 1);
	assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
	assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
	assert_int_equal(core.rlim_cur, 0);
}

/* What cannot be locked is named once, and only to who asks for details. */
static void
a_lock_that_fails_is_told_once_at_v(void **state)
{
	struct rlimit old, less = {0, 0};
	struct capture err;
	void *nothing = (void *)(uintptr_t)4096; /* no memory there */

	(void)state;
	if (mlock(nothing, 1) == 0) {
		print_message("NOT CHECKED: sanitizers lock no memory\n");
		skip();
	}
	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &old), 0);
	less.rlim_max = old.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &less), 0);
	cli_set_verbose(true);
	capture_begin(&err, stderr);
	keyfile_lock(nothing, 5000);
	keyfile_lock(nothing, 5000);
	capture_end(&err);
	cli_set_verbose(false);
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &old), 0);
	assert_non_null(strstr(err.text,
	    "keys may be swapped out: cannot lock 5 KiB of memory: "));
	assert_non_null(strstr(err.text, "ulimit -l"));
	assert_ptr_equal(strchr(err.text, '\n'), strrchr(err.text, '\n'));
}

struct result {
	int status;
	struct capture out, err;
};

static void
keygen(struct result *result, const char *a, const char *b)
{
	char words[3][64] = {"keygen", "", ""};
	char *argv[] = {words[0], words[1], words[2], NULL};
	int argc = 1 + (a != NULL) + (b != NULL);

	snprintf(words[1], sizeof(words[1]), "%s", a != NULL ? a : "");
	snprintf(words[2], sizeof(words[2]), "%s", b != NULL ? b : "");
	argv[argc] = NULL;
	capture_begin(&result->out, stdout);
	capture_begin(&result->err, stderr);
	result->status = keygen_main(argc, argv);
	capture_end(&result->err);
	capture_end(&result->out);
}

static void
a_new_key_is_private_and_can_be_read_back(void **state)
{
	struct silbo_key keys[SILBO_KEYS_MAX], others[SILBO_KEYS_MAX];
	struct result result;
	struct stat file;
	char expected[32], id[9], text[256] = "";
	FILE *stream;

	(void)state;
	umask(0);
	keygen(&result, "-o", "k");
	umask(022);
	assert_int_equal(result.status, EXIT_DONE);
	assert_int_equal(stat("k", &file), 0);
	assert_int_equal(file.st_mode & 07777, 0600);
	assert_int_equal(read_keys(keys, &result.err, "k"), 1);
	keyfile_id(id, &keys[0]);
	snprintf(expected, sizeof(expected), "key id %s\n", id);
	assert_string_equal(result.out.text, expected);

	stream = fopen("k", "r");
	assert_non_null(stream);
	assert_non_null(fgets(text, sizeof(text), stream));
	fclose(stream);
	snprintf(expected, sizeof(expected), "# silbo key %s, keep", id);
	assert_memory_equal(text, expected, strlen(expected));

	keygen(&result, "-o", "k2");
	assert_int_equal(read_keys(others, &result.err, "k2"), 1);
	assert_memory_not_equal(keys[0].data, others[0].data, 32);
}

static void
an_existing_file_is_never_overwritten(void **state)
{
	struct silbo_key keys[SILBO_KEYS_MAX];
	struct result result;

	(void)state;
	put_file("k", LINE_0, strlen(LINE_0), 0600);
	keygen(&result, "-o", "k");
	assert_int_equal(result.status, EXIT_RUNTIME);
	assert_string_equal(result.err.text,
	    "silbo test: 'k' exists, and keys are never overwritten\n"
	    "  hint: choose another name, or remove it first\n");
	assert_string_equal(result.out.text, "");
	assert_int_equal(read_keys(keys, &result.err, "k"), 1);

	assert_int_equal(symlink("dangling", "k2"), 0);
	keygen(&result, "-o", "k2");
	assert_int_equal(result.status, EXIT_RUNTIME);
	assert_int_equal(access("dangling", F_OK), -1);
}

static void
keygen_says_what_is_missing(void **state)
{
	struct result result;

	(void)state;
	keygen(&result, "-o", "nowhere/k");
	assert_int_equal(result.status, EXIT_RUNTIME);
	assert_string_equal(result.err.text,
	    "silbo test: cannot make 'nowhere/k': No such file or directory\n"
	    "  hint: make its directory first\n");
	keygen(&result, NULL, NULL);
	assert_int_equal(result.status, EXIT_USAGE);
	keygen(&result, "-o", "-");
	assert_int_equal(result.status, EXIT_USAGE);
	assert_int_equal(access("-", F_OK), -1);
	keygen(&result, "k", NULL);
	assert_int_equal(result.status, EXIT_USAGE);
	assert_int_equal(access("k", F_OK), -1);
}

static void
a_half_made_file_is_removed(void **state)
{
	char words[3][8] = {"keygen", "-o", "k"};
	char *argv[] = {words[0], words[1], words[2], NULL};
	struct rlimit old, tight;
	void (*handler)(int);
	struct capture err;
	int status;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	handler = signal(SIGXFSZ, SIG_IGN);
	tight = old;
	tight.rlim_cur = 20; /* bytes: the first write comes back short */
	capture_begin(&err, stderr);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	status = keygen_main(3, argv);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	capture_end(&err);
	signal(SIGXFSZ, handler);
	assert_int_equal(status, EXIT_RUNTIME);
	assert_int_equal(access("k", F_OK), -1);
}

static void
a_key_whose_id_cannot_be_shown_is_not_left_behind(void **state)
{
	char words[3][8] = {"keygen", "-o", "k"};
	char *argv[] = {words[0], words[1], words[2], NULL};
	struct capture err;
	int full = open("/dev/full", O_WRONLY), saved = dup(STDOUT_FILENO);
	int status;

	(void)state;
	fflush(stdout);
	assert_true(full >= 0 && saved >= 0);
	capture_begin(&err, stderr);
	dup2(full, STDOUT_FILENO);
	status = keygen_main(3, argv);
	__fpurge(stdout);
	clearerr(stdout);
	dup2(saved, STDOUT_FILENO);
	capture_end(&err);
	close(full);
	close(saved);
	assert_int_equal(status, EXIT_RUNTIME);
	assert_string_equal(err.text,
	    "silbo test: cannot write to standard output: No space left on "
	    "device\n");
	assert_int_equal(access("k", F_OK), -1);
}

#define TEST(function)                   \
	cmocka_unit_test_setup_teardown( \
	    function, enter_directory, leave_directory)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_private_file_gives_its_keys_in_order),
	    TEST(a_file_that_others_may_use_is_refused),
	    TEST(what_is_malformed_is_named_by_its_line),
	    TEST(a_file_of_4096_bytes_is_read_and_a_larger_one_refused),
	    TEST(what_is_no_regular_file_is_refused_without_waiting),
	    TEST(a_missing_file_is_answered_with_the_way_to_make_one),
	    TEST(holding_a_key_forbids_core_files_and_being_watched),
	    TEST(a_lock_that_fails_is_told_once_at_v),
	    TEST(a_new_key_is_private_and_can_be_read_back),
	    TEST(an_existing_file_is_never_overwritten),
	    TEST(keygen_says_what_is_missing),
	    TEST(a_half_made_file_is_removed),
	    TEST(a_key_whose_id_cannot_be_shown_is_not_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
