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
	struct silbo_header *notes; /* of what was put, by index */
	uint64_t put;               /* into the link */
	uint64_t made;              /* payloads */
	silbo_time start;
};

struct silbo_trial {
	struct silbo_trial_config config;
	struct silbo_world *world;
	struct pair *pairs;
	struct silbo_event event; /* of the world, being dealt with */
	enum { IDLE, SENDING, ASKED, RECEIVING } doing;
	uint32_t pair;  /* who is at it, unless IDLE */
	uint32_t place; /* RECEIVING: the next to ask */
	uint32_t notes; /* of each pair, a power of two */
};

#endif
