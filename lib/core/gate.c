/* SPDX-License-Identifier: MIT */
/*
 * The gate: the order of checks of docs/wire-format.md, one helper per step,
 * and the counters.  It decides whether a datagram is authentic and whose it
 * is.
 *
 * It refuses to know what is lost or when anything is played: that is the
 * stream's.  Up to step 6 nothing but counters may change: the helpers of those
 * steps take the gate const.
 */
#include <assert.h>
#include <string.h>

#include "align.h"
#include "gate_about.h"
#include "own.h"
#include "table.h"
#include <silbo/gate.h>
#include <silbo/seal.h>

/*
 * The report comes first, so that a test can compare all that lies behind it:
 * a refused datagram may change nothing there.
 */
struct silbo_gate {
	struct silbo_gate_report report;
	struct silbo_gate_config config; /* its pointer leads to these: */
	struct silbo_key keys[SILBO_KEYS_MAX];
	struct own_ids own;
	struct silbo_table table;
};

/* What the steps have learnt about one datagram. */
struct passage {
	struct silbo_header header;
	uint32_t source;         /* index, or SILBO_GATE_NONE: not known */
	uint8_t key;             /* index of the key, for a source not known */
	struct silbo_seal fresh; /* likewise: nothing is stored before step 7 */
	bool end;                /* it is an INFO with END */
	const uint8_t *body;
	size_t body_bytes;
};

/* The table's memory begins here behind the gate. */
static size_t
table_offset(void)
{
	return align(sizeof(struct silbo_gate));
}

size_t
silbo_gate_size(const struct silbo_gate_config *config)
{
	return table_offset() +
	    silbo_table_size(
		config->sources, config->datagram_max, &config->stream);
}

size_t
silbo_gate_secret_size(const struct silbo_gate_config *config)
{
	return table_offset() + silbo_table_secret_size(config->sources);
}

struct silbo_gate *
silbo_gate_init(void *mem, const struct silbo_gate_config *config)
{
	struct silbo_gate *gate = mem;

	assert(config->sources >= 1);
	assert(config->sources <= SILBO_GATE_SOURCES_MAX);
	assert(config->keys_count <= SILBO_KEYS_MAX);
	assert(config->datagram_max <= SILBO_WIRE_MTU_MAX);
	assert(config->probe_max <= SILBO_WIRE_MTU_MAX);
	memset(gate, 0, sizeof(*gate));
	gate->config = *config;
	gate->config.keys = gate->keys;
	for (size_t i = 0; i < config->keys_count; i++)
		gate->keys[i] = config->keys[i];
	gate->config.own = NULL;
	if (config->own != NULL)
		own_put(&gate->own, config->own);
	silbo_table_init(&gate->table, (uint8_t *)mem + table_offset(),
	    config->sources, config->datagram_max, &config->stream);
	return gate;
}

static bool
is_keyed(const struct silbo_gate *gate)
{
	return gate->config.keys_count > 0;
}

/* Step 1.  What has no readable header may be as long as a DATA. */
static bool
is_oversize(const struct silbo_gate *gate, const struct silbo_arrival *arrival,
    enum silbo_verdict verdict, const struct silbo_header *header)
{
	size_t limit = gate->config.datagram_max;

	if (verdict == SILBO_ACCEPTED && header->type == SILBO_TYPE_PROBE &&
	    gate->config.probe_max > limit)
		limit = gate->config.probe_max;
	return arrival->truncated || arrival->len > limit;
}

/* Step 3: no guessing and no downgrade, whatever the datagram says. */
static enum silbo_verdict
check_mode(const struct silbo_gate *gate, uint8_t mode)
{
	switch (mode) {
	case SILBO_MODE_PLAIN:
		return is_keyed(gate) ? SILBO_DROP_PLAIN : SILBO_ACCEPTED;
	case SILBO_MODE_PSK:
		return is_keyed(gate) ? SILBO_ACCEPTED : SILBO_DROP_ENCRYPTED;
	default:
		return SILBO_DROP_MODE;
	}
}

/*
 * Step 5: one of the keys must have made the id of a source that is not known.
 * A known one is opened by the key that opened it first.
 */
static bool
find_key(const struct silbo_gate *gate, struct passage *p)
{
	for (uint8_t i = 0; i < gate->config.keys_count; i++) {
		if (!silbo_key_matches(&gate->keys[i], &p->header.source))
			continue;
		p->key = i;
		silbo_seal_init(&p->fresh, &gate->keys[i], &p->header.source);
		return true;
	}
	return !is_keyed(gate);
}

