/* SPDX-License-Identifier: MIT */
/*
 * No line of a report is wider than REPORT_COLUMNS, whatever there is to tell:
 * every field by the tables that it is read back by, so that new ones are
 * tried, too.  But for names of files, which are never broken.
 */
#include "testing.h"

#include <math.h>
#include <string.h>

#include "capture.h"
#include "limit.h"
#include "report.h"
#include "report_fields.h"
#include "report_line.h"
#include "report_reflect.h"

#define PEER "[2001:db8:1234:5678:9abc:def0:1234:5678%eth0]:47600"

/* Every field of a table: this count, this figure. */
static void
fill(void *base, const struct report_field *fields, int64_t count, double real)
{
	for (; fields->path != NULL; fields++) {
		char *at = (char *)base + fields->at;

		switch (fields->kind) {
		case REPORT_FIELD_COUNT:
			memcpy(at, &count, sizeof count);
			break;
		case REPORT_FIELD_BOOLEAN:
			memcpy(at, &(int64_t){1}, sizeof count);
			break;
		case REPORT_FIELD_FLAG:
			*(bool *)at = true;
			break;
		case REPORT_FIELD_REAL:
		case REPORT_FIELD_SIGNED:
			memcpy(at, &real, sizeof real);
			break;
		case REPORT_FIELD_TEXT:
			snprintf(at, fields->room, "%.*s",
			    (int)fields->room - 1, "lecture.hall.example");
			break;
		}
	}
}

static void
fill_quality(struct report_quality *q, double real)
{
	fill(q, report_quality_fields, 1, real);
	q->mos = 1.2;
	q->r = 12;
	q->loss_ratio = 0.9876;
	q->band = 2;
	q->network = 0;
	q->beyond = 2;
	q->bitrate_bps = 510000;
}

static void
fill_marks(struct report_marks *marks, int64_t count)
{
	*marks = (struct report_marks){.tos = 0xbb,
	    .ttl = 255,
	    .ttl_min = 1,
	    .ttl_max = 255,
	    .changed = 1,
	    .changes = count,
	    .congested = count,
	    .classes = 3};
}

static void
fill_stream(struct report_stream *s, int64_t count, double real)
{
	report_stream_init(s);
	for (size_t i = 0; report_stream_fields[i] != NULL; i++)
		fill(s, report_stream_fields[i], count, real);
	snprintf(s->peer, sizeof s->peer, "%s", PEER);
	snprintf(s->name, sizeof s->name, "lecture of %d.flac", 1952);
	s->channels = 2;
	s->lost_network = REPORT_UNKNOWN;
	s->tail_known = 0;
	s->file = "/srv/recordings/2026/11/22/lecture-hall-1-camera-2.wav";
	s->samples = count;
	s->wait_ns = count;
	for (int i = 0; i < REPORT_BUFFERS; i++)
		s->buffer_loss[i] = 1;
	s->pattern.known = true;
	s->pattern.losses.bursts = (uint64_t)count;
	s->pattern.losses.burst_numbers = (uint64_t)count;
	s->pattern.losses.burst_lost = (uint64_t)count;
	s->pattern.losses.gap_numbers = (uint64_t)count;
	s->pattern.losses.gap_lost = (uint64_t)count;
	for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
		s->send_errors[kind] = count;
	fill_marks(&s->marks, count);
	fill_quality(&s->quality, real);
}

static void
fill_probe(
    struct report_probe *p, const int64_t *errors, int64_t count, double real)
{
	report_probe_init(p);
	fill(p, report_probe_fields, count, real);
	fill(&p->there, report_way_fields, count, real);
	p->first_ms = 3 * real + 2;
	p->errors = errors;
	snprintf(p->peer, sizeof p->peer, "%s", PEER);
	fill_marks(&p->there.marks, count);
	fill_quality(&p->there.quality, real);
	p->back = p->there;
}

static void
fill_prober(struct report_prober *prober, uint64_t count)
{
	*prober = (struct report_prober){.counts = {.unique = count,
					     .duplicate = count,
					     .too_old = count,
					     .reordered = count,
					     .extent_max = count,
					     .answered = count,
					     .withheld = count,
					     .unsent = count,
					     .too_short = count},
	    .lost = count,
	    .pending = count};
}

/* Columns of the widest line, and that line. */
static size_t
widest(const char *text, char line[256])
{
	size_t most = 0;

	for (; *text != '\0'; text += strcspn(text, "\n"), text += *text != 0) {
		size_t bytes = strcspn(text, "\n"), columns = 0;

		for (size_t i = 0; i < bytes; i++)
			columns += ((unsigned char)text[i] & 0xc0) != 0x80;
		if (columns <= most)
			continue;
		most = columns;
		snprintf(line, 256, "%.*s", (int)bytes, text);
	}
	return most;
}

static void
check(const struct report *report)
{
	static struct capture out;
	char line[256];
	const char *text;

	capture_begin(&out, stdout);
	report_text(stdout, report);
	text = capture_end(&out);
	assert_true(strlen(text) > 40 && strlen(text) < sizeof out.text - 1);
	if (widest(text, line) > REPORT_COLUMNS)
		fail_msg("wider than %d:\n%s", REPORT_COLUMNS, line);
}

static const int64_t counts[] = {1, 1234, 987654321};
static const double reals[] = {0.5, 345.678, 98765.432};

