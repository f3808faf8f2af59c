/* SPDX-License-Identifier: MIT */
/*
 * The largest datagram that a path takes, found by asking (RFC 4821, RFC 8899):
 * which size to try next, and when enough is known.
 *
 * A size that is answered fits: that is proof.  Silence proves nothing, since
 * datagrams are lost for other reasons, too: a size is passed over when it was
 * silent twice, and the least such size is asked `tries` times more at the end.
 * What ICMP says comes from anybody: it only says where to look next.  A path
 * that drops what is too large without a word (a black hole) is found all the
 * same, a little later.
 *
 * One size is out at a time.  Sizes are those of a datagram: UDP payload,
 * bytes.
 */
#ifndef SILBO_MTU_H
#define SILBO_MTU_H

#include <silbo/defs.h>
#include <silbo/err.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SILBO_MTU_TRIES 4    /* of a size, before silence is believed */
#define SILBO_MTU_BUDGET 150 /* datagrams, all told */

struct silbo_mtu_config {
	uint32_t least;   /* tried first: if it fails, nothing is known */
	uint32_t most;    /* not less than least; nothing above is tried */
	uint32_t headers; /* IP and UDP, bytes: usual links are tried first */
	uint32_t tries;   /* of a size; 0: SILBO_MTU_TRIES */
	uint32_t budget;  /* datagrams; 0: SILBO_MTU_BUDGET */
};

enum silbo_mtu_state {
	SILBO_MTU_SEARCHING,
	SILBO_MTU_FOUND, /* fits came, and one byte more did not */
	SILBO_MTU_MOST, /* whatever was allowed to be tried, or could be sent */
	SILBO_MTU_SILENT, /* nothing came back, not even the least */
	SILBO_MTU_BROKEN, /* what came at first does so no longer */
	SILBO_MTU_SPENT   /* the budget is used up: at least fits */
};

#define SILBO_MTU_FAILED 32

struct silbo_mtu {
	struct silbo_mtu_config config;
	/* private */
	enum silbo_mtu_state state;
	uint32_t fits;   /* the largest that was answered; 0: none */
	uint32_t top;    /* the largest that this machine sends */
	uint32_t size;   /* being tried; 0: to be chosen */
	uint32_t silent; /* in a row, of this size */
	uint32_t failed[SILBO_MTU_FAILED]; /* silent too often, falling */
	uint32_t failed_count;
	uint32_t hint;  /* ICMP says that so much fits; 0: looked at */
	uint32_t hints; /* how often it made us look */
	uint32_t told;  /* the least that ICMP ever said; 0: it said nothing */
	uint32_t asked; /* datagrams */
	uint32_t answers; /* of them answered */
	uint32_t closing; /* step of the end, see mtu.c */
};

struct silbo_mtu_report {
	enum silbo_mtu_state state;
	uint32_t fits;    /* the largest that came back; 0: none did */
	uint32_t fails;   /* the least that never did; 0: none was silent */
	uint32_t top;     /* the largest that was allowed, or could be sent */
	uint32_t told;    /* the least that ICMP said would fit; 0: nothing */
	uint32_t asked;   /* datagrams sent */
	uint32_t answers; /* of them answered */
};

SILBO_API
void silbo_mtu_init(
    struct silbo_mtu *mtu, const struct silbo_mtu_config *config);

/*
 * The size to send next, counted as sent.  Call again only after on_answer,
 * on_silence, on_too_large or on_refused told what became of it.
 *
 * Returns the size, or 0: nothing is left to be asked.
 */
SILBO_API
SILBO_MUST_USE
uint32_t silbo_mtu_get(struct silbo_mtu *mtu);

/* A datagram of this size came back, whenever it was sent. */
SILBO_API
void silbo_mtu_on_answer(struct silbo_mtu *mtu, uint32_t size);

/* The datagram that is out was not answered in time. */
SILBO_API
void silbo_mtu_on_silence(struct silbo_mtu *mtu);

/*
 * ICMP says that no more than this fits; 0: it does not say how much.  Returns
 * true when it is worth looking there at once instead of waiting for the answer
 * of what is out.
 */
SILBO_API
SILBO_MUST_USE
bool silbo_mtu_on_too_large(struct silbo_mtu *mtu, uint32_t limit);

/* This machine itself refuses the datagram that should go out, as too large;
 * limit: what it sends, 0: unknown. */
SILBO_API
void silbo_mtu_on_refused(struct silbo_mtu *mtu, uint32_t limit);

SILBO_API
void silbo_mtu_report(
    const struct silbo_mtu *mtu, struct silbo_mtu_report *report);

/* "searching", "found", "most", "silent", "broken", "spent". */
SILBO_API
const char *silbo_mtu_state_name(enum silbo_mtu_state state);

#ifdef __cplusplus
}
#endif

#endif
