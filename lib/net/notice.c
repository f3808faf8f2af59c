/* SPDX-License-Identifier: MIT */
/*
 * What the network says of datagrams that were sent: ICMP, as the kernel hands
 * it to the socket that sent them (IP_RECVERR, ip(7)).
 *
 * Decides what kind of trouble a message means, and who speaks.  It refuses to
 * act on it: nothing here is authenticated, so it may be said, never obeyed.
 * What this machine itself refused is not told here, as the send returned it.
 */
#include <silbo/net.h>

#include "sockaddr.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

/* Types and codes of RFC 792 and RFC 1812 section 5.2.7.1. */
static enum silbo_notice_kind
kind_of_v4(unsigned type, unsigned code)
{
	if (type == ICMP_TIME_EXCEEDED)
		return SILBO_NOTICE_EXPIRED;
	if (type != ICMP_DEST_UNREACH)
		return SILBO_NOTICE_OTHER;
	switch (code) {
	case ICMP_PORT_UNREACH:
		return SILBO_NOTICE_PORT;
	case ICMP_FRAG_NEEDED:
		return SILBO_NOTICE_TOO_LARGE;
	case ICMP_NET_ANO:
	case ICMP_HOST_ANO:
	case ICMP_PKT_FILTERED:
		return SILBO_NOTICE_PROHIBITED;
	case ICMP_NET_UNREACH:
	case ICMP_HOST_UNREACH:
	case ICMP_NET_UNKNOWN:
	case ICMP_HOST_UNKNOWN:
	case ICMP_NET_UNR_TOS:
	case ICMP_HOST_UNR_TOS:
		return SILBO_NOTICE_HOST;
	default:
		return SILBO_NOTICE_OTHER;
	}
}

/* RFC 4443 section 3; code 5 is an ingress or egress policy, 6 a reject
 * route. */
static enum silbo_notice_kind
kind_of_v6(unsigned type, unsigned code)
{
	if (type == ICMP6_PACKET_TOO_BIG)
		return SILBO_NOTICE_TOO_LARGE;
	if (type == ICMP6_TIME_EXCEEDED)
		return SILBO_NOTICE_EXPIRED;
	if (type != ICMP6_DST_UNREACH)
		return SILBO_NOTICE_OTHER;
	switch (code) {
	case ICMP6_DST_UNREACH_NOPORT:
		return SILBO_NOTICE_PORT;
	case ICMP6_DST_UNREACH_ADMIN:
	case 5:
	case 6:
		return SILBO_NOTICE_PROHIBITED;
	case ICMP6_DST_UNREACH_NOROUTE:
	case ICMP6_DST_UNREACH_BEYONDSCOPE:
	case ICMP6_DST_UNREACH_ADDR:
		return SILBO_NOTICE_HOST;
	default:
		return SILBO_NOTICE_OTHER;
	}
}

/*
 * Whoever found out: a router, the destination, or this machine itself.  That
 * is who speaks from the address that the datagram left from: the one that the
 * message came to, or the only one of a connected socket.
 */
static void
set_from(const struct silbo_udp *udp, struct silbo_notice *notice,
    const union address *offender, const struct silbo_peer *own)
{
	char from[SILBO_ADDR_TEXT_BYTES], here[SILBO_ADDR_TEXT_BYTES];
	struct silbo_peer local = *own;

	peer_set(&notice->from, offender);
	if (local.len == 0 && silbo_udp_local(udp, &local) != 0)
		return;
	silbo_addr_host_text(from, &notice->from);
	silbo_addr_host_text(here, &local);
	notice->here = strcmp(from, here) == 0;
}

static uint32_t
less_headers(uint32_t mtu, uint32_t headers)
{
	return mtu > headers ? mtu - headers : 0;
}

/* Returns false for what is not from the network. */
static bool
parse(const struct silbo_udp *udp, struct silbo_notice *notice,
    struct cmsghdr *control, const struct silbo_peer *own)
{
	struct {
		struct sock_extended_err error;
		union address offender;
	} said = {.offender = {.sa = {.sa_family = AF_UNSPEC}}};
	size_t len = control->cmsg_len - CMSG_LEN(0);

	if (len < sizeof said.error)
		return false;
	memcpy(
	    &said, CMSG_DATA(control), len < sizeof said ? len : sizeof said);
	*notice = (struct silbo_notice){.kind = SILBO_NOTICE_OTHER};
	if (said.error.ee_origin == SO_EE_ORIGIN_ICMP) {
		notice->kind =
		    kind_of_v4(said.error.ee_type, said.error.ee_code);
		notice->payload_max =
		    less_headers(said.error.ee_info, V4_HEADERS);
	} else if (said.error.ee_origin == SO_EE_ORIGIN_ICMP6) {
		notice->kind =
		    kind_of_v6(said.error.ee_type, said.error.ee_code);
		notice->payload_max =
		    less_headers(said.error.ee_info, V6_HEADERS);
	} else {
		return false;
	}
	if (notice->kind != SILBO_NOTICE_TOO_LARGE)
		notice->payload_max = 0;
	set_from(udp, notice, &said.offender, own);
	return true;
}

static bool
take(const struct silbo_udp *udp, struct silbo_notice *notice,
    struct msghdr *message)
{
	struct cmsghdr *error = NULL;
	struct silbo_peer own = {.len = 0};

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL;
	     c = CMSG_NXTHDR(message, c)) {
		own_address(&own, c);
		if ((c->cmsg_level == IPPROTO_IP &&
			c->cmsg_type == IP_RECVERR) ||
		    (c->cmsg_level == IPPROTO_IPV6 &&
			c->cmsg_type == IPV6_RECVERR))
			error = c;
	}
	return error != NULL && parse(udp, notice, error, &own);
}

int
silbo_udp_get_notice(struct silbo_udp *udp, struct silbo_notice *notice)
{
	union address to;
	union {
		struct cmsghdr align;
		char bytes[512];
	} control;
	struct msghdr message;
	ssize_t n;

	while (udp->notices) {
		to = (union address){.sa = {.sa_family = AF_UNSPEC}};
		message = (struct msghdr){.msg_name = &to,
		    .msg_namelen = sizeof to,
		    .msg_control = &control,
		    .msg_controllen = sizeof control};
		do
			n = recvmsg(
			    udp->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			return 0;
		if (!take(udp, notice, &message))
			continue;
		peer_set(&notice->to, &to);
		return 1;
	}
	return 0;
}

uint32_t
silbo_udp_payload_max(const struct silbo_udp *udp)
{
	union address address = {.sa = {.sa_family = AF_UNSPEC}};
	socklen_t address_len = sizeof address, len = sizeof(int);
	int mtu = 0;

	if (getsockname(udp->fd, &address.sa, &address_len) != 0)
		return 0;
	if (address.sa.sa_family == AF_INET6) {
		if (getsockopt(udp->fd, IPPROTO_IPV6, IPV6_MTU, &mtu, &len) !=
		    0)
			return 0;
		return less_headers((uint32_t)mtu, V6_HEADERS);
	}
	if (getsockopt(udp->fd, IPPROTO_IP, IP_MTU, &mtu, &len) != 0)
		return 0;
	return less_headers((uint32_t)mtu, V4_HEADERS);
}
