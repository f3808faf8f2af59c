/* SPDX-License-Identifier: MIT */
/*
 * The probers that silbo recv answers, from the first PROBE to the report.  A
 * row outlives its place in the receiver; the last 256 are kept, older ones and
 * those that hardly showed up are summed up.
 *
 * Refuses to know which of them are answered, and why not.
 */
#include "recv_reflect.h"

#include <stdlib.h>
#include <string.h>

#include <silbo/silbo.h>

#include "cli.h"

/* Told one by one, and kept when gone, from this many PROBEs on: who invents an
 * id for each of them is nobody. */
#define SHOWN_UP SILBO_GATE_PROOF_COUNT

static void
forget(struct recv_reflect *reflect, const struct recv_prober *row)
{
	reflect->forgotten++;
	reflect->forgotten_unique += row->counts.unique;
	reflect->forgotten_answered += row->counts.answered;
	reflect->untold.forgotten++;
	reflect->untold.forgotten_unique +=
	    row->counts.unique - row->booked.counts.unique;
	reflect->untold.forgotten_answered +=
	    row->counts.answered - row->booked.counts.answered;
}

/* The place is given back, or was taken. */
static void
retire(struct recv_reflect *reflect, struct recv_prober *row)
{
	size_t last = RECV_ENDED_MAX - 1;

	if (row->counts.unique + row->counts.closing < SHOWN_UP) {
		forget(reflect, row);
	} else {
		if (reflect->ended_count > last) {
			forget(reflect, &reflect->ended[0]);
			memmove(reflect->ended, reflect->ended + 1,
			    last * sizeof reflect->ended[0]);
			reflect->ended_count = last;
		}
		reflect->ended[reflect->ended_count++] = *row;
	}
	row->order = 0;
}

static bool
is_of(const struct recv_prober *row, const struct silbo_source *id)
{
	return memcmp(&row->counts.prober, id, sizeof *id) == 0;
}

/* One whom an outage cost its place goes on with its counts, and so with its
 * row.  What was pending there nobody waits for any more. */
static bool
revive(struct recv_reflect *reflect, struct recv_prober *row,
    const struct silbo_reflector_report *counts)
{
	struct recv_prober *ended = reflect->ended;
	size_t i = 0;

	while (i < reflect->ended_count &&
	    (!is_of(&ended[i], &counts->prober) ||
		ended[i].counts.unique > counts->unique ||
		ended[i].counts.bytes_in >= counts->bytes_in))
		i++;
	if (i == reflect->ended_count)
		return false;
	*row = ended[i];
	row->lost_before = row->lost + row->pending;
	reflect->ended_count--;
	memmove(ended + i, ended + i + 1,
	    (reflect->ended_count - i) * sizeof *ended);
	return true;
}

static void
introduce(struct recv *r, struct recv_prober *row)
{
	const uint8_t *id = row->counts.prober.bytes;
	char peer[SILBO_ADDR_TEXT_BYTES];

	if (row->told || row->counts.unique < SHOWN_UP)
		return;
	row->told = true;
	if (!run_news_may_say(&r->reflect_state->news, silbo_clock_now()))
		return;
	silbo_addr_text(peer, &row->peer);
	cli_note("prober %02x%02x from %s is answered", id[0], id[1], peer);
}

/* They become final after it, or sooner when the window is short for the rate:
 * as a stream's. */
static silbo_time
effective_wait(
    const struct recv_prober *row, const struct silbo_track_report *numbers)
{
	uint64_t steps = numbers->expected > 1 ? numbers->expected - 1 : 1;
	uint64_t window_ns =
	    (row->last_at - row->first_at) / steps * numbers->window;

	if (window_ns == 0 || window_ns > numbers->wait_ns ||
	    numbers->expected <= numbers->window)
		return numbers->wait_ns;
	return window_ns;
}

void
recv_probers_note(struct recv *r, uint32_t place,
    const struct silbo_arrival *opened, enum silbo_verdict verdict,
    const struct silbo_track_report *numbers)
{
	struct recv_reflect *reflect = r->reflect_state;
	struct recv_prober *row = &reflect->live[place];
	struct silbo_reflector_report counts;
	bool first = silbo_verdict_is_accepted(verdict);

	silbo_reflector_report(reflect->reflector, place, &counts);
	if (row->order > 0 && !is_of(row, &counts.prober))
		retire(reflect, row);
	if (row->order == 0 && !revive(reflect, row, &counts)) {
		*row = (struct recv_prober){.order = ++reflect->appeared,
		    .peer = opened->from,
		    .first_at = opened->at,
		    .last_at = opened->at};
		silbo_marks_init(&row->marks);
	}
	row->counts = counts;
	row->lost = row->lost_before + numbers->lost;
	row->pending = numbers->pending;
	row->wait = effective_wait(row, numbers);
	if (!first)
		return;
	silbo_marks_on_arrival(&row->marks, opened->tos, opened->ttl);
	row->peer = opened->from;
	if (row->last_at < opened->at)
		row->last_at = opened->at;
	introduce(r, row);
}

