/* SPDX-License-Identifier: MIT */
/*
 * The state of silbo probe --reflect --stamp, shared by its loop, opening and
 * report: the files stamp_*.c.
 */
#ifndef SILBO_TOOLS_STAMP_H
#define SILBO_TOOLS_STAMP_H

#include <silbo/net.h>
#include <silbo/stamp.h>

#include "events.h"
#include "report.h"

/* Sessions that the report tells one by one: those that sent the most. */
#define STAMP_TOLD 16

struct stamp_reflect {
	/* as asked for */
	const char *listen, *json, *events_path;
	int64_t port, duration, rate, total_rate, sessions;
	bool reflect, stamp, stateless, only4, only6, quiet, verbose;
	/* as it is */
	struct silbo_udp udp;
	struct silbo_peer local;
	struct silbo_stamp_config config;
	struct silbo_stamp_reflector *r; /* owns its memory */
	struct silbo_stamp_clock clock;
	int signals;
	struct events events;
	silbo_time started, interval_at, status_at, end_at;
	struct silbo_stamp_report told; /* when the last interval ended */
	uint64_t told_unsent, told_drops;
	uint64_t started_wall;
	uint64_t unsent; /* answers that this machine refused */
	uint64_t drops;  /* of the socket, when an interval ended last */
	bool stopped;
	const char *failure; /* why it ended early; NULL */
};

/* What has both --reflect and --stamp is told to stamp_main. */
bool stamp_is_meant(int argc, char *const *argv);
int stamp_main(int argc, char *const *argv);

/* Returns -1 to go on, or an exit status. */
int stamp_options(struct stamp_reflect *s, int argc, char *const *argv);
int stamp_open(struct stamp_reflect *s);

/* How wrong this machine's clock may be, as far as the kernel knows. */
void stamp_read_clock(struct silbo_stamp_clock *clock);

/* The sessions that sent the most, the busiest first; returns how many. */
unsigned stamp_busiest(
    const struct stamp_reflect *s, struct silbo_stamp_session told[STAMP_TOLD]);

/* The report so far, as text; written to --json, which returns 0, or -1 with
 * errno. */
void stamp_tell(const struct stamp_reflect *s, FILE *out, silbo_time now);
int stamp_json(const struct stamp_reflect *s, silbo_time now);

/* The events, where they are asked for.  An interval ends when the report is
 * made, too.  The last is false when they could not all be written. */
void stamp_events_start(struct stamp_reflect *s);
void stamp_events_interval(struct stamp_reflect *s, silbo_time now);
bool stamp_events_end(struct stamp_reflect *s, silbo_time now);

#endif
