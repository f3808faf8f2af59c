/* SPDX-License-Identifier: MIT */
/*
 * The reflector: which PROBE is answered, what its ECHO says, and how often one
 * prober, and all of them, may be answered.
 *
 * It refuses to know whether a number was seen before, which the gate has said,
 * and where an ECHO goes.
 */
#include <assert.h>
#include <string.h>

#include "bucket.h"
#include "reflector_count.h"
#include <silbo/reflector.h>
#include <silbo/seal.h>

_Static_assert(BUCKET_TOKEN_BYTES == SILBO_REFLECTOR_TOKEN_BYTES,
    "what the header promises is what a token is");

struct silbo_reflector {
	struct silbo_seal seal;
	struct silbo_header header; /* of the next ECHO */
	uint64_t source;            /* 1, 2 ... each time that it is another */
	struct silbo_reflector_config config;
	silbo_time full_at;      /* the tokens of all */
	struct prober probers[]; /* by place */
};

void
silbo_reflector_config_init(struct silbo_reflector_config *config)
{
	memset(config, 0, sizeof(*config));
	config->rate = SILBO_REFLECTOR_RATE_DEFAULT;
	config->burst = SILBO_REFLECTOR_BURST_DEFAULT;
	config->rate_all = SILBO_REFLECTOR_ALL_DEFAULT;
	config->burst_all = SILBO_REFLECTOR_ALL_BURST_DEFAULT;
}

size_t
silbo_reflector_size(const struct silbo_reflector_config *config)
{
	return sizeof(struct silbo_reflector) +
	    config->places * sizeof(struct prober);
}

size_t
silbo_reflector_secret_size(void)
{
	return sizeof(struct silbo_reflector);
}

struct silbo_reflector *
silbo_reflector_init(void *mem, const struct silbo_reflector_config *config)
{
	struct silbo_reflector *r = mem;

	assert(config->places >= 1);
	assert(config->rate >= 1 && config->rate <= SILBO_REFLECTOR_RATE_MAX);
	assert(config->rate_all >= 1);
	assert(config->rate_all <= SILBO_REFLECTOR_RATE_MAX);
	assert(config->burst >= 1 && config->burst_all >= 1);
	memset(r, 0, sizeof(*r));
	r->config = *config;
	r->config.key = NULL;
	silbo_reflector_on_source(r, &config->own, config->key);
	r->header.number = config->first;
	return r;
}

void
silbo_reflector_on_source(struct silbo_reflector *r,
    const struct silbo_source *own, const struct silbo_key *key)
{
	r->source++;
	/* No prober would find the key of an id made without it. */
	assert(key == NULL || silbo_key_matches(key, own));
	r->header = (struct silbo_header){.type = SILBO_TYPE_ECHO,
	    .mode = key != NULL ? SILBO_MODE_PSK : SILBO_MODE_PLAIN,
	    .source = *own};
	if (key != NULL)
		silbo_seal_init(&r->seal, key, own);
}

void
silbo_reflector_on_wall(struct silbo_reflector *r, int64_t wall_offset_ns)
{
	r->config.wall_offset_ns = wall_offset_ns;
}

static size_t
tag_bytes(const struct silbo_reflector *r)
{
	return r->header.mode == SILBO_MODE_PSK ? SILBO_WIRE_TAG_BYTES : 0;
}

/* The gate has verified length and tag; a copy may still have no body. */
static void
look_at(struct asked *asked, const struct silbo_reflector *r,
    const struct silbo_arrival *opened, enum silbo_verdict verdict)
{
	enum silbo_verdict header =
	    silbo_wire_parse_header(&asked->header, opened->data, opened->len);
	size_t around = SILBO_WIRE_HEADER_BYTES + tag_bytes(r);

	assert(header == SILBO_ACCEPTED && opened->len >= around);
	assert(asked->header.type == SILBO_TYPE_PROBE);
	(void)header;
	asked->opened = opened;
	asked->first = silbo_verdict_is_accepted(verdict);
	asked->again = verdict == SILBO_DROP_DUPLICATE;
	asked->probe.flags = 0;
	asked->readable = silbo_wire_parse_probe(&asked->probe,
			      opened->data + SILBO_WIRE_HEADER_BYTES,
			      opened->len - around) == SILBO_ACCEPTED;
}

