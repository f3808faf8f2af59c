/* SPDX-License-Identifier: MIT */
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "capture.h"
#include "report.h"

static const struct report_setting config[] = {
    {.key = "port", .number = 7587},
    {.key = "encrypted", .number = NAN, .boolean = 1},
    {.key = "latency", .text = "balanced"},
    {.key = "duration_s", .number = NAN, .boolean = -1},
    {.key = "rate", .number = 0.5},
    {.key = NULL},
};

/* The stream of the example: its numbers add up. */
static void
fill_stream(struct report_stream *stream)
{
	report_stream_init(stream);
	snprintf(stream->id, sizeof(stream->id), "5d1c…");
	snprintf(stream->peer, sizeof(stream->peer), "192.0.2.9:40112");
	snprintf(stream->codec, sizeof(stream->codec), "opus");
	snprintf(stream->repaired_by, sizeof(stream->repaired_by), "xor{1,4}");
	stream->duration_s = 123.02;
	stream->frame_ms = 20;
	stream->bitrate_bps = 32100;
	stream->channels = 1;
	stream->encrypted = true;
	stream->expected = 6150;
	stream->arrived = 6140;
	stream->unique = 6127;
	stream->lost = 23;
	stream->pending = 0;
	stream->duplicate = 13;
	stream->late_final = 0;
	stream->too_old = 0;
	stream->reordered = 5;
	stream->extent_max = 3;
	stream->runs = 17;
	stream->run_max = 4;
	memset(stream->run_histogram, 0, sizeof(stream->run_histogram));
	stream->run_histogram[0] = 13;
	stream->run_histogram[1] = 3;
	stream->run_histogram[3] = 1;
	stream->lost_network = 23;
	stream->dropped_here = 0;
	stream->tail_known = 1;
	stream->joined_late = 0;
	stream->wait_ns = (int64_t)SILBO_NS_PER_S;
	stream->jitter_ms = 1.9;
	stream->delay_ms[0] = 0;
	stream->delay_ms[1] = 3.1;
	stream->delay_ms[2] = 9.8;
	stream->delay_ms[3] = 42;
	stream->buffer_loss[0] = 0.0055;
	stream->buffer_loss[1] = 0.0041;
	stream->buffer_loss[2] = 0.0037;
	stream->buffer_loss[3] = 0.0037;
	stream->playout_ms = 62;
	stream->playout_min_ms = 40;
	stream->playout_max_ms = 100;
	stream->late = 2;
	stream->repaired = 16;
	stream->concealed = 9;
	stream->concealed_s = 0.18;
	stream->underruns = 0;
	stream->clock_ppm = 11.3;
	stream->quality = (struct report_quality){
	    .mos = 4.2,
	    .r = 86.4,
	    .r_band = 127.9,
	    .loss_ratio = 0.0015,
	    .burst_r = 1.2,
	    .delay_ms = 92,
	    .bitrate_bps = 32100,
	    .ie = 18.5,
	    .bpl = 11.6,
	    .ie_eff = 20.1,
	    .idd = 0,
	    .band = 2,
	    .variable = 0,
	    .network = 1,
	    .beyond = 0,
	};
}

static void
fill_report(struct report *report, struct report_stream *stream)
{
	fill_stream(stream);
	*report = (struct report){
	    .role = "recv",
	    .start_wall_ns = 1795345200 * (uint64_t)1000000000,
	    .duration_s = 123.02,
	    .config = config,
	    .has_datagrams = true,
	    .received = 6273,
	    .accepted = 6260,
	    .socket_drops = 0,
	    .receive_buffer = 8388608,
	    .streams = stream,
	    .streams_count = 1,
	};
	report->verdict[SILBO_ACCEPTED] = 6260;
	report->verdict[SILBO_DROP_DUPLICATE] = 13;
}

static const char *
text_of(struct capture *capture, const struct report *report)
{
	capture_begin(capture, stdout);
	report_text(stdout, report);
	return capture_end(capture);
}

static void
the_text_is_that_of_the_documented_example(void **state)
{
	static char expected[4096];
	FILE *file = fopen(SILBO_FIXTURES "/report.txt", "r");
	struct report_stream stream;
	struct report report;
	struct capture out;

	(void)state;
	assert_non_null(file);
	expected[fread(expected, 1, sizeof(expected) - 1, file)] = '\0';
	fclose(file);
	fill_report(&report, &stream);
	assert_string_equal(text_of(&out, &report), expected);
}

