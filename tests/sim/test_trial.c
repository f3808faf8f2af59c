/* SPDX-License-Identifier: MIT */
/*
 * A trial: the real sender and receiver over a link, in virtual time.  What the
 * receiver counts is compared with what the link did, by code that keeps
 * everything.
 */
#include "trial_truth.h"

#include "trial_state.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MS SILBO_NS_PER_MS
#define S SILBO_NS_PER_S
#define PAYLOAD_BYTES 80

static struct silbo_trial *
make(const struct silbo_trial_config *c)
{
	void *memory = malloc(silbo_trial_size(c));

	assert_non_null(memory);
	return silbo_trial_init(memory, c);
}

static struct silbo_key
make_key(void)
{
	const uint8_t master[SILBO_KEY_MASTER_BYTES] = {7};
	struct silbo_key key;

	silbo_key_init(&key, master);
	return key;
}

static void
fill(uint8_t payload[PAYLOAD_BYTES], uint32_t stream, uint64_t index)
{
	for (size_t i = 0; i < PAYLOAD_BYTES; i++)
		payload[i] = (uint8_t)(index * 31 + stream * 7 + i);
}

static void
answer(struct silbo_trial *trial, const struct silbo_trial_step *step)
{
	uint8_t payload[PAYLOAD_BYTES];

	fill(payload, step->stream, step->payload);
	assert_int_equal(
	    silbo_trial_put(trial, payload, sizeof(payload), 0), 0);
}

static struct silbo_link_phase
delayed(silbo_time delay)
{
	struct silbo_link_phase phase = {.at = 0};

	silbo_link_config_init(&phase.config);
	phase.config.delay.base_ns = delay;
	return phase;
}

/* ---- a perfect link ---- */

static void
check_perfect(const struct silbo_trial_config *c)
{
	struct silbo_trial *trial = make(c);
	struct silbo_stream_report received;
	struct silbo_sender_report sent;
	struct silbo_trial_step step;
	enum silbo_trial_kind kind;
	uint8_t payload[PAYLOAD_BYTES];
	uint64_t *heard = calloc(c->streams, sizeof(*heard));
	uint64_t *samples = calloc(c->streams, sizeof(*samples));

	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		uint32_t i = step.stream;

		assert_in_range(i, 0, c->streams - 1);
		if (kind == SILBO_TRIAL_PAYLOAD) {
			assert_int_equal(step.at,
			    24 * 3600 * S + i * c->stagger_ns +
				silbo_samples_to_ns(
				    step.payload * c->duration));
			answer(trial, &step);
			continue;
		}
		assert_int_equal(kind, SILBO_TRIAL_FRAME);
		assert_int_equal(step.frame.kind, SILBO_FRAME_NORMAL);
		assert_int_equal(step.frame.number, c->first + heard[i]);
		assert_int_equal(step.frame.position, samples[i]);
		assert_int_equal(step.frame.payload_bytes, sizeof(payload));
		fill(payload, i, heard[i]++);
		assert_memory_equal(
		    step.frame.payload, payload, sizeof(payload));
		samples[i] += step.frame.duration;
	}
	for (uint32_t i = 0; i < c->streams; i++) {
		silbo_trial_report(trial, i, &sent, NULL, NULL, &received);
		assert_int_equal(heard[i], c->payloads);
		assert_int_equal(samples[i],
		    c->samples > 0 ? c->samples + c->preskip
				   : c->payloads * c->duration);
		assert_int_equal(received.track.unique, c->payloads);
		assert_int_equal(received.track.lost, 0);
		assert_int_equal(received.playout.output_samples, samples[i]);
		assert_true(received.ended && received.playout.done);
		assert_int_equal(
		    received.info.samples, samples[i] - c->preskip);
		assert_int_equal(received.playout.underruns, 0);
		assert_int_equal(received.playout.concealed, 0);
		assert_int_equal(sent.data, c->payloads);
		assert_true(sent.ended);
	}
	assert_int_equal(silbo_trial_get(trial, &step), SILBO_TRIAL_DONE);
	free(heard);
	free(samples);
	free(trial);
}

