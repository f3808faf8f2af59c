/* SPDX-License-Identifier: MIT */
/*
 * Lays a trial out in memory: a world, and for each stream a sender, a link and
 * a receiver.
 */
#include <assert.h>
#include <string.h>

#include "../core/align.h"
#include "trial_state.h"

/* World time at which the first sender starts: a receiver's clock may be hours
 * behind it. */
#define EPOCH (24 * 3600 * SILBO_NS_PER_S)

/* Of the seed: links use those from 0 on. */
#define SOURCE_STREAM (UINT64_C(1) << 32)

static struct silbo_world_config
world_config(const struct silbo_trial_config *c)
{
	uint64_t datagrams = (uint64_t)c->streams * c->in_flight;

	assert(c->streams >= 1 && c->streams <= SILBO_TRIAL_STREAMS_MAX);
	assert(datagrams <= UINT32_MAX);
	return (struct silbo_world_config){.endpoints = 2 * c->streams,
	    .links = c->streams,
	    .datagrams = (uint32_t)datagrams,
	    .queue = c->in_flight,
	    .datagram_max = c->mtu};
}

static struct silbo_receiver_config
receiver_config(const struct silbo_trial_config *c, silbo_time bound_at)
{
	struct silbo_receiver_config rc;

	silbo_receiver_config_init(&rc, bound_at);
	rc.gate.keys = c->key;
	rc.gate.keys_count = c->key != NULL;
	rc.gate.datagram_max = c->mtu;
	rc.gate.sources = 1;
	rc.gate.stream = c->stream;
	rc.gate.stream.bound_at = bound_at;
	return rc;
}

void
silbo_trial_config_init(struct silbo_trial_config *config)
{
	memset(config, 0, sizeof(*config));
	config->streams = 1;
	config->payloads = 500;
	config->duration = SILBO_SAMPLES_PER_S / 50;
	config->mtu = SILBO_WIRE_MTU_DEFAULT;
	config->origin = UINT64_C(1795000000) * SILBO_NS_PER_S;
	silbo_stream_config_init(&config->stream, 0);
	config->lead_ns = 100 * SILBO_NS_PER_MS;
	config->in_flight = 64;
	config->seed = 1;
}

size_t
silbo_trial_size(const struct silbo_trial_config *config)
{
	const struct silbo_world_config wc = world_config(config);
	const struct silbo_receiver_config rc = receiver_config(config, 0);

	return align(sizeof(struct silbo_trial)) +
	    align(config->streams * sizeof(struct pair)) +
	    align(silbo_world_size(&wc)) +
	    config->streams * align(silbo_receiver_size(&rc));
}

static void
init_sender(struct silbo_trial *t, uint32_t i)
{
	const struct silbo_trial_config *c = &t->config;
	uint8_t random[SILBO_KEY_RANDOM_BYTES];
	struct silbo_sender_config sc;
	uint64_t draw[2];

	for (unsigned k = 0; k < 2; k++)
		draw[k] = silbo_random_at(
		    silbo_random_stream(c->seed, SOURCE_STREAM + i), k);
	for (unsigned k = 0; k < sizeof(random); k++)
		random[k] = (uint8_t)(draw[k / 8] >> (8 * (k % 8)));
	silbo_sender_config_init(&sc);
	silbo_key_source(&sc.source, random, c->key);
	sc.key = c->key;
	sc.mtu = c->mtu;
	sc.first = c->first;
	sc.origin = c->origin;
	sc.format = c->format;
	sc.channels = c->channels;
	sc.duration = c->duration;
	sc.preskip = c->preskip;
	sc.bitrate = c->bitrate;
	silbo_sender_init(&t->pairs[i].tx, &sc, t->pairs[i].start);
}

static void
init_receiver(struct silbo_trial *t, uint32_t i, void *mem)
{
	struct pair *p = &t->pairs[i];
	silbo_time bound_at = silbo_world_local(
	    t->world, 2 * i + 1, p->start - t->config.lead_ns);
	const struct silbo_receiver_config rc =
	    receiver_config(&t->config, bound_at);

	p->rx = silbo_receiver_init(mem, &rc);
}

static void
connect(struct silbo_trial *t, uint32_t i)
{
	const struct silbo_trial_config *c = &t->config;
	int from = silbo_world_join(t->world, NULL);
	int to = silbo_world_join(t->world, &c->receiver_clock);
	int link = silbo_world_connect(t->world, (uint32_t)from, (uint32_t)to,
	    c->phases, c->phases_count, c->seed, t->pairs[i].start);

	assert(from == (int)(2 * i) && to == from + 1 && link == (int)i);
	(void)link; /* looked at by the assertion alone */
	if (c->watch)
		silbo_world_watch(t->world, i);
}

struct silbo_trial *
silbo_trial_init(void *mem, const struct silbo_trial_config *config)
{
	const struct silbo_world_config wc = world_config(config);
	const struct silbo_receiver_config rc = receiver_config(config, 0);
	struct silbo_trial *t = mem;
	uint8_t *at = mem;

	assert(config->payloads >= 1 && config->duration > 0);
	memset(t, 0, sizeof(*t));
	t->config = *config;
	silbo_link_config_init(&t->perfect.config);
	if (config->phases_count == 0) {
		t->config.phases = &t->perfect;
		t->config.phases_count = 1;
	}
	at += align(sizeof(*t));
	t->pairs = (struct pair *)(void *)at;
	at += align(config->streams * sizeof(*t->pairs));
	memset(t->pairs, 0, config->streams * sizeof(*t->pairs));
	t->world = silbo_world_init(at, &wc);
	at += align(silbo_world_size(&wc));
	for (uint32_t i = 0; i < config->streams; i++) {
		t->pairs[i].start = EPOCH + i * config->stagger_ns;
		connect(t, i);
		init_sender(t, i);
		init_receiver(t, i, at);
		at += align(silbo_receiver_size(&rc));
		silbo_world_wake(t->world, 2 * i, t->pairs[i].start, EPOCH);
	}
	t->config.key = NULL; /* copied by those who need it */
	return t;
}
