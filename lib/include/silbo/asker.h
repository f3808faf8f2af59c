/* SPDX-License-Identifier: MIT */
/*
 * The asker: writes for a prober silbo's own PROBE, and reads its ECHO.
 *
 * It knows how they are written and sealed; it does not know when one leaves,
 * or what an answer means.
 */
#ifndef SILBO_ASKER_H
#define SILBO_ASKER_H

#include <silbo/arrival.h>
#include <silbo/key.h>
#include <silbo/prober.h>
#include <silbo/seal.h>
#include <silbo/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of a PROBE, so that its ECHO is no longer than it. */
#define SILBO_ASKER_BYTES_MIN (SILBO_WIRE_HEADER_BYTES + SILBO_WIRE_ECHO_BYTES)
#define SILBO_ASKER_SEALED_MIN (SILBO_ASKER_BYTES_MIN + SILBO_WIRE_TAG_BYTES)

struct silbo_asker {
	/* private */
	struct silbo_source source;
	struct silbo_seal seal;
	bool keyed;
	size_t bytes;
};

/*
 * Prepare one.
 *
 *   key      seals; NULL: plain.  Not kept
 *   source   our id, one per target; made with the key
 *   bytes    of the datagrams: SILBO_ASKER_BYTES_MIN, or _SEALED_MIN with a
 *            key, to SILBO_WIRE_MTU_MAX
 */
SILBO_API
void silbo_asker_init(struct silbo_asker *asker, const struct silbo_key *key,
    const struct silbo_source *source, size_t bytes);

/* Make the datagram of a departure.  Returns its bytes or SILBO_ERR_SPACE. */
SILBO_API
SILBO_MUST_USE
int silbo_asker_pack(const struct silbo_asker *asker, uint8_t *out, size_t cap,
    const struct silbo_departure *departure);

/*
 * Read what the gate has opened, whatever it said of its number: second copies
 * are the prober's to count.
 *
 *   verdict   of silbo_gate_on_datagram
 *
 * Returns true for an ECHO of ours.
 */
SILBO_API
SILBO_MUST_USE
bool silbo_asker_parse(const struct silbo_asker *asker,
    struct silbo_answer *answer, const struct silbo_arrival *opened,
    enum silbo_verdict verdict);

/* Erase the subkey from memory. */
SILBO_API
void silbo_asker_reset(struct silbo_asker *asker);

#ifdef __cplusplus
}
#endif

#endif
