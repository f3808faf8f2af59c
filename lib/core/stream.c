/* SPDX-License-Identifier: MIT */
/*
 * A stream: the order in which track, jitter, delay and play-out are told of
 * what one source sends.
 *
 * It decides what each of them is fed: jitter and delay see only first copies
 * that have a place in time, the track alone judges numbers, play-out alone
 * judges lateness, and the first INFO says since when the stream was heard.  It
 * refuses to know datagrams, keys, addresses and other streams.
 */
#include <assert.h>
#include <string.h>

#include "align.h"
#include <silbo/stream.h>

struct silbo_stream {
	struct silbo_stream_config config;
	struct silbo_stream_report report; /* its counts are the counts */
	struct silbo_track track;
	struct silbo_jitter jitter;
	struct silbo_transit *transit; /* large, and used bit by bit */
	struct silbo_playout *playout;
	bool returned; /* it was here before: not from its first number on */
	bool heard;    /* an accepted arrival is in the report */
	bool timed;    /* a media time is in the report */
	bool counted;  /* END came with the count of samples */
	bool over;     /* was done when something came after all */
	silbo_time news_at; /* the latest that it was seen to have sent DATA */
	uint64_t behind; /* payloads that came then, and play-out never saw */

	/* numbers of INFO: all from low to high, or some are missing */
	uint64_t info_low, info_high, info_count;
};

void
silbo_stream_config_init(struct silbo_stream_config *config, silbo_time now)
{
	memset(config, 0, sizeof(*config));
	config->window = SILBO_TRACK_WINDOW_DEFAULT;
	config->wait_ns = SILBO_TRACK_WAIT_DEFAULT;
	config->playout.delay_ns = SILBO_PLAYOUT_DELAY_DEFAULT;
	config->playout.frames = SILBO_PLAYOUT_FRAMES_DEFAULT;
	config->playout.payload_max = (uint32_t)silbo_wire_payload_max(
	    SILBO_WIRE_MTU_DEFAULT, SILBO_MODE_PLAIN);
	config->bound_at = now;
}

size_t
silbo_stream_size(const struct silbo_stream_config *config)
{
	return align(sizeof(struct silbo_stream)) +
	    align(silbo_track_size(config->window)) +
	    align(sizeof(struct silbo_transit)) +
	    align(silbo_playout_size(&config->playout));
}

struct silbo_stream *
silbo_stream_init(void *mem, const struct silbo_stream_config *config)
{
	struct silbo_stream *s = mem;
	uint8_t *rest = (uint8_t *)mem + align(sizeof(*s));

	memset(s, 0, sizeof(*s));
	s->config = *config;
	silbo_track_init(&s->track, rest, config->window, config->wait_ns);
	silbo_jitter_init(&s->jitter);
	rest += align(silbo_track_size(config->window));
	s->transit = (struct silbo_transit *)(void *)rest;
	silbo_transit_init(s->transit);
	rest += align(sizeof(*s->transit));
	s->playout = silbo_playout_init(rest, &config->playout);
	return s;
}

void
silbo_stream_on_return(struct silbo_stream *s, uint64_t next, silbo_time now)
{
	assert(!s->heard && !s->returned);
	silbo_track_on_joined(&s->track, next, now);
	s->returned = true;
}

static void
note_arrival(struct silbo_stream *s, silbo_time now)
{
	if (!s->heard)
		s->report.first_at = now;
	s->heard = true;
	s->report.last_at = now;
}

static void
note_media_time(struct silbo_stream *s, uint64_t media_time)
{
	if (!s->timed)
		s->report.first_media_time = media_time;
	s->timed = true;
}

/* What was done stays done, whatever else is said. */
static void
hold_to_end(struct silbo_stream *s)
{
	s->over = silbo_stream_is_done(s);
}

static void
note_data(struct silbo_stream *s, silbo_time now)
{
	note_arrival(s, now);
	s->report.pausing = false;
	s->news_at = now;
}

enum silbo_verdict
silbo_stream_on_number(struct silbo_stream *s, uint64_t number, silbo_time now)
{
	enum silbo_verdict verdict;

	hold_to_end(s);
	verdict = silbo_track_on_number(&s->track, number, now);
	if (silbo_verdict_is_accepted(verdict))
		note_data(s, now);
	return verdict;
}

