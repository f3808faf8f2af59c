/* SPDX-License-Identifier: MIT */
/*
 * The order of things in one direction of a path: queue, outage, loss, delay,
 * order, reordering, duplicate, corruption.  Each decides by itself, none is
 * asked whether it applies: so none changes what another draws.
 *
 * Inside, time is that of the link, 0 at its epoch.  It refuses to know the
 * bytes of a datagram, and where it is kept.
 */
#include <assert.h>

#include "../core/align.h"
#include "phase.h"
#include "tally.h"

/* The random streams of a link; a phase has its own of each. */
enum { OUTAGE, LOSS, DELAY, REORDER, DUPLICATE, CORRUPT, BITS, STREAMS };

/* One that waits in the queue, and how many behind it found the queue full:
 * they are lost already, and booked when it is known what became of it. */
struct place {
	uint64_t index, refused;
};

struct silbo_link {
	const struct silbo_link_phase *phases;
	const struct silbo_link_config *config; /* of the phase */
	uint32_t phases_count, phase;
	uint64_t seed;
	silbo_time epoch;
	struct silbo_queue *queue;
	struct place *places;
	uint32_t capacity, first, count;
	struct silbo_loss outage, loss;
	struct silbo_delay delay;
	silbo_time last; /* arrival in order */
	silbo_odds reorder, duplicate, corrupt;
	bool has_decided;
	struct silbo_fate decided; /* by the put itself; not yet handed out */
	struct silbo_tally tally;
};

static uint64_t
stream_of(const struct silbo_link *link, unsigned which)
{
	return silbo_random_stream(
	    link->seed, (uint64_t)link->phase * STREAMS + which);
}

/* Those that remember nothing draw by the datagram's index. */
static uint64_t
draw(const struct silbo_link *link, unsigned which, uint64_t index)
{
	return silbo_random_at(silbo_random_stream(link->seed, which), index);
}

/* Begin anew what the phase changes. */
static void
enter(struct silbo_link *link, unsigned changes, silbo_time now)
{
	const struct silbo_link_config *config =
	    &link->phases[link->phase].config;
	struct silbo_loss_config outage = silbo_phase_outage(config);

	link->config = config;
	if (changes & SILBO_PHASE_QUEUE)
		silbo_queue_on_change(link->queue, &config->queue, now);
	if (changes & SILBO_PHASE_OUTAGE)
		silbo_loss_init(
		    &link->outage, &outage, stream_of(link, OUTAGE));
	if (changes & SILBO_PHASE_LOSS)
		silbo_loss_init(
		    &link->loss, &config->loss, stream_of(link, LOSS));
	if (changes & SILBO_PHASE_DELAY)
		silbo_delay_init(
		    &link->delay, &config->delay, stream_of(link, DELAY));
	link->reorder = silbo_random_odds(config->reorder);
	link->duplicate = silbo_random_odds(config->duplicate);
	link->corrupt = silbo_random_odds(config->corrupt);
}

static silbo_time
next_phase(const struct silbo_link *link)
{
	return link->phase + 1 < link->phases_count
	    ? link->phases[link->phase + 1].at
	    : SILBO_TIME_NEVER;
}

static void
pass_phase(struct silbo_link *link)
{
	const struct silbo_link_config *before = link->config;
	const struct silbo_link_phase *phase = &link->phases[++link->phase];

	enter(link, silbo_phase_changes(before, &phase->config), phase->at);
}

size_t
silbo_link_size(uint32_t datagrams)
{
	return align(sizeof(struct silbo_link)) + silbo_queue_size(datagrams) +
	    align(datagrams * sizeof(struct place));
}

struct silbo_link *
silbo_link_init(void *mem, uint32_t datagrams,
    const struct silbo_link_phase *phases, uint32_t count, uint64_t seed,
    silbo_time epoch)
{
	struct silbo_link *link = mem;
	uint8_t *at = (uint8_t *)mem + align(sizeof(*link));

	assert(count > 0 && phases[0].at == 0);
	*link = (struct silbo_link){.phases = phases,
	    .phases_count = count,
	    .seed = seed,
	    .epoch = epoch,
	    .capacity = datagrams};
	link->queue =
	    silbo_queue_init(at, datagrams, &phases[0].config.queue, 0);
	at += silbo_queue_size(datagrams);
	link->places = (void *)at;
	silbo_tally_init(&link->tally);
	enter(
	    link, SILBO_PHASE_OUTAGE | SILBO_PHASE_LOSS | SILBO_PHASE_DELAY, 0);
	return link;
}

