/* SPDX-License-Identifier: MIT */
/*
 * silbo impair: a bad road for UDP, between two sockets, without root.  Real
 * time drives the same world that the laboratory drives in virtual time.
 * Shared by the impair files.
 */
#ifndef SILBO_TOOLS_IMPAIR_H
#define SILBO_TOOLS_IMPAIR_H

#include <silbo/net.h>
#include <silbo/quantile.h>
#include <silbo/world.h>

#include "run.h"
#include "scenario.h"

#define IMPAIR_CLIENTS 64
#define IMPAIR_IDLE (60 * SILBO_NS_PER_S) /* then a place is free again */
#define IMPAIR_IN_FLIGHT                                    \
	65536u /* datagrams in the world, memory permitting \
	        */
#define IMPAIR_DATAGRAM_MAX 65536
#define IMPAIR_WAITED 65536 /* a power of two */
#define IMPAIR_NOTICES (SILBO_NOTICE_OTHER + 1)

enum impair_way { IMPAIR_FORTH, IMPAIR_BACK, IMPAIR_WAYS };

/* Who sends to us, and the socket through which the far end sees him. */
struct impair_client {
	struct silbo_peer peer, asked; /* asked: which of our addresses */
	struct silbo_udp up;           /* connected to --to */
	uint32_t number; /* 1, 2 ... in the order in which they came */
	silbo_time last_at;
	uint64_t in[IMPAIR_WAYS]; /* datagrams put into the link */
	uint64_t out[IMPAIR_WAYS];
	uint64_t unsent[IMPAIR_WAYS];   /* refused by this machine */
	uint64_t no_place[IMPAIR_WAYS]; /* the world was full */
	uint32_t *waited[IMPAIR_WAYS];  /* ns before put, by index in its link;
	                                 * of the last so many */
};

/* The log: what is written and not yet in its file. */
struct impair_log {
	int fd; /* -1: none, or it has failed */
	char *buf;
	size_t len;
	bool waits;       /* a write may wait: a pipe, a terminal */
	bool failed;      /* a write was refused */
	uint64_t dropped; /* lines, for a reader who is behind */
};

struct impair {
	/* options */
	const char *listen, *target, *scenario_path, *log_path, *json_path;
	const char *forth, *back; /* "key=value ..." */
	int64_t duration;
	const char *seed_text;
	bool quiet, verbose;

	struct scenario scenario; /* with the seed in effect */
	struct silbo_peer locals[2], to;
	int locals_count;
	struct silbo_udp down; /* where clients send to */
	int epoll, signals;
	void *memory;
	size_t memory_bytes;
	uint32_t in_flight; /* what the world has places for */
	struct silbo_world *world;
	uint32_t *waited;
	silbo_time latest; /* the world's time never falls */
	silbo_time status_at;
	struct impair_client clients[IMPAIR_CLIENTS];
	uint32_t clients_count, clients_ever;
	uint64_t not_served; /* datagrams of those who found no place */
	uint64_t notices[IMPAIR_NOTICES];
	uint64_t drops_gone;         /* of the sockets of former clients */
	struct silbo_quantile added; /* by this machine, not by the model */
	struct run_reason full, closed, world_full, refused[IMPAIR_WAYS];
	struct run_reason noticed[IMPAIR_NOTICES];
	struct impair_log log;
	const char *failure;
	silbo_time started;
	uint64_t started_wall;
};

/* impair_options.c: parse, read the scenario, resolve.  -1 to go on, or an exit
 * status after the message. */
int impair_options(struct impair *m, int argc, char *const *argv);

/* impair_address.c: the addresses for --listen and --to; likewise. */
int impair_resolve(struct impair *m);

/* impair_open.c: memory and sockets; false after the message. */
bool impair_open(struct impair *m);
void impair_close_clients(struct impair *m);
void impair_close(struct impair *m);

/* impair_clients.c: who has a place. */

/* The client who sends from this address, perhaps a new one.  NULL: no place.
 */
struct impair_client *impair_find(
    struct impair *m, const struct silbo_peer *peer, silbo_time now);

/* Drops of all sockets so far. */
uint64_t impair_drops(struct impair *m);

/* impair_move.c */

/* Take what has come to the socket of a client (NULL: to the one all clients
 * send to), a bounded number of datagrams. */
void impair_drain(struct impair *m, struct impair_client *client);

/* Send on what is due; of very much a part, the rest when called again. */
void impair_deliver(struct impair *m, silbo_time now);

/* impair_log.c: a line of CSV per datagram and thing that happens to it.  A
 * reader who is behind is not waited for. */
bool impair_log_open(struct impair *m); /* false after the message */

struct impair_line {
	silbo_time at;
	const char *event;
	const struct impair_client *client;
	enum impair_way way;
	const uint64_t *index; /* NULL: it has none */
	int copy;              /* -1: of none */
	uint32_t damaged;      /* bits */
	const uint8_t *data;   /* NULL: not at hand */
	size_t len;
};

void impair_log_line(struct impair *m, const struct impair_line *line);
void impair_log_flush(struct impair *m);
bool impair_log_close(struct impair *m); /* false after the message */

/* impair_report.c */

/* What all links of one way did.  Always
 *   in = no_place + sum of fates + queued
 *   delivered + duplicated = out + unsent + on_the_way */
struct impair_sum {
	struct silbo_link_report link;
	uint64_t in, no_place, queued;
	uint64_t out, unsent, on_the_way;
	uint64_t lost; /* whose fate is not to be delivered */
};

extern const char *const impair_way_names[IMPAIR_WAYS];

void impair_sum(
    struct impair_sum *sum, const struct impair *m, enum impair_way way);

/* What the first phase of one way asks for: mean loss, mean run.  False when
 * it is not the only one. */
bool impair_asked(
    struct silbo_loss_form *loss, const struct impair *m, enum impair_way way);

void impair_status(const struct impair *m, silbo_time now);
void impair_text(FILE *out, struct impair *m, silbo_time now);

/* impair_json.c.  Returns 0, or -1 with errno kept. */
int impair_json(struct impair *m, silbo_time now);

#endif
