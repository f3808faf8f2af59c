/* SPDX-License-Identifier: MIT */
/*
 * The truth beside a run, by obvious code that keeps everything: what left,
 * what arrived, in which order.  The receiver must have counted just that.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab.h"

/* What has become of a number: arrived whole, was taken by the receiver. */
enum { SENT = 1, ARRIVED = 2, TAKEN = 4, PLAYED = 8 };

struct lab_truth {
	uint8_t *numbers; /* of DATA */
	uint64_t count;
	uint64_t sent, unique, duplicate, reordered, played, taken;
	uint64_t far; /* refused as too far ahead, and 1; 0: none is */
	uint64_t highest;
	uint64_t arrivals, damaged; /* of all types */
	uint64_t info;              /* numbers of INFO below this were used */
	uint64_t position;          /* where the next frame begins, of ... */
	uint64_t serial;            /* the stream with this serial */
	uint64_t played_twice, used_twice, unknown, gaps;
	bool any, framed;
};

struct lab_truth *
lab_truth_open(uint64_t payloads)
{
	struct lab_truth *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->count = payloads;
	t->numbers = calloc(payloads, 1);
	if (t->numbers == NULL) {
		free(t);
		return NULL;
	}
	return t;
}

void
lab_truth_close(struct lab_truth *t)
{
	if (t != NULL)
		free(t->numbers);
	free(t);
}

static void
on_fate(struct lab_truth *t, const struct silbo_header *header)
{
	uint64_t number = header->number;

	if (header->type == SILBO_TYPE_INFO) {
		t->used_twice += number < t->info;
		t->info = number + 1;
	} else if (header->type != SILBO_TYPE_DATA || number >= t->count) {
		t->unknown++;
	} else {
		t->used_twice += (t->numbers[number] & SENT) != 0;
		t->numbers[number] |= SENT;
		t->sent++;
	}
}

static void
on_whole(struct lab_truth *t, uint64_t number)
{
	if (t->numbers[number] & ARRIVED) {
		t->duplicate++;
		return;
	}
	t->numbers[number] |= ARRIVED;
	t->unique++;
	/* RFC 4737 section 3.3: reordered is below the highest so far. */
	if (t->any && number < t->highest)
		t->reordered++;
	else
		t->highest = number;
	t->any = true;
}

static void
take(struct lab_truth *t, uint64_t number)
{
	t->taken += (t->numbers[number] & TAKEN) == 0;
	t->numbers[number] |= TAKEN;
}

/* With one that is near it, one that was refused has come after all. */
static void
on_verdict(struct lab_truth *t, uint64_t number, enum silbo_verdict verdict)
{
	uint64_t far = t->far - 1;

	if (verdict == SILBO_DROP_JUMP)
		t->far = number + 1;
	if (verdict != SILBO_ACCEPTED && verdict != SILBO_BAD_BODY)
		return;
	if (t->far > 0 && far <= number + SILBO_GATE_JUMP &&
	    number <= far + SILBO_GATE_JUMP) {
		take(t, far);
		t->far = 0;
	}
	take(t, number);
}

static void
on_arrival(struct lab_truth *t, const struct silbo_trial_step *step)
{
	uint64_t number = step->header.number;
	bool damaged = step->event.fate.bits > 0;

	t->arrivals++;
	t->damaged += damaged; /* its header may be another's */
	if (step->header.type != SILBO_TYPE_DATA)
		return;
	if (number >= t->count) {
		t->unknown += !damaged;
		return;
	}
	if (!damaged)
		on_whole(t, number);
	on_verdict(t, number, step->verdict);
}

static void
on_frame(struct lab_truth *t, const struct silbo_trial_step *step)
{
	const struct silbo_frame *frame = &step->frame;

	/* What comes back after it was closed begins where it is. */
	t->gaps += t->framed && step->serial == t->serial &&
	    frame->position != t->position;
	t->serial = step->serial;
	t->position = frame->position + frame->duration;
	t->framed = true;
	if (frame->kind != SILBO_FRAME_NORMAL &&
	    frame->kind != SILBO_FRAME_REPAIRED)
		return;
	if (frame->number >= t->count) {
		t->unknown += t->damaged == 0;
		return;
	}
	t->played_twice += (t->numbers[frame->number] & PLAYED) != 0;
	t->numbers[frame->number] |= PLAYED;
	t->played++;
}

void
lab_truth_step(struct lab_truth *t, enum silbo_trial_kind kind,
    const struct silbo_trial_step *step)
{
	if (kind == SILBO_TRIAL_FRAME)
		on_frame(t, step);
	else if (kind == SILBO_TRIAL_FATE)
		on_fate(t, &step->header);
	else if (kind == SILBO_TRIAL_ARRIVAL)
		on_arrival(t, step);
}

bool
lab_truth_came(const struct lab_truth *t, uint64_t number)
{
	return number < t->count &&
	    (t->numbers[number] & (ARRIVED | TAKEN)) != 0;
}