static void
a_receivers_report_is_as_wide_as_a_window(void **state)
{
	static struct report_stream streams[2];
	static struct report_prober prober;

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		struct report_reflected reflected = {
		    .probers = &prober, .count = 1, .forgotten = 1234};
		struct report report = {.role = "recv",
		    .duration_s = reals[i],
		    .has_datagrams = true,
		    .received = (uint64_t)counts[i],
		    .accepted = (uint64_t)counts[i],
		    .socket_drops = counts[i],
		    .receive_buffer = counts[i],
		    .clock = {true, counts[i], 1000 * reals[i]},
		    .reflected = &reflected,
		    .streams = streams};

		fill_prober(&prober, (uint64_t)counts[i]);
		fill(&prober, report_prober_fields, counts[i], reals[i]);
		snprintf(prober.peer, sizeof prober.peer, "%s", PEER);
		fill_marks(&prober.marks, counts[i]);
		for (int v = 0; v < SILBO_VERDICTS; v++)
			report.verdict[v] = (uint64_t)counts[i];
		for (size_t n = 0; n < 2; n++)
			fill_stream(&streams[n], counts[i], reals[i]);
		for (size_t n = 1; n <= 2; n++) {
			report.streams_count = n;
			check(&report);
		}
		report.streams_count = report.accepted = 0;
		check(&report); /* because, and because */
	}
}

static void
a_senders_report_is_as_wide_as_a_window(void **state)
{
	static struct report_stream stream;
	static struct report_target targets[2];

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		struct report report = {.role = "send",
		    .duration_s = reals[i],
		    .streams = &stream,
		    .streams_count = 1};

		fill_stream(&stream, counts[i], reals[i]);
		stream.targets = targets;
		for (size_t n = 0; n < 2; n++) {
			targets[n] = (struct report_target){.peer = PEER,
			    .sent = counts[i],
			    .unsent = counts[i]};
			for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
				targets[n].errors[kind] = counts[i];
			stream.targets_count = n + 1;
			check(&report);
		}
	}
}

static void
a_probers_report_is_as_wide_as_a_window(void **state)
{
	static struct report_probe probe;
	int64_t errors[REPORT_SEND_KINDS];

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		const struct report report = {.role = "probe",
		    .duration_s = reals[i],
		    .probes = &probe,
		    .probes_count = 1};

		for (int kind = 0; kind < REPORT_SEND_KINDS; kind++)
			errors[kind] = counts[i];
		fill_probe(&probe, errors, counts[i], reals[i]);
		check(&report);
		probe.there.lost = REPORT_UNKNOWN;
		check(&report); /* bounds */
		probe.stamp.stateful = REPORT_UNKNOWN;
		probe.stamp.synchronised = 0;
		check(&report);
		for (int state_of = 0; state_of <= SILBO_MTU_SPENT;
		     state_of++) {
			probe.mtu.searched = true;
			probe.mtu.state = (enum silbo_mtu_state)state_of;
			check(&report);
		}
	}
}

static void
limits_are_as_wide_as_a_window(void **state)
{
	static struct limits limits;
	const struct report report = {
	    .role = "probe", .duration_s = 1, .limits = &limits};

	(void)state;
	limits.count = LIMITS_MAX;
	for (size_t i = 0; i < LIMITS_MAX; i++) {
		struct limit *limit = &limits.list[i];

		snprintf(limit->name, sizeof limit->name, "there.reordered");
		snprintf(limit->who, sizeof limit->who,
		    "lecture.hall.example %s", PEER);
		limit->is_host = true;
		limit->unit = LIMITS_COUNT;
		limit->bound = 123456789;
		limit->value = 987654321;
		limit->checked = limit->exceeded = true;
	}
	check(&report);
}

/* What goes on below stands under the first part, and no word is cut. */
static void
a_line_goes_on_under_its_first_part(void **state)
{
	struct capture out;
	struct report_line line;

	(void)state;
	capture_begin(&out, stdout);
	line = report_line(stdout, "label");
	report_part(&line, "%s", "a part of the line");
	report_part(&line, "%063d", 1); /* 100 columns */
	report_part(&line, "%s", "b");
	report_line_end(&line);
	line = report_line(stdout, "words");
	report_part(&line, "%080d %s–%s %s", 2, "12", "34", "so");
	report_name(&line, "one name");
	report_more(&line);
	report_part(&line, "%s", "more");
	report_line_end(&line);
	assert_string_equal(capture_end(&out),
	    "  label       a part of the line   "
	    "000000000000000000000000000000000000000000000000000000000000001"
	    "\n              b\n"
	    "  words       "
	    "0000000000000000000000000000000000000000"
	    "0000000000000000000000000000000000000002 12–34"
	    "\n              so   one name"
	    "\n              more\n");
}

static void
a_count_stays_beside_what_it_counts(void **state)
{
	struct capture out;
	struct report_line line;

	(void)state;
	capture_begin(&out, stdout);
	line = report_line(stdout, "rejected");
	report_part(&line, "%078d a, 123 drop_short, 4 b", 1);
	report_line_end(&line);
	assert_string_equal(capture_end(&out),
	    "  rejected    "
	    "0000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000001 a,"
	    "\n              123 drop_short, 4 b\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_receivers_report_is_as_wide_as_a_window),
	    cmocka_unit_test(a_senders_report_is_as_wide_as_a_window),
	    cmocka_unit_test(a_probers_report_is_as_wide_as_a_window),
	    cmocka_unit_test(limits_are_as_wide_as_a_window),
	    cmocka_unit_test(a_line_goes_on_under_its_first_part),
	    cmocka_unit_test(a_count_stays_beside_what_it_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
