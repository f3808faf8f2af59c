/* SPDX-License-Identifier: MIT */
/*
 * The prober in virtual time, joined to a reflector of a few obvious lines by a
 * pipe that loses, copies and delays in both directions and keeps the truth
 * about it.  Each way is told exactly as it was, or as unknown; whatever a
 * hostile reflector says, no figure is wrapped or above what was sent.
 */
#include "testing.h"

#include "prober_bench.h"

#define PROBES_MAX 200
#define EVENTS_MAX 2048
#define SEEDS 1000
#define SLOTS_HELD ((uint64_t)14000) /* of 1 ms */

/* One datagram under way. */
struct event {
	silbo_time at;
	uint64_t serial; /* breaks ties */
	bool back, closing;
	struct silbo_answer answer; /* there: only its number counts */
};

/* Of one way, by first copies as they came. */
struct truth {
	uint64_t numbers[PROBES_MAX];
	uint64_t unique, duplicate;
};

struct pipe {
	uint64_t rng;
	unsigned loss, copies, slow, unsent, withhold, stalls; /* per mille */
	int64_t ahead;   /* the reflector's clock */
	silbo_time away; /* at the least, each way */
	struct event events[EVENTS_MAX];
	size_t count;
	uint64_t serial, order, sent, withheld, echoes;
	struct truth there, back;
	bool answered[PROBES_MAX];
};

static bool
chance(struct pipe *pipe, unsigned per_mille)
{
	return test_below(&pipe->rng, 1000) < per_mille;
}

/* Up to 20 ms, and as much again for those that are overtaken. */
static void
carry(struct pipe *pipe, struct event event, silbo_time now)
{
	unsigned copies = chance(pipe, pipe->loss) ? 0
	    : chance(pipe, pipe->copies)           ? 2
						   : 1;

	for (; copies > 0; copies--) {
		assert_true(pipe->count < EVENTS_MAX);
		event.at =
		    now + pipe->away + MS / 10 + test_below(&pipe->rng, 3 * MS);
		if (chance(pipe, pipe->slow))
			event.at += test_below(&pipe->rng, 17 * MS);
		event.serial = pipe->serial++;
		pipe->events[pipe->count++] = event;
	}
}

static struct event *
next_of(struct pipe *pipe)
{
	struct event *next = NULL;

	for (size_t i = 0; i < pipe->count; i++) {
		struct event *e = &pipe->events[i];

		if (next == NULL || e->at < next->at ||
		    (e->at == next->at && e->serial < next->serial))
			next = e;
	}
	return next;
}

/* Whether it is the first copy. */
static bool
arrive(struct truth *truth, uint64_t number)
{
	for (uint64_t i = 0; i < truth->unique; i++)
		if (truth->numbers[i] == number) {
			truth->duplicate++;
			return false;
		}
	truth->numbers[truth->unique++] = number;
	return true;
}

/* RFC 4737 section 3 and 4.2.2. */
static uint64_t
reordered(const struct truth *truth, uint64_t *extent_max)
{
	uint64_t count = 0;

	*extent_max = 0;
	for (uint64_t i = 0; i < truth->unique; i++) {
		uint64_t j = 0;

		while (truth->numbers[j] < truth->numbers[i])
			j++;
		count += j < i;
		if (i - j > *extent_max)
			*extent_max = i - j;
	}
	return count;
}

static void
reflect(struct pipe *pipe, const struct event *event)
{
	struct event echo = {.back = true, .closing = event->closing};
	struct silbo_answer *a = &echo.answer;
	bool withheld = !event->closing && chance(pipe, pipe->withhold);

	if (!event->closing && !arrive(&pipe->there, event->answer.number))
		return;
	pipe->withheld += withheld;
	if (withheld)
		return;
	pipe->echoes += !event->closing;
	*a = (struct silbo_answer){.number = event->answer.number,
	    .reflector = {.bytes = {7}},
	    .order = pipe->order++,
	    .has_times = true,
	    .received_at = event->at + WALL + (uint64_t)pipe->ahead,
	    .tos = 0,
	    .ttl = 64,
	    .has_counts = true,
	    .unique = pipe->there.unique,
	    .duplicate = pipe->there.duplicate,
	    .withheld = pipe->withheld};
	a->echoed_at = a->received_at + MS / 100;
	a->reordered = reordered(&pipe->there, &a->extent_max);
	carry(pipe, echo, event->at + MS / 100);
}

/* Everything that happens up to now. */
static void
pass(struct pipe *pipe, struct silbo_prober *p, silbo_time now)
{
	struct event *next;

	while ((next = next_of(pipe)) != NULL && next->at <= now) {
		struct event event = *next;

		*next = pipe->events[--pipe->count];
		if (!event.back) {
			reflect(pipe, &event);
			continue;
		}
		event.answer.at = event.at;
		if (!event.closing) {
			(void)arrive(&pipe->back, event.answer.order);
			pipe->answered[event.answer.number] = true;
		}
		(void)silbo_prober_on_answer(p, &event.answer);
	}
}

static void
depart(struct pipe *pipe, struct silbo_prober *p, silbo_time now)
{
	struct silbo_departure d;

	while (silbo_prober_get(p, &d, now)) {
		struct event probe = {
		    .closing = d.closing, .answer = {.number = d.number}};

		assert_true(d.at == now && d.due <= now);
		assert_int_equal(d.sent_at, now + WALL);
		if (chance(pipe, pipe->unsent)) {
			silbo_prober_on_unsent(p, &d);
			continue;
		}
		pipe->sent += !d.closing;
		silbo_prober_on_sent(p, &d);
		carry(pipe, probe, now);
	}
}

