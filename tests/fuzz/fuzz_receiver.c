/* SPDX-License-Identifier: MIT */
/*
 * A receiver under any sequence of datagrams, plain or sealed: new, repeated,
 * altered, of any type, at any time.  No number of a source is delivered twice,
 * everything received is accepted or counted as a drop, and there is always a
 * next moment.
 */
#include <silbo/receiver.h>
#include <silbo/seal.h>

#include "fuzz.h"

#define OPS_MAX 256
#define GETS_MAX 3000
#define KEPT 16
#define DATAGRAM_MAX 512
#define SOURCES 6 /* that bytes name; two more than may have a place */

struct delivery {
	struct silbo_source source;
	uint8_t type;
	uint64_t number;
};

struct datagram {
	uint8_t bytes[DATAGRAM_MAX];
	size_t len;
};

static struct {
	struct silbo_receiver *rx;
	silbo_time now;
	const struct silbo_key *key; /* NULL: plain */
	uint64_t first[SOURCES];
	struct datagram kept[KEPT];
	struct delivery delivered[OPS_MAX];
	size_t sent, deliveries;
	uint64_t accepted;
	unsigned gets;
} w;

static const struct silbo_key *
the_key(void)
{
	static const uint8_t master[SILBO_KEY_MASTER_BYTES] = {3};
	static struct silbo_key key;
	static bool ready;

	if (!ready)
		silbo_key_init(&key, master);
	ready = true;
	return &key;
}

static void
note_delivery(uint32_t stream, const uint8_t *datagram)
{
	struct delivery *d = &w.delivered[w.deliveries];
	struct silbo_stream_report report;
	struct silbo_gate_source about;
	struct silbo_header header;

	must(silbo_wire_parse_header(
		 &header, datagram, SILBO_WIRE_HEADER_BYTES) == SILBO_ACCEPTED);
	must(stream < silbo_receiver_streams(w.rx));
	silbo_receiver_report_stream(w.rx, stream, &report, &about);
	must(memcmp(&about.id, &header.source, sizeof(about.id)) == 0);
	*d = (struct delivery){header.source, header.type, header.number};
	for (size_t i = 0; i < w.deliveries; i++)
		must(memcmp(&w.delivered[i].source, &d->source,
			 sizeof(d->source)) != 0 ||
		    w.delivered[i].type != d->type ||
		    w.delivered[i].number != d->number);
	w.deliveries++;
	w.accepted++;
}

static void
check_counts(void)
{
	struct silbo_gate_report r;
	uint64_t sum = 0;

	silbo_receiver_report(w.rx, &r);
	for (int i = 0; i < SILBO_VERDICTS; i++)
		sum += r.verdict[i];
	must(r.received == w.sent && sum == w.sent);
	must(r.accepted == w.accepted);
}

/* In memory of its own, of exactly its size: it is opened in place. */
static void
deliver(const uint8_t *bytes, size_t len, uint8_t from)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	struct silbo_arrival arrival = {.data = copy,
	    .len = len,
	    .from = {.len = 1, .bytes = {from}},
	    .at = w.now,
	    .at_source = SILBO_STAMP_SIM,
	    .tos = -1,
	    .ttl = -1};
	enum silbo_verdict verdict;
	uint32_t stream;

	must(copy != NULL);
	if (len > 0)
		memcpy(copy, bytes, len);
	verdict = silbo_receiver_on_datagram(w.rx, &stream, &arrival, w.now);
	w.sent++;
	if (silbo_verdict_is_accepted(verdict))
		note_delivery(stream, bytes);
	check_counts();
	free(copy);
}

/* Keep it for later, and send it. */
static void
depart(const struct silbo_header *header, const uint8_t *body, size_t len)
{
	struct datagram *d = &w.kept[w.sent % KEPT];
	struct silbo_seal seal;
	int bytes;

	must(len + 64 < DATAGRAM_MAX);
	silbo_wire_pack_header(d->bytes, header);
	if (len > 0)
		memcpy(d->bytes + SILBO_WIRE_HEADER_BYTES, body, len);
	d->len = SILBO_WIRE_HEADER_BYTES + len;
	if (header->mode == SILBO_MODE_PSK) {
		silbo_seal_init(&seal, the_key(), &header->source);
		bytes = silbo_seal(&seal, d->bytes, d->len, DATAGRAM_MAX);
		must(bytes > 0);
		d->len = (size_t)bytes;
	}
	deliver(d->bytes, d->len, 1);
}

static void
feed_header(struct feed *f, struct silbo_header *h, uint8_t type)
{
	uint8_t who = feed_u8(f);
	uint8_t random[SILBO_KEY_RANDOM_BYTES] = {who % SOURCES};

	h->type = type;
	h->mode = w.key != NULL ? SILBO_MODE_PSK : SILBO_MODE_PLAIN;
	if (who >= 252)
		h->mode = who & 1;
	h->number = w.first[who % SOURCES] + feed_any(f);
	h->number &= ((uint64_t)1 << 48) - 1;
	silbo_key_source(&h->source, random, w.key);
}

static void
send_data(struct feed *f)
{
	struct silbo_header header;
	struct silbo_data data = {.media_time = w.now};
	uint8_t body[DATAGRAM_MAX / 2];
	int bytes;

	feed_header(f, &header, SILBO_TYPE_DATA);
	data.media_time += feed_u8(f) * MS;
	data.duration = (uint16_t)(feed_u8(f) * 120);
	data.flags = feed_u8(f) & (uint8_t)~SILBO_DATA_PADDED;
	data.payload_bytes = feed_bytes(f, &data.payload, feed_u8(f) % 64);
	bytes = silbo_wire_pack_data(body, sizeof(body), &data);
	must(bytes > 0);
	depart(&header, body, (size_t)bytes);
}

