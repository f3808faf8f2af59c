/* SPDX-License-Identifier: MIT */
/*
 * How one size is asked for by silbo probe --mtu, and how long it is waited
 * for: three times the longest round trip so far, 100 ms at least, --wait at
 * most.  Does not know which size is next.
 */
#include <errno.h>
#include <string.h>

#include "probe_mtu.h"

#define PATIENCE_MIN (100 * SILBO_NS_PER_MS)

silbo_time
probe_mtu_patience(const struct probe_mtu *s)
{
	silbo_time wait = (silbo_time)s->p->wait;

	if (s->rtt == 0)
		return wait;
	return run_earlier(
	    wait, s->rtt < PATIENCE_MIN / 3 ? PATIENCE_MIN : 3 * s->rtt);
}

static void
answered(struct probe_mtu *s, const struct silbo_answer *answer, size_t bytes)
{
	uint64_t n = answer->number;
	uint32_t size = n < s->next ? s->asked[n].size : 0;

	/* One that is shorter than what it answers shows nothing of the way
	 * back. */
	if (size == 0 || bytes < size)
		return;
	if (answer->at - s->asked[n].at > s->rtt)
		s->rtt = answer->at - s->asked[n].at;
	s->asked[n].size = 0;
	s->answers++;
	if (answer->has_counts && answer->unique > s->unique &&
	    answer->unique != UINT64_MAX)
		s->unique = answer->unique;
	if (!s->there)
		silbo_mtu_on_answer(&s->mtu, size);
	if (n + 1 == s->next)
		s->over = true;
}

static void
take_answers(struct probe_mtu *s)
{
	static uint8_t buf[SILBO_WIRE_MTU_MAX + 1];
	struct silbo_arrival arrival;
	struct silbo_answer answer;

	for (int i = 0; i < PROBE_DRAIN; i++) {
		silbo_time now = silbo_clock_now();
		int got =
		    silbo_udp_recv(&s->t->udp, &arrival, buf, sizeof buf, now);
		size_t bytes = got > 0 ? arrival.len : 0; /* yet sealed */

		if (got == 0)
			break;
		if (got > 0 && probe_read(s->p, s->t, &answer, &arrival, now))
			answered(s, &answer, bytes);
	}
}

/* What is said of a size is for the search; all else is trouble. */
static void
take_notices(struct probe_mtu *s)
{
	struct silbo_notice notice;

	while (silbo_udp_get_notice(&s->t->udp, &notice) == 1) {
		if (notice.kind != SILBO_NOTICE_TOO_LARGE)
			probe_note_notice(
			    s->p, s->t, &notice, silbo_clock_now());
		else if (silbo_mtu_on_too_large(&s->mtu, notice.payload_max))
			s->over = !s->there;
	}
}

void
probe_mtu_note(const struct probe_mtu *s)
{
	struct probe_target *t = s->t;

	if (!s->there)
		silbo_mtu_report(&s->mtu, &t->mtu);
	t->mtu.asked = (uint32_t)s->next - s->refused;
	t->mtu.answers = s->answers;
	t->mtu_ms = (double)(silbo_clock_now() - s->began) / 1e6;
}

bool
probe_mtu_listen(struct probe_mtu *s, silbo_time until)
{
	int fds[] = {s->t->udp.fd, s->p->signals}, ready = 1;
	enum run_wish wish;

	s->over = false;
	/* What never ceases to come is no reason to wait for longer. */
	for (bool due = false; !s->over && ready > 0 && !due;) {
		due = silbo_clock_now() >= until;
		ready = silbo_wait(fds, 2, until);
		if (ready < 0) {
			s->p->failure = strerror(errno);
			return false;
		}
		take_answers(s);
		take_notices(s);
		wish = (ready & 2) != 0 ? run_wish(s->p->signals) : RUN_GO_ON;
		if (wish == RUN_REPORT) {
			probe_mtu_note(s);
			probe_tell_report(s->p);
		}
		s->p->stopped = wish == RUN_STOP;
		s->p->stopped_at = silbo_clock_now();
		if (s->p->stopped)
			return false;
	}
	if (!s->over && !s->there)
		silbo_mtu_on_silence(&s->mtu);
	return true;
}

bool
probe_mtu_send(struct probe_mtu *s, uint32_t size)
{
	static uint8_t datagram[SILBO_WIRE_MTU_MAX];
	silbo_time now = silbo_clock_now();
	const struct silbo_departure departure = {.number = s->next,
	    .due = now,
	    .at = now,
	    .sent_at = s->p->started_wall + (now - s->p->started),
	    .bytes = size};
	int len, err;

	if (probe_has_slept(s->p))
		return false;
	len = s->p->dialect->pack(s->t, datagram, sizeof datagram, &departure);
	err = len < 0 ? len
		      : silbo_udp_send(&s->t->udp, datagram, (size_t)len,
			    probe_peer(s->t));
	if (err == SILBO_ERR_TOO_LARGE) {
		/* Nothing else is sealed under its number. */
		s->next++;
		s->refused++;
		silbo_mtu_on_refused(&s->mtu, 0);
		return false;
	}
	if (err != 0)
		probe_note_error(s->p, s->t, err, now);
	s->asked[s->next].size = size;
	s->asked[s->next++].at = now;
	return true;
}
