/* SPDX-License-Identifier: MIT */
/*
 * Resolving a name while something else must not wait: getaddrinfo(3) may block
 * for many seconds, and cannot be interrupted.
 *
 * Decides who frees what the caller and the thread share: whoever leaves last.
 * So a caller may go at once, and the thread ends when the resolver lets it.
 * It refuses to know why a name is asked for, and how often.
 */
#include <silbo/net.h>

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REASON_BYTES 128 /* of the C library none is longer than 60 */

struct silbo_lookup {
	char host[SILBO_HOST_TEXT_BYTES];
	uint16_t port;
	enum silbo_family family;
	/* The answer; written by the thread before it says so. */
	struct silbo_peer peers[SILBO_LOOKUP_MAX];
	char why[REASON_BYTES];
	int result;
	atomic_bool answered;
	atomic_int users; /* of the two */
};

static void
leave(struct silbo_lookup *lookup)
{
	if (atomic_fetch_sub(&lookup->users, 1) == 1)
		free(lookup);
}

static void *
work(void *argument)
{
	struct silbo_lookup *lookup = argument;
	const char *why = "";

	lookup->result = silbo_addr_resolve(lookup->peers, SILBO_LOOKUP_MAX,
	    lookup->host, lookup->port, lookup->family, &why);
	/* It may end with this thread. */
	(void)snprintf(lookup->why, sizeof lookup->why, "%s", why);
	atomic_store(&lookup->answered, true);
	leave(lookup);
	return NULL;
}

/* Signals are for the threads that expect them. */
static int
start(struct silbo_lookup *lookup)
{
	pthread_t thread;
	sigset_t all, before;
	int error;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, NULL, work, lookup);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error == 0)
		(void)pthread_detach(thread);
	return error;
}

int
silbo_lookup_open(struct silbo_lookup **out, const char *host, uint16_t port,
    enum silbo_family family)
{
	struct silbo_lookup *lookup = calloc(1, sizeof *lookup);
	int error;

	assert(strlen(host) < SILBO_HOST_TEXT_BYTES);
	*out = NULL;
	if (lookup == NULL)
		return SILBO_ERR_SYSTEM;
	(void)snprintf(lookup->host, sizeof lookup->host, "%s", host);
	lookup->port = port;
	lookup->family = family;
	atomic_init(&lookup->users, 2);
	error = start(lookup);
	if (error != 0) {
		free(lookup);
		errno = error;
		return SILBO_ERR_SYSTEM;
	}
	*out = lookup;
	return 0;
}

int
silbo_lookup_get(struct silbo_lookup *lookup, struct silbo_peer *out,
    size_t cap, const char **why)
{
	size_t n;

	if (!atomic_load(&lookup->answered))
		return 0;
	if (lookup->result < 0) {
		*why = lookup->why;
		return lookup->result;
	}
	n = (size_t)lookup->result < cap ? (size_t)lookup->result : cap;
	memcpy(out, lookup->peers, n * sizeof *out);
	return (int)n;
}

void
silbo_lookup_close(struct silbo_lookup *lookup)
{
	if (lookup != NULL)
		leave(lookup);
}
