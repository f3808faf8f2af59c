/* SPDX-License-Identifier: MIT */
/*
 * What silbo send refuses to send to, and why, before anything is sent.  Knows
 * addresses; does not know how they are reached.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "network.h"
#include "send.h"

static bool
is_v6_text(const char *host)
{
	return strchr(host, ':') != NULL;
}

/* A numeric address tells its family. */
static int
check_family(const struct send *s, const struct send_target *t)
{
	char quoted[128];

	if (!silbo_addr_is_numeric(t->host) ||
	    !(is_v6_text(t->host) ? s->only4 : s->only6))
		return EXIT_DONE;
	cli_error("'%s' is an IPv%c address, which -%c excludes",
	    cli_quote(quoted, sizeof quoted, t->text),
	    is_v6_text(t->host) ? '6' : '4', s->only4 ? '4' : '6');
	cli_hint("leave -%c out", s->only4 ? '4' : '6');
	return EXIT_USAGE;
}

/* An address of a link says nothing of which link (RFC 4007). */
static int
add_scope(const struct send *s, struct send_target *t)
{
	char quoted[128];
	size_t len = strlen(t->host);

	if (!network_needs_scope(t->host))
		return EXIT_DONE;
	if (s->interface != NULL &&
	    len + 1 + strlen(s->interface) < sizeof t->host) {
		(void)snprintf(
		    t->host + len, sizeof t->host - len, "%%%s", s->interface);
		return EXIT_DONE;
	}
	cli_error("'%s': an address of a link needs the interface to it",
	    cli_quote(quoted, sizeof quoted, t->text));
	cli_hint("as in %.64s%%eth0, or --interface eth0",
	    cli_quote(quoted, sizeof quoted, t->host));
	return EXIT_USAGE;
}

/* "::1:77" is an address; perhaps a port was meant. */
static void
tell_ambiguous(const struct send_target *t)
{
	const char *last = strrchr(t->text, ':');
	char address[SILBO_HOST_TEXT_BYTES], quoted[128];
	size_t len;

	if (last == NULL || t->text[0] == '[' || !is_v6_text(t->host))
		return;
	len = (size_t)(last - t->text);
	memcpy(address, t->text, len);
	address[len] = '\0';
	if (len == 0 || address[len - 1] == ':' || last[1] == '\0' ||
	    strspn(last + 1, "0123456789") != strlen(last + 1) ||
	    !silbo_addr_is_numeric(address))
		return;
	cli_note("'%s' is taken for an address, not for one with a port",
	    cli_quote(quoted, sizeof quoted, t->text));
	cli_hint("a port is given as in [%s]:%s", address, last + 1);
}

int
send_check_host(const struct send *s, struct send_target *t)
{
	int status = check_family(s, t);

	tell_ambiguous(t);
	return status == EXIT_DONE ? add_scope(s, t) : status;
}

int
send_check_target(const struct send *s, const struct send_target *t)
{
	const struct silbo_peer *peer = &t->peers[0];
	char quoted[128], host[SILBO_ADDR_TEXT_BYTES];

	cli_quote(quoted, sizeof quoted, t->text);
	silbo_addr_host_text(host, peer);
	if (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0) {
		cli_error("'%s' is every address of this machine, and none to "
			  "send to",
		    quoted);
		cli_hint("this machine is 127.0.0.1 or ::1");
		return EXIT_USAGE;
	}
	if (network_is_broadcast(peer)) {
		cli_error("'%s' is a broadcast address: not supported", quoted);
		cli_hint("a multicast group reaches several, as in "
			 "239.7.5.87; or name each host");
		return EXIT_USAGE;
	}
	for (const struct send_target *o = s->targets; o < t; o++)
		if (memcmp(&o->peers[0], peer, sizeof *peer) == 0) {
			cli_error("'%s' is named twice", quoted);
			cli_hint("all datagrams would go there twice");
			return EXIT_USAGE;
		}
	return EXIT_DONE;
}

int
send_check_interface(const struct send *s)
{
	if (s->interface == NULL)
		return EXIT_DONE;
	for (size_t i = 0; i < s->targets_count; i++)
		if (silbo_addr_is_group(&s->targets[i].peers[0]) ||
		    strchr(s->targets[i].host, '%') != NULL)
			return EXIT_DONE;
	cli_error("--interface is for multicast, and no target is a group");
	cli_hint("leave it out: the routes decide, see: ip route get HOST");
	return EXIT_USAGE;
}
