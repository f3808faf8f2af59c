/* SPDX-License-Identifier: MIT */
/*
 * Test equipment: a sender whose numbers begin where it is told, which silbo
 * send cannot be.  Its payloads have a length and no sound.
 *
 *   talk HOST:PORT FIRST COUNT INTERVAL_US BYTES [KEYFILE]
 *
 * BYTES are those of a DATA datagram.  When an interval is whole samples of 48
 * kHz it is the duration of the payloads, else they have none.  Prints how many
 * datagrams of each kind left, as one JSON line.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <silbo/silbo.h>

#define PAYLOAD_MAX 9000
#define MTU_MAX (PAYLOAD_MAX + 100)

static struct silbo_sender tx;
static struct silbo_udp udp;
static uint64_t data_sent, info_sent;

static const struct silbo_key *
read_key(struct silbo_key *key, const char *path)
{
	char text[SILBO_KEY_FILE_BYTES_MAX];
	FILE *file = fopen(path, "r");
	unsigned line;
	size_t len;

	if (file == NULL)
		err(1, "%s", path);
	len = fread(text, 1, sizeof text, file);
	fclose(file);
	if (silbo_key_parse(key, 1, &line, text, len) < 1)
		errx(1, "%s: no key", path);
	return key;
}

static void
open_socket(const char *target)
{
	struct silbo_udp_config config = {.receive_buffer = 0};
	char host[SILBO_HOST_TEXT_BYTES];
	const char *why;
	uint16_t port;

	if (silbo_addr_parse(host, &port, target, SILBO_PORT_DEFAULT) < 0 ||
	    silbo_addr_resolve(
		&config.remote, 1, host, port, SILBO_FAMILY_ANY, &why) < 0 ||
	    silbo_udp_open(&udp, &config) < 0)
		err(1, "%s", target);
}

static void
open_sender(const struct silbo_key *key, uint64_t first, uint16_t duration)
{
	struct silbo_sender_config config;
	uint8_t random[SILBO_KEY_RANDOM_BYTES];

	silbo_sender_config_init(&config);
	config.key = key;
	config.mtu = MTU_MAX;
	config.origin = silbo_clock_wall();
	config.first = first;
	config.channels = 1;
	config.duration = duration;
	randombytes_buf(random, sizeof random);
	silbo_key_source(&config.source, random, key);
	silbo_sender_init(&tx, &config, silbo_clock_now());
}

/* Returns whether it left; whoever has heard the end may go. */
static bool
depart(const uint8_t *datagram, int len)
{
	if (len < 0)
		errx(1, "%s", silbo_err_name(len));
	return len > 0 &&
	    silbo_udp_send(&udp, datagram, (size_t)len, NULL) == 0;
}

static void
send_info(silbo_time now)
{
	uint8_t datagram[MTU_MAX];

	info_sent += depart(datagram,
	    silbo_sender_get_info(&tx, datagram, sizeof datagram, now));
}

static void
send_data(size_t bytes, uint16_t duration)
{
	static const uint8_t payload[PAYLOAD_MAX];
	uint8_t datagram[MTU_MAX];
	silbo_time now = silbo_clock_now();

	send_info(now);
	data_sent += depart(datagram,
	    silbo_sender_put(&tx, datagram, sizeof datagram, payload, bytes,
		duration, 0, now));
}

static void
wait_until(silbo_time due)
{
	if (due > silbo_clock_now() && silbo_wait(NULL, 0, due) < 0)
		err(1, "wait");
}

static void
say_the_end(uint64_t samples)
{
	silbo_time due;

	silbo_sender_on_end(&tx, samples, silbo_clock_now());
	while ((due = silbo_sender_deadline(&tx)) != SILBO_TIME_NEVER) {
		wait_until(due);
		send_info(silbo_clock_now());
	}
}

int
main(int argc, char **argv)
{
	uint64_t first, count, interval_us, bytes, samples;
	struct silbo_key key;
	size_t around;
	silbo_time start;

	if (argc < 6 || argc > 7 || sodium_init() < 0)
		errx(2,
		    "usage: talk HOST:PORT FIRST COUNT INTERVAL_US BYTES "
		    "[KEYFILE]");
	first = strtoull(argv[2], NULL, 10);
	count = strtoull(argv[3], NULL, 10);
	interval_us = strtoull(argv[4], NULL, 10);
	bytes = strtoull(argv[5], NULL, 10);
	around = SILBO_WIRE_HEADER_BYTES + SILBO_WIRE_DATA_PREFIX_BYTES +
	    (argc == 7 ? SILBO_WIRE_TAG_BYTES : 0);
	if (bytes < around || bytes > around + PAYLOAD_MAX)
		errx(2, "%s: not the bytes of a datagram", argv[5]);
	samples = interval_us * 48 % 1000 == 0 ? interval_us * 48 / 1000 : 0;
	silbo_wait_init();
	open_socket(argv[1]);
	open_sender(argc == 7 ? read_key(&key, argv[6]) : NULL, first,
	    (uint16_t)samples);
	start = silbo_clock_now();
	for (uint64_t i = 0; i < count; i++) {
		wait_until(start + i * interval_us * SILBO_NS_PER_US);
		send_data(bytes - around, (uint16_t)samples);
	}
	say_the_end(count * samples);
	printf("{\"data\": %" PRIu64 ", \"info\": %" PRIu64
	       ", \"seconds\": %.3f}\n",
	    data_sent, info_sent,
	    (double)(silbo_clock_now() - start) / SILBO_NS_PER_S);
	return 0;
}
