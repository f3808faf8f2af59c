/* SPDX-License-Identifier: MIT */
/*
 * Private to lib/net: what is asked of a socket that sends to many or hears
 * what was sent to many, and how what it sends is marked.
 */
#ifndef SILBO_NET_GROUP_H
#define SILBO_NET_GROUP_H

#include <silbo/net.h>

#include "sockaddr.h"

/* The address is that of a multicast group. */
bool group_is(const union address *address);

/* Before the socket is bound or connected.  False: errno says why. */
bool group_prepare(int fd, const struct silbo_udp_config *config);

/* A link-local IPv6 group is an address on one interface only. */
bool group_scope(union address *address, const struct silbo_udp_config *config);

/* After it is bound: join the group that it is bound to, if it is one. */
bool group_join(int fd, const struct silbo_udp_config *config);

#endif
