/* SPDX-License-Identifier: MIT */
/*
 * Private to lib/net: a peer is the bytes of its socket address; and what
 * sockets are asked for.
 *
 * Equal bytes must mean the same peer, so what the kernel may vary for one peer
 * (the IPv6 flow label, padding) is cleared on the way in.
 */
#ifndef SILBO_NET_SOCKADDR_H
#define SILBO_NET_SOCKADDR_H

#include <silbo/arrival.h>

#include <assert.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

static_assert(sizeof(struct sockaddr_in6) <= SILBO_PEER_BYTES &&
	sizeof(struct sockaddr_in) <= SILBO_PEER_BYTES,
    "a peer holds any internet address");

/* Of IP, without options, and UDP. */
#define UDP_HEADER 8u
#define V4_HEADERS (20u + UDP_HEADER)
#define V6_HEADERS (40u + UDP_HEADER)

/* Room for any of the three, correctly aligned. */
union address {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static inline void
peer_set(struct silbo_peer *peer, const union address *address)
{
	union address clean = *address;

	memset(peer, 0, sizeof *peer);
	if (clean.sa.sa_family == AF_INET) {
		memset(clean.v4.sin_zero, 0, sizeof clean.v4.sin_zero);
		peer->len = sizeof clean.v4;
	} else if (clean.sa.sa_family == AF_INET6) {
		clean.v6.sin6_flowinfo = 0;
		peer->len = sizeof clean.v6;
	}
	memcpy(peer->bytes, &clean, peer->len);
}

/* Returns the length of the address; 0, and family AF_UNSPEC: unknown. */
static inline socklen_t
peer_get(union address *address, const struct silbo_peer *peer)
{
	assert(peer->len <= sizeof *address);
	memset(address, 0, sizeof *address);
	memcpy(address, peer->bytes, peer->len);
	return peer->len;
}

static inline bool
set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

/*
 * The address of ours that a datagram, or a message about one, came to, if this
 * control message tells it; port 0.  An IPv6 socket is told twice of an IPv4
 * datagram; the address stays of the family of its peers.
 */
static inline void
own_address(struct silbo_peer *own, struct cmsghdr *control)
{
	union address address = {.sa = {.sa_family = AF_UNSPEC}};
	struct in6_pktinfo v6;
	struct in_pktinfo v4;

	if (control->cmsg_level == IPPROTO_IP &&
	    control->cmsg_type == IP_PKTINFO) {
		if (own->len == sizeof address.v6)
			return;
		memcpy(&v4, CMSG_DATA(control), sizeof v4);
		address.v4.sin_family = AF_INET;
		address.v4.sin_addr = v4.ipi_addr;
	} else if (control->cmsg_level == IPPROTO_IPV6 &&
	    control->cmsg_type == IPV6_PKTINFO) {
		memcpy(&v6, CMSG_DATA(control), sizeof v6);
		address.v6.sin6_family = AF_INET6;
		address.v6.sin6_addr = v6.ipi6_addr;
		if (IN6_IS_ADDR_LINKLOCAL(&v6.ipi6_addr))
			address.v6.sin6_scope_id = v6.ipi6_ifindex;
	} else {
		return;
	}
	peer_set(own, &address);
}

#endif
