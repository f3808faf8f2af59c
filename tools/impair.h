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
#define IMPAIR_IN_FLIGHT 65536u /* datagrams in the world */
#define IMPAIR_DATAGRAM_MAX 65536
#define IMPAIR_WAITED 16384 /* a power of two */

enum impair_way { IMPAIR_FORTH, IMPAIR_BACK, IMPAIR_WAYS };

/* Who sends to us, and the socket through which the far end sees him. */
struct impair_client {
	struct silbo_peer peer;
	struct silbo_udp up; /* connected to --to */
	silbo_time last_at;
	uint64_t in[IMPAIR_WAYS], out[IMPAIR_WAYS]; /* datagrams */
	uint64_t unsent[IMPAIR_WAYS];  /* refused by this machine */
	uint32_t *waited[IMPAIR_WAYS]; /* ns before put, by index in its link */
};

struct impair {
	/* options */
	const char *listen, *target, *scenario_path, *log_path, *json_path;
	const char *forth, *back; /* "key=value ..." */
	int64_t duration;
	const char *seed_text;
	bool quiet, verbose;

	struct scenario scenario;
	uint64_t seed;
	struct silbo_peer local, to;
	struct silbo_udp down; /* where clients send to */
	int epoll, signals;
	void *memory;
	struct silbo_world *world;
	silbo_time latest; /* the world's time never falls */
	struct impair_client clients[IMPAIR_CLIENTS];
	uint32_t clients_count;
	uint64_t strangers;          /* datagrams of clients beyond those */
	uint64_t refused;            /* notices: nobody listens at --to */
	uint64_t drops_gone;         /* of the sockets of clients */
	struct silbo_quantile added; /* by this machine, not by the model */
	struct run_reason full, nobody;
	FILE *log;
	bool log_failed;
	const char *failure;
	silbo_time started;
	uint64_t started_wall;
};

/* impair_options.c: parse, read the scenario, resolve.  -1 to go on, or an exit
 * status after the message. */
int impair_options(struct impair *m, int argc, char *const *argv);

/* impair_clients.c */

/* Take what has come to the socket of a client (NULL: to the one all clients
 * send to), a bounded number of datagrams. */
void impair_drain(struct impair *m, struct impair_client *client);

/* Send on what is due. */
void impair_deliver(struct impair *m, silbo_time now);

/* Drops of all sockets so far. */
uint64_t impair_drops(struct impair *m);

void impair_close_clients(struct impair *m);

/* impair_log.c: a line of CSV per datagram and thing that happens to it. */
bool impair_log_open(struct impair *m); /* false after the message */
void impair_log_put(struct impair *m, uint32_t link, uint64_t index,
    const uint8_t *data, size_t len, silbo_time at);
void impair_log_event(
    struct impair *m, const struct silbo_event *event, silbo_time at);
bool impair_log_close(struct impair *m);

/* impair_report.c */

/* What all links of one way did. */
struct impair_sum {
	struct silbo_link_report link;
	uint64_t out, unsent;
};

extern const char *const impair_way_names[IMPAIR_WAYS];

/* Datagrams that did not arrive. */
uint64_t impair_lost(const struct silbo_link_report *link);

void impair_sum(
    struct impair_sum *sum, const struct impair *m, enum impair_way way);
void impair_status(const struct impair *m, silbo_time now);
void impair_text(FILE *out, struct impair *m, silbo_time now);

/* impair_json.c.  Returns 0, or -1 with errno kept. */
int impair_json(struct impair *m, silbo_time now);

#endif