/* From now to the end, in virtual time; now and then nobody looks for a while.
 * Returns when it was over. */
static silbo_time
run_from(struct pipe *pipe, struct silbo_prober *p, silbo_time now)
{
	while (!silbo_prober_is_done(p)) {
		const struct event *next = next_of(pipe);
		silbo_time until = silbo_prober_deadline(p);

		if (next != NULL && next->at < until)
			until = next->at;
		assert_true(until != SILBO_TIME_NEVER);
		if (until > now)
			now = until;
		if (chance(pipe, pipe->stalls))
			now += test_below(&pipe->rng, 100 * MS);
		pass(pipe, p, now);
		depart(pipe, p, now);
	}
	return now;
}

static void
run(struct pipe *pipe, struct silbo_prober *p)
{
	(void)run_from(pipe, p, START);
}

static void
check_way(uint64_t seed, const char *name, const struct silbo_way *way,
    const struct truth *truth, uint64_t lost)
{
	uint64_t extent, count = reordered(truth, &extent);

	if (way->lost != lost || way->duplicate != truth->duplicate ||
	    way->reordered != count || way->extent_max != extent)
		fail_msg("seed %llu, %s: lost %lld of %lld, duplicate %lld of "
			 "%lld, reordered %lld of %lld, extent %lld of %lld",
		    (unsigned long long)seed, name, (long long)way->lost,
		    (long long)lost, (long long)way->duplicate,
		    (long long)truth->duplicate, (long long)way->reordered,
		    (long long)count, (long long)way->extent_max,
		    (long long)extent);
}

static void
draw(struct pipe *pipe, uint64_t seed)
{
	*pipe = (struct pipe){.rng = seed};
	pipe->loss = (unsigned)test_below(&pipe->rng, 300);
	pipe->copies = (unsigned)test_below(&pipe->rng, 200);
	pipe->slow = (unsigned)test_below(&pipe->rng, 300);
	pipe->unsent = chance(pipe, 300) ? 50 : 0;
	pipe->withhold = chance(pipe, 300) ? 100 : 0;
	pipe->stalls = chance(pipe, 300) ? 20 : 0;
	pipe->ahead =
	    (int64_t)test_below(&pipe->rng, 1000 * MS) - (int64_t)(500 * MS);
}

static void
each_way_is_told_as_it_was(void **state)
{
	uint64_t first = test_seed(1), closed = 0;
	static struct pipe pipe;

	(void)state;
	for (uint64_t seed = first; seed < first + SEEDS; seed++) {
		struct silbo_prober_report r;
		struct silbo_prober *p;
		uint64_t slots;

		draw(&pipe, seed);
		slots = 1 + test_below(&pipe.rng, PROBES_MAX);
		p = begin(slots, (1 + test_below(&pipe.rng, 9)) * MS);
		run(&pipe, p);
		silbo_prober_report(p, &r);
		assert_int_equal(r.slots, slots);
		assert_int_equal(r.sent, pipe.sent);
		assert_int_equal(r.sent + r.unsent, slots);
		assert_int_equal(r.track.unique, pipe.back.unique);
		assert_int_equal(r.track.lost, r.sent - pipe.back.unique);
		assert_int_equal(r.track.pending, 0);
		assert_int_equal(r.contradictions + r.absurd_times, 0);
		assert_int_equal(silbo_quantile_count(silbo_prober_rtt(p)),
		    pipe.back.unique);
		assert_int_equal(
		    silbo_quantile_count(silbo_prober_lateness(p)), r.sent);
		if (r.closed) {
			closed++;
			assert_int_equal(r.withheld, pipe.withheld);
			check_way(seed, "there", &r.there, &pipe.there,
			    pipe.sent - pipe.there.unique);
			check_way(seed, "back", &r.back, &pipe.back,
			    pipe.echoes - pipe.back.unique);
		} else if (r.track.lost > 0) {
			assert_int_equal(r.there.lost, NONE);
			assert_int_equal(r.back.lost, NONE);
		}
		free(p);
	}
	assert_true(closed > SEEDS * 9 / 10);
}

/* All that leaves before a time, each as soon as it may.  Returns how many. */
static int
depart_until(struct silbo_prober *p, silbo_time until)
{
	struct silbo_departure d;
	int count = 0;

	while (silbo_prober_deadline(p) < until) {
		silbo_time now = silbo_prober_deadline(p);

		assert_false(silbo_prober_get(p, &d, now - 1));
		assert_true(silbo_prober_get(p, &d, now));
		assert_true(d.at == now && d.due <= now && !d.closing);
		silbo_prober_on_sent(p, &d);
		assert_false(silbo_prober_get(p, &d, now));
		count++;
	}
	return count;
}

/* The schedule of a program that is stopped in the middle.  A late one leaves
 * at once, those behind it an eighth of the interval apart: 1.25 ms, so that it
 * catches up by 8.75 ms with each. */
