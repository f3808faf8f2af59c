/* SPDX-License-Identifier: MIT */
/*
 * Test equipment: passes UDP datagrams on, but loses, repeats and delays those
 * it is told to.  It has no key and needs none: type and number are in clear.
 * For what is drawn by chance there is silbo impair.
 *
 *   relay FROM TO DROP REPEAT DELAY     relay :7600 127.0.0.1:7587 5-9,20 7 -
 *
 * The lists name numbers of DATA; "-" is none.  What is delayed leaves after
 * the next four; one at a time.  SIGTERM or SIGINT ends it, and it prints its
 * work.
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <silbo/silbo.h>

#define NUMBERS 65536

enum { DROP, REPEAT, DELAY };

static bool list[3][NUMBERS];
static unsigned in, out, done[3];
static uint8_t held[2048];
static size_t held_bytes;
static int wait; /* DATA that must pass before the held one; 0: none held */
static struct silbo_udp from, to;
static volatile sig_atomic_t stop;

static void
on_signal(int signo)
{
	(void)signo;
	stop = 1;
}

static void
parse_list(bool *l, const char *s)
{
	for (char *end; *s != '\0' && *s != '-'; s = end + (*end == ',')) {
		unsigned long a = strtoul(s, &end, 10), b = a;

		if (*end == '-')
			b = strtoul(end + 1, &end, 10);
		if (b < a || b >= NUMBERS || (*end != ',' && *end != '\0'))
			errx(2, "not a list of numbers: %s", s);
		while (a <= b)
			l[a++] = true;
	}
}

static void
open_end(struct silbo_udp *udp, const char *text, bool listening)
{
	struct silbo_udp_config config = {.receive_buffer = 1 << 20};
	struct silbo_peer *end = listening ? &config.local : &config.remote;
	char host[SILBO_HOST_TEXT_BYTES];
	const char *why;
	uint16_t port;

	if (silbo_addr_parse(host, &port, text, SILBO_PORT_DEFAULT) < 0 ||
	    silbo_addr_resolve(end, 1, host, port, SILBO_FAMILY_ANY, &why) <
		0 ||
	    silbo_udp_open(udp, &config) < 0)
		err(1, "%s", text);
}

static void
forward(const uint8_t *data, size_t len)
{
	out += silbo_udp_send(&to, data, len, NULL) == 0;
}

static void
pass(const struct silbo_arrival *arrival)
{
	struct silbo_header h;
	bool is[3] = {false}, data;

	in++;
	data = silbo_wire_parse_header(&h, arrival->data, arrival->len) ==
		SILBO_ACCEPTED &&
	    h.type == SILBO_TYPE_DATA;
	for (int what = DROP; data && what <= DELAY; what++)
		done[what] += is[what] = list[what][h.number % NUMBERS];
	if (is[DELAY]) {
		if (wait > 0 || arrival->len > sizeof held)
			errx(1, "only one is delayed at a time");
		memcpy(held, arrival->data, held_bytes = arrival->len);
		wait = 5; /* itself and the next four */
	} else if (!is[DROP]) {
		forward(arrival->data, arrival->len);
	}
	if (is[REPEAT])
		forward(arrival->data, arrival->len);
	if (data && wait > 0 && --wait == 0)
		forward(held, held_bytes);
}

int
main(int argc, char **argv)
{
	static uint8_t buf[65536];
	struct silbo_arrival arrival;

	if (argc != 6)
		errx(2, "usage: relay FROM TO DROP REPEAT DELAY");
	for (int what = DROP; what <= DELAY; what++)
		parse_list(list[what], argv[3 + what]);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	open_end(&from, argv[1], true);
	open_end(&to, argv[2], false);
	puts("relay: ready");
	fflush(stdout);
	while (!stop) {
		silbo_time now = silbo_clock_now();

		if (silbo_wait(&from.fd, 1, now + 50 * SILBO_NS_PER_MS) > 0 &&
		    silbo_udp_recv(&from, &arrival, buf, sizeof buf, now) == 1)
			pass(&arrival);
	}
	if (wait > 0)
		forward(held, held_bytes);
	printf("relay: %u in, %u out: %u dropped, %u repeated, %u delayed\n",
	    in, out, done[DROP], done[REPEAT], done[DELAY]);
	return 0;
}
