/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include "net/sockets.h"

#include <errno.h>

static void
what_is_sent_arrives_whole_in_order_and_names_its_sender(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loopbacks); i++) {
		struct silbo_udp rx, tx;
		struct silbo_arrival arrival;
		struct silbo_peer sender;
		uint8_t buf[64];

		if (!open_pair(&rx, &tx, loopbacks[i]))
			continue;
		sender = local_of(&tx);
		for (uint32_t n = 0; n < 50; n++)
			send_number(&tx, n);
		for (uint32_t n = 0; n < 50; n++) {
			take(&rx, &arrival, buf, sizeof buf);
			assert_ptr_equal(arrival.data, buf);
			assert_int_equal(arrival.len, sizeof n);
			assert_memory_equal(buf, &n, sizeof n);
			assert_false(arrival.truncated);
			assert_int_equal(arrival.tos, 0);
			assert_int_equal(arrival.ttl, 64);
			assert_memory_equal(
			    &arrival.from, &sender, sizeof sender);
		}
		close_pair(&rx, &tx);
	}
}

static void
an_empty_queue_gives_none_and_an_empty_datagram_gives_one(void **state)
{
	struct silbo_udp rx, tx;
	struct silbo_arrival arrival;
	uint8_t buf[8];

	(void)state;
	assert_true(open_pair(&rx, &tx, "127.0.0.1"));
	assert_int_equal(
	    silbo_udp_recv(&rx, &arrival, buf, sizeof buf, silbo_clock_now()),
	    0);
	assert_int_equal(silbo_udp_send(&tx, buf, 0, NULL), 0);
	take(&rx, &arrival, buf, sizeof buf);
	assert_int_equal(arrival.len, 0);
	assert_int_equal(
	    silbo_udp_recv(&rx, &arrival, buf, sizeof buf, silbo_clock_now()),
	    0);
	close_pair(&rx, &tx);
}

static void
only_what_is_longer_than_the_buffer_is_marked_truncated(void **state)
{
	struct silbo_udp rx, tx;
	struct silbo_arrival arrival;
	uint8_t sent[101], buf[101];

	(void)state;
	for (size_t i = 0; i < sizeof sent; i++)
		sent[i] = (uint8_t)i;
	assert_true(open_pair(&rx, &tx, "127.0.0.1"));
	for (size_t len = 99; len <= 101; len++) {
		memset(buf, 0xee, sizeof buf);
		assert_int_equal(silbo_udp_send(&tx, sent, len, NULL), 0);
		take(&rx, &arrival, buf, 100);
		assert_int_equal(arrival.truncated, len > 100);
		assert_int_equal(arrival.len, len > 100 ? 100 : len);
		assert_memory_equal(buf, sent, arrival.len);
		assert_int_equal(buf[100], 0xee);
	}
	close_pair(&rx, &tx);
}

static void
an_arrival_is_dated_by_the_kernel_between_sending_and_now(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loopbacks); i++) {
		struct silbo_udp rx, tx;
		struct silbo_arrival arrival;
		uint8_t buf[8];

		if (!open_pair(&rx, &tx, loopbacks[i]))
			continue;
		assert_true(rx.stamps);
		for (uint32_t n = 0; n < 100; n++) {
			silbo_time before = silbo_clock_now(), after, now;

			send_number(&tx, n);
			after = silbo_clock_now();
			assert_int_equal(
			    silbo_wait(&rx.fd, 1, after + PATIENCE_NS), 1);
			now = silbo_clock_now();
			assert_int_equal(
			    silbo_udp_recv(&rx, &arrival, buf, sizeof buf, now),
			    1);
			assert_int_equal(arrival.at_source, SILBO_STAMP_KERNEL);
			assert_in_range(arrival.at, before, now);
		}
		assert_int_equal(rx.stamps_refused, 0);
		close_pair(&rx, &tx);
	}
}

/* The time of arrival of a datagram that was taken 20 ms after it came, less
 * the time at which it was there. */
static int64_t
take_late(struct silbo_udp *rx, struct silbo_udp *tx)
{
	struct silbo_arrival arrival;
	silbo_time readable_at, now;
	uint8_t buf[8];

	send_number(tx, 1);
	assert_int_equal(
	    silbo_wait(&rx->fd, 1, silbo_clock_now() + PATIENCE_NS), 1);
	readable_at = silbo_clock_now();
	now = readable_at + 20 * SILBO_NS_PER_MS;
	assert_int_equal(silbo_wait(NULL, 0, now), 0);
	assert_int_equal(silbo_udp_recv(rx, &arrival, buf, sizeof buf, now), 1);
	assert_int_equal(arrival.at_source, SILBO_STAMP_KERNEL);
	return (int64_t)(arrival.at - readable_at);
}

