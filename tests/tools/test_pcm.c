/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <unistd.h>

#include "pcm.h"

#define SECOND 48000

static float made[3 * SECOND * 2];
static float got[3 * SECOND * 2];
static uint8_t bytes[3 * SECOND * 4];

/* Sixteen bit, any of them; every multiple of 1/32768 is exact. */
static void
make_noise(uint64_t seed)
{
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		made[i] =
		    (float)((int)test_below(&seed, 65536) - 32768) / 32768.0f;
}

struct duct {
	int out, in; /* read from, write to */
	struct pcm_reader *reader;
	struct pcm_writer *writer;
};

static void
open_duct(struct duct *d, int channels)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	d->out = fds[0];
	d->in = fds[1];
	assert_int_equal(pcm_reader_open(&d->reader, d->out, channels), 0);
	assert_int_equal(pcm_writer_open(&d->writer, d->in, channels), 0);
}

static void
close_duct(struct duct *d)
{
	pcm_reader_close(d->reader);
	pcm_writer_close(d->writer);
	if (d->out >= 0)
		close(d->out);
	if (d->in >= 0)
		close(d->in);
}

static void
samples_are_little_endian_and_survive_both_ways(void **state)
{
	static const uint8_t wire[] = {0x34, 0x12, 0x00, 0x80, 0xff, 0x7f};
	static const float value[] = {
	    0x1234 / 32768.0f, -1.0f, 32767 / 32768.0f};
	struct duct d;

	(void)state;
	open_duct(&d, 1);
	assert_int_equal(pcm_writer_write(d.writer, value, 3), 0);
	assert_int_equal(read(d.out, bytes, sizeof bytes), sizeof wire);
	assert_memory_equal(bytes, wire, sizeof wire);
	assert_int_equal(write(d.in, wire, sizeof wire), sizeof wire);
	assert_int_equal(pcm_reader_read(d.reader, got, 10), 3);
	assert_memory_equal(got, value, sizeof value);
	close_duct(&d);
}

/* Whoever writes cuts where he likes. */
static void
the_size_of_the_pieces_does_not_matter(void **state)
{
	uint64_t seed = test_seed(3), random = seed;

	(void)state;
	make_noise(3);
	for (int channels = 1; channels <= 2; channels++) {
		size_t width = 2 * (size_t)channels, total = 20000 * width;
		size_t sent = 0, taken = 0;
		struct duct d;

		open_duct(&d, channels);
		for (size_t i = 0; i < total / 2; i++) {
			int v = (int)lrintf(made[i] * 32768.0f);

			bytes[2 * i] = (uint8_t)v;
			bytes[2 * i + 1] = (uint8_t)((unsigned)v >> 8);
		}
		while (taken < 20000) {
			size_t n = test_below(&random, 9000);
			uint32_t want = (uint32_t)test_below(&random, 3000);
			int have;

			if (n > total - sent)
				n = total - sent;
			if (sent + n - taken * width < 60000)
				sent += (size_t)write(d.in, bytes + sent, n);
			have = pcm_reader_read(
			    d.reader, got + taken * (size_t)channels, want);
			assert_in_range(have, 0, want);
			taken += (size_t)have;
			assert_false(pcm_reader_ended(d.reader));
			if ((uint32_t)have < want &&
			    (sent - taken * width) / width != 0)
				fail_msg("seed %llu: %zu bytes were there",
				    (unsigned long long)seed,
				    sent - taken * width);
		}
		assert_memory_equal(
		    got, made, 20000 * (size_t)channels * sizeof *got);
		close_duct(&d);
	}
}

