/* SPDX-License-Identifier: MIT */
/*
 * Quantities as people write them.  Pure.
 */
#ifndef SILBO_TOOLS_UNITS_H
#define SILBO_TOOLS_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "250ms" "10s" "1.5s" "5m" "1h" "500us" "20ns" to ns; a unit is required, "0"
 * apart.  False for anything else, for what is finer than 1 ns and for what is
 * above 2^62. */
bool units_parse_duration(const char *text, int64_t *ns);

/* "32k" "1.5M" "32000" to bit/s (k = 1000).  False for anything else. */
bool units_parse_rate(const char *text, int64_t *bits);

/* A whole number, decimal, optional sign. */
bool units_parse_count(const char *text, int64_t *count);

/* "5%" "0.5%" or "0.05": 0, or 10^-9 to 1.  False for a bare whole number but
 * 0, which may mean either. */
bool units_parse_ratio(const char *text, double *ratio);

/* A ratio, exactly as units_parse_ratio reads it: "5%" "0.1%". */
const char *units_ratio(char *out, size_t cap, double ratio);

/* A number, 0 or at least 10^-9, without exponent, as strtod reads it back: "3"
 * "0.1".  cap 48 for numbers below 10^9. */
const char *units_number(char *out, size_t cap, double number);

/* ns as people read it, the shortest exact form: "250ms" "10s" "1.5s" "5m". */
const char *units_duration(char *out, size_t cap, int64_t ns);

/* bit/s, the shortest exact form: "32k" "1.5M" "999". */
const char *units_rate(char *out, size_t cap, int64_t bits);

/* seconds as "18.2 s", "2 min 03 s", "1 h 02 min 03 s"; NaN: "unknown". */
const char *units_span(char *out, size_t cap, double seconds);

/* 3601 as "3 601": groups of three, for the live line. */
const char *units_grouped(char *out, size_t cap, uint64_t n);

#endif
