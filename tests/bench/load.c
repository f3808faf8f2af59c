/* SPDX-License-Identifier: MIT */
/*
 * R12: 64 senders at 50 datagrams a second each into one real receiver.  Every
 * frame is made once and sealed 64 times over, so that the load costs little
 * beside what it loads.  Prints what the receiver cost, as one JSON line.
 *
 *   load SILBO PORT KEYFILE REPORT SECONDS
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

#include <silbo/silbo.h>

#define SOURCES 64
#define FRAME (20 * SILBO_NS_PER_MS)
#define SLOTS 16 /* of a frame: the senders are not in step */
#define SAMPLES 960
#define PAYLOAD_BYTES 80 /* 32 kbit/s */

static struct silbo_sender senders[SOURCES];
static struct silbo_udp udp;
static unsigned long sent;
static bool ended;

static void
read_key(struct silbo_key *key, const char *path)
{
	char text[SILBO_KEY_FILE_BYTES_MAX];
	FILE *file = fopen(path, "r");
	unsigned line;
	size_t len;

	if (file == NULL)
		err(1, "%s", path);
	len = fread(text, 1, sizeof text, file);
	fclose(file);
	if (silbo_key_parse(key, 1, &line, text, len) != 1)
		errx(1, "%s: no key", path);
}

static void
open_socket(const char *port)
{
	struct silbo_udp_config config = {.receive_buffer = 0};
	const char *why;

	if (silbo_addr_resolve(&config.remote, 1, "127.0.0.1",
		(uint16_t)strtoul(port, NULL, 10), SILBO_FAMILY_V4, &why) < 0)
		errx(1, "127.0.0.1: %s", why);
	if (silbo_udp_open(&udp, &config) < 0)
		err(1, "socket");
}

static void
open_senders(const struct silbo_key *key, silbo_time now)
{
	struct silbo_sender_config config;
	uint8_t random[SILBO_KEY_RANDOM_BYTES];

	silbo_sender_config_init(&config);
	config.key = key;
	config.origin = silbo_clock_wall();
	config.format = SILBO_FORMAT_OPUS;
	config.channels = 1;
	config.duration = SAMPLES;
	for (int i = 0; i < SOURCES; i++) {
		randombytes_buf(random, sizeof random);
		silbo_key_source(&config.source, random, key);
		silbo_sender_init(&senders[i], &config, now);
	}
}

static void
depart(const uint8_t *datagram, int len)
{
	int error;

	if (len < 0)
		errx(1, "%s", silbo_err_name(len));
	if (len == 0)
		return;
	error = silbo_udp_send(&udp, datagram, (size_t)len, NULL);
	/* Whoever has heard the end of all streams may go. */
	if (error < 0 && !(ended && error == SILBO_ERR_REFUSED))
		err(1, "send");
	sent++;
}

static void
send_info(struct silbo_sender *tx, silbo_time now)
{
	uint8_t datagram[SILBO_WIRE_MTU_MIN];

	depart(datagram,
	    silbo_sender_get_info(tx, datagram, sizeof datagram, now));
}

static void
send_data(struct silbo_sender *tx, silbo_time now)
{
	static const uint8_t payload[PAYLOAD_BYTES] = {0x78};
	uint8_t datagram[SILBO_WIRE_MTU_MIN];

	send_info(tx, now);
	depart(datagram,
	    silbo_sender_put(tx, datagram, sizeof datagram, payload,
		sizeof payload, SAMPLES, 0, now));
}

/* Frame k of a sender leaves in its slot of the k-th 20 ms. */
static void
send_frames(unsigned long frames)
{
	silbo_time start = silbo_clock_now();

	for (unsigned long tick = 0; tick < frames * SLOTS; tick++) {
		silbo_time due = start + tick * (FRAME / SLOTS);

		if (silbo_wait(NULL, 0, due) < 0)
			err(1, "wait");
		for (size_t i = tick % SLOTS; i < SOURCES; i += SLOTS)
			send_data(&senders[i], silbo_clock_now());
	}
}

static void
send_ends(unsigned long frames)
{
	ended = true;
	for (size_t i = 0; i < SOURCES; i++)
		silbo_sender_on_end(
		    &senders[i], frames * SAMPLES, silbo_clock_now());
	/* All INFO that follow END, each at its time. */
	while (
	    silbo_sender_deadline(&senders[SOURCES - 1]) != SILBO_TIME_NEVER) {
		if (silbo_wait(NULL, 0,
			silbo_sender_deadline(&senders[SOURCES - 1])) < 0)
			err(1, "wait");
		for (size_t i = 0; i < SOURCES; i++)
			send_info(&senders[i], silbo_clock_now());
	}
}

/* Start the receiver; returns when it listens. */
static pid_t
start(const char *silbo, const char *port, const char *key, const char *report)
{
	int ends[2];
	pid_t pid;
	char c;

	if (pipe(ends) < 0)
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		execl(silbo, silbo, "recv", "--null", "--once", "-l",
		    "127.0.0.1", "-p", port, "-k", key, "-j", report,
		    (char *)NULL);
		err(1, "%s", silbo);
	}
	close(ends[1]);
	/* Its first line is that it listens; what it says later fits the
	 * pipe, and nobody reads it. */
	do
		if (read(ends[0], &c, 1) != 1)
			errx(1, "the receiver did not start");
	while (c != '\n');
	return pid;
}

static double
seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

int
main(int argc, char **argv)
{
	struct silbo_key key;
	struct rusage usage;
	unsigned long frames;
	double cpu, length;
	int status;
	pid_t pid;

	if (argc != 6)
		errx(2, "usage: load SILBO PORT KEYFILE REPORT SECONDS");
	frames = strtoul(argv[5], NULL, 10) * 50;
	if (frames == 0 || sodium_init() < 0)
		errx(2, "not a number of seconds: %s", argv[5]);
	silbo_wait_init();
	read_key(&key, argv[3]);
	pid = start(argv[1], argv[2], argv[3], argv[4]);
	open_socket(argv[2]);
	open_senders(&key, silbo_clock_now());
	send_frames(frames);
	send_ends(frames);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		errx(1, "the receiver ended with status %#x", status);
	if (getrusage(RUSAGE_CHILDREN, &usage) < 0)
		err(1, "getrusage");
	length = (double)frames / 50;
	cpu = seconds(&usage.ru_utime) + seconds(&usage.ru_stime);
	printf("{\"group\":\"load\",\"sources\":%d,\"sent\":%lu,"
	       "\"data_each\":%lu,\"seconds\":%.0f,\"cpu_share\":%.3f,"
	       "\"rss_kib\":%ld}\n",
	    SOURCES, sent, frames, length, cpu / length, usage.ru_maxrss);
	return 0;
}
