/* SPDX-License-Identifier: MIT */
/*
 * How silbo recv answers probes: sends what the reflector makes, keeps a row
 * for each prober, and says once in a while that probes come where nobody
 * answers. A row outlives its place in the receiver; the last 256 are kept,
 * older ones and those that hardly showed up are summed up.
 *
 * Refuses to know which PROBE is answered, and what its ECHO says.
 */
#include "recv_reflect.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <silbo/silbo.h>

#include "cli.h"
#include "keyfile.h"

#define ALL_TIMES 10   /* all of them get this many times the rate of one */
#define BURST_PART 10  /* of what may be sent in a second, at once */
#define BURST_LEAST 10 /* what comes late comes in a row */

static bool
open_reflector(struct recv *r, const struct silbo_source *own)
{
	struct silbo_reflector_config config;
	uint32_t rate = (uint32_t)r->reflect_rate;
	uint32_t burst = rate / BURST_PART;
	void *memory;

	silbo_reflector_config_init(&config);
	config.own = *own;
	config.key = r->keys_count > 0 ? r->keys : NULL;
	config.places = r->reflect_state->places;
	config.wall_offset_ns = (int64_t)(r->started_wall - r->started);
	config.rate = rate;
	config.burst = burst > BURST_LEAST ? burst : BURST_LEAST;
	config.rate_all = rate < SILBO_REFLECTOR_RATE_MAX / ALL_TIMES
	    ? ALL_TIMES * rate
	    : SILBO_REFLECTOR_RATE_MAX;
	config.burst_all = ALL_TIMES * config.burst;
	memory = calloc(1, silbo_reflector_size(&config));
	if (memory == NULL)
		return false;
	if (r->keys_count > 0)
		keyfile_lock(memory, silbo_reflector_secret_size());
	r->reflect_state->reflector = silbo_reflector_init(memory, &config);
	r->reflect_state->slept = silbo_clock_slept();
	r->reflect_state->wall_offset = config.wall_offset_ns;
	return true;
}

bool
recv_reflect_open(
    struct recv *r, uint32_t places, const struct silbo_source *own)
{
	struct recv_reflect *reflect =
	    calloc(1, sizeof *reflect + places * sizeof reflect->live[0]);

	r->reflect_state = reflect;
	if (reflect == NULL)
		return false;
	reflect->places = places;
	return !r->reflects || open_reflector(r, own);
}

void
recv_reflect_close(struct recv *r)
{
	if (r->reflect_state != NULL && r->reflect_state->reflector != NULL)
		silbo_reflector_reset(r->reflect_state->reflector);
	if (r->reflect_state != NULL)
		free(r->reflect_state->reflector);
	free(r->reflect_state);
	r->reflect_state = NULL;
}

static void
tell_unanswered(struct recv *r, silbo_time now)
{
	if (!run_may_say(&r->reflect_state->unanswered, now))
		return;
	if (r->group != NULL) {
		cli_note("probes arrive through the group; none is answered");
		cli_hint("each of the group would answer; probe an address of "
			 "this machine, of a receiver without --group");
	} else if (r->no_reflect) {
		cli_note("probes arrive; none is answered");
		cli_hint("--no-reflect was given");
	} else {
		cli_note("probes arrive that are not encrypted; none is "
			 "answered");
		cli_hint("give both ends a key, or answer whoever asks: "
			 "--reflect");
	}
}

/*
 * What was suspended to disk may be resumed twice, and both would seal under
 * one id.  Both ids are our own then: of the old one ECHOs may still come back.
 */
static void
renew_source(struct recv *r)
{
	const struct silbo_key *key = r->keys_count > 0 ? r->keys : NULL;
	struct recv_reflect *reflect = r->reflect_state;
	uint8_t random[SILBO_KEY_RANDOM_BYTES];
	int64_t slept = silbo_clock_slept();
	struct silbo_source own;

	if (slept - reflect->slept <= RUN_SLEPT_MIN)
		return;
	reflect->slept = slept;
	randombytes_buf(random, sizeof random);
	silbo_key_source(&own, random, key);
	silbo_receiver_on_own(r->rx, &own);
	silbo_reflector_on_source(reflect->reflector, &own, key);
	cli_detail("the machine slept: answering under a new source id");
}

/* Unix time less monotonic time is known within some nanoseconds.  What is
 * outside was set; an offset inside is kept, as nothing better is known. */
static void
follow_wall(struct recv_reflect *reflect)
{
	struct silbo_clocks clocks;
	int64_t offset, within;

	silbo_clock_read(&clocks);
	offset = (int64_t)(clocks.wall - clocks.now);
	within = (int64_t)clocks.within_ns;
	if (reflect->wall_offset >= offset - within &&
	    reflect->wall_offset <= offset + within)
		return;
	reflect->wall_offset = offset;
	silbo_reflector_on_wall(reflect->reflector, reflect->wall_offset);
}

bool
recv_is_reflector(const struct recv *r)
{
	return strcmp(r->role, "reflector") == 0;
}

static bool
is_probe(const struct silbo_arrival *opened)
{
	struct silbo_header header;

	return silbo_wire_parse_header(&header, opened->data, opened->len) ==
	    SILBO_ACCEPTED &&
	    header.type == SILBO_TYPE_PROBE;
}

/* What was sent to a group, or to all, reaches many; none of them answers. */
void
recv_reflect_take(struct recv *r, uint32_t place,
    const struct silbo_arrival *opened, enum silbo_verdict verdict)
{
	static uint8_t out[SILBO_WIRE_MTU_MAX];
	struct silbo_reflector *reflector = r->reflect_state->reflector;
	struct silbo_track_report numbers;
	silbo_time now;
	int bytes;

	if (place == SILBO_GATE_NONE || !is_probe(opened))
		return;
	now = silbo_clock_now();
	if (reflector == NULL && silbo_verdict_is_accepted(verdict))
		tell_unanswered(r, now);
	if (reflector == NULL || opened->to.len == 0)
		return;
	follow_wall(r->reflect_state);
	renew_source(r);
	silbo_receiver_report_numbers(r->rx, place, SILBO_TYPE_PROBE, &numbers);
	bytes = silbo_reflector_on_probe(
	    reflector, out, sizeof out, place, opened, verdict, &numbers, now);
	if (bytes > 0 &&
	    silbo_udp_send_from(
		&r->udp, out, (size_t)bytes, &opened->from, &opened->to) < 0)
		silbo_reflector_on_unsent(reflector, place);
	if (silbo_verdict_is_accepted(verdict) ||
	    verdict == SILBO_DROP_DUPLICATE || verdict == SILBO_DROP_OLD)
		recv_probers_note(r, place, opened, verdict, &numbers);
}
