/* SPDX-License-Identifier: MIT */
/*
 * The same from C++: a sealed datagram, and a stream in virtual time of which
 * one payload in ten is lost.  Ends with 0 only if the counts say so.
 *
 * A struct that shares its name with a function (silbo_seal, every _report) is
 * "struct silbo_seal" in C++ too, as with stat(2).
 */
#include <array>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include <silbo/silbo.h>

namespace
{
void
expect(bool is_so, const char *what)
{
	if (!is_so)
		throw std::runtime_error(what);
}

class Link
{
      public:
	Link(const silbo_key &key, const silbo_source &source)
	{
		silbo_sender_config out;
		silbo_receiver_config in;

		silbo_sender_config_init(&out);
		out.source = source;
		out.key = &key;
		out.origin = silbo_clock_wall();
		silbo_sender_init(&tx, &out, now);
		silbo_receiver_config_init(&in, now);
		in.gate.keys = &key;
		in.gate.keys_count = 1;
		memory.resize(silbo_receiver_size(&in));
		rx = silbo_receiver_init(memory.data(), &in);
	}

	/* One payload and what is due beside it, then 20 ms pass. */
	void tick(bool payload, bool lost)
	{
		int len;

		len = silbo_sender_get_info(&tx, buf.data(), buf.size(), now);
		if (len > 0)
			arrive(len);
		if (payload) {
			len = silbo_sender_put(
			    &tx, buf.data(), buf.size(), "hi", 2, 960, 0, now);
			if (!lost)
				arrive(len);
		}
		now += 20 * SILBO_NS_PER_MS;
		silbo_receiver_on_time(rx, now);
	}

	struct silbo_track_report report() const
	{
		struct silbo_stream_report stream;
		silbo_gate_source source;

		silbo_receiver_report_stream(rx, 0, &stream, &source);
		return stream.track;
	}

      private:
	void arrive(int len)
	{
		silbo_arrival arrival{};
		std::uint32_t stream;

		expect(len > 0, "a datagram was made");
		arrival.data = buf.data();
		arrival.len = static_cast<std::size_t>(len);
		arrival.at = now;
		arrival.at_source = SILBO_STAMP_SIM;
		expect(silbo_receiver_on_datagram(rx, &stream, &arrival, now) ==
			SILBO_ACCEPTED,
		    "a datagram is accepted");
	}

	silbo_time now = SILBO_NS_PER_S;
	silbo_sender tx;
	silbo_receiver *rx;
	std::vector<std::uint8_t> memory;
	std::array<std::uint8_t, SILBO_WIRE_MTU_DEFAULT> buf;
};

void
seal_and_open(const silbo_key &key, const silbo_source &source)
{
	std::array<std::uint8_t, 64> datagram{};
	struct silbo_seal seal;
	const silbo_header header{SILBO_TYPE_DATA, SILBO_MODE_PSK, 1, source};

	silbo_wire_pack_header(datagram.data(), &header);
	silbo_seal_init(&seal, &key, &source);
	expect(::silbo_seal(&seal, datagram.data(), 30, 64) == 46, "sealed");
	expect(silbo_unseal(&seal, datagram.data(), 46) == 30, "opened");
}
} // namespace

int
main()
{
	const std::array<std::uint8_t, SILBO_KEY_MASTER_BYTES> random{};
	silbo_source source;
	silbo_key key;

	silbo_key_init(&key, random.data());
	silbo_key_source(&source, random.data(), &key);
	seal_and_open(key, source);
	Link link(key, source);
	for (int n = 0; n < 120; n++)
		link.tick(n < 50, n % 10 == 7);
	const struct silbo_track_report track = link.report();
	expect(track.expected == 50 && track.lost == 5, "the loss is known");
	std::printf("C++ %s ok\n", SILBO_VERSION);
	return 0;
}