static void
no_slot_is_skipped_and_lateness_is_told(void **state)
{
	struct silbo_prober *p = begin(100, 10 * MS);
	struct silbo_prober_report r;
	struct silbo_departure d;
	silbo_time now = START + 50 * 10 * MS;

	(void)state;
	assert_int_equal(depart_until(p, now), 50);
	now += 200 * MS; /* stopped */
	for (uint64_t i = 0; i < 23; i++) {
		assert_true(silbo_prober_get(p, &d, now));
		assert_int_equal(d.due, START + (50 + i) * 10 * MS);
		silbo_prober_on_sent(p, &d);
		assert_false(silbo_prober_get(p, &d, now));
		if (i < 22)
			assert_int_equal(
			    silbo_prober_deadline(p), now + 10 * MS / 8);
		now = silbo_prober_deadline(p);
	}
	silbo_prober_report(p, &r);
	assert_int_equal(r.sent, 73);
	assert_int_equal(r.late_over_1ms, 23);
	assert_int_equal(
	    silbo_quantile_get(silbo_prober_lateness(p), 1000), 200 * MS);
	assert_int_equal(now, START + 73 * 10 * MS);
	assert_int_equal(depart_until(p, now + 100 * MS), 10);
	silbo_prober_report(p, &r);
	assert_int_equal(r.late_over_1ms, 23);
	free(p);
}

/* However late the one before it was: it was not due then. */
static void
a_slot_in_time_is_not_held_back(void **state)
{
	struct silbo_prober *p = begin(100, 10 * MS);
	struct silbo_departure d;

	(void)state;
	assert_true(silbo_prober_get(p, &d, START + 10 * MS - 1));
	silbo_prober_on_sent(p, &d);
	assert_int_equal(silbo_prober_deadline(p), START + 10 * MS);
	/* Late, as the one before it has left long ago. */
	assert_true(silbo_prober_get(p, &d, START + 19 * MS));
	silbo_prober_on_sent(p, &d);
	assert_true(silbo_prober_get(p, &d, START + 20 * MS));
	silbo_prober_on_sent(p, &d);
	/* At the very time at which another left. */
	assert_true(silbo_prober_get(p, &d, START + 40 * MS));
	silbo_prober_on_sent(p, &d);
	assert_int_equal(
	    silbo_prober_deadline(p), START + 40 * MS + 10 * MS / 8);
	free(p);
}

/* A good answer to a number, by a reflector that has all of them. */
static struct silbo_answer
answer_to(uint64_t number, silbo_time at)
{
	return (struct silbo_answer){.number = number,
	    .reflector = {.bytes = {7}},
	    .order = number,
	    .at = at,
	    .has_times = true,
	    .received_at = at - 2 * MS + WALL,
	    .echoed_at = at - 2 * MS + WALL,
	    .tos = -1,
	    .ttl = -1,
	    .back_tos = -1,
	    .back_ttl = -1,
	    .has_counts = true,
	    .unique = number + 1};
}

/* Ten seconds at 1 ms: no two leave closer than 125 us, whether they can be
 * sent or not; something leaves whenever it is time; and all are remembered as
 * long as an answer may take. */
static void
a_long_stop_is_caught_up_with_in_no_burst(void **state)
{
	static silbo_time left[SLOTS_HELD];
	struct silbo_prober *p = begin_waiting(SLOTS_HELD, MS, 1000 * MS);
	struct silbo_prober_report r;
	struct silbo_departure d;
	silbo_time now = START;
	uint64_t slots = 0, answered = 0, refused = 0;

	(void)state;
	while (slots < SLOTS_HELD) {
		silbo_time away = slots - answered > 0
		    ? left[answered] + 900 * MS
		    : SILBO_TIME_NEVER;

		now = silbo_prober_deadline(p);
		now += slots == 1000 ? 10000 * MS : 0; /* stopped */
		if (away < now) {
			struct silbo_answer a = answer_to(answered++, away);

			if (left[a.number] == 0) /* refused */
				continue;
			a.unique = 0;
			assert_int_equal(
			    silbo_prober_on_answer(p, &a), SILBO_ANSWER_FIRST);
			continue;
		}
		assert_true(silbo_prober_get(p, &d, now));
		assert_true(slots == 0 || now >= d.due);
		left[slots] = now;
		if (slots > 1000 && slots % 100 == 7) {
			silbo_prober_on_unsent(p, &d);
			left[slots] = 0;
			refused++;
		} else {
			silbo_prober_on_sent(p, &d);
		}
		slots++;
		assert_true(slots == SLOTS_HELD ||
		    silbo_prober_deadline(p) == START + slots * MS ||
		    silbo_prober_deadline(p) == now + MS / 8);
		assert_true(silbo_prober_deadline(p) > now);
	}
	silbo_prober_report(p, &r);
	assert_int_equal(r.sent + r.unsent, SLOTS_HELD);
	assert_int_equal(r.unsent, refused);
	assert_int_equal(r.answers[SILBO_ANSWER_TOO_OLD], 0);
	assert_int_equal(r.track.lost, 0);
	/* Again in time: 10 s at eight times the rate. */
	assert_int_equal(now, START + (SLOTS_HELD - 1) * MS);
	free(p);
}

