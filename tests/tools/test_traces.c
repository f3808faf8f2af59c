/* SPDX-License-Identifier: MIT */
/*
 * Which files are traces, what is said of the others, and where relative paths
 * begin.
 */
#include "testing.h"

#include <sys/stat.h>
#include <unistd.h>

#include "packets.h"
#include "traces.h"

static char directory[64];
static struct traces traces;
static char why[256];

static const char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

static void
put(const char *name, const void *bytes, size_t len)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static const struct silbo_trace *
get(const char *name, enum silbo_trace_kind kind)
{
	return traces_get(&traces, why, sizeof why, kind, path_of(name));
}

static int
begin(void **state)
{
	(void)state;
	snprintf(directory, sizeof directory, "/tmp/silbo-traces-XXXXXX");
	traces_init(&traces, NULL);
	return mkdtemp(directory) == NULL;
}

static int
end(void **state)
{
	char command[128];

	(void)state;
	traces_close(&traces);
	snprintf(command, sizeof command, "rm -rf %s", directory);
	return system(command);
}

static void
files_are_read_once_per_kind(void **state)
{
	const struct silbo_trace *trace, *same;

	(void)state;
	put("t", "1\n0\n1\n", 6);
	trace = get("t", SILBO_TRACE_LOSS);
	assert_non_null(trace);
	assert_int_equal(trace->count, 3);
	put("t", "x\n", 2); /* nobody looks again */
	same = get("t", SILBO_TRACE_LOSS);
	assert_ptr_equal(trace, same);
	assert_null(get("t", SILBO_TRACE_RATE));
	assert_int_equal(traces.count, 1);
}

static void
what_is_no_trace_is_refused_by_name_line_and_form(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		enum silbo_trace_kind kind;
		const char *why;
	} rows[] = {
	    {"", 0, SILBO_TRACE_LOSS, "is empty"},
	    {"\n# nothing\n", 11, SILBO_TRACE_LOSS, "is empty"},
	    {"0\n2\n", 4, SILBO_TRACE_LOSS, "line 2: expected"},
	    {"0\n1\0", 4, SILBO_TRACE_LOSS, "line"},
	    {"\x7f"
	     "ELF\1\1\1\0\0",
		9, SILBO_TRACE_DELAY, "this is binary"},
	    {"-5\n", 3, SILBO_TRACE_DELAY, "line 1: expected a whole number"},
	    {"1\n2\n60000001\n", 13, SILBO_TRACE_TABLE, "line 3: expected"},
	    {"5\n4\n", 4, SILBO_TRACE_RATE, "line 2: expected"},
	    {"0\n0\n", 4, SILBO_TRACE_RATE, "a last value above 0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[16];

		snprintf(name, sizeof name, "bad%zu", i);
		put(name, rows[i].text, rows[i].len);
		if (get(name, rows[i].kind) != NULL)
			fail_msg("row %zu was taken", i);
		if (strstr(why, rows[i].why) == NULL ||
		    strstr(why, path_of(name)) == NULL)
			fail_msg("row %zu: %s", i, why);
	}
	assert_int_equal(traces.count, 0);
}

/* 3 did not come; 2 was 7 ms later than the fastest, and came twice. */
static const char log_text[] =
    PACKETS_HEAD "\n1000000,ab,DATA,1,20000000,50,accepted,0,64\n"
		 "1500000,,,,,9,drop_short,0,64\n"
		 "1600000,ab,INFO,1,,90,accepted,0,64\n"
		 "48000000,ab,DATA,2,60000000,50,accepted,0,64\n"
		 "49000000,ab,DATA,2,,50,drop_duplicate,0,64\n"
		 "81000000,ab,DATA,4,100000000,50,accepted,0,64\n"
		 "82000000,cd,DATA,900,100000000,50,accepted,0,64\n";

