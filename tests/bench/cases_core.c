/* SPDX-License-Identifier: MIT */
/*
 * What a datagram costs behind the cipher: the track, the wire, and the whole
 * way through a receiver to the frame that is handed out.
 */
#include <sodium.h>

#include <silbo/receiver.h>
#include <silbo/sender.h>

#include "bench.h"

#define MS SILBO_NS_PER_MS
#define FRAME (20 * MS)
#define TRACKED 2048
#define PAYLOAD_BYTES 80
#define ROOM 256

/* ---- track ---- */

static struct silbo_track track;
static uint64_t track_memory[16384 / 8];
static uint64_t numbers[TRACKED];

static void
prepare_track(void)
{
	bench_check(silbo_track_size(SILBO_TRACK_WINDOW_DEFAULT) <=
	    sizeof(track_memory));
	silbo_track_init(&track, track_memory, SILBO_TRACK_WINDOW_DEFAULT,
	    SILBO_TRACK_WAIT_DEFAULT);
	/* The base is decided, as behind the first INFO. */
	silbo_track_on_first(&track, 0, 0);
}

static void
prepare_in_order(void)
{
	prepare_track();
	for (uint64_t i = 0; i < TRACKED; i++)
		numbers[i] = i;
}

/* Every 20th never comes, every 50th changes places with the next but two. */
static void
prepare_lossy(void)
{
	uint64_t number = 0;

	prepare_track();
	for (size_t i = 0; i < TRACKED; i++, number++)
		numbers[i] = number += number % 20 == 19;
	for (size_t i = 0; i + 3 < TRACKED; i += 50) {
		uint64_t moved = numbers[i];

		numbers[i] = numbers[i + 3];
		numbers[i + 3] = moved;
	}
}

BENCH_RUN
run_track(void)
{
	for (size_t i = 0; i < TRACKED; i++)
		bench_check(silbo_track_on_number(&track, numbers[i],
				i * FRAME) == SILBO_ACCEPTED);
}

/* ---- transit ---- */

static struct silbo_transit transit;
static uint64_t delays[TRACKED];

static void
prepare_delays(void)
{
	silbo_transit_init(&transit);
	for (size_t i = 0; i < TRACKED; i++)
		delays[i] = 10 * MS + i * 7919 % 5003 * 1000;
}

/* 41 s at 50 a second: on either side of the 20 s that are kept one by one,
 * with a look at the skew for each 125 ms. */
BENCH_RUN
run_transit(void)
{
	for (size_t i = 0; i < TRACKED; i++)
		silbo_transit_on_arrival(
		    &transit, i, i * FRAME, i * FRAME + delays[i]);
}

/* A thousand a second, for 2 s. */
BENCH_RUN
run_transit_fast(void)
{
	for (size_t i = 0; i < TRACKED; i++)
		silbo_transit_on_arrival(
		    &transit, i, i * MS, i * MS + delays[i]);
}

static void
prepare_report(void)
{
	prepare_delays();
	run_transit();
}

BENCH_RUN
run_transit_report(void)
{
	struct silbo_transit_report report;

	silbo_transit_report(&transit, &report);
	bench_check(report.pdv.count == TRACKED);
}

/* ---- wire ---- */

static uint8_t datagrams[BENCH_BATCH][ROOM];
static size_t lengths[BENCH_BATCH];
static const uint8_t payload[PAYLOAD_BYTES] = {1, 2, 3};

BENCH_RUN
run_wire_pack(void)
{
	struct silbo_header header = {.type = SILBO_TYPE_DATA};
	struct silbo_data data = {.duration = 960,
	    .payload = payload,
	    .payload_bytes = PAYLOAD_BYTES};

	for (uint64_t i = 0; i < BENCH_BATCH; i++) {
		int bytes;

		header.number = i;
		data.media_time = i * FRAME;
		silbo_wire_pack_header(datagrams[i], &header);
		bytes =
		    silbo_wire_pack_data(datagrams[i] + SILBO_WIRE_HEADER_BYTES,
			ROOM - SILBO_WIRE_HEADER_BYTES, &data);
		bench_check(bytes > 0);
		lengths[i] = SILBO_WIRE_HEADER_BYTES + (size_t)bytes;
	}
}

