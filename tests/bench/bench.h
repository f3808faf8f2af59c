/* SPDX-License-Identifier: MIT */
/*
 * A bench in which every figure is a comparison.  A round runs every case once,
 * in an order that rotates; the ratio of a case to the baseline of its group is
 * taken inside each round, and its median over the rounds is what repeats from
 * one run to the next, on a busy machine too.  Nanoseconds alone do not.
 */
#ifndef SILBO_TESTS_BENCH_H
#define SILBO_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BENCH_BATCH 256 /* datagrams: a batch stays far below a millisecond */

/* A case prepares, untimed, then runs ops operations. */
struct bench_case {
	const char *group, *name;
	bool is_baseline; /* one in each group */
	unsigned ops;
	void (*prepare)(void);
	void (*run)(void);
};

/* Ends with a case without name. */
extern const struct bench_case bench_seal[], bench_core[], bench_sim[],
    bench_trial[], bench_codec[];

/* The bench measures what works: anything else is no figure. */
#define bench_check(truth)                                               \
	do {                                                             \
		if (!(truth)) {                                          \
			fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, \
			    __LINE__, #truth);                           \
			exit(1);                                         \
		}                                                        \
	} while (0)

/* Run functions are named by the script that counts instructions. */
#define BENCH_RUN static __attribute__((noinline)) void

#endif
