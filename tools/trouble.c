/* SPDX-License-Identifier: MIT */
/*
 * Decides of which kind it is when a datagram cannot leave, or when the network
 * says that it did not arrive, and how that is told.  Does not know what was in
 * it, and does not count.
 */
#include <string.h>

#include "cli.h"
#include "network.h"
#include "trouble.h"

enum report_send_error
trouble_of_error(int err)
{
	switch (err) {
	case SILBO_ERR_BUSY:
		return REPORT_SEND_BUSY;
	case SILBO_ERR_REFUSED:
		return REPORT_SEND_REFUSED;
	case SILBO_ERR_UNREACHABLE:
		return REPORT_SEND_UNREACHABLE;
	case SILBO_ERR_NO_ADDRESS:
		return REPORT_SEND_NO_ADDRESS;
	case SILBO_ERR_DENIED:
		return REPORT_SEND_DENIED;
	case SILBO_ERR_TOO_LARGE:
		return REPORT_SEND_TOO_LARGE;
	default:
		return REPORT_SEND_OTHER;
	}
}

/* A firewall of this machine may refuse in the manner of a receiver's host. */
bool
trouble_is_own_refusal(
    const struct silbo_peer *to, const struct silbo_notice *notice)
{
	char peer[SILBO_ADDR_TEXT_BYTES], from[SILBO_ADDR_TEXT_BYTES];

	if (!notice->here ||
	    (notice->kind != SILBO_NOTICE_PORT &&
		notice->kind != SILBO_NOTICE_PROHIBITED))
		return false;
	silbo_addr_host_text(peer, to);
	silbo_addr_host_text(from, &notice->from);
	return strcmp(peer, from) != 0;
}

/* That this machine's own neighbour does not answer, this machine says. */
enum report_send_error
trouble_of_notice(
    const struct silbo_peer *to, const struct silbo_notice *notice)
{
	if (trouble_is_own_refusal(to, notice))
		return REPORT_SEND_DENIED;
	switch (notice->kind) {
	case SILBO_NOTICE_PORT:
		return REPORT_SEND_REFUSED;
	case SILBO_NOTICE_HOST:
		return notice->here ? REPORT_SEND_UNREACHABLE
				    : REPORT_SEND_NO_ROUTE;
	case SILBO_NOTICE_PROHIBITED:
		return REPORT_SEND_PROHIBITED;
	case SILBO_NOTICE_TOO_LARGE:
		return REPORT_SEND_PATH;
	case SILBO_NOTICE_EXPIRED:
		return REPORT_SEND_EXPIRED;
	default:
		return REPORT_SEND_NOTICE;
	}
}

static void
hint_size(const struct trouble_words *words, uint32_t fits)
{
	if (fits >= words->size_min)
		cli_hint("it takes %u bytes: %s %u", fits, words->size, fits);
	else
		cli_hint("%s", words->size_hint);
}

void
trouble_tell_error(const struct trouble_words *words,
    const struct silbo_peer *to, enum report_send_error kind, int error,
    uint32_t fits)
{
	char peer[SILBO_ADDR_TEXT_BYTES];

	silbo_addr_text(peer, to);
	cli_note(
	    "cannot send to %s/udp: %s (still trying)", peer, strerror(error));
	if (kind == REPORT_SEND_TOO_LARGE)
		hint_size(words, fits);
	else if (kind == REPORT_SEND_DENIED)
		cli_hint("a firewall of this machine forbids it");
	else if (kind == REPORT_SEND_BUSY)
		cli_hint("a queue of this machine is full; the network has "
			 "lost nothing");
	else if (kind == REPORT_SEND_UNREACHABLE &&
	    network_is_down(words->interface))
		cli_hint("interface %s is down", words->interface);
	else if (kind == REPORT_SEND_UNREACHABLE && words->interface == NULL &&
	    silbo_addr_is_group(to))
		cli_hint("name the interface of the group: --interface NAME");
}

static void
tell_refused(
    const struct trouble_words *words, const char *peer, const char *from)
{
	size_t len = strlen(from);

	/* "from" is without port, and without the brackets of IPv6. */
	if (strncmp(peer + (*peer == '['), from, len) == 0 &&
	    strchr(":]", peer[len + (*peer == '[')]) != NULL)
		cli_note("%s/udp answers \"port unreachable\": no %s "
			 "there (%s)",
		    peer, words->far, words->still);
	else
		cli_note("%s answers \"port unreachable\" for %s/udp: a "
			 "firewall on the way (%s)",
		    from, peer, words->still);
}

void
trouble_tell_notice(const struct trouble_words *words,
    const struct silbo_peer *to, const struct silbo_notice *notice)
{
	char peer[SILBO_ADDR_TEXT_BYTES], from[SILBO_ADDR_TEXT_BYTES];

	silbo_addr_text(peer, to);
	silbo_addr_host_text(from, &notice->from);
	switch (trouble_of_notice(to, notice)) {
	case REPORT_SEND_DENIED:
		cli_note("cannot send to %s/udp: this machine refuses it "
			 "(still trying)",
		    peer);
		cli_hint("a firewall of this machine forbids it");
		break;
	case REPORT_SEND_REFUSED:
		tell_refused(words, peer, from);
		break;
	case REPORT_SEND_UNREACHABLE:
		cli_note("cannot reach %s/udp: nobody answers at that address "
			 "on our own link (still trying)",
		    peer);
		break;
	case REPORT_SEND_NO_ROUTE:
		cli_note("cannot reach %s/udp: host unreachable, reported by "
			 "router %s (still trying)",
		    peer, from);
		break;
	case REPORT_SEND_PROHIBITED:
		cli_note("%s/udp is administratively prohibited, reported by "
			 "%s: a firewall (%s)",
		    peer, from, words->still);
		break;
	case REPORT_SEND_PATH:
		cli_note("datagrams to %s/udp are too long for a link on the "
			 "way, reported by %s",
		    peer, from);
		hint_size(words, notice->payload_max);
		break;
	case REPORT_SEND_EXPIRED:
		cli_note("datagrams to %s/udp run out of hops, reported by %s "
			 "(%s)",
		    peer, from, words->still);
		cli_hint("a routing loop, or --ttl is too low");
		break;
	default:
		cli_note("%s objects to datagrams to %s/udp (%s)", from, peer,
		    words->still);
		break;
	}
}
