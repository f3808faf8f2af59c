/* SPDX-License-Identifier: MIT */
/*
 * A gate on the bench: datagrams in, and a look at what each of them moved.
 */
#ifndef SILBO_TESTS_GATE_BENCH_H
#define SILBO_TESTS_GATE_BENCH_H

#include "letters.h"

#define T0 (100 * SILBO_NS_PER_S)
#define MS SILBO_NS_PER_MS
#define OWN 200 /* letter_source of the gate itself */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A gate, and the source 1 that it knows after meet(). */
struct bench {
	struct silbo_key keys[SILBO_KEYS_MAX + 1];
	struct silbo_source own;
	struct silbo_gate_config config;
	struct silbo_gate *gate;
	uint8_t *before; /* memory of the gate */
	size_t size;
	silbo_time now;
};

static inline void
set_up(struct bench *b, size_t keys_count)
{
	memset(b, 0, sizeof(*b));
	for (uint8_t i = 0; i <= SILBO_KEYS_MAX; i++)
		b->keys[i] = letter_key(i);
	b->own = letter_source(OWN, keys_count > 0 ? &b->keys[0] : NULL);
	b->now = T0;
	b->config = (struct silbo_gate_config){
	    .keys = b->keys,
	    .keys_count = keys_count,
	    .datagram_max = 1200,
	    .sources = 4,
	    .own = &b->own,
	    .max_age_ns = SILBO_TIME_NEVER,
	};
	silbo_stream_config_init(&b->config.stream, T0);
	b->config.stream.playout.frames = 8;
	b->config.stream.window = 64;
}

static inline void
start(struct bench *b)
{
	b->size = silbo_gate_size(&b->config);
	b->before = malloc(b->size);
	b->gate = calloc(1, b->size);
	assert_non_null(b->before);
	assert_non_null(b->gate);
	assert_ptr_equal(silbo_gate_init(b->gate, &b->config), b->gate);
}

static inline void
tear_down(struct bench *b)
{
	free(b->before);
	free(b->gate);
}

static inline const struct silbo_key *
key_of(const struct bench *b)
{
	return b->config.keys_count > 0 ? &b->keys[0] : NULL;
}

static inline void
data_from(
    struct bench *b, struct letter *letter, uint8_t source, uint64_t number)
{
	struct silbo_source id = letter_source(source, key_of(b));

	letter_data(letter, number, b->now, &id, key_of(b));
}

/* An END: who says it is established at once. */
static inline void
end_from(
    struct bench *b, struct letter *letter, uint8_t source, uint64_t number)
{
	const struct silbo_info info = {
	    .media_time = b->now, .flags = SILBO_INFO_END};
	struct silbo_source id = letter_source(source, key_of(b));

	letter_say(letter, number, &info, &id, key_of(b));
}

static inline void
type_from(struct bench *b, struct letter *letter, uint8_t source,
    enum silbo_type type, uint64_t number, size_t body_bytes)
{
	static const uint8_t body[256];
	struct silbo_source id = letter_source(source, key_of(b));

	letter_write(letter, type, number, &id, key_of(b), body, body_bytes);
}

/* Hand it in; whatever it is, exactly one counter has moved by one. */
static inline enum silbo_verdict
deliver_to(struct bench *b, const struct letter *letter, uint32_t *source)
{
	uint8_t data[LETTER_BYTES];
	struct silbo_arrival arrival = letter_arrival(letter, data, b->now);
	struct silbo_gate_report old, new;
	enum silbo_verdict verdict;
	uint64_t sum = 0;

	silbo_gate_report(b->gate, &old);
	memcpy(b->before, b->gate, b->size);
	verdict = silbo_gate_on_datagram(b->gate, source, &arrival, b->now);
	silbo_gate_report(b->gate, &new);
	assert_int_equal(new.received, old.received + 1);
	assert_int_equal(new.bytes, old.bytes + letter->len);
	for (int i = 0; i < SILBO_VERDICTS; i++) {
		assert_int_equal(new.verdict[i],
		    old.verdict[i] + (i == (int)verdict ? 1 : 0));
		sum += silbo_verdict_is_accepted((enum silbo_verdict)i)
		    ? 0
		    : new.verdict[i];
	}
	assert_int_equal(new.received, new.accepted + sum);
	return verdict;
}

static inline enum silbo_verdict
deliver(struct bench *b, const struct letter *letter)
{
	uint32_t source;

	return deliver_to(b, letter, &source);
}

/* Did the last datagram change anything but the counts of datagrams? */
static inline bool
is_untouched(const struct bench *b)
{
	size_t counts = sizeof(struct silbo_gate_report);

	return memcmp((const uint8_t *)b->gate + counts, b->before + counts,
		   b->size - counts) == 0;
}

/* Source 1 becomes known, with DATA 10 and INFO 10 from address 1. */
static inline void
meet(struct bench *b)
{
	struct silbo_source id = letter_source(1, key_of(b));
	struct letter letter;

	data_from(b, &letter, 1, 10);
	letter.from = 1;
	assert_int_equal(deliver(b, &letter), SILBO_ACCEPTED);
	letter_info(&letter, 10, b->now, &id, key_of(b));
	letter.from = 1;
	assert_int_equal(deliver(b, &letter), SILBO_ACCEPTED);
}

#endif
