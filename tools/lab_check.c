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

/* What has become of a number. */
enum { SENT = 1, ARRIVED = 2, PLAYED = 4 };

struct lab_truth {
	uint8_t *numbers; /* of DATA */
	uint64_t count;
	uint64_t sent, arrivals, unique, duplicate, reordered, played;
	uint64_t highest, damaged;
	uint64_t played_twice, sent_twice, unknown;
	bool any, sealed;
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
	free(t->numbers);
	free(t);
}

static void
on_fate(struct lab_truth *t, uint64_t number)
{
	t->sent_twice += (t->numbers[number] & SENT) != 0;
	t->numbers[number] |= SENT;
	t->sent++;
}

static void
on_arrival(struct lab_truth *t, uint64_t number)
{
	t->arrivals++;
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
on_frame(struct lab_truth *t, const struct silbo_frame *frame)
{
	if (frame->kind != SILBO_FRAME_NORMAL &&
	    frame->kind != SILBO_FRAME_REPAIRED)
		return;
	if (frame->number >= t->count) {
		t->unknown++;
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
	uint64_t number = step->header.number;

	if (kind == SILBO_TRIAL_FATE)
		t->sealed = step->header.mode == SILBO_MODE_PSK;
	if (kind == SILBO_TRIAL_FRAME) {
		on_frame(t, &step->frame);
		return;
	}
	if (kind != SILBO_TRIAL_FATE && kind != SILBO_TRIAL_ARRIVAL)
		return;
	if (kind == SILBO_TRIAL_ARRIVAL && step->event.fate.bits > 0) {
		t->damaged++; /* its header may be another's */
		return;
	}
	if (step->header.type != SILBO_TYPE_DATA)
		return;
	if (number >= t->count)
		t->unknown++;
	else if (kind == SILBO_TRIAL_FATE)
		on_fate(t, number);
	else
		on_arrival(t, number);
}

/* What holds whatever the road did.  Without a key a damaged number is another
 * number. */
static bool
check_always(const struct lab_truth *t, const struct silbo_sender_report *sent,
    const struct silbo_gate_report *gate, char *out, size_t cap)
{
	uint64_t drops = 0;

	for (int v = SILBO_DROP_OVERSIZE; v < SILBO_VERDICTS; v++)
		drops += gate->verdict[v];
	if (t->played_twice > 0)
		snprintf(out, cap, "%" PRIu64 " frames were played twice",
		    t->played_twice);
	else if (t->sent_twice > 0)
		snprintf(out, cap, "%" PRIu64 " numbers were used twice",
		    t->sent_twice);
	else if (t->unknown > 0 && (t->sealed || t->damaged == 0))
		snprintf(out, cap, "%" PRIu64 " numbers that nobody sent",
		    t->unknown);
	else if (t->sent != sent->data)
		snprintf(out, cap,
		    "%" PRIu64 " DATA made, %" PRIu64 " met their fate",
		    sent->data, t->sent);
	else if (gate->received != gate->accepted + drops)
		snprintf(out, cap, "received is not accepted + drops");
	else
		return true;
	return false;
}

/* What holds where nothing was damaged and nothing came too late to count. */
static void
check_counts(const struct lab_truth *t, const struct silbo_stream_report *r,
    char *out, size_t cap)
{
	const struct silbo_playout_report *p = &r->playout;
	const struct {
		const char *what;
		uint64_t truth, counted;
	} rows[] = {
	    {"unique", t->unique, r->track.unique},
	    {"duplicate", t->duplicate, r->track.duplicate},
	    {"reordered", t->reordered, r->track.reordered},
	    {"played", t->played, p->played},
	    {"played + late + overflow", t->unique,
		p->played + p->late + p->overflow},
	    {"lost", r->ended ? t->count - t->unique : r->track.lost,
		r->track.lost},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].truth != rows[i].counted) {
			snprintf(out, cap,
			    "%s: %" PRIu64 " in truth, %" PRIu64 " counted",
			    rows[i].what, rows[i].truth, rows[i].counted);
			return;
		}
}

void
lab_truth_check(const struct lab_truth *t, const struct silbo_trial *trial,
    char *out, size_t cap)
{
	struct silbo_stream_report received;
	struct silbo_sender_report sent;
	struct silbo_gate_report gate;

	silbo_trial_report(trial, 0, &sent, NULL, &gate, &received);
	if (out[0] != '\0' || !check_always(t, &sent, &gate, out, cap))
		return;
	if (t->damaged == 0 && received.track.late_final == 0 &&
	    received.track.too_old == 0 && gate.established == 1 &&
	    received.playout.resyncs == 0 && /* it forgets what it held */
	    gate.verdict[SILBO_DROP_OLD] == 0 &&
	    received.track.base == SILBO_TRACK_BASE_FIRST)
		check_counts(t, &received, out, cap);
}