/* Count of those sent, 10 ms apart, each but the last answered after 4 ms. */
static silbo_time
exchange(struct silbo_prober *p, uint64_t count)
{
	struct silbo_departure d;
	silbo_time now = START;

	for (uint64_t n = 0; n < count; n++) {
		struct silbo_answer a = answer_to(n, now + 4 * MS);

		assert_true(silbo_prober_get(p, &d, now));
		silbo_prober_on_sent(p, &d);
		if (n + 1 < count)
			assert_int_equal(
			    silbo_prober_on_answer(p, &a), SILBO_ANSWER_FIRST);
		now += 10 * MS;
	}
	return now - 5 * MS;
}

static void
a_hostile_answer_changes_nothing_but_its_count(void **state)
{
	struct silbo_prober *p = begin(100, 10 * MS);
	struct silbo_prober_report before, after;
	silbo_time now = exchange(p, 20);
	struct silbo_answer rows[6];

	(void)state;
	for (int i = 0; i < 6; i++)
		rows[i] = answer_to(3, now);
	rows[0].number = 20; /* the next that will be sent */
	rows[1].number = (uint64_t)1 << 40;
	rows[2].order = 77;  /* twice */
	rows[2].unique = 20; /* whatever it says */
	rows[3].order = 3;   /* the network's copy */
	rows[4].number = UINT64_MAX;
	rows[5].order = 3; /* as another reflector happens to count */
	rows[5].reflector.bytes[0] ^= 1;
	silbo_prober_report(p, &before);
	for (int i = 0; i < 6; i++)
		(void)silbo_prober_on_answer(p, &rows[i]);
	silbo_prober_report(p, &after);
	assert_int_equal(after.answers[SILBO_ANSWER_NEVER_SENT], 3);
	assert_int_equal(after.answers[SILBO_ANSWER_TWICE], 2);
	assert_int_equal(after.answers[SILBO_ANSWER_COPY], 1);
	assert_int_equal(after.back.duplicate, 1);
	after.back.duplicate = 0;
	memcpy(after.answers, before.answers, sizeof after.answers);
	assert_memory_equal(&before, &after, sizeof before);
	free(p);
}

/* It counts as an answer; its times are not used. */
static void
absurd_times_are_not_used(void **state)
{
	struct silbo_prober *p = begin(100, 10 * MS);
	struct silbo_prober_report before, after;
	silbo_time now = exchange(p, 20);
	struct silbo_answer a = answer_to(19, now);

	(void)state;
	silbo_prober_report(p, &before);
	a.received_at = 0; /* before the epoch of any clock */
	a.echoed_at = UINT64_MAX;
	assert_int_equal(silbo_prober_on_answer(p, &a), SILBO_ANSWER_FIRST);
	silbo_prober_report(p, &after);
	assert_int_equal(after.absurd_times, 1);
	assert_int_equal(after.track.unique, 20);
	assert_int_equal(after.sync.count, before.sync.count);
	assert_int_equal(after.sync.offset_ns, before.sync.offset_ns);
	assert_int_equal(after.rtt_last_ns, 5 * MS); /* hold not taken off */
	assert_memory_equal(
	    &after.there.jitter, &before.there.jitter, sizeof before.jitter);
	free(p);
}

static void
counts_that_cannot_be_make_the_ways_unknown(void **state)
{
	static const struct {
		uint64_t unique, duplicate, reordered, extent, withheld;
		uint64_t order;
	} rows[] = {
	    {21, 0, 0, 0, 0, 19},          /* more than were sent */
	    {UINT64_MAX, 0, 0, 0, 0, 19},  /* and wrapped */
	    {20, 0, 21, 1, 0, 19},         /* more reordered than came */
	    {20, 0, 1, 99, 0, 19},         /* overtaken by more than came */
	    {20, UINT64_MAX, 0, 0, 0, 19}, /* more copies than a number */
	    {20, 0, 0, 0, 21, 19},         /* more withheld than came */
	    {3, 0, 0, 0, 0, 19},           /* fewer than it said before */
	    {20, 0, 0, 0, 0, 0}, /* more than it said after: by its order */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct silbo_prober *p = begin(20, 10 * MS);
		struct silbo_prober_report r;
		silbo_time now = exchange(p, 20);
		struct silbo_answer a = answer_to(19, now);

		a.unique = rows[i].unique;
		a.duplicate = rows[i].duplicate;
		a.reordered = rows[i].reordered;
		a.extent_max = rows[i].extent;
		a.withheld = rows[i].withheld;
		a.order = rows[i].order;
		assert_int_equal(
		    silbo_prober_on_answer(p, &a), SILBO_ANSWER_FIRST);
		silbo_prober_report(p, &r);
		assert_int_equal(r.contradictions, 1);
		assert_int_equal(r.there.lost, NONE);
		assert_int_equal(r.back.lost, NONE);
		assert_int_equal(r.there.duplicate, NONE);
		assert_int_equal(r.track.unique, 20);
		free(p);
	}
}

/* More answers than it says it gave. */
static void
less_given_than_got_is_a_contradiction(void **state)
{
	struct silbo_prober *p = begin(20, 10 * MS);
	struct silbo_prober_report r;
	silbo_time now = exchange(p, 20);
	struct silbo_answer a = answer_to(19, now);

	(void)state;
	a.withheld = 5;
	(void)silbo_prober_on_answer(p, &a);
	silbo_prober_report(p, &r);
	assert_int_equal(r.contradictions, 1);
	assert_int_equal(r.there.lost, NONE);
	assert_int_equal(r.back.lost, NONE);
	free(p);
}