static struct place *
place_of(struct silbo_link *link, uint32_t i)
{
	uint64_t at = (uint64_t)link->first + i;

	return &link->places[at < link->capacity ? at : at - link->capacity];
}

/* When it arrives, how often, and how: of those that are lost, too. */
static void
travel(struct silbo_link *link, struct silbo_fate *fate, silbo_time now)
{
	silbo_time at = silbo_delay_get(&link->delay, now);

	/* A phase with less delay does not let them overtake either. */
	if (link->config->delay.keep_order && link->last > 0 &&
	    at <= link->last)
		at = link->last + SILBO_NS_PER_US;
	link->last = at > link->last ? at : link->last;
	fate->held = link->reorder > 0 &&
	    silbo_random_is_hit(
		draw(link, REORDER, fate->index), link->reorder);
	fate->at[0] =
	    link->epoch + at + (fate->held ? link->config->reorder_ns : 0);
	fate->copies = 1;
	if (link->duplicate > 0 &&
	    silbo_random_is_hit(
		draw(link, DUPLICATE, fate->index), link->duplicate)) {
		fate->copies = 2;
		fate->at[1] = fate->at[0] + link->config->duplicate_ns;
	}
	if (link->corrupt > 0 && fate->bytes > 0 &&
	    silbo_random_is_hit(
		draw(link, CORRUPT, fate->index), link->corrupt)) {
		fate->bits = link->config->corrupt_bits;
		fate->bits_seed = draw(link, BITS, fate->index);
	}
}

/* Behind the queue.  What it drops does not come to the channel. */
static void
pass_channel(struct silbo_link *link, struct silbo_fate *fate, silbo_time now)
{
	bool outage =
	    link->config->outage_ns > 0 && silbo_loss_get(&link->outage, now);
	bool lost = link->config->loss.kind != SILBO_LOSS_NONE &&
	    silbo_loss_get(&link->loss, now);

	travel(link, fate, now);
	if (!outage && !lost)
		return;
	fate->kind = outage ? SILBO_FATE_OUTAGE : SILBO_FATE_LOST;
	fate->copies = 0;
	fate->at[0] = fate->at[1] = 0;
	fate->held = false;
	fate->bits = 0;
	fate->bits_seed = 0;
}

/* In the order of puts. */
static void
book(struct silbo_link *link, const struct silbo_fate *fate)
{
	if (fate->kind == SILBO_FATE_DELIVERED)
		silbo_tally_on_delivered(&link->tally);
	else
		silbo_tally_on_lost(&link->tally, 1);
}

static void
refuse(struct silbo_link *link)
{
	link->decided.kind = SILBO_FATE_QUEUE_FULL;
	if (link->count > 0)
		place_of(link, link->count - 1)->refused++;
	else
		book(link, &link->decided);
}

/* Does a datagram that comes leave the queue at once, whatever it is? */
static bool
is_open(const struct silbo_link *link)
{
	const struct silbo_queue_config *queue = &link->config->queue;

	return link->count == 0 && queue->rate_bps == 0 && queue->trace == NULL;
}

void
silbo_link_put(
    struct silbo_link *link, uint32_t handle, uint32_t bytes, silbo_time now)
{
	uint64_t index = link->tally.sums.datagrams++;
	silbo_time at = now - link->epoch;
	bool open;

