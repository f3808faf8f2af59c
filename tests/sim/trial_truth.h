/* SPDX-License-Identifier: MIT */
/*
 * The truth beside a trial of one stream, by obvious code that keeps everything
 * and asks no verdict: what was sent, what arrived, what was played.
 */
#ifndef SILBO_TESTS_TRIAL_TRUTH_H
#define SILBO_TESTS_TRIAL_TRUTH_H

#include <inttypes.h>

#include <silbo/trial.h>

#include "testing.h"

/* What has become of a number. */
enum { SENT = 1, ARRIVED = 2, PLAYED = 4 };

struct truth {
	uint8_t *marks; /* of first, first + 1 ... */
	uint64_t first, count;
	uint64_t sent, fates, arrivals; /* fates, arrivals: all types */
	uint64_t data, unique, duplicate, reordered; /* arrivals of DATA */
	uint64_t next; /* what the receiver can know was sent */
	uint64_t highest, damaged, unknown, twice;
	uint64_t frames, played, concealed, samples;
	bool sealed, any, told, broken_positions;
	int status; /* of the latest put */
};

static inline void
truth_open(struct truth *t, const struct silbo_trial_config *c)
{
	*t = (struct truth){.first = c->first,
	    .count = c->payloads,
	    .next = c->first,
	    .sealed = c->key != NULL,
	    .marks = calloc(c->payloads, 1)};
	assert_non_null(t->marks);
}

static inline void
truth_mark(struct truth *t, uint64_t number, unsigned mark)
{
	if (number < t->first || number - t->first >= t->count) {
		t->unknown++;
		return;
	}
	t->twice += (t->marks[number - t->first] & mark) != 0;
	t->marks[number - t->first] |= (uint8_t)mark;
}

static inline void
truth_know(struct truth *t, uint64_t next)
{
	t->next = next > t->next ? next : t->next;
}

static inline void
truth_on_data(struct truth *t, uint64_t number)
{
	t->data++;
	if (t->marks[number - t->first] & ARRIVED) {
		t->duplicate++;
		return;
	}
	truth_mark(t, number, ARRIVED);
	truth_know(t, number + 1);
	t->unique++;
	/* RFC 4737 section 3.3: whatever is below the highest so far. */
	if (t->any && number < t->highest)
		t->reordered++;
	else
		t->highest = number;
	t->any = true;
}

static inline void
truth_on_arrival(struct truth *t, const struct silbo_trial_step *step)
{
	const struct silbo_header *header = &step->header;

	t->arrivals++;
	if (step->event.fate.bits > 0) {
		t->damaged++; /* it may be taken for another, or dropped */
		return;
	}
	if (header->type == SILBO_TYPE_DATA) {
		truth_on_data(t, header->number);
		return;
	}
	/* INFO tells how many DATA were made before it: all that were put but
	 * the INFO among them, which count from 0. */
	t->told = true;
	truth_know(t, t->first + step->event.index - header->number);
}

static inline void
truth_on_frame(struct truth *t, const struct silbo_frame *frame)
{
	t->broken_positions |= t->frames > 0 && frame->position != t->samples;
	t->frames++;
	t->samples = frame->position + frame->duration;
	if (frame->kind == SILBO_FRAME_NORMAL) {
		t->played++;
		truth_mark(t, frame->number, PLAYED);
	} else if (frame->kind == SILBO_FRAME_CONCEAL) {
		t->concealed++;
	}
}

static inline void
truth_on_step(struct truth *t, enum silbo_trial_kind kind,
    const struct silbo_trial_step *step)
{
	if (kind == SILBO_TRIAL_FRAME) {
		truth_on_frame(t, &step->frame);
	} else if (kind == SILBO_TRIAL_ARRIVAL) {
		truth_on_arrival(t, step);
	} else if (kind == SILBO_TRIAL_FATE) {
		t->fates++;
		if (step->header.type != SILBO_TYPE_DATA)
			return;
		t->sent++;
		truth_mark(t, step->header.number, SENT);
	}
}

/* Runs of numbers that never arrived, below next, and the longest. */
static inline uint64_t
truth_runs(const struct truth *t, uint64_t *longest)
{
	uint64_t runs = 0, run = 0;

	*longest = 0;
	for (uint64_t i = 0; i < t->next - t->first; i++) {
		run = t->marks[i] & ARRIVED ? 0 : run + 1;
		runs += run == 1;
		*longest = run > *longest ? run : *longest;
	}
	return runs;
}

