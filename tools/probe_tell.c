/* SPDX-License-Identifier: MIT */
/*
 * What silbo probe tells people while it runs: who is asked, that nobody
 * answers, and what is wrong with an answer, with the remedy.  Never a line per
 * datagram.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "keyfile.h"
#include "probe.h"
#include "status.h"
#include "units.h"

/* Nearly every path takes as much (RFC 8899 section 5.1.2), or it takes a
 * search. */
#define SIZE_SURE 1200

static const struct {
	enum silbo_verdict verdict;
	const char *text, *hint;
} remedies[] = {
    {SILBO_DROP_PLAIN, "is not encrypted; refused",
	"give the reflector the same key: --key FILE"},
    {SILBO_DROP_ENCRYPTED, "is encrypted, and no key was given",
	"copy its key file here and use: silbo probe --key FILE"},
    {SILBO_DROP_WRONG_KEY, "is sealed with another key",
	"compare the key ids that both ends print"},
    {SILBO_DROP_AUTH, "is damaged or forged",
	"someone between may be writing it"},
    {SILBO_DROP_VERSION, "is of another version, or not of silbo at all",
	"use the same version of silbo at both ends: silbo version"},
    {SILBO_DROP_REFLECTED, "is our own, sent back as it was",
	"an echo service is there, and no reflector of silbo"},
    {SILBO_DROP_TYPE, "is not of silbo, or of a later version",
	"use the same version of silbo at both ends: silbo version"},
    {SILBO_DROP_SHORT, "is not of silbo", "does something else use that port?"},
};

void
probe_tell_refusal(
    struct probe_target *t, const struct silbo_arrival *arrival, silbo_time now)
{
	char from[SILBO_ADDR_TEXT_BYTES];

	silbo_addr_text(from, &arrival->from);
	if (t->stamp != NULL && !silbo_verdict_is_accepted(t->refused)) {
		if (run_may_say(&t->refusals[t->refused], now)) {
			cli_note("what %s answers is too short to be of STAMP",
			    from);
			cli_hint("does something else use that port?");
		}
		return;
	}
	for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++) {
		if (remedies[i].verdict != t->refused ||
		    !run_may_say(&t->refusals[t->refused], now))
			continue;
		cli_note("what %s answers %s", from, remedies[i].text);
		cli_hint("%s", remedies[i].hint);
	}
	if (silbo_verdict_is_accepted(t->refused) &&
	    run_may_say(&t->refusals[t->refused], now))
		cli_note("what %s sends is no answer to us; not counted", from);
}

void
probe_tell_answer(struct probe_target *t, const struct silbo_arrival *arrival,
    enum silbo_answer_kind kind, silbo_time now)
{
	char from[SILBO_ADDR_TEXT_BYTES], to[SILBO_ADDR_TEXT_BYTES];

	if (kind != SILBO_ANSWER_TWICE && kind != SILBO_ANSWER_NEVER_SENT &&
	    t->elsewhere == 0)
		return;
	silbo_addr_text(from, &arrival->from);
	if (t->elsewhere == 1 && run_may_say(&t->elsewhere_said, now)) {
		silbo_addr_text(to, probe_peer(t));
		cli_note("answers come from %s, not from %s", from, to);
		cli_hint("that host has several addresses, or its addresses "
			 "are translated on the way");
	}
	/* With STAMP that is a copy made on the way there. */
	if (kind == SILBO_ANSWER_TWICE && t->stamp == NULL &&
	    run_may_say(&t->kinds[kind], now)) {
		cli_note("%s answers a datagram twice; the first counts", from);
		cli_hint("two reflectors may share that address");
	}
	if (kind == SILBO_ANSWER_NEVER_SENT &&
	    run_may_say(&t->kinds[kind], now))
		cli_note("%s answers what was never sent; not counted", from);
}

static void
tell_silence(
    const struct probe *p, const struct probe_target *t, const char *span)
{
	char peer[SILBO_ADDR_TEXT_BYTES];

	silbo_addr_text(peer, probe_peer(t));
	if (p->stamp)
		cli_note("no answer from %s/udp%s. A reflector of STAMP "
			 "there, on that port, and may this address ask it? A "
			 "firewall on the way?",
		    peer, span);
	else if (p->keys_count > 0)
		cli_note("no answer from %s/udp%s. silbo recv running "
			 "there, without --no-reflect? The same key (compare "
			 "the ids)? A firewall on the way?",
		    peer, span);
	else
		cli_note("no answer from %s/udp%s. silbo recv --reflect "
			 "or silbo probe --reflect running there? Without a "
			 "key recv answers only with --reflect. If it has "
			 "one it answers only who has the same: --key FILE. A "
			 "firewall on the way?",
		    peer, span);
	if (p->bytes > SIZE_SURE && !p->mtu)
		cli_hint("%lld bytes may be too many for the way: %s",
		    (long long)p->bytes,
		    p->stamp ? "lower --size"
			     : "silbo probe --mtu finds what it takes");
}

