/* SPDX-License-Identifier: MIT */
/*
 * The edge to the operating system's network: addresses, UDP sockets, the
 * clocks, and waiting.  The only place with file descriptors.
 *
 * It does not know what a datagram contains.
 */
#ifndef SILBO_NET_H
#define SILBO_NET_H

#include <silbo/arrival.h>
#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_PORT_DEFAULT 7587
#define SILBO_RECEIVE_BUFFER_DEFAULT (4u << 20) /* bytes asked for */
#define SILBO_ADDR_TEXT_BYTES 64                /* "[v6%scope]:port" and NUL */
#define SILBO_HOST_TEXT_BYTES 256               /* a host name and NUL */

/* ---- clock.c ---- */

/* CLOCK_MONOTONIC: the `now` of every other function. */
SILBO_API
silbo_time silbo_clock_now(void);

/* CLOCK_REALTIME in ns since the Unix epoch: for anchors and reports only. */
SILBO_API
uint64_t silbo_clock_wall(void);

/* ---- wait.c ---- */

/* Ask the kernel for sharp timers in this thread (slack 1 ns instead of
 * 50 us).  Call once at start. */
SILBO_API
void silbo_wait_init(void);

/*
 * Sleep until a descriptor is readable (or has an error) or the deadline comes.
 *
 *   fds     descriptors; -1 is passed over.  For signals use a signalfd
 *   count   0 to SILBO_WAIT_MAX
 *   until   monotonic; SILBO_TIME_NEVER: no deadline
 *
 * Returns a bit per readable descriptor (bit i for fds[i]), 0 when the deadline
 * has come, or SILBO_ERR_SYSTEM (EBADF: one is not open).  EINTR is retried.
 */
#define SILBO_WAIT_MAX 8

SILBO_API
SILBO_MUST_USE
int silbo_wait(const int *fds, int count, silbo_time until);

/* ---- addr.c ---- */

enum silbo_family { SILBO_FAMILY_ANY, SILBO_FAMILY_V4, SILBO_FAMILY_V6 };

/*
 * Split "host", "host:port", "[v6]", "[v6]:port", a bare IPv6 address, ":port",
 * or "", which is neither.
 *
 *   host   receives the host, "" if none
 *   port   receives the port, or default_port if none stands in text
 *
 * Returns 0 or SILBO_ERR_NAME: no valid form, host too long, port not 1-65535.
 */
SILBO_API
SILBO_MUST_USE
int silbo_addr_parse(char host[SILBO_HOST_TEXT_BYTES], uint16_t *port,
    const char *text, uint16_t default_port);

/*
 * Resolve a name or a numeric address; may block on DNS.
 *
 *   out, cap   receives up to cap addresses, in the order to try
 *   host       "" : the wildcard address (for listening)
 *   why        on failure receives the resolver's reason; static text
 *
 * Returns how many, at least 1, or SILBO_ERR_NAME.
 */
SILBO_API
SILBO_MUST_USE
int silbo_addr_resolve(struct silbo_peer *out, size_t cap, const char *host,
    uint16_t port, enum silbo_family family, const char **why);

/* "192.0.2.9:40112" or "[2001:db8::1]:7587"; an IPv4 address that came to an
 * IPv6 socket is written as IPv4.  Always ends in NUL. */
SILBO_API
void silbo_addr_text(
    char out[SILBO_ADDR_TEXT_BYTES], const struct silbo_peer *peer);

SILBO_API
uint16_t silbo_addr_port(const struct silbo_peer *peer);

/* ---- udp.c ---- */

struct silbo_udp_config {
	struct silbo_peer local;  /* len 0: not bound */
	struct silbo_peer remote; /* len 0: not connected */
	uint32_t receive_buffer;  /* bytes asked for; 0: leave it */
};

struct silbo_udp {
	int fd;
	uint32_t receive_buffer; /* bytes granted, as the kernel counts */
	bool stamps;             /* the kernel stamps arrivals */
	uint64_t stamps_refused; /* not believable: user time taken */
	/* private */
	silbo_time drained_at; /* when the queue was last found empty */
	uint32_t drops_seen;   /* 32-bit kernel counter, unwrapped into: */
	uint64_t drops;
};

/*
 * Open a non-blocking UDP socket: bound, connected, or both; never fragments
 * (DF set), asks for kernel receive stamps.  The IPv6 wildcard also takes IPv4;
 * where the machine has no IPv6 use the IPv4 wildcard.
 *
 * Returns 0 or a silbo_err with errno kept; then nothing is left open.
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
 * Returns 1 for a datagram, 0 for none, or the error of an earlier send that
 * the kernel reports here (SILBO_ERR_REFUSED ...): take again.
 */
SILBO_API
SILBO_MUST_USE
int silbo_udp_recv(struct silbo_udp *udp, struct silbo_arrival *arrival,
    uint8_t *buf, size_t cap, silbo_time now);

/*
 * Send one datagram; EINTR is retried.  On a connected socket the kernel
 * answers ECONNREFUSED for an *earlier* datagram and drops this one: it is
 * retried once at once, and the refusal is still returned.
 *
 *   to    NULL on a connected socket
 *
 * Returns 0 when it left, else a silbo_err with errno kept: the refusal, or why
 * the retry failed; *sent (may be NULL) says whether this datagram left all the
 * same.
 */
SILBO_API
SILBO_MUST_USE
int silbo_udp_send(struct silbo_udp *udp, const uint8_t *data, size_t len,
    const struct silbo_peer *to, bool *sent);

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
