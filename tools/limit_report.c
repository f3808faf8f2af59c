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
#define AT_PROBER "a prober knows it: silbo probe --fail-if"
#define BY_SEARCH "only a search finds it: silbo probe --mtu --fail-if"
#define BY_MEASURING                                                        \
	"a search loses on purpose; to measure, leave --mtu out and probe " \
	"again"

const struct limits_name limits_recv_names[] = {
    LIMITS_KNOWN("loss", LIMITS_RATIO),
    LIMITS_KNOWN("lost", LIMITS_COUNT),
    LIMITS_KNOWN("late", LIMITS_COUNT),
    LIMITS_KNOWN("duplicate", LIMITS_COUNT),
    LIMITS_KNOWN("reordered", LIMITS_COUNT),
    LIMITS_KNOWN("concealed", LIMITS_COUNT),
    LIMITS_KNOWN("run", LIMITS_COUNT),
    LIMITS_KNOWN("jitter", LIMITS_MS),
    LIMITS_KNOWN("p50", LIMITS_MS),
    LIMITS_KNOWN("p95", LIMITS_MS),
    LIMITS_KNOWN("p99", LIMITS_MS),
    LIMITS_KNOWN("max", LIMITS_MS),
    LIMITS_KNOWN("mos", LIMITS_NUMBER),
    LIMITS_KNOWN("r", LIMITS_NUMBER),
    LIMITS_NEVER("unsent", AT_SENDER),
    LIMITS_NEVER("rtt", AT_PROBER),
    LIMITS_NEVER("lost_there", AT_PROBER),
    LIMITS_NEVER("lost_back", AT_PROBER),
    LIMITS_NEVER("mtu", BY_SEARCH),
    {.name = NULL},
};

const struct limits_name limits_send_names[] = {
    LIMITS_KNOWN("unsent", LIMITS_COUNT),
    LIMITS_KNOWN("late", LIMITS_COUNT),
    LIMITS_KNOWN("p50", LIMITS_MS),
    LIMITS_KNOWN("p99", LIMITS_MS),
    LIMITS_KNOWN("max", LIMITS_MS),
    LIMITS_NEVER("loss", AT_RECEIVER),
    LIMITS_NEVER("lost", AT_RECEIVER),
    LIMITS_NEVER("duplicate", AT_RECEIVER),
    LIMITS_NEVER("reordered", AT_RECEIVER),
    LIMITS_NEVER("concealed", AT_RECEIVER),
    LIMITS_NEVER("run", AT_RECEIVER),
    LIMITS_NEVER("jitter", AT_RECEIVER),
    LIMITS_NEVER("p95", AT_RECEIVER),
    LIMITS_NEVER("mos", AT_RECEIVER),
    LIMITS_NEVER("r", AT_RECEIVER),
    LIMITS_NEVER("rtt", AT_PROBER),
    LIMITS_NEVER("lost_there", AT_PROBER),
    LIMITS_NEVER("lost_back", AT_PROBER),
    LIMITS_NEVER("mtu", BY_SEARCH),
    {.name = NULL},
};

/* reordered and duplicate are of both ways together, mos of the worse one. */
const struct limits_name limits_probe_names[] = {
    LIMITS_KNOWN("loss", LIMITS_RATIO),
    LIMITS_KNOWN("lost", LIMITS_COUNT),
    LIMITS_KNOWN("lost_there", LIMITS_COUNT),
    LIMITS_KNOWN("lost_back", LIMITS_COUNT),
    LIMITS_KNOWN("reordered", LIMITS_COUNT),
    LIMITS_KNOWN("duplicate", LIMITS_COUNT),
    LIMITS_KNOWN("run", LIMITS_COUNT),
    LIMITS_KNOWN("rtt", LIMITS_MS),
    LIMITS_KNOWN("p50", LIMITS_MS),
    LIMITS_KNOWN("p95", LIMITS_MS),
    LIMITS_KNOWN("p99", LIMITS_MS),
    LIMITS_KNOWN("max", LIMITS_MS),
    LIMITS_AFTER("jitter", LIMITS_MS, 2),
    LIMITS_KNOWN("unsent", LIMITS_COUNT),
    LIMITS_AFTER("mos", LIMITS_NUMBER, REPORT_QUALITY_LEAST),
    LIMITS_NEVER("mtu", BY_SEARCH),
    LIMITS_NEVER("late", AT_RECEIVER),
    LIMITS_NEVER("concealed", AT_RECEIVER),
    LIMITS_NEVER("r", AT_RECEIVER),
    {.name = NULL},
};

