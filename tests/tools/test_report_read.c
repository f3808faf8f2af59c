/* SPDX-License-Identifier: MIT */
/*
 * A report that is read back tells the same, to the byte; what is none is said
 * to be none.
 */
#include "testing.h"

#include <math.h>
#include <unistd.h>

#include "capture.h"
#include "cli.h"
#include "report_build.h"
#include "report_compare.h"
#include "report_fields.h"
#include "report_read.h"

#define SEEDS 300

static const struct limits_name limit_names[] = {
    LIMITS_KNOWN("loss", LIMITS_RATIO),
    LIMITS_KNOWN("p99", LIMITS_MS),
    LIMITS_KNOWN("mos", LIMITS_NUMBER),
    {.name = NULL},
};

/* A report of one or more streams, and what they borrow. */
struct sample {
	struct report report;
	struct report_stream streams[3];
	struct report_target targets[2];
	struct report_probe probes[2];
	int64_t errors[REPORT_SEND_KINDS];
	struct report_prober probers[2];
	struct report_reflected reflected;
	struct limits limits;
};

static double
any_real(uint64_t *seed)
{
	/* Many digits behind the point, and ends in 5 more often than not. */
	double value = (double)test_below(seed, 4000000) / 40000;

	return test_below(seed, 8) == 0 ? NAN
	    : test_below(seed, 2) == 0
	    ? value
	    : value + (double)test_below(seed, 1000) * 1e-9;
}

static int64_t
any_count(uint64_t *seed)
{
	if (test_below(seed, 8) == 0)
		return REPORT_UNKNOWN;
	return (int64_t)test_below(seed, test_below(seed, 2) ? 3 : 100000);
}

/* By its table, so that new rows are drawn, too. */
static void
draw_fields(void *base, const struct report_field *fields, uint64_t *seed)
{
	for (; fields->path != NULL; fields++) {
		void *to = (char *)base + fields->at;

		if (fields->kind == REPORT_FIELD_REAL)
			*(double *)to = any_real(seed);
		else if (fields->kind == REPORT_FIELD_COUNT)
			*(int64_t *)to = any_count(seed);
		else if (fields->kind == REPORT_FIELD_BOOLEAN)
			*(int64_t *)to = (int64_t)test_below(seed, 3) - 1;
		else if (fields->kind == REPORT_FIELD_FLAG)
			*(bool *)to = test_below(seed, 2);
		else
			snprintf(to, fields->room, "%x",
			    (unsigned)test_below(seed, 1u << 30));
	}
}

static void
draw_quality(struct report_quality *q, uint64_t *seed)
{
	double *parts[] = {&q->r, &q->loss_ratio, &q->burst_r, &q->delay_ms};

	for (int i = 0; i < 4; i++)
		if (isnan(*parts[i]))
			*parts[i] = 1.25;
	q->band = (int64_t)test_below(seed, 3);
	q->beyond = (int64_t)test_below(seed, 3);
	if (isnan(q->mos))
		report_quality_init(q);
}

static void
draw_classes(uint64_t counts[SILBO_CLASSES], uint64_t *seed)
{
	for (int i = 0; i < SILBO_CLASSES; i++)
		counts[i] = test_below(seed, 3);
}

/* Means are of what there is. */
static void
draw_pattern(struct report_stream *s, uint64_t *seed)
{
	struct report_pattern *p = &s->pattern;
	uint64_t *sums[] = {&p->losses.bursts, &p->losses.burst_numbers,
	    &p->losses.burst_lost, &p->losses.gaps, &p->losses.gap_numbers,
	    &p->losses.gap_lost};

	p->known = test_below(seed, 4) > 0;
	if (!p->known)
		return;
	for (int i = 0; i < 6; i++)
		*sums[i] = 1 + test_below(seed, 1000);
	p->losses.lost = s->lost > 0 ? (uint64_t)s->lost : 0;
	p->losses.noticeable = test_below(seed, p->losses.lost + 1);
	draw_classes(p->losses.distances, seed);
	draw_classes(p->extents, seed);
	draw_classes(p->preceding, seed);
	p->extent_sum = test_below(seed, 1000000);
	p->late_by_sum_ns = test_below(seed, UINT64_C(1) << 40);
	p->late_by_max_ns = test_below(seed, UINT64_C(1) << 30);
}

