/* SPDX-License-Identifier: MIT */
/*
 * What lib/net (or a simulator) hands to a receiver: one datagram, and what the
 * kernel knew about it.
 */
#ifndef SILBO_ARRIVAL_H
#define SILBO_ARRIVAL_H

#include <silbo/defs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An address, as opaque bytes that only lib/net fills and reads; equal bytes
 * are the same peer.  len 0: unknown. */
#define SILBO_PEER_BYTES 28

struct silbo_peer {
	uint8_t len;
	uint8_t bytes[SILBO_PEER_BYTES];
};

/* Where a time of arrival comes from. */
enum silbo_stamp {
	SILBO_STAMP_USER,   /* read after the datagram was taken */
	SILBO_STAMP_KERNEL, /* SO_TIMESTAMPNS, turned to the monotonic axis */
	SILBO_STAMP_SIM     /* virtual time */
};

struct silbo_arrival {
	uint8_t *data; /* opened in place */
	size_t len;
	struct silbo_peer from;
	struct silbo_peer to; /* of ours, port 0; len 0: unknown, or a group */
	silbo_time at;        /* on the same axis as `now`, never later */
	enum silbo_stamp at_source;
	int tos;        /* -1: not known */
	int ttl;        /* -1: not known */
	bool truncated; /* longer than the buffer */
};

#ifdef __cplusplus
}
#endif

#endif
