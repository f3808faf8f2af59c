/* SPDX-License-Identifier: MIT */
/*
 * Decides to whom a datagram belongs, and moves it: from a socket into the
 * world, and from the world to a socket.  Does not know what happens between.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "cli.h"
#include "impair.h"

#define BATCH 128 /* datagrams of one socket, then the others have a turn */

/* Of client c: link 2c leads forth, 2c + 1 back. */
static uint32_t
link_of(uint32_t client, enum impair_way way)
{
	return 2 * client + (uint32_t)way;
}

static void
say_full(struct impair *m, silbo_time now)
{
	m->strangers++;
	if (!run_may_say(&m->full, now))
		return;
	cli_error("more than %d clients: those that come now are not served",
	    IMPAIR_CLIENTS);
	cli_hint("each address and port is one; start another impair for "
		 "them");
}

static bool
connect_client(struct impair *m, struct impair_client *c)
{
	struct silbo_udp_config config = {
	    .remote = m->to, .receive_buffer = SILBO_RECEIVE_BUFFER_DEFAULT};
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
	char text[SILBO_ADDR_TEXT_BYTES];

	if (silbo_udp_open(&c->up, &config) == 0) {
		if (epoll_ctl(m->epoll, EPOLL_CTL_ADD, c->up.fd, &event) == 0)
			return true;
		silbo_udp_close(&c->up);
	}
	silbo_addr_text(text, &m->to);
	cli_error("cannot open a socket to %s/udp: %s", text, strerror(errno));
	m->failure = "cannot open a socket for a client";
	return false;
}

static bool
connect_links(struct impair *m, uint32_t at)
{
	int near = silbo_world_join(m->world, NULL);
	int far = silbo_world_join(m->world, NULL);

	if (near < 0 || far < 0)
		return false;
	for (int way = 0; way < IMPAIR_WAYS; way++) {
		const struct scenario_path *p = &m->scenario.ways[way];
		bool forth = way == IMPAIR_FORTH;
		int link = silbo_world_connect(m->world,
		    (uint32_t)(forth ? near : far),
		    (uint32_t)(forth ? far : near), p->phases, p->count,
		    m->seed, m->latest);

		if (link != (int)link_of(at, (enum impair_way)way))
			return false;
		if (m->log != NULL)
			silbo_world_watch(m->world, (uint32_t)link);
	}
	return true;
}

static struct impair_client *
add_client(struct impair *m, const struct silbo_peer *peer)
{
	struct impair_client *c = &m->clients[m->clients_count];
	char text[SILBO_ADDR_TEXT_BYTES];

	memset(c, 0, sizeof(*c));
	c->peer = *peer;
	for (int way = 0; way < IMPAIR_WAYS; way++)
		c->waited[way] = calloc(IMPAIR_WAITED, sizeof(uint32_t));
	if (c->waited[0] == NULL || c->waited[1] == NULL ||
	    !connect_client(m, c) || !connect_links(m, m->clients_count)) {
		free(c->waited[0]);
		free(c->waited[1]);
		return NULL;
	}
	m->clients_count++;
	silbo_addr_text(text, peer);
	cli_note("client %u: %s", m->clients_count, text);
	return c;
}

static struct impair_client *
find_client(struct impair *m, const struct silbo_peer *peer, silbo_time now)
{
	for (uint32_t i = 0; i < m->clients_count; i++)
		if (m->clients[i].peer.len == peer->len &&
		    memcmp(m->clients[i].peer.bytes, peer->bytes, peer->len) ==
			0)
			return &m->clients[i];
	if (m->clients_count == IMPAIR_CLIENTS) {
		say_full(m, now);
		return NULL;
	}
	return add_client(m, peer);
}

/* Into the world, at the time at which the kernel saw it: but the world's time
 * never falls. */
