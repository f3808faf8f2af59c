/* SPDX-License-Identifier: MIT */
/*
 * What send and probe are pointed at: a host as people write it, and its
 * addresses.
 */
#ifndef SILBO_TOOLS_TARGET_H
#define SILBO_TOOLS_TARGET_H

#include <silbo/addr.h>

struct target {
	const char *text; /* as asked for */
	char host[SILBO_HOST_TEXT_BYTES];
	uint16_t port;
	struct silbo_peer peers[SILBO_LOOKUP_MAX];
	int peers_count, peer; /* the one in use */
};

/* What holds for all of them. */
struct target_rules {
	const char *interface; /* NULL: none is named */
	bool names_interface;  /* there is an option for it */
	bool only4, only6;
	uint16_t port; /* where none stands with the host */
	int signals;   /* the descriptor of run_signals */
};

enum silbo_family target_family(const struct target_rules *rules);

/*
 * Find the addresses of target->text.  Refuses, with message and hint, what no
 * datagram can be sent to.
 *
 * Returns an exit status, or -1: told to stop.
 */
int target_resolve(struct target *target, const struct target_rules *rules);

/* Is it the same as an earlier one?  True after the message. */
bool target_is_again(const struct target *target, const struct target *earlier);

#endif
