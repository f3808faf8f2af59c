/* SPDX-License-Identifier: MIT */
/*
 * A place in the table: what a gate knows of one source, and its stream.
 * Private to lib/core.
 */
#ifndef SILBO_CORE_PLACE_H
#define SILBO_CORE_PLACE_H

#include <silbo/gate.h>
#include <silbo/seal.h>
#include <silbo/window.h>

#define SILBO_PATHS 2 /* types whose loss is measured, beside DATA */

/* The numbers of one of them; see place_path.c. */
struct silbo_path {
	struct silbo_track *track; /* NULL: not begun */
	void *memory;              /* of it */
	uint32_t window;
	silbo_time wait_ns;
	uint64_t before; /* a tombstone knows all numbers below this */
	bool used;       /* the first came: */
	uint64_t number;
	silbo_time now;
};

/* How far a source has come, by type. */
struct silbo_reach {
	uint64_t next[SILBO_TYPES]; /* highest number booked, and one */
	bool known[SILBO_TYPES];    /* else there is no highest yet */
};

/* What a provisional source has shown so far. */
struct silbo_proof {
	uint32_t count;          /* accepted, in plain mode from one peer */
	silbo_time since, until; /* first and last of them */
	struct silbo_peer from;
	bool enough; /* three over 40 ms */
	bool end;    /* END */
};

/* A number that was too far ahead, and who sent it. */
struct silbo_jump {
	bool waits; /* for another that confirms it; else there is none */
	uint64_t number;
	struct silbo_peer from;
};

/*
 * The first datagram of a source, opened, for the stream that it gets with the
 * second one.  Most strangers send no second one, and memory of streams is not
 * touched for them.
 */
struct silbo_envelope {
	bool used;
	uint8_t type; /* DATA or INFO: nothing else concerns a stream */
	uint64_t number;
	silbo_time at, now; /* when it arrived, when it was taken */
	size_t bytes;
	uint8_t body[];
};

/* What steps 9 and 10 are told of a datagram. */
struct silbo_content {
	uint8_t type;
	uint64_t number;
	silbo_time at;
	const uint8_t *body;
	size_t bytes;
};

struct silbo_place {
	struct silbo_gate_source about;
	struct silbo_seal seal;
	/* Replay memory of every type but those which have a track: DATA, and
	 * PROBE and ECHO. */
	struct silbo_window windows[SILBO_TYPES];
	struct silbo_path paths[SILBO_PATHS];
	struct silbo_reach reach;  /* of what was accepted here */
	struct silbo_reach before; /* of a tombstone: not delivered again */
	struct silbo_jump jumps[SILBO_TYPES];
	uint64_t announced_far; /* by an INFO, too far ahead; 0: nothing */
	struct silbo_proof proof;
	uint8_t tag[8];     /* of its INFO; zeros: none */
	uint64_t closing;   /* 1, 2 ... in order of closing */
	bool ended;         /* END was accepted */
	bool settled;       /* closed, and its report final */
	uint64_t announced; /* by the INFO in the envelope */
	struct silbo_envelope *envelope;
	void *memory;                /* of the stream */
	struct silbo_stream *stream; /* NULL: not begun */
};

/* Bytes of memory that one path needs, when it begins. */
size_t silbo_path_size(const struct silbo_stream_config *config);

/* Prepare one; memory is not touched.  Numbers below `before` are known. */
void silbo_path_init(struct silbo_path *path, void *memory,
    const struct silbo_stream_config *config, uint64_t before);

/* As silbo_track_on_number. */
SILBO_MUST_USE
enum silbo_verdict silbo_path_on_number(
    struct silbo_path *path, uint64_t number, silbo_time now);

/* As silbo_track_on_refused; not for the first of all. */
SILBO_MUST_USE
bool silbo_path_on_refused(
    struct silbo_path *path, uint64_t number, silbo_time now);

/* Let time pass; when the next pending number becomes final. */
void silbo_path_on_time(struct silbo_path *path, silbo_time now);
silbo_time silbo_path_deadline(const struct silbo_path *path);

/* The counts; all 0 when nothing came. */
void silbo_path_report(
    const struct silbo_path *path, struct silbo_track_report *report);

/* The path of a type in a place; NULL: it has none. */
static inline struct silbo_path *
silbo_place_path(struct silbo_place *place, uint8_t type)
{
	if (type != SILBO_TYPE_PROBE && type != SILBO_TYPE_ECHO)
		return NULL;
	return &place->paths[type - SILBO_TYPE_PROBE];
}

/*
 * Before step 8: the number that was refused as too far ahead came after all,
 * if this one bears it out.  Then it is the highest, and counts as one that
 * arrived.  Returns whether it does.
 */
SILBO_MUST_USE
bool silbo_place_on_second(struct silbo_place *place,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    silbo_time now);

/*
 * Step 8 of the order of checks, decided and committed in one: has this number
 * been seen?  If not, it moves timers, and the peer if it is above the highest
 * of its type.
 */
SILBO_MUST_USE
enum silbo_verdict silbo_place_on_number(struct silbo_place *place,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    silbo_time now);

/* In plain mode an INFO announces no more than a DATA could jump, unless it
 * says so again: cut `next` back if it does, and forget that it is the end.
 * Remember its tag. */
void silbo_place_on_info(struct silbo_place *place, struct silbo_info *info);

/* The stream of a place, begun now if it was not: with what is in the envelope,
 * as if it had been there all the time. */
struct silbo_stream *silbo_place_begin(
    struct silbo_place *place, const struct silbo_stream_config *config);

/*
 * Steps 9 and 10: the body, to whom it concerns.
 *
 *   end      receives whether it is an INFO with END, and believed
 *   verdict  what silbo_place_on_number said
 *   config   of the stream, should it begin with this
 *
 * Returns the verdict, or SILBO_BAD_BODY.
 */
SILBO_MUST_USE
enum silbo_verdict silbo_place_put(struct silbo_place *place, bool *end,
    const struct silbo_content *content, enum silbo_verdict verdict,
    const struct silbo_stream_config *config, silbo_time now);

/*
 * What was accepted is shown: three over 40 ms make proof.enough, an END makes
 * proof.end, in plain mode from one peer.
 *
 *   end  it was an INFO with END, and believed
 */
void silbo_place_on_accepted(struct silbo_place *place,
    const struct silbo_header *header, const struct silbo_arrival *arrival,
    bool end);

#endif
