/* SPDX-License-Identifier: MIT */
/*
 * Words that every other header uses: time, units, attributes, version.
 */
#ifndef SILBO_DEFS_H
#define SILBO_DEFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SILBO_VERSION_MAJOR 0
#define SILBO_VERSION_MINOR 1
#define SILBO_VERSION_PATCH 0
#define SILBO_VERSION "0.1.0"

/* The result says whether it worked; ignoring it is a bug. */
#if defined(__GNUC__)
#define SILBO_MUST_USE __attribute__((warn_unused_result))
#else
#define SILBO_MUST_USE
#endif

/* What libsilbo exports: it is built with everything else hidden. */
#if defined(__GNUC__)
#define SILBO_API __attribute__((visibility("default")))
#else
#define SILBO_API
#endif

/*
 * Nanoseconds on the caller's monotonic clock.  The library never reads a
 * clock: every function that needs the time takes it as its last parameter,
 * `now`, and the caller never lets it go backwards.
 */
typedef uint64_t silbo_time;

/* A deadline that never comes. */
#define SILBO_TIME_NEVER UINT64_MAX

#define SILBO_NS_PER_US ((silbo_time)1000)
#define SILBO_NS_PER_MS ((silbo_time)1000000)
#define SILBO_NS_PER_S ((silbo_time)1000000000)

/* Histograms of lengths and distances, in numbers, have these classes: 1, 2, 3,
 * 4, 5-8, 9-16, 17-32, 33 and more. */
#define SILBO_CLASSES 8

/*
 * Durations of media count samples of 1/48000 s, the clock of Opus
 * (RFC 7587 section 4.1), whatever rate the audio itself has.
 */
#define SILBO_SAMPLES_PER_S 48000

/* floor(samples * 10^9 / 48000); samples < 2^47, or the product overflows. */
static inline uint64_t
silbo_samples_to_ns(uint64_t samples)
{
	return samples * 125000 / 6;
}

/* The nearest count of samples; ns < 2^61. */
static inline uint64_t
silbo_ns_to_samples(uint64_t ns)
{
	return (ns * 6 + 62500) / 125000;
}

#endif
