/* SPDX-License-Identifier: MIT */
/*
 * What a trial consists of.  Private to trial*.c.
 */
#ifndef SILBO_SIM_TRIAL_STATE_H
#define SILBO_SIM_TRIAL_STATE_H

#include <silbo/trial.h>

struct pair {
	struct silbo_sender tx;
	struct silbo_receiver *rx;
	uint64_t made; /* payloads, those that were refused too */
	silbo_time start;
	silbo_time heard; /* latest arrival, on the receiver's clock */
	uint64_t closed;  /* serial of the latest that was kept; 0: none */
	struct silbo_stream_report kept; /* of all up to that one */
};

struct silbo_trial {
	struct silbo_trial_config config;
	struct silbo_world *world;
	struct pair *pairs;
	struct silbo_link_phase perfect; /* where no phases are given */
	struct silbo_event event;        /* of the world, being dealt with */
	enum { IDLE, SENDING, ASKED, RECEIVING, FULL, OVER } doing;
	uint32_t pair;  /* who is at it, unless IDLE */
	uint32_t place; /* RECEIVING: the next to ask */
	silbo_time due; /* RECEIVING: when, on its clock */
};

/* Serial of the stream in a place; 0: it is not one that this sender sends. */
uint64_t silbo_trial_serial(const struct pair *pair, uint32_t place);

/* After each on_time: keep the counts of those that are final. */
void silbo_trial_keep_closed(struct pair *pair, silbo_time now);

#endif
