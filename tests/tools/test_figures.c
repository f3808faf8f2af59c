/* SPDX-License-Identifier: MIT */
/*
 * Whatever a source sends, no figure of its report is negative, wrapped or
 * above 100 %: random streams, half of them hostile, from the library to the
 * text and the JSON.
 */
#include "testing.h"

#include <math.h>

#include <silbo/stream.h>

#include "flaws.h"
#include "report.h"
#include "report_build.h"
#include "report_laws.h"
#include "summary.h"

#define STREAMS 400
#define STEPS 250
#define MS SILBO_NS_PER_MS
#define EPOCH UINT64_C(1795000000000000000)
#define EXACT 9007199254740992.0 /* 2^53: what a JSON number holds */

struct source {
	uint64_t seed;
	uint64_t number, first;
	uint64_t media_time;
	uint64_t info_number;
	silbo_time now;
	bool hostile;
};

static uint64_t
below(struct source *s, uint64_t n)
{
	return test_below(&s->seed, n);
}

/* Any size, every power of two as likely. */
static uint64_t
any_size(struct source *s, unsigned bits)
{
	return test_random(&s->seed) >> (64 - 1 - below(s, bits));
}

static uint64_t
any_number(struct source *s)
{
	uint64_t number = s->number;

	if (s->hostile && below(s, 8) == 0)
		number = any_size(s, 48);
	else if (below(s, 5) == 0)
		number -= below(s, number - s->first + 1);
	return number < SILBO_WIRE_NUMBER_MAX ? number : SILBO_WIRE_NUMBER_MAX;
}

static void
send_data(struct source *s, struct silbo_stream *stream)
{
	static const uint8_t payload[100];
	const uint16_t durations[] = {960, 960, 960, 120, 2880, 0, 65535};
	uint64_t number = any_number(s);
	struct silbo_data data = {
	    .media_time = EPOCH + (number - s->first) * 20 * MS,
	    .duration = 960,
	    .format = SILBO_FORMAT_OPUS,
	    .payload = payload,
	    .payload_bytes = 1 + below(s, sizeof payload)};
	silbo_time at = s->now - below(s, s->now < 5 * MS ? 1 : 5 * MS);
	enum silbo_verdict verdict;

	if (s->hostile) {
		data.media_time = below(s, 2)
		    ? any_size(s, 64)
		    : data.media_time + any_size(s, 50);
		data.duration = durations[below(s, 7)];
		data.flags = (uint8_t)below(s, 16);
	}
	verdict = silbo_stream_on_number(stream, number, s->now);
	if (silbo_verdict_is_accepted(verdict))
		silbo_stream_put(stream, number, &data, verdict, at, s->now);
	if (number >= s->number && number < SILBO_WIRE_NUMBER_MAX)
		s->number = number + 1;
}

static void
send_info(struct source *s, struct silbo_stream *stream, bool end)
{
	struct silbo_info info = {.media_time = EPOCH,
	    .origin = EPOCH,
	    .first = s->first,
	    .next = s->number,
	    .age_ns = below(s, 2) ? 0 : any_size(s, 63),
	    .bitrate = 32000,
	    .duration = 960,
	    .format = SILBO_FORMAT_OPUS,
	    .channels = 1,
	    .flags = end ? SILBO_INFO_END : 0};

	if (s->hostile) {
		info.next = info.first + any_size(s, 47);
		info.samples = any_size(s, 64);
		info.origin = any_size(s, 64);
		info.duration = (uint16_t)any_size(s, 16);
		info.bitrate = (uint32_t)any_size(s, 32);
		if (info.next > SILBO_WIRE_NUMBER_MAX)
			info.next = SILBO_WIRE_NUMBER_MAX + 1;
		if (info.next < info.first)
			info.next = info.first;
	}
	silbo_stream_on_info(stream, s->info_number++, &info, s->now);
}

static void
step(struct source *s, struct silbo_stream *stream)
{
	const uint64_t pauses[] = {0, MS, 20 * MS, 20 * MS, 20 * MS, 300 * MS};
	struct silbo_frame frame;

	s->now += pauses[below(s, 6)];
	if (below(s, 50) == 0)
		s->now += any_size(s, s->hostile ? 42 : 34);
	if (below(s, 4) == 0)
		s->number += below(s, 10); /* lost */
	if (below(s, 12) == 0)
		send_info(s, stream, below(s, 30) == 0);
	else if (s->hostile && below(s, 30) == 0)
		silbo_stream_on_bad_body(stream, s->now);
	else
		send_data(s, stream);
	silbo_stream_on_time(stream, s->now);
	for (int i = 0; i < 20; i++)
		if (silbo_stream_get(stream, &frame, s->now) ==
		    SILBO_FRAME_WAIT)
			break;
}

