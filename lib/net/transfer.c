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

/* Fill TOS and TTL.  Returns the kernel's stamp, ns of wall time; 0: none. */
static uint64_t
take_control(struct silbo_arrival *arrival, struct msghdr *message)
{
	struct timespec ts = {.tv_sec = 0};

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
	}
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

/* True when the datagram left; else errno says why not. */
static bool
transmit(int fd, const uint8_t *data, size_t len, const union address *to,
    socklen_t to_len)
{
	ssize_t n;

	do
		n = sendto(
		    fd, data, len, 0, to_len != 0 ? &to->sa : NULL, to_len);
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

int
silbo_udp_send(struct silbo_udp *udp, const uint8_t *data, size_t len,
    const struct silbo_peer *to)
{
	union address address;
	socklen_t address_len = to != NULL ? peer_get(&address, to) : 0;
	bool earlier;
	int error;

	if (transmit(udp->fd, data, len, &address, address_len))
		return 0;
	/* By answering, the kernel has forgotten it: nothing hinders this
	 * datagram now. */
	error = errno;
	earlier = concerns_earlier(udp->fd);
	if (earlier && transmit(udp->fd, data, len, &address, address_len))
		return 0;
	if (!earlier)
		errno = error;
	return classify(errno);
}
