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

static struct trouble_words
words_of(const struct send *s)
{
	return (struct trouble_words){.far = "receiver",
	    .still = "still sending",
	    .size = "--mtu",
	    .size_hint = "datagrams are larger than the path takes: lower "
			 "--mtu or --bitrate",
	    .size_min = SILBO_WIRE_MTU_MIN,
	    .interface = s->interface};
}

void
send_note_error(
    const struct send *s, struct send_target *t, int err, silbo_time now)
{
	const struct trouble_words words = words_of(s);
	enum report_send_error kind = trouble_of_error(err);

	t->last_errno = errno;
	count(t, kind);
	if (run_may_say(&t->said[kind], now))
		trouble_tell_error(&words, &t->to.peers[t->to.peer], kind,
		    t->last_errno,
		    kind == REPORT_SEND_TOO_LARGE
			? silbo_udp_payload_max(&t->udp)
			: 0);
}

void
send_note_notice(const struct send *s, struct send_target *t,
    const struct silbo_notice *notice, silbo_time now)
{
	const struct trouble_words words = words_of(s);
	const struct silbo_peer *peer = &t->to.peers[t->to.peer];
	enum report_send_error kind = trouble_of_notice(peer, notice);

	count(t, kind);
	if (run_may_say(&t->said[kind], now))
		trouble_tell_notice(&words, peer, notice);
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
		if (trouble_is_own_refusal(&t->to.peers[t->to.peer], &notice))
			barred = true;
		/* That a receiver goes once it has heard END is no fault. */
		if (notice.kind != SILBO_NOTICE_PORT || !s->ended)
			send_note_notice(s, t, &notice, now);
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
