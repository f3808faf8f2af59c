/* SPDX-License-Identifier: MIT */
#include "sound.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <sndfile.h>

#include <silbo/media.h>

#define COUNT 100800 /* 105 frames of 20 ms */

static float made[COUNT * 2];
static short got[COUNT * 2];

static struct silbo_audio_sink *
open_sink(const char *name, int channels)
{
	struct silbo_audio_sink *sink;

	assert_int_equal(
	    silbo_audio_sink_open(&sink, sound_path(name), channels), 0);
	return sink;
}

/* Frames of a file as others see it, read to `got`; it must be a good WAV. */
static size_t
read_wav(const char *name, int channels)
{
	SF_INFO about = {0};
	SNDFILE *file = sf_open(sound_path(name), SFM_READ, &about);

	assert_non_null(file);
	assert_int_equal(about.samplerate, 48000);
	assert_int_equal(about.channels, channels);
	assert_int_equal(about.format, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
	assert_true(about.frames * channels <= COUNT * 2);
	assert_int_equal(sf_readf_short(file, got, COUNT), about.frames);
	sf_close(file);
	return (size_t)about.frames;
}

static void
copy_file(const char *from, const char *to)
{
	static char bytes[COUNT * 4 + 100];
	FILE *file = fopen(sound_path(from), "rb");
	size_t n;

	assert_non_null(file);
	n = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	file = fopen(sound_path(to), "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	fclose(file);
}

static off_t
size_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(sound_path(name), &st), 0);
	return st.st_size;
}

/* Sixteen bit, any of them; every multiple of 1/32768 is exact. */
static void
make_noise(uint64_t seed)
{
	for (size_t i = 0; i < COUNT * 2; i++)
		made[i] =
		    (float)((int)test_below(&seed, 65536) - 32768) / 32768.0f;
}

static void
assert_written(size_t from, size_t values)
{
	for (size_t i = 0; i < values; i++)
		if (got[i] != (short)lrintf(made[from + i] * 32768.0f))
			fail_msg("value %zu is %d", i, got[i]);
}

static void
what_is_written_is_read_back(void **state)
{
	static const uint32_t pieces[] = {1, 960, 5760, COUNT};

	(void)state;
	make_noise(1);
	for (int channels = 1; channels <= 2; channels++)
		for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
			struct silbo_audio_sink *sink =
			    open_sink("out.wav", channels);
			uint32_t at = 0;

			while (at < COUNT) {
				uint32_t n = pieces[p] < COUNT - at
				    ? pieces[p]
				    : COUNT - at;

				assert_int_equal(
				    silbo_audio_sink_write(sink,
					made + at * (uint32_t)channels, n),
				    0);
				at += n;
				assert_int_equal(
				    silbo_audio_sink_samples(sink), at);
			}
			assert_int_equal(silbo_audio_sink_close(sink), 0);
			assert_int_equal(read_wav("out.wav", channels), COUNT);
			assert_written(0, COUNT * (size_t)channels);
			assert_int_equal(
			    size_of("out.wav"), 44 + COUNT * 2 * channels);
		}
	unlink(sound_path("out.wav"));
}

static void
what_is_too_loud_is_clipped_and_what_is_no_number_is_silent(void **state)
{
	static const struct {
		float in;
		short out;
	} rows[] = {
	    /* 1 */ {1.0f, 32767},
	    /* 2 */ {7.0f, 32767},
	    /* 3 */ {INFINITY, 32767},
	    /* 4 */ {-1.0f, -32768},
	    /* 5 */ {-1.5f, -32768},
	    /* 6 */ {-INFINITY, -32768},
	    /* 7 */ {NAN, 0},
	    /* 8: 0.7 of a step */ {0.7f / 32768, 1},
	    /* 9 */ {-0.7f / 32768, -1},
	    /* 10 */ {0.3f / 32768, 0},
	    /* 11 */ {0.99999f, 32767},
	};
	const size_t count = sizeof rows / sizeof *rows;
	struct silbo_audio_sink *sink = open_sink("out.wav", 1);

	(void)state;
	for (size_t r = 0; r < count; r++)
		assert_int_equal(
		    silbo_audio_sink_write(sink, &rows[r].in, 1), 0);
	assert_int_equal(silbo_audio_sink_close(sink), 0);
	assert_int_equal(read_wav("out.wav", 1), count);
	for (size_t r = 0; r < count; r++)
		if (got[r] != rows[r].out)
			fail_msg("row %zu: %d", r + 1, got[r]);
	unlink(sound_path("out.wav"));
}