static void
the_live_line_is_that_of_the_documented_example(void **state)
{
	struct report_stream stream;
	struct report_live live = {.elapsed_s = 72.9,
	    .stream = &stream,
	    .streams_count = 1,
	    .buffer_ms = 62,
	    .target_ms = 60};
	char line[256];

	(void)state;
	report_stream_init(&stream);
	snprintf(stream.codec, sizeof(stream.codec), "opus");
	stream.bitrate_bps = 32000;
	stream.frame_ms = 20;
	stream.expected = 3613;
	stream.unique = 3601;
	stream.lost = 12;
	stream.late = 2;
	stream.reordered = 3;
	stream.jitter_ms = 1.8;
	stream.clock_ppm = 11;
	report_live_recv(line, sizeof(line), &live);
	assert_string_equal(line,
	    "recv 01:12  opus 32 kb/s 20 ms  rx 3 601  lost 12 (0.33 %)  "
	    "late 2  reord 3  jitter 1.8 ms  buffer 62/60 ms  clock +11 ppm");

	live.brief = true;
	report_live_recv(line, sizeof(line), &live);
	assert_string_equal(line,
	    "recv 01:12  rx 3 601  lost 12 (0.33 %)  late 2  reord 3  "
	    "jitter 1.8 ms  buffer 62/60 ms  clock +11 ppm");
	live.brief = false;

	/* What does not fit is left out whole; nothing is overrun. */
	memset(line, '#', sizeof(line));
	report_live_recv(line, 20, &live);
	assert_string_equal(line, "recv 01:12  opus");
	assert_int_equal(line[20], '#');

	report_stream_init(&stream);
	live.streams_count = 3;
	live.elapsed_s = 3723;
	live.buffer_ms = live.target_ms = NAN;
	report_live_recv(line, sizeof(line), &live);
	assert_string_equal(line, "recv 1:02:03  3 streams");
	live.stream = NULL;
	live.elapsed_s = 4;
	report_live_recv(line, sizeof(line), &live);
	assert_string_equal(line, "recv 00:04  waiting for a stream");

	/* Probers, beside streams or alone. */
	live.reflector = true;
	report_live_recv(line, sizeof(line), &live);
	assert_string_equal(line, "probe --reflect 00:04  waiting for probes");
	live.answered = 12345;
	live.probers_count = 1;
	report_live_recv(line, sizeof(line), &live);
	assert_string_equal(
	    line, "probe --reflect 00:04  1 prober  answered 12 345");
	live.reflector = false;
	live.probers_count = 2;
	live.stream = &stream;
	report_live_recv(line, sizeof(line), &live);
	assert_string_equal(
	    line, "recv 00:04  2 probers  answered 12 345  3 streams");
}

static void
what_is_unknown_is_left_out_of_the_text(void **state)
{
	struct report_stream stream;
	struct report report;
	struct capture out;

	(void)state;
	fill_report(&report, &stream);
	report_stream_init(&stream);
	snprintf(stream.id, sizeof(stream.id), "5d1c0000");
	snprintf(stream.peer, sizeof(stream.peer), "192.0.2.9:40112");
	report.has_datagrams = false;
	assert_string_equal(
	    text_of(&out, &report), "stream 5d1c from 192.0.2.9:40112\n");
}

/* One line of the text, by how it begins, with what goes on below it: that is
 * joined to it by three blanks, as if all of it had room. */
static const char *
line_of(struct capture *out, const struct report *report, const char *begin)
{
	static const char below[] = "\n              ";
	static char joined[1024];
	const char *line;
	size_t len = 0;

	text_of(out, report);
	line = strstr(out->text, begin);
	assert_non_null(line);
	while (*line != '\0' && len + 4 < sizeof joined) {
		bool on = strncmp(line, below, sizeof below - 1) == 0;

		if (*line == '\n' && !on)
			break;
		if (on) {
			memcpy(joined + len, "   ", 3);
			len += 3;
			line += sizeof below - 1;
		} else {
			joined[len++] = *line++;
		}
	}
	joined[len] = '\0';
	return joined;
}

static void
where_it_was_lost_is_bounded_when_it_is_not_known(void **state)
{
	struct report_stream stream;
	struct report report;
	struct capture out;

	(void)state;
	fill_report(&report, &stream);
	stream.lost_network = REPORT_UNKNOWN;
	stream.lost_network_min = 20;
	stream.lost_network_max = 23;
	stream.dropped_here = 3;
	assert_string_equal(line_of(&out, &report, "  datagrams"),
	    "  datagrams   6150 expected   6127 received   23 lost (0.37 %) in "
	    "17 runs, longest 4   [network 20–23, dropped here 3]   "
	    "5 reordered (max 3 back)   13 duplicated   2 too late to play   "
	    "0 rejected");
	stream.lost_network_min = REPORT_UNKNOWN;
	assert_non_null(strstr(line_of(&out, &report, "  datagrams"),
	    "longest 4   [dropped here 3]"));
	stream.dropped_here = REPORT_UNKNOWN;
	assert_null(strstr(line_of(&out, &report, "  datagrams"), "["));
}

