/* SPDX-License-Identifier: MIT */
/*
 * Addresses: what people type, what a resolver answers, what a socket takes.
 * Included by silbo/net.h.
 */
#ifndef SILBO_ADDR_H
#define SILBO_ADDR_H

#include <silbo/arrival.h>
#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_PORT_DEFAULT 7587
#define SILBO_ADDR_TEXT_BYTES 64      /* "[v6%scope]:port" and NUL */
#define SILBO_HOST_TEXT_BYTES 256     /* a host name and NUL */
#define SILBO_INTERFACE_TEXT_BYTES 16 /* "eth0" and NUL */

enum silbo_family { SILBO_FAMILY_ANY, SILBO_FAMILY_V4, SILBO_FAMILY_V6 };

/*
 * Split "host", "host:port", "[v6]", "[v6]:port", a bare IPv6 address, ":port",
 * or "", which is neither.
 *
 *   host   receives the host, "" if none
 *   port   receives the port, or default_port if none stands in text
 *
 * Returns 0, SILBO_ERR_NAME (no valid form, or the host too long), or
 * SILBO_ERR_PORT: what stands behind the last colon is not 1 to 65535.
 */
SILBO_API
SILBO_MUST_USE
int silbo_addr_parse(char host[SILBO_HOST_TEXT_BYTES], uint16_t *port,
    const char *text, uint16_t default_port);

/* An address in numbers: resolving it asks nobody and changes nothing. */
SILBO_API
bool silbo_addr_is_numeric(const char *host);

/*
 * Resolve a name or a numeric address; may block on DNS.
 *
 *   out, cap   receives up to cap addresses, in the order to try
 *   host       "" : the wildcard address (for listening)
 *   why        on failure receives the reason, the resolver's or the system's
 *              (EAI_SYSTEM); lives until the next call from this thread
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

/* The same without the port: "192.0.2.9", "2001:db8::1". */
SILBO_API
void silbo_addr_host_text(
    char out[SILBO_ADDR_TEXT_BYTES], const struct silbo_peer *peer);

SILBO_API
uint16_t silbo_addr_port(const struct silbo_peer *peer);

/* Is it the address of a multicast group (224.0.0.0/4, ff00::/8)? */
SILBO_API
bool silbo_addr_is_group(const struct silbo_peer *peer);

/*
 * The name of the interface through which this machine would send to a peer,
 * as its routes are now.  For a group: the one that is used if none is named.
 *
 * Returns 0, or a silbo_err with errno kept: no route there (out is "").
 */
SILBO_API
SILBO_MUST_USE
int silbo_addr_interface(
    char out[SILBO_INTERFACE_TEXT_BYTES], const struct silbo_peer *peer);

/*
 * The largest IP packet, bytes, that the first link on the way to a peer takes:
 * the MTU of that interface.  0: unknown, with errno kept.
 *
 *   headers   receives the bytes of it that are the IP and UDP headers
 */
SILBO_API
uint32_t silbo_addr_mtu(uint32_t *headers, const struct silbo_peer *peer);

/* ---- lookup.c ---- */

/* A name being resolved beside its caller, who never waits for it. */
struct silbo_lookup;

/*
 * Begin to resolve, in a thread of its own.
 *
 *   host   copied; as for silbo_addr_resolve
 *
 * Returns 0, or SILBO_ERR_SYSTEM: no memory or no thread; *lookup is then NULL.
 */
SILBO_API
SILBO_MUST_USE
int silbo_lookup_open(struct silbo_lookup **lookup, const char *host,
    uint16_t port, enum silbo_family family);

/*
 * Take the answer, if there is one.  Never blocks.
 *
 *   out, cap   receives up to cap addresses; at most SILBO_LOOKUP_MAX are kept
 *   why        on failure receives the reason; lives until the lookup is closed
 *
 * Returns how many addresses, 0 while there is no answer, or SILBO_ERR_NAME.
 */
#define SILBO_LOOKUP_MAX 8

SILBO_API
SILBO_MUST_USE
int silbo_lookup_get(struct silbo_lookup *lookup, struct silbo_peer *out,
    size_t cap, const char **why);

/* Give it up, answered or not; returns at once.  NULL is ignored. */
SILBO_API
void silbo_lookup_close(struct silbo_lookup *lookup);

#ifdef __cplusplus
}
#endif

#endif
