/* SPDX-License-Identifier: MIT */
/*
 * What nothing is sent to, and why, before anything is sent.  Knows addresses;
 * does not know how they are reached.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "network.h"
#include "target.h"

static bool
is_v6_text(const char *host)
{
	return strchr(host, ':') != NULL;
}

/* A numeric address tells its family. */
static int
check_family(const struct target_rules *rules, const struct target *t)
{
	char quoted[128];

	if (!silbo_addr_is_numeric(t->host) ||
	    !(is_v6_text(t->host) ? rules->only4 : rules->only6))
		return EXIT_DONE;
	cli_error("'%s' is an IPv%c address, which -%c excludes",
	    cli_quote(quoted, sizeof quoted, t->text),
	    is_v6_text(t->host) ? '6' : '4', rules->only4 ? '4' : '6');
	cli_hint("leave -%c out", rules->only4 ? '4' : '6');
	return EXIT_USAGE;
}

/* An address of a link says nothing of which link (RFC 4007). */
static int
add_scope(const struct target_rules *rules, struct target *t)
{
	char quoted[128];
	size_t len = strlen(t->host);

	if (!network_needs_scope(t->host))
		return EXIT_DONE;
	if (rules->interface != NULL &&
	    len + 1 + strlen(rules->interface) < sizeof t->host) {
		(void)snprintf(t->host + len, sizeof t->host - len, "%%%s",
		    rules->interface);
		return EXIT_DONE;
	}
	cli_error("'%s': an address of a link needs the interface to it",
	    cli_quote(quoted, sizeof quoted, t->text));
	cli_hint("as in %.64s%%eth0%s",
	    cli_quote(quoted, sizeof quoted, t->host),
	    rules->names_interface ? ", or --interface eth0" : "");
	return EXIT_USAGE;
}

/* "::1:77" is an address; perhaps a port was meant. */
static void
tell_ambiguous(const struct target *t)
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

static int
check_peer(const struct target *t)
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
	return EXIT_DONE;
}

bool
target_is_again(const struct target *target, const struct target *earlier)
{
	char quoted[128];

	if (memcmp(&earlier->peers[0], &target->peers[0],
		sizeof earlier->peers[0]) != 0)
		return false;
	cli_error("'%s' is named twice",
	    cli_quote(quoted, sizeof quoted, target->text));
	cli_hint("all datagrams would go there twice");
	return true;
}

enum silbo_family
target_family(const struct target_rules *rules)
{
	return rules->only4 ? SILBO_FAMILY_V4
	    : rules->only6  ? SILBO_FAMILY_V6
			    : SILBO_FAMILY_ANY;
}

int
target_resolve(struct target *t, const struct target_rules *rules)
{
	const char *why = "";
	char quoted[128];
	int err;

	err = silbo_addr_parse(t->host, &t->port, t->text, rules->port);
	if (err == 0 && *t->host == '\0')
		err = SILBO_ERR_NAME;
	if (err < 0) {
		network_refuse_address("", t->text, "a host", err,
		    "as in studio.local, 192.0.2.7:7587 or "
		    "[2001:db8::1]:7587");
		return EXIT_USAGE;
	}
	err = check_family(rules, t);
	tell_ambiguous(t);
	if (err == EXIT_DONE && !network_check_scope(t->text, t->host))
		err = EXIT_USAGE;
	if (err == EXIT_DONE)
		err = add_scope(rules, t);
	if (err != EXIT_DONE)
		return err;
	t->peers_count = network_resolve(t->peers, t->host, t->port,
	    target_family(rules), rules->signals, &why);
	if (t->peers_count >= 1)
		return check_peer(t);
	if (t->peers_count == 0)
		return -1;
	cli_error("cannot find host '%s': %s",
	    cli_quote(quoted, sizeof quoted, t->text), why);
	cli_hint("check the spelling, or give the address in numbers");
	return EXIT_RUNTIME;
}
