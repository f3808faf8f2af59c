/* SPDX-License-Identifier: MIT */
/*
 * silbo probe --mtu: the largest datagram that comes there and back, one target
 * after the other.  Which size is next, silbo/mtu.h decides; here each is sent,
 * and waited for: three times the longest round trip so far, 100 ms at least,
 * --wait at most.
 *
 * An answer is as long as what it answers, so what is found is the smaller of
 * the two ways.  Whether the way there takes more the reflector's count tells:
 * a small datagram sent behind a large one is answered, and says whether both
 * came.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "probe.h"
#include "status.h"

#define PATIENCE_MIN (100 * SILBO_NS_PER_MS)

/* Of the search there, which sends in pairs; and of all, with what begins it.
 */
#define THERE_BUDGET (SILBO_MTU_BUDGET / 2)
#define ASKED_MAX (2 * SILBO_MTU_BUDGET + 16)

/* So often the first size that does not come back is looked for there. */
#define LOOKS 3

/* A search that is under way. */
struct search {
	struct probe *p;
	struct probe_target *t;
	struct silbo_mtu mtu;
	uint64_t next;   /* number of the next datagram */
	uint64_t unique; /* that the reflector has had; 0: it does not count */
	bool counted;    /* nothing has been sent since */
	bool there;      /* only the way there is asked about */
	uint32_t answers;
	struct {
		uint32_t size; /* 0: answered */
		silbo_time at;
	} asked[ASKED_MAX];
	silbo_time began;
	silbo_time rtt; /* the longest; 0: none yet */
	bool over;      /* the one that is out is not waited for any longer */
};

static silbo_time
patience(const struct search *s)
{
	silbo_time wait = (silbo_time)s->p->wait;

	if (s->rtt == 0)
		return wait;
	return run_earlier(
	    wait, s->rtt < PATIENCE_MIN / 3 ? PATIENCE_MIN : 3 * s->rtt);
}

static void
answered(struct search *s, const struct silbo_answer *answer, size_t bytes)
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
take_answers(struct search *s)
{
	static uint8_t buf[SILBO_WIRE_MTU_MAX + 1];
	struct silbo_arrival arrival;
	struct silbo_answer answer;
	int got;

	do {
		silbo_time now = silbo_clock_now();
		size_t bytes;

		got =
		    silbo_udp_recv(&s->t->udp, &arrival, buf, sizeof buf, now);
		bytes = got > 0 ? arrival.len : 0; /* before it is opened */
		if (got > 0 && probe_read(s->p, s->t, &answer, &arrival, now))
			answered(s, &answer, bytes);
	} while (got != 0);
}

/* What is said of a size is for the search; all else is trouble. */
static void
take_notices(struct search *s)
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

/* What is known by now, where the report looks for it.  That of the way there
 * begins when both together are known. */
static void
note(const struct search *s)
{
	struct probe_target *t = s->t;

	if (!s->there)
		silbo_mtu_report(&s->mtu, &t->mtu);
	t->mtu.asked = (uint32_t)s->next;
	t->mtu.answers = s->answers;
	t->mtu_ms = (double)(silbo_clock_now() - s->began) / 1e6;
}

/* Until the one that is out is answered, or has had its time.  Returns false
 * when told to stop, or when the machine fails. */
static bool
listen(struct search *s, silbo_time until)
{
	int fds[] = {s->t->udp.fd, s->p->signals}, ready = 1;
	enum run_wish wish;

	for (s->over = false; !s->over && ready > 0;) {
		ready = silbo_wait(fds, 2, until);
		if (ready < 0) {
			s->p->failure = strerror(errno);
			return false;
		}
		take_answers(s);
		take_notices(s);
		wish = (ready & 2) != 0 ? run_wish(s->p->signals) : RUN_GO_ON;
		if (wish == RUN_REPORT) {
			note(s);
			probe_tell_report(s->p);
		}
		s->p->stopped = wish == RUN_STOP;
		if (s->p->stopped)
			return false;
	}
	if (!s->over && !s->there)
		silbo_mtu_on_silence(&s->mtu);
	return true;
}

/* Returns false when it did not leave: there is nothing to listen for. */
static bool
send_one(struct search *s, uint32_t size)
{
	static uint8_t datagram[SILBO_WIRE_MTU_MAX];
	silbo_time now = silbo_clock_now();
	const struct silbo_departure departure = {.number = s->next,
	    .due = now,
	    .at = now,
	    .sent_at = s->p->started_wall + (now - s->p->started),
	    .bytes = size};
	int len =
	    s->p->dialect->pack(s->t, datagram, sizeof datagram, &departure);
	int err = len < 0 ? len
			  : silbo_udp_send(&s->t->udp, datagram, (size_t)len,
				probe_peer(s->t));

	if (err == SILBO_ERR_TOO_LARGE) {
		silbo_mtu_on_refused(&s->mtu, 0);
		return false;
	}
	if (err != 0)
		probe_note_error(s->p, s->t, err, now);
	s->asked[s->next].size = size;
	s->asked[s->next++].at = now;
	return true;
}

