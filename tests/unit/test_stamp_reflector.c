/* SPDX-License-Identifier: MIT */
/*
 * The reflector of STAMP: whom it answers, with which number, and that nobody
 * gets more from it than he sent.  In the end a model that keeps its sessions
 * in a list, its rates in tokens and its bytes in one array says the same.
 */
#include "octets.h"

#include <silbo/stamp.h>

#define S SILBO_NS_PER_S
#define MS SILBO_NS_PER_MS
#define PLACES 4
#define RATE 100
#define BURST 5
#define TOTAL_RATE 1000
#define TOTAL_BURST 12
#define IDLE (10 * S)

static const struct silbo_stamp_clock clock_2023 = {
    .zero_ns = UINT64_C(1700000000) * S,
    .estimate = {.error_ns = 16000000, .synced = true, .ptp = true},
};

struct world {
	struct silbo_stamp_reflector *r;
	struct silbo_stamp_config config;
	silbo_time now;
	uint8_t in[2048], out[2048];
	size_t len;
	struct silbo_arrival arrival;
	uint16_t port;
};

/* Decides which addresses share a chain. */
static uint8_t secret;

static void
begin(struct world *w, bool stateless)
{
	memset(w, 0, sizeof(*w));
	w->config = (struct silbo_stamp_config){
	    .sessions = PLACES,
	    .rate = RATE,
	    .burst = BURST,
	    .total_rate = TOTAL_RATE,
	    .total_burst = TOTAL_BURST,
	    .stateless = stateless,
	    .secret = {secret},
	};
	w->r = silbo_stamp_reflector_init(
	    malloc(silbo_stamp_reflector_size(&w->config)), &w->config);
	w->now = 100 * S;
}

static void
end(struct world *w)
{
	free(w->r);
}

/* A request as a sender makes it, from peer `who`: of every two the address of
 * one begins with the other's. */
static void
ask(struct world *w, uint8_t who, uint32_t number)
{
	struct silbo_stamp_request request = {
	    .number = number,
	    .sent_at = silbo_stamp_pack_time(w->now, false),
	    .estimate = 0x0001,
	};

	w->port = 40000;
	w->len = (size_t)silbo_stamp_pack_request(
	    w->in, sizeof(w->in), &request, SILBO_STAMP_BYTES);
	w->arrival = (struct silbo_arrival){
	    .data = w->in,
	    .from = {.len = (uint8_t)(3 + who % 2), .bytes = {10, 0, who / 2}},
	    .at = w->now - MS,
	    .tos = -1,
	    .ttl = 61,
	};
}

static int
deliver(struct world *w)
{
	int bytes;

	w->arrival.len = w->len;
	memset(w->out, 0xee, sizeof(w->out));
	bytes = silbo_stamp_reflector_on_datagram(w->r, w->out, sizeof(w->out),
	    &w->arrival, w->port, &clock_2023, w->now);
	assert_true(bytes == 0 || (size_t)bytes == w->len);
	return bytes;
}

/* The number of the answer, or UINT64_MAX: none. */
static uint64_t
number_for(struct world *w, uint8_t who, uint32_t number)
{
	struct silbo_stamp_reply reply;
	int bytes;

	ask(w, who, number);
	bytes = deliver(w);
	if (bytes == 0)
		return UINT64_MAX;
	assert_int_equal(silbo_stamp_parse_reply(&reply, w->out, (size_t)bytes),
	    SILBO_ACCEPTED);
	assert_int_equal(reply.request.number, number);
	return reply.number;
}

static struct silbo_stamp_report
counts(const struct world *w)
{
	struct silbo_stamp_report report;

	silbo_stamp_reflector_report(w->r, &report);
	return report;
}

