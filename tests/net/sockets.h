/* SPDX-License-Identifier: MIT */
/*
 * Sockets for tests: on loopback, on ports that the kernel chooses, checked.
 */
#ifndef SILBO_TESTS_NET_SOCKETS_H
#define SILBO_TESTS_NET_SOCKETS_H

#include "testing.h"

#include <silbo/net.h>

#include <errno.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Only a test that fails waits so long. */
#define PATIENCE_NS (5 * SILBO_NS_PER_S)

static const char *const loopbacks[] = {"127.0.0.1", "::1"};

static inline struct silbo_peer
address(const char *host, uint16_t port)
{
	struct silbo_peer peer;
	const char *why = NULL;

	assert_int_equal(
	    silbo_addr_resolve(&peer, 1, host, port, SILBO_FAMILY_ANY, &why),
	    1);
	return peer;
}

/* A socket on a port that the kernel chooses.  Returns false, loudly, where
 * this machine does not have the address. */
static inline bool
open_bound(struct silbo_udp *udp, const char *host, uint32_t receive_buffer)
{
	struct silbo_udp_config config = {
	    .local = address(host, 0), .receive_buffer = receive_buffer};
	int err = silbo_udp_open(udp, &config);

	if (err != 0 && strchr(host, ':') != NULL &&
	    (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
		print_message("SKIP ipv6 loopback absent: %s\n", host);
		return false;
	}
	assert_int_equal(err, 0);
	return true;
}

static inline void
open_connected(struct silbo_udp *udp, const struct silbo_peer *to)
{
	struct silbo_udp_config config = {.remote = *to};

	assert_int_equal(silbo_udp_open(udp, &config), 0);
}

static inline struct silbo_peer
local_of(const struct silbo_udp *udp)
{
	struct silbo_peer peer;

	assert_int_equal(silbo_udp_local(udp, &peer), 0);
	return peer;
}

/* A receiver on this host, and a sender connected to it. */
static inline bool
open_pair(struct silbo_udp *rx, struct silbo_udp *tx, const char *host)
{
	struct silbo_peer peer;

	if (!open_bound(rx, host, 0))
		return false;
	peer = local_of(rx);
	open_connected(tx, &peer);
	return true;
}

static inline void
close_pair(struct silbo_udp *rx, struct silbo_udp *tx)
{
	silbo_udp_close(rx);
	silbo_udp_close(tx);
	assert_int_equal(rx->fd, -1);
}

/* Wait for the next datagram and take it. */
static inline void
take(struct silbo_udp *rx, struct silbo_arrival *arrival, uint8_t *buf,
    size_t cap)
{
	silbo_time until = silbo_clock_now() + PATIENCE_NS;

	assert_int_equal(silbo_wait(&rx->fd, 1, until), 1);
	assert_int_equal(
	    silbo_udp_recv(rx, arrival, buf, cap, silbo_clock_now()), 1);
}

static inline void
send_number(struct silbo_udp *tx, uint32_t number)
{
	uint8_t bytes[sizeof number];

	memcpy(bytes, &number, sizeof number);
	assert_int_equal(silbo_udp_send(tx, bytes, sizeof bytes, NULL), 0);
}

#endif