static void
another_reflector_makes_the_ways_unknown(void **state)
{
	struct silbo_prober *p = begin(20, 10 * MS);
	struct silbo_prober_report r;
	silbo_time now = exchange(p, 20);
	struct silbo_answer a = answer_to(19, now);

	(void)state;
	a.reflector.bytes[0] = 8;
	a.order = 0;
	a.unique = 1; /* it has begun anew */
	assert_int_equal(silbo_prober_on_answer(p, &a), SILBO_ANSWER_FIRST);
	silbo_prober_report(p, &r);
	assert_int_equal(r.restarts, 1);
	assert_int_equal(r.contradictions, 0);
	assert_int_equal(r.track.unique, 20);
	assert_int_equal(r.there.lost, NONE);
	assert_int_equal(r.back.lost, NONE);
	free(p);
}

/* Its clock is another one, however little it is ahead: no delay on any way is
 * told from both, and nobody has set a clock. */
static void
another_reflector_has_a_clock_of_its_own(void **state)
{
	struct silbo_prober *p = begin(20, 10 * MS);
	struct silbo_transit_report there;
	struct silbo_prober_report r;
	struct silbo_departure d;

	(void)state;
	for (uint64_t n = 0; n < 20; n++) {
		silbo_time now = START + n * 10 * MS;
		struct silbo_answer a = answer_to(n, now + 4 * MS);

		if (n >= 10) {
			a.reflector.bytes[0] = 8;
			a.order = a.unique = n - 9;
			a.received_at += n < 15 ? MS : 500 * MS;
			a.echoed_at = a.received_at;
		}
		assert_true(silbo_prober_get(p, &d, now));
		silbo_prober_on_sent(p, &d);
		if (n == 13) /* of before, and late */
			a = answer_to(n, now + 9 * MS);
		assert_int_equal(
		    silbo_prober_on_answer(p, &a), SILBO_ANSWER_FIRST);
		silbo_prober_report(p, &r);
		silbo_transit_report(silbo_prober_there(p), &there);
		assert_int_equal(there.pdv.max_ns, 0);
		assert_int_equal(r.sync.steps, n >= 15);
	}
	assert_int_equal(r.restarts, 1);
	assert_int_equal(r.absurd_times, 0);
	assert_int_equal(there.pdv.count, 5);
	assert_int_equal(r.sync.offset_ns, 500 * MS);
	free(p);
}

/* 10 is answered before their clock is set, and comes after 11. */
static void
what_a_step_overtook_is_fed_to_no_way(void **state)
{
	struct silbo_prober *p = begin(20, 10 * MS);
	struct silbo_transit_report there;
	struct silbo_prober_report r;
	struct silbo_departure d;

	(void)state;
	for (uint64_t n = 0; n < 20; n++) {
		silbo_time now = START + n * 10 * MS;
		struct silbo_answer a = answer_to(n, now + 4 * MS);
		struct silbo_answer late = answer_to(10, now + 5 * MS);

		assert_true(silbo_prober_get(p, &d, now));
		silbo_prober_on_sent(p, &d);
		if (n == 10)
			continue;
		if (n > 10)
			a.received_at = a.echoed_at += 500 * MS;
		assert_int_equal(
		    silbo_prober_on_answer(p, &a), SILBO_ANSWER_FIRST);
		if (n == 11)
			assert_int_equal(silbo_prober_on_answer(p, &late),
			    SILBO_ANSWER_FIRST);
	}
	silbo_prober_report(p, &r);
	silbo_transit_report(silbo_prober_there(p), &there);
	assert_int_equal(r.sync.steps, 1);
	assert_int_equal(r.sync.step_ns, 500 * MS);
	assert_int_equal(r.sync.offset_ns, 500 * MS);
	assert_int_equal(silbo_quantile_count(silbo_prober_rtt(p)), 20);
	assert_int_equal(there.pdv.count, 9);
	assert_int_equal(there.pdv.max_ns, 0);
	free(p);
}

/* Each says what could be true of it alone; of all of them it cannot. */
static void
reflectors_together_have_had_no_more_than_was_sent(void **state)
{
	struct silbo_prober *p = begin(20, 10 * MS);
	struct silbo_prober_report r;
	struct silbo_departure d;

	(void)state;
	for (uint64_t n = 0; n < 20; n++) {
		assert_true(silbo_prober_get(p, &d, START + n * 10 * MS));
		silbo_prober_on_sent(p, &d);
	}
	for (uint8_t i = 0; i < 3; i++) {
		struct silbo_answer a = answer_to(i, START + 195 * MS);

		a.reflector.bytes[0] = i;
		a.unique = a.reordered = a.withheld = 20;
		a.duplicate = ((uint64_t)1 << 48) - 1;
		(void)silbo_prober_on_answer(p, &a);
	}
	silbo_prober_report(p, &r);
	assert_int_equal(r.restarts, 2);
	assert_int_equal(r.contradictions, 2);
	assert_int_equal(r.there.reordered, NONE);
	assert_int_equal(r.there.duplicate, NONE);
	assert_int_equal(r.withheld, NONE);
	free(p);
}