/* Step 6: false when the tag is wrong. */
static bool
open_body(const struct silbo_gate *gate, struct passage *p,
    const struct silbo_arrival *arrival)
{
	const struct silbo_seal *seal = &p->fresh;
	int bytes = (int)arrival->len;

	if (p->source != SILBO_GATE_NONE)
		seal = &gate->table.places[p->source].seal;
	if (is_keyed(gate))
		bytes = silbo_unseal(seal, arrival->data, arrival->len);
	if (bytes < 0)
		return false;
	p->body = arrival->data + SILBO_WIRE_HEADER_BYTES;
	p->body_bytes = (size_t)bytes - SILBO_WIRE_HEADER_BYTES;
	return true;
}

/*
 * Step 7.  A source shows its age by the time that a DATA, INFO or PROBE begins
 * with.  What cannot show it does not establish a source while ages are
 * checked, else a recorded NACK would open the door to the recorded stream
 * behind it.
 */
static bool
is_stale(const struct silbo_gate *gate, const struct passage *p, silbo_time now)
{
	uint64_t wall = now + (uint64_t)gate->config.wall_offset_ns;
	uint64_t media_time;

	if (gate->config.max_age_ns == SILBO_TIME_NEVER)
		return false;
	if (p->header.type != SILBO_TYPE_DATA &&
	    p->header.type != SILBO_TYPE_INFO &&
	    p->header.type != SILBO_TYPE_PROBE)
		return true;
	if (!silbo_wire_parse_media_time(&media_time, p->body, p->body_bytes))
		return true;
	return media_time < wall && wall - media_time > gate->config.max_age_ns;
}

/* Step 7: the datagram is authentic. */
static void
admit(struct silbo_gate *gate, struct passage *p, silbo_time now)
{
	struct silbo_place *place;

	p->source = silbo_table_put(
	    &gate->table, &p->header.source, &gate->config.stream, now);
	place = &gate->table.places[p->source];
	place->seal = p->fresh;
	place->about.key = p->key;
	place->about.encrypted = is_keyed(gate);
}

/* Steps 9 and 10. */
static enum silbo_verdict
hand_on(struct silbo_gate *gate, struct passage *p, enum silbo_verdict verdict,
    silbo_time at, silbo_time now)
{
	struct silbo_content content = {.type = p->header.type,
	    .number = p->header.number,
	    .at = at,
	    .body = p->body,
	    .bytes = p->body_bytes};

	return silbo_place_put(&gate->table.places[p->source], &p->end,
	    &content, verdict, &gate->config.stream, now);
}

/* The order of checks.  To move a line here is to change the protocol. */
static enum silbo_verdict
check(struct silbo_gate *gate, struct passage *p,
    const struct silbo_arrival *arrival, silbo_time now)
{
	enum silbo_verdict verdict;

	verdict =
	    silbo_wire_parse_header(&p->header, arrival->data, arrival->len);
	if (is_oversize(gate, arrival, verdict, &p->header))
		return SILBO_DROP_OVERSIZE; /* 1 */
	if (verdict != SILBO_ACCEPTED)
		return verdict; /* 2 */
	if (own_has(&gate->own, &p->header.source))
		return SILBO_DROP_REFLECTED; /* or a group that loops */
	verdict = check_mode(gate, p->header.mode);
	if (verdict != SILBO_ACCEPTED)
		return verdict; /* 3 */
	if (p->header.number > SILBO_WIRE_NUMBER_MAX)
		return SILBO_DROP_LIMIT; /* 4 */
	p->source = silbo_table_get(&gate->table, &p->header.source);
	if (p->source == SILBO_GATE_NONE && !find_key(gate, p))
		return SILBO_DROP_WRONG_KEY; /* 5 */
	if (!open_body(gate, p, arrival))
		return SILBO_DROP_AUTH; /* 6 */
	if (p->source == SILBO_GATE_NONE) {
		if (is_stale(gate, p, now))
			return SILBO_DROP_STALE; /* 7 */
		if (silbo_table_is_old(&gate->table, &p->header))
			return SILBO_DROP_OLD;
	}
	if (!silbo_table_admits(&gate->table, p->source, p->header.type))
		return SILBO_DROP_TABLE_FULL;
	if (p->source == SILBO_GATE_NONE)
		admit(gate, p, now);
	else if (gate->table.places[p->source].about.streams)
		(void)silbo_gate_stream(gate, p->source);
	gate->report.taken += silbo_place_on_second(
	    &gate->table.places[p->source], &p->header, arrival, now);
	verdict = silbo_place_on_number(
	    &gate->table.places[p->source], &p->header, arrival, now); /* 8 */
	if (!silbo_verdict_is_accepted(verdict))
		return verdict;
	verdict = hand_on(gate, p, verdict, arrival->at, now); /* 9, 10 */
	silbo_table_on_accepted(
	    &gate->table, p->source, &p->header, arrival, p->end);
	return verdict;
}