static void
an_answer_is_as_written(void **state)
{
	struct world w;
	uint8_t expected[46];

	(void)state;
	begin(&w, false);
	ask(&w, 1, 0x01020304);
	w.in[14] = 0xaa; /* must be zero: ignored, and not sent back */
	w.in[44] = 0xbe; /* extra bytes go back as they came */
	w.in[45] = 0xef;
	w.len = 46;
	assert_int_equal(deliver(&w), 46);
	/* T3 is 2023 + 100 s, T2 1 ms less; the request's time is 1970 */
	unhex(expected, sizeof(expected),
	    "00000000 e8fe6fe4 00000000 9384 0000 e8fe6fe3 ffbe76c9"
	    "01020304 83aa7ee4 00000000 0001 0000 3d 000000 beef");
	assert_memory_equal(w.out, expected, 46);
	assert_int_equal(w.out[46], 0xee);
	end(&w);
}

static void
an_answer_may_be_made_in_place(void **state)
{
	struct world w;
	uint8_t apart[60];

	(void)state;
	begin(&w, true);
	for (size_t len = SILBO_STAMP_ASKED_BYTES_MIN; len < 60; len++) {
		w.now += S;
		ask(&w, 1, 9);
		memset(w.in + 44, 0x77, 20);
		w.len = w.arrival.len = len;
		assert_int_equal(deliver(&w), len);
		memcpy(apart, w.out, len);
		assert_int_equal(
		    silbo_stamp_reflector_on_datagram(
			w.r, w.in, len, &w.arrival, w.port, &clock_2023, w.now),
		    len);
		assert_memory_equal(w.in, apart, len);
	}
	end(&w);
}

/* Loss gets a direction: its own numbers count answers, one by one. */
static void
numbers_are_its_own_or_copies(void **state)
{
	struct world w;

	(void)state;
	begin(&w, false);
	assert_int_equal(number_for(&w, 1, 0), 0);
	assert_int_equal(number_for(&w, 1, 5), 1);
	assert_int_equal(number_for(&w, 2, 7), 0);
	assert_int_equal(number_for(&w, 1, 5), 2);
	assert_int_equal(counts(&w).sessions, 2);
	end(&w);
	begin(&w, true);
	assert_int_equal(number_for(&w, 1, 3), 3);
	assert_int_equal(number_for(&w, 1, UINT32_MAX), UINT32_MAX);
	assert_int_equal(number_for(&w, 2, 7), 7);
	end(&w);
}

static void
a_session_begins_again_after_silence(void **state)
{
	struct world w;

	(void)state;
	begin(&w, false);
	assert_int_equal(number_for(&w, 1, 100), 0);
	w.now += IDLE - 1;
	assert_int_equal(number_for(&w, 1, 0), 1); /* may be a late copy */
	w.now += IDLE;
	assert_int_equal(number_for(&w, 1, 1), 2); /* it goes on */
	w.now += IDLE;
	assert_int_equal(number_for(&w, 1, 0), 0);
	end(&w);
}

struct refusal_row {
	unsigned row;
	size_t len;
	uint16_t port;
	uint8_t multiplier;
	bool truncated;
	size_t counter; /* offset in the report; 0: answered */
};

#define COUNTER(name) offsetof(struct silbo_stamp_report, name)

static const struct refusal_row refusals[] = {
    {1, 0, 40000, 1, false, COUNTER(too_short)},
    {2, 13, 40000, 1, false, COUNTER(too_short)},
    /* TWAMP Light without padding: 14 bytes for 41 would be a gift */
    {3, 14, 40000, 1, false, COUNTER(too_short)},
    {4, 40, 40000, 1, false, COUNTER(too_short)},
    {5, 41, 40000, 1, false, 0},
    {6, 43, 40000, 1, false, 0},
    {7, 44, 40000, 1, false, 0},
    {8, 1472, 40000, 1, false, 0},
    {9, 1472, 40000, 1, true, COUNTER(too_long)},
    {10, 44, 0, 1, false, COUNTER(bad_port)},
    {11, 44, 7, 1, false, COUNTER(bad_port)},
    {12, 44, 862, 1, false, COUNTER(bad_port)},
    {13, 44, 1023, 1, false, COUNTER(bad_port)},
    {14, 44, 1024, 1, false, 0},
    {15, 44, 65535, 1, false, 0},
    {16, 44, 40000, 0, false, COUNTER(corrupt)},
};