static void
nobody_answers(void **state)
{
	static struct pipe pipe;
	struct silbo_prober *p = begin(50, 10 * MS);
	struct silbo_prober_report r;

	(void)state;
	pipe = (struct pipe){.loss = 1000};
	run(&pipe, p);
	silbo_prober_report(p, &r);
	assert_int_equal(r.sent, 50);
	assert_int_equal(r.track.lost, 50);
	assert_int_equal(r.closings, SILBO_PROBER_CLOSINGS);
	assert_int_equal(r.there.lost, NONE);
	assert_int_equal(r.there.duplicate, NONE);
	assert_int_equal(r.back.lost, NONE);
	assert_int_equal(r.withheld, NONE);
	free(p);
}

/* What is answered after the wait is lost, and told as late; then both ways are
 * clear of blame. */
static void
a_late_answer_is_no_loss_of_a_way(void **state)
{
	struct silbo_prober *p = begin(1, 10 * MS);
	struct silbo_answer a = answer_to(0, START + 300 * MS);
	struct silbo_prober_report r;
	struct silbo_departure d;

	(void)state;
	assert_true(silbo_prober_get(p, &d, START));
	silbo_prober_on_sent(p, &d);
	silbo_prober_on_time(p, START + 250 * MS);
	assert_int_equal(silbo_prober_on_answer(p, &a), SILBO_ANSWER_LATE);
	silbo_prober_report(p, &r);
	assert_int_equal(r.track.lost, 1);
	assert_int_equal(r.track.late_final, 1);
	assert_int_equal(r.there.lost, 0);
	assert_int_equal(r.back.lost, 0);
	free(p);
}

/* What the reflector held it for is not the network's; and the totals are asked
 * for when a copy of the last answer has had the time of three round trips. */
static void
a_round_trip_is_less_what_was_held_and_three_are_waited_for(void **state)
{
	static const struct {
		silbo_time away, held, closing;
	} rows[] = {
	    {30 * MS, 10 * MS, 60 * MS}, {30 * MS, 0, 90 * MS},
	    {4 * MS, MS, 50 * MS},
	    {100 * MS, 0, 200 * MS}, /* not longer than the wait */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct silbo_prober *p = begin(1, 10 * MS);
		struct silbo_answer a = answer_to(0, START + rows[i].away);
		struct silbo_prober_report r;
		struct silbo_departure d;

		a.received_at = START + WALL;
		a.echoed_at = a.received_at + rows[i].held;
		assert_true(silbo_prober_get(p, &d, START));
		silbo_prober_on_sent(p, &d);
		assert_int_equal(
		    silbo_prober_on_answer(p, &a), SILBO_ANSWER_FIRST);
		silbo_prober_report(p, &r);
		assert_int_equal(r.rtt_last_ns, rows[i].away - rows[i].held);
		assert_int_equal(
		    silbo_prober_deadline(p), START + rows[i].closing);
		assert_false(
		    silbo_prober_get(p, &d, START + rows[i].closing - 1));
		assert_true(silbo_prober_get(p, &d, START + rows[i].closing));
		assert_true(d.closing);
		free(p);
	}
}

static void
told_to_stop_it_sends_no_more_slots(void **state)
{
	static struct pipe pipe;
	struct silbo_prober *p = begin(UINT64_MAX, 10 * MS);
	struct silbo_prober_report r;
	silbo_time now = START;

	(void)state;
	pipe = (struct pipe){.rng = 5};
	for (; now < START + 95 * MS; now += MS) {
		pass(&pipe, p, now);
		depart(&pipe, p, now);
	}
	silbo_prober_on_stop(p, now);
	run(&pipe, p);
	silbo_prober_report(p, &r);
	assert_int_equal(r.sent, 10);
	assert_int_equal(r.track.unique, 10);
	assert_true(r.closed);
	free(p);
}

/* Of the lowest numbers without an answer, which are lost, how many never
 * reached the reflector. */
static uint64_t
lost_there(const struct pipe *pipe, uint64_t lost)
{
	uint64_t there = 0;

	for (uint64_t n = 0; lost > 0; n++) {
		bool came = false;

		if (pipe->answered[n])
			continue;
		for (uint64_t i = 0; i < pipe->there.unique; i++)
			came = came || pipe->there.numbers[i] == n;
		there += !came;
		lost--;
	}
	return there;
}

/* Told to stop at any time, on any path: it is over within 0.4 s, nothing that
 * could still be answered is lost, and a way is told as it was or not at all.
 */
