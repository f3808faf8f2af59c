/* SPDX-License-Identifier: MIT */
/*
 * The linker puts this getaddrinfo in the place of the resolver's (--wrap): it
 * answers when the test lets it.
 */
#include "testing.h"

#include "net/sockets.h"

#include <errno.h>
#include <netdb.h>
#include <semaphore.h>
#include <signal.h>

static sem_t asked, may_answer;
static sigset_t mask_seen;

int __real_getaddrinfo(const char *host, const char *service,
    const struct addrinfo *hints, struct addrinfo **list);
int __wrap_getaddrinfo(const char *host, const char *service,
    const struct addrinfo *hints, struct addrinfo **list);

int
__wrap_getaddrinfo(const char *host, const char *service,
    const struct addrinfo *hints, struct addrinfo **list)
{
	if (strcmp(host, "odd") == 0) {
		errno = 4242;
		return EAI_SYSTEM;
	}
	if (strcmp(host, "slow") == 0) {
		if ((hints->ai_flags & AI_NUMERICHOST) != 0)
			return EAI_NONAME;
		pthread_sigmask(SIG_BLOCK, NULL, &mask_seen);
		sem_post(&asked);
		sem_wait(&may_answer);
		host = "127.0.0.1";
	}
	return __real_getaddrinfo(host, service, hints, list);
}

static int
wait_for(struct silbo_lookup *lookup, struct silbo_peer *out, size_t cap,
    const char **why)
{
	silbo_time until = silbo_clock_now() + PATIENCE_NS;
	int n;

	while ((n = silbo_lookup_get(lookup, out, cap, why)) == 0)
		assert_true(silbo_clock_now() < until);
	return n;
}

static void
a_slow_answer_is_not_waited_for_and_taken_when_it_comes(void **state)
{
	struct silbo_lookup *lookup;
	struct silbo_peer peers[2], wanted = address("127.0.0.1", 40112);
	const char *why = NULL;

	(void)state;
	assert_int_equal(
	    silbo_lookup_open(&lookup, "slow", 40112, SILBO_FAMILY_ANY), 0);
	sem_wait(&asked);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(silbo_lookup_get(lookup, peers, 2, &why), 0);
	sem_post(&may_answer);
	assert_int_equal(wait_for(lookup, peers, 2, &why), 1);
	assert_memory_equal(&peers[0], &wanted, sizeof wanted);
	/* and it stays */
	assert_int_equal(silbo_lookup_get(lookup, peers, 2, &why), 1);
	silbo_lookup_close(lookup);
}

/* The thread answers to nobody and frees what it shared: seen by the leak
 * sanitizer. */
static void
one_given_up_may_answer_afterwards(void **state)
{
	struct silbo_lookup *lookup;

	(void)state;
	assert_int_equal(
	    silbo_lookup_open(&lookup, "slow", 9, SILBO_FAMILY_ANY), 0);
	sem_wait(&asked);
	silbo_lookup_close(lookup);
	sem_post(&may_answer);
	silbo_lookup_close(NULL);
}

static void
a_name_that_does_not_exist_gives_the_reason(void **state)
{
	struct silbo_lookup *lookup;
	struct silbo_peer peer;
	const char *why = NULL;

	(void)state;
	assert_int_equal(
	    silbo_lookup_open(&lookup, "no..name", 9, SILBO_FAMILY_ANY), 0);
	assert_int_equal(wait_for(lookup, &peer, 1, &why), SILBO_ERR_NAME);
	assert_non_null(why);
	silbo_lookup_close(lookup);
}

/* The text of an errno that the C library does not know is the thread's own,
 * which has ended by the time it is read: seen by valgrind and the sanitizer.
 */
static void
a_reason_outlives_the_thread_that_found_it(void **state)
{
	struct silbo_lookup *lookup;
	struct silbo_peer peer;
	const char *why = NULL, *again = NULL;

	(void)state;
	assert_int_equal(
	    silbo_lookup_open(&lookup, "odd", 9, SILBO_FAMILY_ANY), 0);
	assert_int_equal(wait_for(lookup, &peer, 1, &why), SILBO_ERR_NAME);
	assert_non_null(strstr(why, "4242"));
	(void)strerror(4243);
	assert_int_equal(
	    silbo_lookup_get(lookup, &peer, 1, &again), SILBO_ERR_NAME);
	assert_non_null(strstr(again, "4242"));
	silbo_lookup_close(lookup);
}

static void
no_signal_is_delivered_to_the_thread(void **state)
{
	struct silbo_lookup *lookup;
	sigset_t before, after;

	(void)state;
	pthread_sigmask(SIG_BLOCK, NULL, &before);
	assert_int_equal(
	    silbo_lookup_open(&lookup, "slow", 9, SILBO_FAMILY_ANY), 0);
	pthread_sigmask(SIG_BLOCK, NULL, &after);
	sem_wait(&asked);
	assert_int_equal(sigismember(&mask_seen, SIGINT), 1);
	assert_int_equal(sigismember(&mask_seen, SIGALRM), 1);
	assert_int_equal(
	    sigismember(&before, SIGINT), sigismember(&after, SIGINT));
	silbo_lookup_close(lookup);
	sem_post(&may_answer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_slow_answer_is_not_waited_for_and_taken_when_it_comes),
	    cmocka_unit_test(one_given_up_may_answer_afterwards),
	    cmocka_unit_test(a_name_that_does_not_exist_gives_the_reason),
	    cmocka_unit_test(a_reason_outlives_the_thread_that_found_it),
	    cmocka_unit_test(no_signal_is_delivered_to_the_thread),
	};

	sem_init(&asked, 0, 0);
	sem_init(&may_answer, 0, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
