/* SPDX-License-Identifier: MIT */
/*
 * Writes what became of each PROBE when that is decided, with what was sent and
 * what the answer said.  Which are lost it takes from the prober's count: they
 * are final in their order, so the next that are not answered are those.
 *
 * All times are since the start of the measurement: small enough for a
 * spreadsheet.  Those of the reflector are its Unix time less ours at the
 * start.
 */
#include "probe_packets.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "probe.h"

struct probe_sent {
	uint64_t number;
	silbo_time due, at;
	bool answered; /* in time */
};

static struct probe_sent *
place_of(const struct probe_log *log, uint64_t index)
{
	return &log->sent[index & (log->window - 1)];
}

static bool
open_log(const struct probe *p, struct probe_log *log)
{
	log->window =
	    silbo_prober_window((silbo_time)p->interval, (silbo_time)p->wait);
	log->sent = calloc(log->window, sizeof *log->sent);
	if (log->sent == NULL)
		cli_error("not enough memory for the log of datagrams");
	return log->sent != NULL;
}

bool
probe_packets_open(struct probe *p)
{
	if (p->packets_path == NULL)
		return true;
	for (size_t i = 0; i < p->targets_count; i++)
		if (!open_log(p, &p->targets[i].log))
			return false;
	/* When it starts is known when all else is open. */
	return packets_open(
	    &p->packets, p->packets_path, PROBE_PACKETS_HEAD, 0);
}

