/* SPDX-License-Identifier: MIT */
/*
 * The edge to the operating system's network: UDP sockets and waiting;
 * addresses are in silbo/addr.h, the clocks in silbo/clock.h.  The only place
 * with file descriptors.
 *
 * It does not know what a datagram contains.
 */
#ifndef SILBO_NET_H
#define SILBO_NET_H

#include <silbo/addr.h>
#include <silbo/arrival.h>
#include <silbo/clock.h>
#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_RECEIVE_BUFFER_DEFAULT (4u << 20) /* bytes asked for */

/* ---- wait.c ---- */

/* Ask the kernel for sharp timers in this thread (slack 1 ns instead of
 * 50 us).  Call once at start. */
SILBO_API
void silbo_wait_init(void);

/*
 * Sleep until a descriptor is readable (or has an error) or the deadline comes.
 *
 *   fds     descriptors; -1 is passed over.  For signals use a signalfd
 *   count   0 to SILBO_WAIT_MAX; 0 wakes the soonest after the deadline
 *   until   monotonic; SILBO_TIME_NEVER: no deadline
 *
 * Returns a bit per readable descriptor (bit i for fds[i]), 0 when the deadline
 * has come, or SILBO_ERR_SYSTEM (EBADF: one is not open).  EINTR is retried.
 */
#define SILBO_WAIT_MAX 24

SILBO_API
SILBO_MUST_USE
int silbo_wait(const int *fds, int count, silbo_time until);

/* ---- udp.c ---- */

/*
 * All zero but for one address: a plain socket.  To hear a group, local is the
 * group's address and port: the socket then takes what is sent to that group
 * and nothing else, and others on this machine may hear it too.
 */
struct silbo_udp_config {
	struct silbo_peer local;  /* len 0: not bound; a group: joined */
	struct silbo_peer remote; /* len 0: not connected */
	uint32_t receive_buffer;  /* bytes asked for; 0: leave it */
	const char *interface;    /* for groups; NULL: by the routes */
	uint8_t hops;             /* TTL; 0: the system's, 1 to a group */
	uint8_t dscp;             /* RFC 2474, 0-63, of what is sent */
	bool notices;             /* collect them unconnected, too */
	bool any_size;            /* pass over what the path is said to take */
};

struct silbo_udp {
	int fd;
	uint32_t receive_buffer; /* bytes granted, as the kernel counts */
	bool stamps;             /* the kernel stamps arrivals */
	bool notices;            /* it keeps what became of what was sent */
	uint64_t stamps_refused; /* not believable: user time taken */
	/* private */
	silbo_time drained_at; /* when the queue was last found empty */
	uint32_t drops_seen;   /* 32-bit kernel counter, unwrapped into: */
	uint64_t drops;
};

/*
 * Open a non-blocking UDP socket: bound, connected, or both; never fragments
 * (DF set), asks for kernel receive stamps and for TOS and TTL of arrivals.
 * What is longer than the path is known to take the kernel refuses by itself;
 * with any_size all leaves that the first link takes (RFC 4821).
 * The IPv6 wildcard also takes IPv4; where the machine has no IPv6 use the IPv4
 * wildcard.  A connected socket collects notices (see below), an unconnected
 * one where config says so.
 *
 * Returns 0 or a silbo_err with errno kept; then nothing is left open.  ENODEV
 * is an interface that does not exist, or for a group without one that no route
 * leads there.
 */
SILBO_API
SILBO_MUST_USE
int silbo_udp_open(
    struct silbo_udp *udp, const struct silbo_udp_config *config);

SILBO_API
void silbo_udp_close(struct silbo_udp *udp);

