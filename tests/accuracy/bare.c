/* SPDX-License-Identifier: MIT */
/*
 * The least that a receiver can do: a recvfrom for each datagram, and a count.
 * What silbo recv costs is told beside what this costs, in the same run.
 *
 *   bare            listens on a port of its own, and says which
 *
 * Ends when nothing has come for a second after the first datagram.
 */
#include <arpa/inet.h>
#include <err.h>
#include <linux/sock_diag.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>

#define BUFFER (4 << 20) /* as silbo recv asks for */

static int
listening(void)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct timeval silence = {.tv_sec = 1};
	const int buffer = BUFFER;
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence) <
		0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		err(1, "socket");
	fprintf(stderr, "listening on 127.0.0.1:%u/udp\n", ntohs(a.sin_port));
	return fd;
}

int
main(void)
{
	static char buf[65536];
	uint32_t memory[SK_MEMINFO_VARS] = {0};
	socklen_t len = sizeof memory;
	unsigned long count = 0;
	int fd = listening();

	for (;;) {
		if (recvfrom(fd, buf, sizeof buf, 0, NULL, NULL) >= 0)
			count++;
		else if (count > 0)
			break;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &len) < 0)
		err(1, "SO_MEMINFO");
	printf("{\"counted\": %lu, \"drops\": %u}\n", count,
	    (unsigned)memory[SK_MEMINFO_DROPS]);
	return 0;
}
