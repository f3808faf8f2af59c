/* SPDX-License-Identifier: MIT */
/*
 * How datagrams were marked when they came: the class of service (DSCP, RFC
 * 2474), congestion (ECN, RFC 3168) and the hops left of their IP headers.
 */
#ifndef SILBO_MARKS_H
#define SILBO_MARKS_H

#include <silbo/defs.h>

#ifdef __cplusplus
extern "C" {
#endif

struct silbo_marks {
	int tos, ttl;       /* of the latest; -1: never known */
	int ttl_min;        /* -1 likewise */
	int ttl_max;        /* -1 likewise */
	bool changed;       /* anything, in between */
	uint64_t changes;   /* arrivals of another class, or with other hops
	                       left, than the one before: another way */
	uint64_t congested; /* arrivals that a queue had marked (CE) */
	uint64_t classes;   /* bit i: some came with DSCP i */
};

SILBO_API
void silbo_marks_init(struct silbo_marks *marks);

/* What an arrival says; tos above 255 or below 0: unknown, ttl below 0. */
SILBO_API
void silbo_marks_on_arrival(struct silbo_marks *marks, int tos, int ttl);

/* How many classes were seen. */
SILBO_API
unsigned silbo_marks_classes(const struct silbo_marks *marks);

#ifdef __cplusplus
}
#endif

#endif
