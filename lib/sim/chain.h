/* SPDX-License-Identifier: MIT */
/*
 * The laws of the two Markov chains of loss.h as numbers: where they are in the
 * long run, and what follows from it.
 */
#ifndef SILBO_CHAIN_H
#define SILBO_CHAIN_H

#include <silbo/loss.h>

/* The share of time that the two-state model is bad. */
double silbo_chain_bad(const struct silbo_loss_config *config);

/* The shares of the states 1 to 4. */
void silbo_chain_shares(
    double shares[4], const struct silbo_loss_config *config);

/* Loss and run of datagrams so many steps apart. */
struct silbo_loss_form silbo_chain_form(
    const struct silbo_loss_config *config, uint64_t steps);

#endif
