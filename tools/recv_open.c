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
#include "listen.h"
#include "network.h"
#include "recv.h"
#include "recv_reflect.h"

int
recv_open_socket(struct recv *r)
{
	bool group = r->group != NULL;
	const struct listen where = {.option = group ? "--group " : "--listen ",
	    .text = group ? r->group : r->listen,
	    .example = "as in 192.0.2.1:7587, [2001:db8::1]:7587 or :7587",
	    .port = (uint16_t)r->port,
	    .family = SILBO_FAMILY_ANY,
	    .group = group,
	    .who = "receiver",
	    .privileges = "ports below 1024 need privileges"};
	struct silbo_udp_config config = {
	    .receive_buffer = SILBO_RECEIVE_BUFFER_DEFAULT,
	    .interface = r->interface};
	int status = listen_open(&r->udp, &config, &where);

	if (status == EXIT_DONE && group && r->interface == NULL)
		network_tell_interface(&config.local, "heard");
	return status;
}

int
recv_open_receiver(struct recv *r)
{
	struct silbo_receiver_config config;
	struct silbo_source own;
	uint8_t random[SILBO_KEY_RANDOM_BYTES];
	struct silbo_clocks clocks;
	silbo_time now;
	void *memory;
	uint32_t places;

	silbo_clock_read(&clocks); /* of one moment: ECHOs tell both */
	r->started = now = clocks.now;
	r->started_wall = clocks.wall;
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
