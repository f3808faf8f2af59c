/* SPDX-License-Identifier: MIT */
/*
 * What silbo recv tells people while it runs: new streams, silence, and why
 * datagrams are refused, with the remedy.  Never a line per datagram.
 */
#include <silbo/silbo.h>

#include "cli.h"
#include "recv.h"
#include "recv_reflect.h"

static const struct {
	enum silbo_verdict verdict;
	const char *text;
	const char *hint;
} remedies[] = {
    {SILBO_DROP_PLAIN, "datagrams arrive that are not encrypted; refused",
	"give whoever sends them the same key: --key FILE"},
    {SILBO_DROP_ENCRYPTED, "datagrams arrive encrypted, and no key was given",
	"copy the key file of who sends them here, and use: --key FILE"},
    {SILBO_DROP_WRONG_KEY, "datagrams arrive sealed with another key",
	"compare the key ids that both ends print"},
    {SILBO_DROP_AUTH, "datagrams arrive damaged or forged",
	"someone else may be sending to this port"},
    {SILBO_DROP_STALE, "a stream was refused for its age",
	"are both clocks right? a recorded stream may be replayed; --max-age"},
    {SILBO_DROP_OVERSIZE, "datagrams arrive that are longer than --mtu admits",
	"give both ends the same --mtu"},
    {SILBO_DROP_TABLE_FULL, "too many senders; new ones are refused", NULL},
};

void
recv_tell_verdict(struct recv *r, enum silbo_verdict verdict, silbo_time now)
{
	for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++) {
		if (remedies[i].verdict != verdict ||
		    !run_may_say(&r->said[verdict], now))
			continue;
		cli_note("%s", remedies[i].text);
		if (remedies[i].hint != NULL)
			cli_hint("%s", remedies[i].hint);
	}
}

void
recv_tell_silence(struct recv *r, silbo_time now)
{
	if (r->silence_told || now - r->heard_at < RECV_SILENCE)
		return;
	r->silence_told = true;
	if (r->heard) {
		cli_note("nothing heard for 3 s; waiting");
		if (!r->stop_explained && !recv_is_reflector(r))
			cli_hint("the sender was stopped, or its network or "
				 "the way here is down");
		r->stop_explained = true;
		return;
	}
	if (r->group != NULL)
		cli_note("nothing heard for 3 s. Sender running? To this "
			 "group and port %u/udp? Its --ttl high enough for the "
			 "routers between? The right --interface at both ends?",
		    silbo_addr_port(&r->local));
	else
		cli_note("nothing heard for 3 s. %s running? Right "
			 "address? A firewall on the way? (needs %u/udp)",
		    recv_is_reflector(r) ? "Prober" : "Sender",
		    silbo_addr_port(&r->local));
}

void
recv_detail_info(
    struct recv *r, uint32_t place, const uint8_t *datagram, size_t len)
{
	struct silbo_header header;
	struct silbo_stream_report stream;
	struct silbo_gate_source source;

	/* Strangers may throw INFOs about: only those of streams are told. */
	if (silbo_wire_parse_header(&header, datagram, len) != SILBO_ACCEPTED ||
	    header.type != SILBO_TYPE_INFO ||
	    silbo_receiver_state(r->rx, place, r->told_at) == SILBO_STREAM_NONE)
		return;
	silbo_receiver_report_stream(r->rx, place, &stream, &source);
	cli_detail("stream %02x%02x: INFO%s", source.id.bytes[0],
	    source.id.bytes[1], stream.ended ? ", END" : "");
}

void
recv_detail_resyncs(struct recv *r, uint32_t row)
{
	struct silbo_stream_report stream;
	struct silbo_gate_source source;

	silbo_receiver_report_stream(
	    r->rx, r->rows[row].place, &stream, &source);
	if (stream.playout.resyncs == r->rows[row].resyncs)
		return;
	r->rows[row].resyncs = stream.playout.resyncs;
	cli_detail("stream %02x%02x: the media clock was set anew",
	    source.id.bytes[0], source.id.bytes[1]);
}

void
recv_tell_untold(struct recv *r, silbo_time now)
{
	uint64_t streams = run_news_take_untold(&r->news, now);
	uint64_t failures = run_news_take_untold(&r->sound_news, now);

	if (streams > 0)
		cli_note("%llu more streams", (unsigned long long)streams);
	if (failures > 0)
		cli_error("%llu more recordings failed",
		    (unsigned long long)failures);
}

void
recv_tell_stream(struct recv *r, uint32_t row)
{
	const struct recording *rec = &r->recordings[row];
	struct silbo_stream_report stream;
	struct silbo_gate_source source;
	char peer[SILBO_ADDR_TEXT_BYTES], quoted[256];
	double age;

	if (!run_news_may_say(&r->news, silbo_clock_now()))
		return;
	silbo_receiver_report_stream(
	    r->rx, r->rows[row].place, &stream, &source);
	silbo_addr_text(peer, &source.peer);
	cli_note("stream %02x%02x from %s%s%s", source.id.bytes[0],
	    source.id.bytes[1], peer, r->output != NULL ? " to " : "",
	    cli_quote(quoted, sizeof quoted, rec->path));
	age = ((double)silbo_clock_wall() - (double)stream.first_media_time) /
	    1e9;
	if (stream.first_media_time != 0 && age > 60)
		cli_note("its clock is %.0f s behind ours: a recorded stream, "
			 "or a wrong clock (--max-age refuses it)",
		    age);
}
