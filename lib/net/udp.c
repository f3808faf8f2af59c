/* SPDX-License-Identifier: MIT */
/*
 * One UDP socket: how it is opened, what it is called, and what its own queue
 * dropped.  Datagrams pass through transfer.c.
 *
 * Decides which facilities of the kernel are asked for and which of them it
 * can do without.  It refuses to know what is sent through the socket.
 */
#include <silbo/net.h>

#include "failure.h"
#include "group.h"
#include "sockaddr.h"

#include <errno.h>
#include <limits.h>
#include <linux/sock_diag.h>
#include <unistd.h>

/* The IPv4 setting of an IPv6 socket is for its v4-mapped peers; a kernel
 * without IPv4 may refuse it. */
static bool
forbid_fragments(int fd, int family, bool any_size)
{
	bool v4 = set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER,
	    any_size ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DO);

	if (family != AF_INET6)
		return v4;
	return set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER,
	    any_size ? IPV6_PMTUDISC_PROBE : IPV6_PMTUDISC_DO);
}

/*
 * TOS and TTL of what arrives.  A kernel that refuses leaves them unknown.  The
 * IPv4 settings of an IPv6 socket are for its v4-mapped peers.
 */
static void
ask_for_headers(int fd, int family)
{
	(void)set_option(fd, IPPROTO_IP, IP_RECVTOS, 1);
	(void)set_option(fd, IPPROTO_IP, IP_RECVTTL, 1);
	if (family != AF_INET6)
		return;
	(void)set_option(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
	(void)set_option(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
}

/*
 * Not what nobody asked for: a socket whose owner does not relieve it of its
 * notices would be readable for ever.  It is also what makes the kernel tell
 * that the queue of the device was full (udp_send_skb: ENOBUFS).  The IPv4
 * setting of an IPv6 socket is for its v4-mapped peers.
 */
static bool
ask_for_notices(int fd, int family)
{
	bool v4 = set_option(fd, IPPROTO_IP, IP_RECVERR, 1);

	if (family != AF_INET6)
		return v4;
	return set_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
}

/*
 * The address of ours that an arrival or a notice came to, where it is not
 * known from the socket: whoever asked knows an answer by it.  Of what came to
 * all on a link over IPv4 only the IPv4 setting says so, on an IPv6 socket,
 * too.
 */
static void
ask_for_own_address(int fd, int family)
{
	(void)set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
	if (family == AF_INET6)
		(void)set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

/* The kernel grants what it likes, up to net.core.rmem_max, and doubles it for
 * its own book-keeping. */
static bool
size_receive_buffer(struct silbo_udp *udp, uint32_t asked)
{
	int granted = 0;
	socklen_t len = sizeof granted;

	if (asked > INT_MAX)
		asked = INT_MAX;
	if (asked != 0 &&
	    !set_option(udp->fd, SOL_SOCKET, SO_RCVBUF, (int)asked))
		return false;
	if (getsockopt(udp->fd, SOL_SOCKET, SO_RCVBUF, &granted, &len) != 0)
		return false;
	udp->receive_buffer = (uint32_t)granted;
	return true;
}

static bool
attach(int fd, const struct silbo_udp_config *config)
{
	union address address;
	socklen_t len;

	if (!group_prepare(fd, config))
		return false;
	len = peer_get(&address, &config->local);
	if (!group_scope(&address, config) ||
	    (len != 0 && bind(fd, &address.sa, len) != 0))
		return false;
	if (!group_join(fd, config))
		return false;
	len = peer_get(&address, &config->remote);
	return len == 0 || connect(fd, &address.sa, len) == 0;
}

int
silbo_udp_open(struct silbo_udp *udp, const struct silbo_udp_config *config)
{
	union address address;
	int family, error;

	assert(config->local.len != 0 || config->remote.len != 0);
	(void)peer_get(&address,
	    config->local.len != 0 ? &config->local : &config->remote);
	family = address.sa.sa_family;
	*udp = (struct silbo_udp){.drained_at = silbo_clock_now()};
	udp->fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (udp->fd < 0)
		return classify(errno);
	udp->stamps = set_option(udp->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
	ask_for_headers(udp->fd, family);
	udp->notices = (config->remote.len != 0 || config->notices) &&
	    ask_for_notices(udp->fd, family);
	if (config->remote.len == 0)
		ask_for_own_address(udp->fd, family);
	if ((family != AF_INET6 ||
		set_option(udp->fd, IPPROTO_IPV6, IPV6_V6ONLY, 0)) &&
	    forbid_fragments(udp->fd, family, config->any_size) &&
	    size_receive_buffer(udp, config->receive_buffer) &&
	    attach(udp->fd, config))
		return 0;
	error = errno;
	silbo_udp_close(udp);
	errno = error;
	return classify(error);
}

void
silbo_udp_close(struct silbo_udp *udp)
{
	if (udp->fd >= 0)
		(void)close(udp->fd);
	udp->fd = -1;
}

uint64_t
silbo_udp_drops(struct silbo_udp *udp)
{
	uint32_t memory[SK_MEMINFO_VARS] = {0};
	socklen_t len = sizeof memory;

	/* An older kernel knows fewer of these variables and says so in len. */
	if (getsockopt(udp->fd, SOL_SOCKET, SO_MEMINFO, memory, &len) == 0 &&
	    len > SK_MEMINFO_DROPS * sizeof memory[0]) {
		udp->drops +=
		    (uint32_t)(memory[SK_MEMINFO_DROPS] - udp->drops_seen);
		udp->drops_seen = memory[SK_MEMINFO_DROPS];
	}
	return udp->drops;
}

int
silbo_udp_local(const struct silbo_udp *udp, struct silbo_peer *out)
{
	union address address = {.sa = {.sa_family = AF_UNSPEC}};
	socklen_t len = sizeof address;

	if (getsockname(udp->fd, &address.sa, &len) != 0)
		return SILBO_ERR_SYSTEM;
	peer_set(out, &address);
	return 0;
}