static void
put(struct impair *m, struct impair_client *c, enum impair_way way,
    const struct silbo_arrival *arrival)
{
	uint32_t link = link_of((uint32_t)(c - m->clients), way);
	uint64_t index = c->in[way]++, waited;

	waited = m->latest - arrival->at;
	c->waited[way][index % IMPAIR_WAITED] =
	    waited > UINT32_MAX ? UINT32_MAX : (uint32_t)waited;
	c->last_at = arrival->at;
	impair_log_put(
	    m, link, index, arrival->data, arrival->len, arrival->at);
	if (silbo_world_put(
		m->world, link, arrival->data, arrival->len, m->latest) == 0)
		return;
	/* The world is full: counted there; its indices leave this one out. */
	c->in[way]--;
}

static void
take_notices(struct impair *m, struct impair_client *c)
{
	struct silbo_notice notice;
	char text[SILBO_ADDR_TEXT_BYTES];

	while (silbo_udp_get_notice(&c->up, &notice) == 1) {
		if (notice.kind != SILBO_NOTICE_PORT)
			continue;
		m->refused++;
		if (!run_may_say(&m->nobody, silbo_clock_now()))
			continue;
		silbo_addr_text(text, &m->to);
		cli_note("nobody listens at %s/udp: port unreachable", text);
	}
}

void
impair_drain(struct impair *m, struct impair_client *from)
{
	static uint8_t buf[IMPAIR_DATAGRAM_MAX];
	enum impair_way way = from != NULL ? IMPAIR_BACK : IMPAIR_FORTH;
	struct silbo_udp *udp = from != NULL ? &from->up : &m->down;

	for (int i = 0; i < BATCH; i++) {
		silbo_time now = silbo_clock_now();
		struct impair_client *c = from;
		struct silbo_arrival arrival;
		int got = silbo_udp_recv(udp, &arrival, buf, sizeof buf, now);

		if (got == 0)
			break;
		if (got < 0)
			continue; /* of an earlier send: see the notices */
		if (arrival.at > m->latest)
			m->latest = arrival.at;
		if (c == NULL)
			c = find_client(m, &arrival.from, now);
		if (c != NULL)
			put(m, c, way, &arrival);
	}
	if (from != NULL)
		take_notices(m, from);
}

static void
send_on(struct impair *m, const struct silbo_event *e)
{
	struct impair_client *c = &m->clients[e->link / 2];
	enum impair_way way = (enum impair_way)(e->link % 2);
	int status = way == IMPAIR_FORTH
	    ? silbo_udp_send(&c->up, e->data, e->len, NULL)
	    : silbo_udp_send(&m->down, e->data, e->len, &c->peer);
	silbo_time now = silbo_clock_now();

	if (status < 0) {
		c->unsent[way]++;
		return;
	}
	c->out[way]++;
	silbo_quantile_put(
	    &m->added, now - e->at + c->waited[way][e->index % IMPAIR_WAITED]);
	if (m->log != NULL)
		impair_log_event(m, e, now);
}

void
impair_deliver(struct impair *m, silbo_time now)
{
	struct silbo_event e;

	if (now > m->latest)
		m->latest = now;
	while (silbo_world_get(m->world, &e, now))
		if (e.kind == SILBO_EVENT_ARRIVAL)
			send_on(m, &e);
		else if (e.kind == SILBO_EVENT_FATE && m->log != NULL)
			impair_log_event(m, &e, e.at);
}

uint64_t
impair_drops(struct impair *m)
{
	uint64_t drops = silbo_udp_drops(&m->down);

	for (uint32_t i = 0; i < m->clients_count; i++)
		drops += silbo_udp_drops(&m->clients[i].up);
	return drops;
}

void
impair_close_clients(struct impair *m)
{
	for (uint32_t i = 0; i < m->clients_count; i++) {
		silbo_udp_close(&m->clients[i].up);
		for (int way = 0; way < IMPAIR_WAYS; way++)
			free(m->clients[i].waited[way]);
	}
}