static void
show(const struct search *s, uint32_t size)
{
	struct silbo_mtu_report r;
	char line[128], fits[48] = "no answer yet";

	silbo_mtu_report(&s->mtu, &r);
	if (r.fits > 0)
		snprintf(fits, sizeof fits, "%u bytes come back", r.fits);
	snprintf(line, sizeof line, "probe --mtu  %s, trying %u", fits, size);
	status_show(line);
}

static uint32_t
least(const struct probe *p)
{
	return p->keys_count > 0 ? SILBO_ASKER_SEALED_MIN
				 : SILBO_ASKER_BYTES_MIN;
}

/* Send one of the least size, and wait for its answer.  False: none came. */
static bool
count_again(struct search *s, bool *go_on)
{
	uint64_t number = s->next;

	if (!*go_on || s->next >= ASKED_MAX || !send_one(s, least(s->p)))
		return false;
	*go_on = listen(s, s->asked[number].at + patience(s));
	s->counted = *go_on && s->asked[number].size == 0;
	return s->counted;
}

/* Send one of this size and one of the least behind it, whose answer says
 * whether the reflector has had both. */
static bool
comes_there(struct search *s, uint32_t size, bool *go_on)
{
	uint64_t before;

	if (!s->counted && !count_again(s, go_on))
		return false;
	before = s->unique;
	return s->next < ASKED_MAX && send_one(s, size) &&
	    count_again(s, go_on) && s->unique >= before + 2;
}

/* The way there by itself, once both together are known to take `fits`. Returns
 * what it takes, 0: not known. */
static uint32_t
search_there(struct search *s, const struct silbo_mtu_report *both, bool *go_on)
{
	struct silbo_mtu_config config = {.least = both->fits,
	    .most = both->top,
	    .headers = s->t->headers,
	    .budget = THERE_BUDGET};
	struct silbo_mtu_report r;
	bool came = false;
	uint32_t size;

	s->there = true;
	s->counted = false; /* what came meanwhile is not in it */
	if (both->state != SILBO_MTU_FOUND || s->unique == 0)
		return both->state == SILBO_MTU_MOST ? both->fits : 0;
	for (int i = 0; i < LOOKS && !came && *go_on; i++)
		came = comes_there(s, both->fails, go_on);
	if (!came)
		return s->counted ? both->fits : 0;
	silbo_mtu_init(&s->mtu, &config);
	while (*go_on && (size = silbo_mtu_get(&s->mtu)) != 0)
		if (comes_there(s, size, go_on))
			silbo_mtu_on_answer(&s->mtu, size);
		else
			silbo_mtu_on_silence(&s->mtu);
	silbo_mtu_report(&s->mtu, &r);
	return r.state == SILBO_MTU_FOUND || r.state == SILBO_MTU_MOST ? r.fits
								       : 0;
}

/* What may be tried at all. */
static void
begin(struct search *s)
{
	struct silbo_mtu_config config = {
	    .least = least(s->p), .most = SILBO_WIRE_MTU_MAX};
	uint32_t mtu = silbo_addr_mtu(&s->t->headers, probe_peer(s->t));

	config.headers = s->t->headers;
	if (mtu > config.headers + config.least &&
	    mtu - config.headers < config.most)
		config.most = mtu - config.headers;
	silbo_mtu_init(&s->mtu, &config);
}

bool
probe_search_mtu(struct probe *p, struct probe_target *t)
{
	static struct search s;
	silbo_time shown = 0;
	bool go_on = true;
	uint32_t size;

	s = (struct search){.p = p, .t = t, .began = silbo_clock_now()};
	begin(&s);
	while (go_on && (size = silbo_mtu_get(&s.mtu)) != 0) {
		if (silbo_clock_now() >= shown) {
			show(&s, size);
			shown = run_later(silbo_clock_now(), status_period());
		}
		if (send_one(&s, size))
			go_on =
			    listen(&s, s.asked[s.next - 1].at + patience(&s));
	}
	status_clear();
	note(&s);
	t->mtu_there = go_on ? search_there(&s, &t->mtu, &go_on) : 0;
	note(&s);
	return go_on;
}

void
probe_fill_mtu(const struct probe_target *t, struct report_probe *out)
{
	const struct silbo_mtu_report *r = &t->mtu;

	out->sent = r->asked;
	out->answered = r->answers;
	out->mtu = (struct report_mtu){.searched = true,
	    .state = r->state,
	    .headers = t->headers > 0 ? t->headers : REPORT_UNKNOWN,
	    .payload = r->fits > 0 ? r->fits : REPORT_UNKNOWN,
	    .too_large = r->fails > 0 ? r->fails : REPORT_UNKNOWN,
	    .there = t->mtu_there > 0 ? t->mtu_there : REPORT_UNKNOWN,
	    .most = r->top > 0 ? r->top : REPORT_UNKNOWN,
	    .told = r->told > 0 ? r->told : REPORT_UNKNOWN,
	    .took_ms = t->headers > 0 ? t->mtu_ms : NAN};
}