/* What its numbers are by now.  False if the place is not its own any more. */
static bool
refresh(const struct recv *r, uint32_t place, struct recv_prober *row,
    struct silbo_gate_source *source)
{
	struct silbo_track_report numbers;

	silbo_receiver_report_stream(r->rx, place, NULL, source);
	if (!is_of(row, &source->id))
		return false;
	silbo_receiver_report_numbers(r->rx, place, SILBO_TYPE_PROBE, &numbers);
	row->lost = row->lost_before + numbers.lost;
	row->pending = numbers.pending;
	return true;
}

void
recv_probers_settle(struct recv *r)
{
	uint32_t places = silbo_receiver_streams(r->rx);

	for (uint32_t i = 0; i < places; i++) {
		struct recv_prober *row = &r->reflect_state->live[i];
		struct silbo_gate_source source;

		if (row->order == 0)
			continue;
		if (refresh(r, i, row, &source)) {
			if (source.standing != SILBO_STANDING_CLOSED ||
			    row->pending > 0)
				continue;
			if (source.serial == 0)
				silbo_receiver_release(r->rx, i);
		}
		retire(r->reflect_state, row);
	}
}

void
recv_probers_look(const struct recv *r, size_t *probers, uint64_t *answered)
{
	const struct recv_reflect *reflect = r->reflect_state;

	*probers = 0;
	*answered = reflect->forgotten_answered;
	for (size_t i = 0; i < reflect->ended_count; i++)
		*answered += reflect->ended[i].counts.answered;
	for (uint32_t i = 0; i < reflect->places; i++) {
		if (reflect->live[i].order == 0)
			continue;
		*probers += 1;
		*answered += reflect->live[i].counts.answered;
	}
}

void
recv_probers_name(struct report_prober *out, const struct recv_prober *row)
{
	for (size_t i = 0; i < SILBO_WIRE_SOURCE_BYTES; i++)
		snprintf(
		    out->id + 2 * i, 3, "%02x", row->counts.prober.bytes[i]);
	silbo_addr_text(out->peer, &row->peer);
}

static void
describe(struct report_prober *out, const struct recv_prober *row)
{
	memset(out, 0, sizeof *out);
	recv_probers_name(out, row);
	out->duration_s = (double)(row->last_at - row->first_at) / 1e9;
	out->wait_ms = (double)row->wait / 1e6;
	out->counts = row->counts;
	out->lost = row->lost;
	out->pending = row->pending;
	report_marks_fill(&out->marks, &row->marks);
}

static int
compare_orders(const void *left, const void *right)
{
	const struct recv_prober *a = *(const struct recv_prober *const *)left;
	const struct recv_prober *b = *(const struct recv_prober *const *)right;

	return a->order < b->order ? -1 : a->order > b->order;
}

bool
recv_probers_report(const struct recv *r, struct report_reflected *out,
    const struct report_reflected **to)
{
	const struct recv_reflect *reflect = r->reflect_state;
	size_t most = reflect->ended_count + reflect->places;
	const struct recv_prober **rows = calloc(most, sizeof *rows);

	*out = (struct report_reflected){.forgotten = reflect->forgotten,
	    .forgotten_unique = reflect->forgotten_unique,
	    .forgotten_answered = reflect->forgotten_answered,
	    .probers = calloc(most, sizeof *out->probers)};
	*to = reflect->reflector != NULL ? out : NULL;
	if (rows == NULL || out->probers == NULL) {
		free(rows);
		return false;
	}
	for (size_t i = 0; i < reflect->ended_count; i++)
		rows[out->count++] = &reflect->ended[i];
	for (uint32_t i = 0; i < reflect->places; i++)
		if (reflect->live[i].order > 0)
			rows[out->count++] = &reflect->live[i];
	qsort(rows, out->count, sizeof *rows, compare_orders);
	for (size_t i = 0; i < out->count; i++)
		describe(&out->probers[i], rows[i]);
	free(rows);
	return true;
}

void
recv_probers_tell_untold(struct recv *r, silbo_time now)
{
	uint64_t probers = run_news_take_untold(&r->reflect_state->news, now);

	if (probers > 0)
		cli_note("%llu more probers", (unsigned long long)probers);
}