static void
what_the_figures_do_not_cover_stands_beside_them(void **state)
{
	struct report_stream stream;
	struct report report;
	struct capture out;

	(void)state;
	fill_report(&report, &stream);
	stream.lost = 1;
	stream.lost_network = 1;
	stream.runs = stream.run_max = 1;
	stream.pending = 4;
	stream.tail_known = 0;
	stream.joined_late = 1;
	assert_string_equal(line_of(&out, &report, "  datagrams"),
	    "  datagrams   6150 expected   6127 received   1 lost (0.02 %) in "
	    "1 run, longest 1   4 pending   [network 1, dropped here 0]   "
	    "tail unknown   joined late   5 reordered (max 3 back)   "
	    "13 duplicated   2 too late to play   0 rejected");
	stream.lost = stream.lost_network = stream.runs = 0;
	stream.pending = 0;
	stream.tail_known = stream.joined_late = REPORT_UNKNOWN;
	assert_string_equal(line_of(&out, &report, "  datagrams"),
	    "  datagrams   6150 expected   6127 received   0 lost (0.00 %)   "
	    "5 reordered (max 3 back)   13 duplicated   2 too late to play   "
	    "0 rejected");
	stream.late_final = 2;
	stream.too_old = 3;
	stream.bad_bodies = 4;
	stream.reordered = stream.extent_max = 0;
	assert_string_equal(line_of(&out, &report, "              0 re"),
	    "              0 reordered   13 duplicated   2 too late to play   "
	    "2 came after counted as lost   3 too old to tell   4 unusable   "
	    "0 rejected");
}

/* The waiting time in effect, and the buffer where the socket is told. */
static void
what_losses_depend_on_here_stands_below_them(void **state)
{
	static const struct {
		int64_t wait_ns, buffer;
		const char *text;
	} rows_wait[] = {
	    {1000000000, 8388608, "  lost after  1s   receive buffer 8 MiB"},
	    {1000000000, 425984, "  lost after  1s   receive buffer 416 KiB"},
	    {1000000000, REPORT_UNKNOWN, "  lost after  1s"},
	    /* What the window cut short, to the decimals of the JSON. */
	    {409600400, 212992,
		"  lost after  409.6ms   receive buffer 208 "
		"KiB"},
	    {40966000, REPORT_UNKNOWN, "  lost after  41ms"},
	    {1001246000, REPORT_UNKNOWN, "  lost after  1.001s"},
	    {5000000, 2129920, "  lost after  5ms   receive buffer 2080 KiB"},
	};
	struct report_stream streams[2];
	struct report report;
	struct capture out;

	(void)state;
	for (size_t i = 0; i < sizeof rows_wait / sizeof rows_wait[0]; i++) {
		fill_report(&report, &streams[0]);
		streams[0].wait_ns = rows_wait[i].wait_ns;
		report.receive_buffer = rows_wait[i].buffer;
		assert_string_equal(
		    line_of(&out, &report, "  lost after"), rows_wait[i].text);
	}
	streams[0].wait_ns = REPORT_UNKNOWN;
	assert_null(strstr(text_of(&out, &report), "lost after"));
	fill_report(&report, &streams[0]);
	streams[1] = streams[0];
	report.streams = streams;
	report.streams_count = 2;
	assert_string_equal(
	    line_of(&out, &report, "  lost after"), "  lost after  1s");
}

/* More than twice the delay of 99 % of all, and 5 ms more than that. */
static void
a_first_that_is_far_later_than_the_others_is_told(void **state)
{
	static const struct {
		double p99, first;
		int64_t joined_late;
		bool told;
	} rows_first[] = {
	    {9.8, 40, 0, true},
	    {9.8, 40, 1, false}, /* it was not the first */
	    {9.8, 40, REPORT_UNKNOWN, false},
	    {20, 40, 0, false},
	    {20, 40.1, 0, true},
	    {0.1, 5.1, 0, false},
	    {0.1, 5.2, 0, true},
	    {0.1, NAN, 0, false},
	    {NAN, 40, 0, false},
	};
	struct report_stream stream;
	struct report report;
	struct capture out;

	(void)state;
	for (size_t i = 0; i < sizeof rows_first / sizeof rows_first[0]; i++) {
		fill_report(&report, &stream);
		stream.delay_ms[2] = rows_first[i].p99;
		stream.delay_first_ms = rows_first[i].first;
		stream.joined_late = rows_first[i].joined_late;
		text_of(&out, &report);
		assert_int_equal(strstr(out.text, "\n  first       ") != NULL,
		    rows_first[i].told);
	}
	fill_report(&report, &stream);
	stream.delay_first_ms = 40.04;
	assert_string_equal(line_of(&out, &report, "  first"),
	    "  first       came 40.0 ms above the fastest, far later than "
	    "those after it");
}