static void
draw_marks(struct report_marks *marks, uint64_t *seed)
{
	marks->tos = test_below(seed, 2) ? (int64_t)test_below(seed, 256) : -1;
	marks->ttl = any_count(seed);
	marks->ttl_min = any_count(seed);
	marks->ttl_max = any_count(seed);
	marks->changed = (int64_t)test_below(seed, 3) - 1;
	marks->changes = any_count(seed);
	marks->congested = any_count(seed);
	marks->classes = any_count(seed);
}

static void
draw_stream(struct sample *sample, size_t i, uint64_t *seed)
{
	struct report_stream *s = &sample->streams[i];

	report_stream_init(s);
	for (size_t f = 0; report_stream_fields[f] != NULL; f++)
		draw_fields(s, report_stream_fields[f], seed);
	draw_fields(&s->quality, report_quality_fields, seed);
	snprintf(s->codec, sizeof(s->codec), "opus");
	s->frame_ms = 2.5 * (double)(1 + test_below(seed, 24));
	draw_quality(&s->quality, seed);
	draw_pattern(s, seed);
	for (int r = 0; r < SILBO_TRACK_RUN_CLASSES; r++)
		s->run_histogram[r] = (int64_t)test_below(seed, 3);
	for (int k = 0; k < REPORT_SEND_KINDS; k++)
		s->send_errors[k] = (int64_t)test_below(seed, 3);
	s->tail_known = (int64_t)test_below(seed, 3) - 1;
	s->wait_ns = (int64_t)test_below(seed, 1000) * 1000000;
	draw_marks(&s->marks, seed);
	s->file = test_below(seed, 2) ? "g\xc3\xa4nge\x1b.wav" : NULL;
	if (strcmp(sample->report.role, "send") != 0) {
		s->sent = REPORT_UNKNOWN; /* no sender: none of it is told */
		return;
	}
	s->sent = (int64_t)test_below(seed, 100000);
	s->targets = sample->targets;
	s->targets_count = 2;
}

static void
draw_target(struct report_target *target, uint64_t *seed)
{
	snprintf(target->peer, sizeof(target->peer), "192.0.2.%u:7587",
	    (unsigned)test_below(seed, 255));
	snprintf(target->name, sizeof(target->name), "studio\\x1b");
	target->sent = any_count(seed);
	target->unsent = any_count(seed);
	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		target->errors[kind] = (int64_t)test_below(seed, 3);
}

/* What is told together is known together. */
static void
know(double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (isnan(values[i]))
			values[i] = 2.0625;
}

static void
draw_probe(struct sample *sample, size_t i, uint64_t *seed)
{
	struct report_probe *p = &sample->probes[i];

	report_probe_init(p);
	draw_fields(p, report_probe_fields, seed);
	if (p->sent >= 0 && p->pending >= 0)
		p->settled = p->sent - p->pending;
	draw_fields(&p->there, report_way_fields, seed);
	draw_fields(&p->there.quality, report_quality_fields, seed);
	draw_quality(&p->there.quality, seed);
	draw_fields(&p->back, report_way_fields, seed);
	draw_fields(&p->back.quality, report_quality_fields, seed);
	draw_quality(&p->back.quality, seed);
	draw_marks(&p->there.marks, seed);
	draw_marks(&p->back.marks, seed);
	know(p->rtt_ms, 7);
	know(p->lateness_ms, 3);
	know(p->there.delay_ms, REPORT_DELAYS);
	know(p->back.delay_ms, REPORT_DELAYS);
	know(&p->offset_ms, 1);
	know(&p->error_ms, 1);
	know(&p->step_ms, 1);
	know(&p->interval_ms, 1);
	if (p->stamp.no_estimate < 0)
		report_stamp_init(&p->stamp);
	/* As a clock may be, that was never set. */
	if (test_below(seed, 2))
		p->offset_ms *= 1e12;
	p->there.extent_max = p->back.extent_max = 3;
	for (int r = 0; r < SILBO_TRACK_RUN_CLASSES; r++)
		p->run_histogram[r] = (int64_t)test_below(seed, 3);
	p->errors = sample->errors;
	p->mtu.searched = test_below(seed, 4) == 0;
	p->mtu.state =
	    (enum silbo_mtu_state)test_below(seed, SILBO_MTU_SPENT + 1);
}