static void
add(struct silbo_reflector_report *sum,
    const struct silbo_reflector_report *counts)
{
	sum->unique += counts->unique;
	sum->duplicate += counts->duplicate;
	sum->too_old += counts->too_old;
	sum->reordered += counts->reordered;
	if (sum->extent_max < counts->extent_max)
		sum->extent_max = counts->extent_max;
	sum->answered += counts->answered;
	sum->withheld += counts->withheld;
	sum->unsent += counts->unsent;
	sum->too_short += counts->too_short;
	sum->closing += counts->closing;
	sum->bytes_in += counts->bytes_in;
	sum->bytes_out += counts->bytes_out;
}

/* An outage closes a prober, and it may come back to another place. */
static bool
fetch(
    struct silbo_reflector *r, struct prober *p, const struct silbo_source *id)
{
	for (uint32_t i = 0; i < r->config.places; i++) {
		struct prober *other = &r->probers[i];

		if (memcmp(&other->counts.prober, id, sizeof(*id)) != 0)
			continue;
		*p = *other;
		p->arrived = p->reordered = p->extent_max = p->refused = 0;
		memset(other, 0, sizeof(*other));
		return true;
	}
	return false;
}

/*
 * The place is another's now, or was given anew to the same; or we are another.
 * A prober adds up what sources tell that took over from one another, so each
 * tells its own.  Only who is remembered is looked for elsewhere.
 */
static void
recognise(struct silbo_reflector *r, struct prober *p,
    const struct silbo_source *id, const struct silbo_track_report *numbers)
{
	if (memcmp(&p->counts.prober, id, sizeof(*id)) != 0 &&
	    (numbers->base != SILBO_TRACK_BASE_JOINED || !fetch(r, p, id))) {
		memset(p, 0, sizeof(*p));
		p->source = r->source;
		p->wall = (uint64_t)r->config.wall_offset_ns;
	} else if (p->source != r->source) {
		add(&p->past, &p->counts);
		memset(&p->counts, 0, sizeof(p->counts));
		p->source = r->source;
		p->wall = (uint64_t)r->config.wall_offset_ns;
	}
	p->counts.prober = *id;
	if (numbers->arrived <= p->arrived)
		p->reordered = p->extent_max = 0;
}

/* May it be answered?  Each reason why not has its count. */
static bool
admit(struct silbo_reflector *r, struct prober *p, const struct asked *asked,
    silbo_time now)
{
	const struct bucket_rate own = {r->config.rate, r->config.burst};
	const struct bucket_rate all = {
	    r->config.rate_all, r->config.burst_all};
	uint64_t one = !is_closing(asked);
	size_t bytes = asked->opened->len;

	if (!asked->readable ||
	    bytes < SILBO_WIRE_HEADER_BYTES + SILBO_WIRE_ECHO_BYTES +
		    tag_bytes(r)) {
		p->counts.too_short += one;
		return false;
	}
	if (!bucket_has(p->full_at, own, bytes, now) ||
	    !bucket_has(r->full_at, all, bytes, now)) {
		p->counts.withheld += one;
		return false;
	}
	bucket_take(&p->full_at, own, bytes, now);
	bucket_take(&r->full_at, all, bytes, now);
	return true;
}

