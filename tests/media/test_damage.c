/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <errno.h>
#include <sys/stat.h>

/* LeakSanitizer asks: of an Ogg that is cut in its head, libsndfile forgets
 * what libvorbis allocated. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:vorbis_info_init\n";
}

static void
write_bytes(const char *name, const void *bytes, size_t len)
{
	FILE *file = fopen(sound_path(name), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static void
what_cannot_be_opened_says_why(void **state)
{
	static const char text[] = "Silbo is a whistled language.\n";
	static const struct {
		const char *name;
		int err, errnum;
	} rows[] = {
	    /* 1 */ {"missing", SILBO_ERR_SYSTEM, ENOENT},
	    /* 2 */ {"directory", SILBO_ERR_SYSTEM, EISDIR},
	    /* 3 */ {"file/below", SILBO_ERR_SYSTEM, ENOTDIR},
	    /* 4 */ {"nothing", SILBO_ERR_EMPTY, 0},
	    /* 5 */ {"silent.wav", SILBO_ERR_EMPTY, 0},
	    /* 6 */ {"file", SILBO_ERR_FORMAT, 0},
	    /* 7 */ {"header.flac", SILBO_ERR_FORMAT, 0},
	    /* 8 */ {"slow.wav", SILBO_ERR_FORMAT, 0},
	    /* 9 */ {"wide.wav", SILBO_ERR_FORMAT, 0},
	    /* 10 */ {"fifo", SILBO_ERR_SYSTEM, ESPIPE},
	};

	(void)state;
	memset(made, 0, sizeof made);
	assert_int_equal(mkdir(sound_path("directory"), 0777), 0);
	assert_int_equal(mkfifo(sound_path("fifo"), 0666), 0);
	write_bytes("file", text, sizeof text - 1);
	write_bytes("nothing", "", 0);
	write_file("silent.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 0);
	write_file(
	    "header.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 1, 9600);
	assert_int_equal(truncate(sound_path("header.flac"), 30), 0);
	write_file("slow.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 999, 1, 100);
	write_file("wide.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 256, 9);
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		struct silbo_audio_source *source = NULL;
		const char *why = NULL;
		int err;

		errno = 0;
		err = silbo_audio_source_open_file(
		    &source, sound_path(rows[r].name), &why);
		if (err != rows[r].err ||
		    (rows[r].errnum != 0 && errno != rows[r].errnum))
			fail_msg("row %zu: %d, errno %d", r + 1, err, errno);
		assert_null(source);
		assert_non_null(why);
		assert_true(strlen(why) > 5);
	}
	rmdir(sound_path("directory"));
	for (size_t r = 3; r < sizeof rows / sizeof *rows; r++)
		unlink(sound_path(rows[r].name));
}

static void
a_damaged_file_gives_what_is_good_and_then_the_error(void **state)
{
	struct silbo_audio_source *source;
	struct silbo_audio_info info;
	uint32_t total = 0;
	struct stat st;
	int n;

	(void)state;
	for (size_t i = 0; i < 48000; i++)
		made[i] = 0.25f * sinf((float)i * 0.05f);
	write_file("in", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 1, 48000);
	assert_int_equal(stat(sound_path("in"), &st), 0);
	assert_int_equal(truncate(sound_path("in"), st.st_size / 2), 0);

	source = open_good("in");
	silbo_audio_source_info(source, &info);
	assert_int_equal(info.samples, 48000);
	while ((n = silbo_audio_source_read(source, got + total, 960)) > 0)
		total += (uint32_t)n;
	assert_int_equal(n, SILBO_ERR_FORMAT);
	assert_int_equal(
	    silbo_audio_source_read(source, got, 960), SILBO_ERR_FORMAT);
	assert_in_range(total, 12000, 36000);
	for (size_t i = 0; i < total; i++)
		assert_true(fabsf(got[i] - made[i]) < 1e-3f);
	silbo_audio_source_close(source);
	unlink(sound_path("in"));
}

/* No decoder complains about bytes that are simply not there any more. */
static void
a_file_that_shrinks_while_it_is_read_is_damaged(void **state)
{
	struct silbo_audio_source *source;
	int n;

	(void)state;
	sound_tone(made, 48000, 1, 440, 48000, 0.25);
	write_file("in", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 48000);
	source = open_good("in");
	assert_int_equal(silbo_audio_source_read(source, got, 960), 960);
	assert_int_equal(truncate(sound_path("in"), 44 + 2 * 5000), 0);
	while ((n = silbo_audio_source_read(source, got, 960)) > 0)
		;
	assert_int_equal(n, SILBO_ERR_FORMAT);
	silbo_audio_source_close(source);
	unlink(sound_path("in"));
}

/* Cut at many places: what there is comes, right, and then the error; or it
 * cannot be opened, and that is not because it were empty. */
static void
a_file_cut_anywhere_is_never_taken_for_whole(void **state)
{
	static const struct {
		int format, rate;
	} rows[] = {
	    /* 1 */ {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000},
	    /* 2 */ {SF_FORMAT_WAVEX | SF_FORMAT_FLOAT, 48000},
	    /* 3 */ {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 22050},
	    /* 4 */ {SF_FORMAT_OGG | SF_FORMAT_VORBIS, 48000},
	    /* 5 */ {SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000},
	    /* 6 */ {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100},
	};

	(void)state;
	sound_tone(made, 48000, 1, 440, 48000, 0.25);
	for (size_t i = 0; i < 10 * sizeof rows / sizeof *rows; i++) {
		size_t r = i / 10;
		struct silbo_audio_source *source;
		const char *why = "";
		struct stat st;
		int n;

		write_file("in", rows[r].format, rows[r].rate, 1, 48000);
		assert_int_equal(stat(sound_path("in"), &st), 0);
		/* 5 %, 15 % ... 95 % */
		assert_int_equal(
		    truncate(sound_path("in"),
			st.st_size * (5 + 10 * (off_t)(i % 10)) / 100),
		    0);
		n = silbo_audio_source_open_file(
		    &source, sound_path("in"), &why);
		if (n == 0) {
			while (
			    (n = silbo_audio_source_read(source, got, 960)) > 0)
				;
			silbo_audio_source_close(source);
		}
		if (n != SILBO_ERR_FORMAT)
			fail_msg(
			    "row %zu, cut %zu: %d %s", r + 1, i % 10, n, why);
		unlink(sound_path("in"));
	}
}

/* As a program writes them that cannot go back to the header. */
static void
a_wav_of_unknown_length_ends_well(void **state)
{
	static const uint32_t lengths[] = {0xffffffff, 0x7fffffff, 0x7ffff024};

	(void)state;
	sound_tone(made, 48000, 1, 440, 48000, 0.25);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct silbo_audio_source *source;
		FILE *file;

		write_file(
		    "in", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 48000);
		file = fopen(sound_path("in"), "r+b");
		assert_non_null(file);
		assert_int_equal(fseek(file, 40, SEEK_SET), 0);
		assert_int_equal(fwrite(&lengths[i], 4, 1, file), 1);
		fclose(file);
		source = open_good("in");
		assert_int_equal(read_all(source, 960), 48000);
		silbo_audio_source_close(source);
		unlink(sound_path("in"));
	}
}

/*
 * A FLAC that was written to a pipe does not know its length (RFC 9639 section
 * 8.2: 36 bits, all 0).  Then only the decoder can tell.
 */
static void
a_file_of_unknown_length_ends_well_or_is_damaged(void **state)
{
	struct silbo_audio_source *source;
	struct silbo_audio_info info;
	struct stat st;
	FILE *file;
	int n;

	(void)state;
	sound_tone(made, 48000, 1, 440, 48000, 0.25);
	write_file("in", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 1, 48000);
	file = fopen(sound_path("in"), "r+b");
	assert_non_null(file);
	/* after "fLaC" and a block header; the upper 4 bits are of the depth */
	assert_int_equal(fseek(file, 4 + 4 + 13, SEEK_SET), 0);
	assert_int_equal(fwrite("\xf0\0\0\0\0", 1, 5, file), 5);
	fclose(file);

	source = open_good("in");
	silbo_audio_source_info(source, &info);
	assert_int_equal(info.samples, 0);
	assert_int_equal(read_all(source, 960), 48000);
	silbo_audio_source_close(source);

	assert_int_equal(stat(sound_path("in"), &st), 0);
	assert_int_equal(truncate(sound_path("in"), st.st_size / 2), 0);
	source = open_good("in");
	n = read_all(source, 960);
	assert_int_equal(n, SILBO_ERR_FORMAT);
	silbo_audio_source_close(source);
	unlink(sound_path("in"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_cannot_be_opened_says_why),
	    cmocka_unit_test(
		a_damaged_file_gives_what_is_good_and_then_the_error),
	    cmocka_unit_test(a_file_that_shrinks_while_it_is_read_is_damaged),
	    cmocka_unit_test(a_file_cut_anywhere_is_never_taken_for_whole),
	    cmocka_unit_test(a_wav_of_unknown_length_ends_well),
	    cmocka_unit_test(a_file_of_unknown_length_ends_well_or_is_damaged),
	};

	return cmocka_run_group_tests(tests, sound_enter, sound_leave);
}
