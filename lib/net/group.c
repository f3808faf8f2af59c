/* SPDX-License-Identifier: MIT */
/*
 * Multicast and markings: through which interface a group is reached, how far
 * datagrams go, and which class of service they ask for.
 *
 * It refuses to choose an interface: either the caller names one or the
 * machine's routes decide, and silbo_addr_interface tells what they decide.
 */
#include "group.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <unistd.h>

#include "failure.h"

static_assert(
    SILBO_INTERFACE_TEXT_BYTES == IF_NAMESIZE, "an interface's name has room");

bool
group_is(const union address *address)
{
	if (address->sa.sa_family == AF_INET)
		return IN_MULTICAST(ntohl(address->v4.sin_addr.s_addr));
	return address->sa.sa_family == AF_INET6 &&
	    IN6_IS_ADDR_MULTICAST(&address->v6.sin6_addr);
}

bool
silbo_addr_is_group(const struct silbo_peer *peer)
{
	union address address;

	(void)peer_get(&address, peer);
	return group_is(&address);
}

/* Zero leaves the choice to the routes. */
static bool
find_index(unsigned *index, const struct silbo_udp_config *config)
{
	*index = 0;
	if (config->interface == NULL)
		return true;
	*index = if_nametoindex(config->interface);
	return *index != 0;
}

/* Only what goes to a group takes its own counter of hops.  An IPv6 socket may
 * send IPv4, too, which counts by the other option. */
static bool
set_hops(int fd, int family, bool group, int hops)
{
	if (family == AF_INET6) {
		if (!group)
			(void)set_option(fd, IPPROTO_IP, IP_TTL, hops);
		return set_option(fd, IPPROTO_IPV6,
		    group ? IPV6_MULTICAST_HOPS : IPV6_UNICAST_HOPS, hops);
	}
	return set_option(
	    fd, IPPROTO_IP, group ? IP_MULTICAST_TTL : IP_TTL, hops);
}

/* The two bits of ECN (RFC 3168) are below: not ours to set. */
static bool
set_dscp(int fd, int family, int dscp)
{
	if (family == AF_INET6) {
		(void)set_option(fd, IPPROTO_IP, IP_TOS, dscp << 2);
		return set_option(fd, IPPROTO_IPV6, IPV6_TCLASS, dscp << 2);
	}
	return set_option(fd, IPPROTO_IP, IP_TOS, dscp << 2);
}

static bool
set_interface(int fd, int family, unsigned index)
{
	struct ip_mreqn request = {.imr_ifindex = (int)index};

	if (family == AF_INET6)
		return set_option(
		    fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)index);
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &request,
		   sizeof request) == 0;
}

bool
group_prepare(int fd, const struct silbo_udp_config *config)
{
	union address local, remote;
	unsigned index;
	int family;

	(void)peer_get(&remote, &config->remote);
	(void)peer_get(&local, &config->local);
	family =
	    config->remote.len != 0 ? remote.sa.sa_family : local.sa.sa_family;
	if (config->dscp != 0 && !set_dscp(fd, family, config->dscp))
		return false;
	if (config->hops != 0 &&
	    !set_hops(fd, family, group_is(&remote), config->hops))
		return false;
	if (group_is(&local) && !set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1))
		return false;
	if (!group_is(&remote))
		return true;
	return find_index(&index, config) &&
	    (index == 0 || set_interface(fd, family, index));
}

bool
group_scope(union address *address, const struct silbo_udp_config *config)
{
	unsigned index;

	if (!group_is(address) || address->sa.sa_family != AF_INET6 ||
	    config->interface == NULL)
		return true;
	if (!find_index(&index, config))
		return false;
	address->v6.sin6_scope_id = index;
	return true;
}

bool
group_join(int fd, const struct silbo_udp_config *config)
{
	union address group;
	struct ip_mreqn v4 = {.imr_ifindex = 0};
	struct ipv6_mreq v6 = {.ipv6mr_interface = 0};
	unsigned index;

	(void)peer_get(&group, &config->local);
	if (!group_is(&group))
		return true;
	if (!find_index(&index, config))
		return false;
	if (group.sa.sa_family == AF_INET6) {
		v6.ipv6mr_multiaddr = group.v6.sin6_addr;
		v6.ipv6mr_interface =
		    index != 0 ? index : group.v6.sin6_scope_id;
		return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &v6,
			   sizeof v6) == 0;
	}
	v4.imr_multiaddr = group.v4.sin_addr;
	v4.imr_ifindex = (int)index;
	return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &v4, sizeof v4) ==
	    0;
}

static bool
same_host(const union address *a, const struct sockaddr *other)
{
	union address b = {.sa = {.sa_family = AF_UNSPEC}};

	if (other == NULL || other->sa_family != a->sa.sa_family)
		return false;
	if (other->sa_family == AF_INET) {
		memcpy(&b.v4, other, sizeof b.v4);
		return b.v4.sin_addr.s_addr == a->v4.sin_addr.s_addr;
	}
	if (other->sa_family != AF_INET6)
		return false;
	memcpy(&b.v6, other, sizeof b.v6);
	return IN6_ARE_ADDR_EQUAL(&b.v6.sin6_addr, &a->v6.sin6_addr) &&
	    (a->v6.sin6_scope_id == 0 ||
		a->v6.sin6_scope_id == b.v6.sin6_scope_id);
}

/* The interface that has this address of ours. */
static int
find_owner(char out[SILBO_INTERFACE_TEXT_BYTES], const union address *address)
{
	struct ifaddrs *list = NULL;
	int result = SILBO_ERR_NO_ADDRESS;

	if (getifaddrs(&list) != 0)
		return SILBO_ERR_SYSTEM;
	for (const struct ifaddrs *i = list; i != NULL && result != 0;
	     i = i->ifa_next) {
		if (!same_host(address, i->ifa_addr))
			continue;
		(void)snprintf(
		    out, SILBO_INTERFACE_TEXT_BYTES, "%s", i->ifa_name);
		result = 0;
	}
	freeifaddrs(list);
	errno = EADDRNOTAVAIL;
	return result;
}

/* Connecting a datagram socket asks the routes and sends nothing; the address
 * that the socket then has belongs to the interface. */
int
silbo_addr_interface(
    char out[SILBO_INTERFACE_TEXT_BYTES], const struct silbo_peer *peer)
{
	union address address;
	socklen_t len = peer_get(&address, peer);
	int fd, error, result = SILBO_OK;

	out[0] = '\0';
	fd = socket(address.sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return classify(errno);
	if (connect(fd, &address.sa, len) != 0 ||
	    (len = sizeof address, getsockname(fd, &address.sa, &len)) != 0)
		result = classify(errno);
	error = errno;
	(void)close(fd);
	errno = error;
	return result != SILBO_OK ? result : find_owner(out, &address);
}
