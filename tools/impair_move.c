/* SPDX-License-Identifier: MIT */
/*
 * Moves datagrams: from a socket into the world, and from the world to a
 * socket.  Does not know what happens between.
 */
#include <errno.h>
#include <string.h>

#include "cli.h"
#include "impair.h"

#define BATCH 128 /* datagrams of one socket, then the others have a turn */
#define DUE 1024  /* events of the world, then the sockets have theirs */

static void
say_no_place(struct impair *m, silbo_time now)
{
	if (!run_may_say(&m->world_full, now))
		return;
	cli_error("more than %u datagrams on the way: those that come now are "
		  "dropped, and counted",
	    m->in_flight);
	cli_hint("rate times delay is that much; less of either");
}

/* Into the world, at the time at which the kernel saw it: but the world's time
 * never falls. */
static void
put(struct impair *m, struct impair_client *c, enum impair_way way,
    const struct silbo_arrival *arrival, silbo_time now)
{
	uint32_t link = 2 * (uint32_t)(c - m->clients) + (uint32_t)way;
	uint64_t index = c->in[way];
	struct impair_line line = {.at = arrival->at,
	    .event = "in",
	    .client = c,
	    .way = way,
	    .index = &index,
	    .copy = -1,
	    .data = arrival->data,
	    .len = arrival->len};
	silbo_time waited = m->latest - arrival->at;

	c->last_at = now;
	c->waited[way][index % IMPAIR_WAITED] =
	    waited > UINT32_MAX ? UINT32_MAX : (uint32_t)waited;
	if (silbo_world_put(
		m->world, link, arrival->data, arrival->len, m->latest) == 0) {
		c->in[way]++;
	} else {
		c->no_place[way]++;
		line.event = "no_place";
		line.index = NULL;
		say_no_place(m, now);
	}
	impair_log_line(m, &line);
}

/* Once a minute what a router or the far end says, and always counted. */
static void
take_notices(struct impair *m, struct impair_client *c)
{
	static const char *const words[IMPAIR_NOTICES] = {
	    [SILBO_NOTICE_PORT] = "port unreachable: nobody listens there",
	    [SILBO_NOTICE_HOST] = "host unreachable",
	    [SILBO_NOTICE_PROHIBITED] = "prohibited, by a firewall",
	    [SILBO_NOTICE_TOO_LARGE] = "too large for a link on the way",
	    [SILBO_NOTICE_EXPIRED] = "too many hops",
	    [SILBO_NOTICE_OTHER] = "something else is wrong on the way",
	};
	struct silbo_notice notice;
	char text[SILBO_ADDR_TEXT_BYTES];

	while (silbo_udp_get_notice(&c->up, &notice) == 1) {
		m->notices[notice.kind]++;
		if (!run_may_say(&m->noticed[notice.kind], silbo_clock_now()))
			continue;
		silbo_addr_text(text, &m->to);
		cli_error("%s/udp: %s", text, words[notice.kind]);
		if (notice.kind == SILBO_NOTICE_PORT)
			cli_hint("start the receiver; impair goes on");
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
			c = impair_find(m, &arrival.from, now);
		if (c != NULL && from == NULL)
			c->asked = arrival.to;
		if (c != NULL)
			put(m, c, way, &arrival, now);
	}
	if (from != NULL)
		take_notices(m, from);
}

static void
say_unsent(struct impair *m, const struct impair_client *c, enum impair_way way,
    size_t len, silbo_time now)
{
	char text[SILBO_ADDR_TEXT_BYTES];
	int error = errno;

	if (!run_may_say(&m->refused[way], now))
		return;
	silbo_addr_text(text, way == IMPAIR_FORTH ? &m->to : &c->peer);
	cli_error("cannot send on to %s/udp: %s", text, strerror(error));
	if (error == EMSGSIZE)
		cli_hint("%zu bytes do not fit the way on, where nothing is "
			 "fragmented",
		    len);
	else if (error == EPERM || error == EACCES)
		cli_hint("a firewall of this machine, or a broadcast address");
}

static void
send_on(struct impair *m, const struct silbo_event *e)
{
	struct impair_client *c = &m->clients[e->link / 2];
	enum impair_way way = (enum impair_way)(e->link % 2);
	struct impair_line line = {.event = "out",
	    .client = c,
	    .way = way,
	    .index = &e->index,
	    .copy = (int)e->copy,
	    .damaged = e->fate.bits,
	    .data = e->data,
	    .len = e->len};
	int status = way == IMPAIR_FORTH
	    ? silbo_udp_send(&c->up, e->data, e->len, NULL)
	    : silbo_udp_send_from(
		  &m->down, e->data, e->len, &c->peer, &c->asked);

	line.at = silbo_clock_now();
	if (status < 0) {
		c->unsent[way]++;
		line.event = "unsent";
		say_unsent(m, c, way, e->len, line.at);
	} else {
		c->out[way]++;
		silbo_quantile_put(&m->added,
		    line.at - e->at + c->waited[way][e->index % IMPAIR_WAITED]);
	}
	impair_log_line(m, &line);
}

/* Of those that are not delivered; the others will go out. */
static void
log_fate(struct impair *m, const struct silbo_event *e)
{
	const struct impair_line line = {.at = e->at,
	    .event = silbo_fate_name(e->fate.kind),
	    .client = &m->clients[e->link / 2],
	    .way = (enum impair_way)(e->link % 2),
	    .index = &e->index,
	    .copy = -1,
	    .len = e->fate.bytes};

	if (e->fate.kind != SILBO_FATE_DELIVERED)
		impair_log_line(m, &line);
}

void
impair_deliver(struct impair *m, silbo_time now)
{
	struct silbo_event e;

	if (now > m->latest)
		m->latest = now;
	for (int i = 0; i < DUE && silbo_world_get(m->world, &e, now); i++)
		if (e.kind == SILBO_EVENT_ARRIVAL)
			send_on(m, &e);
		else if (e.kind == SILBO_EVENT_FATE)
			log_fate(m, &e);
}
