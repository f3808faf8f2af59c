/* SPDX-License-Identifier: MIT */
/*
 * Whoever is asked at one of its addresses answers from that one.  Addresses
 * beside those of every loopback come with SILBO_OWN_ADDRESSES (answers.sh).
 */
#include "testing.h"

#include "net/sockets.h"

#include <stdlib.h>
#include <sys/socket.h>

static bool
open_wildcard(struct silbo_udp *udp, const char *host)
{
	return open_bound(udp, strchr(host, ':') != NULL ? "::" : "0.0.0.0", 0);
}

/* Ask a wildcard socket at this address from an unconnected socket; the answer
 * comes from arrival->to, or as the routes say. */
static struct silbo_peer
answer_to(const char *host, struct silbo_peer *asked, bool from_asked)
{
	struct silbo_udp server, client;
	struct silbo_arrival arrival;
	struct silbo_peer local;
	uint8_t buf[8] = {42};

	assert_true(open_wildcard(&server, host));
	assert_true(open_wildcard(&client, host));
	local = local_of(&server);
	*asked = address(host, silbo_addr_port(&local));
	assert_int_equal(silbo_udp_send(&client, buf, 1, asked), 0);
	take(&server, &arrival, buf, sizeof buf);
	local = address(host, 0);
	assert_memory_equal(&arrival.to, &local, sizeof local);
	if (from_asked)
		assert_int_equal(silbo_udp_send_from(&server, buf, 1,
				     &arrival.from, &arrival.to),
		    0);
	else
		assert_int_equal(
		    silbo_udp_send(&server, buf, 1, &arrival.from), 0);
	take(&client, &arrival, buf, sizeof buf);
	assert_int_equal(buf[0], 42);
	close_pair(&server, &client);
	return arrival.from;
}

static void
comes_from_where_it_was_asked(const char *host)
{
	struct silbo_peer asked, answered = answer_to(host, &asked, true);

	if (memcmp(&asked, &answered, sizeof asked) != 0)
		fail_msg("asked %s, another answered", host);
}

static void
the_answer_comes_from_the_address_that_was_asked(void **state)
{
	static const char *const hosts[] = {
	    "127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.3"};
	char more[256] = "", *at = more, *host;
	struct silbo_udp probe;

	(void)state;
	for (size_t i = 0; i < COUNT(hosts); i++) {
		if (!open_bound(&probe, hosts[i], 0))
			continue;
		silbo_udp_close(&probe);
		comes_from_where_it_was_asked(hosts[i]);
	}
	if (getenv("SILBO_OWN_ADDRESSES") != NULL)
		(void)snprintf(
		    more, sizeof more, "%s", getenv("SILBO_OWN_ADDRESSES"));
	while ((host = strsep(&at, " ")) != NULL) {
		if (*host == '\0')
			continue;
		comes_from_where_it_was_asked(host);
		print_message("asked at %s\n", host);
	}
}

/* What the routes choose is another: else these tests would show nothing. */
static void
the_routes_choose_another_address(void **state)
{
	struct silbo_peer asked, answered;

	(void)state;
	answered = answer_to("127.0.0.2", &asked, false);
	assert_memory_not_equal(&asked, &answered, sizeof asked);
}

static void
an_address_that_is_not_ours_is_left_to_the_routes(void **state)
{
	static const struct {
		const char *host, *from;
	} rows[] = {{"127.0.0.1", "203.0.113.7"}, {"::1", "2001:db8::7"}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct silbo_peer none = {.len = 0}, to, from;
		struct silbo_udp server, client;
		struct silbo_arrival arrival;
		uint8_t buf[8] = {42};

		if (!open_bound(&client, rows[i].host, 0))
			continue;
		assert_true(open_wildcard(&server, rows[i].host));
		to = local_of(&client);
		from = address(rows[i].from, 0);
		assert_int_equal(
		    silbo_udp_send_from(&server, buf, 1, &to, &from), 0);
		assert_int_equal(
		    silbo_udp_send_from(&server, buf, 1, &to, &none), 0);
		take(&client, &arrival, buf, sizeof buf);
		take(&client, &arrival, buf, sizeof buf);
		close_pair(&server, &client);
	}
}

/* An address that others have, too, is none to answer from.  IPv6 has no groups
 * on loopback. */
static void
a_group_is_no_address_to_answer_from(void **state)
{
	const struct {
		const char *group, *interface;
	} rows[] = {{"239.77.1.9", "lo"},
	    {"ff15::77:9", getenv("SILBO_OWN_INTERFACE")}};
	struct silbo_udp rx, tx;
	struct silbo_arrival arrival;
	uint8_t buf[8];

	(void)state;
	for (size_t i = 0; i < COUNT(rows) && rows[i].interface != NULL; i++) {
		struct silbo_udp_config config = {
		    .local = address(rows[i].group, 0),
		    .interface = rows[i].interface};
		struct silbo_peer local;

		assert_int_equal(silbo_udp_open(&rx, &config), 0);
		local = local_of(&rx);
		config.local.len = 0;
		config.remote = address(rows[i].group, silbo_addr_port(&local));
		assert_int_equal(silbo_udp_open(&tx, &config), 0);
		send_number(&tx, 1);
		take(&rx, &arrival, buf, sizeof buf);
		assert_int_equal(arrival.to.len, 0);
		close_pair(&rx, &tx);
		print_message("to %s\n", rows[i].group);
	}
}

/* An IPv6 socket takes it, too. */
static void
nor_is_one_that_all_on_a_link_have(void **state)
{
	static const char *const wildcards[] = {"0.0.0.0", "::"};
	struct silbo_udp server, client;
	struct silbo_arrival arrival;
	struct silbo_peer to;
	uint8_t buf[8] = {42};
	int on = 1;

	(void)state;
	for (size_t i = 0; i < COUNT(wildcards); i++) {
		if (!open_bound(&server, wildcards[i], 0))
			continue;
		assert_true(open_wildcard(&client, "127.0.0.1"));
		assert_int_equal(setsockopt(client.fd, SOL_SOCKET, SO_BROADCAST,
				     &on, sizeof on),
		    0);
		to = local_of(&server);
		to = address("127.255.255.255", silbo_addr_port(&to));
		assert_int_equal(silbo_udp_send(&client, buf, 1, &to), 0);
		take(&server, &arrival, buf, sizeof buf);
		assert_int_equal(arrival.to.len, 0);
		close_pair(&server, &client);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_answer_comes_from_the_address_that_was_asked),
	    cmocka_unit_test(the_routes_choose_another_address),
	    cmocka_unit_test(an_address_that_is_not_ours_is_left_to_the_routes),
	    cmocka_unit_test(a_group_is_no_address_to_answer_from),
	    cmocka_unit_test(nor_is_one_that_all_on_a_link_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
