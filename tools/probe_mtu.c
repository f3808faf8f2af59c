/* SPDX-License-Identifier: MIT */
/*
 * silbo probe --mtu: the largest datagram that comes there and back, one target
 * after the other.  Which size is next, silbo/mtu.h decides; how one is asked,
 * probe_mtu_ask.c.
 *
 * An answer is as long as what it answers, so what is found is the smaller of
 * the two ways.  Whether the way there takes more the reflector's count tells:
 * a small datagram sent behind a large one is answered, and says whether both
 * came.
 */
#include <math.h>
#include <stdio.h>

#include "cli.h"
#include "probe_mtu.h"
#include "status.h"

/* Of the search there, which sends in pairs. */
#define THERE_BUDGET (SILBO_MTU_BUDGET / 2)

/* So often the first size that does not come back is looked for there. */
#define LOOKS 3

static void
show(const struct probe_mtu *s, uint32_t size)
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

static bool
ask(struct probe_mtu *s, uint32_t size, bool *go_on)
{
	bool sent = probe_mtu_send(s, size);

	*go_on &= s->p->failure == NULL;
	return sent;
}

/* Send one of the least size, and wait for its answer.  False: none came. */
static bool
count_again(struct probe_mtu *s, bool *go_on)
{
	uint64_t number = s->next;

	if (!*go_on || s->next >= PROBE_MTU_ASKED_MAX ||
	    !ask(s, least(s->p), go_on))
		return false;
	*go_on =
	    probe_mtu_listen(s, s->asked[number].at + probe_mtu_patience(s));
	s->counted = *go_on && s->asked[number].size == 0;
	return s->counted;
}

/* Send one of this size and one of the least behind it, whose answer says
 * whether the reflector has had both. */
static bool
comes_there(struct probe_mtu *s, uint32_t size, bool *go_on)
{
	uint64_t before;

	if (!s->counted && !count_again(s, go_on))
		return false;
	before = s->unique;
	return s->next < PROBE_MTU_ASKED_MAX && ask(s, size, go_on) &&
	    count_again(s, go_on) && s->unique >= before + 2;
}

/* The way there by itself, once both together are known to take `fits`. Returns
 * what it takes, 0: not known. */
static uint32_t
search_there(
    struct probe_mtu *s, const struct silbo_mtu_report *both, bool *go_on)
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
begin(struct probe_mtu *s)
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
	static struct probe_mtu s;
	silbo_time shown = 0;
	bool go_on = true;
	uint32_t size;

	s = (struct probe_mtu){.p = p, .t = t, .began = silbo_clock_now()};
	begin(&s);
	while (go_on && (size = silbo_mtu_get(&s.mtu)) != 0) {
		if (silbo_clock_now() >= shown) {
			show(&s, size);
			shown = run_later(silbo_clock_now(), status_period());
		}
		if (ask(&s, size, &go_on))
			go_on = probe_mtu_listen(&s,
			    s.asked[s.next - 1].at + probe_mtu_patience(&s));
	}
	status_clear();
	probe_mtu_note(&s);
	t->mtu_there = go_on ? search_there(&s, &t->mtu, &go_on) : 0;
	probe_mtu_note(&s);
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