static void
over_a_perfect_link_all_is_played_in_order_and_whole(void **state)
{
	const struct silbo_link_phase far = delayed(250 * MS);
	struct silbo_key key = make_key();
	struct silbo_trial_config c;

	(void)state;
	for (int variant = 0; variant < 32; variant++) {
		silbo_trial_config_init(&c);
		c.payloads = variant & 1 ? 500 : 1;
		c.key = variant & 2 ? &key : NULL;
		c.streams = variant & 4 ? 7 : 1;
		c.stagger_ns = variant & 4 ? 3 * MS : 0;
		c.preskip = variant & 8 ? 312 : 0;
		c.samples = variant & 8 ? c.payloads * 960 - 600 : 0;
		c.phases = &far;
		c.phases_count = variant >= 16;
		check_perfect(&c);
	}
}

static void
a_receivers_clock_may_be_wrong_by_hours_and_parts_of_a_million(void **state)
{
	const int64_t offsets[] = {
	    0, 20 * 3600 * (int64_t)S, -20 * 3600 * (int64_t)S, 123456789, -1};
	const int32_t ppb[] = {0, 100000, -100000};
	struct silbo_trial_config c;

	(void)state;
	for (size_t i = 0; i < COUNT(offsets) * COUNT(ppb); i++) {
		silbo_trial_config_init(&c);
		c.payloads = 3000;
		c.receiver_clock.offset_ns = offsets[i / COUNT(ppb)];
		c.receiver_clock.ppb = ppb[i % COUNT(ppb)];
		check_perfect(&c);
	}
}

/*
 * Drift: play-out with a fixed delay goes at the receiver's pace.  A clock that
 * runs 100 ppm fast eats 60 ms of delay in 600 s; then frames are late, and
 * after 5 s of nothing else the media clock is set anew.  What was sent and
 * what arrived is counted all the same.
 */
static void
drift_eats_the_delay_and_not_the_counts(void **state)
{
	for (int fast = 0; fast < 2; fast++) {
		struct silbo_trial_config c;
		struct silbo_stream_report r;
		struct silbo_trial_step step;
		struct silbo_trial *trial;
		enum silbo_trial_kind kind;

		(void)state;
		silbo_trial_config_init(&c);
		c.payloads = 50 * 1000;
		c.receiver_clock.ppb = fast ? 100000 : -100000;
		trial = make(&c);
		while (
		    (kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE)
			if (kind == SILBO_TRIAL_PAYLOAD)
				answer(trial, &step);
		silbo_trial_report(trial, 0, NULL, NULL, NULL, &r);
		assert_int_equal(r.track.unique, c.payloads);
		assert_int_equal(r.track.lost, 0);
		assert_int_equal(r.track.reordered, 0);
		assert_int_equal(r.playout.resyncs, fast);
		assert_int_equal(r.playout.late > 0, fast);
		assert_int_equal(r.playout.played + r.playout.late, c.payloads);
		free(trial);
	}
}

/* ---- what is watched ---- */

static void
every_put_has_one_fate_and_every_arrival_a_verdict(void **state)
{
	struct silbo_link_phase phase = delayed(30 * MS);
	struct silbo_gate_report gate;
	struct silbo_trial_config c;
	struct silbo_trial_step step;
	struct silbo_trial *trial;
	enum silbo_trial_kind kind;
	uint64_t fates = 0, verdicts[SILBO_VERDICTS] = {0}, data = 0;

	(void)state;
	phase.config.loss.kind = SILBO_LOSS_RANDOM;
	phase.config.loss.random = 0.1;
	phase.config.duplicate = 0.1;
	silbo_trial_config_init(&c);
	c.phases = &phase;
	c.phases_count = 1;
	c.watch = true;
	trial = make(&c);
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		if (kind == SILBO_TRIAL_PAYLOAD) {
			answer(trial, &step);
		} else if (kind == SILBO_TRIAL_FATE) {
			assert_int_equal(step.event.index, fates++);
			if (step.header.type == SILBO_TYPE_DATA)
				assert_int_equal(step.header.number, data++);
			assert_int_equal(step.event.at, step.event.put_at);
		} else if (kind == SILBO_TRIAL_ARRIVAL) {
			assert_int_equal(
			    step.event.at, step.event.fate.at[step.event.copy]);
			assert_int_equal(step.verdict,
			    step.event.copy == 0 ? SILBO_ACCEPTED
						 : SILBO_DROP_DUPLICATE);
			verdicts[step.verdict]++;
		}
	}
	silbo_trial_report(trial, 0, NULL, NULL, &gate, NULL);
	assert_memory_equal(verdicts, gate.verdict, sizeof(verdicts));
	assert_true(verdicts[SILBO_DROP_DUPLICATE] > 20);
	assert_int_equal(data, c.payloads);
	free(trial);
}

