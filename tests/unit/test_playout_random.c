/* SPDX-License-Identifier: MIT */
/*
 * Play-out against an oracle that stores everything that ever came and looks
 * through all of it for every frame; then against streams made of nonsense.
 */
#include "playout_world.h"

#define START SILBO_NS_PER_S
#define SEEDS 3000
#define PAYLOADS_MAX 70 /* of 60 ms: 4.2 s, never late for 5 s */
#define FRAMES_MAX WORLD_LOG

enum origin_kind { ORIGIN_NEVER, ORIGIN_START, ORIGIN_JOINED, ORIGIN_KINDS };

struct sent {
	int64_t sample;
	uint16_t duration;
	bool pause, arrives;
	silbo_time at;
};

struct stream {
	struct sent sent[PAYLOADS_MAX];
	size_t order[PAYLOADS_MAX]; /* those that arrive, by time */
	size_t payloads, arrivals;
	silbo_time delay;
	enum origin_kind origin;
	bool has_end;
	silbo_time end_at;
	int64_t end; /* sample */
};

struct oracle {
	const struct stream *stream;
	int64_t ref, due_zero; /* due = due_zero + ns(sample - ref) */
	int64_t first, next;
	silbo_time started_by; /* the arrival that let it start */
	struct logged log[FRAMES_MAX];
	size_t logged;
};

static uint16_t
pick_duration(uint64_t *seed)
{
	static const uint16_t durations[] = {120, 240, 480, 960, 1920, 2880};

	return durations[test_below(seed, 6)];
}

static void
sort_arrivals(struct stream *s)
{
	for (size_t i = 0; i < s->payloads; i++) {
		size_t j = s->arrivals;

		if (!s->sent[i].arrives)
			continue;
		for (; j > 0; j--) {
			if (s->sent[s->order[j - 1]].at <= s->sent[i].at)
				break;
			s->order[j] = s->order[j - 1];
		}
		s->order[j] = i;
		s->arrivals++;
	}
}

static void
make_stream(struct stream *s, uint64_t *seed)
{
	static const uint64_t jitters_ms[] = {1, 10, 50, 150};
	static const silbo_time delays_ms[] = {0, 10, 60, 200};
	uint16_t fixed = test_below(seed, 3) ? pick_duration(seed) : 0;
	uint64_t jitter = jitters_ms[test_below(seed, 4)] * MS;
	uint64_t loss = test_below(seed, 60);
	int64_t sample = 0;

	memset(s, 0, sizeof(*s));
	s->payloads = 1 + test_below(seed, PAYLOADS_MAX);
	s->delay = delays_ms[test_below(seed, 4)] * MS + test_below(seed, 2);
	for (size_t i = 0; i < s->payloads; i++) {
		struct sent *t = &s->sent[i];

		t->sample = sample;
		t->duration = fixed ? fixed : pick_duration(seed);
		t->pause = test_below(seed, 20) == 0;
		t->arrives = test_below(seed, 100) >= loss;
		t->at = START + silbo_samples_to_ns((uint64_t)sample) +
		    test_below(seed, jitter);
		sample += t->duration;
		if (t->pause)
			sample += (int64_t)test_below(seed, 3000);
	}
	s->origin = (enum origin_kind)test_below(seed, ORIGIN_KINDS);
	s->has_end = test_below(seed, 4) > 0;
	s->end = sample;
	if (sample > 1000)
		s->end -= (int64_t)test_below(seed, 3) * 500;
	s->end_at = START + silbo_samples_to_ns((uint64_t)sample) +
	    test_below(seed, 100 * MS);
	sort_arrivals(s);
	/* An end before anything else is for the tables. */
	if (s->arrivals > 0 && s->end_at < s->sent[s->order[0]].at)
		s->end_at = s->sent[s->order[0]].at + 1;
}

