/* SPDX-License-Identifier: MIT */
/*
 * A road below UDP, that any tool goes through unmodified: two TUN devices in
 * two network namespaces, and between them the network model, with the scenario
 * files and seeds of silbo impair.
 *
 *   tunnel SCENARIO SEED LOG A:DEVICE B:DEVICE PORT BYTES
 * [OFFSET:MASK:VALUE...]
 *
 * Impaired, and logged, is what goes from A to B as UDP over IPv4 with this
 * source or destination port (0: any), so many bytes of payload or more, and
 * these bits (hexadecimal) at these places of it.  All else passes at once, the
 * other way as well.  The log is that of silbo impair; a datagram's number is
 * its place in the order in which they came.  SIGTERM ends it.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <silbo/net.h>
#include <silbo/world.h>

#include "scenario.h"

#define PACKET_MAX 2048
#define BITS_MAX 4

enum { A, B };

static unsigned port, bytes;
static struct {
	unsigned offset, mask, value;
} bits[BITS_MAX];
static size_t bits_count;
static struct scenario scenario;
static struct silbo_world *world;
static FILE *out;
static silbo_time started;
static uint64_t seed;
static int tun[2];
static volatile sig_atomic_t stop;

static void
on_signal(int signo)
{
	(void)signo;
	stop = 1;
}

/* The device must be there.  "NAMESPACE:DEVICE" */
static int
open_tun(const char *where)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	const char *colon = strchr(where, ':');
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), there, fd;
	char path[128];

	if (colon == NULL || strlen(colon + 1) >= sizeof request.ifr_name)
		errx(2, "%s: not NAMESPACE:DEVICE", where);
	snprintf(
	    path, sizeof path, "/run/netns/%.*s", (int)(colon - where), where);
	there = open(path, O_RDONLY | O_CLOEXEC);
	if (home < 0 || there < 0 || setns(there, CLONE_NEWNET) < 0)
		err(1, "%s", path);
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	memcpy(request.ifr_name, colon + 1, strlen(colon + 1));
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
		err(1, "%s", where);
	if (setns(home, CLONE_NEWNET) < 0)
		err(1, "setns");
	close(there);
	close(home);
	return fd;
}

/* Time begins with the first datagram. */
static void
open_world(silbo_time now)
{
	const struct silbo_world_config config = {.endpoints = 2,
	    .links = 1,
	    .datagrams = 65536,
	    .queue = 1024,
	    .datagram_max = PACKET_MAX};
	const struct scenario_path *forth = &scenario.ways[SCENARIO_FORTH];
	void *memory = malloc(silbo_world_size(&config));

	if (memory == NULL)
		err(1, "memory");
	world = silbo_world_init(memory, &config);
	if (silbo_world_join(world, NULL) != A ||
	    silbo_world_join(world, NULL) != B ||
	    silbo_world_connect(
		world, A, B, forth->phases, forth->count, seed, now) != 0)
		errx(1, "no place");
	silbo_world_watch(world, 0);
}

static void
note(const char *event, uint64_t index, unsigned copy, size_t len)
{
	fprintf(out,
	    "%" PRIu64 ",%s,forth,1,%" PRIu64 ",%u,%zu,0,DATA,%" PRIu64 "\n",
	    silbo_clock_now() - started, event, index, copy, len, index);
}

static bool
is_meant(const uint8_t *p, size_t len)
{
	size_t udp = (size_t)(p[0] & 15) * 4;
	const uint8_t *payload = p + udp + 8;

	/* IPv4, UDP, and not a fragment. */
	if (len < udp + 8 || p[0] >> 4 != 4 || p[9] != 17 ||
	    (p[6] & 0x3f) != 0 || p[7] != 0)
		return false;
	if (port != 0 && (unsigned)(p[udp] << 8 | p[udp + 1]) != port &&
	    (unsigned)(p[udp + 2] << 8 | p[udp + 3]) != port)
		return false;
	len -= udp + 8;
	for (size_t i = 0; i < bits_count; i++)
		if (len <= bits[i].offset ||
		    (payload[bits[i].offset] & bits[i].mask) != bits[i].value)
			return false;
	return len >= bytes;
}

static void
forward(int to, const uint8_t *packet, size_t len)
{
	if (write(tun[to], packet, len) != (ssize_t)len)
		warn("a packet was refused");
}

/* What is due leaves; what is decided is told. */
static void
let_go(silbo_time now)
{
	struct silbo_event e;

	if (world == NULL)
		return;
	while (silbo_world_get(world, &e, now)) {
		if (e.kind == SILBO_EVENT_ARRIVAL) {
			note("out", e.index, e.copy, e.len);
			forward(B, e.data, e.len);
		} else if (e.kind == SILBO_EVENT_FATE &&
		    e.fate.kind != SILBO_FATE_DELIVERED) {
			note(silbo_fate_name(e.fate.kind), e.index, 0, e.len);
		}
	}
}

static void
take(int from)
{
	static uint64_t count;
	uint8_t packet[PACKET_MAX];
	ssize_t got;

	while ((got = read(tun[from], packet, sizeof packet)) >= 20) {
		silbo_time now = silbo_clock_now();
		size_t len = (size_t)got;

		if (from == B || !is_meant(packet, len)) {
			forward(!from, packet, len);
			continue;
		}
		if (world == NULL)
			open_world(now);
		let_go(now);
		note("in", count++, 0, len);
		if (silbo_world_put(world, 0, packet, len, now) < 0)
			errx(1, "too many on the way");
		let_go(now);
	}
}

static void
set_up(char **argv)
{
	silbo_wait_init();
	seed = strtoull(argv[2], NULL, 10);
	scenario_init(&scenario);
	if (!scenario_read(&scenario, argv[1]) || !scenario_finish(&scenario))
		exit(2);
	out = fopen(argv[3], "we");
	if (out == NULL)
		err(1, "%s", argv[3]);
	fputs("time_ns,event,way,client,datagram,copy,bytes,damaged,type,"
	      "number\n",
	    out);
	tun[A] = open_tun(argv[4]);
	tun[B] = open_tun(argv[5]);
	port = (unsigned)strtoul(argv[6], NULL, 10);
	bytes = (unsigned)strtoul(argv[7], NULL, 10);
	for (argv += 8; *argv != NULL; argv++, bits_count++)
		if (sscanf(*argv, "%u:%x:%x", &bits[bits_count].offset,
			&bits[bits_count].mask, &bits[bits_count].value) != 3)
			errx(2, "%s: not OFFSET:MASK:VALUE", *argv);
	started = silbo_clock_now();
}

int
main(int argc, char **argv)
{
	if (argc < 8 || argc > 8 + BITS_MAX)
		errx(2,
		    "usage: tunnel SCENARIO SEED LOG A:DEVICE B:DEVICE "
		    "PORT BYTES [OFFSET:MASK:VALUE...]");
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	set_up(argv);
	fputs("tunnel: ready\n", stderr);
	while (!stop) {
		silbo_time until = silbo_clock_now() + 50 * SILBO_NS_PER_MS;

		if (world != NULL && silbo_world_deadline(world) < until)
			until = silbo_world_deadline(world);
		if (silbo_wait(tun, 2, until) < 0)
			err(1, "wait");
		let_go(silbo_clock_now());
		take(A);
		take(B);
	}
	return fclose(out) == 0 ? 0 : 1;
}
