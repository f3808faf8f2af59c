/* SPDX-License-Identifier: MIT */
/*
 * One datagram out, one datagram in.
 *
 * Decides when a datagram is said to have arrived (whether the kernel's stamp
 * can be believed) and whether one that the kernel refused is offered again.
 * It refuses to know what a datagram contains, and when to try a failed one
 * later: that is the caller's.
 */
#include <silbo/net.h>

#include "failure.h"
#include "sockaddr.h"

#include <poll.h>
#include <time.h>

/*
 * A datagram is stamped when it comes from the device and queued a little
 * later, so the queue may be found empty between the two.  That is the rule,
 * not the exception, for a receiver that polls while another core sends.  Steps
 * of the wall clock that are larger than this are still seen.
 */
#define UNDER_WAY_NS SILBO_NS_PER_MS

/* One control message as an int: the kernel writes IP_TOS as a byte. */
static int
number_in(struct cmsghdr *control)
{
	int number = 0;

	if (control->cmsg_len < CMSG_LEN(sizeof number))
		return *CMSG_DATA(control);
	memcpy(&number, CMSG_DATA(control), sizeof number);
	return number;
}

/* A datagram to a group or to all on a link is answered from elsewhere, as the
 * routes see fit: its destination is nobody's address. */
static bool
is_for_many(struct cmsghdr *control)
{
	struct silbo_peer to = {.len = 0};
	struct in_pktinfo v4;

	if (control->cmsg_level == IPPROTO_IP) {
		memcpy(&v4, CMSG_DATA(control), sizeof v4);
		if (v4.ipi_addr.s_addr != v4.ipi_spec_dst.s_addr)
			return true;
	}
	own_address(&to, control);
	return silbo_addr_is_group(&to);
}

/* Fill TOS, TTL and our own address.  Returns the kernel's stamp, ns of wall
 * time; 0: none. */
static uint64_t
take_control(struct silbo_arrival *arrival, struct msghdr *message)
{
	struct timespec ts = {.tv_sec = 0};
	bool for_many = false;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL;
	     c = CMSG_NXTHDR(message, c)) {
		int level = c->cmsg_level, type = c->cmsg_type;

		if (level == SOL_SOCKET && type == SCM_TIMESTAMPNS)
			memcpy(&ts, CMSG_DATA(c), sizeof ts);
		else if ((level == IPPROTO_IP && type == IP_TOS) ||
		    (level == IPPROTO_IPV6 && type == IPV6_TCLASS))
			arrival->tos = number_in(c);
		else if ((level == IPPROTO_IP && type == IP_TTL) ||
		    (level == IPPROTO_IPV6 && type == IPV6_HOPLIMIT))
			arrival->ttl = number_in(c);
		else if ((level == IPPROTO_IP && type == IP_PKTINFO) ||
		    (level == IPPROTO_IPV6 && type == IPV6_PKTINFO)) {
			own_address(&arrival->to, c);
			for_many = for_many || is_for_many(c);
		}
	}
	if (for_many)
		arrival->to.len = 0;
	return (uint64_t)ts.tv_sec * SILBO_NS_PER_S + (uint64_t)ts.tv_nsec;
}

/*
 * The stamp is wall time, so it is worth only its age, which a step of the wall
 * clock falsifies.  What did not wait longer than since the queue was empty is
 * believed.  The wall clock is read first: if we are interrupted in between,
 * the result is too late, which the bound by now corrects, and never too early.
 */
static void
date(struct silbo_udp *udp, struct silbo_arrival *arrival, uint64_t stamp,
    silbo_time now)
{
	uint64_t age = silbo_clock_wall() - stamp; /* huge for the future */
	silbo_time read_at = silbo_clock_now();

	arrival->at = now;
	arrival->at_source = SILBO_STAMP_USER;
	if (stamp == 0)
		return;
	if (age > read_at || read_at - age + UNDER_WAY_NS < udp->drained_at) {
		udp->stamps_refused++;
		return;
	}
	arrival->at_source = SILBO_STAMP_KERNEL;
	if (read_at - age < now)
		arrival->at = read_at - age;
}

