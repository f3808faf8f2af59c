/* SPDX-License-Identifier: MIT */
/*
 * Opening of silbo recv: the socket, and the memory of the receiver.  After
 * this nothing is allocated while datagrams come.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <silbo/silbo.h>

#include "cli.h"
#include "keyfile.h"
#include "network.h"
#include "recv.h"
#include "recv_reflect.h"

/* The addresses to listen on, best first.  Returns how many, or minus an exit
 * status after the message. */
static int
find_local(const struct recv *r, struct silbo_peer *local, int cap)
{
	const char *option = r->group != NULL ? "--group " : "--listen ";
	const char *text = r->group != NULL ? r->group : r->listen;
	char host[SILBO_HOST_TEXT_BYTES] = "", quoted[128];
	uint16_t port = (uint16_t)r->port;
	const char *why = NULL;
	int err = 0, count;

	if (text != NULL)
		err = silbo_addr_parse(host, &port, text, port);
	if (err < 0) {
		network_refuse_address(option, text, "an address", err,
		    "as in 192.0.2.1:7587, [2001:db8::1]:7587 or :7587");
		return -EXIT_USAGE;
	}
	/* A name may take long to resolve. */
	if (*host != '\0' && !silbo_addr_is_numeric(host))
		run_release_signals();
	count = silbo_addr_resolve(
	    local, (size_t)cap, host, port, SILBO_FAMILY_ANY, &why);
	run_hold_signals();
	if (count < 0) {
		cli_error("cannot resolve '%s': %s",
		    cli_quote(quoted, sizeof quoted, host), why);
		return -EXIT_RUNTIME;
	}
	if (r->group != NULL && !silbo_addr_is_group(&local[0])) {
		cli_error("--group '%s': not a multicast group",
		    cli_quote(quoted, sizeof quoted, text));
		cli_hint("224.0.0.0 to 239.255.255.255, or ff00::/8; for an "
			 "address of this machine use --listen");
		return -EXIT_USAGE;
	}
	return count;
}

static void
explain(const struct silbo_peer *local)
{
	char text[SILBO_ADDR_TEXT_BYTES];
	int error = errno;

	silbo_addr_text(text, local);
	cli_error("cannot listen on %s/udp: %s", text, strerror(error));
	if (error == EADDRINUSE)
		cli_hint("another receiver? choose a port with --port, or "
			 "see: ss -ulpn sport = :%u",
		    silbo_addr_port(local));
	else if (silbo_addr_is_group(local))
		cli_hint("name the interface of the group: --interface NAME");
	else if (error == EADDRNOTAVAIL)
		cli_hint("that is no address of this machine; see: ip addr");
	else if (error == EACCES)
		cli_hint("ports below 1024 need privileges");
}

static void
detail_failure(const struct silbo_peer *local)
{
	char text[SILBO_ADDR_TEXT_BYTES];
	int error = errno;

	silbo_addr_text(text, local);
	cli_detail("tried %s/udp: %s", text, strerror(error));
	errno = error;
}

int
recv_open_socket(struct recv *r)
{
	struct silbo_udp_config config = {
	    .receive_buffer = SILBO_RECEIVE_BUFFER_DEFAULT,
	    .interface = r->interface};
	struct silbo_peer local[8];
	int count = find_local(r, local, 8);

	if (count < 0)
		return -count;
	for (int i = 0; i < count; i++) {
		config.local = local[i];
		if (silbo_udp_open(&r->udp, &config) == 0) {
			if (r->group != NULL && r->interface == NULL)
				network_tell_interface(&local[i], "heard");
			return EXIT_DONE;
		}
		detail_failure(&local[i]);
		/* Only an absent IPv6 is a reason to try the next one. */
		if (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)
			break;
	}
	explain(&config.local);
	return EXIT_RUNTIME;
}

int
recv_open_receiver(struct recv *r)
{
	struct silbo_receiver_config config;
	struct silbo_source own;
	uint8_t random[SILBO_KEY_RANDOM_BYTES];
	silbo_time now = silbo_clock_now();
	void *memory;
	uint32_t places;

	r->started = now;
	r->started_wall = silbo_clock_wall(); /* at once: ECHOs tell both */
	randombytes_buf(random, sizeof random);
	silbo_key_source(&own, random, r->keys_count > 0 ? r->keys : NULL);
	silbo_receiver_config_init(&config, now);
	config.gate.keys = r->keys;
	config.gate.keys_count = r->keys_count;
	config.gate.own = &own;
	config.gate.datagram_max = (size_t)r->mtu;
	if (r->reflects)
		config.gate.probe_max = SILBO_WIRE_MTU_MAX;
	if (r->max_age > 0)
		config.gate.max_age_ns = (silbo_time)r->max_age;
	config.gate.wall_offset_ns = (int64_t)(r->started_wall - now);
	config.gate.stream.wait_ns = (silbo_time)r->wait;
	config.gate.stream.playout.delay_ns = (silbo_time)r->delay;
	config.gate.stream.playout.frames = recv_ring_frames(r->delay);
	config.gate.stream.playout.payload_max =
	    (uint32_t)silbo_wire_payload_max((size_t)r->mtu, SILBO_MODE_PLAIN);
	memory = calloc(1, silbo_receiver_size(&config));
	places = config.gate.sources + SILBO_GATE_PROVISIONAL;
	if (memory == NULL || !recv_rows_open(r, places) ||
	    !recv_reflect_open(r, places, &own)) {
		cli_error("not enough memory");
		free(memory);
		return EXIT_RUNTIME;
	}
	if (r->keys_count > 0)
		keyfile_lock(memory, silbo_receiver_secret_size(&config));
	r->rx = silbo_receiver_init(memory, &config);
	return EXIT_DONE;
}
