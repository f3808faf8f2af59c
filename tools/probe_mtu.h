/* SPDX-License-Identifier: MIT */
/*
 * A search of silbo probe --mtu, shared by the files probe_mtu*.c.
 */
#ifndef SILBO_TOOLS_PROBE_MTU_H
#define SILBO_TOOLS_PROBE_MTU_H

#include <silbo/mtu.h>

#include "probe.h"

/* Of both searches, with what begins the second. */
#define PROBE_MTU_ASKED_MAX (2 * SILBO_MTU_BUDGET + 16)

/* A search that is under way. */
struct probe_mtu {
	struct probe *p;
	struct probe_target *t;
	struct silbo_mtu mtu;
	uint64_t next;   /* number of the next datagram */
	uint64_t unique; /* that the reflector has had; 0: it does not count */
	bool counted;    /* nothing has been sent since */
	bool there;      /* only the way there is asked about */
	uint32_t answers;
	uint32_t refused; /* numbers that never left: too large for us */
	struct {
		uint32_t size; /* 0: answered */
		silbo_time at;
	} asked[PROBE_MTU_ASKED_MAX];
	silbo_time began;
	silbo_time rtt; /* the longest; 0: none yet */
	bool over;      /* the one that is out is not waited for any longer */
};

/* How long the next one is waited for. */
silbo_time probe_mtu_patience(const struct probe_mtu *s);

/* Returns false when it did not leave: there is nothing to listen for, and
 * where p->failure says why, no other will. */
bool probe_mtu_send(struct probe_mtu *s, uint32_t size);

/* Until the one that is out is answered, or has had its time.  Returns false
 * when told to stop, or when the machine fails. */
bool probe_mtu_listen(struct probe_mtu *s, silbo_time until);

/* What is known by now, where the report looks for it.  That of the way there
 * begins when both together are known. */
void probe_mtu_note(const struct probe_mtu *s);

#endif
