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
#include "flaws.h"
#include "report_build.h"
#include "report_compare.h"
#include "report_fields.h"
#include "report_laws.h"
#include "report_read.h"

#define SEEDS 300
#define EDITS 2000

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
		else if (fields->kind == REPORT_FIELD_SIGNED)
			*(double *)to =
			    any_real(seed) * (test_below(seed, 2) ? 1 : -1);
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
	q->loss_ratio /= 101;
	q->mos /= 25;
	q->band = (int64_t)test_below(seed, 3);
	q->beyond = (int64_t)test_below(seed, 3);
	if (isnan(q->mos))
		report_quality_init(q);
}

static int64_t
at_most(uint64_t *seed, int64_t most)
{
	return (int64_t)test_below(seed, (uint64_t)most + 1);
}

/* Spread so many over the classes. */
static void
draw_classes(uint64_t counts[SILBO_CLASSES], int64_t sum, uint64_t *seed)
{
	int64_t left = sum > 0 ? sum : 0;

	for (int i = 0; i < SILBO_CLASSES - 1; i++) {
		counts[i] = (uint64_t)at_most(seed, left);
		left -= (int64_t)counts[i];
	}
	counts[SILBO_CLASSES - 1] = (uint64_t)left;
}

static void
draw_runs(int64_t *count, int64_t *max, int64_t histogram[SILBO_CLASSES],
    int64_t lost, uint64_t *seed)
{
	uint64_t counts[SILBO_CLASSES];

	*count = at_most(seed, lost);
	*max = at_most(seed, lost);
	draw_classes(counts, *count, seed);
	for (int i = 0; i < SILBO_CLASSES; i++)
		histogram[i] = (int64_t)counts[i];
}

/* Those that are known, in their order; then the mean, which is no more than
 * the last. */
static void
ascend(double *const *values, size_t count, double *mean)
{
	double most = 0;

	for (size_t i = 0; i < count; i++) {
		if (isnan(*values[i]))
			continue;
		most += *values[i];
		*values[i] = most;
	}
	if (mean != NULL && *mean > most)
		*mean = most;
}

/* What must agree agrees, whatever else is drawn. */
static void
settle_packets(struct report_stream *s, uint64_t *seed)
{
	s->unique = at_most(seed, 1000);
	s->lost = test_below(seed, 3) ? at_most(seed, 1000) : 0;
	s->pending = at_most(seed, 3);
	s->expected = s->unique + s->lost + s->pending;
	s->duplicate = at_most(seed, 50);
	s->late_final = at_most(seed, s->lost);
	s->too_old = at_most(seed, 2);
	s->arrived = s->unique + s->duplicate + s->late_final + s->too_old;
	s->reordered = at_most(seed, s->unique);
	s->extent_max = at_most(seed, 20);
	s->lost_network_max = at_most(seed, s->lost);
	s->lost_network_min = at_most(seed, s->lost_network_max);
	s->lost_network = at_most(seed, s->lost + 1) - 1;
	draw_runs(&s->runs, &s->run_max, s->run_histogram, s->lost, seed);
}

static void
settle_times(struct report_stream *s)
{
	ascend((double *[]){&s->jitter_ms, &s->jitter_max_ms}, 2,
	    &s->jitter_mean_ms);
	ascend((double *[]){&s->delay_ms[0], &s->delay_ms[1], &s->delay_ms[2],
		   &s->delay_p999_ms, &s->delay_ms[3]},
	    5, &s->delay_mean_ms);
	ascend((double *[]){&s->ipdv_ms[1], &s->ipdv_ms[2], &s->ipdv_ms[3],
		   &s->ipdv_ms[4]},
	    4, &s->ipdv_ms[0]);
	ascend((double *[]){&s->playout_min_ms, &s->playout_ms,
		   &s->playout_max_ms},
	    3, NULL);
	ascend((double *[]){&s->lateness_ms[0], &s->lateness_ms[1],
		   &s->lateness_ms[2]},
	    3, NULL);
	ascend(
	    (double *[]){&s->wakeup_ms[0], &s->wakeup_ms[1], &s->wakeup_ms[2]},
	    3, NULL);
	for (int i = 0; i < REPORT_BUFFERS; i++) {
		s->buffer_loss[i] = s->buffer_loss[i] / 101;
		if (i > 0 && s->buffer_loss[i] > s->buffer_loss[i - 1])
			s->buffer_loss[i] = s->buffer_loss[i - 1];
		if (i > 0 && isnan(s->buffer_loss[i - 1]))
			s->buffer_loss[i] = NAN;
	}
}