static void
a_made_up_tail_can_be_cut_and_writing_goes_on(void **state)
{
	struct silbo_audio_sink *sink = open_sink("out.wav", 2);

	(void)state;
	make_noise(2);
	assert_int_equal(silbo_audio_sink_write(sink, made, 60000), 0);
	assert_int_equal(silbo_audio_sink_truncate(sink, 60001), 0);
	assert_int_equal(silbo_audio_sink_samples(sink), 60000);
	assert_int_equal(silbo_audio_sink_truncate(sink, 1001), 0);
	assert_int_equal(silbo_audio_sink_samples(sink), 1001);
	assert_int_equal(size_of("out.wav.part"), 44 + 1001 * 4);
	assert_int_equal(read_wav("out.wav.part", 2), 1001);

	assert_int_equal(
	    silbo_audio_sink_write(sink, made + 1001 * 2, 50000), 0);
	assert_int_equal(silbo_audio_sink_close(sink), 0);
	assert_int_equal(read_wav("out.wav", 2), 51001);
	assert_written(0, 51001 * 2);

	sink = open_sink("out.wav", 2);
	assert_int_equal(silbo_audio_sink_write(sink, made, 960), 0);
	assert_int_equal(silbo_audio_sink_truncate(sink, 0), 0);
	assert_int_equal(silbo_audio_sink_close(sink), 0);
	assert_int_equal(read_wav("out.wav", 2), 0);
	unlink(sound_path("out.wav"));
}

/*
 * Frames as the header says.  Read here byte by byte, since libsndfile repairs
 * a header that says nothing, and other readers do not.
 */
static size_t
announced(const char *name)
{
	FILE *file = fopen(sound_path(name), "rb");
	uint8_t h[44];
	uint32_t riff = 0, data = 0;

	assert_non_null(file);
	assert_int_equal(fread(h, 1, sizeof h, file), sizeof h);
	fclose(file);
	assert_memory_equal(h + 36, "data", 4);
	for (size_t i = 4; i-- > 0;) {
		riff = riff << 8 | h[4 + i];
		data = data << 8 | h[40 + i];
	}
	assert_int_equal(riff, data + 36);
	return data / 2;
}

static void
the_file_is_valid_at_any_time_and_at_most_a_second_behind(void **state)
{
	struct silbo_audio_sink *sink = open_sink("out.wav", 1);

	(void)state;
	make_noise(3);
	for (size_t at = 0; at < COUNT; at += 960) {
		size_t seen;

		if (at % 4800 == 0) {
			copy_file("out.wav.part", "copy.wav");
			seen = announced("copy.wav");
			assert_true(read_wav("copy.wav", 1) >= seen);
			assert_true(seen <= at && seen + 48000 > at);
			assert_written(0, seen);
		}
		assert_int_equal(
		    silbo_audio_sink_write(sink, made + at, 960), 0);
	}
	assert_int_equal(silbo_audio_sink_close(sink), 0);
	assert_int_equal(announced("out.wav"), COUNT);
	unlink(sound_path("copy.wav"));
	unlink(sound_path("out.wav"));
}

