/* SPDX-License-Identifier: MIT */
/*
 * The search for the largest datagram, on paths that are made up: with and
 * without ICMP, lossy, lied about, interrupted.
 */
#include "testing.h"

#include <silbo/mtu.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define V4_HEADERS 28u
#define LEAST 128u
#define ETHERNET (1500u - V4_HEADERS)

enum icmp { BLACK_HOLE, HONEST, NO_SIZE, LOW, HIGH, GARBAGE, CREEPING, MODES };

struct path {
	uint32_t takes; /* datagram, bytes */
	enum icmp icmp;
	uint32_t loss_percent; /* there and back */
	uint32_t first;        /* what the interface takes; 0: everything */
	uint64_t seed;
};

static uint32_t
draw(struct path *path, uint32_t below)
{
	path->seed = path->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(path->seed >> 33) % below;
}

static uint32_t
what_is_told(struct path *path, uint32_t size)
{
	switch (path->icmp) {
	case HONEST:
		return path->takes;
	case LOW:
		return path->takes - 1 - draw(path, path->takes / 2);
	case HIGH:
		return path->takes + 1 + draw(path, 500);
	case GARBAGE:
		return draw(path, 3) == 0 ? draw(path, UINT32_C(0x7fffffff))
					  : draw(path, 2000);
	case CREEPING:
		return size - 1;
	default:
		return 0;
	}
}

/* What becomes of the datagram that was asked for. */
static void
answer(struct silbo_mtu *mtu, struct path *path, uint32_t size)
{
	if (path->first != 0 && size > path->first)
		silbo_mtu_on_refused(mtu, path->first);
	else if (size <= path->takes && draw(path, 100) >= path->loss_percent)
		silbo_mtu_on_answer(mtu, size);
	else if (size <= path->takes || path->icmp == BLACK_HOLE ||
	    !silbo_mtu_on_too_large(mtu, what_is_told(path, size)))
		silbo_mtu_on_silence(mtu);
}

static struct silbo_mtu_report
search(struct path *path, uint32_t most)
{
	struct silbo_mtu_config config = {
	    .least = LEAST, .most = most, .headers = V4_HEADERS};
	struct silbo_mtu_report r;
	struct silbo_mtu mtu;
	uint32_t size;

	silbo_mtu_init(&mtu, &config);
	while ((size = silbo_mtu_get(&mtu)) != 0) {
		assert_in_range(size, LEAST, most);
		answer(&mtu, path, size);
		silbo_mtu_report(&mtu, &r);
		assert_true(r.asked <= SILBO_MTU_BUDGET);
		assert_true(r.fits <= path->takes);
		assert_true(r.fails == 0 || r.fails > r.fits);
		assert_true(r.answers <= r.asked);
	}
	silbo_mtu_report(&mtu, &r);
	assert_int_not_equal(r.state, SILBO_MTU_SEARCHING);
	assert_int_equal(silbo_mtu_get(&mtu), 0);
	return r;
}

static const uint32_t paths[] = {LEAST, 129, 548, 549, 1000, 1252, 1253, 1272,
    1300, 1372, 1392, 1464, 1465, ETHERNET - 1};

static void
the_largest_size_is_found_whatever_icmp_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(paths) * MODES; i++) {
		struct path path = {.takes = paths[i / MODES],
		    .icmp = (enum icmp)(i % MODES),
		    .seed = i};
		struct silbo_mtu_report r = search(&path, ETHERNET);

		if (r.state != SILBO_MTU_FOUND || r.fits != path.takes ||
		    r.fails != path.takes + 1)
			fail_msg("%u, icmp %d: %s %u", path.takes, path.icmp,
			    silbo_mtu_state_name(r.state), r.fits);
	}
}

/* Datagrams are what a search costs, and silent ones are time. */
static void
honest_icmp_shortens_the_search_and_a_black_hole_is_found_all_the_same(
    void **state)
{
	static const struct {
		int row;
		uint32_t takes;
		enum icmp icmp;
		uint32_t asked, silent;
	} rows[] = {
	    {1, 1272, HONEST, 7, 3},
	    {2, 1464, HONEST, 9, 3},
	    {3, 1272, BLACK_HOLE, 21, 14},
	    {4, 1252, BLACK_HOLE, 22, 18},
	    {5, 1464, BLACK_HOLE, 19, 12},
	    {6, ETHERNET, BLACK_HOLE, 7, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct path path = {
		    .takes = rows[i].takes, .icmp = rows[i].icmp};
		struct silbo_mtu_report r = search(&path, ETHERNET);

		assert_int_equal(r.fits, rows[i].takes);
		if (r.asked > rows[i].asked ||
		    r.asked - r.answers > rows[i].silent)
			fail_msg("row %d: %u asked, %u silent", rows[i].row,
			    r.asked, r.asked - r.answers);
		assert_int_equal(
		    r.told, rows[i].icmp == HONEST ? rows[i].takes : 0);
	}
}

/* A fifth of all is lost: a silent size is no proof, so the answer is right
 * nearly always, and never too large. */
static void
loss_is_not_mistaken_for_size(void **state)
{
	uint32_t wrong = 0, broken = 0, runs = 2000;

	(void)state;
	for (uint32_t i = 0; i < runs; i++) {
		struct path path = {.takes = paths[i % COUNT(paths)],
		    .icmp = i % 2 ? HONEST : BLACK_HOLE,
		    .loss_percent = i % 3 == 0 ? 20 : 5,
		    .seed = i};
		struct silbo_mtu_report r = search(&path, ETHERNET);

		wrong += r.fits != path.takes;
		broken += r.state != SILBO_MTU_FOUND;
	}
	if (wrong > 4 || broken > 4)
		fail_msg("%u of %u wrong, %u not found", wrong, runs, broken);
}

static void
whatever_happens_the_search_ends_and_claims_no_more_than_came(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		struct path path = {.seed = i};

		path.takes = LEAST + draw(&path, 9000);
		path.icmp = (enum icmp)draw(&path, MODES);
		path.loss_percent = draw(&path, 100);
		path.first = draw(&path, 2) ? draw(&path, 9000) : 0;
		(void)search(&path, LEAST + draw(&path, 20000));
	}
}