int
silbo_udp_recv(struct silbo_udp *udp, struct silbo_arrival *arrival,
    uint8_t *buf, size_t cap, silbo_time now)
{
	union address from = {.sa = {.sa_family = AF_UNSPEC}};
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct timespec)) +
		    4 * CMSG_SPACE(sizeof(int)) +
		    CMSG_SPACE(sizeof(struct in_pktinfo)) +
		    CMSG_SPACE(sizeof(struct in6_pktinfo))];
	} control;
	struct iovec part = {.iov_base = buf, .iov_len = cap};
	struct msghdr message = {.msg_name = &from,
	    .msg_namelen = sizeof from,
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof control};
	ssize_t n;

	do
		n = recvmsg(udp->fd, &message, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN) {
		udp->drained_at = now;
		return 0;
	}
	if (n < 0)
		return classify(errno);
	*arrival = (struct silbo_arrival){.data = buf,
	    .len = (size_t)n,
	    .tos = -1,
	    .ttl = -1,
	    .truncated = (message.msg_flags & MSG_TRUNC) != 0};
	peer_set(&arrival->from, &from);
	date(udp, arrival, take_control(arrival, &message), now);
	return 1;
}

/* One datagram on its way out. */
struct departure {
	const uint8_t *data;
	size_t len;
	union address to;
	socklen_t to_len; /* 0: connected */
	union address from;
	socklen_t from_len; /* 0: as the routes say */
};

/* How the kernel is told which address of ours to send from. */
static ssize_t
transmit_from(int fd, const struct departure *d)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	} control = {.bytes = {0}};
	struct iovec part = {
	    .iov_base = (void *)(uintptr_t)d->data, .iov_len = d->len};
	union address to = d->to;
	struct msghdr message = {.msg_name = &to,
	    .msg_namelen = d->to_len,
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control};
	struct in_pktinfo v4 = {.ipi_spec_dst = d->from.v4.sin_addr};
	struct in6_pktinfo v6 = {.ipi6_addr = d->from.v6.sin6_addr,
	    .ipi6_ifindex = d->from.v6.sin6_scope_id};

	if (d->from.sa.sa_family == AF_INET6) {
		message.msg_controllen = CMSG_SPACE(sizeof v6);
		control.header = (struct cmsghdr){CMSG_LEN(sizeof v6),
		    .cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_PKTINFO};
		memcpy(CMSG_DATA(&control.header), &v6, sizeof v6);
	} else {
		message.msg_controllen = CMSG_SPACE(sizeof v4);
		control.header = (struct cmsghdr){CMSG_LEN(sizeof v4),
		    .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO};
		memcpy(CMSG_DATA(&control.header), &v4, sizeof v4);
	}
	return sendmsg(fd, &message, 0);
}

/* True when the datagram left; else errno says why not. */
static bool
transmit(int fd, const struct departure *d)
{
	ssize_t n;

	do
		n = d->from_len != 0
		    ? transmit_from(fd, d)
		    : sendto(fd, d->data, d->len, 0,
			  d->to_len != 0 ? &d->to.sa : NULL, d->to_len);
	while (n < 0 && errno == EINTR);
	return n >= 0;
}

/*
 * Is a failure the answer to an earlier datagram?  A refusal can be nothing
 * else; any other can, when the queue of notices is not empty.
 */
static bool
concerns_earlier(int fd)
{
	struct pollfd polled = {.fd = fd};

	if (errno == ECONNREFUSED)
		return true;
	return poll(&polled, 1, 0) == 1 && (polled.revents & POLLERR) != 0;
}

static int
depart(int fd, const struct departure *d)
{
	bool earlier;
	int error;

	if (transmit(fd, d))
		return 0;
	/* By answering, the kernel has forgotten it: nothing hinders this
	 * datagram now. */
	error = errno;
	earlier = concerns_earlier(fd);
	if (earlier && transmit(fd, d))
		return 0;
	if (!earlier)
		errno = error;
	return classify(errno);
}

int
silbo_udp_send(struct silbo_udp *udp, const uint8_t *data, size_t len,
    const struct silbo_peer *to)
{
	struct departure d;

	d.data = data;
	d.len = len;
	d.to_len = to != NULL ? peer_get(&d.to, to) : 0;
	d.from_len = 0;
	return depart(udp->fd, &d);
}

int
silbo_udp_send_from(struct silbo_udp *udp, const uint8_t *data, size_t len,
    const struct silbo_peer *to, const struct silbo_peer *from)
{
	struct departure d = {.data = data, .len = len};
	int err;

	d.to_len = peer_get(&d.to, to);
	d.from_len = peer_get(&d.from, from);
	err = depart(udp->fd, &d);
	/* So the kernel calls what is no address of ours (any more). */
	if (d.from_len == 0 ||
	    (err != SILBO_ERR_UNREACHABLE && err != SILBO_ERR_NO_ADDRESS &&
		(err != SILBO_ERR_SYSTEM || errno != EINVAL)))
		return err;
	d.from_len = 0;
	return depart(udp->fd, &d);
}