static int64_t
oracle_ns(int64_t samples)
{
	return samples < 0 ? -(-samples * 125000 / 6) : samples * 125000 / 6;
}

static int64_t
oracle_due(const struct oracle *o, int64_t sample)
{
	return o->due_zero + oracle_ns(sample - o->ref);
}

/* What ends the stream, if that is known at t. */
static int64_t
oracle_end(const struct oracle *o, int64_t t)
{
	const struct stream *s = o->stream;
	int64_t origin = s->origin == ORIGIN_NEVER ? o->first : 0;

	if (!s->has_end || (int64_t)s->end_at > t)
		return INT64_MAX;
	return origin + s->end;
}

/* The clock and the first position: from what came before the start. */
static void
oracle_start(struct oracle *o)
{
	const struct stream *s = o->stream;
	int64_t due, lowest = INT64_MAX;

	o->ref = s->sent[s->order[0]].sample;
	o->due_zero = INT64_MAX;
	for (size_t i = 0; i < s->arrivals; i++) {
		const struct sent *t = &s->sent[s->order[i]];

		if (i > 0 && o->started_by < t->at &&
		    oracle_due(o, o->first) < (int64_t)t->at)
			break;
		if (i > 0 && t->sample >= oracle_end(o, (int64_t)t->at))
			continue;
		o->started_by = t->at;
		due =
		    (int64_t)(t->at + s->delay) - oracle_ns(t->sample - o->ref);
		if (due < o->due_zero)
			o->due_zero = due;
		if (t->sample < lowest)
			lowest = t->sample;
		o->first = s->origin == ORIGIN_START ? 0 : lowest;
	}
	o->next = o->first;
}

static void
oracle_frame(struct oracle *o, int64_t t)
{
	const struct stream *s = o->stream;
	const struct sent *later = NULL;
	int64_t last = -1, unit = 960, length;
	int64_t zero = s->origin == ORIGIN_NEVER ? o->first : 0;
	struct logged *f = &o->log[o->logged++];

	for (size_t i = s->payloads; i-- > 0;)
		if (s->sent[i].arrives && (int64_t)s->sent[i].at <= t &&
		    s->sent[i].sample >= o->next)
			later = &s->sent[i];
	for (size_t i = 0; i + 1 < o->logged; i++)
		if (o->log[i].kind == SILBO_FRAME_NORMAL)
			last = (int64_t)o->log[i].number;
	if (last >= 0)
		unit = s->sent[last].duration;
	else if (later != NULL)
		unit = later->duration;
	f->kind = last >= 0 && s->sent[last].pause ? SILBO_FRAME_PAUSE
						   : SILBO_FRAME_CONCEAL;
	length = unit;
	if (later != NULL && later->sample == o->next) {
		f->kind = SILBO_FRAME_NORMAL;
		f->number = (uint64_t)(later - s->sent);
		length = later->duration;
	} else if (later != NULL && later->sample - o->next < unit) {
		length = later->sample - o->next;
	}
	if (length > oracle_end(o, t) - o->next)
		length = oracle_end(o, t) - o->next;
	f->position = (uint64_t)(o->next - zero);
	f->duration = (uint32_t)length;
	f->at = (silbo_time)t;
	o->next += length;
}

static void
oracle_run(struct oracle *o, const struct stream *s, silbo_time until)
{
	int64_t t, woken;

	memset(o, 0, sizeof(*o));
	o->stream = s;
	oracle_start(o);
	woken = (int64_t)o->started_by;
	for (;;) {
		t = oracle_due(o, o->next);
		if (t < woken)
			t = woken; /* was due before it was known */
		if (s->has_end && o->next >= oracle_end(o, t))
			break;
		if (t >= (int64_t)until)
			break;
		oracle_frame(o, t);
		woken = t;
	}
}

static void
fail_with(uint64_t seed, const char *what)
{
	fail_msg("%s; SILBO_SEED=%llu", what, (unsigned long long)seed);
}

