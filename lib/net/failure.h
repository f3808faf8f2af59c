/* SPDX-License-Identifier: MIT */
/*
 * Private to lib/net: what an errno of a socket means to the layers above.
 *
 * The classes are those that are answered differently: BUSY passes by itself,
 * REFUSED until somebody listens, UNREACHABLE and NO_ADDRESS until the network
 * is back, which may need a new socket; DENIED and TOO_LARGE are settings.
 */
#ifndef SILBO_NET_FAILURE_H
#define SILBO_NET_FAILURE_H

#include <silbo/err.h>

#include <errno.h>

static inline int
classify(int error)
{
	switch (error) {
	case EAGAIN: /* and EWOULDBLOCK: the same on Linux */
	case ENOBUFS:
		return SILBO_ERR_BUSY;
	case ECONNREFUSED:
		return SILBO_ERR_REFUSED;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
		return SILBO_ERR_UNREACHABLE;
	case EADDRNOTAVAIL:
		return SILBO_ERR_NO_ADDRESS;
	case EPERM:
	case EACCES:
		return SILBO_ERR_DENIED;
	case EMSGSIZE:
		return SILBO_ERR_TOO_LARGE;
	default:
		return SILBO_ERR_SYSTEM;
	}
}

#endif
