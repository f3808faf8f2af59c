/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <silbo/stream.h>

#define MS SILBO_NS_PER_MS
#define START (10 * SILBO_NS_PER_S)
#define FRAME (20 * MS)
#define MEDIA_ZERO 1795000000000000000u

struct fixture {
	struct silbo_stream *stream;
	void *mem;
	silbo_time now;
	uint64_t handed_out, played, frames;
	bool done;
};

static int
setup(void **state)
{
	static struct fixture f;
	struct silbo_stream_config config;

	silbo_stream_config_init(&config, START);
	memset(&f, 0, sizeof(f));
	f.mem = malloc(silbo_stream_size(&config));
	if (f.mem == NULL)
		return -1;
	memset(f.mem, 0x5a, silbo_stream_size(&config));
	f.stream = silbo_stream_init(f.mem, &config);
	f.now = START;
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	free(f->mem);
	return 0;
}

/* Wake at every deadline before `until`, as a driver does. */
static void
run(struct fixture *f, silbo_time until)
{
	struct silbo_frame frame;
	enum silbo_frame_kind kind;
	silbo_time when;
	int rounds = 0;

	while (f->now < until &&
	    (when = silbo_stream_deadline(f->stream)) < until) {
		assert_true(rounds++ < 100000);
		if (when > f->now)
			f->now = when;
		silbo_stream_on_time(f->stream, f->now);
		while ((kind = silbo_stream_get(f->stream, &frame, f->now)) !=
		    SILBO_FRAME_WAIT) {
			if (kind == SILBO_FRAME_DONE)
				break;
			f->frames++;
			f->played += kind == SILBO_FRAME_NORMAL;
			f->handed_out += frame.duration;
			silbo_stream_on_output(f->stream, frame.duration);
		}
		f->done = kind == SILBO_FRAME_DONE;
	}
	f->now = until;
}

static struct silbo_data
data_of(uint64_t n)
{
	return (struct silbo_data){.media_time = MEDIA_ZERO + n * FRAME,
	    .duration = 960,
	    .format = SILBO_FORMAT_OPUS,
	    .payload = (const uint8_t *)"opus",
	    .payload_bytes = 4};
}

/* As a gate does: first the number, then what it carried. */
static enum silbo_verdict
give(struct fixture *f, uint64_t number, const struct silbo_data *data)
{
	enum silbo_verdict verdict =
	    silbo_stream_on_number(f->stream, number, f->now);

	if (silbo_verdict_is_accepted(verdict))
		silbo_stream_put(
		    f->stream, number, data, verdict, f->now, f->now);
	return verdict;
}

static enum silbo_verdict
give_at(struct fixture *f, uint64_t number, silbo_time at)
{
	struct silbo_data data = data_of(number);

	run(f, at);
	return give(f, number, &data);
}

static struct silbo_info
info_of(uint64_t next, silbo_time age)
{
	return (struct silbo_info){.media_time = MEDIA_ZERO + age,
	    .origin = MEDIA_ZERO,
	    .next = next,
	    .age_ns = age,
	    .duration = 960,
	    .format = SILBO_FORMAT_OPUS,
	    .channels = 1};
}

static struct silbo_stream_report
report_of(const struct fixture *f)
{
	struct silbo_stream_report report;

	silbo_stream_report(f->stream, &report);
	return report;
}

/* Numbers from .. to-1 on time, but for the multiples of `lost`. */
static void
give_all(struct fixture *f, uint64_t from, uint64_t to, uint64_t lost)
{
	for (uint64_t n = from; n < to; n++)
		if (lost == 0 || n % lost != 0)
			assert_int_equal(
			    give_at(f, n, START + n * FRAME), SILBO_ACCEPTED);
}

static void
end_at(struct fixture *f, uint64_t next, uint64_t samples, silbo_time at)
{
	struct silbo_info info = info_of(next, at - START);

	info.flags = SILBO_INFO_END;
	info.samples = samples;
	run(f, at);
	silbo_stream_on_info(f->stream, 1, &info, f->now);
}

