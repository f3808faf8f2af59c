/* SPDX-License-Identifier: MIT */
/*
 * silbo as a library: 20 datagrams, plain and then sealed; 5 is lost, 8 comes
 * twice.  Over sockets it is the same: see silbo/net.h and tools/recv.c.
 *
 *   cc -Ilib/include samples/datagram.c -Lbuild/dev/lib -lsilbo_core -lsodium
 */
#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <silbo/silbo.h>

static void
arrive(struct silbo_receiver *rx, const uint8_t *made, int len, silbo_time now)
{
	uint8_t data[256];
	struct silbo_arrival arrival = {
	    .data = data, .len = (size_t)len, .at = now};
	struct silbo_frame frame;
	uint32_t stream;

	assert(len > 0);
	memcpy(data, made, (size_t)len); /* it is opened in place */
	if (silbo_receiver_on_datagram(rx, &stream, &arrival, now) !=
	    SILBO_ACCEPTED)
		printf(" (dropped)");
	while (silbo_receiver_get(rx, 0, &frame, now) == SILBO_FRAME_NORMAL)
		printf(" %d", frame.payload[0]);
}

static void
run(const struct silbo_key *key, silbo_time now)
{
	uint8_t made[256], random[SILBO_KEY_RANDOM_BYTES];
	struct silbo_sender_config out = {.key = key, .mtu = sizeof made};
	struct silbo_receiver_config in;
	struct silbo_sender tx;
	struct silbo_receiver *rx;
	struct silbo_stream_report report;

	randombytes_buf(random, sizeof random);
	silbo_key_source(&out.source, random, key);
	silbo_sender_init(&tx, &out, now);
	silbo_receiver_config_init(&in, now);
	in.gate.keys = key;
	in.gate.keys_count = key != NULL;
	rx = silbo_receiver_init(malloc(silbo_receiver_size(&in)), &in);
	for (uint8_t n = 0; n < 20; n++, now += 20 * SILBO_NS_PER_MS) {
		int len = silbo_sender_put(&tx, made, 256, &n, 1, 0, 0, now);
		int copies = n == 5 ? 0 : n == 8 ? 2 : 1;

		while (copies-- > 0)
			arrive(rx, made, len, now);
	}
	silbo_sender_on_end(&tx, 0, now);
	arrive(rx, made, silbo_sender_get_info(&tx, made, 256, now), now);
	silbo_receiver_on_time(rx, now + 2 * SILBO_NS_PER_S); /* 5 is final */
	silbo_receiver_report_stream(rx, 0, &report, NULL);
	printf("\n%d lost, %d duplicate\n", (int)report.track.lost,
	    (int)report.track.duplicate);
	free(rx);
}

int
main(void)
{
	uint8_t master[SILBO_KEY_MASTER_BYTES];
	struct silbo_key key;

	if (sodium_init() < 0)
		return 1;
	randombytes_buf(master, sizeof master);
	silbo_key_init(&key, master);
	run(NULL, 0);
	run(&key, 0);
	return 0;
}