	assert(now >= link->epoch && !link->has_decided);
	link->tally.sums.bytes += bytes;
	while (next_phase(link) <= at)
		pass_phase(link);
	open = is_open(link);
	if (!open && silbo_queue_put(link->queue, handle, bytes, at)) {
		*place_of(link, link->count++) = (struct place){index, 0};
		return;
	}
	link->has_decided = true;
	link->decided = (struct silbo_fate){.kind = SILBO_FATE_DELIVERED,
	    .handle = handle,
	    .bytes = bytes,
	    .index = index,
	    .put_at = now,
	    .left_at = now};
	if (open) {
		pass_channel(link, &link->decided, at);
		book(link, &link->decided);
	} else {
		refuse(link);
	}
	silbo_tally_on_fate(&link->tally, &link->decided);
}

static void
leave_queue(struct silbo_link *link, struct silbo_fate *fate,
    const struct silbo_queue_leave *leave)
{
	const struct place *place = place_of(link, 0);

	*fate = (struct silbo_fate){.kind = SILBO_FATE_DELIVERED,
	    .handle = leave->handle,
	    .bytes = leave->bytes,
	    .index = place->index,
	    .put_at = link->epoch + leave->put_at,
	    .left_at = link->epoch + leave->at};
	if (leave->dropped)
		fate->kind = SILBO_FATE_CODEL;
	else
		pass_channel(link, fate, leave->at);
	silbo_tally_on_fate(&link->tally, fate);
	book(link, fate);
	silbo_tally_on_lost(&link->tally, place->refused);
	link->count--;
	if (++link->first == link->capacity)
		link->first = 0;
}

bool
silbo_link_get(struct silbo_link *link, struct silbo_fate *fate, silbo_time now)
{
	struct silbo_queue_leave leave;

	if (link->has_decided) {
		link->has_decided = false;
		*fate = link->decided;
		return true;
	}
	while (link->count > 0) {
		silbo_time phase = next_phase(link);
		silbo_time at = silbo_queue_deadline(link->queue);

		if ((phase < at ? phase : at) > now - link->epoch)
			return false;
		/* At one instant the phase comes first: it holds from then. */
		if (phase <= at) {
			pass_phase(link);
		} else if (silbo_queue_get(link->queue, &leave, at)) {
			leave_queue(link, fate, &leave);
			return true;
		}
	}
	return false;
}

silbo_time
silbo_link_deadline(const struct silbo_link *link)
{
	silbo_time phase, at;

	if (link->has_decided)
		return link->decided.left_at;
	if (link->count == 0)
		return SILBO_TIME_NEVER;
	phase = next_phase(link);
	at = silbo_queue_deadline(link->queue);
	return link->epoch + (phase < at ? phase : at);
}

/* Number below n, n < 2^32: the bias is below 2^-32. */
static uint64_t
below(struct silbo_random *random, uint64_t n)
{
	return (silbo_random_get(random) >> 32) * n >> 32;
}

/* Floyd's sample (Bentley, Floyd 1987): each set of places is as likely. */
void
silbo_link_corrupt(const struct silbo_fate *fate, uint8_t *data, size_t len)
{
	uint64_t places = (uint64_t)len * 8;
	uint64_t bits = fate->bits < places ? fate->bits : places;
	uint64_t turned[64];
	struct silbo_random random;

	assert(fate->bits <= 64 && places <= UINT32_MAX);
	silbo_random_init(&random, fate->bits_seed);
	for (uint64_t i = 0; i < bits; i++) {
		uint64_t last = places - bits + i;
		uint64_t place = below(&random, last + 1);

		for (uint64_t j = 0; j < i; j++)
			if (turned[j] == place)
				place = last;
		turned[i] = place;
		data[place / 8] ^= (uint8_t)(1u << place % 8);
	}
}

void
silbo_link_report(
    const struct silbo_link *link, struct silbo_link_report *report)
{
	silbo_tally_report(&link->tally, report);
}

const char *
silbo_fate_name(enum silbo_fate_kind kind)
{
	static const char names[SILBO_FATES][16] = {
	    [SILBO_FATE_DELIVERED] = "delivered",
	    [SILBO_FATE_LOST] = "lost",
	    [SILBO_FATE_OUTAGE] = "outage",
	    [SILBO_FATE_QUEUE_FULL] = "queue_full",
	    [SILBO_FATE_CODEL] = "codel"};

	return (unsigned)kind < SILBO_FATES ? names[kind] : "unknown";
}
