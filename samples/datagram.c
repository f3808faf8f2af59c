/* SPDX-License-Identifier: MIT */
/*
 * silbo as a library: a socket sends itself 20 numbers, plain and then sealed.
 * 5 and 11 never leave, 8 leaves twice, 14 and 15 change places: it says so.
 *
 *   cc -Ilib/include samples/datagram.c -Lbuild/dev/lib -lsilbo_net \
 *       -lsilbo_core -lsodium -o datagram
 *
 * Exercise: flip a bit of made[3][37], the payload, on the way.  Who notices?
 */
#include <err.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include <silbo/silbo.h>

static struct silbo_udp udp;
static struct silbo_peer self;

static void
send_all(struct silbo_sender *tx, silbo_time now)
{
	static const int order[20] = {0, 1, 2, 3, 4, 6, 7, 8, 8, 9, 10, 12, 13,
	    15, 14, 16, 17, 18, 19, 20};
	uint8_t made[21][256];
	int len[21];

	for (uint8_t n = 0; n < 20; n++)
		len[n] = silbo_sender_put(tx, made[n], 256, &n, 1, 0, 0, now);
	silbo_sender_on_end(tx, 0, now);
	len[20] = silbo_sender_get_info(tx, made[20], 256, now);
	for (const int *n = order; n < order + 20; n++)
		if (len[*n] <= 0 ||
		    silbo_udp_send(
			&udp, made[*n], (size_t)len[*n], &self, NULL) != 0)
			err(1, "datagram %d", *n);
}

static void
receive(struct silbo_receiver *rx, silbo_time now)
{
	struct silbo_arrival arrival;
	struct silbo_frame frame;
	uint8_t buf[SILBO_WIRE_MTU_DEFAULT];
	uint32_t i;

	while (silbo_receiver_streams(rx) == 0 ||
	    silbo_receiver_state(rx, 0, now) != SILBO_STREAM_ENDED) {
		if (silbo_wait(&udp.fd, 1, silbo_receiver_deadline(rx)) < 0)
			err(1, "wait");
		now = silbo_clock_now();
		if (silbo_udp_recv(&udp, &arrival, buf, sizeof buf, now) == 1 &&
		    silbo_receiver_on_datagram(rx, &arrival, &i, now) !=
			SILBO_ACCEPTED)
			printf(" (dropped)");
		silbo_receiver_on_time(rx, now);
		for (i = 0; i < silbo_receiver_streams(rx); i++)
			while (silbo_receiver_get(rx, i, &frame, now) ==
			    SILBO_FRAME_NORMAL)
				printf(" %d", frame.payload[0]);
	}
}

static void
run(const struct silbo_key *key, silbo_time now)
{
	struct silbo_sender_config out;
	struct silbo_receiver_config in;
	struct silbo_stream_report report;
	struct silbo_gate_source source;
	struct silbo_sender tx;
	void *rx;
	uint8_t random[SILBO_KEY_RANDOM_BYTES];

	randombytes_buf(random, sizeof random);
	silbo_sender_config_init(&out);
	silbo_key_source(&out.source, random, key);
	out.key = key;
	out.origin = silbo_clock_wall();
	silbo_sender_init(&tx, &out, now);
	silbo_receiver_config_init(&in, now);
	in.gate.keys = key;
	in.gate.keys_count = key != NULL;
	rx = malloc(silbo_receiver_size(&in));
	if (rx == NULL)
		err(1, "receiver");
	rx = silbo_receiver_init(rx, &in);
	send_all(&tx, now);
	receive(rx, now);
	silbo_receiver_report_stream(rx, 0, &report, &source);
	printf("\n%s: %d expected, %d received, %d lost, %d duplicate, "
	       "%d reordered\n",
	    key != NULL ? "sealed" : "plain", (int)report.track.expected,
	    (int)report.track.unique, (int)report.track.lost,
	    (int)report.track.duplicate, (int)report.track.reordered);
	free(rx);
}

int
main(void)
{
	static struct silbo_udp_config config;
	uint8_t master[SILBO_KEY_MASTER_BYTES];
	struct silbo_key key;
	const char *why;

	if (silbo_addr_resolve(
		&config.local, 1, "127.0.0.1", 0, SILBO_FAMILY_V4, &why) < 1 ||
	    silbo_udp_open(&udp, &config) != 0 ||
	    silbo_udp_local(&udp, &self) != 0)
		err(1, "127.0.0.1");
	randombytes_buf(master, sizeof master);
	silbo_key_init(&key, master);
	sodium_memzero(master, sizeof master);
	run(NULL, silbo_clock_now());
	run(&key, silbo_clock_now());
	silbo_udp_close(&udp);
	return 0;
}
