/* SPDX-License-Identifier: MIT */
/*
 * The state of silbo probe, shared by its options, opening, loop, departures,
 * arrivals and report: the files probe_*.c.
 */
#ifndef SILBO_TOOLS_PROBE_H
#define SILBO_TOOLS_PROBE_H

#include <silbo/asker.h>
#include <silbo/gate.h>
#include <silbo/mtu.h>
#include <silbo/net.h>
#include <silbo/prober.h>
#include <silbo/stamp.h>

#include "events.h"
#include "limit.h"
#include "probe_packets.h"
#include "report.h"
#include "run.h"
#include "target.h"
#include "trouble.h"

#define PROBE_TARGETS_MAX 16

/* As a receiver's, and for the same reason. */
#define PROBE_SILENCE (3 * SILBO_NS_PER_S)

/* Datagrams taken before the time is looked at again. */
#define PROBE_DRAIN 256

struct probe;
struct probe_target;
struct probe_stamp;

/*
 * What is spoken with the reflector: silbo's own PROBE and ECHO, or another
 * protocol.  The schedule and the statistics are the same.
 */
struct probe_dialect {
	/* Prepare the target's part: t->prober is there.  False: no memory. */
	bool (*open)(
	    const struct probe *p, struct probe_target *t, silbo_time now);
	/* Make the datagram of a departure.  Returns its bytes, or a
	 * silbo_err. */
	int (*pack)(struct probe_target *t, uint8_t *out, size_t cap,
	    const struct silbo_departure *departure);
	/* Read a datagram.  False: it is no answer, t->refused says why. */
	bool (*parse)(struct probe_target *t, struct silbo_answer *answer,
	    struct silbo_arrival *arrival, silbo_time now);
	void (*close)(struct probe_target *t);
	/* Hear what the prober made of an answer; better its report by what is
	 * known here.  Either may be NULL. */
	void (*on_answer)(struct probe_target *t,
	    const struct silbo_answer *answer, enum silbo_answer_kind kind);
	void (*amend)(
	    const struct probe_target *t, struct silbo_prober_report *report);
	uint16_t port;     /* where none is given */
	int64_t bytes;     /* likewise */
	int64_t bytes_min; /* of what has an answer */
};

extern const struct probe_dialect probe_silbo;
extern const struct probe_dialect probe_stamp;

/* One reflector, or what should be one. */
struct probe_target {
	struct target to;
	struct silbo_udp udp;
	struct silbo_prober *prober; /* owns its memory */
	/* of probe_silbo */
	struct silbo_asker asker;
	struct silbo_gate *gate;    /* owns its memory */
	enum silbo_verdict refused; /* of the latest that was no answer */
	/* of probe_stamp */
	struct probe_stamp *stamp;
	/* what became of it */
	uint64_t arrived;            /* datagrams of any kind */
	uint64_t elsewhere;          /* of those, from another address */
	uint64_t foreign;            /* authentic, and no answer to us */
	struct silbo_peer other;     /* the latest of those addresses */
	struct silbo_mtu_report mtu; /* of --mtu; headers, bytes; how long */
	uint32_t headers, mtu_there; /* what the way there takes; 0: unknown */
	double mtu_ms;
	uint64_t errors[REPORT_SEND_KINDS];
	int last_errno;
	bool silence_told, noticed; /* the network has named a reason */
	struct run_reason said[REPORT_SEND_KINDS];
	struct run_reason refusals[SILBO_VERDICTS];
	struct run_reason kinds[SILBO_ANSWER_KINDS];
	struct run_reason elsewhere_said, absurd_said, step_said, restart_said;
	uint64_t absurd, steps, restarts; /* that were told */
	struct probe_log log;             /* of --packets */
};

