/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <math.h>

#include <sndfile.h>

#include "mixdown.h"

#define MS SILBO_NS_PER_MS
#define START (7 * SILBO_NS_PER_S)
#define COUNT 200000

static struct mixdown mix;
static float made[8192];
static short got[COUNT * 2];

static int
enter(void **state)
{
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		made[i] = 0.25f;
	return place_enter(state);
}

/* Close and read it back.  Returns samples per channel. */
static size_t
result(void)
{
	SF_INFO about = {0};
	SNDFILE *file;

	assert_int_equal(mixdown_close(&mix, 0), 0);
	file = sf_open(path, SFM_READ, &about);
	assert_non_null(file);
	assert_true(about.frames <= COUNT);
	assert_int_equal(about.channels, mix.channels);
	assert_int_equal(sf_readf_short(file, got, COUNT), about.frames);
	sf_close(file);
	return (size_t)about.frames;
}

static void
all_are(size_t from, size_t to, short value)
{
	for (size_t i = from; i < to; i++)
		if (got[i] != value)
			fail_msg("sample %zu is %d, not %d", i, got[i], value);
}

static void
put(struct mixdown_voice *voice, uint32_t samples, silbo_time now)
{
	mixdown_put(&mix, voice, made, samples, true, now);
}

/* What is handed out on time by one stream is as long as the stream. */
static void
one_stream_is_exact_whatever_its_frames_and_the_callers_punctuality(
    void **state)
{
	static const uint32_t frames[] = {120, 960, 2880};
	uint64_t seed = test_seed(1), random = seed;

	(void)state;
	for (size_t f = 0; f < 3; f++) {
		struct mixdown_voice voice = {0};
		uint32_t sent = 0;
		silbo_time now = START;

		mixdown_init(&mix, path, 1);
		while (sent < 96000) {
			silbo_time due = START + silbo_samples_to_ns(sent);

			if (now < due)
				now = due + test_below(&random, 3 * MS);
			put(&voice, frames[f], now);
			sent += frames[f];
			mixdown_flush(&mix, now);
			if (test_below(&random, 100) == 0)
				now += 300 * MS;
		}
		mixdown_leave(&mix, &voice, 0);
		if (result() != sent)
			fail_msg("seed %llu, frames of %u",
			    (unsigned long long)seed, frames[f]);
		all_are(0, sent, 8192);
	}
}

/* 20 ms frames from 0, 60 ms frames from 1010 ms, both to the end. */
static void
streams_are_added_where_they_are_at_the_time(void **state)
{
	struct mixdown_voice a = {0}, b = {0};
	uint32_t a_sent = 0, b_sent = 0;

	(void)state;
	mixdown_init(&mix, path, 1);
	for (silbo_time now = START; now < START + 2000 * MS; now += MS) {
		if (now >= START + silbo_samples_to_ns(a_sent)) {
			put(&a, 960, now);
			a_sent += 960;
		}
		if (now >= START + 1010 * MS + silbo_samples_to_ns(b_sent)) {
			put(&b, 2880, now);
			b_sent += 2880;
		}
		mixdown_flush(&mix, now);
	}
	mixdown_leave(&mix, &a, 0);
	mixdown_leave(&mix, &b, 0);
	assert_int_equal(result(), 48480 + b_sent);
	all_are(0, 48480, 8192);
	all_are(48480, 96000, 16384);
	all_are(96000, 48480 + b_sent, 8192);
}

static void
a_sum_that_is_too_loud_is_clipped(void **state)
{
	struct mixdown_voice voices[8] = {{0}};

	(void)state;
	mixdown_init(&mix, path, 2);
	for (size_t i = 0; i < 8; i++)
		put(&voices[i], 960, START);
	for (size_t i = 0; i < 8; i++)
		mixdown_leave(&mix, &voices[i], 0);
	assert_int_equal(result(), 960);
	all_are(0, 960 * 2, 32767);
}

/* Between streams, before the first and after the last there is nothing. */
static void
while_none_plays_the_mix_stands_still(void **state)
{
	struct mixdown_voice a = {0}, b = {0};

	(void)state;
	mixdown_init(&mix, path, 1);
	mixdown_flush(&mix, START - 500 * MS);
	put(&a, 960, START);
	mixdown_leave(&mix, &a, 0);
	mixdown_flush(&mix, START + 3600 * SILBO_NS_PER_S);
	put(&b, 480, START + 7200 * SILBO_NS_PER_S);
	/* and the first is heard again */
	put(&a, 960, START + 7200 * SILBO_NS_PER_S + 20 * MS);
	mixdown_leave(&mix, &a, 0);
	mixdown_leave(&mix, &b, 0);
	assert_int_equal(result(), 960 + 960 + 960);
	all_are(0, 960 + 480, 8192);
	all_are(1440, 1920, 0);
	all_are(1920, 2880, 8192);
}

