/* SPDX-License-Identifier: MIT */
/*
 * The parser: any bytes as a header or a body of DATA, INFO, PROBE or ECHO.
 * What it accepts it must be able to say again: parse, pack, parse gives the
 * same.
 */
#include <silbo/wire.h>

#include "fuzz.h"

#define BODY_MAX 2048

static void
fuzz_header(const uint8_t *in, size_t len)
{
	uint8_t again[SILBO_WIRE_HEADER_BYTES];
	struct silbo_header h;

	if (silbo_wire_parse_header(&h, in, len) != SILBO_ACCEPTED)
		return;
	must(len >= sizeof(again));
	silbo_wire_pack_header(again, &h);
	must(memcmp(again, in, sizeof(again)) == 0);
}

static void
check_inside(const struct silbo_data *d, const uint8_t *in, size_t len)
{
	must(d->blocks == in + SILBO_WIRE_DATA_PREFIX_BYTES);
	must(d->payload == d->blocks + d->blocks_bytes);
	must(d->blocks_bytes <= len && d->payload_bytes <= len);
	must(d->payload + d->payload_bytes <= in + len);
	must(d->blocks_count <= SILBO_WIRE_BLOCKS_MAX);
	must((d->flags & SILBO_DATA_PADDED) != 0 ||
	    d->payload + d->payload_bytes == in + len);
}

static void
fuzz_data(const uint8_t *in, size_t len)
{
	uint8_t again[BODY_MAX];
	struct silbo_data d, e;
	int bytes;

	if (silbo_wire_parse_data(&d, in, len) != SILBO_ACCEPTED)
		return;
	check_inside(&d, in, len);
	if (len > sizeof(again))
		return;
	bytes = silbo_wire_pack_data(again, sizeof(again), &d);
	must(bytes == (int)len);
	must(silbo_wire_parse_data(&e, again, len) == SILBO_ACCEPTED);
	must(e.media_time == d.media_time && e.duration == d.duration);
	must(e.flags == d.flags && e.format == d.format);
	must(e.blocks_count == d.blocks_count);
	must(e.payload_bytes == d.payload_bytes);
	must(memcmp(again, in, len) == 0);
	must(silbo_wire_pack_data(again, len - 1, &d) == SILBO_ERR_SPACE);
}

static void
fuzz_info(const uint8_t *in, size_t len)
{
	uint8_t again[SILBO_WIRE_INFO_BYTES];
	struct silbo_info a, b;

	memset(&a, 0, sizeof(a)); /* its gaps are compared as well */
	memset(&b, 0, sizeof(b));
	if (silbo_wire_parse_info(&a, in, len) != SILBO_ACCEPTED)
		return;
	must(len >= sizeof(again));
	must(a.next >= a.first && a.channels <= 8);
	must(a.next <= SILBO_WIRE_NUMBER_MAX + 1);
	must(memchr(a.name, '\0', sizeof(a.name)) != NULL);
	must(silbo_wire_pack_info(again, sizeof(again), &a) ==
	    (int)sizeof(again));
	must(silbo_wire_parse_info(&b, again, sizeof(again)) == SILBO_ACCEPTED);
	/* Of the name all up to its NUL: what lies behind is not said again. */
	must(strcmp(a.name, b.name) == 0);
	memcpy(a.name, b.name, sizeof(a.name));
	must(memcmp(&a, &b, sizeof(a)) == 0);
}

static void
fuzz_probe(const uint8_t *in, size_t len)
{
	struct silbo_probe a, b;
	uint8_t again[BODY_MAX];

	if (silbo_wire_parse_probe(&a, in, len) != SILBO_ACCEPTED)
		return;
	must(len >= SILBO_WIRE_PROBE_BYTES);
	if (len > sizeof(again))
		return;
	must(silbo_wire_pack_probe(again, len, &a, len) == (int)len);
	must(silbo_wire_parse_probe(&b, again, len) == SILBO_ACCEPTED);
	must(a.sent_at == b.sent_at && a.flags == b.flags);
	must(silbo_wire_pack_probe(again, len - 1, &a, len) == SILBO_ERR_SPACE);
}

static void
fuzz_echo(const uint8_t *in, size_t len)
{
	struct silbo_echo a, b;
	uint8_t again[BODY_MAX];

	memset(&a, 0, sizeof(a)); /* its gaps are compared as well */
	memset(&b, 0, sizeof(b));
	if (silbo_wire_parse_echo(&a, in, len) != SILBO_ACCEPTED)
		return;
	must(len >= SILBO_WIRE_ECHO_BYTES);
	must(a.number <= SILBO_WIRE_NUMBER_MAX);
	if (len > sizeof(again))
		return;
	must(silbo_wire_pack_echo(again, len, &a, len) == (int)len);
	must(silbo_wire_parse_echo(&b, again, len) == SILBO_ACCEPTED);
	must(memcmp(&a, &b, sizeof(a)) == 0);
	must(silbo_wire_pack_echo(again, len - 1, &a, len) == SILBO_ERR_SPACE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	uint64_t media_time;

	if (len == 0)
		return 0;
	switch (in[0] % 5) {
	case 0:
		fuzz_header(in + 1, len - 1);
		break;
	case 1:
		fuzz_data(in + 1, len - 1);
		break;
	case 2:
		fuzz_info(in + 1, len - 1);
		break;
	case 3:
		fuzz_probe(in + 1, len - 1);
		break;
	default:
		fuzz_echo(in + 1, len - 1);
		break;
	}
	must(silbo_wire_parse_media_time(&media_time, in + 1, len - 1) ==
	    (len > 8));
	return 0;
}
