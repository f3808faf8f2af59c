/* SPDX-License-Identifier: MIT */
/*
 * Groups on the loopback interface, always named: no datagram of a test may
 * leave the machine.  IPv6 groups need a network of their own, as the loopback
 * interface takes none: tests/cli/multicast.sh.
 */
#include "testing.h"

#include "net/sockets.h"

#include <errno.h>

#define GROUP "239.77.1.7"

static const struct {
	const char *host;
	bool is;
} hosts[] = {
    {"224.0.0.0", true},
    {"224.0.0.1", true},
    {GROUP, true},
    {"239.255.255.255", true},
    {"223.255.255.255", false},
    {"240.0.0.0", false},
    {"127.0.0.1", false},
    {"ff02::1", true},
    {"ff3e::8000:1", true},
    {"fe80::1", false},
    {"::1", false},
};

static void
groups_are_told_from_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hosts); i++) {
		struct silbo_peer peer = address(hosts[i].host, 9);

		if (silbo_addr_is_group(&peer) != hosts[i].is)
			fail_msg("%s", hosts[i].host);
	}
}

/* A receiver that has joined, on a port that the kernel chose. */
static void
open_member(struct silbo_udp *udp, const char *group, uint16_t port)
{
	struct silbo_udp_config config = {
	    .local = address(group, port), .interface = "lo"};

	assert_int_equal(silbo_udp_open(udp, &config), 0);
}

static void
open_to_group(struct silbo_udp *udp, const char *group, uint16_t port)
{
	struct silbo_udp_config config = {
	    .remote = address(group, port), .interface = "lo"};

	assert_int_equal(silbo_udp_open(udp, &config), 0);
}

static uint16_t
port_of(const struct silbo_udp *udp)
{
	struct silbo_peer local = local_of(udp);

	return silbo_addr_port(&local);
}

static void
what_is_sent_to_a_group_reaches_each_member_once_with_one_hop(void **state)
{
	struct silbo_udp first, second, tx;
	struct silbo_arrival arrival;
	uint8_t buf[8];

	(void)state;
	open_member(&first, GROUP, 0);
	open_member(&second, GROUP, port_of(&first));
	open_to_group(&tx, GROUP, port_of(&first));
	for (uint32_t n = 0; n < 20; n++) {
		send_number(&tx, n);
		take(&first, &arrival, buf, sizeof buf);
		assert_memory_equal(buf, &n, sizeof n);
		assert_int_equal(arrival.ttl, 1);
		take(&second, &arrival, buf, sizeof buf);
		assert_memory_equal(buf, &n, sizeof n);
	}
	assert_int_equal(silbo_udp_recv(&first, &arrival, buf, sizeof buf,
			     silbo_clock_now()),
	    0);
	silbo_udp_close(&tx);
	close_pair(&first, &second);
}

static void
a_member_hears_no_other_group_and_nothing_sent_to_the_host(void **state)
{
	struct silbo_udp rx, other, to_other, to_host, tx;
	struct silbo_peer host;
	struct silbo_arrival arrival;
	uint32_t last = 7;
	uint8_t buf[8];

	(void)state;
	open_member(&rx, GROUP, 0);
	open_member(&other, "239.77.1.8", port_of(&rx));
	open_to_group(&to_other, "239.77.1.8", port_of(&rx));
	host = address("127.0.0.1", port_of(&rx));
	open_connected(&to_host, &host);
	open_to_group(&tx, GROUP, port_of(&rx));
	send_number(&to_other, 5);
	assert_int_equal(silbo_udp_send(&to_host, buf, 0, NULL), 0);
	send_number(&tx, last);
	take(&rx, &arrival, buf, sizeof buf);
	assert_memory_equal(buf, &last, sizeof last);
	take(&other, &arrival, buf, sizeof buf);
	assert_int_equal(
	    silbo_udp_recv(&rx, &arrival, buf, sizeof buf, silbo_clock_now()),
	    0);
	silbo_udp_close(&to_other);
	silbo_udp_close(&to_host);
	silbo_udp_close(&other);
	close_pair(&rx, &tx);
}

static void
hops_to_a_group_are_those_asked_for(void **state)
{
	struct silbo_udp_config config = {.interface = "lo", .hops = 9};
	struct silbo_udp rx, tx;
	struct silbo_arrival arrival;
	uint8_t buf[8];

	(void)state;
	open_member(&rx, GROUP, 0);
	config.remote = address(GROUP, port_of(&rx));
	assert_int_equal(silbo_udp_open(&tx, &config), 0);
	send_number(&tx, 1);
	take(&rx, &arrival, buf, sizeof buf);
	assert_int_equal(arrival.ttl, 9);
	close_pair(&rx, &tx);
}

/* The wildcard of IPv6 takes and sends IPv4, with the same marks. */
static void
hops_and_class_hold_for_ipv4_through_an_ipv6_socket(void **state)
{
	struct silbo_udp_config config = {.hops = 99, .dscp = 46};
	struct silbo_arrival arrival;
	struct silbo_udp both, asker;
	uint8_t buf[8];

	(void)state;
	config.local = address("::", 0);
	if (silbo_udp_open(&both, &config) != 0) {
		print_message("SKIP ipv6 absent\n");
		skip();
	}
	for (size_t i = 0; i < COUNT(loopbacks); i++) {
		struct silbo_peer to = address(loopbacks[i], port_of(&both));

		open_connected(&asker, &to);
		send_number(&asker, 1);
		take(&both, &arrival, buf, sizeof buf);
		assert_int_equal(
		    silbo_udp_send(&both, buf, 4, &arrival.from), 0);
		take(&asker, &arrival, buf, sizeof buf);
		assert_int_equal(arrival.ttl, 99);
		assert_int_equal(arrival.tos >> 2, 46);
		silbo_udp_close(&asker);
	}
	silbo_udp_close(&both);
}

static void
an_interface_that_does_not_exist_is_refused(void **state)
{
	struct silbo_udp_config config = {.interface = "none0"};
	struct silbo_udp udp;

	(void)state;
	config.local = address(GROUP, 0);
	assert_int_equal(silbo_udp_open(&udp, &config), SILBO_ERR_SYSTEM);
	assert_int_equal(errno, ENODEV);
	config.local.len = 0;
	config.remote = address(GROUP, 9);
	assert_int_equal(silbo_udp_open(&udp, &config), SILBO_ERR_SYSTEM);
	assert_int_equal(errno, ENODEV);
	assert_int_equal(udp.fd, -1);
}

static void
the_routes_name_the_interface_of_a_peer(void **state)
{
	char name[SILBO_INTERFACE_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < COUNT(loopbacks); i++) {
		struct silbo_peer peer = address(loopbacks[i], 9);

		if (silbo_addr_interface(name, &peer) == 0)
			assert_string_equal(name, "lo");
		else
			assert_int_equal(i, 1); /* no IPv6 here */
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(groups_are_told_from_hosts),
	    cmocka_unit_test(
		what_is_sent_to_a_group_reaches_each_member_once_with_one_hop),
	    cmocka_unit_test(
		a_member_hears_no_other_group_and_nothing_sent_to_the_host),
	    cmocka_unit_test(hops_to_a_group_are_those_asked_for),
	    cmocka_unit_test(
		hops_and_class_hold_for_ipv4_through_an_ipv6_socket),
	    cmocka_unit_test(an_interface_that_does_not_exist_is_refused),
	    cmocka_unit_test(the_routes_name_the_interface_of_a_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
