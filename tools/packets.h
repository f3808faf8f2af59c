/* SPDX-License-Identifier: MIT */
/*
 * The logs of --packets, files of CSV; and the lines of that of recv, one for
 * every datagram that came.  Knows lines; does not know who receives, nor what
 * is made of them.
 */
#ifndef SILBO_TOOLS_PACKETS_H
#define SILBO_TOOLS_PACKETS_H

#include <stdbool.h>
#include <stdio.h>

#include <silbo/gate.h>
#include <silbo/wire.h>

#define PACKETS_HEAD "time_ns,stream,type,number,media_ns,bytes,verdict,tos,ttl"

struct packets {
	FILE *out; /* NULL: not asked for, or failed */
	const char *path;
	silbo_time started;
	bool failed;
};

/* Open it and write the first line; path NULL: not asked for; "-": standard
 * output.  False after the message. */
bool packets_open(struct packets *packets, const char *path, const char *head,
    silbo_time started);

/* A line is whole.  The first that cannot be written is told, and is the last.
 */
void packets_end_line(struct packets *packets);

/* What has been put is in the file. */
void packets_flush(struct packets *packets);

/* A mark of an arrival, empty where it is not known, and what follows it. */
void packets_put_mark(struct packets *packets, int mark, char end);

/*
 * A datagram came, and the receiver has opened it in place.
 *
 *   datagram, len   as it is now
 *   arrival         when it came, and how it was marked
 */
void packets_put(struct packets *packets, const uint8_t *datagram, size_t len,
    const struct silbo_arrival *arrival, enum silbo_verdict verdict);

/* False, after the message: the log is not whole. */
bool packets_close(struct packets *packets);

#endif
