/* SPDX-License-Identifier: MIT */
/*
 * Every rule of the track, as numbered stories and the figures they end with.
 */
#ifndef SILBO_TESTS_TRACK_ROWS_H
#define SILBO_TESTS_TRACK_ROWS_H

#include <stdint.h>

#define WINDOW 64

/*
 * What happens, in words divided by blanks; T is 1 s, the window 64 numbers:
 *
 *   7      number 7 arrives          f7   on_first(7)
 *   n7     on_next(7)                j7   on_joined(7)
 *   +900   900 ms pass, on_time      ~900 900 ms pass and nobody calls
 *
 * Verdicts, one letter per arrival: Accepted, Late_final, Duplicate, Old.
 */
struct row {
	int number;
	const char *title;
	const char *script;
	const char *verdicts;
	uint64_t first, next, unique, lost, pending;
	uint64_t duplicate, late_final, too_old;
	uint64_t reordered, extent_max, runs, run_max;
};

/* clang-format off */
static const struct row rows[] = {
	/* first next  unique lost pending  dup late old  reord ext  runs max */
	{1, "in order", "0 1 2 3", "AAAA",
	    0, 4,  4, 0, 0,  0, 0, 0,  0, 0,  0, 0},
	{2, "a gap is pending", "f0 0 2", "AA",
	    0, 3,  2, 0, 1,  0, 0, 0,  0, 0,  0, 0},
	{3, "and lost when T has passed", "f0 0 2 +1003", "AA",
	    0, 3,  2, 1, 0,  0, 0, 0,  0, 0,  1, 1},
	{4, "but not before T", "f0 0 2 +1000", "AA",
	    0, 3,  2, 0, 1,  0, 0, 0,  0, 0,  0, 0},
	{5, "two gaps are two runs", "f0 0 3 5 +1003", "AAA",
	    0, 6,  3, 3, 0,  0, 0, 0,  0, 0,  2, 2},
	{6, "gaps age one by one", "f0 0 2 +500 4 +600", "AAA",
	    0, 5,  3, 1, 1,  0, 0, 0,  0, 0,  1, 1},
	{7, "a run ends with the next number", "f0 0 n5 +1003 5 n7 +1003", "AA",
	    0, 7,  2, 5, 0,  0, 0, 0,  0, 0,  2, 4},

	{10, "neighbours swapped", "f0 0 2 1", "AAA",
	    0, 3,  3, 0, 0,  0, 0, 0,  1, 1,  0, 0},
	{11, "one overtakes three", "f0 0 4 1 2 3", "AAAAA",
	    0, 5,  5, 0, 0,  0, 0, 0,  3, 3,  0, 0},
	{12, "one overtaken by three", "f0 0 2 3 4 1", "AAAAA",
	    0, 5,  5, 0, 0,  0, 0, 0,  1, 3,  0, 0},
	{13, "duplicates do not lengthen an extent", "f0 0 2 2 2 1", "AADDA",
	    0, 3,  3, 0, 0,  2, 0, 0,  1, 1,  0, 0},
	{14, "the opener is the first that is higher", "f0 0 3 5 4 1 2",
	    "AAAAAA",
	    0, 6,  6, 0, 0,  0, 0, 0,  3, 4,  0, 0},

	{20, "duplicates", "0 0 1 1 0", "ADADD",
	    0, 2,  2, 0, 0,  3, 0, 0,  0, 0,  0, 0},
	{21, "after its number was final, then again", "f0 0 2 +1003 1 1 2",
	    "AALDD",
	    0, 3,  2, 1, 0,  2, 1, 0,  0, 0,  1, 1},
	{22, "below the window", "f0 0 100 36 0", "AAOO",
	    0, 101,  2, 36, 63,  0, 0, 2,  0, 0,  1, 36},
	{23, "the lowest in the window", "f0 0 100 37", "AAA",
	    0, 101,  3, 36, 62,  0, 0, 0,  1, 1,  1, 36},
	{24, "pressure makes final", "f0 0 2 65 1", "AAAO",
	    0, 66,  3, 1, 62,  0, 0, 1,  0, 0,  1, 1},
	{25, "one less does not", "f0 0 2 64 1", "AAAA",
	    0, 65,  4, 0, 61,  0, 0, 0,  1, 2,  0, 0},
	{26, "an announcement presses too", "f0 0 2 n66 1", "AAO",
	    0, 66,  2, 1, 63,  0, 0, 1,  0, 0,  1, 1},

	{30, "a jump", "f0 0 1 1000000 1", "AAAO",
	    0, 1000001,  3, 999935, 63,  0, 0, 1,  0, 0,  1, 999935},
	{31, "a jump of 2^47", "f0 0 1 140737488355328 1", "AAAO",
	    0, 140737488355329,  3, 140737488355263, 63,  0, 0, 1,
	    0, 0,  1, 140737488355263},
	{32, "a jump of just the window", "f0 0 64", "AA",
	    0, 65,  2, 0, 63,  0, 0, 0,  0, 0,  0, 0},
	{33, "a jump continues the run", "f0 0 n10 +1003 1000", "AA",
	    0, 1001,  2, 936, 63,  0, 0, 0,  0, 0,  1, 936},
	{34, "two jumps are two runs", "f0 0 1000 1063 2000 +1003", "AAAA",
	    0, 2001,  4, 1997, 0,  0, 0, 0,  0, 0,  3, 999},

	{40, "an announced tail is pending", "f0 0 1 n5", "AA",
	    0, 5,  2, 0, 3,  0, 0, 0,  0, 0,  0, 0},
	{41, "and lost when T has passed", "f0 0 1 n5 +1003", "AA",
	    0, 5,  2, 3, 0,  0, 0, 0,  0, 0,  1, 3},
	{42, "announced is not overtaken", "f0 0 n5 1 2 4 3", "AAAAA",
	    0, 5,  5, 0, 0,  0, 0, 0,  1, 1,  0, 0},
	{43, "an old announcement", "f0 0 1 2 n2", "AAA",
	    0, 3,  3, 0, 0,  0, 0, 0,  0, 0,  0, 0},
	{44, "missing since announced, not since overtaken",
	    "f0 0 n5 +900 4 +200", "AA",
	    0, 5,  2, 3, 0,  0, 0, 0,  0, 0,  1, 3},
	{45, "late_final overtakes nobody", "f0 0 n10 +1003 5 12 10 11",
	    "ALAAA",
	    0, 13,  4, 9, 0,  0, 1, 0,  2, 2,  1, 9},

	{50, "head loss", "3 4 f0", "AA",
	    0, 5,  2, 0, 3,  0, 0, 0,  0, 0,  0, 0},
	{51, "is missing since the first came", "3 +500 4 f0 +503", "AA",
	    0, 5,  2, 3, 0,  0, 0, 0,  0, 0,  1, 3},
	{52, "is lost at once after T", "3 4 +1003 f0 1 1", "AALD",
	    0, 5,  2, 3, 0,  1, 1, 0,  0, 0,  1, 3},
	{53, "the head comes after all", "3 f0 1 0 2", "AAAA",
	    0, 4,  4, 0, 0,  0, 0, 0,  3, 3,  0, 0},
	{54, "a first that contradicts", "3 f4 2", "AO",
	    3, 4,  1, 0, 0,  0, 0, 1,  0, 0,  0, 0},
	{55, "a head longer than the window", "1000 f0", "A",
	    0, 1001,  1, 937, 63,  0, 0, 0,  0, 0,  1, 937},
	{56, "and none of it came", "1000 f0 +1003 1001", "AA",
	    0, 1002,  2, 1000, 0,  0, 0, 0,  0, 0,  1, 1000},
	{57, "first, and no number", "f4", "",
	    4, 4,  0, 0, 0,  0, 0, 0,  0, 0,  0, 0},
	{58, "first, next, and no number", "f4 n8 +1003", "",
	    4, 8,  0, 4, 0,  0, 0, 0,  0, 0,  1, 4},
	{59, "first after pressure", "60 130 f0", "AA",
	    0, 131,  2, 66, 63,  0, 0, 0,  0, 0,  2, 60},
	{60, "head lost, then a gap", "3 5 f0 +1003", "AA",
	    0, 6,  2, 4, 0,  0, 0, 0,  0, 0,  2, 3},
	{61, "first far below, after T", "1000 1002 +1003 f0", "AA",
	    0, 1003,  2, 1001, 0,  0, 0, 0,  0, 0,  2, 1000},

	{70, "joined late", "7 8 j9 6", "AAO",
	    7, 9,  2, 0, 0,  0, 0, 1,  0, 0,  0, 0},
	{71, "joined before a number", "j9 8 9", "OA",
	    9, 10,  1, 0, 0,  0, 0, 1,  0, 0,  0, 0},
	{72, "joined decides once", "5 j6 f0 4", "AO",
	    5, 6,  1, 0, 0,  0, 0, 1,  0, 0,  0, 0},
	{73, "first decides once", "f3 5 j5 f0 2", "AO",
	    3, 6,  1, 0, 2,  0, 0, 1,  0, 0,  0, 0},
	{74, "joined, then the ordinary", "7 9 j10 8 12 +1003", "AAAA",
	    7, 13,  4, 2, 0,  0, 0, 0,  1, 1,  1, 2},

	{80, "held: the base moves down", "5 6 3 4", "AAAA",
	    3, 7,  4, 0, 0,  0, 0, 0,  2, 3,  0, 0},
	{81, "held: for nearly T", "5 7 +900 3", "AAA",
	    3, 8,  3, 0, 2,  0, 0, 0,  1, 2,  0, 0},
	{82, "held no longer: lost between", "5 7 +1003 3 4 3", "AAALD",
	    3, 8,  3, 2, 0,  1, 1, 0,  1, 2,  2, 1},
	{83, "held no longer: the base moves by one", "5 +1003 4", "AA",
	    4, 6,  2, 0, 0,  0, 0, 0,  1, 1,  0, 0},
	{84, "held: what came twice", "5 3 5 3 4 4", "AADDAD",
	    3, 6,  3, 0, 0,  3, 0, 0,  2, 2,  0, 0},
	{85, "the base moves down again and again", "9 +1003 6 3", "AAA",
	    3, 10,  3, 4, 0,  0, 0, 0,  2, 2,  2, 2},
	{86, "pressure ends the holding", "60 124", "AA",
	    60, 125,  2, 0, 63,  0, 0, 0,  0, 0,  0, 0},
	{87, "with the loss of the oldest", "60 62 125 126", "AAAA",
	    60, 127,  4, 1, 62,  0, 0, 0,  0, 0,  1, 1},
	{88, "held: below the window", "70 130 66", "AAO",
	    70, 131,  2, 0, 59,  0, 0, 1,  0, 0,  0, 0},

	{90, "announced before any number", "n5", "",
	    5, 5,  0, 0, 0,  0, 0, 0,  0, 0,  0, 0},
	{91, "then a higher one", "n5 7", "A",
	    7, 8,  1, 0, 0,  0, 0, 0,  0, 0,  0, 0},
	{92, "then a lower one", "n5 3", "A",
	    3, 5,  1, 0, 1,  0, 0, 0,  0, 0,  0, 0},
	{93, "then one below the window", "n100 3", "O",
	    100, 100,  0, 0, 0,  0, 0, 1,  0, 0,  0, 0},
	{94, "then the first", "n5 f2", "",
	    2, 5,  0, 0, 3,  0, 0, 0,  0, 0,  0, 0},
	{95, "then a first above", "n5 f9", "",
	    9, 9,  0, 0, 0,  0, 0, 0,  0, 0,  0, 0},
	{96, "then the first, below the window", "n100 f0", "",
	    0, 100,  0, 36, 64,  0, 0, 0,  0, 0,  1, 36},
	{97, "then joined", "n5 j3 4", "O",
	    5, 5,  0, 0, 0,  0, 0, 1,  0, 0,  0, 0},
	{98, "missing since counting began", "n5 ~2000 f2 +900 4", "A",
	    2, 5,  1, 0, 2,  0, 0, 0,  0, 0,  0, 0},
	{99, "then just that one", "n5 5 3", "AA",
	    3, 6,  2, 0, 1,  0, 0, 0,  1, 1,  0, 0},

	/* 2^16 steps are 68.7 s: a step counter that wraps says 77 ms here. */
	{100, "silence of 68.8 s", "f0 0 2 ~68800 4 1", "AAAL",
	    0, 5,  3, 1, 1,  0, 1, 0,  0, 0,  1, 1},
	{101, "silence of 100 s", "f0 0 2 ~100000 4 1", "AAAL",
	    0, 5,  3, 1, 1,  0, 1, 0,  0, 0,  1, 1},
	{102, "silence while held", "5 7 ~68800 3 6 4", "AAALL",
	    3, 8,  3, 2, 0,  0, 2, 0,  1, 2,  2, 1},
	{103, "silence, then it goes on as before", "f0 0 ~68800 2 1 4", "AAAA",
	    0, 5,  4, 0, 1,  0, 0, 0,  1, 1,  0, 0},
};
/* clang-format on */

#endif