static void
count(struct silbo_gate_report *report, enum silbo_verdict verdict)
{
	uint64_t dropped = 0;

	report->verdict[verdict]++;
	if (silbo_verdict_is_accepted(verdict))
		report->accepted++;
	for (int i = SILBO_BAD_BODY + 1; i < SILBO_VERDICTS; i++)
		dropped += report->verdict[i];
	assert(report->received == report->accepted + dropped);
	(void)dropped; /* where assert is compiled away */
}

enum silbo_verdict
silbo_gate_on_datagram(struct silbo_gate *gate, uint32_t *source,
    struct silbo_arrival *arrival, silbo_time now)
{
	struct passage p = {.source = SILBO_GATE_NONE};
	enum silbo_verdict verdict;

	assert(arrival->at <= now);
	gate->report.received++;
	gate->report.bytes += arrival->len;
	verdict = check(gate, &p, arrival, now);
	count(&gate->report, verdict);
	/* A wrong tag means that it only claims to be from there. */
	*source = verdict == SILBO_DROP_AUTH ? SILBO_GATE_NONE : p.source;
	silbo_seal_reset(&p.fresh);
	return verdict;
}

uint32_t
silbo_gate_sources(const struct silbo_gate *gate)
{
	return gate->table.count;
}

struct silbo_stream *
silbo_gate_stream(struct silbo_gate *gate, uint32_t source)
{
	assert(source < gate->table.count);
	return silbo_place_begin(
	    &gate->table.places[source], &gate->config.stream);
}

void
silbo_gate_close(struct silbo_gate *gate, uint32_t source)
{
	assert(source < gate->table.count);
	silbo_table_close(&gate->table, source);
}

void
silbo_gate_settle(struct silbo_gate *gate, uint32_t source)
{
	assert(source < gate->table.count);
	silbo_table_settle(&gate->table, source);
}

void
silbo_gate_on_wall(struct silbo_gate *gate, int64_t wall_offset_ns)
{
	gate->config.wall_offset_ns = wall_offset_ns;
}

void
silbo_gate_on_own(struct silbo_gate *gate, const struct silbo_source *own)
{
	own_put(&gate->own, own);
}

void
silbo_gate_release(struct silbo_gate *gate, uint32_t source)
{
	assert(source < gate->table.count);
	silbo_table_release(&gate->table, source);
}

void
silbo_gate_report(
    const struct silbo_gate *gate, struct silbo_gate_report *report)
{
	*report = gate->report;
	report->accepted_gone = gate->table.accepted_gone;
	report->established = gate->table.serials;
	report->evicted = gate->table.evicted;
}

const struct silbo_gate_source *
silbo_gate_about(const struct silbo_gate *gate, uint32_t source)
{
	assert(source < gate->table.count);
	return &gate->table.places[source].about;
}

void
silbo_gate_report_source(const struct silbo_gate *gate, uint32_t source,
    struct silbo_gate_source *report)
{
	*report = *silbo_gate_about(gate, source);
}

void
silbo_gate_report_numbers(const struct silbo_gate *gate, uint32_t source,
    uint8_t type, struct silbo_track_report *report)
{
	struct silbo_place *place = &gate->table.places[source];

	assert(source < gate->table.count);
	assert(type == SILBO_TYPE_PROBE || type == SILBO_TYPE_ECHO);
	silbo_path_report(silbo_place_path(place, type), report);
}

void
silbo_gate_pass_time(struct silbo_gate *gate, uint32_t source, silbo_time now)
{
	struct silbo_place *place = &gate->table.places[source];

	for (size_t i = 0; i < SILBO_PATHS; i++)
		silbo_path_on_time(&place->paths[i], now);
}

silbo_time
silbo_gate_pending(const struct silbo_gate *gate, uint32_t source)
{
	const struct silbo_path *paths = gate->table.places[source].paths;
	silbo_time probe = silbo_path_deadline(&paths[0]);
	silbo_time echo = silbo_path_deadline(&paths[1]);

	return probe < echo ? probe : echo;
}

void
silbo_gate_reset(struct silbo_gate *gate)
{
	for (size_t i = 0; i < SILBO_KEYS_MAX; i++)
		silbo_key_reset(&gate->keys[i]);
	silbo_table_reset(&gate->table);
}