static void
a_whole_stream_from_head_to_tail_is_exact(void **state)
{
	struct fixture *f = *state;
	struct silbo_info info = info_of(0, 0);
	struct silbo_stream_report r;

	info.preskip = 312;
	silbo_stream_on_info(f->stream, 0, &info, f->now);
	give_all(f, 0, 99, 10); /* 0, 10 .. 90 are lost, and 99, the tail */
	info = info_of(100, 100 * FRAME);
	info.flags = SILBO_INFO_END;
	info.samples = 95000;
	info.preskip = 312;
	run(f, START + 100 * FRAME);
	silbo_stream_on_info(f->stream, 1, &info, f->now);
	assert_false(silbo_stream_is_done(f->stream));
	run(f, START + 10 * SILBO_NS_PER_S);
	r = report_of(f);
	assert_true(f->done);
	assert_true(silbo_stream_is_done(f->stream));
	assert_int_equal(silbo_stream_deadline(f->stream), SILBO_TIME_NEVER);
	assert_int_equal(f->handed_out, 95000 + 312);
	assert_int_equal(r.playout.output_samples, 95000 + 312);
	assert_int_equal(r.track.base, SILBO_TRACK_BASE_FIRST);
	assert_int_equal(r.track.expected, 100);
	assert_int_equal(r.track.lost, 11);
	assert_int_equal(r.playout.played, 89);
	assert_int_equal(r.playout.concealed, 11);
	assert_int_equal(r.payloads, 89);
	assert_int_equal(r.payload_bytes, 89 * 4);
	assert_int_equal(r.payload_samples, 89 * 960);
	assert_int_equal(r.info_gaps, 0);
	assert_true(r.ended && r.described);
	assert_int_equal(r.first_media_time, MEDIA_ZERO);
	assert_int_equal(r.first_at, START);
	assert_int_equal(r.last_at, START + 100 * FRAME);
}

static void
an_end_waits_until_nothing_is_pending(void **state)
{
	struct fixture *f = *state;
	struct silbo_info info = info_of(0, 0);

	silbo_stream_on_info(f->stream, 0, &info, f->now);
	give_all(f, 0, 10, 0);
	end_at(f, 11, 11 * 960, START + 11 * FRAME); /* 10 is lost */
	run(f, START + 11 * FRAME + 500 * MS);
	assert_true(f->done);
	assert_int_equal(report_of(f).track.pending, 1);
	assert_false(silbo_stream_is_done(f->stream));
	run(f, START + 11 * FRAME + 1100 * MS); /* T is 1 s */
	assert_int_equal(report_of(f).track.lost, 1);
	assert_true(silbo_stream_is_done(f->stream));
}

static void
an_end_with_a_count_waits_until_all_is_handed_out(void **state)
{
	struct fixture *f = *state;
	struct silbo_info info = info_of(0, 0);

	silbo_stream_on_info(f->stream, 0, &info, f->now);
	give_all(f, 0, 10, 0);
	end_at(f, 10, 20 * 960, START + 10 * FRAME);
	run(f, START + 12 * FRAME + 60 * MS);
	assert_int_equal(f->played, 10);
	assert_int_equal(report_of(f).playout.held, 0);
	assert_false(silbo_stream_is_done(f->stream));
	run(f, START + 20 * FRAME + 60 * MS);
	assert_true(silbo_stream_is_done(f->stream));
	assert_int_equal(f->handed_out, 20 * 960);
}

/* We listen since START; the first INFO comes 100 ms later. */
static const struct {
	silbo_time age;
	enum silbo_track_base base;
	uint64_t lost, position; /* of number 5, the first that comes */
} bases[] = {
    {0, SILBO_TRACK_BASE_FIRST, 5, 0},
    {100 * MS, SILBO_TRACK_BASE_FIRST, 5, 0},
    {100 * MS + 1, SILBO_TRACK_BASE_JOINED, 0, 5 * 960},
    {UINT64_MAX, SILBO_TRACK_BASE_JOINED, 0, 5 * 960},
};