static void
no_repair_leaves_a_line_of_concealment_alone(void **state)
{
	struct report_stream stream;
	struct report report;
	struct capture out;

	(void)state;
	fill_report(&report, &stream);
	stream.repaired = 0;
	stream.overflow = 2;
	stream.resyncs = 1;
	stream.paused_s = 1.5;
	stream.file = "a\x1b.wav";
	stream.samples = 5904960;
	assert_string_equal(
	    line_of(&out, &report, "  concealed"), "  concealed   9 (0.18 s)");
	assert_string_equal(line_of(&out, &report, "  play-out"),
	    "  play-out    62 ms mean (40–100)   clock +11.3 ppm   underruns 0 "
	    "  2 overflowed   1 resynchronised   paused 1.50 s");
	assert_string_equal(line_of(&out, &report, "  written"),
	    "  written     a\\x1b.wav   2 min 03 s of sound");
}

static void
an_estimate_stands_beside_what_it_is_made_of(void **state)
{
	struct report_stream stream;
	struct report report;
	struct capture out;

	(void)state;
	fill_report(&report, &stream);
	stream.quality.network = 0;
	stream.quality.band = 0;
	assert_string_equal(line_of(&out, &report, "  quality"),
	    "  quality     MOS 4.2 estimated (G.107: R 86, loss 0.15 %, BurstR "
	    "1.2, delay 92 ms)   without the network's delay");
	stream.quality.band = 1;
	stream.quality.beyond = 2;
	stream.quality.bitrate_bps = 40000;
	assert_string_equal(line_of(&out, &report, "  quality"),
	    "  quality     MOS 4.2 at least, estimated (G.107.1: R 86, loss "
	    "0.15 %, BurstR 1.2, delay 92 ms)   without the network's delay   "
	    "as of Opus at 40 kb/s a channel");
	stream.quality.beyond = 1;
	assert_non_null(strstr(
	    line_of(&out, &report, "  quality"), "MOS 4.2 at most, estimated"));

	/* None without enough datagrams, and nothing said of other payloads. */
	report_quality_init(&stream.quality);
	assert_null(strstr(text_of(&out, &report), "quality"));
	stream.expected = 100;
	assert_null(strstr(text_of(&out, &report), "quality"));
	stream.pending = 1;
	assert_string_equal(line_of(&out, &report, "  quality"),
	    "  quality     not estimated: 99 datagrams are too few (100 "
	    "needed)");
	stream.expected = 2;
	assert_string_equal(line_of(&out, &report, "  quality"),
	    "  quality     not estimated: 1 datagram is too few (100 needed)");
	snprintf(stream.codec, sizeof(stream.codec), "opaque");
	assert_null(strstr(text_of(&out, &report), "quality"));
}

static void
rejections_are_told_by_the_names_of_the_wire_format(void **state)
{
	struct report_stream streams[2];
	struct report report;
	struct capture out;
	const char *text;

	(void)state;
	fill_report(&report, &streams[0]);
	fill_stream(&streams[1]);
	report.verdict[SILBO_DROP_AUTH] = 12;
	report.verdict[SILBO_DROP_SHORT] = 3;
	report.verdict[SILBO_DROP_OLD] = 5;
	report.received += 20;
	text = text_of(&out, &report);
	assert_non_null(strstr(text, "   15 rejected\n"));
	assert_non_null(
	    strstr(text, "ms)\n  rejected    3 drop_short, 12 drop_auth\n"));

	/* What the socket dropped was perhaps not of the stream, of which
	 * nothing or something was lost. */
	report.socket_drops = 7;
	streams[0].dropped_here = REPORT_UNKNOWN;
	assert_non_null(strstr(line_of(&out, &report, "  datagrams"),
	    "   15 rejected   7 dropped here"));
	streams[0].lost = 0;
	assert_non_null(strstr(line_of(&out, &report, "  datagrams"),
	    "   15 rejected   7 dropped here"));
	text = text_of(&out, &report);
	assert_null(strstr(text, "[")); /* not told twice */

	/* Two streams: which of them was meant cannot be known. */
	report.streams_count = 2;
	report.streams = streams;
	report.socket_drops = 7;
	text = text_of(&out, &report);
	assert_null(strstr(text, "too late to play   15 rejected"));
	assert_non_null(strstr(text,
	    "\n\nsocket\n"
	    "  datagrams   6293 received   6260 accepted   15 rejected   "
	    "7 dropped here   receive buffer 8 MiB\n"
	    "  rejected    3 drop_short, 12 drop_auth\n"));
}