static void
fill(struct silbo_echo *echo, const struct prober *p, const struct asked *asked,
    silbo_time now)
{
	const struct silbo_reflector_report *counts = &p->counts;
	const struct silbo_arrival *opened = asked->opened;

	*echo = (struct silbo_echo){.prober = asked->header.source,
	    .number = asked->header.number,
	    .extent_max = counts->extent_max < UINT32_MAX
		? (uint32_t)counts->extent_max
		: UINT32_MAX,
	    .sent_at = asked->probe.sent_at,
	    .received_at = opened->at + p->wall,
	    .echoed_at = now + p->wall,
	    .unique = counts->unique,
	    .duplicate = counts->duplicate,
	    .reordered = counts->reordered,
	    .withheld = counts->withheld + counts->unsent + counts->too_short};
	if (opened->at_source == SILBO_STAMP_KERNEL)
		echo->flags |= SILBO_ECHO_KERNEL;
	if (is_closing(asked))
		echo->flags |= SILBO_ECHO_CLOSING;
	if (opened->tos < 0 || opened->ttl < 0)
		return;
	echo->flags |= SILBO_ECHO_MARKS;
	echo->tos = (uint8_t)opened->tos;
	echo->ttl = (uint8_t)opened->ttl;
}

/* An ECHO exactly as long as the PROBE.  The caller has found cap enough. */
static int
pack(struct silbo_reflector *r, uint8_t *out, size_t cap,
    const struct silbo_echo *echo, size_t bytes)
{
	size_t body = bytes - SILBO_WIRE_HEADER_BYTES - tag_bytes(r);
	int len;

	silbo_wire_pack_header(out, &r->header);
	len = silbo_wire_pack_echo(out + SILBO_WIRE_HEADER_BYTES,
	    cap - SILBO_WIRE_HEADER_BYTES, echo, body);
	assert(len == (int)body);
	len += SILBO_WIRE_HEADER_BYTES;
	r->header.number++;
	if (r->header.mode == SILBO_MODE_PSK)
		len = silbo_seal(&r->seal, out, (size_t)len, cap);
	assert(len == (int)bytes);
	return len;
}

int
silbo_reflector_on_probe(struct silbo_reflector *r, uint8_t *out, size_t cap,
    uint32_t place, const struct silbo_arrival *opened,
    enum silbo_verdict verdict, const struct silbo_track_report *numbers,
    silbo_time now)
{
	struct prober *p = &r->probers[place];
	struct reflector_far far = p->far;
	struct silbo_echo echo;
	struct asked asked;

	assert(place < r->config.places && cap >= opened->len);
	if (!silbo_verdict_is_accepted(verdict) &&
	    verdict != SILBO_DROP_DUPLICATE && verdict != SILBO_DROP_OLD &&
	    verdict != SILBO_DROP_JUMP)
		return 0;
	look_at(&asked, r, opened, verdict);
	if (verdict == SILBO_DROP_JUMP) {
		p->far.header = asked.header;
		p->far.closing = is_closing(&asked);
		return 0;
	}
	recognise(r, p, &asked.header.source, numbers);
	reflector_count(p, &asked, &far, numbers);
	if (!asked.first || !admit(r, p, &asked, now))
		return 0;
	p->closing = is_closing(&asked);
	if (r->header.number > SILBO_WIRE_NUMBER_MAX) {
		p->counts.unsent += !p->closing;
		return SILBO_ERR_LIMIT;
	}
	p->bytes = opened->len;
	p->counts.answered += !p->closing;
	p->counts.bytes_out += p->bytes;
	fill(&echo, p, &asked, now);
	return pack(r, out, cap, &echo, opened->len);
}

void
silbo_reflector_on_unsent(struct silbo_reflector *r, uint32_t place)
{
	struct prober *p = &r->probers[place];

	assert(place < r->config.places && p->bytes > 0);
	p->counts.bytes_out -= p->bytes;
	p->counts.answered -= !p->closing;
	p->counts.unsent += !p->closing;
	p->bytes = 0;
}

void
silbo_reflector_report(const struct silbo_reflector *r, uint32_t place,
    struct silbo_reflector_report *report)
{
	assert(place < r->config.places);
	*report = r->probers[place].counts;
	add(report, &r->probers[place].past);
}

void
silbo_reflector_reset(struct silbo_reflector *r)
{
	silbo_seal_reset(&r->seal);
}