static void
told_to_stop_it_is_over_soon(void **state)
{
	uint64_t first = test_seed(1), known[2] = {0}, pending = 0;
	static struct pipe pipe;

	(void)state;
	for (uint64_t seed = first; seed < first + SEEDS; seed++) {
		struct silbo_prober_report r;
		struct silbo_prober *p;
		silbo_time now = START, stop, over;
		bool in_order = seed % 2 == 0;

		draw(&pipe, seed);
		pipe.slow = in_order ? 0 : pipe.slow;
		pipe.stalls = pipe.unsent = pipe.withhold = 0;
		pipe.loss = chance(&pipe, 500) ? pipe.loss / 10 : pipe.loss;
		pipe.away = test_below(&pipe.rng, 3) * 50 * MS;
		p = begin_waiting(UINT64_MAX, 10 * MS, 1000 * MS);
		stop = START + 1 + test_below(&pipe.rng, 1900 * MS);
		for (; now < stop; now += MS) {
			pass(&pipe, p, now);
			depart(&pipe, p, now);
		}
		pass(&pipe, p, now);
		silbo_prober_on_stop(p, now);
		over = run_from(&pipe, p, now);
		assert_true(over <= now + SILBO_PROBER_STOP_NS);
		silbo_prober_report(p, &r);
		assert_int_equal(
		    r.track.unique + r.track.lost + r.track.pending, r.sent);
		assert_int_equal(r.contradictions, 0);
		assert_int_equal(r.cut_short, r.track.pending > 0);
		assert_true(r.track.pending <= 100 || r.track.unique == 0);
		assert_true(
		    r.track.pending > 0 || !r.closed || r.there.lost != NONE);
		pending += r.track.pending > 0;
		known[in_order] += r.track.pending > 0 && r.there.lost != NONE;
		assert_int_equal(r.there.lost == NONE, r.back.lost == NONE);
		if (r.there.lost != NONE) {
			assert_int_equal(
			    r.there.lost, lost_there(&pipe, r.track.lost));
			assert_int_equal(
			    r.there.lost + r.back.lost, r.track.lost);
		}
		free(p);
	}
	assert_true(pending > SEEDS / 4 && pending < SEEDS);
	/* In order the numbers in the answers tell more. */
	assert_true(known[0] > SEEDS / 8 && known[1] > pending * 3 / 8);
}

/* Nobody answers: of 1.45 s the first 0.85 s are lost when 0.4 s have passed.
 */
static void
told_to_stop_nothing_is_lost_before_its_time(void **state)
{
	static struct pipe pipe;
	struct silbo_prober *p = begin_waiting(UINT64_MAX, 10 * MS, 1000 * MS);
	struct silbo_prober_report r;
	silbo_time now = START + 1445 * MS;

	(void)state;
	pipe = (struct pipe){.loss = 1000};
	for (silbo_time at = START; at < now; at += 5 * MS)
		depart(&pipe, p, at);
	silbo_prober_on_stop(p, now);
	silbo_prober_on_stop(p, now + MS); /* changes nothing */
	silbo_prober_report(p, &r);
	assert_false(r.cut_short); /* not over yet */
	assert_int_equal(run_from(&pipe, p, now), now + 400 * MS);
	silbo_prober_report(p, &r);
	assert_int_equal(r.sent, 145);
	assert_in_range(r.track.lost, 83, 85);
	assert_int_equal(r.track.pending, 145 - r.track.lost);
	assert_true(r.cut_short);
	assert_in_range(r.closings, 1, SILBO_PROBER_CLOSINGS);
	assert_false(r.closed);
	assert_int_equal(r.there.lost, NONE);
	free(p);
	/* Nothing was asked: nothing is waited for. */
	p = begin(100, 10 * MS);
	silbo_prober_on_stop(p, START - 1);
	assert_true(silbo_prober_is_done(p));
	assert_int_equal(silbo_prober_deadline(p), SILBO_TIME_NEVER);
	free(p);
}

/* The totals are asked for in time for an answer, more often than otherwise,
 * and known before the last PROBE is answered: that is waited for all the same.
 */
static void
told_to_stop_it_asks_for_the_totals_in_time(void **state)
{
	static const struct {
		silbo_time trip, asks[2], last; /* after the stop */
	} rows[] = {
	    {150 * MS, {100 * MS, 287 * MS}, 390 * MS},
	    {300 * MS, {0, 375 * MS}, 390 * MS},
	    {0, {200 * MS, 250 * MS}, 390 * MS}, /* none known */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct silbo_prober *p =
		    begin_waiting(UINT64_MAX, 10 * MS, 1000 * MS);
		silbo_time stop = START + 1000 * MS;
		uint64_t last = rows[i].trip > 0 ? 99 : 0;
		struct silbo_answer a;
		struct silbo_departure d;

		assert_int_equal(depart_until(p, stop), 100);
		for (uint64_t n = 0; n < last; n++) {
			a = answer_to(n, START + n * 10 * MS + rows[i].trip);
			a.unique = 0;
			(void)silbo_prober_on_answer(p, &a);
		}
		silbo_prober_on_stop(p, stop);
		for (int ask = 0; ask < 2; ask++) {
			silbo_time at = stop + rows[i].asks[ask];

			assert_in_range(silbo_prober_deadline(p), at,
			    at + rows[i].trip / 20); /* of a quantile */
			at = silbo_prober_deadline(p);
			assert_true(silbo_prober_get(p, &d, at));
			assert_true(d.closing);
			silbo_prober_on_sent(p, &d);
		}
		a = answer_to(d.number, stop + rows[i].last - MS);
		a.unique = 100;
		assert_int_equal(
		    silbo_prober_on_answer(p, &a), SILBO_ANSWER_CLOSING);
		assert_false(silbo_prober_is_done(p));
		assert_true(silbo_prober_deadline(p) > stop + rows[i].last);
		a = answer_to(99, stop + rows[i].last);
		a.unique = 100;
		assert_int_equal(
		    silbo_prober_on_answer(p, &a), SILBO_ANSWER_FIRST);
		assert_true(silbo_prober_is_done(p) == (last > 0));
		free(p);
	}
}

