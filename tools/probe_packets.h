/* SPDX-License-Identifier: MIT */
/*
 * The log of probe --packets: a line of CSV for what became of every PROBE, and
 * one for each further answer.  Knows lines and what was sent; decides nothing.
 *
 *   a PROBE has one line of     answered lost pending unsent
 *   each answer besides one of  late copy twice never_sent too_old closing
 *
 * so that every count of the report is one of lines, and the first answer, or
 * that there was none, stands beside what was sent.
 */
#ifndef SILBO_TOOLS_PROBE_PACKETS_H
#define SILBO_TOOLS_PROBE_PACKETS_H

#include <stdbool.h>
#include <stdint.h>

#include <silbo/arrival.h>
#include <silbo/prober.h>

#include "packets.h"

/* clang-format off */
#define PROBE_PACKETS_HEAD						\
	"target,fate,number,due_ns,sent_ns,lateness_ns,arrived_ns,rtt_ns," \
	"received_ns,echoed_ns,arrived_by,received_by,reflector,order,"	\
	"bytes,there_tos,there_ttl,back_tos,back_ttl,there_unique,"	\
	"there_duplicate,there_reordered,there_extent_max,withheld"
/* clang-format on */

struct probe;
struct probe_target;
struct probe_sent;

/* What one target was sent and is not decided yet. */
struct probe_log {
	struct probe_sent *sent; /* window of them; NULL: no log */
	uint32_t window;         /* power of two */
	uint64_t count;          /* sent so far */
	uint64_t settled;        /* below it all are answered or lost */
	uint64_t lost;
};

/* Open what --packets names: before the schedule begins, as the reader of a
 * pipe is waited for.  After this nothing is allocated.  False after the
 * message. */
bool probe_packets_open(struct probe *p);

/* It left, or did not; the prober has been told. */
void probe_packets_on_departure(struct probe *p, struct probe_target *t,
    const struct silbo_departure *departure, bool left);

/* The prober has said what kind it is. */
void probe_packets_on_answer(struct probe *p, struct probe_target *t,
    const struct silbo_answer *answer, const struct silbo_arrival *arrival,
    enum silbo_answer_kind kind);

/* Once in a while: what is lost meanwhile; and it is in the file. */
void probe_packets_flush(struct probe *p);

/* What is not decided is pending.  False, after the message: it is not whole.
 */
bool probe_packets_close(struct probe *p);

#endif
