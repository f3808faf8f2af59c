/* SPDX-License-Identifier: MIT */
/*
 * flood PORT RECEIVER_PORT sealed|plain: a relay that turns on the receiver.
 *
 * Passes on what comes, at once and unchanged; from DATA 20 to DATA 270 it
 * throws 20 000 datagrams a second of its own beside them: random bytes, copies
 * with one bit wrong, exact copies, unknown sources.  So the stream's own clock
 * says how long, and no copy is ahead of its original.  Has no key.  Listens
 * for replies, of which there must be none.  SIGTERM ends it with its counts.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SETTLED 19 /* memory is measured from here, before the first of ours \
	            */
#define BEGIN 20
#define END 270
#define PER_MS 20
#define BURST_MAX 100 /* who was asleep does not make up for all of it */
#define FLOOD_MAX 100000
#define KEPT 64
#define LENGTH_MAX 1400

static struct {
	size_t len;
	uint8_t bytes[LENGTH_MAX];
} kept[KEPT];
static unsigned passed, data, flooded, replies;
static uint64_t seed = 0x9e3779b97f4a7c15;
static volatile sig_atomic_t stop;

static void
on_signal(int signo)
{
	(void)signo;
	stop = 1;
}

/* xorshift64*: what is thrown is the same in every run. */
static uint32_t
draw(uint32_t below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * 0x2545f4914f6cdd1d) >> 33) % below;
}

static void
scribble(uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)draw(256);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
open_socket(const char *port, bool listening)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 ||
	    (listening ? bind(fd, (struct sockaddr *)&a, sizeof a)
		       : connect(fd, (struct sockaddr *)&a, sizeof a)) < 0)
		err(1, "port %s", port);
	return fd;
}

/* The receiver leaves at the first word of the end; the others find nobody. */
static bool
emit(int fd, const uint8_t *bytes, size_t len)
{
	ssize_t sent = send(fd, bytes, len, 0);

	if (sent != (ssize_t)len && (errno != ECONNREFUSED || data < END))
		err(1, "send");
	return sent == (ssize_t)len;
}

static void
pass_on(int from, int to)
{
	uint8_t bytes[LENGTH_MAX];
	ssize_t got = recv(from, bytes, sizeof bytes, MSG_DONTWAIT);

	if (got < 24 || !emit(to, bytes, (size_t)got))
		return;
	kept[passed % KEPT].len = (size_t)got;
	memcpy(kept[passed % KEPT].bytes, bytes, (size_t)got);
	passed++;
	data += (bytes[0] & 15) == 0;
}

/* Without a key the header is believed, so there only the body is wrong. */
static void
attack(int fd, bool sealed)
{
	uint8_t bytes[LENGTH_MAX];
	unsigned which = draw(passed < KEPT ? passed : KEPT);
	size_t len = kept[which].len, from = sealed ? 0 : 24;

	memcpy(bytes, kept[which].bytes, len);
	switch (flooded++ % 4) {
	case 0:
		len = draw(LENGTH_MAX);
		scribble(bytes, len);
		break;
	case 1:
		bytes[from + draw((uint32_t)(len - from))] ^=
		    (uint8_t)(1u << draw(8));
		break;
	case 2:
		scribble(bytes + 8, 16);
		break;
	default: /* as it was */
		break;
	}
	(void)emit(fd, bytes, len);
}

static void
count_replies(int fd)
{
	uint8_t bytes[1];
	ssize_t got;

	/* That the receiver is gone by now is no reply of its own. */
	while ((got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT)) >= 0 ||
	    errno == ECONNREFUSED)
		replies += got >= 0;
}

static void
say(const char *what)
{
	printf("flood: %s\n", what);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	int in, out, other, burst, told = 0;
	int64_t last = 0;
	bool sealed;

	if (argc != 4)
		errx(2, "usage: flood PORT RECEIVER_PORT sealed|plain");
	sealed = strcmp(argv[3], "sealed") == 0;
	signal(SIGTERM, on_signal);
	alarm(60);
	in = open_socket(argv[1], true);
	out = open_socket(argv[2], false);
	other = open_socket(argv[2], false);
	say("ready");
	while (!stop) {
		struct pollfd p = {.fd = in, .events = POLLIN};
		int64_t now;

		if (poll(&p, 1, 1) > 0)
			pass_on(in, out);
		now = now_ms();
		burst = now - last < BURST_MAX / PER_MS
		    ? (int)(now - last) * PER_MS
		    : BURST_MAX;
		last = now;
		for (; data >= BEGIN && data < END && burst > 0 &&
		     flooded < FLOOD_MAX;
		     burst--)
			attack(other, sealed);
		if (told == 0 && data >= SETTLED && ++told)
			say("settled");
		if (told == 1 && data >= END && ++told)
			say("over");
	}
	count_replies(out);
	count_replies(other);
	printf("{\"passed\": %u, \"data\": %u, \"flooded\": %u, "
	       "\"replies\": %u}\n",
	    passed, data, flooded, replies);
	return 0;
}