static void
compare(const struct world *w, const struct oracle *o, uint64_t seed)
{
	size_t frames = w->logged - (w->done ? 1 : 0);

	for (size_t i = 0; i < frames && i < o->logged; i++) {
		const struct logged *a = &w->log[i], *b = &o->log[i];

		if (a->kind != b->kind || a->position != b->position ||
		    a->duration != b->duration || a->at != b->at ||
		    (a->kind == SILBO_FRAME_NORMAL && a->number != b->number)) {
			print_error("frame %zu: kind %d %d number %d %d "
				    "position %d %d duration %d %d "
				    "at %lld %lld\n",
			    i, a->kind, b->kind, (int)a->number, (int)b->number,
			    (int)a->position, (int)b->position,
			    (int)a->duration, (int)b->duration,
			    (long long)a->at, (long long)b->at);
			fail_with(seed, "a frame differs from the oracle");
		}
	}
	if (frames != o->logged)
		fail_with(seed, "not as many frames as the oracle");
}

/* Counts that follow from the oracle's frames and the stream alone. */
static void
compare_counts(const struct world *w, const struct oracle *o, uint64_t seed)
{
	struct silbo_playout_report r = world_report(w);
	const struct stream *s = o->stream;
	uint64_t played = 0, made_up = 0, concealed = 0, paused = 0;
	uint64_t late = 0, trailing = 0;

	for (size_t i = 0; i < o->logged; i++) {
		const struct logged *f = &o->log[i];

		made_up += f->kind == SILBO_FRAME_CONCEAL;
		/* Behind an end that came late nothing was missing. */
		trailing += f->kind == SILBO_FRAME_CONCEAL &&
		    (int64_t)f->position < s->end;
		paused += f->kind == SILBO_FRAME_PAUSE ? f->duration : 0;
		if (f->kind == SILBO_FRAME_NORMAL) {
			played++;
			concealed = made_up;
			trailing = 0;
		}
	}
	if (w->done)
		concealed += trailing;
	for (size_t i = 0; i < s->arrivals; i++) {
		const struct sent *t = &s->sent[s->order[i]];
		int64_t next = o->first;

		for (size_t k = 0; k < o->logged; k++)
			if (o->log[k].at < t->at)
				next += o->log[k].duration;
		late += t->sample < next &&
		    t->sample < oracle_end(o, (int64_t)t->at);
	}
	if (r.played != played || r.concealed != concealed ||
	    r.paused_samples != paused || r.late != late)
		fail_with(seed, "counts differ from the oracle");
	if (r.overflow != 0 || r.resyncs != 0)
		fail_with(seed, "overflow or resync for no reason");
	if (w->stored != r.played + r.held)
		fail_with(seed, "a stored payload is unaccounted for");
	if (w->done && (int64_t)(r.position - r.beyond_samples) != s->end)
		fail_with(seed, "what lies behind the end is not all told");
	if (w->done && (int64_t)r.position != s->end && w->last_at >= s->end_at)
		fail_with(seed, "not as long as the stream");
}

static void
run_stream(struct world *w, const struct stream *s, silbo_time until)
{
	bool ended = !s->has_end;

	if (s->origin != ORIGIN_NEVER)
		silbo_playout_on_origin(w->playout, world_media(w, 0),
		    s->origin == ORIGIN_START ? START : SILBO_TIME_NEVER,
		    w->now);
	for (size_t i = 0; i <= s->arrivals; i++) {
		const struct sent *t = &s->sent[s->order[i % s->payloads]];
		silbo_time at = i < s->arrivals ? t->at : until;

		if (!ended && s->end_at <= at) {
			world_run(w, s->end_at);
			silbo_playout_on_end(
			    w->playout, (uint64_t)s->end, w->now);
			ended = true;
		}
		world_run(w, at);
		if (i < s->arrivals)
			(void)world_put_media(w, s->order[i],
			    world_media(w, t->sample), t->duration,
			    t->pause ? SILBO_DATA_PAUSE : 0);
	}
}