bool
silbo_stream_on_refused(struct silbo_stream *s, uint64_t number, silbo_time now)
{
	bool first;

	hold_to_end(s);
	first = silbo_track_on_refused(&s->track, number, now);
	if (first)
		note_data(s, now);
	return first;
}

/*
 * A number booked lost is not fed: it would be a difference over the gap. Media
 * time is the time of sending.  A pause or a gap is a change of neither clock,
 * so delay goes on across it.
 */
static void
feed_times(struct silbo_stream *s, uint64_t number,
    const struct silbo_data *data, enum silbo_verdict verdict, silbo_time at)
{
	if (verdict != SILBO_ACCEPTED || data->duration == 0)
		return;
	silbo_transit_on_arrival(s->transit, number, data->media_time, at);
	if (data->flags & (SILBO_DATA_SPURT | SILBO_DATA_DISCONTINUITY))
		silbo_jitter_reset(&s->jitter);
	silbo_jitter_on_arrival(&s->jitter, data->media_time, at);
	if (data->flags & SILBO_DATA_PAUSE)
		silbo_jitter_reset(&s->jitter);
}

static uint64_t
count_blocks(const struct silbo_data *data)
{
	struct silbo_block block;
	uint64_t count = 0;
	size_t at = 0;

	while (silbo_wire_parse_block(&block, data, &at))
		count++;
	return count;
}

/* Does nobody ask play-out any more, which would still take payloads? */
static bool
is_left_behind(const struct silbo_stream *s)
{
	struct silbo_playout_report report;

	if (!s->over)
		return false;
	silbo_playout_report(s->playout, &report);
	return !report.done;
}

/* All that is known to have been sent is below it. */
static uint64_t
edge_of(const struct silbo_stream *s)
{
	struct silbo_track_report report;

	silbo_track_report(&s->track, &report);
	return report.next;
}

void
silbo_stream_put(struct silbo_stream *s, uint64_t number,
    const struct silbo_data *data, enum silbo_verdict verdict, silbo_time at,
    silbo_time now)
{
	struct silbo_playout_put put = {.number = number,
	    .media_time = data->media_time,
	    .duration = data->duration,
	    .flags = data->flags,
	    .format = data->format,
	    .payload = data->payload,
	    .payload_bytes = data->payload_bytes,
	    .at = at};

	note_media_time(s, data->media_time);
	s->report.payloads++;
	s->report.payload_bytes += data->payload_bytes;
	s->report.payload_samples += data->duration;
	s->report.format = data->format;
	s->report.duration = data->duration;
	s->report.blocks += count_blocks(data);
	feed_times(s, number, data, verdict, at);
	if (data->flags & SILBO_DATA_PAUSE)
		s->report.pausing = number + 1 == edge_of(s);
	if (is_left_behind(s)) {
		s->behind++;
		return;
	}
	/* Play-out counts what it does not store; nothing is left to do. */
	(void)!silbo_playout_put(s->playout, &put, now);
}

void
silbo_stream_on_bad_body(struct silbo_stream *s, silbo_time now)
{
	s->report.bad_bodies++;
	note_arrival(s, now);
}

/* The first INFO decides, once, whether we have heard the stream begin. */
static void
decide_base(
    struct silbo_stream *s, const struct silbo_info *info, silbo_time now)
{
	silbo_time since = s->config.bound_at;

	if (!s->returned && now >= since && info->age_ns <= now - since) {
		silbo_track_on_first(&s->track, info->first, now);
	} else {
		silbo_track_on_joined(&s->track, info->next, now);
		since = SILBO_TIME_NEVER;
	}
	silbo_playout_on_origin(s->playout, info->origin, since, now);
	s->info_low = since == SILBO_TIME_NEVER ? UINT64_MAX : 0;
}

/*
 * Does the latest INFO say that nothing is being sent?  One that comes when the
 * next DATA is not long due says nothing of the kind.
 */
