/* SPDX-License-Identifier: MIT */
/*
 * Runs in processes of their own: a run that ends in an assertion or a signal
 * is named, and the others go on.  Which worker does which run changes nothing:
 * results are put where they belong.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <silbo/net.h>

#include "cli.h"
#include "lab.h"
#include "run.h"
#include "status.h"

#define JOBS_MAX 64
#define NOTHING SIZE_MAX

struct worker {
	pid_t pid;
	int ask, answer; /* pipes; -1: none */
	size_t run;      /* being done, or NOTHING */
};

struct answer {
	size_t run;
	struct lab_result result;
};

struct pool {
	struct lab *lab;
	struct worker workers[JOBS_MAX];
	size_t count, next, finished, total;
	int signals;
	silbo_time started;
	int reason; /* errno: why one could not be started */
};

/* All of it, through interruptions. */
static bool
move_all(bool in, int fd, void *data, size_t len)
{
	for (char *at = data; len > 0;) {
		ssize_t n = in ? read(fd, at, len) : write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static _Noreturn void
work(const struct lab *lab, int ask, int answer)
{
	static struct answer a;
	sigset_t none;

	/* Who presses Ctrl-C means the parent, which then ends the others. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	while (move_all(true, ask, &a.run, sizeof(a.run))) {
		lab_run(lab, a.run / lab->seeds,
		    lab->first_seed + a.run % lab->seeds, &a.result);
		if (!move_all(false, answer, &a, sizeof a))
			break;
	}
	_exit(0);
}

static bool
refuse(struct pool *pool)
{
	pool->reason = errno;
	return false;
}

static bool
start(struct pool *pool, struct worker *w)
{
	int ask[2], answer[2];

	w->run = NOTHING;
	w->ask = w->answer = -1;
	pool->reason = 0;
	if (pipe(ask) < 0)
		return refuse(pool);
	if (pipe(answer) < 0) {
		refuse(pool);
		close(ask[0]);
		close(ask[1]);
		return false;
	}
	w->pid = fork();
	if (w->pid < 0)
		refuse(pool);
	if (w->pid == 0) {
		/* The others' pipes: an end of theirs must not stay open. */
		for (size_t i = 0; i < pool->count; i++) {
			if (pool->workers[i].ask >= 0)
				close(pool->workers[i].ask);
			if (pool->workers[i].answer >= 0)
				close(pool->workers[i].answer);
		}
		close(ask[1]);
		close(answer[0]);
		work(pool->lab, ask[0], answer[1]);
	}
	close(ask[0]);
	close(answer[1]);
	if (w->pid < 0) {
		close(ask[1]);
		close(answer[0]);
		return false;
	}
	w->ask = ask[1];
	w->answer = answer[0];
	return true;
}

/* Close its pipes and wait for it.  Returns how it ended. */
static int
stop(struct worker *w)
{
	int status = 0;

	if (w->ask < 0)
		return 0;
	close(w->ask);
	close(w->answer);
	w->ask = w->answer = -1;
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static void
book(struct pool *pool, size_t run, const struct lab_result *result)
{
	pool->lab->results[run] = *result;
	pool->lab->done[run] = true;
	pool->finished++;
}

/* It ended in the middle of a run: say so, and start another. */
static void
bury(struct pool *pool, struct worker *w)
{
	struct lab_result result = {0};
	size_t run = w->run;
	int status = stop(w);

	if (WIFSIGNALED(status))
		snprintf(result.broken, sizeof result.broken,
		    "the run ended by signal %d (%s)", WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else
		snprintf(result.broken, sizeof result.broken,
		    "the run ended with status %d", WEXITSTATUS(status));
	if (run != NOTHING)
		book(pool, run, &result);
	(void)start(pool, w); /* the others go on without it */
}

/* Give a worker its next run. */
static void
give(struct pool *pool, struct worker *w)
{
	if (w->ask < 0 || w->run != NOTHING || pool->next == pool->total)
		return;
	w->run = pool->next++;
	if (!move_all(false, w->ask, &w->run, sizeof(w->run)))
		bury(pool, w);
}

static void
take(struct pool *pool, struct worker *w)
{
	static struct answer a;

	if (!move_all(true, w->answer, &a, sizeof a)) {
		bury(pool, w);
		return;
	}
	w->run = NOTHING;
	book(pool, a.run, &a.result);
}

/* ", 12 s left": from what was done so far; "" before there is any. */
static const char *
time_left(char *out, size_t cap, const struct pool *pool, silbo_time now)
{
	double spent = (double)(now - pool->started) / 1e9, left;

	out[0] = '\0';
	if (pool->finished == 0)
		return out;
	left = spent * (double)(pool->total - pool->finished) /
	    (double)pool->finished;
	snprintf(out, cap, ", %.0f %s left",
	    left < 100        ? left
		: left < 6000 ? left / 60
			      : left / 3600,
	    left < 100        ? "s"
		: left < 6000 ? "min"
			      : "h");
	return out;
}

static void
show(const struct pool *pool, silbo_time now)
{
	int full = (int)(24 * pool->finished / pool->total);
	char line[128], left[64];

	snprintf(line, sizeof line, "lab [%.*s%.*s] %zu of %zu runs%s", full,
	    "########################", 24 - full, "........................",
	    pool->finished, pool->total,
	    time_left(left, sizeof left, pool, now));
	status_show(line);
}

/* Wait for answers, a signal, or the next line.  False: told to stop. */
static bool
wait_for_some(struct pool *pool, silbo_time *status_at)
{
	struct pollfd fds[JOBS_MAX + 1];
	silbo_time now = silbo_clock_now();
	int timeout = -1;

	for (size_t i = 0; i < pool->count; i++)
		fds[i] = (struct pollfd){
		    .fd = pool->workers[i].answer, .events = POLLIN};
	fds[pool->count] =
	    (struct pollfd){.fd = pool->signals, .events = POLLIN};
	if (*status_at != SILBO_TIME_NEVER)
		timeout = *status_at > now
		    ? (int)((*status_at - now) / SILBO_NS_PER_MS + 1)
		    : 0;
	if (poll(fds, pool->count + 1, timeout) > 0) {
		if (fds[pool->count].revents != 0 &&
		    run_wish(pool->signals) == RUN_STOP)
			return false;
		for (size_t i = 0; i < pool->count; i++)
			if (fds[i].revents != 0)
				take(pool, &pool->workers[i]);
	}
	now = silbo_clock_now();
	if (now >= *status_at) {
		show(pool, now);
		*status_at = run_later(now, status_period());
	}
	return true;
}

static bool
some_work(const struct pool *pool)
{
	for (size_t i = 0; i < pool->count; i++)
		if (pool->workers[i].ask >= 0)
			return true;
	return false;
}

/* Those that are at a run are not waited for. */
static void
stop_all(struct pool *pool)
{
	for (size_t i = 0; i < pool->count; i++) {
		struct worker *w = &pool->workers[i];

		if (w->ask >= 0 && w->run != NOTHING)
			kill(w->pid, SIGKILL);
		stop(w);
	}
	close(pool->signals);
}

bool
lab_jobs(struct lab *lab)
{
	static struct pool pool;
	silbo_time status_at;
	bool told = false; /* to stop */

	pool.lab = lab;
	pool.total = lab->points * lab->seeds;
	pool.started = silbo_clock_now();
	status_at = run_later(pool.started, status_period());
	pool.signals = run_signals();
	if (pool.signals < 0) {
		cli_error("cannot set up waiting: %s", strerror(errno));
		return false;
	}
	while (pool.count < (size_t)lab->jobs && pool.count < pool.total &&
	    start(&pool, &pool.workers[pool.count]))
		pool.count++;
	while (!told && pool.finished < pool.total && some_work(&pool)) {
		for (size_t i = 0; i < pool.count; i++)
			give(&pool, &pool.workers[i]);
		told = !wait_for_some(&pool, &status_at);
	}
	status_clear();
	stop_all(&pool);
	if (told)
		cli_error("stopped: %zu of %zu runs are done", pool.finished,
		    pool.total);
	else if (pool.finished < pool.total)
		cli_error("cannot start a process: %s", strerror(pool.reason));
	return pool.finished > 0 || told;
}