static void
draw_probes(struct sample *sample, uint64_t *seed)
{
	struct report *report = &sample->report;

	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		sample->errors[kind] = (int64_t)test_below(seed, 3);
	report->streams_count = 0;
	report->probes = sample->probes;
	report->probes_count = 1 + test_below(seed, 2);
	for (size_t i = 0; i < report->probes_count; i++)
		draw_probe(sample, i, seed);
}

static void
draw_reflected(struct sample *sample, uint64_t *seed)
{
	sample->reflected = (struct report_reflected){
	    .probers = sample->probers,
	    .count = 1 + test_below(seed, 2),
	    .forgotten = test_below(seed, 2),
	    .forgotten_unique = test_below(seed, 100),
	    .forgotten_answered = test_below(seed, 100),
	};
	for (size_t i = 0; i < sample->reflected.count; i++) {
		struct report_prober *p = &sample->probers[i];
		uint64_t *counts[] = {&p->counts.unique, &p->counts.duplicate,
		    &p->counts.too_old, &p->counts.reordered,
		    &p->counts.extent_max, &p->counts.answered,
		    &p->counts.withheld, &p->counts.unsent,
		    &p->counts.too_short, &p->counts.closing,
		    &p->counts.bytes_in, &p->counts.bytes_out, &p->lost,
		    &p->pending};

		draw_fields(p, report_prober_fields, seed);
		p->duration_s = (double)test_below(seed, 50) + 0.04996;
		for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++)
			*counts[k] = test_below(seed, 1000);
		draw_marks(&p->marks, seed);
	}
	sample->report.reflected = &sample->reflected;
}

static void
draw(struct sample *sample, const char *role, uint64_t *seed)
{
	static const struct limits_value values[] = {
	    {"loss", 0.02345678}, {"p99", 12.345678}, {.name = NULL}};
	struct report *report = &sample->report;

	*report = (struct report){.role = role,
	    .duration_s = (double)test_below(seed, 1000000) / 7919,
	    .streams = sample->streams,
	    .streams_count =
		strcmp(role, "send") == 0 ? 1 : test_below(seed, 4),
	    .socket_drops = REPORT_UNKNOWN,
	    .receive_buffer = REPORT_UNKNOWN,
	    .stamps_refused = REPORT_UNKNOWN,
	    .start_wall_ns = 1795345200 * (uint64_t)1000000000};
	if (test_below(seed, 2))
		report->clock = (struct report_clock){.watched = true,
		    .steps = (int64_t)test_below(seed, 3),
		    .total_ms = (double)test_below(seed, 1000000) / 7 - 70000};
	for (int i = 0; i < 2; i++)
		draw_target(&sample->targets[i], seed);
	for (size_t i = 0; i < report->streams_count; i++)
		draw_stream(sample, i, seed);
	assert_true(limits_parse(
	    &sample->limits, "loss>1%,p99>=12.5ms,mos<3", limit_names));
	if (strcmp(role, "probe") == 0)
		limits_check_host(&sample->limits, "studio.local", values);
	else
		limits_check(&sample->limits, "5d1c0011", values);
	limits_finish(&sample->limits);
	if (test_below(seed, 2))
		report->limits = &sample->limits;
	if (strcmp(role, "send") == 0)
		return;
	if (strcmp(role, "probe") == 0)
		draw_probes(sample, seed);
	if ((strcmp(role, "recv") == 0 || strcmp(role, "reflector") == 0) &&
	    test_below(seed, 2))
		draw_reflected(sample, seed);
	report->has_datagrams = true;
	report->socket_drops = any_count(seed);
	report->receive_buffer = any_count(seed);
	report->stamps_refused = any_count(seed);
	report->accepted = test_below(seed, 3);
	report->received = report->accepted + test_below(seed, 3);
	for (int v = SILBO_DROP_OVERSIZE; v < SILBO_VERDICTS; v++)
		report->verdict[v] = test_below(seed, 3);
	report->forgotten.streams = test_below(seed, 2);
	report->forgotten.lost = test_below(seed, 100);
}

