/* SPDX-License-Identifier: MIT */
/*
 * A play-out in virtual time.  Whatever a test does, every frame is checked:
 * not before its deadline, contiguous with the one before, bytes unharmed, and
 * no payload twice.
 */
#ifndef SILBO_TESTS_PLAYOUT_WORLD_H
#define SILBO_TESTS_PLAYOUT_WORLD_H

#include "testing.h"

#include <silbo/playout.h>
#include <silbo/wire.h>

#define MS SILBO_NS_PER_MS
#define WORLD_NUMBERS 4096
#define WORLD_TEXT 4096
#define WORLD_LOG 4096
#define WORLD_PAYLOAD_MAX 64

/* Media time of sample s: not a multiple of anything, so floors matter. */
#define WORLD_SAMPLE_0 1000001

struct logged {
	enum silbo_frame_kind kind;
	uint64_t number, position;
	uint32_t duration;
	silbo_time at;
};

struct world {
	struct silbo_playout *playout;
	void *mem;
	uint64_t media_zero;
	silbo_time now;
	uint64_t next_position;
	uint64_t handed_out; /* samples */
	uint64_t frames;
	uint64_t puts, stored;
	bool begun, done;
	silbo_time begun_at, done_at, last_at;
	uint8_t times[WORLD_NUMBERS]; /* each number was handed out */
	struct logged log[WORLD_LOG];
	size_t logged;
	char text[WORLD_TEXT];
	size_t text_len;
};

static inline uint64_t
world_media(const struct world *w, int64_t sample)
{
	return w->media_zero +
	    silbo_samples_to_ns((uint64_t)(WORLD_SAMPLE_0 + sample));
}

static inline void
world_open(struct world *w, uint64_t media_zero, silbo_time now,
    silbo_time delay_ns, uint32_t frames)
{
	struct silbo_playout_config config = {
	    delay_ns, frames, WORLD_PAYLOAD_MAX};

	memset(w, 0, sizeof(*w));
	w->media_zero = media_zero;
	w->now = now;
	w->mem = malloc(silbo_playout_size(&config));
	assert_non_null(w->mem);
	memset(w->mem, 0xa5, silbo_playout_size(&config));
	w->playout = silbo_playout_init(w->mem, &config);
}

static inline void
world_close(struct world *w)
{
	free(w->mem);
}

/* The bytes of a payload follow from its number; so does their count. */
static inline size_t
world_bytes(uint64_t number, uint8_t bytes[WORLD_PAYLOAD_MAX])
{
	size_t len = 1 + number % WORLD_PAYLOAD_MAX;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(number * 31 + i);
	return len;
}

static inline void
world_check_bytes(uint64_t number, const uint8_t *bytes, size_t len)
{
	uint8_t expected[WORLD_PAYLOAD_MAX];

	assert_int_equal(len, world_bytes(number, expected));
	assert_memory_equal(bytes, expected, len);
}

/* In units of 120 samples (2.5 ms): "N3@24+8", "C4@32+8>1", "P", "D". */
static inline void
world_note(struct world *w, const struct silbo_frame *f)
{
	static const char letters[] = "WNRCPD";
	int n = snprintf(w->text + w->text_len, WORLD_TEXT - w->text_len,
	    "%s%c", w->text_len > 0 ? " " : "", letters[f->kind]);

	w->text_len += (size_t)n;
	if (f->kind != SILBO_FRAME_DONE && w->text_len < WORLD_TEXT - 64)
		w->text_len += (size_t)snprintf(w->text + w->text_len, 60,
		    "%llu@%g+%g", (unsigned long long)f->number,
		    (double)f->position / 120, (double)f->duration / 120);
	if (f->later != NULL && w->text_len < WORLD_TEXT - 64)
		w->text_len += (size_t)snprintf(
		    w->text + w->text_len, 60, ">%u", f->later_distance);
	if (w->text_len > WORLD_TEXT - 200)
		w->text_len = 0; /* long runs are not compared as text */
}

static inline void
world_check(struct world *w, const struct silbo_frame *f)
{
	bool played =
	    f->kind == SILBO_FRAME_NORMAL || f->kind == SILBO_FRAME_REPAIRED;

	assert_int_equal(f->wish, SILBO_WISH_NORMAL);
	assert_int_equal(played, f->payload != NULL);
	if (f->later != NULL)
		assert_true(f->later_distance > 0);
	if (played) {
		world_check_bytes(f->number, f->payload, f->payload_bytes);
		assert_true(w->times[f->number % WORLD_NUMBERS]++ == 0);
	} else if (f->kind != SILBO_FRAME_DONE) {
		assert_true(f->duration > 0);
	}
	if (f->duration == 0)
		return;
	if (w->begun)
		assert_true(f->position == w->next_position);
	else
		w->begun_at = w->now;
	w->begun = true;
	w->next_position = f->position + f->duration;
	w->handed_out += f->duration;
	w->frames++;
	w->last_at = w->now;
}

/* One frame, if one is due now; false on WAIT and DONE. */
static inline bool
world_get(struct world *w)
{
	bool due = silbo_playout_deadline(w->playout) <= w->now;
	struct silbo_frame frame;
	enum silbo_frame_kind kind =
	    silbo_playout_get(w->playout, &frame, w->now);

	assert_int_equal(kind, frame.kind);
	if (kind == SILBO_FRAME_WAIT) {
		assert_false(due);
		return false;
	}
	/* An end may leave nothing: that needs no time to come. */
	assert_true(due || kind == SILBO_FRAME_DONE);
	if (kind == SILBO_FRAME_DONE && w->done)
		return false;
	world_check(w, &frame);
	world_note(w, &frame);
	if (w->logged < WORLD_LOG)
		w->log[w->logged++] = (struct logged){
		    kind, frame.number, frame.position, frame.duration, w->now};
	if (kind != SILBO_FRAME_DONE)
		return true;
	w->done = true;
	w->done_at = w->now;
	return false;
}

/* Let time pass, waking at deadlines alone; what is due at `until` is left. */
static inline void
world_run(struct world *w, silbo_time until)
{
	silbo_time when;

	assert_true(until >= w->now);
	while (w->now < until) {
		when = silbo_playout_deadline(w->playout);
		if (when >= until)
			break;
		if (when > w->now) {
			w->now = when - 1;
			assert_false(world_get(w)); /* never before its time */
			w->now = when;
		}
		while (world_get(w))
			;
		assert_true(silbo_playout_deadline(w->playout) > w->now);
	}
	w->now = until;
}

static inline bool
world_put_media(struct world *w, uint64_t number, uint64_t media_time,
    uint16_t duration, uint8_t flags)
{
	uint8_t bytes[WORLD_PAYLOAD_MAX];
	struct silbo_playout_put put = {.number = number,
	    .media_time = media_time,
	    .duration = duration,
	    .flags = flags,
	    .format = SILBO_FORMAT_PATTERN,
	    .payload = bytes,
	    .at = w->now};
	bool stored;

	put.payload_bytes = world_bytes(number, bytes);
	stored = silbo_playout_put(w->playout, &put, w->now);
	w->puts++;
	w->stored += stored;
	return stored;
}

static inline bool
world_put(struct world *w, uint64_t number, int64_t sample, uint16_t duration)
{
	return world_put_media(w, number, world_media(w, sample), duration, 0);
}

static inline struct silbo_playout_report
world_report(const struct world *w)
{
	struct silbo_playout_report report;

	silbo_playout_report(w->playout, &report);
	return report;
}

#endif
