/* SPDX-License-Identifier: MIT */
/*
 * What one phase of a link changes in the one before.  Private to lib/sim.
 *
 * Reordering, duplication and corruption remember nothing, so that nothing of
 * them begins anew.
 */
#ifndef SILBO_SIM_PHASE_H
#define SILBO_SIM_PHASE_H

#include <silbo/link.h>

#define SILBO_PHASE_QUEUE 1u
#define SILBO_PHASE_OUTAGE 2u
#define SILBO_PHASE_LOSS 4u
#define SILBO_PHASE_DELAY 8u

/* Which of SILBO_PHASE_* differ. */
unsigned silbo_phase_changes(
    const struct silbo_link_config *a, const struct silbo_link_config *b);

/* Outages as a loss model. */
struct silbo_loss_config silbo_phase_outage(
    const struct silbo_link_config *config);

#endif
