/* SPDX-License-Identifier: MIT */
/*
 * Opening of silbo send: the receivers' addresses, the sockets, again when
 * there is trouble.
 */
#include <errno.h>
#include <string.h>

#include "cli.h"
#include "network.h"
#include "send.h"

#define RENEW_AFTER SILBO_NS_PER_S

static enum silbo_family
family_of(const struct send *s)
{
	return s->only4 ? SILBO_FAMILY_V4
	    : s->only6  ? SILBO_FAMILY_V6
			: SILBO_FAMILY_ANY;
}

static int
resolve(const struct send *s, struct send_target *t)
{
	const char *why = "";
	char quoted[128];
	int err;

	t->udp.fd = -1;
	err = silbo_addr_parse(t->host, &t->port, t->text, (uint16_t)s->port);
	if (err == 0 && *t->host == '\0')
		err = SILBO_ERR_NAME;
	if (err < 0) {
		network_refuse_address("", t->text, "a host", err,
		    "as in studio.local, 192.0.2.7:7587 or "
		    "[2001:db8::1]:7587");
		return EXIT_USAGE;
	}
	err = send_check_host(s, t);
	if (err != EXIT_DONE)
		return err;
	t->peers_count = network_resolve(
	    t->peers, t->host, t->port, family_of(s), s->signals, &why);
	if (t->peers_count >= 1)
		return send_check_target(s, t);
	if (t->peers_count == 0)
		return -1;
	cli_error("cannot find host '%s': %s",
	    cli_quote(quoted, sizeof quoted, t->text), why);
	cli_hint("check the spelling, or give the address in numbers");
	return EXIT_RUNTIME;
}

int
send_resolve(struct send *s)
{
	int status = EXIT_DONE;

	for (size_t i = 0; i < s->targets_count; i++)
		s->targets[i].udp.fd = -1;
	for (size_t i = 0; i < s->targets_count && status == EXIT_DONE; i++)
		status = resolve(s, &s->targets[i]);
	return status == EXIT_DONE ? send_check_interface(s) : status;
}

static void
detail_attempt(const struct silbo_peer *peer, int err)
{
	char text[SILBO_ADDR_TEXT_BYTES];
	int error = errno;

	silbo_addr_text(text, peer);
	cli_detail("tried %s/udp: %s", text,
	    err == 0 ? "socket open" : strerror(error));
	errno = error;
}

/* Try the addresses in turn, beginning with the one in use. */
void
send_open_socket(const struct send *s, struct send_target *t)
{
	struct silbo_udp_config config = {.interface = s->interface,
	    .hops = (uint8_t)s->hops,
	    .dscp = s->dscp};

	silbo_udp_close(&t->udp);
	for (int i = 0; i < t->peers_count; i++) {
		config.remote = t->peers[t->peer];
		t->open_error = silbo_udp_open(&t->udp, &config);
		detail_attempt(&config.remote, t->open_error);
		if (t->open_error == 0)
			return;
		t->open_errno = errno;
		t->peer = (t->peer + 1) % t->peers_count;
	}
}

static int
find_peer(
    const struct silbo_peer *peers, int count, const struct silbo_peer *wanted)
{
	for (int i = 0; i < count; i++)
		if (memcmp(&peers[i], wanted, sizeof *wanted) == 0)
			return i;
	return -1;
}

/* The name has an answer again.  If the address in use is no longer among them
 * it has moved. */
static void
take_answer(const struct send *s, struct send_target *t)
{
	struct silbo_peer peers[SILBO_LOOKUP_MAX];
	const char *why;
	int count = silbo_lookup_get(t->lookup, peers, SILBO_LOOKUP_MAX, &why);
	int same;

	if (count == 0)
		return;
	silbo_lookup_close(t->lookup);
	t->lookup = NULL;
	if (count < 0)
		return; /* what we knew is still the best we know */
	same = find_peer(peers, count, &t->peers[t->peer]);
	memcpy(t->peers, peers, (size_t)count * sizeof *peers);
	t->peers_count = count;
	t->peer = same >= 0 ? same : 0;
	if (same < 0)
		send_open_socket(s, t);
}

void
send_renew(const struct send *s, struct send_target *t, silbo_time now)
{
	if (t->lookup != NULL)
		take_answer(s, t);
	if (!t->troubled || now < t->renew_at)
		return;
	t->troubled = false;
	t->renew_at = now + RENEW_AFTER;
	/* Without a thread we go on with the addresses that we have. */
	if (t->lookup == NULL && !silbo_addr_is_numeric(t->host) &&
	    silbo_lookup_open(&t->lookup, t->host, t->port, family_of(s)) != 0)
		t->lookup = NULL;
	t->peer = (t->peer + 1) % t->peers_count;
	send_open_socket(s, t);
}

void
send_close(struct send *s)
{
	for (size_t i = 0; i < s->targets_count; i++) {
		silbo_udp_close(&s->targets[i].udp);
		silbo_lookup_close(s->targets[i].lookup);
		s->targets[i].lookup = NULL;
	}
}
