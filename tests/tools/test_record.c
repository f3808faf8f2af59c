/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <sndfile.h>

#include <silbo/wire.h>

#include "record.h"

static const struct silbo_playout_report ended = {.done = true};
static struct recording rec;

static void
begin(void)
{
	recording_init(&rec, NULL);
	snprintf(rec.path, sizeof rec.path, "%s", path);
}

static uint64_t
recorded(void)
{
	SF_INFO about = {0};
	SNDFILE *file;

	assert_int_equal(recording_close(&rec, &ended), 0);
	file = sf_open(path, SFM_READ, &about);
	assert_non_null(file);
	sf_close(file);
	assert_int_equal((uint64_t)about.frames, rec.written);
	return rec.written;
}

static void
names_are_numbered_from_the_second_stream_on(void **state)
{
	static const struct {
		const char *path;
		uint32_t stream;
		const char *name;
	} rows[] = {
	    /* 1 */ {"a.wav", 0, "a.wav"},
	    /* 2 */ {"a.wav", 1, "a.2.wav"},
	    /* 3 */ {"d.e/a", 63, "d.e/a.64"},
	    /* 4 */ {".wav", 1, ".wav.2"},
	    /* 5 */ {"d/.a.b.wav", 2, "d/.a.b.3.wav"},
	    /* 6 */ {"a.", 1, "a..2"},
	};
	char name[32];

	(void)state;
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		assert_true(recording_name(
		    name, sizeof name, rows[r].path, rows[r].stream));
		assert_string_equal(name, rows[r].name);
	}
	assert_false(recording_name(name, 6, "a.wav", 1));
	assert_true(recording_name(name, 8, "a.wav", 1));
}

static void
a_suffix_is_what_stands_behind_the_last_dot_of_the_name_alone(void **state)
{
	static const struct {
		const char *path, *suffix;
	} rows[] = {
	    /* 1 */ {"a.wav", ".wav"},
	    /* 2 */ {"d.e/a", ""},
	    /* 3 */ {".wav", ""},
	    /* 4 */ {"d/.wav", ""},
	    /* 5 */ {"a.tar.gz", ".gz"},
	    /* 6 */ {"a.", ""},
	    /* 7 */ {"", ""},
	    /* 8 */ {"a.b/", ""},
	};

	(void)state;
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
		assert_string_equal(
		    recording_suffix(rows[r].path), rows[r].suffix);
}

/*
 * Whoever holds the key can send anything as Opus.  Every first byte occurs,
 * lengths are those of datagrams, durations those of Opus and others.
 */
static void
random_payloads_are_concealed_and_counted_and_the_length_is_exact(void **state)
{
	static const uint16_t durations[] = {
	    120, 240, 480, 960, 1920, 2880, 5760, 1, 7, 961};
	static const struct silbo_stream_report stream = {.described = false};
	static uint8_t payload[1460];
	uint64_t seed = test_seed(11), random = seed, sent = 0, good = 0;

	(void)state;
	/* Quarter of an hour: only its length matters. */
	recording_init(&rec, NULL);
	snprintf(rec.path, sizeof rec.path, "/dev/null");
	for (int i = 0; i < 200000; i++) {
		struct silbo_frame frame = {.kind = SILBO_FRAME_NORMAL,
		    .format = SILBO_FORMAT_OPUS,
		    .payload = payload,
		    .payload_bytes = test_below(&random, 48),
		    .duration = durations[test_below(&random, 10)]};
		uint64_t before = rec.undecodable;

		/* Length is work for the decoder: long ones are rarer. */
		if (test_below(&random, 64) == 0)
			frame.payload_bytes = test_below(&random, 1460);
		if (test_below(&random, 16) != 0)
			frame.duration = 120;
		for (size_t b = 0; b < frame.payload_bytes; b += 8)
			memcpy(payload + b, &(uint64_t){test_random(&random)},
			    frame.payload_bytes - b < 8
				? frame.payload_bytes - b
				: 8);
		if (recording_put(&rec, &frame, &stream, 0) != frame.duration)
			fail_msg("seed %llu, payload %d: not recorded",
			    (unsigned long long)seed, i);
		sent += frame.duration;
		good += rec.undecodable == before;
	}
	/* or all of this would be about nothing */
	assert_true(good > 1000);
	assert_true(rec.undecodable > 100000);
	assert_int_equal(good + rec.undecodable, 200000);
	assert_int_equal(recording_close(&rec, &ended), 0);
	assert_int_equal(rec.written, sent);
}