/* A file with this text; its name. */
static const char *
write_file(const char *text, size_t len)
{
	static char path[] = "/tmp/silbo-report-XXXXXX";
	int fd;

	snprintf(path, sizeof(path), "/tmp/silbo-report-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	return path;
}

/* As it is in a file: to 15 digits. */
static json_t *
json_of(const struct report *report)
{
	struct builder builder = {.failed = false};
	json_t *root = build_report(&builder, report);
	char *text = json_dumps(root, JSON_REAL_PRECISION(15));

	assert_false(builder.failed);
	json_decref(root);
	root = json_loads(text, 0, NULL);
	assert_non_null(root);
	free(text);
	return root;
}

static int
read_text(struct report_file *file, struct capture *err, const char *text)
{
	const char *path = write_file(text, strlen(text));
	int status;

	capture_begin(err, stderr);
	status = report_read(file, path);
	capture_end(err);
	unlink(path);
	return status;
}

static void
text_of(struct capture *capture, const struct report *report)
{
	capture_begin(capture, stdout);
	report_text(stdout, report);
	capture_end(capture);
}

/* What a report does not read back, though it may say it. */
static void
forget_unread(json_t *root)
{
	static const char *const unread[] = {
	    "config", "intervals", "start", "error"};

	for (size_t i = 0; i < sizeof(unread) / sizeof(unread[0]); i++)
		json_object_del(root, unread[i]);
}

/* The text, and whatever the JSON says. */
static void
assert_comes_back(const struct report *report, uint64_t seed)
{
	static struct capture before, after, err;
	struct report_file file;
	json_t *root = json_of(report), *again;
	char *text = json_dumps(root, JSON_REAL_PRECISION(15));

	assert_non_null(text);
	text_of(&before, report);
	if (read_text(&file, &err, text) != EXIT_DONE)
		fail_msg("seed %#llx: %s", (unsigned long long)seed, err.text);
	text_of(&after, &file.report);
	if (strcmp(before.text, after.text) != 0)
		fail_msg("seed %#llx: told\n%s\nand then\n%s",
		    (unsigned long long)seed, before.text, after.text);
	again = json_of(&file.report);
	forget_unread(root);
	forget_unread(again);
	if (!json_equal(root, again))
		fail_msg("seed %#llx: wrote\n%s\nand then\n%s",
		    (unsigned long long)seed, text,
		    json_dumps(again, JSON_REAL_PRECISION(15)));
	free(text);
	json_decref(root);
	json_decref(again);
	report_read_close(&file);
}

static void
what_is_read_back_tells_the_same(void **state)
{
	static const char *const roles[] = {
	    "recv", "send", "probe", "reflector"};
	uint64_t seed = test_seed(0x5d1c);
	static struct sample sample;

	(void)state;
	for (int i = 0; i < SEEDS; i++) {
		uint64_t began = seed;

		draw(&sample, roles[i % 4], &seed);
		assert_comes_back(&sample.report, began);
	}
}

/* What a report writes is read: whatever stands there, another value makes
 * another report.  But for what is computed from the rest. */
static bool
is_derived(const char *path)
{
	static const char *const derived[] = {"packets.loss_ratio",
	    "delay_ms.relative", "playout.clock_ppm",
	    "loss_pattern.noticeable_within", "loss_pattern.gmin",
	    "reordering.n_reordered.share_3", "loss_ratio", "clock.method",
	    "path_mtu.packet_bytes", "path_mtu.asked", "path_mtu.answered",
	    "there.delay_ms.relative", "back.delay_ms.relative"};
	static const char *const ends[] = {".density_ratio", ".mean_packets",
	    ".mean_ms", "quality.model", "quality.codec"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strlen(path) >= strlen(ends[i]) &&
		    strcmp(path + strlen(path) - strlen(ends[i]), ends[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof(derived) / sizeof(derived[0]); i++)
		if (strcmp(path, derived[i]) == 0)
			return true;
	return false;
}

/* A family that the other end has. */
static bool
is_absent(const char *path, const json_t *value)
{
	return json_is_null(value) &&
	    (strcmp(path, "sent") == 0 || strcmp(path, "targets") == 0);
}

/* Something else of the same kind; NULL: there is none. */
static json_t *
another(const char *path, const json_t *value)
{
	if (strstr(path, "quality.band") != NULL)
		return json_string("narrow");
	if (strstr(path, "quality.beyond") != NULL)
		return json_string("below");
	if (strcmp(path, "path_mtu.state") == 0)
		return json_string("found");
	if (strcmp(path, "tail") == 0)
		return json_string("known");
	if (json_is_string(value))
		return json_string("another");
	if (json_is_boolean(value))
		return json_boolean(json_is_false(value));
	if (json_is_integer(value))
		return json_integer(json_integer_value(value) + 1);
	return json_real(json_is_real(value) ? json_real_value(value) + 1 : 1);
}

/* Is it seen that object has another value under this key? */
static void
change(json_t *root, json_t *object, const char *key, const char *path)
{
	json_t *was = json_incref(json_object_get(object, key)), *now, *again;
	struct report_file file;
	struct capture err;
	char *text;

	now = another(path, was);
	json_object_set(object, key, now);
	text = json_dumps(root, JSON_REAL_PRECISION(15));
	/* A text where a number stood is seen, too: it is refused. */
	if (read_text(&file, &err, text) == EXIT_DONE) {
		again = json_of(&file.report);
		forget_unread(again);
		json_object_set(object, key, was);
		forget_unread(root);
		if (json_equal(root, again))
			fail_msg("%s is not read back: is it in a table of "
				 "report_fields_stream.c?",
			    path);
		json_decref(again);
	}
	json_object_set(object, key, was);
	report_read_close(&file);
	free(text);
	json_decref(was);
	json_decref(now);
}

static size_t
change_all(json_t *root, json_t *object, const char *path)
{
	size_t leaves = 0;
	const char *key;
	json_t *value;
	void *next;
	char below[128];

	json_object_foreach_safe(object, next, key, value)
	{
		snprintf(below, sizeof(below), "%s%s%s", path,
		    *path != '\0' ? "." : "", key);
		if (json_is_object(value))
			leaves += change_all(root, value, below);
		else if (!json_is_array(value) && !is_derived(below) &&
		    !is_absent(below, value)) {
			change(root, object, key, below);
			leaves++;
		}
	}
	return leaves;
}

/* One whose words are not those that they are changed into. */
static bool
has_estimate(const struct report_quality *quality)
{
	return !isnan(quality->mos) && quality->beyond != 1 &&
	    quality->band != 0;
}

static void
everything_that_is_written_is_read(void **state)
{
	static struct sample sample;
	uint64_t seed = 1;
	json_t *root;

	(void)state;
	for (int role = 0; role < 2; role++) {
		do
			draw(&sample, role == 0 ? "recv" : "send", &seed);
		while (sample.report.streams_count == 0 ||
		    !has_estimate(&sample.streams[0].quality) ||
		    sample.streams[0].tail_known == 1 ||
		    !sample.streams[0].pattern.known ||
		    sample.streams[0].lost < 1 ||
		    sample.streams[0].reordered < 1 ||
		    sample.streams[0].marks.tos < 0);
		root = json_of(&sample.report);
		assert_true(
		    change_all(root,
			json_array_get(json_object_get(root, "streams"), 0),
			"") > 60);
		json_decref(root);
	}
}

static void
everything_of_a_probe_is_read(void **state)
{
	static struct sample sample;
	uint64_t seed = 1;
	json_t *root;

	(void)state;
	do
		draw(&sample, "probe", &seed);
	while (!sample.probes[0].mtu.searched ||
	    sample.probes[0].stamp.no_estimate < 0 ||
	    !has_estimate(&sample.probes[0].there.quality) ||
	    !has_estimate(&sample.probes[0].back.quality) ||
	    sample.probes[0].mtu.state == SILBO_MTU_FOUND ||
	    sample.probes[0].there.marks.tos < 0 ||
	    sample.probes[0].back.marks.tos < 0 || sample.probes[0].steps < 1);
	root = json_of(&sample.report);
	assert_true(
	    change_all(root, json_array_get(json_object_get(root, "probes"), 0),
		"") > 80);
	json_decref(root);
}

static void
everything_of_who_was_answered_is_read(void **state)
{
	static struct sample sample;
	uint64_t seed = 1;
	json_t *root;

	(void)state;
	do
		draw(&sample, "recv", &seed);
	while (
	    sample.report.reflected == NULL || sample.probers[0].marks.tos < 0);
	root = json_of(&sample.report);
	assert_true(change_all(root,
			json_array_get(json_object_get(root, "reflected"), 0),
			"") > 18);
	change_all(root, json_object_get(root, "reflected_forgotten"), "");
	json_decref(root);
}

static void
the_duration_is_rounded_once(void **state)
{
	struct report report = {
	    .role = "recv", .duration_s = 0.04999, .has_datagrams = true};

	(void)state;
	assert_comes_back(&report, 0);
}

/* The minimum of a report. */
#define HEAD "{\"schema\":\"silbo.report/1\",\"role\":\"recv\""
#define STREAM(more) HEAD ",\"streams\":[{\"id\":\"5d1c\"" more "}]}"

static void
what_is_missing_is_unknown(void **state)
{
	struct report_file file;
	struct capture err, out;

	(void)state;
	assert_int_equal(
	    read_text(&file, &err, STREAM(",\"unheard_of\":[1]")), EXIT_DONE);
	text_of(&out, &file.report);
	assert_string_equal(out.text, "stream 5d1c from \n");
	report_read_close(&file);
	/* Half an estimate is none. */
	assert_int_equal(
	    read_text(&file, &err, STREAM(",\"quality\":{\"mos\":4}")),
	    EXIT_DONE);
	assert_true(isnan(file.report.streams[0].quality.mos));
	report_read_close(&file);
	/* What would reach a terminal is made harmless. */
	assert_int_equal(read_text(&file, &err,
			     STREAM(",\"name\":\"\\u001b[2J\",\"codec\":"
				    "{\"name\":\"a\\nb\"}")),
	    EXIT_DONE);
	assert_string_equal(file.report.streams[0].name, "\\x1b[2J");
	assert_string_equal(file.report.streams[0].codec, "a\\x0ab");
	report_read_close(&file);
}

static void
events_hold_the_report_in_their_last_line(void **state)
{
	struct report_file file;
	struct capture err;

	(void)state;
	assert_int_equal(
	    read_text(&file, &err,
		"{\"event\":\"start\",\"schema\":\"silbo.report/1\"}\n"
		"{\"event\":\"end\",\"report\":" STREAM("") "}\n\n"),
	    EXIT_DONE);
	assert_int_equal(file.report.streams_count, 1);
	report_read_close(&file);
	assert_int_equal(read_text(&file, &err,
			     "{\"event\":\"end\",\"report\":" STREAM("") "}"),
	    EXIT_DONE);
	report_read_close(&file);
}

static void
what_is_no_report_is_said_to_be_none(void **state)
{
	static const struct {
		const char *text, *why, *hint;
	} rows[] = {
	    {"", "empty", "when the run ends"},
	    {" \n \n", "empty", "when the run ends"},
	    {"{\n \"a\":,\n}", "line 2, column 6: not JSON", "hint: "},
	    {"\x1b[2J", "line 1, column 1: not JSON", "hint: "},
	    {"{\"a\":1,\"a\":2}", "not JSON", "duplicate"},
	    {HEAD, "not JSON", "hint: "},
	    {"3", "not JSON", "hint: "},
	    {"[]", "no report of silbo", "--json FILE"},
	    {"{}", "no report of silbo", "--json FILE"},
	    {"{\"schema\":1}", "no report of silbo", "--json FILE"},
	    {"{\"schema\":\"silbo.impair/1\"}",
		"schema 'silbo.impair/1' is none of a report",
		"docs/impair.schema.json"},
	    {"{\"schema\":\"silbo.lab/1\"}", "'silbo.lab/1'", "silbo lab"},
	    {"{\"schema\":\"silbo.stamp/1\"}", "'silbo.stamp/1'", "STAMP"},
	    {"{\"schema\":\"\\u001b\"}", "'\\x1b'", "--json FILE"},
	    {"{\"schema\":\"silbo.report/2\"}",
		"schema 'silbo.report/2' is not known to silbo",
		"use the version that wrote it"},
	    {"{\"schema\":\"silbo.report/1\"}", "role", "send or probe"},
	    {"{\"schema\":\"silbo.report/1\",\"role\":\"sing\"}", "role",
		"recv, reflector, send or probe"},
	    {"{\"schema\":\"silbo.stamp/1\"}", "none of a report", "STAMP"},
	    {HEAD "}", "streams is not a list", "edited"},
	    {HEAD ",\"streams\":{}}", "streams is not a list", "edited"},
	    {HEAD ",\"streams\":[3]}", "streams[0].this is not a stream", ""},
	    {STREAM(",\"packets\":{\"lost\":-1}"),
		"streams[0].packets.lost is not a count", "edited"},
	    {STREAM(",\"packets\":{\"lost\":1.5}"), "is not a count", ""},
	    {STREAM(",\"packets\":{\"lost\":\"1\"}"), "is not a count", ""},
	    {STREAM(",\"jitter_ms\":[]"), "jitter_ms is not a number", ""},
	    {STREAM(",\"codec\":{\"bitrate_bps\":1e300}"),
		"bitrate_bps is not a number", ""},
	    {STREAM(",\"codec\":{\"frame_ms\":1e999}"), "not JSON", ""},
	    {STREAM(",\"peer\":3"), "peer is not a text", ""},
	    {STREAM(",\"file\":3"), "file is not a text", ""},
	    {STREAM(",\"joined_late\":3"), "is not true or false", ""},
	    {STREAM(",\"targets\":3"), "targets is not a list", ""},
	    {STREAM(",\"marks\":{\"dscp\":64,\"ecn\":0}"),
		"marks is not of an IP header", ""},
	    {STREAM(",\"loss_runs\":{\"histogram\":{\"1\":[]}}"),
		"histogram is not of counts", ""},
	    {HEAD ",\"datagrams\":{},\"streams\":[],\"limits\":[{}]}",
		"limits is not as it was written", ""},
	    {HEAD ",\"streams\":[],\"datagrams\":{\"received\":null}}",
		"datagrams is not complete", ""},
	    {HEAD ",\"streams\":[],\"datagrams\":{\"drops\":{\"auth\":-3}}}",
		"drops is not of counts", ""},
	    {"{\"schema\":\"silbo.report/1\",\"role\":\"probe\",\"streams\":[],"
	     "\"probes\":[{\"path_mtu\":{\"state\":\"found\","
	     "\"payload_bytes\":9223372036854775807}}]}",
		"probes[0].path_mtu is not of sizes", "edited"},
	    {"{\"event\":\"start\"}\n{\"event\":\"stream\"}\n",
		"events without an end", "the run goes on"},
	    {"{\"event\":\"start\"}\n{\"event\":\"end\",\"rep",
		"events without an end", "the run goes on"},
	    {"{\"event\":\"start\"}\n", "events without an end", "run"},
	};
	struct report_file file;
	struct capture err;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int status = read_text(&file, &err, rows[i].text);

		report_read_close(&file);
		if (status != EXIT_USAGE ||
		    strstr(err.text, rows[i].why) == NULL ||
		    strstr(err.text, "hint: ") == NULL ||
		    strstr(err.text, rows[i].hint) == NULL ||
		    strchr(err.text, '\x1b') != NULL)
			fail_msg("row %zu, status %d: %s", i, status, err.text);
	}
}

/* Every file cut off anywhere: none is read past its end, none crashes. */
static void
a_report_cut_off_anywhere_is_refused(void **state)
{
	static struct sample sample;
	struct report_file file;
	struct capture err;
	uint64_t seed = test_seed(7);
	json_t *root;
	char *text;

	(void)state;
	draw(&sample, "send", &seed);
	root = json_of(&sample.report);
	text = json_dumps(root, 0);
	for (size_t len = strlen(text) - 1; len > 0; len -= len < 7 ? len : 7) {
		text[len] = '\0';
		assert_int_equal(read_text(&file, &err, text), EXIT_USAGE);
		report_read_close(&file);
	}
	free(text);
	json_decref(root);
}

static void
what_cannot_be_read_is_the_machines_fault(void **state)
{
	struct report_file file;
	struct capture err;

	(void)state;
	capture_begin(&err, stderr);
	assert_int_equal(
	    report_read(&file, "/nowhere/a\x1b.json"), EXIT_RUNTIME);
	assert_int_equal(report_read(&file, "/tmp"), EXIT_RUNTIME);
	capture_end(&err);
	assert_non_null(
	    strstr(err.text, "cannot read /nowhere/a\\x1b.json: No such file"));
	assert_non_null(strstr(err.text, "/tmp: Is a directory"));
	report_read_close(&file);
}

static void
fill_file(struct report_file *file, struct report_stream *streams, size_t n)
{
	*file = (struct report_file){.report = {.role = "recv",
					 .duration_s = 5,
					 .streams = streams,
					 .streams_count = n}};
	for (size_t i = 0; i < n; i++) {
		report_stream_init(&streams[i]);
		snprintf(streams[i].id, sizeof(streams[i].id), "5d1c%zu", i);
		streams[i].expected = 1000;
	}
}

static const char *
compare(struct capture *out, const struct report_file *files, size_t count,
    bool colour)
{
	static const char *const names[] = {"before", "after",
	    "a-name-that-is-too-long-for-a-column", "d", "e"};

	capture_begin(out, stdout);
	report_compare(stdout, files, names, count, colour);
	return capture_end(out);
}

static void
several_stand_side_by_side(void **state)
{
	static struct report_stream streams[5][2];
	static struct report_file files[5];
	struct report_probe probe;
	struct capture out;
	const char *text;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		fill_file(&files[i], streams[i], i == 1 ? 2 : 1);
	streams[0][0].lost = 10;
	streams[1][0].lost = 20;
	streams[2][0].lost = 15;
	text = compare(&out, files, 2, false);
	assert_non_null(strstr(text,
	    "                              before                 after\n"));
	assert_non_null(strstr(text,
	    "loss                          1.00 %                2.00 %\n"));
	/* The second stream is of the second file alone. */
	assert_non_null(strstr(text,
	    "stream                             -                  5d1c\n"));
	assert_null(strstr(text, "jitter"));
	assert_null(strchr(text, '\x1b'));

	text = compare(&out, files, 3, true);
	assert_non_null(strstr(text, "\x1b[32m1.00 %\x1b[0m"));
	assert_non_null(strstr(text, "\x1b[31m2.00 %\x1b[0m"));
	assert_non_null(strstr(text, " 1.50 %\n"));
	assert_non_null(strstr(text, " 1000 "));

	/* Targets of a prober stand below, where there are some. */
	report_probe_init(&probe);
	snprintf(probe.name, sizeof(probe.name), "studio.local");
	probe.sent = 210;
	probe.settled = 200; /* 10 are pending */
	probe.lost = 3;
	probe.rtt_ms[2] = 12.345;
	files[3].report.probes = &probe;
	files[3].report.probes_count = 1;
	text = compare(&out, files + 3, 2, false);
	assert_non_null(strstr(text,
	    "probe                   studio.local                     -\n"));
	assert_non_null(strstr(text,
	    "loss                          1.50 %                     -\n"));
	assert_non_null(strstr(text,
	    "  p50                       12.35 ms                     -\n"));

	/* Four are two and two, and no line is longer than a terminal. */
	text = compare(&out, files, 4, false);
	assert_non_null(strstr(
	    text, "        ...long-for-a-column                     d\n"));
	for (text = compare(&out, files, 5, false); *text != '\0';) {
		size_t len = strcspn(text, "\n");

		assert_true(len <= 80);
		text += len + 1;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_read_back_tells_the_same),
	    cmocka_unit_test(everything_that_is_written_is_read),
	    cmocka_unit_test(everything_of_a_probe_is_read),
	    cmocka_unit_test(everything_of_who_was_answered_is_read),
	    cmocka_unit_test(the_duration_is_rounded_once),
	    cmocka_unit_test(what_is_missing_is_unknown),
	    cmocka_unit_test(events_hold_the_report_in_their_last_line),
	    cmocka_unit_test(what_is_no_report_is_said_to_be_none),
	    cmocka_unit_test(a_report_cut_off_anywhere_is_refused),
	    cmocka_unit_test(what_cannot_be_read_is_the_machines_fault),
	    cmocka_unit_test(several_stand_side_by_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