/* Some of what was counted is not known; that breaks nothing. */
static void
forget_some(struct report_stream *s, uint64_t *seed)
{
	int64_t *counts[] = {&s->expected, &s->arrived, &s->unique, &s->lost,
	    &s->pending, &s->duplicate, &s->late_final, &s->too_old,
	    &s->reordered, &s->lost_network_min, &s->runs, &s->run_max};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (test_below(seed, 8) == 0)
			*counts[i] = REPORT_UNKNOWN;
}

/* Means are of what there is. */
static void
draw_pattern(struct report_stream *s, uint64_t *seed)
{
	struct report_pattern *p = &s->pattern;
	struct silbo_pattern_report *losses = &p->losses;
	int64_t lost = s->lost, reordered = s->reordered;

	p->known = test_below(seed, 4) > 0;
	if (!p->known)
		return;
	losses->lost = (uint64_t)lost;
	losses->burst_lost = (uint64_t)at_most(seed, lost);
	losses->gap_lost = losses->lost - losses->burst_lost;
	losses->burst_numbers = losses->burst_lost + test_below(seed, 100);
	losses->gap_numbers = losses->gap_lost + 1 + test_below(seed, 100);
	losses->bursts = test_below(seed, losses->burst_lost + 1);
	losses->gaps = 1 + test_below(seed, 100);
	losses->noticeable = test_below(seed, losses->lost + 1);
	draw_classes(losses->distances, at_most(seed, lost), seed);
	draw_classes(p->extents, reordered, seed);
	draw_classes(p->preceding, at_most(seed, reordered), seed);
	p->extent_sum =
	    test_below(seed, (uint64_t)(reordered * s->extent_max) + 1);
	p->late_by_max_ns = test_below(seed, UINT64_C(1) << 30);
	p->late_by_sum_ns =
	    test_below(seed, (uint64_t)reordered * p->late_by_max_ns + 1);
}

