/* SPDX-License-Identifier: MIT */
/*
 * The table of sources against a naive one that keeps everything, over random
 * steps: datagrams old, new and far ahead from many sources and addresses,
 * closing, releasing, and time.
 */
#include "testing.h"

#include "gate_bench.h"

#define SOURCES 4
#define PLACES (SOURCES + SILBO_GATE_PROVISIONAL)
#define IDS 60
#define NUMBERS 65536
#define KINDS 4
#define WINDOW 64
#define STEPS 5000
#define ROUNDS 100

static const enum silbo_type types[KINDS] = {
    SILBO_TYPE_DATA, SILBO_TYPE_INFO, SILBO_TYPE_NACK, SILBO_TYPE_PROBE};

struct model_place {
	enum silbo_standing standing;
	uint8_t id;
	uint64_t serial, closing, accepted;
	silbo_time last;
	struct {
		bool seen[NUMBERS];
		uint64_t next, floor; /* highest + 1; below is not taken */
		bool any;
		bool waits; /* this was refused, and one near it confirms it */
		uint64_t jump;
		uint8_t jump_from;
	} kinds[KINDS];
	/* of DATA: what was announced, and the lowest that counts */
	uint64_t edge, base;
	uint64_t far; /* announced, but too far ahead to be believed at once */
	bool counting, decided;
	/* shown so far */
	unsigned shown;
	silbo_time since;
	uint8_t from;
	bool enough, end;
	bool ended, settled, streams;
};

struct model_tomb {
	bool used, ended, streams;
	uint64_t next[KINDS];
	bool any[KINDS];
};

static struct model {
	bool keyed;
	struct model_place places[PLACES];
	struct model_tomb tombs[IDS];
	uint32_t used;
	uint64_t serials, closings, gone, evicted, pushed, taken;
} model;