/*
 * Take one datagram.
 *
 *   arrival   receives it; arrival->data points to buf
 *   buf, cap  where to put it; what is longer is marked truncated
 *   now       the time of this call
 *
 * arrival->at is the kernel's stamp turned to the monotonic axis by one paired
 * reading of both clocks: now - (wall now - stamp), when that age lies between
 * 0 and the time since the queue was last empty (and 1 ms, as a datagram is
 * stamped before it is queued); else now, source USER, counted.
 *
 * arrival->tos and ttl are those of the IP header: DSCP is tos >> 2, ECN tos
 * & 3.  arrival->to is the address of ours that was asked, told by sockets that
 * are not connected: answer from it (silbo_udp_send_from).
 *
 * Returns 1 for a datagram, 0 for none, or the error of an earlier send that
 * the kernel reports here (SILBO_ERR_REFUSED ...): take again.
 */
SILBO_API
SILBO_MUST_USE
int silbo_udp_recv(struct silbo_udp *udp, struct silbo_arrival *arrival,
    uint8_t *buf, size_t cap, silbo_time now);

/*
 * Send one datagram; EINTR is retried.  What the network says of an earlier
 * datagram the kernel answers to the next send, which it then drops: that one
 * is retried once at once, and the answer is left to silbo_udp_get_notice.
 *
 *   to    NULL on a connected socket
 *
 * Returns 0 when the datagram has left, else a silbo_err with errno kept.
 * SILBO_ERR_BUSY: a queue of this machine is full, the socket's or the
 * device's (which the kernel tells sockets that collect notices only).
 */
SILBO_API
SILBO_MUST_USE
int silbo_udp_send(struct silbo_udp *udp, const uint8_t *data, size_t len,
    const struct silbo_peer *to);

/*
 * The same, from an address of ours: that of an arrival that is answered.
 * On a machine with several the routes may choose one that was never asked,
 * which clients and firewalls do not let in.
 *
 *   to    of an unconnected socket
 *   from  arrival->to; of len 0, or no longer ours: the routes choose
 */
SILBO_API
SILBO_MUST_USE
int silbo_udp_send_from(struct silbo_udp *udp, const uint8_t *data, size_t len,
    const struct silbo_peer *to, const struct silbo_peer *from);

/* What a host or router said of a datagram (RFC 792, RFC 4443). */
enum silbo_notice_kind {
	SILBO_NOTICE_PORT,       /* port unreachable: nobody listens */
	SILBO_NOTICE_HOST,       /* network or host unreachable */
	SILBO_NOTICE_PROHIBITED, /* administratively: a firewall */
	SILBO_NOTICE_TOO_LARGE,  /* for a link on the way */
	SILBO_NOTICE_EXPIRED,    /* hops used up: a loop, or too few */
	SILBO_NOTICE_OTHER
};

struct silbo_notice {
	enum silbo_notice_kind kind;
	struct silbo_peer from; /* who says so; port 0 */
	bool here;              /* this machine: no answer on its own link */
	uint32_t payload_max;   /* TOO_LARGE: what fits, bytes; 0: unknown */
	struct silbo_peer to; /* where that datagram was sent; len 0: unknown */
};

/*
 * Take what the network said of earlier datagrams, the oldest first.  Not
 * authenticated: anyone on the way may lie, and who guesses our port may from
 * anywhere.  As long as one is untaken, silbo_wait finds the socket readable.
 *
 * Returns 1 for a notice, 0 for none.
 */
SILBO_API
SILBO_MUST_USE
int silbo_udp_get_notice(struct silbo_udp *udp, struct silbo_notice *notice);

/* The largest datagram (UDP payload, bytes) that the path of a connected socket
 * takes, as far as this machine knows; 0: unknown. */
SILBO_API
uint32_t silbo_udp_payload_max(const struct silbo_udp *udp);

/*
 * Datagrams of any kind that this socket's receive queue has dropped so far
 * (SO_MEMINFO), as a cumulative count.  Call at least once per 2^32 drops.
 */
SILBO_API
uint64_t silbo_udp_drops(struct silbo_udp *udp);

/* The local address, for messages.  Returns 0 or SILBO_ERR_SYSTEM. */
SILBO_API
SILBO_MUST_USE
int silbo_udp_local(const struct silbo_udp *udp, struct silbo_peer *out);

#ifdef __cplusplus
}
#endif

#endif
