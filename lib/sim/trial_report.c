/* SPDX-License-Identifier: MIT */
/*
 * What a trial tells of its streams.  Silent for 30 s a source is closed, and
 * what it sends later is another stream of the receiver's, with the next
 * serial: the counts of all of them are put together here, each taken when it
 * is final, for its place may go to the next.
 */
#include <string.h>

#include "trial_state.h"

uint64_t
silbo_trial_serial(const struct pair *p, uint32_t place)
{
	struct silbo_gate_source source;

	silbo_receiver_report_stream(p->rx, place, NULL, &source);
	if (memcmp(&source.id, &p->tx.header.source, sizeof(source.id)) != 0)
		return 0;
	return source.serial;
}

/* The earliest stream of the sender's behind that serial; 0: none. */
static uint64_t
next_of(const struct pair *p, uint64_t after, uint32_t *place)
{
	uint64_t next = 0;

	for (uint32_t i = 0; i < silbo_receiver_streams(p->rx); i++) {
		uint64_t serial = silbo_trial_serial(p, i);

		if (serial > after && (next == 0 || serial < next)) {
			next = serial;
			*place = i;
		}
	}
	return next;
}

static void
at_least(uint64_t *sum, uint64_t value)
{
	*sum = value > *sum ? value : *sum;
}

static void
add_jitter(
    struct silbo_jitter_report *sum, const struct silbo_jitter_report *jitter)
{
	uint64_t count = sum->count + jitter->count;

	if (jitter->count == 0)
		return;
	sum->mean_ns =
	    (sum->mean_ns * sum->count + jitter->mean_ns * jitter->count) /
	    count;
	sum->count = count;
	sum->last_ns = jitter->last_ns;
	at_least(&sum->max_ns, jitter->max_ns);
}

static void
add_classes(uint64_t *sum, const uint64_t *classes)
{
	for (int i = 0; i < SILBO_CLASSES; i++)
		sum[i] += classes[i];
}

static void
add_losses(
    struct silbo_pattern_report *sum, const struct silbo_pattern_report *losses)
{
	sum->lost += losses->lost;
	sum->runs += losses->runs;
	at_least(&sum->run_max, losses->run_max);
	add_classes(sum->run_histogram, losses->run_histogram);
	add_classes(sum->distances, losses->distances);
	sum->noticeable += losses->noticeable;
	sum->bursts += losses->bursts;
	sum->burst_numbers += losses->burst_numbers;
	sum->burst_lost += losses->burst_lost;
	sum->gaps += losses->gaps;
	sum->gap_numbers += losses->gap_numbers;
	sum->gap_lost += losses->gap_lost;
}

static void
add_track(
    struct silbo_track_report *sum, const struct silbo_track_report *track)
{
	sum->next = track->next;
	sum->expected += track->expected;
	sum->arrived += track->arrived;
	sum->unique += track->unique;
	sum->lost += track->lost;
	sum->pending += track->pending;
	sum->duplicate += track->duplicate;
	sum->late_final += track->late_final;
	sum->too_old += track->too_old;
	sum->reordered += track->reordered;
	at_least(&sum->extent_max, track->extent_max);
	sum->extent_sum += track->extent_sum;
	add_classes(sum->extents, track->extents);
	add_classes(sum->preceding, track->preceding);
	at_least(&sum->late_by_max_ns, track->late_by_max_ns);
	sum->late_by_sum_ns += track->late_by_sum_ns;
	add_losses(&sum->losses, &track->losses);
}

/* The mean is over all that was played. */
static void
add_delay(struct silbo_playout_report *sum,
    const struct silbo_playout_report *playout)
{
	uint64_t played = sum->played + playout->played;

	if (playout->played == 0)
		return;
	if (sum->played == 0 || playout->delay_min_ns < sum->delay_min_ns)
		sum->delay_min_ns = playout->delay_min_ns;
	at_least(&sum->delay_max_ns, playout->delay_max_ns);
	sum->delay_last_ns = playout->delay_last_ns;
	sum->delay_mean_ns = (sum->delay_mean_ns * sum->played +
				 playout->delay_mean_ns * playout->played) /
	    played;
}

static void
add_playout(struct silbo_playout_report *sum,
    const struct silbo_playout_report *playout)
{
	add_delay(sum, playout);
	sum->played += playout->played;
	sum->repaired += playout->repaired;
	sum->concealed += playout->concealed;
	sum->concealed_samples += playout->concealed_samples;
	sum->paused_samples += playout->paused_samples;
	sum->late += playout->late;
	sum->overflow += playout->overflow;
	sum->underruns += playout->underruns;
	sum->resyncs += playout->resyncs;
	sum->output_samples += playout->output_samples;
	sum->beyond_samples += playout->beyond_samples;
	sum->held += playout->held;
	sum->position = playout->position;
	sum->started |= playout->started;
	sum->done = playout->done;
}

/* Counts and maxima of both; the beginning of the sum, the rest of the later.
 */
static void
add(struct silbo_stream_report *sum, const struct silbo_stream_report *later)
{
	struct silbo_stream_report both = *later;

	both.track = sum->track;
	add_track(&both.track, &later->track);
	both.jitter = sum->jitter;
	add_jitter(&both.jitter, &later->jitter);
	both.playout = sum->playout;
	add_playout(&both.playout, &later->playout);
	both.payload_bytes += sum->payload_bytes;
	both.payloads += sum->payloads;
	both.bad_bodies += sum->bad_bodies;
	both.blocks += sum->blocks;
	both.info_gaps += sum->info_gaps;
	both.first_media_time = sum->first_media_time;
	both.first_at = sum->first_at;
	if (!later->described) {
		both.described = sum->described;
		both.info = sum->info;
	}
	*sum = both;
}

static void
add_place(const struct pair *p, uint32_t place, bool first,
    struct silbo_stream_report *sum)
{
	struct silbo_stream_report report;

	silbo_receiver_report_stream(p->rx, place, &report, NULL);
	if (first)
		*sum = report;
	else
		add(sum, &report);
}

void
silbo_trial_keep_closed(struct pair *p, silbo_time now)
{
	uint64_t serial;
	uint32_t place;

	while ((serial = next_of(p, p->closed, &place)) > 0 &&
	    silbo_receiver_state(p->rx, place, now) == SILBO_STREAM_CLOSED) {
		add_place(p, place, p->closed == 0, &p->kept);
		p->closed = serial;
	}
}

void
silbo_trial_report(const struct silbo_trial *t, uint32_t stream,
    struct silbo_sender_report *sent, struct silbo_link_report *link,
    struct silbo_gate_report *gate, struct silbo_stream_report *received)
{
	const struct pair *p = &t->pairs[stream];
	uint64_t serial, after = p->closed;
	uint32_t place;

	if (sent != NULL)
		silbo_sender_report(&p->tx, sent);
	if (link != NULL)
		silbo_link_report(silbo_world_link(t->world, stream), link);
	if (gate != NULL)
		silbo_receiver_report(p->rx, gate);
	if (received == NULL)
		return;
	*received = p->kept;
	while ((serial = next_of(p, after, &place)) > 0) {
		add_place(p, place, after == 0, received);
		after = serial;
	}
}