/* A queue that is full says so at once; of those that wait it is known later,
 * and however long they wait, it is their own header that comes with it. */
static void
a_header_waits_with_its_datagram_however_many_are_refused(void **state)
{
	struct silbo_link_phase phase = delayed(30 * MS);
	struct silbo_link_report link;
	struct silbo_trial_config c;
	struct silbo_trial_step step;
	struct silbo_trial *trial;
	struct truth truth;
	enum silbo_trial_kind kind;

	(void)state;
	phase.config.queue.rate_bps = 2000; /* of 53 600 that are sent */
	phase.config.queue.limit_bytes = 4000;
	silbo_trial_config_init(&c);
	c.phases = &phase;
	c.phases_count = 1;
	c.payloads = 2000;
	c.watch = true;
	trial = make(&c);
	truth_open(&truth, &c);
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		if (kind == SILBO_TRIAL_PAYLOAD)
			answer(trial, &step);
		truth_on_step(&truth, kind, &step);
	}
	assert_int_equal(truth_check_always(&truth, trial), 0);
	silbo_trial_report(trial, 0, NULL, &link, NULL, NULL);
	assert_true(link.fates[SILBO_FATE_QUEUE_FULL] > 1000);
	free(truth.marks);
	free(trial);
}

static void
headers_are_told_as_they_were_sent_and_damage_is_refused(void **state)
{
	static struct silbo_header headers[1000];
	struct silbo_link_phase phase = delayed(30 * MS);
	struct silbo_key key = make_key();
	struct silbo_stream_report r;
	struct silbo_trial_config c;
	struct silbo_trial_step step;
	struct silbo_trial *trial;
	enum silbo_trial_kind kind;
	uint64_t damaged = 0;

	(void)state;
	phase.config.corrupt = 0.5;
	phase.config.corrupt_bits = 64;
	phase.config.duplicate = 0.1;
	silbo_trial_config_init(&c);
	c.phases = &phase;
	c.phases_count = 1;
	c.key = &key;
	c.watch = true;
	trial = make(&c);
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		if (kind == SILBO_TRIAL_PAYLOAD) {
			answer(trial, &step);
		} else if (kind == SILBO_TRIAL_FATE) {
			assert_in_range(
			    step.event.index, 0, COUNT(headers) - 1);
			headers[step.event.index] = step.header;
		} else if (kind == SILBO_TRIAL_ARRIVAL) {
			assert_memory_equal(&headers[step.event.index],
			    &step.header, sizeof(step.header));
			damaged += step.event.fate.bits > 0;
			assert_int_equal(
			    silbo_verdict_is_accepted(step.verdict) ||
				step.verdict == SILBO_DROP_DUPLICATE,
			    step.event.fate.bits == 0);
		}
	}
	silbo_trial_report(trial, 0, NULL, NULL, NULL, &r);
	assert_in_range(damaged, 200, 350);
	assert_in_range(r.track.lost, 200, 300);
	free(trial);
}

/* Silent for 30 s a stream is closed; when it is back it is another, that
 * joined late, and what it plays is handed out as before.  All is counted. */
static void
what_comes_back_after_a_long_outage_is_played(void **state)
{
	struct silbo_link_phase phases[3] = {
	    delayed(30 * MS), delayed(30 * MS), delayed(30 * MS)};
	struct silbo_gate_report gate;
	struct silbo_stream_report r;
	struct silbo_trial_config c;
	struct silbo_trial *trial;
	struct truth truth;

	(void)state;
	phases[1].at = 5 * S;
	phases[1].config.loss.kind = SILBO_LOSS_RANDOM;
	phases[1].config.loss.random = 1;
	phases[2].at = 45 * S;
	silbo_trial_config_init(&c);
	c.phases = phases;
	c.phases_count = COUNT(phases);
	c.payloads = 60 * 50;
	c.watch = true;
	trial = truth_run(&truth, &c);
	silbo_trial_report(trial, 0, NULL, NULL, &gate, &r);
	assert_int_equal(gate.established, 2);
	assert_int_equal(r.track.base, SILBO_TRACK_BASE_FIRST);
	assert_int_equal(truth.unique, 20 * 50);
	assert_int_equal(r.track.unique, truth.unique);
	/* Some were needed to believe it again. */
	assert_in_range(truth.played, 20 * 50 - 5, 20 * 50);
	assert_int_equal(r.playout.played, truth.played);
	assert_true(r.ended && r.playout.done);
	free(truth.marks);
	free(trial);
}