static uint64_t
higher(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static bool
is_open(const struct model_place *p)
{
	return p->standing == SILBO_STANDING_PROVISIONAL ||
	    p->standing == SILBO_STANDING_ESTABLISHED;
}

static int
model_find(uint8_t id)
{
	for (int i = 0; i < PLACES; i++)
		if (is_open(&model.places[i]) && model.places[i].id == id)
			return i;
	return -1;
}

static unsigned
model_established(void)
{
	unsigned count = 0;

	for (int i = 0; i < PLACES; i++)
		count += model.places[i].standing == SILBO_STANDING_ESTABLISHED;
	return count;
}

/* Places that nobody may take. */
static unsigned
model_held(void)
{
	unsigned count = model_established();

	for (int i = 0; i < PLACES; i++)
		count += model.places[i].standing == SILBO_STANDING_CLOSED &&
		    !model.places[i].settled;
	return count;
}

/* The established one that ended and is silent longest. */
static int
model_find_ended(void)
{
	int found = -1;

	for (int i = PLACES - 1; i >= 0; i--)
		if (model.places[i].standing == SILBO_STANDING_ESTABLISHED &&
		    model.places[i].ended &&
		    (found < 0 ||
			model.places[i].last <= model.places[found].last))
			found = i;
	return found;
}

static bool
model_has_room(const struct model_place *p)
{
	if (!p->enough)
		return p->end && model_held() < SOURCES;
	return model_held() < SOURCES + SILBO_GATE_PROVISIONAL / 2 &&
	    (model_established() < SOURCES || model_find_ended() >= 0);
}

/* Fewer ids than tombstones of either ring: none is ever forgotten. */
static void
model_bury(const struct model_place *p)
{
	struct model_tomb *tomb = &model.tombs[p->id];

	tomb->used = true;
	tomb->ended = p->ended;
	tomb->streams = p->counting;
	for (int k = 0; k < KINDS; k++) {
		tomb->next[k] = p->kinds[k].next;
		tomb->any[k] = p->kinds[k].any;
	}
	tomb->next[0] = higher(p->kinds[0].next, p->edge);
}

static void
model_close(int at)
{
	model_bury(&model.places[at]);
	model.places[at].standing = SILBO_STANDING_CLOSED;
	model.places[at].closing = ++model.closings;
}

static void
model_release(int at)
{
	if (is_open(&model.places[at]))
		model_bury(&model.places[at]);
	model.gone += model.places[at].accepted;
	memset(&model.places[at], 0, sizeof(model.places[at]));
}

/* Lowest goes first. */
static uint64_t
model_order(const struct model_place *p)
{
	const uint64_t rank = (uint64_t)1 << 60;

	if (p->standing == SILBO_STANDING_PROVISIONAL)
		return rank + p->last;
	return p->settled ? p->closing : 4 * rank;
}

static int
model_vacate(void)
{
	int found = -1;

	for (uint32_t i = 0; i < model.used; i++)
		if (model.places[i].standing == SILBO_STANDING_FREE)
			return (int)i;
	if (model.used < PLACES)
		return (int)model.used++;
	for (int i = 0; i < PLACES; i++)
		if (model.places[i].standing != SILBO_STANDING_ESTABLISHED &&
		    (found < 0 ||
			model_order(&model.places[i]) <
			    model_order(&model.places[found])))
			found = i;
	model.evicted +=
	    model.places[found].standing == SILBO_STANDING_PROVISIONAL;
	model_release(found);
	return found;
}

static void
model_admit(int at, uint8_t id, silbo_time now)
{
	struct model_place *p = &model.places[at];
	const struct model_tomb *tomb = &model.tombs[id];

	memset(p, 0, sizeof(*p));
	p->standing = SILBO_STANDING_PROVISIONAL;
	p->id = id;
	p->last = now;
	if (!tomb->used)
		return;
	for (int k = 0; k < KINDS; k++) {
		p->kinds[k].next = p->kinds[k].floor = tomb->next[k];
		p->kinds[k].any = tomb->any[k];
	}
	if (!tomb->streams)
		return;
	p->edge = p->base = tomb->next[0];
	p->counting = p->decided = true;
}

static bool
model_is_far(const struct model_place *p, int kind, uint64_t number)
{
	return !model.keyed && p->kinds[kind].any &&
	    number + 1 > p->kinds[kind].next + SILBO_GATE_JUMP;
}

static bool
model_jumps(struct model_place *p, int kind, uint64_t number, uint8_t from)
{
	bool far = model_is_far(p, kind, number);

	if (far) {
		p->kinds[kind].waits = true;
		p->kinds[kind].jump = number;
		p->kinds[kind].jump_from = from;
	}
	return far;
}

/* DATA below what the track holds is old; the rest as in a window of 64, which
 * that of PROBE has too. */
static enum silbo_verdict
model_number(struct model_place *p, int kind, uint64_t number)
{
	uint64_t top = kind == 0 ? p->edge : p->kinds[kind].next;

	if (kind == 0 && p->decided && number < p->base)
		return SILBO_DROP_OLD;
	if (number < p->kinds[kind].floor || number + WINDOW < top)
		return SILBO_DROP_OLD;
	if (p->kinds[kind].seen[number])
		return SILBO_DROP_DUPLICATE;
	p->kinds[kind].seen[number] = true;
	if (kind == 0 && (!p->counting || number < p->base))
		p->base = number;
	if (kind == 0)
		p->counting = true;
	return SILBO_ACCEPTED;
}

/* The one that was refused is taken for what came before this one. */
static void
model_take(struct model_place *p, int kind, uint64_t number, uint8_t from)
{
	uint64_t jump = p->kinds[kind].jump;

	if (!p->kinds[kind].waits || from != p->kinds[kind].jump_from ||
	    number == jump || number > jump + SILBO_GATE_JUMP ||
	    jump > number + SILBO_GATE_JUMP ||
	    (number < jump && !model_is_far(p, kind, number)))
		return;
	p->kinds[kind].waits = false;
	if (model_number(p, kind, jump) == SILBO_ACCEPTED)
		model.taken++;
	p->kinds[kind].next = higher(p->kinds[kind].next, jump + 1);
	if (kind == 0)
		p->edge = higher(p->edge, jump + 1);
}

/* Is it believed? */
static bool
model_info(struct model_place *p, uint64_t next)
{
	bool believed = true;

	if (!model.keyed && !p->kinds[0].any) {
		p->kinds[0].any = true;
		p->kinds[0].next = next;
	} else if (!model.keyed && next > p->kinds[0].next + SILBO_GATE_JUMP) {
		uint64_t far = p->far;

		p->far = next;
		believed = next == far;
		if (believed)
			p->kinds[0].next = next;
		next = p->kinds[0].next;
	}
	if (!p->counting)
		p->base = higher(next, p->edge);
	p->counting = p->decided = true;
	p->edge = higher(p->edge, next);
	return believed;
}

static void
model_show(struct model_place *p, uint8_t from, bool end, silbo_time now)
{
	bool strange = p->shown > 0 && !model.keyed && from != p->from;

	if (p->shown == 0 || strange) {
		p->shown = 0;
		p->enough = p->end = false;
		p->since = now;
		p->from = from;
	}
	p->shown++;
	p->end = p->end || (end && !strange);
	if (p->shown >= 3 && now - p->since >= 40 * MS)
		p->enough = true;
	if (!(p->enough || p->end) || !model_has_room(p))
		return;
	if (model_established() == SOURCES) {
		model_close(model_find_ended());
		model.pushed++;
	}
	p->standing = SILBO_STANDING_ESTABLISHED;
}

struct saying {
	uint8_t id, from;
	int kind;
	uint64_t number, next;
	bool end;
};

static enum silbo_verdict
model_on(const struct saying *s, silbo_time now)
{
	const struct model_tomb *tomb = &model.tombs[s->id];
	int at = model_find(s->id);
	enum silbo_verdict verdict;
	struct model_place *p;
	bool end = s->end;

	if (at < 0) {
		if (tomb->used &&
		    (tomb->ended || s->number < tomb->next[s->kind]))
			return SILBO_DROP_OLD;
		if (s->kind != 1 && model_established() == SOURCES)
			return SILBO_DROP_TABLE_FULL;
		at = model_vacate();
		model_admit(at, s->id, now);
	}
	p = &model.places[at];
	if (s->kind != 1 && p->standing == SILBO_STANDING_PROVISIONAL &&
	    (p->enough || p->end) && !model_has_room(p))
		return SILBO_DROP_TABLE_FULL;
	model_take(p, s->kind, s->number, s->from);
	if (model_jumps(p, s->kind, s->number, s->from))
		return SILBO_DROP_JUMP;
	verdict = model_number(p, s->kind, s->number);
	if (verdict != SILBO_ACCEPTED)
		return verdict;
	p->accepted++;
	p->streams = p->streams || s->kind < 2;
	p->last = now;
	if (s->number >= p->kinds[s->kind].next) {
		p->kinds[s->kind].next = s->number + 1;
		p->kinds[s->kind].any = true;
	}
	if (s->kind == 0)
		p->edge = higher(p->edge, s->number + 1);
	if (s->kind == 1)
		end = model_info(p, s->next) && end;
	p->ended = p->ended || end;
	if (p->standing == SILBO_STANDING_PROVISIONAL)
		model_show(p, s->from, end, now);
	if (p->standing == SILBO_STANDING_ESTABLISHED && p->streams &&
	    p->serial == 0)
		p->serial = ++model.serials;
	return SILBO_ACCEPTED;
}

/* Mostly the next number, sometimes an old one, sometimes one far ahead. */
static uint64_t
some_number(uint8_t id, int kind, uint64_t *random)
{
	int at = model_find(id);
	uint64_t next = model.tombs[id].next[kind], by;

	if (at >= 0)
		next = model.places[at].kinds[kind].next;
	switch (test_below(random, 12)) {
	case 0:
		by = test_below(random, 80);
		return next > by ? next - by : 0;
	case 1:
		next += test_below(random, 70);
		break;
	case 2:
		next += 2995 + test_below(random, 12);
		break;
	case 3:
		if (at < 0 || model.places[at].kinds[kind].jump == 0)
			break;
		by = test_below(random, 4) == 0 ? 6100 : 40;
		next = model.places[at].kinds[kind].jump;
		next += test_below(random, by);
		next = next > by / 2 ? next - by / 2 : 0;
		break;
	default:
		break;
	}
	return next < NUMBERS ? next : NUMBERS - 1;
}

static void
some_saying(struct saying *s, uint64_t *random)
{
	memset(s, 0, sizeof(*s));
	s->id = (uint8_t)test_below(random, test_below(random, 2) ? IDS : 8);
	s->from = test_below(random, 8) == 0 ? 2 : 1;
	s->kind = (int)test_below(random, KINDS);
	s->number = some_number(s->id, s->kind, random);
	if (s->kind == 1) {
		s->next = some_number(s->id, 0, random);
		s->end = test_below(random, 150) == 0;
	}
}

static void
write_saying(struct bench *b, const struct saying *s, struct letter *letter)
{
	struct silbo_source id = letter_source(s->id, key_of(b));
	const struct silbo_info info = {.next = s->next,
	    .age_ns = 3600 * SILBO_NS_PER_S,
	    .flags = s->end ? SILBO_INFO_END : 0};
	const uint8_t body[SILBO_WIRE_PROBE_BYTES] = {0};

	if (s->kind == 1)
		letter_say(letter, s->number, &info, &id, key_of(b));
	else if (s->kind == 0)
		letter_data(letter, s->number, b->now, &id, key_of(b));
	else
		letter_write(letter, types[s->kind], s->number, &id, key_of(b),
		    body, s->kind == 3 ? SILBO_WIRE_PROBE_BYTES : 0);
	letter->from = s->from;
}

static void
compare(struct bench *b, uint64_t seed, unsigned step)
{
	struct silbo_gate_report report;

	silbo_gate_report(b->gate, &report);
	if (report.accepted_gone != model.gone ||
	    report.evicted != model.evicted ||
	    report.established != model.serials || report.taken != model.taken)
		fail_msg("seed %#llx step %u: counts", (unsigned long long)seed,
		    step);
	for (uint32_t i = 0; i < silbo_gate_sources(b->gate); i++) {
		const struct model_place *p = &model.places[i];
		struct silbo_gate_source about;

		silbo_gate_report_source(b->gate, i, &about);
		if (about.standing != p->standing ||
		    about.serial != p->serial || about.streams != p->streams ||
		    about.accepted != p->accepted)
			fail_msg("seed %#llx step %u: place %u",
			    (unsigned long long)seed, step, i);
	}
}

static void
some_closing(struct bench *b, uint64_t *random)
{
	uint32_t places = silbo_gate_sources(b->gate), at;

	if (places == 0)
		return;
	at = (uint32_t)test_below(random, places);
	if (model.places[at].standing == SILBO_STANDING_CLOSED &&
	    test_below(random, 3) > 0) {
		silbo_gate_settle(b->gate, at);
		model.places[at].settled = true;
	} else if (model.places[at].standing == SILBO_STANDING_ESTABLISHED &&
	    test_below(random, 3) > 0) {
		silbo_gate_close(b->gate, at);
		model_close((int)at);
	} else if (model.places[at].standing != SILBO_STANDING_FREE) {
		silbo_gate_release(b->gate, at);
		model_release((int)at);
	}
}

static uint64_t
run(bool keyed, uint64_t seed, uint64_t counts[SILBO_VERDICTS])
{
	uint64_t random = seed;
	struct bench b;

	memset(&model, 0, sizeof(model));
	model.keyed = keyed;
	set_up(&b, keyed);
	b.config.stream.window = WINDOW;
	b.config.stream.playout.payload_max = 1;
	start(&b);
	for (unsigned step = 0; step < STEPS; step++) {
		enum silbo_verdict got, want;
		struct letter letter;
		struct saying s;

		b.now += test_below(&random, 15) * MS;
		some_saying(&s, &random);
		write_saying(&b, &s, &letter);
		want = model_on(&s, b.now);
		got = deliver(&b, &letter);
		if (got == SILBO_LATE_FINAL)
			got = SILBO_ACCEPTED;
		if (got != want)
			fail_msg("seed %#llx step %u: %s, not %s",
			    (unsigned long long)seed, step,
			    silbo_verdict_name(got), silbo_verdict_name(want));
		counts[got]++;
		if (test_below(&random, 40) == 0)
			some_closing(&b, &random);
		compare(&b, seed, step);
	}
	tear_down(&b);
	return model.serials;
}

static void
the_table_agrees_with_one_that_keeps_everything(void **state)
{
	static const enum silbo_verdict met[] = {SILBO_ACCEPTED, SILBO_DROP_OLD,
	    SILBO_DROP_DUPLICATE, SILBO_DROP_JUMP, SILBO_DROP_TABLE_FULL};
	uint64_t counts[SILBO_VERDICTS] = {0}, seed = test_seed(0x7ab1e);
	uint64_t established = 0, pushed = 0, taken = 0;

	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		established += run(i % 2, seed + i, counts);
		pushed += model.pushed;
		taken += model.taken;
	}
	/* A test of rare things must have met them. */
	for (size_t i = 0; i < COUNT(met); i++)
		assert_true(counts[met[i]] > 1000);
	assert_true(established > 1000);
	assert_true(pushed > 100);
	assert_true(taken > 1000);
	assert_true(model.evicted > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_table_agrees_with_one_that_keeps_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