const struct limits_name limits_mtu_names[] = {
    LIMITS_KNOWN("mtu", LIMITS_COUNT),
    LIMITS_NEVER("loss", BY_MEASURING),
    LIMITS_NEVER("lost", BY_MEASURING),
    LIMITS_NEVER("lost_there", BY_MEASURING),
    LIMITS_NEVER("lost_back", BY_MEASURING),
    LIMITS_NEVER("reordered", BY_MEASURING),
    LIMITS_NEVER("duplicate", BY_MEASURING),
    LIMITS_NEVER("run", BY_MEASURING),
    LIMITS_NEVER("rtt", BY_MEASURING),
    LIMITS_NEVER("p50", BY_MEASURING),
    LIMITS_NEVER("p95", BY_MEASURING),
    LIMITS_NEVER("p99", BY_MEASURING),
    LIMITS_NEVER("max", BY_MEASURING),
    LIMITS_NEVER("jitter", BY_MEASURING),
    LIMITS_NEVER("unsent", BY_MEASURING),
    LIMITS_NEVER("mos", BY_MEASURING),
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

/* Of STAMP's answers every second one to a packet is a copy, also where it is
 * not known which way it was made. */
static double
duplicates(const struct report_probe *p)
{
	bool stamp = p->stamp.no_estimate >= 0;
	bool any = p->answered > 0 || p->late_final > 0;

	if (stamp && any && p->there.duplicate < 0 && p->back.duplicate < 0)
		return count(p->answered_twice);
	return sum(p->there.duplicate, p->back.duplicate);
}

/* The packet of IP, where the search has found it. */
static double
mtu_of(const struct report_mtu *mtu)
{
	bool found = mtu->searched && mtu->payload >= 0 &&
	    (mtu->state == SILBO_MTU_FOUND || mtu->state == SILBO_MTU_MOST);

	return found ? (double)(mtu->payload + mtu->headers) : NAN;
}

/* Of the way that is worse, as far as they are known. */
static double
mos_of(const struct report_probe *p)
{
	return fmin(p->there.quality.mos, p->back.quality.mos);
}

/* A search loses on purpose. */
void
limits_check_probe(struct limits *limits, const struct report_probe *p)
{
	bool any = p->lost >= 0 && p->sent > 0 && !p->mtu.searched;
	/* All that may be. */
	double lost =
	    (double)p->lost + (p->pending > 0 ? (double)p->pending : 0);
	const struct limits_value values[] = {
	    {"loss", any ? lost / (double)p->sent : NAN},
	    {"lost", any ? lost : NAN},
	    {"lost_there", count(p->there.lost)},
	    {"lost_back", count(p->back.lost)},
	    {"reordered", sum(p->there.reordered, p->back.reordered)},
	    {"duplicate", duplicates(p)},
	    {"run", count(p->run_max)},
	    {"rtt", p->rtt_ms[1]},
	    {"p50", p->rtt_ms[2]},
	    {"p95", p->rtt_ms[3]},
	    {"p99", p->rtt_ms[4]},
	    {"max", p->rtt_ms[6]},
	    {"jitter", p->jitter_ms},
	    {"unsent", count(p->unsent)},
	    {"mtu", mtu_of(&p->mtu)},
	    {"mos", mos_of(p)},
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
