/* SPDX-License-Identifier: MIT */
/*
 * A stranger's program: seals and opens a datagram, then sends 50 payloads from
 * a sender to a receiver in virtual time.  Number 7 is lost on the way, and is
 * missed.  Ends with 0 only if all this is so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <silbo/silbo.h>

static const uint8_t random_bytes[SILBO_KEY_MASTER_BYTES] = "not at all";

static bool
seal_and_open(const struct silbo_key *key)
{
	uint8_t datagram[64], forged[64];
	struct silbo_header header = {
	    SILBO_TYPE_DATA, SILBO_MODE_PSK, 1, {{0}}};
	struct silbo_seal seal;
	int len = SILBO_WIRE_HEADER_BYTES + 5;

	silbo_key_source(&header.source, random_bytes, key);
	silbo_wire_pack_header(datagram, &header);
	memcpy(datagram + SILBO_WIRE_HEADER_BYTES, "silbo", 5);
	silbo_seal_init(&seal, key, &header.source);
	if (silbo_seal(&seal, datagram, (size_t)len, sizeof datagram) !=
	    len + SILBO_WIRE_TAG_BYTES)
		return false;
	memcpy(forged, datagram, sizeof forged);
	forged[len] ^= 1;
	len += SILBO_WIRE_TAG_BYTES;
	return silbo_unseal(&seal, forged, (size_t)len) == SILBO_ERR_AUTH &&
	    silbo_unseal(&seal, datagram, (size_t)len) == 29 &&
	    memcmp(datagram + SILBO_WIRE_HEADER_BYTES, "silbo", 5) == 0;
}

static bool
arrive(struct silbo_receiver *rx, uint8_t *data, int len, silbo_time now)
{
	struct silbo_arrival arrival = {0};
	uint32_t stream;

	arrival.data = data;
	arrival.len = (size_t)len;
	arrival.at = now;
	arrival.at_source = SILBO_STAMP_SIM;
	return len > 0 &&
	    silbo_receiver_on_datagram(rx, &stream, &arrival, now) ==
	    SILBO_ACCEPTED;
}

static bool
send_and_receive(
    struct silbo_sender *tx, struct silbo_receiver *rx, silbo_time now)
{
	struct silbo_stream_report report;
	struct silbo_gate_source source;
	struct silbo_frame frame;
	uint8_t buf[SILBO_WIRE_MTU_DEFAULT];
	uint32_t frames = 0;
	int len;

	for (int n = 0; n < 120; n++, now += 20 * SILBO_NS_PER_MS) {
		len = silbo_sender_get_info(tx, buf, sizeof buf, now);
		if (len != 0 && !arrive(rx, buf, len, now))
			return false;
		len = n >= 50 ? 0
			      : silbo_sender_put(
				    tx, buf, sizeof buf, "hi", 2, 960, 0, now);
		if (n == 50)
			silbo_sender_on_end(tx, (uint64_t)50 * 960, now);
		if (n < 50 && n != 7 && !arrive(rx, buf, len, now))
			return false;
		silbo_receiver_on_time(rx, now);
		while (
		    silbo_receiver_get(rx, 0, &frame, now) > SILBO_FRAME_WAIT &&
		    frame.kind != SILBO_FRAME_DONE)
			frames++;
	}
	silbo_receiver_report_stream(rx, 0, &report, &source);
	return silbo_receiver_state(rx, 0, now) == SILBO_STREAM_ENDED &&
	    source.encrypted && frames == 50 && report.track.expected == 50 &&
	    report.track.unique == 49 && report.track.lost == 1 &&
	    report.playout.played == 49 && report.playout.concealed == 1;
}

int
main(void)
{
	const silbo_time now = SILBO_NS_PER_S;
	struct silbo_receiver_config in;
	struct silbo_sender_config out;
	struct silbo_sender tx;
	struct silbo_key key;
	void *mem;
	bool ok;

	silbo_key_init(&key, random_bytes);
	silbo_sender_config_init(&out);
	silbo_key_source(&out.source, random_bytes, &key);
	out.key = &key;
	out.origin = silbo_clock_wall();
	silbo_sender_init(&tx, &out, now);
	silbo_receiver_config_init(&in, now);
	in.gate.keys = &key;
	in.gate.keys_count = 1;
	mem = malloc(silbo_receiver_size(&in));
	ok = mem != NULL && seal_and_open(&key) &&
	    send_and_receive(&tx, silbo_receiver_init(mem, &in), now);
	free(mem);
	printf("C %s %s\n", SILBO_VERSION, ok ? "ok" : "failed");
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
