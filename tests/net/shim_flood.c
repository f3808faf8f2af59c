/* SPDX-License-Identifier: MIT */
/*
 * Preloaded (LD_PRELOAD): however much was taken from a socket, there is one
 * more datagram, of 20 bytes of nothing, from 127.0.0.1:9.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t recvmsg(int fd, struct msghdr *message, int flags);

ssize_t
recvmsg(int fd, struct msghdr *message, int flags)
{
	struct sockaddr_in from = {.sin_family = AF_INET,
	    .sin_port = htons(9),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	ssize_t n = syscall(SYS_recvmsg, fd, message, flags);

	if (n >= 0 || errno != EAGAIN || (flags & MSG_ERRQUEUE) != 0)
		return n;
	memcpy(message->msg_name, &from, sizeof from);
	message->msg_namelen = sizeof from;
	message->msg_controllen = 0;
	message->msg_flags = 0;
	memset(message->msg_iov[0].iov_base, 0, 20);
	return 20;
}