static bool
ends_with(const char *key, const char *end)
{
	size_t n = strlen(key), m = strlen(end);

	return n >= m && strcmp(key + n - m, end) == 0;
}

/* A clock may be slow; nothing else is ever below 0. */
static void
check_number(uint64_t seed, const char *key, const char *in, json_t *number)
{
	bool ratio = ends_with(key, "_ratio") || ends_with(in, "_ratio");
	double value = json_number_value(number);

	if (!isfinite(value) ||
	    (json_is_integer(number) && fabs(value) > EXACT) ||
	    (value < 0 && !ends_with(key, "_ppm") && !ends_with(in, "_ppm") &&
		!ends_with(key, "offset_ms")) ||
	    (ratio && value > 1))
		fail_msg("seed %llu: %s in %s is %g", (unsigned long long)seed,
		    key, in, value);
}

static void
check_values(uint64_t seed, const char *in, json_t *value)
{
	json_t *inner;
	const char *key;
	size_t i;

	json_object_foreach(value, key, inner)
	{
		if (json_is_number(inner))
			check_number(seed, key, in, inner);
		check_values(seed, key, inner);
	}
	json_array_foreach(value, i, inner) check_values(seed, in, inner);
}

static void
check_text(uint64_t seed, const char *text)
{
	const char *bad = flaw_of(text);

	if (bad != NULL)
		fail_msg("seed %llu: '%.40s' in\n%s", (unsigned long long)seed,
		    bad, text);
}

static void
check_report(struct source *s, uint64_t seed, struct silbo_stream *stream)
{
	struct silbo_stream_report counts;
	struct silbo_gate_source about = {.serial = 1};
	struct builder builder = {false};
	struct report_stream out;
	struct report report = {.role = "recv",
	    .has_datagrams = true,
	    .streams = &out,
	    .streams_count = 1};
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);
	const struct report_law *law;
	json_t *json;

	assert_non_null(file);
	silbo_stream_report(stream, &counts);
	report_stream_init(&out);
	summary_stream(&out, &counts, &about);
	summary_blame(&out, below(s, 3) ? 0 : any_size(s, 32),
	    below(s, 3) ? 0 : any_size(s, 32), counts.info_gaps, below(s, 2));
	json = build_stream(&builder, &out);
	assert_false(builder.failed);
	check_values(seed, "stream", json);
	for (law = report_stream_laws; law->left != NULL; law++)
		if (!report_law_holds(law, json))
			fail_msg("seed %llu: %s is not %s %s",
			    (unsigned long long)seed, law->left,
			    law->kind == REPORT_LAW_SAME ? "" : "at most",
			    law->right);
	json_decref(json);
	report_text(file, &report);
	assert_int_equal(fclose(file), 0);
	check_text(seed, text);
	free(text);
}

static void
play(uint64_t seed)
{
	struct silbo_stream_config config;
	struct source s = {.seed = seed, .hostile = seed % 2};
	struct silbo_stream *stream;
	void *memory;

	s.now = any_size(&s, 40);
	s.first = s.number = below(&s, 2) ? 0 : any_size(&s, 47);
	silbo_stream_config_init(&config, s.now);
	memory = malloc(silbo_stream_size(&config));
	assert_non_null(memory);
	stream = silbo_stream_init(memory, &config);
	for (int i = 0; i < STEPS; i++) {
		step(&s, stream);
		if (i % 25 == 0)
			check_report(&s, seed, stream);
	}
	s.now += 40 * SILBO_NS_PER_S;
	silbo_stream_on_time(stream, s.now);
	check_report(&s, seed, stream);
	free(memory);
}

static void
no_figure_is_ever_negative_wrapped_or_above_100_percent(void **state)
{
	uint64_t seed = test_seed(1);

	(void)state;
	for (uint64_t i = 0; i < STREAMS; i++)
		play(seed + i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		no_figure_is_ever_negative_wrapped_or_above_100_percent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
