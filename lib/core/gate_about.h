/* SPDX-License-Identifier: MIT */
/*
 * What the gate shows to the receiver alone.  Private to lib/core.
 */
#ifndef SILBO_CORE_GATE_ABOUT_H
#define SILBO_CORE_GATE_ABOUT_H

#include <silbo/gate.h>

/* What it knows of one source, to be read where it stands: the receiver asks
 * several times for each datagram. */
const struct silbo_gate_source *silbo_gate_about(
    const struct silbo_gate *gate, uint32_t source);

/* Let time pass in the numbers of PROBE and ECHO of a source; when the next of
 * them that is pending becomes final, SILBO_TIME_NEVER: none is. */
void silbo_gate_pass_time(
    struct silbo_gate *gate, uint32_t source, silbo_time now);
silbo_time silbo_gate_pending(const struct silbo_gate *gate, uint32_t source);

#endif