BENCH_RUN
run_wire_copy(void)
{
	for (size_t i = 0; i < BENCH_BATCH; i++) {
		size_t at =
		    SILBO_WIRE_HEADER_BYTES + SILBO_WIRE_DATA_PREFIX_BYTES;

		memcpy(datagrams[i] + at, payload, PAYLOAD_BYTES);
		__asm__ volatile("" : : "r"(datagrams[i]) : "memory");
	}
}

BENCH_RUN
run_wire_parse(void)
{
	struct silbo_header header;
	struct silbo_data data;

	for (size_t i = 0; i < BENCH_BATCH; i++) {
		bench_check(silbo_wire_parse_header(&header, datagrams[i],
				lengths[i]) == SILBO_ACCEPTED);
		bench_check(silbo_wire_parse_data(&data,
				datagrams[i] + SILBO_WIRE_HEADER_BYTES,
				lengths[i] - SILBO_WIRE_HEADER_BYTES) ==
		    SILBO_ACCEPTED);
	}
}

/* ---- receiver ---- */

static struct silbo_receiver *rx;

/* A stream that begins anew in each round; memory is taken once. */
static void
prepare_receiver(bool sealed)
{
	const uint8_t master[SILBO_KEY_MASTER_BYTES] = {2};
	const uint8_t random[SILBO_KEY_RANDOM_BYTES] = {3};
	struct silbo_receiver_config config;
	struct silbo_sender_config from;
	static struct silbo_key key;
	static void *memory;
	struct silbo_sender tx;

	silbo_key_init(&key, master);
	silbo_receiver_config_init(&config, 0);
	config.gate.sources = 1;
	config.gate.keys = &key;
	config.gate.keys_count = sealed;
	if (memory == NULL)
		memory = malloc(silbo_receiver_size(&config));
	bench_check(memory != NULL);
	rx = silbo_receiver_init(memory, &config);
	silbo_sender_config_init(&from);
	from.key = sealed ? &key : NULL;
	silbo_key_source(&from.source, random, from.key);
	from.duration = 960;
	silbo_sender_init(&tx, &from, 0);
	for (size_t i = 0; i < BENCH_BATCH; i++) {
		int bytes = silbo_sender_put(&tx, datagrams[i], ROOM, payload,
		    PAYLOAD_BYTES, 960, 0, i * FRAME);

		bench_check(bytes > 0);
		lengths[i] = (size_t)bytes;
	}
}

static void
prepare_plain(void)
{
	prepare_receiver(false);
}

static void
prepare_sealed(void)
{
	prepare_receiver(true);
}

/* The loop of receiver.h: one datagram in, and the frame that is due out. */
BENCH_RUN
run_receive(void)
{
	unsigned frames = 0;

	for (size_t i = 0; i < BENCH_BATCH; i++) {
		silbo_time now = (i + 1) * FRAME;
		struct silbo_arrival arrival = {.data = datagrams[i],
		    .len = lengths[i],
		    .at = now,
		    .at_source = SILBO_STAMP_SIM,
		    .tos = -1,
		    .ttl = -1};
		struct silbo_frame frame;
		uint32_t stream;

		bench_check(silbo_receiver_on_datagram(
				rx, &stream, &arrival, now) == SILBO_ACCEPTED);
		silbo_receiver_on_time(rx, now);
		while (silbo_receiver_get(rx, stream, &frame, now) ==
		    SILBO_FRAME_NORMAL)
			frames++;
	}
	/* The last few are still waiting for their time. */
	bench_check(frames > BENCH_BATCH - 8);
}

const struct bench_case bench_core[] = {
    {"track", "in_order", true, TRACKED, prepare_in_order, run_track},
    {"track", "lossy", false, TRACKED, prepare_lossy, run_track},
    {"transit", "50_per_s", true, TRACKED, prepare_delays, run_transit},
    {"transit", "1000_per_s", false, TRACKED, prepare_delays, run_transit_fast},
    {"transit", "report", false, 1, prepare_report, run_transit_report},
    {"wire", "copy", true, BENCH_BATCH, run_wire_pack, run_wire_copy},
    {"wire", "pack", false, BENCH_BATCH, run_wire_pack, run_wire_pack},
    {"wire", "parse", false, BENCH_BATCH, run_wire_pack, run_wire_parse},
    {"receive", "plain", true, BENCH_BATCH, prepare_plain, run_receive},
    {"receive", "sealed", false, BENCH_BATCH, prepare_sealed, run_receive},
    {.name = NULL},
};
