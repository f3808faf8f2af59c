/* SPDX-License-Identifier: MIT */
/*
 * Repair blocks: a DATA body whose blocks are any bytes.  Those that are
 * accepted lie behind one another without gap or overlap, as many as announced;
 * cut short anywhere, the body is refused or the payload is shorter.
 */
#include <silbo/wire.h>

#include "fuzz.h"

#define BODY_MAX 512

static void
walk(const struct silbo_data *d)
{
	const uint8_t *end = d->blocks;
	struct silbo_block block;
	unsigned count = 0;
	size_t at = 0;

	while (silbo_wire_parse_block(&block, d, &at)) {
		count++;
		must(block.body >= end && block.body_bytes < BODY_MAX);
		end = block.body + block.body_bytes;
		must(end == d->blocks + at);
	}
	must(count == d->blocks_count);
	must(at == d->blocks_bytes);
	/* Who asks once more is told the same. */
	must(!silbo_wire_parse_block(&block, d, &at));
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	static uint8_t body[BODY_MAX];
	const struct silbo_data empty = {.duration = 960};
	struct silbo_data d;
	size_t whole, bytes = SILBO_WIRE_DATA_PREFIX_BYTES;

	if (len == 0 || len > BODY_MAX - SILBO_WIRE_DATA_PREFIX_BYTES)
		return 0;
	must(silbo_wire_pack_data(body, sizeof(body), &empty) == (int)bytes);
	body[bytes - 1] = in[0]; /* how many */
	memcpy(body + bytes, in + 1, len - 1);
	bytes += len - 1;
	if (silbo_wire_parse_data(&d, body, bytes) != SILBO_ACCEPTED)
		return 0;
	whole = d.payload_bytes;
	must(whole < bytes);
	walk(&d);
	for (size_t cut = 1; cut <= bytes; cut++) {
		if (silbo_wire_parse_data(&d, body, bytes - cut) !=
		    SILBO_ACCEPTED) {
			must(cut > whole);
			continue;
		}
		must(cut <= whole && d.payload_bytes == whole - cut);
		walk(&d);
	}
	return 0;
}