static void
the_first_info_decides_whether_we_heard_the_beginning(void **state)
{
	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		struct silbo_info info = info_of(5, bases[i].age);
		struct silbo_frame frame;
		struct fixture *f;

		assert_int_equal(setup(state), 0);
		f = *state;
		run(f, START + 100 * MS);
		silbo_stream_on_info(f->stream, 7, &info, f->now);
		info.age_ns = bases[i].age == 0 ? UINT64_MAX : 0;
		silbo_stream_on_info(f->stream, 9, &info, f->now);
		assert_int_equal(
		    give_at(f, 5, START + 100 * MS), SILBO_ACCEPTED);
		assert_int_equal(silbo_stream_get(f->stream, &frame,
				     START + 160 * MS) == SILBO_FRAME_CONCEAL,
		    bases[i].base == SILBO_TRACK_BASE_FIRST);
		assert_int_equal(frame.position, bases[i].position);
		run(f, START + 5 * SILBO_NS_PER_S);
		assert_int_equal(report_of(f).track.base, bases[i].base);
		assert_int_equal(report_of(f).track.lost, bases[i].lost);
		/* 0 .. 6 and 8, or 8 alone */
		assert_int_equal(report_of(f).info_gaps,
		    bases[i].base == SILBO_TRACK_BASE_FIRST ? 8 : 1);
		if (i + 1 < sizeof(bases) / sizeof(*bases))
			teardown(state);
	}
}

static void
the_report_keeps_the_info_of_the_highest_number(void **state)
{
	struct fixture *f = *state;
	struct silbo_info info = info_of(0, 0);

	for (uint32_t n = 3; n-- > 0;) {
		info.bitrate = 1000 + n;
		silbo_stream_on_info(f->stream, n, &info, f->now);
	}
	assert_int_equal(report_of(f).info.bitrate, 1002);
	assert_int_equal(report_of(f).info_gaps, 0);
	info.bitrate = 1003;
	silbo_stream_on_info(f->stream, 3, &info, f->now);
	assert_int_equal(report_of(f).info.bitrate, 1003);
}

static void
durations_are_summed_as_each_payload_has_its_own(void **state)
{
	static const uint16_t durations[] = {960, 960, 480, 2880};
	struct fixture *f = *state;

	for (uint64_t n = 0; n < 4; n++) {
		struct silbo_data data = data_of(n);

		data.duration = durations[n];
		assert_int_equal(give(f, n, &data), SILBO_ACCEPTED);
		assert_int_equal(give(f, n, &data), SILBO_DROP_DUPLICATE);
	}
	assert_int_equal(report_of(f).payload_samples, 5280);
	assert_int_equal(report_of(f).duration, 2880);
}

static void
jitter_is_fed_with_first_copies_that_have_a_place_in_time(void **state)
{
	struct fixture *f = *state;
	struct silbo_data data = data_of(1);

	(void)give_at(f, 0, START);
	assert_int_equal(report_of(f).jitter.count, 0);
	(void)give_at(f, 1, START + FRAME);
	assert_int_equal(report_of(f).jitter.count, 1);
	assert_int_equal(give(f, 1, &data), SILBO_DROP_DUPLICATE);
	data.duration = 0;
	assert_int_equal(give(f, 2, &data), SILBO_ACCEPTED);
	assert_int_equal(report_of(f).jitter.count, 1);
	(void)give_at(f, 4, START + 4 * FRAME);
	assert_int_equal(report_of(f).jitter.count, 2);
	run(f, START + 2 * SILBO_NS_PER_S); /* 3 is booked lost */
	data = data_of(3);
	assert_int_equal(give(f, 3, &data), SILBO_LATE_FINAL);
	assert_int_equal(report_of(f).jitter.count, 2);
	assert_int_equal(report_of(f).playout.late, 1);
	assert_int_equal(report_of(f).payloads, 5);
}

static struct silbo_transit_report
delay_of(const struct fixture *f)
{
	struct silbo_transit_report report;

	silbo_stream_report_delay(f->stream, &report);
	return report;
}

/* The same; a pause is no end of it. */
static void
delay_is_fed_with_first_copies_that_have_a_place_in_time(void **state)
{
	struct fixture *f = *state;
	struct silbo_data data = data_of(1);

	assert_int_equal(delay_of(f).pdv.count, 0);
	(void)give_at(f, 0, START);
	run(f, START + FRAME + 3 * MS);
	data.flags = SILBO_DATA_PAUSE;
	assert_int_equal(give(f, 1, &data), SILBO_ACCEPTED);
	assert_int_equal(give(f, 1, &data), SILBO_DROP_DUPLICATE);
	data.duration = 0;
	assert_int_equal(give(f, 2, &data), SILBO_ACCEPTED);
	assert_int_equal(delay_of(f).pdv.count, 2);
	(void)give_at(f, 4, START + 4 * FRAME + 45 * MS);
	run(f, START + 2 * SILBO_NS_PER_S); /* 3 is booked lost */
	data = data_of(3);
	assert_int_equal(give(f, 3, &data), SILBO_LATE_FINAL);
	assert_int_equal(delay_of(f).pdv.count, 3);
	assert_int_equal(delay_of(f).pdv.max_ns, 45 * MS);
	assert_int_equal(delay_of(f).ipdv.count, 1);
	assert_int_equal(delay_of(f).ipdv.max_ns, 3 * MS);
	assert_int_equal(delay_of(f).beyond[0], 1);
	assert_int_equal(delay_of(f).beyond[2], 0);
	assert_true(delay_of(f).fastest_ns == (int64_t)(START - MEDIA_ZERO));
}