static void
send_info(struct feed *f)
{
	struct silbo_header header;
	struct silbo_info info;
	uint8_t body[SILBO_WIRE_INFO_BYTES], how = feed_u8(f);

	feed_header(f, &header, SILBO_TYPE_INFO);
	memset(&info, 0, sizeof(info));
	info.media_time = w.now;
	info.origin = T0;
	info.first = how & 1 ? feed_u64(f) : w.first[feed_u8(f) % SOURCES];
	info.next = how & 2 ? feed_u64(f) : info.first + feed_u8(f);
	info.age_ns = how & 4 ? feed_u64(f) : w.now - T0;
	info.samples = how & 8 ? feed_u64(f) : feed_u8(f) * 960u;
	info.flags = how & 16 ? SILBO_INFO_END : 0;
	info.tag[0] = how >> 5;
	must(silbo_wire_pack_info(body, sizeof(body), &info) > 0);
	depart(&header, body, sizeof(body));
}

static void
send_any_type(struct feed *f)
{
	struct silbo_header header;
	const uint8_t *body;
	uint8_t type = feed_u8(f);
	size_t len;

	feed_header(f, &header, type % 8);
	len = feed_bytes(f, &body, feed_u8(f));
	depart(&header, body, len);
}

/* A PROBE, or an ECHO, that can be read. */
static void
send_measured(struct feed *f)
{
	struct silbo_header header;
	uint8_t body[SILBO_WIRE_ECHO_BYTES] = {0};
	uint8_t type = feed_u8(f) & 1 ? SILBO_TYPE_ECHO : SILBO_TYPE_PROBE;

	feed_header(f, &header, type);
	depart(&header, body, sizeof(body));
}

/* The numbers of a source that are measured add up, whatever came. */
static void
check_numbers(uint32_t place, uint8_t type)
{
	struct silbo_track_report r;

	silbo_receiver_report_numbers(w.rx, place, type, &r);
	must(r.expected == r.unique + r.lost + r.pending);
	must(r.arrived == r.unique + r.duplicate + r.late_final + r.too_old);
	must(r.next - r.first == r.expected);
}

/* One of those before, as it was or with bits turned. */
static void
send_again(struct feed *f)
{
	const struct datagram *d = &w.kept[feed_u8(f) % KEPT];
	struct datagram altered = *d;
	uint8_t turn = feed_u8(f);

	if (turn >= 128 && d->len > 0)
		altered.bytes[feed_u16(f) % d->len] ^= turn & 0x7f;
	else if (turn >= 64)
		altered.len = feed_u16(f) % (d->len + 1);
	deliver(altered.bytes, altered.len, 2);
}

static void
send_raw(struct feed *f)
{
	const uint8_t *bytes;
	size_t len = feed_bytes(f, &bytes, feed_u8(f));

	deliver(bytes, len, 3);
}

/* The loop of receiver.h, once, at this time. */
static bool
go_round(void)
{
	struct silbo_frame frame;
	enum silbo_frame_kind kind;

	silbo_receiver_on_time(w.rx, w.now);
	for (uint32_t i = 0; i < silbo_receiver_streams(w.rx); i++) {
		check_numbers(i, SILBO_TYPE_PROBE);
		check_numbers(i, SILBO_TYPE_ECHO);
		do {
			if (w.gets++ >= GETS_MAX)
				return false;
			kind = silbo_receiver_get(w.rx, i, &frame, w.now);
			silbo_receiver_on_output(w.rx, i, frame.duration);
		} while (kind != SILBO_FRAME_WAIT && kind != SILBO_FRAME_DONE);
	}
	return true;
}

/* What the hand-out ends may be closed by the next round: then all is said. */
static void
let_pass(silbo_time by)
{
	w.now += by;
	if (go_round() && go_round())
		must(silbo_receiver_deadline(w.rx) > w.now);
}

static void
step(struct feed *f)
{
	switch (feed_u8(f) % 8) {
	case 0:
		let_pass(feed_time(f));
		break;
	case 1:
		send_info(f);
		break;
	case 2:
		send_any_type(f);
		break;
	case 3:
		send_again(f);
		break;
	case 4:
		send_raw(f);
		break;
	case 5:
		send_measured(f);
		break;
	default:
		send_data(f);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct feed f = {in, len};
	struct silbo_receiver_config config;
	uint8_t how = feed_u8(&f);
	void *mem;

	memset(&w, 0, sizeof(w));
	w.now = T0;
	w.key = how & 1 ? the_key() : NULL;
	for (int i = 0; i < SOURCES; i++)
		w.first[i] = feed_any(&f);
	silbo_receiver_config_init(&config, T0);
	config.gate.keys = w.key;
	config.gate.keys_count = w.key != NULL;
	config.gate.sources = SOURCES - 2;
	config.gate.datagram_max = DATAGRAM_MAX - (how & 2) * 150u;
	if (how & 4)
		config.gate.max_age_ns = 10 * SILBO_NS_PER_S;
	config.gate.stream.window = 64u << (how >> 3) % 4;
	config.gate.stream.playout.frames = 1u << (how >> 5);
	config.gate.stream.playout.payload_max = 64;
	mem = malloc(silbo_receiver_size(&config));
	must(mem != NULL);
	w.rx = silbo_receiver_init(mem, &config);
	for (int i = 0; i < OPS_MAX && f.left > 0; i++)
		step(&f);
	let_pass(60 * SILBO_NS_PER_S);
	silbo_receiver_reset(w.rx);
	free(mem);
	return 0;
}
