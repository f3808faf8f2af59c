/* SPDX-License-Identifier: MIT */
/*
 * Opening of silbo send: the receiver's addresses, the socket, the sender with
 * a source id of its own.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "cli.h"
#include "send.h"

int
send_resolve(struct send *s)
{
	enum silbo_family family = s->only4 ? SILBO_FAMILY_V4
	    : s->only6                      ? SILBO_FAMILY_V6
					    : SILBO_FAMILY_ANY;
	char host[SILBO_HOST_TEXT_BYTES], quoted[128];
	const char *why = "";
	uint16_t port;

	cli_quote(quoted, sizeof quoted, s->target);
	if (silbo_addr_parse(host, &port, s->target, (uint16_t)s->port) < 0 ||
	    *host == '\0') {
		cli_error("'%s' is not a host", quoted);
		cli_hint("as in studio.local, 192.0.2.7:7587 or "
			 "[2001:db8::1]:7587");
		return EXIT_USAGE;
	}
	s->peers_count =
	    silbo_addr_resolve(s->peers, 8, host, port, family, &why);
	if (s->peers_count >= 1)
		return EXIT_DONE;
	cli_error("cannot find host '%s': %s", quoted, why);
	cli_hint("check the spelling, or give the address in numbers");
	return EXIT_RUNTIME;
}

/* Try the addresses in turn, beginning with the one in use. */
void
send_open_socket(struct send *s)
{
	struct silbo_udp_config config = {.receive_buffer = 0};

	for (int i = 0; i < s->peers_count; i++) {
		config.remote = s->peers[s->peer];
		s->closed = silbo_udp_open(&s->udp, &config);
		if (s->closed == 0)
			return;
		s->closed_errno = errno;
		s->peer = (s->peer + 1) % s->peers_count;
	}
}

void
send_open_sender(struct send *s, silbo_time now)
{
	struct silbo_sender_config config;
	uint8_t random[SILBO_KEY_RANDOM_BYTES];
	char host[256] = "";
	const char *slash = strrchr(s->input, '/');
	crypto_generichash_state hash;

	silbo_sender_config_init(&config);
	randombytes_buf(random, sizeof random);
	config.key = s->keys_count > 0 ? s->keys : NULL;
	silbo_key_source(&s->id, random, config.key);
	config.source = s->id;
	config.mtu = (size_t)s->mtu;
	config.origin = s->started_wall;
	config.name = slash != NULL ? slash + 1 : s->input;
	config.format = SILBO_FORMAT_OPUS;
	config.channels = (uint8_t)s->info.channels;
	config.duration = s->frame;
	config.preskip = silbo_encoder_preskip(s->encoder);
	config.bitrate = (uint32_t)s->bitrate;
	/* The same stream of the same host has the same tag after a restart. */
	(void)gethostname(host, sizeof host - 1);
	crypto_generichash_init(&hash, NULL, 0, 16);
	crypto_generichash_update(&hash, (uint8_t *)host, strlen(host) + 1);
	crypto_generichash_update(
	    &hash, (const uint8_t *)s->input, strlen(s->input));
	crypto_generichash_final(&hash, random, 16);
	memcpy(config.tag, random, sizeof config.tag);
	silbo_sender_init(&s->tx, &config, now);
}