/* More often than the receiver has places: none is forgotten. */
static void
what_comes_back_thirty_times_is_counted_to_the_last(void **state)
{
	static struct silbo_link_phase phases[61];
	struct silbo_gate_report gate;
	struct silbo_stream_report r;
	struct silbo_trial_config c;
	struct silbo_trial_step step;
	struct silbo_trial *trial;
	enum silbo_trial_kind kind;
	uint64_t serial = 0, serials = 0;
	struct truth truth;

	(void)state;
	for (uint32_t i = 0; i < COUNT(phases); i++) {
		phases[i] = delayed(30 * MS);
		phases[i].at = (i / 2 * 40 + i % 2 * 5) * S;
		if (i % 2 == 0)
			continue;
		phases[i].config.loss.kind = SILBO_LOSS_RANDOM;
		phases[i].config.loss.random = 1;
	}
	silbo_trial_config_init(&c);
	c.phases = phases;
	c.phases_count = COUNT(phases);
	c.payloads = 1205 * 50;
	c.watch = true;
	trial = make(&c);
	truth_open(&truth, &c);
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		if (kind == SILBO_TRIAL_PAYLOAD)
			answer(trial, &step);
		truth_on_step(&truth, kind, &step);
		if (kind != SILBO_TRIAL_FRAME)
			continue;
		assert_true(step.serial >= serial);
		serials += step.serial > serial;
		serial = step.serial;
	}
	silbo_trial_report(trial, 0, NULL, NULL, &gate, &r);
	assert_int_equal(gate.established, 31);
	assert_int_equal(serials, 31);
	assert_int_equal(truth.unique, 31 * 5 * 50);
	assert_int_equal(r.track.unique, truth.unique);
	assert_int_equal(r.track.expected, r.track.unique + r.track.lost);
	assert_int_equal(r.playout.played, truth.played);
	free(truth.marks);
	free(trial);
}

/* ---- determinism ---- */

static uint64_t
fold(uint64_t digest, uint64_t value)
{
	digest = (digest ^ value) * UINT64_C(0x100000001b3);
	return digest ^ digest >> 29;
}

static struct silbo_link_phase
troubled(void)
{
	struct silbo_link_phase phase = delayed(60 * MS);
	struct silbo_link_config *config = &phase.config;

	config->loss.kind = SILBO_LOSS_RANDOM;
	config->loss.random = 0.05;
	config->delay.shape = SILBO_SHAPE_NORMAL;
	config->delay.spread_ns = 15 * MS;
	config->delay.keep_order = false;
	config->reorder = 0.02;
	config->duplicate = 0.02;
	return phase;
}

static uint64_t
digest_of(uint64_t seed, const struct silbo_key *key)
{
	const struct silbo_link_phase phase = troubled();
	uint64_t digest = UINT64_C(0xcbf29ce484222325);
	struct silbo_trial_config c;
	struct silbo_trial_step step;
	struct silbo_trial *trial;
	enum silbo_trial_kind kind;

	silbo_trial_config_init(&c);
	c.phases = &phase;
	c.phases_count = 1;
	c.streams = 3;
	c.stagger_ns = 7 * MS;
	c.seed = seed;
	c.key = key;
	c.watch = true;
	trial = make(&c);
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		digest = fold(fold(fold(digest, kind), step.stream), step.at);
		if (kind == SILBO_TRIAL_PAYLOAD) {
			answer(trial, &step);
		} else if (kind == SILBO_TRIAL_FRAME) {
			digest = fold(digest, step.frame.kind);
			digest = fold(digest, step.frame.number);
			digest = fold(digest, step.frame.position);
		} else {
			digest = fold(digest, step.event.index);
			digest = fold(digest, step.header.number);
			for (size_t i = 0; i < step.event.len; i++)
				digest = fold(digest, step.event.data[i]);
		}
	}
	free(trial);
	return digest;
}

