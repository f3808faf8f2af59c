/* SPDX-License-Identifier: MIT */
/*
 * What departs and what arrives: from prober to socket and back.  Counts what
 * this machine or the network refuses; does not know what an answer means.
 */
#include <errno.h>
#include <string.h>

#include "probe.h"

static struct trouble_words
words_of(const struct probe *p)
{
	return (struct trouble_words){.far = "reflector",
	    .still = "still probing",
	    .size = "--size",
	    .size_hint = "datagrams are larger than the path takes: lower "
			 "--size",
	    .size_min = p->keys_count > 0 ? SILBO_ASKER_SEALED_MIN
					  : (uint32_t)p->dialect->bytes_min};
}

/* Only a connected socket is told what fits. */
static uint32_t
find_fit(const struct probe_target *t)
{
	const struct silbo_udp_config config = {.remote = *probe_peer(t)};
	struct silbo_udp udp;
	uint32_t fits;

	if (silbo_udp_open(&udp, &config) != 0)
		return 0;
	fits = silbo_udp_payload_max(&udp);
	silbo_udp_close(&udp);
	return fits;
}

void
probe_note_error(
    const struct probe *p, struct probe_target *t, int err, silbo_time now)
{
	const struct trouble_words words = words_of(p);
	enum report_send_error kind = trouble_of_error(err);

	t->last_errno = errno;
	t->errors[kind]++;
	t->noticed = true;
	if (run_may_say(&t->said[kind], now))
		trouble_tell_error(&words, probe_peer(t), kind, t->last_errno,
		    kind == REPORT_SEND_TOO_LARGE ? find_fit(t) : 0);
}

void
probe_note_notice(struct probe *p, struct probe_target *t,
    const struct silbo_notice *notice, silbo_time now)
{
	const struct trouble_words words = words_of(p);
	enum report_send_error kind = trouble_of_notice(probe_peer(t), notice);

	t->errors[kind]++;
	t->noticed = true;
	if (run_may_say(&t->said[kind], now))
		trouble_tell_notice(&words, probe_peer(t), notice);
}

void
probe_take_notices(struct probe *p, struct probe_target *t, silbo_time now)
{
	struct silbo_notice notice;

	while (silbo_udp_get_notice(&t->udp, &notice) == 1)
		probe_note_notice(p, t, &notice, now);
}

static void
depart(struct probe *p, struct probe_target *t, silbo_time now)
{
	static uint8_t datagram[SILBO_WIRE_MTU_MAX];
	struct silbo_departure departure;
	int len, err;

	if (!silbo_prober_get(t->prober, &departure, now))
		return;
	len = p->dialect->pack(t, datagram, sizeof datagram, &departure);
	err = len < 0
	    ? len
	    : silbo_udp_send(&t->udp, datagram, (size_t)len, probe_peer(t));
	if (err == 0) {
		silbo_prober_on_sent(t->prober, &departure);
		probe_packets_on_departure(p, t, &departure, true);
		return;
	}
	silbo_prober_on_unsent(t->prober, &departure);
	probe_packets_on_departure(p, t, &departure, false);
	probe_note_error(p, t, err, now);
	probe_take_notices(p, t, now);
}

void
probe_depart(struct probe *p, silbo_time now)
{
	for (size_t i = 0; i < p->targets_count; i++) {
		struct probe_target *t = &p->targets[i];

		if (silbo_prober_deadline(t->prober) > now)
			continue;
		depart(p, t, silbo_clock_now());
	}
}

bool
probe_read(struct probe *p, struct probe_target *t, struct silbo_answer *answer,
    struct silbo_arrival *arrival, silbo_time now)
{
	t->arrived++;
	if (memcmp(&arrival->from, probe_peer(t), sizeof arrival->from) != 0) {
		t->elsewhere++;
		t->other = arrival->from;
	}
	if (p->dialect->parse(t, answer, arrival, now))
		return true;
	t->foreign += silbo_verdict_is_accepted(t->refused);
	probe_tell_refusal(t, arrival, now);
	return false;
}

static void
hand_in(struct probe *p, struct probe_target *t,
    const struct silbo_answer *answer, const struct silbo_arrival *arrival,
    silbo_time now)
{
	enum silbo_answer_kind kind = silbo_prober_on_answer(t->prober, answer);

	if (p->dialect->on_answer != NULL)
		p->dialect->on_answer(t, answer, kind);
	probe_packets_on_answer(p, t, answer, arrival, kind);
	probe_tell_answer(t, arrival, kind, now);
}

void
probe_take(struct probe *p, struct probe_target *t)
{
	static uint8_t buf[SILBO_WIRE_MTU_MAX + 1];
	struct silbo_arrival arrival;
	struct silbo_answer answer;

	for (int i = 0; i < PROBE_DRAIN; i++) {
		silbo_time now = silbo_clock_now();
		int got =
		    silbo_udp_recv(&t->udp, &arrival, buf, sizeof buf, now);

		if (got == 0)
			break;
		if (got > 0 && probe_read(p, t, &answer, &arrival, now))
			hand_in(p, t, &answer, &arrival, now);
	}
	probe_take_notices(p, t, silbo_clock_now());
}