static void
note_pause(struct silbo_stream *s, uint64_t number,
    const struct silbo_info *info, uint64_t edge, silbo_time now)
{
	silbo_time interval = silbo_samples_to_ns(info->duration);

	if (number < s->info_high)
		return;
	if (info->next > edge && info->next > info->first) {
		s->report.pausing = false;
		s->news_at = now;
	} else if (now - s->news_at > 2 * interval) {
		s->report.pausing = true;
	}
}

static void
note_end(struct silbo_stream *s, const struct silbo_info *info, silbo_time now)
{
	uint64_t samples = info->samples;

	s->report.ended = true;
	if (samples == 0 || s->over)
		return; /* no audio, nobody counted it, or it is too late */
	if (samples <= UINT64_MAX - info->preskip)
		samples += info->preskip;
	s->counted = true;
	silbo_playout_on_end(s->playout, samples, now);
}

void
silbo_stream_on_info(struct silbo_stream *s, uint64_t number,
    const struct silbo_info *info, silbo_time now)
{
	hold_to_end(s);
	note_arrival(s, now);
	note_media_time(s, info->media_time);
	note_pause(s, number, info, edge_of(s), now);
	if (!s->report.described)
		decide_base(s, info, now);
	silbo_track_on_next(&s->track, info->next, now);
	s->info_count++;
	if (number < s->info_low)
		s->info_low = number;
	if (!s->report.described || number > s->info_high) {
		s->info_high = number;
		s->report.info = *info;
	}
	s->report.described = true;
	if (info->flags & SILBO_INFO_END)
		note_end(s, info, now);
}

void
silbo_stream_on_time(struct silbo_stream *s, silbo_time now)
{
	silbo_track_on_time(&s->track, now);
}

/* An end without a count of samples cannot be reached, only run dry.  Then it
 * is over: whoever has closed a recording will not open it again. */
bool
silbo_stream_is_done(const struct silbo_stream *s)
{
	struct silbo_track_report track;
	struct silbo_playout_report playout;

	if (s->over || !s->report.ended)
		return s->over;
	silbo_track_report(&s->track, &track);
	silbo_playout_report(s->playout, &playout);
	if (track.pending > 0)
		return false;
	return playout.done || (!s->counted && playout.held == 0);
}

enum silbo_frame_kind
silbo_stream_get(
    struct silbo_stream *s, struct silbo_frame *frame, silbo_time now)
{
	/* Play-out knows no end that nobody counted: it would make up for ever
	 * what was never sent. */
	if (silbo_stream_is_done(s)) {
		*frame = (struct silbo_frame){.kind = SILBO_FRAME_DONE};
		return SILBO_FRAME_DONE;
	}
	return silbo_playout_get(s->playout, frame, now);
}

void
silbo_stream_on_output(struct silbo_stream *s, uint32_t samples)
{
	silbo_playout_on_output(s->playout, samples);
}

silbo_time
silbo_stream_deadline(const struct silbo_stream *s)
{
	silbo_time track = silbo_track_deadline(&s->track);
	silbo_time playout = silbo_playout_deadline(s->playout);

	if (silbo_stream_is_done(s))
		return track;
	return track < playout ? track : playout;
}

void
silbo_stream_report(
    const struct silbo_stream *s, struct silbo_stream_report *report)
{
	*report = s->report;
	silbo_track_report(&s->track, &report->track);
	silbo_jitter_report(&s->jitter, &report->jitter);
	silbo_playout_report(s->playout, &report->playout);
	report->playout.late += s->behind;
	if (s->info_count > 0)
		report->info_gaps =
		    s->info_high - s->info_low + 1 - s->info_count;
}

uint64_t
silbo_stream_overdue(const struct silbo_stream_report *report, silbo_time now)
{
	silbo_time silence = now > report->last_at ? now - report->last_at : 0;
	silbo_time interval = silbo_samples_to_ns(report->info.duration);

	if (report->ended)
		return 0;
	if (!report->described || interval == 0)
		return SILBO_STREAM_UNKNOWN;
	if (report->pausing || silence < interval)
		return 0;
	return silence / interval - 1;
}

void
silbo_stream_report_delay(
    const struct silbo_stream *s, struct silbo_transit_report *report)
{
	silbo_transit_report(s->transit, report);
}