static void
the_same_seed_gives_the_same_steps(void **state)
{
	struct silbo_key key = make_key();

	(void)state;
	assert_true(digest_of(1, NULL) == digest_of(1, NULL));
	assert_true(digest_of(1, &key) == digest_of(1, &key));
	assert_true(digest_of(1, NULL) != digest_of(2, NULL));
	assert_true(digest_of(1, &key) != digest_of(2, &key));
}

/* ---- many ---- */

static double
comparisons_per_event(uint32_t streams)
{
	const struct silbo_link_phase phase = delayed(30 * MS);
	struct silbo_world_report world;
	struct silbo_trial_config c;
	struct silbo_trial_step step;
	struct silbo_trial *trial;
	enum silbo_trial_kind kind;

	silbo_trial_config_init(&c);
	c.phases = &phase;
	c.phases_count = 1;
	c.streams = streams;
	c.payloads = 50;
	c.stagger_ns = 20 * MS / streams;
	c.in_flight = 16;
	c.stream.playout.frames = 8;
	trial = make(&c);
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE)
		if (kind == SILBO_TRIAL_PAYLOAD)
			answer(trial, &step);
	silbo_world_report(trial->world, &world);
	assert_true(world.events >= (uint64_t)streams * 100);
	free(trial);
	return (double)world.compared / (double)world.events;
}

/* A heap of four branches has a layer more for four times as many: four
 * comparisons in each to take something out, one to put something in, and some
 * where a timer is moved: not more than eight. */
static void
an_event_costs_a_few_comparisons_more_among_many_streams(void **state)
{
	double one = comparisons_per_event(1);

	(void)state;
	for (uint32_t streams = 4, layers = 1; streams <= 1024;
	     streams *= 4, layers++) {
		double many = comparisons_per_event(streams);

		print_message("%u streams: %.1f comparisons, of 1: %.1f\n",
		    streams, many, one);
		assert_true(many <= one + 8 * layers);
	}
}

/* ---- what the caller does wrong, and what ends early ---- */

static void
a_payload_that_is_too_large_leaves_its_time_empty(void **state)
{
	static const uint8_t large[SILBO_WIRE_MTU_MAX];
	struct silbo_trial_config c;
	struct silbo_stream_report r;
	struct silbo_trial_step step;
	struct silbo_trial *trial;
	enum silbo_trial_kind kind;
	uint64_t samples = 0;

	(void)state;
	silbo_trial_config_init(&c);
	c.payloads = 20;
	trial = make(&c);
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		if (kind == SILBO_TRIAL_FRAME) {
			assert_int_equal(step.frame.position, samples);
			samples += step.frame.duration;
			if (step.frame.kind == SILBO_FRAME_NORMAL &&
			    step.frame.number == 7)
				assert_int_equal(
				    step.frame.position, 8 * c.duration);
		} else if (step.payload == 7) {
			assert_int_equal(
			    silbo_trial_put(trial, large, sizeof(large), 0),
			    SILBO_ERR_TOO_LARGE);
		} else {
			answer(trial, &step);
		}
	}
	silbo_trial_report(trial, 0, NULL, NULL, NULL, &r);
	assert_int_equal(samples, 20 * c.duration);
	assert_int_equal(r.track.unique, 19);
	assert_int_equal(r.track.lost, 0);
	assert_int_equal(r.playout.concealed, 1);
	free(trial);
}

static void
a_world_that_is_too_small_is_told_once_and_ends_the_trial(void **state)
{
	const struct silbo_link_phase far = delayed(S);
	struct silbo_world_report world;
	struct silbo_trial_config c;
	struct silbo_trial_step step;
	struct silbo_trial *trial;
	enum silbo_trial_kind kind;
	unsigned full = 0;
	int status = 0;

	(void)state;
	silbo_trial_config_init(&c);
	c.phases = &far;
	c.phases_count = 1;
	c.in_flight = 40; /* 50 and some INFO are on the way */
	trial = make(&c);
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		assert_int_equal(full, 0);
		if (kind == SILBO_TRIAL_FULL) {
			full++;
			continue;
		}
		assert_int_equal(kind, SILBO_TRIAL_PAYLOAD);
		assert_int_equal(status, 0);
		status = silbo_trial_put(trial, "x", 1, 0);
	}
	assert_int_equal(full, 1);
	assert_int_equal(status, SILBO_ERR_SPACE);
	assert_int_equal(silbo_trial_get(trial, &step), SILBO_TRIAL_DONE);
	silbo_world_report(trial->world, &world);
	assert_int_equal(world.refused, 1);
	assert_int_equal(world.held, 40);
	free(trial);
}