/* A stream whose clock was set anew hands out nothing for a while. */
static void
a_stream_that_lags_holds_up_the_others_no_longer_than_the_ring(void **state)
{
	struct mixdown_voice a = {0}, b = {0};
	uint32_t sent = 0;

	(void)state;
	mixdown_init(&mix, path, 1);
	put(&b, 960, START);
	for (silbo_time now = START; now < START + 2000 * MS; now += 20 * MS) {
		put(&a, 960, now);
		sent += 960;
		mixdown_flush(&mix, now);
		assert_true(mix.end - mix.flushed <= MIXDOWN_RING / 2 + 960);
	}
	put(&b, 960, START + 2000 * MS);
	mixdown_leave(&mix, &b, 0);
	mixdown_leave(&mix, &a, 0);
	assert_int_equal(result(), sent);
	all_are(0, 960, 16384);
	all_are(960, 80000, 8192);
}

/* The receiver was stopped: what is due since then comes at once, side by side,
 * as recv_play_due hands it out. */
static void
after_a_stall_no_sample_is_lost_and_none_is_moved(void **state)
{
	struct mixdown_voice a = {0}, b = {0};
	size_t sum = 0;
	size_t samples;

	(void)state;
	mixdown_init(&mix, path, 1);
	put(&a, 960, START);
	put(&b, 960, START);
	mixdown_flush(&mix, START);
	for (unsigned i = 1; i < 51; i += 2) {
		silbo_time now = START + (i + 1) * 20 * MS;

		put(&a, 960, now);
		put(&a, 960, now);
		put(&b, 960, now);
		put(&b, 960, now);
		mixdown_flush(&mix, now);
	}
	mixdown_leave(&mix, &a, 0);
	mixdown_leave(&mix, &b, 0);
	samples = result();
	assert_int_equal(samples, 51 * 960);
	for (size_t i = 0; i < samples; i++)
		sum += (size_t)got[i] / 8192;
	assert_int_equal(sum, 2 * 51 * 960);
}

static void
a_made_up_tail_is_cut_off_unless_the_end_is_known(void **state)
{
	static const struct {
		uint64_t beyond, samples;
	} rows[] = {
	    /* 1 */ {0, 1920},
	    /* 2 */ {300, 1620},
	    /* 3 */ {1900, 960},
	    /* 4 */ {UINT64_MAX, 960},
	};

	(void)state;
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		struct mixdown_voice a = {0};

		mixdown_init(&mix, path, 1);
		put(&a, 960, START);
		mixdown_put(&mix, &a, made, 960, false, START + 20 * MS);
		mixdown_leave(&mix, &a, rows[r].beyond);
		assert_int_equal(result(), rows[r].samples);
	}
}

/* Its head was lost: 30 s of it are handed out at once, before its first
 * payload.  A stream that has nothing but such takes no place at all. */
static void
a_head_that_is_made_up_moves_nobody(void **state)
{
	struct mixdown_voice a = {0}, b = {0}, c = {0};
	uint32_t sent = 0, headed = 0;

	(void)state;
	mixdown_init(&mix, path, 1);
	for (silbo_time now = START; now < START + 2000 * MS; now += 20 * MS) {
		put(&a, 960, now);
		sent += 960;
		for (; now == START + 1000 * MS && headed < 1500; headed++) {
			assert_int_equal(
			    mixdown_put(&mix, &b, made, 960, false, now), 0);
			mixdown_put(&mix, &c, made, 960, false, now);
		}
		if (headed > 0)
			put(&b, 960, now);
		mixdown_flush(&mix, now);
	}
	assert_false(c.playing);
	mixdown_leave(&mix, &a, 0);
	mixdown_leave(&mix, &b, 0);
	mixdown_leave(&mix, &c, UINT64_MAX);
	assert_int_equal(result(), sent);
	all_are(0, 48000, 8192);
	all_are(48000, 96000, 16384);
}

static void
what_fails_is_told_once_and_stops_nothing(void **state)
{
	struct mixdown_voice a = {0};

	(void)state;
	mixdown_init(&mix, "/no/such/place/mix.wav", 1);
	for (int i = 0; i < 100; i++) {
		put(&a, 960, START + (unsigned)i * 20 * MS);
		mixdown_flush(&mix, START + (unsigned)i * 20 * MS);
	}
	mixdown_leave(&mix, &a, 0);
	assert_int_equal(mixdown_close(&mix, 0), 2 /* ENOENT */);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		one_stream_is_exact_whatever_its_frames_and_the_callers_punctuality),
	    cmocka_unit_test(streams_are_added_where_they_are_at_the_time),
	    cmocka_unit_test(a_sum_that_is_too_loud_is_clipped),
	    cmocka_unit_test(while_none_plays_the_mix_stands_still),
	    cmocka_unit_test(
		a_stream_that_lags_holds_up_the_others_no_longer_than_the_ring),
	    cmocka_unit_test(after_a_stall_no_sample_is_lost_and_none_is_moved),
	    cmocka_unit_test(a_made_up_tail_is_cut_off_unless_the_end_is_known),
	    cmocka_unit_test(a_head_that_is_made_up_moves_nobody),
	    cmocka_unit_test(what_fails_is_told_once_and_stops_nothing),
	};

	return cmocka_run_group_tests(tests, enter, place_leave);
}