static void
nothing_received_is_said_with_what_may_help(void **state)
{
	static const struct {
		enum silbo_verdict verdict;
		uint64_t count;
		const char *text;
	} rows[] = {
	    {SILBO_ACCEPTED, 0,
		"nothing received in 10.0 s\n"
		"  to check    the sender runs; it names this host and port; "
		"no firewall drops UDP\n"},
	    {SILBO_DROP_WRONG_KEY, 500,
		"nothing accepted of 500 datagrams in 10.0 s\n"
		"  rejected    500 drop_wrong_key\n"
		"  because     500 datagrams arrived, none authenticated: "
		"sealed with another key; compare the key\n"
		"              ids of both ends\n"},
	    {SILBO_DROP_PLAIN, 1,
		"nothing accepted of 1 datagram in 10.0 s\n"
		"  rejected    1 drop_plain\n"
		"  because     1 datagram arrived, in plain, and a key is set "
		"here: give the sender the same --key\n"},
	    {SILBO_DROP_ENCRYPTED, 9,
		"nothing accepted of 9 datagrams in 10.0 s\n"
		"  rejected    9 drop_encrypted\n"
		"  because     9 datagrams arrived, encrypted, and no key is "
		"set here: give --key FILE\n"},
	    {SILBO_DROP_STALE, 2,
		"nothing accepted of 2 datagrams in 10.0 s\n"
		"  rejected    2 drop_stale\n"},
	};
	struct capture out;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct report report = {.role = "recv",
		    .duration_s = 10,
		    .has_datagrams = true,
		    .received = rows[i].count};

		report.verdict[rows[i].verdict] = rows[i].count;
		assert_string_equal(text_of(&out, &report), rows[i].text);
	}
}

static void
fill_sender(struct report *report, struct report_stream *stream)
{
	fill_report(report, stream);
	report_stream_init(stream);
	snprintf(stream->id, sizeof(stream->id), "5d1c0000");
	snprintf(stream->name, sizeof(stream->name), "desk");
	snprintf(stream->peer, sizeof(stream->peer), "192.0.2.9:7587");
	snprintf(stream->codec, sizeof(stream->codec), "opus");
	stream->duration_s = 24;
	stream->channels = 2;
	stream->sent = 1200;
	stream->sent_info = 24;
	stream->sent_bytes = 150000;
	stream->lateness_ms[0] = 0.06;
	stream->lateness_ms[1] = 0.31;
	stream->lateness_ms[2] = 1.4;
	stream->late_over_1ms = 2;
	report->role = "send";
	report->has_datagrams = false;
}

static void
a_sender_tells_what_left_and_what_did_not(void **state)
{
	struct report_stream stream;
	struct report report;
	struct capture out;

	(void)state;
	fill_sender(&report, &stream);
	assert_string_equal(text_of(&out, &report),
	    "stream 5d1c 'desk' to 192.0.2.9:7587   24.0 s   opus, stereo, "
	    "plain\n"
	    "  sent        1200 datagrams   24 INFO   150000 bytes "
	    "(50.0 kb/s)\n"
	    "  departures  late by p50 0.06  p99 0.31  max 1.40 ms   "
	    "2 more than 1 ms late\n");
	stream.unsent = 5;
	stream.send_errors[REPORT_SEND_BUSY] = 3;
	stream.send_errors[REPORT_SEND_TOO_LARGE] = 2;
	stream.send_errors[REPORT_SEND_REFUSED] = 40;
	assert_non_null(strstr(text_of(&out, &report),
	    "late\n"
	    "  not sent    5 datagrams   3 local queue full   2 larger than "
	    "the datagram limit\n"
	    "  receiver absent: port unreachable 40 times\n"));
	stream.unsent = 1;
	stream.sent = 1;
	assert_non_null(
	    strstr(text_of(&out, &report), "  sent        1 datagram   24"));
	assert_non_null(
	    strstr(text_of(&out, &report), "  not sent    1 datagram   3"));
	stream.skipped_s = 4;
	stream.sources = 2;
	snprintf(stream.source, sizeof(stream.source), "9c1f0000");
	assert_non_null(strstr(text_of(&out, &report),
	    "late\n"
	    "  sources     2, the last is 9c1f\n"
	    "  skipped     4.00 s without datagrams: nothing to send, or held "
	    "up\n"));
}

/* Every key and value of the example, in its order; more keys are allowed.
 * The drops stand in the order of checks, whatever the example shows. */
