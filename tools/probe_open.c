/* SPDX-License-Identifier: MIT */
/*
 * Opening of silbo probe: addresses, sockets, probers, and what is spoken with
 * a reflector of silbo.  After this nothing is allocated.
 *
 * The sockets are not connected, so that an answer from another address is seen
 * and can be named.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "cli.h"
#include "keyfile.h"
#include "probe.h"

/* What the first departure is given to be prepared in. */
#define START_AFTER (5 * SILBO_NS_PER_MS)

/* One after the other, as it is started anew. */
#define REFLECTORS_MAX 4

static bool
open_silbo(const struct probe *p, struct probe_target *t, silbo_time now)
{
	uint8_t random[SILBO_KEY_RANDOM_BYTES];
	const struct silbo_key *key = p->keys_count > 0 ? p->keys : NULL;
	struct silbo_source own;
	struct silbo_gate_config config = {.keys = p->keys,
	    .keys_count = p->keys_count,
	    .datagram_max = SILBO_WIRE_MTU_MAX,
	    .sources = REFLECTORS_MAX,
	    .own = &own,
	    .max_age_ns = SILBO_TIME_NEVER};
	void *memory;

	randombytes_buf(random, sizeof random);
	silbo_key_source(&own, random, key);
	silbo_stream_config_init(&config.stream, now);
	config.stream.window =
	    silbo_prober_window((silbo_time)p->interval, (silbo_time)p->wait);
	config.stream.wait_ns = (silbo_time)p->wait;
	memory = calloc(1, silbo_gate_size(&config));
	if (memory == NULL)
		return false;
	if (key != NULL) {
		keyfile_lock(memory, silbo_gate_secret_size(&config));
		keyfile_lock(&t->asker, sizeof t->asker);
	}
	t->gate = silbo_gate_init(memory, &config);
	silbo_asker_init(&t->asker, key, &own, (size_t)p->bytes);
	return true;
}

static int
pack_silbo(struct probe_target *t, uint8_t *out, size_t cap,
    const struct silbo_departure *departure)
{
	return silbo_asker_pack(&t->asker, out, cap, departure);
}

/* Of those that answered here all but the latest are gone. */
static void
make_room(struct silbo_gate *gate, silbo_time now)
{
	struct silbo_gate_source source;

	for (uint32_t i = 0; i < silbo_gate_sources(gate); i++) {
		silbo_gate_report_source(gate, i, &source);
		if (source.standing != SILBO_STANDING_FREE &&
		    now - source.last_at > PROBE_SILENCE)
			silbo_gate_release(gate, i);
	}
}

static bool
parse_silbo(struct probe_target *t, struct silbo_answer *answer,
    struct silbo_arrival *arrival, silbo_time now)
{
	uint32_t source;

	t->refused = silbo_gate_on_datagram(t->gate, &source, arrival, now);
	if (t->refused == SILBO_DROP_TABLE_FULL)
		make_room(t->gate, now);
	return silbo_asker_parse(&t->asker, answer, arrival, t->refused);
}

static void
close_silbo(struct probe_target *t)
{
	if (t->gate != NULL)
		silbo_gate_reset(t->gate);
	free(t->gate);
	t->gate = NULL;
	silbo_asker_reset(&t->asker);
}

const struct probe_dialect probe_silbo = {
    .open = open_silbo,
    .pack = pack_silbo,
    .parse = parse_silbo,
    .close = close_silbo,
    .port = SILBO_PORT_DEFAULT,
    .bytes = 200,
    .bytes_min = SILBO_ASKER_BYTES_MIN,
};

static int
resolve(struct probe *p, size_t i)
{
	const struct target_rules rules = {.only4 = p->only4,
	    .only6 = p->only6,
	    .port = (uint16_t)p->port,
	    .signals = p->signals};
	struct target *to = &p->targets[i].to;
	char quoted[128];
	int status = target_resolve(to, &rules);

	for (size_t o = 0; o < i && status == EXIT_DONE; o++)
		if (target_is_again(to, &p->targets[o].to))
			status = EXIT_USAGE;
	if (status != EXIT_DONE || !silbo_addr_is_group(&to->peers[0]))
		return status;
	cli_error("'%s' is a multicast group: not supported",
	    cli_quote(quoted, sizeof quoted, to->text));
	cli_hint("probe each of its members");
	return EXIT_USAGE;
}