/* Ten seconds later the media time is, and the arrival: nothing is late. */
static void
delay_goes_on_across_a_gap(void **state)
{
	struct fixture *f = *state;
	struct silbo_data data = data_of(1);

	(void)give_at(f, 0, START);
	data.media_time += 500 * FRAME;
	data.flags = SILBO_DATA_DISCONTINUITY;
	run(f, START + 501 * FRAME + MS);
	assert_int_equal(give(f, 1, &data), SILBO_ACCEPTED);
	assert_int_equal(delay_of(f).pdv.max_ns, MS);
	assert_int_equal(delay_of(f).ipdv.max_ns, MS);
}

/* Does a difference over this flag count? */
static const struct {
	uint8_t before, after;
	uint64_t count;
} gaps[] = {
    {0, 0, 1},
    {SILBO_DATA_PAUSE, 0, 0},
    {0, SILBO_DATA_SPURT, 0},
    {0, SILBO_DATA_DISCONTINUITY, 0},
    {SILBO_DATA_SPURT, 0, 1},
    {SILBO_DATA_DISCONTINUITY, 0, 1},
    {0, SILBO_DATA_PAUSE, 1},
    {SILBO_DATA_PADDED, SILBO_DATA_PADDED, 1},
};

static void
jitter_does_not_measure_over_a_pause_or_a_jump(void **state)
{
	for (size_t i = 0; i < sizeof(gaps) / sizeof(*gaps); i++) {
		struct silbo_data data = data_of(0);
		struct fixture *f;

		assert_int_equal(setup(state), 0);
		f = *state;
		data.flags = gaps[i].before;
		(void)give(f, 0, &data);
		data = data_of(1);
		data.flags = gaps[i].after;
		(void)give(f, 1, &data);
		assert_int_equal(report_of(f).jitter.count, gaps[i].count);
		if (i + 1 < sizeof(gaps) / sizeof(*gaps))
			teardown(state);
	}
}

static void
repair_blocks_are_counted_and_skipped(void **state)
{
	/* A copy of n-1, and a kind that is not known. */
	static const uint8_t blocks[] = {1, 0, 3, 1, 'a', 'b', 9, 0, 0};
	struct fixture *f = *state;
	struct silbo_data data = data_of(0);

	data.blocks = blocks;
	data.blocks_bytes = sizeof(blocks);
	data.blocks_count = 2;
	(void)give(f, 0, &data);
	assert_int_equal(report_of(f).blocks, 2);
	assert_int_equal(report_of(f).payload_bytes, 4);
	run(f, START + 70 * MS);
	assert_int_equal(f->played, 1);
}

static void
opaque_payloads_go_out_at_once_and_end_without_play_out(void **state)
{
	struct fixture *f = *state;
	struct silbo_info info = info_of(0, 0);
	struct silbo_data data = data_of(0);

	info.format = data.format = SILBO_FORMAT_OPAQUE;
	info.duration = data.duration = 0;
	info.channels = 0;
	silbo_stream_on_info(f->stream, 0, &info, f->now);
	(void)give(f, 0, &data);
	end_at(f, 1, 0, START);
	assert_false(silbo_stream_is_done(f->stream)); /* one is to go out */
	run(f, START + 1);
	assert_int_equal(f->played, 1);
	assert_int_equal(f->handed_out, 0);
	assert_true(silbo_stream_is_done(f->stream));
	assert_int_equal(report_of(f).format, SILBO_FORMAT_OPAQUE);
}