static void
what_the_interface_takes_is_the_most_that_can_be_found(void **state)
{
	static const struct {
		uint32_t first, most, fits;
	} rows[] = {
	    {0, ETHERNET, ETHERNET},
	    {ETHERNET, 65507, ETHERNET},
	    {1410, 65507, 1410},
	    {LEAST, 65507, LEAST},
	    {0, 65507, 65507},
	    {0, LEAST, LEAST},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct path path = {.takes = 65507, .first = rows[i].first};
		struct silbo_mtu_report r = search(&path, rows[i].most);

		assert_int_equal(r.state, SILBO_MTU_MOST);
		assert_int_equal(r.fits, rows[i].fits);
		assert_int_equal(r.top, rows[i].fits);
		assert_int_equal(r.fails, 0);
		assert_int_equal(r.asked, r.answers);
	}
}

/* It may say that a datagram is too large, and not what is not. */
static void
what_the_machine_does_not_tell_is_found_by_trying(void **state)
{
	(void)state;
	for (uint32_t takes = LEAST; takes < ETHERNET; takes += 61) {
		struct silbo_mtu_config config = {
		    .least = LEAST, .most = ETHERNET, .headers = V4_HEADERS};
		struct silbo_mtu_report r;
		struct silbo_mtu mtu;
		uint32_t size;

		silbo_mtu_init(&mtu, &config);
		while ((size = silbo_mtu_get(&mtu)) != 0)
			if (size > takes)
				silbo_mtu_on_refused(
				    &mtu, takes % 2 ? 0 : 9000);
			else
				silbo_mtu_on_answer(&mtu, size);
		silbo_mtu_report(&mtu, &r);
		assert_int_equal(r.state, SILBO_MTU_FOUND);
		assert_int_equal(r.fits, takes);
		assert_int_equal(r.asked, r.answers);
	}
}

static void
who_never_answers_has_no_size(void **state)
{
	struct path path = {.takes = LEAST - 1};
	struct silbo_mtu_report r = search(&path, ETHERNET);

	(void)state;
	assert_int_equal(r.state, SILBO_MTU_SILENT);
	assert_int_equal(r.fits, 0);
	assert_int_equal(r.asked, SILBO_MTU_TRIES);
	path = (struct path){.takes = 2000, .first = LEAST - 1};
	r = search(&path, ETHERNET);
	assert_int_equal(r.state, SILBO_MTU_SILENT);
	assert_int_equal(r.asked, 0);
}

/* From datagram `from` on the path takes another size, for `count`. */
static struct silbo_mtu_report
search_while_it_changes(
    uint32_t takes, uint32_t from, uint32_t count, uint32_t then)
{
	struct silbo_mtu_config config = {
	    .least = LEAST, .most = ETHERNET, .headers = V4_HEADERS};
	struct silbo_mtu_report r;
	struct silbo_mtu mtu;
	uint32_t size;

	silbo_mtu_init(&mtu, &config);
	for (uint32_t n = 0; (size = silbo_mtu_get(&mtu)) != 0; n++) {
		if (size <= (n >= from && n - from < count ? then : takes))
			silbo_mtu_on_answer(&mtu, size);
		else
			silbo_mtu_on_silence(&mtu);
	}
	silbo_mtu_report(&mtu, &r);
	return r;
}

static void
an_outage_during_the_search_is_not_mistaken_for_size(void **state)
{
	(void)state;
	/* from the second answer on: the first says that there is a path */
	for (uint32_t from = 1; from < 12; from++) {
		struct silbo_mtu_report r =
		    search_while_it_changes(1300, from, 6, 0);

		assert_int_equal(r.state, SILBO_MTU_FOUND);
		assert_int_equal(r.fits, 1300);
	}
}