static void
draw_marks(struct report_marks *marks, uint64_t *seed)
{
	marks->tos = test_below(seed, 2) ? (int64_t)test_below(seed, 256) : -1;
	marks->ttl = (int64_t)test_below(seed, 257) - 1;
	marks->ttl_max = (int64_t)test_below(seed, 257) - 1;
	marks->ttl_min = marks->ttl_max < 0
	    ? REPORT_UNKNOWN
	    : (int64_t)test_below(seed, (uint64_t)marks->ttl_max + 1);
	marks->changed = (int64_t)test_below(seed, 3) - 1;
	marks->changes = any_count(seed);
	marks->congested = any_count(seed);
	marks->classes = (int64_t)test_below(seed, 66) - 1;
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
	settle_packets(s, seed);
	settle_times(s);
	draw_pattern(s, seed);
	forget_some(s, seed);
	s->pattern.losses.lost = s->pattern.known ? report_known(s->lost) : 0;
	if (s->pattern.losses.noticeable > s->pattern.losses.lost)
		s->pattern.losses.noticeable = 0;
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
settle_way(struct report_way *way)
{
	ascend((double *[]){&way->delay_ms[0], &way->delay_ms[1],
		   &way->delay_ms[2], &way->delay_ms[3], &way->delay_ms[4]},
	    REPORT_DELAYS, NULL);
}

static void
settle_probe(struct report_probe *p, uint64_t *seed)
{
	double *rtt = p->rtt_ms, *late = p->lateness_ms;
	struct report_mtu *mtu = &p->mtu;

	p->answered = at_most(seed, 1000);
	p->lost = at_most(seed, 1000);
	p->pending = at_most(seed, 3);
	p->sent = p->answered + p->lost + p->pending;
	p->unsent = at_most(seed, 3);
	p->slots = p->sent + p->unsent + at_most(seed, 1);
	p->dscp = at_most(seed, 63);
	p->late_final = at_most(seed, p->lost);
	p->late_over_1ms = at_most(seed, p->slots);
	p->there.lost = at_most(seed, p->lost);
	p->back.lost = at_most(seed, p->lost - p->there.lost);
	draw_runs(&p->runs, &p->run_max, p->run_histogram, p->lost, seed);
	ascend((double *[]){&rtt[0], &rtt[1]}, 2, NULL);
	ascend(
	    (double *[]){&rtt[0], &rtt[2], &rtt[3], &rtt[4], &rtt[5], &rtt[6]},
	    6, &rtt[1]);
	ascend((double *[]){&late[0], &late[1], &late[2]}, 3, NULL);
	settle_way(&p->there);
	settle_way(&p->back);
	p->stamp.there_lost_max = at_most(seed, p->lost);
	p->stamp.there_lost_min = at_most(seed, p->stamp.there_lost_max);
	mtu->payload = at_most(seed, 1000);
	mtu->there = mtu->payload + at_most(seed, 10);
	mtu->too_large = mtu->payload + 1;
}

static void
draw_probe(struct sample *sample, size_t i, uint64_t *seed)
{
	struct report_probe *p = &sample->probes[i];

	report_probe_init(p);
	draw_fields(p, report_probe_fields, seed);
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
	settle_probe(p, seed);
	p->settled = p->sent - p->pending;
	if (p->stamp.no_estimate < 0)
		report_stamp_init(&p->stamp);
	/* As a clock may be, that was never set. */
	if (test_below(seed, 2))
		p->offset_ms *= 1e12;
	p->there.extent_max = p->back.extent_max = 3;
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
	    .forgotten_unique = 100 + test_below(seed, 100),
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
		p->counts.unique = p->counts.answered + p->counts.withheld +
		    p->counts.unsent + p->counts.too_short;
		p->counts.reordered = test_below(seed, p->counts.unique + 1);
		p->counts.bytes_in += p->counts.bytes_out;
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
	report->received = report->accepted;
	for (int v = SILBO_DROP_OVERSIZE; v < SILBO_VERDICTS; v++) {
		report->verdict[v] = test_below(seed, 3);
		report->received += report->verdict[v];
	}
	report->forgotten.streams = test_below(seed, 2);
	report->forgotten.lost = test_below(seed, 100);
	report->forgotten.expected = 100 + test_below(seed, 100);
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

/* Where the objects of a table of laws stand, in a report of which role. */
static const struct family {
	const struct report_law *laws;
	const char *role, *array, *within;
} families[] = {
    {report_stream_laws, "recv", "streams", NULL},
    {report_stream_laws, "send", "streams", NULL},
    {report_probe_laws, "probe", "probes", NULL},
    {report_way_laws, "probe", "probes", "there"},
    {report_way_laws, "probe", "probes", "back"},
    {report_prober_laws, "recv", "reflected", NULL},
    {report_root_laws, "recv", NULL, NULL},
};

static json_t *
object_of(const struct family *family, json_t *root)
{
	json_t *object = root;

	if (family->array != NULL)
		object =
		    json_array_get(json_object_get(root, family->array), 0);
	if (family->within != NULL)
		object = json_object_get(object, family->within);
	return object;
}

/* The number at the first term of a side, and where to write another.  False:
 * there is none, or the side is a number itself. */
static bool
first_term(json_t *object, const char *side, json_t **in, const char **key)
{
	static char path[64];
	char *word = path, *dot;
	json_t *at = object;

	snprintf(path, sizeof(path), "%.*s", (int)strcspn(side, " "), side);
	while ((dot = strchr(word, '.')) != NULL && at != NULL) {
		*dot = '\0';
		at = json_object_get(at, word);
		word = dot + 1;
	}
	*in = at;
	*key = strcmp(word, "*") == 0
	    ? json_object_iter_key(json_object_iter(at))
	    : word;
	return *key != NULL && json_is_number(json_object_get(at, *key));
}

static bool
is_refused(json_t *root, struct capture *err)
{
	struct report_file file;
	char *text = json_dumps(root, JSON_REAL_PRECISION(15));
	int status = read_text(&file, err, text);

	free(text);
	report_read_close(&file);
	return status == EXIT_USAGE && strstr(err->text, "was it edited?");
}

/* One side of a law becomes much more.  False: it is not known here. */
static bool
break_law(json_t *root, const struct family *family,
    const struct report_law *law, const char *side)
{
	json_t *object = object_of(family, root), *in;
	struct capture err;
	const char *key;

	if (!first_term(object, side, &in, &key))
		return false;
	if (json_is_integer(json_object_get(in, key)))
		json_object_set_new(in, key, json_integer(1000000000000));
	else
		json_object_set_new(in, key, json_real(1e12));
	if (report_law_holds(law, object))
		return false; /* the other side is not known */
	if (!is_refused(root, &err))
		fail_msg("%s: broken by %s, and read", law->left, side);
	return true;
}

static bool
can_be_broken(const struct family *family, const struct report_law *law,
    const char *side, uint64_t *seed)
{
	static struct sample sample;
	bool broken = false;

	for (int i = 0; i < 400 && !broken; i++) {
		json_t *root;

		draw(&sample, family->role, seed);
		root = json_of(&sample.report);
		broken = break_law(root, family, law, side);
		json_decref(root);
	}
	return broken;
}

static void
whoever_breaks_a_law_is_refused(void **state)
{
	uint64_t seed = test_seed(11);

	(void)state;
	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++)
		for (const struct report_law *law = families[f].laws;
		     law->left != NULL; law++) {
			bool of_sent = strncmp(law->left, "sent.", 5) == 0;

			if (of_sent && strcmp(families[f].role, "send") != 0)
				continue;
			if (!can_be_broken(&families[f], law, law->left, &seed))
				fail_msg("%s is never broken", law->left);
			if (law->kind == REPORT_LAW_SAME &&
			    !can_be_broken(
				&families[f], law, law->right, &seed))
				fail_msg("%s is never broken", law->right);
		}
}

/* All numbers below, and where they stand. */
struct leaf {
	json_t *in;
	const char *key;
};

static size_t
gather(struct leaf *leaves, size_t cap, size_t count, json_t *value)
{
	const char *key;
	json_t *inner;
	size_t i;

	json_object_foreach(value, key, inner)
	{
		if (json_is_number(inner) && count < cap)
			leaves[count++] = (struct leaf){value, key};
		count = gather(leaves, cap, count, inner);
	}
	json_array_foreach(value, i, inner) count =
	    gather(leaves, cap, count, inner);
	return count;
}

static json_t *
any_value(json_t *was, uint64_t *seed)
{
	static const json_int_t wholes[] = {0, 1, 2, 50, 5000, 1000000, -1,
	    (json_int_t)1 << 53, INT64_MAX, INT64_MIN};
	static const double reals[] = {0, 0.5, 1.001, 60, 1e6, 1e15, -0.5};

	if (test_below(seed, 10) == 0)
		return json_null();
	if (json_is_integer(was))
		return json_integer(wholes[test_below(seed, 10)]);
	return json_real(reals[test_below(seed, 7)]);
}

/* Some numbers of a file are others: it is refused, or tells what can be. */
static bool
edited_is_told(json_t *root, uint64_t *seed, uint64_t began)
{
	static struct capture out, err;
	static struct leaf leaves[1000];
	static const char *const names[] = {"a", "b"};
	struct report_file files[2];
	size_t count = gather(leaves, 1000, 0, root);
	uint64_t edits = 1 + test_below(seed, 3);
	const char *bad;
	char *text;
	bool told;

	assert_true(count > 0);
	while (edits-- > 0) {
		struct leaf *leaf = &leaves[test_below(seed, count)];

		json_object_set_new(leaf->in, leaf->key,
		    any_value(json_object_get(leaf->in, leaf->key), seed));
	}
	text = json_dumps(root, JSON_REAL_PRECISION(15));
	told = read_text(&files[0], &err, text) == EXIT_DONE;
	if (told) {
		files[1] = files[0];
		text_of(&out, &files[0].report);
		bad = flaw_of(out.text);
		if (bad == NULL) {
			capture_begin(&out, stdout);
			report_compare(stdout, files, names, 2, false);
			bad = flaw_of(capture_end(&out));
		}
		if (bad != NULL)
			fail_msg("seed %#llx: '%.40s' in\n%s\nof\n%s",
			    (unsigned long long)began, bad, out.text, text);
	} else if (strstr(err.text, "hint: ") == NULL) {
		fail_msg("seed %#llx: %s", (unsigned long long)began, err.text);
	}
	report_read_close(&files[0]);
	free(text);
	return told;
}

static void
what_was_edited_shows_no_figure_that_cannot_be(void **state)
{
	static const char *const roles[] = {
	    "recv", "send", "probe", "reflector"};
	static struct sample sample;
	uint64_t seed = test_seed(0xed17);
	unsigned told = 0;

	(void)state;
	for (int i = 0; i < EDITS; i++) {
		uint64_t began = seed;
		json_t *root;

		draw(&sample, roles[i % 4], &seed);
		root = json_of(&sample.report);
		told += edited_is_told(root, &seed, began);
		json_decref(root);
	}
	/* Neither is everything refused, nor nothing. */
	assert_in_range(told, EDITS / 20, EDITS - EDITS / 20);
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
	    {STREAM(",\"packets\":{\"lost\":9223372036854775807}"),
		"is not a count", ""},
	    {STREAM(",\"jitter_ms\":-0.001"),
		"jitter_ms is not a number from 0 on", "edited"},
	    {STREAM(",\"packets\":{\"expected\":3,\"unique\":2,"
		    "\"lost\":2,\"pending\":0}"),
		"streams[0].packets.expected is not packets.unique + "
		"packets.lost + packets.pending",
		"edited"},
	    {STREAM(",\"delay_ms\":{\"p50\":2,\"p95\":1}"),
		"streams[0].delay_ms.p50 is not at most delay_ms.p95", ""},
	    {STREAM(",\"packets\":{\"lost\":3},\"loss_runs\":{\"count\":2,"
		    "\"histogram\":{\"1\":1,\"2\":2}}"),
		"loss_runs.histogram.* is not loss_runs.count", ""},
	    {HEAD ",\"streams\":[],\"datagrams\":{\"received\":3,"
		  "\"accepted\":1,\"drops\":{\"auth\":1}}}",
		"datagrams.received is not datagrams.accepted + "
		"datagrams.drops.*",
		""},
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
	    {HEAD ",\"streams\":[],\"limits\":[{\"limit\":\"loss>1%\","
		  "\"unit\":\"ratio\",\"value\":1.5}]}",
		"limits.value is not a share from 0 to 1", "edited"},
	    {HEAD ",\"streams\":[],\"limits\":[{\"limit\":\"lost>1\","
		  "\"unit\":\"count\",\"value\":-1}]}",
		"limits.value is not a figure of its unit", "edited"},
	    {HEAD ",\"streams\":[],\"limits\":[{\"limit\":\"lost>1\","
		  "\"unit\":\"count\",\"value\":1,\"exceeded\":true}]}",
		"limits.exceeded is not what its limit and its value say",
		"edited"},
	    {HEAD ",\"streams\":[],\"datagrams\":{\"received\":null}}",
		"datagrams is not complete", ""},
	    {HEAD ",\"streams\":[],\"datagrams\":{\"drops\":{\"auth\":-3}}}",
		"drops is not of counts", ""},
	    {"{\"schema\":\"silbo.report/1\",\"role\":\"probe\",\"streams\":[],"
	     "\"probes\":[{\"path_mtu\":{\"state\":\"found\","
	     "\"payload_bytes\":4294967296}}]}",
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

/* A row of two columns as it is printed. */
static void
has_row(const char *text, const char *label, const char *a, const char *b)
{
	char row[128];

	snprintf(row, sizeof(row), "\n%-14s%22s%22s\n", label, a, b);
	if (strstr(text, row) == NULL)
		fail_msg("no '%s' in\n%s", row + 1, text);
}

static void
has_no_row(const char *text, const char *label)
{
	char row[32];

	snprintf(row, sizeof(row), "\n%-14s ", label);
	if (strstr(text, row) != NULL)
		fail_msg("'%s' in\n%s", label, text);
}

static void
bursts_stand_side_by_side(void **state)
{
	static struct report_stream streams[2][1];
	struct report_pattern *pattern = &streams[0][0].pattern;
	struct report_file files[2];
	struct capture out;
	const char *text;

	(void)state;
	fill_file(&files[0], streams[0], 1);
	fill_file(&files[1], streams[1], 1);
	text = compare(&out, files, 2, false);
	has_no_row(text, "bursts");
	pattern->known = true;
	streams[0][0].lost = streams[1][0].lost = 0;
	streams[0][0].duplicate = streams[1][0].duplicate = 0;
	text = compare(&out, files, 2, false);
	/* No loss is told; what else did not happen is not. */
	has_row(text, "lost", "0", "0");
	has_row(text, "loss", "0.00 %", "0.00 %");
	has_no_row(text, "duplicated");
	has_no_row(text, "bursts");
	has_no_row(text, "  density");
	pattern->losses.bursts = 2;
	pattern->losses.burst_numbers = 40;
	pattern->losses.burst_lost = 30;
	text = compare(&out, files, 2, false);
	has_row(text, "bursts", "2", "-");
	has_row(text, "  density", "75.00 %", "-");
	streams[1][0].pattern.known = true;
	streams[1][0].late_final = 4;
	text = compare(&out, files, 2, false);
	has_row(text, "bursts", "2", "0");
	has_row(text, "  density", "75.00 %", "-");
	has_row(text, "after --wait", "-", "4");
	/* Those that are not told one by one. */
	has_no_row(text, "more streams");
	files[1].report.forgotten = (struct report_forgotten){3, 70, 60, 10};
	text = compare(&out, files, 2, false);
	has_row(text, "more streams", "-", "3");
	has_row(text, "  expected", "-", "70");
	has_row(text, "  received", "-", "60");
	has_row(text, "  lost", "-", "10");
}

static void
where_probes_were_lost_stands_side_by_side(void **state)
{
	static const char *const labels[] = {"withheld", "after --wait",
	    "answered again", "pending", "dropped here", "not sent"};
	struct report_probe probes[2];
	int64_t *counts[] = {&probes[1].withheld, &probes[1].late_final,
	    &probes[1].answered_twice, &probes[1].pending,
	    &probes[1].dropped_here, &probes[1].unsent};
	struct report_file files[2];
	struct capture out;
	char number[8];

	(void)state;
	for (int i = 0; i < 2; i++) {
		fill_file(&files[i], NULL, 0);
		report_probe_init(&probes[i]);
		files[i].report.probes = &probes[i];
		files[i].report.probes_count = 1;
	}
	has_no_row(compare(&out, files, 2, false), "MOS there");
	probes[0].there.quality.mos = 4.14;
	probes[0].back.quality.mos = 3.02;
	probes[1].back.quality.mos = 2.5;
	compare(&out, files, 2, false);
	has_row(out.text, "MOS there", "4.1", "-");
	has_row(out.text, "MOS back", "3.0", "2.5");
	for (int i = 0; i < 6; i++) {
		has_no_row(compare(&out, files, 2, false), labels[i]);
		*counts[i] = 0;
		has_no_row(compare(&out, files, 2, false), labels[i]);
		*counts[i] = 7 + i;
		snprintf(number, sizeof(number), "%d", 7 + i);
		compare(&out, files, 2, false);
		has_row(out.text, labels[i], "-", number);
	}
}

static void
who_was_answered_stands_side_by_side(void **state)
{
	static struct report_prober probers[2];
	struct report_reflected all[2] = {{.probers = &probers[0], .count = 1},
	    {.probers = &probers[1], .count = 1}};
	struct report_file files[3];
	struct capture out;
	const char *text;

	(void)state;
	memset(probers, 0, sizeof(probers));
	for (int i = 0; i < 3; i++) {
		fill_file(&files[i], NULL, 0);
		files[i].report.role = "reflector";
		files[i].report.reflected = i < 2 ? &all[i] : NULL;
	}
	snprintf(probers[0].id, sizeof(probers[0].id), "ab12cd34");
	snprintf(probers[0].peer, sizeof(probers[0].peer), "192.0.2.9:40112");
	snprintf(probers[1].id, sizeof(probers[1].id), "99887766");
	probers[0].duration_s = probers[1].duration_s = 5;
	probers[0].counts.unique = 97;
	probers[0].counts.answered = 90;
	probers[0].counts.withheld = 7;
	probers[0].counts.bytes_in = 9700;
	probers[0].lost = 3;
	text = compare(&out, files, 2, false);
	has_row(text, "prober", "ab12", "9988");
	has_row(text, "peer", "192.0.2.9:40112", "-");
	has_row(text, "duration", "5.0 s", "5.0 s");
	has_row(text, "received", "97", "0");
	has_row(text, "lost", "3", "0");
	has_row(text, "loss", "3.00 %", "-");
	has_row(text, "answered", "90", "0");
	has_row(text, "withheld", "7", "0");
	has_no_row(text, "duplicated");
	has_no_row(text, "pending");
	has_no_row(text, "more probers");
	has_no_row(text, "dropped here");

	probers[1].counts.duplicate = 2;
	probers[1].counts.reordered = 5;
	probers[1].counts.extent_max = 4;
	probers[1].counts.too_old = 6;
	probers[1].counts.unsent = 8;
	probers[1].counts.too_short = 9;
	probers[1].pending = 11;
	all[1].forgotten = 2;
	all[1].forgotten_unique = 40;
	all[1].forgotten_answered = 30;
	files[0].report.socket_drops = 12;
	text = compare(&out, files, 2, false);
	has_row(text, "duplicated", "0", "2");
	has_row(text, "reordered", "0", "5");
	has_row(text, "furthest back", "0", "4");
	has_row(text, "too old", "0", "6");
	has_row(text, "not sent", "0", "8");
	has_row(text, "too short", "0", "9");
	has_row(text, "pending", "0", "11");
	has_row(text, "more probers", "-", "2");
	has_row(text, "  received", "-", "40");
	has_row(text, "  answered", "-", "30");
	has_row(text, "dropped here", "12", "0");

	/* It may answer nobody; and the prober of a file may be the second. */
	text = compare(&out, files + 1, 2, false);
	has_row(text, "prober", "9988", "-");
	has_row(text, "received", "0", "-");
}

/* A version before had no count of pairs that lack one. */
static void
an_older_report_without_unpaired_is_read(void **state)
{
	struct report_file file;
	struct capture err, out;

	(void)state;
	assert_int_equal(read_text(&file, &err,
			     STREAM(",\"ipdv_ms\":{\"mean\":1.5,\"p50\":1,"
				    "\"p95\":2,\"p99\":3,\"max\":4,"
				    "\"pairs\":11}")),
	    EXIT_DONE);
	assert_string_equal(err.text, "");
	assert_int_equal(file.report.streams[0].ipdv_pairs, 11);
	assert_int_equal(file.report.streams[0].ipdv_unpaired, REPORT_UNKNOWN);
	text_of(&out, &file.report);
	assert_null(strstr(out.text, "-1"));
	report_read_close(&file);
	assert_int_equal(
	    read_text(&file, &err,
		"{\"schema\":\"silbo.report/1\",\"role\":\"probe\","
		"\"streams\":[],\"probes\":[{\"name\":\"a\","
		"\"there\":{\"lost\":0,\"ipdv_ms\":1.5}}]}"),
	    EXIT_DONE);
	assert_int_equal(file.report.probes[0].there.lost, 0);
	assert_int_equal(
	    file.report.probes[0].there.ipdv_unpaired, REPORT_UNKNOWN);
	assert_int_equal(
	    file.report.probes[0].back.ipdv_unpaired, REPORT_UNKNOWN);
	report_read_close(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_read_back_tells_the_same),
	    cmocka_unit_test(everything_that_is_written_is_read),
	    cmocka_unit_test(everything_of_a_probe_is_read),
	    cmocka_unit_test(everything_of_who_was_answered_is_read),
	    cmocka_unit_test(whoever_breaks_a_law_is_refused),
	    cmocka_unit_test(what_was_edited_shows_no_figure_that_cannot_be),
	    cmocka_unit_test(the_duration_is_rounded_once),
	    cmocka_unit_test(what_is_missing_is_unknown),
	    cmocka_unit_test(events_hold_the_report_in_their_last_line),
	    cmocka_unit_test(what_is_no_report_is_said_to_be_none),
	    cmocka_unit_test(a_report_cut_off_anywhere_is_refused),
	    cmocka_unit_test(what_cannot_be_read_is_the_machines_fault),
	    cmocka_unit_test(several_stand_side_by_side),
	    cmocka_unit_test(bursts_stand_side_by_side),
	    cmocka_unit_test(where_probes_were_lost_stands_side_by_side),
	    cmocka_unit_test(who_was_answered_stands_side_by_side),
	    cmocka_unit_test(an_older_report_without_unpaired_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
