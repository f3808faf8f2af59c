/* SPDX-License-Identifier: MIT */
/*
 * Departure of one datagram to every target, and what is done when the machine
 * or the network refuses it: count by kind, say who refuses, look for another
 * way.  The stream always goes on.
 */
#include <errno.h>
#include <string.h>

#include "cli.h"
#include "network.h"
#include "send.h"

static enum report_send_error
kind_of(int err)
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
static bool
is_own_refusal(const struct send_target *t, const struct silbo_notice *notice)
{
	char peer[SILBO_ADDR_TEXT_BYTES], from[SILBO_ADDR_TEXT_BYTES];

	if (!notice->here ||
	    (notice->kind != SILBO_NOTICE_PORT &&
		notice->kind != SILBO_NOTICE_PROHIBITED))
		return false;
	silbo_addr_host_text(peer, &t->to.peers[t->to.peer]);
	silbo_addr_host_text(from, &notice->from);
	return strcmp(peer, from) != 0;
}

/* That this machine's own neighbour does not answer, this machine says. */
static enum report_send_error
kind_of_notice(const struct send_target *t, const struct silbo_notice *notice)
{
	if (is_own_refusal(t, notice))
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

/* Trouble after which another socket or address may do better.  An address that
 * refuses does so only where the name has others. */
static void
count(struct send_target *t, enum report_send_error kind)
{
	t->errors[kind]++;
	if (kind == REPORT_SEND_UNREACHABLE || kind == REPORT_SEND_NO_ADDRESS ||
	    kind == REPORT_SEND_OTHER || kind == REPORT_SEND_NO_ROUTE ||
	    (kind == REPORT_SEND_REFUSED && t->to.peers_count > 1))
		t->troubled = true;
}

static void
hint_size(uint32_t payload_max)
{
	if (payload_max >= SILBO_WIRE_MTU_MIN)
		cli_hint(
		    "it takes %u bytes: --mtu %u", payload_max, payload_max);
	else
		cli_hint("datagrams are larger than the path takes: lower "
			 "--mtu or --bitrate");
}

void
send_note_error(
    const struct send *s, struct send_target *t, int err, silbo_time now)
{
	enum report_send_error kind = kind_of(err);
	char peer[SILBO_ADDR_TEXT_BYTES];

	t->last_errno = errno;
	count(t, kind);
	if (!run_may_say(&t->said[kind], now))
		return;
	silbo_addr_text(peer, &t->to.peers[t->to.peer]);
	cli_note("cannot send to %s/udp: %s (still trying)", peer,
	    strerror(t->last_errno));
	if (kind == REPORT_SEND_TOO_LARGE)
		hint_size(silbo_udp_payload_max(&t->udp));
	else if (kind == REPORT_SEND_DENIED)
		cli_hint("a firewall of this machine forbids it");
	else if (kind == REPORT_SEND_BUSY)
		cli_hint("a queue of this machine is full; the network has "
			 "lost nothing");
	else if (kind == REPORT_SEND_UNREACHABLE &&
	    network_is_down(s->interface))
		cli_hint("interface %s is down", s->interface);
	else if (kind == REPORT_SEND_UNREACHABLE && s->interface == NULL &&
	    silbo_addr_is_group(&t->to.peers[t->to.peer]))
		cli_hint("name the interface of the group: --interface NAME");
}

static void
tell_refused(const char *peer, const char *from)
{
	size_t len = strlen(from);

	/* "from" is without port, and without the brackets of IPv6. */
	if (strncmp(peer + (*peer == '['), from, len) == 0 &&
	    strchr(":]", peer[len + (*peer == '[')]) != NULL)
		cli_note("%s/udp answers \"port unreachable\": no receiver "
			 "there (still sending)",
		    peer);
	else
		cli_note("%s answers \"port unreachable\" for %s/udp: a "
			 "firewall on the way (still sending)",
		    from, peer);
}

static void
tell_notice(const char *peer, const char *from, enum report_send_error kind,
    const struct silbo_notice *notice)
{
	switch (kind) {
	case REPORT_SEND_DENIED:
		cli_note("cannot send to %s/udp: this machine refuses it "
			 "(still trying)",
		    peer);
		cli_hint("a firewall of this machine forbids it");
		break;
	case REPORT_SEND_REFUSED:
		tell_refused(peer, from);
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
			 "%s: a firewall (still sending)",
		    peer, from);
		break;
	case REPORT_SEND_PATH:
		cli_note("datagrams to %s/udp are too long for a link on the "
			 "way, reported by %s",
		    peer, from);
		hint_size(notice->payload_max);
		break;
	case REPORT_SEND_EXPIRED:
		cli_note("datagrams to %s/udp run out of hops, reported by %s "
			 "(still sending)",
		    peer, from);
		cli_hint("a routing loop, or --ttl is too low");
		break;
	default:
		cli_note("%s objects to datagrams to %s/udp (still sending)",
		    from, peer);
		break;
	}
}

void
send_note_notice(
    struct send_target *t, const struct silbo_notice *notice, silbo_time now)
{
	enum report_send_error kind = kind_of_notice(t, notice);
	char peer[SILBO_ADDR_TEXT_BYTES], from[SILBO_ADDR_TEXT_BYTES];

	count(t, kind);
	if (!run_may_say(&t->said[kind], now))
		return;
	silbo_addr_text(peer, &t->to.peers[t->to.peer]);
	silbo_addr_host_text(from, &notice->from);
	tell_notice(peer, from, kind, notice);
}

/* Whether the datagram has left. */
static bool
depart(const struct send *s, struct send_target *t, const uint8_t *datagram,
    int len, silbo_time now)
{
	struct silbo_notice notice;
	int err = t->open_error, error;
	bool barred = false;

	errno = t->open_errno;
	if (t->udp.fd >= 0)
		err = silbo_udp_send(&t->udp, datagram, (size_t)len, NULL);
	error = errno;
	while (t->udp.fd >= 0 && silbo_udp_get_notice(&t->udp, &notice) == 1) {
		if (is_own_refusal(t, &notice))
			barred = true;
		/* That a receiver goes once it has heard END is no fault. */
		if (notice.kind != SILBO_NOTICE_PORT || !s->ended)
			send_note_notice(t, &notice, now);
	}
	errno = error;
	/* The kernel tells such a notice as an error of sending, too. */
	if (barred)
		t->last_errno = EPERM;
	if (err != 0 &&
	    !(barred &&
		(err == SILBO_ERR_REFUSED || err == SILBO_ERR_UNREACHABLE)))
		send_note_error(s, t, err, now);
	if (t->udp.fd < 0)
		t->troubled = true; /* whatever the reason was */
	send_renew(s, t, now);
	return err == 0;
}

void
send_depart(struct send *s, const uint8_t *datagram, int len, bool is_data)
{
	silbo_time now = silbo_clock_now();
	bool sent = false;

	for (size_t i = 0; i < s->targets_count; i++) {
		struct send_target *t = &s->targets[i];
		bool left = depart(s, t, datagram, len, now);

		if (is_data && left)
			t->sent++;
		else if (is_data)
			t->unsent++;
		sent = sent || left;
	}
	if (sent)
		return;
	s->unsent += is_data;
	s->unsent_info += !is_data;
	s->unsent_bytes += (uint64_t)len;
}
