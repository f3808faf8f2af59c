/* SPDX-License-Identifier: MIT */
/*
 * Decides who has a place: each address that sends is a client, with two links
 * of the world and a socket of its own.  Does not know what passes.
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "cli.h"
#include "impair.h"

#define ANNOUNCED 8

static void
say_full(struct impair *m, silbo_time now)
{
	if (!run_may_say(&m->full, now))
		return;
	cli_error("more than %d clients at once: those that come now are not "
		  "served",
	    IMPAIR_CLIENTS);
	cli_hint("each address and port is one, until nothing has passed for "
		 "a minute; start another impair for the others");
}

/* A socket towards --to.  False after the message. */
static bool
connect_client(struct impair *m, struct impair_client *c, silbo_time now)
{
	struct silbo_udp_config config = {
	    .remote = m->to, .receive_buffer = SILBO_RECEIVE_BUFFER_DEFAULT};
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
	char text[SILBO_ADDR_TEXT_BYTES];
	int error;

	if (silbo_udp_open(&c->up, &config) == 0) {
		if (epoll_ctl(m->epoll, EPOLL_CTL_ADD, c->up.fd, &event) == 0)
			return true;
		error = errno;
		silbo_udp_close(&c->up);
		errno = error;
	}
	if (!run_may_say(&m->closed, now))
		return false;
	error = errno;
	silbo_addr_text(text, &m->to);
	cli_error("cannot open a socket to %s/udp: %s", text, strerror(error));
	if (error == EMFILE || error == ENFILE)
		cli_hint("every client needs one; see: ulimit -n");
	else
		cli_hint("clients are served when it can be opened; see: ip "
			 "route");
	return false;
}

/* Of client c: link 2c leads forth, 2c + 1 back. */
static void
connect_links(struct impair *m, uint32_t at)
{
	int near = silbo_world_join(m->world, NULL);
	int far = silbo_world_join(m->world, NULL);

	for (int way = 0; way < IMPAIR_WAYS; way++) {
		const struct scenario_path *p = &m->scenario.ways[way];
		int from = way == IMPAIR_FORTH ? near : far;
		int to = way == IMPAIR_FORTH ? far : near;
		int link =
		    silbo_world_connect(m->world, (uint32_t)from, (uint32_t)to,
			p->phases, p->count, m->scenario.seed, m->latest);

		/* The world has places for all of them. */
		if (m->log.fd >= 0 && link >= 0)
			silbo_world_watch(m->world, (uint32_t)link);
		m->clients[at].waited[way] =
		    m->waited + (2 * (size_t)at + (size_t)way) * IMPAIR_WAITED;
	}
}

/* Is there nothing on the way to or from him? */
static bool
is_idle(const struct impair *m, uint32_t at)
{
	const struct impair_client *c = &m->clients[at];

	for (int way = 0; way < IMPAIR_WAYS; way++) {
		struct silbo_link_report l;
		uint64_t not_delivered = 0;

		silbo_link_report(
		    silbo_world_link(m->world, 2 * at + (uint32_t)way), &l);
		for (int i = SILBO_FATE_DELIVERED + 1; i < SILBO_FATES; i++)
			not_delivered += l.fates[i];
		if (c->in[way] + l.duplicated !=
		    c->out[way] + c->unsent[way] + not_delivered)
			return false;
	}
	return true;
}

/* The place of him who has been silent longest, if long enough. */
static struct impair_client *
find_place(struct impair *m, silbo_time now)
{
	struct impair_client *oldest = NULL;

	if (m->clients_count < IMPAIR_CLIENTS)
		return &m->clients[m->clients_count];
	for (uint32_t i = 0; i < m->clients_count; i++) {
		struct impair_client *c = &m->clients[i];

		if (c->last_at + IMPAIR_IDLE <= now && is_idle(m, i) &&
		    (oldest == NULL || c->last_at < oldest->last_at))
			oldest = c;
	}
	if (oldest == NULL)
		say_full(m, now);
	return oldest;
}

/* The first few; a crowd would only hide what matters. */
static void
announce(const struct impair_client *c)
{
	char text[SILBO_ADDR_TEXT_BYTES];

	silbo_addr_text(text, &c->peer);
	if (c->number <= ANNOUNCED)
		cli_note("client %u: %s", c->number, text);
	else
		cli_detail("client %u: %s", c->number, text);
	if (c->number == ANNOUNCED + 1)
		cli_note("more clients; -v tells of each");
}

static struct impair_client *
add_client(struct impair *m, const struct silbo_peer *peer, silbo_time now)
{
	struct impair_client *c = find_place(m, now);
	uint32_t at = c != NULL ? (uint32_t)(c - m->clients) : 0;
	struct silbo_udp before;

	if (c == NULL)
		return NULL;
	before = c->up;
	if (!connect_client(m, c, now)) {
		c->up = before;
		return NULL;
	}
	if (at < m->clients_count) {
		m->drops_gone += silbo_udp_drops(&before);
		silbo_udp_close(&before);
	} else {
		m->clients_count++;
		connect_links(m, at);
	}
	c->peer = *peer;
	c->number = ++m->clients_ever;
	announce(c);
	return c;
}

struct impair_client *
impair_find(struct impair *m, const struct silbo_peer *peer, silbo_time now)
{
	struct impair_client *c;

	for (uint32_t i = 0; i < m->clients_count; i++) {
		c = &m->clients[i];
		if (c->peer.len == peer->len &&
		    memcmp(c->peer.bytes, peer->bytes, peer->len) == 0)
			return c;
	}
	c = add_client(m, peer, now);
	if (c == NULL)
		m->not_served++;
	return c;
}

uint64_t
impair_drops(struct impair *m)
{
	uint64_t drops = m->drops_gone + silbo_udp_drops(&m->down);

	for (uint32_t i = 0; i < m->clients_count; i++)
		drops += silbo_udp_drops(&m->clients[i].up);
	return drops;
}