static void
what_cannot_be_opened_keeps_errno(void **state)
{
	static const struct {
		const char *name;
		int errnum;
	} rows[] = {
	    /* 1 */ {"missing/out.wav", ENOENT},
	    /* 2 */ {".", EISDIR},
	    /* 3 */ {"pipe", ESPIPE},
	    /* 4 */ {"full", ENOSPC},
	};

	(void)state;
	assert_int_equal(mkfifo(sound_path("pipe"), 0666), 0);
	assert_int_equal(symlink("/dev/full", sound_path("full")), 0);
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		struct silbo_audio_sink *sink = NULL;

		errno = 0;
		assert_int_equal(
		    silbo_audio_sink_open(&sink, sound_path(rows[r].name), 1),
		    SILBO_ERR_SYSTEM);
		if (errno != rows[r].errnum)
			fail_msg("row %zu: %s", r + 1, strerror(errno));
		assert_null(sink);
	}
	unlink(sound_path("pipe"));
	unlink(sound_path("full"));
}

/* Not every place for sound keeps it. */
static void
nowhere_is_a_place_to_write_to(void **state)
{
	struct silbo_audio_sink *sink;

	(void)state;
	assert_int_equal(silbo_audio_sink_open(&sink, "/dev/null", 1), 0);
	assert_int_equal(silbo_audio_sink_write(sink, made, 60000), 0);
	assert_int_equal(silbo_audio_sink_truncate(sink, 10), 0);
	assert_int_equal(silbo_audio_sink_samples(sink), 10);
	assert_int_equal(silbo_audio_sink_close(sink), 0);
	assert_int_equal(silbo_audio_sink_close(NULL), 0);
}

/* A limit on the size of files fails like a full disk: after a part. */
static void
a_disk_that_fills_up_leaves_what_was_there_before(void **state)
{
	struct silbo_audio_sink *sink = open_sink("out.wav", 1);
	struct rlimit before, limit;

	(void)state;
	make_noise(4);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 44 + 2 * 5000 + 1;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);

	assert_int_equal(silbo_audio_sink_write(sink, made, 4000), 0);
	errno = 0;
	assert_int_equal(
	    silbo_audio_sink_write(sink, made + 4000, 4000), SILBO_ERR_SYSTEM);
	assert_int_equal(errno, EFBIG);
	assert_int_equal(silbo_audio_sink_samples(sink), 4000);
	assert_int_equal(read_wav("out.wav.part", 1), 4000);

	/* and there may be room again */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(silbo_audio_sink_write(sink, made + 4000, 4000), 0);
	assert_int_equal(silbo_audio_sink_close(sink), 0);
	assert_int_equal(read_wav("out.wav", 1), 8000);
	assert_written(0, 8000);
	unlink(sound_path("out.wav"));
}

static bool
is_there(const char *name)
{
	return access(sound_path(name), F_OK) == 0;
}

static void
a_file_has_its_name_when_it_is_whole_and_replaces_another_then(void **state)
{
	struct silbo_audio_sink *sink;

	(void)state;
	make_noise(5);
	for (uint32_t n = 1000; n <= 2000; n += 1000) {
		sink = open_sink("out.wav", 1);
		assert_int_equal(silbo_audio_sink_write(sink, made, n), 0);
		assert_true(is_there("out.wav.part"));
		if (n == 1000)
			assert_false(is_there("out.wav"));
		else /* yesterday's is untouched */
			assert_int_equal(read_wav("out.wav", 1), 1000);
		assert_int_equal(silbo_audio_sink_close(sink), 0);
		assert_false(is_there("out.wav.part"));
		assert_int_equal(read_wav("out.wav", 1), n);
	}
	unlink(sound_path("out.wav"));
}

/* One that was killed has left a longer file. */
static void
what_a_killed_writer_left_is_written_over_but_not_a_living_ones(void **state)
{
	struct silbo_audio_sink *sink, *second = NULL;
	FILE *file = fopen(sound_path("out.wav.part"), "wb");

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 50000; i++)
		fputc('x', file);
	fclose(file);
	make_noise(6);
	sink = open_sink("out.wav", 1);
	assert_int_equal(silbo_audio_sink_write(sink, made, 1000), 0);
	assert_int_equal(
	    silbo_audio_sink_open(&second, sound_path("out.wav"), 1),
	    SILBO_ERR_SYSTEM);
	assert_int_equal(errno, EBUSY);
	assert_int_equal(silbo_audio_sink_close(sink), 0);
	assert_int_equal(size_of("out.wav"), 44 + 2 * 1000);
	assert_int_equal(read_wav("out.wav", 1), 1000);
	assert_written(0, 1000);
	unlink(sound_path("out.wav"));
}

