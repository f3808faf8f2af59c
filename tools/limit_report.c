/* SPDX-License-Identifier: MIT */
/*
 * Decides which figures of a report can be limited, by which names.  Compares
 * nothing itself.
 */
#include "limit_report.h"

#include <math.h>
#include <string.h>

#define AT_RECEIVER "the receiver knows it: silbo recv --fail-if"
#define AT_SENDER "the sender knows it: silbo send --fail-if"

const struct limits_name limits_recv_names[] = {
    {"loss", LIMITS_RATIO, NULL},
    {"lost", LIMITS_COUNT, NULL},
    {"late", LIMITS_COUNT, NULL},
    {"duplicate", LIMITS_COUNT, NULL},
    {"reordered", LIMITS_COUNT, NULL},
    {"concealed", LIMITS_COUNT, NULL},
    {"run", LIMITS_COUNT, NULL},
    {"jitter", LIMITS_MS, NULL},
    {"p50", LIMITS_MS, NULL},
    {"p95", LIMITS_MS, NULL},
    {"p99", LIMITS_MS, NULL},
    {"max", LIMITS_MS, NULL},
    {"mos", LIMITS_NUMBER, NULL},
    {"r", LIMITS_NUMBER, NULL},
    {"unsent", LIMITS_ELSEWHERE, AT_SENDER},
    {"rtt", LIMITS_ELSEWHERE, "silbo probe knows it"},
    {.name = NULL},
};

const struct limits_name limits_send_names[] = {
    {"unsent", LIMITS_COUNT, NULL},
    {"late", LIMITS_COUNT, NULL},
    {"p50", LIMITS_MS, NULL},
    {"p99", LIMITS_MS, NULL},
    {"max", LIMITS_MS, NULL},
    {"loss", LIMITS_ELSEWHERE, AT_RECEIVER},
    {"lost", LIMITS_ELSEWHERE, AT_RECEIVER},
    {"duplicate", LIMITS_ELSEWHERE, AT_RECEIVER},
    {"reordered", LIMITS_ELSEWHERE, AT_RECEIVER},
    {"concealed", LIMITS_ELSEWHERE, AT_RECEIVER},
    {"run", LIMITS_ELSEWHERE, AT_RECEIVER},
    {"jitter", LIMITS_ELSEWHERE, AT_RECEIVER},
    {"p95", LIMITS_ELSEWHERE, AT_RECEIVER},
    {"mos", LIMITS_ELSEWHERE, AT_RECEIVER},
    {"r", LIMITS_ELSEWHERE, AT_RECEIVER},
    {.name = NULL},
};

/* reordered and duplicate are of both ways together. */
const struct limits_name limits_probe_names[] = {
    {"loss", LIMITS_RATIO, NULL},
    {"lost", LIMITS_COUNT, NULL},
    {"lost_there", LIMITS_COUNT, NULL},
    {"lost_back", LIMITS_COUNT, NULL},
    {"reordered", LIMITS_COUNT, NULL},
    {"duplicate", LIMITS_COUNT, NULL},
    {"run", LIMITS_COUNT, NULL},
    {"rtt", LIMITS_MS, NULL},
    {"p50", LIMITS_MS, NULL},
    {"p95", LIMITS_MS, NULL},
    {"p99", LIMITS_MS, NULL},
    {"max", LIMITS_MS, NULL},
    {"jitter", LIMITS_MS, NULL},
    {"unsent", LIMITS_COUNT, NULL},
    {"mtu", LIMITS_COUNT, NULL},
    {"mos", LIMITS_ELSEWHERE, AT_RECEIVER},
    {.name = NULL},
};

static double
count(int64_t known)
{
	return known < 0 ? NAN : (double)known;
}

void
limits_check_received(struct limits *limits, const struct report_stream *s)
{
	bool any = s->lost >= 0 && s->expected > 0;
	const struct limits_value values[] = {
	    {"loss", any ? (double)s->lost / (double)s->expected : NAN},
	    {"lost", count(s->lost)},
	    {"late", count(s->late)},
	    {"duplicate", count(s->duplicate)},
	    {"reordered", count(s->reordered)},
	    {"concealed", count(s->concealed)},
	    {"run", count(s->run_max)},
	    {"jitter", s->jitter_ms},
	    {"p50", s->delay_ms[0]},
	    {"p95", s->delay_ms[1]},
	    {"p99", s->delay_ms[2]},
	    {"max", s->delay_ms[3]},
	    {"mos", s->quality.mos},
	    {"r", s->quality.r},
	    {.name = NULL},
	};

	limits_check(limits, s->id, values);
}

void
limits_check_sent(struct limits *limits, const struct report_stream *s)
{
	const struct limits_value values[] = {
	    {"unsent", count(s->unsent)},
	    {"late", count(s->late_over_1ms)},
	    {"p50", s->lateness_ms[0]},
	    {"p99", s->lateness_ms[1]},
	    {"max", s->lateness_ms[2]},
	    {.name = NULL},
	};

	limits_check(limits, s->id, values);
}

static double
sum(int64_t there, int64_t back)
{
	return there < 0 || back < 0 ? NAN : (double)there + (double)back;
}

/* The packet of IP, where the search has found it. */
static double
mtu_of(const struct report_mtu *mtu)
{
	bool found = mtu->searched && mtu->payload >= 0 &&
	    (mtu->state == SILBO_MTU_FOUND || mtu->state == SILBO_MTU_MOST);

	return found ? (double)(mtu->payload + mtu->headers) : NAN;
}

/* A search loses on purpose. */
void
limits_check_probe(struct limits *limits, const struct report_probe *p)
{
	bool any = p->lost >= 0 && p->sent > 0 && !p->mtu.searched;
	const struct limits_value values[] = {
	    {"loss", any ? (double)p->lost / (double)p->sent : NAN},
	    {"lost", any ? (double)p->lost : NAN},
	    {"lost_there", count(p->there.lost)},
	    {"lost_back", count(p->back.lost)},
	    {"reordered", sum(p->there.reordered, p->back.reordered)},
	    {"duplicate", sum(p->there.duplicate, p->back.duplicate)},
	    {"run", count(p->run_max)},
	    {"rtt", p->rtt_ms[1]},
	    {"p50", p->rtt_ms[2]},
	    {"p95", p->rtt_ms[3]},
	    {"p99", p->rtt_ms[4]},
	    {"max", p->rtt_ms[6]},
	    {"jitter", p->jitter_ms},
	    {"unsent", count(p->unsent)},
	    {"mtu", mtu_of(&p->mtu)},
	    {.name = NULL},
	};

	limits_check_host(limits, p->name, values);
}

bool
limits_judge(struct limits *limits, struct report *report)
{
	bool sends = strcmp(report->role, "send") == 0;

	for (size_t i = 0; i < report->streams_count; i++) {
		if (sends)
			limits_check_sent(limits, &report->streams[i]);
		else
			limits_check_received(limits, &report->streams[i]);
	}
	for (size_t i = 0; i < report->probes_count; i++)
		limits_check_probe(limits, &report->probes[i]);
	report->limits = limits;
	return limits_finish(limits);
}
