/* SPDX-License-Identifier: MIT */
/*
 * silbo_bench: rounds, medians, and JSON lines.  What is measured stands in
 * cases_*.c.
 *
 *   silbo_bench [--list] [--filter GROUP] [--rounds N]
 *   silbo_bench --count NAME      ten rounds of one case, for callgrind
 *   silbo_bench --timer MS COUNT  lateness of a bare timer loop
 */
#include <err.h>
#include <sys/prctl.h>
#include <time.h>

#include <sodium.h>

#include "bench.h"

#define CASES_MAX 64
#define ROUNDS_DEFAULT 101
#define ROUNDS_MAX 10001
#define COUNTED_ROUNDS 10

struct row {
	const struct bench_case *what;
	size_t baseline; /* row of its group's */
	double *ns;      /* per operation, by round */
	double *ratio;
};

static struct row rows[CASES_MAX];
static size_t rows_count;

static uint64_t
read_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int
compare(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* Sorts what it is given. */
static double
median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

static void
add_cases(const struct bench_case *cases, const char *filter)
{
	/* By groups: a case without its baseline has no ratio. */
	for (; cases->name != NULL; cases++) {
		if (filter != NULL && strstr(cases->group, filter) == NULL)
			continue;
		bench_check(rows_count < CASES_MAX);
		rows[rows_count++].what = cases;
	}
}

static size_t
find_baseline(const struct bench_case *what)
{
	for (size_t i = 0; i < rows_count; i++)
		if (rows[i].what->is_baseline &&
		    strcmp(rows[i].what->group, what->group) == 0)
			return i;
	errx(1, "no baseline for %s", what->group);
}

static void
run_rounds(size_t rounds)
{
	for (size_t round = 0; round < rounds; round++) {
		for (size_t i = 0; i < rows_count; i++) {
			struct row *row = &rows[(round + i) % rows_count];
			uint64_t start;

			row->what->prepare();
			start = read_clock();
			row->what->run();
			row->ns[round] =
			    (double)(read_clock() - start) / row->what->ops;
		}
		for (size_t i = 0; i < rows_count; i++)
			rows[i].ratio[round] = rows[i].ns[round] /
			    rows[rows[i].baseline].ns[round];
	}
}

static void
print_row(struct row *row, size_t rounds)
{
	double med = median(row->ns, rounds);

	printf("{\"group\":\"%s\",\"name\":\"%s\",\"ns_med\":%.1f,"
	       "\"ns_min\":%.1f,\"ratio_med\":%.3f,\"baseline\":\"%s\","
	       "\"rounds\":%zu,\"ops\":%u}\n",
	    row->what->group, row->what->name, med, row->ns[0],
	    median(row->ratio, rounds), rows[row->baseline].what->name, rounds,
	    row->what->ops);
}

static void
compare_all(size_t rounds)
{
	for (size_t i = 0; i < rows_count; i++) {
		rows[i].ns = calloc(rounds, sizeof(double));
		rows[i].ratio = calloc(rounds, sizeof(double));
		bench_check(rows[i].ns != NULL && rows[i].ratio != NULL);
		rows[i].baseline = find_baseline(rows[i].what);
	}
	run_rounds(rounds);
	for (size_t i = 0; i < rows_count; i++)
		print_row(&rows[i], rounds);
	for (size_t i = 0; i < rows_count; i++) {
		free(rows[i].ns);
		free(rows[i].ratio);
	}
}

/* Under callgrind, which collects inside the run function alone. */
static void
count(const char *name)
{
	for (size_t i = 0; i < rows_count; i++) {
		const struct bench_case *c = rows[i].what;
		char full[128];

		snprintf(full, sizeof(full), "%s/%s", c->group, c->name);
		if (strcmp(full, name) != 0)
			continue;
		for (int round = 0; round < COUNTED_ROUNDS; round++) {
			c->prepare();
			c->run();
		}
		printf("%u\n", c->ops * COUNTED_ROUNDS);
		return;
	}
	errx(2, "no case %s", name);
}

/* How late an absolute timer is that does nothing else, median in ns. */
static void
time_timer(uint64_t period_ns, size_t ticks)
{
	double *late = calloc(ticks, sizeof(*late));
	uint64_t due = read_clock();

	bench_check(late != NULL && ticks > 0);
	/* As the sender does: else the kernel adds 50 us of its own. */
	bench_check(prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0) == 0);
	for (size_t i = 0; i < ticks; i++) {
		struct timespec t;

		due += period_ns;
		t.tv_sec = (time_t)(due / 1000000000u);
		t.tv_nsec = (long)(due % 1000000000u);
		while (clock_nanosleep(
			   CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) != 0)
			;
		late[i] = (double)(read_clock() - due);
	}
	printf("%.0f\n", median(late, ticks));
	free(late);
}

static unsigned long
number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value == 0 || value > ROUNDS_MAX)
		errx(2, "not a count from 1 to %d: %s", ROUNDS_MAX, text);
	return value;
}

int
main(int argc, char **argv)
{
	const char *filter = NULL, *counted = NULL;
	size_t rounds = ROUNDS_DEFAULT;
	bool list = false;

	bench_check(sodium_init() >= 0);
	if (argc == 4 && strcmp(argv[1], "--timer") == 0) {
		time_timer(number(argv[2]) * 1000000u, number(argv[3]));
		return 0;
	}
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--list") == 0)
			list = true;
		else if (strcmp(argv[i], "--filter") == 0 && i + 1 < argc)
			filter = argv[++i];
		else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
			rounds = number(argv[++i]);
		else if (strcmp(argv[i], "--count") == 0 && i + 1 < argc)
			counted = argv[++i];
		else
			errx(2, "see the head of bench.c");
	}
	add_cases(bench_seal, filter);
	add_cases(bench_core, filter);
	add_cases(bench_sim, filter);
	add_cases(bench_trial, filter);
	add_cases(bench_codec, filter);
	for (size_t i = 0; list && i < rows_count; i++)
		printf("%s/%s\n", rows[i].what->group, rows[i].what->name);
	if (counted != NULL)
		count(counted);
	else if (!list)
		compare_all(rounds);
	return 0;
}