/* What was sent with this number, if it is remembered: numbers grow. */
static struct probe_sent *
find(const struct probe_log *log, uint64_t number)
{
	uint64_t end = log->count;
	uint64_t low = end > log->window ? end - log->window : 0, high = end;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (place_of(log, middle)->number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && place_of(log, low)->number == number
	    ? place_of(log, low)
	    : NULL;
}

static int64_t
since(uint64_t at, uint64_t started)
{
	return (int64_t)(at - started);
}

/* Whose it is, what became of it, and what was sent: 6 fields. */
static void
put_sent(const struct probe *p, const struct probe_target *t, const char *fate,
    uint64_t number, const struct probe_sent *sent)
{
	char peer[SILBO_ADDR_TEXT_BYTES];
	FILE *out = p->packets.out;

	silbo_addr_text(peer, probe_peer(t));
	fprintf(out, "%s,%s,%" PRIu64 ",", peer, fate, number);
	if (sent == NULL)
		fputs(",,,", out);
	else
		fprintf(out, "%" PRId64 ",%" PRId64 ",%" PRId64 ",",
		    since(sent->due, p->started), since(sent->at, p->started),
		    since(sent->at, sent->due));
}

/* Of what has no answer: 18 fields. */
static void
put_unanswered(struct probe *p, const struct probe_target *t, const char *fate,
    const struct probe_sent *sent)
{
	if (p->packets.out == NULL)
		return;
	put_sent(p, t, fate, sent->number, sent);
	fprintf(p->packets.out, ",,,,,,,,%" PRId64 ",,,,,,,,,\n", p->bytes);
	packets_end_line(&p->packets);
}

/* What is lost since the last time. */
static void
settle(struct probe *p, struct probe_target *t)
{
	struct probe_log *log = &t->log;
	struct silbo_prober_report r;

	silbo_prober_report(t->prober, &r);
	while (log->lost < r.track.lost) {
		const struct probe_sent *sent = place_of(log, log->settled);

		assert(log->settled < log->count);
		log->settled++;
		if (sent->answered)
			continue;
		log->lost++;
		put_unanswered(p, t, "lost", sent);
	}
}

void
probe_packets_on_departure(struct probe *p, struct probe_target *t,
    const struct silbo_departure *departure, bool left)
{
	const struct probe_sent sent = {.number = departure->number,
	    .due = departure->due,
	    .at = departure->at};

	if (p->packets.out == NULL || departure->closing)
		return;
	settle(p, t);
	if (left)
		*place_of(&t->log, t->log.count++) = sent;
	else
		put_unanswered(p, t, "unsent", &sent);
}

/* A time of theirs, where it can be one. */
static void
put_theirs(const struct probe *p, bool known, uint64_t at)
{
	if (known && at <= INT64_MAX)
		fprintf(p->packets.out, "%" PRId64, since(at, p->started_wall));
	fputc(',', p->packets.out);
}

static const char *
stamp_name(bool kernel)
{
	return kernel ? "kernel" : "user";
}

/* Times: 6 fields.  The round trip is that of the prober's figures. */
static void
put_times(const struct probe *p, const struct probe_target *t,
    const struct silbo_answer *answer, const struct silbo_arrival *arrival,
    bool counts)
{
	struct silbo_prober_report r;
	FILE *out = p->packets.out;

	silbo_prober_report(t->prober, &r);
	fprintf(out, "%" PRId64 ",", since(answer->at, p->started));
	if (counts)
		fprintf(out, "%" PRIu64, r.rtt_last_ns);
	fputc(',', out);
	put_theirs(p, answer->has_times, answer->received_at);
	put_theirs(p, answer->has_times, answer->echoed_at);
	fprintf(out, "%s,%s,",
	    stamp_name(arrival->at_source == SILBO_STAMP_KERNEL),
	    t->stamp == NULL ? stamp_name(answer->kernel) : "");
}

/* Who answers, how long it is, marks, and the reflector's counts: 12 fields. */
static void
put_answer(struct probe *p, const struct probe_target *t,
    const struct silbo_answer *answer, size_t len)
{
	FILE *out = p->packets.out;

	for (size_t i = 0;
	     t->stamp == NULL && i < sizeof(answer->reflector.bytes); i++)
		fprintf(out, "%02x", answer->reflector.bytes[i]);
	/* STAMP's as it is written, without what makes it grow for ever. */
	fprintf(out, ",%" PRIu64 ",%zu,",
	    t->stamp == NULL ? answer->order : (uint32_t)answer->order, len);
	packets_put_mark(&p->packets, answer->tos, ',');
	packets_put_mark(&p->packets, answer->ttl, ',');
	packets_put_mark(&p->packets, answer->back_tos, ',');
	packets_put_mark(&p->packets, answer->back_ttl, ',');
	if (answer->has_counts)
		fprintf(out,
		    "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
		    "\n",
		    answer->unique, answer->duplicate, answer->reordered,
		    answer->extent_max, answer->withheld);
	else
		fputs(",,,,\n", out);
}

void
probe_packets_on_answer(struct probe *p, struct probe_target *t,
    const struct silbo_answer *answer, const struct silbo_arrival *arrival,
    enum silbo_answer_kind kind)
{
	static const char *const fates[SILBO_ANSWER_KINDS] = {"answered",
	    "late", "closing", "copy", "twice", "never_sent", "too_old"};
	struct probe_sent *sent;

	if (p->packets.out == NULL)
		return;
	sent = find(&t->log, answer->number);
	if (kind == SILBO_ANSWER_FIRST && sent != NULL)
		sent->answered = true;
	settle(p, t);
	/* The first that cannot be written ends the log. */
	if (p->packets.out == NULL)
		return;
	put_sent(p, t, fates[kind], answer->number, sent);
	put_times(p, t, answer, arrival,
	    kind == SILBO_ANSWER_FIRST || kind == SILBO_ANSWER_LATE);
	put_answer(p, t, answer, arrival->len);
	packets_end_line(&p->packets);
}

void
probe_packets_flush(struct probe *p)
{
	for (size_t i = 0; i < p->targets_count && p->packets.out != NULL; i++)
		settle(p, &p->targets[i]);
	packets_flush(&p->packets);
}

static void
close_log(struct probe *p, struct probe_target *t)
{
	struct probe_log *log = &t->log;

	if (t->prober != NULL && p->packets.out != NULL)
		settle(p, t);
	for (; log->settled < log->count; log->settled++)
		if (!place_of(log, log->settled)->answered)
			put_unanswered(
			    p, t, "pending", place_of(log, log->settled));
	free(log->sent);
	log->sent = NULL;
	log->count = log->settled = 0;
}

bool
probe_packets_close(struct probe *p)
{
	for (size_t i = 0; i < p->targets_count; i++)
		close_log(p, &p->targets[i]);
	return packets_close(&p->packets);
}
