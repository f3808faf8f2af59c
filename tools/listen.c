/* SPDX-License-Identifier: MIT */
/*
 * Decides which of the addresses that were meant is listened on, and what is
 * said when none can be.  Does not know what comes in.
 */
#include "listen.h"

#include <errno.h>
#include <string.h>

#include "cli.h"
#include "network.h"
#include "run.h"

#define ADDRESSES_MAX 8

/* The addresses to listen on, best first.  Returns how many, or minus an exit
 * status after the message. */
static int
find_local(struct silbo_peer *local, int cap, const struct listen *where)
{
	char host[SILBO_HOST_TEXT_BYTES] = "", quoted[128];
	uint16_t port = where->port;
	const char *why = NULL;
	int err = 0, count;

	if (where->text != NULL)
		err = silbo_addr_parse(host, &port, where->text, port);
	if (err < 0) {
		network_refuse_address(where->option, where->text, "an address",
		    err, where->example);
		return -EXIT_USAGE;
	}
	if (!network_check_link(where->text != NULL ? where->text : "", host))
		return -EXIT_USAGE;
	/* A name may take long to resolve. */
	if (*host != '\0' && !silbo_addr_is_numeric(host))
		run_release_signals();
	count = silbo_addr_resolve(
	    local, (size_t)cap, host, port, where->family, &why);
	run_hold_signals();
	if (count < 0) {
		cli_error("cannot resolve '%s': %s",
		    cli_quote(quoted, sizeof quoted, host), why);
		cli_hint("check the spelling, or give the address in numbers");
		return -EXIT_RUNTIME;
	}
	if (where->group && !silbo_addr_is_group(&local[0])) {
		cli_error("%s'%s': not a multicast group", where->option,
		    cli_quote(quoted, sizeof quoted, where->text));
		cli_hint("224.0.0.0 to 239.255.255.255, or ff00::/8; for an "
			 "address of this machine use --listen");
		return -EXIT_USAGE;
	}
	return count;
}

static void
explain(const struct silbo_peer *local, const struct listen *where)
{
	char text[SILBO_ADDR_TEXT_BYTES];
	int error = errno;

	silbo_addr_text(text, local);
	cli_error("cannot listen on %s/udp: %s", text, strerror(error));
	if (error == EADDRINUSE)
		cli_hint("another %s? choose a port with --port, or see: ss "
			 "-ulpn sport = :%u",
		    where->who, silbo_addr_port(local));
	else if (silbo_addr_is_group(local))
		cli_hint("name the interface of the group: --interface NAME");
	else if (error == EADDRNOTAVAIL)
		cli_hint("that is no address of this machine; see: ip addr");
	else if (error == EACCES)
		cli_hint("%s", where->privileges);
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
listen_open(struct silbo_udp *udp, struct silbo_udp_config *config,
    const struct listen *where)
{
	struct silbo_peer local[ADDRESSES_MAX];
	int count = find_local(local, ADDRESSES_MAX, where);

	if (count < 0)
		return -count;
	for (int i = 0; i < count; i++) {
		config->local = local[i];
		if (silbo_udp_open(udp, config) == 0)
			return EXIT_DONE;
		detail_failure(&local[i]);
		/* Only an absent IPv6 is a reason to try the next one. */
		if (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)
			break;
	}
	explain(&config->local, where);
	return EXIT_RUNTIME;
}
