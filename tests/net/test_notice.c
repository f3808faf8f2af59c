/* SPDX-License-Identifier: MIT */
/*
 * What the network says to a socket that asks many hosts: each notice names the
 * datagram's destination, and what one host refuses hinders no other.
 */
#include "testing.h"

#include "net/sockets.h"

/* A port that was free a moment ago, where nobody listens. */
static struct silbo_peer
closed_port(const char *host)
{
	struct silbo_udp udp;
	struct silbo_peer peer;

	assert_true(open_bound(&udp, host, 0));
	peer = local_of(&udp);
	silbo_udp_close(&udp);
	return peer;
}

/* An unconnected socket on the wildcard, as a prober has it. */
static bool
open_asker(struct silbo_udp *udp, const char *wildcard, bool notices)
{
	struct silbo_udp_config config = {
	    .local = address(wildcard, 0), .notices = notices};
	int err = silbo_udp_open(udp, &config);

	if (err != 0 && strchr(wildcard, ':') != NULL &&
	    errno == EAFNOSUPPORT) {
		print_message("SKIP ipv6 absent: %s\n", wildcard);
		return false;
	}
	assert_int_equal(err, 0);
	assert_int_equal(udp->notices, notices);
	return true;
}

static void
take_notice(struct silbo_udp *udp, struct silbo_notice *notice)
{
	silbo_time until = silbo_clock_now() + PATIENCE_NS;

	assert_int_equal(silbo_wait(&udp->fd, 1, until), 1);
	assert_int_equal(silbo_udp_get_notice(udp, notice), 1);
}

/* An IPv6 wildcard asks IPv4 hosts under their mapped addresses. */
static const struct {
	int row;
	const char *wildcard, *hosts[2];
	bool here[2];
} askers[] = {
    {1, "0.0.0.0", {"127.0.0.1", "127.0.0.2"}, {true, false}},
    {2, "::", {"::1", "::1"}, {true, true}},
    {3, "::", {"::ffff:127.0.0.1", "::ffff:127.0.0.2"}, {true, false}},
    {4, "127.0.0.1", {"127.0.0.1", "127.0.0.3"}, {true, false}},
};

static void
each_notice_names_the_destination_it_is_about(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(askers); i++) {
		struct silbo_udp udp;
		struct silbo_notice notice;
		struct silbo_peer to[2];
		uint8_t byte = 0;

		if (!open_asker(&udp, askers[i].wildcard, true))
			continue;
		for (size_t h = 0; h < 2; h++)
			to[h] = closed_port(askers[i].hosts[h]);
		for (size_t h = 0; h < 6; h++)
			assert_int_equal(
			    silbo_udp_send(&udp, &byte, 1, &to[h % 2]), 0);
		for (size_t h = 0; h < 6; h++) {
			char host[SILBO_ADDR_TEXT_BYTES];
			char from[SILBO_ADDR_TEXT_BYTES];

			take_notice(&udp, &notice);
			assert_int_equal(notice.kind, SILBO_NOTICE_PORT);
			assert_memory_equal(
			    &notice.to, &to[h % 2], sizeof notice.to);
			silbo_addr_host_text(host, &to[h % 2]);
			silbo_addr_host_text(from, &notice.from);
			assert_string_equal(from, host);
			if (notice.here != askers[i].here[h % 2])
				fail_msg("row %d: here", askers[i].row);
		}
		assert_int_equal(silbo_udp_get_notice(&udp, &notice), 0);
		assert_int_equal(silbo_wait(&udp.fd, 1, 0), 0);
		silbo_udp_close(&udp);
	}
}

static void
a_connected_socket_names_its_destination_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loopbacks); i++) {
		struct silbo_udp rx, tx;
		struct silbo_notice notice;
		struct silbo_peer to;

		if (!open_pair(&rx, &tx, loopbacks[i]))
			continue;
		to = local_of(&rx);
		silbo_udp_close(&rx);
		send_number(&tx, 1);
		take_notice(&tx, &notice);
		assert_true(notice.here);
		assert_memory_equal(&notice.to, &to, sizeof to);
		silbo_udp_close(&tx);
	}
}

static void
without_being_asked_an_unconnected_socket_hears_nothing_of_it(void **state)
{
	struct silbo_udp udp;
	struct silbo_notice notice;
	struct silbo_peer to = closed_port("127.0.0.1");
	uint8_t byte = 0;

	(void)state;
	assert_true(open_asker(&udp, "0.0.0.0", false));
	for (int n = 0; n < 3; n++)
		assert_int_equal(silbo_udp_send(&udp, &byte, 1, &to), 0);
	assert_int_equal(silbo_wait(&udp.fd, 1, 0), 0);
	assert_int_equal(silbo_udp_get_notice(&udp, &notice), 0);
	silbo_udp_close(&udp);
}

/* The kernel answers the next send with what one host said: that send is not
 * about it, so it is made again, and every datagram to the other arrives. */
static void
a_host_that_refuses_takes_nothing_from_another(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loopbacks); i++) {
		struct silbo_udp udp, rx;
		struct silbo_arrival arrival;
		struct silbo_notice notice;
		struct silbo_peer to, closed;
		uint8_t byte, buf[8];

		if (!open_bound(&rx, loopbacks[i], 0))
			continue;
		assert_true(open_asker(&udp, i == 0 ? "0.0.0.0" : "::", true));
		to = local_of(&rx);
		closed = closed_port(loopbacks[i]);
		for (byte = 0; byte < 20; byte++) {
			assert_int_equal(
			    silbo_udp_send(&udp, &byte, 1, &closed), 0);
			assert_int_equal(
			    silbo_udp_send(&udp, &byte, 1, &to), 0);
		}
		for (byte = 0; byte < 20; byte++) {
			take(&rx, &arrival, buf, sizeof buf);
			assert_int_equal(buf[0], byte);
			take_notice(&udp, &notice);
			assert_memory_equal(&notice.to, &closed, sizeof closed);
		}
		close_pair(&rx, &udp);
	}
}

/* A reply is heard from whatever address it comes, and beside a refusal. */
static void
a_refusal_does_not_hide_a_reply_from_anybody(void **state)
{
	struct silbo_udp udp, other;
	struct silbo_arrival arrival;
	struct silbo_notice notice;
	struct silbo_peer local, to, closed = closed_port("127.0.0.1");
	uint8_t byte = 7, buf[8];

	(void)state;
	assert_true(open_asker(&udp, "0.0.0.0", true));
	assert_true(open_bound(&other, "127.0.0.5", 0));
	local = local_of(&udp);
	to = address("127.0.0.1", silbo_addr_port(&local));
	assert_int_equal(silbo_udp_send(&udp, &byte, 1, &closed), 0);
	assert_int_equal(silbo_udp_send(&other, &byte, 1, &to), 0);
	assert_int_equal(
	    silbo_udp_recv(&udp, &arrival, buf, sizeof buf, silbo_clock_now()),
	    SILBO_ERR_REFUSED);
	take(&udp, &arrival, buf, sizeof buf);
	local = local_of(&other);
	assert_memory_equal(&arrival.from, &local, sizeof local);
	take_notice(&udp, &notice);
	assert_memory_equal(&notice.to, &closed, sizeof closed);
	close_pair(&udp, &other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_notice_names_the_destination_it_is_about),
	    cmocka_unit_test(a_connected_socket_names_its_destination_too),
	    cmocka_unit_test(
		without_being_asked_an_unconnected_socket_hears_nothing_of_it),
	    cmocka_unit_test(a_host_that_refuses_takes_nothing_from_another),
	    cmocka_unit_test(a_refusal_does_not_hide_a_reply_from_anybody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