/* Run a trial to its end, all payloads of 80 bytes. */
static inline struct silbo_trial *
truth_run(struct truth *t, const struct silbo_trial_config *c)
{
	static const uint8_t payload[80] = {1, 2, 3};
	void *memory = malloc(silbo_trial_size(c));
	struct silbo_trial *trial;
	struct silbo_trial_step step;
	enum silbo_trial_kind kind;

	assert_non_null(memory);
	trial = silbo_trial_init(memory, c);
	truth_open(t, c);
	while ((kind = silbo_trial_get(trial, &step)) != SILBO_TRIAL_DONE) {
		assert_int_not_equal(kind, SILBO_TRIAL_FULL);
		if (kind == SILBO_TRIAL_PAYLOAD)
			t->status =
			    silbo_trial_put(trial, payload, sizeof(payload), 0);
		truth_on_step(t, kind, &step);
	}
	return trial;
}

struct truth_row {
	const char *what;
	uint64_t truth, counted;
};

static inline unsigned
truth_compare(const struct truth_row *rows, size_t count)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < count; i++) {
		if (rows[i].truth == rows[i].counted)
			continue;
		print_error("%s: %" PRIu64 " in truth, %" PRIu64 " counted\n",
		    rows[i].what, rows[i].truth, rows[i].counted);
		wrong++;
	}
	return wrong;
}

/* What holds whatever the road did.  Without a key a damaged number is another
 * number, a damaged id another source, and one bit of an INFO ends a stream. */
static inline unsigned
truth_check_always(const struct truth *t, const struct silbo_trial *trial)
{
	struct silbo_stream_report r;
	struct silbo_sender_report sent;
	struct silbo_gate_report gate;
	struct silbo_link_report link;
	bool whole;

	silbo_trial_report(trial, 0, &sent, &link, &gate, &r);
	whole = gate.established == 1 && (t->sealed || t->damaged == 0);
	{
		const struct truth_row rows[] = {
		    {"numbers twice", t->twice, 0},
		    {"numbers of nobody", whole ? t->unknown : 0, 0},
		    {"sent", t->sent, sent.data},
		    {"fates", t->fates, sent.data + sent.info},
		    {"put into the link", t->fates, link.datagrams},
		    {"bytes", sent.bytes, link.bytes},
		    {"arrivals", t->arrivals, gate.received},
		    {"arrivals of the link",
			link.fates[SILBO_FATE_DELIVERED] + link.duplicated,
			t->arrivals},
		    {"positions with a hole", t->broken_positions, 0},
		    {"frames played", whole ? t->played : 0,
			whole ? r.playout.played : 0},
		};

		return truth_compare(rows, sizeof(rows) / sizeof(rows[0]));
	}
}

/*
 * What holds of a stream that was heard from its beginning, where damage is
 * refused and counts as loss.  What
 * came after it was booked lost stays lost, and is counted apart.
 */
static inline unsigned
truth_check_counts(const struct truth *t, const struct silbo_trial *trial)
{
	struct silbo_stream_report r;
	const struct silbo_playout_report *p = &r.playout;
	uint64_t runs, longest;

	silbo_trial_report(trial, 0, NULL, NULL, NULL, &r);
	runs = truth_runs(t, &longest);
	{
		const struct truth_row rows[] = {
		    {"arrivals of DATA", t->data, r.track.arrived},
		    {"unique", t->unique, r.track.unique + r.track.late_final},
		    {"duplicate", t->duplicate, r.track.duplicate},
		    {"lost", t->next - t->first - t->unique,
			r.track.lost - r.track.late_final},
		    {"pending at the end", 0, r.track.pending},
		    {"expected", t->next - t->first, r.track.expected},
		    {"payloads", t->unique, r.payloads},
		    {"played or not", t->unique,
			p->played + p->late + p->overflow + p->held},
		};
		const struct truth_row in_time[] = {
		    {"reordered", t->reordered, r.track.reordered},
		    {"runs", runs, r.track.losses.runs},
		    {"longest run", longest, r.track.losses.run_max},
		};
		unsigned wrong =
		    truth_compare(rows, sizeof(rows) / sizeof(rows[0]));

		if (r.track.late_final == 0)
			wrong += truth_compare(
			    in_time, sizeof(in_time) / sizeof(in_time[0]));
		return wrong;
	}
}

/* Was it heard from its beginning, as one stream, and nothing damaged taken? */
static inline bool
truth_is_countable(const struct truth *t, const struct silbo_trial *trial)
{
	struct silbo_stream_report r;
	struct silbo_gate_report gate;

	silbo_trial_report(trial, 0, NULL, NULL, &gate, &r);
	return (t->sealed || t->damaged == 0) && gate.established == 1 &&
	    r.track.too_old == 0 && r.playout.resyncs == 0 &&
	    r.track.base == SILBO_TRACK_BASE_FIRST &&
	    gate.verdict[SILBO_DROP_OLD] == 0;
}

#endif
