/* SPDX-License-Identifier: MIT */
/*
 * Signals and recurring messages.  Knows nothing of audio or datagrams.
 *
 * Signals come through a descriptor, so that the one poll of the program's loop
 * waits for them too and no handler ever runs beside it.
 */
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <silbo/net.h>

#include "run.h"

#define SAY_AGAIN (60 * SILBO_NS_PER_S)
#define LOOK_EVERY (50 * SILBO_NS_PER_MS)
#define NEWS_EVERY (5 * SILBO_NS_PER_S)

static void
quit(int signo)
{
	(void)signo;
	_exit(130);
}

/* Those that are told of.  The shell starts some commands with SIGINT ignored;
 * whoever sends it to us all the same means it. */
static void
fill(sigset_t *set)
{
	struct sigaction hangup;

	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGUSR1);
	if (sigaction(SIGHUP, NULL, &hangup) == 0 &&
	    hangup.sa_handler != SIG_IGN)
		sigaddset(set, SIGHUP);
}

void
run_hold_signals(void)
{
	sigset_t set;

	fill(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

void
run_release_signals(void)
{
	sigset_t set;

	fill(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void
run_release_signals_for(const char *path)
{
	struct stat st;

	if (path != NULL && stat(path, &st) == 0 && S_ISFIFO(st.st_mode))
		run_release_signals();
}

int
run_signals(void)
{
	sigset_t set;

	fill(&set);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	/* A pipe nobody reads and a file at its limit are errors of a write. */
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
		return -1;
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* SIGUSR1 stays held back: the report comes anyway.  So does SIGHUP: when a
 * terminal goes, kernel and shell both say so. */
static void
let_the_next_quit(void)
{
	struct sigaction act;
	sigset_t set;

	memset(&act, 0, sizeof act);
	act.sa_handler = quit;
	sigemptyset(&act.sa_mask);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void
run_let_signals_quit(void)
{
	const struct timespec at_once = {0};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	while (sigtimedwait(&set, NULL, &at_once) > 0)
		;
	let_the_next_quit();
}

enum run_wish
run_wish(int fd)
{
	struct signalfd_siginfo info;
	enum run_wish wish = RUN_GO_ON;

	/* What came before we looked is one wish, however often it was said;
	 * to stop is the stronger one. */
	while (read(fd, &info, sizeof info) == (ssize_t)sizeof info)
		if (info.ssi_signo != SIGUSR1)
			wish = RUN_STOP;
		else if (wish == RUN_GO_ON)
			wish = RUN_REPORT;
	if (wish == RUN_STOP)
		let_the_next_quit();
	return wish;
}

bool
run_may_say(struct run_reason *reason, silbo_time now)
{
	if (reason->said && now - reason->said_at < SAY_AGAIN)
		return false;
	reason->said = true;
	reason->said_at = now;
	return true;
}

int
run_wait_ms(silbo_time until, int most)
{
	silbo_time now = silbo_clock_now();
	silbo_time left = until > now ? (until - now) / SILBO_NS_PER_MS : 0;

	return left < (silbo_time)most ? (int)left : most;
}

/* Each that is told costs 5 s, of which RUN_NEWS_AT_ONCE can be saved up. */
static bool
spend(struct run_news *news, silbo_time now)
{
	silbo_time from = news->full_at > now ? news->full_at : now;

	if (from + NEWS_EVERY > now + RUN_NEWS_AT_ONCE * NEWS_EVERY)
		return false;
	news->full_at = from + NEWS_EVERY;
	return true;
}

bool
run_news_may_say(struct run_news *news, silbo_time now)
{
	/* Those that were passed over come first. */
	if (news->untold == 0 && spend(news, now))
		return true;
	news->untold++;
	return false;
}

uint64_t
run_news_take_untold(struct run_news *news, silbo_time now)
{
	uint64_t untold = news->untold;

	if (untold == 0 || !spend(news, now))
		return 0;
	news->untold = 0;
	return untold;
}

void
run_wall_init(struct run_wall *wall)
{
	silbo_steps_init(&wall->steps);
	wall->look_at = 0;
	run_wall_look(wall);
}

/* What the machine slept is on the wall clock alone, and no step. */
void
run_wall_look(struct run_wall *wall)
{
	silbo_time before = silbo_clock_now();
	uint64_t slept, reads;

	if (before < wall->look_at)
		return;
	wall->look_at = before + LOOK_EVERY;
	slept = (uint64_t)silbo_clock_slept();
	reads = silbo_clock_wall();
	silbo_steps_on_reading(
	    &wall->steps, reads - slept, before, silbo_clock_now());
}

void
run_wall_look_last(struct run_wall *wall)
{
	wall->look_at = 0;
	run_wall_look(wall);
}
