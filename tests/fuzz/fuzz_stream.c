/* SPDX-License-Identifier: MIT */
/*
 * INFO into a stream: any announcement, between any DATA, at any time.  What is
 * counted always adds up and never shrinks, and there is always a next moment.
 */
#include <silbo/stream.h>

#include "fuzz.h"

#define OPS_MAX 256
#define GETS_MAX 3000

static struct {
	struct silbo_stream *stream;
	struct silbo_stream_report report; /* of the step before */
	silbo_time now;
	uint64_t first;
	unsigned gets;
} w;

/* Every window in which numbers are wide, and the ends of the number space. */
static uint64_t
feed_number(struct feed *f)
{
	uint64_t number = w.first + feed_any(f);

	return number & SILBO_TRACK_NUMBER_MAX;
}

static void
put(struct feed *f)
{
	uint64_t number = feed_number(f);
	enum silbo_verdict verdict;
	struct silbo_data data = {
	    .media_time = w.now + feed_u8(f) * MS,
	    .duration = (uint16_t)(feed_u8(f) * 120),
	    .flags = feed_u8(f) & 0x0e,
	};

	data.payload_bytes = feed_bytes(f, &data.payload, feed_u8(f));
	verdict = silbo_stream_on_number(w.stream, number, w.now);
	if (!silbo_verdict_is_accepted(verdict))
		return;
	if (data.flags == 0x0e)
		silbo_stream_on_bad_body(w.stream, w.now);
	else
		silbo_stream_put(
		    w.stream, number, &data, verdict, w.now, w.now);
}

/* As near to the truth, or as far from it, as the bytes want. */
static void
announce(struct feed *f)
{
	uint64_t number = feed_any(f);
	struct silbo_info info;
	uint8_t body[SILBO_WIRE_INFO_BYTES];
	uint8_t how = feed_u8(f);

	memset(&info, 0, sizeof(info));
	info.media_time = how & 1 ? feed_u64(f) : w.now;
	info.origin = how & 2 ? feed_u64(f) : T0 + feed_u8(f) * MS;
	info.first = how & 4 ? feed_u64(f) : w.first;
	info.next = how & 8 ? feed_u64(f) : info.first + feed_u8(f);
	info.age_ns = how & 16 ? feed_u64(f) : w.now - T0;
	info.samples = how & 32 ? feed_u64(f) : feed_u8(f) * 960u;
	info.flags = how & 64 ? SILBO_INFO_END : 0;
	info.preskip = how & 128 ? 312 : 0;
	info.channels = feed_u8(f);
	/* Through the parser: what it refuses comes no further. */
	must(silbo_wire_pack_info(body, sizeof(body), &info) ==
	    (int)sizeof(body));
	if (silbo_wire_parse_info(&info, body, sizeof(body)) == SILBO_ACCEPTED)
		silbo_stream_on_info(w.stream, number, &info, w.now);
}

static void
let_pass(silbo_time by)
{
	struct silbo_frame frame;
	enum silbo_frame_kind kind;

	w.now += by;
	silbo_stream_on_time(w.stream, w.now);
	do {
		if (w.gets++ >= GETS_MAX)
			return;
		kind = silbo_stream_get(w.stream, &frame, w.now);
		silbo_stream_on_output(w.stream, frame.duration);
	} while (kind != SILBO_FRAME_WAIT && kind != SILBO_FRAME_DONE);
	must(silbo_stream_deadline(w.stream) > w.now);
}

static void
check_sums(const struct silbo_track_report *t)
{
	uint64_t runs = 0;

	must(t->expected == t->unique + t->lost + t->pending);
	must(t->expected == t->next - t->first);
	must(t->arrived ==
	    t->unique + t->duplicate + t->late_final + t->too_old);
	for (int i = 0; i < SILBO_TRACK_RUN_CLASSES; i++)
		runs += t->losses.run_histogram[i];
	must(runs == t->losses.runs && t->losses.run_max <= t->lost);
	must(t->losses.lost == t->lost && t->losses.noticeable <= t->lost);
	must(t->losses.burst_lost + t->losses.gap_lost == t->lost);
	must(t->losses.burst_numbers + t->losses.gap_numbers <= t->expected);
	must(t->reordered <= t->unique && t->extent_max <= t->extent_sum);
}

static void
check_report(void)
{
	struct silbo_stream_report r;
	const struct silbo_stream_report *old = &w.report;

	silbo_stream_report(w.stream, &r);
	check_sums(&r.track);
	must(r.track.expected >= old->track.expected);
	must(r.track.unique >= old->track.unique);
	must(r.track.lost >= old->track.lost);
	must(r.track.duplicate >= old->track.duplicate);
	must(r.track.reordered >= old->track.reordered);
	must(r.described >= old->described && r.ended >= old->ended);
	must(r.first_media_time == old->first_media_time ||
	    (old->payloads == 0 && !old->described));
	must(r.payloads + r.bad_bodies <= r.track.unique + r.track.late_final);
	w.report = r;
}

static void
step(struct feed *f)
{
	switch (feed_u8(f) % 4) {
	case 0:
		announce(f);
		break;
	case 1:
		let_pass(feed_time(f));
		break;
	default:
		put(f);
	}
	check_report();
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct feed f = {in, len};
	struct silbo_stream_config config;
	uint8_t how = feed_u8(&f);
	void *mem;

	memset(&w, 0, sizeof(w));
	w.now = T0;
	w.first = feed_any(&f) & SILBO_TRACK_NUMBER_MAX;
	silbo_stream_config_init(&config, T0);
	config.window = 64u << how % 4;
	config.wait_ns = (1 + how / 4u) * 50 * MS;
	config.playout.frames = 1u << how % 8;
	config.playout.payload_max = 200;
	mem = malloc(silbo_stream_size(&config));
	must(mem != NULL);
	w.stream = silbo_stream_init(mem, &config);
	for (int i = 0; i < OPS_MAX && f.left > 0; i++)
		step(&f);
	let_pass(60 * SILBO_NS_PER_S);
	check_report();
	must(w.gets > GETS_MAX || w.report.track.pending == 0);
	free(mem);
	return 0;
}
