/* SPDX-License-Identifier: MIT */
/*
 * What the gate knows of one source, to be read where it stands: the receiver
 * asks several times for each datagram.  Private to lib/core.
 */
#ifndef SILBO_CORE_GATE_ABOUT_H
#define SILBO_CORE_GATE_ABOUT_H

#include <silbo/gate.h>

const struct silbo_gate_source *silbo_gate_about(
    const struct silbo_gate *gate, uint32_t source);

#endif