/* Any address of ours, of the family of the target's. */
static int
open_at(const struct probe *p, struct probe_target *t)
{
	struct silbo_udp_config config = {
	    .receive_buffer = SILBO_RECEIVE_BUFFER_DEFAULT,
	    .hops = (uint8_t)p->hops,
	    .dscp = p->dscp,
	    .notices = true,
	    .any_size = p->mtu};
	char host[SILBO_ADDR_TEXT_BYTES];
	const char *why;

	silbo_addr_host_text(host, probe_peer(t));
	if (silbo_addr_resolve(&config.local, 1, "", 0,
		strchr(host, ':') != NULL ? SILBO_FAMILY_V6 : SILBO_FAMILY_V4,
		&why) < 0) {
		errno = EAFNOSUPPORT;
		return SILBO_ERR_SYSTEM;
	}
	return silbo_udp_open(&t->udp, &config);
}

/* Try the addresses in turn. */
static int
open_socket(struct probe *p, struct probe_target *t)
{
	char peer[SILBO_ADDR_TEXT_BYTES];

	for (t->to.peer = 0; t->to.peer < t->to.peers_count; t->to.peer++) {
		bool opened = open_at(p, t) == 0;
		int error = errno;

		silbo_addr_text(peer, probe_peer(t));
		if (!opened)
			cli_detail("tried %s/udp: %s", peer, strerror(error));
		else
			cli_detail("%s/udp: receive buffer of %u bytes "
				   "granted, arrivals stamped %s",
			    peer, t->udp.receive_buffer,
			    t->udp.stamps ? "by the kernel"
					  : "when they are read");
		errno = error;
		if (opened)
			return EXIT_DONE;
	}
	t->to.peer = 0;
	t->udp.fd = -1;
	silbo_addr_text(peer, probe_peer(t));
	cli_error("cannot open a socket to %s/udp: %s", peer, strerror(errno));
	return EXIT_RUNTIME;
}

static int
open_prober(struct probe *p, size_t i, silbo_time now)
{
	struct probe_target *t = &p->targets[i];
	const struct silbo_prober_config config = {.start = p->started +
		(silbo_time)p->interval * i / p->targets_count,
	    .interval_ns = (silbo_time)p->interval,
	    .slots = p->slots,
	    .wait_ns = (silbo_time)p->wait,
	    .window = silbo_prober_window(
		(silbo_time)p->interval, (silbo_time)p->wait),
	    .wall_offset = p->started_wall - p->started};
	void *memory = malloc(silbo_prober_size(&config));

	if (memory != NULL)
		t->prober = silbo_prober_init(memory, &config);
	if (t->prober != NULL && p->dialect->open(p, t, now))
		return EXIT_DONE;
	cli_error("not enough memory");
	return EXIT_RUNTIME;
}

int
probe_open(struct probe *p)
{
	int status = EXIT_DONE;
	struct silbo_clocks clocks;

	for (size_t i = 0; i < p->targets_count; i++)
		p->targets[i].udp.fd = -1;
	for (size_t i = 0; i < p->targets_count && status == EXIT_DONE; i++)
		status = resolve(p, i);
	for (size_t i = 0; i < p->targets_count && status == EXIT_DONE; i++)
		status = open_socket(p, &p->targets[i]);
	silbo_clock_read(&clocks);
	p->started = clocks.now + START_AFTER;
	p->started_wall = clocks.wall + START_AFTER;
	for (size_t i = 0; i < p->targets_count && status == EXIT_DONE; i++)
		status = open_prober(p, i, clocks.now);
	return status;
}

void
probe_close(struct probe *p)
{
	for (size_t i = 0; i < p->targets_count; i++) {
		silbo_udp_close(&p->targets[i].udp);
		p->dialect->close(&p->targets[i]);
		free(p->targets[i].prober);
		p->targets[i].prober = NULL;
	}
}
