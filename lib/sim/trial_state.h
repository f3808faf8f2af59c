/* SPDX-License-Identifier: MIT */
/*
 * What a trial consists of.  Private to trial.c and trial_init.c.
 */
#ifndef SILBO_SIM_TRIAL_STATE_H
#define SILBO_SIM_TRIAL_STATE_H

#include <silbo/trial.h>

struct pair {
	struct silbo_sender tx;
	struct silbo_receiver *rx;
	uint64_t made; /* payloads, those that were refused too */
	silbo_time start;
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

#endif
