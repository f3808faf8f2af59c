/* SPDX-License-Identifier: MIT */
/*
 * What stops a datagram of send or probe: what this machine refuses, and what
 * the network says of those that left; of which kind it is, and how people are
 * told.
 */
#ifndef SILBO_TOOLS_TROUBLE_H
#define SILBO_TOOLS_TROUBLE_H

#include <silbo/net.h>

#include "report.h"

/* What differs between those who send. */
struct trouble_words {
	const char *far;       /* who is not there: "receiver" */
	const char *still;     /* "still sending" */
	const char *size;      /* the option that sets the size: "--mtu" */
	const char *size_hint; /* when it is not known what fits */
	uint32_t size_min;     /* the least that it can be */
	const char *interface; /* asked for; NULL: none */
};

/* The kind of what silbo_udp_send or _open returns. */
enum report_send_error trouble_of_error(int err);

/* The kind of a notice about what was sent to peer. */
enum report_send_error trouble_of_notice(
    const struct silbo_peer *peer, const struct silbo_notice *notice);

/* A firewall of this machine may refuse in the manner of a far host. */
bool trouble_is_own_refusal(
    const struct silbo_peer *peer, const struct silbo_notice *notice);

/* Tell it.  fits: the payload that the path takes, bytes; 0: unknown. */
void trouble_tell_error(const struct trouble_words *words,
    const struct silbo_peer *peer, enum report_send_error kind, int error,
    uint32_t fits);
void trouble_tell_notice(const struct trouble_words *words,
    const struct silbo_peer *peer, const struct silbo_notice *notice);

#endif
