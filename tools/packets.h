/* SPDX-License-Identifier: MIT */
/*
 * The log of recv --packets: a line of CSV for every datagram that came.  Knows
 * lines; does not know who receives, nor what is made of them.
 */
#ifndef SILBO_TOOLS_PACKETS_H
#define SILBO_TOOLS_PACKETS_H

#include <stdbool.h>
#include <stdio.h>

#include <silbo/gate.h>
#include <silbo/wire.h>

#define PACKETS_HEAD "time_ns,stream,type,number,media_ns,bytes,verdict,tos,ttl"

struct packets {
	FILE *out; /* NULL: not asked for */
	silbo_time started;
};

/* Open it and write the first line; path NULL: not asked for.  False after the
 * message. */
bool packets_open(
    struct packets *packets, const char *path, silbo_time started);

/*
 * A datagram came, and the receiver has opened it in place.
 *
 *   datagram, len   as it is now
 *   arrival         when it came, and how it was marked
 */
void packets_put(struct packets *packets, const uint8_t *datagram, size_t len,
    const struct silbo_arrival *arrival, enum silbo_verdict verdict);

/* False with errno: the log is not whole. */
bool packets_close(struct packets *packets);

#endif
