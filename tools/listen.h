/* SPDX-License-Identifier: MIT */
/*
 * Where receivers and reflectors listen.
 */
#ifndef SILBO_TOOLS_LISTEN_H
#define SILBO_TOOLS_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include <silbo/net.h>

struct listen {
	const char *option;  /* "--listen ": what the text was given by */
	const char *text;    /* "ADDR:PORT"; NULL: all addresses */
	const char *example; /* how it is written */
	uint16_t port;       /* where the text has none */
	enum silbo_family family;
	bool group;             /* it must be a multicast group */
	const char *who;        /* who else may have the port: "receiver" */
	const char *privileges; /* what to do where it needs some */
};

/*
 * Open a socket there; of several addresses the first that this machine has.
 * Returns an exit status, after the message.
 *
 *   udp     is what was opened
 *   config  how; its local address is set to the one that was tried last
 */
int listen_open(struct silbo_udp *udp, struct silbo_udp_config *config,
    const struct listen *where);

#endif