uint64_t
lab_truth_runs(const struct lab_truth *t)
{
	uint64_t runs = 0;

	for (uint64_t i = 0; i < t->count; i++)
		runs += !(t->numbers[i] & TAKEN) &&
		    (i == 0 || t->numbers[i - 1] & TAKEN);
	return runs;
}

/* ---- the promises ---- */

struct row {
	const char *what;
	uint64_t truth, told;
};

static bool
check_rows(const struct row *rows, size_t count, char *out, size_t cap)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].truth != rows[i].told) {
			snprintf(out, cap,
			    "%s: %" PRIu64 " in truth, %" PRIu64 " told",
			    rows[i].what, rows[i].truth, rows[i].told);
			return false;
		}
	return true;
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof(rows[0]), out, cap)

/* What holds whatever the road did. */
static bool
check_always(const struct lab_truth *t, const struct silbo_sender_report *sent,
    const struct silbo_link_report *link, const struct silbo_gate_report *gate,
    const struct silbo_stream_report *r, char *out, size_t cap)
{
	const struct silbo_track_report *track = &r->track;
	uint64_t drops = 0, fates = 0;

	for (int v = SILBO_DROP_OVERSIZE; v < SILBO_VERDICTS; v++)
		drops += gate->verdict[v];
	for (int f = 0; f < SILBO_FATES; f++)
		fates += link->fates[f];

	const struct row rows[] = {
	    {"frames played twice", 0, t->played_twice},
	    {"frames not where the one before ended", 0, t->gaps},
	    {"headers used twice", 0, t->used_twice},
	    {"numbers that nobody sent", 0, t->unknown},
	    {"payloads sent", t->count, sent->data},
	    {"DATA that met their fate", t->sent, sent->data},
	    {"datagrams put into the link", sent->data + sent->info,
		link->datagrams},
	    {"fates", link->datagrams, fates},
	    {"arrivals", t->arrivals,
		link->fates[SILBO_FATE_DELIVERED] + link->duplicated},
	    {"received", t->arrivals, gate->received},
	    {"accepted + dropped", gate->received, gate->accepted + drops},
	    {"unique + lost", track->expected, track->unique + track->lost},
	    {"arrived",
		track->unique + track->duplicate + track->late_final +
		    track->too_old,
		track->arrived},
	};
	return CHECK(rows);
}

/* What holds of a stream that came undamaged, its first number included. */
static bool
check_whole(const struct lab_truth *t, const struct silbo_gate_report *gate,
    const struct silbo_stream_report *r, char *out, size_t cap)
{
	const struct silbo_playout_report *p = &r->playout;
	bool all = r->track.base == SILBO_TRACK_BASE_FIRST && r->ended;
	/* A copy of what is forgotten may be late or a second one. */
	bool known = r->track.late_final == 0 && r->track.too_old == 0 &&
	    gate->verdict[SILBO_DROP_OLD] == 0;
	const struct row counts[] = {
	    {"played", t->played, p->played},
	    {"unique", t->taken, r->track.unique},
	    {"lost", all ? t->count - t->taken : r->track.lost, r->track.lost},
	    {"runs of losses", all ? lab_truth_runs(t) : r->track.losses.runs,
		r->track.losses.runs},
	};
	const struct row rows[] = {
	    {"first copies", t->unique, r->track.unique},
	    {"duplicate", t->duplicate, r->track.duplicate},
	    {"reordered", t->reordered, r->track.reordered},
	    {"played + late + overflow",
		p->resyncs == 0 ? t->unique - r->track.refused
				: p->played + p->late + p->overflow,
		p->played + p->late + p->overflow},
	};

	return CHECK(counts) && (!known || CHECK(rows));
}

/*
 * What holds of one that was closed and came back, undamaged.  A few datagrams
 * between two silences are too few to believe: those are taken, and in no
 * stream.
 */
static bool
check_parts(const struct lab_truth *t, const struct silbo_stream_report *r,
    char *out, size_t cap)
{
	const struct row rows[] = {
	    {"played", t->played, r->playout.played},
	    {"unique beyond what was taken", 0,
		r->track.unique > t->taken ? r->track.unique - t->taken : 0},
	};

	return CHECK(rows);
}

void
lab_truth_check(const struct lab_truth *t, const struct silbo_trial *trial,
    char *out, size_t cap)
{
	struct silbo_stream_report received;
	struct silbo_sender_report sent;
	struct silbo_link_report link;
	struct silbo_gate_report gate;

	silbo_trial_report(trial, 0, &sent, &link, &gate, &received);
	if (check_always(t, &sent, &link, &gate, &received, out, cap) &&
	    t->damaged == 0 && gate.established > 0)
		(void)(gate.established == 1
			? check_whole(t, &gate, &received, out, cap)
			: check_parts(t, &received, out, cap));
}
