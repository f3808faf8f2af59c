/* SPDX-License-Identifier: MIT */
/*
 * Datagrams of any bytes for a reflector of STAMP with few places and low
 * limits, in memory of exactly their size.  Whatever comes: no answer is longer
 * than what it answers or in another place, none answers an answer, no second
 * has more of them than is set, and every datagram is in one counter.
 */
#include <silbo/stamp.h>

#include "fuzz.h"

#define PLACES 3
#define TOTAL 40

static const struct silbo_stamp_clock fuzz_clock = {
    .zero_ns = UINT64_C(1700000000) * SILBO_NS_PER_S,
    .estimate = {.error_ns = 1000, .synced = true},
};

struct run {
	struct silbo_stamp_reflector *r;
	silbo_time now;
	silbo_time window; /* since when answers are counted */
	unsigned answers;
};

static int
deliver(struct run *run, uint8_t *data, size_t len, uint8_t who, uint16_t port,
    bool truncated)
{
	struct silbo_arrival arrival = {
	    .data = data,
	    .len = len,
	    .from = {.len = 2, .bytes = {who, 1}},
	    .at = run->now - who,
	    .ttl = who - 1,
	    .truncated = truncated,
	};
	int bytes = silbo_stamp_reflector_on_datagram(
	    run->r, data, len, &arrival, port, &fuzz_clock, run->now);

	must(bytes == 0 || (size_t)bytes == len);
	must(bytes == 0 || (!truncated && port >= 1024));
	if (bytes == 0)
		return 0;
	if (run->now - run->window >= SILBO_NS_PER_S) {
		run->window = run->now;
		run->answers = 0;
	}
	/* a burst at its begin, and what is filled up in it */
	must(++run->answers <= 2 * TOTAL);
	return bytes;
}

static void
check_reply(const uint8_t *out, const struct silbo_stamp_request *request,
    size_t len, silbo_time now)
{
	struct silbo_stamp_estimate estimate;
	struct silbo_stamp_reply reply;

	must(silbo_stamp_parse_reply(&reply, out, len) == SILBO_ACCEPTED);
	must(reply.request.number == request->number);
	must(reply.request.sent_at == request->sent_at);
	must(reply.request.estimate == request->estimate);
	must(silbo_stamp_parse_estimate(&estimate, reply.estimate));
	must(silbo_stamp_parse_time(reply.echoed_at, false,
		 fuzz_clock.zero_ns) == fuzz_clock.zero_ns + now);
}

static void
step(struct run *run, struct feed *f)
{
	static uint8_t copy[2048];
	struct silbo_stamp_request request = {0};
	uint8_t who = feed_u8(f) % 8;
	uint8_t how = feed_u8(f);
	uint16_t port = how & 1 ? 40000 : feed_u16(f);
	const uint8_t *in;
	size_t len;
	uint8_t *data;

	run->now += feed_time(f);
	len = feed_bytes(f, &in, how & 2 ? 44 : feed_u8(f));
	if (len > 0)
		memcpy(copy, in, len);
	data = malloc(len > 0 ? len : 1);
	must(data != NULL);
	memcpy(data, copy, len);
	(void)!silbo_stamp_parse_request(&request, data, len);
	if (deliver(run, data, len, who, port, (how & 0x80) != 0) > 0) {
		check_reply(data, &request, len, run->now);
		must(len < 44 || memcmp(data + 44, copy + 44, len - 44) == 0);
		must(deliver(run, data, len, who, 40000, false) == 0);
	}
	free(data);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	static const struct silbo_stamp_config config = {
	    .sessions = PLACES,
	    .rate = 20,
	    .burst = 10,
	    .total_rate = TOTAL,
	    .total_burst = TOTAL,
	};
	struct feed feed = {.at = in, .left = len};
	struct run run = {.now = T0, .window = T0};
	struct silbo_stamp_report n;
	void *mem = malloc(silbo_stamp_reflector_size(&config));

	must(mem != NULL);
	run.r = silbo_stamp_reflector_init(mem, &config);
	while (feed.left > 0)
		step(&run, &feed);
	silbo_stamp_reflector_report(run.r, &n);
	must(n.sessions <= PLACES && n.begun >= n.sessions);
	must(n.received ==
	    n.answered + n.too_short + n.too_long + n.bad_port + n.corrupt +
		n.looped + n.table_full + n.withheld);
	free(mem);
	return 0;
}