struct probe {
	/* as asked for */
	const char *key_path, *json, *events_path, *packets_path, *dscp_text,
	    *fail_if;
	int64_t port, bytes, count, hops;
	int64_t interval, wait, duration; /* ns */
	bool only4, only6, quiet, verbose, mtu, stamp;
	/* as it is */
	struct limits limits; /* of fail_if */
	const struct probe_dialect *dialect;
	struct silbo_key keys[SILBO_KEYS_MAX];
	size_t keys_count;
	uint8_t dscp;
	uint64_t slots; /* UINT64_MAX: until a signal */
	struct probe_target targets[PROBE_TARGETS_MAX];
	size_t targets_count;
	int signals;
	struct events events;
	struct packets packets;
	struct intervals *intervals; /* a row per target */
	silbo_time started, interval_at, status_at, look_at;
	uint64_t started_wall;
	int64_t slept; /* silbo_clock_slept() then */
	struct run_wall wall;
	bool stopped;          /* by a signal, */
	silbo_time stopped_at; /* then; 0: before anything was asked */
	const char *failure;   /* why it ended early; NULL */
};

/* Parse and check everything that can be checked before a socket is opened.
 * Returns -1 to go on, or an exit status. */
int probe_options(struct probe *p, int argc, char *const *argv);

/* Find the addresses, open sockets and probers.  Returns an exit status, or -1:
 * told to stop. */
int probe_open(struct probe *p);
void probe_close(struct probe *p);

static inline const struct silbo_peer *
probe_peer(const struct probe_target *t)
{
	return &t->to.peers[t->to.peer];
}

/* The prober's report, bettered by the dialect. */
void probe_report(const struct probe *p, const struct probe_target *t,
    struct silbo_prober_report *report);

/* What STAMP's answers tell of the reflector, for the report. */
void probe_stamp_fill(const struct probe_target *t, struct report_probe *probe);

/* An id from before a suspend is not used again, and times span it wrongly:
 * that it slept is p->failure.  To be asked before anything departs. */
bool probe_has_slept(struct probe *p);

/* Let all depart that is due now, one for each target at most. */
void probe_depart(struct probe *p, silbo_time now);

/* Take everything that has come for a target. */
void probe_take(struct probe *p, struct probe_target *t);

/* Read one datagram, count it, tell what is wrong with it.  False: it is no
 * answer. */
bool probe_read(struct probe *p, struct probe_target *t,
    struct silbo_answer *answer, struct silbo_arrival *arrival, silbo_time now);

/* Take what the network says of what was sent, count it and tell it; or one
 * such notice; or why a datagram did not leave. */
void probe_take_notices(
    struct probe *p, struct probe_target *t, silbo_time now);
void probe_note_notice(struct probe *p, struct probe_target *t,
    const struct silbo_notice *notice, silbo_time now);
void probe_note_error(
    const struct probe *p, struct probe_target *t, int err, silbo_time now);

/* Search the largest datagram that comes there and back.  False: told to stop,
 * or p->failure. */
bool probe_search_mtu(struct probe *p, struct probe_target *t);

/* What was found. */
void probe_fill_mtu(const struct probe_target *t, struct report_probe *out);

/* Say, each at most once a minute: what is wrong with an arrival; what is wrong
 * with an answer; that nobody answers. */
void probe_tell_refusal(struct probe_target *t,
    const struct silbo_arrival *arrival, silbo_time now);
void probe_tell_answer(struct probe_target *t,
    const struct silbo_arrival *arrival, enum silbo_answer_kind kind,
    silbo_time now);
/* Who has not answered for a while, or, when it is over, at all. */
void probe_tell_silence(struct probe *p, bool over, silbo_time now);

/* What only the counts show; likewise. */
void probe_tell_oddities(struct probe *p, silbo_time now);

/* Introduce the targets. */
void probe_introduce(const struct probe *p);

/* Tell interval and status, as far as they are due; when the next is. */
void probe_tick(struct probe *p, silbo_time now);
silbo_time probe_next_tick(const struct probe *p);

/* Tell as events that it begins, and what was since the last time. */
void probe_tell_start(struct probe *p);
void probe_tell_interval(struct probe *p, silbo_time now);

/* Print the report so far. */
void probe_tell_report(struct probe *p);

/* What the report says of a target. */
void probe_fill(struct probe *p, size_t i, struct report_probe *out);

/* Print and write the report.  Returns the exit status. */
int probe_finish(struct probe *p);

#endif