static void
an_end_without_a_count_is_done_when_it_has_run_dry(void **state)
{
	struct fixture *f = *state;
	struct silbo_info info = info_of(0, 0);

	silbo_stream_on_info(f->stream, 0, &info, f->now);
	give_all(f, 0, 10, 0);
	end_at(f, 10, 0, START + 10 * FRAME);
	assert_false(silbo_stream_is_done(f->stream));
	run(f, START + 9 * FRAME + 60 * MS + 1);
	assert_true(silbo_stream_is_done(f->stream));
	assert_int_equal(f->played, 10);
}

static void
behind_an_end_without_a_count_nothing_is_made_up(void **state)
{
	struct fixture *f = *state;
	struct silbo_info info = info_of(0, 0);
	struct silbo_frame frame;

	silbo_stream_on_info(f->stream, 0, &info, f->now);
	give_all(f, 0, 10, 0);
	end_at(f, 10, 0, START + 10 * FRAME);
	run(f, START + 60 * SILBO_NS_PER_S);
	assert_int_equal(f->handed_out, 10 * 960);
	assert_int_equal(
	    silbo_stream_get(f->stream, &frame, f->now), SILBO_FRAME_DONE);
	assert_int_equal(silbo_stream_deadline(f->stream), SILBO_TIME_NEVER);
}

static void
wild_ends_overflow_nothing(void **state)
{
	struct fixture *f = *state;
	struct silbo_info info = info_of(0, 0);

	silbo_stream_on_info(f->stream, 0, &info, f->now);
	give_all(f, 0, 10, 0);
	end_at(f, 10, UINT64_MAX, START + 10 * FRAME);
	run(f, START + 60 * SILBO_NS_PER_S);
	assert_true(silbo_stream_is_done(f->stream));
	assert_true(f->handed_out < 11 * 960 + 5 * 48000);
}

/* Whoever was told DONE has closed its recording. */
static void
what_comes_after_the_end_is_counted_and_not_played(void **state)
{
	struct fixture *f = *state;
	struct silbo_frame frame;

	give_all(f, 0, 4, 0);
	end_at(f, 4, 0, START + 4 * FRAME);
	run(f, START + SILBO_NS_PER_S);
	assert_true(silbo_stream_is_done(f->stream));
	for (uint64_t n = 4; n < 9; n++) {
		if (n == 6) /* leaves it pending */
			continue;
		(void)give_at(f, n, START + SILBO_NS_PER_S + n * FRAME);
		assert_true(silbo_stream_is_done(f->stream));
		assert_int_equal(silbo_stream_get(f->stream, &frame, f->now),
		    SILBO_FRAME_DONE);
	}
	/* An END that counts now opens nothing either. */
	end_at(f, 9, 9 * 960, START + 2 * SILBO_NS_PER_S);
	assert_int_equal(
	    silbo_stream_get(f->stream, &frame, f->now), SILBO_FRAME_DONE);
	run(f, START + 60 * SILBO_NS_PER_S);
	assert_int_equal(f->played, 4);
	assert_int_equal(report_of(f).payloads, 8);
	assert_int_equal(report_of(f).playout.late, 4);
	assert_int_equal(report_of(f).track.unique, 8);
	assert_int_equal(report_of(f).track.lost, 1);
	assert_int_equal(silbo_stream_deadline(f->stream), SILBO_TIME_NEVER);
}

static void
after_an_end_that_came_first_nothing_is_played(void **state)
{
	struct fixture *f = *state;
	struct silbo_frame frame;

	end_at(f, 0, 0, START);
	assert_int_equal(
	    silbo_stream_get(f->stream, &frame, f->now), SILBO_FRAME_DONE);
	give_all(f, 0, 20, 0);
	run(f, START + 10 * SILBO_NS_PER_S);
	assert_int_equal(f->frames, 0);
	assert_int_equal(report_of(f).track.unique, 20);
	assert_int_equal(report_of(f).playout.late, 20);
	assert_int_equal(report_of(f).playout.held, 0);
}

/* 20 are held, of which END allows 5. */
static void
what_lies_behind_the_end_is_not_waited_for(void **state)
{
	struct fixture *f = *state;
	struct silbo_info info = info_of(0, 0);

	silbo_stream_on_info(f->stream, 0, &info, f->now);
	for (uint64_t n = 0; n < 20; n++)
		(void)give_at(f, n, START + n);
	assert_true(report_of(f).playout.held > 15);
	end_at(f, 20, 5 * 960, f->now);
	run(f, START + 10 * SILBO_NS_PER_S);
	assert_int_equal(f->handed_out, 5 * 960);
	assert_true(silbo_stream_is_done(f->stream));
	assert_int_equal(silbo_stream_deadline(f->stream), SILBO_TIME_NEVER);
}