/* The stamp tells when a datagram came, however long it then lay there. Whoever
 * is interrupted between two clocks is off by as much: not ten times in a row.
 */
static void
time_in_the_queue_is_not_counted_as_time_on_the_way(void **state)
{
	struct silbo_udp rx, tx;
	int tries = 10;

	(void)state;
	assert_true(open_pair(&rx, &tx, "127.0.0.1"));
	while (take_late(&rx, &tx) > 10 * (int64_t)SILBO_NS_PER_MS)
		assert_true(--tries > 0);
	close_pair(&rx, &tx);
}

/* Older than the moment at which the queue was last empty: the wall clock has
 * been stepped.  The test moves that moment instead of the clock. */
static void
a_stamp_older_than_the_empty_queue_is_refused_and_counted(void **state)
{
	static const struct {
		silbo_time ahead; /* of now: when the queue was empty */
		bool believed;
	} rows[] = {
	    {0, true},
	    {200 * SILBO_NS_PER_US, true}, /* was being queued */
	    {SILBO_NS_PER_S, false},
	    {0, true},
	    {3600 * SILBO_NS_PER_S, false},
	};
	struct silbo_udp rx, tx;
	struct silbo_arrival arrival;
	uint64_t refused = 0;
	uint8_t buf[8];

	(void)state;
	assert_true(open_pair(&rx, &tx, "127.0.0.1"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		silbo_time now = silbo_clock_now();

		rx.drained_at = now + rows[i].ahead;
		send_number(&tx, 1);
		assert_int_equal(silbo_wait(&rx.fd, 1, now + PATIENCE_NS), 1);
		now = silbo_clock_now();
		assert_int_equal(
		    silbo_udp_recv(&rx, &arrival, buf, sizeof buf, now), 1);
		refused += !rows[i].believed;
		assert_int_equal(rx.stamps_refused, refused);
		assert_int_equal(arrival.at_source,
		    rows[i].believed ? SILBO_STAMP_KERNEL : SILBO_STAMP_USER);
		if (!rows[i].believed)
			assert_true(arrival.at == now);
	}
	assert_int_equal(
	    silbo_udp_recv(&rx, &arrival, buf, sizeof buf, 12345), 0);
	assert_true(rx.drained_at == 12345);
	close_pair(&rx, &tx);
}

/* Every send to a closed port leaves, and each brings one notice, which is no
 * longer in the way of the next. */
static void
a_closed_port_is_noticed_and_sending_goes_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loopbacks); i++) {
		struct silbo_udp rx, tx;
		struct silbo_arrival arrival;
		struct silbo_notice notice;
		struct silbo_udp_config again = {.receive_buffer = 0};
		char text[SILBO_ADDR_TEXT_BYTES];
		uint8_t buf[8] = {0};

		if (!open_pair(&rx, &tx, loopbacks[i]))
			continue;
		again.local = local_of(&rx);
		assert_int_equal(silbo_udp_get_notice(&rx, &notice), 0);
		assert_int_equal(silbo_udp_get_notice(&tx, &notice), 0);
		silbo_udp_close(&rx);
		for (int n = 0; n < 5; n++) {
			silbo_time until = silbo_clock_now() + PATIENCE_NS;

			assert_int_equal(silbo_udp_send(&tx, buf, 4, NULL), 0);
			/* the notice makes the socket readable */
			assert_int_equal(silbo_wait(&tx.fd, 1, until), 1);
			if (n == 2)
				continue; /* the next send will be refused */
			for (int m = n == 3 ? 2 : 1; m > 0; m--)
				assert_int_equal(
				    silbo_udp_get_notice(&tx, &notice), 1);
			assert_int_equal(notice.kind, SILBO_NOTICE_PORT);
			assert_true(notice.here);
			silbo_addr_host_text(text, &notice.from);
			assert_string_equal(text, loopbacks[i]);
			assert_int_equal(notice.payload_max, 0);
			assert_int_equal(silbo_udp_get_notice(&tx, &notice), 0);
			assert_int_equal(silbo_wait(&tx.fd, 1, 0), 0);
		}
		assert_int_equal(silbo_udp_open(&rx, &again), 0);
		send_number(&tx, 1);
		take(&rx, &arrival, buf, sizeof buf);
		close_pair(&rx, &tx);
	}
}