static void
refusals_are_counted_by_reason(void **state)
{
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal_row *r = &refusals[i];
		struct silbo_stamp_report report;
		uint64_t count;
		size_t at = r->counter != 0 ? r->counter : COUNTER(answered);

		begin(&w, false);
		ask(&w, 1, 0);
		w.in[13] = r->multiplier;
		w.len = r->len;
		w.port = r->port;
		w.arrival.truncated = r->truncated;
		if (deliver(&w) != (r->counter != 0 ? 0 : (int)r->len))
			fail_msg("row %u: answer", r->row);
		report = counts(&w);
		memcpy(&count, (const char *)&report + at, sizeof(count));
		if (count != 1 || report.received != 1 ||
		    report.sessions != (r->counter == 0))
			fail_msg("row %u: counters", r->row);
		end(&w);
	}
}

/* An answer that arrives as if it were a question is none. */
static void
an_answer_is_not_answered(void **state)
{
	struct world a, b;
	int bytes;

	(void)state;
	begin(&a, false);
	begin(&b, false);
	ask(&a, 1, 0);
	bytes = deliver(&a);
	assert_int_equal(bytes, SILBO_STAMP_BYTES);
	/* to another one whose clock is right: it sees the time of receipt */
	ask(&b, 1, 0);
	memcpy(b.in, a.out, (size_t)bytes);
	assert_int_equal(deliver(&b), 0);
	assert_int_equal(counts(&b).looped, 1);
	/* to another whose clock is an hour off; back from there */
	b.now += 3600 * S;
	b.arrival.at = b.now;
	assert_int_equal(deliver(&b), bytes);
	ask(&a, 2, 0);
	memcpy(a.in, b.out, (size_t)bytes);
	a.now += 5 * S;
	assert_int_equal(deliver(&a), 0);
	assert_int_equal(counts(&a).looped, 1);
	end(&a);
	end(&b);
}

/* Whatever an attacker begins between two of them ends at once. */
static void
two_reflectors_never_play_ping_pong(void **state)
{
	uint64_t seed = test_seed(4), rng = seed;

	(void)state;
	for (int i = 0; i < 500; i++) {
		struct world w[2];
		int turns = 0;

		begin(&w[0], i % 2);
		begin(&w[1], i % 3 == 0);
		/* clocks up to two hours apart */
		w[1].now += test_below(&rng, 7200 * S);
		ask(&w[0], 1, (uint32_t)test_random(&rng));
		fill_random(&rng, w[0].in, 12);
		fill_random(&rng, w[0].in + 14, 30);
		for (int bytes; (bytes = deliver(&w[turns % 2])) > 0; turns++) {
			struct world *next = &w[(turns + 1) % 2];

			w[0].now += 200 * MS;
			w[1].now += 200 * MS;
			ask(next, 1, 0);
			memcpy(next->in, w[turns % 2].out, (size_t)bytes);
			next->len = (size_t)bytes;
			if (turns > 5)
				break;
		}
		if (turns > 2)
			fail_msg("seed %llu, round %d: %d turns",
			    (unsigned long long)seed, i, turns);
		end(&w[0]);
		end(&w[1]);
	}
}

