/* SPDX-License-Identifier: MIT */
/*
 * The state of silbo recv, shared by its options, opening, loop, messages and
 * report: the files recv_*.c.
 */
#ifndef SILBO_TOOLS_RECV_H
#define SILBO_TOOLS_RECV_H

#include <silbo/net.h>
#include <silbo/receiver.h>

#include "events.h"
#include "intervals.h"
#include "limit.h"
#include "packets.h"
#include "record.h"
#include "report.h"
#include "run.h"

/* Streams that have ended and are still reported in full. */
#define RECV_ENDED_MAX 256

/*
 * A stream from its introduction to the report.  The number of a row is also
 * that of its recording, and of its row in the log of intervals.
 */
struct recv_row {
	uint64_t serial; /* 1, 2 ...; 0: not in use */
	bool live;       /* its place in the receiver holds it */
	bool silent;     /* its recording is closed */
	uint32_t place;
	uint64_t ended; /* 1, 2 ... in order of ending */
	/* when it has ended */
	struct report_stream final;
	uint64_t info_gaps, accepted;
	uint64_t resyncs; /* that were told */
};

struct recv {
	/* as asked for */
	const char *listen, *group, *interface, *key_path, *output, *json,
	    *events_path, *packets_path, *fail_if;
	int64_t port, mtu, channels;
	int64_t delay, wait, max_age, duration; /* ns */
	bool discard, once, quiet, verbose, mix;
	bool reflect, no_reflect; /* as asked for: */
	bool reflects;            /* whether probes are answered */
	int64_t reflect_rate;     /* ECHOs a second to one prober */
	const char *role;         /* "recv", "reflector" */
	/* as it is */
	struct limits limits; /* of fail_if */
	struct silbo_key keys[SILBO_KEYS_MAX];
	size_t keys_count;
	struct silbo_udp udp;
	struct silbo_peer local;
	struct silbo_receiver *rx;    /* owns the receiver's memory */
	struct recording *recordings; /* by row */
	struct mixdown *mixdown;      /* NULL: a file per stream */
	bool drops_told;
	silbo_time patience;         /* that is left with a reader of the mix */
	struct intervals *intervals; /* by row */
	struct events events;
	struct packets packets;
	struct recv_row *rows;
	struct recv_reflect *reflect_state;
	uint32_t rows_count;       /* that were ever in use */
	uint64_t met; /* serial of the latest stream that was introduced */
	uint64_t streams, ended;           /* introduced and ended so far */
	struct report_forgotten forgotten; /* those that were dropped */
	int failed; /* errno of the first recording that failed */
	silbo_time started;
	uint64_t started_wall;
	silbo_time told_at, handed_at; /* of the receiver, by its clock */
	silbo_time heard_at, interval_at, status_at, end_at;
	bool stopped;        /* by a signal */
	silbo_time close_by; /* readers are waited for so long */
	bool heard, silence_told, stop_explained;
	struct run_reason said[SILBO_VERDICTS];
	struct run_wall wall;
	struct run_news news, sound_news; /* streams; recordings that failed */
};

/* Parse and check everything that can be checked before a socket is opened.
 * Returns -1 to go on, or an exit status after the message. */
int recv_options(struct recv *r, int argc, char *const *argv);

/* What both kinds of receiver check: the rest as asked for, the key, and
 * whether probes are answered.  As above. */
int recv_options_common(struct recv *r);

/* Do all that was asked for.  Returns the exit status. */
int recv_run(struct recv *r);

/* Places that the play-out ring needs for this delay, whatever the frames. */
uint32_t recv_ring_frames(int64_t delay_ns);

/* Open the socket, then the receiver on it.  Return an exit status. */
int recv_open_socket(struct recv *r);
int recv_open_receiver(struct recv *r);

/* Prepare the mix, if there is one.  Returns an exit status. */
int recv_open_sound(struct recv *r);

/* Decide where the sound of a new stream goes. */
void recv_prepare_sound(struct recv *r, uint32_t row);

/* Play one frame of a stream.  Returns the samples handed on. */
uint32_t recv_play(struct recv *r, uint32_t row,
    const struct silbo_frame *frame, silbo_time now);

/* The stream plays no more, for now; or for good, with its final report. */
void recv_pause_sound(struct recv *r, uint32_t row);
void recv_close_sound(
    struct recv *r, uint32_t row, const struct silbo_playout_report *playout);

/* Is there a file with sound of this stream?  After closing. */
bool recv_has_written(const struct recv *r, uint32_t row);

/* Introduce streams that have appeared, and hand out what is due. */
void recv_play_due(struct recv *r, silbo_time now);

/* Hand out what play-out holds for later: there is no later. */
void recv_play_rest(struct recv *r);

/* Hand on the mix; to be called when every stream has played what is due. */
void recv_flush_sound(struct recv *r, silbo_time now);

/* Close the mix, when every stream is closed. */
void recv_finish_sound(struct recv *r);

/* Say why datagrams are refused, at most once per minute and reason. */
void recv_tell_verdict(
    struct recv *r, enum silbo_verdict verdict, silbo_time now);

/* Say that nothing has come for RECV_SILENCE, once per silence. */
#define RECV_SILENCE (3 * SILBO_NS_PER_S)
void recv_tell_silence(struct recv *r, silbo_time now);

/* Under -v: tell of an INFO that was accepted, and of a media clock that was
 * set anew. */
void recv_detail_info(
    struct recv *r, uint32_t place, const uint8_t *datagram, size_t len);
void recv_detail_resyncs(struct recv *r, uint32_t row);

/* Introduce a stream, unless many have begun at once; then how many it were. */
void recv_tell_stream(struct recv *r, uint32_t row);
void recv_tell_untold(struct recv *r, silbo_time now);

/* With --once: has the stream in this place ended, or been silent for 10 s, and
 * is nothing of it pending or still to be played?  After on_time. */
bool recv_once_is_over(
    const struct silbo_receiver *rx, uint32_t place, silbo_time now);

/* Prepare rows for what so many places can bring.  False: no memory. */
bool recv_rows_open(struct recv *r, uint32_t places);
void recv_rows_close(struct recv *r);

/* Give rows to streams that have appeared, and introduce them. */
void recv_rows_meet(struct recv *r);

/* Close the recordings of what has ended, and write down and release what is
 * final.  At the end, all of them. */
void recv_rows_settle(struct recv *r, bool all, silbo_time now);

/* What stands in the place of a row that is live.  False if it is not its
 * stream, which the receiver promises not to happen. */
bool recv_rows_look(const struct recv *r, uint32_t row,
    struct silbo_stream_report *stream, struct silbo_gate_source *source);

/* Book the counts of a row that is live in the log of intervals. */
void recv_rows_book(struct recv *r, uint32_t row);

/* Tell the interval that ends now as an event. */
void recv_rows_tell_interval(struct recv *r, silbo_time now);

/* What a row reports now. */
void recv_rows_describe(
    const struct recv *r, uint32_t row, struct report_stream *out);

/* The live line. */
void recv_show_status(struct recv *r, silbo_time now);

/* Tell as an event that it begins. */
void recv_tell_start(struct recv *r);

/* Print the report so far. */
void recv_tell_report(struct recv *r);

/* Close the recordings, print and write the report.  Returns the exit status.
 */
int recv_finish(struct recv *r);

#endif
