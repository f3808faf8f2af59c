/* SPDX-License-Identifier: MIT */
/*
 * Play-out under any sequence of put, get, origin and end.  It never hands out
 * ahead of its time, positions have no hole, lengths add up, every payload
 * comes out at most once and unharmed, and there is always a next moment.
 */
#include <silbo/playout.h>
#include <silbo/wire.h>

#include "fuzz.h"

#define OPS_MAX 512
#define GETS_MAX 6000 /* of one input: durations may be one sample */
#define PAYLOAD_MAX 32
#define NUMBERS 65536

/* A head that is made up, 5 s, and what one payload reaches ahead, 1.4 s. */
#define AHEAD_MAX ((uint64_t)7 * SILBO_SAMPLES_PER_S)

static struct {
	struct silbo_playout *playout;
	silbo_time now;
	uint64_t first, media_zero;
	uint64_t next, handed_out; /* samples */
	uint64_t stored, played;
	unsigned gets;
	bool begun, done;
	uint8_t put[NUMBERS / 8], got[NUMBERS / 8];
} w;

/* True when it was set already. */
static bool
set(uint8_t *bits, uint64_t i)
{
	bool was = bits[i / 8] >> i % 8 & 1;

	bits[i / 8] |= (uint8_t)(1 << i % 8);
	return was;
}

static size_t
fill(uint8_t payload[PAYLOAD_MAX], uint64_t number)
{
	size_t len = number % (PAYLOAD_MAX + 1);

	memset(payload, (int)(number * 7 % 251), len);
	return len;
}

static void
check_payload(uint64_t number, const uint8_t *payload, size_t len)
{
	uint8_t wanted[PAYLOAD_MAX];

	must(number - w.first < NUMBERS);
	must(len == fill(wanted, number));
	must(len == 0 || memcmp(payload, wanted, len) == 0);
}

static void
check_frame(const struct silbo_frame *f)
{
	bool is_payload =
	    f->kind == SILBO_FRAME_NORMAL || f->kind == SILBO_FRAME_REPAIRED;

	must(!w.done);
	must(is_payload == (f->payload != NULL));
	if (is_payload) {
		check_payload(f->number, f->payload, f->payload_bytes);
		must(!set(w.got, f->number - w.first));
		w.played++;
	} else {
		must(f->duration > 0);
		must(f->later == NULL || f->later_distance > 0);
	}
	if (f->duration == 0)
		return;
	must(!w.begun || f->position == w.next);
	w.begun = true;
	w.next = f->position + f->duration;
	w.handed_out += f->duration;
	must(w.handed_out <= silbo_ns_to_samples(w.now - T0) + AHEAD_MAX);
}

/* Everything that is due.  Afterwards there is a next moment, or none. */
static void
drain(void)
{
	while (w.gets < GETS_MAX) {
		bool due = silbo_playout_deadline(w.playout) <= w.now;
		struct silbo_frame frame;
		enum silbo_frame_kind kind =
		    silbo_playout_get(w.playout, &frame, w.now);

		w.gets++;
		must(kind == frame.kind);
		if (kind == SILBO_FRAME_WAIT) {
			must(!due);
			return;
		}
		/* An end may leave nothing: that needs no time to come. */
		must(due || kind == SILBO_FRAME_DONE);
		if (kind == SILBO_FRAME_DONE) {
			w.done = true;
			must(silbo_playout_deadline(w.playout) ==
			    SILBO_TIME_NEVER);
			return;
		}
		check_frame(&frame);
		silbo_playout_on_output(w.playout, frame.duration);
	}
}

/* Around the time it is now, or anything at all. */
static uint64_t
feed_media(struct feed *f)
{
	uint8_t how = feed_u8(f);

	if (how == 255)
		return feed_u64(f);
	if (how >= 250)
		return w.media_zero + (w.now - T0) + feed_u16(f) * MS -
		    (uint64_t)32768 * MS;
	return w.media_zero + (w.now - T0) + how * MS - 128 * MS;
}

static uint16_t
feed_duration(struct feed *f)
{
	static const uint16_t usual[] = {960, 120, 240, 480, 1920, 2880, 0};
	uint8_t which = feed_u8(f);

	return which < 7 * 32 ? usual[which / 32] : feed_u16(f);
}

static void
put(struct feed *f)
{
	uint8_t payload[PAYLOAD_MAX];
	uint64_t index = feed_u16(f);
	struct silbo_playout_put p = {.number = w.first + index,
	    .media_time = feed_media(f),
	    .duration = feed_duration(f),
	    .flags = feed_u8(f),
	    .format = SILBO_FORMAT_OPUS,
	    .payload = payload,
	    .at = w.now};

	/* That a number comes once is not its business. */
	if (set(w.put, index))
		return;
	p.repaired = p.flags & 0x80;
	p.payload_bytes = fill(payload, p.number);
	w.stored += silbo_playout_put(w.playout, &p, w.now);
}

static void
step(struct feed *f)
{
	uint8_t what = feed_u8(f);

	switch (what % 8) {
	case 0:
		silbo_playout_on_origin(w.playout, feed_media(f),
		    what & 0x80 ? SILBO_TIME_NEVER : T0, w.now);
		break;
	case 1:
		silbo_playout_on_end(w.playout,
		    what & 0x80 ? feed_any(f) * 960 : feed_u64(f), w.now);
		break;
	case 2:
		w.now += feed_time(f);
		drain();
		break;
	case 3:
		w.now += 20 * MS;
		drain();
		break;
	default:
		put(f);
	}
}

static void
check_report(void)
{
	struct silbo_playout_report r;

	silbo_playout_report(w.playout, &r);
	must(r.played == w.played);
	must(r.played + r.held <= w.stored);
	must(r.resyncs > 0 || w.stored <= r.played + r.late + r.held);
	must(r.output_samples == w.handed_out);
	must(!w.begun || r.position == w.next);
	must(r.done == w.done);
	must(r.repaired <= r.played);
	must(r.concealed_samples + r.paused_samples <= w.handed_out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct feed f = {in, len};
	struct silbo_playout_config config = {
	    .delay_ns = feed_u8(&f) * 20 * MS,
	    .frames = 1u << feed_u8(&f) % 8,
	    .payload_max = PAYLOAD_MAX - feed_u8(&f) % 4,
	};
	size_t size;
	void *mem;

	if (config.delay_ns > SILBO_PLAYOUT_DELAY_MAX)
		config.delay_ns = SILBO_PLAYOUT_DELAY_MAX;
	size = silbo_playout_size(&config);
	mem = malloc(size);
	must(mem != NULL);
	memset(mem, 0xa5, size);
	memset(&w, 0, sizeof(w));
	w.playout = silbo_playout_init(mem, &config);
	w.now = T0;
	w.first = feed_any(&f) >> 16;
	w.media_zero = feed_u64(&f);
	for (int i = 0; i < OPS_MAX && f.left > 0; i++)
		step(&f);
	drain();
	check_report();
	free(mem);
	return 0;
}
