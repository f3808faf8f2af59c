/* SPDX-License-Identifier: MIT */
/*
 * Departure of one datagram, and what is done when the machine refuses it:
 * count by kind, say it once, open the socket again.  The stream always goes
 * on.
 */
#include <errno.h>
#include <string.h>

#include "cli.h"
#include "send.h"

#define REOPEN_AFTER SILBO_NS_PER_S

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

static void
tell_error(struct send *s, enum report_send_error kind, silbo_time now)
{
	char peer[SILBO_ADDR_TEXT_BYTES];

	if (!run_may_say(&s->said[kind], now))
		return;
	silbo_addr_text(peer, &s->peers[s->peer]);
	if (kind == REPORT_SEND_REFUSED) {
		cli_note("%s/udp answers \"port unreachable\": no receiver "
			 "there (still sending)",
		    peer);
		return;
	}
	cli_note("cannot send to %s/udp: %s (still trying)", peer,
	    strerror(s->last_errno));
	if (kind == REPORT_SEND_TOO_LARGE)
		cli_hint("datagrams are larger than the path takes: lower "
			 "--mtu or --bitrate");
	else if (kind == REPORT_SEND_DENIED)
		cli_hint("a firewall of this machine forbids it");
}

/* Count and tell an error of sending; errno is its reason. */
static enum report_send_error
note_error(struct send *s, int err, silbo_time now)
{
	enum report_send_error kind = kind_of(err);

	s->last_errno = errno;
	s->errors[kind]++;
	tell_error(s, kind, now);
	return kind;
}

/* Errors after which another socket or address may do better. */
static bool
wants_reopen(enum report_send_error kind)
{
	return kind == REPORT_SEND_UNREACHABLE ||
	    kind == REPORT_SEND_NO_ADDRESS || kind == REPORT_SEND_OTHER;
}

static void
reopen(struct send *s, silbo_time now)
{
	if (now < s->reopen_at)
		return;
	s->reopen_at = now + REOPEN_AFTER;
	silbo_udp_close(&s->udp);
	s->peer = (s->peer + 1) % s->peers_count;
	/* A failure shows at the next datagram, which is counted then. */
	send_open_socket(s);
}

/* Returns 0 or a silbo_err with errno; without a socket, why there is none. */
static int
transmit(struct send *s, const uint8_t *datagram, int len, bool *sent)
{
	if (s->closed == 0)
		return silbo_udp_send(
		    &s->udp, datagram, (size_t)len, NULL, sent);
	*sent = false;
	errno = s->closed_errno;
	return s->closed;
}

void
send_depart(struct send *s, const uint8_t *datagram, int len, bool is_data)
{
	silbo_time now = silbo_clock_now();
	enum report_send_error kind;
	bool sent = false;
	int err;

	err = transmit(s, datagram, len, &sent);
	if (!sent) {
		s->unsent += is_data;
		s->unsent_info += !is_data;
		s->unsent_bytes += (uint64_t)len;
	}
	/* That a receiver goes once it has heard END is no fault. */
	if (err == 0 || (err == SILBO_ERR_REFUSED && s->ended))
		return;
	kind = note_error(s, err, now);
	if (wants_reopen(kind))
		reopen(s, now);
}