static void
a_link_is_written_to_and_stays_one(void **state)
{
	struct silbo_audio_sink *sink;
	struct stat st;

	(void)state;
	assert_int_equal(symlink("target.wav", sound_path("link.wav")), 0);
	sink = open_sink("link.wav", 1);
	assert_int_equal(silbo_audio_sink_write(sink, made, 1000), 0);
	assert_int_equal(silbo_audio_sink_close(sink), 0);
	assert_int_equal(lstat(sound_path("link.wav"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_false(is_there("link.wav.part"));
	assert_int_equal(read_wav("target.wav", 1), 1000);
	unlink(sound_path("target.wav"));
	unlink(sound_path("link.wav"));
}

static void
a_name_that_has_gone_is_an_error_and_the_part_stays(void **state)
{
	struct silbo_audio_sink *sink = open_sink("out.wav", 1);

	(void)state;
	assert_int_equal(silbo_audio_sink_write(sink, made, 1000), 0);
	assert_int_equal(mkdir(sound_path("out.wav"), 0777), 0);
	assert_int_equal(silbo_audio_sink_close(sink), SILBO_ERR_SYSTEM);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(read_wav("out.wav.part", 1), 1000);
	rmdir(sound_path("out.wav"));
	unlink(sound_path("out.wav.part"));
}

/* Not one sample: then what had the name keeps it. */
static void
a_disk_that_was_full_from_the_start_replaces_nothing(void **state)
{
	struct silbo_audio_sink *sink = open_sink("out.wav", 1);
	struct rlimit before, limit;

	(void)state;
	make_noise(7);
	assert_int_equal(silbo_audio_sink_write(sink, made, 1000), 0);
	assert_int_equal(silbo_audio_sink_close(sink), 0);

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 44;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	sink = open_sink("out.wav", 1);
	assert_int_equal(
	    silbo_audio_sink_write(sink, made, 960), SILBO_ERR_SYSTEM);
	assert_int_equal(silbo_audio_sink_close(sink), 0);
	limit.rlim_cur = 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(silbo_audio_sink_open(&sink, sound_path("out.wav"), 1),
	    SILBO_ERR_SYSTEM);
	assert_int_equal(errno, EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_false(is_there("out.wav.part"));
	assert_int_equal(read_wav("out.wav", 1), 1000);
	unlink(sound_path("out.wav"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_written_is_read_back),
	    cmocka_unit_test(
		what_is_too_loud_is_clipped_and_what_is_no_number_is_silent),
	    cmocka_unit_test(a_made_up_tail_can_be_cut_and_writing_goes_on),
	    cmocka_unit_test(
		the_file_is_valid_at_any_time_and_at_most_a_second_behind),
	    cmocka_unit_test(what_cannot_be_opened_keeps_errno),
	    cmocka_unit_test(nowhere_is_a_place_to_write_to),
	    cmocka_unit_test(a_disk_that_fills_up_leaves_what_was_there_before),
	    cmocka_unit_test(
		a_file_has_its_name_when_it_is_whole_and_replaces_another_then),
	    cmocka_unit_test(
		what_a_killed_writer_left_is_written_over_but_not_a_living_ones),
	    cmocka_unit_test(a_link_is_written_to_and_stays_one),
	    cmocka_unit_test(
		a_name_that_has_gone_is_an_error_and_the_part_stays),
	    cmocka_unit_test(
		a_disk_that_was_full_from_the_start_replaces_nothing),
	};

	return cmocka_run_group_tests(tests, sound_enter, sound_leave);
}
