/* SPDX-License-Identifier: MIT */
/*
 * The part of silbo recv that answers probes.
 */
#ifndef SILBO_TOOLS_RECV_REFLECT_H
#define SILBO_TOOLS_RECV_REFLECT_H

#include "recv.h"
#include "report_reflect.h"

/* A prober, in its place or after it. */
struct recv_prober {
	uint64_t order; /* 1, 2 ... of appearance; 0: not in use */
	struct silbo_peer peer;
	struct silbo_reflector_report counts;
	uint64_t lost, pending;
	silbo_time wait;      /* after which one is lost */
	uint64_t lost_before; /* of lost: in places that it had */
	struct silbo_marks marks;
	bool told;
	silbo_time first_at, last_at;
	struct { /* what the intervals of --events have told so far */
		struct silbo_reflector_report counts;
		uint64_t lost, pending;
	} booked;
};

struct recv_reflect {
	struct silbo_reflector *reflector; /* NULL: nobody is answered */
	int64_t slept;       /* silbo_clock_slept when the source id was made */
	int64_t wall_offset; /* as the reflector was told, ns */
	struct run_reason unanswered;
	struct run_news news;
	uint32_t places;
	uint64_t appeared;
	uint64_t forgotten, forgotten_unique, forgotten_answered;
	struct report_reflected untold; /* forgotten, and in no interval yet */
	size_t ended_count;
	struct recv_prober ended[RECV_ENDED_MAX];
	struct recv_prober live[]; /* by place */
};

/* Prepare to answer, if that was asked for; otherwise to tell that nobody does.
 * False: no memory. */
bool recv_reflect_open(
    struct recv *r, uint32_t places, const struct silbo_source *own);
void recv_reflect_close(struct recv *r);

/* Is it there for probers, as silbo probe --reflect? */
bool recv_is_reflector(const struct recv *r);

/* Answer a PROBE; anything else is passed over.  As silbo_receiver_on_datagram
 * has left it. */
void recv_reflect_take(struct recv *r, uint32_t place,
    const struct silbo_arrival *opened, enum silbo_verdict verdict);

/* Keep what is known of a prober by now, after its PROBE was handled. */
void recv_probers_note(struct recv *r, uint32_t place,
    const struct silbo_arrival *opened, enum silbo_verdict verdict,
    const struct silbo_track_report *numbers);

/* Write down what remains of probers that were closed, and give back places
 * that nothing else needs.  After on_time, before recv_rows_settle. */
void recv_probers_settle(struct recv *r);

/* How many probers there are now, and how many ECHOs were sent so far. */
void recv_probers_look(
    const struct recv *r, size_t *probers, uint64_t *answered);

/* Its id and its peer, as reports have them. */
void recv_probers_name(
    struct report_prober *out, const struct recv_prober *row);

/* The rows of the interval that ends now, as an event.  After settling. */
void recv_probers_tell_interval(struct recv *r);

/* What is to be reported; free(out->probers) afterwards.  Returns NULL in *to
 * when nobody is answered.  False: no memory. */
bool recv_probers_report(const struct recv *r, struct report_reflected *out,
    const struct report_reflected **to);

/* Tell how many probers have come that were not told one by one. */
void recv_probers_tell_untold(struct recv *r, silbo_time now);

#endif