static void
a_bad_body_is_received_and_not_played(void **state)
{
	struct fixture *f = *state;

	(void)give_at(f, 0, START);
	run(f, START + FRAME);
	assert_int_equal(
	    silbo_stream_on_number(f->stream, 1, f->now), SILBO_ACCEPTED);
	silbo_stream_on_bad_body(f->stream, f->now);
	(void)give_at(f, 2, START + 2 * FRAME);
	run(f, START + 60 * MS + 2 * FRAME + 1);
	assert_int_equal(report_of(f).bad_bodies, 1);
	assert_int_equal(report_of(f).payloads, 2);
	assert_int_equal(report_of(f).track.unique, 3);
	assert_int_equal(report_of(f).track.lost, 0);
	assert_int_equal(report_of(f).playout.concealed, 1);
}

static uint64_t
overdue(struct fixture *f, silbo_time at)
{
	struct silbo_stream_report r;

	run(f, at);
	r = report_of(f);
	assert_int_equal(
	    r.track.expected, r.track.unique + r.track.lost + r.track.pending);
	return silbo_stream_overdue(&r, at);
}

static void
give_info(struct fixture *f, uint64_t number, uint64_t next, silbo_time at)
{
	struct silbo_info info = info_of(next, at - START);

	run(f, at);
	silbo_stream_on_info(f->stream, number, &info, f->now);
}

static void
silence_is_overdue_while_it_lasts(void **state)
{
	const silbo_time last = START + 49 * FRAME;
	struct fixture *f = *state;

	give_all(f, 0, 25, 0);
	assert_true(overdue(f, f->now) == SILBO_STREAM_UNKNOWN);
	give_info(f, 0, 25, f->now);
	give_all(f, 25, 50, 0);
	/* The next one is due after a FRAME, and a FRAME late then. */
	assert_int_equal(overdue(f, last), 0);
	assert_int_equal(overdue(f, last + 2 * FRAME - 1), 0);
	assert_int_equal(overdue(f, last + 2 * FRAME), 1);
	assert_int_equal(overdue(f, last + SILBO_NS_PER_S), 49);
	assert_int_equal(overdue(f, last + 10 * SILBO_NS_PER_S), 499);
	assert_int_equal(report_of(f).track.pending, 0);
	assert_int_equal(report_of(f).track.expected, 50);
	/* What is announced then is pending, and nothing is overdue. */
	give_info(f, 1, 550, last + 10 * SILBO_NS_PER_S);
	assert_int_equal(report_of(f).track.pending, 500);
	assert_int_equal(overdue(f, f->now), 0);
	assert_int_equal(overdue(f, f->now + 3 * FRAME), 2);
	assert_int_equal(give_at(f, 550, f->now), SILBO_ACCEPTED);
	assert_int_equal(overdue(f, f->now + FRAME), 0);
	end_at(f, 600, 0, f->now);
	assert_int_equal(overdue(f, f->now + 5 * SILBO_NS_PER_S), 0);
}