/* A receiver that also sends is told of it when it receives. */
static void
a_refusal_does_not_hide_a_datagram(void **state)
{
	struct silbo_udp rx, tx;
	struct silbo_udp_config again = {.receive_buffer = 0};
	struct silbo_arrival arrival;
	struct silbo_peer to;
	uint8_t buf[8] = {0};

	(void)state;
	assert_true(open_pair(&rx, &tx, "127.0.0.1"));
	again.local = local_of(&rx);
	to = local_of(&tx);
	silbo_udp_close(&rx);
	assert_int_equal(silbo_udp_send(&tx, buf, 4, NULL), 0);
	assert_int_equal(silbo_udp_open(&rx, &again), 0);
	assert_int_equal(silbo_udp_send(&rx, buf, 4, &to), 0);
	assert_int_equal(
	    silbo_udp_recv(&tx, &arrival, buf, sizeof buf, silbo_clock_now()),
	    SILBO_ERR_REFUSED);
	take(&tx, &arrival, buf, sizeof buf);
	close_pair(&rx, &tx);
}

static const struct {
	int row;
	uint8_t dscp, hops;
	int tos, ttl;
} markings[] = {
    {1, 0, 0, 0, 64},
    {2, 46, 0, 0xb8, 64}, /* EF */
    {3, 8, 1, 0x20, 1},   /* CS1 */
    {4, 63, 255, 0xfc, 255},
};

static void
markings_arrive_as_they_were_sent(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loopbacks) * COUNT(markings); i++) {
		size_t row = i / COUNT(loopbacks);
		struct silbo_udp_config config = {
		    .dscp = markings[row].dscp, .hops = markings[row].hops};
		struct silbo_udp rx, tx;
		struct silbo_arrival arrival;
		uint8_t buf[8];

		if (!open_bound(&rx, loopbacks[i % COUNT(loopbacks)], 0))
			continue;
		config.remote = local_of(&rx);
		assert_int_equal(silbo_udp_open(&tx, &config), 0);
		send_number(&tx, 1);
		take(&rx, &arrival, buf, sizeof buf);
		if (arrival.tos != markings[row].tos ||
		    arrival.ttl != markings[row].ttl)
			fail_msg("row %d: tos %d, ttl %d", markings[row].row,
			    arrival.tos, arrival.ttl);
		close_pair(&rx, &tx);
	}
}

/* IPv4 that comes to an IPv6 socket has them too. */
static void
markings_of_ipv4_are_seen_by_an_ipv6_socket(void **state)
{
	struct silbo_udp_config config = {.dscp = 46};
	struct silbo_udp rx, tx;
	struct silbo_arrival arrival;
	struct silbo_peer local;
	uint8_t buf[8];

	(void)state;
	if (!open_bound(&rx, "::", 0))
		return;
	local = local_of(&rx);
	config.remote = address("127.0.0.1", silbo_addr_port(&local));
	assert_int_equal(silbo_udp_open(&tx, &config), 0);
	send_number(&tx, 1);
	take(&rx, &arrival, buf, sizeof buf);
	assert_int_equal(arrival.tos, 0xb8);
	assert_int_equal(arrival.ttl, 64);
	close_pair(&rx, &tx);
}

static void
a_datagram_larger_than_udp_is_too_large(void **state)
{
	static uint8_t data[65508], buf[65508];
	struct silbo_udp rx, tx;
	struct silbo_arrival arrival;

	(void)state;
	assert_true(open_pair(&rx, &tx, "127.0.0.1"));
	assert_int_equal(
	    silbo_udp_send(&tx, data, 65508, NULL), SILBO_ERR_TOO_LARGE);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(silbo_udp_send(&tx, data, 65507, NULL), 0);
	take(&rx, &arrival, buf, sizeof buf);
	assert_int_equal(arrival.len, 65507);
	close_pair(&rx, &tx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		what_is_sent_arrives_whole_in_order_and_names_its_sender),
	    cmocka_unit_test(
		an_empty_queue_gives_none_and_an_empty_datagram_gives_one),
	    cmocka_unit_test(
		only_what_is_longer_than_the_buffer_is_marked_truncated),
	    cmocka_unit_test(
		an_arrival_is_dated_by_the_kernel_between_sending_and_now),
	    cmocka_unit_test(
		time_in_the_queue_is_not_counted_as_time_on_the_way),
	    cmocka_unit_test(
		a_stamp_older_than_the_empty_queue_is_refused_and_counted),
	    cmocka_unit_test(a_closed_port_is_noticed_and_sending_goes_on),
	    cmocka_unit_test(a_refusal_does_not_hide_a_datagram),
	    cmocka_unit_test(markings_arrive_as_they_were_sent),
	    cmocka_unit_test(markings_of_ipv4_are_seen_by_an_ipv6_socket),
	    cmocka_unit_test(a_datagram_larger_than_udp_is_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