/* ---- ground truth, over many links ---- */

static double
ratio(uint64_t *random, double most)
{
	return most * (double)test_below(random, 1001) / 1000;
}

static void
draw_loss(uint64_t *random, struct silbo_loss_config *loss)
{
	loss->pace =
	    test_below(random, 2) ? SILBO_PACE_PACKET : SILBO_PACE_TIME;
	loss->step_ns = 20 * MS;
	switch (test_below(random, 3)) {
	case 0:
		loss->kind = SILBO_LOSS_RANDOM;
		loss->random = ratio(random, 0.4);
		break;
	case 1:
		assert_int_equal(silbo_loss_config_run(loss, ratio(random, 0.3),
				     2 + ratio(random, 10), 20 * MS),
		    0);
		break;
	default:
		loss->kind = SILBO_LOSS_NONE;
	}
}

static void
draw_link(uint64_t *random, struct silbo_link_config *config)
{
	static const enum silbo_shape shapes[] = {SILBO_SHAPE_NONE,
	    SILBO_SHAPE_UNIFORM, SILBO_SHAPE_NORMAL, SILBO_SHAPE_PARETO};
	struct silbo_delay_config *delay = &config->delay;

	silbo_link_config_init(config);
	draw_loss(random, &config->loss);
	delay->base_ns = test_below(random, 300) * MS;
	delay->shape = shapes[test_below(random, COUNT(shapes))];
	delay->spread_ns = test_below(random, 100) * MS;
	delay->correlation = ratio(random, 0.99);
	delay->keep_order = test_below(random, 2);
	if (test_below(random, 4) == 0) {
		delay->stalls_per_s = 0.2;
		delay->stall_ns = test_below(random, 12000) * MS;
	}
	if (test_below(random, 3) == 0) {
		config->queue.rate_bps = 30000 + test_below(random, 100000);
		config->queue.limit_bytes =
		    (uint32_t)(1000 + test_below(random, 30000));
		config->queue.discipline = test_below(random, 2)
		    ? SILBO_DISCIPLINE_CODEL
		    : SILBO_DISCIPLINE_DROP_TAIL;
	}
	if (test_below(random, 4) == 0) {
		config->outage_every_ns = 2 * S;
		config->outage_ns = test_below(random, 1000) * MS + 2 * MS;
	}
	config->reorder = test_below(random, 2) ? ratio(random, 0.2) : 0;
	config->reorder_ns = test_below(random, 400) * MS;
	config->duplicate = test_below(random, 2) ? ratio(random, 0.2) : 0;
	config->duplicate_ns = test_below(random, 300) * MS;
	config->corrupt = test_below(random, 4) ? 0 : ratio(random, 0.2);
	config->corrupt_bits = 1 + (uint32_t)test_below(random, 64);
}

static void
draw_trial(uint64_t *random, struct silbo_trial_config *c)
{
	static const uint16_t durations[] = {120, 480, 960, 2880};

	silbo_trial_config_init(c);
	c->payloads = 1 + test_below(random, 1000);
	c->duration = durations[test_below(random, COUNT(durations))];
	c->preskip = (uint16_t)test_below(random, 400);
	c->first = test_below(random, 2) ? 0 : test_below(random, 1u << 20);
	c->stream.wait_ns = (10 + test_below(random, 3000)) * MS;
	c->stream.playout.delay_ns = test_below(random, 500) * MS;
	c->stream.playout.frames = 512;
	c->stream.window = 4096;
	c->receiver_clock.ppb = (int32_t)test_below(random, 200001) - 100000;
	c->receiver_clock.offset_ns =
	    (int64_t)test_below(random, 48 * 3600 * S) - 24 * 3600 * (int64_t)S;
	c->in_flight = 16384;
	c->seed = test_random(random);
	c->watch = true;
}