/* While it waits as at any end, and while it asks for the totals. */
static void
told_to_stop_while_it_ends_it_ends_sooner(void **state)
{
	static struct pipe pipe;

	(void)state;
	for (silbo_time after = 0; after < 1250 * MS; after += 7 * MS) {
		struct silbo_prober *p = begin_waiting(10, 10 * MS, 1000 * MS);
		silbo_time now = START, natural, over;

		pipe = (struct pipe){.loss = 1000};
		natural = run_from(&pipe, p, START);
		free(p);
		pipe = (struct pipe){.loss = 1000};
		p = begin_waiting(10, 10 * MS, 1000 * MS);
		for (; now < START + 90 * MS + after; now += MS)
			depart(&pipe, p, now);
		silbo_prober_on_stop(p, now);
		over = run_from(&pipe, p, now);
		assert_true(over <= now + SILBO_PROBER_STOP_NS);
		assert_true(over <= natural + 6 * MS); /* looked at each */
		free(p);
	}
}

/* What a reflector can say at random, true or not. */
static struct silbo_answer
say_anything(uint64_t *rng, uint64_t number, silbo_time at)
{
	const uint64_t of[] = {0, 1, number, number + 1, UINT64_MAX,
	    (uint64_t)1 << 63, test_random(rng), test_below(rng, 50)};
	struct silbo_answer a = answer_to(number, at);

#define ANY of[test_below(rng, 8)]
	a.number = test_below(rng, 3) > 0 ? number : ANY;
	a.order = ANY;
	a.reflector.bytes[0] =
	    test_below(rng, 20) == 0 ? (uint8_t)test_below(rng, 9) : 0;
	a.received_at = test_below(rng, 2) > 0 ? ANY : a.received_at;
	a.echoed_at = test_below(rng, 2) > 0 ? ANY : a.echoed_at;
	a.unique = ANY;
	a.duplicate = ANY;
	a.reordered = ANY;
	a.extent_max = ANY;
	a.withheld = ANY;
#undef ANY
	return a;
}

static void
assert_within(uint64_t count, uint64_t most)
{
	assert_true(count <= most || count == NONE);
}

static void
whatever_is_said_no_figure_is_impossible(void **state)
{
	uint64_t seed = test_seed(1), rng = seed;

	(void)state;
	for (int runs = 0; runs < SEEDS; runs++) {
		struct silbo_prober *p = begin(60, 10 * MS);
		struct silbo_prober_report r;
		struct silbo_departure d;
		silbo_time now = START;
		uint64_t said = 0;

		for (; !silbo_prober_is_done(p); now += 5 * MS) {
			if (runs % 2 == 0 && now >= START + 300 * MS)
				silbo_prober_on_stop(p, now);
			while (silbo_prober_get(p, &d, now))
				silbo_prober_on_sent(p, &d);
			for (; test_below(&rng, 3) > 0; said++) {
				struct silbo_answer a = say_anything(
				    &rng, test_below(&rng, 66), now);

				(void)silbo_prober_on_answer(p, &a);
			}
		}
		silbo_prober_report(p, &r);
		assert_int_equal(
		    r.track.unique + r.track.lost + r.track.pending, r.sent);
		assert_within(r.there.lost, r.sent);
		assert_within(r.back.lost, r.sent);
		assert_within(r.there.reordered, r.sent);
		assert_within(r.there.extent_max, r.sent + r.closings);
		assert_within(r.back.reordered, r.sent);
		assert_within(r.withheld, r.sent);
		assert_within(r.there.duplicate, (uint64_t)1 << 48);
		assert_within(r.back.duplicate, said);
		assert_true(r.sync.error_ns <= SILBO_NS_PER_S * 10);
		assert_true(silbo_quantile_get(silbo_prober_rtt(p), 1000) <=
		    SILBO_NS_PER_S * 10);
		if (r.there.lost != NONE)
			assert_true(r.there.lost + r.back.lost +
				r.track.unique + r.track.late_final +
				r.withheld + r.track.pending ==
			    r.sent);
		free(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_way_is_told_as_it_was),
	    cmocka_unit_test(no_slot_is_skipped_and_lateness_is_told),
	    cmocka_unit_test(a_slot_in_time_is_not_held_back),
	    cmocka_unit_test(a_long_stop_is_caught_up_with_in_no_burst),
	    cmocka_unit_test(a_hostile_answer_changes_nothing_but_its_count),
	    cmocka_unit_test(absurd_times_are_not_used),
	    cmocka_unit_test(counts_that_cannot_be_make_the_ways_unknown),
	    cmocka_unit_test(less_given_than_got_is_a_contradiction),
	    cmocka_unit_test(another_reflector_makes_the_ways_unknown),
	    cmocka_unit_test(what_a_step_overtook_is_fed_to_no_way),
	    cmocka_unit_test(another_reflector_has_a_clock_of_its_own),
	    cmocka_unit_test(
		reflectors_together_have_had_no_more_than_was_sent),
	    cmocka_unit_test(nobody_answers),
	    cmocka_unit_test(a_late_answer_is_no_loss_of_a_way),
	    cmocka_unit_test(
		a_round_trip_is_less_what_was_held_and_three_are_waited_for),
	    cmocka_unit_test(told_to_stop_it_sends_no_more_slots),
	    cmocka_unit_test(told_to_stop_it_is_over_soon),
	    cmocka_unit_test(told_to_stop_nothing_is_lost_before_its_time),
	    cmocka_unit_test(told_to_stop_it_asks_for_the_totals_in_time),
	    cmocka_unit_test(told_to_stop_while_it_ends_it_ends_sooner),
	    cmocka_unit_test(whatever_is_said_no_figure_is_impossible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
