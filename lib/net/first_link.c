/* SPDX-License-Identifier: MIT */
/*
 * What the first link takes.  It refuses to know what the rest of a path does,
 * and what is said of it.
 */
#include <silbo/addr.h>

#include "sockaddr.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

uint32_t
silbo_addr_mtu(uint32_t *headers, const struct silbo_peer *peer)
{
	char name[SILBO_INTERFACE_TEXT_BYTES];
	struct ifreq request = {.ifr_mtu = 0};
	union address address;
	int fd, error, result;

	(void)peer_get(&address, peer);
	*headers = address.sa.sa_family == AF_INET6 &&
		!IN6_IS_ADDR_V4MAPPED(&address.v6.sin6_addr)
	    ? V6_HEADERS
	    : V4_HEADERS;
	if (silbo_addr_interface(name, peer) != 0)
		return 0;
	(void)snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	fd = socket(address.sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	result = ioctl(fd, SIOCGIFMTU, &request);
	error = errno;
	(void)close(fd);
	errno = error;
	return result == 0 && request.ifr_mtu > 0 ? (uint32_t)request.ifr_mtu
						  : 0;
}
