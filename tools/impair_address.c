/* SPDX-License-Identifier: MIT */
/*
 * Decides where silbo impair listens and what it passes datagrams on to, and
 * whether they would come back to itself.  Opens nothing for good.
 */
#include <string.h>

#include "cli.h"
#include "impair.h"
#include "network.h"

/* Port 0, which takes any that is free, is one to listen on alone: cut it off.
 */
static bool
cut_port_0(char *text)
{
	size_t len = strlen(text);

	if (len < 2 || strcmp(text + len - 2, ":0") != 0 ||
	    (strchr(text, ':') != text + len - 2 && text[len - 3] != ']'))
		return false;
	text[len - 2] = '\0';
	return true;
}

/* Addresses for a text.  -1, or an exit status after the message. */
static int
find(struct silbo_peer *out, int *count, int cap, const char *option,
    const char *text, uint16_t initial)
{
	bool listens = strcmp(option, "listen") == 0;
	char buf[SILBO_HOST_TEXT_BYTES + 16], host[SILBO_HOST_TEXT_BYTES];
	char quoted[128];
	const char *why = NULL;
	uint16_t port;
	bool any;

	cli_quote(quoted, sizeof quoted, text);
	snprintf(buf, sizeof buf, "%s", text);
	any = listens && cut_port_0(buf);
	if (silbo_addr_parse(host, &port, buf, initial) < 0 ||
	    (port == 0 && !any) || (!listens && host[0] == '\0')) {
		cli_error("--%s '%s': not an address%s", option, quoted,
		    listens ? " with a port" : "");
		cli_hint(listens ? "as in :7600, 192.0.2.1:7600, "
				   "[2001:db8::1]:7600"
				 : "as in localhost, 192.0.2.1:7587, "
				   "[2001:db8::1]:7587");
		return EXIT_USAGE;
	}
	if (!network_check_link(text, host))
		return EXIT_USAGE;
	*count = silbo_addr_resolve(
	    out, (size_t)cap, host, port, SILBO_FAMILY_ANY, &why);
	if (*count >= 1)
		return -1;
	cli_error("--%s: cannot resolve '%s': %s", option, quoted, why);
	cli_hint("check the spelling, or give the address in numbers");
	return EXIT_RUNTIME;
}

/* Is it an address of this machine?  Then a socket can be bound to it. */
static bool
is_ours(const char *host)
{
	struct silbo_udp_config config = {0};
	struct silbo_udp udp;
	const char *why;

	if (silbo_addr_resolve(
		&config.local, 1, host, 0, SILBO_FAMILY_ANY, &why) < 1 ||
	    silbo_udp_open(&udp, &config) < 0)
		return false;
	silbo_udp_close(&udp);
	return true;
}

/* Would what is sent to --to come in at one of the addresses again? */
static bool
is_round(const struct impair *m)
{
	char to[SILBO_ADDR_TEXT_BYTES], local[SILBO_ADDR_TEXT_BYTES];

	silbo_addr_host_text(to, &m->to);
	/* Whoever sends to the wildcard sends to himself (ip(7)). */
	if (strcmp(to, "0.0.0.0") == 0)
		snprintf(to, sizeof to, "127.0.0.1");
	else if (strcmp(to, "::") == 0)
		snprintf(to, sizeof to, "::1");
	if (silbo_addr_port(&m->locals[0]) != silbo_addr_port(&m->to))
		return false;
	for (int i = 0; i < m->locals_count; i++) {
		silbo_addr_host_text(local, &m->locals[i]);
		if (strcmp(local, to) == 0)
			return true;
		/* The wildcard of IPv6 takes IPv4 as well. */
		if ((strcmp(local, "::") == 0 ||
			(strcmp(local, "0.0.0.0") == 0 &&
			    strchr(to, ':') == NULL)) &&
		    is_ours(to))
			return true;
	}
	return false;
}

int
impair_resolve(struct impair *m)
{
	int count;
	int status =
	    find(m->locals, &m->locals_count, 2, "listen", m->listen, 0);
	if (status < 0)
		status = find(
		    &m->to, &count, 1, "to", m->target, SILBO_PORT_DEFAULT);
	if (status >= 0 || !is_round(m))
		return status;
	cli_error("--to is where impair itself listens: datagrams would go "
		  "round for ever");
	cli_hint("give --listen another port, as in --listen :7600");
	return EXIT_USAGE;
}
