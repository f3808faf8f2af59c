/* SPDX-License-Identifier: MIT */
/*
 * Opening of silbo impair: the memory of the world, and the sockets that are
 * there from the start.
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli.h"
#include "impair.h"

#define IN_FLIGHT_MIN 1024u
#define WAITED_BYTES                                            \
	((size_t)IMPAIR_CLIENTS * IMPAIR_WAYS * IMPAIR_WAITED * \
	    sizeof(uint32_t))

/* Zeroed memory of which only what is touched counts; NULL: not so much. */
static void *
reserve(size_t bytes)
{
	void *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return block == MAP_FAILED ? NULL : block;
}

/*
 * A place for the largest datagram each, 4 GiB of addresses in all, of which
 * pages are used as datagrams need them.  A machine that does not give out so
 * many gets fewer places.
 */
static bool
open_world(struct impair *m)
{
	struct silbo_world_config config = {.endpoints = 2 * IMPAIR_CLIENTS,
	    .links = 2 * IMPAIR_CLIENTS,
	    .datagrams = sizeof(size_t) < 8 ? 8192 : IMPAIR_IN_FLIGHT,
	    .queue = IMPAIR_IN_FLIGHT / 16,
	    .datagram_max = IMPAIR_DATAGRAM_MAX};

	m->waited = reserve(WAITED_BYTES);
	for (; m->waited != NULL && config.datagrams >= IN_FLIGHT_MIN;
	     config.datagrams /= 2) {
		if (config.queue > config.datagrams)
			config.queue = config.datagrams;
		m->memory_bytes = silbo_world_size(&config);
		m->memory = reserve(m->memory_bytes);
		if (m->memory == NULL)
			continue;
		m->in_flight = config.datagrams;
		m->world = silbo_world_init(m->memory, &config);
		return true;
	}
	cli_error("not enough memory");
	return false;
}

static bool
listen_on(struct impair *m)
{
	struct silbo_udp_config config = {
	    .receive_buffer = SILBO_RECEIVE_BUFFER_DEFAULT};
	char text[SILBO_ADDR_TEXT_BYTES];
	int error;

	for (int i = 0; i < m->locals_count; i++) {
		config.local = m->locals[i];
		if (silbo_udp_open(&m->down, &config) != 0)
			continue;
		if (silbo_udp_local(&m->down, &m->locals[0]) != 0)
			m->locals[0] = config.local;
		cli_detail("receive buffer of %u bytes granted",
		    m->down.receive_buffer);
		return true;
	}
	error = errno;
	silbo_addr_text(text, &config.local);
	cli_error("cannot listen on %s/udp: %s", text, strerror(error));
	if (error == EADDRINUSE)
		cli_hint("another program has that port; choose one with "
			 "--listen");
	else if (error == EADDRNOTAVAIL)
		cli_hint("that is no address of this machine; see: ip addr");
	else if (error == EACCES)
		cli_hint("ports below 1024 need privileges");
	return false;
}

bool
impair_open(struct impair *m)
{
	if (!open_world(m))
		return false;
	m->epoll = epoll_create1(EPOLL_CLOEXEC);
	m->signals = run_signals();
	if (m->epoll >= 0 && m->signals >= 0)
		return listen_on(m);
	cli_error("cannot set up waiting: %s", strerror(errno));
	return false;
}

void
impair_close_clients(struct impair *m)
{
	for (uint32_t i = 0; i < m->clients_count; i++)
		silbo_udp_close(&m->clients[i].up);
}

void
impair_close(struct impair *m)
{
	impair_close_clients(m);
	silbo_udp_close(&m->down);
	if (m->epoll >= 0)
		close(m->epoll);
	if (m->signals >= 0)
		close(m->signals);
	if (m->memory != NULL)
		munmap(m->memory, m->memory_bytes);
	if (m->waited != NULL)
		munmap(m->waited, WAITED_BYTES);
}
