/* SPDX-License-Identifier: MIT */
/*
 * What a datagram costs in a trial: from the real sender through a link and the
 * real receiver to the frame that play-out hands out, beside the bare heap that
 * orders as many events, and beside bare sealing and opening.  A stream sends
 * 50 a second, so that 1 / (50 ns_med) stream-seconds pass in a CPU second.
 */
#include <sodium.h>

#include <silbo/trial.h>

#include "bench.h"
#include "heap.h"

#define DATAGRAMS 2000
#define MANY 1000 /* streams */
#define EACH 200  /* datagrams, of many streams and of one beside them */
#define DURATION 960
#define FRAME (20 * SILBO_NS_PER_MS)
#define DELAY (20 * SILBO_NS_PER_MS)
#define PLAYOUT (60 * SILBO_NS_PER_MS)
#define PAYLOAD_BYTES 80 /* 32 kbit/s */
#define BODY_BYTES (SILBO_WIRE_DATA_PREFIX_BYTES + PAYLOAD_BYTES)
#define ROOM 256

static struct silbo_link_phase phase;
static struct silbo_trial *trial;
static struct silbo_key key;

/* Memory is taken once for each size of trial. */
static void
prepare(uint32_t streams, uint64_t payloads, const struct silbo_key *with)
{
	const uint8_t master[SILBO_KEY_MASTER_BYTES] = {4};
	struct silbo_trial_config c;
	static void *memory;
	static size_t bytes;
	size_t needed;

	silbo_key_init(&key, master);
	silbo_link_config_init(&phase.config);
	phase.config.delay.base_ns = DELAY;
	silbo_trial_config_init(&c);
	c.streams = streams;
	c.payloads = payloads;
	c.duration = DURATION;
	c.key = with;
	c.phases = &phase;
	c.phases_count = 1;
	c.stagger_ns = FRAME / streams;
	c.in_flight = 16;
	needed = silbo_trial_size(&c);
	if (needed > bytes) {
		free(memory);
		memory = malloc(needed);
		bytes = needed;
	}
	bench_check(memory != NULL);
	trial = silbo_trial_init(memory, &c);
}

static void
run(uint64_t expected)
{
	static const uint8_t payload[PAYLOAD_BYTES] = {1, 2, 3};
	struct silbo_trial_step step;
	enum silbo_trial_kind kind;
	uint64_t frames = 0;

	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		if (kind == SILBO_TRIAL_PAYLOAD)
			bench_check(silbo_trial_put(trial, payload,
					sizeof(payload), 0) == 0);
		else
			frames += step.frame.kind == SILBO_FRAME_NORMAL;
	}
	bench_check(frames == expected);
}

static void
prepare_plain(void)
{
	prepare(1, DATAGRAMS, NULL);
}

static void
prepare_sealed(void)
{
	prepare(1, DATAGRAMS, &key);
}

static void
prepare_one(void)
{
	prepare(1, EACH, NULL);
}

static void
prepare_many(void)
{
	prepare(MANY, EACH, NULL);
}

BENCH_RUN
run_trial(void)
{
	run(DATAGRAMS);
}

BENCH_RUN
run_one(void)
{
	run(EACH);
}

BENCH_RUN
run_many(void)
{
	run(MANY * EACH);
}

/* ---- what they are compared with ---- */

enum { SEND, ARRIVE, PLAY, ITEMS = 16 };

static struct silbo_heap heap;

static void
prepare_heap(void)
{
	static void *memory;

	if (memory == NULL)
		memory = malloc(silbo_heap_size(0, ITEMS));
	bench_check(memory != NULL);
	silbo_heap_init(&heap, memory, 0, ITEMS);
}

/* The three events of a datagram: it leaves, it comes, it is played. */
BENCH_RUN
run_heap(void)
{
	unsigned sent = 0, played = 0;

	silbo_heap_put(&heap, SEND, 0);
	while (silbo_heap_first(&heap) != NULL) {
		struct silbo_heap_entry event = silbo_heap_get(&heap);

		if (event.item == PLAY) {
			played++;
		} else if (event.item == ARRIVE) {
			silbo_heap_put(&heap, PLAY, event.at + PLAYOUT);
		} else {
			if (++sent < DATAGRAMS)
				silbo_heap_put(&heap, SEND, event.at + FRAME);
			silbo_heap_put(&heap, ARRIVE, event.at + DELAY);
		}
	}
	bench_check(played == DATAGRAMS);
}

static uint8_t subkey[crypto_aead_chacha20poly1305_ietf_KEYBYTES];

static void
prepare_bound(void)
{
	randombytes_buf(subkey, sizeof(subkey));
}

BENCH_RUN
run_bound(void)
{
	uint8_t d[ROOM] = {0}, nonce[12] = {0};
	uint8_t *body = d + SILBO_WIRE_HEADER_BYTES;

	for (uint32_t i = 0; i < DATAGRAMS; i++) {
		memcpy(nonce, &i, sizeof(i));
		(void)crypto_aead_chacha20poly1305_ietf_encrypt(body, NULL,
		    body, BODY_BYTES, d, SILBO_WIRE_HEADER_BYTES, NULL, nonce,
		    subkey);
		bench_check(
		    crypto_aead_chacha20poly1305_ietf_decrypt(body, NULL, NULL,
			body, BODY_BYTES + SILBO_WIRE_TAG_BYTES, d,
			SILBO_WIRE_HEADER_BYTES, nonce, subkey) == 0);
	}
}

const struct bench_case bench_trial[] = {
    {"trial_plain", "event heap", true, DATAGRAMS, prepare_heap, run_heap},
    {"trial_plain", "plain", false, DATAGRAMS, prepare_plain, run_trial},
    {"trial_sealed", "seal and open", true, DATAGRAMS, prepare_bound,
	run_bound},
    {"trial_sealed", "sealed", false, DATAGRAMS, prepare_sealed, run_trial},
    {"trial_many", "1 stream", true, EACH, prepare_one, run_one},
    {"trial_many", "1000 streams", false, MANY *EACH, prepare_many, run_many},
    {.name = NULL},
};