struct tally {
	uint64_t trials, countable, late_final, reordered, lost, duplicate,
	    late;
};

static void
check_against_truth(uint64_t seed, struct tally *tally)
{
	struct silbo_key key = make_key();
	struct silbo_link_phase phases[3];
	struct silbo_stream_report r;
	struct silbo_trial_config c;
	struct silbo_trial_step step;
	struct silbo_trial *trial;
	enum silbo_trial_kind kind;
	struct truth truth;
	uint64_t random = seed;
	unsigned wrong;

	draw_trial(&random, &c);
	c.key = test_below(&random, 2) ? &key : NULL;
	c.phases = phases;
	c.phases_count = 1 + (uint32_t)test_below(&random, 3);
	for (uint32_t i = 0; i < c.phases_count; i++) {
		phases[i].at = i * (1 + test_below(&random, 4)) * S;
		if (i > 0 && phases[i].at <= phases[i - 1].at)
			phases[i].at = phases[i - 1].at + 1;
		draw_link(&random, &phases[i].config);
	}
	trial = make(&c);
	truth_open(&truth, &c);
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		if (kind == SILBO_TRIAL_PAYLOAD)
			answer(trial, &step);
		truth_on_step(&truth, kind, &step);
		if (kind == SILBO_TRIAL_FULL)
			fail_msg("seed %" PRIu64 ": the world is full", seed);
	}
	wrong = truth_check_always(&truth, trial);
	tally->trials++;
	silbo_trial_report(trial, 0, NULL, NULL, NULL, &r);
	if (truth_is_countable(&truth, trial)) {
		tally->countable++;
		wrong += truth_check_counts(&truth, trial);
		tally->late_final += r.track.late_final;
		tally->reordered += r.track.reordered;
		tally->lost += r.track.lost;
		tally->duplicate += r.track.duplicate;
		tally->late += r.playout.late;
	}
	if (wrong > 0)
		fail_msg("seed %" PRIu64, seed);
	free(truth.marks);
	free(trial);
}

static void
the_receiver_counts_what_the_link_did(void **state)
{
	struct tally tally = {0};
	uint64_t first = test_seed(1), count = getenv("SILBO_SEED") ? 1 : 600;

	(void)state;
	for (uint64_t i = 0; i < count; i++)
		check_against_truth(first + i, &tally);
	print_message("%" PRIu64 " of %" PRIu64 " trials countable: %" PRIu64
		      " lost, %" PRIu64 " reordered, %" PRIu64
		      " duplicate, %" PRIu64 " late, %" PRIu64 " late final\n",
	    tally.countable, tally.trials, tally.lost, tally.reordered,
	    tally.duplicate, tally.late, tally.late_final);
	if (count == 1)
		return;
	assert_true(tally.countable > tally.trials / 2);
	assert_true(tally.lost > 10000 && tally.reordered > 10000);
	assert_true(tally.duplicate > 1000 && tally.late > 1000);
	assert_true(tally.late_final > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		over_a_perfect_link_all_is_played_in_order_and_whole),
	    cmocka_unit_test(
		a_receivers_clock_may_be_wrong_by_hours_and_parts_of_a_million),
	    cmocka_unit_test(drift_eats_the_delay_and_not_the_counts),
	    cmocka_unit_test(
		every_put_has_one_fate_and_every_arrival_a_verdict),
	    cmocka_unit_test(
		a_header_waits_with_its_datagram_however_many_are_refused),
	    cmocka_unit_test(
		headers_are_told_as_they_were_sent_and_damage_is_refused),
	    cmocka_unit_test(what_comes_back_after_a_long_outage_is_played),
	    cmocka_unit_test(
		what_comes_back_thirty_times_is_counted_to_the_last),
	    cmocka_unit_test(the_same_seed_gives_the_same_steps),
	    cmocka_unit_test(
		an_event_costs_a_few_comparisons_more_among_many_streams),
	    cmocka_unit_test(a_payload_that_is_too_large_leaves_its_time_empty),
	    cmocka_unit_test(
		a_world_that_is_too_small_is_told_once_and_ends_the_trial),
	    cmocka_unit_test(the_receiver_counts_what_the_link_did),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