static void
what_recv_recorded_is_a_trace_of_loss_and_of_delay(void **state)
{
	static const int64_t delays[] = {0, 7000000, SILBO_TRACE_LOST, 0};
	const struct silbo_trace *trace;

	(void)state;
	put("log", log_text, sizeof log_text - 1);
	trace = get("log", SILBO_TRACE_DELAY);
	if (trace == NULL)
		fail_msg("%s", why);
	assert_int_equal(trace->count, 4);
	assert_memory_equal(trace->values, delays, sizeof delays);
	trace = get("log", SILBO_TRACE_LOSS);
	assert_non_null(trace);
	assert_int_equal(trace->count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(
		    trace->values[i], i == 2 ? SILBO_TRACE_LOST : 0);
	/* It says nothing of rates, and samples are of delays alone. */
	assert_null(get("log", SILBO_TRACE_RATE));
	assert_null(get("log", SILBO_TRACE_TABLE));
}

static void
a_log_that_is_not_whole_is_refused_by_name_and_line(void **state)
{
	static const struct {
		const char *rest, *why;
	} rows[] = {
	    {"5,aa,DATA,3", "line 3: expected the 9 fields time_ns,"},
	    {"5,aa,DATA,3,4,5,accepted,0,64,9\n", "line 3: expected the 9"},
	    {"x,aa,DATA,3,4,5,accepted,0,64\n", "line 3: a number that"},
	    {"5,aa,DATA,3,4x,5,accepted,0,64\n", "line 3: a number that"},
	    {"5,aa,DATA,3,99999999999999999999,5,accepted,0,64\n",
		"line 3: a number that cannot be"},
	    {"5,,DATA,3,4,5,accepted,0,64\n", "line 3: expected the id of"},
	    {"", "no two DATA of one stream"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[16], text[256];

		snprintf(name, sizeof name, "log%zu", i);
		snprintf(text, sizeof text, "%s%s%s", PACKETS_HEAD "\n",
		    "1,aa,DATA,1,20,50,accepted,0,64\n", rows[i].rest);
		put(name, text, strlen(text));
		if (get(name, SILBO_TRACE_LOSS) != NULL)
			fail_msg("row %zu was taken", i);
		if (strstr(why, rows[i].why) == NULL ||
		    strstr(why, path_of(name)) == NULL)
			fail_msg("row %zu: %s", i, why);
	}
}

/* Before a byte of them is read: this test has no time for 10 GB. */
static void
what_is_no_plain_file_or_too_large_is_not_opened_for_long(void **state)
{
	(void)state;
	put("huge", "0", 1);
	assert_int_equal(truncate(path_of("huge"), 10000000000), 0);
	assert_null(get("huge", SILBO_TRACE_LOSS));
	assert_non_null(strstr(why, "it has more than 128 MiB"));
	assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
	assert_null(get("pipe", SILBO_TRACE_LOSS));
	assert_non_null(strstr(why, "it is not a regular file"));
	assert_null(get("", SILBO_TRACE_LOSS));
	assert_non_null(strstr(why, "it is a directory"));
	assert_null(get("nowhere", SILBO_TRACE_LOSS));
	assert_non_null(strstr(why, "No such file"));
}

static void
too_many_values_are_refused_without_keeping_them(void **state)
{
	const size_t len = SILBO_TRACE_VALUES_MAX + 1;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, '0', len);
	for (size_t i = 1000; i < len; i += 1000)
		text[i] = '\n';
	put("many", text, len);
	assert_non_null(get("many", SILBO_TRACE_LOSS)); /* ends of lines */
	for (size_t i = 1000; i < len; i += 1000)
		text[i] = '0';
	for (size_t i = 0; i < 64; i++)
		text[i * 60000] = '\n';
	text = realloc(text, len + 400);
	assert_non_null(text);
	memset(text + len, '0', 400);
	for (size_t i = 0; i * 60000 < len; i++)
		text[i * 60000] = '\n';
	put("more", text, len + 400);
	free(text);
	assert_null(get("more", SILBO_TRACE_LOSS));
	assert_non_null(strstr(why, "has more than 16777216 values"));
}

static void
there_is_room_for_so_many_files(void **state)
{
	char name[16];

	(void)state;
	for (int i = 0; i <= TRACES_MAX; i++) {
		snprintf(name, sizeof name, "t%d", i);
		put(name, "0\n", 2);
		if ((get(name, SILBO_TRACE_LOSS) != NULL) != (i < TRACES_MAX))
			fail_msg("file %d", i);
	}
	assert_non_null(strstr(why, "more than 32 traces"));
}

static void
relative_paths_begin_in_the_directory_that_was_given(void **state)
{
	char longest[600];

	(void)state;
	put("t", "1\n", 2);
	traces_init(&traces, directory);
	assert_non_null(
	    traces_get(&traces, why, sizeof why, SILBO_TRACE_LOSS, "t"));
	assert_non_null(traces_get(
	    &traces, why, sizeof why, SILBO_TRACE_LOSS, path_of("t")));
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_null(
	    traces_get(&traces, why, sizeof why, SILBO_TRACE_LOSS, longest));
	assert_non_null(strstr(why, "too long"));
	longest[255] = '\0';
	assert_null(
	    traces_get(&traces, why, sizeof why, SILBO_TRACE_LOSS, longest));
	assert_non_null(strstr(why, "...': No such file"));
}

#define IN_DIRECTORY(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_DIRECTORY(files_are_read_once_per_kind),
	    IN_DIRECTORY(what_is_no_trace_is_refused_by_name_line_and_form),
	    IN_DIRECTORY(what_recv_recorded_is_a_trace_of_loss_and_of_delay),
	    IN_DIRECTORY(a_log_that_is_not_whole_is_refused_by_name_and_line),
	    IN_DIRECTORY(
		what_is_no_plain_file_or_too_large_is_not_opened_for_long),
	    IN_DIRECTORY(too_many_values_are_refused_without_keeping_them),
	    IN_DIRECTORY(there_is_room_for_so_many_files),
	    IN_DIRECTORY(relative_paths_begin_in_the_directory_that_was_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