static void
what_is_not_there_yet_is_not_the_end(void **state)
{
	struct duct d;

	(void)state;
	open_duct(&d, 2);
	assert_int_equal(pcm_reader_read(d.reader, got, 960), 0);
	assert_false(pcm_reader_ended(d.reader));
	assert_int_equal(write(d.in, "\0\1\0\2\0\3\0", 7), 7);
	assert_int_equal(pcm_reader_read(d.reader, got, 960), 1);
	assert_int_equal(pcm_reader_read(d.reader, got, 960), 0);
	assert_false(pcm_reader_ended(d.reader));
	assert_int_equal(write(d.in, "\4\0\5", 3), 3);
	close(d.in);
	d.in = -1;
	assert_int_equal(pcm_reader_read(d.reader, got, 960), 1);
	assert_true(got[0] == 0x300 / 32768.0f && got[1] == 0x400 / 32768.0f);
	/* and half a sample is none */
	assert_int_equal(pcm_reader_read(d.reader, got, 960), 0);
	assert_true(pcm_reader_ended(d.reader));
	assert_int_equal(pcm_reader_read(d.reader, got, 960), 0);
	close_duct(&d);
}

static void
what_cannot_be_read_is_an_error_after_what_could(void **state)
{
	struct pcm_reader *reader;
	int fd = open("/", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(pcm_reader_open(&reader, fd, 1), 0);
	assert_int_equal(pcm_reader_read(reader, got, 960), SILBO_ERR_SYSTEM);
	assert_int_equal(errno, EISDIR);
	assert_false(pcm_reader_ended(reader));
	pcm_reader_close(reader);
	close(fd);
}

/* Nobody reads: a pipe takes something, we keep a second, the rest is gone. */
static void
a_reader_that_stalls_costs_what_is_more_than_a_second(void **state)
{
	(void)state;
	make_noise(4);
	for (int channels = 1; channels <= 2; channels++) {
		size_t frame = (size_t)channels;
		uint64_t untaken;
		uint32_t sent = 0;
		struct duct d;
		int flags;

		open_duct(&d, channels);
		flags = fcntl(d.in, F_GETFL);
		for (; sent < 3 * SECOND; sent += 960)
			assert_int_equal(pcm_writer_write(d.writer,
					     made + sent * frame, 960),
			    0);
		untaken = pcm_writer_dropped(d.writer);
		assert_int_equal(fcntl(d.in, F_GETFL), flags);

		/* the reader wakes up: all that was kept, in order */
		sent = 0;
		for (int n = 1; n > 0; sent += (uint32_t)n) {
			n = pcm_reader_read(d.reader, got + sent * frame, 5000);
			assert_int_equal(pcm_writer_drain(d.writer, 0), 0);
		}
		assert_int_equal(sent, 3 * SECOND - untaken + SECOND);
		assert_in_range(sent, SECOND + 1, 2 * SECOND);
		assert_memory_equal(got, made, sent * frame * sizeof *got);
		assert_int_equal(
		    pcm_writer_dropped(d.writer), 3 * SECOND - sent);
		close_duct(&d);
	}
}

static void
a_reader_that_has_gone_is_an_error_with_its_reason(void **state)
{
	struct duct d;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	open_duct(&d, 1);
	close(d.out);
	d.out = -1;
	errno = 0;
	assert_int_equal(
	    pcm_writer_write(d.writer, made, 960), SILBO_ERR_SYSTEM);
	assert_int_equal(errno, EPIPE);
	close_duct(&d);
}

static void
a_full_disk_is_an_error_with_its_reason(void **state)
{
	struct pcm_writer *writer;
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(pcm_writer_open(&writer, fd, 1), 0);
	assert_int_equal(pcm_writer_write(writer, made, 960), SILBO_ERR_SYSTEM);
	assert_int_equal(errno, ENOSPC);
	pcm_writer_close(writer);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(samples_are_little_endian_and_survive_both_ways),
	    cmocka_unit_test(the_size_of_the_pieces_does_not_matter),
	    cmocka_unit_test(what_is_not_there_yet_is_not_the_end),
	    cmocka_unit_test(what_cannot_be_read_is_an_error_after_what_could),
	    cmocka_unit_test(
		a_reader_that_stalls_costs_what_is_more_than_a_second),
	    cmocka_unit_test(
		a_reader_that_has_gone_is_an_error_with_its_reason),
	    cmocka_unit_test(a_full_disk_is_an_error_with_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