/* Not what happens to lie in memory: a tone goes on, fades and is silent. */
static void
what_cannot_be_decoded_is_concealed(void **state)
{
	static const struct silbo_stream_report stream = {.described = false};
	static const struct silbo_encoder_config config = {.channels = 1,
	    .bitrate = 64000,
	    .frame = 960,
	    .complexity = 5,
	    .constant = true};
	static float pcm[10 * 960];
	static short got[30 * 960];
	uint8_t packet[SILBO_MEDIA_PACKET_MAX];
	struct silbo_audio_source *tone;
	struct silbo_encoder *encoder;
	struct silbo_frame frame = {.kind = SILBO_FRAME_NORMAL,
	    .format = SILBO_FORMAT_OPUS,
	    .payload = packet,
	    .duration = 960};
	SF_INFO about = {0};
	SNDFILE *file;
	int loudest = 0;

	(void)state;
	assert_int_equal(
	    silbo_audio_source_open_signal(&tone, "tone", 1, 0), 0);
	assert_int_equal(silbo_audio_source_read(tone, pcm, 9600), 9600);
	silbo_audio_source_close(tone);
	assert_int_equal(silbo_encoder_open(&encoder, &config), 0);
	begin();
	for (int i = 0; i < 30; i++) {
		frame.payload_bytes = 1;
		packet[0] = 0xff; /* code 3 without its count of frames */
		if (i < 10)
			frame.payload_bytes = (size_t)silbo_encoder_encode(
			    encoder, packet, sizeof packet, pcm + i * 960);
		assert_int_equal(recording_put(&rec, &frame, &stream, 0), 960);
	}
	silbo_encoder_close(encoder);
	assert_int_equal(rec.undecodable, 20);
	assert_int_equal(recorded(), 30 * 960);
	file = sf_open(path, SFM_READ, &about);
	assert_int_equal(sf_readf_short(file, got, 30 * 960), 30 * 960);
	sf_close(file);
	for (size_t i = 10 * 960; i < 12 * 960; i++)
		loudest = abs(got[i]) > loudest ? abs(got[i]) : loudest;
	assert_true(loudest > 1000);
	for (size_t i = 20 * 960; i < 30 * 960; i++)
		assert_int_equal(got[i], 0);
}

/* Opaque payloads, or of formats yet to come. */
static void
what_is_no_sound_is_as_silent_as_it_is_long(void **state)
{
	static const struct silbo_stream_report stream = {.described = false};
	struct silbo_frame frame = {.kind = SILBO_FRAME_NORMAL,
	    .format = SILBO_FORMAT_PATTERN,
	    .payload = (const uint8_t *)"text",
	    .payload_bytes = 4,
	    .duration = 960};

	(void)state;
	begin();
	assert_int_equal(recording_put(&rec, &frame, &stream, 0), 960);
	frame.duration = 0;
	assert_int_equal(recording_put(&rec, &frame, &stream, 0), 0);
	frame.duration = 65535;
	assert_int_equal(recording_put(&rec, &frame, &stream, 0), 0);
	assert_int_equal(recorded(), 960);
	assert_int_equal(rec.undecodable, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_numbered_from_the_second_stream_on),
	    cmocka_unit_test(
		a_suffix_is_what_stands_behind_the_last_dot_of_the_name_alone),
	    cmocka_unit_test(
		random_payloads_are_concealed_and_counted_and_the_length_is_exact),
	    cmocka_unit_test(what_cannot_be_decoded_is_concealed),
	    cmocka_unit_test(what_is_no_sound_is_as_silent_as_it_is_long),
	};

	return cmocka_run_group_tests(tests, place_enter, place_leave);
}