static void
any_stream_is_handed_out_as_the_oracle_says(void **state)
{
	static struct stream s;
	static struct world w;
	static struct oracle o;
	uint64_t first = test_seed(1);

	(void)state;
	for (uint64_t seed = first; seed < first + SEEDS; seed++) {
		uint64_t random = seed, media_zero;
		silbo_time until;

		make_stream(&s, &random);
		if (s.arrivals == 0)
			continue;
		media_zero = test_random(&random);
		world_open(&w, media_zero, START, s.delay, 1024);
		until = s.end_at + SILBO_NS_PER_S;
		run_stream(&w, &s, until);
		oracle_run(&o, &s, until);
		compare(&w, &o, seed);
		compare_counts(&w, &o, seed);
		if (s.has_end != w.done)
			fail_with(seed, "done, or not, without reason");
		world_close(&w);
	}
}

/* A media time that is right, somewhat wrong, or anything at all. */
static uint64_t
wild_media(const struct world *w, uint64_t *random)
{
	uint64_t here = world_media(w, 0) + w->now - START;

	switch (test_below(random, 4)) {
	case 0:
		return test_random(random);
	case 1:
		return here + test_below(random, 12 * SILBO_NS_PER_S) -
		    6 * SILBO_NS_PER_S;
	default:
		return here + test_below(random, 100 * MS) - 50 * MS;
	}
}

static void
nonsense(struct world *w, uint64_t *random, uint64_t *number)
{
	uint16_t duration = test_below(random, 8)
	    ? pick_duration(random)
	    : (uint16_t)test_below(random, 65536);

	*number += 1 + test_below(random, 3);
	switch (test_below(random, 200)) {
	case 0:
		silbo_playout_on_origin(w->playout, wild_media(w, random),
		    test_below(random, 2) ? START : SILBO_TIME_NEVER, w->now);
		return;
	case 1:
		if (test_below(random, 3) == 0)
			silbo_playout_on_end(w->playout,
			    test_random(random) >> test_below(random, 64),
			    w->now);
		return;
	case 2:
		duration = 0;
		break;
	}
	/* Even numbers upward, odd ones far behind: each at most once. */
	(void)world_put_media(w,
	    test_below(random, 4) ? *number * 2
				  : *number * 2 % 97 * 2 + *number * 2 + 1,
	    wild_media(w, random), duration,
	    test_below(random, 30) ? 0 : SILBO_DATA_PAUSE);
}

static void
nonsense_neither_stops_nor_hurries_it(void **state)
{
	static struct world w;
	uint64_t first = test_seed(1);

	(void)state;
	for (uint64_t seed = first; seed < first + 1000; seed++) {
		struct silbo_playout_report r;
		uint64_t random = seed, number = 0, elapsed;

		world_open(&w, test_random(&random), START,
		    test_below(&random, 300) * MS,
		    1u << test_below(&random, 8));
		for (int i = 0; i < 300; i++) {
			world_run(&w, w.now + test_below(&random, 50 * MS));
			nonsense(&w, &random, &number);
		}
		world_run(&w, w.now + SILBO_NS_PER_S);
		r = world_report(&w);
		elapsed = silbo_ns_to_samples(w.now - START);
		/* A head of 5 s, a payload of 1.4 s ahead of its end. */
		if (w.handed_out > elapsed + 7 * 48000)
			fail_with(seed, "ran ahead of time");
		if (w.stored > r.played + r.late + r.held && r.resyncs == 0)
			fail_with(seed, "a stored payload is unaccounted for");
		if (r.played + r.held > w.stored)
			fail_with(seed, "more handed out than stored");
		world_close(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_stream_is_handed_out_as_the_oracle_says),
	    cmocka_unit_test(nonsense_neither_stops_nor_hurries_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
