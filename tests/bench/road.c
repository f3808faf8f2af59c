/* SPDX-License-Identifier: MIT */
/*
 * Load for silbo impair: 200-byte datagrams at an even rate from one process to
 * it, counted by another behind it.  Prints both, as one JSON line.
 *
 *   road SILBO REPORT RATE SECONDS [ARG...]     ARG: of silbo impair
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <silbo/net.h>

#define BYTES 200
#define SETTLE (500 * SILBO_NS_PER_MS) /* of silence: then all has come */
#define ARGS 32

/* What the counting process has seen; shared. */
static struct seen {
	unsigned long datagrams;
	uint64_t drops;
} * seen;

static volatile sig_atomic_t stop;

static void
on_signal(int signo)
{
	(void)signo;
	stop = 1;
}

static void
open_end(struct silbo_udp *udp, uint16_t port, bool listening)
{
	struct silbo_udp_config config = {.receive_buffer = 4 << 20};
	struct silbo_peer *end = listening ? &config.local : &config.remote;
	const char *why;

	if (silbo_addr_resolve(
		end, 1, "127.0.0.1", port, SILBO_FAMILY_V4, &why) < 0)
		errx(1, "127.0.0.1: %s", why);
	if (silbo_udp_open(udp, &config) < 0)
		err(1, "socket");
}

/* The far end: until SIGTERM. */
static void
count(struct silbo_udp *udp)
{
	static uint8_t buf[65536];
	struct silbo_arrival arrival;

	signal(SIGTERM, on_signal);
	while (!stop) {
		silbo_time now = silbo_clock_now();

		if (silbo_wait(&udp->fd, 1, now + 50 * SILBO_NS_PER_MS) <= 0)
			continue;
		while (silbo_udp_recv(udp, &arrival, buf, sizeof buf, now) == 1)
			seen->datagrams++;
		seen->drops = silbo_udp_drops(udp);
	}
	_exit(0);
}

/* As many as are due, each millisecond.  Returns how many left. */
static unsigned long
send_all(struct silbo_udp *udp, unsigned long rate, unsigned long seconds,
    silbo_time *took)
{
	static const uint8_t data[BYTES];
	silbo_time start = silbo_clock_now(), now = start;
	unsigned long sent = 0, offered = 0;

	while (offered < rate * seconds) {
		unsigned long due =
		    (unsigned long)((now - start) * rate / SILBO_NS_PER_S) + 1;

		for (; offered < due && offered < rate * seconds; offered++)
			sent += silbo_udp_send(udp, data, BYTES, NULL) == 0;
		if (silbo_wait(NULL, 0, now + SILBO_NS_PER_MS / 5) < 0)
			err(1, "wait");
		now = silbo_clock_now();
	}
	*took = now - start;
	return sent;
}

/* Start impair; returns when it listens, with its port. */
static pid_t
start(const char *silbo, const char *report, uint16_t far, char *const *more,
    uint16_t *port)
{
	char to[32], line[256],
	    *args[ARGS] = {"silbo", "impair", "-l", "127.0.0.1:0", "-t", to,
		"-j", (char *)report};
	int ends[2], n = 8;
	size_t len = 0;
	pid_t pid;

	snprintf(to, sizeof to, "127.0.0.1:%u", far);
	while (*more != NULL && n < ARGS - 1)
		args[n++] = *more++;
	if (pipe(ends) < 0 || (pid = fork()) < 0)
		err(1, "fork");
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		execv(silbo, args);
		_exit(127);
	}
	close(ends[1]);
	while (len < sizeof(line) - 1 && read(ends[0], &line[len], 1) == 1 &&
	    line[len] != '\n')
		len++;
	line[len] = '\0';
	if (sscanf(line, "silbo impair: listening on 127.0.0.1:%hu", port) != 1)
		errx(1, "impair did not start: %s", line);
	return pid;
}

int
main(int argc, char **argv)
{
	struct silbo_udp far, near;
	struct silbo_peer local;
	struct rusage usage;
	unsigned long sent, before;
	uint16_t port;
	silbo_time took;
	pid_t impair, counter;
	int status;

	if (argc < 5)
		errx(2, "usage: road SILBO REPORT RATE SECONDS [ARG...]");
	silbo_wait_init();
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen == MAP_FAILED)
		err(1, "mmap");
	open_end(&far, 0, true);
	if (silbo_udp_local(&far, &local) < 0)
		err(1, "getsockname");
	impair =
	    start(argv[1], argv[2], silbo_addr_port(&local), argv + 5, &port);
	if ((counter = fork()) == 0)
		count(&far);
	open_end(&near, port, false);
	sent = send_all(&near, strtoul(argv[3], NULL, 10),
	    strtoul(argv[4], NULL, 10), &took);
	do {
		before = seen->datagrams;
		if (silbo_wait(NULL, 0, silbo_clock_now() + SETTLE) < 0)
			err(1, "wait");
	} while (seen->datagrams != before);
	kill(impair, SIGINT);
	if (wait4(impair, &status, 0, &usage) != impair || status != 0)
		errx(1, "impair ended with status %#x", status);
	kill(counter, SIGTERM);
	waitpid(counter, NULL, 0);
	printf("{\"group\":\"impair\",\"sent\":%lu,\"seconds\":%.2f,"
	       "\"counted\":%lu,\"counter_drops\":%lu,\"cpu_s\":%.2f,"
	       "\"rss_kib\":%ld}\n",
	    sent, (double)took / 1e9, seen->datagrams,
	    (unsigned long)seen->drops,
	    (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
	    usage.ru_maxrss);
	return 0;
}
