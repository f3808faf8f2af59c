/* SPDX-License-Identifier: MIT */
/*
 * What send and recv share about networks: interfaces, groups, DSCP.
 */
#ifndef SILBO_TOOLS_NETWORK_H
#define SILBO_TOOLS_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include <silbo/addr.h>

/* Is there an interface of this name?  False after the message.  NULL: none is
 * asked for, true. */
bool network_check_interface(const char *name);

/* Is it there, but down?  NULL: false. */
bool network_is_down(const char *name);

/* Is this the broadcast address of a network of this machine, or of all? */
bool network_is_broadcast(const struct silbo_peer *peer);

/* Is this an address that means nothing without an interface (fe80::1), and is
 * none named in it? */
bool network_needs_scope(const char *host);

/* An interface that is named in an address (fe80::1%eth0) is there, and the
 * address is one of a link.  False after the message; text: as asked for. */
bool network_check_scope(const char *text, const char *host);

/* The same, and an address of a link (fe80::1) has one.  Where there is an
 * option that names it, network_needs_scope. */
bool network_check_link(const char *text, const char *host);

/* --port is of use where an address has no port of its own: is there any?
 * False after the message.  NULL is an address without one. */
bool network_check_port(const char *const *addresses, size_t count);

/* Read "EF", "af41", "CS1" or "46" (RFC 2474, 2597, 3246, 5865, 8622).
 * False after the message. */
bool network_parse_dscp(uint8_t *dscp, const char *text);

/*
 * Say why silbo_addr_parse refused an address, and how one is written.
 *
 *   what   is quoted before it: "", "--listen "
 *   kind   what it is not: "a host"
 *   err    of silbo_addr_parse, SILBO_ERR_PORT or SILBO_ERR_NAME
 *   hint   how it is written, when all of it is wrong
 */
void network_refuse_address(const char *what, const char *text,
    const char *kind, int err, const char *hint);

/*
 * No interface was named for this group: say through which one the routes lead.
 *
 *   verb   "sent", "heard"
 */
void network_tell_interface(const struct silbo_peer *group, const char *verb);

/*
 * As silbo_addr_resolve with room for SILBO_LOOKUP_MAX, but a signal to stop
 * ends it, however long the answer takes: 0.  There is nothing to report yet,
 * so a wish for a report is forgotten.
 *
 *   signals   the descriptor of run_signals
 */
int network_resolve(struct silbo_peer *out, const char *host, uint16_t port,
    enum silbo_family family, int signals, const char **why);

#endif