static void
rates_hold_for_one_and_for_all(void **state)
{
	struct world w;
	unsigned answers = 0;

	(void)state;
	begin(&w, false);
	for (uint32_t i = 0; i < 20; i++)
		answers += number_for(&w, 1, i) != UINT64_MAX;
	assert_int_equal(answers, BURST);
	w.now += S / RATE; /* one more, and its number has no gap */
	assert_int_equal(number_for(&w, 1, 20), BURST);
	assert_int_equal(number_for(&w, 1, 21), UINT64_MAX);
	/* after a pause a burst again, and no more than that */
	w.now += S;
	answers = 0;
	for (uint32_t i = 0; i < 80; i++)
		answers +=
		    number_for(&w, (uint8_t)(1 + i % 4), i) != UINT64_MAX;
	assert_int_equal(answers, TOTAL_BURST);
	assert_int_equal(counts(&w).withheld, 15 + 1 + 80 - TOTAL_BURST);
	end(&w);
}

/* A token is good for 1500 bytes: of a burst of 5 a datagram takes two. */
static void
a_large_request_takes_as_many_tokens_as_it_fills_frames(void **state)
{
	static const struct {
		size_t bytes;
		unsigned answered;
	} rows[] = {{44, 5}, {1500, 5}, {1501, 2}, {2048, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned answered = 0;
		struct world w;

		begin(&w, false);
		for (uint32_t n = 0; n < 10; n++) {
			ask(&w, 1, n);
			w.len = rows[i].bytes;
			answered += deliver(&w) > 0;
		}
		assert_int_equal(answered, rows[i].answered);
		end(&w);
	}
}

/* The least recently heard makes way, and nobody who was heard of late. */
static void
a_full_table_keeps_those_it_measures(void **state)
{
	struct world w;

	(void)state;
	begin(&w, false);
	for (uint8_t who = 1; who <= PLACES; who++) {
		assert_int_equal(number_for(&w, who, 0), 0);
		w.now += S;
	}
	assert_int_equal(number_for(&w, 99, 0), UINT64_MAX);
	assert_int_equal(counts(&w).table_full, 1);
	assert_int_equal(number_for(&w, 1, 1), 1);
	w.now += IDLE - 3 * S; /* 2 was silent for 10 s, 1 was not */
	assert_int_equal(number_for(&w, 99, 0), 0);
	assert_int_equal(number_for(&w, 1, 2), 2);
	assert_int_equal(number_for(&w, 2, 1), UINT64_MAX);
	assert_int_equal(counts(&w).begun, PLACES + 1);
	assert_int_equal(counts(&w).sessions, PLACES);
	end(&w);
}

/* ---- the model ---- */

struct modelled {
	uint8_t who;
	uint32_t number, asked;
	silbo_time heard, order;
	uint64_t tokens, received, answered, withheld;
	silbo_time filled;
};

struct model {
	struct modelled session[PLACES];
	unsigned used;
	uint64_t order;
	uint64_t tokens;
	silbo_time filled;
	struct silbo_stamp_report n;
};

/* Tokens in ns of waiting: one answer costs an interval. */
static bool
has_token(uint64_t *tokens, silbo_time *filled, uint64_t rate, uint64_t burst,
    silbo_time now)
{
	*tokens += now - *filled;
	*filled = now;
	if (*tokens > burst * (S / rate))
		*tokens = burst * (S / rate);
	return *tokens >= S / rate;
}

static struct modelled *
model_session(struct model *m, uint8_t who, silbo_time now)
{
	struct modelled *s = NULL;

	for (unsigned i = 0; i < m->used; i++)
		if (m->session[i].who == who)
			return &m->session[i];
	if (m->used < PLACES) {
		s = &m->session[m->used++];
	} else {
		for (unsigned i = 0; i < PLACES; i++)
			if (s == NULL || m->session[i].order < s->order)
				s = &m->session[i];
		if (now - s->heard < IDLE)
			return NULL;
	}
	*s = (struct modelled){.who = who,
	    .heard = now,
	    .tokens = BURST * (S / RATE),
	    .filled = now};
	m->n.begun++;
	return s;
}

/* UINT64_MAX: no answer.  What is malformed is not given to the model. */
static uint64_t
model_answer(struct model *m, uint8_t who, uint32_t number, silbo_time now)
{
	struct modelled *s;

	if (!has_token(&m->tokens, &m->filled, TOTAL_RATE, TOTAL_BURST, now)) {
		m->n.withheld++;
		return UINT64_MAX;
	}
	s = model_session(m, who, now);
	if (s == NULL) {
		m->n.table_full++;
		return UINT64_MAX;
	}
	if (now - s->heard >= IDLE && number < s->asked)
		s->number = 0;
	s->heard = now;
	s->order = ++m->order;
	s->asked = number;
	s->received++;
	if (!has_token(&s->tokens, &s->filled, RATE, BURST, now)) {
		s->withheld++;
		m->n.withheld++;
		return UINT64_MAX;
	}
	s->tokens -= S / RATE;
	m->tokens -= S / TOTAL_RATE;
	s->answered++;
	m->n.answered++;
	return s->number++;
}

static void
compare_sessions(struct world *w, const struct model *m)
{
	for (uint32_t i = 0; i < m->used; i++) {
		struct silbo_stamp_session seen;
		const struct modelled *s = NULL;

		silbo_stamp_reflector_get(w->r, &seen, i);
		for (unsigned j = 0; j < m->used; j++)
			if (m->session[j].who ==
			    seen.peer.bytes[2] * 2 + seen.peer.len - 3)
				s = &m->session[j];
		assert_non_null(s);
		assert_int_equal(seen.received, s->received);
		assert_int_equal(seen.answered, s->answered);
		assert_int_equal(seen.withheld, s->withheld);
		assert_int_equal(seen.heard_at, s->heard);
	}
}

static void
run_model(uint64_t seed)
{
	uint64_t rng = seed;
	struct model m = {.tokens = TOTAL_BURST * (S / TOTAL_RATE)};
	struct world w;
	struct silbo_stamp_report n;

	begin(&w, false);
	m.filled = w.now;
	for (int i = 0; i < 400; i++) {
		uint8_t who = (uint8_t)test_below(&rng, 7);
		uint32_t number = (uint32_t)test_below(&rng, 50);
		uint64_t step = test_below(&rng, 100);

		if (step >= 97)
			w.now += test_below(&rng, 12 * S);
		else if (step >= 50)
			w.now += test_below(&rng, 10 * MS);
		if (number_for(&w, who, number) !=
		    model_answer(&m, who, number, w.now))
			fail_msg("seed %llu: datagram %d",
			    (unsigned long long)seed, i);
	}
	n = counts(&w);
	assert_int_equal(n.received, 400);
	assert_int_equal(n.answered, m.n.answered);
	assert_int_equal(n.withheld, m.n.withheld);
	assert_int_equal(n.table_full, m.n.table_full);
	assert_int_equal(n.begun, m.n.begun);
	assert_int_equal(n.sessions, m.used);
	compare_sessions(&w, &m);
	end(&w);
}

static void
a_model_says_the_same(void **state)
{
	uint64_t seed = test_seed(5);

	(void)state;
	for (uint64_t i = 0; i < 2000; i++) {
		secret = (uint8_t)i;
		run_model(seed + i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_answer_is_as_written),
	    cmocka_unit_test(an_answer_may_be_made_in_place),
	    cmocka_unit_test(numbers_are_its_own_or_copies),
	    cmocka_unit_test(a_session_begins_again_after_silence),
	    cmocka_unit_test(refusals_are_counted_by_reason),
	    cmocka_unit_test(an_answer_is_not_answered),
	    cmocka_unit_test(two_reflectors_never_play_ping_pong),
	    cmocka_unit_test(rates_hold_for_one_and_for_all),
	    cmocka_unit_test(
		a_large_request_takes_as_many_tokens_as_it_fills_frames),
	    cmocka_unit_test(a_full_table_keeps_those_it_measures),
	    cmocka_unit_test(a_model_says_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
