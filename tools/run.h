/* SPDX-License-Identifier: MIT */
/*
 * What running commands share: stopping by signal, and schedules.
 */
#ifndef SILBO_TOOLS_RUN_H
#define SILBO_TOOLS_RUN_H

#include <stdbool.h>

#include <silbo/defs.h>
#include <silbo/steps.h>

/*
 * Hold back SIGINT, SIGTERM, SIGHUP and SIGUSR1 until run_signals tells of
 * them: to be called before all else, so that none ends the process without a
 * report. SIGHUP stays ignored where it was at the start (nohup).
 */
void run_hold_signals(void);

/*
 * While something is done that may wait without end, and no descriptor is
 * looked at: let signals end the process, until they are held again.  The
 * second does so only if path is a FIFO, which waits for its other end.
 */
void run_release_signals(void);
void run_release_signals_for(const char *path);

/*
 * Turn the signals that are held back into a readable descriptor and ignore
 * SIGPIPE and SIGXFSZ.  Returns the descriptor, or -1 with errno kept.
 */
int run_signals(void);

enum run_wish {
	RUN_GO_ON,
	RUN_REPORT, /* SIGUSR1: say what is known so far, and go on */
	RUN_STOP
};

/*
 * Has a signal come?  After the first that stops the next ends the process at
 * once with status 130: whoever presses Ctrl-C twice means it.
 */
enum run_wish run_wish(int fd);

/*
 * Until when readers of standard output and of events are waited for at the
 * end, all of them together: whoever pressed Ctrl-C waits for no reader.
 */
#define RUN_CLOSE_STOPPED (300 * SILBO_NS_PER_MS)
#define RUN_CLOSE_DONE (2 * SILBO_NS_PER_S)

/* Milliseconds from now until then, for poll(2): at least 0, at most `most`. */
int run_wait_ms(silbo_time until, int most);

/* The earlier of two times. */
static inline silbo_time
run_earlier(silbo_time a, silbo_time b)
{
	return a < b ? a : b;
}

/* now + span, or never. */
static inline silbo_time
run_later(silbo_time now, silbo_time span)
{
	return span == SILBO_TIME_NEVER ? SILBO_TIME_NEVER : now + span;
}

/*
 * All is measured, and what is done next may wait without end: the next SIGINT
 * or SIGTERM ends the process at once, with status 130.  One that has come by
 * now wanted the report, which is on its way.
 */
void run_let_signals_quit(void);

/* From so much sleep on the machine may have been stored as an image.  Less is
 * the unevenness of two clocks; nobody stores an image within it. */
#define RUN_SLEPT_MIN ((int64_t)SILBO_NS_PER_S)

/*
 * The wall clock, watched for steps from init on: to be looked at after each
 * wait; a look that comes soon after another costs one reading of a clock.  The
 * last one sees what happened just before the end.
 */
struct run_wall {
	struct silbo_steps steps;
	silbo_time look_at;
};

void run_wall_init(struct run_wall *wall);
void run_wall_look(struct run_wall *wall);
void run_wall_look_last(struct run_wall *wall);

/* A reason that recurs: say it at once, then at most once per minute. */
struct run_reason {
	silbo_time said_at;
	bool said;
};

/*
 * News that anybody may cause: a few at once, then one in 5 s, and how many
 * were passed over.
 */
#define RUN_NEWS_AT_ONCE 4

struct run_news {
	silbo_time full_at; /* when all of them may be told at once again */
	uint64_t untold;
};

/* May one more be told?  Otherwise it is counted as untold. */
bool run_news_may_say(struct run_news *news, silbo_time now);

/* How many to tell of in one line now, or 0. */
uint64_t run_news_take_untold(struct run_news *news, silbo_time now);

/* Is it time to say this again? */
bool run_may_say(struct run_reason *reason, silbo_time now);

#endif
