/* SPDX-License-Identifier: MIT */
/*
 * Who has a place in silbo impair, by a clock that the test moves.
 */
#include "testing.h"

#include "cli.h"
#include "impair.h"

static struct impair m;
static silbo_time start;

static struct silbo_peer
address(uint16_t port)
{
	struct silbo_peer peer;
	const char *why;

	assert_int_equal(silbo_addr_resolve(&peer, 1, "127.0.0.1", port,
			     SILBO_FAMILY_V4, &why),
	    1);
	return peer;
}

static int
set_up(void **state)
{
	struct model_why why;

	(void)state;
	memset(&m, 0, sizeof m);
	cli_set_quiet(true);
	m.log.fd = m.down.fd = m.epoll = m.signals = -1;
	m.locals[0] = address(0);
	m.locals_count = 1;
	m.to = address(9);
	scenario_init(&m.scenario);
	assert_true(
	    scenario_set(&m.scenario, &why, SCENARIO_WAYS, "delay", "60s"));
	assert_true(scenario_finish(&m.scenario));
	assert_true(impair_open(&m));
	m.latest = start = silbo_clock_now();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	impair_close(&m);
	scenario_close(&m.scenario);
	return 0;
}

static struct impair_client *
find(uint16_t port, silbo_time now)
{
	struct silbo_peer peer = address(port);
	struct impair_client *c = impair_find(&m, &peer, now);

	if (c != NULL)
		c->last_at = now;
	return c;
}

static void
fill(silbo_time now)
{
	for (uint16_t i = 0; i < IMPAIR_CLIENTS; i++)
		assert_non_null(find((uint16_t)(2000 + i), now + i));
}

static void
test_an_address_keeps_its_place(void **state)
{
	struct impair_client *first = find(2000, start);

	(void)state;
	assert_non_null(find(2001, start));
	assert_ptr_equal(find(2000, start + 2 * IMPAIR_IDLE), first);
	assert_int_equal(m.clients_count, 2);
	assert_int_equal(first->number, 1);
}

static void
test_no_place_is_given_away_before_a_minute_of_silence(void **state)
{
	(void)state;
	fill(start);
	assert_null(find(3000, start + IMPAIR_IDLE - 1));
	assert_int_equal(m.not_served, 1);
	assert_int_equal(m.clients_ever, IMPAIR_CLIENTS);
}

static void
test_the_longest_silent_makes_room_and_no_other(void **state)
{
	struct impair_client *c;

	(void)state;
	fill(start);
	assert_non_null(find(2000, start + 5)); /* so the next is silent */
	c = find(3000, start + IMPAIR_IDLE + 1);
	assert_ptr_equal(c, &m.clients[1]);
	assert_int_equal(c->number, IMPAIR_CLIENTS + 1);
	assert_int_equal(m.clients_count, IMPAIR_CLIENTS);
	assert_int_equal(m.clients_ever, IMPAIR_CLIENTS + 1);
	assert_ptr_equal(find(2000, start + IMPAIR_IDLE + 1), &m.clients[0]);
	assert_int_equal(m.not_served, 0);
}

static void
test_who_has_something_on_the_way_keeps_his_place(void **state)
{
	const uint8_t byte = 1;

	(void)state;
	fill(start);
	assert_int_equal(silbo_world_put(m.world, 0, &byte, 1, m.latest), 0);
	m.clients[0].in[IMPAIR_FORTH]++;
	assert_ptr_equal(find(3000, start + 2 * IMPAIR_IDLE), &m.clients[1]);
}

static void
test_a_client_who_comes_again_is_a_new_one(void **state)
{
	(void)state;
	fill(start);
	assert_ptr_equal(find(3000, start + IMPAIR_IDLE), &m.clients[0]);
	/* The first has lost his place, and takes the next one's. */
	assert_ptr_equal(find(2000, start + IMPAIR_IDLE + 1), &m.clients[1]);
	assert_int_equal(m.clients[1].number, IMPAIR_CLIENTS + 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_an_address_keeps_its_place, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_no_place_is_given_away_before_a_minute_of_silence, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(
		test_the_longest_silent_makes_room_and_no_other, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(
		test_who_has_something_on_the_way_keeps_his_place, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(
		test_a_client_who_comes_again_is_a_new_one, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