static void
a_source_that_sends_nothing_is_not_overdue(void **state)
{
	struct fixture *f = *state;
	struct silbo_data data = data_of(3);
	struct silbo_data last = data_of(5);
	silbo_time at = START;

	/* Before it begins. */
	give_info(f, 0, 0, at);
	assert_int_equal(overdue(f, at += SILBO_NS_PER_S), 0);
	assert_int_equal(give(f, 0, &data), SILBO_ACCEPTED);
	assert_int_equal(overdue(f, at + 5 * FRAME), 4);
	/* An INFO at once may come before the next one is due. */
	give_info(f, 1, 1, at + 5 * FRAME);
	at += 5 * FRAME;
	assert_int_equal(overdue(f, at + 5 * FRAME), 0);
	/* An older one says nothing. */
	assert_int_equal(give_at(f, 1, at + 6 * FRAME), SILBO_ACCEPTED);
	at += 6 * FRAME;
	give_info(f, 0, 0, at + 5 * FRAME);
	at += 5 * FRAME;
	assert_int_equal(overdue(f, at + 5 * FRAME), 4);
	/* One that comes right behind a DATA does not tell of a pause. */
	assert_int_equal(give_at(f, 2, at + 6 * FRAME), SILBO_ACCEPTED);
	at += 6 * FRAME;
	give_info(f, 2, 3, at + FRAME);
	assert_int_equal(overdue(f, at + 6 * FRAME), 4);
	/* A pause that is announced. */
	at += 6 * FRAME;
	last.flags = SILBO_DATA_PAUSE;
	assert_int_equal(give_at(f, 3, at), SILBO_ACCEPTED);
	assert_int_equal(give(f, 5, &last), SILBO_ACCEPTED);
	assert_int_equal(overdue(f, at + 9 * FRAME), 0);
	/* It is over. */
	assert_int_equal(give_at(f, 6, at + 9 * FRAME), SILBO_ACCEPTED);
	assert_int_equal(overdue(f, at + 12 * FRAME), 2);
	/* That an older one tells of a pause is no news. */
	last = data_of(4);
	last.flags = SILBO_DATA_PAUSE;
	at += 12 * FRAME;
	assert_int_equal(give(f, 4, &last), SILBO_ACCEPTED);
	assert_int_equal(overdue(f, at + 4 * FRAME), 3);
}

/* Whatever number it begins with; and once it is heard to have begun, it is no
 * pause. */
static void
a_source_that_has_not_begun_is_not_overdue(void **state)
{
	struct fixture *f = *state;
	struct silbo_info info = info_of(100, 0);

	info.first = 100;
	silbo_stream_on_info(f->stream, 0, &info, f->now);
	assert_int_equal(overdue(f, f->now + SILBO_NS_PER_S), 0);
	info.next = 150;
	silbo_stream_on_info(f->stream, 1, &info, f->now);
	assert_int_equal(overdue(f, f->now + SILBO_NS_PER_S), 49);
	/* Nothing new since: a pause. */
	silbo_stream_on_info(f->stream, 2, &info, f->now);
	assert_int_equal(overdue(f, f->now + SILBO_NS_PER_S), 0);
}

static void
without_a_duration_nothing_is_known_to_be_overdue(void **state)
{
	struct fixture *f = *state;
	struct silbo_info info = info_of(1, 0);

	info.duration = 0;
	silbo_stream_on_info(f->stream, 0, &info, f->now);
	assert_true(
	    overdue(f, f->now + SILBO_NS_PER_S) == SILBO_STREAM_UNKNOWN);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TEST_EACH(name) cmocka_unit_test_teardown(name, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_whole_stream_from_head_to_tail_is_exact),
	    TEST(an_end_waits_until_nothing_is_pending),
	    TEST(an_end_with_a_count_waits_until_all_is_handed_out),
	    TEST_EACH(the_first_info_decides_whether_we_heard_the_beginning),
	    TEST(the_report_keeps_the_info_of_the_highest_number),
	    TEST(durations_are_summed_as_each_payload_has_its_own),
	    TEST(jitter_is_fed_with_first_copies_that_have_a_place_in_time),
	    TEST(delay_is_fed_with_first_copies_that_have_a_place_in_time),
	    TEST(delay_goes_on_across_a_gap),
	    TEST_EACH(jitter_does_not_measure_over_a_pause_or_a_jump),
	    TEST(repair_blocks_are_counted_and_skipped),
	    TEST(opaque_payloads_go_out_at_once_and_end_without_play_out),
	    TEST(an_end_without_a_count_is_done_when_it_has_run_dry),
	    TEST(behind_an_end_without_a_count_nothing_is_made_up),
	    TEST(wild_ends_overflow_nothing),
	    TEST(what_comes_after_the_end_is_counted_and_not_played),
	    TEST(after_an_end_that_came_first_nothing_is_played),
	    TEST(what_lies_behind_the_end_is_not_waited_for),
	    TEST(a_bad_body_is_received_and_not_played),
	    TEST(silence_is_overdue_while_it_lasts),
	    TEST(a_source_that_sends_nothing_is_not_overdue),
	    TEST(a_source_that_has_not_begun_is_not_overdue),
	    TEST(without_a_duration_nothing_is_known_to_be_overdue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