static void
a_path_that_breaks_or_narrows_is_not_reported_as_it_was(void **state)
{
	(void)state;
	for (uint32_t from = 3; from < 20; from++) {
		assert_int_equal(
		    search_while_it_changes(1300, from, 9999, 0).state,
		    SILBO_MTU_BROKEN);
		/* unless it was not yet known to take more */
		if (search_while_it_changes(1300, from, 9999, 1000).fits !=
		    1000)
			assert_int_equal(
			    search_while_it_changes(1300, from, 9999, 1000)
				.state,
			    SILBO_MTU_BROKEN);
	}
}

/* Whoever lies before is not in the way of who tells the truth after. */
static void
honest_icmp_is_heard_after_a_lie(void **state)
{
	struct silbo_mtu_config config = {
	    .least = LEAST, .most = ETHERNET, .headers = V4_HEADERS};
	struct silbo_mtu_report r;
	struct silbo_mtu mtu;
	bool lied = false;
	uint32_t size;

	(void)state;
	silbo_mtu_init(&mtu, &config);
	while ((size = silbo_mtu_get(&mtu)) != 0) {
		if (size <= 1300)
			silbo_mtu_on_answer(&mtu, size);
		else if (!silbo_mtu_on_too_large(&mtu, lied ? 1300 : 1260))
			silbo_mtu_on_silence(&mtu);
		lied = lied || size > 1300;
	}
	silbo_mtu_report(&mtu, &r);
	assert_int_equal(r.fits, 1300);
	assert_int_equal(r.told, 1300);
	assert_true(r.asked <= 11);
}

/* An interface that is given a smaller MTU meanwhile. */
static void
a_machine_that_sends_less_than_before_ends_the_search_there(void **state)
{
	struct silbo_mtu_config config = {
	    .least = LEAST, .most = ETHERNET, .headers = V4_HEADERS};
	struct silbo_mtu_report r;
	struct silbo_mtu mtu;

	(void)state;
	silbo_mtu_init(&mtu, &config);
	for (uint32_t size = 0; size < 1252; silbo_mtu_on_answer(&mtu, size))
		size = silbo_mtu_get(&mtu);
	assert_int_equal(silbo_mtu_get(&mtu), 1372);
	silbo_mtu_on_refused(&mtu, 1000);
	assert_int_equal(silbo_mtu_get(&mtu), 0);
	silbo_mtu_report(&mtu, &r);
	assert_int_equal(r.state, SILBO_MTU_MOST);
	assert_int_equal(r.top, 1252);
}

static void
an_answer_that_comes_late_takes_back_what_silence_said(void **state)
{
	struct silbo_mtu_config config = {
	    .least = LEAST, .most = ETHERNET, .headers = V4_HEADERS};
	struct silbo_mtu_report r;
	struct silbo_mtu mtu;

	(void)state;
	silbo_mtu_init(&mtu, &config);
	assert_int_equal(silbo_mtu_get(&mtu), LEAST);
	silbo_mtu_on_answer(&mtu, LEAST);
	for (int n = 0; n < 2; n++) {
		assert_int_equal(silbo_mtu_get(&mtu), 548);
		silbo_mtu_on_silence(&mtu);
	}
	silbo_mtu_report(&mtu, &r);
	assert_int_equal(r.fails, 548);
	assert_int_equal(silbo_mtu_get(&mtu), (128 + 548) / 2);
	silbo_mtu_on_answer(&mtu, 548);
	silbo_mtu_report(&mtu, &r);
	assert_int_equal(r.fits, 548);
	assert_int_equal(r.fails, 0);
	assert_int_equal(silbo_mtu_get(&mtu), 1252);
}

static void
every_state_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(
	    silbo_mtu_state_name(SILBO_MTU_SEARCHING), "searching");
	assert_string_equal(silbo_mtu_state_name(SILBO_MTU_SPENT), "spent");
	assert_string_equal(
	    silbo_mtu_state_name((enum silbo_mtu_state)77), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_largest_size_is_found_whatever_icmp_says),
	    cmocka_unit_test(
		honest_icmp_shortens_the_search_and_a_black_hole_is_found_all_the_same),
	    cmocka_unit_test(loss_is_not_mistaken_for_size),
	    cmocka_unit_test(
		whatever_happens_the_search_ends_and_claims_no_more_than_came),
	    cmocka_unit_test(
		what_the_interface_takes_is_the_most_that_can_be_found),
	    cmocka_unit_test(what_the_machine_does_not_tell_is_found_by_trying),
	    cmocka_unit_test(who_never_answers_has_no_size),
	    cmocka_unit_test(
		an_outage_during_the_search_is_not_mistaken_for_size),
	    cmocka_unit_test(
		a_path_that_breaks_or_narrows_is_not_reported_as_it_was),
	    cmocka_unit_test(honest_icmp_is_heard_after_a_lie),
	    cmocka_unit_test(
		a_machine_that_sends_less_than_before_ends_the_search_there),
	    cmocka_unit_test(
		an_answer_that_comes_late_takes_back_what_silence_said),
	    cmocka_unit_test(every_state_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