static void
check_contains(const json_t *actual, const json_t *expected, const char *path)
{
	void *from = NULL;
	const char *key;
	json_t *value;

	if (json_is_array(expected)) {
		assert_int_equal(
		    json_array_size(actual), json_array_size(expected));
		for (size_t i = 0; i < json_array_size(expected); i++)
			check_contains(json_array_get(actual, i),
			    json_array_get(expected, i), path);
		return;
	}
	if (!json_is_object(expected)) {
		if (!json_equal(actual, expected))
			fail_msg("%s differs", path);
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)expected, key, value)
	{
		json_t *object = (json_t *)(uintptr_t)actual;
		void *at = json_object_iter_at(object, key);

		if (at == NULL)
			fail_msg("%s.%s is missing", path, key);
		check_contains(json_object_iter_value(at), value, key);
		if (strcmp(path, "drops") == 0)
			continue;
		for (void *i = from; i != NULL && i != at;)
			if ((i = json_object_iter_next(object, i)) == NULL)
				fail_msg("%s.%s out of order", path, key);
		from = at;
	}
}

static json_t *
json_of(const struct report *report)
{
	char path[] = "/tmp/silbo-report-XXXXXX";
	int fd = mkstemp(path);
	json_error_t error;
	json_t *root;

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(report_json(path, report), 0);
	root = json_load_file(path, 0, &error);
	unlink(path);
	if (root == NULL)
		fail_msg("line %d: %s", error.line, error.text);
	return root;
}

static void
the_json_contains_the_documented_example(void **state)
{
	struct silbo_track_report total = {.unique = 50, .arrived = 50};
	struct intervals *log = intervals_open(1, 1.0);
	json_t *expected, *actual;
	struct report_stream stream;
	struct report report;

	(void)state;
	assert_non_null(log);
	intervals_put(log, 0, &total, 1.7);
	intervals_end(log, 1.0);
	fill_report(&report, &stream);
	stream.intervals = log;
	expected = json_load_file(SILBO_FIXTURES "/report.json", 0, NULL);
	assert_non_null(expected);
	actual = json_of(&report);
	check_contains(actual, expected, "report");
	json_decref(actual);
	json_decref(expected);
	intervals_close(log);
}

static void
numbers_are_printed_clean(void **state)
{
	struct report_stream stream;
	struct report report;
	struct capture out;

	(void)state;
	fill_report(&report, &stream);
	stream.jitter_ms = 0.1 + 0.2;
	stream.clock_ppm = -0.0001;
	stream.pending = 1000; /* in the denominator, as all that is expected */
	capture_begin(&out, stdout);
	assert_int_equal(report_json("-", &report), 0);
	capture_end(&out);
	assert_non_null(strstr(out.text, "\"loss_ratio\":0.00374}"));
	assert_non_null(strstr(out.text, "\"duration_s\":123.02,"));
	assert_non_null(strstr(out.text, "\"jitter_ms\":0.3,"));
	assert_non_null(strstr(out.text, "\"clock_ppm\":0.0}"));
	assert_non_null(strstr(out.text, "\"rate\":0.5}"));
	assert_int_equal(out.text[strlen(out.text) - 1], '\n');
}

