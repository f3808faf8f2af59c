/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "net/sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* Take what comes until every datagram is accounted for. */
static uint64_t
drain(struct silbo_udp *rx, uint64_t sent)
{
	silbo_time until = silbo_clock_now() + PATIENCE_NS;
	struct silbo_arrival arrival;
	uint64_t received = 0;
	uint8_t buf[512];
	int n;

	do {
		n = silbo_udp_recv(
		    rx, &arrival, buf, sizeof buf, silbo_clock_now());
		assert_true(n >= 0);
		received += (uint64_t)n;
	} while (n > 0 ||
	    (received + silbo_udp_drops(rx) < sent &&
		silbo_clock_now() < until));
	return received;
}

static void
what_the_queue_drops_is_exactly_what_did_not_arrive(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loopbacks); i++) {
		struct silbo_udp rx, tx;
		struct silbo_peer to;
		uint64_t sent = 0, received = 0;
		uint8_t data[400] = {0};

		if (!open_bound(&rx, loopbacks[i], 4096))
			continue;
		to = local_of(&rx);
		open_connected(&tx, &to);
		assert_int_equal(silbo_udp_drops(&rx), 0);
		for (int burst = 0; burst < 3; burst++) {
			for (int n = 0; n < 300; n++)
				assert_int_equal(silbo_udp_send(&tx, data,
						     sizeof data, NULL),
				    0);
			sent += 300;
			received += drain(&rx, sent - received);
			assert_true(received < sent);
			assert_int_equal(silbo_udp_drops(&rx), sent - received);
		}
		close_pair(&rx, &tx);
	}
}

static void
the_drop_count_goes_on_where_the_kernels_wraps(void **state)
{
	struct silbo_udp rx;

	(void)state;
	assert_true(open_bound(&rx, "127.0.0.1", 0));
	rx.drops = 7;
	rx.drops_seen = UINT32_MAX - 2; /* the kernel's is at 0: 3 further */
	assert_true(silbo_udp_drops(&rx) == 10);
	assert_true(silbo_udp_drops(&rx) == 10);
	silbo_udp_close(&rx);
}

static void
the_granted_receive_buffer_is_told(void **state)
{
	struct silbo_udp as_is, small, large;

	(void)state;
	assert_true(open_bound(&as_is, "127.0.0.1", 0));
	assert_true(open_bound(&small, "127.0.0.1", 16384));
	assert_true(open_bound(&large, "127.0.0.1", UINT32_MAX));
	assert_int_equal(small.receive_buffer, 2 * 16384);
	assert_true(as_is.receive_buffer > small.receive_buffer);
	assert_true(large.receive_buffer >= as_is.receive_buffer);
	assert_true(large.receive_buffer < UINT32_MAX);
	silbo_udp_close(&as_is);
	silbo_udp_close(&small);
	silbo_udp_close(&large);
}

/* The number that the next descriptor would get. */
static int
next_fd(void)
{
	int fd = dup(STDIN_FILENO);

	assert_true(fd >= 0);
	close(fd);
	return fd;
}

static void
a_failed_open_says_why_and_leaves_nothing_open(void **state)
{
	struct silbo_udp first, second;
	struct silbo_udp_config taken = {.receive_buffer = 0};
	struct silbo_udp_config foreign = {.local = address("203.0.113.7", 0)};
	int before;

	(void)state;
	assert_true(open_bound(&first, "127.0.0.1", 0));
	taken.local = local_of(&first);
	before = next_fd();
	assert_int_equal(silbo_udp_open(&second, &taken), SILBO_ERR_SYSTEM);
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(second.fd, -1);
	assert_int_equal(
	    silbo_udp_open(&second, &foreign), SILBO_ERR_NO_ADDRESS);
	assert_int_equal(errno, EADDRNOTAVAIL);
	assert_int_equal(next_fd(), before);
	silbo_udp_close(&first);
}

static int
option_of(const struct silbo_udp *udp, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof value;

	assert_int_equal(getsockopt(udp->fd, level, name, &value, &len), 0);
	return value;
}

static void
a_socket_never_fragments_never_blocks_and_is_not_inherited(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loopbacks); i++) {
		struct silbo_udp udp;

		if (!open_bound(&udp, loopbacks[i], 0))
			continue;
		assert_int_equal(option_of(&udp, IPPROTO_IP, IP_MTU_DISCOVER),
		    IP_PMTUDISC_DO);
		if (i == 1)
			assert_int_equal(
			    option_of(&udp, IPPROTO_IPV6, IPV6_MTU_DISCOVER),
			    IPV6_PMTUDISC_DO);
		assert_true((fcntl(udp.fd, F_GETFL) & O_NONBLOCK) != 0);
		assert_int_equal(fcntl(udp.fd, F_GETFD), FD_CLOEXEC);
		silbo_udp_close(&udp);
	}
}

/* Both families come to one socket, and each is answered at its address. */
static void
the_ipv6_wildcard_also_takes_ipv4(void **state)
{
	struct silbo_udp rx;

	(void)state;
	if (!open_bound(&rx, "::", 0))
		return;
	for (size_t i = 0; i < COUNT(loopbacks); i++) {
		struct silbo_udp tx;
		struct silbo_peer to, from;
		struct silbo_arrival arrival;
		char seen[SILBO_ADDR_TEXT_BYTES], is[SILBO_ADDR_TEXT_BYTES];
		uint8_t buf[8];

		if (!open_bound(&tx, loopbacks[i], 0))
			continue;
		silbo_udp_close(&tx);
		to = local_of(&rx);
		to = address(loopbacks[i], silbo_addr_port(&to));
		open_connected(&tx, &to);
		send_number(&tx, 1);
		take(&rx, &arrival, buf, sizeof buf);
		from = local_of(&tx);
		silbo_addr_text(seen, &arrival.from);
		silbo_addr_text(is, &from);
		assert_string_equal(seen, is);
		assert_int_equal(strncmp(seen, "127.0.0.1:", 10) == 0, i == 0);
		assert_int_equal(silbo_udp_send(&rx, buf, 4, &arrival.from), 0);
		take(&tx, &arrival, buf, sizeof buf);
		silbo_udp_close(&tx);
	}
	silbo_udp_close(&rx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		what_the_queue_drops_is_exactly_what_did_not_arrive),
	    cmocka_unit_test(the_drop_count_goes_on_where_the_kernels_wraps),
	    cmocka_unit_test(the_granted_receive_buffer_is_told),
	    cmocka_unit_test(a_failed_open_says_why_and_leaves_nothing_open),
	    cmocka_unit_test(
		a_socket_never_fragments_never_blocks_and_is_not_inherited),
	    cmocka_unit_test(the_ipv6_wildcard_also_takes_ipv4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
