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

static struct target_rules
rules_of(const struct send *s)
{
	return (struct target_rules){.interface = s->interface,
	    .names_interface = true,
	    .only4 = s->only4,
	    .only6 = s->only6,
	    .port = (uint16_t)s->port,
	    .signals = s->signals};
}

static int
check_interface(const struct send *s)
{
	if (s->interface == NULL)
		return EXIT_DONE;
	for (size_t i = 0; i < s->targets_count; i++)
		if (silbo_addr_is_group(&s->targets[i].to.peers[0]) ||
		    strchr(s->targets[i].to.host, '%') != NULL)
			return EXIT_DONE;
	cli_error("--interface is for multicast, and no target is a group");
	cli_hint("leave it out: the routes decide, see: ip route get HOST");
	return EXIT_USAGE;
}

static int
resolve(struct send *s, size_t i)
{
	const struct target_rules rules = rules_of(s);
	int status = target_resolve(&s->targets[i].to, &rules);

	for (size_t o = 0; o < i && status == EXIT_DONE; o++)
		if (target_is_again(&s->targets[i].to, &s->targets[o].to))
			status = EXIT_USAGE;
	return status;
}

int
send_resolve(struct send *s)
{
	int status = EXIT_DONE;

	for (size_t i = 0; i < s->targets_count; i++)
		s->targets[i].udp.fd = -1;
	for (size_t i = 0; i < s->targets_count && status == EXIT_DONE; i++)
		status = resolve(s, i);
	return status == EXIT_DONE ? check_interface(s) : status;
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
	for (int i = 0; i < t->to.peers_count; i++) {
		config.remote = t->to.peers[t->to.peer];
		t->open_error = silbo_udp_open(&t->udp, &config);
		detail_attempt(&config.remote, t->open_error);
		if (t->open_error == 0)
			return;
		t->open_errno = errno;
		t->to.peer = (t->to.peer + 1) % t->to.peers_count;
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
	same = find_peer(peers, count, &t->to.peers[t->to.peer]);
	memcpy(t->to.peers, peers, (size_t)count * sizeof *peers);
	t->to.peers_count = count;
	t->to.peer = same >= 0 ? same : 0;
	if (same < 0)
		send_open_socket(s, t);
}

void
send_renew(const struct send *s, struct send_target *t, silbo_time now)
{
	const struct target_rules rules = rules_of(s);

	if (t->lookup != NULL)
		take_answer(s, t);
	if (!t->troubled || now < t->renew_at)
		return;
	t->troubled = false;
	t->renew_at = now + RENEW_AFTER;
	/* Without a thread we go on with the addresses that we have. */
	if (t->lookup == NULL && !silbo_addr_is_numeric(t->to.host) &&
	    silbo_lookup_open(
		&t->lookup, t->to.host, t->to.port, target_family(&rules)) != 0)
		t->lookup = NULL;
	t->to.peer = (t->to.peer + 1) % t->to.peers_count;
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