/* Whether this machine has said why nothing left. */
static bool
has_errors(const struct probe_target *t)
{
	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		if (t->errors[kind] > 0)
			return true;
	return false;
}

void
probe_tell_silence(struct probe *p, bool over, silbo_time now)
{
	bool early = now < p->started + PROBE_SILENCE;

	for (size_t i = 0; i < p->targets_count; i++) {
		struct probe_target *t = &p->targets[i];

		if (t->silence_told || t->noticed || t->arrived > 0 ||
		    (over ? has_errors(t) : early))
			continue;
		t->silence_told = true;
		tell_silence(p, t, early ? "" : " for 3 s");
	}
}

static void
tell_oddities(struct probe_target *t, silbo_time now)
{
	struct silbo_prober_report r;
	char peer[SILBO_ADDR_TEXT_BYTES];

	silbo_prober_report(t->prober, &r);
	silbo_addr_text(peer, probe_peer(t));
	if (r.absurd_times > t->absurd && run_may_say(&t->absurd_said, now))
		cli_note(
		    "%s tells times that cannot be; they are not used", peer);
	if (r.restarts > t->restarts && run_may_say(&t->restart_said, now))
		cli_note(
		    "another reflector answers at %s: started anew?", peer);
	if (r.sync.steps > t->steps && run_may_say(&t->step_said, now))
		cli_note("a clock was set: that of %s is now %.3f s further %s "
			 "ours",
		    peer, fabs((double)r.sync.step_ns / 1e9),
		    r.sync.step_ns < 0 ? "behind" : "ahead of");
	t->absurd = r.absurd_times;
	t->restarts = r.restarts;
	t->steps = r.sync.steps;
}

void
probe_tell_oddities(struct probe *p, silbo_time now)
{
	for (size_t i = 0; i < p->targets_count; i++)
		tell_oddities(&p->targets[i], now);
}

static void
show_status(const struct probe *p, silbo_time now)
{
	uint64_t seconds =
	    now > p->started ? (now - p->started) / SILBO_NS_PER_S : 0;
	uint64_t sent = 0, answered = 0, lost = 0;
	char line[256], grouped[2][32], what[64];
	struct silbo_prober_report r;

	for (size_t i = 0; i < p->targets_count; i++) {
		silbo_prober_report(p->targets[i].prober, &r);
		sent += r.sent;
		answered += r.track.unique;
		lost += r.track.lost;
	}
	if (p->targets_count > 1)
		snprintf(what, sizeof what, "%zu hosts", p->targets_count);
	else if (r.track.unique == 0)
		snprintf(what, sizeof what, "no answer yet");
	else
		snprintf(what, sizeof what, "rtt %.1f ms",
		    (double)r.rtt_last_ns / 1e6);
	snprintf(line, sizeof line,
	    "probe %02u:%02u  %s  sent %s  answered %s  lost %llu (%.2f %%)",
	    (unsigned)(seconds / 60), (unsigned)(seconds % 60), what,
	    units_grouped(grouped[0], sizeof grouped[0], sent),
	    units_grouped(grouped[1], sizeof grouped[1], answered),
	    (unsigned long long)lost,
	    sent > 0 ? 100.0 * (double)lost / (double)sent : 0.0);
	status_show(line);
}

static silbo_time
interval_length(const struct probe *p)
{
	return (silbo_time)(intervals_seconds(p->intervals) * 1e9);
}

silbo_time
probe_next_tick(const struct probe *p)
{
	return run_earlier(
	    p->look_at, run_earlier(p->interval_at, p->status_at));
}

void
probe_tick(struct probe *p, silbo_time now)
{
	/* Once a second, however long intervals have grown. */
	p->look_at = now + SILBO_NS_PER_S;
	probe_tell_oddities(p, now);
	probe_tell_silence(p, false, now);
	probe_packets_flush(p);
	if (now >= p->interval_at) {
		silbo_time length = interval_length(p);

		probe_tell_interval(p, now);
		p->interval_at =
		    p->started + (1 + (now - p->started) / length) * length;
	}
	if (now >= p->status_at) {
		show_status(p, now);
		p->status_at = run_later(now, status_period());
	}
}

void
probe_introduce(const struct probe *p)
{
	char peer[SILBO_ADDR_TEXT_BYTES], key[9], every[32], what[64];

	units_duration(every, sizeof every, p->interval);
	snprintf(what, sizeof what, "%lld bytes every %s", (long long)p->bytes,
	    every);
	for (size_t i = 0; i < p->targets_count; i++) {
		silbo_addr_text(peer, probe_peer(&p->targets[i]));
		cli_note("to %s/udp, %s, %s%s", peer,
		    p->mtu ? "of growing size" : what,
		    p->keys_count > 0 ? "key "
			: p->stamp    ? "STAMP"
				      : "not encrypted",
		    p->keys_count > 0 ? keyfile_id(key, p->keys) : "");
	}
}