static void
steps_of_the_clock_are_told_calmly(void **state)
{
	static const struct {
		struct report_clock clock;
		const char *text, *json;
	} rows_clock[] = {
	    {{false, 1, 2}, NULL, "\"clock_steps\":null,"},
	    {{true, 0, 0}, NULL,
		"\"clock_steps\":{\"count\":0,\"total_ms\":0.0},"},
	    {{true, 1, 3600000.4},
		"this machine's clock was set forward by 3600.0 s during the "
		"run; no figure depends on it\n",
		"\"clock_steps\":{\"count\":1,\"total_ms\":3600000.4},"},
	    {{true, 1, -51}, "was set back by 0.05 s during the run;",
		"\"total_ms\":-51.0}"},
	    {{true, 3, -0.004},
		"was set 3 times during the run, by +0.00 s in all;",
		"\"count\":3,"},
	    {{true, 2, -7200000},
		"was set 2 times during the run, by -7200.0 s in all;",
		"\"count\":2,"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows_clock / sizeof *rows_clock; i++) {
		struct report_stream stream;
		struct report report;
		struct capture out;

		fill_report(&report, &stream);
		report.clock = rows_clock[i].clock;
		capture_begin(&out, stdout);
		report_text(stdout, &report);
		capture_end(&out);
		if (rows_clock[i].text == NULL)
			assert_null(strstr(out.text, "clock was"));
		else
			assert_non_null(strstr(out.text, rows_clock[i].text));
		capture_begin(&out, stdout);
		assert_int_equal(report_json("-", &report), 0);
		capture_end(&out);
		assert_non_null(strstr(out.text, rows_clock[i].json));
	}
}

/* The class may be known without the hops, and the hops without the class. */
static void
marks_are_told_as_far_as_they_are_known(void **state)
{
	static const struct {
		int tos, ttl;
		int64_t changed, congested, classes;
	} rows_marks[] = {
	    {0x2b, 60, 0, 2, 1},
	    {0x2b, -1, 0, 2, 1},
	    {-1, 60, 0, REPORT_UNKNOWN, REPORT_UNKNOWN},
	    {-1, -1, REPORT_UNKNOWN, REPORT_UNKNOWN, REPORT_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows_marks / sizeof *rows_marks; i++) {
		struct report_marks told;
		struct silbo_marks marks;

		silbo_marks_init(&marks);
		for (int n = 0; n < 2; n++)
			silbo_marks_on_arrival(
			    &marks, rows_marks[i].tos, rows_marks[i].ttl);
		report_marks_fill(&told, &marks);
		assert_int_equal(told.tos, rows_marks[i].tos);
		assert_int_equal(told.ttl, rows_marks[i].ttl);
		assert_int_equal(told.ttl_min, rows_marks[i].ttl);
		assert_int_equal(told.changed, rows_marks[i].changed);
		assert_int_equal(told.changes, rows_marks[i].changed);
		assert_int_equal(told.congested, rows_marks[i].congested);
		assert_int_equal(told.classes, rows_marks[i].classes);
	}
}

static void
times_stand_in_the_json_each_under_its_name(void **state)
{
	struct report_stream stream;
	struct report report;
	struct capture out;

	(void)state;
	fill_report(&report, &stream);
	for (int i = 0; i < 4; i++)
		stream.delay_ms[i] = 2 + i;
	stream.delay_first_ms = 0.5;
	stream.delay_mean_ms = 1;
	stream.delay_p999_ms = 4.5;
	for (int i = 0; i < 5; i++)
		stream.ipdv_ms[i] = 6 + i;
	stream.ipdv_pairs = 11;
	stream.ipdv_unpaired = 13;
	stream.skew_applied = 1;
	stream.absurd_times = 12;
	capture_begin(&out, stdout);
	assert_int_equal(report_json("-", &report), 0);
	capture_end(&out);
	assert_non_null(strstr(out.text,
	    "\"delay_ms\":{\"relative\":true,\"first\":0.5,\"mean\":1.0,"
	    "\"p50\":2.0,\"p95\":3.0,\"p99\":4.0,\"p999\":4.5,\"max\":5.0}"));
	assert_non_null(strstr(out.text,
	    "\"ipdv_ms\":{\"mean\":6.0,\"p50\":7.0,\"p95\":8.0,\"p99\":9.0,"
	    "\"max\":10.0,\"pairs\":11,\"unpaired\":13}"));
	assert_non_null(
	    strstr(out.text, "\"skew\":{\"ppm\":11.3,\"applied\":true}"));
	assert_non_null(strstr(out.text, "\"absurd_times\":12"));
}

/* A path of keys, the last of which must hold null. */
static void
check_null(const json_t *root, const char *a, const char *b)
{
	const json_t *value = json_object_get(root, a);

	if (b != NULL)
		value = json_object_get(value, b);
	if (!json_is_null(value))
		fail_msg("%s %s is not null", a, b != NULL ? b : "");
}

static void
what_is_unknown_is_null_in_the_json_at_both_ends(void **state)
{
	struct report_stream stream;
	struct report report;
	json_t *root, *object;

	(void)state;
	fill_sender(&report, &stream);
	root = json_of(&report);
	check_null(root, "datagrams", NULL);
	check_null(root, "error", NULL);
	check_null(root, "config", "duration_s");
	object = json_array_get(json_object_get(root, "streams"), 0);
	check_null(object, "packets", "lost");
	check_null(object, "packets", "loss_ratio");
	check_null(object, "loss_runs", "histogram");
	check_null(object, "jitter_ms", NULL);
	check_null(object, "delay_ms", "p50");
	check_null(object, "delay_ms", "p999");
	check_null(object, "ipdv_ms", "mean");
	check_null(object, "ipdv_ms", "pairs");
	check_null(object, "ipdv_ms", "unpaired");
	check_null(object, "buffer_loss_ratio", "20");
	check_null(object, "skew", "ppm");
	check_null(object, "skew", "applied");
	check_null(object, "absurd_times", NULL);
	check_null(object, "playout", "clock_ppm");
	check_null(object, "quality", NULL);
	check_null(object, "tail", NULL);
	check_null(object, "joined_late", NULL);
	check_null(object, "file", NULL);
	check_null(object, "codec", "frame_ms");
	object = json_object_get(object, "sent");
	assert_int_equal(
	    json_integer_value(json_object_get(object, "data")), 1200);
	check_null(object, "wakeup_ms", "p99");
	object = json_object_get(object, "lateness_ms");
	assert_true(json_real_value(json_object_get(object, "p99")) == 0.31);
	json_decref(root);
}

static void
text_that_is_not_utf8_is_escaped_and_never_dropped(void **state)
{
	struct report_stream stream;
	struct report report;
	json_t *root, *object;

	(void)state;
	fill_report(&report, &stream);
	stream.file = "gr\xfc\xdf.wav";
	snprintf(stream.name, sizeof(stream.name), "grün");
	report.error = "cannot write";
	root = json_of(&report);
	object = json_array_get(json_object_get(root, "streams"), 0);
	assert_string_equal(json_string_value(json_object_get(object, "file")),
	    "gr\\xfc\\xdf.wav");
	assert_string_equal(
	    json_string_value(json_object_get(object, "name")), "grün");
	assert_string_equal(
	    json_string_value(json_object_get(root, "error")), "cannot write");
	json_decref(root);
}

static void
a_file_is_replaced_whole_and_a_pipe_is_written_to(void **state)
{
	char directory[] = "/tmp/silbo-report-XXXXXX";
	struct report_stream stream;
	struct report report;
	struct stat file;
	char first[1];
	json_t *root;
	int reader;

	(void)state;
	fill_report(&report, &stream);
	assert_non_null(mkdtemp(directory));
	assert_int_equal(chdir(directory), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(report_json("r.json", &report), 0);
		root = json_load_file("r.json", 0, NULL);
		assert_non_null(root);
		json_decref(root);
		assert_int_equal(access("r.json.part", F_OK), -1);
	}
	assert_int_equal(symlink("/dev/full", "full"), 0);
	assert_int_equal(report_json("full", &report), -1);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(lstat("full", &file), 0);
	assert_true(S_ISLNK(file.st_mode));
	assert_int_equal(mkfifo("pipe", 0600), 0);
	reader = open("pipe", O_RDONLY | O_NONBLOCK);
	assert_true(reader >= 0);
	assert_int_equal(report_json("pipe", &report), 0);
	assert_true(read(reader, first, sizeof(first)) == 1 && *first == '{');
	close(reader);
	assert_int_equal(lstat("pipe", &file), 0);
	assert_true(S_ISFIFO(file.st_mode));
	assert_int_equal(report_json("nowhere/r.json", &report), -1);
	assert_int_equal(errno, ENOENT);
	unlink("r.json");
	unlink("full");
	unlink("pipe");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(directory), 0);
}

static void
every_send_error_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < REPORT_SEND_KINDS; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
			    report_send_error_name((enum report_send_error)i),
			    report_send_error_name((enum report_send_error)j));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_text_is_that_of_the_documented_example),
	    cmocka_unit_test(the_live_line_is_that_of_the_documented_example),
	    cmocka_unit_test(what_is_unknown_is_left_out_of_the_text),
	    cmocka_unit_test(where_it_was_lost_is_bounded_when_it_is_not_known),
	    cmocka_unit_test(what_the_figures_do_not_cover_stands_beside_them),
	    cmocka_unit_test(what_losses_depend_on_here_stands_below_them),
	    cmocka_unit_test(a_first_that_is_far_later_than_the_others_is_told),
	    cmocka_unit_test(no_repair_leaves_a_line_of_concealment_alone),
	    cmocka_unit_test(an_estimate_stands_beside_what_it_is_made_of),
	    cmocka_unit_test(
		rejections_are_told_by_the_names_of_the_wire_format),
	    cmocka_unit_test(nothing_received_is_said_with_what_may_help),
	    cmocka_unit_test(a_sender_tells_what_left_and_what_did_not),
	    cmocka_unit_test(the_json_contains_the_documented_example),
	    cmocka_unit_test(numbers_are_printed_clean),
	    cmocka_unit_test(steps_of_the_clock_are_told_calmly),
	    cmocka_unit_test(marks_are_told_as_far_as_they_are_known),
	    cmocka_unit_test(times_stand_in_the_json_each_under_its_name),
	    cmocka_unit_test(what_is_unknown_is_null_in_the_json_at_both_ends),
	    cmocka_unit_test(
		text_that_is_not_utf8_is_escaped_and_never_dropped),
	    cmocka_unit_test(a_file_is_replaced_whole_and_a_pipe_is_written_to),
	    cmocka_unit_test(every_send_error_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
